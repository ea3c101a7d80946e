//! `train`: trains a model on this machine, and what the program does when no command is given.
//!
//! Invariant: whatever stops a run (its limit, a signal, a full disk, numbers that are none), the last checkpoint is
//! named and the exit code says which it was.

mod progress;
mod reports;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use neuroshard_commands::{Horizon, Preset, TrainArgs};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError, RunFolder};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::data::Dataset;
use neuroshard_model::generation::{Request, Sampling, generate};
use neuroshard_model::neurollm::Device;
use neuroshard_model::tokenizer::Codec;
use neuroshard_model::training::{Limit, Origin, Recipe, Run, RunOptions, TrainError};

use super::compute::{self, open_device};
use super::{AppError, Context, Exit, Interrupt};
use progress::Progress;
use reports::{Done, Sample, Start};

/// Checkpoints kept by a run that nobody set up.
const KEEP: usize = 3;

/// Without a command: a newcomer's first minute. Trains `nano` on the built-in corpus and shows what it writes.
pub(super) fn first_run(cx: &Context) -> Result<Exit, AppError> {
    let args = TrainArgs { keep: KEEP, ..TrainArgs::default() };
    cx.out.note("NeuroShard trains a small language model on this machine for 60 seconds. Ctrl-C stops it and saves.");
    run(cx, &args, true)
}

pub(super) fn train(cx: &Context, args: &TrainArgs) -> Result<Exit, AppError> {
    run(cx, args, false)
}

fn run(cx: &Context, args: &TrainArgs, with_sample: bool) -> Result<Exit, AppError> {
    compute::set_up(args.threads)?;
    let device = open_device(cx, args.device);
    let (mut run, data) = if args.resume { resume(cx, args, &device)? } else { create(cx, args, &device)? };
    // Until here there is nothing to save, and a signal ends the program at once.
    let interrupt = Interrupt::install()?;
    let folder = run.folder().to_owned();
    let start = Start::new(&run, &data, device.name());
    cx.out.emit(&start)?;
    let options = RunOptions {
        limit: limit(args),
        reschedule: args.reschedule,
        val_every: args.val_every,
        save_every: args.save_every,
    };
    let progress = Progress::new(cx, &run, &options, args.report.as_deref())?;
    let stop = || interrupt.interrupted().is_some() || progress.is_closed();
    let summary = run.train(&data, &options, &stop, &mut |event| progress.show(event));
    progress.finish();
    let summary = summary.map_err(|error| explain(error, &folder))?;
    progress.check()?;
    if let Some(exit) = interrupt.interrupted().filter(|_| summary.interrupted) {
        cx.out.note(format_args!("stopped at step {}, saved in {}", summary.steps, summary.checkpoint.display()));
        cx.out.hint(format_args!("go on with: neuroshard train --resume --out {}", folder.display()));
        return Ok(exit);
    }
    let done = Done::new(&summary, &folder, progress.curve());
    progress.write_report(&run, &start, &done)?;
    cx.out.emit(&done)?;
    if with_sample {
        sample(cx, &run, &data)?;
    }
    try_next(cx, args, &folder);
    Ok(Exit::Success)
}

/// The very next commands, as this person has to type them.
fn try_next(cx: &Context, args: &TrainArgs, folder: &Path) {
    let neuroshard = program_name();
    // Without a folder the newest run is meant, which this one now is.
    let [model, out] = ["--model", "--out"].map(|flag| match &args.out {
        Some(_) => format!(" {flag} {}", folder.display()),
        None => String::new(),
    });
    cx.out.hint("what to try next");
    cx.out.note(format_args!("  write with it   {neuroshard} infer \"Once upon a time\"{model}"));
    cx.out.note(format_args!("  train longer    {neuroshard} train --resume --reschedule --time 5m{out}"));
    cx.out.note(format_args!("  your own text   {neuroshard} train --data FILE --time 5m"));
}

/// How to call the program: a newcomer who let cargo run it has no `neuroshard` on the path yet.
fn program_name() -> &'static str {
    let by_cargo = std::env::var_os("CARGO_MANIFEST_DIR").is_some();
    if by_cargo { "cargo run --release --" } else { "neuroshard" }
}

fn limit(args: &TrainArgs) -> Option<Limit> {
    match args.horizon.horizon() {
        Some(Horizon::Steps(steps)) => Some(Limit::Steps(steps)),
        Some(Horizon::Tokens(tokens)) => Some(Limit::Tokens(tokens)),
        Some(Horizon::Time(time)) => Some(Limit::Time(time)),
        None if args.resume => None,
        None => Some(Limit::Time(std::time::Duration::from_mins(1))),
    }
}

