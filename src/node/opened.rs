//! What a node opens before its threads begin, and what is known of it by then.

use super::chain::{Command, Said, Wishes};
use super::clock::{now_ms, rfc3339};
use super::events::NodeEvent;
use super::history::History;
use super::home::NetworkFolder;
use super::inference::{self, Inference};
use super::observer::NetworkSeen;
use super::peers::{self, Joining, Link, Net, program_version, registration};
use super::snapshot::Watched;
use super::supervisor::{Handle, NodeError, PRIVATE_NOTE, Register, Settings};
use super::work::WorkLog;
use crate::economics::Parameters;
use crate::governance::protocol::Features;
use crate::ledger::nodes::{Announcement, DEVICE_BYTES_MAX, Standing};
use crate::ledger::state::read;
#[cfg(feature = "flex")]
use crate::ledger::{plans::Plan, rounds::Rounds, vocabulary};
use crate::store::wal::FileWal;
use crate::store::{LedgerStore, Snapshots, StoreError};
use crate::types::{Address, SecretKey};
use neuroshard_tui::snapshot::Snapshot;
#[cfg(feature = "flex")]
use neuroshard_tui::snapshot::Training as Facts;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// All that a node keeps, opened.
pub(super) struct Opened {
    pub(super) ledger: crate::store::Opened,
    pub(super) wal: FileWal,
    pub(super) work: WorkLog,
    pub(super) history: History,
    pub(super) trained: Trained,
}

/// A model, where it is saved and how far it is; nothing without training.
#[cfg(feature = "flex")]
pub(super) type Trained = Option<super::trainer::Opened>;
#[cfg(not(feature = "flex"))]
pub(super) type Trained = ();

impl Opened {
    pub(super) fn all(
        settings: &Settings,
        net: Option<&mut Net>,
        snapshots: &Snapshots,
        tell: &dyn Fn(NodeEvent),
    ) -> Result<Self, NodeError> {
        let folder = &settings.network;
        let mut ledger = open_ledger(folder)?;
        if let Some(net) = net.filter(|_| settings.peering.knows_others(&folder.genesis)) {
            ledger = Joining { net, folder, peering: &settings.peering, snapshots, tell }.run(ledger)?;
        }
        let wal = FileWal::open(&folder.consensus_log())?;
        let failed = |path: PathBuf| move |source| NodeError::File { path, source };
        let mut work = WorkLog::read(&folder.work()).map_err(failed(folder.work()))?;
        let history = History::open(&folder.history()).map_err(failed(folder.history()))?;
        #[cfg(feature = "flex")]
        let trained = if let Some(training) = &settings.training {
            Some(super::trainer::open(training, &folder.model(), &mut work).map_err(Box::new)?)
        } else {
            vouch(settings, &ledger, &mut work)?;
            None
        };
        #[cfg(not(feature = "flex"))]
        let trained = work.rewind(u64::MAX).map_or((), |_| ());
        Ok(Self { ledger, wal, work, history, trained })
    }
}

/// A founder's node knows the initial model, which more than two thirds of the founders have to name.
#[cfg(feature = "flex")]
fn vouch(settings: &Settings, ledger: &crate::store::Opened, work: &mut WorkLog) -> Result<(), NodeError> {
    let view = ledger.store.view()?;
    let network: crate::ledger::network::Network = read(&view, ());
    let is_founder = network.founders.contains(&Address::of(&settings.key.public()));
    if is_founder && read::<Rounds>(&view, ()).open == 0 && work.round(0).is_none() {
        let initial = settings.initial.as_ref().map(super::trainer::Initial::round).transpose();
        initial.map_err(Box::new)?.into_iter().for_each(|round| work.add(round));
    }
    Ok(())
}

/// That a node is up, in its own words.
pub(super) fn started(settings: &Settings, api: Option<String>, net: Option<&neuroshard_net::Handle>) -> NodeEvent {
    let Settings { network, key, device, .. } = settings;
    let listen = net.map(listening).unwrap_or_default();
    let public = net.is_some();
    NodeEvent::Started {
        peer_id: peer_id(key),
        address: Address::of(&key.public()),
        api,
        device: device.name.clone(),
        tier: device.tier.clone(),
        version: env!("CARGO_PKG_VERSION"),
        network: network.genesis.name.clone(),
        chain_id: network.genesis.chain.0,
        public,
        listen,
        note: (!public).then_some(PRIVATE_NOTE),
    }
}

/// The network, if the node is to be in one.
pub(super) fn net(settings: &Settings) -> Result<Option<Net>, NodeError> {
    let Settings { network, key, peering, .. } = settings;
    let public = peering.is_public(&network.genesis);
    public.then(|| Net::start(peering, &network.genesis, key, &network.path)).transpose()
}

