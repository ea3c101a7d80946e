//! What can be asked of a ledger, as plain structures: the same for a running node and for its file.
//!
//! Invariant: an answer is of one committed block, which it names.

pub mod governance;
pub mod simulation;

use super::chain::Latest;
use crate::economics::Parameters;
use crate::economics::stake::{stake_multiplier, validator_entry};
use crate::governance::id::NepId;
use crate::governance::protocol::Features;
use crate::governance::version::Version;
use crate::ledger::accounts::{Account, Supply};
use crate::ledger::block::Header;
use crate::ledger::events::Event;
use crate::ledger::maturity::Pending;
use crate::ledger::neps::Governance;
use crate::ledger::network::{Network, Tip};
use crate::ledger::nodes::Node;
use crate::ledger::receipts::WorkKind;
use crate::ledger::reject::Outcome;
use crate::ledger::stakes::Stakes;
use crate::ledger::state::{Key, Record as _, State, read};
use crate::ledger::transaction::Action;
use crate::ledger::tree::Proof;
use crate::ledger::validators::{Seat, Validators};
use crate::store::{Entry, Finalised, LedgerStore, Located, StoreError};
use crate::types::{
    Address, Amount, Certificate, CertificateError, Factor, Hash, Height, PublicKey, ValidatorSet, encode, hex,
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An account and the node of the same key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccountAnswer {
    /// Whose.
    pub address: Address,
    /// What can be spent.
    pub available: Amount,
    /// What is locked.
    pub staked: Amount,
    /// What cools down.
    pub unbonding: Amount,
    /// What is put down for challenges.
    pub escrowed: Amount,
    /// What is held back of its node's first earnings.
    pub bond: Amount,
    /// What its node's receipts would pay that wait.
    pub pending_rewards: Amount,
    /// Its next transaction's nonce.
    pub nonce: u64,
    /// The block that says so.
    pub height: u64,
}

/// What shows someone who knows only the network's genesis that an account is what an answer says.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AccountProof {
    /// The block.
    pub header: Header,
    /// That it is final.
    pub certificate: Certificate,
    /// Who voted on it.
    pub validators: ValidatorSet,
    /// The account's record; absent for one that never was.
    pub account: Option<Vec<u8>>,
    /// From the record to the block's state root.
    pub proof: Proof,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A block of another network.
    #[error("the proof is of another network")]
    Chain,
    /// Validators that the header does not name.
    #[error("the proof's validators are not those of its block")]
    Validators,
    /// A block that is not final.
    #[error("the proof's block is not final: {0}")]
    Certificate(#[from] CertificateError),
    /// Signed by others than those who founded the network.
    #[error(
        "the network's founders did not sign the proof's block, and this home has not followed the chain since then"
    )]
    Founders,
    /// Not on the way to the root.
    #[error("the proof does not lead to the block's state root")]
    Root,
    /// A record that is none.
    #[error("the proof's record is no account")]
    Record,
}

/// What an account has staked, and how it votes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StakeAnswer {
    /// Whose.
    pub address: Address,
    /// What is locked.
    pub staked: Amount,
    /// When the next lock ends, seconds since 1970.
    pub unlocks_at: Option<u64>,
    /// What can be unstaked now.
    pub unlocked: Amount,
    /// What cools down: how much, until when.
    pub unbonding: Vec<(Amount, u64)>,
    /// What stands behind the node of this key.
    pub backing: Amount,
    /// What that multiplies the node's pay by.
    pub multiplier: Factor,
    /// Whether that node votes on blocks.
    pub validator: bool,
    /// Stake that a seat asks for now.
    pub required_validator_stake: Amount,
    /// The block that says so.
    pub height: u64,
}

