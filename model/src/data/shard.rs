//! One shard: a short header and token ids, in a file named by its hash.
//!
//! Layout, little-endian throughout: 8 bytes `NSTOKENS`, `u32` format version (1), `u32` bytes in a token (2 or 4),
//! `u64` number of tokens, then the tokens. Invariant: the same tokens always give the same bytes, so the same name.

use std::path::Path;

use super::{Part, ShardFault, manifest::ShardEntry};
use crate::files::Mapped;

/// Bytes before the first token.
pub(super) const HEADER_BYTES: usize = 24;
/// What a shard's name ends with, after the hash.
pub(super) const ENDING: &str = ".tokens";
const MAGIC: &[u8; 8] = b"NSTOKENS";
const VERSION: u32 = 1;

/// How many bytes a token takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Two,
    Four,
}

impl Width {
    /// The narrowest width for ids below `vocab`.
    pub(super) fn of(vocab: usize) -> Self {
        if vocab <= 1 << 16 { Self::Two } else { Self::Four }
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// Appends ids, which fit.
    pub(super) fn write(self, ids: &[u32], out: &mut Vec<u8>) {
        match self {
            Self::Two => ids.iter().for_each(|&id| out.extend((id as u16).to_le_bytes())),
            Self::Four => ids.iter().for_each(|id| out.extend(id.to_le_bytes())),
        }
    }

    /// Reads as many ids as there is room for from as many bytes.
    pub(super) fn read(self, bytes: &[u8], out: &mut [u32]) {
        match self {
            Self::Two => {
                for (id, bytes) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    *id = u32::from(u16::from_le_bytes(*bytes));
                }
            }
            Self::Four => {
                for (id, bytes) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *id = u32::from_le_bytes(*bytes);
                }
            }
        }
    }
}

/// The header of a shard with this many tokens.
fn header(width: Width, tokens: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..8].copy_from_slice(MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[12..16].copy_from_slice(&(width.bytes() as u32).to_le_bytes());
    header[16..].copy_from_slice(&tokens.to_le_bytes());
    header
}

/// A shard being filled, in memory.
pub(super) struct Draft {
    part: Part,
    width: Width,
    bytes: Vec<u8>,
}

impl Draft {
    pub(super) fn new(part: Part, width: Width) -> Self {
        Self { part, width, bytes: vec![0; HEADER_BYTES] }
    }

    pub(super) fn tokens(&self) -> usize {
        (self.bytes.len() - HEADER_BYTES) / self.width.bytes()
    }

    pub(super) fn push(&mut self, ids: &[u32]) {
        self.width.write(ids, &mut self.bytes);
    }

    /// The finished file and its entry in the manifest; the draft is empty again.
    pub(super) fn finish(&mut self) -> (Vec<u8>, ShardEntry) {
        let tokens = self.tokens() as u64;
        self.bytes[..HEADER_BYTES].copy_from_slice(&header(self.width, tokens));
        let bytes = std::mem::replace(&mut self.bytes, vec![0; HEADER_BYTES]);
        let blake3 = blake3::hash(&bytes).to_hex().to_string();
        let file = format!("{blake3}{ENDING}");
        let entry = ShardEntry { split: self.part, file, tokens, bytes: bytes.len() as u64, blake3 };
        (bytes, entry)
    }
}

/// How closely a shard is looked at when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Its length and header.
    Header,
    /// Every byte: its hash, and that each id is below the vocabulary.
    All,
}

/// Maps a shard and checks it against its entry.
pub(super) fn open(folder: &Path, entry: &ShardEntry, vocab: u32, check: Check) -> Result<Mapped, ShardFault> {
    let mapped = Mapped::open(&folder.join(&entry.file)).map_err(|error| ShardFault::Unreadable(error.to_string()))?;
    let have = mapped.len() as u64;
    if have != entry.bytes {
        return Err(ShardFault::Length { have, want: entry.bytes });
    }
    if check == Check::All {
        let have = blake3::hash(&mapped).to_hex();
        if have.as_str() != entry.blake3 {
            return Err(ShardFault::Hash { have: have.to_string() });
        }
    }
    let width = Width::of(vocab as usize);
    let fields = [("magic number", 0..8), ("version", 8..12), ("token width", 12..16), ("token count", 16..24)];
    let wanted = header(width, entry.tokens);
    for (name, range) in fields {
        if mapped.get(range.clone()) != Some(&wanted[range]) {
            return Err(ShardFault::Header(name));
        }
    }
    let want = HEADER_BYTES as u64 + entry.tokens * width.bytes() as u64;
    if want != entry.bytes {
        return Err(ShardFault::Length { have: entry.bytes, want });
    }
    if check == Check::All {
        ids_below(&mapped[HEADER_BYTES..], width, vocab)?;
    }
    Ok(mapped)
}