/// What peers call a node.
fn peer_id(key: &SecretKey) -> String {
    neuroshard_net::peer_of(key.public().as_bytes()).map(|peer| peer.to_string()).unwrap_or_default()
}

/// Where others reach a node, as they are told.
fn listening(net: &neuroshard_net::Handle) -> Vec<String> {
    let view = net.view().borrow().clone();
    view.external.iter().chain(&view.listen).map(|address| format!("{address}/p2p/{}", view.me)).collect()
}

/// What a node wants to be on the ledger.
pub(super) fn wishes(settings: &Settings) -> Wishes {
    let Settings { device, peering, network, .. } = settings;
    let tier = device.tier.trim_start_matches('T').parse().unwrap_or(5);
    let memory_mb = u32::try_from(device.memory_total >> 20).unwrap_or(u32::MAX);
    let announcement = Announcement {
        payout: settings.payout,
        device: short(&device.name),
        memory_mb,
        tier,
        version: program_version(),
        features: Features::OWN.0,
    };
    let public = peering.is_public(&network.genesis);
    Wishes { register: public.then_some(announcement), validate: peering.validator }
}

/// A name as long as the ledger keeps one.
fn short(name: &str) -> String {
    let mut short = String::new();
    for letter in name.chars().filter(|letter| !letter.is_control()) {
        if short.len() + letter.len_utf8() > DEVICE_BYTES_MAX {
            break;
        }
        short.push(letter);
    }
    short
}

/// What the observer sees of it.
pub(super) fn seen(net: &Net) -> NetworkSeen {
    NetworkSeen { handle: net.handle.clone(), heights: net.heights.subscribe() }
}

/// What goes on after the events were given away.
pub(super) struct Running {
    pub(super) runtime: tokio::runtime::Runtime,
    pub(super) service: tokio::task::JoinHandle<()>,
    pub(super) stop: CancellationToken,
}

/// What joins the network to the chain.
pub(super) fn link(
    settings: &Settings,
    handle: &Handle,
    net: Net,
    said: tokio::sync::mpsc::Receiver<Said>,
    snapshots: Arc<Snapshots>,
    tell: impl Fn(NodeEvent) + Clone + Send + Sync + 'static,
) -> (Link, Running) {
    let Net { runtime, handle: net, events, stop, service, met, heights } = net;
    #[cfg(feature = "flex")]
    let following = following(settings, handle, net.clone(), tell.clone());
    #[cfg(not(feature = "flex"))]
    let _ = settings;
    let parts = peers::Parts {
        handle: net,
        events,
        met,
        said,
        chain: handle.commands.clone(),
        shared: Arc::clone(&handle.shared),
        snapshots,
        #[cfg(feature = "flex")]
        models: Arc::clone(&following.models),
        #[cfg(feature = "flex")]
        following: Some(following),
        heights,
        tell: Box::new(tell),
    };
    (Link::new(parts), Running { runtime, service, stop })
}

/// What follows the chain's rounds.
#[cfg(feature = "flex")]
fn following(
    settings: &Settings,
    handle: &Handle,
    net: neuroshard_net::Handle,
    tell: impl Fn(NodeEvent) + Send + Sync + 'static,
) -> peers::Following {
    let network = settings.network.clone();
    peers::Following {
        handle: net,
        shared: Arc::clone(&handle.shared),
        models: Arc::new(peers::Models::new(network.weights(), network.genesis.chain)),
        network,
        trains: settings.training.is_some(),
        tell: Box::new(tell),
    }
}

/// Searches the work of a registration, if the node is not registered.
pub(super) fn registration(settings: &Settings, handle: &Handle) -> Register {
    let view = handle.shared.store.view().ok()?;
    let node: crate::ledger::nodes::Node = read(&view, handle.own);
    if node.standing != Standing::Unknown || !settings.peering.is_public(&settings.network.genesis) {
        return None;
    }
    let bits = read::<Parameters>(&view, ()).registration_bits;
    let (chain, own, commands) = (settings.network.genesis.chain, handle.own, handle.commands.clone());
    Some(Box::new(move |stop| {
        if let Some(work) = registration::find(chain, own, bits, stop) {
            // A chain that is gone needs none.
            let _ = commands.send(Command::Worked(work));
        }
    }))
}

/// Whether a card trains, so that how it is should be shown.
pub(super) fn computes_on_gpu(settings: &Settings) -> bool {
    #[cfg(feature = "flex")]
    {
        settings.training.as_ref().is_some_and(|training| !training.device.is_cpu())
    }
    #[cfg(not(feature = "flex"))]
    {
        let _ = settings;
        false
    }
}

