//! The ledger of a demonstration: a block each second, and what has been minted and burned.
//!
//! Invariant: every block is final.

use super::clock::rfc3339;
use super::company::Company;
use super::journal::Journal;
use super::purse::neuro;
use super::random::Random;
use super::trainer::push;
use crate::format::plural;
use crate::snapshot::{Chain, Epoch, Level};
use std::collections::VecDeque;

/// Blocks that are kept.
const BLOCKS: usize = 60;
/// What a transaction burns, in nano-NEURO.
const FEE: u64 = 150_000;

#[derive(Debug, Clone)]
pub(super) struct Ledger {
    random: Random,
    state_root: String,
    waiting: u64,
    minted: u64,
    burned: u64,
    validators: u64,
    epochs: VecDeque<Epoch>,
}

impl Ledger {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 3);
        let state_root = random.hash();
        Self { random, state_root, waiting: 0, minted: 0, burned: 0, validators: 1, epochs: VecDeque::new() }
    }

    /// Mints so many nano-NEURO.
    pub(super) fn mint(&mut self, nano: u64) {
        self.minted += nano;
    }

    /// Nano-NEURO minted so far.
    pub(super) const fn minted(&self) -> u64 {
        self.minted
    }

    /// Nano-NEURO burned so far.
    pub(super) const fn burned(&self) -> u64 {
        self.burned
    }

    /// The block of a second.
    pub(super) fn block(&mut self, second: u64, company: &Company, journal: &mut Journal) {
        let validators = company.count();
        if validators > self.validators {
            journal.say(Level::Info, "chain", format!("{} from block {second} on", plural(validators, "validator")));
        }
        self.validators = validators;
        // Now and then a vote is late. More than two thirds always sign, or there is no block.
        let late = u64::from(self.random.once_in(9));
        let signing = (company.online().saturating_sub(late)).max(validators * 2 / 3 + 1);
        let txs = self.random.between(0, 3) + self.random.between(0, 2) * self.random.between(0, 4);
        self.burned += (txs * FEE).min(self.minted - self.burned);
        self.waiting = self.random.between(0, 4);
        self.state_root = self.random.hash();
        let signed_power = signing as f64 / validators as f64;
        let epoch =
            Epoch { height: second, hash: self.random.hash(), time: rfc3339(second), txs, validators, signed_power };
        let percent = 100.0 * signed_power;
        journal.say(Level::Debug, "chain", format!("block {second}: {txs} tx, {percent:.0} % signed"));
        push(&mut self.epochs, epoch, BLOCKS);
    }

    pub(super) fn chain(&self) -> Chain {
        let epochs: Vec<Epoch> = self.epochs.iter().rev().cloned().collect();
        let last = epochs.first().cloned().unwrap_or_default();
        Chain {
            height: last.height,
            hash: last.hash,
            state_root: self.state_root.clone(),
            time: last.time,
            epoch_seconds: 1,
            validators: self.validators,
            validator: true,
            waiting: self.waiting,
            minted: neuro(self.minted),
            burned: neuro(self.burned),
            epochs,
        }
    }
}