/// A validator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ValidatorAnswer {
    /// Its node.
    pub address: Address,
    /// What stands behind it.
    pub stake: Amount,
    /// Its voting power; 0 while it may not vote.
    pub power: u64,
    /// Its part of all power.
    pub share: f64,
    /// Whether it is of genesis.
    pub genesis: bool,
    /// Whether it missed too many blocks.
    pub suspended: bool,
    /// Blocks of the last 120 that it missed.
    pub missed: u32,
}

/// What one needs to know to send something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NetworkAnswer {
    /// Its name.
    pub network: String,
    /// Its id.
    pub chain_id: Hash,
    /// Whether anyone else can be in it.
    pub public: bool,
    /// The last block.
    pub height: u64,
    /// Its hash.
    pub hash: Hash,
    /// Its time, milliseconds since 1970.
    pub time_ms: u64,
    /// All NEURO ever minted.
    pub minted: Amount,
    /// All NEURO ever burned.
    pub burned: Amount,
    /// What governance pays from.
    pub pool: Amount,
    /// All parameters, in their encoding, as hexadecimal digits.
    pub parameters: String,
    /// Version of the program that says so.
    #[schema(value_type = String)]
    pub version: Version,
    /// What it can do.
    pub features: Vec<String>,
    /// Proposals in force.
    #[schema(value_type = Vec<String>)]
    pub active_neps: Vec<NepId>,
}

/// A receipt that waits for its pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MaturingAnswer {
    /// The receipt.
    pub receipt: Hash,
    /// What it is for.
    pub source: String,
    /// What it would pay.
    pub amount: Amount,
    /// The block that may pay it.
    pub height: u64,
    /// Whether somebody doubts it.
    pub challenged: bool,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlockAnswer {
    /// Its place.
    pub height: u64,
    /// Its name.
    pub hash: Hash,
    /// The block before.
    pub parent: Hash,
    /// Milliseconds since 1970.
    pub time_ms: u64,
    /// The node that made it; nobody made genesis.
    pub proposer: Option<Address>,
    /// Root of the state after it.
    pub state_root: Hash,
    /// Root of the model after it.
    pub model_root: Hash,
    /// How many signed it.
    pub signatures: usize,
    /// Its transactions; absent where only the header is kept.
    pub txs: Option<Vec<Hash>>,
}

/// All NEURO that there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SupplyAnswer {
    /// Minted, ever.
    pub minted: Amount,
    /// Burned, ever.
    pub burned: Amount,
    /// The difference: what all accounts hold.
    pub total: Amount,
    /// What governance pays from.
    pub pool: Amount,
    /// The block that says so.
    pub height: u64,
}

/// Something that governance can change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParameterAnswer {
    /// `area.name`.
    pub name: String,
    /// What it is.
    pub about: String,
    /// What one of it is.
    pub unit: String,
    /// What it is now.
    pub value: String,
    /// What it is on a network that says nothing of it.
    pub default: String,
    /// The smallest that is allowed.
    pub least: String,
    /// The largest that is allowed.
    pub most: String,
    /// Types of proposals that may change it.
    pub by: Vec<String>,
}

/// A transaction or event of the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryAnswer {
    /// The block.
    pub height: u64,
    /// Its time, milliseconds since 1970.
    pub time_ms: u64,
    /// The transaction, unless a block did it by itself.
    pub tx: Option<Hash>,
    /// What it was: a transaction's or an event's kind.
    pub kind: String,
    /// Who sent the transaction.
    pub from: Option<Address>,
    /// Who it was for.
    pub to: Option<Address>,
    /// NEURO that it is about.
    pub amount: Option<Amount>,
    /// What it cost.
    pub fee: Option<Amount>,
    /// Its nonce.
    pub nonce: Option<u64>,
    /// Why somebody voted so, in their words.
    #[serde(default)]
    pub reason: Option<String>,
    /// `done`, or why it was refused.
    pub status: String,
    /// What happened by it.
    pub events: Vec<Value>,
}

