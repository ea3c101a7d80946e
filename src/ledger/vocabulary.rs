//! How the vocabulary changed: tokens appended by proposals, and taken back by others.
//!
//! The ledger knows no tokenizer; it keeps what every node does to its own, and after which round. Invariant: steps are
//! only ever added, each for rounds that nobody has begun.

use super::activation::deprecate;
use super::neps::{Governance, Nep, Status, found};
use super::network::Context;
use super::plans::first_free;
use super::reject::{NepFault, Reject};
use super::rounds::Rounds;
use super::stakes::slash_owner;
use super::state::{Draft, Key, Record, State, read};
use crate::governance::id::NepId;
use crate::governance::vocabulary::{NewToken, NewTokens};
use borsh::{BorshDeserialize, BorshSerialize};

/// A change of the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum VocabularyStep {
    /// None.
    #[default]
    None,
    /// The model grows at the end of a round, and the rounds after it are tokenized with these merges too.
    Append {
        /// By which proposal.
        nep: NepId,
        /// The round.
        after: u64,
        /// In their order; each node passes over what is no merge for its tokenizer, which is the same for all.
        merges: Vec<NewToken>,
    },
    /// Rounds after one are tokenized without the merges of a proposal; their rows stay.
    Disable {
        /// The proposal whose merges they are.
        nep: NepId,
        /// The round.
        after: u64,
    },
}

/// All steps, in their order.
#[must_use]
pub fn steps(state: &dyn State) -> Vec<VocabularyStep> {
    let count = read::<Governance>(state, ()).vocabulary_steps;
    (0..count).map(|place| read(state, place)).collect()
}

impl VocabularyStep {
    /// The round that it follows.
    #[must_use]
    pub fn after(&self) -> u64 {
        match self {
            Self::None => u64::MAX,
            Self::Append { after, .. } | Self::Disable { after, .. } => *after,
        }
    }
}

fn add(draft: &mut Draft<'_>, step: &VocabularyStep) {
    let place = draft.update((), |governance: &mut Governance| {
        let place = governance.vocabulary_steps;
        governance.vocabulary_steps = place.saturating_add(1);
        place
    });
    draft.put(place, step);
}

/// Every node appends tokens.
pub(super) fn append(draft: &mut Draft<'_>, nep: NepId, tokens: NewTokens) {
    let after = first_free(draft.get::<Rounds>(()).open);
    add(draft, &VocabularyStep::Append { nep, after, merges: tokens.merges });
}

/// That a proposal may take back the tokens of another.
pub(super) fn may_roll_back(draft: &Draft<'_>, id: NepId, target: NepId) -> Result<(), Reject> {
    let nep = found(draft, target)?;
    if nep.tokens == 0 {
        return Err(NepFault::Attachment("only a proposal of new tokens can be taken back").into());
    }
    if nep.status != Status::Active {
        return Err(NepFault::Status { id: target, status: nep.status, want: Status::Active }.into());
    }
    let Governance { waiting, voting, scheduled, .. } = draft.get(());
    let same = |other: &&NepId| **other != id && draft.get::<Nep>(**other).rollback == Some(target);
    match waiting.iter().chain(&voting).chain(&scheduled).find(same) {
        Some(other) => Err(NepFault::Live(*other).into()),
        None => Ok(()),
    }
}

/// Every node stops making the tokens of a proposal, and its author pays for it.
pub(super) fn roll_back(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId, target: NepId) -> Result<(), Reject> {
    let nep = found(draft, target)?;
    if nep.status != Status::Active {
        return Ok(());
    }
    let after = first_free(draft.get::<Rounds>(()).open);
    add(draft, &VocabularyStep::Disable { nep: target, after });
    if let Some(author) = nep.author {
        slash_owner(draft, author, cx.parameters.vocabulary_slash)?;
    }
    deprecate(draft, target, format!("{id} took its tokens back"));
    Ok(())
}

impl Record for VocabularyStep {
    type Id = u64;

    fn key(id: u64) -> Key {
        Key::VocabularyStep(id)
    }
}
