//! What is not as it should be.

use super::Panel;
use crate::canvas::{Title, put};
use crate::feed::View;
use crate::format::{plural, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Debug, Default)]
pub(crate) struct Problems;

/// In one line, if there are any.
pub(crate) fn strip(view: &View<'_>) -> Option<Line<'static>> {
    let problems = &view.snapshot.problems;
    let newest = problems.last()?;
    let count = format!(" ▲ {} · ", plural(problems.len() as u64, "problem"));
    Some(Line::from(vec![
        Span::styled(count, view.theme.warn),
        Span::styled(crate::format::safe(newest), view.theme.base),
    ]))
}

impl Panel for Problems {
    fn title(&self, view: &View<'_>) -> Title {
        match view.snapshot.problems.len() {
            0 => Title::with("Problems", "none", view.theme.good),
            count => Title::with("Problems", count.to_string(), view.theme.warn),
        }
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        if view.snapshot.problems.is_empty() {
            return put(buf, area, 0, &Line::styled("✓ all is well", theme.good));
        }
        let mut row = 0;
        for problem in view.snapshot.problems.iter().rev().take(area.height.into()) {
            for (index, text) in wrap(problem, usize::from(area.width).saturating_sub(2)).into_iter().enumerate() {
                let mark = Span::styled(if index == 0 { "▲ " } else { "  " }, theme.warn);
                put(buf, area, row, &Line::from(vec![mark, Span::styled(text, theme.base)]));
                row += 1;
            }
        }
    }
}
