//! The node engine: a chain, a trainer and a door for questions, as threads under one supervisor.
//!
//! Invariants: a thread that ends early ends the node, with the reason; what a thread says to another goes through a
//! bounded queue; stopping saves everything.

mod api;
mod chain;
mod claims;
pub mod client;
mod clock;
mod devnet;
mod events;
mod gate;
mod history;
mod home;
#[cfg_attr(not(feature = "flex"), allow(dead_code, reason = "without tensors nothing is written"))]
mod inference;
mod journal;
mod machine;
#[cfg(feature = "flex")]
mod memory;
mod observer;
mod opened;
mod peering;
mod peers;
mod pool;
pub mod queries;
mod snapshot;
mod statement;
mod supervisor;
#[cfg(feature = "flex")]
mod trainer;
#[cfg(feature = "flex")]
mod vocabulary;
mod work;

use crate::governance::version::Version;

/// The version of this program.
#[must_use]
pub fn version() -> Version {
    env!("CARGO_PKG_VERSION").parse().unwrap_or_default()
}

pub use clock::{now_ms, rfc3339};
pub use devnet::{NewNetwork, devnet_text, devnet_text_every, network_text};
pub use events::{NodeEvent, PeerState};
pub use home::{
    ApiFile, ApiToken, HomeError, HomeLock, NetworkFolder, Networks, newest_round, newest_run, read_genesis,
    running_pid, runs_folder,
};
#[cfg(feature = "flex")]
pub use inference::{LoadError, Loaded};
pub use journal::Journal;
pub use machine::{folder_size, free_space};
#[cfg(feature = "flex")]
pub use memory::{TooLarge, check_fits, total_memory};
pub use observer::{Board, Published};
pub use peering::Peering;
pub use statement::{MODES, STATEMENT_BYTES_MAX, Statement, StatementError};
pub use supervisor::{ActError, Handle, Node, NodeError, PRIVATE_NOTE, Settings};
#[cfg(feature = "flex")]
pub use trainer::{Initial, Training, data_fingerprint, recipe};
