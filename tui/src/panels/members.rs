//! The members of the quorum, one a row.

use super::listing::Content;
use super::{Detail, health};
use crate::canvas::Title;
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{amount, decimals, plural, safe};
use crate::panels::quorum::stage;
use crate::snapshot::{Member, Snapshot};
use crate::table::{Cell, Column, Row};

/// The rows.
#[derive(Debug)]
pub(crate) struct Members;

fn members(snapshot: &Snapshot) -> &[Member] {
    snapshot.quorum.as_ref().map_or(&[], |quorum| &quorum.members)
}

fn latency(member: &Member) -> String {
    if member.own { "–".to_owned() } else { format!("{} ms", decimals(member.latency_ms, 0)) }
}

impl Content for Members {
    const COLUMNS: &'static [Column] = &[
        Column { title: "layers", width: 8, right: false, rank: 2 },
        Column { title: "member", width: 0, right: false, rank: 0 },
        Column { title: "health", width: 9, right: false, rank: 1 },
        Column { title: "tier", width: 6, right: false, rank: 5 },
        Column { title: "latency", width: 9, right: true, rank: 3 },
        Column { title: "last", width: 10, right: false, rank: 6 },
        Column { title: "tok/s", width: 7, right: true, rank: 4 },
        Column { title: "pace", width: 10, right: false, rank: 7 },
    ];
    const SORT: (usize, bool) = (0, false);
    const EMPTY: &'static str = "in no quorum";

    fn title(view: &View<'_>) -> Title {
        let count = members(view.snapshot).len() as u64;
        Title::with("Members", plural(count, "node"), view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |(place, member): (usize, &Member)| {
            let (glyph, word, style) = health(member.health, view);
            let name = if member.own {
                Cell::text("this node", theme.accent)
            } else {
                Cell::long(&member.address, theme.base)
            };
            let milliseconds = member.latency_ms.filter(|ms| ms.is_finite()).unwrap_or(-1.0);
            Row {
                // An account can have more than one stage.
                id: format!("{place} {}", member.address),
                cells: vec![
                    Cell::number(stage(member), member.first_layer.into(), theme.base),
                    name,
                    Cell::text(&format!("{glyph} {word}"), style),
                    Cell::text(&member.tier, theme.base),
                    Cell::number(latency(member), milliseconds, theme.base),
                    Cell::number(sparkline(&member.latencies, 10, view.ascii), milliseconds, theme.contrast),
                    Cell::number(amount(member.tokens_per_second), member.tokens_per_second, theme.base),
                    Cell::number(sparkline(&member.paces, 10, view.ascii), member.tokens_per_second, theme.good),
                ],
            }
        };
        members(view.snapshot).iter().enumerate().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let place: usize = id.split(' ').next()?.parse().ok()?;
        let member = members(view.snapshot).get(place)?;
        let (glyph, word, _) = health(member.health, view);
        let title = if member.own { "This node" } else { "Member" };
        let facts = vec![
            ("address", safe(&member.address)),
            ("health", format!("{glyph} {word}")),
            ("layers", format!("{} ({})", stage(member), member.layers)),
            ("tier", safe(&member.tier)),
            ("latency", latency(member)),
            ("latencies", sparkline(&member.latencies, 32, view.ascii)),
            ("pace", format!("{} tok/s", amount(member.tokens_per_second))),
            ("paces", sparkline(&member.paces, 32, view.ascii)),
        ];
        Some(Detail { title: title.to_owned(), facts })
    }
}
