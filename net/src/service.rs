//! The task that owns the sockets.
//!
//! Invariants: nothing in its loop waits but for the next thing to do; whoever is told of as connected said hello; all that
//! it remembers is bounded.

mod connections;
mod messages;
mod outbox;
mod places;
mod questions;
mod setup;
mod swarm;
mod table;
mod watching;

use crate::behaviour::Behaviour;
use crate::bucket::Buckets;
use crate::command::Command;
use crate::gossip::Unheard;
use crate::handle::Handle;
use crate::names::Names;
use crate::peers::{Input, Peers};
use crate::reach::Findings;
use crate::registry::Registry;
use crate::roster::Roster;
use crate::traffic::Ledger;
use crate::{Event, Judge, Multiaddr, PeerId, RequestKind, Role, Settings, StartError, Topic, View};
use connections::Lines;
use futures::StreamExt as _;
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::swarm::Swarm;
use messages::Awaiting;
use outbox::Outbox;
use questions::Questions;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use table::Queries;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// The clock's step; what is seen from outside changes no faster.
const STEP: Duration = Duration::from_millis(250);
/// Steps of a second.
const STEPS: u64 = 4;
/// The peer file is written this often, in seconds.
const FILE_EVERY: u64 = 120;
/// After a peer was met it is written within so many seconds.
const FILE_SOON: u64 = 5;

/// The network's task; runs until stopped.
pub struct Service {
    swarm: Box<Swarm<Behaviour>>,
    commands: mpsc::Receiver<Command>,
    protect: watch::Receiver<BTreeSet<PeerId>>,
    block: watch::Receiver<BTreeSet<PeerId>>,
    statement: watch::Receiver<Vec<u8>>,
    events: mpsc::Sender<Event>,
    outbox: Outbox,
    view: watch::Sender<Arc<View>>,
    ended: CancellationToken,
    key: Keypair,
    chain: [u8; 32],
    role: Role,
    judge: Judge,
    names: Names,
    topics: Vec<Topic>,
    requests: Vec<RequestKind>,
    peer_file: Option<PathBuf>,
    /// Whether somebody came since the peer file was written.
    peers_met: bool,
    begun: Instant,
    steps: u64,
    peers: Peers,
    lines: Lines,
    roster: Arc<Roster>,
    ledger: Arc<Ledger>,
    buckets: Buckets,
    unheard: Unheard,
    awaiting: Awaiting,
    questions: Questions,
    queries: Queries,
    registry: Registry,
    findings: Findings,
    relays: BTreeMap<PeerId, places::RelayOffer>,
    reservations: HashMap<ListenerId, PeerId>,
    given_external: Vec<Multiaddr>,
    announced_ms: Option<u64>,
    dropped: VecDeque<(PeerId, String, u64)>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("role", &self.role).finish_non_exhaustive()
    }
}

impl Service {
    /// Sets everything up, and listens before it returns.
    pub async fn start(settings: Settings) -> Result<(Handle, Self, mpsc::Receiver<Event>), StartError> {
        Box::pin(setup::start(settings)).await
    }

    /// Runs until stopped.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut clock = interval(STEP);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let events = self.events.clone();
        loop {
            tokio::select! { biased;
                () = stop.cancelled() => break,
                permit = events.reserve(), if !self.outbox.is_empty() => match (permit, self.outbox.take()) {
                    (Ok(permit), Some(event)) => permit.send(event),
                    // Nobody listens any more; whoever holds the stop says when to end.
                    _ => self.outbox.close(),
                },
                Some(command) = self.commands.recv() => self.on_command(command),
                Ok(()) = self.protect.changed() => {
                    let peers = self.protect.borrow_and_update().clone();
                    self.step(Input::Protect(peers));
                }
                Ok(()) = self.block.changed() => {
                    let peers = self.block.borrow_and_update().clone();
                    self.step(Input::Block(peers));
                }
                Some(answered) = self.questions.replies.next(), if !self.questions.replies.is_empty() => {
                    self.on_reply(answered);
                }
                event = self.swarm.select_next_some() => self.on_swarm(event),
                _ = clock.tick() => self.on_clock(),
            }
        }
        self.ended.cancel();
        self.write_peers();
    }

    /// Milliseconds since the start.
    fn now_ms(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn on_clock(&mut self) {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(STEPS) {
            self.step(Input::Tick);
            self.close_silent();
            self.close_due();
            self.publish_unheard();
            self.announce();
            self.look_for_relays();
            let now_ms = self.now_ms();
            self.registry.tick(now_ms);
            self.awaiting.forget(now_ms);
            let seconds = self.steps / STEPS;
            if seconds.is_multiple_of(FILE_EVERY) || self.peers_met && seconds.is_multiple_of(FILE_SOON) {
                self.peers_met = false;
                self.write_peers();
            }
        }
        self.show();
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Publish { topic, bytes } => self.publish(topic, bytes),
            Command::Verdict { id, from, verdict } => self.on_verdict(id, from, verdict),
            Command::Ask { peer, kind, bytes, reply } => self.ask(peer, kind, bytes, reply),
            Command::Report { peer, conduct, reason } => self.step(Input::Report { peer, conduct, reason }),
            Command::Dial(address) => self.dial_address(&address),
            Command::Put { kind, value, ttl, reply } => self.put(&kind, &value, ttl, reply),
            Command::Get { kind, of, reply } => self.get(&kind, of, reply),
            Command::Provide { content, reply } => self.provide(content, reply),
            Command::Holders { content, reply } => self.holders(content, reply),
        }
    }
}
