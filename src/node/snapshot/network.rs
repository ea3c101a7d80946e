//! The network as people see it: what the network says of itself, with rates, and with what the ledger knows of peers.
//!
//! Invariants: a rate is of at least a second; what is kept of the past is bounded, since the protocols are our own.

use crate::node::peers::program_version;
use crate::node::statement::Statement;
use neuroshard_net::{PeerId, PeerView, ReachState as Reach, View};
use neuroshard_tui::snapshot::{
    Direction, Dropped, Network, Peer, Rates, ReachState, Reachability, Snapshot, Syncing, Traffic,
};
use std::collections::{BTreeMap, VecDeque};

/// Rates that are kept, of all traffic and of one protocol.
const RATES_KEPT: usize = 120;
const RECENT_KEPT: usize = 60;
/// Milliseconds that a rate is measured over at least.
const RATE_MS: u64 = 1000;

/// What the ledger and the chain know of a peer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::node) struct KnownPeer {
    /// Whether it votes on blocks.
    pub(in crate::node) validator: bool,
    /// Its last block, as it says.
    pub(in crate::node) height: Option<u64>,
}

/// Bytes sent and received, by protocol.
type Moved = BTreeMap<&'static str, (u64, u64)>;

/// Measures how fast bytes come and go.
#[derive(Debug, Clone, Default)]
pub(in crate::node) struct NetworkMeter {
    /// When it was looked at last, and what each protocol had sent and received by then.
    last: Option<(u64, Moved)>,
    protocols: BTreeMap<&'static str, VecDeque<f64>>,
    sent: VecDeque<f64>,
    received: VecDeque<f64>,
}

/// What trackers are told of a node that is like this.
#[must_use]
pub(in crate::node) fn statement(snapshot: &Snapshot, epoch_time_ms: u64) -> Statement {
    let training = snapshot.training.as_ref();
    let loss = training.and_then(|training| training.val_loss).filter(|loss| loss.is_finite());
    Statement {
        version: program_version(),
        network: snapshot.network.clone(),
        tier: snapshot.device.tier.trim_start_matches('T').parse().unwrap_or(0),
        memory_bytes: snapshot.device.memory_total,
        height: snapshot.chain.height,
        epoch_time_ms,
        round: training.map_or(0, |training| training.round),
        loss_micro: loss.map(|loss| (loss * 1e6) as i64),
        first_unit: 0,
        // Who trains alone holds everything: the embedding, the layers, the head.
        units: training.map_or(0, |training| training.layers.saturating_add(2)),
        mode: 0,
    }
}

fn push(values: &mut VecDeque<f64>, value: f64, kept: usize) {
    if values.len() == kept {
        values.pop_front();
    }
    values.push_back(value);
}

impl NetworkMeter {
    /// What is shown of the network at a time.
    #[must_use]
    pub(in crate::node) fn look(
        &mut self,
        view: &View,
        known: &dyn Fn(&PeerId) -> KnownPeer,
        syncing: Option<Syncing>,
        now_ms: u64,
    ) -> Network {
        self.measure(view, now_ms);
        let dropped = |one: &neuroshard_net::Dropped| Dropped {
            peer_id: one.peer.to_string(),
            reason: one.reason.clone(),
            ago_seconds: one.ago_ms / 1000,
        };
        let traffic = |one: &neuroshard_net::Traffic| Traffic {
            protocol: one.protocol.to_owned(),
            sent: one.sent,
            received: one.received,
            recent: self.protocols.get(one.protocol).into_iter().flatten().copied().collect(),
        };
        Network {
            listen: view.listen.iter().map(ToString::to_string).collect(),
            external: view.external.iter().map(ToString::to_string).collect(),
            reachability: reachability(view),
            peers: view.peers.iter().map(|one| peer(one, known(&one.peer))).collect(),
            traffic: view.traffic.iter().map(traffic).collect(),
            rates: self.rates(),
            dropped: view.dropped.iter().map(dropped).collect(),
            known_peers: view.known as u64,
            syncing,
        }
    }

    fn rates(&self) -> Rates {
        let last = |values: &VecDeque<f64>| values.back().copied().unwrap_or_default();
        Rates {
            sent: last(&self.sent),
            received: last(&self.received),
            recent_sent: self.sent.iter().copied().collect(),
            recent_received: self.received.iter().copied().collect(),
        }
    }

