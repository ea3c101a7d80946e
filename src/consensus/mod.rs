//! Agreement: which block stands at a height, when some validators lie, crash or cannot be heard.
//!
//! A step machine without I/O, clock or chance. The node hands it an [`Input`] and carries out the [`Output`]s in their
//! order; the same inputs always give the same outputs.
//!
//! Invariants: two certificates of one height name the same block while less than a third of the power lies; nothing
//! signed is published before the log that remembers it is flushed, so a restart never contradicts what was said before
//! it; nothing a peer sends stops the machine or grows it without bound; what a block is, only the application knows.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::float_arithmetic,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::iter_over_hash_type
    )
)]

pub mod light;
mod malachite;
mod message;
mod proposer;
#[cfg(test)]
mod simulation;
pub mod wal;

pub use malachite::Malachite;
pub use message::{
    DecodeError, Message, Part, Polka, Proposal, RoundCertificate, RoundReason, RoundVote, SignedPart, SignedProposal,
};
pub use proposer::proposer;

use crate::types::{
    Certificate, CertificateError, ChainId, Hash, Height, KeyError, PublicKey, SecretKey, SignedVote, ValidatorSet,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

/// The bytes of a block, opaque here.
pub type BlockBytes = Arc<[u8]>;

/// Messages are taken for so many rounds beyond the current one.
pub const ROUNDS_AHEAD_MAX: u32 = 10;

/// Agrees on one block after the other.
pub trait Agreement {
    /// Takes one input; returns what to do, in this order.
    ///
    /// The outputs have to be carried out one by one. When one fails (the log cannot be written, say), the rest must not
    /// be carried out and the machine is to be dropped: what it would do next relies on all of them.
    fn step(&mut self, input: Input) -> Result<Vec<Output>, Halt>;

    /// The height and round that are being agreed on, or were last.
    fn at(&self) -> Option<(Height, u32)>;
}

/// What a machine needs to know once.
#[derive(Debug, Clone)]
pub struct Config {
    /// The network.
    pub chain: ChainId,
    /// Signs our votes at heights whose validators include us. Without one we only follow.
    pub key: Option<SecretKey>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Blocks with more bytes are refused.
    pub block_bytes_max: usize,
}

/// How long to wait for what, in milliseconds. Each round waits longer, so that some round is long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the proposal and its block.
    pub propose_ms: u64,
    /// For more prevotes, once two thirds are there and disagree.
    pub prevote_ms: u64,
    /// For more precommits, once two thirds are there and disagree.
    pub precommit_ms: u64,
    /// Until what was said is said again.
    pub rebroadcast_ms: u64,
    /// Added to each of the others with each round.
    pub round_ms: u64,
    /// No wait is longer.
    pub max_ms: u64,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// A height begins: the one after the last decided one, or a later one whose predecessor is known to be final.
    Start {
        /// Which.
        height: Height,
        /// Whose votes count.
        validators: ValidatorSet,
        /// After a restart, the log's entries of this height ([`wal::recover`]); else nothing.
        log: Vec<Vec<u8>>,
    },
    /// A peer sent something.
    Message(Message),
    /// The application built the block it was asked for.
    Built {
        /// As asked.
        height: Height,
        /// As asked.
        round: u32,
        /// What the votes will name.
        block: Hash,
        /// The block.
        bytes: BlockBytes,
    },
    /// The application judged the bytes it was last given for this hash.
    Judged {
        /// As asked.
        height: Height,
        /// As asked.
        block: Hash,
        /// Whether the bytes are a block of this hash, and one that may stand at this height.
        valid: bool,
    },
    /// The time of a timer is over.
    Elapsed(Timer),
    /// A peer proves that a block of the current height is final.
    Certified {
        /// The proof.
        certificate: Certificate,
        /// The block.
        bytes: BlockBytes,
    },
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Append an entry to the log.
    Append(Vec<u8>),
    /// Make everything appended so far survive a loss of power. Comes before whatever relies on it.
    Flush,
    /// Send to all peers. A repeated message must reach them too: it is only repeated when somebody may have missed it.
    Publish(Message),
    /// Build a block and answer with [`Input::Built`]; late or never costs a round.
    Build {
        /// At this height.
        height: Height,
        /// Comes back with the answer.
        round: u32,
    },
    /// Judge a block and answer with [`Input::Judged`].
    Judge {
        /// At this height.
        height: Height,
        /// The hash that the bytes must have.
        block: Hash,
        /// The block.
        bytes: BlockBytes,
        /// Two thirds have already found it good: what depends on the moment (is its time too far ahead?) no longer
        /// counts, only whether the bytes are the block of that hash.
        certified: bool,
    },
    /// After so many milliseconds, [`Input::Elapsed`]. A timer set again starts anew.
    Set {
        /// Which.
        timer: Timer,
        /// From now.
        after_ms: u64,
    },
    /// A timer is no longer needed.
    Cancel(Timer),
    /// No timer is.
    CancelAll,
    /// The block is final; store it, and start the next height when its time has come.
    Decide {
        /// The proof.
        certificate: Certificate,
        /// The block; the application found it valid.
        bytes: BlockBytes,
    },
    /// The block is final and its bytes were let go: get them from a peer, answer with [`Input::Certified`].
    Fetch(Certificate),
    /// Somebody said two things at once.
    Evidence(Evidence),
    /// An input was not used; for a message, the reason tells what to make of its sender.
    Refused(Refusal),
}

