//! `export`: writes a model in the form that other programs read.
//!
//! Invariant: what is at the place already is never overwritten, and a copy that fails leaves nothing behind.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressStyle;
use neuroshard_commands::{self as commands, ExportArgs, ExportCommand, GgufArgs, HfArgs};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError, FloatType, GgufType};
use serde::Serialize;

use super::output::Report;
use super::{AppError, Context, Exit, Interrupt, compute};

pub(super) fn export(cx: &Context, args: &ExportArgs) -> Result<Exit, AppError> {
    match &args.command {
        ExportCommand::Gguf(args) => gguf(cx, args),
        ExportCommand::Hf(args) => plain(cx, args),
    }
}

fn gguf(cx: &Context, args: &GgufArgs) -> Result<Exit, AppError> {
    let checkpoint = open(cx, args.model.as_deref())?;
    let kind = match args.kind {
        commands::GgufType::F32 => GgufType::F32,
        commands::GgufType::F16 => GgufType::F16,
        commands::GgufType::Bf16 => GgufType::Bf16,
        commands::GgufType::Q8 => GgufType::Q8,
    };
    let bar = cx.out.bar(Some(1));
    let style = ProgressStyle::with_template("writing {bar:30.cyan/dim} {pos}/{len} tensors");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    let interrupt = Interrupt::install()?;
    let stop = || interrupt.interrupted().is_some();
    let written = checkpoint.export_gguf(&args.out, kind, &stop, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if let (Err(error @ CheckpointError::Stopped(_)), Some(exit)) = (&written, interrupt.interrupted()) {
        cx.out.note(error);
        return Ok(exit);
    }
    let written = written.map_err(explain)?;
    cx.out.emit(&Exported {
        path: args.out.clone(),
        format: "gguf",
        kind: kind.name(),
        bytes: written.bytes,
        tensors: written.tensors,
        tensors_as_f16: written.as_f16,
        cut_tokens: written.cut_tokens,
    })?;
    if written.as_f16 > 0 {
        cx.out.warn(format_args!(
            "{} of {} tensors are f16: their rows don't divide into the blocks of 32 values that q8_0 has",
            written.as_f16, written.tensors
        ));
    }
    if written.cut_tokens > 0 {
        cx.out.warn(format_args!(
            "llama.cpp cuts texts by another rule, which {} tokens of this vocabulary lie across: it reads a text that \
             has them as other ids than `neuroshard infer` does; what it writes is not affected",
            written.cut_tokens
        ));
    }
    Ok(Exit::Success)
}

fn plain(cx: &Context, args: &HfArgs) -> Result<Exit, AppError> {
    let checkpoint = open(cx, args.model.as_deref())?;
    let (kind, name) = match args.kind {
        None => (None, "unchanged"),
        Some(commands::FloatType::F32) => (Some(FloatType::F32), "f32"),
        Some(commands::FloatType::F16) => (Some(FloatType::F16), "f16"),
        Some(commands::FloatType::Bf16) => (Some(FloatType::Bf16), "bf16"),
    };
    let (bytes, tensors) = checkpoint.export_plain(&args.out, kind).map_err(explain)?;
    let path = args.out.clone();
    cx.out.emit(&Exported { path, format: "hf", kind: name, bytes, tensors, tensors_as_f16: 0, cut_tokens: 0 })?;
    Ok(Exit::Success)
}

/// The model in the folder, else the newest in the home.
fn open(cx: &Context, folder: Option<&Path>) -> Result<Checkpoint, AppError> {
    let folder = folder.map_or_else(|| compute::newest_run(&cx.home()?), |folder| Ok(folder.to_owned()))?;
    let opened = Checkpoint::open(&folder).map_err(|error| {
        AppError::refused(error).hint("name a folder that `neuroshard train` wrote, or a Hugging Face Llama checkpoint")
    })?;
    for error in &opened.damaged {
        cx.out.warn(format_args!("{error}; using {}", opened.checkpoint.folder().display()));
    }
    cx.out.detail(format_args!("model {}", opened.checkpoint.folder().display()));
    Ok(opened.checkpoint)
}

fn explain(error: CheckpointError) -> AppError {
    let hint = match &error {
        CheckpointError::Exists(_) | CheckpointError::NotAFolder(_) => "choose another --out, or move it away first",
        CheckpointError::Occupied(_) => "choose another --out, or empty it",
        CheckpointError::Tokenizer(_) => "`neuroshard export hf` keeps any tokenizer as it is",
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

/// A copy that was written.
#[derive(Serialize)]
#[serde(tag = "event", rename = "exported")]
struct Exported {
    path: PathBuf,
    format: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    bytes: u64,
    tensors: usize,
    tensors_as_f16: usize,
    cut_tokens: usize,
}

impl Report for Exported {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { path, kind, bytes, tensors, .. } = self;
        writeln!(w, "exported {}: {tensors} tensors, {kind}, {bytes} bytes", path.display())
    }
}
