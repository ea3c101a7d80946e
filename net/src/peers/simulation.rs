//! A network of peer managers under a clock of its own, by seed.
//!
//! Invariant: one seed, one outcome.

use super::{Input, Output, Peers};
use crate::random::Random;
use crate::{Limits, Multiaddr, PeerId, identity};
use std::collections::{BTreeMap, BTreeSet};

/// Machines that meet over an ideal network, each as full as its limits.
struct Network {
    now_ms: u64,
    ids: Vec<PeerId>,
    machines: BTreeMap<PeerId, Peers>,
    limits: Limits,
    next_link: u64,
    random: Random,
    todo: Vec<(PeerId, Output)>,
    down: BTreeSet<PeerId>,
}

fn id(number: u64) -> PeerId {
    let mut secret = [1; 32];
    secret[24..].copy_from_slice(&number.to_be_bytes());
    identity::keypair(&secret).unwrap().public().to_peer_id()
}

fn place(number: usize) -> Multiaddr {
    format!("/ip4/10.0.{}.{}/tcp/4001", number / 250, number % 250 + 1).parse().unwrap()
}

impl Network {
    fn new(seed: u64, machines: usize, limits: Limits) -> Self {
        let ids: Vec<_> = (0..machines as u64).map(id).collect();
        let bootstrap = [place(0).with_p2p(ids[0]).unwrap()];
        let machine = |(number, peer): (usize, &PeerId)| {
            (*peer, Peers::new(*peer, limits, &bootstrap, &[], seed ^ (number as u64) << 32))
        };
        let machines = ids.iter().enumerate().map(machine).collect();
        let random = Random::new(seed);
        Self { now_ms: 0, ids, machines, limits, next_link: 0, random, todo: Vec::new(), down: BTreeSet::new() }
    }

    fn input(&mut self, at: PeerId, input: Input) {
        if self.down.contains(&at) {
            return;
        }
        let outputs = self.machines.get_mut(&at).unwrap().step(self.now_ms, input);
        self.todo.extend(outputs.into_iter().map(|output| (at, output)));
    }

    fn number(&self, peer: PeerId) -> usize {
        self.ids.iter().position(|id| *id == peer).unwrap()
    }

    fn second(&mut self) {
        self.now_ms += 1_000;
        let mut order = self.ids.clone();
        self.random.shuffle(&mut order);
        for at in order {
            self.input(at, Input::Tick);
            self.settle();
        }
    }

    fn settle(&mut self) {
        while let Some((at, output)) = self.todo.pop() {
            match output {
                Output::Dial { peer, .. } => self.connect(at, peer),
                Output::Close { peer, .. } => self.disconnect(at, peer),
                Output::Ask { peer } => self.tell(peer, at),
                Output::DialAddress(_) => unreachable!("all addresses name their peer"),
                Output::Bar { .. } | Output::Exempt { .. } | Output::Banned { .. } => {}
            }
        }
    }

    fn connect(&mut self, from: PeerId, to: PeerId) {
        let connected = |machine: &Peers| machine.iter().count();
        let room = self.limits.peers_max + self.limits.peers_overflow;
        if self.down.contains(&to) || connected(&self.machines[&to]) >= room {
            return self.input(from, Input::Failed { peer: to });
        }
        self.next_link += 1;
        let (link, there, here) = (self.next_link, place(self.number(to)), place(self.number(from)));
        let opened = |peer, address: &Multiaddr, outbound| Input::Opened {
            peer,
            link,
            address: address.clone(),
            outbound,
            relayed: false,
        };
        self.input(from, opened(to, &there, true));
        self.input(to, opened(from, &here, false));
        self.input(from, Input::Learned { peer: to, addresses: vec![there] });
        self.input(to, Input::Learned { peer: from, addresses: vec![here] });
        self.input(from, Input::Admitted { peer: to, tracker: false });
        self.input(to, Input::Admitted { peer: from, tracker: false });
    }

    fn disconnect(&mut self, one: PeerId, other: PeerId) {
        for (at, peer) in [(one, other), (other, one)] {
            let links: Vec<_> =
                self.machines[&at].get(&peer).map(|peer| peer.links.keys().copied().collect()).unwrap_or_default();
            for link in links {
                self.input(at, Input::Closed { peer, link });
            }
        }
    }

    fn tell(&mut self, teller: PeerId, asker: PeerId) {
        let told = self.machines.get_mut(&teller).unwrap().tell(&asker, self.now_ms);
        for (peer, addresses) in told {
            self.input(asker, Input::Learned { peer, addresses });
        }
        self.input(teller, Input::Told { peer: asker });
    }

    /// Peers that can be reached from the first.
    fn reached(&self) -> usize {
        let start = self.ids.iter().find(|id| !self.down.contains(id)).unwrap();
        let (mut reached, mut next) = (BTreeSet::from([*start]), vec![*start]);
        while let Some(at) = next.pop() {
            next.extend(self.machines[&at].iter().map(|(peer, _)| *peer).filter(|peer| reached.insert(*peer)));
        }
        reached.len()
    }

    fn fullest(&self) -> usize {
        self.machines.values().map(Peers::count).max().unwrap()
    }
}

fn limits(target: usize, max: usize, overflow: usize) -> Limits {
    Limits { peers_target: target, peers_max: max, peers_overflow: overflow, ..Limits::default() }
}

/// The newest may still be in their first seconds.
fn settle_down(network: &mut Network) {
    for _ in 0..120 {
        network.second();
        let room = network.limits.peers_max + network.limits.peers_overflow;
        assert!(network.fullest() <= room, "{} peers", network.fullest());
    }
}

#[test]
fn fifty_machines_form_one_network_though_the_first_is_as_small_as_the_rest() {
    for seed in 0..20 {
        let mut network = Network::new(seed, 50, limits(10, 20, 5));
        settle_down(&mut network);
        assert_eq!(network.reached(), 50, "seed {seed}");
        assert!(network.fullest() <= 20, "seed {seed}: {} peers", network.fullest());
        let least = network.machines.values().map(Peers::count).min().unwrap();
        assert!(least >= 3, "seed {seed}: {least} peers");
    }
}

#[test]
fn eight_machines_form_one_network_with_room_for_three() {
    for seed in 0..50 {
        let mut network = Network::new(seed, 8, limits(2, 3, 2));
        settle_down(&mut network);
        let alone = network.machines.values().filter(|machine| machine.count() == 0).count();
        assert_eq!(alone, 0, "seed {seed}");
    }
}

#[test]
fn the_rest_go_on_when_the_first_machines_vanish() {
    for seed in 0..10 {
        let mut network = Network::new(seed, 30, limits(8, 16, 4));
        settle_down(&mut network);
        for number in 0..10 {
            let gone = network.ids[number];
            let peers: Vec<_> = network.machines[&gone].iter().map(|(peer, _)| *peer).collect();
            for peer in peers {
                network.disconnect(gone, peer);
            }
            network.down.insert(gone);
        }
        settle_down(&mut network);
        assert_eq!(network.reached(), 20, "seed {seed}");
    }
}
