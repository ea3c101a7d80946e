//! The chain's thread: drives consensus, makes and judges blocks, commits them, and keeps what waits for one.
//!
//! Invariants: the consensus log is flushed before anything that relies on it; a failure of log, store or state machine
//! ends the thread, since to go on might contradict what was signed; whoever reads sees the last committed block whole.

mod blocks;
mod heard;
mod own;

pub(super) use heard::{Followed, Heard};

use super::clock::now_ms;
use super::events::NodeEvent;
use super::peers::wire::Final;
use super::pool::Pool;
use super::queries;
use super::work::{TrainedRound, WorkLog};
use crate::consensus::wal::{RecoverError, Wal as _, recover};
use crate::consensus::{
    Agreement, BlockBytes, Config, Evidence, Halt, Input, Malachite, Message, Output, Timeouts, Timer,
};
use crate::economics::Parameters;
use crate::ledger::apply::{BlockError, EVIDENCE_MAX, Executed};
use crate::ledger::block;
use crate::ledger::network::{Context, Network};
use crate::ledger::nodes::{Announcement, Work};
use crate::ledger::reject::Reject;
use crate::ledger::state::read;
use crate::ledger::transaction::{Action, SignedTransaction, Verified};
use crate::ledger::tree::Tree;
use crate::ledger::validators::Validators;
use crate::store::wal::{FileWal, FileWalError};
use crate::store::{Finalised, LedgerStore, Opened, StoreError, View};
use crate::types::{Address, Hash, Height, SecretKey, ValidatorSet};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Blocks ahead of our clock that are still taken, in milliseconds.
const AHEAD_MS: u64 = 10_000;
/// Blocks whose bodies are kept, and how often older ones are forgotten.
const BODIES_KEPT: u64 = 100_000;
const PRUNE_EVERY: u64 = 10_000;
/// Blocks in which what the node says by itself has to be included.
const OWN_EXPIRY: u64 = 20;
/// A proposal is waited for as long as an epoch takes, but neither shorter nor longer than this, in milliseconds.
const PROPOSE_MS: [u64; 2] = [1_000, 3_000];
/// No wait for a timer is longer.
const WAIT_MAX: Duration = Duration::from_hours(1);

