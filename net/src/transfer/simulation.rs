//! Fetches by seed: holders that lie, stall, vanish and lack chunks, under a virtual clock.

use super::plan::{ASKED_MAX, Fault, HOLDERS_MAX, Input, Millis, Output, Plan, UNDER_WAY_MAX};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    Honest,
    /// Gives bad chunks.
    Lies,
    /// Gives the bad beginning of a chunk and vanishes.
    Spoils,
    /// Connects and never answers.
    Stalls,
    /// Good chunks, now and then cut off.
    Vanishes,
    /// Good chunks, but only those with an odd index.
    Lacks,
    /// Cannot be reached.
    Absent,
}

const NATURES: [Nature; 6] =
    [Nature::Lies, Nature::Spoils, Nature::Stalls, Nature::Vanishes, Nature::Lacks, Nature::Absent];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Opened(u8, u32),
    Answer { peer: u8, link: u32, index: u32, resume: bool },
    Tick,
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

struct Link {
    number: u32,
    /// When the last of what was asked will be answered.
    busy_until: Millis,
    asked: BTreeSet<u32>,
}

struct Simulation {
    chance: Chance,
    now: Millis,
    natures: Vec<(Nature, Millis)>,
    plan: Plan<u8>,
    events: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    events_made: u64,
    links: BTreeMap<u8, Link>,
    links_made: u32,
    /// Parts that are kept: who gave them and whether they are good.
    parts: BTreeMap<u32, (u8, bool)>,
    have: BTreeSet<u32>,
    resumed: usize,
    faults: Vec<(u8, Fault)>,
    ended: Option<bool>,
}

impl Simulation {
    fn new(seed: u64, chunks: u32, others: usize) -> Self {
        let mut chance = Chance(seed);
        let mut natures: Vec<(Nature, Millis)> = (0..others)
            .map(|_| (NATURES[chance.below(NATURES.len() as u64) as usize], 5 + chance.below(500)))
            .collect();
        natures.insert(chance.below(others as u64 + 1) as usize, (Nature::Honest, 5 + chance.below(500)));
        let there: BTreeSet<u32> = (0..chunks).filter(|_| chance.below(4) == 0).collect();
        Self {
            plan: Plan::new(chunks, |index| there.contains(&index)),
            chance,
            now: 0,
            natures,
            events: BinaryHeap::new(),
            events_made: 0,
            links: BTreeMap::new(),
            links_made: 0,
            parts: BTreeMap::new(),
            have: there,
            resumed: 0,
            faults: Vec::new(),
            ended: None,
        }
    }

    fn at(&mut self, after: Millis, event: Event) {
        self.events_made += 1;
        self.events.push(Reverse((self.now + after, self.events_made, event)));
    }

