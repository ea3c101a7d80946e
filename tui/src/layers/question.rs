//! A question before something changes: nothing is done that was not said yes to.

use super::{Outcome, window};
use crate::app::Action;
use crate::canvas::{centered, put};
use crate::feed::View;
use crate::format::{width, wrap};
use crate::keys::{Command, answer};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Columns of a question.
const WIDTH: usize = 52;

/// What is asked, and what yes means.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub title: &'static str,
    pub text: Vec<String>,
    pub action: Action,
    /// Whether yes needs a node that answers; leaving does not.
    pub needs_node: bool,
    /// Whether yes is what Enter means now.
    pub yes: bool,
    answers: [Rect; 2],
}

impl Question {
    /// A question that Enter alone does not say yes to.
    pub(crate) fn new(title: &'static str, text: Vec<String>, action: Action, needs_node: bool) -> Self {
        Self { title, text, action, needs_node, yes: false, answers: [Rect::ZERO; 2] }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Outcome {
        match (answer(key), key.code) {
            (Some(Command::Yes), _) => Outcome::Act(self.action.clone()),
            (Some(Command::Other), _) => {
                self.yes = !self.yes;
                Outcome::Stay
            }
            (None, KeyCode::Enter) if self.yes => Outcome::Act(self.action.clone()),
            (Some(Command::No), _) | (None, KeyCode::Esc | KeyCode::Char('q') | KeyCode::Enter) => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    pub(super) fn click(&self, at: Position) -> Outcome {
        match self.answers.map(|area| area.contains(at)) {
            [true, _] => Outcome::Act(self.action.clone()),
            [_, true] => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    pub(super) fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let room = usize::from(area.width).saturating_sub(4).clamp(2, WIDTH);
        let text: Vec<String> = self.text.iter().flat_map(|line| wrap(line, room)).collect();
        let columns = text.iter().map(|line| width(line)).max().unwrap_or(0).max(self.title.len() + 2).max(22);
        let inner = window(buf, area, self.title, (columns, text.len() + 2), theme.warn, view);
        for (row, line) in text.iter().enumerate() {
            put(buf, inner, row, &Line::styled(line.clone(), theme.base));
        }
        let row = Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
        let row = centered(row, 19, 1);
        for (index, (label, chosen)) in [("  y yes  ", self.yes), ("  n no   ", !self.yes)].into_iter().enumerate() {
            let place = Rect { x: row.x + 10 * index as u16, width: 9, ..row }.intersection(row);
            let style = if chosen { theme.selection } else { theme.muted };
            let label = if chosen { label.replacen("  ", "▸ ", 1) } else { label.to_owned() };
            put(buf, place, 0, &Line::from(Span::styled(label, style)));
            self.answers[index] = place;
        }
    }
}
