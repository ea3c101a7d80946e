//! Text to ids: the merges applied to every piece, lowest rank first and leftmost first among equals.
//!
//! Invariant: a pure function of the bytes; only ids of bytes and merges come out, and their bytes are the input.

use std::{cmp::Reverse, collections::BinaryHeap, mem, ops::Range};

use super::{BYTES_ONLY_VOCAB, Map, SPECIALS, TOKEN_BYTES_MAX, Tokenizer, split};

/// Pieces remembered within one call, so that what a text repeats is merged once.
const REMEMBERED_MAX: usize = 1 << 16;
const REMEMBERED_BYTES_MAX: usize = 64;

/// End of a chain of symbols.
const NONE: u32 = u32::MAX;

impl Tokenizer {
    /// The ids of `bytes`. Never a special token: BOS and EOS are for the caller to add.
    #[must_use]
    pub fn encode(&self, bytes: &[u8]) -> Vec<u32> {
        let mut ids = Vec::with_capacity(bytes.len() / 3);
        let mut remembered: Map<&[u8], Range<usize>> = Map::default();
        let mut merger = Merger::default();
        for piece in split::pieces(bytes) {
            if let Some(id) = self.single(piece) {
                ids.push(id);
            } else if piece.len() > REMEMBERED_BYTES_MAX {
                merger.merge(self, piece, &mut ids);
            } else if let Some(range) = remembered.get(piece) {
                ids.extend_from_within(range.clone());
            } else {
                let start = ids.len();
                merger.merge(self, piece, &mut ids);
                if remembered.len() < REMEMBERED_MAX {
                    remembered.insert(piece, start..ids.len());
                }
            }
        }
        ids
    }

    /// The one id that a piece becomes, where merging is known to end in one.
    fn single(&self, piece: &[u8]) -> Option<u32> {
        if let [byte] = piece {
            return Some(byte_id(*byte));
        }
        if piece.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let id = *self.ids.get(piece)?;
        self.reached[id as usize - SPECIALS as usize].then_some(id)
    }

    fn merged(&self, left: u32, right: u32) -> Option<u32> {
        self.merged.get(&(left, right)).copied()
    }
}

/// The id of one byte.
pub(super) fn byte_id(byte: u8) -> u32 {
    SPECIALS + u32::from(byte)
}

#[derive(Clone, Copy)]
struct Symbol {
    id: u32,
    previous: u32,
    next: u32,
}

/// Merges pieces; keeps its memory from one piece to the next.
///
/// A chain of symbols and a queue of possible merges, so that a piece of n bytes takes n·log n steps: a megabyte
/// of one repeated letter is one piece.
#[derive(Default)]
pub(super) struct Merger {
    symbols: Vec<Symbol>,
    /// Merged id above position: the least is the lowest rank, and the leftmost among equals.
    queue: BinaryHeap<Reverse<u64>>,
}

impl Merger {
    /// Appends the ids of one piece to `ids`.
    pub(super) fn merge(&mut self, tokenizer: &Tokenizer, piece: &[u8], ids: &mut Vec<u32>) {
        self.begin(tokenizer, piece);
        while let Some(Reverse(entry)) = self.queue.pop() {
            let (id, at) = ((entry >> 32) as u32, entry as u32);
            // A symbol that was merged away, or has changed since, no longer makes this pair.
            let left = self.symbols[at as usize];
            let Some(&right) = self.symbols.get(left.next as usize) else { continue };
            if tokenizer.merges[id as usize - BYTES_ONLY_VOCAB] != (left.id, right.id) {
                continue;
            }
            self.symbols[left.next as usize].id = NONE;
            self.symbols[at as usize] = Symbol { id, previous: left.previous, next: right.next };
            if let Some(after) = self.symbols.get_mut(right.next as usize) {
                after.previous = at;
                let after_id = after.id;
                self.offer(tokenizer, at, id, after_id);
            }
            if let Some(&before) = self.symbols.get(left.previous as usize) {
                self.offer(tokenizer, left.previous, before.id, id);
            }
        }
        let mut at = 0;
        while let Some(symbol) = self.symbols.get(at as usize) {
            ids.push(symbol.id);
            at = symbol.next;
        }
    }

    fn begin(&mut self, tokenizer: &Tokenizer, piece: &[u8]) {
        let len = piece.len() as u32; // a piece is at most 2^30 bytes
        self.symbols.clear();
        self.symbols.extend(piece.iter().zip(0..len).map(|(&byte, at)| Symbol {
            id: byte_id(byte),
            previous: at.wrapping_sub(1),
            next: if at + 1 < len { at + 1 } else { NONE },
        }));
        let mut entries = mem::take(&mut self.queue).into_vec();
        entries.clear();
        entries.extend(
            self.symbols
                .windows(2)
                .zip(0..)
                .filter_map(|(pair, at)| tokenizer.merged(pair[0].id, pair[1].id).map(|id| Reverse(entry(id, at)))),
        );
        self.queue = entries.into();
    }

