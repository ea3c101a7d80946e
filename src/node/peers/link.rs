//! Joins the network to the chain: carries words both ways, and keeps the chain up with its peers.
//!
//! Invariants: the loop never waits for the chain or a peer; every gossiped message gets a verdict; what the chain can't
//! take at once is dropped, since whoever said it says it again.

use super::catch_up::{CatchUp, Input, Output};
use super::history::{self, AskError, Library};
#[cfg(feature = "flex")]
use super::models::{Following, Models};
use super::wire::{Final, Tip, Wire as _};
use super::{CONSENSUS, TIP, TRANSACTIONS, voters};
use crate::consensus::Message;
use crate::ledger::block::BLOCK_BYTES_MAX;
use crate::ledger::reject::Reject;
use crate::ledger::transaction::SignedTransaction;
use crate::node::chain::{Command, Followed, Heard, Said, Shared};
use crate::node::events::{NodeEvent, PeerState};
use crate::store::Snapshots;
use crate::types::{ChainId, Hash, Height};
use neuroshard_net::{Busy, Conduct, Event, Handle, MessageId, PeerId, Reply, Verdict, transfer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often time is told to whoever catches up.
const TICK: Duration = Duration::from_millis(200);
/// Answers that wait.
const ANSWERS_MAX: usize = 256;
/// How long a peer has to say where it is.
const TIP_TIME: Duration = Duration::from_secs(5);
/// An author that lags is told where we are not more often.
const NUDGE_EVERY: Duration = Duration::from_secs(1);
/// Blocks between two looks at who votes.
const VALIDATORS_EVERY: u64 = 10;

/// Blocks between two snapshots.
pub(super) const SNAPSHOT_EVERY: u64 = 256;

/// Snapshots and weights, as chunks are asked of them.
struct Shelf {
    snapshots: Arc<Snapshots>,
    #[cfg(feature = "flex")]
    models: Arc<Models>,
}

impl transfer::Shelf for Shelf {
    fn chunk(&self, content: &[u8; 32], index: u32) -> Option<Arc<[u8]>> {
        let chunk = self.snapshots.chunk(Hash(*content), index);
        #[cfg(feature = "flex")]
        let chunk = chunk.or_else(|| self.models.chunk(Hash(*content), index));
        chunk.map(Arc::from)
    }
}

/// What the link begins with.
pub(in crate::node) struct Parts {
    pub(in crate::node) handle: Handle,
    pub(in crate::node) events: mpsc::Receiver<Event>,
    /// Peers that are there already.
    pub(in crate::node) met: Vec<PeerId>,
    pub(in crate::node) said: mpsc::Receiver<Said>,
    pub(in crate::node) chain: SyncSender<Command>,
    pub(in crate::node) shared: Arc<Shared>,
    pub(in crate::node) snapshots: Arc<Snapshots>,
    /// Weights that others may have.
    #[cfg(feature = "flex")]
    pub(in crate::node) models: Arc<Models>,
    /// What follows the rounds; taken when the link runs.
    #[cfg(feature = "flex")]
    pub(in crate::node) following: Option<Following>,
    /// What peers say of their chains, for whoever looks at the network.
    pub(in crate::node) heights: watch::Sender<Heights>,
    pub(in crate::node) tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// The last block of each peer, as they said it last.
pub(in crate::node) type Heights = BTreeMap<PeerId, Height>;

/// An answer to something that was begun apart from the loop.
enum Answer {
    Step(Input),
    Lags(PeerId),
}

/// The loop's own.
pub(in crate::node) struct Link {
    parts: Parts,
    chain_id: ChainId,
    catch_up: CatchUp,
    began: Instant,
    answers: (mpsc::Sender<Answer>, mpsc::Receiver<Answer>),
    connected: BTreeSet<PeerId>,
    nudged: BTreeMap<PeerId, Instant>,
}

impl Link {
    /// A link that is about to run.
    pub(in crate::node) fn new(parts: Parts) -> Self {
        let latest = parts.shared.latest();
        Self {
            chain_id: latest.tip.header.chain,
            catch_up: CatchUp::new(latest.tip.header.height, 0),
            parts,
            began: Instant::now(),
            answers: mpsc::channel(ANSWERS_MAX),
            connected: BTreeSet::new(),
            nudged: BTreeMap::new(),
        }
    }

    /// Until it is told to stop, or the network ends.
    pub(in crate::node) async fn run(mut self, stop: CancellationToken) {
        let mut serving = self.serve(&stop);
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.protect();
        let tip = self.parts.shared.latest().tip.header.height.0;
        let newest = self.parts.snapshots.newest().map_or(0, |kept| kept.manifest().header.height.0);
        if tip >= newest.saturating_add(SNAPSHOT_EVERY) {
            self.cut();
        }
        for peer in std::mem::take(&mut self.parts.met) {
            self.came(peer);
        }
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(said) = self.parts.said.recv() => self.said(said),
                Some(answer) = self.answers.1.recv() => self.answer(answer),
                event = self.parts.events.recv() => match event {
                    Some(event) => self.event(event),
                    None => break,
                },
                _ = tick.tick() => {
                    self.step(Input::Tick);
                    let heights = self.catch_up.heights();
                    self.parts.heights.send_if_modified(|known| {
                        let other = *known != heights;
                        *known = heights;
                        other
                    });
                }
            }
        }
        // They end by themselves: they listen to the same word.
        while serving.join_next().await.is_some() {}
    }

    /// Begins what answers peers beside the loop.
    fn serve(&mut self, stop: &CancellationToken) -> JoinSet<()> {
        let mut serving = JoinSet::new();
        let (handle, snapshots) = (&self.parts.handle, &self.parts.snapshots);
        let library = Library {
            store: self.parts.shared.clone(),
            snapshots: Arc::clone(snapshots),
            #[cfg(feature = "flex")]
            models: Arc::clone(&self.parts.models),
        };
        serving.spawn(history::serve(handle.clone(), library, stop.clone()));
        let shelf = Shelf {
            snapshots: Arc::clone(snapshots),
            #[cfg(feature = "flex")]
            models: Arc::clone(&self.parts.models),
        };
        serving.spawn(transfer::serve(handle.clone(), Arc::new(shelf), stop.clone()));
        #[cfg(feature = "flex")]
        if let Some(following) = self.parts.following.take() {
            serving.spawn(following.run(stop.clone()));
        }
        serving
    }

    fn said(&mut self, said: Said) {
        let (topic, bytes) = match said {
            Said::Consensus(message) => (CONSENSUS, message.encode()),
            Said::Transaction(signed) => (TRANSACTIONS, signed.to_wire()),
            Said::Committed(height) => {
                if height.0.is_multiple_of(VALIDATORS_EVERY) {
                    self.protect();
                }
                if height.0.is_multiple_of(SNAPSHOT_EVERY) {
                    self.cut();
                }
                return self.step(Input::Committed(height));
            }
        };
        match self.parts.handle.publish(topic, bytes) {
            Ok(()) => {}
            Err(error @ Busy::TooLong { .. }) => tracing::error!("nobody hears of our {topic}: {error}"),
            Err(error) => tracing::debug!("our {topic} wait: {error}"),
        }
    }

    /// Makes a snapshot for those who join. All nodes make them of the same blocks, so that a joiner gets one of several.
    fn cut(&self) {
        let (snapshots, shared) = (Arc::clone(&self.parts.snapshots), Arc::clone(&self.parts.shared));
        tokio::task::spawn_blocking(move || match snapshots.make(&shared.store) {
            Ok(kept) => tracing::debug!("a snapshot of block {} is kept", kept.manifest().header.height),
            Err(error) => tracing::warn!("no snapshot could be made: {error}"),
        });
    }

    /// Connections with those who vote are kept.
    fn protect(&self) {
        let Ok(view) = self.parts.shared.store.view() else { return };
        let mut peers = voters(&view);
        peers.remove(&self.parts.handle.local());
        self.parts.handle.protect(peers);
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Step(input) => self.step(input),
            Answer::Lags(author) => {
                let due = self.nudged.get(&author).is_none_or(|at| at.elapsed() >= NUDGE_EVERY);
                if due && self.connected.contains(&author) {
                    self.nudged.insert(author, Instant::now());
                    self.ask_tip(author);
                }
            }
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Connected { peer, .. } => self.came(peer),
            Event::Disconnected { peer, reason } => {
                self.connected.remove(&peer);
                self.nudged.remove(&peer);
                self.tell_of(peer, PeerState::Disconnected, Some(reason));
                self.step(Input::Gone(peer));
            }
            Event::Message { id, from, author, topic, bytes } => self.message(id, from, author, topic, &bytes),
            Event::Request { from, kind, bytes, reply } => self.request(from, kind, &bytes, reply),
            Event::Refused { peer, address, reason } => {
                let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
                let address = address.map(|address| address.to_string()).unwrap_or_default();
                tracing::info!("a peer is refused: {reason} ({peer} {address})");
            }
        }
    }

    fn came(&mut self, peer: PeerId) {
        self.connected.insert(peer);
        self.tell_of(peer, PeerState::Connected, None);
        self.step(Input::Came(peer));
    }

    fn tell_of(&self, peer: PeerId, state: PeerState, reason: Option<String>) {
        let peers = self.connected.len();
        (self.parts.tell)(NodeEvent::Peer { peer_id: peer.to_string(), state, reason, peers });
    }

    fn message(&mut self, id: MessageId, from: PeerId, author: PeerId, topic: &'static str, bytes: &[u8]) {
        let handle = self.parts.handle.clone();
        let command = match topic {
            CONSENSUS => match Message::decode(bytes, BLOCK_BYTES_MAX) {
                Ok(message) => self.about_consensus(id, from, author, message),
                Err(error) => return handle.verdict(id, from, Verdict::Reject(error.to_string())),
            },
            TRANSACTIONS => match self.transaction(id, from, bytes) {
                Ok(command) => command,
                Err(why) => return handle.verdict(id, from, Verdict::Reject(why)),
            },
            _ => return handle.verdict(id, from, Verdict::Ignore),
        };
        if self.parts.chain.try_send(command).is_err() {
            handle.verdict(id, from, Verdict::Ignore);
        }
    }

    fn about_consensus(&self, id: MessageId, from: PeerId, author: PeerId, message: Message) -> Command {
        let (handle, answers) = (self.parts.handle.clone(), self.answers.0.clone());
        let reply = move |heard| {
            let before = |height: Height| Height(height.0.saturating_sub(1));
            let (verdict, answer) = match heard {
                Heard::Good => (Verdict::Accept, None),
                Heard::Next(height) => (Verdict::Accept, Some(Answer::Step(Input::Hint(from, before(height))))),
                Heard::Unsure => (Verdict::Ignore, None),
                Heard::Behind(_) => (Verdict::Ignore, Some(Answer::Lags(author))),
                Heard::Ahead(height) => (Verdict::Ignore, Some(Answer::Step(Input::Hint(from, before(height))))),
                Heard::Bad(why) => (Verdict::Reject(why), None),
            };
            handle.verdict(id, from, verdict);
            if let Some(answer) = answer {
                // A hint that finds no room comes again.
                let _ = answers.try_send(answer);
            }
        };
        Command::Heard(Box::new(message), Box::new(reply))
    }

    fn transaction(&self, id: MessageId, from: PeerId, bytes: &[u8]) -> Result<Command, String> {
        let signed = SignedTransaction::from_wire(bytes).map_err(|error| error.to_string())?;
        let verified = signed.verify(self.chain_id).map_err(|error| error.to_string())?;
        let handle = self.parts.handle.clone();
        let reply = move |taken: Result<_, Reject>| {
            // What the ledger refuses depends on where a node is.
            let verdict = if taken.is_ok() { Verdict::Accept } else { Verdict::Ignore };
            handle.verdict(id, from, verdict);
        };
        Ok(Command::Take(Box::new(verified), Box::new(reply)))
    }

    fn request(&mut self, from: PeerId, kind: &'static str, bytes: &[u8], reply: Reply) {
        if kind != TIP {
            return; // a reply that is dropped refuses
        }
        match Tip::from_wire(bytes) {
            Ok(theirs) => {
                reply.send(history::tip(&self.parts.shared.store).to_wire());
                self.step(Input::Tip(from, theirs));
            }
            Err(error) => self.parts.handle.report(from, Conduct::Minor, format!("its tip is none: {error}")),
        }
    }

    fn step(&mut self, input: Input) {
        let now_ms = self.began.elapsed().as_millis() as u64;
        for output in self.catch_up.step(now_ms, input) {
            match output {
                Output::AskTip(peer) => self.ask_tip(peer),
                Output::AskBlocks(peer, from, count) => self.ask_blocks(peer, from, count),
                Output::Follow(block, more) => self.follow(block, more),
                Output::Blame(peer, why) => {
                    tracing::warn!("{peer} gave a block that is none: {why}");
                    self.parts.handle.report(peer, Conduct::Serious, why);
                }
            }
        }
    }

    fn ask_tip(&self, peer: PeerId) {
        let (handle, answers, shared) = self.around();
        tokio::spawn(async move {
            let own = history::tip(&shared.store).to_wire();
            let Ok(bytes) = handle.ask(peer, TIP, own, TIP_TIME).await else { return };
            match Tip::from_wire(&bytes) {
                Ok(tip) => drop(answers.send(Answer::Step(Input::Tip(peer, tip))).await),
                Err(error) => handle.report(peer, Conduct::Minor, format!("its tip is none: {error}")),
            }
        });
    }

    fn ask_blocks(&self, peer: PeerId, from: Height, count: u16) {
        let (handle, answers, _) = self.around();
        tokio::spawn(async move {
            let input = match history::blocks(&handle, peer, from, count).await {
                Ok(blocks) => Input::Blocks(peer, blocks),
                Err(error) => {
                    tracing::debug!("{peer} gave no blocks from {from} on: {error}");
                    if let AskError::Answer(why) = error {
                        handle.report(peer, Conduct::Serious, why);
                    }
                    Input::Failed(peer)
                }
            };
            // Whoever catches up waits for this.
            let _ = answers.send(Answer::Step(input)).await;
        });
    }

    fn follow(&self, block: Box<Final>, more: bool) {
        let (_, answers, _) = self.around();
        let (chain, height) = (self.parts.chain.clone(), block.certificate.height);
        let (said, heard) = oneshot::channel();
        let reply = Box::new(move |followed| drop(said.send(followed)));
        // The chain may be busy; this one block is worth the wait.
        tokio::task::spawn_blocking(move || drop(chain.send(Command::Follow(block, more, reply))));
        tokio::spawn(async move {
            let input = match heard.await {
                Ok(Followed::Done) => Input::Committed(height),
                Ok(Followed::Refused(why)) => Input::Refused(height, why),
                Ok(Followed::Stopped) | Err(_) => return,
            };
            let _ = answers.send(Answer::Step(input)).await;
        });
    }

    fn around(&self) -> (Handle, mpsc::Sender<Answer>, Arc<Shared>) {
        (self.parts.handle.clone(), self.answers.0.clone(), Arc::clone(&self.parts.shared))
    }
}
