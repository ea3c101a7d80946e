//! Addresses of accounts: bech32m with the prefix `neuro` over 20 bytes of a key's SHA-256.
//!
//! Invariant: a text with up to four wrong characters is never read as another address (BIP-350's checksum).

use super::PublicKey;
use bech32::primitives::decode::UncheckedHrpstring;
use bech32::{Bech32m, Hrp};
use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

const PREFIX: Hrp = Hrp::parse_unchecked("neuro");

/// Where NEURO can be sent.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize)]
pub struct Address([u8; 20]);

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form of an address at all.
    #[error("{0:?} is no address: one begins with neuro1 and has 44 characters")]
    Form(String),
    /// Something else than an address of this kind of network.
    #[error("{0:?} is an address of another system: ours begin with neuro1")]
    Prefix(String),
    /// A character is wrong.
    #[error("{0:?} is mistyped: its checksum is wrong; copy the address again")]
    Checksum(String),
}

impl Address {
    /// The account of a key.
    #[must_use]
    pub fn of(key: &PublicKey) -> Self {
        let mut address = [0; 20];
        address.iter_mut().zip(Sha256::digest(key.as_bytes())).for_each(|(to, byte)| *to = byte);
        Self(address)
    }

    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // A mistake shown whole would hide what is wrong with a pasted file.
        let shown = || text.chars().take(100).collect::<String>();
        let form = || AddressError::Form(shown());
        let unchecked = UncheckedHrpstring::new(text).map_err(|_| form())?;
        if unchecked.hrp() != PREFIX {
            return Err(AddressError::Prefix(shown()));
        }
        let checked =
            unchecked.validate_and_remove_checksum::<Bech32m>().map_err(|_| AddressError::Checksum(shown()))?;
        let mut address = [0; 20];
        let mut bytes = checked.byte_iter();
        if bytes.len() != address.len() {
            return Err(form());
        }
        address.iter_mut().zip(&mut bytes).for_each(|(to, byte)| *to = byte);
        Ok(Self(address))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&bech32::encode_lower::<Bech32m>(PREFIX, &self.0).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

super::text!(Address, parsed);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_twenty_bytes_of_the_keys_hash() {
        let key = crate::types::SecretKey::from_bytes(&[7; 32]).unwrap().public();
        let address = Address::of(&key);
        assert_eq!(address.as_bytes()[..], Sha256::digest(key.as_bytes())[..20]);
        assert!(address.to_string().starts_with("neuro1") && address.to_string().len() == 44);
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        let error = |text: &str| text.parse::<Address>().unwrap_err();
        let right = Address([3; 20]).to_string();
        for text in ["", "neuro", "neuro1", "hello", &right[..43], &right.replace("neuro1", "NEURO1")] {
            assert!(matches!(error(text), AddressError::Form(_) | AddressError::Checksum(_)), "{text:?}");
        }
        assert!(matches!(error("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), AddressError::Prefix(_)));
        // Right but for the constant of the older bech32, and right but of another length.
        let older = bech32::encode_lower::<bech32::Bech32>(PREFIX, &[3; 20]).unwrap();
        assert!(matches!(error(&older), AddressError::Checksum(_)));
        for length in [0, 19, 21, 32] {
            let other = bech32::encode_lower::<Bech32m>(PREFIX, &vec![3; length]).unwrap();
            assert!(matches!(error(&other), AddressError::Form(_)), "{length}");
        }
        assert_eq!(right.to_uppercase().parse(), Ok(Address([3; 20])), "QR codes are denser in upper case");
    }

    proptest! {
        #[test]
        fn prop_up_to_four_wrong_characters_are_noticed(
            bytes: [u8; 20],
            wrong in proptest::collection::btree_map(6usize..44, 1usize..32, 1..=4)
        ) {
            const CHARSET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
            let right = Address(bytes).to_string();
            prop_assert_eq!(right.parse(), Ok(Address(bytes)));
            let mut text = right.into_bytes();
            for (at, by) in wrong {
                let old = CHARSET.iter().position(|&c| c == text[at]).unwrap();
                text[at] = CHARSET[(old + by) % 32];
            }
            prop_assert!(String::from_utf8(text).unwrap().parse::<Address>().is_err());
        }
    }
}
