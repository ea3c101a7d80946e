//! `bench --against`: another program's figure beside ours, in turns, on one shape or on one model.
//!
//! Each turn is a process of its own, ours too, so that neither finds the other's threads or memory. Invariant: the
//! ratio is of medians over the same number of turns, ours first in each pair.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::anyhow;
use neuroshard_commands::{Against, Meter, Quantize};
use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::config::ModelConfig;
use serde_json::{Map, Value, json};

use super::tensors::Setting;
use super::{Figure, median};
use crate::app::{AppError, Exit, compute};

/// Pairs of turns.
const TURNS: usize = 3;

const PYTORCH: &str = include_str!("../../../model/benches/pytorch_baseline.py");
const LLAMA: &str = include_str!("../../../model/benches/llama_baseline.py");

/// Measures what was asked for on both sides and prints the ratio of tokens/s and of peak memory.
pub(super) fn compare(setting: &Setting<'_>, other: Against) -> Result<Exit, AppError> {
    let meter = match (setting.args.what, other) {
        (Meter::Train, Against::Pytorch | Against::PytorchCompiled) => "train",
        (Meter::Infer, Against::Pytorch | Against::PytorchCompiled | Against::Llama) => "infer",
        (_, Against::Grpc) => {
            return Err(wrong("gRPC can be compared in bulk between nodes", "bench net --against grpc"));
        }
        (_, Against::Llama) => {
            return Err(wrong("llama.cpp can be compared in generation", "bench infer --against llama"));
        }
        _ => return Err(wrong("PyTorch can be compared in training and generation", "bench train --against pytorch")),
    };
    let compared = Compared::new(setting, other)?;
    let bar = setting.cx.out.bar(None);
    let (mut ours, mut theirs): (Vec<Turn>, Vec<Turn>) = (Vec::new(), Vec::new());
    for turn in 1..=TURNS {
        bar.set_message(format!("turn {turn} of {TURNS}: neuroshard"));
        ours.push(own_turn(setting, meter)?);
        bar.set_message(format!("turn {turn} of {TURNS}: {}", name(other)));
        theirs.push(other_turn(setting, other, meter, &compared)?);
    }
    bar.finish_and_clear();
    setting.cx.out.emit(&figure(setting, meter, other, &ours, &theirs))?;
    Ok(Exit::Success)
}

/// What both sides compute with.
struct Compared {
    config: ModelConfig,
    /// The model given, as a file that llama.cpp reads, while it is compared.
    exported: Option<(tempfile::TempDir, PathBuf)>,
}

impl Compared {
    fn new(setting: &Setting<'_>, other: Against) -> Result<Self, AppError> {
        let Some(model) = &setting.args.model else {
            return Ok(Self { config: setting.config()?, exported: None });
        };
        let checkpoint = Checkpoint::open(model).map_err(AppError::refused)?.checkpoint;
        let config = checkpoint.config().clone();
        if other != Against::Llama {
            return Ok(Self { config, exported: None });
        }
        let folder = tempfile::tempdir().map_err(AppError::refused)?;
        let path = folder.path().join("model.gguf");
        let kind = match setting.args.quantize {
            Quantize::None => "f32",
            Quantize::Bf16 => "bf16",
            Quantize::Int8 => "q8_0",
        };
        let mut command = Command::new(std::env::current_exe().map_err(AppError::internal)?);
        command.args(["--json", "export", "gguf", "--type", kind, "--model"]).arg(model).arg("--out").arg(&path);
        output(command, "neuroshard export gguf")?;
        Ok(Self { config, exported: Some((folder, path)) })
    }
}

fn wrong(says: &'static str, instead: &str) -> AppError {
    AppError::usage(anyhow!(says)).hint(format!("neuroshard {instead}"))
}

fn name(other: Against) -> &'static str {
    match other {
        Against::Pytorch => "pytorch",
        Against::PytorchCompiled => "pytorch-compiled",
        Against::Llama => "llama",
        Against::Grpc => "grpc",
    }
}

/// What a turn gave.
struct Turn {
    tokens_per_second: f64,
    peak_memory: f64,
}

