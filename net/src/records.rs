//! Records in the distributed hash table: what a node says of itself to those who are not connected with it.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version |
//! | 33 | owner's compressed public key |
//! | 8 | sequence, little-endian: of two records the higher one counts |
//! | 8 | expiry, milliseconds since 1970, little-endian |
//! | 1 + n | kind |
//! | 1 + n | signature over everything but owner and signature, and the chain, under a domain of its own |
//! | rest | value |
//!
//! Invariants: what is not signed by the owner of its key, has expired, says it expires in the far future, or is older
//! than what is known, is neither stored nor handed on; nothing longer than [`RECORD_BYTES_MAX`] is looked at.

use crate::{Handle, PeerId, RecordError, identity::public_of, key_of, peer_of};
use futures::future::join_all;
use libp2p::identity::Keypair;
use std::time::Duration;

/// A whole record is no longer.
pub const RECORD_BYTES_MAX: usize = 4096;
/// The name of a kind is no longer.
pub const KIND_BYTES_MAX: usize = 32;
/// Records live no longer.
pub const TTL_MAX: Duration = Duration::from_hours(24);
/// Clocks differ by this much.
const SKEW_MS: u64 = 10 * 60 * 1000;
/// A DER signature is no longer.
const SIGNATURE_BYTES_MAX: usize = 72;
const VERSION: u8 = 1;
const DOMAIN: &[u8] = b"neuroshard record";

/// A record whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose it is, and who signed it.
    pub author: PeerId,
    /// What it is about.
    pub kind: String,
    /// Of two records the higher one counts.
    pub sequence: u64,
    /// Milliseconds since 1970.
    pub expires_ms: u64,
    /// What it says.
    pub value: Vec<u8>,
}

/// Why bytes are no record, or one that is not wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// Not looked at.
    #[error("a record of {0} bytes, of which there are at most {RECORD_BYTES_MAX}")]
    Long(usize),
    /// A newer or older program.
    #[error("record version {0} is not the known version {VERSION}")]
    Version(u8),
    /// Damaged.
    #[error("a record that cannot be read")]
    Malformed,
    /// Not signed by its owner.
    #[error("the record's signature is not its owner's")]
    Forged,
    /// Stored where another record belongs.
    #[error("the record does not belong under this key")]
    Key,
    /// Over.
    #[error("the record has expired")]
    Expired,
    /// Longer than records live.
    #[error("the record expires in the far future")]
    Far,
    /// A newer one is known.
    #[error("sequence {got} is below the known {known}")]
    Stale {
        /// Of this record.
        got: u64,
        /// Of the known one.
        known: u64,
    },
    /// Its owner said two things at once.
    #[error("another record with sequence {0} is known")]
    Twofold(u64),
}

/// Where the record of this kind by this peer belongs.
#[must_use]
pub fn key(chain: &[u8; 32], author: &PeerId, kind: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("neuroshard record key 1");
    // A peer's name has the length that it says itself, so nothing can be shifted between the parts.
    hasher.update(chain).update(&author.to_bytes()).update(kind.as_bytes());
    *hasher.finalize().as_bytes()
}

/// Signs a record.
pub(crate) fn sign(
    pair: &Keypair,
    chain: &[u8; 32],
    kind: &str,
    sequence: u64,
    expires_ms: u64,
    value: &[u8],
) -> Result<Vec<u8>, RecordError> {
    let length = HEAD_BYTES + 2 + kind.len() + SIGNATURE_BYTES_MAX + value.len();
    if length > RECORD_BYTES_MAX || kind.len() > KIND_BYTES_MAX {
        return Err(RecordError::TooLong { length, max: RECORD_BYTES_MAX });
    }
    let owner =
        key_of(&pair.public().to_peer_id()).ok_or_else(|| RecordError::Invalid("no secp256k1 key".to_owned()))?;
    let signature = pair
        .sign(&message(chain, kind, sequence, expires_ms, value))
        .map_err(|error| RecordError::Invalid(error.to_string()))?;
    let (kind_length, signature_length) = ([kind.len() as u8], [signature.len() as u8]);
    let (sequence, expires_ms) = (sequence.to_le_bytes(), expires_ms.to_le_bytes());
    Ok([
        &[VERSION][..],
        &owner,
        &sequence,
        &expires_ms,
        &kind_length,
        kind.as_bytes(),
        &signature_length,
        &signature,
        value,
    ]
    .concat())
}

const HEAD_BYTES: usize = 1 + 33 + 8 + 8;

fn message(chain: &[u8; 32], kind: &str, sequence: u64, expires_ms: u64, value: &[u8]) -> Vec<u8> {
    let kind_length = [kind.len() as u8];
    let (sequence, expires_ms) = (sequence.to_le_bytes(), expires_ms.to_le_bytes());
    [DOMAIN, &[VERSION], chain, &kind_length, kind.as_bytes(), &sequence, &expires_ms, value].concat()
}

