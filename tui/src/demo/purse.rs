//! What the node of a demonstration earns and has, in nano-NEURO.
//!
//! Invariants: what was earned is what there is, spendable, staked or held back; the sources add up to the total.

use super::clock::{DAY_SECONDS, rfc3339};
use super::journal::Journal;
use super::random::Random;
use super::trainer::push;
use crate::snapshot::{Earnings, Level, Maturing, Paid, Source, Wallet};
use std::collections::VecDeque;

/// Nano-NEURO in one NEURO.
const NEURO: u64 = 1_000_000_000;
/// Blocks that a receipt waits, and that a challenge adds.
const MATURITY: u64 = 90;
const CHALLENGE: u64 = 45;
/// What there is pay for.
pub(super) const TRAINING: usize = 0;
pub(super) const UPTIME: usize = 1;
pub(super) const VERIFICATION: usize = 2;
const SOURCES: [&str; 3] = ["training", "uptime", "verification"];
/// One part in this of each pay is held back until the bond is whole.
const BOND_PART: u64 = 10;
const BOND: u64 = NEURO;
/// What is staked once this much can be spent, and for how long.
const STAKE_FROM: u64 = NEURO;
const STAKE: u64 = NEURO / 2;
const STAKE_DAYS: u64 = 30;
/// Pays and epochs that are kept.
const PAYS: usize = 50;
const EPOCHS: usize = 120;

#[derive(Debug, Clone)]
struct Receipt {
    hash: String,
    amount: u64,
    height: u64,
    challenged: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Purse {
    random: Random,
    address: String,
    today: [u64; 3],
    total: [u64; 3],
    receipts: VecDeque<Receipt>,
    recent: VecDeque<Paid>,
    earned: VecDeque<f64>,
    available: u64,
    staked: u64,
    bond: u64,
    unlocks: Option<u64>,
    second: u64,
}

impl Purse {
    pub(super) fn new(seed: u64, address: &str) -> Self {
        Self {
            random: Random::new(seed, 4),
            address: address.to_owned(),
            today: [0; 3],
            total: [0; 3],
            receipts: VecDeque::new(),
            recent: VecDeque::new(),
            earned: VecDeque::new(),
            available: 0,
            staked: 0,
            bond: 0,
            unlocks: None,
            second: 0,
        }
    }

    /// What is locked.
    pub(super) const fn staked(&self) -> u64 {
        self.staked
    }

    /// What was ever earned.
    pub(super) fn total(&self) -> u64 {
        self.total.iter().sum()
    }

    /// Percent that pay is multiplied by.
    fn multiplier(&self) -> u64 {
        if self.staked > 0 { 110 } else { 100 }
    }

    /// Claims the pay of training on so many tokens.
    pub(super) fn claim(&mut self, tokens: u64, journal: &mut Journal) {
        // A quarter of a NEURO for a million tokens, give or take a tenth.
        let amount = tokens * 250 * self.random.between(900, 1100) / 1000 * self.multiplier() / 100;
        let receipt = Receipt { hash: self.random.hash(), amount, height: self.second + MATURITY, challenged: false };
        let (name, pay, height) = (&receipt.hash[..12], neuro(amount), receipt.height);
        journal.say(Level::Info, "claims", format!("receipt {name}: {pay} NEURO, due in block {height}"));
        self.receipts.push_back(receipt);
        self.in_order();
    }

    /// A second goes by. Returns what was minted.
    pub(super) fn second(&mut self, second: u64, journal: &mut Journal) -> u64 {
        if second / DAY_SECONDS != self.second / DAY_SECONDS {
            self.today = [0; 3];
        }
        self.second = second;
        let mut minted = 0;
        if second > 0 && second.is_multiple_of(60) {
            minted += self.pay_now(UPTIME, 4_000_000, journal);
        }
        if self.random.once_in(140) {
            let amount = self.random.between(12_000_000, 30_000_000);
            minted += self.pay_now(VERIFICATION, amount, journal);
        }
        self.doubt(journal);
        while let Some(receipt) = self.receipts.pop_front_if(|receipt| receipt.height <= second) {
            if receipt.challenged {
                journal.say(
                    Level::Info,
                    "claims",
                    format!("receipt {} was replayed: it is right", &receipt.hash[..12]),
                );
            }
            minted += self.pay(TRAINING, receipt.amount, receipt.hash, journal);
        }
        push(&mut self.earned, minted as f64 / NEURO as f64, EPOCHS);
        self.stake(journal);
        minted
    }

