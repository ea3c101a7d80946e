//! One node of the simulation: the machine, its disk, and what it has told the world.
//!
//! Invariants: what is on the disk outlives a crash, and nothing else does; an honest node says one thing in each place.

use super::chance::Chance;
use crate::consensus::wal::{self, Log, Wal, WalError};
use crate::consensus::{BlockBytes, Config, Malachite, Message, Timeouts, Timer};
use crate::types::{Certificate, ChainId, Domain, Hash, Height, SecretKey, VoteKind};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;

pub(super) const CHAIN: ChainId = ChainId(Hash([0xc4; 32]));
pub(super) const BLOCK_BYTES_MAX: usize = 2000;

/// Where in an agreement something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Proposal(Height, u32),
    Vote(Height, u32, VoteKind),
}

/// What survives.
#[derive(Default)]
pub(super) struct Disk {
    log: Vec<u8>,
    flushed: Vec<Vec<u8>>,
    pub(super) unflushed: Vec<Vec<u8>>,
    pub(super) chain: Vec<(Certificate, BlockBytes)>,
}

/// A node.
pub(super) struct Node {
    pub(super) key: SecretKey,
    /// Shares its key with another node, and both pretend to be alone.
    pub(super) liar: bool,
    pub(super) machine: Option<Malachite>,
    pub(super) disk: Disk,
    /// How often it was started. What was meant for an earlier life is lost.
    pub(super) life: u32,
    /// Which setting of a timer counts.
    pub(super) timers: BTreeMap<Timer, u64>,
    /// It crashes before it carries out so many more outputs.
    pub(super) fuse: Option<u64>,
    pub(super) stays_down: bool,
    said: BTreeMap<Place, Option<Hash>>,
    pub(super) built: u64,
}

/// What stands in a block of the simulation.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Block {
    pub(super) height: Height,
    pub(super) parent: Hash,
    pub(super) node: u64,
    pub(super) count: u64,
    pub(super) good: bool,
    pub(super) filling: Vec<u8>,
}

impl Block {
    pub(super) fn hash(bytes: &[u8]) -> Hash {
        const DOMAIN: Domain = Domain::new("simulated block");
        Hash::of(&DOMAIN, bytes)
    }
}

impl Wal for Disk {
    type Error = WalError;

    fn append(&mut self, entry: Vec<u8>) {
        self.unflushed.push(entry);
    }

    fn flush(&mut self) -> Result<(), WalError> {
        self.log.extend(wal::flushed(self.log.len(), &self.unflushed));
        self.flushed.append(&mut self.unflushed);
        Ok(())
    }

    fn reset(&mut self, height: Height) -> Result<(), WalError> {
        (self.unflushed, self.flushed) = (Vec::new(), Vec::new());
        self.log = wal::begin(height);
        Ok(())
    }

    fn entries(&mut self) -> Result<Option<Log>, WalError> {
        let (log, whole) = wal::decode(&self.log)?;
        self.log.truncate(whole);
        self.flushed = log.iter().flat_map(|log| log.entries.clone()).collect();
        Ok(log)
    }
}

impl Disk {
    /// The power fails: what was not flushed is gone, or there in part.
    pub(super) fn tear(&mut self, chance: &mut Chance) {
        let lost = std::mem::take(&mut self.unflushed);
        if !lost.is_empty() && chance.one_in(2) {
            let frame = wal::flushed(self.log.len(), &lost);
            let kept = chance.below(frame.len() as u64) as usize;
            self.log.extend(&frame[..kept]);
        }
    }

    pub(super) fn next_height(&self) -> Height {
        Height(self.chain.len() as u64 + 1)
    }

    pub(super) fn tip(&self) -> Hash {
        self.chain.last().map(|(certificate, _)| certificate.block).unwrap_or_default()
    }
}

impl Node {
    pub(super) fn new(seed: u8, liar: bool) -> Self {
        Self {
            key: SecretKey::from_bytes(&[seed; 32]).unwrap(),
            liar,
            machine: None,
            disk: Disk::default(),
            life: 0,
            timers: BTreeMap::new(),
            fuse: None,
            stays_down: false,
            said: BTreeMap::new(),
            built: 0,
        }
    }

    pub(super) fn config(&self) -> Config {
        let timeouts = Timeouts {
            propose_ms: 300,
            prevote_ms: 100,
            precommit_ms: 100,
            rebroadcast_ms: 200,
            round_ms: 100,
            max_ms: 5000,
        };
        Config { chain: CHAIN, key: Some(self.key.clone()), timeouts, block_bytes_max: BLOCK_BYTES_MAX }
    }

    /// It says something: what is its own is in its log by then, and if it is honest, it never says another thing in the
    /// same place.
    pub(super) fn says(&mut self, message: &Message) {
        assert!(self.disk.unflushed.is_empty(), "{message:?} was said before it was remembered");
        let (place, block, validator, bytes) = match message {
            Message::Vote(signed) => {
                let vote = &signed.vote;
                let place = Place::Vote(vote.height, vote.round, vote.kind);
                (place, vote.block, signed.validator, borsh::to_vec(signed).unwrap())
            }
            Message::Proposal(signed) => {
                let place = Place::Proposal(signed.proposal.height, signed.proposal.round);
                (place, Some(signed.proposal.block), signed.validator, borsh::to_vec(signed).unwrap())
            }
            Message::Part(_) | Message::Polka(_) | Message::Round(_) => return,
        };
        if validator != self.key.public() || self.liar {
            return;
        }
        assert!(self.disk.flushed.iter().any(|entry| entry.ends_with(&bytes)), "{place:?} was said and not remembered");
        let before = self.said.insert(place, block);
        assert!(before.is_none_or(|before| before == block), "{place:?}: {before:?} and then {block:?}");
    }
}
