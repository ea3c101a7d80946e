//! The dashboard of `neuroshard`: a [`Snapshot`](snapshot::Snapshot) in, frames and actions out.
//!
//! Knows nothing of nodes, ledgers and models; whoever runs it feeds it snapshots and carries out what people ask for.

#[cfg_attr(not(test), allow(dead_code, unused_imports, reason = "its readers are the pages"))]
mod chart;
pub mod demo;
pub mod snapshot;
pub mod terminal;
