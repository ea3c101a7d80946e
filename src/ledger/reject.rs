//! Why a transaction is refused: every reason is a value that a caller can match and a user can read.

use super::neps::Status;
use crate::economics::parameters::Contradiction;
use crate::economics::stake::StakeError;
use crate::governance::document::{ContentHash, DocumentError};
use crate::governance::id::NepId;
use crate::governance::vocabulary::NewTokenError;
use crate::types::{Address, Amount, ChainId, Hash, Height, KeyError};
use borsh::{BorshDeserialize, BorshSerialize};

/// Why a transaction has no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Not one transaction in its only form.
    #[error("these bytes are no transaction: {0}")]
    Malformed(String),
    /// Longer than any transaction.
    #[error("a transaction of {bytes} bytes is larger than the most, {most}")]
    Size {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        most: usize,
    },
    /// Signed by someone else, or over something else.
    #[error("the transaction's signature is wrong: {0}")]
    Signature(#[from] KeyError),
    /// Meant for another network.
    #[error("the transaction is for chain {got} and this is {want}")]
    Chain {
        /// As signed.
        got: ChainId,
        /// Ours.
        want: ChainId,
    },
    /// Too late.
    #[error("the transaction expired at height {expired}, and this is {now}")]
    Expired {
        /// Last height it could have been included at.
        expired: Height,
        /// Height of the block.
        now: Height,
    },
    /// Expires further ahead than is allowed.
    #[error("the transaction expires at height {expires}, which is more than {most} ahead")]
    TooFarAhead {
        /// As signed.
        expires: Height,
        /// Blocks ahead that are allowed.
        most: u64,
    },
    /// Used already, or others have to come first.
    #[error("nonce {got} is not the expected {want}")]
    Nonce {
        /// As signed.
        got: u64,
        /// The account's next one.
        want: u64,
    },
    /// More than there is.
    #[error("balance {have} is below the required {need}")]
    Insufficient {
        /// What can be spent.
        have: Amount,
        /// What would be.
        need: Amount,
    },
    /// Dearer than the signer allows.
    #[error("the fee of {fee} is above the transaction's limit of {limit}")]
    Fee {
        /// What it costs now.
        fee: Amount,
        /// What was signed.
        limit: Amount,
    },
    /// Nothing to move.
    #[error("an amount of 0 does nothing")]
    Zero,
    /// More than can be counted.
    #[error("the amounts are larger than can be counted")]
    Overflow,
    /// Outside what may be staked.
    #[error(transparent)]
    Stake(#[from] StakeError),
    /// Too many locks at once.
    #[error("{0} has {1} stakes, and more can't be kept: remove some first")]
    TooManyStakes(Address, usize),
    /// Less is free than was asked for.
    #[error("{have} of the stake is unlocked, and {need} was asked for")]
    Locked {
        /// What could be removed now.
        have: Amount,
        /// What was asked for.
        need: Amount,
    },
    /// Nothing has cooled down.
    #[error("nothing can be withdrawn yet")]
    NothingToWithdraw,
    /// Not a registered node.
    #[error("{0} is no registered node")]
    NoNode(Address),
    /// Registered already.
    #[error("{0} is registered already")]
    Registered(Address),
    /// Found cheating before, or gone.
    #[error("{0} is barred for ever")]
    Barred(Address),
    /// It left, or leaves.
    #[error("{0} has left the network")]
    Left(Address),
    /// Too little work for a registration.
    #[error("the registration's proof of work has {got} zero bits, and {want} are needed")]
    ProofOfWork {
        /// Leading zero bits.
        got: u32,
        /// Bits that are needed.
        want: u64,
    },
    /// More of them than one block, hour, round or day takes.
    #[error("the limit of {most} {what} is reached")]
    Limit {
        /// What is counted, and in which time.
        what: &'static str,
        /// How many there may be.
        most: u64,
    },
    /// Not a candidate for the validator set.
    #[error("{0} is no validator")]
    NoValidator(Address),
    /// The outer round is not at that point.
    #[error("round {round} does not take this now: {why}")]
    Round {
        /// The round.
        round: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Work that shows by itself that it was not done.
    #[error("the receipt is invalid: {0}")]
    Receipt(#[from] Invalid),
    /// No such receipt, or no longer open.
    #[error("receipt {0} is not waiting to mature")]
    NoReceipt(Hash),
    /// No such challenge, or over.
    #[error("there is no open challenge {0}")]
    NoChallenge(Hash),
    /// A step that the challenge doesn't take now, or not from this one.
    #[error("the challenge does not take this: {0}")]
    Challenge(&'static str),
    /// A proposal or a vote that is not in order.
    #[error(transparent)]
    Nep(#[from] NepFault),
    /// Something that governance switched off.
    #[error("{0} is switched off")]
    Off(&'static str),
}

/// What is wrong with a proposal or a vote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NepFault {
    /// No such proposal.
    #[error("there is no {0}")]
    Missing(NepId),
    /// Somebody else's.
    #[error("{0} is somebody else's proposal")]
    Stranger(NepId),
    /// One at a time.
    #[error("{0} is still under way: an account has one proposal at a time")]
    Live(NepId),
    /// Not at that point of its way.
    #[error("{id} is {}, and has to be {}", .status.phrase(), .want.phrase())]
    Status {
        /// The proposal.
        id: NepId,
        /// Where it is.
        status: Status,
        /// Where it would have to be.
        want: Status,
    },
    /// Too little stake.
    #[error(
        "proposing takes {need} NEURO of stake whose lock has not ended, and this account has {have}: lock some for a day or more"
    )]
    Stake {
        /// What there is.
        have: Amount,
        /// What it takes.
        need: Amount,
    },
    /// Changed on the way, or claimed wrongly.
    #[error("the content hash is {found}, and {claimed} was claimed: the document was changed after it was hashed")]
    Hash {
        /// As claimed.
        claimed: ContentHash,
        /// Of what was sent.
        found: ContentHash,
    },
    /// No document in its one form.
    #[error("the document is none: {0}")]
    Document(Box<DocumentError>),
    /// A document that asks for what can't be.
    #[error("the proposal can't be taken: {0}")]
    Problem(String),
    /// Two parameters that don't go together.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// Too many, too long, or with hidden characters.
    #[error("the code changes are too many, too long, or have characters that can't be shown")]
    CodeChanges,
    /// Something beside the document that doesn't go with it.
    #[error("{0}")]
    Attachment(&'static str),
    /// A place that it does not take.
    #[error("{0} can't be superseded by it: that takes a change of everything that {0} changed, and naming it once")]
    Supersedes(NepId),
    /// Tokens that can't be proposed.
    #[error("the new tokens can't be taken: {0}")]
    Tokens(NewTokenError),
    /// An amendment that makes it another kind of proposal.
    #[error("an amendment can't make {0} another type of proposal")]
    Kind(NepId),
    /// Too soon again.
    #[error("the same was rejected, and may come back in {seconds} seconds")]
    Rejected {
        /// From now on.
        seconds: u64,
    },
    /// One vote an account.
    #[error("this account has voted on {0}, and a vote is final")]
    Voted(NepId),
    /// Over.
    #[error("voting on {id} ended {seconds} seconds ago")]
    Late {
        /// The proposal.
        id: NepId,
        /// Since then.
        seconds: u64,
    },
    /// Nothing to vote with.
    #[error("this account had no stake under lock when the voting on {0} began")]
    NoStake(NepId),
    /// Nothing to support.
    #[error("{0} waits for no support: only taking back new tokens does, before it is voted on")]
    NoPetition(NepId),
    /// Too long, or with hidden characters.
    #[error("a reason has at most {0} bytes and no characters that can't be shown")]
    Reason(usize),
}

/// What is wrong with a work receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// No rounds, or in the wrong order.
    #[error("it covers rounds {first} to {last}")]
    Rounds {
        /// As claimed.
        first: u64,
        /// As claimed.
        last: u64,
    },
    /// Not the hashes that the network agreed on.
    #[error("unit {unit} does not start from the weights that the network agreed on")]
    Start {
        /// The unit.
        unit: u32,
    },
    /// Nothing was learned.
    #[error("unit {unit} ends with the weights that it started with")]
    Unchanged {
        /// The unit.
        unit: u32,
    },
    /// Losses are above 0.
    #[error("a loss of {0} millionths is none")]
    Loss(i64),
    /// Stages that are not the whole model, each unit once.
    #[error("the members' stages are not the whole model, each unit once")]
    Roles,
    /// More than was committed to.
    #[error("{node} claims {claimed} tokens and committed to {committed}")]
    Tokens {
        /// Whose claim.
        node: Address,
        /// As claimed.
        claimed: u64,
        /// By the rounds' delta commits.
        committed: u64,
    },
    /// Not in the round's set.
    #[error("{node} committed no delta of its stage in round {round}")]
    NoDelta {
        /// Whose claim.
        node: Address,
        /// The round.
        round: u64,
    },
    /// Paid before.
    #[error("round {round} of {node} was claimed before")]
    Claimed {
        /// Whose claim.
        node: Address,
        /// The round.
        round: u64,
    },
    /// Less work than a receipt covers.
    #[error("it covers {seconds} s, and {least} s are the least")]
    Short {
        /// By block time.
        seconds: u64,
        /// What is needed.
        least: u64,
    },
    /// Came too late.
    #[error("its last round was committed {age} s ago, and {most} s are the most")]
    Stale {
        /// Seconds since then.
        age: u64,
        /// What is allowed.
        most: u64,
    },
    /// Too few signatures of members.
    #[error("{signed} of {members} members signed, and more than two thirds are needed")]
    Signatures {
        /// Who did.
        signed: usize,
        /// All.
        members: usize,
    },
    /// A number of segments that doesn't follow from the work.
    #[error("it has {got} segments and its work {want}")]
    Segments {
        /// As claimed.
        got: u64,
        /// By the steps.
        want: u64,
    },
    /// Submitted by someone else.
    #[error("{0} is no member of it")]
    Stranger(Address),
    /// Intervals that overlap, or are none.
    #[error("its interval overlaps one that was paid, or is too short, too old or to come")]
    Interval,
    /// Only nodes with their whole bond are paid for being there.
    #[error("{node} has a bond of {have}, and {need} are needed")]
    NoBond {
        /// Whose.
        node: Address,
        /// What it has.
        have: Amount,
        /// What is needed.
        need: Amount,
    },
    /// More data than were assigned, or none.
    #[error("it claims {got} samples, and {left} are left to claim")]
    Samples {
        /// As claimed.
        got: u64,
        /// What may be.
        left: u64,
    },
    /// Witnesses that were not drawn, or too few.
    #[error("{got} of {want} drawn witnesses signed")]
    Witnesses {
        /// Who did.
        got: usize,
        /// Who has to.
        want: usize,
    },
}

/// How a transaction of a block ended.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Outcome {
    /// It did what it says, for this fee.
    Done(Amount),
    /// It did nothing and cost nothing, for this reason.
    Rejected(String),
}
