//! Draws a dashboard into memory: for the pictures in documents, and for measuring.

use crate::app::{App, Input, Options};
use crate::demo::{BEGIN, Demo, SEED};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// A dashboard without a terminal, on a made-up run.
pub struct Picture {
    app: App,
    demo: Demo,
    terminal: Terminal<TestBackend>,
}

impl Picture {
    /// The made-up run at a size, as it is twenty minutes in.
    #[must_use]
    pub fn of_demo(columns: u16, rows: u16) -> Self {
        let app = App::new(Options { demo: true, ..Options::default() });
        let Ok(terminal) = Terminal::new(TestBackend::new(columns, rows));
        let mut picture = Self { app, demo: Demo::new(SEED), terminal };
        let _ = picture.app.update(Input::Terminal(Event::Resize(columns, rows)));
        picture.advance(BEGIN);
        picture
    }

    /// Lets the run go on.
    pub fn advance(&mut self, by: Duration) {
        let (snapshot, lines) = self.demo.advance(by);
        for input in [Input::Logs(lines), Input::Snapshot(Arc::new(snapshot))] {
            let _ = self.app.update(input);
        }
    }

    /// Presses a key.
    pub fn press(&mut self, key: char) {
        let _ = self.app.update(Input::Terminal(Event::Key(KeyEvent::from(KeyCode::Char(key)))));
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let drawn: Result<_, Infallible> = self.terminal.draw(|frame| self.app.draw(frame));
        let Ok(_) = drawn;
    }

    /// What is drawn, a line a row, without the spaces at their ends.
    #[must_use]
    pub fn text(&mut self) -> String {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for row in buffer.content().chunks(usize::from(buffer.area.width).max(1)) {
            let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            // Writing to memory does not fail.
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_the_same_each_time_and_has_its_size() {
        let mut picture = Picture::of_demo(110, 30);
        let text = picture.text();
        assert_eq!(text, Picture::of_demo(110, 30).text());
        assert_eq!(text.lines().count(), 30);
        assert!(text.contains("Loss"));
        picture.press('5');
        assert!(picture.text().contains("Maturing"));
    }
}