/// An account at the last block.
#[must_use]
pub fn account(view: &dyn State, address: Address) -> AccountAnswer {
    let (account, stakes, node): (Account, Stakes, Node) =
        (read(view, address), read(view, address), read(view, address));
    AccountAnswer {
        address,
        available: account.balance,
        staked: stakes.locked(),
        unbonding: stakes.unbonding(),
        escrowed: account.escrowed,
        bond: node.bond,
        pending_rewards: pending(view, address, &node),
        nonce: account.nonce,
        height: read::<Tip>(view, ()).height.0,
    }
}

fn pending(state: &dyn State, address: Address, node: &Node) -> Amount {
    let shares = node.open.iter().flat_map(|receipt| read::<Pending>(state, *receipt).shares);
    total(shares.filter(|share| share.node == address).map(|share| share.quote.reward))
}

/// A node's receipts that wait for their pay, the next to be paid first.
pub fn maturing(view: &dyn State, address: Address) -> Vec<MaturingAnswer> {
    let (node, parameters): (Node, Parameters) = (read(view, address), read(view, ()));
    let answer = |receipt: &Hash| {
        let pending: Pending = read(view, *receipt);
        let shares = pending.shares.iter().filter(|share| share.node == address);
        let height = pending.included.after(parameters.challenge_epochs).0;
        let challenged = pending.challenge.is_some();
        MaturingAnswer {
            receipt: *receipt,
            source: source(view, *receipt).to_owned(),
            amount: total(shares.map(|share| share.quote.reward)),
            height,
            challenged,
        }
    };
    let mut all: Vec<MaturingAnswer> = node.open.iter().map(answer).collect();
    all.sort_by_key(|maturing| maturing.height);
    all
}

/// What a receipt is for, while it waits; of one that is no receipt of work, what else is paid.
pub fn source(view: &dyn State, receipt: Hash) -> &'static str {
    match read::<Pending>(view, receipt).receipt {
        Some(work) => match work.kind {
            WorkKind::Training => "training",
            WorkKind::Async => "async",
        },
        None if receipt == Hash::default() => "service",
        None => "verification",
    }
}

pub(super) fn total(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
}

/// What shows that an account is what it is; nothing if a block was committed after `latest`.
pub fn prove(store: &LedgerStore, latest: &Latest, address: Address) -> Result<Option<AccountProof>, StoreError> {
    let view = store.view()?;
    if read::<Tip>(&view, ()).height != latest.tip.header.height {
        return Ok(None);
    }
    let key = Account::key(address).bytes();
    let validators: Validators = read(&view, ());
    let genesis = latest.tip.header.height.0 == 0;
    Ok(Some(AccountProof {
        header: latest.tip.header.clone(),
        certificate: latest.tip.certificate.clone(),
        validators: if genesis { validators.set } else { validators.last },
        account: view.read(&key),
        proof: latest.tree.prove(&key),
    }))
}

impl AccountProof {
    /// The account, if everything follows from the network's genesis: that its founders and two thirds of the validators
    /// signed the block, and that the block has the account.
    ///
    /// Whether the block's validators are the network's, only whoever followed it from genesis knows; so more than two
    /// thirds of the founders have to be among those who signed.
    pub fn verify(&self, chain: Hash, founders: &[PublicKey], address: Address) -> Result<Account, ProofError> {
        let header = &self.header;
        if header.chain.0 != chain {
            return Err(ProofError::Chain);
        }
        if self.validators.hash() != header.validators {
            return Err(ProofError::Validators);
        }
        if header.height.0 > 0 {
            if self.certificate.block != header.hash() || self.certificate.height != header.height {
                return Err(ProofError::Validators);
            }
            self.certificate.verify(header.chain, &self.validators)?;
            let signed = |founder: &&PublicKey| self.certificate.signatures.iter().any(|(key, _)| key == *founder);
            if founders.iter().filter(signed).count() * 3 <= founders.len() * 2 {
                return Err(ProofError::Founders);
            }
        }
        let key = Key::Account(address).bytes();
        if self.proof.root(&key, self.account.as_deref()) != Some(header.state) {
            return Err(ProofError::Root);
        }
        self.account
            .as_deref()
            .map_or(Ok(Account::default()), |bytes| borsh::from_slice(bytes).map_err(|_| ProofError::Record))
    }
}

