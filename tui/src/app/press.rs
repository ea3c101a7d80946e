//! Pressing keys on a dashboard, and looking at what it draws.

use super::{Action, App, Input, Options};
use crate::sample;
use crate::snapshot::Snapshot;
use crate::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use std::sync::Arc;

/// Options without colour.
pub(crate) fn plain() -> Options {
    Options { theme: Theme::plain(), ..Options::default() }
}

/// A dashboard that has heard of the sample.
pub(crate) fn app(options: Options) -> App {
    let mut app = App::new(options);
    app.update(Input::Snapshot(Arc::new(Snapshot::sample())));
    app.update(Input::Logs(sample::logs(40)));
    app
}

/// The key that a word means: `Enter`, `Ctrl-c`, or a character.
pub(crate) fn key(word: &str) -> KeyEvent {
    let code = match word {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Down" => KeyCode::Down,
        "Up" => KeyCode::Up,
        "PageDown" => KeyCode::PageDown,
        "PageUp" => KeyCode::PageUp,
        "Backspace" => KeyCode::Backspace,
        "space" => KeyCode::Char(' '),
        _ if word.starts_with("Ctrl-") => {
            return KeyEvent::new(KeyCode::Char(word.chars().last().unwrap()), KeyModifiers::CONTROL);
        }
        _ => KeyCode::Char(word.chars().next().unwrap()),
    };
    KeyEvent::from(code)
}

impl App {
    /// Presses keys one after the other, drawing between as a terminal would; the last action comes back.
    pub(crate) fn press(&mut self, keys: &[&str], width: u16, height: u16) -> Option<Action> {
        let mut last = None;
        for word in keys {
            self.buffer(width, height);
            last = self.update(Input::Terminal(Event::Key(key(word))));
        }
        last
    }

    /// Which page is seen.
    pub(crate) fn page(&self) -> usize {
        self.page
    }

    /// Turns to a page, and asks a question over it.
    pub(crate) fn open(&mut self, page: usize, question: bool) {
        self.page = page;
        if question {
            self.press(&["Q"], 120, 34);
        }
    }

    /// All lines of the help.
    pub(crate) fn help(&mut self) -> String {
        let mut app = App::new(self.options.clone());
        app.press(&["?"], 120, 60);
        app.text(120, 60)
    }

    pub(crate) fn click_at(&mut self, column: u16, row: u16) -> Option<Action> {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.update(Input::Terminal(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })))
    }

    pub(crate) fn buffer(&mut self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.draw(frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// What is seen, as text.
    pub(crate) fn text(&mut self, width: u16, height: u16) -> String {
        text(&self.buffer(width, height))
    }
}

/// A buffer's rows, without what trails.
pub(crate) fn text(buf: &Buffer) -> String {
    let row = |row: &[ratatui::buffer::Cell]| {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        line.trim_end().to_owned()
    };
    let rows: Vec<String> = buf.content.chunks(buf.area.width.max(1).into()).map(row).collect();
    rows.join("\n")
}