fn figure(setting: &Setting<'_>, meter: &'static str, other: Against, ours: &[Turn], theirs: &[Turn]) -> Figure {
    let middle = |turns: &[Turn], of: fn(&Turn) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        median(&values)
    };
    let all = |turns: &[Turn]| turns.iter().map(|turn| turn.tokens_per_second).collect::<Vec<_>>();
    let speed: fn(&Turn) -> f64 = |turn| turn.tokens_per_second;
    let memory: fn(&Turn) -> f64 = |turn| turn.peak_memory;
    let value = middle(ours, speed);
    let mut details = Map::new();
    details.insert("preset".to_owned(), json!(setting.args.preset.to_string()));
    details.insert("threads".to_owned(), json!(compute::threads()));
    details.insert("against".to_owned(), json!(name(other)));
    details.insert("against_tokens_per_second".to_owned(), json!(middle(theirs, speed)));
    details.insert("turns".to_owned(), json!(all(ours)));
    details.insert("against_turns".to_owned(), json!(all(theirs)));
    details.insert("peak_memory".to_owned(), json!(middle(ours, memory)));
    details.insert("against_peak_memory".to_owned(), json!(middle(theirs, memory)));
    details.insert("memory_ratio".to_owned(), json!(middle(ours, memory) / middle(theirs, memory)));
    let ratio = Some(value / middle(theirs, speed));
    Figure { name: meter, value, unit: "tokens/s", better: "higher", ratio, details }
}

fn own_turn(setting: &Setting<'_>, meter: &str) -> Result<Turn, AppError> {
    let args = setting.args;
    let mut command = Command::new(std::env::current_exe().map_err(AppError::internal)?);
    command.args(["--json", "bench", meter, "--device", "cpu", "--preset", &args.preset.to_string()]);
    command.args(["--threads", &compute::threads().to_string(), "--seconds", &args.seconds.to_string()]);
    command.args(["--dtype", value_name(&args.dtype), "--quantize", value_name(&args.quantize)]);
    if let Some(batch) = args.batch {
        command.args(["--batch", &batch.to_string()]);
    }
    if let Some(model) = &args.model {
        command.arg("--model").arg(model);
    }
    let figure = output(command, "neuroshard bench")?;
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    Ok(Turn { tokens_per_second: number(&figure["value"]), peak_memory: number(&figure["details"]["peak_memory"]) })
}

fn other_turn(setting: &Setting<'_>, other: Against, meter: &str, compared: &Compared) -> Result<Turn, AppError> {
    let (args, config) = (setting.args, &compared.config);
    let python = std::env::var("NEUROSHARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let recipe = neuroshard_model::training::Recipe::for_model(config);
    let mut request = json!({
        "mode": meter,
        "threads": compute::threads(),
        "seconds": args.seconds,
        "batch": args.batch.unwrap_or(recipe.batch),
        "head_dim": config.head_dim(),
        "dtype": value_name(&args.dtype),
        "compile": other == Against::PytorchCompiled,
        "shape": config,
        "path": compared.exported.as_ref().map(|(_, path)| path),
    });
    if meter == "infer" {
        let dtype = match args.quantize {
            Quantize::None => "f32",
            Quantize::Bf16 => "bf16",
            Quantize::Int8 => "q8",
        };
        request["dtype"] = json!(dtype);
    }
    let script = if other == Against::Llama { LLAMA } else { PYTORCH };
    let mut command = Command::new(&python);
    command.args(["-c", script, &request.to_string()]);
    let figure = output(command, &python).map_err(|error| {
        let package = if other == Against::Llama { "llama-cpp-python gguf" } else { "torch" };
        error.hint(format!("NEUROSHARD_PYTHON names the Python to use; it needs: pip install {package}"))
    })?;
    let number = |name: &str| figure[name].as_f64().unwrap_or_default();
    Ok(Turn { tokens_per_second: number("tokens_per_second"), peak_memory: number("peak_memory") })
}

fn value_name(value: &impl clap::ValueEnum) -> &'static str {
    let name = value.to_possible_value().map(|value| value.get_name().to_owned());
    // A handful of names of a few bytes, once each.
    name.map_or("", |name| Box::leak(name.into_boxed_str()))
}

/// The last line of what a command prints, as JSON.
fn output(mut command: Command, what: &str) -> Result<Value, AppError> {
    let done = command.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let done = done.map_err(|error| AppError::refused(error).while_doing(format!("cannot run {what}")))?;
    let text = String::from_utf8_lossy(&done.stdout);
    let value = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    value.filter(|_| done.status.success()).ok_or_else(|| {
        let says = String::from_utf8_lossy(&done.stderr);
        let last = says.lines().last().unwrap_or("it printed nothing").to_owned();
        AppError::refused(anyhow!("{what} failed: {last}"))
    })
}
