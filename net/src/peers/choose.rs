//! What the peer manager does each second: whom it lets go, and whom it dials.
//!
//! Invariant: it chooses by chance among the fit, so that nobody who offers many addresses is chosen for it.

use super::{ASK_MS, CHANCE_MS, GRACE_MS, KNOWN_FEW, Output, Peer, Peers, SETTLED_MS, is_at};
use crate::PeerId;
use crate::address::{neighbourhood, without_peer};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Dials begun in one tick.
const DIALS_MAX: usize = 8;
/// A dial of which nothing is heard is over.
const DIAL_MS: u64 = 30_000;
/// Neighbours among those we choose.
const NEIGHBOURS_MAX: usize = 2;
/// Protected peers, and all of them while we are alone, are dialled at least this often.
const URGENT_MS: u64 = 5_000;
/// Addresses given to us are dialled again after this; sooner at first.
const GIVEN_MS: u64 = 60_000;

impl Peers {
    pub(super) fn tick(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        self.bar(now_ms, out);
        self.refused.retain(|_, until_ms| *until_ms > now_ms);
        self.dialling.retain(|_, since_ms| now_ms.saturating_sub(*since_ms) < DIAL_MS);
        for (id, peer) in &mut self.connected {
            if !peer.settled && peer.admitted && now_ms.saturating_sub(peer.since_ms) >= SETTLED_MS {
                peer.settled = true;
                self.book.settled(id);
            }
        }
        self.trim(now_ms, out);
        self.let_chance_go(now_ms, out);
        self.dial_protected(now_ms, out);
        self.dial_given(now_ms, out);
        self.dial_chosen(now_ms, out);
        self.ask_someone(now_ms, out);
    }

    /// Lets go whoever is over the maximum: the newest first, and those we chose last.
    pub(super) fn trim(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let surplus = self.count().saturating_sub(self.limits.peers_max);
        if surplus == 0 {
            return;
        }
        let may_go = |(id, peer): &(&PeerId, &Peer)| {
            let served = peer.told || now_ms.saturating_sub(peer.since_ms) >= GRACE_MS;
            served && !peer.closing && !self.is_excused(id, peer)
        };
        let mut going: Vec<_> =
            self.connected.iter().filter(may_go).map(|(id, peer)| (peer.chosen, Reverse(peer.since_ms), *id)).collect();
        going.sort_unstable();
        for (_, _, peer) in going.into_iter().take(surplus) {
            let reason = format!("full: {} peers are enough", self.limits.peers_max);
            self.close(peer, reason, out);
        }
    }

    /// Lets go those that some protocol dialled on its way, if there are enough without them.
    fn let_chance_go(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let surplus = self.count().saturating_sub(self.limits.peers_target);
        let by_chance = |(id, peer): &(&PeerId, &Peer)| {
            let old = now_ms.saturating_sub(peer.since_ms) >= CHANCE_MS;
            old && peer.outbound() && !peer.chosen && !peer.closing && !self.is_excused(id, peer)
        };
        let going: Vec<_> = self.connected.iter().filter(by_chance).map(|(id, _)| *id).take(surplus.min(2)).collect();
        for peer in going {
            self.close(peer, format!("{} peers are enough", self.limits.peers_target), out);
        }
    }

    fn dial_protected(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let wanted: Vec<_> = self.protected.iter().filter(|peer| self.may_dial(peer, now_ms, true)).copied().collect();
        for peer in wanted {
            self.dial(peer, now_ms, out);
        }
    }

    /// Trackers always, others while we have few.
    fn dial_given(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let few = self.count() < (self.limits.peers_target / 2).max(1);
        for given in &mut self.given {
            let connected = match given.peer {
                Some(peer) => self.connected.contains_key(&peer),
                None => self.connected.iter().any(|(id, peer)| is_at(given, *id, peer)),
            };
            if connected {
                // Once it is lost, it is tried soon.
                given.tries = 0;
                given.next_ms = given.next_ms.min(now_ms + 1_000);
                continue;
            }
            let barred =
                given.peer.is_some_and(|peer| self.barred.contains(&peer) || self.dialling.contains_key(&peer));
            if now_ms < given.next_ms || barred || !(few || given.tracker) {
                continue;
            }
            let wait_ms = (1_000 << given.tries.min(6)).min(GIVEN_MS);
            given.tries = given.tries.saturating_add(1);
            given.next_ms = now_ms + self.random.jitter(wait_ms);
            match given.peer {
                Some(peer) if self.refused.contains_key(&peer) => {}
                Some(peer) => {
                    self.dialling.insert(peer, now_ms);
                    out.push(Output::Dial { peer, addresses: vec![without_peer(given.address.clone())] });
                }
                None => out.push(Output::DialAddress(given.address.clone())),
            }
        }
    }

