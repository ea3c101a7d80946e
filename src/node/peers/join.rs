//! Joining a chain that is long already: from a snapshot of its state, where that is cheaper than all of its blocks.
//!
//! Invariants: nothing is believed that does not follow from genesis, from a header that the user trusts, or from this
//! node's own last block; a snapshot's header is believed before a chunk is asked for, and each chunk is checked before it
//! is kept; if nothing comes of it, the node follows block by block, as if it had not tried.

use super::history;
use super::link::SNAPSHOT_EVERY;
use super::wire::{Tip, Wire as _};
use super::{Net, TIP};
use crate::consensus::light::{Bisection, Candidate, Input, LightError, Output, Trusted};
use crate::ledger::snapshot::{Checked, Manifest};
use crate::node::clock::now_ms;
use crate::node::events::NodeEvent;
use crate::node::home::NetworkFolder;
use crate::node::peering::Peering;
use crate::node::supervisor::NodeError;
use crate::store::{Incoming, LedgerStore, Opened, Signed, Snapshots, StoreError};
use crate::types::{Hash, Height};
use neuroshard_net::transfer::{self, Progress, Wanted};
use neuroshard_net::{Event, Handle, PeerId, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// How long a first peer is waited for, and others after it.
const FIRST_PEER: Duration = Duration::from_secs(5);
const OTHER_PEERS: Duration = Duration::from_millis(700);
/// How long a peer has to say where it is.
const TIP_TIME: Duration = Duration::from_secs(3);
/// What a block, a chunk and beginning at all take, in milliseconds: rough figures, measured on a small machine.
const BLOCK_MS: u64 = 10;
const CHUNK_MS: u64 = 100;
const BEGIN_MS: u64 = 1_000;

/// What joins.
pub(in crate::node) struct Joining<'a> {
    pub(in crate::node) net: &'a mut Net,
    pub(in crate::node) folder: &'a NetworkFolder,
    pub(in crate::node) peering: &'a Peering,
    pub(in crate::node) snapshots: &'a Snapshots,
    pub(in crate::node) tell: &'a dyn Fn(NodeEvent),
}