/// What an account has staked.
#[must_use]
pub fn stake(view: &dyn State, address: Address) -> StakeAnswer {
    let tip: Tip = read(view, ());
    let now = tip.time_ms / 1000;
    let (parameters, validators): (Parameters, Validators) = (read(view, ()), read(view, ()));
    let (stakes, node, seat): (Stakes, Node, Seat) = (read(view, address), read(view, address), read(view, address));
    let unlocked = stakes.locks.iter().filter(|lock| lock.until <= now).map(|lock| lock.amount);
    StakeAnswer {
        address,
        staked: stakes.locked(),
        unlocks_at: stakes.locks.iter().map(|lock| lock.until).filter(|until| *until > now).min(),
        unlocked: total(unlocked),
        unbonding: stakes.cooling.iter().map(|part| (part.amount, part.until)).collect(),
        backing: node.backing,
        multiplier: stake_multiplier(&parameters, node.backing),
        validator: seat.key.is_some_and(|key| validators.set.power(&key) > 0),
        required_validator_stake: validator_entry(validators.candidates.len() as u64 + 1),
        height: tip.height.0,
    }
}

/// All candidates, the strongest first.
pub fn validators(store: &LedgerStore) -> Result<Vec<ValidatorAnswer>, StoreError> {
    let view = store.view()?;
    let validators: Validators = read(&view, ());
    let total = validators.set.total().max(1) as f64;
    let answer = |address: &Address| {
        let (seat, node): (Seat, Node) = (read(&view, *address), read(&view, *address));
        let power = seat.key.map_or(0, |key| validators.set.power(&key));
        let (share, missed) = (power as f64 / total, seat.missed.count_ones());
        let Seat { genesis, suspended, .. } = seat;
        ValidatorAnswer { address: *address, stake: node.backing, power, share, genesis, suspended, missed }
    };
    let mut all: Vec<ValidatorAnswer> = validators.candidates.iter().map(answer).collect();
    all.sort_by_key(|validator| std::cmp::Reverse(validator.power));
    Ok(all)
}

/// The network at its last block.
pub fn network(store: &LedgerStore, latest: &Latest, name: &str, public: bool) -> Result<NetworkAnswer, StoreError> {
    let view = store.view()?;
    let (network, parameters, supply): (Network, Parameters, Supply) =
        (read(&view, ()), read(&view, ()), read(&view, ()));
    let header = &latest.tip.header;
    Ok(NetworkAnswer {
        network: name.to_owned(),
        chain_id: network.chain.0,
        public,
        height: header.height.0,
        hash: header.hash(),
        time_ms: header.time_ms,
        minted: supply.minted,
        burned: supply.burned,
        pool: supply.pool,
        parameters: hex::encode(&encode(&parameters)),
        version: super::version(),
        features: Features::OWN.names().map(str::to_owned).collect(),
        active_neps: read::<Governance>(&view, ()).active,
    })
}

/// A block.
pub fn block(store: &LedgerStore, height: u64) -> Result<Option<BlockAnswer>, StoreError> {
    let Some(Finalised { header, certificate }) = store.header(Height(height))? else { return Ok(None) };
    let txs = store.block(Height(height))?.map(|block| block.transactions);
    Ok(Some(BlockAnswer {
        height,
        hash: header.hash(),
        parent: header.parent,
        time_ms: header.time_ms,
        proposer: header.proposer.as_ref().map(Address::of),
        state_root: header.state,
        model_root: header.model,
        signatures: certificate.signatures.len(),
        txs: txs.map(|txs| txs.iter().map(|signed| signed.transaction.id()).collect()),
    }))
}

