//! Receipts that wait for their pay.

use super::Detail;
use super::listing::Content;
use crate::canvas::Title;
use crate::feed::View;
use crate::format::{count, duration, neuro, plural, safe};
use crate::snapshot::Maturing;
use crate::table::{Cell, Column, Row};

/// The rows.
#[derive(Debug)]
pub(crate) struct Waiting;

fn challenge(receipt: &Maturing) -> &'static str {
    if receipt.challenged { "✗ challenged" } else { "● clear" }
}

impl Content for Waiting {
    const COLUMNS: &'static [Column] = &[
        Column { title: "paid in", width: 11, right: true, rank: 0 },
        Column { title: "amount", width: 12, right: true, rank: 0 },
        Column { title: "source", width: 12, right: false, rank: 1 },
        Column { title: "block", width: 10, right: true, rank: 3 },
        Column { title: "receipt", width: 0, right: false, rank: 4 },
        Column { title: "challenge", width: 12, right: false, rank: 2 },
    ];
    const SORT: (usize, bool) = (0, false);
    const EMPTY: &'static str = "no receipt waits";

    fn title(view: &View<'_>) -> Title {
        let earnings = &view.snapshot.earnings;
        let count = plural(earnings.maturing.len() as u64, "receipt");
        Title::with("Maturing", format!("{} · {count}", neuro(&earnings.pending, 4)), view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |receipt: &Maturing| {
            let style = if receipt.challenged { theme.bad } else { theme.good };
            let value = receipt.amount.parse().unwrap_or(0.0);
            Row {
                id: receipt.receipt.clone(),
                cells: vec![
                    Cell::number(duration(receipt.seconds_left), receipt.seconds_left as f64, theme.base),
                    Cell::number(neuro(&receipt.amount, 4), value, theme.base),
                    Cell::text(&receipt.source, theme.base),
                    Cell::number(count(receipt.height), receipt.height as f64, theme.muted),
                    Cell::long(&receipt.receipt, theme.muted),
                    Cell::text(challenge(receipt), style),
                ],
            }
        };
        view.snapshot.earnings.maturing.iter().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let receipt = view.snapshot.earnings.maturing.iter().find(|receipt| receipt.receipt == id)?;
        let facts = vec![
            ("receipt", safe(&receipt.receipt)),
            ("source", safe(&receipt.source)),
            ("amount", format!("{} NEURO", safe(&receipt.amount))),
            ("paid by block", count(receipt.height)),
            ("time left", duration(receipt.seconds_left)),
            ("challenge", challenge(receipt).to_owned()),
        ];
        Some(Detail { title: "Receipt that matures".to_owned(), facts })
    }
}
