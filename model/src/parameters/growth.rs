//! How the rows of a model's embedding and head follow a vocabulary that grows.
//!
//! Invariants: a new id's row is normal around 0 and a function of (seed, tensor name, id) alone, so that every machine
//! makes the same one, however many came with it; rows of older ids stay as they are to the bit; there are never fewer
//! rows than before. Rows that a model has beyond its tokenizer's ids were never looked up: new ids take them first.

use super::{Kind, Spec, Unit, normals};
use crate::random::Stream;
use crate::tokenizer::VOCAB_MAX;

/// Merges that are appended to a vocabulary, and what they make of a model with so many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VocabGrowth {
    rows: usize,
    known: usize,
    added: usize,
}

/// Of new rows: less than that of initial ones, so that a token nothing was learnt of says little.
const ROW_DEVIATION: f64 = 0.01;

/// Why a model can't follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrowthError {
    /// The tokenizer has ids that the model has no rows for.
    #[error("the tokenizer has {known} ids already, and the model rows for {rows} only")]
    Rows {
        /// Ids of the tokenizer before it grew.
        known: usize,
        /// Rows of the model.
        rows: usize,
    },
    /// A merge of a token that isn't there yet.
    #[error("token {id} cannot be made of token {part}, which is not there before it")]
    Part {
        /// The new id.
        id: usize,
        /// The part.
        part: u32,
    },
    /// Beyond [`VOCAB_MAX`].
    #[error("a vocabulary of {asked} is too large: {max} is the most", max = VOCAB_MAX)]
    TooLarge {
        /// Ids asked for.
        asked: usize,
    },
}

impl VocabGrowth {
    /// The growth of a model with `rows` rows, whose tokenizer has `known` ids, by `merges`.
    pub fn new(rows: usize, known: usize, merges: &[(u32, u32)]) -> Result<Self, GrowthError> {
        if known > rows {
            return Err(GrowthError::Rows { known, rows });
        }
        let asked = known.saturating_add(merges.len());
        if asked.max(rows) > VOCAB_MAX {
            return Err(GrowthError::TooLarge { asked: asked.max(rows) });
        }
        for (id, &(left, right)) in (known..).zip(merges) {
            if let Some(part) = [left, right].into_iter().find(|&part| part as usize >= id) {
                return Err(GrowthError::Part { id, part });
            }
        }
        Ok(Self { rows, known, added: merges.len() })
    }

    /// Rows of the model afterwards.
    #[must_use]
    pub fn vocab(&self) -> usize {
        self.rows.max(self.known + self.added)
    }

    /// Weights of the parameter `name`, which has a row for each id: `seed` draws the new rows.
    pub fn draw(&self, name: &str, seed: u64, values: &mut Vec<f32>) {
        let width = self.resize(values);
        for id in self.known..self.known + self.added {
            let drawn = normals(Stream::new(name, seed, &[id as u64]), ROW_DEVIATION);
            for (new, drawn) in values[id * width..][..width].iter_mut().zip(drawn) {
                *new = drawn;
            }
        }
    }

    /// What else there is for each weight, such as an optimizer's moments: 0 for new rows.
    pub fn zeros(&self, values: &mut Vec<f32>) {
        let width = self.resize(values);
        values[self.known * width..][..self.added * width].fill(0.0);
    }

    /// Makes room; the width of a row.
    fn resize(&self, values: &mut Vec<f32>) -> usize {
        let width = values.len() / self.rows.max(1);
        values.resize(self.vocab() * width, 0.0);
        width
    }
}

