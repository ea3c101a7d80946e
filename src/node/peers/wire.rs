//! What nodes say to each other beside consensus, and its bytes.
//!
//! Invariants: everything begins with a version and has one encoding; bytes are measured before they are decoded.

use crate::consensus::BlockBytes;
use crate::ledger::block::BLOCK_BYTES_MAX;
use crate::ledger::transaction::{SignedTransaction, TRANSACTION_BYTES_MAX};
use crate::store::Signed;
use crate::types::{Certificate, Hash, Height, VALIDATORS_MAX, encode};
use borsh::{BorshDeserialize, BorshSerialize};

/// The first byte of everything.
const VERSION: u8 = 1;
/// More than a question encodes to.
pub(in crate::node) const QUESTION_BYTES_MAX: usize = 64;
/// More than a [`Tip`] encodes to.
pub(in crate::node) const TIP_BYTES_MAX: usize = 128;
/// Longest certificate.
const CERTIFICATE_BYTES_MAX: usize = 64 + VALIDATORS_MAX * (33 + 64);
/// Longest header with what shows that it is final: a validator is a key and its power.
pub(in crate::node) const HEADER_BYTES_MAX: usize = 1024 + CERTIFICATE_BYTES_MAX + VALIDATORS_MAX * (33 + 8);
/// Longest block with its certificate.
pub(in crate::node) const FINAL_BYTES_MAX: usize = BLOCK_BYTES_MAX + CERTIFICATE_BYTES_MAX + 16;
/// Blocks of one answer.
pub(in crate::node) const BLOCKS_MAX: u16 = 256;

/// Where a node's chain ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(in crate::node) struct Tip {
    /// Its last block.
    pub(in crate::node) height: Height,
    /// That block's hash.
    pub(in crate::node) hash: Hash,
    /// The oldest block after genesis whose body it still has.
    pub(in crate::node) oldest: Height,
}

/// What is asked about the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub(in crate::node) enum Question {
    /// Final blocks, as many as there are.
    Blocks {
        /// The first.
        from: Height,
        /// At most [`BLOCKS_MAX`].
        count: u16,
    } = 0,
    /// A header, with all that shows that it is final.
    Header(Height) = 1,
    /// What the newest snapshot has to be.
    Manifest = 2,
    /// What the newest weights have to be, if they are of this round or a later one.
    Model(u64) = 3,
}

/// A block that is final, and the proof.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(in crate::node) struct Final {
    /// The proof.
    pub(in crate::node) certificate: Certificate,
    /// The block, which the certificate names.
    pub(in crate::node) bytes: BlockBytes,
}

/// Why bytes say nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::node) enum WireError {
    /// None at all, or of another version.
    #[error("not of version {VERSION}")]
    Version,
    /// More than there can be.
    #[error("{bytes} bytes, where {max} are allowed")]
    Size {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        max: usize,
    },
    /// They cannot be read.
    #[error("unreadable: {0}")]
    Bytes(String),
}

/// Something that travels.
pub(in crate::node) trait Wire: BorshSerialize + BorshDeserialize {
    /// Its longest encoding, the version not counted.
    const BYTES_MAX: usize;

    /// Its bytes.
    fn to_wire(&self) -> Vec<u8> {
        encode(&(VERSION, self))
    }

    /// From bytes that came from anywhere.
    fn from_wire(bytes: &[u8]) -> Result<Self, WireError> {
        let Some((&VERSION, rest)) = bytes.split_first() else { return Err(WireError::Version) };
        if rest.len() > Self::BYTES_MAX {
            return Err(WireError::Size { bytes: rest.len(), max: Self::BYTES_MAX });
        }
        borsh::from_slice(rest).map_err(|error| WireError::Bytes(error.to_string()))
    }
}

impl Wire for Tip {
    const BYTES_MAX: usize = TIP_BYTES_MAX;
}

impl Wire for Signed {
    const BYTES_MAX: usize = HEADER_BYTES_MAX;
}

impl Wire for Question {
    const BYTES_MAX: usize = QUESTION_BYTES_MAX;
}

impl Wire for Final {
    const BYTES_MAX: usize = FINAL_BYTES_MAX;
}

impl Wire for SignedTransaction {
    const BYTES_MAX: usize = TRANSACTION_BYTES_MAX;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_said_is_understood() {
        let tip = Tip { height: Height(7), hash: Hash([3; 32]), oldest: Height(1) };
        assert_eq!(Tip::from_wire(&tip.to_wire()), Ok(tip));
        let last = Final { certificate: Certificate::default(), bytes: BlockBytes::from(vec![1, 2, 3]) };
        assert_eq!(Final::from_wire(&last.to_wire()), Ok(last));
        assert_eq!(Tip::from_wire(&[]), Err(WireError::Version));
        assert_eq!(Tip::from_wire(&[9; 40]), Err(WireError::Version));
        assert!(matches!(Tip::from_wire(&[VERSION; 200]), Err(WireError::Size { .. })));
        assert!(matches!(Tip::from_wire(&[VERSION; 80]), Err(WireError::Bytes(_))), "nothing may follow");
    }

    proptest! {
        #[test]
        fn prop_no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300), flip in any::<(usize, u8)>()) {
            let mut versioned = vec![VERSION];
            versioned.extend(&bytes);
            for bytes in [&bytes, &versioned] {
                let _ = Tip::from_wire(bytes);
                let _ = Question::from_wire(bytes);
                let _ = Signed::from_wire(bytes);
                let _ = Final::from_wire(bytes);
                let _ = SignedTransaction::from_wire(bytes);
            }
            let mut known = Final { certificate: Certificate::default(), bytes: BlockBytes::from(bytes) }.to_wire();
            let at = flip.0 % known.len();
            known[at] ^= flip.1;
            let _ = Final::from_wire(&known);
        }
    }
}
