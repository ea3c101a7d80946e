//! The log: its newest lines, from a level on, searched and scrolled.
//!
//! Places of the lines that the level lets through are kept and extended as lines come, so that a drawing costs what it
//! shows, however long the log is.

use super::{Detail, Panel, Reply};
use crate::canvas::{Title, message, put, sides};
use crate::editor::{Allowed, Edit, Editor};
use crate::feed::View;
use crate::format::{clock, count, fit, plural, safe, width};
use crate::keys::Command;
use crate::snapshot::{Level, LogLine};
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use std::collections::VecDeque;

/// Longest search.
const QUERY_MAX: usize = 64;
/// Columns of a part of the node.
const TARGET_WIDTH: usize = 12;

/// Columns from which a line has its time.
const TIMED_WIDTH: usize = 60;

#[derive(Debug)]
pub(crate) struct Log {
    level: Level,
    /// Places of lines that the level lets through, before `end`.
    places: VecDeque<u64>,
    end: u64,
    /// The line that is chosen; none while the newest is followed.
    cursor: Option<u64>,
    query: Editor,
    /// The query as it is compared.
    sought: String,
    /// Those of the places whose lines match the query.
    hits: VecDeque<u64>,
    typing: bool,
    body: Rect,
    top: usize,
    /// Whether lines have room for their time.
    timed: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: Level::Info,
            places: VecDeque::new(),
            end: 0,
            cursor: None,
            query: Editor::new(Allowed::Text, QUERY_MAX),
            sought: String::new(),
            hits: VecDeque::new(),
            typing: false,
            body: Rect::ZERO,
            top: 0,
            timed: false,
        }
    }
}

