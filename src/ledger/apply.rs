//! The state machine: a state and a block give the next state, the same on every machine.
//!
//! Invariants: a transaction that is refused changes nothing and costs nothing, and never spoils the block around it; what
//! a block mints, burns and moves adds up, which is checked from the changed records themselves, in every build.

use super::accounts::{Account, Supply, credit, debit};
use super::block::{BLOCK_VERSION, Block, Evidence, Header, support_hash, transactions_root};
use super::events::Event;
use super::network::{Agenda, Context, Due, Network, Tip};
use super::reject::{Outcome, Reject};
use super::rounds::Rounds;
use super::state::{Changes, Damaged, Draft, State, read};
use super::supply::{self, SupplyError};
use super::timers::{self, Timer};
use super::transaction::{Action, SignedTransaction, Verified};
use super::tree::Tree;
use super::validators::{self, Validators};
use super::{
    activation, challenge, electorate, maturity, neps, network, nodes, receipts, rounds, service, stakes, voting,
};
use crate::economics::{Parameters, fees};
use crate::governance::id::NepId;
use crate::types::{Address, Amount, Certificate, CertificateError, ChainId, Hash, Height, PublicKey};
use std::panic::resume_unwind;

/// Pieces of evidence in a block at most.
pub const EVIDENCE_MAX: usize = 16;
/// Timers that a block carries out before its transactions, and after them; what is left follows in the next.
const TIMERS_MAX: usize = 4096;

/// What a proposer chooses.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Who makes it.
    pub proposer: PublicKey,
    /// Milliseconds since 1970.
    pub time_ms: u64,
    /// In the order in which they take effect.
    pub transactions: Vec<Verified>,
    /// Validators that signed two blocks.
    pub evidence: Vec<Evidence>,
    /// Of the block before.
    pub certificate: Certificate,
}

/// What a block comes to.
#[derive(Debug, Clone)]
pub struct Executed {
    /// The block.
    pub block: Block,
    /// Its hash.
    pub hash: Hash,
    /// Records that it changes.
    pub changes: Changes,
    /// The state's tree after it.
    pub tree: Tree,
    /// How each transaction ended, in their order.
    pub outcomes: Vec<Outcome>,
    /// What happened by each transaction, and at last by the block itself.
    pub events: Vec<Vec<Event>>,
}

