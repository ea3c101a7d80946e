//! The words that the ledger is written in: amounts, factors, hashes, keys, addresses, Merkle trees.
//!
//! Invariants: a value of one of these types is right by construction; nothing here knows a clock, chance or a float; and
//! a value has exactly one encoding in bytes (borsh), so that its hash names it.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::float_arithmetic,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::iter_over_hash_type
    )
)]

/// Serialises values as the text they print as; with `parsed`, reads them from it too.
macro_rules! text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
    ($name:ident, parsed) => {
        $crate::types::text!($name);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: std::borrow::Cow<'de, str> = serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text;

mod address;
mod amount;
mod factor;
mod hash;
pub mod hex;
mod keys;
pub mod merkle;
mod vote;

pub use address::{Address, AddressError};
pub use amount::{Amount, AmountError, NANO_PER_NEURO};
pub use factor::{Factor, FactorError};
pub use hash::{Domain, Hash, HashError};
pub use keys::{KeyError, PublicKey, SecretKey, Signature};
pub use vote::{
    Certificate, CertificateError, ChainId, POWER_MAX, SignedVote, VALIDATORS_MAX, Validator, ValidatorSet, Vote,
    VoteKind,
};

use borsh::{BorshDeserialize, BorshSerialize};

/// The bytes that a value has as a part of whatever is signed, hashed or kept.
#[must_use]
pub fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = value.serialize(&mut bytes);
    debug_assert!(written.is_ok(), "memory takes everything, and our values can be written");
    bytes
}

/// A block's place in the chain; genesis is 0. One block is one epoch.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    std::hash::Hash,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
)]
pub struct Height(pub u64);

impl Height {
    /// The height `blocks` later; the last there is, if there are not so many.
    #[must_use]
    pub const fn after(self, blocks: u64) -> Self {
        Self(self.0.saturating_add(blocks))
    }
}

impl std::fmt::Display for Height {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
