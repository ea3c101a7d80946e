//! How fast this node trains, and how far the round is.

use super::round::{progress, state};
use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, put, put_all, share_bar, sides};
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{amount, count};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Whether the round is shown by another panel beside it.
    alone: bool,
}

impl Pace {
    pub(crate) const fn alone() -> Self {
        Self { alone: true }
    }

    /// What paces there were.
    fn statistics(view: &View<'_>, columns: usize) -> Vec<Line<'static>> {
        let paces = || view.snapshot.history.tokens_per_second.iter().copied().filter(|pace| pace.is_finite());
        let highest = paces().reduce(f64::max);
        let mean = paces().sum::<f64>() / paces().count() as f64;
        let words = |pace: Option<f64>| format!("{} tok/s", amount(pace.unwrap_or(f64::NAN)));
        vec![fact(view, "mean", words(Some(mean)), columns), fact(view, "highest", words(highest), columns)]
    }
}

impl Panel for Pace {
    fn title(&self, view: &View<'_>) -> Title {
        match &view.snapshot.training {
            Some(training) => {
                Title::with("Pace", format!("{} tok/s", amount(training.tokens_per_second)), view.theme.accent)
            }
            None => Title::of("Pace"),
        }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let Some(training) = &view.snapshot.training else {
            return put(buf, area, 0, &Line::styled("no training on this node", theme.muted));
        };
        let columns = usize::from(area.width);
        let (glyph, word, style) = state(training.state, view);
        let tokens = format!("{} tokens", amount(training.tokens as f64));
        let head = sides(
            vec![Span::styled(format!("{glyph} {word}"), style)],
            vec![Span::styled(tokens, theme.base)],
            columns,
        );
        let round = Span::styled(format!("round {}", count(training.round)), theme.muted);
        let round = sides(vec![round], vec![Span::styled(progress(training), theme.base)], columns);
        let share = training.inner_step as f64 / training.inner_steps as f64;
        let bar = Line::styled(share_bar(view, share, columns), theme.accent);
        let curve = Line::styled(sparkline(&view.snapshot.history.tokens_per_second, columns, view.ascii), theme.good);
        if self.alone {
            let mut lines = vec![fact_in(view, "state", format!("{glyph} {word}"), style, columns), curve];
            lines.extend(Self::statistics(view, columns));
            lines.push(fact(view, "tokens", amount(training.tokens as f64), columns));
            return put_all(buf, area, &lines);
        }
        let lines = match area.height {
            0..=1 => vec![head],
            2 => vec![head, round],
            3 => vec![head, round, bar],
            4 => vec![head, curve, round, bar],
            _ => vec![head, curve, Line::default(), round, bar],
        };
        put_all(buf, area, &lines);
    }
}
