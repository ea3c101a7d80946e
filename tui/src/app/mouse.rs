//! What the mouse leads to: a click on a tab, an answer, a panel or a row, and the wheel over what can be scrolled.

use super::{Action, App, view};
use crate::keys::Command;
use crate::panels::Reply;
use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Rows that one turn of the wheel goes.
const WHEEL_ROWS: usize = 3;

impl App {
    pub(super) fn pointer(&mut self, mouse: MouseEvent) -> Option<Action> {
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            MouseEventKind::ScrollDown => {
                self.wheel(at, Command::Down);
                None
            }
            MouseEventKind::ScrollUp => {
                self.wheel(at, Command::Up);
                None
            }
            _ => None,
        }
    }

    fn click(&mut self, at: Position) -> Option<Action> {
        self.leaving = false;
        if let Some(layer) = self.layers.last_mut() {
            let outcome = layer.click(at);
            self.dirty = true;
            return self.outcome(outcome);
        }
        if let Some((_, page)) = self.tabs.iter().find(|(area, _)| area.contains(at)) {
            self.page = *page;
            self.dirty = true;
            return None;
        }
        let snapshot = self.feed.shown();
        let view = view(&self.feed, &snapshot, &self.options, self.size);
        let reply = self.pages[self.page].click(at, &view);
        // A click inside a panel that has no use for it has focused it all the same.
        self.dirty = true;
        self.opened(reply);
        None
    }

    fn wheel(&mut self, at: Position, command: Command) {
        if let Some(layer) = self.layers.last_mut() {
            layer.wheel(command);
            self.dirty = true;
            return;
        }
        let snapshot = self.feed.shown();
        let view = view(&self.feed, &snapshot, &self.options, self.size);
        for _ in 0..WHEEL_ROWS {
            self.dirty |= self.pages[self.page].wheel(at, command, &view) != Reply::Ignored;
        }
    }
}
