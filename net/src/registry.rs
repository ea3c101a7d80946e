//! Who told a tracker of itself.
//!
//! Invariants: an entry lives for a minute after it was last said; bounded in all, by peer and by neighbourhood, and whoever
//! is there already is not pushed out by newcomers.

use crate::address::{ip_of, neighbourhood, sane};
use crate::random::Random;
use crate::{Multiaddr, PeerId, Registered};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

const TTL_MS: u64 = 60_000;
const ENTRIES_MAX: usize = 20_000;
/// Chains of one peer.
const CHAINS_MAX: usize = 4;
/// Entries of one neighbourhood.
const NEIGHBOURS_MAX: usize = 256;
/// Addresses kept of an entry.
const ADDRESSES_MAX: usize = 8;
/// Entries told at once.
const TOLD_MAX: usize = 32;

#[derive(Debug, Clone)]
struct Entry {
    addresses: Vec<Multiaddr>,
    statement: Vec<u8>,
    at_ms: u64,
    place: Option<[u8; 6]>,
}

/// The entries of all chains.
#[derive(Debug)]
pub(crate) struct Registry {
    chains: BTreeMap<[u8; 32], BTreeMap<PeerId, Entry>>,
    entries: usize,
    places: HashMap<[u8; 6], usize>,
    random: Random,
}

/// What a peer says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Announced {
    pub(crate) chain: [u8; 32],
    pub(crate) addresses: Vec<Multiaddr>,
    pub(crate) statement: Vec<u8>,
}

impl Registry {
    pub(crate) fn new(seed: u64) -> Self {
        Self { chains: BTreeMap::new(), entries: 0, places: HashMap::new(), random: Random::new(seed) }
    }

    /// Takes down what a peer says of itself, if there is room; tells it of others on its chain.
    pub(crate) fn announce(
        &mut self,
        now_ms: u64,
        peer: PeerId,
        from: &Multiaddr,
        announced: Announced,
    ) -> Result<Vec<(PeerId, Vec<Multiaddr>)>, String> {
        let chain = announced.chain;
        let place = neighbourhood(from);
        let known = self.chains.get(&chain).is_some_and(|peers| peers.contains_key(&peer));
        if known {
            self.remove(&chain, &peer);
        } else {
            self.has_room(&peer, place)?;
        }
        let from = ip_of(from);
        let mut addresses: Vec<_> =
            announced.addresses.iter().filter_map(|address| owned(address, &peer, from)).collect();
        addresses.dedup();
        addresses.truncate(ADDRESSES_MAX);
        self.entries += 1;
        if let Some(place) = place {
            *self.places.entry(place).or_default() += 1;
        }
        let entry = Entry { addresses, statement: announced.statement, at_ms: now_ms, place };
        let peers = self.chains.entry(chain).or_default();
        peers.insert(peer, entry);
        let fit = peers.iter().filter(|(other, entry)| **other != peer && !entry.addresses.is_empty());
        let mut told: Vec<_> = fit.map(|(peer, entry)| (*peer, entry.addresses.clone())).collect();
        self.random.shuffle(&mut told);
        told.truncate(TOLD_MAX);
        Ok(told)
    }

    fn has_room(&self, peer: &PeerId, place: Option<[u8; 6]>) -> Result<(), String> {
        if self.entries >= ENTRIES_MAX {
            return Err("the registry is full".to_owned());
        }
        if self.chains.values().filter(|peers| peers.contains_key(peer)).count() >= CHAINS_MAX {
            return Err("a peer may be on a few chains only".to_owned());
        }
        if place.and_then(|place| self.places.get(&place)).is_some_and(|count| *count >= NEIGHBOURS_MAX) {
            return Err("too many nodes near this address".to_owned());
        }
        Ok(())
    }

    fn remove(&mut self, chain: &[u8; 32], peer: &PeerId) {
        let Some(peers) = self.chains.get_mut(chain) else { return };
        let Some(entry) = peers.remove(peer) else { return };
        if peers.is_empty() {
            self.chains.remove(chain);
        }
        self.entries -= 1;
        if let Some(place) = entry.place
            && let Some(count) = self.places.get_mut(&place)
        {
            *count -= 1;
            if *count == 0 {
                self.places.remove(&place);
            }
        }
    }