/// Why there is no snapshot to begin from.
#[derive(Debug, thiserror::Error)]
enum JoinError {
    #[error("no peer answered in time")]
    Alone,
    #[error("its blocks are few enough to follow one by one")]
    Near,
    #[error("no peer has a snapshot")]
    NoSnapshot,
    #[error("the snapshot's header is not to be believed: {0}")]
    Light(#[from] LightError),
    #[error(transparent)]
    Manifest(#[from] crate::ledger::snapshot::ManifestError),
    #[error(transparent)]
    Fetch(#[from] transfer::FetchError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Joining<'_> {
    /// The ledger to go on with: the one that is there, or one from a snapshot of peers that are far ahead.
    pub(in crate::node) fn run(self, ledger: Opened) -> Result<Opened, NodeError> {
        let Self { net, folder, peering, snapshots, tell } = self;
        let Net { runtime, handle, events, met, .. } = net;
        let here = Here { ledger: &ledger, peering, snapshots, tell };
        let found = runtime.block_on(async {
            let mut crowd = Crowd { handle, events, tips: BTreeMap::new(), met, own: history::tip(&ledger.store) };
            crowd.gather().await;
            let tips = crowd.tips.clone();
            // Whoever connects meanwhile is heard, or the network would stand still.
            tokio::select! {
                found = here.get(handle, &tips) => found,
                () = crowd.listen() => Err(JoinError::Alone),
            }
        });
        let incoming = match found {
            Ok(incoming) => incoming,
            Err(JoinError::Alone | JoinError::Near) => return Ok(ledger),
            Err(error) => {
                tracing::warn!("the chain is followed block by block: {error}");
                return Ok(ledger);
            }
        };
        // The ledger that is there stays until the other one is whole: killed in between, the node begins with it again.
        let (path, beside) = (folder.ledger(), folder.ledger().with_extension("joined"));
        let failed = |source| NodeError::File { path: beside.clone(), source };
        if beside.exists() {
            std::fs::remove_file(&beside).map_err(failed)?;
        }
        if let Err(error) = snapshots.import(&incoming, &beside) {
            tracing::warn!("the snapshot can't be used, and the chain is followed block by block: {error}");
            return Ok(ledger);
        }
        drop(ledger);
        std::fs::rename(&beside, &path).map_err(failed)?;
        Ok(LedgerStore::open(&path, folder.genesis.chain)?)
    }
}

/// What is known here.
struct Here<'a> {
    ledger: &'a Opened,
    peering: &'a Peering,
    snapshots: &'a Snapshots,
    tell: &'a dyn Fn(NodeEvent),
}

impl Here<'_> {
    async fn get(&self, handle: &Handle, tips: &BTreeMap<PeerId, Tip>) -> Result<Incoming, JoinError> {
        let own = self.ledger.tip.header.height;
        let best = tips.values().map(|tip| tip.height).max().ok_or(JoinError::Alone)?;
        if best.0 < own.0.saturating_add(SNAPSHOT_EVERY) {
            return Err(JoinError::Near);
        }
        let mut offers = offers(handle, tips.keys()).await;
        offers.retain(|offer| offer.manifest.header.height > own);
        let mut error = JoinError::NoSnapshot;
        while let Some(offer) = offers.pop() {
            let bodies = tips.values().any(|tip| tip.oldest <= own.after(1) && tip.height > own);
            if bodies && !is_cheaper(own, best, &offer.manifest) {
                return Err(JoinError::Near);
            }
            match self.take(handle, offer).await {
                Ok(incoming) => return Ok(incoming),
                Err(why) => {
                    tracing::warn!("a snapshot is left: {why}");
                    error = why;
                }
            }
        }
        Err(error)
    }

    async fn take(&self, handle: &Handle, offer: Offer) -> Result<Incoming, JoinError> {
        let Offer { manifest, holders } = offer;
        let (chain, height) = (self.ledger.tip.header.chain, manifest.header.height);
        let trusted = self.trusted(handle, &holders).await?;
        let believed = believe(handle, &holders, trusted, height).await?;
        let checked = manifest.check(chain, believed.header().hash())?;
        let (content, chunks) = (checked.manifest().content(), checked.chunks());
        let verify = checked.clone();
        let wanted = Wanted {
            content: content.0,
            chunks,
            verify: Arc::new(move |index, bytes: &[u8]| Checked::verify(&verify, index, bytes)),
        };
        let mut store = Chunks(self.snapshots.begin(checked)?);
        let (_holders, watched) = watch::channel(holders);
        let (said, mut progress) = mpsc::channel(16);
        let tell = |done: u32| (self.tell)(NodeEvent::Joining { height: height.0, chunks, done });
        tell(0);
        let heard = move |progress: Progress| {
            let _ = said.try_send(progress.done);
        };
        let show = async {
            while let Some(done) = progress.recv().await {
                tell(done);
            }
        };
        let fetch = async {
            let fetched = transfer::fetch(handle, &wanted, watched, &mut store, &heard).await;
            drop(heard);
            fetched
        };
        let (fetched, ()) = tokio::join!(fetch, show);
        fetched?;
        tell(chunks);
        Ok(store.0)
    }

    /// What is believed without asking anybody.
    async fn trusted(&self, handle: &Handle, peers: &[PeerId]) -> Result<Trusted, JoinError> {
        let (store, chain) = (&self.ledger.store, self.ledger.tip.header.chain);
        if let Some((height, hash)) = self.peering.trust {
            let found = ask_header(handle, peers, Height(height)).await.ok_or(LightError::Missing(Height(height)))?;
            let Signed { header, certificate, validators } = found;
            let candidate = Candidate::check(chain, header, certificate, validators)?;
            return Ok(Trusted::recent(candidate, hash, now_ms())?);
        }
        let own = self.ledger.tip.header.height;
        if let Some(Signed { header, certificate, validators }) = store.header_with_set(own)?.filter(|_| own.0 > 0) {
            let hash = header.hash();
            let candidate = Candidate::check(chain, header, certificate, validators)?;
            if let Ok(trusted) = Trusted::recent(candidate, hash, now_ms()) {
                return Ok(trusted);
            }
        }
        let genesis = store.header_with_set(Height(0))?.ok_or(LightError::Missing(Height(0)))?;
        Ok(Trusted::genesis(genesis.header, genesis.validators).ok_or(LightError::Missing(Height(0)))?)
    }
}

/// A snapshot that peers have.
struct Offer {
    manifest: Manifest,
    holders: Vec<PeerId>,
}

/// What peers have, the newest last.
async fn offers(handle: &Handle, peers: impl Iterator<Item = &PeerId>) -> Vec<Offer> {
    let mut asked = JoinSet::new();
    for peer in peers.copied() {
        let handle = handle.clone();
        asked.spawn(async move { (peer, history::manifest(&handle, peer).await) });
    }
    let mut offers: BTreeMap<(Height, Hash), Offer> = BTreeMap::new();
    while let Some(answer) = asked.join_next().await {
        let Ok((peer, Ok(manifest))) = answer else { continue };
        let name = (manifest.header.height, manifest.content());
        offers.entry(name).or_insert(Offer { manifest, holders: Vec::new() }).holders.push(peer);
    }
    offers.into_values().collect()
}

/// Whether a snapshot and the blocks after it take less time than all blocks.
fn is_cheaper(own: Height, best: Height, manifest: &Manifest) -> bool {
    let blocks = |from: Height| best.0.saturating_sub(from.0).saturating_mul(BLOCK_MS);
    let chunks = (manifest.parts.len() as u64).saturating_mul(CHUNK_MS);
    BEGIN_MS + chunks + blocks(manifest.header.height) < blocks(own)
}

/// Finds a way from what is trusted to the header of a height.
async fn believe(handle: &Handle, peers: &[PeerId], trusted: Trusted, height: Height) -> Result<Trusted, LightError> {
    let (mut search, mut output) = Bisection::new(trusted, height);
    loop {
        match output {
            Output::Ask(height) => {
                let found = ask_header(handle, peers, height).await;
                let input = found.map_or(Input::Missing, |found| {
                    Input::Header(Box::new((found.header, found.certificate, found.validators)))
                });
                output = search.step(now_ms(), input);
            }
            Output::Trusted(trusted) => return Ok(*trusted),
            Output::Failed(error) => return Err(error),
        }
    }
}

/// A header from the first peer that has it.
async fn ask_header(handle: &Handle, peers: &[PeerId], height: Height) -> Option<Signed> {
    for peer in peers {
        match history::header(handle, *peer, height).await {
            Ok(found) => return Some(found),
            Err(error) => tracing::debug!("{peer} gives no header {height}: {error}"),
        }
    }
    None
}

/// Chunks, as they are stored.
struct Chunks(Incoming);

impl transfer::Store for Chunks {
    fn has(&self, index: u32) -> bool {
        self.0.has(index)
    }

