//! Messages of the next height, kept until it begins.
//!
//! Invariant: strangers get nothing in; a validator has one message of each kind and round, and blocks come from whose
//! turn it would be, so there are at most `3 × validators × ROUNDS` messages and two blocks.

use crate::consensus::{Message, Refusal, proposer};
use crate::types::{ChainId, Height, KeyError, PublicKey, SignedVote, ValidatorSet, VoteKind};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// So many rounds of the next height are kept: it rarely has more before we get there.
const ROUNDS: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Proposal,
    Part,
    Prevote,
    Precommit,
}

/// The messages.
#[derive(Debug, Default)]
pub(super) struct Later(BTreeMap<(u32, Slot, PublicKey), Message>);

impl Later {
    /// Keeps a message of the next height, if it can be of use.
    ///
    /// The next height's validators are not known yet, so those of the current one stand in: who joins with the next
    /// height is heard when it repeats itself.
    pub(super) fn keep(&mut self, message: Message, chain: ChainId, validators: &ValidatorSet) -> Result<(), Refusal> {
        let height = message.height();
        let (of, round, slot, key) = match &message {
            Message::Vote(SignedVote { vote, validator, .. }) => match vote.kind {
                VoteKind::Prevote => (vote.chain, vote.round, Slot::Prevote, *validator),
                VoteKind::Precommit => (vote.chain, vote.round, Slot::Precommit, *validator),
            },
            Message::Proposal(signed) => {
                (signed.proposal.chain, signed.proposal.round, Slot::Proposal, signed.validator)
            }
            Message::Part(signed) => (signed.part.chain, signed.part.round, Slot::Part, signed.validator),
            Message::Polka(_) | Message::Round(_) => return Err(Refusal::Ahead(height)),
        };
        let known = match slot {
            Slot::Proposal | Slot::Part => {
                proposer(chain, validators, height, round).is_some_and(|validator| validator.key == key)
            }
            Slot::Prevote | Slot::Precommit => validators.power(&key) > 0,
        };
        if of != chain {
            return Err(Refusal::Chain);
        }
        if !known || round >= ROUNDS {
            return Err(Refusal::Ahead(height));
        }
        if let Entry::Vacant(place) = self.0.entry((round, slot, key)) {
            verify(&message).map_err(|_| Refusal::Signature(key))?;
            place.insert(message);
        }
        Ok(())
    }

    /// All that was kept of this height, the earliest rounds and the proposals first.
    pub(super) fn take(&mut self, height: Height) -> impl Iterator<Item = Message> + use<> {
        std::mem::take(&mut self.0).into_values().filter(move |message| message.height() == height)
    }
}

fn verify(message: &Message) -> Result<(), KeyError> {
    match message {
        Message::Vote(signed) => signed.verify(),
        Message::Proposal(signed) => signed.verify(),
        Message::Part(signed) => signed.verify(),
        Message::Polka(_) | Message::Round(_) => Ok(()),
    }
}
