//! All that is shown of a node at one moment: what `neuroshard status --json` prints and the dashboard draws.
//!
//! Plain values, so that it travels as JSON unchanged. NEURO is a decimal string, a time is RFC 3339 in UTC, a duration is
//! in seconds, a size in bytes, a hash in lower-case hexadecimal digits. Fields may be added and are never renamed; what a
//! reader does not know it ignores, and what is missing is empty.

mod network;

pub use network::{Direction, Dropped, Network, Peer, Rates, ReachState, Reachability, Syncing, Traffic};

use serde::{Deserialize, Serialize};

/// A node at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// When.
    pub time: String,
    /// Of the program.
    pub version: String,
    /// What the node is doing.
    pub state: NodeState,
    /// Name of its network.
    pub network: String,
    /// The network's id.
    pub chain_id: String,
    /// Whether anyone else can be in it.
    pub public: bool,
    /// What people should know about the network.
    pub note: Option<String>,
    /// The node's identity.
    pub peer_id: String,
    /// The node's account.
    pub address: String,
    /// Where it answers, if it does.
    pub api: Option<String>,
    /// Its process.
    pub pid: u32,
    /// When it began.
    pub started_at: String,
    /// Seconds since then.
    pub uptime_seconds: u64,
    /// The machine.
    pub device: Device,
    /// What it trains; nothing with `--no-training`.
    pub training: Option<Training>,
    /// Who it trains with.
    pub quorum: Option<Quorum>,
    /// Who it is connected with, and how; nothing where it has no network. (`network` is the name of what it takes part in.)
    pub net: Option<Network>,
    /// The ledger.
    pub chain: Chain,
    /// What is proposed and decided.
    pub governance: Governance,
    /// The account that earns.
    pub wallet: Wallet,
    /// What was earned.
    pub earnings: Earnings,
    /// Curves.
    pub history: History,
    /// What is not as it should be, the newest last.
    pub problems: Vec<String>,
}

/// What a node is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// Opening what it keeps.
    #[default]
    Starting,
    /// At work.
    Running,
    /// Too old for a proposal that is in force soon: it answers and takes no part any more.
    Outdated,
    /// Saving and ending.
    Stopping,
}

/// The machine, and how much of it the node uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// What computes, such as `cpu` or the card's name.
    pub name: String,
    /// Speed tier, `T1` (fastest) to `T5`; `none` without training.
    pub tier: String,
    /// Processor threads that compute.
    pub threads: u32,
    /// Cores of the machine.
    pub cores: u32,
    /// Share of one core that the process uses: 2.0 is two cores.
    pub process_cpu: f64,
    /// Memory of the process.
    pub process_memory: u64,
    /// Memory in use on the machine.
    pub memory_used: u64,
    /// Memory of the machine.
    pub memory_total: u64,
    /// Degrees Celsius of processor or card, where known.
    pub temperature: Option<f64>,
    /// Share of the card in use, where there is one.
    pub gpu_load: Option<f64>,
    /// Memory of the card in use, where there is one.
    pub gpu_memory_used: Option<u64>,
    /// Memory of the card, where there is one.
    pub gpu_memory_total: Option<u64>,
    /// What the home takes on disk.
    pub storage_used: u64,
    /// What is free on the home's disk.
    pub storage_free: u64,
}

/// What the trainer does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainingState {
    /// Opening model and data.
    #[default]
    Starting,
    /// Computing.
    Training,
    /// Waiting for the chain to catch up.
    Waiting,
    /// Told to pause.
    Paused,
}

/// A model in training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Training {
    /// What the trainer does.
    pub state: TrainingState,
    /// Name of the shape.
    pub preset: String,
    /// Weights of the model.
    pub parameters: u64,
    /// Layers of the model.
    pub layers: u32,
    /// Optimizer steps made, ever.
    pub step: u64,
    /// Steps until the learning rate is at its floor.
    pub horizon: u64,
    /// Tokens trained on, ever.
    pub tokens: u64,
    /// Nats per token of the last steps on training data.
    pub loss: Option<f64>,
    /// Nats per token on held-out data.
    pub val_loss: Option<f64>,
    /// Norm of the last gradient.
    pub grad_norm: Option<f64>,
    /// Learning rate.
    pub lr: Option<f64>,
    /// Pace; 0 while nothing is computed.
    pub tokens_per_second: f64,
    /// The outer round under way.
    pub round: u64,
    /// Inner steps made of it.
    pub inner_step: u64,
    /// Inner steps that it takes.
    pub inner_steps: u64,
    /// Seconds that the last round took.
    pub round_seconds: Option<f64>,
    /// Seconds until this round's inner steps are made.
    pub round_seconds_left: Option<f64>,
}

