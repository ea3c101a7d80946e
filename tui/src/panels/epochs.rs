//! The last blocks, and which of them are final.

use super::Detail;
use super::listing::Content;
use crate::canvas::Title;
use crate::feed::View;
use crate::format::{clock, count, percent, safe};
use crate::snapshot::Epoch;
use crate::table::{Cell, Column, Row};

/// Share of the voting power that makes a block final, once there is more of it.
const FINAL: f64 = 2.0 / 3.0;

/// The rows.
#[derive(Debug)]
pub(crate) struct Epochs;

fn finality(epoch: &Epoch) -> &'static str {
    if epoch.signed_power > FINAL { "● final" } else { "◌ open" }
}

impl Content for Epochs {
    const COLUMNS: &'static [Column] = &[
        Column { title: "block", width: 10, right: true, rank: 0 },
        Column { title: "time UTC", width: 8, right: false, rank: 2 },
        Column { title: "hash", width: 0, right: false, rank: 4 },
        Column { title: "txs", width: 6, right: true, rank: 3 },
        Column { title: "signed", width: 8, right: true, rank: 2 },
        Column { title: "finality", width: 10, right: false, rank: 1 },
    ];
    const SORT: (usize, bool) = (0, true);
    const EMPTY: &'static str = "no blocks yet";

    fn title(view: &View<'_>) -> Title {
        let chain = &view.snapshot.chain;
        let waiting = if chain.waiting == 0 { String::new() } else { format!(" · {} waiting", count(chain.waiting)) };
        let words = format!("{} s each{waiting}", count(chain.epoch_seconds));
        Title::with("Epochs", words, view.theme.muted)
    }

    fn rows(view: &View<'_>) -> Vec<Row> {
        let theme = view.theme;
        let row = |epoch: &Epoch| {
            let style = if epoch.signed_power > FINAL { theme.good } else { theme.warn };
            let signed = percent(epoch.signed_power);
            Row {
                id: epoch.height.to_string(),
                cells: vec![
                    Cell::number(count(epoch.height), epoch.height as f64, theme.base),
                    Cell::text(&clock(&epoch.time), theme.muted),
                    Cell::long(&epoch.hash, theme.muted),
                    Cell::number(count(epoch.txs), epoch.txs as f64, theme.base),
                    Cell::number(signed, epoch.signed_power, theme.base),
                    Cell::number(finality(epoch), epoch.signed_power, style),
                ],
            }
        };
        view.snapshot.chain.epochs.iter().map(row).collect()
    }

    fn detail(view: &View<'_>, id: &str) -> Option<Detail> {
        let epoch = view.snapshot.chain.epochs.iter().find(|epoch| epoch.height.to_string() == id)?;
        let facts = vec![
            ("hash", safe(&epoch.hash)),
            ("time", safe(&epoch.time)),
            ("transactions", count(epoch.txs)),
            ("validators", count(epoch.validators)),
            ("power that signed", percent(epoch.signed_power)),
            ("finality", finality(epoch).to_owned()),
        ];
        Some(Detail { title: format!("Block {}", count(epoch.height)), facts })
    }
}
