//! Why something can't be kept or found again.

use crate::ledger::snapshot::ManifestError;
use crate::ledger::supply::SupplyError;
use crate::types::{ChainId, Height};
use std::path::PathBuf;

/// Why the store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file.
    #[error("there is no ledger at {0}")]
    Absent(PathBuf),
    /// There is one already.
    #[error("there is a ledger at {0} already")]
    Exists(PathBuf),
    /// Another process has it.
    #[error("another process uses the ledger at {0}")]
    Busy(PathBuf),
    /// Opened to read only.
    #[error("this ledger was opened to read only")]
    ReadOnly,
    /// Not what a store was written as.
    #[error("the ledger at {path} is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Written under rules that are no more.
    #[error(
        "the ledger at {path} has form {found}, of a program with other rules, and can't go on: begin in another --home, \
         or move that file's folder away"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: u64,
    },
    /// Written by a program that knows more.
    #[error("the ledger at {path} has form {found}, and this program knows forms up to {known}: use a newer one")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: u64,
        /// The newest that is known here.
        known: u64,
    },
    /// Of another network.
    #[error("the ledger at {path} is of chain {found} and not of {wanted}")]
    Chain {
        /// The file.
        path: PathBuf,
        /// Its chain.
        found: ChainId,
        /// Ours.
        wanted: ChainId,
    },
    /// A block that does not follow on the last one.
    #[error("block {got} does not follow on block {tip}")]
    Height {
        /// The block's.
        got: Height,
        /// The store's last.
        tip: Height,
    },
    /// A snapshot that is not used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A part of a snapshot that is not what its manifest names.
    #[error("chunk {0} of the snapshot is not what its manifest names")]
    Chunk(u32),
    /// NEURO that came from nowhere.
    #[error(transparent)]
    Supply(#[from] SupplyError),
    /// Disk.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database.
    #[error("the ledger's database failed: {0}")]
    Database(#[from] Box<redb::Error>),
}

macro_rules! database {
    ($($error:ty),+) => {$(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )+};
}
database!(redb::TableError, redb::StorageError, redb::CommitError, redb::TransactionError, redb::SetDurabilityError);
