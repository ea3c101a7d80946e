//! All that matters, one line each: the overview of a small terminal.

use super::device::machine_lines;
use super::earnings::next;
use super::loss::overall;
use super::round::{progress, state};
use super::{FACTS_WIDTH, Panel, node_state, problems, reachability};
use crate::canvas::{Gauge, Title, clip, fact, fact_in, gauges, put_all};
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{amount, count, decimals, duration, neuro, plural, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Debug, Default)]
pub(crate) struct Facts;

fn training(view: &View<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = view.theme;
    let Some(training) = &view.snapshot.training else {
        return vec![fact(view, "training", "none on this node", columns)];
    };
    let (glyph, word, style) = state(training.state, view);
    let loss = format!("{} · validation {}", decimals(overall(view.snapshot), 3), decimals(training.val_loss, 3));
    let curve = sparkline(&view.snapshot.history.tokens_per_second, 10, view.ascii);
    let share = training.inner_step as f64 / training.inner_steps as f64;
    let round = Gauge { name: "round", share, words: progress(training), style: theme.accent };
    let mut lines = vec![
        fact_in(view, "training", format!("{glyph} {word} · step {}", count(training.step)), style, columns),
        fact_in(view, "loss", loss, theme.accent, columns),
        fact(view, "pace", format!("{curve} {} tok/s", amount(training.tokens_per_second)), columns),
    ];
    lines.extend(gauges(view, &[round], columns));
    lines
}

impl Panel for Facts {
    fn title(&self, view: &View<'_>) -> Title {
        let snapshot = view.snapshot;
        let (glyph, word, style) = node_state(view);
        let words =
            format!(" {word} · up {} · block {}", duration(snapshot.uptime_seconds), count(snapshot.chain.height));
        Title { name: "", value: vec![Span::styled(glyph, style), Span::styled(words, view.theme.title)] }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let snapshot = view.snapshot;
        let columns = usize::from(area.width);
        let mut lines: Vec<Line<'_>> =
            problems::strip(view).map(|line| Line::from(clip(line.spans, columns))).into_iter().collect();
        lines.extend(training(view, columns));
        let earnings = &snapshot.earnings;
        let earned = format!("{} today · {} in all", neuro(&earnings.today, 2), neuro(&earnings.total, 2));
        lines.push(fact_in(view, "earned", earned, view.theme.good, columns));
        if let Some(next) = next(view) {
            lines.push(fact(view, "next pay", next, columns));
        }
        let wallet = format!("{} · {} staked", neuro(&snapshot.wallet.available, 2), neuro(&snapshot.wallet.staked, 2));
        lines.push(fact(view, "wallet", wallet, columns));
        lines.extend(reachability::line(view, columns));
        if let Some(quorum) = &snapshot.quorum {
            let state = if view.stale() { "? unknown".to_owned() } else { safe(&quorum.state) };
            let words = format!("{state} · {}", plural(quorum.members.len() as u64, "member"));
            lines.push(fact(view, "quorum", words, columns));
        }
        lines.extend(machine_lines(&snapshot.device, view, columns));
        let place = if snapshot.public { "" } else { " · private devnet" };
        lines.push(fact(view, "network", format!("{}{place}", safe(&snapshot.network)), columns));
        put_all(buf, area, &lines);
    }
}
