//! The network of a demonstration: peers that come and go, what they send, and how others reach this node.
//!
//! Invariant: what peers sent and received is never more than what the protocols moved in all.

use super::clock;
use super::journal::Journal;
use super::random::Random;
use super::trainer::push;
use crate::snapshot::{Direction, Dropped, Level, Network, Peer, Rates, ReachState, Reachability, Traffic};
use std::collections::VecDeque;

/// Peers that ever come, and seconds between two of them at first.
const PEERS: u64 = 17;
const COMES: u64 = 9;
/// Seconds until somebody has tried to connect back.
const REACHED: u64 = 22;
/// Seconds between two peers that have to go, about, and until one of them is back.
const CALM: u64 = 210;
const AWAY: (u64, u64) = (40, 160);
/// Rates, and peers that had to go, that are kept.
const RATES_KEPT: usize = 120;
const RECENT_KEPT: usize = 60;
const DROPPED_KEPT: usize = 12;
/// Protocols, and bytes per second of each and peer: in and out.
const PROTOCOLS: [(&str, f64, f64); 7] = [
    ("blob", 21_000.0, 26_000.0),
    ("gossip", 3_400.0, 3_900.0),
    ("consensus", 420.0, 380.0),
    ("sync", 310.0, 650.0),
    ("kademlia", 160.0, 140.0),
    ("identify", 24.0, 26.0),
    ("ping", 9.0, 9.0),
];
const REASONS: [&str; 5] = [
    "no answer to a ping for 30 s",
    "it sent an update of the wrong shape",
    "its program, 0.0.8, is too old",
    "the line was lost: connection reset",
    "it asked more often than it may",
];

#[derive(Debug, Clone)]
struct Neighbour {
    peer_id: String,
    address: String,
    /// Since when it is connected, and before that, when it comes.
    from: u64,
    outbound: bool,
    relayed: bool,
    validator: bool,
    rtt: f64,
    score: f64,
    moved: (f64, f64),
}

#[derive(Debug, Clone)]
struct Meter {
    moved: (f64, f64),
    recent: VecDeque<f64>,
}

