//! Who could vote at a moment, and with how much: stake whose lock has not ended, account by account.
//!
//! A voting counts from the moment at which it began. Nothing is copied then: the first change of an account's stake after
//! it saves what the account had, and one without changes still has it. Invariants: what all accounts could vote with at
//! that moment adds up to the total that the voting began with, which is why none begins while a lock that ended is still
//! in the total; stake that moves to another account later doesn't vote again.

use super::network::Tip;
use super::stakes::{Stakes, total};
use super::state::{Draft, Key, Record, State, read};
use crate::types::{Address, Amount};
use borsh::{BorshDeserialize, BorshSerialize};

/// Moments that votes are counted from, beyond which no petition is taken.
pub(super) const SNAPSHOTS_MAX: usize = 128;

/// Everybody together.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Electorate {
    /// All stake whose lock has not ended.
    pub total: Amount,
    /// Accounts that have some.
    pub accounts: u64,
    /// The next snapshot's number.
    next: u64,
    /// Moments that votes are counted from.
    open: Vec<Snapshot>,
}

/// A moment that votes are counted from: the end of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Snapshot {
    number: u64,
    /// The block's time in seconds since 1970.
    at: u64,
}

/// Whether there is room for another snapshot: each costs every change of stake something.
#[must_use]
pub fn has_room(draft: &Draft<'_>) -> bool {
    draft.get::<Electorate>(()).open.len() < SNAPSHOTS_MAX
}

/// Begins to count from now; returns the snapshot's number and all that can vote.
pub fn open(draft: &mut Draft<'_>) -> (u64, Amount) {
    let at = draft.get::<Tip>(()).time_ms / 1000;
    draft.update((), |electorate: &mut Electorate| {
        let number = electorate.next;
        electorate.next = number.saturating_add(1);
        electorate.open.push(Snapshot { number, at });
        (number, electorate.total)
    })
}

/// Nobody counts from a snapshot any more.
pub fn close(draft: &mut Draft<'_>, number: u64) {
    draft.update((), |electorate: &mut Electorate| electorate.open.retain(|snapshot| snapshot.number != number));
}

/// What an account votes with, as a snapshot that is open has it.
#[must_use]
pub fn weight(state: &dyn State, owner: Address, number: u64) -> Amount {
    let electorate: Electorate = read(state, ());
    let Some(snapshot) = electorate.open.iter().find(|snapshot| snapshot.number == number) else { return Amount::ZERO };
    read::<Stakes>(state, owner).weight(snapshot)
}

/// Puts an account's stakes in place of what they were, and keeps what votes are counted from.
pub(super) fn keep(draft: &mut Draft<'_>, owner: Address, mut stakes: Stakes) {
    let before: Stakes = draft.get(owner);
    let now = draft.get::<Tip>(()).time_ms / 1000;
    let mut electorate: Electorate = draft.get(());
    stakes.saved = electorate.open.iter().map(|snapshot| (snapshot.number, before.weight(snapshot))).collect();
    stakes.counted = stakes.unexpired(now);
    let total = electorate.total.saturating_sub(before.counted).checked_add(stakes.counted);
    electorate.total = total.unwrap_or(Amount::MAX);
    let counts = |stakes: &Stakes| u64::from(!stakes.counted.is_zero());
    electorate.accounts = electorate.accounts.saturating_sub(counts(&before)).saturating_add(counts(&stakes));
    draft.put((), &electorate);
    draft.put(owner, &stakes);
}

/// A lock of an account ended.
pub(super) fn lapse(draft: &mut Draft<'_>, owner: Address) {
    let stakes = draft.get(owner);
    keep(draft, owner, stakes);
}

impl Stakes {
    /// Stake that a snapshot counts.
    fn weight(&self, snapshot: &Snapshot) -> Amount {
        let saved = self.saved.iter().find(|(number, _)| *number == snapshot.number);
        saved.map_or_else(|| self.unexpired(snapshot.at), |(_, weight)| *weight)
    }

    /// Stake whose lock ends after a moment, in seconds since 1970.
    #[must_use]
    pub fn unexpired(&self, at: u64) -> Amount {
        total(self.locks.iter().filter(|lock| lock.until > at).map(|lock| lock.amount))
    }
}

impl Record for Electorate {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Electorate
    }
}
