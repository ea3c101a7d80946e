//! Keys and signatures: ECDSA over secp256k1, deterministic (RFC 6979), in one form only.
//!
//! Invariants: a [`PublicKey`] is a point of the curve; a [`Signature`] has the lower of its two forms (low s), so that
//! nobody can turn a signed thing into another one that is signed too; a secret key is wiped when dropped and never
//! printed.

use super::Hash;
use borsh::{BorshDeserialize, BorshSerialize};
use k256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use k256::ecdsa::{self, SigningKey, VerifyingKey};
use std::fmt;
use std::io::{Error, ErrorKind, Read, Write};
use zeroize::Zeroizing;

/// Signs; from 32 secret bytes.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// Whose signatures can be checked: a compressed point, 33 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct PublicKey([u8; 33]);

/// 64 bytes, `r` and then a low `s`.
#[derive(Clone, Copy, PartialEq, Eq, std::hash::Hash)]
pub struct Signature([u8; 64]);

/// Why bytes are no key, or no signature, or not the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Zero, or not below the curve's order.
    #[error("these bytes are no secret key")]
    Secret,
    /// Not hexadecimal digits of the right number.
    #[error("this is no key or signature: hexadecimal digits are expected, 66 of a key and 128 of a signature")]
    Form,
    /// Not a compressed point of the curve.
    #[error("these bytes are no public key")]
    Public,
    /// A part is zero or too large.
    #[error("these bytes are no signature")]
    Signature,
    /// The higher of its two forms.
    #[error("the signature is not in its canonical form (its s is high)")]
    HighS,
    /// Made with another key, or over something else.
    #[error("the signature does not belong to this key and content")]
    Wrong,
}

