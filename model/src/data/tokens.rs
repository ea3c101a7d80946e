//! The tokens of one part of a data set, as one sequence.
//!
//! Invariants: a position means the same token whether the tokens are in memory or in shards, however many; no id at
//! or above the vocabulary is ever handed out, even if a file changed after it was checked.

use std::path::Path;

use rayon::prelude::*;

use super::{
    DataError, Part, ShardFault,
    manifest::Manifest,
    shard::{self, Check, HEADER_BYTES, Width},
};
use crate::files::Mapped;

/// A sequence of token ids.
#[derive(Debug)]
pub struct Tokens {
    part: Part,
    vocab: u32,
    width: Width,
    segments: Vec<Segment>,
    len: u64,
}

/// A run of tokens that lie together.
#[derive(Debug)]
struct Segment {
    start: u64,
    end: u64,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    Memory(Vec<u8>),
    /// A shard, header and all.
    Mapped(Mapped),
}

impl Segment {
    /// The tokens without any header.
    fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Memory(bytes) => bytes,
            Bytes::Mapped(mapped) => &mapped[HEADER_BYTES..],
        }
    }
}

impl Tokens {
    /// Tokens in memory, `width` bytes each.
    pub(super) fn memory(part: Part, vocab: usize, bytes: Vec<u8>) -> Self {
        let width = Width::of(vocab);
        let len = (bytes.len() / width.bytes()) as u64;
        let segments =
            if len == 0 { Vec::new() } else { vec![Segment { start: 0, end: len, bytes: Bytes::Memory(bytes) }] };
        Self { part, vocab: vocab as u32, width, segments, len }
    }

    /// Both parts of a built data set, every shard checked as closely as asked.
    pub(super) fn open(folder: &Path, manifest: &Manifest, check: Check) -> Result<[Self; 2], DataError> {
        let vocab = manifest.tokenizer.vocab;
        let opened: Vec<_> =
            manifest.shards.par_iter().map(|entry| (entry, shard::open(folder, entry, vocab, check))).collect();
        let mut parts = [Part::Train, Part::Validation].map(|part| Self::memory(part, vocab as usize, Vec::new()));
        let mut damaged: Vec<(String, ShardFault)> = Vec::new();
        for (entry, opened) in opened {
            match opened {
                Ok(mapped) => parts[usize::from(entry.split != Part::Train)].append(entry.tokens, mapped),
                Err(fault) => damaged.push((entry.file.clone(), fault)),
            }
        }
        if damaged.is_empty() {
            return Ok(parts);
        }
        Err(DataError::Damaged { path: folder.to_owned(), shards: manifest.shards.len(), damaged })
    }

