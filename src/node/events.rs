//! What a node says while it runs: one value an event, the same for people and programs.

use super::clock::rfc3339;
use crate::governance::id::NepId;
use crate::ledger::neps::Status;
use crate::types::{Address, Amount, Hash};
use neuroshard_tui::snapshot::TrainingState;
use serde::{Serialize, Serializer};

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NodeEvent {
    /// The node is up.
    Started {
        /// Its identity.
        peer_id: String,
        /// Its account.
        address: Address,
        /// Where it answers, if it does.
        api: Option<String>,
        /// What it computes on.
        device: String,
        /// Speed tier.
        tier: String,
        /// Of the program.
        version: &'static str,
        /// Name of the network.
        network: String,
        /// Its id.
        chain_id: Hash,
        /// Whether anyone else can be in it.
        public: bool,
        /// Addresses at which it listens for peers.
        listen: Vec<String>,
        /// What people should know.
        note: Option<&'static str>,
    },
    /// A peer came or went.
    Peer {
        /// Who.
        peer_id: String,
        /// Which of the two.
        state: PeerState,
        /// Why it went; nothing of one that came.
        reason: Option<String>,
        /// How many there are now.
        peers: usize,
    },
    /// The chain's state comes from peers, since its blocks are many.
    Joining {
        /// The block whose state it is.
        height: u64,
        /// Chunks of it.
        chunks: u32,
        /// Those that are here.
        done: u32,
    },
    /// A block is final.
    Epoch {
        /// Its place.
        height: u64,
        /// Its name.
        hash: Hash,
        /// Root of the state after it.
        state_root: Hash,
        /// How many transactions it has.
        txs: usize,
        /// How many may vote.
        validators: usize,
        /// Share of their power that signed.
        signed_power: f64,
        /// When it was made.
        #[serde(rename = "time", serialize_with = "as_rfc3339")]
        time_ms: u64,
    },
    /// Inner steps were made.
    Step {
        /// The last one's number.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Pace.
        tokens_per_second: f64,
        /// Norm of its gradient.
        grad_norm: f64,
        /// Learning rate.
        lr: f64,
        /// The outer round that it belongs to.
        round: u64,
        /// Inner steps made of it.
        inner_step: u64,
        /// Inner steps that it takes.
        inner_steps: u64,
    },
    /// The trainer does something else than before.
    Training {
        /// What.
        state: TrainingState,
    },
    /// An outer round was trained.
    Outer {
        /// Its number.
        round: u64,
        /// How many nodes contributed.
        contributors: u64,
        /// Sent to others.
        bytes_sent: u64,
        /// Received from others.
        bytes_received: u64,
        /// Names the weights it ended with.
        model_hash: Hash,
        /// Loss on held-out data.
        val_loss: f64,
        /// Time it took.
        seconds: f64,
    },
    /// The weights that a round ended with came from others, and are those that the chain names.
    Model {
        /// The round.
        round: u64,
        /// Names them.
        model_hash: Hash,
        /// How long they are.
        bytes: u64,
        /// Time it took.
        seconds: f64,
        /// Most peers that gave them at a time.
        holders: u32,
    },
    /// Pay arrived, or was held back as bond.
    Earned {
        /// How much.
        amount: Amount,
        /// For what.
        source: &'static str,
        /// The receipt that it is for.
        receipt: Hash,
        /// The block that paid it.
        height: u64,
        /// When that was made.
        #[serde(rename = "time", serialize_with = "as_rfc3339")]
        time_ms: u64,
    },
    /// A proposal went on.
    Nep {
        /// The proposal.
        #[serde(rename = "id")]
        nep: NepId,
        /// Where it is now.
        status: Status,
        /// Why, where that is not plain.
        reason: String,
    },
    /// The model grew with the vocabulary.
    Vocabulary {
        /// Ids of the tokenizer.
        tokens: u64,
        /// Those of them that were taken back, and are never made again.
        disabled: u64,
        /// The round that it follows.
        round: u64,
    },
    /// Something is not as it should be.
    Error {
        /// What.
        message: String,
    },
    /// The node saves and ends.
    Stopping {},
    /// The node is down, and all is saved.
    Stopped {},
}

/// Whether there is a connection with a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerState {
    /// There is one now.
    Connected,
    /// There is none any more.
    Disconnected,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn as_rfc3339<S: Serializer>(time_ms: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*time_ms))
}
