//! How much of something a peer may do in a time.
//!
//! Invariants: never more than a minute's worth at once; bounded in peers, and whoever is forgotten had a full bucket or
//! was quiet the longest.

use crate::PeerId;
use std::collections::HashMap;

const MINUTE_MS: u64 = 60_000;
/// Peers with a bucket.
const PEERS_MAX: usize = 16_384;

/// What a peer may do just now.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Allowed {
    Yes,
    /// Too much; true at each whole minute's worth too much.
    No {
        report: bool,
    },
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// In sixty-thousandths of one thing.
    left: u64,
    at_ms: u64,
    over: u32,
}

/// Buckets by peer and by thing.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: HashMap<(PeerId, &'static str), Bucket>,
}

impl Buckets {
    /// A peer does one of these things, of which it may do some in a minute.
    pub(crate) fn take(&mut self, peer: PeerId, thing: &'static str, per_minute: u32, now_ms: u64) -> Allowed {
        let full = u64::from(per_minute) * MINUTE_MS;
        if self.buckets.len() >= PEERS_MAX && !self.buckets.contains_key(&(peer, thing)) {
            self.make_room(now_ms);
        }
        let bucket = self.buckets.entry((peer, thing)).or_insert(Bucket { left: full, at_ms: now_ms, over: 0 });
        let past_ms = now_ms.saturating_sub(bucket.at_ms);
        bucket.left = bucket.left.saturating_add(past_ms.saturating_mul(u64::from(per_minute))).min(full);
        bucket.at_ms = now_ms;
        if let Some(left) = bucket.left.checked_sub(MINUTE_MS) {
            bucket.left = left;
            return Allowed::Yes;
        }
        bucket.over = bucket.over.wrapping_add(1);
        Allowed::No { report: bucket.over.is_multiple_of(per_minute.max(1)) }
    }

    /// A peer that is gone. Its bucket stays, or it would come back with a full one.
    fn make_room(&mut self, now_ms: u64) {
        self.buckets.retain(|_, bucket| now_ms.saturating_sub(bucket.at_ms) < MINUTE_MS);
        if self.buckets.len() >= PEERS_MAX {
            let oldest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at_ms).map(|(key, _)| *key);
            oldest.map(|key| self.buckets.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_and_no_more() {
        let (mut buckets, peer) = (Buckets::default(), PeerId::random());
        let mut take = |now_ms| buckets.take(peer, "blocks", 30, now_ms);
        assert!((0..30).all(|_| take(0) == Allowed::Yes));
        assert_eq!((0..60).filter(|_| take(0) == Allowed::No { report: true }).count(), 2);
        assert_eq!(take(1_999), Allowed::No { report: false });
        assert_eq!(take(2_000), Allowed::Yes);
        assert_eq!((0..100).filter(|_| take(1_000_000) == Allowed::Yes).count(), 30);
    }

    #[test]
    fn none_means_none() {
        let mut buckets = Buckets::default();
        assert_eq!(buckets.take(PeerId::random(), "blocks", 0, 0), Allowed::No { report: true });
    }
}
