//! The proposals, one a row.

use super::governance::{place, seconds_left, status};
use super::listing::Content;
use super::{Detail, nep};
use crate::canvas::Title;
use crate::feed::{Tier, View};
use crate::format::{count, duration, neuro, safe};
use crate::governance::{refusal, weight};
use crate::snapshot::Nep;
use crate::table::{Cell, Column, Row};
use ratatui::text::Span;

/// Columns of the bar of votes.
const BAR: usize = 10;

/// The rows.
#[derive(Debug)]
pub(crate) struct Proposals;

/// What this node has said in a proposal, or still can.
fn own(nep: &Nep, view: &View<'_>) -> Cell {
    let theme = view.theme;
    match &nep.own_vote {
        Some(vote) => Cell::text(vote, theme.good),
        None if refusal(nep).is_none() => Cell::text("◆ to vote", theme.warn),
        None if nep.status == "voting" => Cell::text("no vote", theme.muted),
        None => Cell::text("", theme.muted),
    }
}

/// Yes, no and abstentions as parts of all that voted; nothing where nobody can have voted.
fn bar(nep: &Nep, view: &View<'_>) -> Cell {
    let theme = view.theme;
    let votes = [&nep.yes, &nep.no, &nep.abstain].map(|text| weight(text));
    let all: f64 = votes.iter().sum();
    if all <= 0.0 {
        let words = if nep.status == "voting" { "none yet" } else { "" };
        return Cell::parts(vec![Span::styled(words, theme.muted)], -1.0);
    }
    // Ends are rounded, not parts, so that the parts are always the whole bar.
    let end = |votes: f64| ((votes / all * BAR as f64).round() as usize).min(BAR);
    let (yes, no) = (end(votes[0]), end(votes[0] + votes[1]));
    let part = |glyph: &str, columns: usize, style| Span::styled(glyph.repeat(columns), style);
    let parts = vec![part("█", yes, theme.good), part("▒", no - yes, theme.bad), part("─", BAR - no, theme.muted)];
    Cell::parts(parts, votes[0] / all)
}

impl Content for Proposals {
    const COLUMNS: &'static [Column] = &[
        Column { title: "id", width: 7, right: false, rank: 0 },
        Column { title: "status", width: 11, right: false, rank: 1 },
        Column { title: "title", width: 0, right: false, rank: 0 },
        Column { title: "own vote", width: 9, right: false, rank: 2 },
        Column { title: "left", width: 8, right: true, rank: 3 },
        // What the glyphs mean stands where the bars stand.
        Column { title: "█ yes ▒ no", width: BAR as u16, right: false, rank: 4 },
        Column { title: "type", width: 9, right: false, rank: 5 },
    ];
    const SORT: (usize, bool) = (1, false);
    const EMPTY: &'static str = "nothing was ever proposed";
    const LEADS: bool = true;

    fn title(view: &View<'_>) -> Title {
        let governance = &view.snapshot.governance;
        let voting = governance.neps.iter().filter(|nep| nep.status == "voting").count() as u64;
        let counts = format!("{} in voting · {} in all", count(voting), count(governance.total));
        // The facts have no panel of their own there.
        let words = if view.tier == Tier::Stacked {
            format!("{counts} · votable {} · pool {}", neuro(&governance.votable, 2), neuro(&governance.pool, 2))
        } else {
            counts
        };
        Title::with("Proposals", words, view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |nep: &Nep| {
            let (glyph, word, style) = status(&nep.status, view);
            let left = seconds_left(nep, view);
            let words = left.map(duration).unwrap_or_default();
            Row {
                id: nep.id.clone(),
                cells: vec![
                    Cell::text(&nep.id, theme.title),
                    Cell::number(format!("{glyph} {word}"), place(nep) as f64, style),
                    Cell::text(&nep.title, theme.base),
                    own(nep, view),
                    Cell::number(words, left.map_or(-1.0, |left| left as f64), theme.base),
                    bar(nep, view),
                    Cell::text(&nep.nep_type, theme.muted),
                ],
            }
        };
        view.snapshot.governance.neps.iter().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let nep = view.snapshot.governance.neps.iter().find(|nep| nep.id == id)?;
        Some(Detail { title: format!("{} {}", safe(&nep.id), safe(&nep.title)), facts: nep::facts(nep, view) })
    }
}
