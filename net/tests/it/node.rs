//! A node for tests: small, local, and easily asked what happened to it.
//!
//! Invariant: it ends with its test.

use neuroshard_net::{
    Event, Handle, Limits, Multiaddr, PeerId, Program, RequestKind, Role, Service, Settings, StreamKind, Topic, View,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What takes longer does not come.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const CHAIN: [u8; 32] = [0xc4; 32];
pub(crate) const NEWS: &str = "news";
pub(crate) const URGENT: &str = "urgent";
pub(crate) const ECHO: &str = "echo";
pub(crate) const RARE: &str = "rare";
pub(crate) const BLOB: &str = "blob";

pub(crate) struct Node {
    pub(crate) handle: Handle,
    pub(crate) events: mpsc::Receiver<Event>,
    seen: VecDeque<Event>,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

pub(crate) fn settings() -> Settings {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut secret = zeroize::Zeroizing::new([9; 32]);
    secret[24..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let request = |name, per_minute| RequestKind { name, request_max: 1024, response_max: 2048, per_minute };
    Settings {
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()],
        topics: vec![
            Topic { name: NEWS, bytes_max: 1024, flood: false },
            Topic { name: URGENT, bytes_max: 1024, flood: true },
        ],
        requests: vec![request(ECHO, 6_000), request(RARE, 10)],
        streams: vec![StreamKind { name: BLOB, per_peer: 2 }],
        program: Program { version: [0, 1, 0], features: 1 },
        ..Settings::new(secret, CHAIN)
    }
}

pub(crate) fn tracker() -> Settings {
    Settings { role: Role::Tracker, limits: Limits::tracker(), ..settings() }
}

/// A node that knows these.
pub(crate) fn knowing(others: &[&Node]) -> Settings {
    Settings { bootstrap: others.iter().map(|node| node.address()).collect(), ..settings() }
}

impl Node {
    pub(crate) async fn start(settings: Settings) -> Self {
        let (handle, service, events) = Service::start(settings).await.unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(service.run(stop.clone()));
        Self { handle, events, seen: VecDeque::new(), stop, task: Some(task) }
    }

    pub(crate) fn id(&self) -> PeerId {
        self.handle.local()
    }

    /// Where it listens, with its name.
    pub(crate) fn address(&self) -> Multiaddr {
        let view = self.handle.view().borrow().clone();
        view.listen.first().unwrap().clone().with_p2p(self.id()).unwrap()
    }

    /// Stops it, and waits for that.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task.take().unwrap()).await.unwrap().unwrap();
    }

    /// The next event of a kind; others are kept for later.
    pub(crate) async fn until<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> (Event, T) {
        if let Some(place) = self.seen.iter().position(|event| wanted(event).is_some()) {
            let event = self.seen.remove(place).unwrap();
            let found = wanted(&event).unwrap();
            return (event, found);
        }
        let wait = async {
            loop {
                let event = self.events.recv().await.expect("the network stopped");
                if let Some(found) = wanted(&event) {
                    return (event, found);
                }
                self.seen.push_back(event);
            }
        };
        timeout(PATIENCE, wait).await.expect("what was waited for did not come")
    }

    pub(crate) async fn connected(&mut self, other: PeerId) {
        self.until(|event| matches!(event, Event::Connected { peer, .. } if *peer == other).then_some(())).await;
    }

    pub(crate) async fn disconnected(&mut self, other: PeerId) -> String {
        self.until(|event| match event {
            Event::Disconnected { peer, reason } if *peer == other => Some(reason.clone()),
            _ => None,
        })
        .await
        .1
    }

    pub(crate) async fn refused(&mut self) -> String {
        self.until(|event| if let Event::Refused { reason, .. } = event { Some(reason.clone()) } else { None }).await.1
    }

    pub(crate) async fn message(&mut self) -> Event {
        self.until(|event| matches!(event, Event::Message { .. }).then_some(())).await.0
    }

    pub(crate) async fn request(&mut self) -> Event {
        self.until(|event| matches!(event, Event::Request { .. }).then_some(())).await.0
    }

    /// Waits until its view is so.
    pub(crate) async fn sees(&self, wanted: impl FnMut(&Arc<View>) -> bool) -> Arc<View> {
        let mut view: watch::Receiver<Arc<View>> = self.handle.view();
        let seen = timeout(PATIENCE, view.wait_for(wanted)).await.expect("what was waited for is not seen");
        seen.unwrap().clone()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Two nodes that are connected.
pub(crate) async fn pair() -> (Node, Node) {
    let mut one = Node::start(settings()).await;
    let mut two = Node::start(knowing(&[&one])).await;
    one.connected(two.id()).await;
    two.connected(one.id()).await;
    (one, two)
}
