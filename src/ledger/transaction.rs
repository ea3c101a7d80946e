//! Transactions: what can be asked of the ledger, and the signed envelope around it.
//!
//! Invariants: the envelope's chain, nonce, expiry and fee limit are under the signature; a transaction has one encoding
//! and its id is the hash of what was signed, so that another signature over it is no other transaction; a [`Verified`]
//! one was signed by its sender for this chain.

use super::challenge::Answer;
use super::neps::Content;
use super::nodes::{Announcement, Work};
use super::receipts::WorkReceipt;
use super::reject::Reject;
use super::rounds::{DeltaCommit, ModelCommit};
use super::service::{DataReceipt, UptimeReceipt};
use crate::economics::Parameters;
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::types::{Address, Amount, ChainId, Domain, Hash, Height, PublicKey, SecretKey, Signature, encode};
use borsh::{BorshDeserialize, BorshSerialize};

/// The longest transaction in bytes.
pub const TRANSACTION_BYTES_MAX: usize = 128 << 10;

/// What a transaction does.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Action {
    /// Moves NEURO.
    Transfer {
        /// Who gets it.
        to: Address,
        /// How much.
        amount: Amount,
    } = 0,
    /// Makes the sender a node; costs a proof of work and no fee.
    RegisterNode {
        /// What the node says of itself.
        announcement: Announcement,
        /// Shows that registering cost something.
        work: Work,
    } = 1,
    /// Changes what the sender's node says of itself.
    UpdateNode(Announcement) = 2,
    /// The sender's node leaves; its bond is free some time later.
    LeaveNode = 3,
    /// The sender's node wants to vote on blocks.
    RegisterValidator = 4,
    /// It no longer does.
    LeaveValidator = 5,
    /// Locks NEURO behind a node.
    Stake {
        /// How much.
        amount: Amount,
        /// For how long.
        days: u64,
        /// Behind which node.
        behind: Address,
    } = 6,
    /// Takes unlocked stake from behind a node; it cools down first.
    Unstake {
        /// How much.
        amount: Amount,
        /// From behind which node.
        behind: Address,
    } = 7,
    /// Takes what has cooled down back to the balance.
    Withdraw = 8,
    /// A contribution to an outer round.
    DeltaCommit(DeltaCommit) = 9,
    /// The weights that an outer round ended with.
    ModelCommit(ModelCommit) = 10,
    /// A claim of pay for work.
    WorkReceipt(Box<WorkReceipt>) = 11,
    /// Doubts a segment of a receipt.
    Challenge {
        /// The receipt.
        receipt: Hash,
        /// Which of its segments.
        segment: u64,
    } = 12,
    /// A step in a challenge.
    ChallengeResponse {
        /// The challenge.
        challenge: Hash,
        /// The step.
        answer: Answer,
    } = 13,
    /// A claim of pay for having been there.
    UptimeReceipt(UptimeReceipt) = 14,
    /// A claim of pay for data given to another node.
    DataReceipt(DataReceipt) = 15,
    /// Proposes something to all.
    SubmitNep(Box<Content>) = 16,
    /// Changes the sender's proposal while it is reviewed.
    AmendNep {
        /// The proposal.
        nep: NepId,
        /// What it says from now on.
        content: Box<Content>,
    } = 17,
    /// Takes the sender's proposal back while it is reviewed.
    WithdrawNep(NepId) = 18,
    /// Votes on a proposal, once and for good.
    Vote {
        /// The proposal.
        nep: NepId,
        /// How.
        choice: Choice,
        /// Why, for everyone to read.
        reason: String,
    } = 19,
    /// Wants it to be voted on whether new tokens are taken back.
    SupportNep(NepId) = 20,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Transaction {
    /// The network that it is for.
    pub chain: ChainId,
    /// Who sends it.
    pub from: PublicKey,
    /// How many the sender made before.
    pub nonce: u64,
    /// The last height that may include it.
    pub expires: Height,
    /// The most that it may cost.
    pub fee_limit: Amount,
    /// What it does.
    pub action: Action,
}

/// A transaction as it travels.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedTransaction {
    /// What was signed.
    pub transaction: Transaction,
    /// By `transaction.from`, over [`Transaction::id`].
    pub signature: Signature,
}

/// A transaction whose signature and chain were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    signed: SignedTransaction,
    id: Hash,
    from: Address,
    bytes: usize,
}

