//! The chain's thread: drives consensus, makes and judges blocks, commits them, and keeps what waits for one.
//!
//! Invariants: the consensus log is flushed before anything that relies on it; a failure of log, store or state machine
//! ends the thread, since to go on might contradict what was signed; whoever reads sees the last committed block whole.

use super::claims;
use super::clock::now_ms;
use super::events::NodeEvent;
use super::pool::Pool;
use super::queries;
use super::work::{TrainedRound, WorkLog};
use crate::consensus::wal::{RecoverError, Wal as _, recover};
use crate::consensus::{Agreement, BlockBytes, Config, Evidence, Halt, Input, Malachite, Output, Timeouts, Timer};
use crate::economics::Parameters;
use crate::ledger::accounts::Account;
use crate::ledger::apply::{BlockError, EVIDENCE_MAX, Executed, Proposal, apply, propose, verify_all};
use crate::ledger::block::{self, Block};
use crate::ledger::events::Event;
use crate::ledger::network::{Context, Network};
use crate::ledger::reject::{Outcome, Reject};
use crate::ledger::state::read;
use crate::ledger::transaction::{Action, SignedTransaction, Transaction};
use crate::ledger::tree::Tree;
use crate::ledger::validators::Validators;
use crate::store::wal::{FileWal, FileWalError};
use crate::store::{Finalised, LedgerStore, Opened, StoreError, View};
use crate::types::{Address, Amount, Certificate, Hash, Height, SecretKey, ValidatorSet};
use std::collections::{BTreeMap, VecDeque};
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
    /// Save and end.
    Stop,
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
    tell: Box<dyn Fn(NodeEvent) + Send>,
}