/// Why a block is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// It does not follow on the tip.
    #[error("the block's {what} is not what follows on the chain")]
    Link {
        /// Which part of the header.
        what: &'static str,
    },
    /// Its header does not name what it holds or leads to.
    #[error("the block's {what} is not what its content comes to")]
    Content {
        /// Which part of the header.
        what: &'static str,
    },
    /// Too much in it.
    #[error("the block has more {what} than is allowed")]
    Size {
        /// What there is too much of.
        what: &'static str,
    },
    /// A transaction that nobody signed.
    #[error("transaction {at} of the block is no transaction: {reason}")]
    Transaction {
        /// Its place, from 0.
        at: usize,
        /// Why.
        reason: Reject,
    },
    /// The block before is not final.
    #[error("the block before it is not final: {0}")]
    Certificate(#[from] CertificateError),
    /// NEURO appeared or vanished: the program is wrong.
    #[error(transparent)]
    Supply(#[from] SupplyError),
    /// The store is damaged.
    #[error(transparent)]
    Damaged(#[from] Damaged),
}

/// Makes a block of what a proposer chose.
pub fn propose(state: &dyn State, tree: &Tree, parent: &Header, proposal: Proposal) -> Result<Executed, BlockError> {
    let parent_hash = parent.hash();
    let tip: Tip = read(state, ());
    if tip.height != parent.height {
        return Err(BlockError::Link { what: "parent" });
    }
    let network: Network = read(state, ());
    let parameters: Parameters = read(state, ());
    let validators: Validators = read(state, ());
    if proposal.time_ms <= tip.time_ms {
        return Err(BlockError::Link { what: "time" });
    }
    if validators.set.power(&proposal.proposer) == 0 {
        return Err(BlockError::Link { what: "proposer" });
    }
    certified(&network, &validators, parent, parent_hash, &proposal.certificate)?;
    sizes(&parameters, &proposal)?;
    let height = parent.height.after(1);
    let cx = Context { parameters: &parameters, network: &network, height, time_ms: proposal.time_ms };
    let mut run = Run { draft: Draft::over(state), fees: Fees::default(), outcomes: Vec::new(), events: Vec::new() };
    run.block(&cx, parent_hash, &proposal)?;
    let Run { draft, outcomes, mut events, .. } = run;
    supply::check(&draft)?;
    let model = draft.get::<Rounds>(()).root;
    let (changes, own) = draft.finish()?;
    events.push(own);
    let tree = tree.with(changes.iter().map(|(key, value)| (key, value.as_ref())));
    let transactions: Vec<SignedTransaction> = proposal.transactions.into_iter().map(Verified::into_signed).collect();
    let header = Header {
        version: BLOCK_VERSION,
        chain: network.chain,
        height,
        time_ms: proposal.time_ms,
        parent: parent_hash,
        proposer: Some(proposal.proposer),
        transactions: transactions_root(&transactions),
        support: support_hash(&proposal.evidence, &proposal.certificate),
        state: tree.root(),
        validators: validators.set.hash(),
        parameters: parameters.hash(),
        model,
    };
    let hash = header.hash();
    let block = Block { header, transactions, evidence: proposal.evidence, certificate: proposal.certificate };
    Ok(Executed { block, hash, changes, tree, outcomes, events })
}

/// Applies a block that somebody made. `verified` are its transactions in their order, so that signatures can be checked
/// elsewhere and at once; [`verify_all`] is the plain way to get them.
pub fn apply(
    state: &dyn State,
    tree: &Tree,
    parent: &Header,
    block: Block,
    verified: Vec<Verified>,
) -> Result<Executed, BlockError> {
    let header = block.header.clone();
    let same = verified.len() == block.transactions.len()
        && verified.iter().zip(&block.transactions).all(|(verified, signed)| verified.signed() == signed);
    if !same {
        return Err(BlockError::Content { what: "transactions" });
    }
    let proposer = header.proposer.ok_or(BlockError::Link { what: "proposer" })?;
    let Block { evidence, certificate, .. } = block;
    let proposal = Proposal { proposer, time_ms: header.time_ms, transactions: verified, evidence, certificate };
    let executed = propose(state, tree, parent, proposal)?;
    differ(&header, &executed.block.header)?;
    Ok(executed)
}

/// Checks the signatures of a block's transactions.
pub fn verify_all(block: &Block) -> Result<Vec<Verified>, BlockError> {
    verify_on(1, block.header.chain, &block.transactions)
}

/// Checks the signatures of transactions on so many threads; what comes out does not depend on their number.
pub fn verify_on(
    threads: usize,
    chain: ChainId,
    transactions: &[SignedTransaction],
) -> Result<Vec<Verified>, BlockError> {
    let part = transactions.len().div_ceil(threads.max(1)).max(1);
    let parts = transactions.chunks(part).enumerate().map(|(place, some)| (place.saturating_mul(part), some));
    let results: Vec<Result<Vec<Verified>, BlockError>> = std::thread::scope(|scope| {
        let mut parts = parts;
        let own = parts.next();
        let others: Vec<_> = parts.map(|(from, some)| scope.spawn(move || verify_part(chain, from, some))).collect();
        let own = own.map(|(from, some)| verify_part(chain, from, some));
        let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        own.into_iter().chain(joined).collect()
    });
    let mut verified = Vec::with_capacity(transactions.len());
    for result in results {
        verified.extend(result?);
    }
    Ok(verified)
}

fn verify_part(chain: ChainId, from: usize, transactions: &[SignedTransaction]) -> Result<Vec<Verified>, BlockError> {
    let verify = |(at, signed): (usize, &SignedTransaction)| {
        signed.clone().verify(chain).map_err(|reason| BlockError::Transaction { at: from.saturating_add(at), reason })
    };
    transactions.iter().enumerate().map(verify).collect()
}

/// Tries transactions one after the other, as the next block would: what a node asks before it passes one on, and what a
/// proposer chooses by.
pub struct Trial<'a> {
    draft: Draft<'a>,
    cx: Context<'a>,
}

impl<'a> Trial<'a> {
    /// On the state that the next block finds.
    #[must_use]
    pub fn new(state: &'a dyn State, cx: Context<'a>) -> Self {
        let mut draft = Draft::over(state);
        draft.update((), |tip: &mut Tip| tip.registrations = 0);
        Self { draft, cx }
    }

    /// Whether this one would be done after those that were; returns its fee.
    pub fn take(&mut self, transaction: &Verified) -> Result<Amount, Reject> {
        let mut draft = Draft::over(&self.draft);
        let fee = execute(&mut draft, &self.cx, transaction)?;
        let done = draft.finish().map_err(|damaged| Reject::Malformed(damaged.to_string()))?;
        self.draft.absorb(done);
        Ok(fee)
    }
}

fn differ(claimed: &Header, own: &Header) -> Result<(), BlockError> {
    let links = [("version", claimed.version == own.version), ("chain", claimed.chain == own.chain)];
    let places = [("height", claimed.height == own.height), ("parent", claimed.parent == own.parent)];
    if let Some((what, _)) = links.into_iter().chain(places).find(|(_, same)| !same) {
        return Err(BlockError::Link { what });
    }
    let parts = [
        ("transactions", claimed.transactions == own.transactions),
        ("support", claimed.support == own.support),
        ("state", claimed.state == own.state),
        ("validators", claimed.validators == own.validators),
        ("parameters", claimed.parameters == own.parameters),
        ("model", claimed.model == own.model),
    ];
    parts.into_iter().find(|(_, same)| !same).map_or(Ok(()), |(what, _)| Err(BlockError::Content { what }))
}

/// The certificate is of the parent, by those who voted on it; genesis has none.
fn certified(
    network: &Network,
    validators: &Validators,
    parent: &Header,
    hash: Hash,
    certificate: &Certificate,
) -> Result<(), BlockError> {
    if parent.height == Height(0) {
        let none = *certificate == Certificate::default();
        return if none { Ok(()) } else { Err(BlockError::Link { what: "certificate" }) };
    }
    if certificate.height != parent.height || certificate.block != hash {
        return Err(BlockError::Link { what: "certificate" });
    }
    certificate.verify(network.chain, &validators.last)?;
    Ok(())
}

fn sizes(parameters: &Parameters, proposal: &Proposal) -> Result<(), BlockError> {
    if proposal.evidence.len() > EVIDENCE_MAX {
        return Err(BlockError::Size { what: "evidence" });
    }
    let sizes = proposal.transactions.iter().map(|transaction| transaction.bytes() as u64);
    if sizes.fold(0u64, u64::saturating_add) > parameters.block_bytes {
        return Err(BlockError::Size { what: "transactions" });
    }
    Ok(())
}

/// Fees of a block, which go to their owners at its end.
#[derive(Debug, Default)]
struct Fees {
    burned: Amount,
    pool: Amount,
    proposer: Amount,
}

struct Run<'a> {
    draft: Draft<'a>,
    fees: Fees,
    outcomes: Vec<Outcome>,
    events: Vec<Vec<Event>>,
}