impl Action {
    /// Its name, as users see it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transfer { .. } => "transfer",
            Self::RegisterNode { .. } => "register_node",
            Self::UpdateNode(_) => "update_node",
            Self::LeaveNode => "leave_node",
            Self::RegisterValidator => "register_validator",
            Self::LeaveValidator => "leave_validator",
            Self::Stake { .. } => "stake",
            Self::Unstake { .. } => "unstake",
            Self::Withdraw => "withdraw",
            Self::DeltaCommit(_) => "delta_commit",
            Self::ModelCommit(_) => "model_commit",
            Self::WorkReceipt(_) => "work_receipt",
            Self::Challenge { .. } => "challenge",
            Self::ChallengeResponse { .. } => "challenge_response",
            Self::UptimeReceipt(_) => "uptime_receipt",
            Self::DataReceipt(_) => "data_receipt",
            Self::SubmitNep(_) => "submit_nep",
            Self::AmendNep { .. } => "amend_nep",
            Self::WithdrawNep(_) => "withdraw_nep",
            Self::Vote { .. } => "vote",
            Self::SupportNep(_) => "support_nep",
        }
    }

    /// What a signed transaction of so many bytes with this action costs.
    fn fee(&self, parameters: &Parameters, bytes: usize) -> Amount {
        let Some(flat) = self.flat_fee(parameters) else { return Amount::ZERO };
        let by_size = parameters.byte_fee.checked_mul(bytes as u64);
        by_size.and_then(|by_size| flat.checked_add(by_size)).unwrap_or(Amount::MAX)
    }

    /// The fee of this kind, without what its size adds; `None` for what costs nothing within its limits, so that a
    /// network in which nobody has money yet can start, and so that nobody is convicted for want of a fee.
    #[must_use]
    pub const fn flat_fee(&self, parameters: &Parameters) -> Option<Amount> {
        match self {
            Self::Transfer { .. } => Some(parameters.transfer_fee),
            Self::UpdateNode(_) | Self::LeaveNode => Some(parameters.node_fee),
            Self::RegisterValidator | Self::LeaveValidator => Some(parameters.validator_fee),
            Self::Stake { .. } | Self::Unstake { .. } | Self::Withdraw => Some(parameters.stake_fee),
            Self::SubmitNep(_) | Self::AmendNep { .. } | Self::WithdrawNep(_) => Some(parameters.nep_fee),
            Self::RegisterNode { .. }
            | Self::DeltaCommit(_)
            | Self::ModelCommit(_)
            | Self::WorkReceipt(_)
            | Self::Challenge { .. }
            | Self::ChallengeResponse { .. }
            | Self::UptimeReceipt(_)
            | Self::DataReceipt(_)
            | Self::Vote { .. }
            | Self::SupportNep(_) => None,
        }
    }
}

impl Transaction {
    /// Names it, and is what is signed.
    #[must_use]
    pub fn id(&self) -> Hash {
        const DOMAIN: Domain = Domain::new("transaction");
        Hash::of(&DOMAIN, self)
    }

    /// What it costs by these parameters, once it is signed.
    #[must_use]
    pub fn fee(&self, parameters: &Parameters) -> Amount {
        self.action.fee(parameters, encode(self).len().saturating_add(Signature::BYTES))
    }

    /// Signs it with the key of its sender.
    pub fn sign(self, key: &SecretKey) -> Result<SignedTransaction, Reject> {
        let signature = key.sign(&self.id())?;
        Ok(SignedTransaction { transaction: self, signature })
    }
}

impl SignedTransaction {
    /// From bytes that came from anywhere.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reject> {
        if bytes.len() > TRANSACTION_BYTES_MAX {
            return Err(Reject::Size { bytes: bytes.len(), most: TRANSACTION_BYTES_MAX });
        }
        borsh::from_slice(bytes).map_err(|error| Reject::Malformed(error.to_string()))
    }

    /// As it travels.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Checks chain, size and signature; the one way to a [`Verified`] transaction.
    pub fn verify(self, chain: ChainId) -> Result<Verified, Reject> {
        if self.transaction.chain != chain {
            return Err(Reject::Chain { got: self.transaction.chain, want: chain });
        }
        let bytes = borsh::object_length(&self).map_err(|error| Reject::Malformed(error.to_string()))?;
        if bytes > TRANSACTION_BYTES_MAX {
            return Err(Reject::Size { bytes, most: TRANSACTION_BYTES_MAX });
        }
        let id = self.transaction.id();
        self.transaction.from.verify(&id, &self.signature)?;
        let from = Address::of(&self.transaction.from);
        Ok(Verified { signed: self, id, from, bytes })
    }
}