impl Spec {
    /// Whether it has a row for each token id, and grows with the vocabulary.
    #[must_use]
    pub fn has_token_rows(&self) -> bool {
        matches!((self.unit, self.kind), (Unit::Embedding, Kind::Embedding) | (Unit::Head, Kind::Linear))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_row_is_drawn_by_seed_name_and_id() {
        // Three rows, of which the tokenizer knows two: the first merge takes the third.
        let growth = VocabGrowth::new(3, 2, &[(0, 1), (2, 1)]).unwrap();
        let drawn = |name, seed| {
            let mut weights = vec![1.0, -2.0, 3.0, 4.0, 9.0, 9.0];
            growth.draw(name, seed, &mut weights);
            weights
        };
        let weights = drawn("lm_head.weight", 7);
        assert_eq!(growth.vocab(), 4);
        assert_eq!(weights[..4], [1.0, -2.0, 3.0, 4.0]);
        assert_eq!(weights[4..], KNOWN, "changed rows make machines disagree on a model that has grown");
        for (name, seed) in [("lm_head.weight", 8), ("model.embed_tokens.weight", 7)] {
            assert!(drawn(name, seed)[4..].iter().all(|value| !weights.contains(value)), "{name}, {seed}");
        }
        let mut moments = vec![5.0; 6];
        growth.zeros(&mut moments);
        assert_eq!(moments, [5.0, 5.0, 5.0, 5.0, 0.0, 0.0, 0.0, 0.0]);
    }
    const KNOWN: [f32; 4] = [0.008_158_057, -0.017_935_855, 0.000_560_662_5, -0.014_520_996];

    #[test]
    fn new_rows_have_mean_zero_and_the_deviation_of_the_protocol() {
        let merges = [(0, 0); 100];
        let (mut weights, count) = (vec![9.0; 300], 100.0 * 300.0);
        VocabGrowth::new(1, 1, &merges).unwrap().draw("lm_head.weight", 7, &mut weights);
        let new = || weights[300..].iter().map(|value| f64::from(*value));
        let (mean, deviation) =
            (new().sum::<f64>() / count, (new().map(|value| value * value).sum::<f64>() / count).sqrt());
        assert!(mean.abs() < 2e-4 && (deviation - 0.01).abs() < 2e-4, "mean {mean}, deviation {deviation}");
    }

    #[test]
    fn what_cannot_be_followed_is_refused() {
        let refusal =
            |rows, known, merges: &[(u32, u32)]| VocabGrowth::new(rows, known, merges).unwrap_err().to_string();
        assert_eq!(refusal(266, 267, &[]), "the tokenizer has 267 ids already, and the model rows for 266 only");
        let error = "token 267 cannot be made of token 267, which is not there before it";
        assert_eq!(refusal(300, 266, &[(10, 266 - 1), (267, 10)]), error);
        let error = "a vocabulary of 1048577 is too large: 1048576 is the most";
        assert_eq!(refusal(VOCAB_MAX, VOCAB_MAX, &[(10, 11)]), error);
        assert_eq!(
            refusal(usize::MAX, usize::MAX, &[(0, 0)]),
            format!("a vocabulary of {} is too large: 1048576 is the most", usize::MAX)
        );
        assert_eq!(VocabGrowth::new(300, 290, &[]).unwrap().vocab(), 300);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn prop_only_new_rows_change(
            rows in prop::collection::vec(prop::array::uniform3(-2.0f32..2.0), 1..20),
            known in any::<prop::sample::Index>(),
            parts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..12),
            cut in any::<prop::sample::Index>(),
            seed in any::<u64>(),
        ) {
            let known = known.index(rows.len()) + 1;
            let part = |index: &prop::sample::Index, before| index.index(before) as u32;
            let merges: Vec<(u32, u32)> =
                (known..).zip(&parts).map(|(id, (left, right))| (part(left, id), part(right, id))).collect();
            let growth = VocabGrowth::new(rows.len(), known, &merges).unwrap();
            let mut grown = rows.concat();
            growth.draw("name", seed, &mut grown);
            let mut zeroed = rows.concat();
            growth.zeros(&mut zeroed);
            let count = (known + merges.len()).max(rows.len());
            prop_assert_eq!((grown.len(), zeroed.len(), growth.vocab()), (count * 3, count * 3, count));
            for id in (0..count).filter(|id| !(known..known + merges.len()).contains(id)) {
                prop_assert_eq!(&grown[id * 3..][..3], &rows[id]);
                prop_assert_eq!(&zeroed[id * 3..][..3], &rows[id]);
            }
            for id in known..known + merges.len() {
                let mut stream = Stream::new("name", seed, &[id as u64]);
                let drawn = [(); 3].map(|()| (0.01 * stream.normal()) as f32);
                prop_assert_eq!((&grown[id * 3..][..3], &zeroed[id * 3..][..3]), (&drawn[..], &[0.0; 3][..]));
            }
            // In two goes, to the same rows.
            let (first, second) = merges.split_at(cut.index(merges.len() + 1));
            let mut twice = rows.concat();
            let first_growth = VocabGrowth::new(rows.len(), known, first).unwrap();
            first_growth.draw("name", seed, &mut twice);
            let second_growth = VocabGrowth::new(first_growth.vocab(), known + first.len(), second).unwrap();
            second_growth.draw("name", seed, &mut twice);
            prop_assert_eq!(twice, grown);
        }
    }
}
