//! `data`: builds, shows and checks training data, and runs a tokenizer by hand.

#[cfg(feature = "flex")]
mod merges;

use std::fmt;
use std::io::{self, BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use indicatif::ProgressStyle;
use neuroshard_commands::{BuildArgs, DataArgs, DataCommand, TokenizerArgs};
use neuroshard_model::data::{self, BuildOptions, BuildProgress, Inspection, Manifest, Source, VerifyReport};
use neuroshard_model::tokenizer::{FILE_NAME, Tokenizer};
use serde::Serialize;

use super::output::Report;
#[cfg(not(feature = "flex"))]
use super::without_tensors::merges;
use super::{AppError, Context, Exit, Interrupt};

/// Standard input beyond this is for `data build`, not for looking at ids.
const STDIN_BYTES_MAX: u64 = 1 << 30;

pub(super) fn data(cx: &Context, args: &DataArgs) -> Result<Exit, AppError> {
    match &args.command {
        DataCommand::Build(args) => return build(cx, args),
        DataCommand::Inspect(args) => cx.out.emit(&Inspected(data::inspect(&args.dir).map_err(AppError::refused)?))?,
        DataCommand::Verify(args) => {
            let report = data::verify(&args.dir).map_err(|error| {
                AppError::refused(error).hint("restore the damaged files from a copy, or build the data again")
            })?;
            cx.out.emit(&Verified { ok: true, report })?;
        }
        DataCommand::Tokenize(args) => tokenize(cx, args)?,
        DataCommand::Detokenize(args) => detokenize(cx, args)?,
        DataCommand::Merges(args) => return merges::merges(cx, args),
    }
    Ok(Exit::Success)
}

fn build(cx: &Context, args: &BuildArgs) -> Result<Exit, AppError> {
    let tokenizer = args.tokenizer.as_deref().map(load_tokenizer).transpose()?;
    let sources = Source::resolve(&args.paths).map_err(AppError::refused)?;
    let options = BuildOptions {
        vocab: args.vocab,
        tokenizer,
        shard_tokens: args.shard_tokens,
        val_fraction: args.val_fraction,
        text_field: args.text_field.clone(),
    };
    let bar = cx.out.bar(Some(1));
    let style = ProgressStyle::with_template("{msg:20} {bar:30.cyan/dim} {bytes}/{total_bytes}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    let interrupt = Interrupt::install()?;
    let stop = || interrupt.interrupted().is_some();
    let manifest = data::build(&args.out, &sources, &options, &stop, &mut |progress| match progress {
        BuildProgress::Surveying { bytes, total } => show(&bar, "reading", bytes, total),
        BuildProgress::Learning { bytes } => show(&bar, "learning a tokenizer", bytes, bytes),
        BuildProgress::Encoding { bytes, total, .. } => show(&bar, "writing tokens", bytes, total),
        BuildProgress::Finishing => bar.set_message("finishing"),
    });
    bar.finish_and_clear();
    if let (Err(error), Some(exit)) = (&manifest, interrupt.interrupted()) {
        cx.out.note(error);
        return Ok(exit);
    }
    let manifest = manifest.map_err(AppError::refused)?;
    let held_out = manifest.totals.val_tokens;
    cx.out.emit(&Built { path: args.out.clone(), manifest })?;
    if held_out == 0 {
        cx.out.warn("nothing is held out for validation, so `neuroshard train` can't use it alone");
    } else {
        cx.out.hint(format_args!("train on it: neuroshard train --data {}", args.out.display()));
    }
    Ok(Exit::Success)
}

fn show(bar: &indicatif::ProgressBar, what: &'static str, done: u64, total: u64) {
    bar.set_message(what);
    bar.set_length(total);
    bar.set_position(done);
}

fn tokenize(cx: &Context, args: &TokenizerArgs) -> Result<(), AppError> {
    let tokenizer = tokenizer_or_bytes(args)?;
    let mut text = Vec::new();
    let read = io::stdin().lock().take(STDIN_BYTES_MAX + 1).read_to_end(&mut text);
    read.context("cannot read standard input")?;
    if text.len() as u64 > STDIN_BYTES_MAX {
        let says = anyhow!("there is more than {STDIN_BYTES_MAX} bytes of text");
        return Err(AppError::refused(says).hint("for large texts: neuroshard data build"));
    }
    cx.out.emit(&Ids { ids: tokenizer.encode(&text) })
}

fn detokenize(cx: &Context, args: &TokenizerArgs) -> Result<(), AppError> {
    let tokenizer = tokenizer_or_bytes(args)?;
    let mut ids = Vec::new();
    for (number, line) in io::stdin().lock().take(STDIN_BYTES_MAX).lines().enumerate() {
        let line = line.context("cannot read standard input")?;
        for word in line.split(|c: char| c.is_whitespace() || ",[]".contains(c)).filter(|word| !word.is_empty()) {
            let id = word.parse::<u32>();
            ids.push(id.map_err(|_| AppError::refused(anyhow!("line {}: {word:?} is not a token id", number + 1)))?);
        }
    }
    let bytes = tokenizer.decode(&ids).map_err(AppError::refused)?;
    if cx.out.is_json() {
        return cx.out.emit(&Text { text: String::from_utf8_lossy(&bytes).into_owned() });
    }
    cx.out.raw(&bytes)
}

fn tokenizer_or_bytes(args: &TokenizerArgs) -> Result<Tokenizer, AppError> {
    args.tokenizer.as_deref().map_or_else(|| Ok(Tokenizer::bytes_only()), load_tokenizer)
}

/// A tokenizer by its file, or by the folder of data or of a model that has one.
fn load_tokenizer(path: &Path) -> Result<Tokenizer, AppError> {
    let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
    Tokenizer::load(&file).map_err(AppError::refused)
}

#[derive(Serialize)]
struct Built {
    path: PathBuf,
    #[serde(flatten)]
    manifest: Manifest,
}

impl Report for Built {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "built {}", self.path.display())?;
        overview(w, &self.manifest)
    }
}

