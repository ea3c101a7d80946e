//! Hears what the node's threads say, and tells everyone who watches: the snapshot, the events, the log, the history.
//!
//! Invariants: a thread that says something never waits for those who watch; sums of pay are the ledger's, block by block,
//! whatever was heard of it; whoever watches sees one whole snapshot, from the first moment on.

use super::chain::Shared;
use super::clock::{now_ms, rfc3339};
use super::events::{NodeEvent, PeerState};
use super::history::{Entry, History, PaidBlock, Pay, Point};
use super::journal::Journal;
use super::machine::Machine;
use super::peers::{Heights, voters};
use super::snapshot::{self, EPOCHS_SHOWN, KnownPeer, NetworkMeter, PACES_SHOWN, Watched};
use crate::ledger::events::Event;
use crate::ledger::state::read;
use crate::ledger::validators::Validators;
use crate::store::{self, LedgerStore, StoreError};
use crate::types::{Address, Hash, Height};
use axum::body::Bytes;
use neuroshard_tui::snapshot::{Epoch, Network, Snapshot, Syncing, TrainingState};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, watch};

/// Events that wait for the observer.
pub(super) const EVENTS_MAX: usize = 4096;
/// Events that a slow watcher may be behind before it misses some.
const BEHIND_MAX: usize = 1024;
/// A snapshot is made no more often than this,
const SNAPSHOT_EVERY: Duration = Duration::from_millis(500);
/// and no less often, even if nothing happens.
const SNAPSHOT_AT_LEAST: Duration = Duration::from_secs(2);
/// Blocks with pay of ours that are looked through at once.
const PAYS_MAX: usize = 10_000;
/// Receipts whose kind of work is remembered until they are paid.
const SOURCES_MAX: usize = 1_000;

/// A snapshot, and its JSON, which is made once for all who ask.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// What it shows.
    pub snapshot: Arc<Snapshot>,
    /// The same as one JSON object.
    pub json: Bytes,
}

/// Where watchers look.
#[derive(Debug, Clone)]
pub struct Board {
    /// The newest snapshot.
    pub snapshot: watch::Receiver<Arc<Published>>,
    /// Events as JSON objects, from now on.
    events: broadcast::Sender<Arc<str>>,
    /// The log.
    pub journal: Arc<Journal>,
}

impl Board {
    /// Events from now on.
    pub(super) fn events(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }
}

/// The thread's own.
pub(super) struct Observer {
    own: Address,
    shared: Arc<Shared>,
    history: History,
    machine: Machine,
    watched: Watched,
    published: watch::Sender<Arc<Published>>,
    events: broadcast::Sender<Arc<str>>,
    tell: Box<dyn Fn(NodeEvent) + Send>,
    /// The network, and how fast it is.
    network: Option<(NetworkSeen, NetworkMeter)>,
    /// What receipts were for, as it was heard when they were paid: the ledger forgets that.
    sources: BTreeMap<Hash, &'static str>,
    made: Instant,
    /// Whether something happened since.
    stale: bool,
}

/// Blocks behind others from which a node says that it catches up.
const BEHIND_SHOWN: u64 = 2;

/// What an observer begins with.
pub(super) struct Parts {
    pub(super) own: Address,
    pub(super) shared: Arc<Shared>,
    pub(super) history: History,
    pub(super) machine: Machine,
    /// With what never changes.
    pub(super) watched: Watched,
    pub(super) journal: Arc<Journal>,
    pub(super) network: Option<NetworkSeen>,
    pub(super) tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// What is seen of the network.
pub(super) struct NetworkSeen {
    pub(super) handle: neuroshard_net::Handle,
    pub(super) heights: watch::Receiver<Heights>,
}

/// An event as programs read it.
#[derive(Serialize)]
struct Versioned<'a> {
    v: u32,
    #[serde(flatten)]
    event: &'a NodeEvent,
}

impl Observer {
    /// With the first snapshot made.
    pub(super) fn new(parts: Parts) -> Result<(Self, Board), StoreError> {
        let Parts { own, shared, history, machine, mut watched, journal, network, tell } = parts;
        let network = network.map(|seen| (seen, NetworkMeter::default()));
        watched.epochs = past_epochs(&shared)?;
        watched.paces = history.points.iter().rev().take(PACES_SHOWN).rev().map(|point| point.pace).collect();
        if let (Some(training), Some(last)) = (&mut watched.facts.training, history.points.last()) {
            training.loss = Some(last.loss);
            training.val_loss = history.val.last().map(|(_, loss)| *loss);
        }
        let (published, snapshot) = watch::channel(Arc::default());
        let (events, _) = broadcast::channel(BEHIND_MAX);
        let board = Board { snapshot, events: events.clone(), journal };
        let (sources, made, stale) = (BTreeMap::new(), Instant::now(), false);
        let mut observer =
            Self { own, shared, history, machine, watched, published, events, tell, network, sources, made, stale };
        observer.publish()?;
        Ok((observer, board))
    }

