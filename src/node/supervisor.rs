//! Starts the node's threads, waits, and stops them.
//!
//! Invariants: whatever ends first ends all, and its reason is the node's; when `run` returns, everything is on disk and
//! nobody finds a node at this home any more.

use super::api;
use super::chain::{Chain, ChainError, Command, Parts, Shared};
use super::events::NodeEvent;
use super::home::{ApiFile, HomeError, HomeLock, NetworkFolder};
use super::inference::{self, Inference};
use super::work::WorkLog;
use crate::store::wal::{FileWal, FileWalError};
use crate::store::{LedgerStore, Opened, StoreError};
use crate::types::SecretKey;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Commands that wait for the chain's thread.
const COMMANDS_MAX: usize = 256;
/// How often the supervisor looks whether it was asked to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

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
    /// The record of our own work.
    #[error("cannot use {path}: {source}")]
    Work {
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
    /// What to train.
    #[cfg(feature = "flex")]
    pub training: Option<super::trainer::Training>,
}

type Thread = JoinHandle<Result<(), NodeError>>;

/// A node that runs.
pub struct Node {
    _lock: HomeLock,
    home: PathBuf,
    commands: SyncSender<Command>,
    threads: Vec<(&'static str, Thread)>,
    stop: Arc<AtomicBool>,
    api_stop: tokio::sync::watch::Sender<bool>,
    ended: Receiver<()>,
    inference: Option<Inference>,
    /// Where it answers.
    pub api: Option<String>,
}

impl Node {
    /// Starts all threads. `tell` hears what happens, from several of them.
    pub fn start(
        settings: Settings,
        lock: HomeLock,
        tell: impl Fn(NodeEvent) + Clone + Send + 'static,
    ) -> Result<Self, NodeError> {
        let folder = &settings.network;
        let opened = open_ledger(folder)?;
        let wal = FileWal::open(&folder.consensus_log())?;
        let path = folder.work();
        let work = WorkLog::read(&path).map_err(|source| NodeError::Work { path, source })?;
        #[cfg(feature = "flex")]
        let mut work = work;
        #[cfg(feature = "flex")]
        let trained = match &settings.training {
            Some(training) => Some(super::trainer::open(training, &folder.model(), &mut work).map_err(Box::new)?),
            None => None,
        };
        let (commands, inbox) = sync_channel(COMMANDS_MAX);
        let (ending, ended) = sync_channel(8);
        let stop = Arc::new(AtomicBool::new(false));
        let parts = Parts { opened, wal, key: settings.key.clone(), work: work.clone(), tell: Box::new(tell.clone()) };
        let (chain, shared) = Chain::new(parts);
        let mut threads = Vec::new();
        let done = ending.clone();
        threads.push(("chain", spawn("chain", done, move || Ok(chain.run(&inbox)?))?));
        #[cfg(feature = "flex")]
        if let (Some(training), Some((inner, run, state))) = (settings.training, trained) {
            let parameters = crate::ledger::state::read::<crate::economics::Parameters>(&shared.store.view()?, ());
            let trainer = super::trainer::Trainer {
                training,
                inner,
                folder: run,
                state,
                work,
                work_path: folder.work(),
                network: crate::ledger::state::read(&shared.store.view()?, ()),
                own: crate::types::Address::of(&settings.key.public()),
                inner_steps: parameters.inner_steps,
                segment_steps: parameters.segment_steps.max(1),
            };
            let around = around_trainer(&commands, &shared, &stop, tell.clone());
            threads.push((
                "trainer",
                spawn("trainer", ending.clone(), move || Ok(trainer.run(&around).map_err(Box::new)?))?,
            ));
        }
        let (api_stop, api_stopped) = tokio::sync::watch::channel(false);
        let (mut api, mut inference) = (None, None);
        if let Some(address) = settings.listen_api {
            let listener = std::net::TcpListener::bind(address)
                .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
                .map_err(|source| NodeError::Listen { address, source })?;
            let local = listener.local_addr().map_err(|source| NodeError::Listen { address, source })?;
            let url = format!("http://{local}");
            let door = api::Door::new(Arc::clone(&shared), commands.clone(), folder.genesis.name.clone());
            let writer = start_inference(&settings.home, folder, threads.iter().any(|(name, _)| *name == "trainer"))?;
            inference = Some(writer.clone());
            threads.push(("api", spawn("api", ending, move || api::serve(listener, door, writer, api_stopped))?));
            ApiFile { url: url.clone(), pid: std::process::id() }.write(&settings.home)?;
            api = Some(url);
        }
        Ok(Self { _lock: lock, home: settings.home, commands, threads, stop, api_stop, ended, inference, api })
    }

    /// Runs until `asked` says so, or until a thread ends by itself; then stops all and says why.
    pub fn run(self, asked: &dyn Fn() -> bool) -> Result<(), NodeError> {
        while !asked() && self.ended.recv_timeout(LOOK_EVERY).is_err() {}
        self.stop.store(true, Ordering::Relaxed);
        ApiFile::remove(&self.home);
        if let Some(inference) = self.inference {
            inference.stop();
        }
        self.api_stop.send_replace(true);
        let mut result = Ok(());
        // The trainer says its last word to the chain, so the chain ends last.
        let (chain, others): (Vec<_>, Vec<_>) = self.threads.into_iter().partition(|(name, _)| *name == "chain");
        for (name, thread) in others {
            result = result.and(thread.join().unwrap_or(Err(NodeError::Panicked(name))));
        }
        let _ = self.commands.send(Command::Stop);
        for (name, thread) in chain {
            result = thread.join().unwrap_or(Err(NodeError::Panicked(name))).and(result);
        }
        result
    }
}

fn open_ledger(folder: &NetworkFolder) -> Result<Opened, StoreError> {
    match LedgerStore::open(&folder.ledger(), folder.genesis.chain) {
        // Only a folder that never had a chain begins one: what was lost is not silently begun anew.
        Err(StoreError::Absent(_)) if !folder.consensus_log().exists() => {
            LedgerStore::create(&folder.ledger(), &folder.genesis)
        }
        opened => opened,
    }
}

/// Threads that answer with the newest weights; beside a trainer each computes alone, so that none takes its helpers.
fn start_inference(
    home: &std::path::Path,
    folder: &NetworkFolder,
    beside_trainer: bool,
) -> Result<Inference, NodeError> {
    #[cfg(feature = "flex")]
    let engine = {
        let threads = if beside_trainer { 1 } else { usize::MAX };
        inference::Weights::new(home.to_owned(), folder.model(), threads)
    };
    #[cfg(not(feature = "flex"))]
    let engine = {
        let _ = (home, folder, beside_trainer);
        inference::NoTensors
    };
    Inference::start(Box::new(engine), inference::THREADS).map_err(NodeError::Thread)
}

#[cfg(feature = "flex")]
fn around_trainer(
    commands: &SyncSender<Command>,
    shared: &Arc<Shared>,
    stop: &Arc<AtomicBool>,
    tell: impl Fn(NodeEvent) + Send + 'static,
) -> super::trainer::Around {
    let rounds = Arc::clone(shared);
    let open_round = move || {
        let view = rounds.store.view();
        view.map_or(0, |view| crate::ledger::state::read::<crate::ledger::rounds::Rounds>(&view, ()).open)
    };
    super::trainer::Around {
        chain: commands.clone(),
        tell: Box::new(tell),
        stop: Arc::clone(stop),
        open_round: Box::new(open_round),
        height: shared.height.subscribe(),
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
