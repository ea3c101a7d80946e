//! Which tokens make up which batch.
//!
//! Invariants: a training window is a pure function of seed, step and its number, so that nobody can choose it and
//! anybody can rebuild any step's batch; the validation windows cover the held-out tokens so that each of them but the
//! first is a target exactly once.

use super::{DataError, Dataset, Tokens};
use crate::{random::Stream, tokenizer::PAD};

/// Longest row, in tokens. A validation row may be longer than the tokens there are, so they do not limit it.
const SEQ_MAX: usize = 1 << 20;
/// Most room made for a batch before its tokens are there.
const ROOM_MAX: usize = 1 << 24;

/// Rows of inputs and, for each input, the token that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Row after row, `seq` tokens each.
    pub inputs: Vec<u32>,
    /// The token after each input; [`PAD`] where there is none, which does not count.
    pub targets: Vec<u32>,
    /// Number of rows.
    pub rows: usize,
    /// Tokens in a row.
    pub seq: usize,
}

impl Batch {
    /// How many targets count: all that are not [`PAD`].
    #[must_use]
    pub fn counted(&self) -> usize {
        self.targets.iter().filter(|&&target| target != PAD).count()
    }

    fn with_room(rows: usize, seq: usize) -> Self {
        let tokens = rows.saturating_mul(seq).min(ROOM_MAX);
        Self { inputs: Vec::with_capacity(tokens), targets: Vec::with_capacity(tokens), rows, seq }
    }

    /// Appends the row that begins at `start`, filled up with [`PAD`] where the tokens end.
    fn push(&mut self, tokens: &Tokens, start: u64, row: &mut [u32]) -> Result<(), DataError> {
        let there = tokens.len().saturating_sub(start).min(row.len() as u64) as usize;
        tokens.read(start, &mut row[..there])?;
        row[there..].fill(PAD);
        self.inputs.extend(&row[..self.seq]);
        self.targets.extend(&row[1..]);
        Ok(())
    }
}

/// Where training window `j` of `step` begins, below `windows`: one of the places that [`Tokens::windows`] counts.
///
/// # Panics
/// When `windows` is 0.
#[must_use]
pub fn window(seed: u64, step: u64, j: u64, windows: u64) -> u64 {
    Stream::new("training window", seed, &[step, j]).below(windows)
}

/// `count` of the numbers below `total`, evenly spaced and in order; all of them where there are no more than that.
#[must_use]
pub fn evenly(total: u64, count: u64) -> Vec<u64> {
    let count = count.min(total);
    let middle = |index| (2 * u128::from(index) + 1) * u128::from(total) / (2 * u128::from(count));
    (0..count).map(|index| middle(index) as u64).collect()
}

impl Dataset {
    /// The training batch with windows `first`, `first + 1` … of `step`.
    ///
    /// A step of several batches takes them one after the other: `first` is then the rows that came before in the step.
    pub fn batch(&self, seed: u64, step: u64, first: u64, rows: usize, seq: usize) -> Result<Batch, DataError> {
        let windows = self.train.windows(seq)?;
        let mut batch = Batch::with_room(rows, seq);
        let mut row = vec![0; seq + 1];
        for j in 0..rows as u64 {
            let start = window(seed, step, first.wrapping_add(j), windows);
            batch.push(&self.train, start, &mut row)?;
        }
        Ok(batch)
    }

    /// Asks the system to read the first `rows` windows of `step` soon: the next step's, while this one computes.
    pub fn prefetch(&self, seed: u64, step: u64, rows: usize, seq: usize) {
        let Ok(windows) = self.train.windows(seq) else { return };
        for j in 0..rows as u64 {
            self.train.prefetch(window(seed, step, j, windows), seq.saturating_add(1));
        }
    }

    /// How many validation windows of `seq` targets there are, at least one. They follow each other without a gap, and
    /// the last may be shorter.
    pub fn validation_windows(&self, seq: usize) -> Result<u64, DataError> {
        if !(1..=SEQ_MAX).contains(&seq) {
            let wanted = "from 1 to 1048576";
            return Err(DataError::Option { name: "the sequence length", value: seq.to_string(), wanted });
        }
        match self.validation.len().saturating_sub(1) {
            0 => Err(DataError::NoValidation { have: self.validation.len() }),
            targets => Ok(targets.div_ceil(seq as u64)),
        }
    }