const fn next_level(level: Level) -> Level {
    match level {
        Level::Trace => Level::Debug,
        Level::Debug => Level::Info,
        Level::Info => Level::Warn,
        Level::Warn => Level::Error,
        Level::Error => Level::Trace,
    }
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

fn style(level: Level, theme: &Theme) -> Style {
    match level {
        Level::Trace | Level::Debug => theme.muted,
        Level::Info => theme.good,
        Level::Warn => theme.warn,
        Level::Error => theme.bad,
    }
}

impl Log {
    /// Keeps the places of lines that came, and drops those of lines that went.
    fn gather(&mut self, view: &View<'_>) {
        while self.places.front().is_some_and(|place| *place < view.ring.first()) {
            self.places.pop_front();
        }
        while self.hits.front().is_some_and(|place| *place < view.ring.first()) {
            self.hits.pop_front();
        }
        for place in self.end.max(view.ring.first())..view.ring.end() {
            let Some(line) = view.ring.get(place).filter(|line| line.level >= self.level) else { continue };
            self.places.push_back(place);
            if self.matches(line) {
                self.hits.push_back(place);
            }
        }
        self.end = view.ring.end();
    }

    /// How many of the places are shown: a paused view shows no line that came later.
    fn shown(&self, view: &View<'_>) -> usize {
        self.places.partition_point(|place| *place < view.end)
    }

    /// Place in `places` of the chosen line, or of the newest.
    fn at(&self, view: &View<'_>) -> usize {
        let last = self.shown(view).saturating_sub(1);
        match self.cursor {
            Some(cursor) => self.places.partition_point(|place| *place < cursor).min(last),
            None => last,
        }
    }

    fn go(&mut self, to: usize) {
        self.cursor = self.places.get(to).copied();
    }

    fn matches(&self, line: &LogLine) -> bool {
        let found = |text: &str| text.to_lowercase().contains(&self.sought);
        !self.sought.is_empty() && (found(&line.message) || found(&line.target))
    }

    /// Looks through all lines again, after what is looked for has changed.
    fn seek(&mut self, view: &View<'_>) {
        self.sought = self.query.text().to_lowercase();
        let hit = |place: &u64| view.ring.get(*place).is_some_and(|line| self.matches(line));
        self.hits = self.places.iter().copied().filter(hit).collect();
    }

    /// `3 of 12`, or how many there are where none of them is chosen.
    fn found(&self, view: &View<'_>) -> String {
        let hits = self.hits.partition_point(|place| *place < view.end);
        let chosen = self.cursor.and_then(|cursor| self.hits.iter().take(hits).position(|place| *place == cursor));
        match (hits, chosen) {
            (0, _) if self.sought.is_empty() => String::new(),
            (0, _) => "no match".to_owned(),
            (_, Some(chosen)) => format!("{} of {}", count(chosen as u64 + 1), count(hits as u64)),
            (1, None) => "1 match".to_owned(),
            (_, None) => format!("{} matches", count(hits as u64)),
        }
    }

    /// Goes to the next line that matches, round the end.
    fn search(&mut self, view: &View<'_>, forward: bool) {
        let shown = self.shown(view);
        let from = self.at(view);
        let hit = |offset: &usize| {
            let at = if forward { from + offset } else { from + shown - offset } % shown;
            self.places.get(at).and_then(|place| view.ring.get(*place)).is_some_and(|line| self.matches(line))
        };
        if let Some(offset) = (1..=shown).find(hit) {
            self.go(if forward { from + offset } else { from + shown - offset } % shown);
        }
    }

    fn line(&self, line: &LogLine, chosen: bool, columns: usize, view: &View<'_>) -> Line<'static> {
        let theme = view.theme;
        let mut spans = vec![
            Span::styled(if chosen { "▸ " } else { "  " }, theme.accent),
            Span::styled(format!("{:<5} ", word(line.level)), style(line.level, theme)),
        ];
        if self.timed {
            spans.insert(1, Span::styled(format!("{:<8} ", clock(&line.time)), theme.muted));
        }
        if columns >= 90 {
            let target = fit(&safe(&line.target), TARGET_WIDTH);
            let gap = " ".repeat(TARGET_WIDTH + 1 - width(&target));
            spans.push(Span::styled(target + &gap, theme.muted));
        }
        let used: usize = spans.iter().map(|span| width(&span.content)).sum();
        let message = fit(&safe(&line.message), columns.saturating_sub(used));
        let base = if line.level >= Level::Warn { style(line.level, theme) } else { theme.base };
        spans.extend(highlighted(&message, &self.sought, base));
        Line::from(spans)
    }
}

/// What matches stands out.
fn highlighted(text: &str, query: &str, base: Style) -> Vec<Span<'static>> {
    let query: Vec<char> = query.chars().collect();
    let characters: Vec<char> = text.chars().collect();
    if query.is_empty() {
        return vec![Span::styled(text.to_owned(), base)];
    }
    // Compared character by character: lower case can be longer than what it came from.
    let same = |at: usize| {
        let lower = |offset: usize| characters.get(at + offset).and_then(|character| character.to_lowercase().next());
        (0..query.len()).all(|offset| lower(offset) == Some(query[offset]))
    };
    let mut spans = Vec::new();
    let (mut at, mut plain) = (0, String::new());
    while at < characters.len() {
        if same(at) {
            spans.push(Span::styled(std::mem::take(&mut plain), base));
            let hit: String = characters[at..at + query.len()].iter().collect();
            spans.push(Span::styled(hit, base.add_modifier(Modifier::REVERSED)));
            at += query.len();
        } else {
            plain.push(characters[at]);
            at += 1;
        }
    }
    spans.push(Span::styled(plain, base));
    spans
}

impl Panel for Log {
    fn read(&mut self, columns: u16, view: &View<'_>) {
        self.timed = usize::from(columns) >= TIMED_WIDTH;
        self.gather(view);
    }

    fn title(&self, view: &View<'_>) -> Title {
        let theme = view.theme;
        let from =
            if self.level == Level::Trace { "all levels".to_owned() } else { format!("{} and up", word(self.level)) };
        let lines = self.shown(view) as u64;
        let mut value = if self.cursor.is_none() {
            let words = format!("{from} · {} · ", plural(lines, "line"));
            vec![Span::styled(words, theme.muted), Span::styled("following", theme.good)]
        } else {
            let place = format!("at {} of {}", count(self.at(view) as u64 + 1), count(lines));
            vec![Span::styled(format!("{from} · "), theme.muted), Span::styled(place, theme.warn)]
        };
        if self.timed {
            value.push(Span::styled(" · UTC", theme.muted));
        }
        Title { name: "Log", value }
    }

    fn hints(&self) -> &'static [Command] {
        if self.query.is_empty() {
            &[Command::Level, Command::Follow, Command::Filter]
        } else {
            &[Command::NextMatch, Command::PreviousMatch, Command::Level, Command::Follow]
        }
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let asked = self.typing || !self.query.is_empty();
        let height = usize::from(area.height).saturating_sub(usize::from(asked));
        self.body = Rect { height: height as u16, ..area };
        let (shown, at) = (self.shown(view), self.at(view));
        if shown == 0 {
            let words = if view.ring.end() == 0 { "no lines yet" } else { "no line of this level" };
            message(buf, self.body, &[Line::styled(words, view.theme.muted)]);
        }
        self.top = match self.cursor {
            None => shown.saturating_sub(height),
            Some(_) => self.top.min(at).max((at + 1).saturating_sub(height)).min(shown.saturating_sub(height)),
        };
        for row in 0..height.min(shown - self.top) {
            let place = self.places.get(self.top + row).and_then(|place| view.ring.get(*place));
            let chosen = self.cursor.is_some() && self.top + row == at;
            if let Some(line) = place {
                put(buf, self.body, row, &self.line(line, chosen, area.width.into(), view));
            }
            if chosen && view.focused {
                let row = Rect { y: self.body.y + row as u16, height: 1, ..self.body };
                buf.set_style(row.intersection(buf.area), view.theme.selection);
            }
        }
        if asked && area.height > 0 {
            let left = vec![Span::styled("/", view.theme.accent), Span::raw(self.query.shown(self.typing))];
            let found = self.found(view);
            let style = if self.hits.is_empty() { view.theme.warn } else { view.theme.muted };
            let line = sides(left, vec![Span::styled(found, style)], area.width.into());
            put(buf, area, usize::from(area.height) - 1, &line);
        }
    }

    fn command(&mut self, command: Command, view: &View<'_>) -> Reply {
        self.gather(view);
        let (at, last) = (self.at(view), self.shown(view).saturating_sub(1));
        let page = usize::from(self.body.height).max(1);
        match command {
            Command::Down => self.go((at + 1).min(last)),
            Command::Up => self.go(at.saturating_sub(1)),
            Command::PageDown => self.go((at + page).min(last)),
            Command::PageUp => self.go(at.saturating_sub(page)),
            Command::Top => self.go(0),
            Command::Bottom => self.cursor = None,
            Command::Follow => match self.cursor {
                None => self.go(last),
                Some(_) => self.cursor = None,
            },
            Command::Level => {
                self.level = next_level(self.level);
                self.places.clear();
                self.hits.clear();
                self.end = 0;
                self.gather(view);
            }
            Command::Filter => self.typing = true,
            Command::NextMatch | Command::PreviousMatch => self.search(view, command == Command::NextMatch),
            Command::Open if !self.places.is_empty() => return Reply::Detail,
            _ => return Reply::Ignored,
        }
        Reply::Done
    }

    fn typing(&self) -> bool {
        self.typing
    }

    fn typed(&mut self, key: KeyEvent, view: &View<'_>) {
        match key.code {
            KeyCode::Enter => {
                self.typing = false;
                // The newest line that matches, which may be the one that is chosen.
                let at = self.at(view);
                let here = self.places.get(at).and_then(|place| view.ring.get(*place));
                if here.is_some_and(|line| self.matches(line)) {
                    self.go(at);
                } else {
                    self.search(view, false);
                }
            }
            KeyCode::Esc => {
                self.query.clear();
                self.seek(view);
                self.typing = false;
            }
            _ => {
                if self.query.key(key) == Edit::Done {
                    self.seek(view);
                }
            }
        }
    }

    fn pasted(&mut self, text: &str, view: &View<'_>) {
        self.query.paste(text);
        self.seek(view);
    }

    fn clear(&mut self) -> bool {
        let there = !self.query.is_empty();
        self.query.clear();
        self.sought.clear();
        self.hits.clear();
        there
    }

    fn click(&mut self, at: Position, view: &View<'_>) -> Reply {
        let to = self.top + usize::from(at.y.saturating_sub(self.body.y));
        if self.body.contains(at) && to < self.shown(view) {
            self.go(to);
        }
        Reply::Done
    }

    fn detail(&self, view: &View<'_>) -> Option<Detail> {
        let line = view.ring.get(*self.places.get(self.at(view))?)?;
        let facts = vec![
            ("time", safe(&line.time)),
            ("level", word(line.level).to_owned()),
            ("from", safe(&line.target)),
            ("message", safe(&line.message)),
        ];
        Some(Detail { title: format!("Line {}", count(line.number)), facts })
    }
}
