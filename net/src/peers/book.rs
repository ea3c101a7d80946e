//! Who is known to be somewhere: addresses, and how dialling them went.
//!
//! Invariants: bounded in peers and in addresses of each; those that answered last are forgotten last.

use crate::address::{is_relayed, is_tcp};
use crate::random::Random;
use crate::{Multiaddr, PeerId};
use std::collections::BTreeMap;

/// Addresses kept of one peer.
pub(crate) const ADDRESSES_MAX: usize = 8;
/// The first wait after a failure, and the longest.
const WAIT_MS: u64 = 2_000;
const WAIT_MS_MAX: u64 = 300_000;

/// What is known of a peer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Where it may be, the newest last.
    pub(crate) addresses: Vec<Multiaddr>,
    /// When it was last connected, on our clock.
    pub(crate) seen_ms: Option<u64>,
    /// Dials that failed since.
    pub(crate) failures: u32,
    /// Not dialled before.
    pub(crate) wait_until_ms: u64,
    /// When the last of them failed.
    pub(crate) failed_ms: u64,
}

impl Known {
    /// What to dial: TCP first, which carries bulk better; the rest every other time; relays when all else failed.
    pub(crate) fn to_dial(&self) -> Vec<Multiaddr> {
        let direct: Vec<_> = self.addresses.iter().filter(|address| !is_relayed(address)).cloned().collect();
        let tcp: Vec<_> = direct.iter().filter(|address| is_tcp(address)).cloned().collect();
        match self.failures % 3 {
            0 if !tcp.is_empty() => tcp,
            0 | 1 if !direct.is_empty() => direct,
            _ => self.addresses.clone(),
        }
    }
}

/// All that are known.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    peers: BTreeMap<PeerId, Known>,
    known_max: usize,
}

impl Book {
    pub(crate) fn new(known_max: usize) -> Self {
        Self { peers: BTreeMap::new(), known_max }
    }

    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    pub(crate) fn get(&self, peer: &PeerId) -> Option<&Known> {
        self.peers.get(peer)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PeerId, &Known)> {
        self.peers.iter()
    }

    /// Learns of addresses, which were checked.
    pub(crate) fn learn(
        &mut self,
        peer: PeerId,
        addresses: impl IntoIterator<Item = Multiaddr>,
        keep: impl Fn(&PeerId) -> bool,
    ) {
        if !self.peers.contains_key(&peer) && self.peers.len() >= self.known_max && !self.make_room(keep) {
            return;
        }
        let known = self.peers.entry(peer).or_default();
        for address in addresses {
            if known.addresses.contains(&address) {
                continue;
            }
            if known.addresses.len() >= ADDRESSES_MAX {
                known.addresses.remove(0);
            }
            known.addresses.push(address);
        }
        if known.addresses.is_empty() {
            self.peers.remove(&peer);
        }
    }

    /// Forgets whoever failed most and answered longest ago.
    fn make_room(&mut self, keep: impl Fn(&PeerId) -> bool) -> bool {
        let worst = self.peers.iter().filter(|(peer, _)| !keep(peer));
        let worst = worst.min_by_key(|(_, known)| (known.seen_ms, std::cmp::Reverse(known.failures)));
        let Some(worst) = worst.map(|(peer, _)| *peer) else { return false };
        self.peers.remove(&worst);
        true
    }

    /// It is connected, over this address if we dialled it.
    pub(crate) fn connected(&mut self, peer: &PeerId, dialled: Option<&Multiaddr>, now_ms: u64) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.seen_ms = Some(now_ms);
            if let Some(place) =
                dialled.and_then(|dialled| known.addresses.iter().position(|address| address == dialled))
            {
                // The one that worked is the last to be forgotten.
                let address = known.addresses.remove(place);
                known.addresses.push(address);
            }
        }
    }

    /// It stayed for a while, so it may be dialled at once when it is lost.
    pub(crate) fn settled(&mut self, peer: &PeerId) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.failures = 0;
            known.wait_until_ms = 0;
        }
    }

    /// It could not be dialled, or went at once.
    pub(crate) fn failed(&mut self, peer: &PeerId, now_ms: u64, random: &mut Random) {
        if let Some(known) = self.peers.get_mut(peer) {
            let wait_ms = WAIT_MS.saturating_mul(1 << known.failures.min(16)).min(WAIT_MS_MAX);
            known.failures = known.failures.saturating_add(1);
            known.failed_ms = now_ms;
            known.wait_until_ms = now_ms + random.jitter(wait_ms);
        }
    }
}
