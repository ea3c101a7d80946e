//! The network between the nodes, and what happens to both.
//!
//! Invariants: events happen in the order of their times, equals in the order in which they were planned; everything that
//! is decided is checked against the one chain there may be.

use super::attacks::{forged, garbled, lies};
use super::chance::Chance;
use super::node::{BLOCK_BYTES_MAX, Block, CHAIN, Node};
use crate::consensus::wal::{Wal as _, recover};
use crate::consensus::{Agreement as _, BlockBytes, Halt, Input, Malachite, Message, Output, Refusal, Timer};
use crate::types::{Certificate, Hash, Height, PublicKey, Validator, ValidatorSet};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What goes wrong, until when.
#[derive(Clone, Copy)]
pub(super) struct Faults {
    pub(super) until_ms: u64,
    pub(super) drop_percent: u64,
    pub(super) partitions: bool,
    pub(super) crashes: bool,
}

/// Who takes part, and what goes wrong.
pub(super) struct Plan {
    /// From which height on who has which power.
    pub(super) sets: Vec<(u64, Vec<(usize, u64)>)>,
    pub(super) faults: Faults,
    /// So many of the first nodes lie: each has a twin with the same key.
    pub(super) liars: usize,
    /// How long the application takes to judge a block.
    pub(super) judge_ms: u64,
}

enum Event {
    Deliver { to: usize, from: usize, bytes: Rc<[u8]> },
    Certified { to: usize, certificate: Certificate, bytes: BlockBytes },
    Elapsed { timer: Timer, setting: u64 },
    Answer(Input),
    Start,
    Boot,
    Poll,
}

/// Everything.
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) now: u64,
    pub(super) messages: u64,
    /// The latest round in which something was decided.
    pub(super) latest_round: u32,
    /// The block of each height.
    pub(super) decided: BTreeMap<Height, Hash>,
    /// Who was proved to have said two things at once.
    pub(super) convicted: BTreeSet<PublicKey>,
    seed: u64,
    chance: Chance,
    nodes: Vec<Node>,
    /// By time and number; for whom and for which of its lives.
    events: BTreeMap<(u64, u64), (usize, u32, Event)>,
    planned: u64,
    /// Who is on which side, until when.
    cut: (u64, Vec<bool>),
}

impl Faults {
    pub(super) fn none() -> Self {
        Self { until_ms: 0, drop_percent: 0, partitions: false, crashes: false }
    }
}

impl Plan {
    pub(super) fn new(sets: Vec<(u64, Vec<(usize, u64)>)>, faults: Faults) -> Self {
        Self { sets, faults, liars: 0, judge_ms: 0 }
    }

    fn set(&self, height: Height, nodes: &[Node]) -> ValidatorSet {
        let (_, powers) = self.sets.iter().rev().find(|(from, _)| *from <= height.0).unwrap();
        ValidatorSet::new(powers.iter().map(|&(node, power)| Validator { key: nodes[node].key.public(), power }))
    }
}

impl World {
    pub(super) fn new(seed: u64, plan: Plan) -> Self {
        let count = plan.sets.iter().flat_map(|(_, powers)| powers).map(|(node, _)| node + 1).max().unwrap();
        let mut nodes: Vec<Node> = (0..count).map(|node| Node::new(node as u8 + 1, node < plan.liars)).collect();
        nodes.extend((0..plan.liars).map(|node| Node::new(node as u8 + 1, true)));
        let cut = (0, vec![false; nodes.len()]);
        let mut world = Self {
            plan,
            now: 0,
            messages: 0,
            latest_round: 0,
            decided: BTreeMap::new(),
            convicted: BTreeSet::new(),
            seed,
            chance: Chance::new(seed),
            nodes,
            events: BTreeMap::new(),
            planned: 0,
            cut,
        };
        for node in 0..world.nodes.len() {
            world.boot(node);
        }
        world
    }

    /// The most blocks an honest node has.
    pub(super) fn highest(&self) -> u64 {
        self.honest().map(|node| node.disk.chain.len() as u64).max().unwrap()
    }

