//! Whether weights that came from others are those of the chain.
//!
//! Invariant: nothing of them is believed: shape and tokenizer follow from genesis and the chain's vocabulary steps, the
//! weights from the hashes that the round was committed with.

use crate::ledger::rounds::{Round, Rounds};
use crate::ledger::state::read;
use crate::ledger::vocabulary::{self, VocabularyStep};
use crate::node::vocabulary::tokenizer_after;
use crate::store::LedgerStore;
use crate::types::{Hash, merkle};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError, config_to_json};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::Device;
use neuroshard_model::tokenizer::{Codec, Tokenizer};
use neuroshard_model::training::unit_hashes;
use std::path::Path;

/// What the chain settled about the weights that a round ended with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    pub(super) round: u64,
    /// Hash of each unit's weights.
    pub(super) units: Vec<Hash>,
    /// How the vocabulary changes.
    pub(super) steps: Vec<VocabularyStep>,
}

/// Why weights are not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckError {
    /// They are not what they were said to be.
    #[error("{0}")]
    Wrong(String),
    /// They could not be looked at.
    #[error(transparent)]
    Here(CheckpointError),
}

/// The last committed round.
pub(super) fn committed(store: &LedgerStore) -> Option<u64> {
    read::<Rounds>(&store.view().ok()?, ()).open.checked_sub(1)
}

impl Settled {
    /// What the chain holds of a round, as long as it remembers it.
    pub(super) fn of(store: &LedgerStore, round: u64) -> Option<Self> {
        let view = store.view().ok()?;
        let record: Round = read(&view, round);
        record.committed?;
        let units = (0u32..).take(record.units.len()).map(|unit| Some(record.agreed(unit)?.weights));
        Some(Self { round, units: units.collect::<Option<_>>()?, steps: vocabulary::steps(&view) })
    }

    /// Stands for all weights of the round, as a trainer says it.
    pub(super) fn model_hash(&self) -> Hash {
        merkle::root(&self.units)
    }

    /// Whether a folder has the round's weights, in the network's shape and with its tokenizer.
    pub(super) fn check(&self, folder: &Path, shape: &ModelConfig, first: Option<Hash>) -> Result<(), CheckError> {
        let wrong = |what: &str| Err(CheckError::Wrong(what.to_owned()));
        let checkpoint = Checkpoint::open(folder).map_err(refusal)?.checkpoint;
        let found = checkpoint.config();
        let same = ModelConfig { vocab: found.vocab, ..shape.clone() };
        if found.vocab < shape.vocab || config_to_json(found) != config_to_json(&same) {
            return wrong("its shape is not the network's");
        }
        let Codec::Own(tokenizer) = checkpoint.codec().map_err(refusal)? else {
            return wrong("its tokenizer is none of this network's");
        };
        if !self.is_tokenizer(&tokenizer, first) {
            return wrong("its tokenizer is not the network's");
        }
        let stage = checkpoint.model(&Device::cpu()).map_err(refusal)?;
        let units: Vec<Hash> = unit_hashes(&stage).into_iter().map(Hash).collect();
        if units != self.units {
            return wrong("its weights do not have the hashes that the chain agreed on");
        }
        Ok(())
    }

    /// Whether this is what the steps make of the tokenizer that genesis names.
    fn is_tokenizer(&self, found: &Tokenizer, first: Option<Hash>) -> bool {
        let first = first.unwrap_or_else(|| Hash(Tokenizer::bytes_only().hash()));
        let appended = self.steps.iter().map(|step| match step {
            VocabularyStep::Append { merges, after, .. } if *after <= self.round => merges.len(),
            _ => 0,
        });
        // Odd merges are passed over, so there may be fewer than the steps have.
        let (all, most) = (found.merges(), appended.sum::<usize>());
        (0..=most.min(all.len())).rev().any(|added| {
            let mut before = Tokenizer::bytes_only();
            let own = all.get(..all.len() - added).unwrap_or_default();
            before.append(own).is_ok()
                && Hash(before.hash()) == first
                && tokenizer_after(&before, &self.steps, self.round) == *found
        })
    }
}

/// A disk that can't be read is nobody's fault but ours.
fn refusal(error: CheckpointError) -> CheckError {
    match error {
        CheckpointError::Read { .. } | CheckpointError::Write { .. } => CheckError::Here(error),
        other => CheckError::Wrong(other.to_string()),
    }
}
