//! `bench`: measures this machine, one figure at a time.
//!
//! Invariant: a figure is a median over repetitions of real work after a warm-up, never a single shot.

use std::fmt;
use std::time::{Duration, Instant};

use neuroshard_commands::{BenchArgs, Meter};
use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::config::ModelConfig;
use neuroshard_model::corpus;
use neuroshard_model::neurollm::{Cache, Device, Input, MicroBatch, Stage, Tier, layer_milliseconds};
use neuroshard_model::parameters::{self, Span};
use neuroshard_model::random::Stream;
use neuroshard_model::tokenizer::Tokenizer;
use neuroshard_model::training::Recipe;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::compute::{self, open_device};
use super::output::Report;
use super::{AppError, Context, Exit};

/// Generation is measured on at most this long a text.
const CONTEXT_MAX: usize = 1024;

pub(super) fn bench(cx: &Context, args: &BenchArgs) -> Result<Exit, AppError> {
    compute::set_up(args.threads)?;
    let device = open_device(cx, args.device);
    let setting = Setting { cx, args, device, time: Duration::from_secs(args.seconds) };
    let all = [Meter::Startup, Meter::Tokenizer, Meter::Tier, Meter::Train, Meter::Infer];
    let chosen = if args.what == Meter::All { &all[..] } else { std::slice::from_ref(&args.what) };
    for meter in chosen {
        let figure = match meter {
            Meter::Startup => setting.startup()?,
            Meter::Tokenizer => setting.tokenizer()?,
            Meter::Tier => setting.tier()?,
            Meter::Train => setting.train()?,
            Meter::Infer | Meter::All => setting.infer()?,
        };
        cx.out.emit(&figure)?;
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
    fn stage(&self) -> Result<Stage, AppError> {
        if let Some(folder) = &self.args.model {
            let opened = Checkpoint::open(folder).map_err(AppError::refused)?;
            return opened.checkpoint.model(&self.device).map_err(AppError::refused);
        }
        let config = self.config()?;
        Stage::initialise(&config, &Span::whole(&config), 0, &self.device).map_err(AppError::refused)
    }

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

    fn train(&self) -> Result<Figure, AppError> {
        let mut stage = self.stage()?;
        let config = stage.config().clone();
        let recipe = Recipe::for_model(&config);
        let (inputs, targets) = random_batch(&config, recipe.batch * recipe.seq);
        let mut step = 0;
        let seconds = self.repeat("training", || {
            let input = Input::Tokens(&inputs);
            let batch = MicroBatch { rows: recipe.batch, seq: recipe.seq, input, targets: Some(&targets) };
            stage.forward(&batch).map_err(AppError::internal)?;
            stage.backward(None).map_err(AppError::internal)?;
            let norm = stage.gradient_squares().iter().map(|(_, square)| square).sum::<f64>().sqrt();
            step += 1;
            stage.step(recipe.adam, step, 1e-4, (recipe.clip / norm).min(1.0));
            Ok(())
        })?;
        let rate = (recipe.batch * recipe.seq) as f64 / median(&seconds);
        let mut details = self.details(&config, &seconds);
        details.insert("step_milliseconds".to_owned(), json!(median(&seconds) * 1e3));
        details.insert("model_gflops".to_owned(), json!(rate * config.train_flops_per_token() / 1e9));
        details.insert("peak_memory".to_owned(), json!(compute::peak_memory()));
        Ok(Figure { name: "train", value: rate, unit: "tokens/s", better: "higher", ratio: None, details })
    }

    fn infer(&self) -> Result<Figure, AppError> {
        let stage = self.stage()?;
        let config = stage.config().clone();
        let context = config.seq.min(CONTEXT_MAX);
        let (ids, _) = random_batch(&config, context);
        let half = (context / 2).max(1);
        let mut prefill = Vec::new();
        let mut decoded = 0;
        let seconds = self.repeat("generation", || {
            let mut cache = Cache::default();
            let read = |ids, cache: &mut Cache| {
                let batch = MicroBatch { rows: 1, seq: <[u32]>::len(ids), input: Input::Tokens(ids), targets: None };
                stage.extend(&batch, cache).map_err(AppError::internal)
            };
            let began = Instant::now();
            read(&ids[..half], &mut cache)?;
            prefill.push(began.elapsed().as_secs_f64());
            for id in ids[half..].chunks(1) {
                read(id, &mut cache)?;
            }
            decoded = ids.len() - half;
            Ok(())
        })?;
        prefill.sort_by(f64::total_cmp);
        let rate = decoded as f64 / (median(&seconds) - median(&prefill)).max(1e-9);
        let mut details = self.details(&config, &seconds);
        details.insert("prefill_tokens_per_second".to_owned(), json!(half as f64 / median(&prefill)));
        details.insert("prompt_tokens".to_owned(), json!(half));
        details.insert("decoded_tokens".to_owned(), json!(decoded));
        Ok(Figure { name: "infer", value: rate, unit: "tokens/s", better: "higher", ratio: None, details })
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

    fn tokenizer(&self) -> Result<Figure, AppError> {
        let corpus = corpus::builtin();
        let texts: Vec<&[u8]> = corpus.train.iter().map(String::as_bytes).collect();
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        let began = Instant::now();
        let tokenizer = Tokenizer::learn(&texts, 1024).map_err(AppError::internal)?;
        let learning = began.elapsed().as_secs_f64();
        let seconds = self.repeat("the tokenizer", || {
            std::hint::black_box(texts.iter().map(|text| tokenizer.encode(text).len()).sum::<usize>());
            Ok(())
        })?;
        let mut details = Map::new();
        details.insert("vocab".to_owned(), json!(tokenizer.vocab()));
        details.insert("learn_mb_per_second".to_owned(), json!(bytes as f64 / 1e6 / learning));
        let value = bytes as f64 / 1e6 / median(&seconds);
        Ok(Figure { name: "tokenizer", value, unit: "MB/s", better: "higher", ratio: None, details })
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

fn random_batch(config: &ModelConfig, tokens: usize) -> (Vec<u32>, Vec<u32>) {
    let mut stream = Stream::new("bench", 0, &[]);
    let ids: Vec<u32> = (0..=tokens).map(|_| stream.below(config.vocab as u64) as u32).collect();
    (ids[..tokens].to_vec(), ids[1..].to_vec())
}

/// Of sorted values.
fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

/// One figure.
#[derive(Serialize)]
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
        writeln!(w, "{:<10} {:>12.2} {} ({} is better)", self.name, self.value, self.unit, self.better)?;
        for (name, value) in &self.details {
            match value.as_f64().filter(|number| number.fract() != 0.0) {
                Some(number) => writeln!(w, "             {name} {number:.3}")?,
                None => writeln!(w, "             {name} {}", value.to_string().trim_matches('"'))?,
            }
        }
        Ok(())
    }
}