/// What waits for time to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// A timer of another height is none any more.
    pub height: Height,
    /// The attempt.
    pub round: u32,
    /// For what.
    pub kind: TimerKind,
}

/// What a timer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum TimerKind {
    /// The proposal.
    Propose = 0,
    /// More prevotes.
    Prevote = 1,
    /// More precommits.
    Precommit = 2,
    /// Saying it again.
    Rebroadcast = 3,
}

/// Proof that a validator signed two things of which it may sign one.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Evidence {
    /// Two votes of one kind in one round.
    Votes(Box<[SignedVote; 2]>),
    /// Two proposals in one round.
    Proposals(Box<[SignedProposal; 2]>),
}

/// Why an input was not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No height has been started.
    #[error("no height has been started")]
    Idle,
    /// Of another network.
    #[error("it belongs to another network")]
    Chain,
    /// Of a height that is over. Its sender lacks that height's block.
    #[error("height {0} is over")]
    Past(Height),
    /// Of the current height, which has been decided: late, or its sender lacks the block.
    #[error("height {0} is decided")]
    Decided(Height),
    /// Of a height that we have not reached and cannot judge. We may lack blocks.
    #[error("height {0} is ahead")]
    Ahead(Height),
    /// Of a round too far ahead.
    #[error("round {0} is too far ahead")]
    Round(u32),
    /// Signed by somebody who is no validator at this height.
    #[error("{0} is no validator")]
    Stranger(PublicKey),
    /// Signed by a validator whose turn it is not.
    #[error("{0} is not the proposer")]
    NotProposer(PublicKey),
    /// Not signed by whom it names.
    #[error("it is not signed by {0}")]
    Signature(PublicKey),
    /// A part of it contradicts another.
    #[error("it contradicts itself")]
    Malformed,
    /// The block is larger than allowed.
    #[error("the block has {0} bytes, which is too many")]
    Size(usize),
    /// There is no room for what its sender has already sent too much of.
    #[error("too much of this kind was sent")]
    Full,
    /// A certificate proves nothing.
    #[error("the certificate proves nothing: {0}")]
    Certificate(CertificateError),
    /// A collection of votes that is no proof.
    #[error("the collected votes prove nothing")]
    Votes,
    /// An answer to no question.
    #[error("nobody asked for it")]
    Unasked,
}

/// Why the machine stopped for good. To go on would risk contradicting ourselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// A height without validators.
    #[error("height {0} has no validators")]
    NoValidators(Height),
    /// A height that is not after the last one.
    #[error("height {next} cannot follow height {last}")]
    Order {
        /// Where we were.
        last: Height,
        /// What was to start.
        next: Height,
    },
    /// The log cannot be read, or does not belong to this height.
    #[error("entry {index} of the consensus log cannot be used: {reason}")]
    Log {
        /// Which, from 0.
        index: usize,
        /// Why.
        reason: String,
    },
    /// We cannot sign.
    #[error("cannot sign: {0}")]
    Key(KeyError),
    /// The votes that decided do not make a certificate.
    #[error("the decision cannot be proved: {0}")]
    Decision(CertificateError),
    /// The library met what must not happen.
    #[error("consensus failed: {0}")]
    Failed(String),
}

impl Timeouts {
    /// How long a timer of this kind and round runs.
    #[must_use]
    pub fn after_ms(&self, kind: TimerKind, round: u32) -> u64 {
        let first = match kind {
            TimerKind::Propose => self.propose_ms,
            TimerKind::Prevote => self.prevote_ms,
            TimerKind::Precommit => self.precommit_ms,
            TimerKind::Rebroadcast => self.rebroadcast_ms,
        };
        first.saturating_add(self.round_ms.saturating_mul(u64::from(round))).min(self.max_ms)
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            propose_ms: 3000,
            prevote_ms: 1000,
            precommit_ms: 1000,
            rebroadcast_ms: 2000,
            round_ms: 500,
            max_ms: 60_000,
        }
    }
}

impl Evidence {
    /// Who did it.
    #[must_use]
    pub fn validator(&self) -> PublicKey {
        match self {
            Self::Votes(votes) => {
                let [first, _] = votes.as_ref();
                first.validator
            }
            Self::Proposals(proposals) => {
                let [first, _] = proposals.as_ref();
                first.validator
            }
        }
    }

    /// That it proves what it says, on this network: both are signed by one validator, are of one height and round (and
    /// kind), and differ.
    #[must_use]
    pub fn proves(&self, chain: ChainId) -> bool {
        match self {
            Self::Votes(votes) => {
                let [a, b] = votes.as_ref();
                let slot = |signed: &SignedVote| {
                    (signed.validator, signed.vote.chain, signed.vote.height, signed.vote.round, signed.vote.kind)
                };
                let both = a.verify().is_ok() && b.verify().is_ok();
                a.vote.chain == chain && slot(a) == slot(b) && a.vote.block != b.vote.block && both
            }
            Self::Proposals(proposals) => {
                let [a, b] = proposals.as_ref();
                let slot = |signed: &SignedProposal| {
                    let proposal = &signed.proposal;
                    (signed.validator, proposal.chain, proposal.height, proposal.round)
                };
                let both = a.verify().is_ok() && b.verify().is_ok();
                a.proposal.chain == chain && slot(a) == slot(b) && a.proposal != b.proposal && both
            }
        }
    }
}
