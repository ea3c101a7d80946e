//! The tokenizer: byte-level byte-pair encoding between text and token ids.
//!
//! Ids 0–9 are special, 10–265 are the 256 bytes, and 266 on are learned merges in the order they were learnt.
//!
//! Invariants: the vocabulary only ever grows, by appended merges, so every older id keeps its bytes; no two tokens
//! have the same bytes; a token's bytes lie within one piece of text; decoding what was encoded gives the same
//! bytes, whatever they are; a disabled merge keeps its id and bytes and is never made.

mod codec;
mod disable;
mod encode;
mod error;
mod file;
mod foreign;
mod huggingface;
mod learn;
mod screen;
mod split;
mod stream;
#[cfg(feature = "burn")]
mod vocabulary;

use std::{collections::HashMap, ops::Range};

pub use codec::Codec;
pub use error::{MergeFault, TokenizerError};
pub use file::FILE_NAME;
pub use foreign::HuggingFace;
pub use learn::Candidate;
pub use stream::TextStream;
#[cfg(feature = "burn")]
pub(crate) use vocabulary::Vocabulary;

/// Fills a batch; stands for nothing.
pub const PAD: u32 = 0;
/// Begins a document.
pub const BOS: u32 = 1;
/// Ends a document.
pub const EOS: u32 = 2;
/// Stands for an unknown token in formats that need one. Every byte has an id, so it is never produced.
pub const UNK: u32 = 3;
/// Ids below this are special tokens; the bytes begin here.
pub const SPECIALS: u32 = 10;
/// Ids of a tokenizer without merges.
pub const BYTES_ONLY_VOCAB: usize = SPECIALS as usize + 256;
/// Largest vocabulary there may be.
pub const VOCAB_MAX: usize = 1 << 20;
/// Longest token: appended merges could otherwise double a token's length with every line.
pub const TOKEN_BYTES_MAX: usize = 128;

/// Most tokens are no longer than this, and are copied by it.
const COPY_BYTES: usize = 16;

/// A map with a quick hash. Its seed is another in every process, so that nobody can prepare a file or a text whose
/// keys collide, and nothing may depend on its order.
type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Byte-pair merges and everything that follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokenizer {
    merges: Vec<(u32, u32)>,
    /// Bytes of every token that is not special, end to end; `ends` says where each stops.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Id of every token by its bytes, specials left out.
    ids: Map<Box<[u8]>, u32>,
    /// Whether merging a token's own bytes ends in that token alone. Appending merges never changes it.
    reached: Vec<bool>,
    /// Id that a pair merges into, disabled merges left out.
    merged: Map<(u32, u32), u32>,
    /// For each merge, whether it is never made any more.
    disabled: Vec<bool>,
}

impl Tokenizer {
    /// The tokenizer that knows the 256 bytes and no merge.
    #[must_use]
    pub fn bytes_only() -> Self {
        Self {
            merges: Vec::new(),
            bytes: (0..=u8::MAX).collect(),
            ends: (1..=256).collect(),
            ids: (0..=u8::MAX).map(|byte| (Box::from([byte]), encode::byte_id(byte))).collect(),
            reached: vec![true; 256],
            merged: Map::default(),
            disabled: Vec::new(),
        }
    }

    /// Appends merges, each of which may use the ids of those before it. All of them, or none where one is wrong.
    pub fn append(&mut self, merges: &[(u32, u32)]) -> Result<(), TokenizerError> {
        let before = self.merges.len();
        for (index, &(left, right)) in merges.iter().enumerate() {
            match self.check((left, right)) {
                Ok(bytes) => self.insert((left, right), &bytes),
                Err(fault) => {
                    self.truncate(before);
                    return Err(TokenizerError::Merge { index, left, right, fault });
                }
            }
        }
        Ok(())
    }

    /// The merges in order, disabled ones among them: the first makes id 266.
    #[must_use]
    pub fn merges(&self) -> &[(u32, u32)] {
        &self.merges
    }

    /// How many ids there are; each id is below this.
    #[must_use]
    pub fn vocab(&self) -> usize {
        BYTES_ONLY_VOCAB + self.merges.len()
    }