fn overview(w: &mut dyn fmt::Write, manifest: &Manifest) -> fmt::Result {
    let totals = &manifest.totals;
    writeln!(w, "  text       {} bytes in {} documents", totals.text_bytes, totals.documents)?;
    writeln!(w, "  tokens     {} to train on, {} held out", totals.train_tokens, totals.val_tokens)?;
    writeln!(w, "  tokenizer  {} ids, {}", manifest.tokenizer.vocab, &manifest.tokenizer.hash)?;
    writeln!(w, "  shards     {}", manifest.shards.len())
}

#[derive(Serialize)]
struct Inspected(Inspection);

impl Report for Inspected {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Inspection { path, manifest, samples } = &self.0;
        writeln!(w, "{path}")?;
        overview(w, manifest)?;
        for source in &manifest.sources {
            writeln!(w, "  source     {} ({} bytes, {} documents)", source.path, source.bytes, source.documents)?;
        }
        for sample in samples {
            let text: String = sample.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            writeln!(w, "\n  at token {} of {:?}:\n    {}", sample.start, sample.split, text.trim())?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Verified {
    ok: bool,
    #[serde(flatten)]
    report: VerifyReport,
}

impl Report for Verified {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let VerifyReport { shards, bytes, train_tokens, val_tokens, .. } = &self.report;
        writeln!(
            w,
            "whole: {shards} shards, {bytes} bytes, {train_tokens} tokens to train on and {val_tokens} held out"
        )
    }
}

#[derive(Serialize)]
struct Ids {
    ids: Vec<u32>,
}

impl Report for Ids {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        for (index, id) in self.ids.iter().enumerate() {
            write!(w, "{}{id}", if index == 0 { "" } else { " " })?;
        }
        writeln!(w)
    }
}

#[derive(Serialize)]
struct Text {
    text: String,
}

impl Report for Text {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(&self.text)
    }
}