/// What a record says of itself; nothing of it was checked.
#[derive(Debug, Clone, Copy)]
struct Claims<'a> {
    owner: &'a [u8; 33],
    sequence: u64,
    expires_ms: u64,
    kind: &'a str,
    signature: &'a [u8],
    value: &'a [u8],
}

fn read(bytes: &[u8]) -> Result<Claims<'_>, BadRecord> {
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(BadRecord::Long(bytes.len()));
    }
    let (version, rest) = bytes.split_first().ok_or(BadRecord::Malformed)?;
    if *version != VERSION {
        return Err(BadRecord::Version(*version));
    }
    let fields = || -> Option<Claims<'_>> {
        let (owner, rest) = rest.split_first_chunk::<33>()?;
        let (sequence, rest) = rest.split_first_chunk::<8>()?;
        let (expires_ms, rest) = rest.split_first_chunk::<8>()?;
        let (kind_length, rest) = rest.split_first()?;
        let (kind, rest) = rest.split_at_checked(*kind_length as usize)?;
        let (signature_length, rest) = rest.split_first()?;
        let (signature, value) = rest.split_at_checked(*signature_length as usize)?;
        let fits = kind.len() <= KIND_BYTES_MAX && signature.len() <= SIGNATURE_BYTES_MAX;
        let kind = std::str::from_utf8(kind).ok().filter(|_| fits)?;
        let (sequence, expires_ms) = (u64::from_le_bytes(*sequence), u64::from_le_bytes(*expires_ms));
        Some(Claims { owner, sequence, expires_ms, kind, signature, value })
    };
    fields().ok_or(BadRecord::Malformed)
}

/// Reads a record that somebody gave us for this place: checks whose it is, its time and its signature.
pub fn verify(bytes: &[u8], chain: &[u8; 32], place: &[u8], now_ms: u64) -> Result<Record, BadRecord> {
    let claims = read(bytes)?;
    if claims.expires_ms <= now_ms {
        return Err(BadRecord::Expired);
    }
    if claims.expires_ms > now_ms.saturating_add(TTL_MAX.as_millis() as u64 + SKEW_MS) {
        return Err(BadRecord::Far);
    }
    let author = peer_of(claims.owner).ok_or(BadRecord::Malformed)?;
    if key(chain, &author, claims.kind) != place {
        return Err(BadRecord::Key);
    }
    let message = message(chain, claims.kind, claims.sequence, claims.expires_ms, claims.value);
    let public = public_of(&author).ok_or(BadRecord::Malformed)?;
    if !public.verify(&message, claims.signature) {
        return Err(BadRecord::Forged);
    }
    Ok(Record {
        author,
        kind: claims.kind.to_owned(),
        sequence: claims.sequence,
        expires_ms: claims.expires_ms,
        value: claims.value.to_vec(),
    })
}

/// Whether a record may be stored in this place, where `known` lies now. To be asked before anything is stored.
pub fn admit(
    bytes: &[u8],
    chain: &[u8; 32],
    place: &[u8],
    known: Option<&[u8]>,
    now_ms: u64,
) -> Result<Record, BadRecord> {
    let claims = read(bytes)?;
    // Cheap questions first: most unwanted records need no signature checked.
    if let Some(known) = known.and_then(|known| read(known).ok()).filter(|known| known.expires_ms > now_ms) {
        if claims.sequence < known.sequence {
            return Err(BadRecord::Stale { got: claims.sequence, known: known.sequence });
        }
        if claims.sequence == known.sequence && claims.value != known.value {
            return Err(BadRecord::Twofold(known.sequence));
        }
    }
    verify(bytes, chain, place, now_ms)
}

impl Handle {
    /// Stores several records of ours, all at once; the results are in the order of the records.
    pub async fn put_many(&self, records: Vec<(String, Vec<u8>)>, ttl: Duration) -> Vec<Result<(), RecordError>> {
        let put = |(kind, value): (String, Vec<u8>)| async move { self.put(&kind, value, ttl).await };
        join_all(records.into_iter().map(put)).await
    }

