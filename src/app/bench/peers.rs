//! `bench net`, `bench consensus`, `bench join`: what nodes reach together.
//!
//! Invariants: sockets, encryption, processes and disks are those that nodes use; what is compared runs in the same
//! command.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, ensure};
use neuroshard_commands::{Against, BenchArgs};
use neuroshard_net::bench::{Amount, Sockets, listen, measure};
use serde_json::{Map, Value, json};

use super::ledger::crowd::crowd;
use super::{Figure, median};
use crate::app::{AppError, Context};
use crate::keystore::NodeKey;
use crate::ledger::apply::{Proposal, propose};
use crate::ledger::genesis::Genesis;
use crate::node::{NetworkFolder, Networks, NewNetwork, devnet_text, now_ms};
use crate::store::Opened;
use crate::types::{SecretKey, Vote, VoteKind};

/// Says where the program is that `net/baselines/grpc` builds.
const GRPC: &str = "NEUROSHARD_GRPC";
/// Validators of the network that is timed.
const VALIDATORS: usize = 4;
/// Blocks of a chain that is joined: enough that its state is the cheaper way.
const BLOCKS: u64 = 1024;
/// A network that does nothing for so long does not work.
const PATIENCE: Duration = Duration::from_mins(2);

/// Bulk between two nodes over TCP and QUIC, and beside gRPC if that is asked for.
pub(super) fn net(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let grpc = match args.against {
        None => None,
        Some(Against::Grpc) => Some(grpc()?),
        Some(_) => {
            return Err(AppError::usage(anyhow!("bulk can be compared with gRPC")).hint("bench net --against grpc"));
        }
    };
    let bar = cx.out.bar(None);
    let mut figures = Vec::new();
    for (sockets, name) in [(Sockets::Tcp, "tcp"), (Sockets::Quic, "quic")] {
        bar.set_message(format!("measuring bulk over {name}"));
        let amount = Amount { both_ways: Duration::from_secs(args.seconds), ..Amount::default() };
        for figure in bulk(sockets, amount).map_err(AppError::internal)? {
            let better = if figure.unit.ends_with("/s") { "higher" } else { "lower" };
            let theirs = grpc.as_ref().and_then(|grpc| grpc[figure.name].as_f64());
            let details = Map::from_iter([("sockets".to_owned(), json!(name)), ("grpc".to_owned(), json!(theirs))]);
            let ratio = theirs.map(|theirs| figure.value / theirs);
            figures.push(Figure { name: figure.name, value: figure.value, unit: figure.unit, better, ratio, details });
        }
    }
    bar.finish_and_clear();
    Ok(figures)
}

/// Each side has threads of its own, as two programs would.
fn bulk(sockets: Sockets, amount: Amount) -> anyhow::Result<Vec<neuroshard_net::bench::Figure>> {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (answers, asks) = (runtime()?, runtime()?);
    let (address, answering) = answers.block_on(listen(sockets)).map_err(anyhow::Error::msg)?;
    let _answering = answers.spawn(answering.run());
    let figures = asks.block_on(measure(&address, amount)).map_err(anyhow::Error::msg);
    answers.shutdown_background();
    figures
}

fn grpc() -> Result<Value, AppError> {
    let hint = "cargo build --release --manifest-path net/baselines/grpc/Cargo.toml, and name the program there";
    let missing = || AppError::refused(anyhow!("{GRPC} names no program to compare with")).hint(hint);
    let program = std::env::var_os(GRPC).ok_or_else(missing)?;
    let run = Command::new(program).output().map_err(|error| AppError::refused(error).hint(hint))?;
    serde_json::from_slice(&run.stdout).map_err(|error| AppError::refused(error).while_doing("gRPC's figures"))
}

