//! The network as people see it.
//!
//! Invariant: a view is whole: made at one moment, and never changed after.

use crate::{Multiaddr, PeerId, Program};

/// The network at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// This node.
    pub me: PeerId,
    /// Addresses it listens on.
    pub listen: Vec<Multiaddr>,
    /// Addresses others reach it by.
    pub external: Vec<Multiaddr>,
    /// Whether others can reach it.
    pub reach: Reach,
    /// Who is connected.
    pub peers: Vec<PeerView>,
    /// Bytes by protocol.
    pub traffic: Vec<Traffic>,
    /// Who was dropped lately, newest first.
    pub dropped: Vec<Dropped>,
    /// Peers of which an address is known.
    pub known: usize,
    /// A tracker's nodes.
    pub registry: Vec<Registered>,
}

impl View {
    /// Of a node that just started.
    #[must_use]
    pub fn new(me: PeerId) -> Self {
        Self {
            me,
            listen: Vec::new(),
            external: Vec::new(),
            reach: Reach::default(),
            peers: Vec::new(),
            traffic: Vec::new(),
            dropped: Vec::new(),
            known: 0,
            registry: Vec::new(),
        }
    }
}

/// Whether others can reach this node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// In a word.
    pub state: ReachState,
    /// How that is known.
    pub why: String,
    /// What a person can do about it; empty if nothing is to be done.
    pub hint: String,
    /// Relays that pass others on to us.
    pub relays: Vec<PeerId>,
    /// The router maps a port to us.
    pub mapped: bool,
}

/// Whether others can reach this node, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReachState {
    /// Nobody has tried yet.
    #[default]
    Unknown,
    /// Anybody can.
    Public,
    /// Through a relay.
    Relayed,
    /// Nobody can; we can reach others.
    Private,
}

/// A connected peer.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerView {
    /// Who.
    pub peer: PeerId,
    /// Where.
    pub address: Multiaddr,
    /// We dialled it.
    pub outbound: bool,
    /// Only through a relay.
    pub relayed: bool,
    /// It is a tracker.
    pub tracker: bool,
    /// There and back, in milliseconds.
    pub rtt_ms: Option<f64>,
    /// Its conduct: 0 is fine, less is worse.
    pub score: f64,
    /// Bytes we sent it.
    pub sent: u64,
    /// Bytes it sent us.
    pub received: u64,
    /// How long it has been connected.
    pub since_ms: u64,
    /// Its program, once it said hello.
    pub program: Option<Program>,
}

/// Bytes of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Which.
    pub protocol: &'static str,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
}

/// A peer that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Who.
    pub peer: PeerId,
    /// Why.
    pub reason: String,
    /// How long ago.
    pub ago_ms: u64,
}

/// A node that told a tracker of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its chain.
    pub chain: [u8; 32],
    /// Who.
    pub peer: PeerId,
    /// Where it says it is.
    pub addresses: Vec<Multiaddr>,
    /// What it says of itself.
    pub statement: Vec<u8>,
    /// How long ago it said so.
    pub ago_ms: u64,
}