fn create(cx: &Context, args: &TrainArgs, device: &Device) -> Result<(Run, Dataset), AppError> {
    let preset = args.preset.clone().unwrap_or(Preset::Named("nano"));
    args.out.as_deref().map_or(Ok(PathBuf::new()), absolute)?;
    let mut config = ModelConfig::resolve(&preset.to_string()).map_err(AppError::refused)?;
    config.seq = args.seq.unwrap_or(config.seq);
    config.validate().and_then(|()| config.validate_vocab()).map_err(AppError::refused)?;
    let recipe = with_flags(Recipe::for_model(&config), args);
    recipe.validate(&config).map_err(|error| AppError::usage(anyhow!("{error}")))?;
    // Weight, gradient and two moments.
    compute::check_fits(&config, 16, recipe.batch)?;
    let sources = absolute_all(&args.data)?;
    let data = read_data(cx, &sources, config.vocab, None)?;
    let ids = data.tokenizer.vocab();
    if matches!(preset, Preset::Named(_)) {
        config.vocab = ids; // a named shape takes the vocabulary that its data has
    } else if ids > config.vocab {
        let says = format!("the data's tokenizer has {ids} ids and the shape in {preset} only {}", config.vocab);
        return Err(AppError::refused(anyhow!(says))
            .hint(format!("set vocab = {ids} in {preset}, or build the data with fewer")));
    }
    data.train.windows(recipe.seq).map_err(AppError::refused)?;
    data.validation_windows(recipe.seq).map_err(AppError::refused)?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => new_run_folder(&cx.home()?, &preset),
    };
    let folder = RunFolder::create(&out, args.keep).map_err(|error| explain(error.into(), &out))?;
    let origin = Origin { preset: preset.to_string(), sources };
    let run = Run::create(folder, &config, recipe, origin, &data, device).map_err(|error| explain(error, &out))?;
    Ok((run, data))
}

fn resume(cx: &Context, args: &TrainArgs, device: &Device) -> Result<(Run, Dataset), AppError> {
    let out = match &args.out {
        Some(out) => out.clone(),
        None => compute::newest_run(&cx.home()?)?,
    };
    let fail = |error: TrainError| explain(error, &out);
    let folder = RunFolder::reopen(&out, args.keep).map_err(|error| fail(error.into()))?;
    let opened = Checkpoint::open(&out).map_err(|error| fail(error.into()))?;
    for error in &opened.damaged {
        cx.out.warn(format_args!("{error}; going on from {}", opened.checkpoint.folder().display()));
    }
    let checkpoint = opened.checkpoint;
    let absent = || fail(TrainError::NoState(checkpoint.folder().to_owned()));
    let state = checkpoint.training().map_err(|error| fail(error.into()))?.ok_or_else(absent)?;
    if let Some(preset) = &args.preset {
        let asked = ModelConfig::resolve(&preset.to_string()).map_err(AppError::refused)?;
        let has = checkpoint.config();
        if (ModelConfig { vocab: has.vocab, seq: has.seq, ..asked }) != *has {
            let says = format!("the run in {} has another shape ({}) than {preset}", out.display(), state.preset);
            return Err(AppError::refused(anyhow!(says)).hint("leave out --preset, or train anew with another --out"));
        }
    }
    let sources = match args.data.as_slice() {
        [] => state.sources.clone(),
        given => absolute_all(given)?,
    };
    let Codec::Own(tokenizer) = checkpoint.codec().map_err(|error| fail(error.into()))? else {
        return Err(absent());
    };
    let data = read_data(cx, &sources, checkpoint.config().vocab, Some(tokenizer))?;
    let mut run = Run::resume(folder, &checkpoint, &data, device).map_err(fail)?;
    run.set_recipe(with_flags(state.recipe, args), args.reschedule).map_err(fail)?;
    let threads = compute::threads();
    if threads != state.threads && checkpoint.config().moe.is_some() {
        let was = state.threads;
        cx.out.warn(format_args!(
            "the run used {was} threads and now has {threads}: losses may differ in their last digits"
        ));
    }
    cx.out.note(format_args!("going on from step {} in {}", state.step, checkpoint.folder().display()));
    Ok((run, data))
}

pub(super) fn read_data(
    cx: &Context,
    sources: &[PathBuf],
    vocab: usize,
    tokenizer: Option<neuroshard_model::tokenizer::Tokenizer>,
) -> Result<Dataset, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message("reading the data");
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let data = match (sources, tokenizer) {
        ([], None) => Dataset::builtin(vocab),
        ([], Some(tokenizer)) => Ok(Dataset::builtin_with(tokenizer)),
        (sources, tokenizer) => Dataset::from_sources(sources, vocab, tokenizer),
    };
    bar.finish_and_clear();
    data.map_err(AppError::refused)
}

