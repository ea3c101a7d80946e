//! What nodes and trackers tell each other of peers.
//!
//! Invariants: every format begins with its version; what is decoded was measured first, and holds only what is an address
//! and a peer.

use crate::registry::Announced;
use crate::{Multiaddr, PeerId, RequestKind};
use borsh::{BorshDeserialize, BorshSerialize};

const VERSION: u8 = 1;
/// Addresses of one peer, and peers, at most.
const ADDRESSES_MAX: usize = 16;
const PEERS_MAX: usize = 32;
const STATEMENT_MAX: usize = crate::handle::STATEMENT_MAX;

/// Asking a peer whom it knows.
pub(crate) const PEERS: RequestKind =
    RequestKind { name: "peers", request_max: 16, response_max: 128 << 10, per_minute: 10 };
/// Telling a tracker of oneself.
pub(crate) const ANNOUNCE: RequestKind =
    RequestKind { name: "announce", request_max: 8 << 10, response_max: 128 << 10, per_minute: 20 };

type Told = Vec<(PeerId, Vec<Multiaddr>)>;

#[derive(BorshSerialize, BorshDeserialize)]
struct WireAnnounce {
    version: u8,
    chain: [u8; 32],
    addresses: Vec<Vec<u8>>,
    statement: Vec<u8>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct WirePeers {
    version: u8,
    peers: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
}

fn pack<T: BorshSerialize>(value: &T) -> Vec<u8> {
    // Writing to memory does not fail.
    borsh::to_vec(value).unwrap_or_default()
}

fn places(addresses: &[Multiaddr]) -> Vec<Vec<u8>> {
    addresses.iter().take(ADDRESSES_MAX).map(Multiaddr::to_vec).collect()
}

fn addresses(places: Vec<Vec<u8>>) -> Vec<Multiaddr> {
    places.into_iter().take(ADDRESSES_MAX).filter_map(|place| Multiaddr::try_from(place).ok()).collect()
}

/// The question whom somebody knows.
pub(crate) fn ask_peers() -> Vec<u8> {
    vec![VERSION]
}

/// Whether that is the question.
pub(crate) fn is_ask_peers(bytes: &[u8]) -> bool {
    bytes == [VERSION]
}

/// Peers, and where they are.
pub(crate) fn pack_peers(peers: &[(PeerId, Vec<Multiaddr>)]) -> Vec<u8> {
    let peer = |(peer, addresses): &(PeerId, Vec<Multiaddr>)| (peer.to_bytes(), places(addresses));
    pack(&WirePeers { version: VERSION, peers: peers.iter().take(PEERS_MAX).map(peer).collect() })
}

/// Reads what [`pack_peers`] wrote.
pub(crate) fn peers(bytes: &[u8]) -> Option<Told> {
    let wire: WirePeers = borsh::from_slice(bytes).ok()?;
    if wire.version != VERSION {
        return None;
    }
    let peer = |(peer, places): (Vec<u8>, Vec<Vec<u8>>)| Some((PeerId::from_bytes(&peer).ok()?, addresses(places)));
    Some(wire.peers.into_iter().take(PEERS_MAX).filter_map(peer).collect())
}

/// What a tracker is told.
pub(crate) fn pack_announce(chain: [u8; 32], addresses: &[Multiaddr], statement: &[u8]) -> Vec<u8> {
    pack(&WireAnnounce { version: VERSION, chain, addresses: places(addresses), statement: statement.to_vec() })
}

/// Reads what [`pack_announce`] wrote; the error says what is wrong with it.
pub(crate) fn announce(bytes: &[u8]) -> Result<Announced, String> {
    let wire: WireAnnounce = borsh::from_slice(bytes).map_err(|_| "not an announcement".to_owned())?;
    if wire.version != VERSION {
        return Err(format!("version {} is not known here, only {VERSION}", wire.version));
    }
    if wire.statement.len() > STATEMENT_MAX {
        return Err(format!("a statement has at most {STATEMENT_MAX} bytes"));
    }
    Ok(Announced { chain: wire.chain, addresses: addresses(wire.addresses), statement: wire.statement })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_told_is_heard() {
        let place: Multiaddr = "/ip4/8.8.8.8/tcp/1".parse().unwrap();
        let told = vec![(PeerId::random(), vec![place.clone()])];
        assert_eq!(peers(&pack_peers(&told)), Some(told));
        let said = announce(&pack_announce([3; 32], std::slice::from_ref(&place), b"I am")).unwrap();
        assert_eq!((said.chain, said.addresses, said.statement), ([3; 32], vec![place], b"I am".to_vec()));
        assert!(announce(&pack_announce([3; 32], &[], &[0; STATEMENT_MAX + 1])).is_err());
    }

    #[test]
    fn a_full_answer_fits() {
        let place: Multiaddr = format!("/ip4/8.8.8.8/tcp/1/p2p/{}/p2p-circuit", PeerId::random()).parse().unwrap();
        let told: Vec<_> = (0..100).map(|_| (PeerId::random(), vec![place.clone(); 100])).collect();
        assert!(pack_peers(&told).len() <= PEERS.response_max);
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes: Vec<u8>) {
            let _ = (peers(&bytes), announce(&bytes));
        }
    }
}
