//! Nodes and trackers with real sockets on this machine.
//!
//! Invariant: a test waits for what it expects and ends with it; only what never comes takes time.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod hostile;
mod meeting;
mod node;
mod talking;
