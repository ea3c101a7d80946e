//! Stake: locking it behind a node, taking it away again, and losing it.
//!
//! Invariants: what stands behind a node ([`Node`]'s `backing` and `cooling`) is the sum of its backers' locks and of what
//! they let cool down; stake moves out of reach of a slash only by [`withdraw`], after its cooldown.

use super::accounts::{burn, credit, debit};
use super::electorate;
use super::events::Event;
use super::network::Context;
use super::nodes::{Node, Standing};
use super::reject::Reject;
use super::state::{Draft, Key, Record};
use super::timers::{self, Timer};
use crate::economics;
use crate::types::{Address, Amount};
use borsh::{BorshDeserialize, BorshSerialize};

/// Locks of one account, and what it lets cool down, each at most this many.
const STAKES_MAX: usize = 64;
/// Accounts behind one node at most, so that a slash is a bounded piece of work.
const BACKERS_MAX: usize = 256;
const DAY_SECONDS: u64 = 86_400;

/// NEURO that is locked.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Lock {
    /// How much.
    pub amount: Amount,
    /// Second since 1970 from which it can be unstaked.
    pub until: u64,
    /// Behind which node.
    pub behind: Address,
}

/// NEURO that cools down.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cooling {
    /// How much.
    pub amount: Amount,
    /// Second since 1970 from which it can be withdrawn.
    pub until: u64,
    /// Behind which node it stood.
    pub behind: Address,
}

/// What an account has staked.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stakes {
    /// In the order of staking.
    pub locks: Vec<Lock>,
    /// In the order of unstaking.
    pub cooling: Vec<Cooling>,
    /// What of it the electorate's total has.
    pub(super) counted: Amount,
    /// What it was worth in votings that began before it last changed, by their snapshots' numbers.
    pub(super) saved: Vec<(u64, Amount)>,
}

/// Accounts with stake behind a node, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Backers(pub Vec<Address>);

/// Locks NEURO of the sender behind a node.
pub fn stake(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    amount: Amount,
    days: u64,
    behind: Address,
) -> Result<(), Reject> {
    economics::stake::check(cx.parameters, amount, days)?;
    let mut node: Node = draft.get(behind);
    if node.standing == Standing::Barred {
        return Err(Reject::Barred(behind));
    }
    debit(draft, from, amount)?;
    let mut stakes: Stakes = draft.get(from);
    if stakes.locks.len() >= STAKES_MAX {
        return Err(Reject::TooManyStakes(from, stakes.locks.len()));
    }
    let until = cx.seconds().saturating_add(days.saturating_mul(DAY_SECONDS));
    stakes.locks.push(Lock { amount, until, behind });
    node.backing = node.backing.checked_add(amount).ok_or(Reject::Overflow)?;
    if node.backing > cx.parameters.stake_max {
        return Err(economics::stake::StakeError::Large(node.backing, cx.parameters.stake_max).into());
    }
    let mut backers: Backers = draft.get(behind);
    if let Err(place) = backers.0.binary_search(&from) {
        if backers.0.len() >= BACKERS_MAX {
            return Err(Reject::Limit { what: "backers of a node", most: BACKERS_MAX as u64 });
        }
        backers.0.insert(place, from);
        draft.put(behind, &backers);
    }
    timers::set(draft, until, Timer::Lapse(from));
    electorate::keep(draft, from, stakes);
    draft.put(behind, &node);
    Ok(())
}

