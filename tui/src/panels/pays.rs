//! The last pays.

use super::Detail;
use super::listing::Content;
use crate::canvas::Title;
use crate::feed::View;
use crate::format::{moment, neuro, safe};
use crate::snapshot::Paid;
use crate::table::{Cell, Column, Row};

/// The rows.
#[derive(Debug)]
pub(crate) struct Pays;

fn key(paid: &Paid) -> String {
    format!("{} {}", paid.receipt, paid.time)
}

impl Content for Pays {
    const COLUMNS: &'static [Column] = &[
        Column { title: "time UTC", width: 16, right: false, rank: 0 },
        Column { title: "amount", width: 12, right: true, rank: 0 },
        Column { title: "source", width: 12, right: false, rank: 1 },
        Column { title: "receipt", width: 0, right: false, rank: 2 },
    ];
    const SORT: (usize, bool) = (0, true);
    const EMPTY: &'static str = "nothing paid yet";

    fn title(view: &View<'_>) -> Title {
        Title::with("Paid", format!("{} in all", neuro(&view.snapshot.earnings.total, 4)), view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |paid: &Paid| Row {
            id: key(paid),
            cells: vec![
                Cell::text(&moment(&paid.time), theme.muted),
                Cell::number(neuro(&paid.amount, 4), paid.amount.parse().unwrap_or(0.0), theme.good),
                Cell::text(&paid.source, theme.base),
                Cell::long(&paid.receipt, theme.muted),
            ],
        };
        view.snapshot.earnings.recent.iter().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let paid = view.snapshot.earnings.recent.iter().find(|paid| key(paid) == id)?;
        let facts = vec![
            ("receipt", safe(&paid.receipt)),
            ("time", safe(&paid.time)),
            ("source", safe(&paid.source)),
            ("amount", format!("{} NEURO", safe(&paid.amount))),
        ];
        Some(Detail { title: "Pay".to_owned(), facts })
    }
}