    /// The bytes that an id stands for: none at all for a special token.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        self.token_range(id).map(|range| &self.bytes[range])
    }

    /// The token that stands for bytes, if one does; a disabled one too.
    #[must_use]
    pub fn id(&self, bytes: &[u8]) -> Option<u32> {
        self.ids.get(bytes).copied()
    }

    /// The bytes that `ids` stand for. Special tokens give none; an id that does not exist is an error.
    pub fn decode(&self, ids: &[u32]) -> Result<Vec<u8>, TokenizerError> {
        let mut len = 0;
        for &id in ids {
            len += self.token_range(id).ok_or(TokenizerError::UnknownId { id, vocab: self.vocab() })?.len();
        }
        let mut bytes = vec![0; len];
        let mut at = 0;
        for range in ids.iter().filter_map(|&id| self.token_range(id)) {
            let after = at + range.len();
            // A copy of fixed length is two instructions; what it writes past the token, the next token overwrites.
            let from = self.bytes.get(range.start..).and_then(<[u8]>::first_chunk::<COPY_BYTES>);
            let to = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
            match (from, to) {
                (Some(from), Some(to)) if range.len() <= COPY_BYTES => *to = *from,
                _ => bytes[at..after].copy_from_slice(&self.bytes[range]),
            }
            at = after;
        }
        Ok(bytes)
    }

    /// Where the bytes of a token are in `bytes`: nowhere, for a special one.
    fn token_range(&self, id: u32) -> Option<Range<usize>> {
        let Some(index) = id.checked_sub(SPECIALS) else { return Some(0..0) };
        let index = index as usize;
        let end = *self.ends.get(index)?;
        Some(if index == 0 { 0 } else { self.ends[index - 1] }..end)
    }

    /// The bytes of the token that a merge would make, if it may be appended.
    fn check(&self, (left, right): (u32, u32)) -> Result<Vec<u8>, MergeFault> {
        if self.vocab() >= VOCAB_MAX {
            return Err(MergeFault::Full);
        }
        let mut bytes = Vec::new();
        for side in [left, right] {
            if side < SPECIALS {
                return Err(MergeFault::Special(side));
            }
            bytes.extend_from_slice(self.token_bytes(side).ok_or(MergeFault::Unknown(side))?);
            if self.is_disabled(side) {
                return Err(MergeFault::Disabled(side));
            }
        }
        if bytes.len() > TOKEN_BYTES_MAX {
            return Err(MergeFault::TooLong(bytes.len()));
        }
        if !split::is_piece(&bytes) {
            return Err(MergeFault::CrossesPieces);
        }
        match self.ids.get(bytes.as_slice()) {
            Some(&id) => Err(MergeFault::Exists(id)),
            None => Ok(bytes),
        }
    }

    /// Appends a merge that [`Self::check`] allowed, with the bytes it gave.
    fn insert(&mut self, pair: (u32, u32), bytes: &[u8]) {
        let id = self.vocab() as u32; // at most VOCAB_MAX
        self.merges.push(pair);
        self.disabled.push(false);
        self.merged.insert(pair, id);
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
        self.ids.insert(bytes.into(), id);
        self.reached.push(self.is_reached(id));
    }

    /// Whether merging the token's own bytes ends in that token alone.
    fn is_reached(&self, id: u32) -> bool {
        let mut own = Vec::new();
        encode::Merger::default().merge(self, self.token_bytes(id).unwrap_or_default(), &mut own);
        own == [id]
    }

    /// Takes back all but the first `merges` merges.
    fn truncate(&mut self, merges: usize) {
        for index in (merges..self.merges.len()).rev() {
            let start = self.ends[256 + index - 1];
            self.merged.remove(&self.merges[index]);
            self.ids.remove(&self.bytes[start..]);
            self.bytes.truncate(start);
        }
        self.merges.truncate(merges);
        self.disabled.truncate(merges);
        self.ends.truncate(256 + merges);
        self.reached.truncate(256 + merges);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(byte: u8) -> u32 {
        encode::byte_id(byte)
    }

    #[test]
    fn bytes_are_ids_10_to_265() {
        let tokenizer = Tokenizer::bytes_only();
        assert_eq!(tokenizer.vocab(), 266);
        assert_eq!(tokenizer.encode(b"\x00A\xff"), [10, 75, 265]);
        assert_eq!(tokenizer.token_bytes(265), Some(&[0xff][..]));
        assert_eq!(tokenizer.token_bytes(266), None);
        assert_eq!(tokenizer.decode(&[PAD, BOS, 75, 9, EOS]).unwrap(), b"A");
        let error = tokenizer.decode(&[75, 266]).unwrap_err();
        assert_eq!(error.to_string(), "token id 266 does not exist: the vocabulary has 266 ids");
    }

    #[test]
    fn a_batch_may_use_its_own_ids_and_is_all_or_nothing() {
        let mut tokenizer = Tokenizer::bytes_only();
        tokenizer.append(&[(id(b't'), id(b'h')), (266, id(b'e'))]).unwrap();
        assert_eq!(tokenizer.token_bytes(267), Some(&b"the"[..]));
        let before = tokenizer.clone();
        let error = tokenizer.append(&[(id(b' '), 267), (id(b'h'), id(b'e')), (id(b't'), 269)]).unwrap_err();
        assert_eq!(error.to_string(), "merge 2 (126 269): its bytes are already token 267");
        assert_eq!(tokenizer, before);
        assert_eq!(tokenizer.encode(b" the"), [id(b' '), 267]);
    }

    #[test]
    fn a_wrong_merge_says_why() {
        let mut tokenizer = Tokenizer::bytes_only();
        let mut fault = |pair| match tokenizer.append(&[pair]) {
            Err(TokenizerError::Merge { fault, .. }) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault((EOS, id(b'a'))), MergeFault::Special(EOS));
        assert_eq!(fault((id(b'a'), 266)), MergeFault::Unknown(266));
        assert_eq!(fault((id(b'a'), u32::MAX)), MergeFault::Unknown(u32::MAX));
        assert_eq!(fault((id(b'1'), id(b'2'))), MergeFault::CrossesPieces);
    }

    #[test]
    fn doubling_does_not_eat_the_memory() {
        let mut merges = vec![(id(b'a'), id(b'a'))];
        merges.extend((266..290).map(|twice| (twice, twice)));
        let error = Tokenizer::bytes_only().append(&merges).unwrap_err();
        assert_eq!(error.to_string(), "merge 7 (272 272): its 256 bytes are above the 128 a token may have");
    }

    /// Tokens of every length near that of a copy, and up to the longest.
    fn runs() -> Tokenizer {
        let mut tokenizer = Tokenizer::bytes_only();
        let longer = (266..283).map(|run| (run, id(b'a')));
        let merges: Vec<_> = std::iter::once((id(b'a'), id(b'a'))).chain(longer).collect();
        tokenizer.append(&merges).unwrap();
        tokenizer.append(&[(283, 283), (284, 284), (285, 268), (id(b'b'), id(b'c'))]).unwrap();
        tokenizer
    }

    #[test]
    fn decoding_ends_where_the_last_token_does() {
        let tokenizer = runs();
        for id in 0..tokenizer.vocab() as u32 {
            let token = tokenizer.token_bytes(id).unwrap();
            assert_eq!(tokenizer.decode(&[id]).unwrap(), token);
            assert_eq!(tokenizer.decode(&[id, PAD, 10]).unwrap(), [token, b"\0"].concat());
        }
    }

    proptest! {
        #[test]
        fn prop_decoding_as_defined(ids in prop::collection::vec(0..289u32, 0..60), last in prop::num::u32::ANY) {
            let tokenizer = runs();
            for ids in [&ids[..], &[&ids[..], &[last]].concat()] {
                let tokens: Option<Vec<&[u8]>> = ids.iter().map(|&id| tokenizer.token_bytes(id)).collect();
                match (tokenizer.decode(ids), tokens) {
                    (Ok(bytes), Some(tokens)) => prop_assert_eq!(bytes, tokens.concat()),
                    (Err(TokenizerError::UnknownId { id, vocab: 288 }), None) => {
                        prop_assert_eq!(ids.iter().find(|&&id| id >= 288), Some(&id));
                    }
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
    }
}
