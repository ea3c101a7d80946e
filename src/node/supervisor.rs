//! Starts the node's threads, waits, and stops them.
//!
//! Invariants: whatever ends first ends all, and its reason is the node's; when `run` returns, everything is on disk and
//! nobody finds a node at this home any more.

use super::api;
use super::chain::{self, Chain, ChainError, Command, Shared};
use super::clock::{now_ms, rfc3339};
use super::events::NodeEvent;
use super::gate::Gate;
use super::history::History;
use super::home::{ApiFile, ApiToken, HomeError, HomeLock, NetworkFolder};
use super::journal::Journal;
use super::machine::Machine;
use super::observer::{self, Board, EVENTS_MAX, Observer};
use super::snapshot::Watched;
use super::work::WorkLog;
use crate::ledger::reject::Reject;
use crate::ledger::transaction::Action;
use crate::store::wal::{FileWal, FileWalError};
use crate::store::{LedgerStore, StoreError};
use crate::types::{Address, Hash, SecretKey};
use neuroshard_tui::snapshot::{Device, Snapshot};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Commands that wait for the chain's thread.
const COMMANDS_MAX: usize = 256;
/// How often the supervisor looks whether it was asked to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often it looks whether a thread that was told to end has ended.
const LOOK_SOON: Duration = Duration::from_millis(5);
/// The longest that stopping takes.
const STOP_TIME: Duration = Duration::from_secs(10);

/// What people should know about a network that nobody else is in.
pub const PRIVATE_NOTE: &str = "private devnet: its NEURO exists only here";

