//! The dashboard's one state: what was heard, what is open, and what people asked for.
//!
//! [`App::update`] and [`App::draw`] are plain functions. Time comes in as [`Input::Tick`]; what is asked of the node or
//! of the terminal goes out as an [`Action`]. A drawing is due only when what is shown has changed.

mod chrome;
mod keyboard;
mod mouse;
#[cfg(test)]
pub(crate) mod press;

use crate::feed::{Feed, Tier, View};
use crate::format::{brief, count, decimals, duration, width};
use crate::governance::Choice;
use crate::layers::Layer;
use crate::layers::form::Form;
use crate::pages::{PAGES, Page};
use crate::panels::loss::overall;
use crate::snapshot::{LogLine, Snapshot};
use crate::theme::Theme;
use ratatui::crossterm::event::{Event, KeyEventKind};
use ratatui::layout::{Rect, Size};
use std::sync::Arc;
use std::time::Duration;

/// How long words about what was done are shown.
const NOTICE_TIME: Duration = Duration::from_secs(6);

/// Columns of the last words.
const SUMMARY_WIDTH: usize = 79;

/// How a dashboard is to be.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that people give, and none excludes another")]
pub struct Options {
    /// Its colours.
    pub theme: Theme,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether nothing can be changed from here.
    pub read_only: bool,
    /// Whether this process owns the node, so that leaving stops it.
    pub owns_node: bool,
    /// The words of a first start.
    pub welcome: Option<Vec<String>>,
    /// Whether what is shown is made up.
    pub demo: bool,
    /// Whether the node lives in another process, and goes on when the dashboard is left.
    pub attached: bool,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// A key, the mouse, another size.
    Terminal(Event),
    /// News of the node.
    Snapshot(Arc<Snapshot>),
    /// New lines of the log, the newest last.
    Logs(Vec<LogLine>),
    /// The node does not answer any more.
    Lost {
        /// Why.
        reason: String,
        /// When it is tried again.
        retry_seconds: u64,
    },
    /// What became of something that was asked for.
    Notice(Notice),
    /// Time since the start.
    Tick(Duration),
}

/// What people asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Leave, and let the node run.
    Leave,
    /// Stop the node; where this process owns it, that is leaving.
    StopNode,
    /// Pause training.
    PauseTraining,
    /// Go on training.
    ResumeTraining,
    /// Lock NEURO.
    Stake {
        /// How much, as a decimal.
        amount: String,
        /// For how long.
        days: u32,
    },
    /// Take NEURO back from the stake.
    Unstake {
        /// How much, as a decimal.
        amount: String,
    },
    /// Take what has cooled down.
    Withdraw,
    /// Vote with this node's account, once and for good.
    Vote {
        /// The proposal.
        id: String,
        /// How.
        choice: Choice,
    },
    /// Whether the mouse is the dashboard's.
    Mouse(bool),
    /// Clear the terminal and draw everything again.
    Redraw,
}

/// How something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// It was done.
    Done,
    /// It was not.
    Failed,
    /// Neither: something to know.
    Info,
}

/// A few words about what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it went.
    pub kind: NoticeKind,
    /// The words.
    pub text: String,
}

/// The dashboard.
pub struct App {
    options: Options,
    feed: Feed,
    pages: Vec<Page>,
    page: usize,
    layers: Vec<Layer>,
    /// What was asked for last in a form, so that what the node refuses need not be typed again.
    draft: Option<Form>,
    notice: Option<(Notice, Duration)>,
    mouse: bool,
    /// Whether the last key was the first Ctrl-C.
    leaving: bool,
    dirty: bool,
    size: Size,
    /// Where the last drawing put the tabs.
    tabs: Vec<(Rect, usize)>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("page", &PAGES[self.page].name)
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

impl App {
    /// A dashboard that has heard nothing yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let layers = options.welcome.iter().map(|lines| Layer::welcome(lines.clone())).collect();
        Self {
            options,
            feed: Feed::default(),
            pages: PAGES.iter().map(|entry| (entry.page)()).collect(),
            page: 0,
            layers,
            draft: None,
            notice: None,
            mouse: true,
            leaving: false,
            dirty: true,
            size: Size::new(80, 24),
            tabs: Vec::new(),
        }
    }