    fn run(&mut self) {
        let all = (0..self.natures.len() as u8).collect();
        self.input(Input::Holders(all));
        self.at(250, Event::Tick);
        while self.ended.is_none() {
            let Reverse((now, _, event)) = self.events.pop().expect("the clock ticks");
            assert!(now < 3_600_000, "an hour, and {} chunks are missing", self.plan.left());
            self.now = now;
            self.on(event);
        }
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Tick => {
                self.at(250, Event::Tick);
                self.input(Input::Tick);
            }
            Event::Opened(peer, number) => {
                if self.links.get(&peer).is_some_and(|link| link.number == number) {
                    let absent = self.natures[peer as usize].0 == Nature::Absent;
                    if absent {
                        self.links.remove(&peer);
                    }
                    self.input(if absent { Input::Lost(peer) } else { Input::Opened(peer) });
                }
            }
            Event::Answer { peer, link, index, resume } => {
                let Some(current) = self.links.get_mut(&peer).filter(|current| current.number == link) else { return };
                current.asked.remove(&index);
                self.answer(peer, index, resume);
            }
        }
    }

    fn answer(&mut self, peer: u8, index: u32, resume: bool) {
        let cut = self.chance.below(5) == 0;
        let nature = self.natures[peer as usize].0;
        let part = self.parts.get(&index).copied().filter(|_| resume);
        let good_itself = !matches!(nature, Nature::Lies | Nature::Spoils);
        match nature {
            Nature::Stalls => {}
            Nature::Lacks if index.is_multiple_of(2) => self.input(Input::Lacks(peer, index)),
            Nature::Vanishes | Nature::Spoils if cut => {
                let good = good_itself && part.is_none_or(|(_, good)| good);
                if !self.have.contains(&index) {
                    self.parts.insert(index, (peer, good));
                }
                self.links.remove(&peer);
                self.input(Input::Lost(peer));
            }
            _ => {
                self.input(Input::Heard(peer));
                let good = good_itself && part.is_none_or(|(_, good)| good);
                let input = match (good, part) {
                    (true, _) => {
                        self.resumed += usize::from(part.is_some() && !self.have.contains(&index));
                        self.have.insert(index);
                        self.parts.remove(&index);
                        Input::Good(peer, index)
                    }
                    (false, Some((giver, _))) if giver != peer => {
                        self.parts.remove(&index);
                        Input::Spoilt(peer, index, Some(giver))
                    }
                    (false, _) => Input::Bad(peer, index),
                };
                self.input(input);
            }
        }
    }

    fn input(&mut self, input: Input<u8>) {
        for output in self.plan.step(self.now, input) {
            match output {
                Output::Open(peer) => {
                    assert!(!self.faults.contains(&(peer, Fault::Lied)), "a liar is asked again");
                    self.links_made += 1;
                    let link = Link { number: self.links_made, busy_until: self.now, asked: BTreeSet::new() };
                    self.links.insert(peer, link);
                    let after = self.chance.below(50);
                    self.at(after, Event::Opened(peer, self.links_made));
                }
                Output::Ask { peer, index, resume } => self.ask(peer, index, resume),
                Output::Close(peer) => drop(self.links.remove(&peer)),
                Output::Fault(peer, fault) => {
                    let nature = self.natures[peer as usize].0;
                    assert!(!matches!(nature, Nature::Honest | Nature::Lacks), "{nature:?} is blamed: {fault:?}");
                    self.faults.push((peer, fault));
                }
                Output::Done => self.ended = Some(true),
                Output::GiveUp => self.ended = Some(false),
            }
        }
        assert!(self.links.len() <= HOLDERS_MAX);
        assert!(self.links.values().map(|link| link.asked.len()).sum::<usize>() <= UNDER_WAY_MAX);
    }

    fn ask(&mut self, peer: u8, index: u32, resume: bool) {
        let chunk_ms = self.natures[peer as usize].1;
        let link = self.links.get_mut(&peer).expect("only who is connected is asked");
        assert!(link.asked.insert(index) && link.asked.len() <= ASKED_MAX);
        assert!(!self.have.contains(&index), "what is there is asked for again");
        link.busy_until = link.busy_until.max(self.now) + chunk_ms;
        let (after, number) = (link.busy_until - self.now, link.number);
        self.at(after, Event::Answer { peer, link: number, index, resume });
    }
}

#[test]
fn a_fetch_ends_while_one_honest_holder_remains() {
    let (mut resumed, mut liars) = (0, 0);
    for seed in 0..400 {
        let mut simulation = Simulation::new(seed, 60, (seed % 8) as usize);
        simulation.run();
        assert_eq!(simulation.ended, Some(true), "seed {seed}");
        assert_eq!(simulation.have.len(), 60, "seed {seed}");
        resumed += simulation.resumed;
        liars += simulation.faults.iter().filter(|(_, fault)| *fault == Fault::Lied).count();
    }
    assert!(resumed > 100 && liars > 100, "{resumed} resumed, {liars} liars");
}

#[test]
fn many_holders_at_once_are_bounded() {
    for seed in 1000..1050 {
        let mut simulation = Simulation::new(seed, 300, 30);
        // Those in front may never answer; the honest one has its turn all the same.
        simulation.run();
        assert_eq!(simulation.ended, Some(true), "seed {seed}");
    }
}

#[test]
fn without_an_honest_holder_it_is_given_up() {
    for seed in 0..50 {
        let mut simulation = Simulation::new(seed, 10, 5);
        for nature in &mut simulation.natures {
            nature.0 = [Nature::Lies, Nature::Stalls, Nature::Absent][(seed % 3) as usize];
        }
        simulation.run();
        assert_eq!(simulation.ended, Some(simulation.have.len() == 10), "seed {seed}");
    }
}

#[test]
fn fast_holders_get_more() {
    let mut simulation = Simulation::new(1, 400, 1);
    simulation.natures = vec![(Nature::Honest, 400), (Nature::Honest, 20)];
    simulation.run();
    // Alone the fast one needs 8 s for all, the slow one two minutes.
    assert!(simulation.now < 10_000, "{} ms", simulation.now);
}