    /// Forgets whoever was silent.
    pub(crate) fn tick(&mut self, now_ms: u64) {
        let old = |entry: &Entry| now_ms.saturating_sub(entry.at_ms) > TTL_MS;
        let gone = self
            .chains
            .iter()
            .flat_map(|(chain, peers)| peers.iter().filter(|(_, entry)| old(entry)).map(|(peer, _)| (*chain, *peer)));
        for (chain, peer) in gone.collect::<Vec<_>>() {
            self.remove(&chain, &peer);
        }
    }

    /// All of it, for people.
    pub(crate) fn all(&self, now_ms: u64) -> Vec<Registered> {
        let of_chain = |(chain, peers): (&[u8; 32], &BTreeMap<PeerId, Entry>)| {
            let chain = *chain;
            let entry = move |(peer, entry): (&PeerId, &Entry)| Registered {
                chain,
                peer: *peer,
                addresses: entry.addresses.clone(),
                statement: entry.statement.clone(),
                ago_ms: now_ms.saturating_sub(entry.at_ms),
            };
            peers.iter().map(entry).collect::<Vec<_>>()
        };
        self.chains.iter().flat_map(of_chain).collect()
    }
}

/// The address, if the peer may well be there: a public IP has to be the one that it came from, where that can be compared.
fn owned(address: &Multiaddr, peer: &PeerId, from: Option<IpAddr>) -> Option<Multiaddr> {
    let address = sane(address, peer, from)?;
    let relayed = crate::address::is_relayed(&address);
    match (ip_of(&address), from) {
        (Some(ip), Some(from)) if !relayed && !crate::address::is_local(ip) && !crate::address::is_local(from) => {
            (ip.is_ipv4() != from.is_ipv4() || ip == from).then_some(address)
        }
        _ => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(chain: u8, addresses: &[&str]) -> Announced {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Announced { chain: [chain; 32], addresses, statement: vec![chain] }
    }

    fn from(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn peers_of_one_chain_are_told_of_each_other_for_a_minute() {
        let mut registry = Registry::new(1);
        let (one, two, three) = (PeerId::random(), PeerId::random(), PeerId::random());
        let here = from("/ip4/8.8.8.8/tcp/9");
        assert!(registry.announce(0, one, &here, said(1, &["/ip4/8.8.8.8/tcp/1"])).unwrap().is_empty());
        assert!(registry.announce(0, two, &here, said(2, &["/ip4/8.8.8.8/tcp/2"])).unwrap().is_empty());
        let told = registry.announce(0, three, &here, said(1, &["/ip4/8.8.8.8/tcp/3"])).unwrap();
        assert_eq!(told, [(one, vec![from("/ip4/8.8.8.8/tcp/1")])]);
        registry.tick(TTL_MS);
        assert_eq!(registry.all(TTL_MS).len(), 3);
        registry.tick(TTL_MS + 1);
        assert!(registry.all(0).is_empty() && registry.places.is_empty() && registry.entries == 0);
    }

    #[test]
    fn nobody_is_sent_to_somebody_elses_address() {
        let (peer, here) = (PeerId::random(), from("/ip4/8.8.8.8/tcp/9"));
        let from = ip_of(&here);
        for (text, good) in [
            ("/ip4/8.8.8.8/tcp/1", true),
            ("/ip4/9.9.9.9/tcp/1", false),
            ("/ip4/127.0.0.1/tcp/1", false),
            ("/ip4/192.168.1.7/tcp/1", true),
            ("/ip6/2001:db8::1/tcp/1", true),
        ] {
            assert_eq!(owned(&text.parse().unwrap(), &peer, from).is_some(), good, "{text}");
        }
    }

    #[test]
    fn a_neighbourhood_can_not_fill_it() {
        let mut registry = Registry::new(1);
        let here = from("/ip4/8.8.8.8/tcp/9");
        let first = PeerId::random();
        registry.announce(0, first, &here, said(1, &[])).unwrap();
        let taken = (0..1_000).filter(|_| registry.announce(0, PeerId::random(), &here, said(1, &[])).is_ok()).count();
        assert_eq!(taken, NEIGHBOURS_MAX - 1);
        assert!(registry.announce(0, first, &here, said(1, &[])).is_ok(), "who is there stays");
        assert!(registry.announce(0, PeerId::random(), &from("/ip4/9.8.8.8/tcp/9"), said(1, &[])).is_ok());
        let many = PeerId::random();
        let elsewhere = from("/ip4/7.8.8.8/tcp/9");
        assert_eq!(
            (0..100).filter(|chain| registry.announce(0, many, &elsewhere, said(*chain, &[])).is_ok()).count(),
            CHAINS_MAX
        );
    }
}
