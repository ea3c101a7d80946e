//! The figures of taking up a large ledger elsewhere: making its snapshot, and beginning a ledger from that.
//!
//! Invariant: what is measured is what a node does beside the network: every chunk is checked as it comes in and once more
//! when the ledger is begun, all of it from and to the disk.

use serde_json::json;

use super::made::Made;
use super::{Setting, median, repeat};
use crate::app::AppError;
use crate::app::bench::Figure;
use crate::store::Snapshots;

impl Setting<'_> {
    /// Both of them.
    pub(super) fn snapshot(&self, made: &Made) -> Result<Vec<Figure>, AppError> {
        let folder = super::folder(self.cx)?;
        let chain = made.tip.header.chain;
        let place = |name: &str| folder.path().join(name);
        let empty = |name: &str| {
            let path = place(name);
            if path.exists() {
                std::fs::remove_dir_all(&path).map_err(AppError::internal)?;
            }
            Snapshots::open(&path, chain).map_err(AppError::internal)
        };
        let making = repeat(
            self.cx,
            "making a snapshot",
            self.time,
            || empty("from"),
            |from| from.make(&made.store).map(drop).map_err(AppError::internal),
        )?;
        let from = empty("from")?;
        let kept = from.make(&made.store).map_err(AppError::internal)?;
        let given = |index| {
            let chunk = from.chunk(kept.content(), index);
            chunk.ok_or_else(|| AppError::internal(anyhow::anyhow!("chunk {index} of the snapshot is damaged")))
        };
        let chunks = (0..kept.chunks()).map(given).collect::<Result<Vec<_>, _>>()?;
        let ledger = place("ledger.redb");
        let taking = repeat(
            self.cx,
            "taking up a snapshot",
            self.time,
            || {
                if ledger.exists() {
                    std::fs::remove_file(&ledger).map_err(AppError::internal)?;
                }
                empty("to")
            },
            |to| {
                let manifest = kept.manifest().clone();
                let block = manifest.header.hash();
                let checked = manifest.check(chain, block).map_err(AppError::internal)?;
                let incoming = to.begin(checked).map_err(AppError::internal)?;
                for (index, chunk) in (0..).zip(&chunks) {
                    incoming.put(index, chunk).map_err(AppError::internal)?;
                }
                to.import(&incoming, &ledger).map(drop).map_err(AppError::internal)
            },
        )?;
        let mut figures = Vec::new();
        for (name, seconds) in [("ledger_snapshot", making), ("ledger_import", taking)] {
            let mut details = self.details(self.accounts, seconds.len());
            details.insert("chunks".to_owned(), json!(chunks.len()));
            details.insert("bytes".to_owned(), json!(chunks.iter().map(Vec::len).sum::<usize>()));
            let value = median(&seconds);
            figures.push(Figure { name, value, unit: "s", better: "lower", ratio: None, details });
        }
        Ok(figures)
    }
}
