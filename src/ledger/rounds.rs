//! Outer rounds: who contributed to one, and the weights that it ended with.
//!
//! A round opens when the one before it is committed, closes some epochs after whoever has a word in each unit contributed,
//! and is committed when more than two thirds of each unit's cohort name the same weights. Round 0 is the initial model, which only the
//! founders' nodes commit. Invariants: a round's contributors are what the blocks up to its close hold, so that every node
//! sees the same; a unit's hashes never change once agreed on.

use super::events::Event;
use super::network::Context;
use super::nodes::{Node, registered};
use super::plans::Plan;
use super::reject::Reject;
use super::state::{Draft, Key, Record, State, read};
use crate::types::{Address, Amount, Domain, Hash, Height, merkle};
use borsh::{BorshDeserialize, BorshSerialize};

/// Slices of a contribution at most.
const SLICES_MAX: usize = 1024;
/// Contributors of a round at most.
const CONTRIBUTORS_MAX: usize = 4096;
/// Rounds that are forgotten at once, so that a commit is a bounded piece of work.
const FORGET_MAX: u64 = 4;

/// A run of units of the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct Stage {
    /// The first: 0 is the embedding, then the layers, then the head.
    pub first: u32,
    /// How many.
    pub units: u32,
}

/// What the network agrees on about a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct UnitHashes {
    /// Of its weights.
    pub weights: Hash,
    /// Of its outer momentum.
    pub momentum: Hash,
}

/// A contribution to an outer round.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DeltaCommit {
    /// The round.
    pub round: u64,
    /// The round whose weights it started from: the one before, or an older one for work outside quorums.
    pub base: u64,
    /// What was trained.
    pub stage: Stage,
    /// Tokens that went through it.
    pub tokens: u64,
    /// Hash of each slice of the pseudo-gradient.
    pub slices: Vec<Hash>,
}

/// The weights that a round ended with.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ModelCommit {
    /// The round.
    pub round: u64,
    /// The first unit that is named.
    pub first: u32,
    /// It and those after it.
    pub units: Vec<UnitHashes>,
}

/// A contribution, as a round keeps it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Contribution {
    /// Whose.
    pub node: Address,
    /// The round whose weights it started from.
    pub base: u64,
    /// What was trained.
    pub stage: Stage,
    /// Tokens that went through it.
    pub tokens: u64,
}

/// How far the agreement on a unit is.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// Who named what, until they agree.
    pub votes: Vec<(Address, UnitHashes)>,
    /// What they agreed on.
    pub agreed: Option<UnitHashes>,
}

/// A round.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Round {
    /// Who contributed, in the order of the blocks.
    pub contributions: Vec<Contribution>,
    /// The last height that takes contributions, once there is one.
    pub closes: Option<Height>,
    /// A tally a unit, from the first commit on.
    pub units: Vec<Tally>,
    /// When all units were agreed on: height, and milliseconds since 1970.
    pub committed: Option<(Height, u64)>,
}

/// Which rounds there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rounds {
    /// The round that is under way; all before it are committed.
    pub open: u64,
    /// The oldest that is still kept.
    pub oldest: u64,
    /// The model root of the last committed round.
    pub root: Hash,
}

/// Takes a contribution to the open round.
pub fn contribute(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, delta: &DeltaCommit) -> Result<(), Reject> {
    registered(draft, from)?;
    let Rounds { open, oldest, .. } = draft.get(());
    let wrong = |why| Err(Reject::Round { round: delta.round, why });
    if delta.round != open || open == 0 {
        return wrong("it is not the open round");
    }
    if delta.base >= open || delta.base < oldest {
        return wrong("its base is no round that is kept");
    }
    if !delta.stage.is_within(cx.network.units) || delta.slices.is_empty() || delta.slices.len() > SLICES_MAX {
        return wrong("the delta has no units of the model, or too many slices");
    }
    let most = Plan::at(draft, open).tokens();
    if delta.tokens == 0 || delta.tokens > most {
        return wrong("the delta has no tokens, or more than a round's inner steps train");
    }
    let mut round = current(draft, cx, open);
    if round.closes.is_some_and(|closes| cx.height > closes) {
        return wrong("it is closed");
    }
    if round.contribution(from).is_some() {
        return wrong("this node contributed already");
    }
    if round.contributions.len() >= CONTRIBUTORS_MAX {
        return Err(Reject::Limit { what: "contributors of a round", most: CONTRIBUTORS_MAX as u64 });
    }
    let DeltaCommit { base, stage, tokens, .. } = *delta;
    round.contributions.push(Contribution { node: from, base, stage, tokens });
    // Whoever has no weight can't begin the close: nobody would be left to commit the round.
    let weighty = |unit| cohort(draft, cx, &round, open, unit).iter().any(|(_, weight)| !weight.is_zero());
    if round.closes.is_none() && (0..cx.network.units).all(weighty) {
        round.closes = Some(cx.height.after(cx.parameters.round_grace));
    }
    draft.put(open, &round);
    Ok(())
}

