//! How far training is: inner steps, the outer round, the learning rate's horizon.

use super::{FACTS_WIDTH, Panel, unknown};
use crate::canvas::{Title, fact_in, put_all, share_bar};
use crate::feed::View;
use crate::format::{count, percent, seconds};
use crate::snapshot::{Training, TrainingState};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

#[derive(Debug, Default)]
pub(crate) struct Round;

/// `312/500 · 4 m left`
pub(crate) fn progress(training: &Training) -> String {
    let steps = format!("{}/{}", count(training.inner_step), count(training.inner_steps));
    match (training.state, seconds(training.round_seconds_left)) {
        (TrainingState::Training, Some(left)) => format!("{steps} · {left} left"),
        _ => steps,
    }
}

/// A glyph and the word beside it.
pub(crate) fn state(state: TrainingState, view: &View<'_>) -> (&'static str, &'static str, Style) {
    let theme = view.theme;
    unknown(view).unwrap_or(match state {
        TrainingState::Starting => ("◌", "starting", theme.warn),
        TrainingState::Training => ("●", "training", theme.good),
        TrainingState::Waiting => ("◌", "waiting for the chain", theme.warn),
        TrainingState::Paused => ("○", "paused", theme.warn),
    })
}

impl Panel for Round {
    fn title(&self, view: &View<'_>) -> Title {
        match &view.snapshot.training {
            Some(training) => Title::with("Round", count(training.round), view.theme.accent),
            None => Title::of("Round"),
        }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let Some(training) = &view.snapshot.training else {
            return put_all(buf, area, &[Line::styled("no training on this node", theme.muted)]);
        };
        let mut lines = Vec::new();
        let mut gauge = |name: &str, words: String, share: f64, style: Style| {
            lines.push(fact_in(view, name, words, theme.base, columns));
            lines.push(Line::styled(share_bar(view, share, columns), style));
        };
        let share = training.inner_step as f64 / training.inner_steps as f64;
        gauge("inner", progress(training), share, theme.accent);
        let run = training.step as f64 / training.horizon as f64;
        let words = if training.step < training.horizon {
            format!("{}/{} · {}", count(training.step), count(training.horizon), percent(run))
        } else {
            format!("{} · rate at its floor", count(training.step))
        };
        gauge("steps", words, run, theme.contrast);
        if let Some(last) = seconds(training.round_seconds) {
            lines.push(fact_in(view, "last round", last, theme.base, columns));
        }
        if let Some(quorum) = &view.snapshot.quorum {
            lines.push(fact_in(view, "quorum's rounds", count(quorum.rounds), theme.base, columns));
        }
        put_all(buf, area, &lines);
    }
}
