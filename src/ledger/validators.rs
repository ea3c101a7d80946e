//! Who votes on blocks: candidates, their power over time, suspension, and the price of signing twice.
//!
//! Invariants: the set for a block is settled by the block before it; a genesis validator's power falls to its own stake;
//! newcomers' power grows by at most a tenth of the set a day; there is always at least one validator.

use super::events::Event;
use super::network::Context;
use super::nodes::{Node, registered};
use super::reject::Reject;
use super::stakes::slash_and_burn;
use super::state::{Draft, Key, Record};
use crate::economics::stake::{cap_powers, genesis_power, validator_entry};
use crate::types::{
    Address, Amount, Certificate, Factor, Height, POWER_MAX, PublicKey, SignedVote, Validator, ValidatorSet,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// Candidates at most.
const CANDIDATES_MAX: usize = 1024;
/// Blocks that presence looks back.
const WINDOW: u64 = 120;
/// Nano-NEURO of one unit of power.
const POWER_NANO: u128 = 1_000_000;
const DAY_SECONDS: u64 = 86_400;

/// A candidate for the validator set.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seat {
    /// What it signs with; absent for those who are no candidates.
    pub key: Option<PublicKey>,
    /// Whether it is one of genesis.
    pub genesis: bool,
    /// Stake that the seat is kept at.
    pub entry: Amount,
    /// Blocks of the last 120 that it missed, as bits, the last one lowest.
    pub missed: u128,
    /// Whether it missed too many.
    pub suspended: bool,
    /// Whether it signed two blocks at one height.
    pub barred: bool,
}

/// Who may vote.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validators {
    /// Nodes of all candidates, in their order.
    pub candidates: Vec<Address>,
    /// Those of the block before.
    pub last: ValidatorSet,
    /// Those of this block.
    pub set: ValidatorSet,
    /// The day since 1970 that newcomers' growth is counted in.
    pub day: u64,
    /// Newcomers' power when it began, and all power then.
    pub at_day: (u64, u64),
}

/// The sender's node wants to vote.
pub fn enter(draft: &mut Draft<'_>, from: Address, key: PublicKey) -> Result<(), Reject> {
    let node = registered(draft, from)?;
    let mut seat: Seat = draft.get(from);
    if seat.barred {
        return Err(Reject::Barred(from));
    }
    let mut validators: Validators = draft.get(());
    if seat.key.is_some() {
        if !seat.suspended {
            return Err(Reject::Registered(from));
        }
        (seat.suspended, seat.missed) = (false, 0);
        draft.put(from, &seat);
        return Ok(());
    }
    let count = validators.candidates.len();
    if count >= CANDIDATES_MAX {
        return Err(Reject::Limit { what: "candidates", most: CANDIDATES_MAX as u64 });
    }
    // Up to two candidates are those of genesis; a stranger needs stake all the same.
    let need = validator_entry((count as u64).saturating_add(1)).max(Amount::from_nano(1));
    if node.backing < need {
        return Err(Reject::Insufficient { have: node.backing, need });
    }
    seat.key = Some(key);
    seat.entry = need;
    if let Err(place) = validators.candidates.binary_search(&from) {
        validators.candidates.insert(place, from);
    }
    draft.put(from, &seat);
    draft.put((), &validators);
    Ok(())
}

/// The sender's node no longer votes.
pub fn leave(draft: &mut Draft<'_>, from: Address) -> Result<(), Reject> {
    let seat: Seat = draft.get(from);
    if seat.key.is_none() {
        return Err(Reject::NoValidator(from));
    }
    give_up(draft, from, &Seat { barred: seat.barred, ..Seat::default() });
    Ok(())
}

fn give_up(draft: &mut Draft<'_>, from: Address, left: &Seat) {
    draft.put(from, left);
    draft.update((), |validators: &mut Validators| validators.candidates.retain(|other| *other != from));
}

/// Notes who signed the block before this one.
pub fn attend(draft: &mut Draft<'_>, cx: &Context<'_>, certificate: &Certificate) {
    let validators: Validators = draft.get(());
    if cx.height <= Height(1) {
        return;
    }
    for validator in validators.last.validators() {
        let at = Address::of(&validator.key);
        let mut seat: Seat = draft.get(at);
        let signed = certificate.signatures.iter().any(|(key, _)| *key == validator.key);
        let window = (1u128 << WINDOW).saturating_sub(1);
        seat.missed = (seat.missed << 1 | u128::from(!signed)) & window;
        if seat.key.is_none() {
            continue;
        }
        if u64::from(seat.missed.count_ones()) >= cx.parameters.missed_max && !seat.suspended {
            seat.suspended = true;
            draft.tell(Event::Suspended { node: at });
        }
        draft.put(at, &seat);
    }
}

