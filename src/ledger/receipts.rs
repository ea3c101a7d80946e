//! Work receipts: the one source of new NEURO, and what makes one invalid.
//!
//! Invariants: every field that changes the pay is under the signatures, and what others know better (replicas, stake,
//! reputation, times) is read from the ledger, never from the receipt; a round of a node is claimed once, for ever.

use super::events::Event;
use super::maturity::{Pending, Quote, Share, wait};
use super::network::Context;
use super::nodes::{Census, Node, registered};
use super::plans::Plan;
use super::reject::{Invalid, Reject};
use super::rounds::{Round, Rounds, Stage};
use super::state::Draft;
use crate::economics::rewards::{Multipliers, Roles, asynchronous, reward, scarcity_bonus, training};
use crate::types::{Address, ChainId, Domain, Factor, Hash, PublicKey, Signature};
use borsh::{BorshDeserialize, BorshSerialize};

/// Rounds of a receipt at most.
const ROUNDS_MAX: u64 = 256;
/// Members of a quorum at most.
const MEMBERS_MAX: usize = 256;

/// How the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[borsh(use_discriminant = true)]
pub enum WorkKind {
    /// By a quorum, whose stages are the whole model.
    Training = 0,
    /// By one node outside quorums, on a part of the model.
    Async = 1,
}

/// A member of a quorum and its part.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Member {
    /// Its node.
    pub node: Address,
    /// What it holds.
    pub stage: Stage,
    /// Tokens that went through it.
    pub tokens: u64,
}

/// What happened to a unit's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct UnitWork {
    /// Their hash before the first step.
    pub start: Hash,
    /// Their hash after the last.
    pub end: Hash,
}

/// A claim of pay for the training of consecutive outer rounds.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WorkReceipt {
    /// How the work was done.
    pub kind: WorkKind,
    /// Receipts that the first member led before.
    pub nonce: u64,
    /// The first round.
    pub first_round: u64,
    /// The last round.
    pub last_round: u64,
    /// Who did it, by stage.
    pub members: Vec<Member>,
    /// The units of all stages in order.
    pub units: Vec<UnitWork>,
    /// Hash of the optimizer's state before the first step.
    pub optimizer_start: Hash,
    /// Number of segments.
    pub segments: u64,
    /// Merkle root over the segments' records.
    pub segments_root: Hash,
    /// Loss of the first step in millionths.
    pub loss_first: i64,
    /// Loss of the last step in millionths.
    pub loss_last: i64,
    /// Norm of the last step's gradient in millionths.
    pub gradient_norm: i64,
    /// Of members beside the sender, over [`WorkReceipt::id`].
    pub signatures: Vec<(PublicKey, Signature)>,
}

impl WorkReceipt {
    /// Names it, whoever signed and sent it.
    #[must_use]
    pub fn id(&self, chain: ChainId) -> Hash {
        const DOMAIN: Domain = Domain::new("work receipt");
        let unsigned = Self { signatures: Vec::new(), ..self.clone() };
        Hash::of(&DOMAIN, &(chain, unsigned))
    }

    /// Rounds that it covers.
    #[must_use]
    pub fn rounds(&self) -> u64 {
        self.last_round.saturating_sub(self.first_round).saturating_add(1)
    }
}

/// Takes a receipt: checks it and lets it wait.
pub fn submit(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, receipt: WorkReceipt) -> Result<(), Reject> {
    let id = receipt.id(cx.network.chain);
    if receipt.kind == WorkKind::Async && !cx.parameters.async_switch {
        return Err(Reject::Off("switch.async"));
    }
    form(draft, cx, &receipt)?;
    let signers = signatures(&receipt, from, id)?;
    let Rounds { open, oldest, .. } = draft.get(());
    let (first, last) = (receipt.first_round, receipt.last_round);
    if last >= open || first.saturating_sub(1) < oldest {
        return Err(Reject::Round { round: last, why: "it is not committed yet, or not kept any more" });
    }
    let rounds: Vec<Round> = (first..=last).map(|number| draft.get(number)).collect();
    let base = base(draft, &receipt, &rounds)?;
    weights(&receipt, &base)?;
    let (began_ms, ended_ms) = times(cx, &receipt, &base, &rounds)?;
    let mut shares = Vec::new();
    for (place, member) in receipt.members.iter().enumerate() {
        let mut node = registered(draft, member.node)?;
        claim(&mut node, member, &receipt, &rounds)?;
        node.count_receipt(cx)?;
        if place == 0 {
            if receipt.nonce != node.nonce {
                return Err(Reject::Nonce { got: receipt.nonce, want: node.nonce });
            }
            node.nonce = node.nonce.saturating_add(1);
        }
        if receipt.members.len() > 1 {
            let from = rounds.first().and_then(|round| round.closes).unwrap_or(cx.height);
            node.coverage.mark(from, cx.height);
        }
        let paid = Paid { began_ms, ended_ms, last: rounds.last() };
        let quote = quote(draft, cx, member, &node, &receipt, &paid).ok_or(Reject::Overflow)?;
        // Who trained was not idle.
        node.uptime = node.uptime.max(cx.height);
        node.open.push(id);
        draft.put(member.node, &node);
        draft.tell(Event::Accepted { receipt: id, node: member.node, quote });
        shares.push(Share { node: member.node, quote });
    }
    let work_seconds = ended_ms.saturating_sub(began_ms) / 1000;
    let segment_seconds = work_seconds.checked_div(receipt.segments).unwrap_or(0).saturating_add(1);
    let (included, receipt) = (cx.height, Some(receipt));
    wait(draft, cx, id, &Pending { receipt, included, shares, signers, segment_seconds, challenge: None });
    Ok(())
}

