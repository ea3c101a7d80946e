//! What validators say to each other, how it is signed, and its bytes.
//!
//! Invariants: a message has one encoding, which begins with a version; bytes are measured before they are decoded, so
//! that nobody can make a node hold more than a block; what a message says of a block is the block's hash, and the bytes
//! of the block travel apart from it, signed by whoever proposed them in that round.

use super::BlockBytes;
use crate::types::{
    ChainId, Domain, Hash, Height, KeyError, PublicKey, SecretKey, Signature, SignedVote, VALIDATORS_MAX, VoteKind,
    encode,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// The first byte of a message.
const VERSION: u8 = 1;
/// More than one vote of a [`RoundCertificate`] encodes to.
const VOTE_BYTES_MAX: usize = 160;
/// More than everything else in a message.
const REST_BYTES_MAX: usize = 512;

/// Something said to all.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// A vote.
    Vote(SignedVote),
    /// Which block is proposed.
    Proposal(SignedProposal),
    /// The block.
    Part(SignedPart),
    /// Why a block is proposed again.
    Polka(Polka),
    /// Why a round was entered.
    Round(RoundCertificate),
}

/// Which block a round is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// The network.
    pub chain: ChainId,
    /// The block's height.
    pub height: Height,
    /// The attempt.
    pub round: u32,
    /// The block's hash.
    pub block: Hash,
    /// The earlier round in which two thirds found it acceptable, if it is proposed again.
    pub polka: Option<u32>,
}

/// A proposal and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedProposal {
    /// What is proposed.
    pub proposal: Proposal,
    /// By whom.
    pub validator: PublicKey,
    /// Over [`Proposal::hash`].
    pub signature: Signature,
}

/// The bytes that go with a hash.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Part {
    /// The network.
    pub chain: ChainId,
    /// The block's height.
    pub height: Height,
    /// The attempt in which they are sent.
    pub round: u32,
    /// The block's hash.
    pub block: Hash,
    /// The block.
    pub bytes: BlockBytes,
}

/// The bytes of a block and who vouches for them.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedPart {
    /// The block.
    pub part: Part,
    /// The proposer of the round.
    pub validator: PublicKey,
    /// Over [`Part::hash`].
    pub signature: Signature,
}

/// Prevotes of more than two thirds of the power for one block in one round.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Polka {
    /// The block's height.
    pub height: Height,
    /// The round of the prevotes.
    pub round: u32,
    /// The block's hash.
    pub block: Hash,
    /// Whose prevotes, each once.
    pub signatures: Vec<(PublicKey, Signature)>,
}

/// Votes that let everyone enter a round.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RoundCertificate {
    /// The height.
    pub height: Height,
    /// The round of the votes.
    pub round: u32,
    /// What they prove.
    pub reason: RoundReason,
    /// The votes, one of each validator.
    pub votes: Vec<RoundVote>,
}

/// What the votes of a [`RoundCertificate`] prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum RoundReason {
    /// More than a third of the power is in this round already: enter it.
    Skip = 0,
    /// More than two thirds precommitted and did not agree: enter the next one.
    Precommits = 1,
}

/// One of the votes of a [`RoundCertificate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RoundVote {
    /// Which of the two votes.
    pub kind: VoteKind,
    /// For which block, or none.
    pub block: Option<Hash>,
    /// By whom.
    pub validator: PublicKey,
    /// Over the vote's hash.
    pub signature: Signature,
}

/// Why bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// None at all, or of another version.
    #[error("not a consensus message of version {VERSION}")]
    Version,
    /// More than a message of this kind may have.
    #[error("a consensus message of {bytes} bytes, where {max} are allowed")]
    Size {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        max: usize,
    },
    /// They cannot be read.
    #[error("the consensus message cannot be read: {0}")]
    Bytes(String),
}

impl Message {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(&(VERSION, self))
    }

    /// From its bytes, on a network whose blocks have at most `block_bytes_max` bytes.
    pub fn decode(bytes: &[u8], block_bytes_max: usize) -> Result<Self, DecodeError> {
        let Some((&VERSION, rest)) = bytes.split_first() else { return Err(DecodeError::Version) };
        let more = match rest.first() {
            Some(2) => block_bytes_max,
            Some(3 | 4) => VALIDATORS_MAX.saturating_mul(VOTE_BYTES_MAX),
            _ => 0,
        };
        let max = REST_BYTES_MAX.saturating_add(more);
        if rest.len() > max {
            return Err(DecodeError::Size { bytes: rest.len(), max });
        }
        borsh::from_slice(rest).map_err(|error| DecodeError::Bytes(error.to_string()))
    }

    /// The height it is about.
    #[must_use]
    pub fn height(&self) -> Height {
        match self {
            Self::Vote(signed) => signed.vote.height,
            Self::Proposal(signed) => signed.proposal.height,
            Self::Part(signed) => signed.part.height,
            Self::Polka(polka) => polka.height,
            Self::Round(certificate) => certificate.height,
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vote(signed) => signed.fmt(f),
            Self::Proposal(signed) => signed.fmt(f),
            Self::Part(signed) => signed.fmt(f),
            Self::Polka(polka) => polka.fmt(f),
            Self::Round(certificate) => certificate.fmt(f),
        }
    }
}

impl Proposal {
    /// What is signed.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("proposal");
        Hash::of(&DOMAIN, self)
    }

    /// Signs it.
    pub fn sign(self, key: &SecretKey) -> Result<SignedProposal, KeyError> {
        Ok(SignedProposal { proposal: self, validator: key.public(), signature: key.sign(&self.hash())? })
    }
}

impl SignedProposal {
    /// That the validator signed it.
    pub fn verify(&self) -> Result<(), KeyError> {
        self.validator.verify(&self.proposal.hash(), &self.signature)
    }
}

impl Part {
    /// What is signed: everything, the bytes included.
    #[must_use]
    pub fn hash(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("part");
        Hash::of(&DOMAIN, self)
    }

    /// Signs it.
    pub fn sign(self, key: &SecretKey) -> Result<SignedPart, KeyError> {
        let signature = key.sign(&self.hash())?;
        Ok(SignedPart { part: self, validator: key.public(), signature })
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { height, round, block, bytes, .. } = self;
        write!(f, "Part({height}/{round}, {block}, {} bytes)", bytes.len())
    }
}

impl SignedPart {
    /// That the validator signed it.
    pub fn verify(&self) -> Result<(), KeyError> {
        self.validator.verify(&self.part.hash(), &self.signature)
    }
}
