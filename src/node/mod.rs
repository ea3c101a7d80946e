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
mod pool;
pub mod queries;
mod supervisor;
#[cfg(feature = "flex")]
mod trainer;
mod work;

pub use devnet::{NewNetwork, devnet_text, network_text};
pub use events::NodeEvent;
pub use home::{ApiFile, HomeError, HomeLock, NetworkFolder, Networks, read_genesis};
pub use supervisor::{Node, NodeError, Settings};
#[cfg(feature = "flex")]
pub use trainer::{Training, data_fingerprint};
