//! A state in chunks: the manifest that names them, their bytes, and what is checked of both before anything is kept.
//!
//! A manifest has a finalised header, what shows that it is final, and the parts of the state's tree. Invariants: of a
//! [`Checked`] manifest the header is the one that is trusted, two thirds of its validators signed it, and the parts have
//! its state root; each chunk is checked alone; no length is believed before it is compared with a limit.
//!
//! A part is one chunk. One that is longer than a chunk may be (a single record can be) is cut into pieces, which are
//! hashed one by one: those hashes are the manifest's word only, until all pieces of the part are there.

use super::block::Header;
use super::tree::{Part, Tree, root_of};
use crate::types::{Certificate, CertificateError, ChainId, Domain, Hash, Height, ValidatorSet, encode};
use borsh::{BorshDeserialize, BorshSerialize};

/// The longest chunk in bytes.
pub const CHUNK_BYTES_MAX: usize = 4 << 20;
/// What a chunk should have about.
pub const CHUNK_BYTES: usize = 1 << 20;
/// The longest manifest in bytes.
pub const MANIFEST_BYTES_MAX: usize = 4 << 20;
/// Pieces of a part at most.
pub const PIECES_MAX: usize = 20;
/// Records of a part at most: a few million tiny ones would take many times their bytes to check.
const RECORDS_MAX: usize = 1 << 17;
/// Longest key and value of a record.
const KEY_BYTES_MAX: usize = 64;
const VALUE_BYTES_MAX: usize = 64 << 20;
/// The first byte of a manifest; it stands for the form of the chunks too.
const VERSION: u8 = 1;

/// What a snapshot is of, and what its chunks have to be.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Manifest {
    /// The block after which the state is this.
    pub header: Header,
    /// That it is final; empty for genesis.
    pub certificate: Certificate,
    /// Those who voted on it.
    pub validators: ValidatorSet,
    /// The parts of the state's tree, a power of two of them.
    pub parts: Vec<Part>,
    /// Parts that are cut into pieces, in their order, with the pieces' hashes.
    pub long: Vec<(u32, Vec<Hash>)>,
}

/// Why a manifest is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not one that this program reads.
    #[error("the snapshot's manifest cannot be read: {0}")]
    Form(&'static str),
    /// Of another network.
    #[error("the snapshot is of chain {found} and not of {wanted}")]
    Chain {
        /// Its chain.
        found: ChainId,
        /// Ours.
        wanted: ChainId,
    },
    /// Of a block that nobody vouched for.
    #[error("the snapshot is of block {found}, and {trusted} is trusted")]
    Untrusted {
        /// Hash of the snapshot's block.
        found: Hash,
        /// The hash that is trusted.
        trusted: Hash,
    },
    /// Not those whom the header names.
    #[error("the snapshot's validators are not those that its header names")]
    Validators,
    /// Of a block that is not final.
    #[error("the snapshot's block is not final: {0}")]
    Certificate(#[from] CertificateError),
    /// Not the state that the header names.
    #[error("the snapshot's parts are not those of the state that its header names")]
    Parts,
}

/// A manifest that was checked against a trusted header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Manifest);

/// A record's key and value.
pub type Record<'a> = (&'a [u8], &'a [u8]);

impl Manifest {
    /// From bytes that came from anywhere.
    pub fn decode(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MANIFEST_BYTES_MAX {
            return Err(ManifestError::Form("it is too long"));
        }
        match bytes.split_first() {
            Some((&VERSION, rest)) => borsh::from_slice(rest).map_err(|_| ManifestError::Form("it is none")),
            _ => Err(ManifestError::Form("its version is unknown")),
        }
    }

    /// As it travels and is kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(&(VERSION, self))
    }

    /// Names the chunks, to the byte: whoever has a snapshot of this name has the same ones, whatever certificate is
    /// beside it.
    #[must_use]
    pub fn content(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("snapshot content");
        Hash::of(&DOMAIN, &(VERSION, self.header.hash(), &self.parts, &self.long))
    }

    /// Checks everything that can be known without the chunks, given the hash of the block that is trusted.
    pub fn check(self, chain: ChainId, trusted: Hash) -> Result<Checked, ManifestError> {
        let (header, found) = (&self.header, self.header.hash());
        if header.chain != chain {
            return Err(ManifestError::Chain { found: header.chain, wanted: chain });
        }
        if found != trusted {
            return Err(ManifestError::Untrusted { found, trusted });
        }
        if self.validators.hash() != header.validators {
            return Err(ManifestError::Validators);
        }
        if header.height == Height(0) {
            if self.certificate != Certificate::default() {
                return Err(ManifestError::Form("genesis has no certificate"));
            }
        } else {
            if self.certificate.block != found || self.certificate.height != header.height {
                return Err(ManifestError::Form("its certificate is of another block"));
            }
            self.certificate.verify(chain, &self.validators)?;
        }
        if root_of(&self.parts) != Some(header.state) {
            return Err(ManifestError::Parts);
        }
        let known = |(part, pieces): &(u32, Vec<Hash>)| {
            (*part as usize) < self.parts.len() && (2..=PIECES_MAX).contains(&pieces.len())
        };
        let ascending = self.long.iter().zip(self.long.iter().skip(1)).all(|(a, b)| a.0 < b.0);
        if !ascending || !self.long.iter().all(known) {
            return Err(ManifestError::Form("its pieces cannot be"));
        }
        Ok(Checked(self))
    }

    /// How often the tree was halved.
    #[must_use]
    pub fn bits(&self) -> u8 {
        self.parts.len().checked_ilog2().and_then(|bits| u8::try_from(bits).ok()).unwrap_or(0)
    }
}

