//! The ledger's figures: signatures checked, transfers played, a block, the snapshot and the memory of a large ledger.
//!
//! Invariants: what is measured is what a node does, with signatures of their own for every transfer and every block on
//! the disk before it counts; making the ledger and signing the transfers is not measured, and a large ledger's memory is
//! that of a process which did nothing but open it.

#[cfg_attr(not(any(test, feature = "flex")), expect(dead_code, reason = "a build without tensors starts no nodes"))]
pub(in crate::app::bench) mod crowd;
pub(super) mod made;
mod play;
mod snapshot;

use std::cell::RefCell;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use neuroshard_commands::BenchArgs;
use serde_json::{Map, Value, json};

use self::made::Made;
use self::play::{Spent, play, play_one};
use super::{Figure, median, repeat};
use crate::app::{AppError, Context, memory};
use crate::ledger::apply::verify_on;
use crate::store::LedgerStore;

/// Accounts that can sign, and all accounts where transfers are played one block behind the other.
const SENDERS: u64 = 10_000;
/// Transfers of a block.
const TRANSFERS: u64 = 1_000;
/// Blocks that are played in a row.
const BLOCKS: u64 = 8;

/// All of them.
pub(super) fn figures(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    if let Some(path) = &args.ledger {
        return Ok(vec![open_once(path)?]);
    }
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let setting = Setting { cx, threads, time: Duration::from_secs(args.seconds), accounts: args.accounts };
    let few = Made::new(folder(cx)?.path(), args.accounts.min(SENDERS), SENDERS).map_err(AppError::internal)?;
    let few = RefCell::new(few);
    let mut figures = vec![setting.signatures(&few)?, setting.transfers(&few)?];
    drop(few);
    figures.extend(setting.large()?);
    Ok(figures)
}

/// Where ledgers are made: on the disk of the node's own, where there is one.
pub(super) fn folder(cx: &Context) -> Result<tempfile::TempDir, AppError> {
    let home = cx.home()?;
    let folder = if home.is_dir() { tempfile::tempdir_in(home) } else { tempfile::tempdir() };
    folder.map_err(AppError::refused)
}

struct Setting<'a> {
    cx: &'a Context,
    threads: usize,
    time: Duration,
    accounts: u64,
}