/// Why the chain can't go on.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The ledger's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The consensus log.
    #[error(transparent)]
    Log(#[from] FileWalError),
    /// The consensus log does not fit the ledger.
    #[error(transparent)]
    Recover(#[from] RecoverError<FileWalError>),
    /// Consensus.
    #[error("consensus stopped: {0}")]
    Halt(#[from] Halt),
    /// A block of our own, or a final one, that the state machine refuses.
    #[error("block {height} can't be applied: {source}")]
    Block {
        /// Its place.
        height: Height,
        /// Why.
        source: BlockError,
    },
    /// Records that can't be read.
    #[error("the ledger's records can't be read")]
    Unreadable,
}

/// What the chain's thread is asked.
pub(super) enum Command {
    /// Take a transaction in.
    Submit(Box<SignedTransaction>, SyncSender<Result<Hash, Reject>>),
    /// The nonce after all that waits of an account.
    Nonce(Address, SyncSender<u64>),
    /// Our trainer finished a round; it is on disk.
    Trained(Box<TrainedRound>),
    /// Sign what the node's own account does, and take that in.
    Act(Box<Action>, SyncSender<Result<Hash, Reject>>),
    /// A peer says something about consensus.
    Heard(Box<Message>, Reply<Heard>),
    /// A peer passes a transaction on, whose signature was checked.
    Take(Box<Verified>, Reply<Result<Hash, Reject>>),
    /// A peer gave a final block; `more` if others follow at once.
    Follow(Box<Final>, bool, Reply<Followed>),
    /// The work of our registration is found.
    Worked(Work),
    /// Save and end.
    Stop,
}

/// Hears an answer, in the chain's thread: it must not wait.
pub(super) type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// What the chain tells peers; whoever carries it must not wait either.
#[derive(Debug)]
pub(super) enum Said {
    /// To all validators, also if they heard it before.
    Consensus(Message),
    /// To all.
    Transaction(Box<SignedTransaction>),
    /// This block is committed here.
    Committed(Height),
}

/// What the node wants to be on the ledger.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// What it says of itself when it registers; without, it does not.
    pub(super) register: Option<Announcement>,
    /// Whether it takes a validator's seat once it has the stake for one.
    pub(super) validate: bool,
}

/// The last committed block, for readers.
#[derive(Debug, Clone)]
pub struct Latest {
    /// The block.
    pub tip: Finalised,
    /// The state's tree after it.
    pub tree: Tree,
}

/// What readers share with the chain's thread.
#[derive(Debug)]
pub(super) struct Shared {
    /// The ledger's file.
    pub(super) store: LedgerStore,
    latest: RwLock<Latest>,
    /// Changes with each block.
    pub(super) height: tokio::sync::watch::Sender<Height>,
    /// Transactions that wait for a block.
    pub(super) waiting: AtomicUsize,
}

impl AsRef<LedgerStore> for Shared {
    fn as_ref(&self) -> &LedgerStore {
        &self.store
    }
}

impl Shared {
    /// The last committed block.
    #[must_use]
    pub(super) fn latest(&self) -> Latest {
        self.latest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The thread's own.
pub(super) struct Chain {
    shared: Arc<Shared>,
    tip: Finalised,
    tree: Tree,
    key: SecretKey,
    own: Address,
    pool: Pool,
    work: WorkLog,
    wal: FileWal,
    agreement: Malachite,
    inputs: VecDeque<Input>,
    timers: BTreeMap<Timer, u64>,
    start_at_ms: Option<u64>,
    executed: BTreeMap<Hash, Executed>,
    evidence: Vec<block::Evidence>,
    /// Transactions that came from here, and are passed on until a block has them.
    local: BTreeSet<Hash>,
    wishes: Wishes,
    work_found: Option<Work>,
    say: Box<dyn Fn(Said) + Send>,
    tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// What the chain needs to begin.
pub(super) struct Parts {
    pub(super) opened: Opened,
    pub(super) wal: FileWal,
    pub(super) key: SecretKey,
    pub(super) work: WorkLog,
    pub(super) wishes: Wishes,
    pub(super) say: Box<dyn Fn(Said) + Send>,
    pub(super) tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// The state after the last block, and what the next one's rules may look at.
struct Ground {
    view: View,
    parameters: Parameters,
    network: Network,
    height: Height,
    time_ms: u64,
}

impl Ground {
    fn cx(&self) -> Context<'_> {
        let Self { parameters, network, height, time_ms, .. } = self;
        Context { parameters, network, height: *height, time_ms: *time_ms }
    }

    /// That nothing read so far was unreadable.
    fn check(&self) -> Result<(), ChainError> {
        if self.view.failed() { Err(ChainError::Unreadable) } else { Ok(()) }
    }
}

impl Chain {
    pub(super) fn new(parts: Parts) -> (Self, Arc<Shared>) {
        let Parts { opened, wal, key, work, wishes, say, tell } = parts;
        let Opened { store, tree, tip } = opened;
        let epoch_ms = store.view().map_or(0, |view| read::<Parameters>(&view, ()).epoch_seconds.saturating_mul(1000));
        let [least, most] = PROPOSE_MS;
        let latest = RwLock::new(Latest { tip: tip.clone(), tree: tree.clone() });
        let height = tokio::sync::watch::Sender::new(tip.header.height);
        let shared = Arc::new(Shared { store, latest, height, waiting: AtomicUsize::new(0) });
        let config = Config {
            chain: tip.header.chain,
            key: Some(key.clone()),
            timeouts: Timeouts { propose_ms: epoch_ms.clamp(least, most), ..Timeouts::default() },
            block_bytes_max: block::BLOCK_BYTES_MAX,
        };
        let chain = Self {
            shared: Arc::clone(&shared),
            tip,
            tree,
            own: Address::of(&key.public()),
            key,
            pool: Pool::default(),
            work,
            wal,
            agreement: Malachite::new(config),
            inputs: VecDeque::new(),
            timers: BTreeMap::new(),
            start_at_ms: Some(0),
            executed: BTreeMap::new(),
            evidence: Vec::new(),
            local: BTreeSet::new(),
            wishes,
            work_found: None,
            say,
            tell,
        };
        (chain, shared)
    }

    /// Until it is told to stop, or can't go on.
    pub(super) fn run(mut self, commands: &Receiver<Command>) -> Result<(), ChainError> {
        loop {
            self.elapse()?;
            let next = self.timers.values().copied().chain(self.start_at_ms).min();
            let wait = next.map_or(WAIT_MAX, |at| Duration::from_millis(at.saturating_sub(now_ms())));
            match commands.recv_timeout(wait.min(WAIT_MAX)) {
                Ok(Command::Submit(signed, reply)) => {
                    // Whoever asked may have gone.
                    let _ = reply.send(self.submit(*signed));
                }
                Ok(Command::Nonce(address, reply)) => {
                    let _ = reply.send(self.nonce(&self.shared.store.view()?, address));
                }
                Ok(Command::Act(action, reply)) => {
                    let _ = reply.send(self.act(*action));
                }
                Ok(Command::Trained(round)) => {
                    self.work.add(*round);
                    self.speak()?;
                }
                Ok(Command::Heard(message, reply)) => reply(self.heard(*message)?),
                Ok(Command::Take(verified, reply)) => reply(self.take(*verified)),
                Ok(Command::Follow(block, more, reply)) => reply(self.follow(*block, more)?),
                Ok(Command::Worked(work)) => {
                    self.work_found = Some(work);
                    self.speak()?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.shared.waiting.store(self.pool.len(), Ordering::Relaxed);
        }
    }

    /// What time has come for.
    fn elapse(&mut self) -> Result<(), ChainError> {
        let now = now_ms();
        if self.start_at_ms.is_some_and(|at| at <= now) {
            self.start_at_ms = None;
            let _begun = self.start()?;
        }
        let due: Vec<Timer> = self.timers.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        for timer in due {
            self.timers.remove(&timer);
            self.inputs.push_back(Input::Elapsed(timer));
        }
        self.drive()
    }

    /// Begins the next height; false if this program can't follow any further.
    fn start(&mut self) -> Result<bool, ChainError> {
        let height = self.tip.header.height.after(1);
        if let Some((_, activation, says)) = queries::governance::too_old(&self.shared.store.view()?)
            && activation <= height.0.saturating_add(1)
        {
            // The block before the activation ends with the new rules, which this program does not know.
            let message = format!("this node has stopped taking part: {says}");
            (self.tell)(NodeEvent::Error { message });
            return Ok(false);
        }
        let log = recover(&mut self.wal, height)?;
        let validators = self.validators()?;
        self.executed.clear();
        self.inputs.push_back(Input::Start { height, validators, log });
        Ok(true)
    }

    fn validators(&self) -> Result<ValidatorSet, ChainError> {
        Ok(read::<Validators>(&self.shared.store.view()?, ()).set)
    }

    /// Carries out what consensus wants until it wants nothing more.
    fn drive(&mut self) -> Result<(), ChainError> {
        while let Some(input) = self.inputs.pop_front() {
            for output in self.agreement.step(input)? {
                self.carry_out(output)?;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, output: Output) -> Result<(), ChainError> {
        match output {
            Output::Append(entry) => self.wal.append(entry),
            Output::Flush => self.wal.flush()?,
            Output::Build { height, round } => {
                let executed = self.build()?;
                let (block, bytes) = (executed.hash, BlockBytes::from(executed.block.encode()));
                self.executed.insert(block, executed);
                self.inputs.push_back(Input::Built { height, round, block, bytes });
            }
            Output::Judge { height, block, bytes, certified } => {
                let valid = self.judge(block, &bytes, certified)?;
                self.inputs.push_back(Input::Judged { height, block, valid });
            }
            Output::Set { timer, after_ms } => {
                self.timers.insert(timer, now_ms().saturating_add(after_ms));
            }
            Output::Cancel(timer) => {
                self.timers.remove(&timer);
            }
            Output::CancelAll => self.timers.clear(),
            Output::Decide { certificate, bytes } => self.decide(&certificate, &bytes)?,
            Output::Evidence(Evidence::Votes(votes)) => {
                let [first, second] = *votes;
                self.evidence.push((first, second));
                self.evidence.truncate(EVIDENCE_MAX);
            }
            Output::Publish(message) => (self.say)(Said::Consensus(message)),
            // Blocks that are missing are asked for by whoever catches up: peers say that they have them.
            Output::Fetch(_) | Output::Evidence(_) | Output::Refused(_) => {}
        }
        Ok(())
    }

    /// What the next block finds.
    fn ground(&self) -> Result<Ground, StoreError> {
        let view = self.shared.store.view()?;
        let (parameters, network) = (read(&view, ()), read(&view, ()));
        let time_ms = now_ms().max(self.tip.header.time_ms + 1);
        Ok(Ground { view, parameters, network, height: self.tip.header.height.after(1), time_ms })
    }
}