#[derive(Debug, Clone)]
pub(super) struct Neighbours {
    random: Random,
    second: u64,
    all: Vec<Neighbour>,
    meters: Vec<Meter>,
    rates: (VecDeque<f64>, VecDeque<f64>),
    /// Who had to go, why, and when; the newest first.
    dropped: VecDeque<(String, &'static str, u64)>,
}

impl Neighbours {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 6);
        let mut neighbour = |index: u64| {
            let network = ["192.0.2", "198.51.100", "203.0.113"][(index % 3) as usize];
            Neighbour {
                peer_id: random.peer_id(),
                address: format!("/ip4/{network}.{}/tcp/4001", random.between(2, 250)),
                from: if index == 0 { 1 } else { index * COMES + random.between(0, COMES) },
                outbound: index < 4 || random.once_in(2),
                relayed: index % 7 == 5,
                validator: index % 5 == 2,
                rtt: 6.0 + 140.0 * random.unit() * random.unit(),
                score: 0.0,
                moved: (0.0, 0.0),
            }
        };
        let all = (0..PEERS).map(&mut neighbour).collect();
        let meter = Meter { moved: (0.0, 0.0), recent: VecDeque::new() };
        let meters = vec![meter; PROTOCOLS.len()];
        Self { random, second: 0, all, meters, rates: Default::default(), dropped: VecDeque::new() }
    }

    fn here(&self) -> impl Iterator<Item = (usize, &Neighbour)> {
        self.all.iter().enumerate().filter(|(_, peer)| peer.from <= self.second)
    }

    /// One second.
    pub(super) fn second(&mut self, second: u64, journal: &mut Journal) {
        self.second = second;
        for peer in self.all.iter().filter(|peer| peer.from == second) {
            let way = if peer.outbound { "to" } else { "from" };
            journal.say(Level::Info, "net", format!("connected {way} {}", peer.peer_id));
        }
        if second == REACHED {
            let words = "this node is reachable from outside: 2 peers connected back".to_owned();
            journal.say(Level::Info, "net", words);
        }
        self.drop_somebody(journal);
        self.move_bytes();
    }

    fn drop_somebody(&mut self, journal: &mut Journal) {
        if !self.random.once_in(CALM) {
            return;
        }
        let chosen = self.random.between(1, PEERS) as usize;
        let reason = REASONS[self.random.between(0, REASONS.len() as u64) as usize];
        let away = self.random.between(AWAY.0, AWAY.1);
        let second = self.second;
        let Some(peer) = self.all.get_mut(chosen).filter(|peer| peer.from <= second) else { return };
        (peer.from, peer.moved, peer.score) = (second + away, (0.0, 0.0), 0.0);
        journal.say(Level::Warn, "net", format!("dropped {}: {reason}", peer.peer_id));
        self.dropped.push_front((peer.peer_id.clone(), reason, second));
        self.dropped.truncate(DROPPED_KEPT);
    }

    fn move_bytes(&mut self) {
        let second = self.second;
        let count = self.here().count() as f64;
        let mut sum = (0.0, 0.0);
        for (meter, (name, received, sent)) in self.meters.iter_mut().zip(PROTOCOLS) {
            // Tensors come in bursts.
            let burst = if name == "blob" { 0.15 + 2.4 * self.random.unit() * self.random.unit() } else { 1.0 };
            let noise = (burst * (1.0 + 0.15 * self.random.normal())).max(0.0);
            let (received, sent) = (count * received * noise, count * sent * noise);
            meter.moved = (meter.moved.0 + received, meter.moved.1 + sent);
            push(&mut meter.recent, (received + sent).round(), RECENT_KEPT);
            sum = (sum.0 + received, sum.1 + sent);
        }
        push(&mut self.rates.0, sum.0.round(), RATES_KEPT);
        push(&mut self.rates.1, sum.1.round(), RATES_KEPT);
        for (index, peer) in self.all.iter_mut().enumerate().filter(|(_, peer)| peer.from <= second) {
            let share = 0.9 / count;
            peer.moved = (peer.moved.0 + sum.0 * share, peer.moved.1 + sum.1 * share);
            peer.score = (peer.score + 0.02).min(4.0 + (index * 7 % 17) as f64 * 0.9);
        }
    }

    fn peer(&self, (index, peer): (usize, &Neighbour), height: u64) -> Peer {
        let wobble = ((self.second + index as u64 * 7) % 5) as f64 / 4.0;
        Peer {
            peer_id: peer.peer_id.clone(),
            address: peer.address.clone(),
            direction: if peer.outbound { Direction::Outbound } else { Direction::Inbound },
            relayed: peer.relayed,
            tracker: index == 0,
            validator: peer.validator,
            rtt_ms: (self.second > peer.from).then_some(peer.rtt * (0.94 + 0.12 * wobble)),
            score: (peer.score * 10.0).round() / 10.0,
            received: peer.moved.0 as u64,
            sent: peer.moved.1 as u64,
            connected_seconds: self.second - peer.from,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            height: (index != 0).then(|| height.saturating_sub(u64::from(self.second - peer.from < 2))),
        }
    }

    fn reachability(&self) -> Reachability {
        if self.second < REACHED {
            return Reachability {
                why: "other nodes are being asked to connect back".to_owned(),
                ..Default::default()
            };
        }
        Reachability {
            state: ReachState::Public,
            why: "2 peers connected back, and the router forwards port 4001".to_owned(),
            hint: String::new(),
            relays: Vec::new(),
            mapped: true,
        }
    }

    pub(super) fn network(&self, height: u64) -> Network {
        let traffic = |(meter, (protocol, ..)): (&Meter, (&str, f64, f64))| Traffic {
            protocol: protocol.to_owned(),
            sent: meter.moved.1 as u64,
            received: meter.moved.0 as u64,
            recent: meter.recent.iter().copied().collect(),
        };
        let dropped = |(peer_id, reason, when): &(String, &'static str, u64)| Dropped {
            peer_id: peer_id.clone(),
            reason: (*reason).to_owned(),
            ago_seconds: self.second - when,
        };
        let reached = self.second >= REACHED;
        Network {
            listen: vec!["/ip4/0.0.0.0/tcp/4001".to_owned(), "/ip4/0.0.0.0/udp/4001/quic-v1".to_owned()],
            external: if reached { vec!["/ip4/192.0.2.77/tcp/4001".to_owned()] } else { Vec::new() },
            reachability: self.reachability(),
            peers: self.here().map(|peer| self.peer(peer, height)).collect(),
            traffic: self.meters.iter().zip(PROTOCOLS).map(traffic).collect(),
            rates: Rates {
                received: self.rates.0.back().copied().unwrap_or_default(),
                sent: self.rates.1.back().copied().unwrap_or_default(),
                recent_received: self.rates.0.iter().copied().collect(),
                recent_sent: self.rates.1.iter().copied().collect(),
            },
            dropped: self.dropped.iter().map(dropped).collect(),
            known_peers: (self.second / clock::TICKS).min(2 * PEERS) + self.here().count() as u64,
            syncing: None,
        }
    }
}
