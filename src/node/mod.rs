//! The node engine: a chain, a trainer and a door for questions, as threads under one supervisor.
//!
//! Invariants: a thread that ends early ends the node, with the reason; what a thread says to another goes through a
//! bounded queue; stopping saves everything.

mod api;
mod chain;
mod claims;
pub mod client;
mod devnet;
mod events;
mod home;
#[cfg_attr(not(feature = "flex"), allow(dead_code, reason = "without tensors nothing is written"))]
mod inference;
#[cfg(feature = "flex")]
mod memory;
mod pool;
pub mod queries;
mod supervisor;
#[cfg(feature = "flex")]
mod trainer;
mod work;

pub use devnet::{NewNetwork, devnet_text, network_text};
pub use events::NodeEvent;
pub use home::{ApiFile, HomeError, HomeLock, NetworkFolder, Networks, newest_run, read_genesis, runs_folder};
#[cfg(feature = "flex")]
pub use inference::{LoadError, Loaded};
#[cfg(feature = "flex")]
pub use memory::{TooLarge, check_fits, total_memory};
pub use supervisor::{Node, NodeError, Settings};
#[cfg(feature = "flex")]
pub use trainer::{Training, data_fingerprint};