impl Run<'_> {
    fn block(&mut self, cx: &Context<'_>, parent: Hash, proposal: &Proposal) -> Result<(), BlockError> {
        let mut tip: Tip = self.draft.get(());
        (tip.height, tip.time_ms, tip.registrations) = (cx.height, cx.time_ms, 0);
        self.draft.put((), &tip);
        network::remember(&mut self.draft, Height(cx.height.0.saturating_sub(1)), parent);
        validators::attend(&mut self.draft, cx, &proposal.certificate);
        // Locks that ended count for nobody who begins something in this block.
        let mut phases = self.time(cx);
        for evidence in &proposal.evidence {
            self.rule(|draft| validators::punish(draft, cx, evidence))?;
        }
        for transaction in &proposal.transactions {
            self.transaction(cx, transaction)?;
        }
        self.agenda(cx)?;
        phases.extend(self.time(cx));
        self.govern(cx, phases)?;
        let fees = std::mem::take(&mut self.fees);
        self.rule(|draft| fees.pay(draft, Address::of(&proposal.proposer)))?;
        validators::settle(&mut self.draft, cx);
        Ok(())
    }

    /// Something that a rule does by itself. One that can't, because amounts would not fit, does nothing at all.
    fn rule(&mut self, rule: impl FnOnce(&mut Draft<'_>) -> Result<(), Reject>) -> Result<(), BlockError> {
        let mut draft = Draft::over(&self.draft);
        if rule(&mut draft).is_ok() {
            let done = draft.finish()?;
            self.draft.absorb(done);
        }
        Ok(())
    }

    fn transaction(&mut self, cx: &Context<'_>, transaction: &Verified) -> Result<(), BlockError> {
        let mut draft = Draft::over(&self.draft);
        let result = execute(&mut draft, cx, transaction).and_then(|fee| {
            self.fees.add(cx.parameters, fee).ok_or(Reject::Overflow)?;
            Ok(fee)
        });
        let done = draft.finish()?;
        match result {
            Ok(fee) => {
                self.outcomes.push(Outcome::Done(fee));
                self.events.push(done.1);
                self.draft.absorb((done.0, Vec::new()));
            }
            Err(reason) => {
                self.outcomes.push(Outcome::Rejected(reason.to_string()));
                self.events.push(Vec::new());
            }
        }
        Ok(())
    }

    /// What block time brings: locks that end, at once, and proposals that go on, which are returned.
    fn time(&mut self, cx: &Context<'_>) -> Vec<NepId> {
        let mut phases = Vec::new();
        for _ in 0..TIMERS_MAX {
            match timers::due(&mut self.draft, cx.seconds()) {
                Some(Timer::Lapse(owner)) => electorate::lapse(&mut self.draft, owner),
                Some(Timer::Phase(id)) => phases.push(id),
                None => break,
            }
        }
        phases
    }

    /// Proposals go on, and votings begin that count from now.
    fn govern(&mut self, cx: &Context<'_>, phases: Vec<NepId>) -> Result<(), BlockError> {
        for id in phases {
            self.rule(|draft| voting::phase(draft, cx, id))?;
        }
        // The electorate's total would still have locks that nobody votes with.
        if timers::is_due(&self.draft, cx.seconds()) {
            return Ok(());
        }
        self.rule(|draft| voting::begin(draft, cx))
    }

    fn agenda(&mut self, cx: &Context<'_>) -> Result<(), BlockError> {
        let Agenda(due) = self.draft.get(cx.height);
        self.draft.put(cx.height, &Agenda::default());
        // Uptime comes last: all of it is paid at most a share of what else the epoch mints.
        let (uptimes, others): (Vec<Due>, Vec<Due>) =
            due.into_iter().partition(|due| matches!(due, Due::PayUptime(..)));
        let all = cx.parameters.epoch_max;
        let left = self.carry_out(cx, others, all)?;
        let minted = all.saturating_sub(left);
        let share = minted.checked_scale(cx.parameters.uptime_share).unwrap_or(Amount::ZERO);
        self.carry_out(cx, uptimes, share.min(left))?;
        Ok(())
    }

    /// Carries out what is due, minting `left` at most; returns what of it is left.
    fn carry_out(&mut self, cx: &Context<'_>, due: Vec<Due>, mut left: Amount) -> Result<Amount, BlockError> {
        for due in due {
            // What a rule that did nothing would have minted may still be minted.
            let mut after = left;
            self.rule(|draft| {
                match due {
                    Due::SpotCheck(receipt) => challenge::spot(draft, cx, receipt)?,
                    Due::Mature(receipt) => maturity::mature(draft, cx, receipt, &mut left)?,
                    Due::Draw(id) => challenge::draw(draft, cx, id)?,
                    Due::Deadline(id) => challenge::deadline(draft, cx, id, &mut left)?,
                    Due::Release(node) => nodes::release(draft, node)?,
                    Due::Expire(node) => nodes::expire(draft, cx, node),
                    Due::PayUptime(node, pay) | Due::PayData(node, pay) => {
                        maturity::pay_service(draft, cx, node, pay, &mut left)?;
                    }
                    Due::Activate(nep) => activation::activate(draft, cx, nep)?,
                    Due::PayVoters(nep) => voting::pay(draft, cx, nep)?,
                    Due::CloseBudget(receipt, node) => draft.put((receipt, node), &service::DataBudget::default()),
                }
                after = left;
                Ok(())
            })?;
            left = after;
        }
        Ok(left)
    }
}