/// What can be judged from the receipt alone.
fn form(draft: &Draft<'_>, cx: &Context<'_>, receipt: &WorkReceipt) -> Result<(), Invalid> {
    let (first, last) = (receipt.first_round, receipt.last_round);
    if first == 0 || last < first || receipt.rounds() > ROUNDS_MAX {
        return Err(Invalid::Rounds { first, last });
    }
    let losses = [receipt.loss_first, receipt.loss_last];
    if let Some(loss) = losses.into_iter().find(|loss| *loss <= 0) {
        return Err(Invalid::Loss(loss));
    }
    if receipt.gradient_norm < 0 {
        return Err(Invalid::Loss(receipt.gradient_norm));
    }
    roles(cx, receipt)?;
    let start = receipt.members.first().map_or(0, |member| member.stage.first);
    if let Some((unit, _)) = (start..).zip(&receipt.units).find(|(_, work)| work.start == work.end) {
        return Err(Invalid::Unchanged { unit });
    }
    let segments = (first..=last).map(|round| Plan::at(draft, round).segments());
    let want = segments.fold(0u64, u64::saturating_add);
    if receipt.segments != want {
        return Err(Invalid::Segments { got: receipt.segments, want });
    }
    Ok(())
}

/// The stages follow on one another; together they are the whole model, or, outside quorums, one part of it.
fn roles(cx: &Context<'_>, receipt: &WorkReceipt) -> Result<(), Invalid> {
    let members = &receipt.members;
    let mut at = members.first().map_or(0, |member| member.stage.first);
    let begin = at;
    for (place, member) in members.iter().enumerate() {
        let twice = members.iter().take(place).any(|other| other.node == member.node);
        if twice || member.stage.first != at || !member.stage.is_within(cx.network.units) {
            return Err(Invalid::Roles);
        }
        at = member.stage.end();
    }
    let whole = begin == 0 && at == cx.network.units;
    let right = match receipt.kind {
        WorkKind::Training => whole && members.len() <= MEMBERS_MAX,
        WorkKind::Async => members.len() == 1 && receipt.rounds() == 1,
    };
    let listed = receipt.units.len() as u64 == u64::from(at.saturating_sub(begin));
    if right && listed { Ok(()) } else { Err(Invalid::Roles) }
}

/// More than two thirds of the members signed, the sender by sending; returns them.
fn signatures(receipt: &WorkReceipt, from: Address, id: Hash) -> Result<Vec<Address>, Reject> {
    let members = receipt.members.len();
    let is_member = |address: Address| receipt.members.iter().any(|member| member.node == address);
    if !is_member(from) {
        return Err(Invalid::Stranger(from).into());
    }
    let mut signed = vec![from];
    if receipt.signatures.len() >= members {
        return Err(Invalid::Signatures { signed: receipt.signatures.len(), members }.into());
    }
    for (key, signature) in &receipt.signatures {
        let address = Address::of(key);
        if !is_member(address) || signed.contains(&address) {
            return Err(Invalid::Stranger(address).into());
        }
        key.verify(&id, signature)?;
        signed.push(address);
    }
    if signed.len().saturating_mul(3) <= members.saturating_mul(2) {
        return Err(Invalid::Signatures { signed: signed.len(), members }.into());
    }
    Ok(signed)
}

/// The round whose weights the work started from.
fn base(draft: &Draft<'_>, receipt: &WorkReceipt, rounds: &[Round]) -> Result<Round, Invalid> {
    let number = match (receipt.kind, receipt.members.first()) {
        (WorkKind::Async, Some(member)) => {
            let contribution = rounds.first().and_then(|round| round.contribution(member.node));
            let absent = Invalid::NoDelta { node: member.node, round: receipt.first_round };
            contribution.ok_or(absent)?.base
        }
        _ => receipt.first_round.saturating_sub(1),
    };
    Ok(draft.get(number))
}