/// Why a node can't run.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The ledger's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The consensus log.
    #[error(transparent)]
    Log(#[from] FileWalError),
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Training.
    #[cfg(feature = "flex")]
    #[error(transparent)]
    Train(#[from] Box<neuroshard_model::training::TrainError>),
    /// The record of our own work, or of the past.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The door.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system gives no threads.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// A thread that panicked.
    #[error("the {0} failed in a way it should not")]
    Panicked(&'static str),
}

/// What a node is started with.
pub struct Settings {
    /// Everything that is kept.
    pub home: PathBuf,
    /// The network.
    pub network: NetworkFolder,
    /// Signs for the node.
    pub key: SecretKey,
    /// Where to answer questions; nowhere if absent.
    pub listen_api: Option<SocketAddr>,
    /// What computes, and how fast a layer is there.
    pub device: Device,
    /// Where it says what it does.
    pub journal: Arc<Journal>,
    /// What to train.
    #[cfg(feature = "flex")]
    pub training: Option<super::trainer::Training>,
}

type Thread = JoinHandle<Result<(), NodeError>>;

/// A node that runs.
pub struct Node {
    _lock: HomeLock,
    home: PathBuf,
    threads: Vec<(&'static str, Thread)>,
    handle: Handle,
    api_stop: tokio::sync::watch::Sender<bool>,
    tell: SyncSender<NodeEvent>,
    ended: Receiver<()>,
}

/// What can be asked of a running node, and where it is watched.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
    pub(super) commands: SyncSender<Command>,
    pub(super) gate: Arc<Gate>,
    pub(super) asked_to_stop: Arc<AtomicBool>,
    /// The node's own account.
    pub own: Address,
    /// Where it is watched.
    pub board: Board,
    /// Where it answers.
    pub api: Option<String>,
}

impl Handle {
    /// Makes the trainer wait, or go on.
    pub fn pause(&self, paused: bool) {
        if paused {
            self.gate.pause();
        } else {
            self.gate.resume();
        }
    }

    /// Ends the node, as a signal would.
    pub fn stop(&self) {
        self.asked_to_stop.store(true, Ordering::Relaxed);
    }

    /// Signs with the node's key, and hands in; returns the transaction.
    pub fn act(&self, action: Action) -> Result<Hash, ActError> {
        let (reply, answered) = sync_channel(1);
        self.commands.try_send(Command::Act(Box::new(action), reply)).map_err(|_| ActError::Busy)?;
        Ok(answered.recv().map_err(|_| ActError::Busy)??)
    }
}

/// Why the node's own account does not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Nobody answers.
    #[error("the node is busy or stopping")]
    Busy,
    /// The ledger says no.
    #[error(transparent)]
    Refused(#[from] Reject),
}

impl Node {
    /// Starts all threads. `tell` hears what happens.
    pub fn start(
        settings: Settings,
        lock: HomeLock,
        tell: impl Fn(NodeEvent) + Send + 'static,
    ) -> Result<Self, NodeError> {
        let opened = Opened::all(&settings)?;
        let (said, events) = sync_channel(EVENTS_MAX);
        let say = said.clone();
        // An observer that is behind is no reason for the chain to wait; pays that it missed are in the ledger.
        let say = move |event| drop(say.try_send(event));
        let Settings { home, network: folder, key, listen_api, .. } = &settings;
        let listener = listen_api.map(listen).transpose()?;
        let api = listener.as_ref().map(|(_, url)| url.clone());
        let (own, started) = (Address::of(&key.public()), started(&settings, api.clone()));
        let (commands, inbox) = sync_channel(COMMANDS_MAX);
        let Opened { ledger, wal, work, history, .. } = opened;
        let parts =
            chain::Parts { opened: ledger, wal, key: key.clone(), work: work.clone(), tell: Box::new(say.clone()) };
        let (chain, shared) = Chain::new(parts);
        let parts = observer::Parts {
            own,
            shared: Arc::clone(&shared),
            history,
            machine: Machine::new(home, settings.device.clone()),
            watched: watched(&settings, &opened.trained, api.clone()),
            journal: Arc::clone(&settings.journal),
            tell: Box::new(tell),
        };
        let (observer, board) = Observer::new(parts)?;
        let (ending, ended) = sync_channel(8);
        let handle = Handle { shared, commands, gate: Arc::default(), asked_to_stop: Arc::default(), own, board, api };
        say(started);
        let mut threads = vec![
            ("observer", spawn("observer", ending.clone(), move || Ok(observer.run(&events)?))?),
            ("chain", spawn("chain", ending.clone(), move || Ok(chain.run(&inbox)?))?),
        ];
        let (api_stop, api_stopped) = tokio::sync::watch::channel(false);
        if let Some((listener, url)) = listener {
            let door = api::Door::new(handle.clone(), folder.genesis.name.clone(), ApiToken::load_or_create(home)?);
            threads.push(("api", spawn("api", ending.clone(), move || api::serve(listener, door, api_stopped))?));
            ApiFile { url, pid: std::process::id() }.write(home)?;
        }
        let home = home.clone();
        #[cfg(feature = "flex")]
        if let Some(trainer) = trainer(settings, opened.trained, work, &handle)? {
            let around = around_trainer(&handle, say.clone());
            let train = move || Ok(trainer.run(&around).map_err(Box::new)?);
            threads.push(("trainer", spawn("trainer", ending, train)?));
        }
        Ok(Self { _lock: lock, home, threads, handle, api_stop, tell: said, ended })
    }

    /// What can be asked of it while it runs.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Lets everyone who watches know of something.
    pub fn tell(&self, event: NodeEvent) {
        let _ = self.tell.try_send(event);
    }

    /// Runs until `asked` says so, or until a thread ends by itself; then stops all and says why.
    pub fn run(self, asked: &dyn Fn() -> bool) -> Result<(), NodeError> {
        let asked = || asked() || self.handle.asked_to_stop.load(Ordering::Relaxed);
        while !asked() && self.ended.recv_timeout(LOOK_EVERY).is_err() {}
        self.tell(NodeEvent::Stopping {});
        self.handle.gate.stop();
        ApiFile::remove(&self.home);
        self.api_stop.send_replace(true);
        // The trainer says its last word to the chain, and everyone to the observer.
        let Self { mut threads, handle, tell, .. } = self;
        threads.sort_by_key(|(name, _)| ["chain", "observer"].iter().position(|last| last == name));
        let commands = handle.commands.clone();
        drop((handle, tell));
        let (mut result, until) = (Ok(()), Instant::now() + STOP_TIME);
        for (name, thread) in threads {
            if name == "chain" {
                let _ = commands.send(Command::Stop);
            }
            while !thread.is_finished() && Instant::now() < until {
                std::thread::sleep(LOOK_SOON);
            }
            if !thread.is_finished() {
                // A step of a large model takes longer than anyone waits; what it has finished is on disk.
                tracing::warn!("the {name} did not end in time and is given up");
                continue;
            }
            let ended = thread.join().unwrap_or(Err(NodeError::Panicked(name)));
            // The first thread that failed took the others with it.
            result = result.and(ended);
        }
        result
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, String), NodeError> {
    let failed = |source| NodeError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    Ok((listener, url))
}

/// All that a node keeps, opened.
struct Opened {
    ledger: crate::store::Opened,
    wal: FileWal,
    work: WorkLog,
    history: History,
    trained: Trained,
}

/// A model, where it is saved and how far it is; nothing without training.
#[cfg(feature = "flex")]
type Trained = Option<super::trainer::Opened>;
#[cfg(not(feature = "flex"))]
type Trained = ();

impl Opened {
    fn all(settings: &Settings) -> Result<Self, NodeError> {
        let folder = &settings.network;
        let ledger = open_ledger(folder)?;
        let wal = FileWal::open(&folder.consensus_log())?;
        let failed = |path: PathBuf| move |source| NodeError::File { path, source };
        let mut work = WorkLog::read(&folder.work()).map_err(failed(folder.work()))?;
        let history = History::open(&folder.history()).map_err(failed(folder.history()))?;
        #[cfg(feature = "flex")]
        let trained = match &settings.training {
            Some(training) => Some(super::trainer::open(training, &folder.model(), &mut work).map_err(Box::new)?),
            None => None,
        };
        #[cfg(not(feature = "flex"))]
        let trained = work.rewind(u64::MAX).map_or((), |_| ());
        Ok(Self { ledger, wal, work, history, trained })
    }
}

/// That a node is up, in its own words.
fn started(settings: &Settings, api: Option<String>) -> NodeEvent {
    let Settings { network, key, device, .. } = settings;
    NodeEvent::Started {
        peer_id: key.public().to_string(),
        address: Address::of(&key.public()),
        api,
        device: device.name.clone(),
        tier: device.tier.clone(),
        version: env!("CARGO_PKG_VERSION"),
        network: network.genesis.name.clone(),
        chain_id: network.genesis.chain.0,
        public: false,
        listen: Vec::new(),
        note: Some(PRIVATE_NOTE),
    }
}

/// What is known of a node before it says anything.
#[cfg_attr(not(feature = "flex"), expect(unused_variables, reason = "only training has more to say"))]
fn watched(settings: &Settings, trained: &Trained, api: Option<String>) -> Watched {
    let Settings { network, key, device, .. } = settings;
    let started_ms = now_ms();
    let facts = Snapshot {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        network: network.genesis.name.clone(),
        chain_id: network.genesis.chain.0.to_string(),
        public: false,
        note: Some(PRIVATE_NOTE.to_owned()),
        peer_id: key.public().to_string(),
        address: Address::of(&key.public()).to_string(),
        api,
        pid: std::process::id(),
        started_at: rfc3339(started_ms),
        device: device.clone(),
        ..Snapshot::default()
    };
    let watched = Watched { facts, started_ms, ..Watched::default() };
    #[cfg(feature = "flex")]
    if let (Some(training), Some((inner, _, _))) = (&settings.training, trained) {
        let facts = Snapshot { training: Some(super::trainer::facts(training, inner)), ..watched.facts };
        return Watched { facts, step_tokens: training.recipe.step_tokens(), ..watched };
    }
    watched
}

#[cfg(feature = "flex")]
fn trainer(
    settings: Settings,
    trained: Trained,
    work: WorkLog,
    handle: &Handle,
) -> Result<Option<super::trainer::Trainer>, NodeError> {
    let (Some(training), Some((inner, folder, state))) = (settings.training, trained) else { return Ok(None) };
    let view = handle.shared.store.view()?;
    let parameters = crate::ledger::state::read::<crate::economics::Parameters>(&view, ());
    Ok(Some(super::trainer::Trainer {
        training,
        inner,
        folder,
        state,
        work,
        work_path: settings.network.work(),
        network: crate::ledger::state::read(&view, ()),
        own: Address::of(&settings.key.public()),
        inner_steps: parameters.inner_steps,
        segment_steps: parameters.segment_steps.max(1),
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

#[cfg(feature = "flex")]
fn around_trainer(handle: &Handle, tell: impl Fn(NodeEvent) + Send + 'static) -> super::trainer::Around {
    let rounds = Arc::clone(&handle.shared);
    let open_round = move || {
        let view = rounds.store.view();
        view.map_or(0, |view| crate::ledger::state::read::<crate::ledger::rounds::Rounds>(&view, ()).open)
    };
    super::trainer::Around {
        chain: handle.commands.clone(),
        tell: Box::new(tell),
        gate: Arc::clone(&handle.gate),
        open_round: Box::new(open_round),
        height: handle.shared.height.subscribe(),
    }
}

fn spawn(
    name: &'static str,
    ended: SyncSender<()>,
    work: impl FnOnce() -> Result<(), NodeError> + Send + 'static,
) -> Result<Thread, NodeError> {
    /// Says that the thread is over, however it ends.
    struct Ending(SyncSender<()>);
    impl Drop for Ending {
        fn drop(&mut self) {
            let _ = self.0.try_send(());
        }
    }
    let body = move || {
        let _ending = Ending(ended);
        work()
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(NodeError::Thread)
}
