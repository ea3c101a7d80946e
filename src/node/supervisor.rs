//! Starts the node's threads, waits, and stops them.
//!
//! Invariants: whatever ends first ends all, and its reason is the node's; when `run` returns, everything is on disk and
//! nobody finds a node at this home any more.

use super::api;
use super::chain::{self, Chain, ChainError, Command, Shared};
use super::events::NodeEvent;
use super::gate::Gate;
use super::home::{ApiFile, ApiToken, HomeError, HomeLock, NetworkFolder};
use super::inference::Inference;
use super::journal::Journal;
use super::machine::Machine;
use super::observer::{self, Board, EVENTS_MAX, Observer};
use super::opened::{self, Opened};
use super::peering::Peering;
use super::peers::{self, Link};
use crate::ledger::reject::Reject;
use crate::ledger::transaction::Action;
use crate::store::wal::FileWalError;
use crate::store::{Snapshots, StoreError};
use crate::types::{Address, Hash, SecretKey};
use neuroshard_tui::snapshot::Device;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Commands that wait for the chain's thread.
const COMMANDS_MAX: usize = 256;
/// How often the supervisor looks whether it was asked to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often it looks whether a thread that was told to end has ended.
const LOOK_SOON: Duration = Duration::from_millis(5);
/// The longest that stopping takes, and how much of it the trainer and the API have.
const STOP_TIME: Duration = Duration::from_secs(10);
const WORK_TIME: Duration = Duration::from_secs(6);
/// How long what the network still does may take when it ends.
const NET_TIME: Duration = Duration::from_secs(1);
/// How long the API answers after the node began to stop.
const GOODBYE: Duration = Duration::from_millis(50);

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
    /// An address that is none.
    #[error("{0} is no address: {1}")]
    Address(String, String),
    /// The network.
    #[error("the network can't be begun: {0}")]
    Net(#[from] neuroshard_net::StartError),
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
    /// A thread that does not end.
    #[error("the {0} did not end in time; what it had finished is on disk")]
    Stuck(&'static str),
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
    /// How it is to meet others.
    pub peering: Peering,
    /// Signs for the node.
    pub key: SecretKey,
    /// Where its pay goes, if not to its own account.
    pub payout: Option<Address>,
    /// Where to answer questions; nowhere if absent.
    pub listen_api: Option<SocketAddr>,
    /// What computes, and how fast a layer is there.
    pub device: Device,
    /// Where it says what it does.
    pub journal: Arc<Journal>,
    /// What to train.
    #[cfg(feature = "flex")]
    pub training: Option<super::trainer::Training>,
    /// The initial model, where nothing is trained and it can be computed.
    #[cfg(feature = "flex")]
    pub initial: Option<super::trainer::Initial>,
}

type Thread = JoinHandle<Result<(), NodeError>>;

/// A node that runs.
pub struct Node {
    home: PathBuf,
    threads: Vec<(&'static str, Thread)>,
    handle: Handle,
    api_stop: tokio::sync::watch::Sender<bool>,
    net_stop: CancellationToken,
    inference: Option<Inference>,
    tell: SyncSender<NodeEvent>,
    ended: Receiver<()>,
    /// Dropped after all else: whoever finds the home free finds its ledger closed.
    _lock: HomeLock,
}

/// What can be asked of a running node, and where it is watched.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
    pub(super) commands: SyncSender<Command>,
    pub(super) gate: Arc<Gate>,
    pub(super) asked_to_stop: Arc<AtomicBool>,
    pub(super) net: Option<neuroshard_net::Handle>,
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

    /// Whether it is in a network with others.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.net.is_some()
    }

    /// Speaks with none of these peers from now on, and with all others: an empty list blocks nobody. For tests of a
    /// network that is cut in two. What is no peer's name is left out.
    pub fn block_peers(&self, peers: &[String]) {
        if let Some(net) = &self.net {
            net.block(peers.iter().filter_map(|peer| peer.parse().ok()).collect());
        }
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
        let mut net = opened::net(&settings)?;
        let snapshots = Arc::new(Snapshots::open(&settings.network.snapshots(), settings.network.genesis.chain)?);
        let opened = Opened::all(&settings, net.as_mut(), &snapshots, &tell)?;
        let (said, events) = sync_channel(EVENTS_MAX);
        let say = said.clone();
        // An observer that is behind is no reason for the chain to wait; pays that it missed are in the ledger.
        let say = move |event| drop(say.try_send(event));
        let Settings { home, network: folder, key, listen_api, .. } = &settings;
        let listener = listen_api.map(listen).transpose()?;
        let api = listener.as_ref().map(|(_, url)| url.clone());
        let peers = net.as_ref().map(|net| net.handle.clone());
        let (own, started) = (Address::of(&key.public()), opened::started(&settings, api.clone(), peers.as_ref()));
        let (commands, inbox) = sync_channel(COMMANDS_MAX);
        let watched = opened::watched(&settings, &opened, api.clone());
        let Opened { ledger, wal, work, history, .. } = opened;
        let (out, outbox) = peers::outbox();
        let (key, wishes, tell_of) = (key.clone(), opened::wishes(&settings), Box::new(say.clone()));
        let (chain, shared) =
            Chain::new(chain::Parts { opened: ledger, wal, key, work: work.clone(), wishes, say: out, tell: tell_of });
        let parts = observer::Parts {
            own,
            shared: Arc::clone(&shared),
            history,
            machine: Machine::new(home, settings.device.clone(), opened::computes_on_gpu(&settings)),
            watched,
            journal: Arc::clone(&settings.journal),
            network: net.as_ref().map(opened::seen),
            tell: Box::new(tell),
        };
        let (observer, board) = Observer::new(parts)?;
        let (ending, ended) = sync_channel(8);
        let (gate, asked_to_stop) = (Arc::default(), Arc::default());
        let handle = Handle { shared, commands, gate, asked_to_stop, net: peers, own, board, api };
        let listener = listener.map(|(listener, url)| announced(home, listener, url)).transpose()?;
        say(started);
        let mut threads = vec![
            ("observer", spawn("observer", ending.clone(), move || Ok(observer.run(&events)?))?),
            ("chain", spawn("chain", ending.clone(), move || Ok(chain.run(&inbox)?))?),
        ];
        let mut net_stop = CancellationToken::new();
        if let Some(net) = net {
            net_stop = net.stop.clone();
            let (link, rest) = opened::link(&settings, &handle, net, outbox, snapshots, say.clone());
            let register = opened::registration(&settings, &handle);
            threads.push(("net", spawn("net", ending.clone(), run_net(rest, link, register))?));
        }
        let (api_stop, api_stopped) = tokio::sync::watch::channel(false);
        let mut inference = None;
        if let Some((listener, token)) = listener {
            let writer = opened::inference(&settings)?;
            inference = Some(writer.clone());
            let door = api::Door::new(handle.clone(), folder.genesis.name.clone(), token, writer);
            threads.push(("api", spawn("api", ending.clone(), move || api::serve(listener, door, api_stopped))?));
        }
        let home = home.clone();
        #[cfg(feature = "flex")]
        if let Some(trainer) = opened::trainer(settings, opened.trained, work, &handle)? {
            let around = opened::around_trainer(&handle, say.clone());
            let train = move || Ok(trainer.run(&around).map_err(Box::new)?);
            threads.push(("trainer", spawn("trainer", ending, train)?));
        }
        Ok(Self { home, threads, handle, api_stop, net_stop, inference, tell: said, ended, _lock: lock })
    }

    /// What can be asked of it while it runs.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Runs until `asked` says so, or until a thread ends by itself; then stops all and says why.
    pub fn run(self, asked: &dyn Fn() -> bool) -> Result<(), NodeError> {
        let asked = || asked() || self.handle.asked_to_stop.load(Ordering::Relaxed);
        while !asked() && self.ended.recv_timeout(LOOK_EVERY).is_err() {}
        let began = Instant::now();
        let _ = self.tell.try_send(NodeEvent::Stopping {});
        self.handle.gate.stop();
        ApiFile::remove(&self.home);
        if let Some(inference) = &self.inference {
            inference.stop();
        }
        if self.handle.api.is_some() {
            // Whoever listens should hear that it stops.
            std::thread::sleep(GOODBYE);
        }
        self.api_stop.send_replace(true);
        self.net_stop.cancel();
        self.join(began)
    }

    /// Waits for the threads: the trainer says its last word to the chain, and everyone to the observer.
    fn join(self, began: Instant) -> Result<(), NodeError> {
        let Self { mut threads, handle: Handle { commands, .. }, tell, .. } = self;
        let last = ["chain", "observer"];
        threads.sort_by_key(|(name, _)| last.iter().position(|last| last == name));
        let mut result = Ok(());
        for (name, thread) in threads {
            // What holds the ledger has time of its own, however long the others take.
            let is_last = last.contains(&name);
            let until = began + if is_last { STOP_TIME } else { WORK_TIME };
            while !thread.is_finished() && Instant::now() < until {
                if name == "chain" {
                    // A full queue has room again in a moment.
                    let _ = commands.try_send(Command::Stop);
                }
                if name == "observer" {
                    let _ = tell.try_send(NodeEvent::Stopped {});
                }
                std::thread::sleep(LOOK_SOON);
            }
            let ended = if thread.is_finished() {
                thread.join().unwrap_or(Err(NodeError::Panicked(name)))
            } else if is_last {
                Err(NodeError::Stuck(name))
            } else {
                // A step of a large model takes longer than anyone waits; what it has finished is on disk.
                tracing::warn!("the {name} did not end in time and is given up");
                Ok(())
            };
            // The first thread that failed took the others with it.
            result = result.and(ended);
        }
        result
    }
}

/// What searches the work of a registration, on a thread of its own, and hands it to the chain.
pub(super) type Register = Option<Box<dyn FnOnce(&CancellationToken) + Send>>;

/// Runs what joins the network to the chain, until it is told to stop.
fn run_net(net: opened::Running, link: Link, register: Register) -> impl FnOnce() -> Result<(), NodeError> + Send {
    let opened::Running { runtime, service, stop } = net;
    move || {
        if let Some(register) = register {
            let stop = stop.clone();
            runtime.spawn_blocking(move || register(&stop));
        }
        runtime.block_on(async {
            link.run(stop).await;
            // A service that failed has said so in the log, and its link ended with it.
            let _ = service.await;
        });
        runtime.shutdown_timeout(NET_TIME);
        Ok(())
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, String), NodeError> {
    let failed = |source| NodeError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    Ok((listener, url))
}

/// Says in the home where the node answers, before anybody hears that it has started: a question waits until there is
/// somebody to answer it.
fn announced(home: &Path, listener: TcpListener, url: String) -> Result<(TcpListener, ApiToken), NodeError> {
    let token = ApiToken::load_or_create(home)?;
    ApiFile { url, pid: std::process::id() }.write(home)?;
    Ok((listener, token))
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
