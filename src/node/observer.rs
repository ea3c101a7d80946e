//! Hears what the node's threads say, and tells everyone who watches: the snapshot, the events, the log, the history.
//!
//! Invariants: a thread that says something never waits for those who watch; pays that were not heard (of a node that was
//! killed) are taken from the ledger, so that sums of pay miss no block; whoever watches sees one whole snapshot.

use super::chain::Shared;
use super::clock::{now_ms, rfc3339};
use super::events::NodeEvent;
use super::history::{Entry, History, Pay, Point};
use super::journal::Journal;
use super::machine::Machine;
use super::snapshot::{self, EPOCHS_SHOWN, PACES_SHOWN, Watched};
use crate::ledger::events::Event;
use crate::ledger::state::read;
use crate::ledger::validators::Validators;
use crate::store::{self, LedgerStore, StoreError};
use crate::types::{Address, Hash, Height};
use axum::body::Bytes;
use neuroshard_tui::snapshot::{Epoch, Snapshot, TrainingState};
use serde::Serialize;
use std::collections::VecDeque;
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
/// Blocks with pay of ours that are looked through after a start.
const MISSED_MAX: usize = 1000;

/// A snapshot, and its JSON, which is made once for all who ask.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// What it shows.
    pub snapshot: Snapshot,
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
    made: Option<Instant>,
}

/// What an observer begins with.
pub(super) struct Parts {
    pub(super) own: Address,
    pub(super) shared: Arc<Shared>,
    pub(super) history: History,
    pub(super) machine: Machine,
    /// With what never changes.
    pub(super) watched: Watched,
    pub(super) journal: Arc<Journal>,
    pub(super) tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// An event as programs read it.
#[derive(Serialize)]
struct Versioned<'a> {
    v: u32,
    #[serde(flatten)]
    event: &'a NodeEvent,
}

impl Observer {
    /// With what was missed while nobody listened.
    pub(super) fn new(parts: Parts) -> Result<(Self, Board), StoreError> {
        let Parts { own, shared, mut history, machine, mut watched, journal, tell } = parts;
        for pay in missed(&shared.store, own, history.height)? {
            // The history is in memory even where it can't be written.
            let _ = history.add(Entry::Paid(pay));
        }
        watched.epochs = past_epochs(&shared)?;
        watched.paces = history.points.iter().rev().take(PACES_SHOWN).rev().map(|point| point.pace).collect();
        if let (Some(training), Some(last)) = (&mut watched.facts.training, history.points.last()) {
            training.loss = Some(last.loss);
            training.val_loss = history.val.last().map(|(_, loss)| *loss);
        }
        let (published, snapshot) = watch::channel(Arc::default());
        let (events, _) = broadcast::channel(BEHIND_MAX);
        let board = Board { snapshot, events: events.clone(), journal };
        let observer = Self { own, shared, history, machine, watched, published, events, tell, made: None };
        Ok((observer, board))
    }

    /// Until everyone who could say something is gone.
    pub(super) fn run(mut self, said: &Receiver<NodeEvent>) -> Result<(), StoreError> {
        self.publish()?;
        loop {
            let since = self.made.map_or(Duration::MAX, |made| made.elapsed());
            match said.recv_timeout(SNAPSHOT_AT_LEAST.saturating_sub(since)) {
                Ok(event) => {
                    self.hear(event);
                    while let Ok(event) = said.try_recv() {
                        self.hear(event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.publish()?,
                Err(RecvTimeoutError::Disconnected) => return self.publish(),
            }
            if self.made.is_none_or(|made| made.elapsed() >= SNAPSHOT_EVERY) {
                self.publish()?;
            }
        }
    }

    fn hear(&mut self, event: NodeEvent) {
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
            NodeEvent::Earned { amount, source, receipt, height, time_ms } => {
                let (source, receipt) = ((*source).to_owned(), *receipt);
                self.history.add(Entry::Paid(Pay {
                    time_ms: *time_ms,
                    height: *height,
                    source,
                    receipt,
                    amount: *amount,
                }))
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

    fn publish(&mut self) -> Result<(), StoreError> {
        if let Err(error) = self.history.flush() {
            self.problem(&format!("the history can't be written: {error}"));
        }
        let ledger = snapshot::look(&self.shared, self.own)?;
        self.watched.waiting = self.shared.waiting.load(Ordering::Relaxed) as u64;
        let snapshot = snapshot::build(&self.watched, &ledger, &self.history, self.machine.look(), now_ms());
        let json = serde_json::to_vec(&snapshot).unwrap_or_default().into();
        self.published.send_replace(Arc::new(Published { snapshot, json }));
        self.made = Some(Instant::now());
        Ok(())
    }
}

/// Pays of ours in blocks after one, the oldest first.
fn missed(store: &LedgerStore, own: Address, after: u64) -> Result<Vec<Pay>, StoreError> {
    let mut pays = Vec::new();
    for entry in store.mentions(own.as_bytes(), MISSED_MAX)? {
        let store::Entry::Event { height, time_ms, event } = entry else { continue };
        if let Event::Earned { receipt, node, paid, .. } = event
            && node == own
            && height.0 > after
        {
            // What it was for is not kept with the event, except that only training has receipts of work.
            let source = if receipt == Hash::default() { "service" } else { "training" }.to_owned();
            pays.push(Pay { time_ms, height: height.0, source, receipt, amount: paid });
        }
    }
    pays.reverse();
    Ok(pays)
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