impl SecretKey {
    /// From its bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_slice(bytes).map(Self).map_err(|_| KeyError::Secret)
    }

    /// Its bytes, wiped when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::from_point(self.0.verifying_key())
    }

    /// Signs a hash; the same hash always gets the same signature.
    pub fn sign(&self, hash: &Hash) -> Result<Signature, KeyError> {
        let signature: ecdsa::Signature = self.0.sign_prehash(&hash.0).map_err(|_| KeyError::Signature)?;
        Ok(Signature(signature.normalize_s().to_bytes().into()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl PublicKey {
    /// From its 33 bytes.
    pub fn from_bytes(bytes: &[u8; 33]) -> Result<Self, KeyError> {
        // SEC 1 knows further forms, which would give one key several encodings.
        let compressed = matches!(bytes, [2 | 3, ..]);
        let point = VerifyingKey::from_sec1_bytes(bytes).ok().filter(|_| compressed);
        point.map(|_| Self(*bytes)).ok_or(KeyError::Public)
    }

    fn from_point(point: &VerifyingKey) -> Self {
        let mut bytes = [0; 33];
        bytes.iter_mut().zip(point.to_sec1_point(true).as_bytes()).for_each(|(to, byte)| *to = *byte);
        Self(bytes)
    }

    /// Its 33 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 33] {
        &self.0
    }

    /// That `signature` was made over `hash` with this key.
    pub fn verify(&self, hash: &Hash, signature: &Signature) -> Result<(), KeyError> {
        let point = VerifyingKey::from_sec1_bytes(&self.0).map_err(|_| KeyError::Public)?;
        let signature = ecdsa::Signature::from_slice(&signature.0).map_err(|_| KeyError::Signature)?;
        point.verify_prehash(&hash.0, &signature).map_err(|_| KeyError::Wrong)
    }
}

impl Signature {
    /// Length of its encoding.
    pub const BYTES: usize = 64;

    /// From its 64 bytes.
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, KeyError> {
        let signature = ecdsa::Signature::from_slice(bytes).map_err(|_| KeyError::Signature)?;
        if signature.normalize_s() == signature { Ok(Self(*bytes)) } else { Err(KeyError::HighS) }
    }

    /// Its 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

macro_rules! bytes {
    ($($name:ident),+) => {$(
        impl BorshSerialize for $name {
            fn serialize<W: Write>(&self, writer: &mut W) -> std::io::Result<()> {
                writer.write_all(&self.0)
            }
        }

        impl BorshDeserialize for $name {
            fn deserialize_reader<R: Read>(reader: &mut R) -> std::io::Result<Self> {
                let bytes = BorshDeserialize::deserialize_reader(reader)?;
                Self::from_bytes(&bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&super::hex::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        super::text!($name, parsed);

        impl std::str::FromStr for $name {
            type Err = KeyError;

            fn from_str(text: &str) -> Result<Self, KeyError> {
                Self::from_bytes(&super::hex::array(text).ok_or(KeyError::Form)?)
            }
        }
    )+};
}
bytes!(PublicKey, Signature);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEST: crate::types::Domain = crate::types::Domain::new("test");

    /// The order of the curve (SEC 2, secp256k1).
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae,
        0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ];

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32]).unwrap()
    }

    /// `ORDER - s` for the signature's `s`.
    fn flip(signature: Signature) -> [u8; 64] {
        let mut bytes = signature.0;
        let mut borrow = 0;
        for at in (0..32).rev() {
            let value = i16::from(ORDER[at]) - i16::from(bytes[32 + at]) - borrow;
            borrow = i16::from(value < 0);
            bytes[32 + at] = value.rem_euclid(256) as u8;
        }
        bytes
    }

    #[test]
    fn the_other_form_of_a_signature_is_refused() {
        for seed in 1..20 {
            let signature = key(seed).sign(&Hash::of(&TEST, &seed)).unwrap();
            assert_eq!(Signature::from_bytes(&signature.0), Ok(signature));
            assert_eq!(Signature::from_bytes(&flip(signature)), Err(KeyError::HighS));
            assert!(borsh::from_slice::<Signature>(&flip(signature)).is_err());
        }
    }

    #[test]
    fn bytes_that_are_no_key_or_signature_are_refused() {
        assert_eq!(
            [[0; 32], ORDER, [255; 32]].map(|bytes| SecretKey::from_bytes(&bytes).unwrap_err()),
            [KeyError::Secret; 3]
        );
        let right = *key(1).public().as_bytes();
        for first in [0, 1, 4, 5, 6, 7, 255] {
            let mut wrong = right;
            wrong[0] = first;
            assert_eq!(PublicKey::from_bytes(&wrong), Err(KeyError::Public), "{first}");
        }
        assert_eq!(PublicKey::from_bytes(&[2; 33]).is_ok(), VerifyingKey::from_sec1_bytes(&[2; 33]).is_ok());
        let mut beyond = [255; 33];
        beyond[0] = 2;
        assert_eq!(PublicKey::from_bytes(&beyond), Err(KeyError::Public), "a coordinate beyond the field");
        for part in [0..32, 32..64] {
            let mut wrong = key(1).sign(&Hash::default()).unwrap().0;
            wrong[part.clone()].fill(0);
            assert_eq!(Signature::from_bytes(&wrong), Err(KeyError::Signature));
            wrong[part].copy_from_slice(&ORDER);
            assert_eq!(Signature::from_bytes(&wrong), Err(KeyError::Signature));
        }
    }

    #[test]
    fn a_secret_key_is_never_printed() {
        assert_eq!(format!("{:?}", key(9)), "SecretKey(…)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn prop_a_signature_is_of_one_key_and_one_hash(secret in 1u8..254, content: u64, bit in 0usize..512) {
            let (key, other) = (key(secret), key(secret + 1));
            let hash = Hash::of(&TEST, &content);
            let signature = key.sign(&hash).unwrap();
            prop_assert_eq!(key.public().verify(&hash, &signature), Ok(()));
            prop_assert_eq!(key.sign(&hash), Ok(signature), "no chance in it");
            prop_assert_eq!(key.public().verify(&Hash::of(&TEST, &(content ^ 1)), &signature), Err(KeyError::Wrong));
            prop_assert_eq!(other.public().verify(&hash, &signature), Err(KeyError::Wrong));
            let mut changed = signature.0;
            changed[bit / 8] ^= 1 << (bit % 8);
            if let Ok(changed) = Signature::from_bytes(&changed) {
                prop_assert_eq!(key.public().verify(&hash, &changed), Err(KeyError::Wrong));
            }
        }
    }
}
