//! Bytes sent and received, by peer and by protocol.
//!
//! Invariants: counting never waits; what a protocol carried stays counted after the peer has gone; the number of
//! protocols is that of the settings, and a peer's counts are forgotten when it goes.

use crate::{PeerId, Traffic};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Two sums.
#[derive(Debug, Default)]
struct Sums {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Sums {
    fn get(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }
}

/// Counts what one peer and we exchange over one protocol.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter {
    peer: Arc<Sums>,
    protocol: Arc<Sums>,
}

impl Counter {
    /// Bytes that went out.
    pub(crate) fn sent(&self, bytes: usize) {
        self.peer.sent.fetch_add(bytes as u64, Ordering::Relaxed);
        self.protocol.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes that came in.
    pub(crate) fn received(&self, bytes: usize) {
        self.peer.received.fetch_add(bytes as u64, Ordering::Relaxed);
        self.protocol.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// All sums.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    peers: Mutex<HashMap<PeerId, Arc<Sums>>>,
    protocols: Mutex<BTreeMap<&'static str, Arc<Sums>>>,
}

impl Ledger {
    /// The counter of a peer and a protocol.
    pub(crate) fn counter(&self, peer: PeerId, protocol: &'static str) -> Arc<Counter> {
        let peer = Arc::clone(self.peers.lock().unwrap_or_else(PoisonError::into_inner).entry(peer).or_default());
        let mut protocols = self.protocols.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::new(Counter { peer, protocol: Arc::clone(protocols.entry(protocol).or_default()) })
    }

    /// Bytes sent to and received from a peer.
    pub(crate) fn of(&self, peer: &PeerId) -> (u64, u64) {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.get(peer).map_or((0, 0), |sums| sums.get())
    }

    /// A peer that has gone.
    pub(crate) fn forget(&self, peer: &PeerId) {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner).remove(peer);
    }

    /// Bytes by protocol.
    pub(crate) fn protocols(&self) -> Vec<Traffic> {
        let protocols = self.protocols.lock().unwrap_or_else(PoisonError::into_inner);
        let traffic = |(protocol, sums): (&&'static str, &Arc<Sums>)| {
            let (sent, received) = sums.get();
            Traffic { protocol, sent, received }
        };
        protocols.iter().map(traffic).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_outlive_peers() {
        let ledger = Ledger::default();
        let peer = PeerId::random();
        ledger.counter(peer, "blob").sent(5);
        ledger.counter(peer, "votes").received(7);
        assert_eq!(ledger.of(&peer), (5, 7));
        ledger.forget(&peer);
        assert_eq!(ledger.of(&peer), (0, 0));
        let blob = Traffic { protocol: "blob", sent: 5, received: 0 };
        assert_eq!(ledger.protocols(), [blob, Traffic { protocol: "votes", sent: 0, received: 7 }]);
    }
}
