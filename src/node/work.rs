//! What a node trained and has not been paid for yet, on disk beside the model.
//!
//! Invariant: a round's record is on disk before the chain hears of the round, so that after a crash the node can still
//! claim what the chain holds.

use crate::keystore::file::replace;
use crate::ledger::segments::SegmentRecord;
use crate::types::Hash;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Rounds that are remembered.
const ROUNDS_MAX: usize = 512;

/// A round that was trained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainedRound {
    /// Its number; round 0 is the initial model.
    pub(super) round: u64,
    /// Optimizer steps of the run after it.
    pub(super) step: u64,
    /// Tokens of the round.
    pub(super) tokens: u64,
    /// Hash of each unit's weights after it.
    pub(super) units: Vec<Hash>,
    /// Its segments.
    pub(super) segments: Vec<SegmentRecord>,
    /// Loss of its first step in millionths.
    pub(super) loss_first: i64,
    /// Loss of its last step in millionths.
    pub(super) loss_last: i64,
    /// Norm of its last gradient in millionths.
    pub(super) gradient_norm: i64,
}

impl TrainedRound {
    /// Round 0 without its weights: nothing is trained in it.
    pub(super) fn initial() -> Self {
        let (units, segments) = (Vec::new(), Vec::new());
        Self { round: 0, step: 0, tokens: 0, units, segments, loss_first: 0, loss_last: 0, gradient_norm: 0 }
    }
}

/// Rounds in their order, without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkLog {
    rounds: Vec<TrainedRound>,
}

impl WorkLog {
    /// What a file holds; nothing if there is none.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Puts it into a file, for good.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        replace(path, &serde_json::to_vec(self)?)
    }

    /// Adds a round, in place of it and of those after it, if they were there.
    pub(super) fn add(&mut self, round: TrainedRound) {
        self.rounds.retain(|other| other.round < round.round);
        self.rounds.push(round);
        let old = self.rounds.len().saturating_sub(ROUNDS_MAX);
        self.rounds.drain(..old);
    }

    /// The round that a number names.
    #[must_use]
    pub(super) fn round(&self, number: u64) -> Option<&TrainedRound> {
        self.rounds.iter().find(|round| round.round == number)
    }

    /// Forgets rounds whose weights were not saved: those after `step`. Returns the last that is left.
    pub(super) fn rewind(&mut self, step: u64) -> Option<&TrainedRound> {
        self.rounds.retain(|round| round.step <= step);
        self.rounds.last().filter(|round| round.step == step)
    }

    /// All of them.
    #[must_use]
    pub(super) fn rounds(&self) -> &[TrainedRound] {
        &self.rounds
    }
}

#[cfg(test)]
pub(super) fn sample(round: u64, units: u64) -> TrainedRound {
    use crate::ledger::tests::hash;
    let record = |at: u64| SegmentRecord {
        round,
        first_step: at * 10,
        steps: 10,
        start: hash(1),
        end: hash(2),
        inputs: hash(3),
        clipping: hash(4),
        loss: 1,
    };
    TrainedRound {
        round,
        step: round * 10,
        tokens: 40_960,
        units: (0..units).map(|unit| hash(round * 100 + unit)).collect(),
        segments: vec![record(0)],
        loss_first: 2,
        loss_last: 1,
        gradient_norm: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_unsaved_rounds_are_forgotten() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("work.json");
        assert_eq!(WorkLog::read(&path).unwrap(), WorkLog::default());
        let mut log = WorkLog::default();
        (0..5).for_each(|round| log.add(sample(round, 2)));
        log.write(&path).unwrap();
        let mut read = WorkLog::read(&path).unwrap();
        assert_eq!(read, log);
        assert_eq!(read.rewind(30).unwrap().round, 3);
        assert!(read.round(4).is_none());
        assert!(read.rewind(25).is_none(), "no round ended there");
        std::fs::write(&path, "{").unwrap();
        assert!(WorkLog::read(&path).is_err());
    }
}