/// Punishes a validator for two votes that exclude each other. Evidence that is none, or comes again, does nothing.
pub fn punish(draft: &mut Draft<'_>, cx: &Context<'_>, (a, b): &(SignedVote, SignedVote)) -> Result<(), Reject> {
    let (first, second) = (a.vote, b.vote);
    let same = a.validator == b.validator
        && (first.chain, first.height, first.round, first.kind)
            == (second.chain, second.height, second.round, second.kind);
    if !same || first.block == second.block || first.chain != cx.network.chain {
        return Ok(());
    }
    let at = Address::of(&a.validator);
    let seat: Seat = draft.get(at);
    if seat.barred || a.verify().is_err() || b.verify().is_err() {
        return Ok(());
    }
    give_up(draft, at, &Seat { barred: true, ..Seat::default() });
    let node: Node = draft.get(at);
    let lost = node.slashable().checked_scale(cx.parameters.equivocation).unwrap_or(Amount::ZERO);
    slash_and_burn(draft, at, lost)
}

/// Settles who votes on the next block.
pub fn settle(draft: &mut Draft<'_>, cx: &Context<'_>) {
    let mut validators: Validators = draft.get(());
    let powers = powers(draft, cx, &mut validators);
    let set = ValidatorSet::new(powers);
    validators.last = std::mem::take(&mut validators.set);
    validators.set = if set.validators().is_empty() { validators.last.clone() } else { set };
    draft.put((), &validators);
}

/// Settles who votes on the first block, all of genesis.
pub fn found(draft: &Draft<'_>, cx: &Context<'_>, validators: &mut Validators) {
    validators.set = ValidatorSet::new(powers(draft, cx, validators));
    validators.at_day = (0, validators.set.total());
}

struct Candidate {
    key: PublicKey,
    power: u64,
    genesis: bool,
}

fn powers(draft: &Draft<'_>, cx: &Context<'_>, validators: &mut Validators) -> Vec<Validator> {
    let since = cx.time_ms.saturating_sub(cx.network.start_ms) / 1000;
    let mut candidates = Vec::new();
    for at in &validators.candidates {
        let seat: Seat = draft.get(*at);
        let backing = draft.get::<Node>(*at).backing;
        let Some(key) = seat.key.filter(|_| !seat.suspended) else { continue };
        let own = if seat.genesis { genesis_power(cx.parameters, backing, since) } else { backing };
        let power = u64::try_from(own.nano() / POWER_NANO).unwrap_or(u64::MAX).min(POWER_MAX);
        if backing >= seat.entry && power > 0 {
            candidates.push(Candidate { key, power, genesis: seat.genesis });
        }
    }
    slow_down(cx, validators, &mut candidates);
    candidates.sort_by_key(|candidate| (std::cmp::Reverse(candidate.power), candidate.key));
    candidates.truncate(usize::try_from(cx.parameters.validators_max).unwrap_or(usize::MAX));
    let capped = cap_powers(&candidates.iter().map(|candidate| candidate.power).collect::<Vec<_>>());
    let pairs = candidates.into_iter().zip(capped);
    pairs.map(|(candidate, power)| Validator { key: candidate.key, power }).collect()
}

/// Lowers newcomers' powers in proportion where together they grew by more than a day allows.
fn slow_down(cx: &Context<'_>, validators: &mut Validators, candidates: &mut [Candidate]) {
    let sum = |candidates: &[Candidate], newcomers: bool| {
        let those = candidates.iter().filter(|candidate| !newcomers || !candidate.genesis);
        those.fold(0u64, |sum, candidate| sum.saturating_add(candidate.power))
    };
    let today = cx.seconds() / DAY_SECONDS;
    if validators.day != today {
        validators.day = today;
        // What they have now is what counted until now, not what they asked for.
        let genesis: Vec<PublicKey> =
            candidates.iter().filter(|candidate| candidate.genesis).map(|candidate| candidate.key).collect();
        let old = validators.set.validators().iter().filter(|validator| !genesis.contains(&validator.key));
        let before = old.fold(0u64, |sum, validator| sum.saturating_add(validator.power));
        validators.at_day = (before, validators.set.total());
    }
    let (before, all) = validators.at_day;
    // A network without founders could never begin otherwise.
    if all == 0 || candidates.iter().all(|candidate| !candidate.genesis) {
        return;
    }
    let growth = Amount::from_nano(all.into()).checked_scale(cx.parameters.outsider_growth).unwrap_or(Amount::ZERO);
    let most = before.saturating_add(u64::try_from(growth.nano()).unwrap_or(u64::MAX));
    let now = sum(candidates, true);
    if now <= most {
        return;
    }
    let share = Factor::ratio(most.into(), now.into());
    for candidate in candidates.iter_mut().filter(|candidate| !candidate.genesis) {
        let lowered = Amount::from_nano(candidate.power.into()).checked_scale(share).unwrap_or(Amount::ZERO);
        candidate.power = u64::try_from(lowered.nano()).unwrap_or(candidate.power);
    }
    // A power of 0 is none; ValidatorSet leaves it out.
}

impl Record for Seat {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Seat(id)
    }
}

impl Record for Validators {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Validators
    }
}