impl Setting<'_> {
    fn details(&self, accounts: u64, repetitions: usize) -> Map<String, Value> {
        Map::from_iter([
            ("accounts".to_owned(), json!(accounts)),
            ("threads".to_owned(), json!(self.threads)),
            ("repetitions".to_owned(), json!(repetitions)),
        ])
    }

    fn signatures(&self, made: &RefCell<Made>) -> Result<Figure, AppError> {
        let (chain, signed) = {
            let mut made = made.borrow_mut();
            (made.tip.header.chain, made.unplayed(4 * TRANSFERS).map_err(AppError::internal)?)
        };
        let seconds = repeat(
            self.cx,
            "signature checks",
            self.time,
            || Ok(()),
            |()| verify_on(self.threads, chain, &signed).map(drop).map_err(AppError::internal),
        )?;
        let value = signed.len() as f64 / median(&seconds);
        let details = self.details(SENDERS.min(self.accounts), seconds.len());
        Ok(Figure { name: "ledger_signatures", value, unit: "checks/s", better: "higher", ratio: None, details })
    }

    /// Blocks in a row, the signatures of the next ones checked while one is applied and written.
    fn transfers(&self, made: &RefCell<Made>) -> Result<Figure, AppError> {
        let mut spent: Vec<Spent> = Vec::new();
        let seconds = repeat(
            self.cx,
            "transfers",
            self.time,
            || made.borrow_mut().blocks(BLOCKS, TRANSFERS, self.threads).map_err(AppError::internal),
            |blocks| {
                spent = play(&mut made.borrow_mut(), blocks, self.threads).map_err(AppError::internal)?;
                Ok(())
            },
        )?;
        let value = (BLOCKS * TRANSFERS) as f64 / median(&seconds);
        let mut details = self.details(SENDERS.min(self.accounts), seconds.len());
        details.insert("transfers_per_block".to_owned(), json!(TRANSFERS));
        shares(&mut details, &mut spent);
        Ok(Figure { name: "ledger_transfers", value, unit: "transfers/s", better: "higher", ratio: None, details })
    }

    /// What a large ledger takes: a block, opening it, memory.
    fn large(&self) -> Result<Vec<Figure>, AppError> {
        let folder = folder(self.cx)?;
        let bar = self.cx.out.bar(None);
        bar.set_message(format!("making a ledger with {} accounts", self.accounts));
        let made = Made::new(folder.path(), self.accounts, SENDERS).map_err(AppError::internal)?;
        bar.finish_and_clear();
        let made = RefCell::new(made);
        let mut figures = vec![self.block(&made)?];
        figures.extend(self.snapshot(&made.borrow())?);
        let path = made.into_inner().path;
        figures.extend(self.open(&path)?);
        Ok(figures)
    }

    fn block(&self, made: &RefCell<Made>) -> Result<Figure, AppError> {
        let mut spent: Vec<Spent> = Vec::new();
        repeat(
            self.cx,
            "blocks",
            self.time,
            || made.borrow_mut().blocks(1, TRANSFERS, self.threads).map_err(AppError::internal),
            |blocks| {
                for block in blocks {
                    spent.push(play_one(&mut made.borrow_mut(), block, self.threads).map_err(AppError::internal)?);
                }
                Ok(())
            },
        )?;
        let mut details = self.details(self.accounts, spent.len());
        details.insert("transfers_per_block".to_owned(), json!(TRANSFERS));
        let value = shares(&mut details, &mut spent);
        Ok(Figure { name: "ledger_block", value, unit: "ms", better: "lower", ratio: None, details })
    }

    /// Opens it in processes of their own.
    fn open(&self, path: &Path) -> Result<Vec<Figure>, AppError> {
        let (mut seconds, mut peaks, mut held): (Vec<f64>, Vec<f64>, Vec<f64>) = Default::default();
        let (began, program) = (Instant::now(), std::env::current_exe().map_err(AppError::internal)?);
        while seconds.len() < 3 || began.elapsed() < self.time {
            let figure = other_process(&program, path)?;
            seconds.extend(figure["value"].as_f64());
            peaks.extend(figure["details"]["peak_memory"].as_f64());
            held.extend(figure["details"]["memory"].as_f64());
        }
        for values in [&mut seconds, &mut peaks, &mut held] {
            values.sort_by(f64::total_cmp);
        }
        let details = self.details(self.accounts, seconds.len());
        let mut figures = vec![open_figure(median(&seconds), details.clone())];
        if !peaks.is_empty() && !held.is_empty() {
            let mut details = details;
            details.insert("peak_mb".to_owned(), json!(median(&peaks) / 1e6));
            let (name, value) = ("ledger_memory", median(&held) / 1e6);
            figures.push(Figure { name, value, unit: "MB", better: "lower", ratio: None, details });
        }
        Ok(figures)
    }
}

fn open_figure(value: f64, details: Map<String, Value>) -> Figure {
    Figure { name: "ledger_open", value, unit: "s", better: "lower", ratio: None, details }
}

/// Puts the medians of applying and of writing into the details, and returns that of both together, in milliseconds.
fn shares(details: &mut Map<String, Value>, spent: &mut [Spent]) -> f64 {
    let mut middle = |part: fn(&Spent) -> f64| {
        spent.sort_by(|a, b| part(a).total_cmp(&part(b)));
        spent.get(spent.len() / 2).map_or(0.0, part) * 1e3
    };
    details.insert("apply_ms".to_owned(), json!(middle(|spent| spent.apply)));
    details.insert("commit_ms".to_owned(), json!(middle(|spent| spent.commit)));
    middle(|spent| spent.apply + spent.commit)
}

/// What the other process does.
fn open_once(path: &Path) -> Result<Figure, AppError> {
    let chain = made::genesis().map_err(AppError::internal)?.chain;
    let began = Instant::now();
    let opened = LedgerStore::open(path, chain).map_err(AppError::refused)?;
    let value = began.elapsed().as_secs_f64();
    let details = Map::from_iter([
        ("records".to_owned(), json!(opened.tree.len())),
        ("memory".to_owned(), json!(memory::held())),
        ("peak_memory".to_owned(), json!(memory::peak())),
    ]);
    drop(opened);
    Ok(open_figure(value, details))
}

fn other_process(program: &Path, path: &Path) -> Result<Value, AppError> {
    let mut command = Command::new(program);
    command.args(["--json", "bench", "ledger", "--ledger"]).arg(path);
    let output = command.output().map_err(AppError::internal)?;
    let figure = serde_json::from_slice(&output.stdout);
    figure.map_err(|error| {
        let says = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        AppError::internal(anyhow::Error::new(error).context(says)).while_doing("a ledger could not be opened")
    })
}