    fn put(&mut self, index: u32, bytes: &[u8]) -> std::io::Result<()> {
        self.0.put(index, bytes)
    }
}

/// Those who are met before the chain runs.
struct Crowd<'a> {
    handle: &'a Handle,
    events: &'a mut mpsc::Receiver<Event>,
    tips: BTreeMap<PeerId, Tip>,
    met: &'a mut Vec<PeerId>,
    own: Tip,
}

impl Crowd<'_> {
    /// Waits for a first peer to say where it is, and a moment for others.
    async fn gather(&mut self) {
        let (mut until, mut asked) = (Instant::now() + FIRST_PEER, JoinSet::new());
        loop {
            let next = async {
                tokio::select! {
                    event = self.events.recv() => (event, None),
                    Some(Ok(answer)) = asked.join_next() => (None, Some(answer)),
                }
            };
            let Ok((event, answer)) = timeout_at(until, next).await else { return };
            let first = self.tips.is_empty();
            if let Some(event) = event {
                if let Some(peer) = self.hear(event) {
                    let (handle, own) = (self.handle.clone(), self.own.to_wire());
                    asked.spawn(async move { (peer, handle.ask(peer, TIP, own, TIP_TIME).await) });
                }
            } else if let Some((peer, Ok(bytes))) = answer
                && let Ok(tip) = Tip::from_wire(&bytes)
            {
                self.tips.insert(peer, tip);
            }
            if first && !self.tips.is_empty() {
                until = Instant::now() + OTHER_PEERS;
            }
        }
    }

    /// Hears whatever comes, for as long as it is asked to.
    async fn listen(&mut self) {
        while let Some(event) = self.events.recv().await {
            self.hear(event);
        }
    }

    /// A peer that just came.
    fn hear(&mut self, event: Event) -> Option<PeerId> {
        match event {
            Event::Connected { peer, .. } => {
                self.met.push(peer);
                return Some(peer);
            }
            Event::Disconnected { peer, .. } => {
                self.met.retain(|other| *other != peer);
                self.tips.remove(&peer);
            }
            Event::Message { id, from, .. } => self.handle.verdict(id, from, Verdict::Ignore),
            Event::Request { from, kind, bytes, reply } => {
                if let (true, Ok(theirs)) = (kind == TIP, Tip::from_wire(&bytes)) {
                    reply.send(self.own.to_wire());
                    self.tips.insert(from, theirs);
                }
            }
            Event::Refused { reason, .. } => tracing::info!("a peer is refused: {reason}"),
        }
        None
    }
}
