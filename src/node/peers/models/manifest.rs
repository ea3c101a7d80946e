//! What the weights of a round have to be, byte by byte: the files, and the hash of each of their chunks.
//!
//! Invariants: bytes are measured before they are decoded; a manifest names each file that there is once and in one order,
//! by a number, so that nothing a peer says becomes a path; of a [`Checked`] one the chunks are as many as its lengths
//! need, and as long as they say. That its weights are those of the chain is not known from it.

use crate::types::{ChainId, Domain, Hash, encode};
use borsh::{BorshDeserialize, BorshSerialize};
use neuroshard_model::tokenizer;

/// Bytes of a chunk, but for the last of each file.
pub(in crate::node) const CHUNK_BYTES: u64 = 1 << 20;
/// The longest manifest: one of weights of 64 GiB.
pub(in crate::node) const MANIFEST_BYTES_MAX: usize = (2 << 20) + 1024;
/// The longest file beside the weights.
const TEXT_BYTES_MAX: u64 = 64 << 20;
/// The first byte of a manifest; it stands for the form of the chunks too.
const VERSION: u8 = 1;

/// The files that weights consist of, as far as they do not follow from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub(in crate::node) enum File {
    /// The shape.
    Config = 0,
    /// The tokenizer.
    Tokenizer = 1,
    /// The tensors.
    Weights = 2,
}

/// A file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(in crate::node) struct Listed {
    /// Which.
    pub(in crate::node) file: File,
    /// Its length.
    pub(in crate::node) bytes: u64,
    /// Hashes of its chunks.
    pub(in crate::node) chunks: Vec<Hash>,
}

/// What the weights of a round have to be.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(in crate::node) struct Manifest {
    /// The chain that committed the round.
    pub(in crate::node) chain: ChainId,
    /// The round.
    pub(in crate::node) round: u64,
    /// All files, in the order of [`File::ALL`].
    pub(in crate::node) files: Vec<Listed>,
}

/// Why a manifest is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the manifest of weights is none: {0}")]
pub(in crate::node) struct ManifestError(pub(in crate::node) &'static str);

/// A manifest whose parts go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::node) struct Checked(Manifest);

/// Where a chunk lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::node) struct Place {
    /// In which file.
    pub(in crate::node) file: File,
    /// Bytes before it.
    pub(in crate::node) offset: u64,
    /// Its own bytes.
    pub(in crate::node) bytes: u64,
    /// What it hashes to.
    pub(in crate::node) hash: Hash,
}

impl File {
    /// All there are.
    pub(in crate::node) const ALL: [Self; 3] = [Self::Config, Self::Tokenizer, Self::Weights];

    /// Its name in a model's folder.
    pub(in crate::node) fn name(self) -> &'static str {
        match self {
            Self::Config => "config.json",
            Self::Tokenizer => tokenizer::FILE_NAME,
            Self::Weights => "model.safetensors",
        }
    }
}

impl Manifest {
    /// From bytes that came from anywhere.
    pub(in crate::node) fn decode(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MANIFEST_BYTES_MAX {
            return Err(ManifestError("it is too long"));
        }
        match bytes.split_first() {
            Some((&VERSION, rest)) => borsh::from_slice(rest).map_err(|_| ManifestError("it cannot be read")),
            _ => Err(ManifestError("its version is unknown")),
        }
    }

    /// As it travels and is kept.
    pub(in crate::node) fn encode(&self) -> Vec<u8> {
        encode(&(VERSION, self))
    }

    /// That it is of this chain and its parts go together.
    pub(in crate::node) fn check(self, chain: ChainId) -> Result<Checked, ManifestError> {
        if self.chain != chain {
            return Err(ManifestError("it is of another chain"));
        }
        if !self.files.iter().map(|listed| listed.file).eq(File::ALL) {
            return Err(ManifestError("its files are not those of weights"));
        }
        for Listed { file, bytes, chunks } in &self.files {
            let is_long = *file != File::Weights && *bytes > TEXT_BYTES_MAX;
            if *bytes == 0 || is_long || bytes.div_ceil(CHUNK_BYTES) != chunks.len() as u64 {
                return Err(ManifestError("a file has another length than its chunks"));
            }
        }
        if encode(&self).len() >= MANIFEST_BYTES_MAX {
            return Err(ManifestError("it is too long"));
        }
        Ok(Checked(self))
    }
}

