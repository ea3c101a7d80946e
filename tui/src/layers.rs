//! What lies over a page: the first words, the help, all about a row, questions.
//!
//! Keys go to the topmost layer alone. A layer that changes something asks first.

pub(crate) mod ballot;
pub(crate) mod form;
mod help;
pub(crate) mod question;

use crate::app::Action;
use crate::canvas::{centered, put};
use crate::feed::View;
use crate::format::{safe, width, wrap};
use crate::keys::{Command, find};
use crate::panels::Detail;
use crate::snapshot::Snapshot;
use ballot::Ballot;
use form::Form;
use question::Question;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

/// Columns that text is comfortable to read in.
const TEXT_WIDTH: usize = 72;

/// Something over the page.
#[derive(Debug)]
pub(crate) enum Layer {
    Welcome {
        lines: Vec<String>,
        scroll: usize,
        /// Whether the last drawing had room for all of it.
        whole: bool,
    },
    Help {
        scroll: usize,
    },
    Detail {
        scroll: usize,
    },
    Question(Question),
    Form(Form),
    Ballot(Ballot),
}

/// What a key made of a layer.
#[derive(Debug)]
pub(crate) enum Outcome {
    Stay,
    Close,
    Ask(Question),
    Act(Action),
}

impl Layer {
    /// The words of a first start.
    pub(crate) const fn welcome(lines: Vec<String>) -> Self {
        Self::Welcome { lines, scroll: 0, whole: true }
    }

    pub(crate) fn key(&mut self, key: KeyEvent, rows: u16, snapshot: &Snapshot) -> Outcome {
        match self {
            Self::Welcome { scroll, whole: false, .. } => {
                let before = find(key, false).filter(|command| {
                    matches!(command, Command::Down | Command::Up | Command::PageDown | Command::PageUp)
                });
                let Some(command) = before else { return Outcome::Close };
                scrolled(scroll, command, usize::from(rows / 2).max(1));
                Outcome::Stay
            }
            Self::Welcome { .. } => Outcome::Close,
            Self::Question(question) => question.key(key),
            Self::Form(form) => form.key(key, snapshot),
            Self::Ballot(ballot) => ballot.key(key),
            Self::Help { scroll } | Self::Detail { scroll } => {
                let page = usize::from(rows / 2).max(1);
                match find(key, false) {
                    Some(Command::Close | Command::Help | Command::Open) => return Outcome::Close,
                    Some(command) => scrolled(scroll, command, page),
                    None => {}
                }
                Outcome::Stay
            }
        }
    }

    /// A click on an answer.
    pub(crate) fn click(&mut self, at: Position) -> Outcome {
        match self {
            Self::Welcome { .. } => Outcome::Close,
            Self::Question(question) => question.click(at),
            Self::Ballot(ballot) => ballot.click(at),
            Self::Help { .. } | Self::Detail { .. } | Self::Form(_) => Outcome::Stay,
        }
    }

    pub(crate) fn wheel(&mut self, command: Command) {
        if let Self::Help { scroll } | Self::Detail { scroll } | Self::Welcome { scroll, .. } = self {
            scrolled(scroll, command, 1);
        }
    }

    /// Keys that mean something to it.
    pub(crate) const fn keys(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Welcome { whole: true, .. } => &[("any key", "goes on")],
            Self::Welcome { .. } => &[("↓", "scroll"), ("any other key", "goes on")],
            Self::Help { .. } | Self::Detail { .. } => &[("Esc", "close"), ("j", "down"), ("k", "up"), ("g", "first")],
            Self::Question(_) => &[("y", "yes"), ("n", "no"), ("Tab", "other answer"), ("Enter", "choose")],
            Self::Form(form) => form.keys(),
            Self::Ballot(_) => ballot::KEYS,
        }
    }

    /// Whether it can change something of the node.
    pub(crate) fn acts(&self) -> bool {
        matches!(self, Self::Form(_) | Self::Ballot(_))
            || matches!(self, Self::Question(question) if question.needs_node)
    }

    pub(crate) fn draw(
        &mut self,
        buf: &mut Buffer,
        area: Rect,
        detail: Option<Detail>,
        read_only: bool,
        view: &View<'_>,
    ) {
        let theme = view.theme;
        match self {
            Self::Welcome { lines, scroll, whole } => {
                let room = usize::from(area.width).saturating_sub(4).clamp(2, TEXT_WIDTH);
                let mut text: Vec<Line<'_>> =
                    flow(lines, room).into_iter().map(|line| Line::styled(line, theme.base)).collect();
                *whole = text.len() + 4 <= area.height.into();
                let words = if *whole { "any key goes on" } else { "↓ ↑ scroll, any other key goes on" };
                text.extend([Line::default(), Line::styled(words, theme.muted)]);
                sheet(buf, area, "Welcome to NeuroShard", &text, scroll, view);
            }
            Self::Help { scroll } => sheet(buf, area, "Keys", &help::lines(read_only, view), scroll, view),
            Self::Detail { scroll } => {
                let detail = detail.unwrap_or_else(|| Detail { title: "It is gone".to_owned(), facts: Vec::new() });
                sheet(buf, area, &detail.title, &facts(&detail, area, view), scroll, view);
            }
            Self::Question(question) => question.draw(buf, area, view),
            Self::Form(form) => form.draw(buf, area, view),
            Self::Ballot(ballot) => ballot.draw(buf, area, view),
        }
    }
}