/// Nodes that train one copy of the model together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quorum {
    /// Its name.
    pub id: String,
    /// `active`, `forming` and so on.
    pub state: String,
    /// Layers of the whole model.
    pub layers: u32,
    /// Its members, in the order of their stages.
    pub members: Vec<Member>,
    /// Outer rounds that it finished.
    pub rounds: u64,
}

/// How a member of a quorum is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Takes part.
    Online,
    /// Catching up.
    #[default]
    Syncing,
    /// Not heard of.
    Offline,
}

/// A member of a quorum.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// Its account.
    pub address: String,
    /// Whether it is this node.
    pub own: bool,
    /// How it is.
    pub health: Health,
    /// First layer of its stage.
    pub first_layer: u32,
    /// Layers of its stage.
    pub layers: u32,
    /// Speed tier.
    pub tier: String,
    /// Milliseconds to it and back; none to itself.
    pub latency_ms: Option<f64>,
    /// Its last latencies, the newest last.
    pub latencies: Vec<f64>,
    /// Its pace.
    pub tokens_per_second: f64,
    /// Its last paces, the newest last.
    pub paces: Vec<f64>,
}

/// The ledger.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chain {
    /// The last block.
    pub height: u64,
    /// Its hash.
    pub hash: String,
    /// Root of the state after it.
    pub state_root: String,
    /// Its time.
    pub time: String,
    /// Seconds between blocks, as the network wants it.
    pub epoch_seconds: u64,
    /// How many may vote.
    pub validators: u64,
    /// Whether this node is one of them.
    pub validator: bool,
    /// Transactions that wait for a block.
    pub waiting: u64,
    /// NEURO minted, ever.
    pub minted: String,
    /// NEURO burned, ever.
    pub burned: String,
    /// The last blocks, the newest first.
    pub epochs: Vec<Epoch>,
}

/// A block.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Epoch {
    /// Its place.
    pub height: u64,
    /// Its hash.
    pub hash: String,
    /// Its time.
    pub time: String,
    /// Transactions in it.
    pub txs: u64,
    /// How many could vote on it.
    pub validators: u64,
    /// Share of their power that signed; above two thirds it is final.
    pub signed_power: f64,
}

/// What is proposed and decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Governance {
    /// Proposals: those in voting first, then those on their way, then the newest of the rest; not all of a long past.
    pub neps: Vec<Nep>,
    /// How many there ever were.
    pub total: u64,
    /// NEURO of the node's account that would vote if a voting began now: what it has locked and is not unlocked yet.
    pub votable: String,
    /// What governance pays from.
    pub pool: String,
    /// Names of those in force, in the order of their activation: a part of the node's version.
    pub active: Vec<String>,
}

/// A proposal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Nep {
    /// `NEP-001` and so on.
    pub id: String,
    /// What it is called: anyone's text, on one line, without control characters.
    pub title: String,
    /// `arch`, `econ`, `train`, `net`, `gov` or `emergency`.
    pub nep_type: String,
    /// `review`, `voting`, `scheduled`, `active`, `rejected`, `deprecated`, `withdrawn` or `failed`.
    pub status: String,
    /// Who proposes it.
    pub author: String,
    /// What it says in short: anyone's text, with line breaks, without other control characters.
    pub summary: String,
    /// When it was submitted.
    pub created_at: String,
    /// When its review or voting ends.
    pub ends_at: Option<String>,
    /// The block from which it is in force.
    pub activation_height: Option<u64>,
    /// What it changes.
    pub changes: Vec<NepChange>,
    /// What it says it does to earnings and machines, in one line.
    pub impact: String,
    /// NEURO that voted yes.
    pub yes: String,
    /// NEURO that voted no.
    pub no: String,
    /// NEURO that abstained.
    pub abstain: String,
    /// Votes, one an account.
    pub votes: u64,
    /// NEURO that could vote, which the quorum is a share of.
    pub electorate: String,
    /// Share of them that voted.
    pub participation: f64,
    /// Share that has to.
    pub quorum: f64,
    /// Share of yes in yes and no.
    pub approval: f64,
    /// Share that it takes.
    pub threshold: f64,
    /// Whether enough voted.
    pub quorum_reached: bool,
    /// Whether it would pass, or did.
    pub approved: bool,
    /// What it still takes to pass, in words; empty once nothing is missing or voting is over.
    pub missing: String,
    /// NEURO that the node's own account votes with on it.
    pub own_weight: String,
    /// How it did: `yes`, `no` or `abstain`.
    pub own_vote: Option<String>,
    /// Why it came to nothing, if it did.
    pub reason: Option<String>,
    /// What this node lacks to follow it.
    pub cannot_follow: Option<String>,
}