/// What is known of a node before it says anything.
#[cfg_attr(not(feature = "flex"), expect(unused_variables, reason = "only training has more to say"))]
pub(super) fn watched(settings: &Settings, opened: &Opened, api: Option<String>) -> Watched {
    let Settings { network, key, device, .. } = settings;
    let started_ms = now_ms();
    let public = settings.peering.is_public(&network.genesis);
    let facts = Snapshot {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        network: network.genesis.name.clone(),
        chain_id: network.genesis.chain.0.to_string(),
        public,
        note: (!public).then(|| PRIVATE_NOTE.to_owned()),
        peer_id: peer_id(key),
        address: Address::of(&key.public()).to_string(),
        api,
        pid: std::process::id(),
        started_at: rfc3339(started_ms),
        device: device.clone(),
        ..Snapshot::default()
    };
    let watched = Watched { facts, started_ms, ..Watched::default() };
    #[cfg(feature = "flex")]
    if let (Some(training), Some((inner, _, _))) = (&settings.training, &opened.trained) {
        let rounds = opened.work.rounds().last().map_or(0, |last| last.round);
        let view = opened.ledger.store.view().ok();
        let inner_steps = view.map_or(0, |view| Plan::at(&view, rounds + 1).inner_steps);
        let facts = super::trainer::facts(training, inner);
        let facts = Snapshot { training: Some(Facts { round: rounds + 1, inner_steps, ..facts }), ..watched.facts };
        return Watched { facts, step_tokens: training.recipe.step_tokens(), rounds, ..watched };
    }
    watched
}

#[cfg(feature = "flex")]
pub(super) fn trainer(
    settings: Settings,
    trained: Trained,
    work: WorkLog,
    handle: &Handle,
) -> Result<Option<super::trainer::Trainer>, NodeError> {
    let (Some(training), Some((inner, folder, state))) = (settings.training, trained) else { return Ok(None) };
    let view = handle.shared.store.view()?;
    // The data were read as the network's first tokenizer cuts them; the model may have grown since.
    let first_tokenizer = training.data.tokenizer.clone();
    let round = work.rounds().last().map_or(0, |last| last.round);
    let tokenizer = super::vocabulary::tokenizer_after(&first_tokenizer, &vocabulary::steps(&view), round);
    let mut training = training;
    if tokenizer != first_tokenizer {
        let regrown = training.data.regrown(tokenizer).map_err(neuroshard_model::training::TrainError::from);
        training.data = regrown.map_err(Box::new)?;
    }
    Ok(Some(super::trainer::Trainer {
        training,
        first_tokenizer,
        inner,
        folder,
        state,
        work,
        work_path: settings.network.work(),
        network: read(&view, ()),
        own: Address::of(&settings.key.public()),
        // Nothing: the first round takes what holds for it.
        plan: Plan::default(),
    }))
}

fn open_ledger(folder: &NetworkFolder) -> Result<crate::store::Opened, StoreError> {
    match LedgerStore::open(&folder.ledger(), folder.genesis.chain) {
        // Only a folder that never had a chain begins one: what was lost is not silently begun anew.
        Err(StoreError::Absent(_)) if !folder.consensus_log().exists() => {
            LedgerStore::create(&folder.ledger(), &folder.genesis)
        }
        opened => opened,
    }
}

/// Threads that answer with the newest weights; beside a trainer each computes alone, so that none takes its helpers.
pub(super) fn inference(settings: &Settings) -> Result<Inference, NodeError> {
    #[cfg(feature = "flex")]
    let engine = {
        let threads = if settings.training.is_some() { 1 } else { usize::MAX };
        let weights = inference::Weights::new(settings.home.clone(), settings.network.model(), threads);
        // A trainer has newer ones than any that it once got from others.
        if settings.training.is_some() { weights } else { weights.following(settings.network.weights()) }
    };
    #[cfg(not(feature = "flex"))]
    let engine = {
        let _ = settings;
        inference::NoTensors
    };
    Inference::start(Box::new(engine), inference::THREADS).map_err(NodeError::Thread)
}

/// What the trainer has around it.
#[cfg(feature = "flex")]
pub(super) fn around_trainer(handle: &Handle, tell: impl Fn(NodeEvent) + Send + 'static) -> super::trainer::Around {
    let rounds = Arc::clone(&handle.shared);
    let open_round = move || {
        let view = rounds.store.view();
        view.map_or(0, |view| read::<Rounds>(&view, ()).open)
    };
    let plans = Arc::clone(&handle.shared);
    let plan = move |round| plans.store.view().ok().map(|view| Plan::at(&view, round));
    let tokens = Arc::clone(&handle.shared);
    let vocabulary = move || tokens.store.view().map_or_else(|_| Vec::new(), |view| vocabulary::steps(&view));
    super::trainer::Around {
        chain: handle.commands.clone(),
        tell: Box::new(tell),
        gate: Arc::clone(&handle.gate),
        open_round: Box::new(open_round),
        plan: Box::new(plan),
        vocabulary: Box::new(vocabulary),
        height: handle.shared.height.subscribe(),
    }
}