    fn dial_chosen(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let count = self.count() + self.dialling.len();
        let outbound = self.connected.values().filter(|peer| peer.outbound()).count() + self.dialling.len();
        let limits = self.limits;
        // If everybody insisted on more than a third of the room, there would not be room for all.
        let outbound_min = limits.outbound_min.min(limits.peers_max / 3);
        let missing = limits
            .peers_target
            .saturating_sub(count)
            .max(outbound_min.saturating_sub(outbound).min(limits.peers_max.saturating_sub(count)));
        let free = (limits.pending_max / 2).saturating_sub(self.dialling.len());
        let wanted = missing.min(free).min(DIALS_MAX);
        if wanted == 0 {
            return;
        }
        let mut fit: Vec<_> =
            self.book.iter().map(|(peer, _)| *peer).filter(|peer| self.may_dial(peer, now_ms, false)).collect();
        self.random.shuffle(&mut fit);
        let mut neighbours = self.neighbours();
        let mut left = wanted;
        for peer in fit {
            if left == 0 {
                return;
            }
            let place = self.book.get(&peer).and_then(|known| known.to_dial().first().and_then(neighbourhood));
            if let Some(place) = place {
                let near = neighbours.entry(place).or_default();
                if *near >= NEIGHBOURS_MAX {
                    continue;
                }
                *near += 1;
            }
            self.dial(peer, now_ms, out);
            left -= 1;
        }
    }

    /// How many of those we chose, or are dialling, live near each other.
    fn neighbours(&self) -> BTreeMap<[u8; 6], usize> {
        let mut neighbours = BTreeMap::new();
        let chosen =
            self.connected.values().filter(|peer| peer.chosen).filter_map(|peer| neighbourhood(&peer.link()?.address));
        let dialling = self.dialling.keys().filter_map(|peer| neighbourhood(self.book.get(peer)?.to_dial().first()?));
        for place in chosen.chain(dialling) {
            *neighbours.entry(place).or_default() += 1;
        }
        neighbours
    }

    fn may_dial(&self, peer: &PeerId, now_ms: u64, protected: bool) -> bool {
        let Some(known) = self.book.get(peer) else { return false };
        // Those we need are not waited for as long as others.
        let urgent_ms = if protected || self.connected.is_empty() { known.failed_ms + URGENT_MS } else { u64::MAX };
        let wait_until_ms = known.wait_until_ms.min(urgent_ms);
        *peer != self.local
            && wait_until_ms <= now_ms
            && !self.refused.contains_key(peer)
            && !self.connected.contains_key(peer)
            && !self.dialling.contains_key(peer)
            && !self.barred.contains(peer)
    }

    fn dial(&mut self, peer: PeerId, now_ms: u64, out: &mut Vec<Output>) {
        let Some(known) = self.book.get(&peer) else { return };
        let addresses = known.to_dial();
        self.dialling.insert(peer, now_ms);
        out.push(Output::Dial { peer, addresses });
    }

    /// Asks somebody for others, while there are few to choose from.
    fn ask_someone(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.count() >= self.limits.peers_target || self.book.len() >= KNOWN_FEW {
            return;
        }
        let due = |peer: &Peer| peer.asked_ms.is_none_or(|asked| now_ms.saturating_sub(asked) >= ASK_MS);
        let able = |peer: &Peer| peer.admitted && !peer.tracker && !peer.closing;
        let mut askable: Vec<_> =
            self.connected.iter().filter(|(_, peer)| able(peer) && due(peer)).map(|(id, _)| *id).collect();
        self.random.shuffle(&mut askable);
        if let Some(peer) = askable.first() {
            self.ask(now_ms, *peer, out);
        }
    }
}
