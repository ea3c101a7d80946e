//! The protocols that run over each connection.
//!
//! Invariant: what may deny a connection comes first, so that nobody else is told of one that is not.

use libp2p::swarm::NetworkBehaviour;
use libp2p::{identify, ping};

/// All protocols of a node or a tracker.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) identify: identify::Behaviour,
    pub(crate) ping: ping::Behaviour,
    pub(crate) streams: libp2p_stream::Behaviour,
}
