//! Merges that are no longer made: how a vocabulary that grew is rolled back.
//!
//! Invariants: a disabled merge keeps its id and its bytes, so that ids written before still decode and later merges
//! get the ids that follow; encoding is as if it had never been appended; what is made of a disabled token is disabled
//! too, because it could never come about. Nothing is ever enabled again, and the bytes stay taken.

use std::ops::Range;

use super::{BYTES_ONLY_VOCAB, SPECIALS, Tokenizer, TokenizerError};

const FIRST: u32 = BYTES_ONLY_VOCAB as u32;

impl Tokenizer {
    /// Disables the merges that make `ids`, and all that are made of them. Those that are disabled already stay so; an
    /// id that no merge makes is an error and changes nothing.
    pub fn disable(&mut self, ids: Range<u32>) -> Result<(), TokenizerError> {
        if ids.is_empty() {
            return Ok(());
        }
        let vocab = self.vocab();
        for id in [ids.start, ids.end - 1] {
            if id < FIRST || id as usize >= vocab {
                return Err(TokenizerError::NotMerged { id, vocab });
            }
        }
        self.disable_those(|id| ids.contains(&id));
        Ok(())
    }

    /// Disables the merges whose ids are so, and all that are made of them; in one go, because it looks at every token.
    pub(super) fn disable_those(&mut self, is_so: impl Fn(u32) -> bool) {
        for (index, id) in (0..self.merges.len()).zip(FIRST..) {
            let (left, right) = self.merges[index];
            if is_so(id) || self.is_disabled(left) || self.is_disabled(right) {
                self.disabled[index] = true;
                self.merged.remove(&(left, right));
            }
        }
        // A merge that is gone no longer comes before others: tokens that were out of reach may be within it.
        for id in FIRST..self.vocab() as u32 {
            self.reached[(id - SPECIALS) as usize] = self.is_reached(id);
        }
    }

    /// Whether the merge that makes `id` is disabled: encoding never gives it, decoding still knows it.
    #[must_use]
    pub fn is_disabled(&self, id: u32) -> bool {
        let index = id.checked_sub(FIRST).map(|index| index as usize);
        index.and_then(|index| self.disabled.get(index)).copied().unwrap_or_default()
    }

    /// Whether `older` becomes this tokenizer by appending merges and disabling some, in whatever order.
    #[must_use]
    pub fn follows(&self, older: &Self) -> bool {
        self.merges.starts_with(&older.merges) && older.disabled().all(|id| self.is_disabled(id))
    }

    /// The merges that are not disabled, in order.
    pub(super) fn enabled(&self) -> impl Iterator<Item = (u32, u32)> {
        self.merges.iter().zip(&self.disabled).filter_map(|(&merge, &disabled)| (!disabled).then_some(merge))
    }

    /// The ids of all disabled merges, rising.
    pub fn disabled(&self) -> impl Iterator<Item = u32> {
        self.disabled.iter().zip(FIRST..).filter_map(|(&disabled, id)| disabled.then_some(id))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tokenizer::{MergeFault, encode::tests::tokenizer};

    #[test]
    fn a_disabled_token_decodes_and_is_never_made() {
        // ab, abc, cd, abcd of ab and cd.
        let mut grown = tokenizer(&[(0, 1), (4, 2), (2, 3), (4, 6)]);
        assert_eq!(grown.encode(b"abcd"), [267, 13 + u32::from(b'a')]);
        grown.disable(267..268).unwrap();
        assert_eq!(grown.disabled().collect::<Vec<_>>(), [267]);
        assert_eq!((grown.vocab(), grown.decode(&[267]).unwrap()), (270, b"abc".to_vec()));
        assert_eq!(grown.encode(b"abcd"), [269], "what stood behind it is within reach now");
        grown.disable(266..267).unwrap();
        assert_eq!(grown.disabled().collect::<Vec<_>>(), [266, 267, 269], "abcd is made of ab");
        assert_eq!(grown.encode(b"abcd"), [107, 108, 268]);
    }

    #[test]
    fn ids_go_on_and_bytes_stay_taken() {
        let mut rolled = tokenizer(&[(0, 1), (1, 2)]);
        rolled.disable(266..267).unwrap();
        let fault = |pair| match rolled.clone().append(&[pair]) {
            Err(TokenizerError::Merge { fault, .. }) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault((107, 108)), MergeFault::Exists(266));
        assert_eq!(fault((266, 109)), MergeFault::Disabled(266));
        rolled.append(&[(107, 267)]).unwrap();
        assert_eq!(rolled.encode(b"abc"), [268]);
    }

    #[test]
    fn a_tokenizer_follows_what_it_was() {
        let first = tokenizer(&[(0, 1)]);
        let grown = tokenizer(&[(0, 1), (1, 2)]);
        let [mut rolled, mut other] = [grown.clone(), first.clone()];
        rolled.disable(267..268).unwrap();
        other.disable(266..267).unwrap();
        for (newer, older) in
            [(&first, &first), (&grown, &first), (&rolled, &grown), (&rolled, &first), (&other, &first)]
        {
            assert!(newer.follows(older));
        }
        for (newer, older) in [(&first, &grown), (&grown, &rolled), (&grown, &other), (&grown, &tokenizer(&[(2, 3)]))] {
            assert!(!newer.follows(older));
        }
    }

    #[test]
    fn only_merges_can_be_disabled() {
        let mut tokenizer = tokenizer(&[(0, 1)]);
        let before = tokenizer.clone();
        for (ids, id) in [(265..267, 265), (266..268, 267), (0..1, 0), (0..u32::MAX, 0)] {
            assert!(
                matches!(tokenizer.disable(ids), Err(TokenizerError::NotMerged { id: wrong, vocab: 267 }) if wrong == id)
            );
        }
        tokenizer.disable(300..300).unwrap();
        assert_eq!(tokenizer, before);
        tokenizer.disable(266..267).unwrap();
        let once = tokenizer.clone();
        tokenizer.disable(266..267).unwrap();
        assert_eq!(tokenizer, once);
    }

    proptest! {
        #[test]
        fn prop_a_rolled_back_batch_was_never_there(
            old in prop::collection::vec((0..12u32, 0..12u32), 0..12),
            batch in prop::collection::vec((0..24u32, 0..24u32), 0..12),
            text in "[abcd ]{0,80}",
        ) {
            let before = tokenizer(&old);
            let mut after = tokenizer(&[old, batch].concat());
            let grown = after.encode(text.as_bytes());
            after.disable(before.vocab() as u32..after.vocab() as u32).unwrap();
            prop_assert_eq!(after.encode(text.as_bytes()), before.encode(text.as_bytes()));
            prop_assert_eq!(after.decode(&grown).unwrap(), text.as_bytes(), "old ids keep their text");
        }
    }
}
