//! What was heard of the node, and what of it is shown.
//!
//! While the view is paused, what comes in is kept and what was there is shown. The log is a ring: its lines have numbers
//! of their own, so that a place in it stays true while old lines fall out.

use crate::snapshot::{LogLine, Snapshot};
use crate::theme::Theme;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Lines of the log that are kept.
pub(crate) const LINES_MAX: usize = 5000;
/// Without news for longer than this, the dashboard says so.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// The last lines of the log.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    lines: VecDeque<LogLine>,
    first: u64,
}

impl Ring {
    pub(crate) fn push(&mut self, line: LogLine) {
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
            self.first += 1;
        }
        self.lines.push_back(line);
    }

    pub(crate) fn get(&self, place: u64) -> Option<&LogLine> {
        self.lines.get(usize::try_from(place.checked_sub(self.first)?).ok()?)
    }

    /// Place of the oldest line that is still there.
    pub(crate) const fn first(&self) -> u64 {
        self.first
    }

    /// Place of the next line.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }
}

/// The view as it was when it was paused.
#[derive(Debug)]
struct Frozen {
    snapshot: Arc<Snapshot>,
    end: u64,
    since: Duration,
}

/// Why nothing comes any more, and when it is tried again.
#[derive(Debug)]
struct Lost {
    reason: String,
    until: Duration,
}

/// What was heard of the node.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    latest: Option<Arc<Snapshot>>,
    first: Option<Arc<Snapshot>>,
    empty: Arc<Snapshot>,
    heard: Duration,
    frozen: Option<Frozen>,
    lost: Option<Lost>,
    pub ring: Ring,
    pub now: Duration,
}

impl Feed {
    /// Takes news in, and says whether what is shown is another than before.
    pub(crate) fn take(&mut self, snapshot: Arc<Snapshot>) -> bool {
        let same = self.latest.as_ref() == Some(&snapshot) || (self.frozen.is_some() && self.latest.is_some());
        let silent = self.lost.take().is_some() || self.silence().is_some();
        self.heard = self.now;
        self.first.get_or_insert_with(|| Arc::clone(&snapshot));
        self.latest = Some(snapshot);
        !same || silent
    }

    pub(crate) fn lose(&mut self, reason: String, retry_seconds: u64) {
        let until = self.now.saturating_add(Duration::from_secs(retry_seconds));
        self.lost = Some(Lost { reason, until });
    }

    pub(crate) fn freeze(&mut self) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Frozen { snapshot: self.shown(), end: self.ring.end(), since: self.heard }),
        };
    }

    pub(crate) const fn frozen(&self) -> bool {
        self.frozen.is_some()
    }

    pub(crate) const fn lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Whether anything was ever heard.
    pub(crate) const fn known(&self) -> bool {
        self.latest.is_some()
    }

    /// The snapshot that is drawn.
    pub(crate) fn shown(&self) -> Arc<Snapshot> {
        let frozen = self.frozen.as_ref().map(|frozen| &frozen.snapshot);
        Arc::clone(frozen.or(self.latest.as_ref()).unwrap_or(&self.empty))
    }

    /// The newest, which is what questions and the last words are about.
    pub(crate) fn latest(&self) -> &Snapshot {
        self.latest.as_deref().unwrap_or(&self.empty)
    }

    /// The first that was heard.
    pub(crate) fn first(&self) -> &Snapshot {
        self.first.as_deref().unwrap_or(&self.empty)
    }

    /// Place after the last line that is shown.
    pub(crate) fn end(&self) -> u64 {
        self.frozen.as_ref().map_or_else(|| self.ring.end(), |frozen| frozen.end)
    }

    /// How long nothing came, once that is worth saying.
    fn silence(&self) -> Option<Duration> {
        let silence = self.now.saturating_sub(self.heard);
        (self.latest.is_some() && silence > SILENCE_MAX).then_some(silence)
    }

    /// Whether what is shown may no longer be so.
    pub(crate) fn stale(&self) -> bool {
        self.lost() || self.silence().is_some()
    }

    /// Whether what was heard last can still be so.
    pub(crate) fn reach(&self) -> Reach<'_> {
        match (&self.lost, self.silence()) {
            (Some(lost), _) => Reach::Lost(&lost.reason),
            (None, Some(silence)) => Reach::Silent(silence.as_secs()),
            (None, None) => Reach::Answers,
        }
    }

    /// What people must know about the age of what they see.
    pub(crate) fn banner(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(frozen) = &self.frozen {
            let age = self.now.saturating_sub(frozen.since).as_secs();
            parts.push(format!("PAUSED · data {age} s old"));
        }
        if let Some(lost) = &self.lost {
            let left = lost.until.saturating_sub(self.now);
            let left = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let reason = if lost.reason.is_empty() { String::new() } else { format!(" · {}", lost.reason) };
            parts.push(match left {
                0 => format!("disconnected, retrying now{reason}"),
                _ => format!("disconnected, retrying in {left} s{reason}"),
            });
        } else if let Some(silence) = self.silence() {
            parts.push(format!("no news for {} s", silence.as_secs()));
        }
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// Everything, side by side.
    Full,
    /// Panels in two columns.
    Stacked,
    /// Facts, one a line.
    Small,
}

/// Whether what is shown can still be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach<'a> {
    /// News comes as it should.
    Answers,
    /// Nothing came for so many seconds.
    Silent(u64),
    /// The node does not answer, and why.
    Lost(&'a str),
}

/// What a panel is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub snapshot: &'a Snapshot,
    pub ring: &'a Ring,
    /// Place after the last line of the log that is shown.
    pub end: u64,
    pub theme: &'a Theme,
    pub ascii: bool,
    pub tier: Tier,
    pub reach: Reach<'a>,
    /// Columns of the whole terminal.
    pub columns: u16,
    /// Whether the view is paused.
    pub frozen: bool,
    /// Whether keys go to this panel.
    pub focused: bool,
    /// The row of the page's table that its other panels are about.
    pub chosen: Option<&'a str>,
}

impl View<'_> {
    /// Whether nobody knows if what is shown is still so.
    pub(crate) const fn stale(&self) -> bool {
        !matches!(self.reach, Reach::Answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_newest_lines() {
        let mut ring = Ring::default();
        for number in 0..LINES_MAX as u64 + 3 {
            ring.push(LogLine { number, ..LogLine::default() });
        }
        assert_eq!((ring.first(), ring.end()), (3, LINES_MAX as u64 + 3));
        assert_eq!((ring.get(2), ring.get(3).map(|line| line.number)), (None, Some(3)));
        assert_eq!(ring.get(ring.end()), None);
    }

    #[test]
    fn banners_count() {
        let mut feed = Feed::default();
        assert!(feed.take(Arc::default()) && !feed.take(Arc::default()));
        assert_eq!(feed.banner(), None);
        feed.now = Duration::from_secs(6);
        assert_eq!(feed.banner().unwrap(), "no news for 6 s");
        feed.freeze();
        feed.lose("gone".to_owned(), 3);
        feed.now = Duration::from_millis(6500);
        assert_eq!(feed.banner().unwrap(), "PAUSED · data 6 s old · disconnected, retrying in 3 s · gone");
        feed.freeze();
        assert!(feed.take(Arc::default()));
        assert_eq!(feed.banner(), None);
    }
}
