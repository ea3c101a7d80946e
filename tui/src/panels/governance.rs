//! What governance is like as a whole, and how a proposal's state is written wherever it stands.

use super::{FACTS_WIDTH, Panel};
use crate::calendar::until;
use crate::canvas::{Title, fact, fact_in, put_all};
use crate::decimal;
use crate::feed::View;
use crate::format::{count, neuro, plural, safe};
use crate::governance::open;
use crate::snapshot::Nep;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// States in the order in which proposals are of interest.
pub(crate) const STATES: [&str; 8] =
    ["voting", "review", "scheduled", "active", "rejected", "failed", "withdrawn", "deprecated"];

/// How many of them, from the first, something still follows.
const GOING_ON: usize = 3;

/// A glyph and the word beside it.
pub(crate) fn status(status: &str, view: &View<'_>) -> (&'static str, String, Style) {
    let theme = view.theme;
    let (glyph, style) = match status {
        _ if view.stale() => ("?", theme.muted),
        "voting" => ("◆", theme.accent),
        "review" => ("◌", theme.base),
        "scheduled" => ("○", theme.warn),
        "active" => ("●", theme.good),
        "rejected" | "failed" => ("✗", theme.bad),
        _ => ("·", theme.muted),
    };
    (glyph, safe(status), style)
}

/// Place of a proposal's state among all: what is going on first, and what is over in the order in which it came.
pub(crate) fn place(nep: &Nep) -> usize {
    STATES.iter().take(GOING_ON).position(|state| *state == nep.status).unwrap_or(GOING_ON)
}

/// Seconds until the next thing happens to a proposal, as far as anyone can tell.
pub(crate) fn seconds_left(nep: &Nep, view: &View<'_>) -> Option<u64> {
    let snapshot = view.snapshot;
    match nep.status.as_str() {
        "voting" | "review" => until(&snapshot.time, nep.ends_at.as_ref()?),
        "scheduled" => Some(blocks_left(nep, view)?.saturating_mul(snapshot.chain.epoch_seconds)),
        _ => None,
    }
}

/// Blocks until a proposal is in force.
pub(crate) fn blocks_left(nep: &Nep, view: &View<'_>) -> Option<u64> {
    Some(nep.activation_height?.saturating_sub(view.snapshot.chain.height))
}

/// What governance is like as a whole.
#[derive(Debug, Default)]
pub(crate) struct Facts;

impl Panel for Facts {
    fn title(&self, view: &View<'_>) -> Title {
        let total = view.snapshot.governance.total;
        Title::with("Governance", plural(total, "proposal"), view.theme.muted)
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let governance = &view.snapshot.governance;
        let votable = if decimal::some(&governance.votable) { theme.good } else { theme.muted };
        let waiting = open(view.snapshot).count() as u64;
        let mut lines = vec![
            fact_in(view, "votable stake", neuro(&governance.votable, 4), votable, columns),
            fact(view, "governance's pool", neuro(&governance.pool, 4), columns),
            match waiting {
                0 => fact_in(view, "your vote", "nothing waits", theme.muted, columns),
                _ => fact_in(view, "your vote", format!("◆ {} to vote", count(waiting)), theme.warn, columns),
            },
        ];
        for state in STATES {
            let there = governance.neps.iter().filter(|nep| nep.status == state).count() as u64;
            if there > 0 {
                let (glyph, _, style) = status(state, view);
                lines.push(fact_in(view, &format!("· {state}"), format!("{glyph} {}", count(there)), style, columns));
            }
        }
        let listed = governance.neps.len() as u64;
        if listed < governance.total {
            lines.push(fact_in(view, "· not listed", count(governance.total - listed), theme.muted, columns));
        }
        put_all(buf, area, &lines);
    }
}
