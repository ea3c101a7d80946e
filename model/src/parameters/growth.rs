//! How the rows of a model's embedding and head follow a vocabulary that grows.
//!
//! Invariants: a new id's row is the mean of the rows of its two parts, so that every machine makes the same one and
//! the token begins near what it is made of; rows of older ids stay as they are to the bit; there are never fewer rows
//! than before. Rows that a model has beyond its tokenizer's ids were never looked up: new ids take them first.

use super::{Kind, Spec, Unit};
use crate::tokenizer::VOCAB_MAX;

/// Merges that are appended to a vocabulary, and what they make of a model with so many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VocabGrowth<'a> {
    rows: usize,
    known: usize,
    merges: &'a [(u32, u32)],
}

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

impl<'a> VocabGrowth<'a> {
    /// The growth of a model with `rows` rows, whose tokenizer has `known` ids, by `merges`.
    pub fn new(rows: usize, known: usize, merges: &'a [(u32, u32)]) -> Result<Self, GrowthError> {
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
        Ok(Self { rows, known, merges })
    }

    /// Rows of the model afterwards.
    #[must_use]
    pub fn vocab(&self) -> usize {
        self.rows.max(self.known + self.merges.len())
    }

    /// Weights of a parameter that has a row for each id: new rows are the means of their parts'.
    pub fn means(&self, values: &mut Vec<f32>) {
        let width = self.resize(values);
        for (id, &(left, right)) in (self.known..).zip(self.merges) {
            let (before, rest) = values.split_at_mut(id * width);
            let row = |part: u32| &before[part as usize * width..][..width];
            for ((new, left), right) in rest.iter_mut().zip(row(left)).zip(row(right)) {
                *new = (left + right) * 0.5;
            }
        }
    }

    /// What else there is for each weight, such as an optimizer's moments: 0 for new rows.
    pub fn zeros(&self, values: &mut Vec<f32>) {
        let width = self.resize(values);
        values[self.known * width..][..self.merges.len() * width].fill(0.0);
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
    fn a_new_row_is_the_mean_of_its_parts() {
        // Three rows, of which the tokenizer knows two: the first merge takes the third, the second is made of it.
        let growth = VocabGrowth::new(3, 2, &[(0, 1), (2, 1)]).unwrap();
        let (mut weights, mut moments) = (vec![1.0, -2.0, 3.0, 4.0, 9.0, 9.0], vec![5.0; 6]);
        growth.means(&mut weights);
        growth.zeros(&mut moments);
        assert_eq!(growth.vocab(), 4);
        assert_eq!(weights, [1.0, -2.0, 3.0, 4.0, 2.0, 1.0, 2.5, 2.5]);
        assert_eq!(moments, [5.0, 5.0, 5.0, 5.0, 0.0, 0.0, 0.0, 0.0]);
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
        #[test]
        fn prop_only_new_rows_change(
            rows in prop::collection::vec(prop::array::uniform3(-2.0f32..2.0), 1..20),
            known in any::<prop::sample::Index>(),
            parts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..12),
        ) {
            let known = known.index(rows.len()) + 1;
            let part = |index: &prop::sample::Index, before| index.index(before) as u32;
            let merges: Vec<(u32, u32)> =
                (known..).zip(&parts).map(|(id, (left, right))| (part(left, id), part(right, id))).collect();
            let growth = VocabGrowth::new(rows.len(), known, &merges).unwrap();
            let mut grown = rows.concat();
            growth.means(&mut grown);
            let mut zeroed = rows.concat();
            growth.zeros(&mut zeroed);
            let count = (known + merges.len()).max(rows.len());
            prop_assert_eq!((grown.len(), zeroed.len(), growth.vocab()), (count * 3, count * 3, count));
            for id in (0..count).filter(|id| !(known..known + merges.len()).contains(id)) {
                prop_assert_eq!(&grown[id * 3..][..3], &rows[id]);
                prop_assert_eq!(&zeroed[id * 3..][..3], &rows[id]);
            }
            for (id, &(left, right)) in (known..).zip(&merges) {
                for at in 0..3 {
                    let of = |part: u32| grown[part as usize * 3 + at];
                    prop_assert_eq!((grown[id * 3 + at], zeroed[id * 3 + at]), ((of(left) + of(right)) * 0.5, 0.0));
                }
            }
        }
    }
}