    /// Finds several records, all at once; the results are in the order of the questions.
    pub async fn get_many(&self, wanted: &[(String, PeerId)]) -> Vec<Result<Option<Vec<u8>>, RecordError>> {
        join_all(wanted.iter().map(|(kind, of)| self.get(kind, *of))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keypair;
    use proptest::{collection::vec, prelude::*};

    const NOW: u64 = 1_800_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn pair(seed: u8) -> Keypair {
        keypair(&[seed; 32]).unwrap()
    }

    const CHAIN: [u8; 32] = [8; 32];

    fn author(seed: u8) -> PeerId {
        pair(seed).public().to_peer_id()
    }

    fn signed(seed: u8, kind: &str, value: &[u8], sequence: u64) -> Vec<u8> {
        sign(&pair(seed), &CHAIN, kind, sequence, NOW + HOUR, value).unwrap()
    }

    fn at(seed: u8, kind: &str) -> [u8; 32] {
        key(&CHAIN, &author(seed), kind)
    }

    #[test]
    fn a_record_is_stored_and_found() {
        let (bytes, place) = (signed(1, "where", b"here", 5), at(1, "where"));
        let record = admit(&bytes, &CHAIN, &place, None, NOW).unwrap();
        let (kind, value) = ("where".to_owned(), b"here".to_vec());
        assert_eq!(record, Record { author: author(1), kind, sequence: 5, expires_ms: NOW + HOUR, value });
        let again = admit(&bytes, &CHAIN, &place, Some(&bytes), NOW);
        assert_eq!(again, Ok(record), "said again by whoever keeps it");
        let newer = signed(1, "where", b"there", 6);
        assert!(admit(&newer, &CHAIN, &place, Some(&bytes), NOW).is_ok());
    }

    #[test]
    fn forged_stale_and_oversized_records_are_refused() {
        let (bytes, place) = (signed(1, "where", b"here", 5), at(1, "where"));
        let refused = |bytes: &[u8], known: Option<&[u8]>| admit(bytes, &CHAIN, &place, known, NOW).unwrap_err();
        let mut forged = bytes.clone();
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(refused(&forged, None), BadRecord::Forged);
        assert_eq!(refused(&signed(2, "where", b"here", 5), None), BadRecord::Key);
        assert_eq!(refused(&signed(1, "what", b"here", 5), None), BadRecord::Key);
        let other_chain = verify(&bytes, &[9; 32], &key(&[9; 32], &author(1), "where"), NOW);
        assert_eq!(other_chain, Err(BadRecord::Forged), "signed for another chain");
        let stale = BadRecord::Stale { got: 4, known: 5 };
        assert_eq!(refused(&signed(1, "where", b"old", 4), Some(&bytes)), stale);
        assert_eq!(refused(&signed(1, "where", b"other", 5), Some(&bytes)), BadRecord::Twofold(5));
        let expired = sign(&pair(1), &CHAIN, "where", 9, NOW, b"x").unwrap();
        assert_eq!(refused(&expired, None), BadRecord::Expired);
        let old = signed(1, "where", b"old", 4);
        assert!(admit(&old, &CHAIN, &place, Some(&expired), NOW).is_ok(), "what expired binds nobody");
        let far = sign(&pair(1), &CHAIN, "where", 9, NOW + 25 * HOUR, b"x").unwrap();
        assert_eq!(refused(&far, None), BadRecord::Far);
        assert_eq!(refused(&[&bytes[..], &[0; 4096]].concat(), None), BadRecord::Long(bytes.len() + 4096));
        let long = sign(&pair(1), &CHAIN, "where", 1, NOW, &[0; 4096]);
        assert!(matches!(long, Err(RecordError::TooLong { .. })));
        let long = sign(&pair(1), &CHAIN, &"k".repeat(33), 1, NOW, b"");
        assert!(matches!(long, Err(RecordError::TooLong { .. })));
        assert_eq!(refused(&[2; 200], None).to_string(), "record version 2 is not the known version 1");
    }

    /// A signature of something else that this key signs is none of a record, and another kind's record neither.
    #[test]
    fn signatures_do_not_cross() {
        let bytes = signed(1, "ab", b"cd", 5);
        let signature = read(&bytes).unwrap().signature.to_vec();
        let public = pair(1).public();
        assert!(public.verify(&message(&CHAIN, "ab", 5, NOW + HOUR, b"cd"), &signature));
        for (kind, value) in [("a", &b"bcd"[..]), ("abc", b"d"), ("ab", b"c")] {
            assert!(!public.verify(&message(&CHAIN, kind, 5, NOW + HOUR, value), &signature));
        }
        let raw = pair(1).sign(b"cd").unwrap();
        assert!(!public.verify(&message(&CHAIN, "ab", 5, NOW + HOUR, b"cd"), &raw));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn what_is_signed_is_read(kind in "[a-z]{0,32}", value in vec(any::<u8>(), 0..500), sequence: u64) {
            let bytes = signed(3, &kind, &value, sequence);
            let record = verify(&bytes, &CHAIN, &at(3, &kind), NOW).unwrap();
            prop_assert_eq!((record.kind, record.value, record.sequence), (kind, value, sequence));
        }

        #[test]
        fn a_changed_bit_is_refused(value in vec(any::<u8>(), 0..50), index: prop::sample::Index) {
            let mut bytes = signed(3, "where", &value, 1);
            let bit = index.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify(&bytes, &CHAIN, &at(3, "where"), NOW).is_err());
        }

        #[test]
        fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..300)) {
            let _ = verify(&bytes, &CHAIN, &[0; 32], NOW);
            let _ = admit(&[&[VERSION][..], &bytes].concat(), &CHAIN, &[0; 32], Some(&bytes), NOW);
        }
    }
}