fn ids_below(bytes: &[u8], width: Width, vocab: u32) -> Result<(), ShardFault> {
    let mut ids = [0; 4096];
    for (index, bytes) in bytes.chunks(ids.len() * width.bytes()).enumerate() {
        let ids = &mut ids[..bytes.len() / width.bytes()];
        width.read(bytes, ids);
        if let Some(at) = ids.iter().position(|&id| id >= vocab) {
            return Err(ShardFault::Id { at: (index * 4096 + at) as u64, id: ids[at], vocab });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(folder: &Path, ids: &[u32], vocab: usize) -> ShardEntry {
        let mut draft = Draft::new(Part::Train, Width::of(vocab));
        draft.push(ids);
        let (bytes, entry) = draft.finish();
        assert_eq!(draft.tokens(), 0);
        std::fs::write(folder.join(&entry.file), bytes).unwrap();
        entry
    }

    #[test]
    fn a_shard_is_laid_out_as_documented() {
        let mut draft = Draft::new(Part::Validation, Width::Two);
        draft.push(&[1, 0x0203]);
        let (bytes, entry) = draft.finish();
        assert_eq!(bytes, b"NSTOKENS\x01\0\0\0\x02\0\0\0\x02\0\0\0\0\0\0\0\x01\0\x03\x02");
        assert_eq!((entry.split, entry.tokens, entry.bytes), (Part::Validation, 2, 28));
        assert_eq!(entry.file, format!("{}.tokens", blake3::hash(&bytes).to_hex()));
    }

    #[test]
    fn every_kind_of_damage_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let open = |entry: &ShardEntry, check| open(folder.path(), entry, 300, check).map(drop);
        let mut entry = written(folder.path(), &[1, 299, 2], 300);
        assert_eq!(open(&entry, Check::All), Ok(()));
        let path = folder.path().join(&entry.file);
        let whole = std::fs::read(&path).unwrap();

        let mut flipped = whole.clone();
        flipped[HEADER_BYTES] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        assert!(matches!(open(&entry, Check::All), Err(ShardFault::Hash { .. })));
        assert_eq!(open(&entry, Check::Header), Ok(()));

        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(open(&entry, Check::All), Err(ShardFault::Length { have: 29, want: 30 }));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(open(&entry, Check::All), Err(ShardFault::Unreadable(_))));

        for (byte, name) in [(0, "magic number"), (8, "version"), (12, "token width"), (16, "token count")] {
            let mut wrong = whole.clone();
            wrong[byte] ^= 1;
            std::fs::write(&path, &wrong).unwrap();
            entry.blake3 = blake3::hash(&wrong).to_hex().to_string();
            assert_eq!(open(&entry, Check::All), Err(ShardFault::Header(name)));
        }
        let high = written(folder.path(), &[1, 300], 300);
        assert_eq!(open(&high, Check::All), Err(ShardFault::Id { at: 1, id: 300, vocab: 300 }));
    }

    proptest! {
        #[test]
        fn prop_ids_come_back(ids in proptest::collection::vec(0u32..1 << 20, 1..5000), wide: bool) {
            let vocab = if wide { 1 << 20 } else { 1 << 16 };
            let ids: Vec<u32> = ids.into_iter().map(|id| id % vocab as u32).collect();
            let folder = tempfile::tempdir().unwrap();
            let entry = written(folder.path(), &ids, vocab);
            let mapped = open(folder.path(), &entry, vocab as u32, Check::All).unwrap();
            let mut read = vec![0; ids.len()];
            Width::of(vocab).read(&mapped[HEADER_BYTES..], &mut read);
            prop_assert_eq!(read, ids);
        }
    }
}