impl Fees {
    fn add(&mut self, parameters: &Parameters, fee: Amount) -> Option<()> {
        let split = fees::split(parameters, fee);
        let sum = Self {
            burned: self.burned.checked_add(split.burned)?,
            pool: self.pool.checked_add(split.pool)?,
            proposer: self.proposer.checked_add(split.proposer)?,
        };
        *self = sum;
        Some(())
    }

    fn pay(&self, draft: &mut Draft<'_>, proposer: Address) -> Result<(), Reject> {
        let mut supply: Supply = draft.get(());
        supply.burned = supply.burned.checked_add(self.burned).ok_or(Reject::Overflow)?;
        supply.pool = supply.pool.checked_add(self.pool).ok_or(Reject::Overflow)?;
        draft.put((), &supply);
        credit(draft, proposer, self.proposer)
    }
}

/// Checks the envelope, takes the fee, and does what the transaction says; returns the fee. What is left in the draft of a
/// refused transaction is thrown away by the caller.
fn execute(draft: &mut Draft<'_>, cx: &Context<'_>, transaction: &Verified) -> Result<Amount, Reject> {
    let (from, content) = (transaction.from(), transaction.transaction());
    if content.expires < cx.height {
        return Err(Reject::Expired { expired: content.expires, now: cx.height });
    }
    let most = cx.parameters.expiry_blocks;
    if content.expires > cx.height.after(most) {
        return Err(Reject::TooFarAhead { expires: content.expires, most });
    }
    let account: Account = draft.get(from);
    if content.nonce != account.nonce {
        return Err(Reject::Nonce { got: content.nonce, want: account.nonce });
    }
    let fee = transaction.fee(cx.parameters);
    if fee > content.fee_limit {
        return Err(Reject::Fee { fee, limit: content.fee_limit });
    }
    let nonce = account.nonce.checked_add(1).ok_or(Reject::Overflow)?;
    draft.put(from, &Account { nonce, ..account });
    debit(draft, from, fee)?;
    act(draft, cx, from, content.from, content.action.clone())?;
    Ok(fee)
}

