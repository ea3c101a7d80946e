//! What blocks did beside what their transactions say: kept for people, not part of the state.

use super::maturity::Quote;
use super::neps::Status;
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::types::{Address, Amount, Hash};
use borsh::{BorshDeserialize, BorshSerialize};

/// Something that happened in a block.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A receipt was found in order and waits.
    Accepted {
        /// The receipt.
        receipt: Hash,
        /// Whose work.
        node: Address,
        /// What it would be paid.
        quote: Quote,
    },
    /// Work was paid.
    Earned {
        /// The receipt, or the challenge that was verified.
        receipt: Hash,
        /// Whose work.
        node: Address,
        /// Whose account.
        payout: Address,
        /// How the pay comes about.
        quote: Quote,
        /// What was minted, after the day's and the epoch's limits.
        paid: Amount,
        /// How much of that is held back as the node's bond.
        bond: Amount,
    },
    /// A receipt is not paid.
    Voided {
        /// The receipt.
        receipt: Hash,
    },
    /// A receipt is doubted.
    Challenged {
        /// The challenge.
        challenge: Hash,
        /// The receipt.
        receipt: Hash,
        /// Which of its segments.
        segment: u64,
        /// Who has to replay it.
        verifiers: Vec<Address>,
    },
    /// A challenge is over.
    Settled {
        /// The challenge.
        challenge: Hash,
        /// The receipt.
        receipt: Hash,
        /// How it ended.
        verdict: super::challenge::Verdict,
    },
    /// Somebody lost what stood behind a node.
    Slashed {
        /// The node.
        node: Address,
        /// How much.
        amount: Amount,
    },
    /// A bond came back.
    BondReleased {
        /// The node that had left.
        node: Address,
        /// How much.
        amount: Amount,
    },
    /// A validator missed too many blocks.
    Suspended {
        /// The validator's node.
        node: Address,
    },
    /// An outer round's weights are agreed on.
    RoundCommitted {
        /// The round.
        round: u64,
        /// Root over all units.
        root: Hash,
    },
    /// A proposal went on.
    NepMoved {
        /// The proposal.
        nep: NepId,
        /// Whose it is.
        author: Address,
        /// Where it is now.
        status: Status,
        /// Why, where that is not plain.
        reason: String,
    },
    /// A vote was counted.
    Voted {
        /// The proposal.
        nep: NepId,
        /// Who voted.
        voter: Address,
        /// How.
        choice: Choice,
        /// With how much.
        weight: Amount,
    },
    /// Governance paid somebody from its pool.
    Rewarded {
        /// The proposal.
        nep: NepId,
        /// Its author or one of its voters.
        to: Address,
        /// How much.
        amount: Amount,
    },
}