impl Checked {
    /// The round.
    pub(in crate::node) fn round(&self) -> u64 {
        self.0.round
    }

    /// As it travels and is kept.
    pub(in crate::node) fn encode(&self) -> Vec<u8> {
        self.0.encode()
    }

    /// Names the chunks: whoever has weights of this name has the same bytes.
    pub(in crate::node) fn content(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("model content");
        Hash::of(&DOMAIN, &(VERSION, &self.0))
    }

    /// Bytes of all files.
    pub(in crate::node) fn bytes(&self) -> u64 {
        self.0.files.iter().fold(0, |sum, listed| sum.saturating_add(listed.bytes))
    }

    /// How many chunks there are, numbered from 0 through all files.
    pub(in crate::node) fn chunks(&self) -> u32 {
        let all: usize = self.0.files.iter().map(|listed| listed.chunks.len()).sum();
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// Where the chunk of this number lies, if there is one.
    pub(in crate::node) fn place(&self, chunk: u32) -> Option<Place> {
        let mut within = usize::try_from(chunk).ok()?;
        for Listed { file, bytes, chunks } in &self.0.files {
            if let Some(hash) = chunks.get(within) {
                let offset = CHUNK_BYTES.saturating_mul(within as u64);
                let length = bytes.saturating_sub(offset).min(CHUNK_BYTES);
                return Some(Place { file: *file, offset, bytes: length, hash: *hash });
            }
            within = within.checked_sub(chunks.len())?;
        }
        None
    }

    /// Whether these bytes are the chunk of this number.
    pub(in crate::node) fn verify(&self, chunk: u32, bytes: &[u8]) -> bool {
        self.place(chunk).is_some_and(|place| place.bytes == bytes.len() as u64 && place.hash == chunk_hash(bytes))
    }
}

/// The hash of a chunk.
pub(in crate::node) fn chunk_hash(bytes: &[u8]) -> Hash {
    const DOMAIN: Domain = Domain::new("model chunk");
    Hash::of(&DOMAIN, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain() -> ChainId {
        ChainId(Hash([7; 32]))
    }

    fn manifest(lengths: [u64; 3]) -> Manifest {
        let listed = |(file, bytes): (File, u64)| Listed {
            file,
            bytes,
            chunks: (0..bytes.div_ceil(CHUNK_BYTES)).map(|at| chunk_hash(&[file as u8, at as u8])).collect(),
        };
        Manifest { chain: chain(), round: 3, files: File::ALL.into_iter().zip(lengths).map(listed).collect() }
    }

    #[test]
    fn what_was_made_is_read_and_named_by_all_that_is_in_it() {
        let made = manifest([5, CHUNK_BYTES, 2 * CHUNK_BYTES + 1]);
        let read = Manifest::decode(&made.encode()).unwrap();
        assert_eq!(read, made);
        let checked = read.check(chain()).unwrap();
        assert_eq!((checked.chunks(), checked.bytes(), checked.round()), (5, 5 + 3 * CHUNK_BYTES + 1, 3));
        assert_eq!(Manifest::decode(&checked.encode()).unwrap(), made);
        let other = Manifest { round: 4, ..made }.check(chain()).unwrap();
        assert_ne!(other.content(), checked.content());
    }

    #[test]
    fn chunks_lie_one_after_the_other_and_none_beyond() {
        let checked = manifest([5, CHUNK_BYTES, CHUNK_BYTES + 1]).check(chain()).unwrap();
        let places: Vec<_> = (0..5).map(|chunk| checked.place(chunk)).collect();
        let short = |place: &Option<Place>| place.map(|place| (place.file, place.offset, place.bytes));
        let places: Vec<_> = places.iter().map(short).collect();
        let expected = [
            Some((File::Config, 0, 5)),
            Some((File::Tokenizer, 0, CHUNK_BYTES)),
            Some((File::Weights, 0, CHUNK_BYTES)),
            Some((File::Weights, CHUNK_BYTES, 1)),
            None,
        ];
        assert_eq!(places, expected);
        assert_eq!((checked.place(u32::MAX), checked.verify(4, &[])), (None, false));
    }

    #[test]
    fn a_chunk_is_good_by_its_bytes_and_its_length() {
        let mut made = manifest([3, 1, 1]);
        made.files[0].chunks = vec![chunk_hash(b"abc")];
        made.files[1].chunks = vec![chunk_hash(b"ab")];
        let checked = made.check(chain()).unwrap();
        assert!(checked.verify(0, b"abc") && !checked.verify(0, b"abd") && !checked.verify(1, b"ab"));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let good = || manifest([1, 1, CHUNK_BYTES]);
        assert!(good().check(chain()).is_ok());
        assert!(good().check(ChainId(Hash([8; 32]))).is_err());
        let mut wrong = vec![manifest([0, 1, 1]), manifest([1, TEXT_BYTES_MAX + 1, 1])];
        for change in 0..6 {
            let mut one = good();
            match change {
                0 => one.files[2].bytes += 1,
                1 => one.files[2].bytes = u64::MAX,
                2 => one.files.swap(0, 1),
                3 => drop(one.files.pop()),
                4 => one.files.push(one.files[0].clone()),
                _ => one.files[0].chunks.push(Hash::default()),
            }
            wrong.push(one);
        }
        // More chunks than a manifest can carry.
        wrong.push(manifest([1, 1, 70_000 * CHUNK_BYTES]));
        assert!(wrong.into_iter().all(|one| one.check(chain()).is_err()));
    }

    #[test]
    fn names_are_ours_and_there_are_no_others() {
        let names: Vec<&str> = File::ALL.iter().map(|file| file.name()).collect();
        assert_eq!(names, ["config.json", "tokenizer.bpe", "model.safetensors"]);
        let mut bytes = manifest([1, 1, 1]).encode();
        let place = 1 + 32 + 8 + 4;
        assert_eq!(bytes[place], File::Config as u8);
        bytes[place] = 3;
        assert_eq!(Manifest::decode(&bytes), Err(ManifestError("it cannot be read")));
    }

    #[test]
    fn lengths_that_lie_cost_nothing() {
        let good = manifest([1, 1, 1]).encode();
        // So many files, and so many chunks of the first.
        for place in [1 + 32 + 8, 1 + 32 + 8 + 4 + 1 + 8] {
            let mut bytes = good.clone();
            bytes[place..place + 4].fill(0xff);
            assert!(Manifest::decode(&bytes).is_err());
        }
        assert!(Manifest::decode(&vec![VERSION; MANIFEST_BYTES_MAX + 1]).is_err());
        assert!(Manifest::decode(&[]).is_err() && Manifest::decode(&[VERSION + 1]).is_err());
    }

    proptest! {
        #[test]
        fn prop_no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300), flips in proptest::collection::vec(any::<(usize, u8)>(), 1..4)) {
            let mut known = manifest([1, 2, 3]).encode();
            for (at, flip) in flips {
                let at = at % known.len();
                known[at] ^= flip;
            }
            let mut versioned = vec![VERSION];
            versioned.extend(&bytes);
            for bytes in [bytes, versioned, known] {
                let Ok(read) = Manifest::decode(&bytes) else { continue };
                let chain = read.chain;
                let Ok(checked) = read.check(chain) else { continue };
                prop_assert_eq!(&checked.encode(), &bytes);
                for chunk in 0..checked.chunks() {
                    let place = checked.place(chunk).unwrap();
                    prop_assert!(place.bytes > 0 && place.bytes <= CHUNK_BYTES);
                }
            }
        }

        #[test]
        fn prop_places_cover_each_file_once(lengths in proptest::array::uniform3(1..3 * CHUNK_BYTES)) {
            let checked = manifest(lengths).check(chain()).unwrap();
            let mut covered = [0; 3];
            for place in (0..checked.chunks()).filter_map(|chunk| checked.place(chunk)) {
                prop_assert_eq!(place.offset, covered[place.file as usize]);
                covered[place.file as usize] += place.bytes;
            }
            prop_assert_eq!(covered, lengths);
        }
    }
}