impl Checked {
    /// What was checked.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.0
    }

    /// How many chunks there are, numbered from 0: one for each part, then the further pieces of long parts.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        let further = self.0.long.iter().map(|(_, pieces)| pieces.len().saturating_sub(1));
        let all = further.fold(self.0.parts.len(), usize::saturating_add);
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// The chunks that a part is in, in order.
    #[must_use]
    pub fn chunks_of(&self, part: u32) -> Vec<u32> {
        let mut next = self.0.parts.len();
        for (long, pieces) in &self.0.long {
            let further = pieces.len().saturating_sub(1);
            let end = next.saturating_add(further);
            if *long == part {
                let rest = (next..end).filter_map(|index| u32::try_from(index).ok());
                return std::iter::once(part).chain(rest).collect();
            }
            next = end;
        }
        vec![part]
    }

    /// Whether these bytes are the chunk of this number.
    #[must_use]
    pub fn verify(&self, chunk: u32, bytes: &[u8]) -> bool {
        if bytes.len() > CHUNK_BYTES_MAX {
            return false;
        }
        match self.piece(chunk) {
            Some(hash) => piece_hash(bytes) == hash,
            None => self.leaves(chunk, bytes).is_some(),
        }
    }

    /// What a chunk has to hash to, if it is a piece.
    fn piece(&self, chunk: u32) -> Option<Hash> {
        let mut next = self.0.parts.len();
        for (long, pieces) in &self.0.long {
            let further = pieces.len().saturating_sub(1);
            let place = if *long == chunk {
                Some(0)
            } else {
                (chunk as usize).checked_sub(next).filter(|place| *place < further).map(|place| place.saturating_add(1))
            };
            if let Some(place) = place {
                return pieces.get(place).copied();
            }
            next = next.saturating_add(further);
        }
        None
    }

    /// The records of a whole part, with what they are in the tree, if these bytes are that part.
    #[must_use]
    pub fn leaves<'a>(&self, part: u32, bytes: &'a [u8]) -> Option<Vec<(Record<'a>, super::tree::Leaf)>> {
        let named = self.0.parts.get(usize::try_from(part).ok()?)?;
        let leaves: Vec<_> =
            records(bytes)?.into_iter().map(|(key, value)| ((key, value), Tree::leaf(key, value))).collect();
        let own = Part::of(leaves.iter().map(|(_, leaf)| *leaf).collect(), part, self.0.bits())?;
        // By hash: a lone leaf beside a part that has keys gives the same root when it is named as a branch.
        (own.hash() == named.hash()).then_some(leaves)
    }
}

/// The hash of a piece of a long part.
#[must_use]
pub fn piece_hash(bytes: &[u8]) -> Hash {
    const DOMAIN: Domain = Domain::new("snapshot piece");
    Hash::of(&DOMAIN, bytes)
}

/// Puts a record at the end of a part's bytes: lengths of key and value, 32 bits each with the lowest byte first, each
/// before what it measures.
pub fn put_record(bytes: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<(), ManifestError> {
    if key.len() > KEY_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
        return Err(ManifestError::Form("a record is longer than any"));
    }
    for part in [key, value] {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(part);
    }
    Ok(())
}

/// The records of a part, in the order of their keys; nothing if these bytes are none.
#[must_use]
pub fn records(mut bytes: &[u8]) -> Option<Vec<Record<'_>>> {
    let mut records: Vec<Record<'_>> = Vec::new();
    while !bytes.is_empty() {
        let key = take(&mut bytes, KEY_BYTES_MAX)?;
        let value = take(&mut bytes, VALUE_BYTES_MAX)?;
        if records.last().is_some_and(|(last, _)| *last >= key) || records.len() >= RECORDS_MAX {
            return None;
        }
        records.push((key, value));
    }
    Some(records)
}

fn take<'a>(bytes: &mut &'a [u8], most: usize) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= most)?;
    let (part, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests;
