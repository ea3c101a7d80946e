//! A node's key and its name in the network are the same thing.
//!
//! Invariant: for a compressed secp256k1 key, `key_of(peer_of(key)) == key`; no other kind of key has a name here.

use libp2p::PeerId;
use libp2p::identity::{Keypair, PublicKey, secp256k1};
use zeroize::Zeroizing;

/// The multihash code of "the digest is the thing itself".
const IDENTITY: u64 = 0;

/// The peer with this compressed secp256k1 key, if it is a key.
#[must_use]
pub fn peer_of(key: &[u8; 33]) -> Option<PeerId> {
    let key = secp256k1::PublicKey::try_from_bytes(key).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

/// The compressed secp256k1 key of this peer, if it has one.
#[must_use]
pub fn key_of(peer: &PeerId) -> Option<[u8; 33]> {
    Some(public_of(peer)?.try_into_secp256k1().ok()?.to_bytes())
}

/// The public key of this peer.
pub(crate) fn public_of(peer: &PeerId) -> Option<PublicKey> {
    let hash = peer.as_ref();
    if hash.code() != IDENTITY {
        return None;
    }
    PublicKey::try_decode_protobuf(hash.digest()).ok()
}

/// The key pair of a secret scalar.
pub(crate) fn keypair(secret: &[u8; 32]) -> Option<Keypair> {
    let mut copy = Zeroizing::new(*secret);
    let secret = secp256k1::SecretKey::try_from_bytes(copy.as_mut_slice()).ok()?;
    Some(Keypair::from(secp256k1::Keypair::from(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_a_peer_are_one_thing() {
        let pair = keypair(&[7; 32]).unwrap();
        let key = pair.public().try_into_secp256k1().unwrap().to_bytes();
        let peer = peer_of(&key).unwrap();
        assert_eq!(peer, pair.public().to_peer_id());
        assert_eq!(key_of(&peer), Some(key));
    }

    #[test]
    fn what_is_no_key_has_no_peer() {
        assert_eq!(peer_of(&[0; 33]), None);
        assert_eq!(peer_of(&[255; 33]), None);
        assert!(keypair(&[0; 32]).is_none());
        assert_eq!(key_of(&PeerId::random()), None);
    }
}