/// Lets unlocked stake of the sender cool down, what was locked first first.
pub fn unstake(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    amount: Amount,
    behind: Address,
) -> Result<(), Reject> {
    if amount.is_zero() {
        return Err(Reject::Zero);
    }
    let mut stakes: Stakes = draft.get(from);
    if stakes.cooling.len() >= STAKES_MAX {
        return Err(Reject::TooManyStakes(from, stakes.cooling.len()));
    }
    let now = cx.seconds();
    let mut left = amount;
    for lock in stakes.locks.iter_mut().filter(|lock| lock.behind == behind && lock.until <= now) {
        let taken = lock.amount.min(left);
        lock.amount = lock.amount.saturating_sub(taken);
        left = left.saturating_sub(taken);
    }
    if !left.is_zero() {
        return Err(Reject::Locked { have: amount.saturating_sub(left), need: amount });
    }
    stakes.locks.retain(|lock| !lock.amount.is_zero());
    let until = now.saturating_add(cx.parameters.cooldown_seconds);
    stakes.cooling.push(Cooling { amount, until, behind });
    let mut node: Node = draft.get(behind);
    node.backing = node.backing.checked_sub(amount).ok_or(Reject::Overflow)?;
    node.cooling = node.cooling.checked_add(amount).ok_or(Reject::Overflow)?;
    electorate::keep(draft, from, stakes);
    draft.put(behind, &node);
    Ok(())
}

/// Takes what has cooled down back to the sender's balance.
pub fn withdraw(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address) -> Result<(), Reject> {
    let mut stakes: Stakes = draft.get(from);
    let now = cx.seconds();
    let (ready, cooling): (Vec<Cooling>, Vec<Cooling>) = stakes.cooling.into_iter().partition(|part| part.until <= now);
    if ready.is_empty() {
        return Err(Reject::NothingToWithdraw);
    }
    stakes.cooling = cooling;
    electorate::keep(draft, from, stakes.clone());
    for Cooling { amount, behind, .. } in ready {
        let mut node: Node = draft.get(behind);
        node.cooling = node.cooling.checked_sub(amount).ok_or(Reject::Overflow)?;
        draft.put(behind, &node);
        forget_backer(draft, &stakes, from, behind);
        credit(draft, from, amount)?;
    }
    Ok(())
}

/// Takes up to `amount` of what stands behind a node and gives it to nobody: first its bond, then its backers' parts in
/// proportion, each rounded down, and what rounding left from the first that have it. Returns what was taken, which the
/// caller burns or gives on.
pub fn slash(draft: &mut Draft<'_>, at: Address, amount: Amount) -> Result<Amount, Reject> {
    let mut node: Node = draft.get(at);
    let wanted = amount.min(node.slashable());
    let from_bond = node.bond.min(wanted);
    node.bond = node.bond.saturating_sub(from_bond);
    let all = node.backing.checked_add(node.cooling).ok_or(Reject::Overflow)?;
    draft.put(at, &node);
    let mut left = wanted.saturating_sub(from_bond);
    let part = left;
    for exact in [false, true] {
        for backer in draft.get::<Backers>(at).0 {
            let mut stakes: Stakes = draft.get(backer);
            let taken = stakes.take(at, |own| if exact { left } else { share(part, own, all).min(left) });
            left = left.saturating_sub(taken.0).saturating_sub(taken.1);
            node.backing = node.backing.checked_sub(taken.0).ok_or(Reject::Overflow)?;
            node.cooling = node.cooling.checked_sub(taken.1).ok_or(Reject::Overflow)?;
            electorate::keep(draft, backer, stakes.clone());
            draft.put(at, &node);
            forget_backer(draft, &stakes, backer, at);
        }
    }
    let taken = wanted.saturating_sub(left);
    draft.tell(Event::Slashed { node: at, amount: taken });
    Ok(taken)
}

/// Takes up to `amount` of what an account has staked, wherever it stands, and burns it; returns what was taken.
pub fn slash_owner(draft: &mut Draft<'_>, owner: Address, amount: Amount) -> Result<Amount, Reject> {
    let mut stakes: Stakes = draft.get(owner);
    let parts = stakes.locks.iter().map(|lock| lock.behind).chain(stakes.cooling.iter().map(|part| part.behind));
    let nodes: std::collections::BTreeSet<Address> = parts.collect();
    let mut left = amount;
    for at in nodes {
        let (locked, cooling) = stakes.take(at, |_| left);
        left = left.saturating_sub(locked).saturating_sub(cooling);
        let mut node: Node = draft.get(at);
        node.backing = node.backing.checked_sub(locked).ok_or(Reject::Overflow)?;
        node.cooling = node.cooling.checked_sub(cooling).ok_or(Reject::Overflow)?;
        draft.put(at, &node);
        forget_backer(draft, &stakes, owner, at);
    }
    electorate::keep(draft, owner, stakes);
    let taken = amount.saturating_sub(left);
    burn(draft, taken)?;
    Ok(taken)
}

