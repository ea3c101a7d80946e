//! Records in the network's table: bytes that their author signed, for one kind, until a time.
//!
//! Invariant: a record is taken only whole, from its author, for its chain, kind and place, and before it expires; of two,
//! the one with the higher sequence is newer.

use crate::{PeerId, RecordError, identity};
use borsh::{BorshDeserialize, BorshSerialize};
use libp2p::identity::Keypair;

const VERSION: u8 = 1;
/// What is signed begins with this, so that it can be taken for nothing else.
const DOMAIN: &[u8] = b"neuroshard record 1";
/// Longest name of a kind.
const KIND_MAX: usize = 32;
/// No record claims to live longer.
const LIFE_MS_MAX: u64 = 86_400_000;

/// A record that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) author: PeerId,
    pub(crate) kind: String,
    pub(crate) sequence: u64,
    pub(crate) expires_ms: u64,
    pub(crate) value: Vec<u8>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Wire {
    version: u8,
    author: Vec<u8>,
    kind: String,
    sequence: u64,
    expires_ms: u64,
    value: Vec<u8>,
    signature: Vec<u8>,
}

/// Where a peer's record of a kind is found.
pub(crate) fn key(chain: &[u8; 32], author: &PeerId, kind: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("neuroshard 2026 record key");
    hasher.update(chain);
    hasher.update(&author.to_bytes());
    hasher.update(kind.as_bytes());
    *hasher.finalize().as_bytes()
}

fn signed(chain: &[u8; 32], wire: &Wire) -> Vec<u8> {
    let body = (chain, &wire.author, &wire.kind, wire.sequence, wire.expires_ms, &wire.value);
    let mut bytes = DOMAIN.to_vec();
    bytes.extend(borsh::to_vec(&body).unwrap_or_default());
    bytes
}

/// Makes a record of ours.
pub(crate) fn sign(
    pair: &Keypair,
    chain: &[u8; 32],
    kind: &str,
    sequence: u64,
    expires_ms: u64,
    value: &[u8],
) -> Result<Vec<u8>, RecordError> {
    let author = pair.public().to_peer_id().to_bytes();
    let (kind, value) = (kind.to_owned(), value.to_vec());
    let mut wire = Wire { version: VERSION, author, kind, sequence, expires_ms, value, signature: Vec::new() };
    wire.signature = pair.sign(&signed(chain, &wire)).map_err(|error| RecordError::Failed(error.to_string()))?;
    borsh::to_vec(&wire).map_err(|error| RecordError::Failed(error.to_string()))
}

/// Reads a record that somebody gave us for a place in the table; times are those of the wall.
pub(crate) fn verify(bytes: &[u8], chain: &[u8; 32], place: &[u8], now_ms: u64) -> Result<Record, RecordError> {
    let invalid = |reason: &str| RecordError::Invalid(reason.to_owned());
    let wire: Wire = borsh::from_slice(bytes).map_err(|_| invalid("not a record"))?;
    if wire.version != VERSION {
        return Err(invalid("another version"));
    }
    let author = PeerId::from_bytes(&wire.author).map_err(|_| invalid("no author"))?;
    if wire.kind.len() > KIND_MAX || key(chain, &author, &wire.kind) != place {
        return Err(invalid("not for this place"));
    }
    if wire.expires_ms <= now_ms || wire.expires_ms > now_ms.saturating_add(LIFE_MS_MAX) {
        return Err(invalid("expired, or good for too long"));
    }
    let public = identity::public_of(&author).ok_or_else(|| invalid("its author has no key"))?;
    if !public.verify(&signed(chain, &wire), &wire.signature) {
        return Err(invalid("forged"));
    }
    Ok(Record { author, kind: wire.kind, sequence: wire.sequence, expires_ms: wire.expires_ms, value: wire.value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_author_can_say_it() {
        let (pair, chain) = (identity::keypair(&[7; 32]).unwrap(), [1; 32]);
        let author = pair.public().to_peer_id();
        let place = key(&chain, &author, "place");
        let bytes = sign(&pair, &chain, "place", 3, 1_000, b"here").unwrap();
        let record = verify(&bytes, &chain, &place, 999).unwrap();
        assert_eq!((record.author, record.sequence, record.value), (author, 3, b"here".to_vec()));
        assert!(verify(&bytes, &chain, &place, 1_000).is_err(), "expired");
        assert!(verify(&bytes, &[2; 32], &place, 999).is_err(), "another chain");
        for place in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[place] ^= 1;
            assert!(verify(&forged, &chain, &key(&chain, &author, "place"), 999).is_err(), "byte {place}");
        }
    }
}