    fn measure(&mut self, view: &View, now_ms: u64) {
        let now: Moved = view.traffic.iter().map(|one| (one.protocol, (one.sent, one.received))).collect();
        let Some((before_ms, before)) = &self.last else {
            self.last = Some((now_ms, now));
            return;
        };
        // A clock that was set back begins anew.
        let Some(passed_ms) = now_ms.checked_sub(*before_ms) else {
            self.last = Some((now_ms, now));
            return;
        };
        if passed_ms < RATE_MS {
            return;
        }
        let (mut sent, mut received) = (0.0, 0.0);
        for (protocol, (out, within)) in &now {
            let (out_before, within_before) = before.get(protocol).copied().unwrap_or_default();
            let rate = |now: u64, before: u64| now.saturating_sub(before) as f64 * 1000.0 / passed_ms as f64;
            let (out, within) = (rate(*out, out_before).round(), rate(*within, within_before).round());
            push(self.protocols.entry(protocol).or_default(), out + within, RECENT_KEPT);
            sent += out;
            received += within;
        }
        push(&mut self.sent, sent, RATES_KEPT);
        push(&mut self.received, received, RATES_KEPT);
        self.last = Some((now_ms, now));
    }
}

fn reachability(view: &View) -> Reachability {
    let reach = &view.reach;
    Reachability {
        state: match reach.state {
            Reach::Unknown => ReachState::Unknown,
            Reach::Public => ReachState::Public,
            Reach::Relayed => ReachState::Relayed,
            Reach::Private => ReachState::Private,
        },
        why: reach.why.clone(),
        hint: reach.hint.clone(),
        relays: reach.relays.iter().map(ToString::to_string).collect(),
        mapped: reach.mapped,
    }
}

fn peer(one: &PeerView, known: KnownPeer) -> Peer {
    let version = |program: &neuroshard_net::Program| program.version.map(|part| part.to_string()).join(".");
    Peer {
        peer_id: one.peer.to_string(),
        address: one.address.to_string(),
        direction: if one.outbound { Direction::Outbound } else { Direction::Inbound },
        relayed: one.relayed,
        tracker: one.tracker,
        validator: known.validator,
        rtt_ms: one.rtt_ms,
        score: one.score,
        sent: one.sent,
        received: one.received,
        connected_seconds: one.since_ms / 1000,
        version: one.program.as_ref().map(version).unwrap_or_default(),
        height: known.height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(sent: u64, received: u64) -> View {
        let traffic = vec![neuroshard_net::Traffic { protocol: "blob", sent, received }];
        View { traffic, known: 7, ..View::new(PeerId::random()) }
    }

    fn look(meter: &mut NetworkMeter, sent: u64, received: u64, now_ms: u64) -> Network {
        meter.look(&view(sent, received), &|_| KnownPeer::default(), None, now_ms)
    }

    #[test]
    fn rates_are_of_a_second_at_least_and_never_below_zero() {
        let mut meter = NetworkMeter::default();
        let first = look(&mut meter, 1_000, 0, 10_000);
        assert_eq!((first.rates, first.known_peers), (Rates::default(), 7));
        assert_eq!(look(&mut meter, 9_000, 0, 10_500).rates, Rates::default(), "half a second is too short");
        let later = look(&mut meter, 5_000, 500, 12_000);
        assert_eq!((later.rates.recent_sent, later.rates.recent_received), (vec![2_000.0], vec![250.0]));
        assert_eq!(later.traffic[0].recent, [2_250.0]);
        let anew = look(&mut meter, 0, 0, 13_000).rates;
        assert_eq!(anew.recent_sent, [2_000.0, 0.0], "a counter that began anew");
        assert_eq!(look(&mut meter, 0, 0, 5).rates.recent_sent.len(), 2, "a clock that was set back");
    }

    #[test]
    fn little_of_the_past_is_kept() {
        let mut meter = NetworkMeter::default();
        let last = (0..400).map(|second| look(&mut meter, second * 10, 0, second * 1000)).last().unwrap();
        assert_eq!((last.rates.recent_sent.len(), last.traffic[0].recent.len()), (RATES_KEPT, RECENT_KEPT));
    }
}
