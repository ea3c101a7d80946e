//! `bench`: measures this machine, one figure at a time.
//!
//! Invariant: a figure is a median over repetitions of real work after a warm-up, never a single shot.

mod against;
mod gemm;
mod model;
mod tokenizer;

use std::fmt;
use std::time::{Duration, Instant};

use neuroshard_commands::{BenchArgs, Meter};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{Device, Tier, layer_milliseconds};
use neuroshard_model::parameters;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::compute::{self, open_device};
use super::output::Report;
use super::{AppError, Context, Exit};

pub(super) fn bench(cx: &Context, args: &BenchArgs) -> Result<Exit, AppError> {
    compute::set_up(args.threads)?;
    let device = open_device(cx, args.device);
    let setting = Setting { cx, args, device, time: Duration::from_secs(args.seconds) };
    if let Some(other) = args.against {
        return against::compare(&setting, other);
    }
    let all = [Meter::Startup, Meter::Tokenizer, Meter::Tier, Meter::Gemm, Meter::Train, Meter::Infer];
    let chosen = if args.what == Meter::All { &all[..] } else { std::slice::from_ref(&args.what) };
    for meter in chosen {
        let figures = match meter {
            Meter::Startup => vec![setting.startup()?],
            Meter::Tokenizer => setting.tokenizer()?.into(),
            Meter::Tier => vec![setting.tier()?],
            Meter::Gemm => gemm::figures(&setting).into(),
            Meter::Train => vec![model::train(&setting)?],
            Meter::Infer | Meter::All => vec![model::infer(&setting)?],
        };
        for figure in figures {
            cx.out.emit(&figure)?;
        }
    }
    Ok(Exit::Success)
}

struct Setting<'a> {
    cx: &'a Context,
    args: &'a BenchArgs,
    device: Device,
    time: Duration,
}

impl Setting<'_> {
    fn config(&self) -> Result<ModelConfig, AppError> {
        ModelConfig::resolve(&self.args.preset.to_string()).map_err(AppError::refused)
    }

    /// Seconds of each repetition of `work` for the time asked for, at least three, after one to warm up.
    fn repeat(&self, what: &str, mut work: impl FnMut() -> Result<(), AppError>) -> Result<Vec<f64>, AppError> {
        let bar = self.cx.out.bar(None);
        bar.set_message(format!("measuring {what}"));
        work()?;
        let started = Instant::now();
        let mut seconds = Vec::new();
        while seconds.len() < 3 || started.elapsed() < self.time {
            let began = Instant::now();
            work()?;
            seconds.push(began.elapsed().as_secs_f64());
            bar.tick();
        }
        bar.finish_and_clear();
        seconds.sort_by(f64::total_cmp);
        Ok(seconds)
    }

    fn details(&self, config: &ModelConfig, seconds: &[f64]) -> Map<String, Value> {
        let mut details = Map::new();
        details.insert("preset".to_owned(), json!(self.args.preset.to_string()));
        details.insert("parameters".to_owned(), json!(parameters::count(config)));
        details.insert("device".to_owned(), json!(self.device.name()));
        details.insert("repetitions".to_owned(), json!(seconds.len()));
        details
    }

    fn tier(&self) -> Result<Figure, AppError> {
        let config = self.config()?;
        let milliseconds = layer_milliseconds(&config, &self.device, self.time).map_err(AppError::internal)?;
        let tier = Tier::of(milliseconds);
        let mut details = Map::new();
        details.insert("tier".to_owned(), json!(tier));
        details.insert("ms_per_layer".to_owned(), json!(milliseconds));
        details.insert("device".to_owned(), json!(self.device.name()));
        details.insert("memory".to_owned(), json!(compute::total_memory()));
        details.insert("preset".to_owned(), json!(self.args.preset.to_string()));
        Ok(Figure { name: "tier", value: milliseconds, unit: "ms/layer", better: "lower", ratio: None, details })
    }

    fn startup(&self) -> Result<Figure, AppError> {
        let program = std::env::current_exe().map_err(AppError::internal)?;
        let seconds = self.repeat("start-up", || {
            let mut command = std::process::Command::new(&program);
            command.arg("--help").stdout(std::process::Stdio::null());
            command.status().map(drop).map_err(AppError::internal)
        })?;
        let value = median(&seconds) * 1e3;
        let details = Map::from_iter([("command".to_owned(), json!("neuroshard --help"))]);
        Ok(Figure { name: "startup", value, unit: "ms", better: "lower", ratio: None, details })
    }
}

/// Of sorted values.
fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

/// One figure.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "bench")]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    better: &'static str,
    ratio: Option<f64>,
    details: Map<String, Value>,
}

impl Report for Figure {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{:<16} {:>12.2} {} ({} is better)", self.name, self.value, self.unit, self.better)?;
        for (name, value) in &self.details {
            match value.as_f64().filter(|number| number.fract() != 0.0) {
                Some(number) => writeln!(w, "             {name} {number:.3}")?,
                None => writeln!(w, "             {name} {}", value.to_string().trim_matches('"'))?,
            }
        }
        Ok(())
    }
}
