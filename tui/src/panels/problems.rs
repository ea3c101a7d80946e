//! What is not as it should be.

use super::Panel;
use crate::canvas::{Title, put};
use crate::feed::{Reach, View};
use crate::format::{fit, plural, safe, wrap};
use crate::governance::{open, unfollowed};
use crate::snapshot::Nep;
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

/// Columns of a proposal's id.
const ID_WIDTH: usize = 24;

/// What is decided and this node can't follow: it will have to stop taking part.
fn left_behind(view: &View<'_>) -> Vec<String> {
    let words = |(nep, lacks): (&Nep, &str)| {
        format!("✗ this node can't follow {}: {}", fit(&safe(&nep.id), ID_WIDTH), safe(lacks))
    };
    unfollowed(view.snapshot).map(words).collect()
}

/// That a vote of this node is waited for.
fn to_vote(view: &View<'_>) -> Option<String> {
    let mut open = open(view.snapshot);
    let id = fit(&safe(&open.next()?.id), ID_WIDTH);
    Some(match open.count() {
        0 => format!("◆ {id} is in voting and this node has not voted: page 6"),
        more => format!("◆ {id} and {more} more are in voting and this node has not voted: page 6"),
    })
}

/// In one line, if there are any.
pub(crate) fn strip(view: &View<'_>) -> Option<Line<'static>> {
    let problems = &view.snapshot.problems;
    if let Some(silence) = silence(view) {
        return Some(Line::styled(format!(" {silence}"), view.theme.bad));
    }
    if let Some(behind) = left_behind(view).first() {
        return Some(Line::styled(format!(" {behind}"), view.theme.bad));
    }
    let Some(newest) = problems.last() else {
        return to_vote(view).map(|words| Line::styled(format!(" {words}"), view.theme.accent));
    };
    let count = format!(" ▲ {} · ", plural(problems.len() as u64, "problem"));
    Some(Line::from(vec![Span::styled(count, view.theme.warn), Span::styled(safe(newest), view.theme.base)]))
}

impl Panel for Problems {
    fn title(&self, view: &View<'_>) -> Title {
        match view.snapshot.problems.len() + usize::from(view.stale()) + left_behind(view).len() {
            0 => Title::with("Problems", "none", view.theme.good),
            count => Title::with("Problems", count.to_string(), view.theme.warn),
        }
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let worst: Vec<String> = silence(view).into_iter().chain(left_behind(view)).collect();
        let mut row = 0;
        if view.snapshot.problems.is_empty() && worst.is_empty() {
            put(buf, area, row, &Line::styled("✓ all is well", theme.good));
            row += 1;
        }
        for text in worst.iter().flat_map(|text| wrap(text, area.width.into())) {
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
        for text in to_vote(view).iter().flat_map(|text| wrap(text, area.width.into())) {
            put(buf, area, row, &Line::styled(text, theme.accent));
            row += 1;
        }
    }
}
