//! Follows the chain's rounds: gives this node's own weights of each, or gets those of others.
//!
//! Invariants: one round is got at a time, the newest there is; weights are used and given on only when they are the chain's;
//! whoever offered others is reported and what it offered never asked for again; what has come stays when the node stops.

use super::check::{CheckError, Settled, committed};
use super::manifest::Checked;
use super::{Given, Models};
use crate::node::chain::Shared;
use crate::node::events::NodeEvent;
use crate::node::home::NetworkFolder;
use crate::node::machine::free_space;
use crate::node::memory;
use crate::node::peers::history::{self, AskError};
use crate::node::work::WorkLog;
use crate::types::Hash;
use neuroshard_model::checkpoint::state_folder;
use neuroshard_model::config::ModelConfig;
use neuroshard_net::transfer::{self, FolderStore, Progress, Wanted};
use neuroshard_net::{Conduct, Handle, PeerId};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long a peer has to say what it has, and the network to hear what we have.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Whoever lacks the newest round looks for it again, block or no block.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Bytes of a weight.
const WEIGHT_BYTES: u64 = 4;
/// What weights may have beyond the network's own figure: a small model's files are not only weights.
const SLACK_BYTES: u64 = 64 << 20;
/// Contents that are refused, as far as they are remembered.
const REFUSED_MAX: usize = 256;

/// What follows the rounds.
pub(in crate::node) struct Following {
    pub(in crate::node) handle: Handle,
    pub(in crate::node) shared: Arc<Shared>,
    pub(in crate::node) models: Arc<Models>,
    pub(in crate::node) network: NetworkFolder,
    /// Whether this node has weights of its own; otherwise it gets those of others.
    pub(in crate::node) trains: bool,
    pub(in crate::node) tell: Box<dyn Fn(NodeEvent) + Send + Sync>,
}

/// Weights that peers have.
struct Offer {
    checked: Checked,
    settled: Settled,
    holders: Vec<PeerId>,
}