    /// Takes in what happened; what people asked for comes back.
    pub fn update(&mut self, input: Input) -> Option<Action> {
        match input {
            Input::Terminal(event) => return self.terminal(&event),
            Input::Snapshot(snapshot) => self.dirty |= self.feed.take(snapshot),
            Input::Logs(lines) => {
                self.dirty |= PAGES[self.page].log && !lines.is_empty() && !self.feed.frozen();
                for line in lines {
                    self.feed.ring.push(line);
                }
            }
            Input::Lost { reason, retry_seconds } => {
                self.feed.lose(reason, retry_seconds);
                self.dirty = true;
            }
            Input::Notice(notice) => {
                match &mut self.draft {
                    Some(form) if notice.kind == NoticeKind::Failed => form.wrong = Some(notice.text.clone()),
                    _ => self.draft = None,
                }
                self.notify(notice.kind, notice.text);
            }
            Input::Tick(now) => self.tick(now),
        }
        None
    }

    fn terminal(&mut self, event: &Event) -> Option<Action> {
        match *event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Mouse(mouse) => self.pointer(mouse),
            Event::Resize(width, height) => {
                self.size = Size::new(width, height);
                self.dirty = true;
                None
            }
            Event::Paste(ref text) => {
                self.paste(text);
                None
            }
            _ => None,
        }
    }

    fn tick(&mut self, now: Duration) {
        let before = (self.feed.banner(), self.feed.stale());
        self.feed.now = self.feed.now.max(now);
        if self.notice.as_ref().is_some_and(|(_, until)| *until <= self.feed.now) {
            self.notice = None;
            self.dirty = true;
        }
        self.dirty |= before != (self.feed.banner(), self.feed.stale());
    }

    fn notify(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let until = self.feed.now.saturating_add(NOTICE_TIME);
        self.notice = Some((Notice { kind, text: text.into() }, until));
        self.dirty = true;
    }

    /// Whether what is shown has changed since it was drawn.
    #[must_use]
    pub const fn needs_draw(&self) -> bool {
        self.dirty
    }

    /// A plain line for after the end: run time, steps, loss, earned.
    #[must_use]
    pub fn summary(&self) -> String {
        if !self.feed.known() {
            return "nothing was heard of the node".to_owned();
        }
        let (first, last) = (self.feed.first(), self.feed.latest());
        let mut parts = vec![format!("up {}", duration(last.uptime_seconds))];
        if let Some(training) = &last.training {
            let before = first.training.as_ref().map_or(training.step, |training| training.step);
            let made = training.step.saturating_sub(before);
            parts.push(format!("step {} (+{})", count(training.step), count(made)));
            if let Some(loss) = overall(last).filter(|loss| loss.is_finite()) {
                parts.push(format!("loss {}", decimals(Some(loss), 3)));
            }
        }
        parts.push(format!("earned {} NEURO", brief(&last.earnings.total)));
        parts.push(format!("{} today", brief(&last.earnings.today)));
        // A line that is wrapped is no line any more: what is of least interest stands last and goes first.
        while parts.len() > 1 && width(&parts.join(", ")) > SUMMARY_WIDTH {
            parts.pop();
        }
        parts.join(", ")
    }
}

/// What a panel is shown of what was heard.
fn view<'a>(feed: &'a Feed, snapshot: &'a Snapshot, options: &'a Options, size: Size) -> View<'a> {
    View {
        snapshot,
        ring: &feed.ring,
        end: feed.end(),
        theme: &options.theme,
        ascii: options.ascii,
        reach: feed.reach(),
        tier: tier(size).unwrap_or(Tier::Small),
        columns: size.width,
        frozen: feed.frozen(),
        focused: true,
        chosen: None,
    }
}

/// How much room there is; none where it is too little.
fn tier(size: Size) -> Option<Tier> {
    match (size.width, size.height) {
        (110.., 30..) => Some(Tier::Full),
        (80.., 24..) => Some(Tier::Stacked),
        (50.., 12..) => Some(Tier::Small),
        _ => None,
    }
}