    fn append(&mut self, tokens: u64, mapped: Mapped) {
        let start = self.len;
        self.len += tokens;
        self.segments.push(Segment { start, end: self.len, bytes: Bytes::Mapped(mapped) });
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Which part of the data they are.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// Reads the tokens from `start` on into all of `out`, across shards.
    pub fn read(&self, start: u64, out: &mut [u32]) -> Result<(), DataError> {
        let Some(end) = start.checked_add(out.len() as u64).filter(|&end| end <= self.len) else {
            let end = start.saturating_add(out.len() as u64);
            return Err(DataError::PastEnd { part: self.part, start, end, len: self.len });
        };
        let first = self.segments.partition_point(|segment| segment.end <= start);
        let (mut at, mut rest) = (start, &mut *out);
        for segment in &self.segments[first..] {
            if at == end {
                break;
            }
            let here;
            (here, rest) = rest.split_at_mut((segment.end.min(end) - at) as usize);
            let from = (at - segment.start) as usize * self.width.bytes();
            self.width.read(&segment.bytes()[from..from + here.len() * self.width.bytes()], here);
            at += here.len() as u64;
        }
        match out.iter().position(|&id| id >= self.vocab) {
            None => Ok(()),
            Some(at) => {
                let (part, vocab, id) = (self.part, self.vocab, out[at]);
                Err(DataError::Id { part, at: start + at as u64, id, vocab })
            }
        }
    }

    /// Asks the system to read the `count` tokens from `start` on soon, as far as they lie in files.
    pub(super) fn prefetch(&self, start: u64, count: usize) {
        let end = start.saturating_add(count as u64).min(self.len);
        let first = self.segments.partition_point(|segment| segment.end <= start);
        for segment in self.segments[first..].iter().take_while(|segment| segment.start < end) {
            if let Bytes::Mapped(mapped) = &segment.bytes {
                let at = |token: u64| HEADER_BYTES + (token - segment.start) as usize * self.width.bytes();
                mapped.prefetch(at(start.max(segment.start))..at(end.min(segment.end)));
            }
        }
    }

    /// At how many places a window of `seq` inputs and their next tokens can begin, at least one.
    pub fn windows(&self, seq: usize) -> Result<u64, DataError> {
        if seq == 0 {
            return Err(DataError::Option { name: "the sequence length", value: seq.to_string(), wanted: "1 or more" });
        }
        let need = (seq as u64).saturating_add(1);
        match self.len.checked_sub(seq as u64) {
            None | Some(0) => Err(DataError::TooShort { part: self.part, have: self.len, seq, need }),
            Some(windows) => Ok(windows),
        }
    }

    /// Feeds what makes these tokens these to a hash: their number and their bytes.
    pub(super) fn hash(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&self.len.to_le_bytes());
        for segment in &self.segments {
            hasher.update(segment.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::manifest::tests::built;

    fn memory(ids: &[u32], vocab: usize) -> Tokens {
        let mut bytes = Vec::new();
        Width::of(vocab).write(ids, &mut bytes);
        Tokens::memory(Part::Train, vocab, bytes)
    }

    #[test]
    fn too_short_says_how_much_is_needed() {
        let tokens = memory(&[1, 2, 3, 4], 266);
        assert_eq!(tokens.windows(1).unwrap(), 3);
        assert_eq!(tokens.windows(3).unwrap(), 1);
        for seq in [4, 9, usize::MAX] {
            assert!(matches!(tokens.windows(seq), Err(DataError::TooShort { have: 4, .. })));
        }
        assert_eq!(
            tokens.windows(64).unwrap_err().to_string(),
            "the training part has 4 tokens, but one window of 64 tokens and the next needs 65: \
             give more text or a shorter sequence"
        );
        assert_eq!(tokens.windows(0).unwrap_err().to_string(), "the sequence length is 0, but must be 1 or more");
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        let tokens = memory(&[1, 2, 3], 266);
        let read = |start, count| {
            let mut out = vec![0; count];
            tokens.read(start, &mut out).map(|()| out)
        };
        assert_eq!(read(1, 2).unwrap(), [2, 3]);
        assert_eq!(read(3, 0).unwrap(), [0; 0]);
        for (start, count) in [(2, 2), (4, 0), (u64::MAX, 1)] {
            assert!(matches!(read(start, count), Err(DataError::PastEnd { len: 3, .. })), "{start} {count}");
        }
        assert!(memory(&[], 266).is_empty());
    }

    #[test]
    fn an_id_beyond_the_vocabulary_is_never_handed_out() {
        let tokens = memory(&[5, 266, 6], 266);
        let mut out = [0; 2];
        let error = tokens.read(1, &mut out).unwrap_err().to_string();
        assert_eq!(error, "token 1 of the training tokens is 266, but the vocabulary has 266 ids: verify the data set");
        tokens.read(2, &mut out[..1]).unwrap();
    }

    proptest! {
        #[test]
        fn prop_shards_read_like_memory(
            ids in proptest::collection::vec(0u32..300, 1..400),
            shard_tokens in 1usize..100,
            start: prop::sample::Index,
            count: prop::sample::Index,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let manifest = built(folder.path(), &ids, &[], 300, shard_tokens);
            let [train, validation] = Tokens::open(folder.path(), &manifest, Check::All).unwrap();
            prop_assert_eq!((train.len(), validation.len()), (ids.len() as u64, 0));
            let start = start.index(ids.len());
            let mut out = vec![0; count.index(ids.len() - start + 1)];
            train.read(start as u64, &mut out).unwrap();
            prop_assert_eq!(&out[..], &ids[start..start + out.len()]);
        }
    }
}
