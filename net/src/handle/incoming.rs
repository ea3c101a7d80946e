//! Streams that peers open to us.
//!
//! Invariants: one peer holds at most its kind's number of them at once, however many it opens; nobody gets one through
//! who has not said hello; what nobody takes in time is closed, and never waits in a queue that grows.

use super::Shared;
use crate::bulk::Channel;
use crate::roster::Roster;
use crate::traffic::Ledger;
use crate::{PeerId, StreamKind};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use libp2p::Stream;
use libp2p_stream::IncomingStreams;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Streams that wait to be taken.
const WAITING_MAX: usize = 64;
/// How long a stream waits for its peer's hello.
const HELLO_WAIT: Duration = Duration::from_secs(10);

/// The streams of one kind that peers open to us.
#[derive(Debug)]
pub struct Incoming {
    channels: mpsc::Receiver<(PeerId, Channel)>,
}

impl Incoming {
    pub(super) fn start(streams: IncomingStreams, kind: StreamKind, shared: &Shared) -> Self {
        let (sender, channels) = mpsc::channel(WAITING_MAX);
        let taker = Taker {
            kind,
            roster: Arc::clone(&shared.roster),
            ledger: Arc::clone(&shared.ledger),
            slots: Slots::default(),
            sender,
        };
        let ended = shared.ended.clone();
        shared.runtime.spawn(async move { ended.run_until_cancelled(taker.run(streams)).await });
        Self { channels }
    }

    /// The next stream; `None` once the network has stopped.
    pub async fn next(&mut self) -> Option<(PeerId, Channel)> {
        self.channels.recv().await
    }
}

/// Takes streams of one kind.
struct Taker {
    kind: StreamKind,
    roster: Arc<Roster>,
    ledger: Arc<Ledger>,
    slots: Slots,
    sender: mpsc::Sender<(PeerId, Channel)>,
}

impl Taker {
    async fn run(self, mut streams: IncomingStreams) {
        let mut waiting = FuturesUnordered::new();
        loop {
            tokio::select! {
                () = self.sender.closed() => return,
                Some((peer, stream, slot)) = waiting.next(), if !waiting.is_empty() => self.hand_on(peer, stream, slot),
                next = streams.next() => {
                    let Some((peer, stream)) = next else { return };
                    let Some(slot) = self.slots.take(peer, self.kind.per_peer) else {
                        tracing::debug!(%peer, kind = self.kind.name, "too many streams at once");
                        continue;
                    };
                    match self.roster.get(&peer) {
                        Some(standing) if standing.admitted => self.hand_on(peer, stream, Some(slot)),
                        // The peer may have read our hello before we read its own.
                        _ if waiting.len() < WAITING_MAX => waiting.push(self.wait(peer, stream, slot)),
                        _ => {}
                    }
                }
            }
        }
    }

    async fn wait(&self, peer: PeerId, stream: Stream, slot: Slot) -> (PeerId, Stream, Option<Slot>) {
        let admitted = self.roster.until(&peer, HELLO_WAIT, |standing| standing.admitted).await;
        (peer, stream, admitted.then_some(slot))
    }

    fn hand_on(&self, peer: PeerId, stream: Stream, slot: Option<Slot>) {
        if let Some(slot) = slot {
            let channel = Channel::new(peer, stream, self.ledger.counter(peer, self.kind.name), Some(slot));
            if self.sender.try_send((peer, channel)).is_err() {
                tracing::debug!(%peer, kind = self.kind.name, "nobody takes this stream");
            }
        }
    }
}

/// How many streams each peer holds.
#[derive(Debug, Clone, Default)]
struct Slots(Arc<Mutex<HashMap<PeerId, usize>>>);

impl Slots {
    fn take(&self, peer: PeerId, max: usize) -> Option<Slot> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(peer).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Slot { peer, slots: self.clone() })
    }
}

/// One of the streams that a peer may hold at once; given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    peer: PeerId,
    slots: Slots,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_back() {
        let (slots, peer) = (Slots::default(), PeerId::random());
        let (one, two) = (slots.take(peer, 2), slots.take(peer, 2));
        assert!(one.is_some() && two.is_some() && slots.take(peer, 2).is_none());
        assert!(slots.take(PeerId::random(), 2).is_some(), "others have their own");
        drop(one);
        assert!(slots.take(peer, 2).is_some());
        drop(two);
        assert!(slots.0.lock().unwrap().is_empty());
    }
}
