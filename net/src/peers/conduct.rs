//! How peers behave, and who is banned for it.
//!
//! Invariants: what is past weighs less with time; a ban always ends; bounded in peers.

use crate::{Conduct, PeerId};
use std::collections::BTreeMap;

/// Half of what is held against a peer is forgotten in this time.
const HALF_LIFE_MS: f64 = 600_000.0;
/// At this score a peer is banned.
const BAN_AT: f64 = -100.0;
/// How long a ban lasts the first time; doubled with each.
const BAN_MS: u64 = 600_000;
/// No ban is longer.
const BAN_MS_MAX: u64 = 86_400_000;
/// Peers of whom anything is remembered.
const PEERS_MAX: usize = 4096;

#[derive(Debug, Clone, Copy, Default)]
struct Record {
    score: f64,
    at_ms: u64,
    bans: u32,
    banned_until_ms: u64,
}

impl Record {
    fn score(&self, now_ms: u64) -> f64 {
        let past_ms = now_ms.saturating_sub(self.at_ms) as f64;
        self.score * (-past_ms / HALF_LIFE_MS).exp2()
    }
}

/// Everybody's conduct.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conducts {
    peers: BTreeMap<PeerId, Record>,
}

impl Conducts {
    /// Its score: 0 is fine.
    pub(crate) fn score(&self, peer: &PeerId, now_ms: u64) -> f64 {
        self.peers.get(peer).map_or(0.0, |record| record.score(now_ms))
    }

    #[cfg(test)]
    fn is_banned(&self, peer: &PeerId, now_ms: u64) -> bool {
        self.peers.get(peer).is_some_and(|record| record.banned_until_ms > now_ms)
    }

    pub(crate) fn banned(&self, now_ms: u64) -> impl Iterator<Item = PeerId> {
        self.peers.iter().filter(move |(_, record)| record.banned_until_ms > now_ms).map(|(peer, _)| *peer)
    }

    /// Holds something against a peer; how long it is banned, if this was too much.
    pub(crate) fn report(&mut self, peer: PeerId, conduct: Conduct, now_ms: u64) -> Option<u64> {
        if !self.peers.contains_key(&peer) && self.peers.len() >= PEERS_MAX {
            self.forget(now_ms);
        }
        let record = self.peers.entry(peer).or_default();
        let weight = match conduct {
            Conduct::Minor => 5.0,
            Conduct::Serious => 25.0,
            Conduct::Fatal => 100.0,
        };
        record.score = record.score(now_ms) - weight;
        record.at_ms = now_ms;
        // A little is forgotten between one report and the next.
        if record.score > BAN_AT + 1.0 || record.banned_until_ms > now_ms {
            return None;
        }
        let ban_ms = BAN_MS.saturating_mul(1 << record.bans.min(16)).min(BAN_MS_MAX);
        record.bans = record.bans.saturating_add(1);
        record.banned_until_ms = now_ms.saturating_add(ban_ms);
        // Whoever comes back starts over, but for the length of the next ban.
        record.score = 0.0;
        Some(ban_ms)
    }

    /// Makes room: first those that are nearly forgiven.
    fn forget(&mut self, now_ms: u64) {
        self.peers.retain(|_, record| record.banned_until_ms > now_ms || record.score(now_ms) < -1.0);
        while self.peers.len() >= PEERS_MAX {
            let oldest = self.peers.iter().min_by_key(|(_, record)| record.at_ms).map(|(peer, _)| *peer);
            match oldest {
                Some(peer) => self.peers.remove(&peer),
                None => return,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_fatal_or_many_small_things_ban() {
        let mut conducts = Conducts::default();
        let (one, two) = (PeerId::random(), PeerId::random());
        assert_eq!(conducts.report(one, Conduct::Fatal, 5), Some(BAN_MS));
        assert!(conducts.is_banned(&one, 5) && !conducts.is_banned(&one, 5 + BAN_MS));
        let bans = (0..20).filter(|_| conducts.report(two, Conduct::Minor, 5).is_some()).count();
        assert_eq!(bans, 1);
    }

    #[test]
    fn the_past_is_forgiven() {
        let mut conducts = Conducts::default();
        let peer = PeerId::random();
        for hour in 0..100 {
            assert_eq!(conducts.report(peer, Conduct::Serious, hour * 3_600_000), None);
        }
        assert!(conducts.score(&peer, 200 * 3_600_000) > -0.1);
    }

    proptest! {
        #[test]
        fn bans_always_end(reports in proptest::collection::vec((0..3_u8, 0..10_000_000_u64), 0..200)) {
            let mut conducts = Conducts::default();
            let peer = PeerId::random();
            let mut now_ms = 0;
            for (kind, wait_ms) in reports {
                now_ms += wait_ms;
                let conduct = [Conduct::Minor, Conduct::Serious, Conduct::Fatal][kind as usize];
                conducts.report(peer, conduct, now_ms);
            }
            prop_assert!(!conducts.is_banned(&peer, now_ms + BAN_MS_MAX + 1));
        }
    }
}