    fn honest(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| !node.liar)
    }

    fn faulty(&self) -> bool {
        self.now < self.plan.faults.until_ms
    }

    fn plan_event(&mut self, after_ms: u64, node: usize, event: Event) {
        self.planned += 1;
        let life = self.nodes[node].life;
        self.events.insert((self.now + after_ms, self.planned), (node, life, event));
    }

    pub(super) fn run_until(&mut self, time: u64) {
        while let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= time) {
            let ((at, _), (node, life, event)) = entry.remove_entry();
            self.now = at;
            self.happen(node, life, event);
        }
        self.now = self.now.max(time);
    }

    /// Runs until all honest nodes that are up have so many blocks.
    pub(super) fn run_to_height(&mut self, height: u64) {
        let deadline = self.now + 300_000;
        while self.honest().any(|node| !node.stays_down && (node.disk.chain.len() as u64) < height) {
            let heights: Vec<_> = self.nodes.iter().map(|node| node.disk.chain.len()).collect();
            assert!(self.now < deadline, "seed {}: no progress to {height}: {heights:?}", self.seed);
            self.run_until(self.now + 50);
        }
    }

    pub(super) fn crash_for_good(&mut self, node: usize) {
        self.crash(node);
        self.nodes[node].stays_down = true;
    }

    fn crash(&mut self, node: usize) {
        let Self { nodes, chance, .. } = self;
        let down = &mut nodes[node];
        (down.machine, down.fuse) = (None, None);
        down.life += 1;
        down.timers.clear();
        down.disk.tear(chance);
        let pause = self.chance.between(1, 3000);
        self.plan_event(pause, node, Event::Boot);
    }

    /// A node starts, or starts again with nothing but its disk.
    pub(super) fn boot(&mut self, node: usize) {
        let up = &mut self.nodes[node];
        up.stays_down = false;
        up.machine = Some(Malachite::new(up.config()));
        self.plan_event(1000, node, Event::Poll);
        self.start(node);
    }

    fn start(&mut self, node: usize) {
        let height = self.nodes[node].disk.next_height();
        let log = recover(&mut self.nodes[node].disk, height).unwrap();
        let validators = self.plan.set(height, &self.nodes);
        if self.plan.faults.crashes && self.faulty() && self.chance.one_in(4) {
            self.nodes[node].fuse = Some(self.chance.below(60));
        }
        self.step(node, Input::Start { height, validators, log });
    }

    fn happen(&mut self, node: usize, life: u32, event: Event) {
        let lives = self.nodes[node].life == life && self.nodes[node].machine.is_some();
        match event {
            Event::Boot if self.nodes[node].life == life && !self.nodes[node].stays_down => self.boot(node),
            Event::Deliver { to, from, bytes } if self.nodes[to].machine.is_some() => self.deliver(to, from, &bytes),
            Event::Certified { to, certificate, bytes } if self.nodes[to].machine.is_some() => {
                self.step(to, Input::Certified { certificate, bytes });
            }
            Event::Elapsed { timer, setting } if lives && self.nodes[node].timers.get(&timer) == Some(&setting) => {
                self.nodes[node].timers.remove(&timer);
                self.step(node, Input::Elapsed(timer));
            }
            Event::Answer(input) if lives => {
                self.step(node, input);
            }
            Event::Start if lives => self.start(node),
            Event::Poll if lives => {
                self.plan_event(3000, node, Event::Poll);
                let other = self.chance.below(self.nodes.len() as u64) as usize;
                self.help(other, node, self.nodes[node].disk.next_height());
            }
            _ => {}
        }
    }

    fn deliver(&mut self, to: usize, from: usize, bytes: &[u8]) {
        if let Ok(message) = Message::decode(bytes, BLOCK_BYTES_MAX) {
            let height = message.height();
            let refused = self.step(to, Input::Message(message));
            if matches!(refused, Some(Refusal::Past(_) | Refusal::Decided(_))) {
                self.help(to, from, height);
            }
        }
    }

    /// One node sends another the block of a height, if it has it.
    fn help(&mut self, from: usize, to: usize, height: Height) {
        let place = (height.0 as usize).saturating_sub(1);
        let Some((certificate, bytes)) = self.nodes[from].disk.chain.get(place).cloned() else { return };
        let (certificate, bytes) =
            if self.nodes[from].liar { forged(certificate, &mut self.chance) } else { (certificate, bytes) };
        if let Some(delay) = self.delay(from, to) {
            self.plan_event(delay, to, Event::Certified { to, certificate, bytes });
        }
    }

    /// How long something takes from one node to another, if it arrives.
    fn delay(&mut self, from: usize, to: usize) -> Option<u64> {
        if !self.faulty() {
            return Some(self.chance.between(1, 40));
        }
        if self.plan.faults.partitions && self.now >= self.cut.0 {
            let sides = (0..self.nodes.len()).map(|_| self.chance.one_in(2)).collect();
            let sides = if self.chance.one_in(2) { sides } else { vec![false; self.nodes.len()] };
            self.cut = (self.now + self.chance.between(200, 3000), sides);
        }
        let cut = self.cut.1[from] != self.cut.1[to] && self.now < self.cut.0;
        let lost = self.chance.percent(self.plan.faults.drop_percent);
        // Some of what is lost turns up long after.
        match (cut || lost, self.chance.one_in(10)) {
            (true, false) => None,
            (true, true) => Some(self.chance.between(1000, 6000)),
            (false, slow) => Some(self.chance.between(1, if slow { 900 } else { 40 })),
        }
    }

    /// Gives a node an input and carries out what it says; returns why the input was refused.
    fn step(&mut self, node: usize, input: Input) -> Option<Refusal> {
        let outputs = match self.nodes[node].machine.as_mut()?.step(input) {
            Ok(outputs) => outputs,
            // Its log holds its twin's votes beside its own, which no honest log does: it goes on without one.
            Err(Halt::Failed(_)) if self.nodes[node].liar => {
                self.crash(node);
                let height = self.nodes[node].disk.next_height();
                self.nodes[node].disk.reset(height).unwrap();
                return None;
            }
            Err(halt) => panic!("seed {}: node {node} stops: {halt}", self.seed),
        };
        let mut refused = None;
        for output in outputs {
            if let Some(fuse) = &mut self.nodes[node].fuse {
                if *fuse == 0 {
                    self.crash(node);
                    return refused;
                }
                *fuse -= 1;
            }
            if let Output::Refused(refusal) = &output {
                refused = Some(refusal.clone());
            }
            self.carry_out(node, output);
        }
        refused
    }

    fn carry_out(&mut self, node: usize, output: Output) {
        match output {
            Output::Append(entry) => self.nodes[node].disk.append(entry),
            Output::Flush => self.nodes[node].disk.flush().unwrap(),
            Output::Publish(message) => self.publish(node, &message),
            Output::Build { height, round } => self.build(node, height, round),
            Output::Judge { height, block, bytes, .. } => {
                let valid = self.nodes[node].liar || self.is_valid(node, height, block, &bytes);
                let delay = self.plan.judge_ms + self.chance.below(30);
                self.plan_event(delay, node, Event::Answer(Input::Judged { height, block, valid }));
            }
            Output::Set { timer, after_ms } => {
                let setting = self.planned;
                self.nodes[node].timers.insert(timer, setting);
                self.plan_event(after_ms, node, Event::Elapsed { timer, setting });
            }
            Output::Cancel(timer) => drop(self.nodes[node].timers.remove(&timer)),
            Output::CancelAll => self.nodes[node].timers.clear(),
            Output::Decide { certificate, bytes } => self.decide(node, certificate, bytes),
            Output::Evidence(evidence) => {
                assert!(evidence.proves(CHAIN));
                let liar = self.nodes.iter().any(|node| node.liar && node.key.public() == evidence.validator());
                assert!(liar, "seed {}: {evidence:?} against somebody honest", self.seed);
                self.convicted.insert(evidence.validator());
            }
            Output::Fetch(_) | Output::Refused(_) => {}
        }
    }

    fn publish(&mut self, node: usize, message: &Message) {
        self.nodes[node].says(message);
        let mut messages = vec![message.clone()];
        if self.nodes[node].liar && self.faulty() {
            messages.extend(lies(&self.nodes[node], message, &mut self.chance));
        }
        for message in messages {
            let bytes: Rc<[u8]> = message.encode().into();
            for to in (0..self.nodes.len()).filter(|to| *to != node) {
                let copies = if self.faulty() && self.chance.one_in(10) { 2 } else { 1 };
                for _ in 0..copies {
                    if let Some(delay) = self.delay(node, to) {
                        self.messages += 1;
                        let garble = self.faulty() && self.chance.one_in(50);
                        let bytes = if garble { garbled(&bytes, &mut self.chance).into() } else { bytes.clone() };
                        self.plan_event(delay, to, Event::Deliver { to, from: node, bytes });
                    }
                }
            }
        }
    }

    fn build(&mut self, node: usize, height: Height, round: u32) {
        let builder = &mut self.nodes[node];
        builder.built += 1;
        let (parent, count, filling) = (builder.disk.tip(), builder.built, vec![7; 20]);
        let good = !(builder.liar && self.chance.one_in(4));
        let block = Block { height, parent, node: node as u64, count, good, filling };
        let bytes: BlockBytes = borsh::to_vec(&block).unwrap().into();
        let block = Block::hash(&bytes);
        let delay = if self.chance.one_in(20) { 1000 } else { self.chance.below(40) };
        self.plan_event(delay, node, Event::Answer(Input::Built { height, round, block, bytes }));
    }

    fn is_valid(&self, node: usize, height: Height, hash: Hash, bytes: &[u8]) -> bool {
        let Ok(block) = borsh::from_slice::<Block>(bytes) else { return false };
        let right = block.height == height && block.parent == self.nodes[node].disk.tip() && block.good;
        right && Block::hash(bytes) == hash
    }

    fn decide(&mut self, node: usize, certificate: Certificate, bytes: BlockBytes) {
        let (height, block, seed) = (certificate.height, certificate.block, self.seed);
        self.latest_round = self.latest_round.max(certificate.round);
        assert!(self.nodes[node].disk.unflushed.is_empty(), "seed {seed}: decided before it was remembered");
        assert_eq!(height, self.nodes[node].disk.next_height(), "seed {seed}");
        certificate.verify(CHAIN, &self.plan.set(height, &self.nodes)).unwrap();
        let before = *self.decided.entry(height).or_insert(block);
        assert_eq!(before, block, "seed {seed}: two blocks at height {height}");
        if !self.nodes[node].liar {
            assert!(self.is_valid(node, height, block, &bytes), "seed {seed}: decided what is not valid");
        }
        self.nodes[node].disk.chain.push((certificate, bytes));
        let pause = self.chance.between(1, 200);
        self.plan_event(pause, node, Event::Start);
    }
}