fn act(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, key: PublicKey, action: Action) -> Result<(), Reject> {
    match action {
        Action::Transfer { to, amount } => transfer(draft, from, to, amount),
        Action::RegisterNode { announcement, work } => nodes::register(draft, cx, from, announcement, work),
        Action::UpdateNode(announcement) => nodes::announce(draft, from, announcement),
        Action::LeaveNode => nodes::leave(draft, cx, from),
        Action::RegisterValidator => validators::enter(draft, from, key),
        Action::LeaveValidator => validators::leave(draft, from),
        Action::Stake { amount, days, behind } => stakes::stake(draft, cx, from, amount, days, behind),
        Action::Unstake { amount, behind } => stakes::unstake(draft, cx, from, amount, behind),
        Action::Withdraw => stakes::withdraw(draft, cx, from),
        Action::DeltaCommit(delta) => rounds::contribute(draft, cx, from, &delta),
        Action::ModelCommit(model) => rounds::commit(draft, cx, from, &model),
        Action::WorkReceipt(receipt) => receipts::submit(draft, cx, from, *receipt),
        Action::Challenge { receipt, segment } => challenge::challenge(draft, cx, from, receipt, segment),
        Action::ChallengeResponse { challenge, answer } => challenge::respond(draft, cx, from, challenge, answer),
        Action::UptimeReceipt(receipt) => service::uptime(draft, cx, from, &receipt),
        Action::DataReceipt(receipt) => service::data(draft, cx, from, &receipt),
        Action::SubmitNep(content) => neps::submit(draft, cx, from, *content),
        Action::AmendNep { nep, content } => neps::amend(draft, cx, from, nep, *content),
        Action::WithdrawNep(nep) => neps::withdraw(draft, from, nep),
        Action::Vote { nep, choice, reason } => voting::vote(draft, cx, from, nep, choice, &reason),
        Action::SupportNep(nep) => voting::support(draft, cx, from, nep),
    }
}

fn transfer(draft: &mut Draft<'_>, from: Address, to: Address, amount: Amount) -> Result<(), Reject> {
    if amount.is_zero() {
        return Err(Reject::Zero);
    }
    debit(draft, from, amount)?;
    credit(draft, to, amount)
}
