//! Who a node is connected with, and how others reach it.
//!
//! Invariant: what is not known is absent or empty, never made up.

use serde::{Deserialize, Serialize};

/// A node's connections.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Network {
    /// Where it listens: multiaddresses.
    pub listen: Vec<String>,
    /// Where others reach it, as far as it knows.
    pub external: Vec<String>,
    /// Whether they do.
    pub reachability: Reachability,
    /// Who it is connected with.
    pub peers: Vec<Peer>,
    /// What was sent and received, by protocol.
    pub traffic: Vec<Traffic>,
    /// How fast.
    pub rates: Rates,
    /// Who was dropped, the newest first.
    pub dropped: Vec<Dropped>,
    /// Peers whose address it knows, connected or not.
    pub known_peers: u64,
    /// How far it is, where it is behind the network's chain.
    pub syncing: Option<Syncing>,
}

/// Whether others can connect with a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachState {
    /// Nobody could tell so far.
    #[default]
    Unknown,
    /// They can.
    Public,
    /// They can over others that pass connections on.
    Relayed,
    /// They can't.
    Private,
}

/// Whether others can connect with a node, and what to do where they can't.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reachability {
    /// Whether they can.
    pub state: ReachState,
    /// How that is known, or why it is so.
    pub why: String,
    /// What to do to make it better; empty where nothing has to be done.
    pub hint: String,
    /// Peers that pass connections on to it.
    pub relays: Vec<String>,
    /// Whether the router forwards a port to it.
    pub mapped: bool,
}

/// Who began a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The other one.
    #[default]
    Inbound,
    /// This node.
    Outbound,
}

/// A peer that a node is connected with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Peer {
    /// Its identity.
    pub peer_id: String,
    /// Where it is: a multiaddress.
    pub address: String,
    /// Who began the connection.
    pub direction: Direction,
    /// Whether a third one passes it on.
    pub relayed: bool,
    /// Whether it only helps others find each other.
    pub tracker: bool,
    /// Whether it votes on blocks.
    pub validator: bool,
    /// Milliseconds to it and back.
    pub rtt_ms: Option<f64>,
    /// What its conduct is worth: 0 is usual, below it is worse.
    pub score: f64,
    /// Bytes to it.
    pub sent: u64,
    /// Bytes from it.
    pub received: u64,
    /// How long it has been there.
    pub connected_seconds: u64,
    /// Of its program.
    pub version: String,
    /// Its last block, as it says.
    pub height: Option<u64>,
}

/// What one protocol moved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traffic {
    /// Its name.
    pub protocol: String,
    /// Bytes out.
    pub sent: u64,
    /// Bytes in.
    pub received: u64,
    /// Bytes per second, both ways, of the last moments, the newest last.
    pub recent: Vec<f64>,
}

/// How fast a node sends and receives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// Bytes per second out.
    pub sent: f64,
    /// Bytes per second in.
    pub received: f64,
    /// The same of the last moments, the newest last.
    pub recent_sent: Vec<f64>,
    /// The same of the last moments, the newest last.
    pub recent_received: Vec<f64>,
}

/// A peer that is not there any more, and not by its own will.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dropped {
    /// Its identity.
    pub peer_id: String,
    /// Why.
    pub reason: String,
    /// How long ago.
    pub ago_seconds: u64,
}

/// A chain that is caught up with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Syncing {
    /// The last block that is here.
    pub height: u64,
    /// The network's last block.
    pub target: u64,
    /// From whom it comes.
    pub from: String,
}
