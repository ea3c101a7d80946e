//! `snapshot`: a ledger's state as a file.
//!
//! Invariant: a ledger that is there is never replaced.

use std::fmt;

use neuroshard_commands::{SnapshotArgs, SnapshotCommand};
use serde::Serialize;

use super::client::joined;
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::ledger::snapshot::ManifestError;
use crate::node::HomeLock;
use crate::store::{self, LedgerStore, StoreError};
use crate::types::Hash;

pub(super) fn snapshot(cx: &Context, args: &SnapshotArgs) -> Result<Exit, AppError> {
    let home = cx.home()?;
    let _lock = HomeLock::take(&home).map_err(|error| AppError::refused(error).hint("stop the node first"))?;
    let folder = joined(cx)?;
    let made = match &args.command {
        SnapshotCommand::Export(args) => {
            let opened = LedgerStore::open_read_only(&folder.ledger(), folder.genesis.chain).map_err(explain)?;
            let made = store::export(&opened.store, &args.file).map_err(explain)?;
            Made {
                file: args.file.display().to_string(),
                height: made.height.0,
                block: made.block,
                records: made.records,
            }
        }
        SnapshotCommand::Import(args) => {
            let trusted: Hash = args.trust.parse().map_err(AppError::usage)?;
            let opened = store::import(&args.file, &folder.ledger(), folder.genesis.chain, trusted).map_err(explain)?;
            let (height, block) = (opened.tip.header.height.0, opened.tip.header.hash());
            Made { file: folder.ledger().display().to_string(), height, block, records: opened.tree.len() as u64 }
        }
    };
    cx.out.emit(&made)?;
    if matches!(args.command, SnapshotCommand::Export(_)) {
        cx.out.hint(format_args!("elsewhere: neuroshard snapshot import {} --trust {}", made.file, made.block));
    }
    Ok(Exit::Success)
}

fn explain(error: StoreError) -> AppError {
    let hint = match &error {
        StoreError::Exists(_) => "nothing was changed: name another file, or move that one away",
        StoreError::Manifest(ManifestError::Untrusted { .. }) => {
            "ask whom you trust for the hash of the snapshot's block"
        }
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

#[derive(Serialize)]
struct Made {
    file: String,
    height: u64,
    block: Hash,
    records: u64,
}

impl Report for Made {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}: {} records as of block {} ({})", self.file, self.records, self.height, self.block)
    }
}