fn with_flags(recipe: Recipe, args: &TrainArgs) -> Recipe {
    let lr = args.lr.unwrap_or(recipe.lr);
    // A given peak brings its own floor; a given floor stands.
    let min_lr = args.min_lr.unwrap_or(if args.lr.is_some() { lr / 10.0 } else { recipe.min_lr });
    let mut recipe = Recipe {
        batch: args.batch.unwrap_or(recipe.batch),
        seq: args.seq.unwrap_or(recipe.seq),
        accumulate: args.accumulate.unwrap_or(recipe.accumulate),
        lr,
        min_lr,
        warmup: args.warmup.or(recipe.warmup),
        clip: args.clip.unwrap_or(recipe.clip),
        seed: args.seed.unwrap_or(recipe.seed),
        adam: recipe.adam,
        dtype: args.dtype.map_or(recipe.dtype, compute::dtype),
    };
    recipe.adam.weight_decay = args.weight_decay.unwrap_or(recipe.adam.weight_decay);
    recipe
}

/// Data as a run remembers them.
pub(super) fn absolute_all(paths: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    paths.iter().map(|path| absolute(path)).collect()
}

fn absolute(path: &Path) -> Result<PathBuf, AppError> {
    if path == Path::new("-") {
        return Ok(path.to_owned());
    }
    if path.to_str().is_none() {
        // It is written into checkpoints and events, which are text.
        return Err(AppError::refused(anyhow!("{} is not valid UTF-8", path.display())).hint("rename it"));
    }
    std::path::absolute(path)
        .map_err(|error| AppError::refused(error).while_doing(format!("cannot use {}", path.display())))
}

/// `HOME/checkpoints/PRESET-TIME`, numbered when two runs start within one second.
fn new_run_folder(home: &Path, preset: &Preset) -> PathBuf {
    let name = match preset {
        Preset::Named(name) => (*name).to_owned(),
        Preset::File(path) => {
            path.file_stem().map_or_else(|| "custom".to_owned(), |stem| stem.to_string_lossy().into_owned())
        }
    };
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let base = compute::runs_folder(home).join(format!("{name}-{time}"));
    let numbered = (2..).map(|n| base.with_file_name(format!("{name}-{time}-{n}")));
    std::iter::once(base.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(base)
}

/// An error with what would help.
fn explain(error: TrainError, out: &Path) -> AppError {
    let hint = match &error {
        TrainError::Diverged { .. } => "lower the learning rate with --lr, or clip harder with --clip".to_owned(),
        TrainError::Horizon { saved, .. } => {
            format!("leave the length out to go on to step {saved}, or accept other learning rates with --reschedule")
        }
        TrainError::Recipe(_) => "leave those flags out, or accept the change with --reschedule".to_owned(),
        TrainError::Data => "find the original data, or begin anew with another --out".to_owned(),
        TrainError::NoState(_) => "name the folder of a run made by `neuroshard train`".to_owned(),
        TrainError::Checkpoint(CheckpointError::Occupied(_)) => {
            format!("go on with it: neuroshard train --resume --out {}, or choose another --out", out.display())
        }
        TrainError::Checkpoint(CheckpointError::NotAFolder(_)) => "choose another --out".to_owned(),
        TrainError::Checkpoint(CheckpointError::Locked(_)) => "wait for it, or choose another --out".to_owned(),
        TrainError::Checkpoint(CheckpointError::Write { .. }) => {
            "make room or mend the permissions, then go on with --resume".to_owned()
        }
        TrainError::Checkpoint(CheckpointError::Absent { .. }) => {
            "name the --out of an earlier `neuroshard train`".to_owned()
        }
        TrainError::Checkpoint(_) => "restore the folder from a copy, or begin anew with another --out".to_owned(),
        TrainError::Setting(_) | TrainError::DataRead(_) | TrainError::Stage(_) | TrainError::Stopped { .. } => {
            return AppError::refused(error);
        }
    };
    AppError::refused(error).hint(hint)
}

/// What the model writes now, to show that it learned.
fn sample(cx: &Context, run: &Run, data: &Dataset) -> Result<(), AppError> {
    let codec = Codec::Own(data.tokenizer.clone());
    let prompt = codec.encode_prompt(b"Once upon a time").map_err(AppError::internal)?;
    let sampling = Sampling { temperature: 0.7, top_k: 0, top_p: 0.95, seed: 1 };
    let request = Request { prompt, max_tokens: 120, sampling, stop: Vec::new() };
    let finish = generate(run.stage(), &codec, &request, |_| true).map_err(AppError::internal)?;
    cx.out.emit(&Sample { prompt: "Once upon a time", text: finish.text.trim_end().to_owned() })
}
