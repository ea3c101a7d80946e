//! Who may be talked to, for those who open and take streams beside the service's loop.
//!
//! Invariant: a peer is in here exactly while it is connected; only those that said hello are admitted.

use crate::PeerId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// How a peer is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// It said hello, and was taken.
    pub(crate) admitted: bool,
    /// Over a connection of its own.
    pub(crate) direct: bool,
    /// Over somebody's relay.
    pub(crate) relayed: bool,
}

/// Who is connected, and how.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    peers: Mutex<HashMap<PeerId, Standing>>,
    changed: Notify,
}

impl Roster {
    /// A peer's standing; `None` removes it.
    pub(crate) fn set(&self, peer: PeerId, standing: Option<Standing>) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        match standing {
            Some(standing) => peers.insert(peer, standing),
            None => peers.remove(&peer),
        };
        drop(peers);
        self.changed.notify_waiters();
    }

    /// How this peer is connected.
    pub(crate) fn get(&self, peer: &PeerId) -> Option<Standing> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner).get(peer).copied()
    }

    /// Waits until `wanted` holds of a peer that is connected; false once it is gone or the time is over.
    pub(crate) async fn until(&self, peer: &PeerId, wait_max: Duration, wanted: impl Fn(Standing) -> bool) -> bool {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                // Registered before looking, so that no change slips between.
                changed.as_mut().enable();
                match self.get(peer) {
                    None => return false,
                    Some(standing) if wanted(standing) => return true,
                    Some(_) => changed.await,
                }
            }
        };
        timeout(wait_max, wait).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_with_admission_departure_or_time() {
        let roster = Arc::new(Roster::default());
        let peer = PeerId::random();
        let wait = Duration::from_secs(5);
        assert!(!roster.until(&peer, wait, |_| true).await, "not connected");
        roster.set(peer, Some(Standing::default()));
        assert!(!roster.until(&peer, wait, |standing| standing.admitted).await, "time over");
        let (waiting, other) = (Arc::clone(&roster), Arc::clone(&roster));
        let wait_for_it = tokio::spawn(async move { waiting.until(&peer, wait, |standing| standing.admitted).await });
        tokio::task::yield_now().await;
        other.set(peer, Some(Standing { admitted: true, ..Standing::default() }));
        assert!(wait_for_it.await.unwrap());
    }
}
