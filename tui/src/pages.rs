//! Pages: which panels each has, where they stand at which size, and which of them keys go to.
//!
//! A page is one line in the table below and a file with its panels. Digits are the pages' own for good.

mod governance;
mod ledger;
mod logs;
mod network;
mod overview;
mod quorum;
mod training;

use crate::canvas::frame;
use crate::feed::View;
use crate::keys::Command;
use crate::panels::{Detail, Panel, Reply};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};

/// Columns of a frame and the air inside of it.
const FRAME_COLUMNS: u16 = 4;

/// A line of the table of pages.
pub(crate) struct Entry {
    pub digit: char,
    pub name: &'static str,
    pub page: fn() -> Page,
    /// Whether it shows lines of the log.
    pub log: bool,
}

/// Every page.
pub(crate) const PAGES: &[Entry] = &[
    Entry { digit: '1', name: "Overview", page: overview::page, log: true },
    Entry { digit: '2', name: "Training", page: training::page, log: false },
    Entry { digit: '3', name: "Quorum", page: quorum::page, log: false },
    Entry { digit: '4', name: "Network", page: network::page, log: false },
    Entry { digit: '5', name: "Ledger", page: ledger::page, log: false },
    Entry { digit: '6', name: "Governance", page: governance::page, log: false },
    Entry { digit: '7', name: "Logs", page: logs::page, log: true },
];

/// Where each panel stands, given the room and which of them is focused; an empty place hides one.
type Layout = fn(Rect, &View<'_>, usize) -> Vec<Rect>;

/// Panels that are seen together.
pub(crate) struct Page {
    panels: Vec<Box<dyn Panel>>,
    layout: Layout,
    /// Keys worth a place at the foot.
    pub foot: &'static [Command],
    focus: usize,
    expanded: bool,
    areas: Vec<Rect>,
}

impl Page {
    fn new(panels: Vec<Box<dyn Panel>>, layout: Layout, foot: &'static [Command]) -> Self {
        let areas = vec![Rect::ZERO; panels.len()];
        Self { panels, layout, foot, focus: 0, expanded: false, areas }
    }

    /// The panel that keys go to: the focused one, or the first that is seen where that one is hidden.
    fn focused(&self) -> usize {
        let seen = |index: &usize| self.areas.get(*index).is_some_and(|area| !area.is_empty());
        if seen(&self.focus) { self.focus } else { (0..self.areas.len()).find(seen).unwrap_or(self.focus) }
    }

    pub(crate) fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        self.areas = if self.expanded {
            only(self.panels.len(), self.focus, area)
        } else {
            (self.layout)(area, view, self.focus)
        };
        let chosen = self.chosen(view);
        let view = &View { chosen: chosen.as_deref(), ..*view };
        let focused = self.focused();
        let several = self.areas.iter().filter(|area| !area.is_empty()).count() > 1;
        for (index, (panel, area)) in self.panels.iter_mut().zip(&self.areas).enumerate() {
            if area.is_empty() {
                continue;
            }
            let view = View { focused: index == focused, ..*view };
            panel.read(area.width.saturating_sub(FRAME_COLUMNS), &view);
            let framed = View { focused: view.focused && several, ..view };
            let mut inner = frame(buf, *area, panel.title(&view), panel.hints(), &framed);
            inner.width = inner.width.min(panel.width_max());
            if !inner.is_empty() {
                panel.draw(buf, inner, &view);
            }
        }
    }

    /// What a key asks of the focused panel, and where it is none of its business of the first that knows it.
    pub(crate) fn command(&mut self, command: Command, view: &View<'_>) -> Reply {
        match command {
            Command::FocusNext => return self.move_focus(1),
            Command::FocusPrevious => return self.move_focus(self.panels.len() - 1),
            Command::Expand => {
                self.focus = self.focused();
                self.expanded = !self.expanded;
                return Reply::Done;
            }
            _ => {}
        }
        let focused = self.focused();
        let mut others: Vec<usize> = vec![focused];
        others.extend((0..self.panels.len()).filter(|index| *index != focused && !self.areas[*index].is_empty()));
        for index in others {
            let reply = self.panels[index].command(command, view);
            if reply != Reply::Ignored {
                // What comes next is about this panel, unless a key reached over to it.
                if !matches!(command, Command::Window | Command::LogScale | Command::Level | Command::Follow) {
                    self.focus = index;
                }
                return reply;
            }
        }
        Reply::Ignored
    }

    fn move_focus(&mut self, by: usize) -> Reply {
        let count = self.panels.len();
        let small = self.areas.iter().filter(|area| !area.is_empty()).count() <= 1;
        let mut to = self.focused();
        for _ in 0..count {
            to = (to + by) % count;
            // Where one panel is seen at a time, focus is what brings another.
            if small || !self.areas[to].is_empty() {
                break;
            }
        }
        self.focus = to;
        Reply::Done
    }

    pub(crate) fn typing(&self) -> bool {
        self.panels[self.focused()].typing()
    }

    pub(crate) fn typed(&mut self, key: KeyEvent, view: &View<'_>) {
        let focused = self.focused();
        self.panels[focused].typed(key, view);
    }

    pub(crate) fn pasted(&mut self, text: &str, view: &View<'_>) {
        let focused = self.focused();
        self.panels[focused].pasted(text, view);
    }

    /// Closes what is open on the page, the innermost first; false where nothing is.
    pub(crate) fn close(&mut self) -> bool {
        let focused = self.focused();
        self.panels[focused].clear() || std::mem::take(&mut self.expanded)
    }

    /// Which row of the page's table its other panels are about.
    pub(crate) fn chosen(&self, view: &View<'_>) -> Option<String> {
        self.panels.iter().find_map(|panel| panel.chosen(view))
    }

    pub(crate) fn detail(&self, view: &View<'_>) -> Option<Detail> {
        let chosen = self.chosen(view);
        let view = &View { chosen: chosen.as_deref(), ..*view };
        self.panels[self.focused()].detail(view)
    }

    fn under(&self, at: Position) -> Option<usize> {
        self.areas.iter().position(|area| area.contains(at))
    }

    pub(crate) fn click(&mut self, at: Position, view: &View<'_>) -> Reply {
        let Some(index) = self.under(at) else { return Reply::Ignored };
        self.focus = index;
        self.panels[index].click(at, view)
    }

    /// The wheel turns what is under it, whatever is focused.
    pub(crate) fn wheel(&mut self, at: Position, command: Command, view: &View<'_>) -> Reply {
        match self.under(at) {
            Some(index) => self.panels[index].command(command, view),
            None => Reply::Ignored,
        }
    }
}

/// One panel with all the room.
fn only(count: usize, index: usize, area: Rect) -> Vec<Rect> {
    (0..count).map(|place| if place == index { area } else { Rect::ZERO }).collect()
}