    fn offer(&mut self, tokenizer: &Tokenizer, at: u32, left: u32, right: u32) {
        if let Some(id) = tokenizer.merged(left, right) {
            self.queue.push(Reverse(entry(id, at)));
        }
    }
}

fn entry(id: u32, at: u32) -> u64 {
    u64::from(id) << 32 | u64::from(at)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, one merge after the other over the whole piece.
    fn slow(tokenizer: &Tokenizer, bytes: &[u8]) -> Vec<u32> {
        let mut all = Vec::new();
        for piece in split::pieces(bytes) {
            let mut ids: Vec<u32> = piece.iter().map(|&byte| byte_id(byte)).collect();
            let merges = tokenizer.merges().iter().zip(BYTES_ONLY_VOCAB as u32..);
            for (merge, id) in merges.filter(|&(_, id)| !tokenizer.is_disabled(id)) {
                let mut at = 0;
                while at + 1 < ids.len() {
                    if (ids[at], ids[at + 1]) == *merge {
                        ids.splice(at..at + 2, [id]);
                    }
                    at += 1;
                }
            }
            all.extend(ids);
        }
        all
    }

    /// Merges as they come, useful or not: those that may not be appended are left out.
    pub(in crate::tokenizer) fn tokenizer(pairs: &[(u32, u32)]) -> Tokenizer {
        let mut tokenizer = Tokenizer::bytes_only();
        append(&mut tokenizer, pairs);
        tokenizer
    }

    fn append(tokenizer: &mut Tokenizer, pairs: &[(u32, u32)]) {
        for &(left, right) in pairs {
            let id = |side: u32| if side < 4 { byte_id(b'a' + side as u8) } else { BYTES_ONLY_VOCAB as u32 + side - 4 };
            tokenizer.append(&[(id(left), id(right))]).ok();
        }
    }

    #[test]
    fn a_token_that_merging_never_reaches_stays_unused() {
        // ab, bc, a+bc: in "abc" the older merge ab comes first and leaves no bc.
        let tokenizer = tokenizer(&[(0, 1), (1, 2), (0, 5)]);
        assert_eq!(tokenizer.token_bytes(268), Some(&b"abc"[..]));
        assert_eq!(tokenizer.encode(b"abc"), [266, byte_id(b'c')]);
    }

    #[test]
    fn a_long_piece_is_quick() {
        let mut tokenizer = Tokenizer::bytes_only();
        tokenizer.append(&[(byte_id(b'a'), byte_id(b'a')), (266, 266), (267, 266)]).unwrap();
        let text = vec![b'a'; 3_000_001];
        let ids = tokenizer.encode(&text);
        assert_eq!(ids.len(), 750_001);
        assert_eq!(tokenizer.decode(&ids).unwrap(), text);
    }

    proptest! {
        #[test]
        fn prop_as_defined(pairs in prop::collection::vec((0..12u32, 0..12u32), 0..24), text in "[abcd ]{0,80}") {
            let tokenizer = tokenizer(&pairs);
            prop_assert_eq!(tokenizer.encode(text.as_bytes()), slow(&tokenizer, text.as_bytes()));
        }

        /// However merges are appended and disabled by turns.
        #[test]
        fn prop_as_defined_through_growth_and_rollbacks(
            batches in prop::collection::vec(
                (prop::collection::vec((0..12u32, 0..12u32), 0..8), any::<prop::sample::Index>(), 0..3u32), 0..4),
            text in "[abcd ]{0,80}",
        ) {
            let mut grown = Tokenizer::bytes_only();
            for (pairs, first, count) in batches {
                append(&mut grown, &pairs);
                if grown.vocab() > BYTES_ONLY_VOCAB {
                    let first = (BYTES_ONLY_VOCAB + first.index(grown.vocab() - BYTES_ONLY_VOCAB)) as u32;
                    grown.disable(first..(first + count).min(grown.vocab() as u32)).unwrap();
                }
            }
            let ids = grown.encode(text.as_bytes());
            prop_assert!(ids.iter().all(|&id| !grown.is_disabled(id)));
            prop_assert_eq!(&ids, &slow(&grown, text.as_bytes()));
            prop_assert_eq!(Tokenizer::parse(&grown.to_file_text()).unwrap(), grown);
        }

        #[test]
        fn prop_identity(pairs in prop::collection::vec((0..12u32, 0..12u32), 0..24), bytes in any::<Vec<u8>>()) {
            let tokenizer = tokenizer(&pairs);
            let ids = tokenizer.encode(&bytes);
            prop_assert!(ids.iter().all(|&id| id >= SPECIALS));
            prop_assert_eq!(tokenizer.decode(&ids).unwrap(), bytes);
        }
    }
}
