//! Panels: state, keys and drawing of one part of a snapshot each. None of them awaits, and none keeps what it was shown.

pub(crate) mod chain;
pub(crate) mod device;
pub(crate) mod dropped;
pub(crate) mod earnings;
pub(crate) mod epochs;
pub(crate) mod facts;
pub(crate) mod governance;
pub(crate) mod listing;
pub(crate) mod log;
pub(crate) mod loss;
pub(crate) mod maturing;
pub(crate) mod members;
pub(crate) mod model;
pub(crate) mod nep;
pub(crate) mod neps;
pub(crate) mod pace;
pub(crate) mod pays;
pub(crate) mod peers;
pub(crate) mod problems;
pub(crate) mod quorum;
pub(crate) mod reachability;
pub(crate) mod round;
pub(crate) mod stages;
pub(crate) mod traffic;
pub(crate) mod wallet;

use crate::canvas::Title;
use crate::feed::{Reach, View};
use crate::keys::Command;
use crate::snapshot::{Health, NodeState};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Columns in which a name and its value still look like a pair.
pub(crate) const FACTS_WIDTH: u16 = 76;

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It is not for this panel.
    Ignored,
    /// It is done.
    Done,
    /// People want to read all about what is chosen.
    Detail,
}

impl From<bool> for Reply {
    fn from(done: bool) -> Self {
        if done { Self::Done } else { Self::Ignored }
    }
}

/// All about what is chosen: names and values.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub title: String,
    pub facts: Vec<(&'static str, String)>,
}

/// A part of a page.
pub(crate) trait Panel: Send {
    /// Takes in what a drawing needs, before its frame is drawn around so many columns.
    fn read(&mut self, _columns: u16, _view: &View<'_>) {}

    /// What stands in its frame.
    fn title(&self, view: &View<'_>) -> Title;

    /// Keys worth a place in its frame.
    fn hints(&self) -> &'static [Command] {
        &[]
    }

    /// Columns beyond which it only gets harder to read.
    fn width_max(&self) -> u16 {
        u16::MAX
    }

    /// What is inside its frame.
    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>);

    /// What a key asks for.
    fn command(&mut self, _command: Command, _view: &View<'_>) -> Reply {
        Reply::Ignored
    }

    /// Whether keys are text for it.
    fn typing(&self) -> bool {
        false
    }

    /// A key while they are.
    fn typed(&mut self, _key: KeyEvent, _view: &View<'_>) {}

    /// Text that came at once while they are.
    fn pasted(&mut self, _text: &str, _view: &View<'_>) {}

    /// Drops what narrows it, such as a filter; false where nothing does.
    fn clear(&mut self) -> bool {
        false
    }

    /// A click inside it.
    fn click(&mut self, _at: Position, _view: &View<'_>) -> Reply {
        Reply::Ignored
    }

    /// The row that the page's other panels are about, where it has one.
    fn chosen(&self, _view: &View<'_>) -> Option<String> {
        None
    }

    /// All about what is chosen in it, as it is now.
    fn detail(&self, _view: &View<'_>) -> Option<Detail> {
        None
    }
}

/// A glyph and a word for what was so once, when nobody knows what is now.
pub(crate) fn unknown(view: &View<'_>) -> Option<(&'static str, &'static str, Style)> {
    view.stale().then_some(("?", "unknown", view.theme.muted))
}

/// A glyph and the word beside it.
pub(crate) fn health(health: Health, view: &View<'_>) -> (&'static str, &'static str, Style) {
    let theme = view.theme;
    unknown(view).unwrap_or(match health {
        Health::Online => ("●", "online", theme.good),
        Health::Syncing => ("◌", "syncing", theme.warn),
        Health::Offline => ("✗", "offline", theme.bad),
    })
}

/// A glyph and the word beside it.
pub(crate) fn node_state(view: &View<'_>) -> (&'static str, &'static str, Style) {
    let theme = view.theme;
    match (view.reach, view.snapshot.state) {
        (Reach::Lost(_), _) => ("✗", "unreachable", theme.bad),
        (Reach::Silent(_), _) => ("◌", "silent", theme.warn),
        (Reach::Answers, NodeState::Starting) => ("◌", "starting", theme.warn),
        (Reach::Answers, NodeState::Running) => ("●", "running", theme.good),
        (Reach::Answers, NodeState::Outdated) => ("✗", "too old", theme.bad),
        (Reach::Answers, NodeState::Stopping) => ("◌", "stopping", theme.warn),
    }
}
