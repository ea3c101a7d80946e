//! The view that people get.
//!
//! Invariant: making one costs no more than there are peers, and nobody is shown one in the making.

use super::Service;
use crate::{Dropped, Multiaddr, PeerView, Role, View};
use std::sync::Arc;

impl Service {
    /// Shows how things are, when it is time.
    pub(super) fn show(&mut self) {
        let second = self.steps.is_multiple_of(super::STEPS);
        if second {
            self.score();
        }
        // A tracker's registry may be long.
        if self.role == Role::Tracker && !second {
            return;
        }
        self.show_now();
    }

    /// Shows how things are.
    pub(super) fn show_now(&mut self) {
        let view = Arc::new(self.picture());
        self.view.send_replace(view);
    }

    fn picture(&self) -> View {
        let now_ms = self.now_ms();
        let ago = |at_ms: u64| now_ms.saturating_sub(at_ms);
        let peers = self.peers.iter().map(|(peer, known)| {
            let (sent, received) = self.ledger.of(peer);
            PeerView {
                peer: *peer,
                address: known.link().map_or_else(Multiaddr::empty, |link| link.address.clone()),
                outbound: known.outbound(),
                relayed: known.relayed(),
                tracker: known.tracker,
                rtt_ms: self.lines.rtt_ms(peer),
                score: self.gossip_score(peer).unwrap_or(0.0).min(self.peers.score(peer, now_ms)),
                sent,
                received,
                since_ms: ago(known.since_ms),
                program: self.lines.program(peer),
            }
        });
        let dropped = self.dropped.iter();
        let dropped =
            dropped.map(|(peer, reason, at_ms)| Dropped { peer: *peer, reason: reason.clone(), ago_ms: ago(*at_ms) });
        View {
            me: *self.swarm.local_peer_id(),
            listen: self.swarm.listeners().cloned().collect(),
            external: self.swarm.external_addresses().cloned().collect(),
            reach: self.findings.reach(),
            peers: peers.collect(),
            traffic: self.ledger.protocols(),
            dropped: dropped.collect(),
            known: self.peers.book().len(),
            registry: if self.role == Role::Tracker { self.registry.all(now_ms) } else { Vec::new() },
        }
    }
}
