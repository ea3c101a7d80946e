//! The quorum of a demonstration: one node at first, joined by others, some of which lose their line at times.
//!
//! Invariant: the stages of the members are the whole model, in their order.

use super::journal::Journal;
use super::random::Random;
use super::trainer::{LAYERS, push};
use crate::snapshot::{Health, Level, Member, Quorum};
use std::collections::VecDeque;

/// Seconds after which the others join, about.
const JOINS: [u64; 3] = [35, 95, 170];
/// Seconds that a member takes to catch up.
const CATCH_UP: u64 = 12;
/// Seconds between two losses of a line, about.
const CALM: u64 = 240;
/// Latencies and paces that are kept.
const KEPT: usize = 40;
const TIERS: [&str; 4] = ["T4", "T3", "T4", "T2"];

#[derive(Debug, Clone)]
struct Peer {
    address: String,
    /// Seconds after which it is there.
    joins: u64,
    /// Until when it is offline, and until when it catches up.
    offline: u64,
    syncing: u64,
    /// Milliseconds to it and back, usually.
    latency: f64,
    latencies: VecDeque<f64>,
    paces: VecDeque<f64>,
}

impl Peer {
    fn health(&self, second: u64) -> Health {
        match second {
            _ if second < self.offline => Health::Offline,
            _ if second < self.syncing => Health::Syncing,
            _ => Health::Online,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Company {
    random: Random,
    id: String,
    /// This node is the first.
    peers: Vec<Peer>,
    second: u64,
}

impl Company {
    pub(super) fn new(seed: u64, own: &str) -> Self {
        let mut random = Random::new(seed, 2);
        let mut peer = |joins: u64, address: Option<&str>| Peer {
            address: address.map_or_else(|| random.address(), str::to_owned),
            joins,
            offline: 0,
            syncing: 0,
            latency: 12.0 + 90.0 * random.unit(),
            latencies: VecDeque::new(),
            paces: VecDeque::new(),
        };
        let mut peers = vec![peer(0, Some(own))];
        peers.extend(JOINS.map(|joins| peer(joins, None)));
        for peer in &mut peers[1..] {
            peer.joins += random.between(0, 15);
        }
        let id = random.hash()[..16].to_owned();
        Self { random, id, peers, second: 0 }
    }

    fn members(&self) -> impl Iterator<Item = &Peer> {
        self.peers.iter().filter(|peer| peer.joins <= self.second)
    }

    /// How many are members.
    pub(super) fn count(&self) -> u64 {
        self.members().count() as u64
    }

    /// Their accounts, this node's first.
    pub(super) fn accounts(&self) -> Vec<String> {
        self.members().map(|peer| peer.address.clone()).collect()
    }

    /// How many of them take part.
    pub(super) fn online(&self) -> u64 {
        self.members().filter(|peer| peer.health(self.second) == Health::Online).count() as u64
    }

    /// A member other than this node that takes part.
    pub(super) fn somebody(&self) -> Option<&str> {
        let online = self.members().skip(1).find(|peer| peer.health(self.second) == Health::Online);
        online.map(|peer| peer.address.as_str())
    }

    /// One second.
    pub(super) fn second(&mut self, second: u64, pace: f64, journal: &mut Journal) {
        let before = self.second;
        self.second = second;
        let drop = self.random.once_in(CALM).then(|| self.random.between(1, self.peers.len() as u64) as usize);
        for (index, peer) in self.peers.iter_mut().enumerate().filter(|(_, peer)| peer.joins <= second) {
            let name = &peer.address;
            if index > 0 && peer.joins == second {
                peer.syncing = second + CATCH_UP;
                journal.say(
                    Level::Info,
                    "quorum",
                    format!("{name} joins, tier {}: stages are dealt anew", TIERS[index]),
                );
            }
            if drop == Some(index) && peer.health(second) == Health::Online {
                peer.offline = second + self.random.between(8, 20);
                peer.syncing = peer.offline + CATCH_UP / 2;
                journal.say(
                    Level::Warn,
                    "quorum",
                    format!("{name} is not heard of: its stage is computed by the others"),
                );
            }
            let health = peer.health(second);
            if second > before && health != peer.health(before) {
                let change = match health {
                    Health::Online => Some("takes part"),
                    Health::Syncing => Some("is back and catches up"),
                    Health::Offline => None,
                };
                if let Some(change) = change {
                    journal.say(Level::Info, "quorum", format!("{name} {change}"));
                }
            }
            let spike = if self.random.once_in(25) { 60.0 * self.random.unit() } else { 0.0 };
            let latency = peer.latency * (1.0 + 0.08 * self.random.normal()).max(0.5) + spike;
            let share = if index == 0 { 1.0 } else { 1.0 + 0.02 * self.random.normal() };
            if health != Health::Offline && index > 0 {
                push(&mut peer.latencies, latency, KEPT);
            }
            push(&mut peer.paces, if health == Health::Online { pace * share } else { 0.0 }, KEPT);
        }
    }

    /// The stages as first layer and layers, in the members' order, the first members with those that are left over.
    fn stages(&self) -> impl Iterator<Item = (u32, u32)> {
        let count = self.count().max(1) as u32;
        (0..count).scan(0, move |first, index| {
            let layers = LAYERS / count + u32::from(index < LAYERS % count);
            let stage = (*first, layers);
            *first += layers;
            Some(stage)
        })
    }

    pub(super) fn quorum(&self, rounds: u64) -> Quorum {
        let member = |(index, (peer, (first_layer, layers))): (usize, (&Peer, (u32, u32)))| {
            let health = peer.health(self.second);
            Member {
                address: peer.address.clone(),
                own: index == 0,
                health,
                first_layer,
                layers,
                tier: TIERS[index].to_owned(),
                latency_ms: peer.latencies.back().copied().filter(|_| health != Health::Offline),
                latencies: peer.latencies.iter().copied().collect(),
                tokens_per_second: peer.paces.back().copied().unwrap_or_default(),
                paces: peer.paces.iter().copied().collect(),
            }
        };
        let members: Vec<Member> = self.members().zip(self.stages()).enumerate().map(member).collect();
        let joining = members.iter().any(|member| member.health == Health::Syncing);
        let state = if joining { "forming" } else { "active" }.to_owned();
        Quorum { id: self.id.clone(), state, layers: LAYERS, members, rounds }
    }

    /// What is wrong with members.
    pub(super) fn problems(&self) -> Vec<String> {
        let offline = self.members().filter(|peer| peer.health(self.second) == Health::Offline);
        offline.map(|peer| format!("{} is not heard of", peer.address)).collect()
    }
}
