//! A made-up run of a node, for screenshots, tests and readers without a network.
//!
//! Invariants: what is shown depends on the seed and the time since the start alone, in whatever steps time was advanced;
//! all of it fits together as in a real node.

mod clock;
mod company;
mod council;
mod journal;
mod ledger;
mod neighbours;
mod purse;
mod random;
#[cfg(test)]
mod tests;
mod trainer;

use crate::snapshot::{Device, History, Level, LogLine, NodeState, Snapshot};
use clock::{TICK_MS, TICKS, rfc3339, second_of};
use company::Company;
use council::{Council, Stakes};
use journal::Journal;
use ledger::Ledger;
use neighbours::Neighbours;
use purse::Purse;
use random::Random;
use std::time::Duration;
use trainer::{STEP_TOKENS, Trainer};

/// Ticks in which the node opens what it keeps.
const OPENING: u64 = 2 * TICKS;
/// Steps that one receipt is for.
const RECEIPT_STEPS: u64 = 100;
/// Share of its pace that the quorum keeps while a member is away.
const PACE_WITHOUT: f64 = 0.72;
/// Time that is played at once at most; more is left out, as nobody could have watched it.
const PLAYED_MAX: Duration = Duration::from_secs(2 * clock::DAY_SECONDS);
const MIB: u64 = 1 << 20;

/// The run that everyone sees.
pub const SEED: u64 = 1;
/// How far it is when it is first shown: its curves have a shape by then.
pub const BEGIN: Duration = Duration::from_mins(20);

/// A made-up run.
#[derive(Debug, Clone)]
pub struct Demo {
    random: Random,
    peer_id: String,
    chain_id: String,
    address: String,
    tick: u64,
    /// Time that is not a whole tick yet.
    rest: Duration,
    /// Steps that no receipt is for yet.
    unclaimed: u64,
    trainer: Trainer,
    company: Company,
    ledger: Ledger,
    council: Council,
    neighbours: Neighbours,
    purse: Purse,
    device: Device,
    journal: Journal,
}

impl Demo {
    /// The run of a seed, at its start.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 0);
        let (address, peer_id, chain_id) = (random.address(), random.peer_id(), random.hash());
        let mut demo = Self {
            trainer: Trainer::new(seed),
            company: Company::new(seed, &address),
            ledger: Ledger::new(seed),
            council: Council::new(seed),
            neighbours: Neighbours::new(seed),
            purse: Purse::new(seed, &address),
            device: Device {
                name: "cpu".to_owned(),
                tier: "T4".to_owned(),
                threads: 8,
                cores: 8,
                process_memory: 380 * MIB,
                memory_used: 5200 * MIB,
                memory_total: 16_000 * MIB,
                temperature: Some(48.0),
                storage_used: 61 * MIB,
                storage_free: 212_000 * MIB,
                ..Device::default()
            },
            journal: Journal::default(),
            tick: 0,
            rest: Duration::ZERO,
            unclaimed: 0,
            random,
            peer_id,
            chain_id,
            address,
        };
        demo.journal.say(Level::Info, "node", "private devnet, and made up".to_owned());
        demo.journal.say(Level::Info, "node", format!("opening the model nano on {} threads", demo.device.threads));
        demo.second(0);
        demo
    }

    /// Lets time go by. Returns what is shown then, and the lines of the log since the last time.
    pub fn advance(&mut self, by: Duration) -> (Snapshot, Vec<LogLine>) {
        self.rest = self.rest.saturating_add(by.min(PLAYED_MAX));
        while let Some(rest) = self.rest.checked_sub(Duration::from_millis(TICK_MS)) {
            self.rest = rest;
            self.tick += 1;
            self.tick();
        }
        (self.snapshot(), self.journal.take())
    }

    fn tick(&mut self) {
        if let Some(second) = second_of(self.tick) {
            self.second(second);
        }
        if self.tick < OPENING {
            return;
        }
        if self.tick == OPENING {
            self.journal.say(Level::Info, "trainer", "training starts at step 0".to_owned());
        }
        let whole = self.company.online() == self.company.count();
        self.unclaimed += self.trainer.tick(self.tick, if whole { 1.0 } else { PACE_WITHOUT }, &mut self.journal);
        if self.unclaimed >= RECEIPT_STEPS {
            self.unclaimed -= RECEIPT_STEPS;
            self.purse.claim(RECEIPT_STEPS * STEP_TOKENS, &mut self.journal);
        }
    }

    fn second(&mut self, second: u64) {
        self.journal.now = second;
        self.neighbours.second(second, &mut self.journal);
        self.company.second(second, self.trainer.pace(), &mut self.journal);
        // The others earn about as much.
        let minted = self.purse.second(second, &mut self.journal) * self.company.count();
        self.ledger.mint(minted);
        self.ledger.block(second, &self.company, &mut self.journal);
        let others_earned = self.ledger.minted().saturating_sub(self.purse.total());
        let stakes = Stakes { own: self.purse.staked(), others_earned };
        self.council.second(second, &self.company.accounts(), stakes, &mut self.journal);
        if self.random.once_in(400)
            && let Some(peer) = self.company.somebody()
        {
            let message = format!("{peer} sent an update of the wrong shape: dropped");
            self.journal.say(Level::Error, "net", message);
        }
        self.gauge(second);
    }

    /// Moves the gauges of the machine.
    fn gauge(&mut self, second: u64) {
        let busy = self.tick >= OPENING;
        let device = &mut self.device;
        device.process_cpu = if busy { 7.4 + 0.12 * self.random.normal() } else { 0.9 };
        let warm = if busy { 67.0 } else { 48.0 };
        let temperature = device.temperature.unwrap_or(warm);
        device.temperature = Some(temperature + 0.04 * (warm - temperature) + 0.25 * self.random.normal());
        device.process_memory = if busy { 612 * MIB + self.random.between(0, 9 * MIB) } else { 380 * MIB };
        device.memory_used = device.process_memory + 4830 * MIB + self.random.between(0, 60 * MIB);
        device.storage_used = 61 * MIB + second * 2300;
        device.storage_free = 212_000 * MIB - second * 2300;
    }

    fn snapshot(&self) -> Snapshot {
        let seconds = self.tick / TICKS;
        Snapshot {
            time: rfc3339(seconds),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: if self.tick < OPENING { NodeState::Starting } else { NodeState::Running },
            network: "demo".to_owned(),
            chain_id: self.chain_id.clone(),
            public: false,
            note: Some("private devnet, and made up".to_owned()),
            peer_id: self.peer_id.clone(),
            address: self.address.clone(),
            api: None,
            pid: 4242,
            started_at: rfc3339(0),
            uptime_seconds: seconds,
            device: self.device.clone(),
            training: Some(self.trainer.training()),
            quorum: Some(self.company.quorum(self.trainer.rounds())),
            net: Some(self.neighbours.network(self.ledger.chain().height)),
            chain: self.ledger.chain(),
            governance: self.council.governance(self.ledger.burned()),
            wallet: self.purse.wallet(),
            earnings: self.purse.earnings(),
            history: History { earned: self.purse.earned(), ..self.trainer.history() },
            problems: self.company.problems(),
        }
    }
}