/// How regular the blocks of four validators are whose epochs take a second.
pub(super) fn consensus(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let seconds = args.seconds.max(10);
    let bar = cx.out.bar(None);
    bar.set_message(format!("watching {VALIDATORS} validators for {seconds} s"));
    let times = watch(seconds).map_err(AppError::refused)?;
    bar.finish_and_clear();
    let mut gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    if gaps.is_empty() {
        return Err(AppError::refused(anyhow!("the network made no blocks in {seconds} s")));
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let p99 = gaps[(gaps.len() * 99 / 100).min(gaps.len() - 1)];
    let details = Map::from_iter([
        ("validators".to_owned(), json!(VALIDATORS)),
        ("blocks".to_owned(), json!(gaps.len())),
        ("median".to_owned(), json!(median(&gaps))),
        ("p99".to_owned(), json!(p99)),
        ("longest".to_owned(), json!(gaps[gaps.len() - 1])),
    ]);
    Ok(vec![Figure { name: "epoch", value: mean, unit: "s", better: "lower", ratio: None, details }])
}

/// When the first node had each block, in seconds.
fn watch(seconds: u64) -> anyhow::Result<Vec<f64>> {
    let mut devnet = Command::new(std::env::current_exe()?);
    devnet.args(["--json", "devnet", "up", "--epoch", "1s", "--preset", "nano"]);
    devnet.args(["--nodes", &VALIDATORS.to_string(), "--validators", &VALIDATORS.to_string()]);
    devnet.args(["--duration", &format!("{seconds}s")]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = Killed(devnet.spawn()?);
    let (stdout, began) = (child.0.stdout.take().context("a devnet says something")?, Instant::now());
    let mut times = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let event: Value = serde_json::from_str(&line?)?;
        if event["event"] == "epoch" && event["node"] == 0 {
            times.push(began.elapsed().as_secs_f64());
        }
    }
    child.0.wait()?;
    Ok(times)
}

/// How long a new node takes until it is at the end of a chain with many accounts.
pub(super) fn join(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message(format!("making a chain with {} accounts", args.accounts));
    let figure = joined(args.accounts, &|what| bar.set_message(what)).map_err(AppError::refused)?;
    bar.finish_and_clear();
    Ok(vec![figure])
}

fn joined(accounts: u64, say: &dyn Fn(String)) -> anyhow::Result<Figure> {
    let folder = tempfile::TempDir::new()?;
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let (key, _) = NodeKey::load_or_create(&old)?;
    let network = network(&key)?;
    let network = Networks::at(&old).join(&network)?;
    let bytes = chain(&network, key.secret(), accounts)?;
    say("starting the node that has it".to_owned());
    let genesis = network.path.join("genesis.toml").display().to_string();
    let mut first = start(&old, &[])?;
    let started = first.wait("started")?;
    let address = started["listen"][0].as_str().context("a node listens")?.to_owned();
    first.wait("epoch")?;
    say("joining".to_owned());
    let began = Instant::now();
    let mut second = start(&new, &["--genesis", &genesis, "--bootstrap", &address])?;
    let mut snapshot = false;
    let epoch = second.wait_seeing("epoch", |event| snapshot |= event["event"] == "joining")?;
    let seconds = began.elapsed().as_secs_f64();
    ensure!(epoch["height"].as_u64() > Some(BLOCKS), "the node is at {} only", epoch["height"]);
    let details = Map::from_iter([
        ("accounts".to_owned(), json!(accounts)),
        ("blocks".to_owned(), json!(BLOCKS)),
        ("snapshot".to_owned(), json!(snapshot)),
        ("ledger_bytes".to_owned(), json!(bytes)),
    ]);
    Ok(Figure { name: "join", value: seconds, unit: "s", better: "lower", ratio: None, details })
}

fn network(key: &NodeKey) -> anyhow::Result<String> {
    let config = neuroshard_model::config::ModelConfig::resolve("nano")?;
    Ok(devnet_text(&NewNetwork {
        name: "devnet".to_owned(),
        validators: vec![key.secret().public()],
        payout: None,
        start: now_ms() / 1000 - 2 * BLOCKS,
        model: toml::to_string(&config)?,
        seed: 1,
        state_bytes: 1,
        step_tokens: 1024,
        inner_steps: 50,
        data: None,
        tokenizer: None,
    }))
}

/// A chain of many blocks with a crowd; returns the bytes of its file.
fn chain(network: &NetworkFolder, key: &SecretKey, accounts: u64) -> anyhow::Result<u64> {
    let genesis: &Genesis = &network.genesis;
    let Opened { store, mut tree, mut tip } =
        crowd(&network.ledger(), genesis, std::slice::from_ref(key), accounts, genesis.start_ms + 1000)?;
    while tip.header.height.0 < BLOCKS {
        let time_ms = tip.header.time_ms + 1000;
        let (transactions, evidence, certificate) = (Vec::new(), Vec::new(), tip.certificate.clone());
        let proposal = Proposal { proposer: key.public(), time_ms, transactions, evidence, certificate };
        let made = propose(&store.view()?, &tree, &tip.header, proposal)?;
        let (height, kind, block) = (made.block.header.height, VoteKind::Precommit, Some(made.hash));
        let vote = Vote { chain: genesis.chain, height, round: 0, kind, block }.sign(key)?;
        tip.certificate = crate::types::Certificate {
            height,
            round: 0,
            block: made.hash,
            signatures: vec![(vote.validator, vote.signature)],
        };
        store.commit(&made, &tip.certificate)?;
        (tree, tip.header) = (made.tree, made.block.header);
    }
    Ok(std::fs::metadata(network.ledger())?.len())
}

/// A process that does not outlive the bench.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A node and what it says.
struct Running {
    _child: Killed,
    lines: std::sync::mpsc::Receiver<String>,
}

fn start(home: &std::path::Path, more: &[&str]) -> anyhow::Result<Running> {
    let mut node = Command::new(std::env::current_exe()?);
    node.arg("--home").arg(home).args(["--json", "node", "--no-training", "--no-mdns", "--no-upnp"]);
    node.args(["--listen", "/ip4/127.0.0.1/tcp/0", "--listen-api", "off"]).args(more);
    let mut child = Killed(node.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
    let stdout = child.0.stdout.take().context("a node says something")?;
    let stderr = child.0.stderr.take().context("a node may complain")?;
    let (sender, lines) = std::sync::mpsc::channel();
    let complaints = sender.clone();
    std::thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
    });
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = BufReader::new(stderr).take(1 << 16).read_to_string(&mut text);
        read.is_ok() && !text.is_empty() && complaints.send(text).is_ok()
    });
    Ok(Running { _child: child, lines })
}

impl Running {
    fn wait(&mut self, kind: &str) -> anyhow::Result<Value> {
        self.wait_seeing(kind, |_| {})
    }

    fn wait_seeing(&mut self, kind: &str, mut other: impl FnMut(&Value)) -> anyhow::Result<Value> {
        let mut complaint = String::new();
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(until.saturating_duration_since(Instant::now()));
            let line = line.with_context(|| format!("a node says no `{kind}`: {complaint}"))?;
            match serde_json::from_str::<Value>(&line) {
                Ok(event) if event["event"] == kind => return Ok(event),
                Ok(event) => other(&event),
                Err(_) => complaint = line,
            }
        }
    }
}