/// What the chain needs to begin.
pub(super) struct Parts {
    pub(super) opened: Opened,
    pub(super) wal: FileWal,
    pub(super) key: SecretKey,
    pub(super) work: WorkLog,
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
        let Parts { opened, wal, key, work, tell } = parts;
        let Opened { store, tree, tip } = opened;
        let latest = RwLock::new(Latest { tip: tip.clone(), tree: tree.clone() });
        let height = tokio::sync::watch::Sender::new(tip.header.height);
        let shared = Arc::new(Shared { store, latest, height, waiting: AtomicUsize::new(0) });
        let config = Config {
            chain: tip.header.chain,
            key: Some(key.clone()),
            timeouts: Timeouts::default(),
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
            self.start()?;
        }
        let due: Vec<Timer> = self.timers.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        for timer in due {
            self.timers.remove(&timer);
            self.inputs.push_back(Input::Elapsed(timer));
        }
        self.drive()
    }

    fn start(&mut self) -> Result<(), ChainError> {
        let height = self.tip.header.height.after(1);
        if let Some((_, activation, says)) = queries::governance::too_old(&self.shared.store.view()?)
            && activation <= height.0.saturating_add(1)
        {
            // The block before the activation ends with the new rules, which this program does not know.
            let message = format!("this node has stopped taking part: {says}");
            (self.tell)(NodeEvent::Error { message });
            return Ok(());
        }
        let log = recover(&mut self.wal, height)?;
        let validators = self.validators()?;
        self.executed.clear();
        self.inputs.push_back(Input::Start { height, validators, log });
        Ok(())
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
            // There are no peers yet: nobody hears, and nothing comes from anyone.
            Output::Publish(_) | Output::Fetch(_) | Output::Evidence(_) | Output::Refused(_) => {}
        }
        Ok(())
    }

    /// The block that we would have.
    fn build(&self) -> Result<Executed, ChainError> {
        let ground = self.ground()?;
        let proposal = Proposal {
            proposer: self.key.public(),
            time_ms: ground.time_ms,
            transactions: self.pool.select(&ground.view, ground.cx()),
            evidence: self.evidence.clone(),
            certificate: self.tip.certificate.clone(),
        };
        let made = propose(&ground.view, &self.tree, &self.tip.header, proposal);
        ground.check()?;
        made.map_err(|source| ChainError::Block { height: ground.height, source })
    }

    /// Whether bytes are a block of that hash that may stand next.
    fn judge(&mut self, hash: Hash, bytes: &[u8], certified: bool) -> Result<bool, ChainError> {
        if self.executed.contains_key(&hash) {
            return Ok(true);
        }
        let Ok(block) = Block::decode(bytes) else { return Ok(false) };
        if block.hash() != hash || (!certified && block.header.time_ms > now_ms().saturating_add(AHEAD_MS)) {
            return Ok(false);
        }
        let executed = self.execute(block)?;
        Ok(executed.is_ok_and(|executed| self.executed.insert(hash, executed).is_none()))
    }

    fn execute(&self, block: Block) -> Result<Result<Executed, BlockError>, ChainError> {
        let view = self.shared.store.view()?;
        let executed =
            verify_all(&block).and_then(|verified| apply(&view, &self.tree, &self.tip.header, block, verified));
        match executed {
            // The program or the store is wrong, not the block.
            Err(source @ (BlockError::Supply(_) | BlockError::Damaged(_))) => {
                Err(ChainError::Block { height: self.tip.header.height.after(1), source })
            }
            _ if view.failed() => Err(ChainError::Unreadable),
            other => Ok(other),
        }
    }

    fn decide(&mut self, certificate: &Certificate, bytes: &[u8]) -> Result<(), ChainError> {
        let height = certificate.height;
        let executed = if let Some(executed) = self.executed.remove(&certificate.block) {
            executed
        } else {
            let malformed = |_| ChainError::Block { height, source: BlockError::Content { what: "bytes" } };
            let block = Block::decode(bytes).map_err(malformed)?;
            self.execute(block)?.map_err(|source| ChainError::Block { height, source })?
        };
        let (validators, earned) = (self.validators()?, self.earned(&executed)?);
        self.shared.store.commit(&executed, certificate)?;
        self.tip = Finalised { header: executed.block.header.clone(), certificate: certificate.clone() };
        self.tree = executed.tree.clone();
        let latest = Latest { tip: self.tip.clone(), tree: self.tree.clone() };
        *self.shared.latest.write().unwrap_or_else(PoisonError::into_inner) = latest;
        self.evidence.clear();
        if height.0.is_multiple_of(PRUNE_EVERY) {
            self.shared.store.prune(height.0.saturating_sub(BODIES_KEPT))?;
        }
        self.report(&executed, certificate, &validators);
        earned.into_iter().for_each(&self.tell);
        self.shared.height.send_replace(height);
        let ground = self.ground()?;
        self.pool.settle(&ground.view, ground.cx());
        let epoch_ms = ground.parameters.epoch_seconds.saturating_mul(1000);
        self.start_at_ms = Some(self.tip.header.time_ms.saturating_add(epoch_ms));
        self.speak()
    }

    /// What the next block finds.
    fn ground(&self) -> Result<Ground, StoreError> {
        let view = self.shared.store.view()?;
        let (parameters, network) = (read(&view, ()), read(&view, ()));
        let time_ms = now_ms().max(self.tip.header.time_ms + 1);
        Ok(Ground { view, parameters, network, height: self.tip.header.height.after(1), time_ms })
    }

    fn report(&self, executed: &Executed, certificate: &Certificate, validators: &ValidatorSet) {
        let header = &executed.block.header;
        let signed: u64 = certificate.signatures.iter().map(|(key, _)| validators.power(key)).sum();
        (self.tell)(NodeEvent::Epoch {
            height: header.height.0,
            hash: executed.hash,
            state_root: header.state,
            txs: executed.block.transactions.len(),
            validators: validators.validators().len(),
            signed_power: signed as f64 / validators.total().max(1) as f64,
            time_ms: header.time_ms,
        });
        for event in executed.events.iter().flatten() {
            if let Event::NepMoved { nep, status, reason, .. } = event {
                (self.tell)(NodeEvent::Nep { nep: *nep, status: *status, reason: reason.clone() });
            }
        }
        for (signed, outcome) in executed.block.transactions.iter().zip(&executed.outcomes) {
            if let Outcome::Rejected(reason) = outcome
                && signed.transaction.from == self.key.public()
            {
                let message = format!("our {} was refused: {reason}", signed.transaction.action.name());
                (self.tell)(NodeEvent::Error { message });
            }
        }
    }

    /// What a block pays us. It has to be asked before the block is committed: what is paid is no longer there after it.
    fn earned(&self, executed: &Executed) -> Result<Vec<NodeEvent>, StoreError> {
        let (view, header) = (self.shared.store.view()?, &executed.block.header);
        let ours = |event: &Event| match event {
            Event::Earned { receipt, node, paid, .. } if *node == self.own => Some(NodeEvent::Earned {
                amount: *paid,
                source: queries::source(&view, *receipt),
                receipt: *receipt,
                height: header.height.0,
                time_ms: header.time_ms,
            }),
            _ => None,
        };
        Ok(executed.events.iter().flatten().filter_map(ours).collect())
    }

    /// Of an account's next transaction, after all of it that wait.
    fn nonce(&self, view: &View, address: Address) -> u64 {
        read::<Account>(view, address).nonce + self.pool.of(address).count() as u64
    }

    fn submit(&mut self, signed: SignedTransaction) -> Result<Hash, Reject> {
        let verified = signed.verify(self.tip.header.chain)?;
        let ground = self.ground().map_err(|error| Reject::Malformed(error.to_string()))?;
        self.pool.add(&ground.view, ground.cx(), verified)
    }

    /// Says what is to be said about our work.
    fn speak(&mut self) -> Result<(), ChainError> {
        if self.pool.of(self.own).next().is_some() {
            return Ok(());
        }
        let ground = self.ground()?;
        for action in claims::due(&ground.view, &ground.cx(), self.own, &self.work) {
            self.say(&ground, action);
        }
        ground.check()
    }

    fn say(&mut self, ground: &Ground, action: Action) {
        let name = action.name();
        if let Err(reason) = self.sign_and_take(ground, action) {
            (self.tell)(NodeEvent::Error { message: format!("our {name} is not taken: {reason}") });
        }
    }

    /// What people do with the node's own account.
    fn act(&mut self, action: Action) -> Result<Hash, Reject> {
        let ground = self.ground().map_err(|error| Reject::Malformed(error.to_string()))?;
        self.sign_and_take(&ground, action)
    }

    fn sign_and_take(&mut self, ground: &Ground, action: Action) -> Result<Hash, Reject> {
        let transaction = Transaction {
            chain: self.tip.header.chain,
            from: self.key.public(),
            nonce: self.nonce(&ground.view, self.own),
            expires: self.tip.header.height.after(OWN_EXPIRY),
            fee_limit: Amount::ZERO,
            action,
        };
        let fee_limit = transaction.fee(&ground.parameters);
        let verified = Transaction { fee_limit, ..transaction }.sign(&self.key)?.verify(self.tip.header.chain)?;
        self.pool.add(&ground.view, ground.cx(), verified)
    }
}
