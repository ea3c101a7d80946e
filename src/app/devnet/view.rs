//! One line a node: redrawn on a terminal, printed now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::tally::{NodeTally, Tally};
use crate::app::Context;

/// Off a terminal, lines so often.
const LINES_EVERY: Duration = Duration::from_secs(10);

/// The lines.
pub(super) struct View<'a> {
    cx: &'a Context,
    bars: Vec<ProgressBar>,
    last_lines: Instant,
}

impl<'a> View<'a> {
    pub(super) fn new(cx: &'a Context, nodes: usize) -> Self {
        let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bars = (0..nodes).map(|_| {
            let bar = cx.out.bar(None);
            bar.set_style(style.clone());
            bar
        });
        Self { cx, bars: bars.collect(), last_lines: Instant::now() }
    }

    pub(super) fn show(&mut self, tally: &Tally) {
        let lines = (0..).zip(&tally.nodes).map(|(index, node)| line(index, node, tally.is_online(index)));
        if self.cx.out.draws_bars() {
            self.bars.iter().zip(lines).for_each(|(bar, line)| bar.set_message(line));
        } else if self.last_lines.elapsed() >= LINES_EVERY {
            self.last_lines = Instant::now();
            lines.for_each(|line| self.cx.out.note(line));
        }
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        self.bars.iter().for_each(ProgressBar::finish_and_clear);
    }
}

fn line(index: usize, node: &NodeTally, online: bool) -> String {
    let state = match (node.up, node.started, online) {
        (false, ..) => "down",
        (_, false, _) => "starting",
        (_, _, false) => "alone",
        _ => "online",
    };
    let height = node.height.unwrap_or(0);
    let loss = node.loss.map(|loss| format!("  loss {loss:.3}")).unwrap_or_default();
    let step = if node.steps > 0 { format!("  step {}", node.steps) } else { String::new() };
    let restarts = if node.restarts > 0 { format!("  restarts {}", node.restarts) } else { String::new() };
    format!("node {index:>2}  {state:<8}  height {height:>5}  peers {:>2}{step}{loss}{restarts}", node.peers)
}
