//! The network: who is connected, and bytes to and from them.
//!
//! Invariants: nothing a peer sends stops or grows it without bound; it knows no ledger, and hands on only bytes that were
//! measured first.

pub use libp2p::{Multiaddr, PeerId};

pub mod bulk;
pub mod frame;
