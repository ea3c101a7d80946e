//! Texts signed with an account's key, to show whose account it is.
//!
//! Invariant: what is signed is a hash in a domain of its own, so a signed text is no transaction and no vote.

use k256::ecdsa::{self, RecoveryId, VerifyingKey};

use crate::types::{Address, Domain, Hash, KeyError, PublicKey, SecretKey, Signature};

const MESSAGE: Domain = Domain::new("wallet message");

/// Why a text was not signed by somebody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not 128 hexadecimal digits, or not those of a signature.
    #[error("{0:?} is no signature: 128 hexadecimal digits are expected, as `wallet sign` prints them")]
    Signature(String),
    /// Not 66 hexadecimal digits, or not those of a key.
    #[error("{0:?} is no public key: 66 hexadecimal digits are expected, as `wallet sign --json` prints them")]
    Key(String),
    /// Signed by somebody else, or another text.
    #[error("the signature is not by {0} over this text")]
    Wrong(String),
}

/// Signs a text.
pub fn sign(key: &SecretKey, text: &str) -> Result<Signature, KeyError> {
    key.sign(&Hash::of(&MESSAGE, text))
}

/// That the owner of `key` signed `text`.
pub fn verify(key: &PublicKey, text: &str, signature: &Signature) -> Result<(), MessageError> {
    key.verify(&Hash::of(&MESSAGE, text), signature).map_err(|_| MessageError::Wrong(key.to_string()))
}

/// That the owner of `address` signed `text`; returns the key, which the signature itself gives away.
pub fn verify_address(address: &Address, text: &str, signature: &Signature) -> Result<PublicKey, MessageError> {
    let hash = Hash::of(&MESSAGE, text);
    let candidates = (0..4).filter_map(RecoveryId::from_byte).filter_map(|id| {
        let signature = ecdsa::Signature::from_slice(signature.as_bytes()).ok()?;
        let point = VerifyingKey::recover_from_prehash(&hash.0, &signature, id).ok()?;
        PublicKey::from_bytes(point.to_sec1_point(true).as_bytes().try_into().ok()?).ok()
    });
    let key = candidates.into_iter().find(|key| Address::of(key) == *address);
    let key = key.ok_or_else(|| MessageError::Wrong(address.to_string()))?;
    verify(&key, text, signature).map(|()| key)
}

/// Reads a signature as it is printed.
pub fn parse_signature(text: &str) -> Result<Signature, MessageError> {
    text.parse().map_err(|_| MessageError::Signature(text.chars().take(140).collect()))
}

/// Reads a public key as it is printed.
pub fn parse_key(text: &str) -> Result<PublicKey, MessageError> {
    text.parse().map_err(|_| MessageError::Key(text.chars().take(80).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_signed_text_is_nothing_else_that_is_signed() {
        let signature = sign(&key(1), "text").unwrap();
        for domain in [Domain::new("transaction"), Domain::new("vote"), Domain::new("wallet")] {
            assert!(key(1).public().verify(&Hash::of(&domain, "text"), &signature).is_err());
        }
    }

    #[test]
    fn what_is_no_key_or_signature_is_refused() {
        let signature = sign(&key(1), "text").unwrap();
        assert_eq!(parse_signature(&signature.to_string()), Ok(signature));
        assert_eq!(parse_signature(&signature.to_string().to_uppercase()), Ok(signature));
        assert_eq!(parse_key(&key(1).public().to_string()), Ok(key(1).public()));
        for wrong in ["", "ab", &"0".repeat(128), &"0".repeat(66), &"ff".repeat(64), "é"] {
            assert!(parse_signature(wrong).is_err() && parse_key(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn prop_a_signature_is_of_one_account_and_one_text(seed in 1u8..254, text: String, other: String) {
            let (signer, stranger) = (key(seed).public(), key(seed + 1).public());
            let signature = sign(&key(seed), &text).unwrap();
            prop_assert_eq!(verify(&signer, &text, &signature), Ok(()));
            prop_assert_eq!(verify_address(&Address::of(&signer), &text, &signature), Ok(signer));
            prop_assert!(verify(&stranger, &text, &signature).is_err());
            prop_assert!(verify_address(&Address::of(&stranger), &text, &signature).is_err());
            if text != other {
                prop_assert!(verify(&signer, &other, &signature).is_err());
                prop_assert!(verify_address(&Address::of(&signer), &other, &signature).is_err());
            }
        }
    }
}