/// The work started from the weights that the network agreed on.
fn weights(receipt: &WorkReceipt, base: &Round) -> Result<(), Invalid> {
    let begin = receipt.members.first().map_or(0, |member| member.stage.first);
    for (unit, work) in (begin..).zip(&receipt.units) {
        if base.agreed(unit).is_none_or(|agreed| agreed.weights != work.start) {
            return Err(Invalid::Start { unit });
        }
    }
    Ok(())
}

/// From the commit of the base to that of the last round, in milliseconds since 1970; neither too short nor too old.
fn times(cx: &Context<'_>, receipt: &WorkReceipt, base: &Round, rounds: &[Round]) -> Result<(u64, u64), Reject> {
    let committed = |round: Option<&Round>| round.and_then(|round| round.committed).map(|(_, time_ms)| time_ms);
    let absent = Reject::Round { round: receipt.last_round, why: "it is not committed yet, or not kept any more" };
    let (Some(began), Some(ended)) = (committed(Some(base)), committed(rounds.last())) else { return Err(absent) };
    let (least, most) = (cx.parameters.receipt_seconds_min, cx.parameters.receipt_fresh_seconds);
    let seconds = ended.saturating_sub(began) / 1000;
    if seconds < least {
        return Err(Invalid::Short { seconds, least }.into());
    }
    let age = cx.time_ms.saturating_sub(ended) / 1000;
    if age > most {
        return Err(Invalid::Stale { age, most }.into());
    }
    Ok((began, ended))
}

/// The member contributed what it claims, in every round, and claims it for the first time.
fn claim(node: &mut Node, member: &Member, receipt: &WorkReceipt, rounds: &[Round]) -> Result<(), Invalid> {
    if receipt.first_round < node.claimed {
        return Err(Invalid::Claimed { node: member.node, round: receipt.first_round });
    }
    let mut committed: u64 = 0;
    for (round, number) in rounds.iter().zip(receipt.first_round..) {
        let on_time = |base: u64| receipt.kind == WorkKind::Async || base.saturating_add(1) == number;
        let contribution = round.contribution(member.node);
        let contribution = contribution.filter(|own| own.stage == member.stage && on_time(own.base));
        let absent = Invalid::NoDelta { node: member.node, round: number };
        committed = committed.saturating_add(contribution.ok_or(absent)?.tokens);
    }
    if member.tokens == 0 || member.tokens > committed {
        return Err(Invalid::Tokens { node: member.node, claimed: member.tokens, committed });
    }
    node.claimed = receipt.last_round.saturating_add(1);
    Ok(())
}

/// What a quote needs to know of the rounds.
struct Paid<'a> {
    began_ms: u64,
    ended_ms: u64,
    last: Option<&'a Round>,
}

/// What a member would be paid, by what the ledger knows now.
fn quote(
    draft: &Draft<'_>,
    cx: &Context<'_>,
    member: &Member,
    node: &Node,
    receipt: &WorkReceipt,
    paid: &Paid<'_>,
) -> Option<Quote> {
    let parameters = cx.parameters;
    // What is trained faster than a device can is not paid.
    let most = u128::from(parameters.tokens_per_minute_max)
        .saturating_mul(u128::from(paid.ended_ms.saturating_sub(paid.began_ms)))
        / 60_000;
    let tokens = member.tokens.min(u64::try_from(most).unwrap_or(u64::MAX));
    let head = cx.network.units.saturating_sub(1);
    let stage = member.stage;
    let layers = (stage.first..stage.end()).filter(|unit| *unit != 0 && *unit != head);
    let count = layers.clone().count() as u64;
    let base = match receipt.kind {
        WorkKind::Training => training(parameters, tokens, count)?,
        WorkKind::Async => asynchronous(parameters, tokens, count, cx.time_ms.saturating_sub(paid.began_ms) / 1000)?,
    };
    let census: Census = draft.get(());
    let nodes = census.active.max(1);
    // Layers may be held by different numbers of nodes: the bonus is the mean of theirs.
    let bonus = |unit| scarcity_bonus(parameters, paid.last.map_or(0, |round| round.holders(unit)), nodes);
    let sum = layers.fold(0u128, |sum, unit| sum.saturating_add(u128::from(bonus(unit).parts())));
    let scarcity = sum.checked_div(u128::from(count)).and_then(|mean| u64::try_from(mean).ok());
    let roles = Roles { embedding: stage.has(0), head: stage.has(head), training: true };
    let multipliers = Multipliers {
        scarcity: scarcity.map_or(Factor::ONE, Factor::from_parts),
        ..Multipliers::of(parameters, roles, node.backing, 0, nodes, node.reputation(cx.height))
    };
    Some(Quote::new(base, &multipliers, reward(parameters, base, &multipliers)))
}