/// A parameter that a proposal changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NepChange {
    /// `area.name`.
    pub name: String,
    /// What it was when it was proposed.
    pub old: String,
    /// What it becomes.
    pub new: String,
    /// What one of it is.
    pub unit: String,
}

/// The account that earns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wallet {
    /// Its address.
    pub address: String,
    /// Whether the node's own key signs for it, so that this node can stake it.
    pub own: bool,
    /// What can be spent.
    pub available: String,
    /// What is locked.
    pub staked: String,
    /// What of that is past its lock, and can be taken back.
    pub unlocked: String,
    /// What cools down.
    pub unbonding: String,
    /// What has cooled down, and can be withdrawn.
    pub withdrawable: String,
    /// When the next of what cools down has.
    pub cools_until: Option<String>,
    /// What is put down for challenges.
    pub escrowed: String,
    /// What is held back of the node's first earnings.
    pub bond: String,
    /// What stands behind the node.
    pub backing: String,
    /// What that multiplies its pay by.
    pub multiplier: String,
    /// When the first lock ends that has not ended yet.
    pub unlocks_at: Option<String>,
}

/// What a node earned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Earnings {
    /// Since midnight, UTC.
    pub today: String,
    /// Since the home has kept a history.
    pub total: String,
    /// What its receipts would pay that wait.
    pub pending: String,
    /// By what it was for.
    pub sources: Vec<Source>,
    /// Receipts that wait, the next to be paid first.
    pub maturing: Vec<Maturing>,
    /// The last pays, the newest first.
    pub recent: Vec<Paid>,
}

/// What one kind of work earned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// `training` and so on.
    pub source: String,
    /// Since midnight, UTC.
    pub today: String,
    /// Ever.
    pub total: String,
}

/// A receipt that waits for its pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Maturing {
    /// The receipt.
    pub receipt: String,
    /// What it was for.
    pub source: String,
    /// What it would pay this node.
    pub amount: String,
    /// The block that may pay it.
    pub height: u64,
    /// Seconds until then.
    pub seconds_left: u64,
    /// Whether somebody doubts it.
    pub challenged: bool,
}

/// A pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paid {
    /// When.
    pub time: String,
    /// For which receipt.
    pub receipt: String,
    /// For what.
    pub source: String,
    /// How much.
    pub amount: String,
}

/// Curves, each thinned to a few hundred points.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Step and training loss, over the whole run.
    pub loss: Vec<(u64, f64)>,
    /// Step and training loss of the last steps.
    pub recent_loss: Vec<(u64, f64)>,
    /// Step and loss on held-out data, over the whole run.
    pub val_loss: Vec<(u64, f64)>,
    /// The last paces in tokens per second, the newest last.
    pub tokens_per_second: Vec<f64>,
    /// NEURO earned in each of the last epochs, the newest last.
    pub earned: Vec<f64>,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Every detail.
    Trace,
    /// What helps to find an error.
    Debug,
    /// What happens.
    #[default]
    Info,
    /// What may become a problem.
    Warn,
    /// A problem.
    Error,
}

/// A line of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogLine {
    /// Counts lines from the start of the process.
    pub number: u64,
    /// When.
    pub time: String,
    /// How much it matters.
    pub level: Level,
    /// Which part of the node says so.
    pub target: String,
    /// What, on one line, without control characters.
    pub message: String,
}
