//! The API's figures: requests a second, what they cost training, and how soon many who listen hear of a block.
//!
//! Invariant: the node is a process of its own, asked over loopback as programs ask it; whoever asks shares the machine
//! with it, and what that costs is part of the figure.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use neuroshard_commands::BenchArgs;
use serde_json::{Map, json};

use super::served::{Asker, Served};
use super::{Figure, median};
use crate::app::{AppError, Context};

/// Requests a second that training has to bear.
const RATE: u64 = 2_000;
/// Turns of quiet and asked training.
const TURNS: usize = 3;
/// Who listens to events at once.
const LISTENERS: usize = 1_000;

pub(super) fn figures(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let time = Duration::from_secs(args.seconds);
    Ok(vec![status(cx, time)?, training(cx, args, time)?, listeners(cx)?])
}

/// Status requests that one client gets answered, one after the other.
fn status(cx: &Context, time: Duration) -> Result<Figure, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message("measuring status requests");
    let node = Served::start(&["--no-training".to_owned()])?;
    let mut asker = Asker::connect(&node.address)?;
    let (began, mut count, mut bytes) = (Instant::now(), 0_u64, 0);
    while began.elapsed() < time {
        bytes = asker.get("/v1/status")?.len();
        count += 1;
    }
    let value = count as f64 / began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    let details = Map::from_iter([("bytes".to_owned(), json!(bytes)), ("clients".to_owned(), json!(1))]);
    Ok(Figure { name: "api_status", value, unit: "requests/s", better: "higher", ratio: None, details })
}

/// Training's pace while the node is asked, against that while nobody asks, in turns.
fn training(cx: &Context, args: &BenchArgs, time: Duration) -> Result<Figure, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message("measuring training while it is asked");
    // The rounds are long, so that no validation falls into one turn and not into the other.
    let mut flags =
        vec!["--preset".to_owned(), args.preset.to_string(), "--inner-steps".to_owned(), "10000".to_owned()];
    flags.extend(args.threads.map(|threads| format!("--threads={threads}")));
    let mut node = Served::start(&flags)?;
    node.wait("step")?;
    let mut ratios = Vec::new();
    let mut rates = Vec::new();
    for _ in 0..TURNS {
        let quiet = node.steps(time)?;
        let (asked, rate) = asked(&mut node, time)?;
        ratios.push(asked / quiet);
        rates.push(rate);
    }
    bar.finish_and_clear();
    ratios.sort_by(f64::total_cmp);
    rates.sort_by(f64::total_cmp);
    let details = Map::from_iter([
        ("requests_per_second".to_owned(), json!(median(&rates))),
        ("turns".to_owned(), json!(TURNS)),
        ("preset".to_owned(), json!(args.preset.to_string())),
    ]);
    let (value, ratio) = (median(&ratios) * 100.0, Some(median(&ratios)));
    Ok(Figure { name: "api_training", value, unit: "% of the pace when nobody asks", better: "higher", ratio, details })
}

/// Steps and requests a second while somebody asks at the wanted rate.
fn asked(node: &mut Served, time: Duration) -> Result<(f64, f64), AppError> {
    let (stop, count, address) = (AtomicBool::new(false), AtomicU64::new(0), node.address.clone());
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| -> Result<f64, AppError> {
            let (mut asker, began) = (Asker::connect(&address)?, Instant::now());
            while !stop.load(Ordering::Relaxed) {
                let due = (began.elapsed().as_secs_f64() * RATE as f64) as u64;
                if count.load(Ordering::Relaxed) >= due {
                    std::thread::sleep(Duration::from_micros(500));
                    continue;
                }
                asker.get("/v1/status")?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
        });
        let steps = node.steps(time);
        stop.store(true, Ordering::Relaxed);
        let rate = asking.join().map_err(|_| AppError::internal(anyhow::anyhow!("whoever asks gave up")))??;
        Ok((steps?, rate))
    })
}

/// How long after the first of many who listen the last one hears of a block.
fn listeners(cx: &Context) -> Result<Figure, AppError> {
    let bar = cx.out.bar(None);
    bar.set_message("measuring listeners");
    let node = Served::start(&["--no-training".to_owned()])?;
    let (heard, hears) = channel();
    for _ in 0..LISTENERS {
        let mut asker = Asker::connect(&node.address)?;
        asker.ask("/v1/events")?;
        let heard = heard.clone();
        let listen = move || {
            while let Ok(line) = asker.line() {
                let Some(at) = line.find("\"height\":").filter(|_| line.contains("\"event\":\"epoch\"")) else {
                    continue;
                };
                let height = line[at + 9..].split(',').next().and_then(|height| height.parse::<u64>().ok());
                if heard.send((height.unwrap_or(0), Instant::now())).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(listen).map_err(AppError::refused)?;
    }
    // Those who came late hear no whole block yet.
    let mut spreads = Vec::new();
    let mut block: (u64, Vec<Instant>) = (0, Vec::new());
    while spreads.len() < TURNS {
        let (height, at) = hears.recv_timeout(Duration::from_mins(1)).map_err(AppError::internal)?;
        if height > block.0 {
            block = (height, Vec::new());
        }
        block.1.push(at);
        if height == block.0 && block.1.len() == LISTENERS {
            let (first, last) = (block.1.iter().min(), block.1.iter().max());
            spreads.extend(first.zip(last).map(|(first, last)| (*last - *first).as_secs_f64()));
        }
    }
    bar.finish_and_clear();
    spreads.sort_by(f64::total_cmp);
    let details = Map::from_iter([("listeners".to_owned(), json!(LISTENERS)), ("blocks".to_owned(), json!(TURNS))]);
    let value = median(&spreads) * 1e3;
    Ok(Figure { name: "api_listeners", value, unit: "ms", better: "lower", ratio: None, details })
}
