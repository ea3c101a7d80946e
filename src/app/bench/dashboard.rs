//! The dashboard's figures: what a frame costs, and how soon a node that it starts is up and trains.

use std::time::Duration;

use neuroshard_commands::BenchArgs;
use neuroshard_tui::picture::Picture;
use serde_json::{Map, json};

use super::served::Served;
use super::{Figure, median, repeat};
use crate::app::{AppError, Context};

/// The size of a large terminal.
const SIZE: (u16, u16) = (200, 60);

pub(super) fn figures(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let time = Duration::from_secs(args.seconds);
    let mut figures = vec![frame(cx, time)?];
    figures.extend(start(cx, args)?);
    Ok(figures)
}

/// A frame after news, on a page with everything.
fn frame(cx: &Context, time: Duration) -> Result<Figure, AppError> {
    let mut picture = Picture::of_demo(SIZE.0, SIZE.1);
    let seconds = repeat(
        cx,
        "frames",
        time,
        || Ok(()),
        |()| {
            picture.advance(Duration::from_secs(1));
            picture.draw();
            Ok(())
        },
    )?;
    let details = Map::from_iter([
        ("columns".to_owned(), json!(SIZE.0)),
        ("rows".to_owned(), json!(SIZE.1)),
        ("worst_ms".to_owned(), json!(seconds.last().copied().unwrap_or(0.0) * 1e3)),
    ]);
    let value = median(&seconds) * 1e3;
    Ok(Figure { name: "dashboard_frame", value, unit: "ms", better: "lower", ratio: None, details })
}

/// From the start of the program until the node says that it is up, and until its first step.
fn start(cx: &Context, args: &BenchArgs) -> Result<[Figure; 2], AppError> {
    let (mut up, mut step) = (Vec::new(), Vec::new());
    let bar = cx.out.bar(None);
    bar.set_message("measuring the start of a node");
    for _ in 0..3 {
        let mut node = Served::start(&["--preset".to_owned(), args.preset.to_string()])?;
        up.push(node.began.elapsed().as_secs_f64());
        node.wait("step")?;
        step.push(node.began.elapsed().as_secs_f64());
    }
    bar.finish_and_clear();
    let figure = |name, mut seconds: Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        let details = Map::from_iter([("preset".to_owned(), json!(args.preset.to_string()))]);
        Figure { name, value: median(&seconds), unit: "s", better: "lower", ratio: None, details }
    };
    Ok([figure("node_start", up), figure("node_first_step", step)])
}
