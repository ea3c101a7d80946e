//! The dashboard of `neuroshard`: a [`Snapshot`](snapshot::Snapshot) in, frames and actions out.
//!
//! Knows nothing of nodes, ledgers and models; whoever runs it feeds it snapshots and carries out what people ask for.

pub mod snapshot;