    /// The validation windows with these numbers, below [`Self::validation_windows`], one a row.
    ///
    /// Over all windows, each held-out token but the first is a target that counts exactly once.
    pub fn validation_batch(&self, windows: &[u64], seq: usize) -> Result<Batch, DataError> {
        self.validation_windows(seq)?;
        let mut batch = Batch::with_room(windows.len(), seq);
        let mut row = vec![0; seq + 1];
        for &window in windows {
            let start = window.saturating_mul(seq as u64);
            if start >= self.validation.len() - 1 {
                let (part, len) = (self.validation.part(), self.validation.len());
                return Err(DataError::PastEnd { part, start, end: start.saturating_add(row.len() as u64), len });
            }
            batch.push(&self.validation, start, &mut row)?;
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{data::Part, tokenizer::Tokenizer};

    fn dataset(train: u32, validation: u32) -> Dataset {
        let tokens = |part, count: u32| {
            let ids: Vec<u8> = (10..10 + count).flat_map(|id| (id as u16).to_le_bytes()).collect();
            Tokens::memory(part, 1 << 16, ids)
        };
        let [train, validation] = [tokens(Part::Train, train), tokens(Part::Validation, validation)];
        Dataset::from_parts(Tokenizer::bytes_only(), train, validation)
    }

    #[test]
    fn windows_are_fixed_for_ever() {
        let first: Vec<u64> = (0..4).map(|j| window(7, 3, j, 1_000_000)).collect();
        assert_eq!(first, KNOWN, "a changed window changes every run that is resumed");
    }
    const KNOWN: [u64; 4] = [720_941, 427_552, 355_613, 403_596];

    #[test]
    fn targets_are_the_next_tokens() {
        let data = dataset(5_000, 0);
        let batch = data.batch(1, 2, 0, 8, 16).unwrap();
        assert_eq!((batch.rows, batch.seq, batch.inputs.len(), batch.counted()), (8, 16, 128, 128));
        for (input, target) in batch.inputs.iter().zip(&batch.targets) {
            assert_eq!(input + 1, *target);
        }
        assert_eq!(data.batch(1, 2, 0, 8, 16).unwrap(), batch);
        assert_ne!(data.batch(2, 2, 0, 8, 16).unwrap(), batch);
        assert_ne!(data.batch(1, 3, 0, 8, 16).unwrap(), batch);
    }

    #[test]
    fn a_step_may_be_cut_into_batches() {
        let data = dataset(5_000, 0);
        let whole = data.batch(1, 2, 0, 6, 16).unwrap();
        let parts: Vec<u32> =
            [0, 3].into_iter().flat_map(|first| data.batch(1, 2, first, 3, 16).unwrap().inputs).collect();
        assert_eq!(parts, whole.inputs);
    }

    #[test]
    fn every_place_is_drawn() {
        let data = dataset(20, 0);
        let mut seen = [false; 4];
        for step in 0..100 {
            let first = data.batch(0, step, 0, 1, 16).unwrap().inputs[0];
            seen[first as usize - 10] = true;
        }
        assert_eq!(seen, [true; 4]);
    }

    #[test]
    fn too_little_data_is_refused() {
        assert!(matches!(dataset(16, 0).batch(0, 0, 0, 1, 16), Err(DataError::TooShort { need: 17, .. })));
        for validation in [0, 1] {
            let error = dataset(50, validation).validation_windows(8).unwrap_err().to_string();
            assert!(error.starts_with("nothing is held out for validation"), "{error}");
        }
        let data = dataset(50, 50);
        assert!(matches!(data.validation_windows(0), Err(DataError::Option { .. })));
        assert!(matches!(data.validation_windows(usize::MAX), Err(DataError::Option { .. })));
        assert!(matches!(data.validation_batch(&[7], 7), Err(DataError::PastEnd { .. })));
        assert!(matches!(data.validation_batch(&[u64::MAX], 7), Err(DataError::PastEnd { .. })));
    }

    #[test]
    fn samples_are_spread_evenly() {
        assert_eq!(evenly(10, 5), [1, 3, 5, 7, 9]);
        assert_eq!(evenly(3, 5), [0, 1, 2]);
        assert_eq!(evenly(0, 5), [0; 0]);
        assert_eq!(evenly(5, 0), [0; 0]);
    }

    proptest! {
        #[test]
        fn prop_windows_lie_within(seed: u64, step: u64, j: u64, windows in 1u64..) {
            prop_assert!(window(seed, step, j, windows) < windows);
            prop_assert_eq!(window(seed, step, j, 1), 0);
        }

        #[test]
        fn prop_samples_are_distinct_and_below(total in 1u64.., count in 0u64..100) {
            let sample = evenly(total, count);
            prop_assert_eq!(sample.len() as u64, count.min(total));
            prop_assert!(sample.iter().all(|&window| window < total));
            prop_assert!(sample.windows(2).all(|two| two[0] < two[1]));
        }

        #[test]
        fn prop_each_held_out_token_counts_once(tokens in 2u32..300, seq in 1usize..80, rows in 1usize..5) {
            let data = dataset(1, tokens);
            let all: Vec<u64> = (0..data.validation_windows(seq).unwrap()).collect();
            let mut targets = Vec::new();
            for windows in all.chunks(rows) {
                let batch = data.validation_batch(windows, seq).unwrap();
                prop_assert_eq!((batch.rows, batch.targets.len()), (windows.len(), windows.len() * seq));
                for (&input, &target) in batch.inputs.iter().zip(&batch.targets) {
                    if target != PAD {
                        prop_assert_eq!(input + 1, target);
                        targets.push(target);
                    }
                }
            }
            let wanted: Vec<u32> = (11..10 + tokens).collect();
            prop_assert_eq!(targets, wanted);
        }
    }
}