/// Takes a member's word for the weights that the open round ended with.
pub fn commit(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, model: &ModelCommit) -> Result<(), Reject> {
    registered(draft, from)?;
    let mut rounds: Rounds = draft.get(());
    let wrong = |why| Err(Reject::Round { round: model.round, why });
    if model.round != rounds.open {
        return wrong("it is not the open round");
    }
    let stage = Stage { first: model.first, units: u32::try_from(model.units.len()).unwrap_or(u32::MAX) };
    if !stage.is_within(cx.network.units) {
        return wrong("the commit names no units of the model");
    }
    let mut round = current(draft, cx, model.round);
    // A grace of 0 closes a round with the block of its first contribution, in which its commit may stand too.
    let waits = model.round > 0
        && round.closes.is_none_or(|closes| cx.height < closes || cx.height == closes && cx.parameters.round_grace > 0);
    if waits {
        return wrong("it is not closed yet");
    }
    round.units.resize_with(cx.network.units as usize, Tally::default);
    for (unit, hashes) in (model.first..).zip(&model.units) {
        let cohort = cohort(draft, cx, &round, model.round, unit);
        if !cohort.iter().any(|(node, _)| *node == from) {
            return wrong("this node holds no such unit in it");
        }
        let Some(tally) = round.units.get_mut(unit as usize) else { continue };
        if tally.agreed.is_some() {
            continue;
        }
        if tally.votes.iter().any(|(node, _)| *node == from) {
            return wrong("this node committed already");
        }
        tally.votes.push((from, *hashes));
        tally.count(&cohort, hashes);
    }
    if round.units.iter().all(|tally| tally.agreed.is_some()) {
        round.committed = Some((cx.height, cx.time_ms));
        rounds.root = model_root(model.round, &round);
        rounds.open = model.round.saturating_add(1);
        draft.tell(Event::RoundCommitted { round: model.round, root: rounds.root });
        forget(draft, cx, &mut rounds);
        draft.put((), &rounds);
    }
    draft.put(model.round, &round);
    Ok(())
}

/// The round as the next transaction finds it: one whose members did not agree in time begins anew.
#[must_use]
pub fn current(state: &dyn State, cx: &Context<'_>, number: u64) -> Round {
    let round: Round = read(state, number);
    let stale = |closes: Height| closes.after(cx.parameters.round_timeout) < cx.height;
    if round.committed.is_none() && round.closes.is_some_and(stale) { Round::default() } else { round }
}

/// Who holds a unit in a round, each with the weight of its word: its matured training pay of a day, and a founder's node
/// at least 1.
fn cohort(draft: &Draft<'_>, cx: &Context<'_>, round: &Round, number: u64, unit: u32) -> Vec<(Address, Amount)> {
    let founders = &cx.network.founders;
    let weight = |address: &Address| {
        let node: Node = draft.get(*address);
        let least = Amount::from_nano(u128::from(founders.contains(address)));
        (*address, node.pay_of_a_day(cx.seconds()).unwrap_or(Amount::ZERO).max(least))
    };
    if number == 0 {
        return founders.iter().map(weight).collect();
    }
    let holders = round.contributions.iter().filter(|contribution| contribution.stage.has(unit));
    holders.map(|contribution| weight(&contribution.node)).collect()
}

/// Root over units of (arch version, round, hash of weights, hash of outer momentum).
fn model_root(number: u64, round: &Round) -> Hash {
    const DOMAIN: Domain = Domain::new("model root");
    let leaf = |tally: &Tally| (0u32, number, tally.agreed.unwrap_or_default());
    let leaves: Vec<(u32, u64, UnitHashes)> = round.units.iter().map(leaf).collect();
    Hash::of(&DOMAIN, &merkle::root(&leaves))
}

/// Drops rounds that no receipt can name any more.
fn forget(draft: &mut Draft<'_>, cx: &Context<'_>, rounds: &mut Rounds) {
    let kept_seconds = cx.parameters.receipt_fresh_seconds.saturating_mul(2);
    for _ in 0..FORGET_MAX {
        let old: Round = draft.get(rounds.oldest);
        let over = old.committed.is_some_and(|(_, time_ms)| {
            (time_ms / 1000).saturating_add(kept_seconds) < cx.seconds()
                && rounds.oldest.saturating_add(2) < rounds.open
        });
        if !over {
            break;
        }
        draft.put(rounds.oldest, &Round::default());
        rounds.oldest = rounds.oldest.saturating_add(1);
    }
}

impl Stage {
    /// Whether it has units, all of a model with this many.
    #[must_use]
    pub fn is_within(&self, units: u32) -> bool {
        self.units > 0 && self.first.checked_add(self.units).is_some_and(|end| end <= units)
    }

    /// Whether it has this unit.
    #[must_use]
    pub fn has(&self, unit: u32) -> bool {
        unit >= self.first && unit < self.end()
    }

    /// The unit after its last.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.first.saturating_add(self.units)
    }
}

impl Tally {
    fn count(&mut self, cohort: &[(Address, Amount)], hashes: &UnitHashes) {
        let weight =
            |address: &Address| cohort.iter().find(|(node, _)| node == address).map_or(0, |(_, weight)| weight.nano());
        let votes = self.votes.iter().filter(|(_, named)| named == hashes);
        let agreed = votes.fold(0u128, |sum, (node, _)| sum.saturating_add(weight(node)));
        let all = cohort.iter().fold(0u128, |sum, (_, weight)| sum.saturating_add(weight.nano()));
        if agreed.saturating_mul(3) > all.saturating_mul(2) {
            self.agreed = Some(*hashes);
            self.votes.clear();
        }
    }
}

impl Round {
    /// What a node contributed.
    #[must_use]
    pub fn contribution(&self, node: Address) -> Option<&Contribution> {
        self.contributions.iter().find(|contribution| contribution.node == node)
    }

    /// The hashes of a unit that were agreed on.
    #[must_use]
    pub fn agreed(&self, unit: u32) -> Option<UnitHashes> {
        self.units.get(unit as usize).and_then(|tally| tally.agreed)
    }

    /// How many contributed to a unit.
    #[must_use]
    pub fn holders(&self, unit: u32) -> u64 {
        self.contributions.iter().filter(|contribution| contribution.stage.has(unit)).count() as u64
    }
}

impl Record for Round {
    type Id = u64;

    fn key(id: u64) -> Key {
        Key::Round(id)
    }
}

impl Record for Rounds {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Rounds
    }
}