/// All NEURO that there is.
pub fn supply(store: &LedgerStore) -> Result<SupplyAnswer, StoreError> {
    let view = store.view()?;
    let Supply { minted, burned, pool, .. } = read(&view, ());
    let (total, height) = (minted.saturating_sub(burned), read::<Tip>(&view, ()).height.0);
    Ok(SupplyAnswer { minted, burned, total, pool, height })
}

/// What the ledger's index calls something: an address, a hash, a proposal.
#[must_use]
pub fn subject(text: &str) -> Option<Vec<u8>> {
    let address = text.parse().ok().map(|address: Address| address.as_bytes().to_vec());
    let hash = || text.parse().ok().map(|hash: Hash| hash.0.to_vec());
    let nep = || text.parse().ok().map(|nep: NepId| nep.to_string().into_bytes());
    address.or_else(hash).or_else(nep)
}

/// What happened to an address, or because of a transaction, receipt or challenge; the newest first.
pub fn mentions(store: &LedgerStore, subject: &[u8], limit: usize) -> Result<Vec<EntryAnswer>, StoreError> {
    Ok(store.mentions(subject, limit)?.iter().map(EntryAnswer::of).collect())
}

/// A transaction that is in a block.
pub fn transaction(store: &LedgerStore, id: Hash) -> Result<Option<EntryAnswer>, StoreError> {
    Ok(store.transaction(id)?.map(|located| EntryAnswer::transaction(&located)))
}

impl EntryAnswer {
    fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Transaction(located) => Self::transaction(located),
            Entry::Event { height, time_ms, event } => Self::event(height.0, *time_ms, event),
        }
    }

    fn transaction(located: &Located) -> Self {
        let transaction = &located.signed.transaction;
        let (to, amount) = match &transaction.action {
            Action::Transfer { to, amount } => (Some(*to), Some(*amount)),
            Action::Stake { amount, behind, .. } | Action::Unstake { amount, behind } => (Some(*behind), Some(*amount)),
            _ => (None, None),
        };
        let reason = match &transaction.action {
            Action::Vote { reason, .. } if !reason.is_empty() => Some(reason.clone()),
            _ => None,
        };
        let (fee, status) = match &located.outcome {
            Outcome::Done(fee) => (Some(*fee), "done".to_owned()),
            Outcome::Rejected(reason) => (None, reason.clone()),
        };
        Self {
            height: located.height.0,
            time_ms: located.time_ms,
            tx: Some(transaction.id()),
            kind: transaction.action.name().to_owned(),
            from: Some(Address::of(&transaction.from)),
            to,
            amount,
            fee,
            nonce: Some(transaction.nonce),
            reason,
            status,
            events: located.events.iter().map(|event| serde_json::to_value(event).unwrap_or_default()).collect(),
        }
    }

    fn event(height: u64, time_ms: u64, event: &Event) -> Self {
        let value = serde_json::to_value(event).unwrap_or_default();
        let (to, amount) = match event {
            Event::Earned { payout, paid, .. } => (Some(*payout), Some(*paid)),
            Event::Slashed { node, amount } | Event::BondReleased { node, amount } => (Some(*node), Some(*amount)),
            Event::Rewarded { to, amount, .. } => (Some(*to), Some(*amount)),
            _ => (None, None),
        };
        let kind = value["event"].as_str().unwrap_or_default().to_owned();
        let (tx, from, fee, nonce, reason) = (None, None, None, None, None);
        Self {
            height,
            time_ms,
            tx,
            kind,
            from,
            to,
            amount,
            fee,
            nonce,
            reason,
            status: "done".to_owned(),
            events: vec![value],
        }
    }
}

impl NetworkAnswer {
    /// The parameters in force.
    #[must_use]
    pub fn parameters(&self) -> Option<Parameters> {
        borsh::from_slice(&hex::decode(&self.parameters)?).ok()
    }
}