    /// Until everyone who could say something is gone.
    pub(super) fn run(mut self, said: &Receiver<NodeEvent>) -> Result<(), StoreError> {
        loop {
            let every = if self.stale { SNAPSHOT_EVERY } else { SNAPSHOT_AT_LEAST };
            match said.recv_timeout(every.saturating_sub(self.made.elapsed())) {
                Ok(event) => {
                    let mut next = Some(event);
                    while let Some(event) = next {
                        // Who still speaks after that is a trainer that was given up, and would be waited for for ever.
                        if matches!(event, NodeEvent::Stopped {}) {
                            return self.publish();
                        }
                        self.hear(event);
                        next = said.try_recv().ok();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.publish()?,
                Err(RecvTimeoutError::Disconnected) => return self.publish(),
            }
            if self.stale && self.made.elapsed() >= SNAPSHOT_EVERY {
                self.publish()?;
            }
        }
    }

    fn hear(&mut self, event: NodeEvent) {
        self.stale = true;
        let text = serde_json::to_string(&Versioned { v: 1, event: &event }).unwrap_or_default();
        // Nobody listens, most of the time.
        let _ = self.events.send(text.into());
        Self::log(&event);
        if let Err(error) = self.remember(&event) {
            self.problem(&format!("the history can't be written: {error}"));
        }
        self.watched.hear(&event);
        if let NodeEvent::Error { message } = &event {
            self.problem(message);
        }
        (self.tell)(event);
    }

    fn problem(&mut self, message: &str) {
        self.watched.note_problem(message, now_ms());
    }

    fn remember(&mut self, event: &NodeEvent) -> std::io::Result<()> {
        match event {
            NodeEvent::Step { step, loss, tokens_per_second, .. } => {
                self.history.add(Entry::Step(Point { step: *step, loss: *loss, pace: *tokens_per_second }))
            }
            NodeEvent::Outer { val_loss, .. } => {
                let step = self.history.points.last().map_or(0, |point| point.step);
                self.history.add(Entry::Val { step, loss: *val_loss })
            }
            NodeEvent::Earned { source, receipt, .. } => {
                self.sources.insert(*receipt, source);
                while self.sources.len() > SOURCES_MAX {
                    self.sources.pop_first();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn log(event: &NodeEvent) {
        match event {
            NodeEvent::Epoch { height, txs, .. } => {
                tracing::debug!(target: "neuroshard::chain", "block {height} is final, {txs} transactions");
            }
            NodeEvent::Step { step, loss, .. } => {
                tracing::debug!(target: "neuroshard::trainer", "step {step}, loss {loss:.4}");
            }
            NodeEvent::Outer { round, val_loss, seconds, .. } => {
                tracing::info!(target: "neuroshard::trainer", "round {round}: held-out loss {val_loss:.4}, {seconds:.1} s");
            }
            NodeEvent::Earned { amount, source, receipt, .. } => {
                let receipt: String = receipt.to_string().chars().take(12).collect();
                tracing::info!(target: "neuroshard::wallet", "{amount} NEURO for {source}, receipt {receipt}");
            }
            NodeEvent::Training { state } => {
                let says = match state {
                    TrainingState::Starting => "begins",
                    TrainingState::Training => "goes on",
                    TrainingState::Waiting => "waits for the chain",
                    TrainingState::Paused => "is paused",
                };
                tracing::info!(target: "neuroshard::trainer", "training {says}");
            }
            NodeEvent::Joining { height, chunks, done } => {
                tracing::info!(target: "neuroshard::net", "the state of block {height} comes in: {done} of {chunks} chunks");
            }
            NodeEvent::Model { round, bytes, seconds, holders, .. } => {
                tracing::info!(target: "neuroshard::net", "the weights of round {round} are here: {bytes} bytes from {holders} peers, {seconds:.1} s");
            }
            NodeEvent::Nep { nep, status, reason } => {
                let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
                tracing::info!(target: "neuroshard::governance", "{nep} is {}{why}", status.phrase());
            }
            NodeEvent::Vocabulary { tokens, disabled, round } => {
                tracing::info!(target: "neuroshard::trainer", "after round {round} the model knows {tokens} tokens, {disabled} of them taken back");
            }
            NodeEvent::Peer { peer_id, state, reason, peers } => {
                let what = if *state == PeerState::Connected { "came" } else { "went" };
                let why = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                tracing::info!(target: "neuroshard::net", "peer {peer_id} {what}{why}, {peers} now");
            }
            NodeEvent::Error { message } => tracing::error!(target: "neuroshard::node", "{message}"),
            NodeEvent::Started { network, api, device, tier, .. } => {
                let door =
                    api.as_deref().map_or_else(|| "nobody can ask it".to_owned(), |url| format!("asked at {url}"));
                tracing::info!(target: "neuroshard::node", "started on {network} with {device} ({tier}), {door}");
            }
            NodeEvent::Stopping {} => tracing::info!(target: "neuroshard::node", "stopping"),
            NodeEvent::Stopped {} => tracing::info!(target: "neuroshard::node", "stopped"),
        }
    }

    /// The network as it is now; trackers are told how this node is.
    fn look_around(&mut self, snapshot: &Snapshot) -> Option<Network> {
        let (seen, meter) = self.network.as_mut()?;
        let epoch_time_ms = self.shared.latest().tip.header.time_ms;
        seen.handle.state(snapshot::statement(snapshot, epoch_time_ms).encode());
        let heights = seen.heights.borrow().clone();
        let validators = self.shared.store.view().map(|view| voters(&view)).unwrap_or_default();
        let known = |peer: &neuroshard_net::PeerId| KnownPeer {
            validator: validators.contains(peer),
            height: heights.get(peer).map(|height| height.0),
        };
        let ahead = heights.iter().max_by_key(|(_, height)| **height);
        let behind = ahead.filter(|(_, target)| target.0 > snapshot.chain.height.saturating_add(BEHIND_SHOWN));
        let syncing = behind.map(|(peer, target)| Syncing {
            height: snapshot.chain.height,
            target: target.0,
            from: peer.to_string(),
        });
        let view = seen.handle.view().borrow().clone();
        Some(meter.look(&view, &known, syncing, now_ms()))
    }

    fn publish(&mut self) -> Result<(), StoreError> {
        let ledger = snapshot::look(&self.shared, self.own)?;
        if let Err(error) = self.note_pays(ledger.height())?.and_then(|()| self.history.flush()) {
            self.problem(&format!("the history can't be written: {error}"));
        }
        self.watched.waiting = self.shared.waiting.load(Ordering::Relaxed) as u64;
        let snapshot = snapshot::build(&self.watched, &ledger, &self.history, self.machine.look(), now_ms());
        let snapshot = Snapshot { net: self.look_around(&snapshot), ..snapshot };
        let json = serde_json::to_vec(&snapshot).unwrap_or_default().into();
        self.published.send_replace(Arc::new(Published { snapshot: Arc::new(snapshot), json }));
        (self.made, self.stale) = (Instant::now(), false);
        Ok(())
    }

    /// Takes over what the ledger paid up to a block.
    fn note_pays(&mut self, height: u64) -> Result<std::io::Result<()>, StoreError> {
        if height < self.history.height {
            // An older ledger was taken over: what it does not know was not paid.
            self.history.forget_pays();
        }
        if height == self.history.height {
            return Ok(Ok(()));
        }
        let mut written = Ok(());
        for block in pays(&self.shared.store, self.own, self.history.height, &self.sources)? {
            written = written.and(self.history.add(Entry::Paid(block)));
        }
        self.history.height = height;
        Ok(written)
    }
}

/// Pays of ours in blocks after one, the oldest first.
fn pays(
    store: &LedgerStore,
    own: Address,
    after: u64,
    sources: &BTreeMap<Hash, &'static str>,
) -> Result<Vec<PaidBlock>, StoreError> {
    let mut blocks: Vec<PaidBlock> = Vec::new();
    for entry in store.mentions_after(own.as_bytes(), Height(after), PAYS_MAX)? {
        let store::Entry::Event { height, time_ms, event } = entry else { continue };
        let Event::Earned { receipt, node, paid, .. } = event else { continue };
        if node != own {
            continue;
        }
        // Of a pay that was not heard, only work that has a receipt can be told from the rest.
        let other = if receipt == Hash::default() { "service" } else { "training" };
        let source = (*sources.get(&receipt).unwrap_or(&other)).to_owned();
        let pay = Pay { source, receipt, amount: paid };
        match blocks.last_mut() {
            Some(block) if block.height == height.0 => block.pays.push(pay),
            _ => blocks.push(PaidBlock { time_ms, height: height.0, pays: vec![pay] }),
        }
    }
    blocks.reverse();
    Ok(blocks)
}

/// The last blocks, the newest first, as far back as today's validators voted on them: of others nobody remembers who had
/// which power.
fn past_epochs(shared: &Shared) -> Result<VecDeque<Epoch>, StoreError> {
    let validators: Validators = read(&shared.store.view()?, ());
    let (tip, set) = (shared.latest().tip.header.height.0, validators.last);
    let mut epochs = VecDeque::new();
    for height in (1..=tip).rev().take(EPOCHS_SHOWN) {
        let Some(block) = shared.store.header(Height(height))? else { break };
        if block.header.validators != set.hash() {
            break;
        }
        let signed: u64 = block.certificate.signatures.iter().map(|(key, _)| set.power(key)).sum();
        epochs.push_back(Epoch {
            height,
            hash: block.header.hash().to_string(),
            time: rfc3339(block.header.time_ms),
            txs: shared.store.block(Height(height))?.map_or(0, |block| block.transactions.len() as u64),
            validators: set.validators().len() as u64,
            signed_power: signed as f64 / set.total().max(1) as f64,
        });
    }
    Ok(epochs)
}
