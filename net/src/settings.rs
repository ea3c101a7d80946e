//! What a node's network is started with.
//!
//! Invariant: these never change while the service runs; what does change goes through the handle.

use crate::{Multiaddr, Program};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Decides whether a peer's program goes with ours; the error says why not.
pub type Judge = Arc<dyn Fn(&Program) -> Result<(), String> + Send + Sync>;

/// What this process is to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A node of one chain.
    Node,
    /// An introducer and relay for nodes of any chain.
    Tracker,
}

/// What the network is started with.
#[derive(Clone)]
pub struct Settings {
    /// The node's secret key.
    pub secret: Zeroizing<[u8; 32]>,
    /// The chain; protocol names and topics carry its first 8 bytes, the hello all of it.
    pub chain: [u8; 32],
    /// Node or tracker.
    pub role: Role,
    /// Where to listen; empty: it only dials.
    pub listen: Vec<Multiaddr>,
    /// Addresses known to be reachable from outside.
    pub external: Vec<Multiaddr>,
    /// Nodes to begin with, with or without `/p2p/ID`.
    pub bootstrap: Vec<Multiaddr>,
    /// Trackers to ask for nodes.
    pub trackers: Vec<Multiaddr>,
    /// Where peers learned are kept.
    pub peer_file: Option<PathBuf>,
    /// Look for nodes in the local network.
    pub mdns: bool,
    /// Ask the router to map our ports.
    pub upnp: bool,
    /// Bounds.
    pub limits: Limits,
    /// What is gossiped.
    pub topics: Vec<Topic>,
    /// What is asked and answered.
    pub requests: Vec<RequestKind>,
    /// What streams there are.
    pub streams: Vec<StreamKind>,
    /// This program.
    pub program: Program,
    /// Whether a peer's program goes with ours.
    pub judge: Judge,
}

impl Settings {
    /// A node of `chain` that listens nowhere, knows nobody, and goes with every program.
    #[must_use]
    pub fn new(secret: Zeroizing<[u8; 32]>, chain: [u8; 32]) -> Self {
        Self {
            secret,
            chain,
            role: Role::Node,
            listen: Vec::new(),
            external: Vec::new(),
            bootstrap: Vec::new(),
            trackers: Vec::new(),
            peer_file: None,
            mdns: false,
            upnp: false,
            limits: Limits::default(),
            topics: Vec::new(),
            requests: Vec::new(),
            streams: Vec::new(),
            program: Program::default(),
            judge: Arc::new(|_| Ok(())),
        }
    }
}

impl fmt::Debug for Settings {
    // Written by hand: the secret must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("role", &self.role)
            .field("listen", &self.listen)
            .field("bootstrap", &self.bootstrap)
            .field("trackers", &self.trackers)
            .finish_non_exhaustive()
    }
}

/// Bounds of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Peers we try to have.
    pub peers_target: usize,
    /// Peers we keep; protected ones and trackers are not counted.
    pub peers_max: usize,
    /// Peers beyond that, let in for as long as it takes to tell them of others.
    pub peers_overflow: usize,
    /// Of our peers, those that we chose ourselves, at least.
    pub outbound_min: usize,
    /// Connections with one peer.
    pub per_peer_max: usize,
    /// Connections that are being made, each way.
    pub pending_max: usize,
    /// Of the machine's memory, in percent, beyond which connections are refused.
    pub memory_percent: u8,
    /// Addresses remembered in all.
    pub known_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            peers_target: 32,
            peers_max: 64,
            peers_overflow: 16,
            outbound_min: 12,
            per_peer_max: 4,
            pending_max: 32,
            memory_percent: 80,
            known_max: 4096,
        }
    }
}

impl Limits {
    /// Those of a tracker: many peers, none that it looks for itself.
    #[must_use]
    pub fn tracker() -> Self {
        Self {
            peers_target: 0,
            peers_max: 10_000,
            peers_overflow: 256,
            outbound_min: 0,
            pending_max: 512,
            ..Self::default()
        }
    }
}

/// Something that is gossiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// Its name; the chain is added.
    pub name: &'static str,
    /// Longest message.
    pub bytes_max: usize,
    /// Send our own to everybody at once, not just to our part of the mesh: for what is rare and urgent.
    pub flood: bool,
}

/// Something that is asked and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKind {
    /// Its name.
    pub name: &'static str,
    /// Longest question.
    pub request_max: usize,
    /// Longest answer.
    pub response_max: usize,
    /// Questions taken from one peer in a minute.
    pub per_minute: u32,
}

/// A kind of stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamKind {
    /// Its name; the chain is added.
    pub name: &'static str,
    /// Streams open at once from one peer.
    pub per_peer: usize,
}
