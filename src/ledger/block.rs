//! Blocks: one epoch each, with a header that names everything that follows from it.
//!
//! Invariant: a block's hash is its header's, and the header names all else: the transactions, the state after them, who
//! may vote, the parameters, the model, and the certificate of the block before.

use super::transaction::SignedTransaction;
use crate::types::{Certificate, ChainId, Domain, Hash, Height, PublicKey, SignedVote, encode, merkle};
use borsh::{BorshDeserialize, BorshSerialize};

/// The form of blocks and transactions that this program knows.
pub const BLOCK_VERSION: u16 = 2;
/// The longest block in bytes, whatever the parameters say.
pub const BLOCK_BYTES_MAX: usize = 20 << 20;

/// What names a block.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// [`BLOCK_VERSION`].
    pub version: u16,
    /// The network.
    pub chain: ChainId,
    /// Its place.
    pub height: Height,
    /// Milliseconds since 1970, above its parent's.
    pub time_ms: u64,
    /// Hash of the block before.
    pub parent: Hash,
    /// Who made it; nobody made genesis.
    pub proposer: Option<PublicKey>,
    /// Root over the transactions.
    pub transactions: Hash,
    /// Hash of the evidence and of the parent's certificate.
    pub support: Hash,
    /// Root of the state after it.
    pub state: Hash,
    /// Hash of the set that votes on it.
    pub validators: Hash,
    /// Hash of the parameters in force in it.
    pub parameters: Hash,
    /// Root of the model after it.
    pub model: Hash,
}

/// Two votes of one validator that exclude each other.
pub type Evidence = (SignedVote, SignedVote);

/// A header and what it names.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// What names it.
    pub header: Header,
    /// In the order in which they take effect.
    pub transactions: Vec<SignedTransaction>,
    /// Validators that signed two blocks.
    pub evidence: Vec<Evidence>,
    /// That the block before is final; empty for the first block, since genesis needs none.
    pub certificate: Certificate,
}

impl Header {
    /// Names the block.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("block");
        Hash::of(&DOMAIN, self)
    }
}

impl Block {
    /// Names it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.header.hash()
    }

    /// From bytes that came from anywhere.
    pub fn decode(bytes: &[u8]) -> std::io::Result<Self> {
        if bytes.len() > BLOCK_BYTES_MAX {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "larger than any block"));
        }
        borsh::from_slice(bytes)
    }

    /// As it travels and is kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}

/// Root over transactions, by their whole encoding.
#[must_use]
pub fn transactions_root(transactions: &[SignedTransaction]) -> Hash {
    merkle::root(transactions)
}

/// Hash of what a block carries beside its transactions.
#[must_use]
pub fn support_hash(evidence: &[Evidence], certificate: &Certificate) -> Hash {
    const DOMAIN: Domain = Domain::new("block support");
    Hash::of(&DOMAIN, &(evidence, certificate))
}