/// Why nothing came of an offer.
#[derive(Debug, thiserror::Error)]
enum FollowError {
    #[error(transparent)]
    Fetch(#[from] transfer::FetchError),
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Check(#[from] CheckError),
}

impl Following {
    /// Until it is told to stop.
    pub(in crate::node) async fn run(self, stop: CancellationToken) {
        let mut height = self.shared.height.subscribe();
        let mut refused = BTreeSet::new();
        let work = async {
            let Some(shape) = self.begin().await else { return };
            loop {
                height.mark_unchanged();
                self.look(&shape, &mut refused).await;
                // Peers come and get weights while the chain stands still, too.
                if let Ok(Err(_)) = timeout(LOOK_EVERY, height.changed()).await {
                    return;
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => stop.cancelled().await,
        }
    }

    /// Takes up what is on disk. Without a shape that fits this machine there is nothing to follow.
    async fn begin(&self) -> Option<ModelConfig> {
        let shape: ModelConfig = self.network.genesis.model.clone().try_into().ok()?;
        if self.trains {
            return Some(shape);
        }
        if let Err(error) = memory::check_fits(&shape, WEIGHT_BYTES, 0) {
            tracing::warn!("the network's weights are not got: {error}");
            return None;
        }
        let models = Arc::clone(&self.models);
        match tokio::task::spawn_blocking(move || models.open()).await {
            Ok(Ok(())) => {
                if let Some(given) = self.models.newest() {
                    self.announce(given.content).await;
                }
                Some(shape)
            }
            Ok(Err(error)) => {
                tracing::warn!("the network's weights are not got: {error}");
                None
            }
            Err(_) => None,
        }
    }

    /// Looks whether there is a newer round than the one that this node has.
    async fn look(&self, shape: &ModelConfig, refused: &mut BTreeSet<Hash>) {
        let Some(newest) = committed(&self.shared.store) else { return };
        let next = self.models.newest().map_or(0, |given| given.round() + 1);
        if next > newest {
            return;
        }
        if self.trains {
            return self.give(newest).await;
        }
        for offer in self.offers(next, newest, refused).await {
            let (content, holders) = (offer.checked.content(), offer.holders.clone());
            let round = offer.checked.round();
            match self.get(offer, shape).await {
                Ok(()) => return,
                Err(FollowError::Check(CheckError::Wrong(why))) => {
                    tracing::warn!("weights of round {round} are refused, given by {}: {why}", holders.len());
                    for peer in holders {
                        self.handle.report(peer, Conduct::Serious, format!("its weights of round {round}: {why}"));
                    }
                    if refused.len() >= REFUSED_MAX {
                        refused.pop_first();
                    }
                    refused.insert(content);
                }
                Err(error) => {
                    // It goes on with the next block from where it is.
                    tracing::info!("the weights of round {round} are not here yet: {error}");
                    return;
                }
            }
        }
    }

    /// Gives others what this node's trainer has of a round, if the chain has agreed on just that.
    async fn give(&self, round: u64) {
        let Some(settled) = Settled::of(&self.shared.store, round) else { return };
        let (network, models) = (self.network.clone(), Arc::clone(&self.models));
        let given = tokio::task::spawn_blocking(move || {
            let log = WorkLog::read(&network.work())?;
            let Some(trained) = log.round(round).filter(|trained| trained.units == settled.units) else {
                return Ok(None);
            };
            let given = Given::of(&state_folder(&network.model(), trained.step), network.genesis.chain, round)?;
            let content = given.content;
            models.add(given);
            models.forget_old(false);
            io::Result::Ok(Some(content))
        });
        match given.await {
            Ok(Ok(Some(content))) => self.announce(content).await,
            Ok(Ok(None)) => tracing::debug!("the chain's weights of round {round} are not ours"),
            Ok(Err(error)) => tracing::debug!("our weights of round {round} are not given: {error}"),
            Err(_) => {}
        }
    }

    async fn announce(&self, content: Hash) {
        // Whoever is asked directly answers all the same.
        let _ = timeout(ANSWER_TIME, self.handle.provide(content.0)).await;
    }

    /// Peers that are connected, trackers not counted.
    fn peers(&self) -> Vec<PeerId> {
        let view = self.handle.view().borrow().clone();
        view.peers.iter().filter(|peer| !peer.tracker).map(|peer| peer.peer).collect()
    }

    /// What peers have of these rounds and may be got, the newest that most have first.
    async fn offers(&self, next: u64, newest: u64, refused: &BTreeSet<Hash>) -> Vec<Offer> {
        let mut asked = JoinSet::new();
        for peer in self.peers() {
            let handle = self.handle.clone();
            asked.spawn(async move { (peer, timeout(ANSWER_TIME, history::model(&handle, peer, next)).await) });
        }
        let (chain, room) = (self.network.genesis.chain, self.room());
        let mut offers: BTreeMap<Hash, Offer> = BTreeMap::new();
        while let Some(answer) = asked.join_next().await {
            let Ok((peer, Ok(answer))) = answer else { continue };
            let answer =
                answer.and_then(|manifest| manifest.check(chain).map_err(|error| AskError::Answer(error.to_string())));
            let checked = match answer {
                Ok(checked) => checked,
                Err(AskError::Answer(why)) => {
                    self.handle.report(peer, Conduct::Serious, why);
                    continue;
                }
                Err(_) => continue,
            };
            let (content, round) = (checked.content(), checked.round());
            if refused.contains(&content) || !(next..=newest).contains(&round) {
                continue;
            }
            if checked.bytes() > room {
                tracing::warn!("{peer} has {} bytes of weights, where {room} have room", checked.bytes());
                continue;
            }
            let Some(settled) = Settled::of(&self.shared.store, round) else { continue };
            offers.entry(content).or_insert(Offer { checked, settled, holders: Vec::new() }).holders.push(peer);
        }
        let mut offers: Vec<Offer> = offers.into_values().collect();
        offers.sort_by_key(|offer| std::cmp::Reverse((offer.checked.round(), offer.holders.len())));
        offers
    }

    /// Bytes of weights that there is room for: what the network says a model has, twice on the disk while it is got.
    fn room(&self) -> u64 {
        let most = self.network.genesis.state_bytes.saturating_add(SLACK_BYTES);
        free_space(&self.network.path).map_or(most, |free| most.min(free / 2))
    }

    async fn get(&self, offer: Offer, shape: &ModelConfig) -> Result<(), FollowError> {
        let Offer { checked, settled, holders } = offer;
        let (began, content) = (Instant::now(), checked.content());
        let mut store = FolderStore::open(self.models.incoming(content)?)?;
        let verify = checked.clone();
        let verify = Arc::new(move |index, bytes: &[u8]| verify.verify(index, bytes));
        let wanted = Wanted { content: content.0, chunks: checked.chunks(), verify };
        let (more, watched) = watch::channel(holders);
        let most = AtomicU32::new(0);
        let progress = |progress: Progress| {
            most.fetch_max(progress.holders, Ordering::Relaxed);
        };
        let fetched = tokio::select! {
            fetched = transfer::fetch(&self.handle, &wanted, watched, &mut store, &progress) => fetched,
            never = self.find_more(content, &more) => match never {},
        };
        fetched?;
        let (round, bytes, model_hash) = (checked.round(), checked.bytes(), settled.model_hash());
        self.take_in(checked, settled, store, shape.clone()).await?;
        let (seconds, holders) = (began.elapsed().as_secs_f64(), most.load(Ordering::Relaxed));
        (self.tell)(NodeEvent::Model { round, model_hash, bytes, seconds, holders });
        self.announce(content).await;
        Ok(())
    }

    /// Those who announced that they have it join those who said so when they were asked.
    async fn find_more(&self, content: Hash, holders: &watch::Sender<Vec<PeerId>>) -> Infallible {
        let announced = self.handle.holders(content.0).await;
        let connected = self.peers();
        holders.send_if_modified(|known| {
            let before = known.len();
            let new = announced.into_iter().filter(|peer| connected.contains(peer));
            let new: Vec<PeerId> = new.filter(|peer| !known.contains(peer)).collect();
            known.extend(new);
            known.len() > before
        });
        std::future::pending().await
    }

    /// Puts together what has come, and takes it over if it is the chain's.
    async fn take_in(
        &self,
        checked: Checked,
        settled: Settled,
        store: FolderStore,
        shape: ModelConfig,
    ) -> Result<(), FollowError> {
        let (models, first) = (Arc::clone(&self.models), self.network.genesis.tokenizer);
        let taken = tokio::task::spawn_blocking(move || {
            let folder = models.assemble(&checked, &store)?;
            settled.check(&folder, &shape, first)?;
            Ok(models.take_over(&folder, checked)?)
        });
        taken.await.unwrap_or_else(|error| Err(FollowError::Disk(io::Error::other(error))))
    }
}