/// [`slash`], and burns all of it.
pub fn slash_and_burn(draft: &mut Draft<'_>, at: Address, amount: Amount) -> Result<(), Reject> {
    let taken = slash(draft, at, amount)?;
    burn(draft, taken)
}

/// `part · own / all`, rounded down.
fn share(part: Amount, own: Amount, all: Amount) -> Amount {
    // Stakes are below 2^94 nano by far, so a shift keeps what matters of larger ones.
    let product = part.nano().checked_mul(own.nano());
    let exact = product.and_then(|product| product.checked_div(all.nano()));
    let rough = || part.nano().checked_div(all.nano().checked_div(own.nano().max(1)).unwrap_or(1).max(1)).unwrap_or(0);
    Amount::from_nano(exact.unwrap_or_else(rough))
}

/// Takes an account off a node's backers once nothing of it stands there.
fn forget_backer(draft: &mut Draft<'_>, stakes: &Stakes, backer: Address, behind: Address) {
    let none = !stakes.locks.iter().any(|lock| lock.behind == behind)
        && !stakes.cooling.iter().any(|part| part.behind == behind);
    if none {
        draft.update(behind, |backers: &mut Backers| backers.0.retain(|other| *other != backer));
    }
}

/// All of them together, or the most that can be counted.
pub(super) fn total(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
}

impl Stakes {
    /// Takes from what stands behind a node: as much as `wanted` says of all that does. Returns what was locked and what
    /// was cooling down.
    fn take(&mut self, behind: Address, wanted: impl Fn(Amount) -> Amount) -> (Amount, Amount) {
        let cooling = self.cooling.iter_mut().filter(|part| part.behind == behind).map(|part| &mut part.amount);
        let locked = self.locks.iter_mut().filter(|lock| lock.behind == behind).map(|lock| &mut lock.amount);
        let (mut cooling, mut locked): (Vec<&mut Amount>, Vec<&mut Amount>) = (cooling.collect(), locked.collect());
        let parts = cooling.iter().chain(&locked);
        let own = parts.fold(Amount::ZERO, |sum, amount| sum.checked_add(**amount).unwrap_or(Amount::MAX));
        let mut left = wanted(own).min(own);
        let mut take = |from: &mut Vec<&mut Amount>| {
            let before = left;
            for amount in from {
                let taken = left.min(**amount);
                **amount = amount.saturating_sub(taken);
                left = left.saturating_sub(taken);
            }
            before.saturating_sub(left)
        };
        let (cooling, locked) = (take(&mut cooling), take(&mut locked));
        self.locks.retain(|lock| !lock.amount.is_zero());
        self.cooling.retain(|part| !part.amount.is_zero());
        (locked, cooling)
    }

    /// All that is locked.
    #[must_use]
    pub fn locked(&self) -> Amount {
        total(self.locks.iter().map(|lock| lock.amount))
    }

    /// All that cools down.
    #[must_use]
    pub fn unbonding(&self) -> Amount {
        total(self.cooling.iter().map(|part| part.amount))
    }
}

impl Record for Stakes {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Stakes(id)
    }

    fn holds(&self) -> Option<Amount> {
        let amounts = self.locks.iter().map(|lock| lock.amount).chain(self.cooling.iter().map(|part| part.amount));
        amounts.into_iter().try_fold(Amount::ZERO, Amount::checked_add)
    }
}

impl Record for Backers {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Backers(id)
    }
}
