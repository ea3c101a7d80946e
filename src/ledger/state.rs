//! What is kept under the state root: records by key, and drafts of changes to them.
//!
//! Invariants: a record that is as if it had never been written is not kept, so that a state has one form; a draft changes
//! nothing until it is taken over whole; a value that can't be read marks the draft as damaged, and a damaged draft is
//! never taken over.

use super::events::Event;
use crate::governance::id::NepId;
use crate::types::{Address, Amount, Hash, Height, encode};
use borsh::{BorshDeserialize, BorshSerialize};
use std::cell::Cell;
use std::collections::BTreeMap;

/// Where a record is kept. The encoding is the key in the authenticated map and in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Key {
    /// What genesis settled for good.
    Network = 0,
    /// The last block.
    Tip = 1,
    /// Values that governance may change.
    Parameters = 2,
    /// What was minted and burned.
    Supply = 3,
    /// Balance and nonce of an account.
    Account(Address) = 4,
    /// What an account has staked.
    Stakes(Address) = 5,
    /// A node's record.
    Node(Address) = 6,
    /// Who staked behind a node.
    Backers(Address) = 7,
    /// How many nodes there are.
    Census = 8,
    /// Who may vote on blocks, now and before.
    Validators = 9,
    /// A candidate for that.
    Seat(Address) = 10,
    /// Which outer rounds there are.
    Rounds = 11,
    /// An outer round.
    Round(u64) = 12,
    /// A work receipt that waits.
    Receipt(Hash) = 13,
    /// A challenge to one.
    Challenge(Hash) = 14,
    /// What has to happen at a height.
    Agenda(Height) = 15,
    /// Nodes in the order of registration.
    Nth(u64) = 16,
    /// The hash of a block of the last day.
    Past(Height) = 17,
    /// What may be claimed for the data of a node's training receipt.
    DataBudget(Hash, Address) = 18,
    /// How many timers there are.
    Timers = 19,
    /// A timer's place.
    Timer(u64) = 20,
    /// What could vote if a voting began.
    Electorate = 21,
    /// Which proposals there are.
    Governance = 22,
    /// A proposal, as it stands.
    Nep(NepId) = 23,
    /// What a proposal says.
    NepText(NepId) = 24,
    /// What an account proposed.
    Proposer(Address) = 25,
    /// Until when something that was rejected can't come back.
    Rejected(Hash) = 26,
    /// How an account voted on a proposal.
    Ballot(NepId, Address) = 27,
    /// Voters on a proposal in their order.
    Voter(NepId, u64) = 28,
    /// Who wants new tokens to be taken back.
    Supporter(NepId, Address) = 29,
    /// How rounds are trained, from which on.
    Plans = 30,
    /// A change of the vocabulary.
    VocabularyStep(u64) = 31,
}

impl Key {
    /// Its encoding.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        encode(self)
    }
}

/// Something that is kept. Its default is what is not kept.
pub trait Record: BorshSerialize + BorshDeserialize + Default + PartialEq {
    /// What it is found by.
    type Id: Copy;

    /// Where it is kept.
    fn key(id: Self::Id) -> Key;

    /// NEURO in it, which count as supply; `None` if they are more than can be counted.
    fn holds(&self) -> Option<Amount> {
        Some(Amount::ZERO)
    }
}

/// Whoever has the values of keys.
pub trait State {
    /// The value of a key, if it has one.
    fn read(&self, key: &[u8]) -> Option<Vec<u8>>;
}

/// New values of keys; `None` takes a key away.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A state value that is no record: the store is damaged, or the program is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record of the ledger can't be read: its store is damaged")]
pub struct Damaged;

/// Changes to a state that are not made yet.
pub struct Draft<'a> {
    below: &'a dyn State,
    changes: Changes,
    events: Vec<Event>,
    damaged: Cell<bool>,
}

impl<'a> Draft<'a> {
    /// Without changes.
    #[must_use]
    pub fn over(below: &'a dyn State) -> Self {
        Self { below, changes: Changes::new(), events: Vec::new(), damaged: Cell::new(false) }
    }

    /// A record as the draft has it.
    #[must_use]
    pub fn get<R: Record>(&self, id: R::Id) -> R {
        let Some(bytes) = self.read(&R::key(id).bytes()) else { return R::default() };
        borsh::from_slice(&bytes).unwrap_or_else(|_| {
            self.damaged.set(true);
            R::default()
        })
    }

    /// Changes a record.
    pub fn put<R: Record>(&mut self, id: R::Id, record: &R) {
        let value = if *record == R::default() { None } else { borsh::to_vec(record).ok() };
        self.changes.insert(R::key(id).bytes(), value);
    }

    /// Changes a record by what `change` does to it.
    pub fn update<R: Record, T>(&mut self, id: R::Id, change: impl FnOnce(&mut R) -> T) -> T {
        let mut record = self.get(id);
        let result = change(&mut record);
        self.put(id, &record);
        result
    }

    /// Notes that something happened.
    pub fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The changes and what happened, if nothing was damaged on the way.
    pub fn finish(self) -> Result<(Changes, Vec<Event>), Damaged> {
        if self.damaged.get() { Err(Damaged) } else { Ok((self.changes, self.events)) }
    }

    /// Takes over what a draft that lay over this one came to.
    pub fn absorb(&mut self, (changes, events): (Changes, Vec<Event>)) {
        self.changes.extend(changes);
        self.events.extend(events);
    }

    /// What the state below has at a key.
    #[must_use]
    pub fn before(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.below.read(key)
    }

    /// What was changed so far.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }
}

impl State for Draft<'_> {
    fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.changes.get(key).map_or_else(|| self.below.read(key), Clone::clone)
    }
}

impl State for BTreeMap<Vec<u8>, Vec<u8>> {
    fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.get(key).cloned()
    }
}

/// Reads a record from a state.
#[must_use]
pub fn read<R: Record>(state: &dyn State, id: R::Id) -> R {
    Draft::over(state).get(id)
}

#[cfg(test)]
mod tests {
    use super::super::accounts::Account;
    use super::*;

    #[test]
    fn a_record_as_if_never_written_is_not_kept() {
        let state = BTreeMap::new();
        let mut draft = Draft::over(&state);
        let someone = Address::from_bytes([1; 20]);
        draft.update(someone, |account: &mut Account| account.nonce = 3);
        assert_eq!(draft.get::<Account>(someone).nonce, 3);
        draft.put(someone, &Account::default());
        assert_eq!(draft.finish(), Ok((Changes::from([(Key::Account(someone).bytes(), None)]), Vec::new())));
    }

    #[test]
    fn a_draft_with_an_unreadable_record_is_not_taken_over() {
        let someone = Address::from_bytes([1; 20]);
        let state = BTreeMap::from([(Key::Account(someone).bytes(), vec![1, 2, 3])]);
        let draft = Draft::over(&state);
        assert_eq!(draft.get::<Account>(someone), Account::default());
        assert_eq!(draft.finish(), Err(Damaged));
    }
}