    /// Now and then somebody doubts a receipt, which is paid later then.
    fn doubt(&mut self, journal: &mut Journal) {
        if !self.random.once_in(180) {
            return;
        }
        if let Some(receipt) = self.receipts.iter_mut().rev().find(|receipt| !receipt.challenged) {
            receipt.challenged = true;
            receipt.height += CHALLENGE;
            journal.say(Level::Warn, "claims", format!("receipt {} is challenged", &receipt.hash[..12]));
        }
        self.in_order();
    }

    /// A receipt that was doubted is due after some that came later.
    fn in_order(&mut self) {
        self.receipts.make_contiguous().sort_by_key(|receipt| receipt.height);
    }

    fn pay_now(&mut self, source: usize, amount: u64, journal: &mut Journal) -> u64 {
        let receipt = self.random.hash();
        self.pay(source, amount * self.multiplier() / 100, receipt, journal)
    }

    fn pay(&mut self, source: usize, amount: u64, receipt: String, journal: &mut Journal) -> u64 {
        let bond = (amount / BOND_PART).min(BOND - self.bond);
        self.bond += bond;
        self.available += amount - bond;
        self.today[source] += amount;
        self.total[source] += amount;
        journal.say(Level::Info, "wallet", format!("{} NEURO for {}", neuro(amount), SOURCES[source]));
        let (time, source) = (rfc3339(self.second), SOURCES[source].to_owned());
        push(&mut self.recent, Paid { time, receipt, source, amount: neuro(amount) }, PAYS);
        amount
    }

    /// Once there is enough, some of it is locked.
    fn stake(&mut self, journal: &mut Journal) {
        if self.staked == 0 && self.available >= STAKE_FROM {
            self.available -= STAKE;
            self.staked += STAKE;
            self.unlocks = Some(self.second + STAKE_DAYS * DAY_SECONDS);
            journal.say(Level::Info, "wallet", format!("{} NEURO staked for {STAKE_DAYS} days", neuro(STAKE)));
        }
    }

    pub(super) fn wallet(&self) -> Wallet {
        Wallet {
            address: self.address.clone(),
            own: true,
            available: neuro(self.available),
            staked: neuro(self.staked),
            unlocked: neuro(0),
            unbonding: neuro(0),
            withdrawable: neuro(0),
            cools_until: None,
            escrowed: neuro(0),
            bond: neuro(self.bond),
            backing: neuro(self.staked + self.bond),
            multiplier: neuro(self.multiplier() * NEURO / 100),
            unlocks_at: self.unlocks.map(rfc3339),
        }
    }

    pub(super) fn earnings(&self) -> Earnings {
        let source = |index: usize| {
            let (today, total) = (neuro(self.today[index]), neuro(self.total[index]));
            Source { source: SOURCES[index].to_owned(), today, total }
        };
        let maturing = |receipt: &Receipt| Maturing {
            receipt: receipt.hash.clone(),
            source: SOURCES[TRAINING].to_owned(),
            amount: neuro(receipt.amount),
            height: receipt.height,
            seconds_left: receipt.height.saturating_sub(self.second),
            challenged: receipt.challenged,
        };
        Earnings {
            today: neuro(self.today.iter().sum()),
            total: neuro(self.total.iter().sum()),
            pending: neuro(self.receipts.iter().map(|receipt| receipt.amount).sum()),
            sources: (0..SOURCES.len()).map(source).collect(),
            maturing: self.receipts.iter().map(maturing).collect(),
            recent: self.recent.iter().rev().cloned().collect(),
        }
    }

    /// NEURO earned in each of the last epochs.
    pub(super) fn earned(&self) -> Vec<f64> {
        self.earned.iter().copied().collect()
    }
}

/// Nano-NEURO as decimals of NEURO, without zeros at the end.
pub(super) fn neuro(nano: u64) -> String {
    let text = format!("{}.{:09}", nano / NEURO, nano % NEURO);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
