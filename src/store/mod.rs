//! What survives a crash: the ledger's one file, and copies of its state.
//!
//! Invariants: a block is in the file whole or not at all; a file that is damaged, cut short, of another chain or written
//! by a newer program is reported and left as it is, and never replaced.

mod cut;
mod error;
mod import;
mod ledger;
mod look;
mod queries;
mod serving;
mod snapshot;
mod snapshots;
mod tables;
pub mod wal;

pub use error::StoreError;
pub use import::import_chunks;
pub use ledger::{Finalised, LedgerStore, Opened, View};
pub use look::{Look, look};
pub use queries::{Entry, Located};
pub use serving::{Certified, Signed};
pub use snapshot::{Snapshot, export, import};
pub use snapshots::{Incoming, Kept, Snapshots};

#[cfg(test)]
mod tests;