impl Verified {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> Hash {
        self.id
    }

    /// The account that sent it.
    #[must_use]
    pub fn from(&self) -> Address {
        self.from
    }

    /// What was signed.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        &self.signed.transaction
    }

    /// As it travels.
    #[must_use]
    pub fn signed(&self) -> &SignedTransaction {
        &self.signed
    }

    /// As it travels, when nothing else is needed of it.
    #[must_use]
    pub fn into_signed(self) -> SignedTransaction {
        self.signed
    }

    /// Length of its encoding.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What it costs by these parameters.
    #[must_use]
    pub fn fee(&self, parameters: &Parameters) -> Amount {
        self.signed.transaction.action.fee(parameters, self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::KeyError;
    use proptest::prelude::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32]).unwrap()
    }

    fn sample() -> Transaction {
        Transaction {
            chain: ChainId(Hash([7; 32])),
            from: key(1).public(),
            nonce: 4,
            expires: Height(99),
            fee_limit: Amount::from_neuro(1),
            action: Action::Transfer { to: Address::from_bytes([9; 20]), amount: Amount::from_neuro(3) },
        }
    }

    #[test]
    fn only_the_sender_can_sign() {
        let signed = sample().sign(&key(1)).unwrap();
        assert_eq!(signed.clone().verify(sample().chain).unwrap().from(), Address::of(&key(1).public()));
        let foreign = SignedTransaction { signature: key(2).sign(&sample().id()).unwrap(), ..signed };
        assert_eq!(foreign.verify(sample().chain).unwrap_err(), Reject::Signature(KeyError::Wrong));
    }

    #[test]
    fn everything_in_the_envelope_is_signed() {
        let signature = sample().sign(&key(1)).unwrap().signature;
        let changed = [
            Transaction { nonce: 5, ..sample() },
            Transaction { expires: Height(100), ..sample() },
            Transaction { fee_limit: Amount::MAX, ..sample() },
            Transaction { action: Action::Withdraw, ..sample() },
        ];
        for transaction in changed {
            let forged = SignedTransaction { transaction, signature };
            assert_eq!(forged.verify(sample().chain).unwrap_err(), Reject::Signature(KeyError::Wrong));
        }
        let other = Transaction { chain: ChainId::default(), ..sample() };
        assert_eq!(
            SignedTransaction { transaction: other, signature }.verify(ChainId::default()).unwrap_err(),
            Reject::Signature(KeyError::Wrong)
        );
        let elsewhere = sample().sign(&key(1)).unwrap().verify(ChainId::default());
        assert!(matches!(elsewhere, Err(Reject::Chain { .. })));
    }

    #[test]
    fn what_it_costs_is_known_before_it_is_signed() {
        let parameters = Parameters::default();
        let fee = sample().sign(&key(1)).unwrap().verify(sample().chain).unwrap().fee(&parameters);
        assert_eq!(sample().fee(&parameters), fee);
        assert!(fee > parameters.transfer_fee);
    }

    #[test]
    fn too_long_or_with_something_behind_it_is_refused() {
        let bytes = sample().sign(&key(1)).unwrap().encode();
        assert!(SignedTransaction::decode(&bytes).is_ok());
        assert!(matches!(SignedTransaction::decode(&[&bytes[..], &[0]].concat()), Err(Reject::Malformed(_))));
        let long = vec![0; TRANSACTION_BYTES_MAX + 1];
        assert!(matches!(SignedTransaction::decode(&long), Err(Reject::Size { .. })));
    }

    proptest! {
        #[test]
        fn prop_decoding_never_panics_and_has_one_form(bytes: Vec<u8>, cut in 0usize..200, at in 0usize..200, to: u8) {
            let _ = SignedTransaction::decode(&bytes);
            let mut good = sample().sign(&key(1)).unwrap().encode();
            let cut = cut.min(good.len() - 1);
            prop_assert!(SignedTransaction::decode(&good[..cut]).is_err());
            let at = at.min(good.len() - 1);
            good[at] = to;
            if let Ok(decoded) = SignedTransaction::decode(&good) {
                prop_assert_eq!(decoded.encode(), good);
            }
        }
    }
}
