//! `bench`: measures this machine, one figure at a time.
//!
//! Invariant: a figure is a median over repetitions of real work after a warm-up, never a single shot.

#[cfg(feature = "flex")]
mod against;
mod api;
mod dashboard;
#[cfg(feature = "flex")]
mod gemm;
mod governance;
mod ledger;
#[cfg(feature = "flex")]
mod model;
#[cfg(feature = "flex")]
mod peers;
mod served;
#[cfg(feature = "flex")]
mod tensors;
#[cfg(feature = "flex")]
mod tokenizer;

use std::fmt;
use std::time::{Duration, Instant};

use neuroshard_commands::{BenchArgs, Meter};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::output::Report;
#[cfg(not(feature = "flex"))]
use super::without_tensors as tensors;
use super::{AppError, Context, Exit};

pub(super) fn bench(cx: &Context, args: &BenchArgs) -> Result<Exit, AppError> {
    let figures = match args.what {
        Meter::Startup if args.against.is_none() => vec![startup(cx, Duration::from_secs(args.seconds))?],
        Meter::Ledger if args.against.is_none() => ledger::figures(cx, args)?,
        Meter::Governance if args.against.is_none() => governance::figures(cx, args)?,
        Meter::Api if args.against.is_none() => api::figures(cx, args)?,
        Meter::Dashboard if args.against.is_none() => dashboard::figures(cx, args)?,
        #[cfg(feature = "flex")]
        Meter::Net => peers::net(cx, args)?,
        #[cfg(feature = "flex")]
        Meter::Consensus if args.against.is_none() => peers::consensus(cx, args)?,
        #[cfg(feature = "flex")]
        Meter::Join if args.against.is_none() => peers::join(cx, args)?,
        _ => return tensors::bench(cx, args),
    };
    for figure in figures {
        cx.out.emit(&figure)?;
    }
    Ok(Exit::Success)
}

fn startup(cx: &Context, time: Duration) -> Result<Figure, AppError> {
    let program = std::env::current_exe().map_err(AppError::internal)?;
    let start = |()| {
        let mut command = std::process::Command::new(&program);
        command.arg("--help").stdout(std::process::Stdio::null());
        command.status().map(drop).map_err(AppError::internal)
    };
    let seconds = repeat(cx, "start-up", time, || Ok(()), start)?;
    let value = median(&seconds) * 1e3;
    let details = Map::from_iter([("command".to_owned(), json!("neuroshard --help"))]);
    Ok(Figure { name: "startup", value, unit: "ms", better: "lower", ratio: None, details })
}

/// Seconds of each repetition of `work` for `time`, at least three, in order of size, after one to warm up. What `work`
/// is given is made before its time begins.
fn repeat<T>(
    cx: &Context,
    what: &str,
    time: Duration,
    mut prepare: impl FnMut() -> Result<T, AppError>,
    mut work: impl FnMut(T) -> Result<(), AppError>,
) -> Result<Vec<f64>, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message(format!("measuring {what}"));
    work(prepare()?)?;
    let mut total = Duration::ZERO;
    let mut seconds = Vec::new();
    while seconds.len() < 3 || total < time {
        let prepared = prepare()?;
        let began = Instant::now();
        work(prepared)?;
        total += began.elapsed();
        seconds.push(began.elapsed().as_secs_f64());
        bar.tick();
    }
    bar.finish_and_clear();
    seconds.sort_by(f64::total_cmp);
    Ok(seconds)
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
