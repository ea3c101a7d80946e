//! Hashes: BLAKE3 of an encoding, under a domain that says of what.
//!
//! Invariant: every kind of thing has a domain of its own, which is BLAKE3's key, so a hash of one kind of thing is never
//! one of another kind.

use super::hex;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// 32 bytes that name a value.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize)]
pub struct Hash(pub [u8; 32]);

/// Why a text is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no hash: 64 hexadecimal digits are expected")]
pub struct HashError(String);

/// A kind of thing that is hashed.
#[derive(Debug)]
pub struct Domain([u8; 32]);

impl Domain {
    /// A constant of the protocol, of at most 21 bytes: BLAKE3's key is `neuroshard/`, the name, and zeros.
    #[must_use]
    #[cfg_attr(
        not(test),
        expect(
            clippy::arithmetic_side_effects,
            clippy::indexing_slicing,
            reason = "evaluated when the program is compiled, where a name that is too long stops the build"
        )
    )]
    pub const fn new(name: &str) -> Self {
        let (mut key, mut at) = ([0; 32], 0);
        let (before, name) = (b"neuroshard/", name.as_bytes());
        while at < before.len() + name.len() {
            key[at] = if at < before.len() { before[at] } else { name[at - before.len()] };
            at += 1;
        }
        Self(key)
    }
}

impl Hash {
    /// The hash of what `value` encodes to.
    #[must_use]
    pub fn of<T: BorshSerialize + ?Sized>(domain: &Domain, value: &T) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(&domain.0);
        let written = value.serialize(&mut hasher);
        debug_assert!(written.is_ok(), "a hasher takes everything, and our values can be written");
        Self(hasher.finalize().into())
    }

    /// Its first eight bytes as a number, the highest first: for draws.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        hex::array(text).map(Self).ok_or_else(|| HashError(text.chars().take(80).collect()))
    }
}

super::text!(Hash, parsed);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_as_printed() {
        let hash = Hash::of(&Domain::new("test"), &7u8);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
        for wrong in ["", "ab", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
            assert_eq!(wrong.parse::<Hash>(), Err(HashError(wrong.to_owned())));
        }
    }

    #[test]
    fn domains_separate() {
        let (a, b) = (Domain::new("a"), Domain::new("b"));
        assert_ne!(Hash::of(&a, &7u8), Hash::of(&b, &7u8));
        let key = *b"neuroshard/a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(Hash::of(&a, &7u8), Hash(blake3::keyed_hash(&key, &[7]).into()));
    }
}
