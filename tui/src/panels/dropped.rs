//! Peers that had to go, one a row.

use super::Detail;
use super::listing::Content;
use crate::canvas::Title;
use crate::feed::View;
use crate::format::{count, duration, safe};
use crate::snapshot::{Dropped, Snapshot};
use crate::table::{Cell, Column, Row};

/// The rows.
#[derive(Debug)]
pub(crate) struct Gone;

fn dropped(snapshot: &Snapshot) -> &[Dropped] {
    snapshot.net.as_ref().map_or(&[], |network| &network.dropped)
}

/// One peer can be dropped again and again; from its oldest on, each time has a place that stays.
fn id(place: usize, one: &Dropped, all: usize) -> String {
    format!("{} {}", all - place, one.peer_id)
}

impl Content for Gone {
    const COLUMNS: &'static [Column] = &[
        Column { title: "ago", width: 8, right: true, rank: 1 },
        // Where there is no room for both, a reason says more than an identity.
        Column { title: "why", width: 24, right: false, rank: 0 },
        Column { title: "peer", width: 0, right: false, rank: 2 },
    ];
    const SORT: (usize, bool) = (0, false);
    const EMPTY: &'static str = "nobody had to be dropped";

    fn title(view: &View<'_>) -> Title {
        let all = dropped(view.snapshot).len() as u64;
        let words = if all == 0 { "none".to_owned() } else { count(all) };
        Title::with("Dropped", words, view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let all = dropped(view.snapshot);
        let row = |(place, one): (usize, &Dropped)| Row {
            id: id(place, one, all.len()),
            cells: vec![
                Cell::number(duration(one.ago_seconds), one.ago_seconds as f64, theme.muted),
                Cell::text(&one.reason, theme.base),
                Cell::long(&one.peer_id, theme.muted),
            ],
        };
        all.iter().enumerate().map(row).collect()
    }

    fn detail(view: &View<'_>, wanted: &str) -> Option<Detail> {
        let all = dropped(view.snapshot);
        let (_, one) = all.iter().enumerate().find(|(place, one)| id(*place, one, all.len()) == wanted)?;
        let facts = vec![
            ("peer", safe(&one.peer_id)),
            ("why", safe(&one.reason)),
            ("when", format!("{} ago", duration(one.ago_seconds))),
        ];
        Some(Detail { title: "Dropped".to_owned(), facts })
    }
}