/// Lines in so many columns. Where they are longer than that, those that belong together flow as one, or every other line
/// would be a rest of the one before.
fn flow(lines: &[String], columns: usize) -> Vec<String> {
    if lines.iter().all(|line| width(line) <= columns) {
        return lines.iter().map(|line| safe(line)).collect();
    }
    let mut joined: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines {
        // What has columns of its own begins a line; what is indented goes on with it.
        let own = !line.starts_with(' ') && line.contains("  ");
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match joined.last_mut() {
            Some(last) if open && !own && !words.is_empty() => {
                last.push(' ');
                last.push_str(&words);
            }
            _ => joined.push(if own { line.clone() } else { words }),
        }
        open = !line.is_empty();
    }
    joined.iter().flat_map(|line| wrap(line, columns)).collect()
}

fn scrolled(scroll: &mut usize, command: Command, page: usize) {
    *scroll = match command {
        Command::Down => scroll.saturating_add(1),
        Command::Up => scroll.saturating_sub(1),
        Command::PageDown => scroll.saturating_add(page),
        Command::PageUp => scroll.saturating_sub(page),
        Command::Top => 0,
        Command::Bottom => usize::MAX,
        _ => *scroll,
    };
}

/// Names in one column and values, as long as they are, in another.
fn facts(detail: &Detail, area: Rect, view: &View<'_>) -> Vec<Line<'static>> {
    let names = detail.facts.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let room = usize::from(area.width).saturating_sub(names + 8).clamp(2, TEXT_WIDTH);
    let mut lines = Vec::new();
    for (name, value) in &detail.facts {
        for (index, part) in wrap(value, room).into_iter().enumerate() {
            let name = if index == 0 { *name } else { "" };
            let name = Span::styled(format!("{name:<names$}  "), view.theme.muted);
            lines.push(Line::from(vec![name, Span::styled(part, view.theme.base)]));
        }
    }
    lines
}

/// A box in the middle, over whatever was there; what is inside of it is returned.
pub(crate) fn window(
    buf: &mut Buffer,
    area: Rect,
    title: &str,
    size: (usize, usize),
    style: Style,
    view: &View<'_>,
) -> Rect {
    let place = centered(area, size.0 + 4, size.1 + 2);
    Clear.render(place, buf);
    let title = Line::from(vec![Span::raw(" "), Span::styled(title.to_owned(), view.theme.title), Span::raw(" ")]);
    let block =
        Block::bordered().border_set(border::ROUNDED).border_style(style).style(view.theme.base).title_top(title);
    let inner = block.inner(place);
    block.render(place, buf);
    if inner.width < 4 { inner } else { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } }
}

/// A window with lines that can be scrolled where there are too many.
fn sheet(buf: &mut Buffer, area: Rect, title: &str, lines: &[Line<'_>], scroll: &mut usize, view: &View<'_>) {
    let columns = lines.iter().map(Line::width).max().unwrap_or(0).max(title.len() + 2);
    let inner = window(buf, area, title, (columns, lines.len()), view.theme.accent, view);
    *scroll = (*scroll).min(lines.len().saturating_sub(inner.height.into()));
    for (row, line) in lines.iter().skip(*scroll).take(inner.height.into()).enumerate() {
        put(buf, inner, row, line);
    }
    if lines.len() > usize::from(inner.height) && inner.height > 0 {
        let left = lines.len() - *scroll - usize::from(inner.height).min(lines.len() - *scroll);
        let more = if left > 0 { format!(" {left} more ↓ ") } else { " end ".to_owned() };
        let row = Rect { y: inner.bottom(), height: 1, ..inner };
        put(buf, row.intersection(area), 0, &Line::styled(more, view.theme.muted).right_aligned());
    }
}
