//! What is not as it should be.

use super::Panel;
use crate::canvas::{Title, put};
use crate::feed::{Reach, View};
use crate::format::{plural, safe, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Debug, Default)]
pub(crate) struct Problems;

/// That nothing is heard of the node: no other problem is worse, and none can be believed then.
pub(crate) fn silence(view: &View<'_>) -> Option<String> {
    match view.reach {
        Reach::Answers => None,
        Reach::Silent(seconds) => Some(format!("◌ nothing was heard of the node for {seconds} s")),
        Reach::Lost("") => Some("✗ the node does not answer".to_owned()),
        Reach::Lost(reason) => Some(format!("✗ the node does not answer: {}", safe(reason))),
    }
}

/// In one line, if there are any.
pub(crate) fn strip(view: &View<'_>) -> Option<Line<'static>> {
    let problems = &view.snapshot.problems;
    if let Some(silence) = silence(view) {
        return Some(Line::styled(format!(" {silence}"), view.theme.bad));
    }
    let newest = problems.last()?;
    let count = format!(" ▲ {} · ", plural(problems.len() as u64, "problem"));
    Some(Line::from(vec![Span::styled(count, view.theme.warn), Span::styled(safe(newest), view.theme.base)]))
}

impl Panel for Problems {
    fn title(&self, view: &View<'_>) -> Title {
        match view.snapshot.problems.len() + usize::from(view.stale()) {
            0 => Title::with("Problems", "none", view.theme.good),
            count => Title::with("Problems", count.to_string(), view.theme.warn),
        }
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let silence = silence(view);
        if view.snapshot.problems.is_empty() && silence.is_none() {
            return put(buf, area, 0, &Line::styled("✓ all is well", theme.good));
        }
        let mut row = 0;
        for text in silence.iter().flat_map(|text| wrap(text, area.width.into())) {
            put(buf, area, row, &Line::styled(text, theme.bad));
            row += 1;
        }
        for problem in view.snapshot.problems.iter().rev().take(area.height.into()) {
            for (index, text) in wrap(problem, usize::from(area.width).saturating_sub(2)).into_iter().enumerate() {
                let mark = Span::styled(if index == 0 { "▲ " } else { "  " }, theme.warn);
                put(buf, area, row, &Line::from(vec![mark, Span::styled(text, theme.base)]));
                row += 1;
            }
        }
    }
}
