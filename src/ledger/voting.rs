//! Voting on proposals: votes, what they come to, and what proposer and voters are paid for it.
//!
//! Invariants: an account votes once on a proposal, with what the voting's snapshot says it had; a vote is counted as it
//! comes, so that a tally is there at any time and does not depend on the order; governance mints nothing: rewards are set
//! aside from its pool when the voting ends, in proportion where it is short, and paid some voters a block.

use super::accounts::{Supply, credit};
use super::electorate::{self, Electorate};
use super::events::Event;
use super::neps::{Governance, Nep, Rejected, Status, Voting, finish, found};
use super::network::{Context, Due, schedule};
use super::reject::{NepFault, Reject};
use super::state::{Draft, Key, Record};
use super::timers::{self, Timer};
use crate::economics::parameters::NepType;
use crate::governance::document::text::odd_in_lines;
use crate::governance::id::NepId;
use crate::governance::reward::{self, ProposerRates};
use crate::governance::tally::Choice;
use crate::types::{Address, Amount};
use borsh::{BorshDeserialize, BorshSerialize};

/// Bytes of a vote's reason at most.
const REASON_BYTES_MAX: usize = 500;
/// Voters that one block pays.
const PAID_A_BLOCK: u64 = 1000;
/// Emergencies that are voted on at once.
const EMERGENCIES_MAX: usize = 16;

/// How an account voted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ballot(pub Option<(Choice, Amount)>);

/// A voter, in the order of the votes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Voter(Option<Address>);

/// Stake of an account that wants tokens to be voted on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Supporter(Amount);

/// Takes a vote.
pub fn vote(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    id: NepId,
    choice: Choice,
    reason: &str,
) -> Result<(), Reject> {
    if reason.len() > REASON_BYTES_MAX || odd_in_lines(reason).is_some() {
        return Err(NepFault::Reason(REASON_BYTES_MAX).into());
    }
    let mut nep = found(draft, id)?;
    let voting = nep.voting.as_ref().filter(|_| nep.status == Status::Voting);
    let Some(voting) = voting else {
        return Err(NepFault::Status { id, status: nep.status, want: Status::Voting }.into());
    };
    if cx.seconds() >= nep.ends {
        return Err(NepFault::Late { id, seconds: cx.seconds().saturating_sub(nep.ends) }.into());
    }
    if draft.get::<Ballot>((id, from)).0.is_some() {
        return Err(NepFault::Voted(id).into());
    }
    let weight = electorate::weight(draft, from, voting.snapshot);
    if weight.is_zero() {
        return Err(NepFault::NoStake(id).into());
    }
    draft.put((id, from), &Ballot(Some((choice, weight))));
    draft.put((id, nep.tally.votes), &Voter(Some(from)));
    nep.tally.add(choice, weight).ok_or(Reject::Overflow)?;
    draft.put(id, &nep);
    draft.tell(Event::Voted { nep: id, voter: from, choice, weight });
    Ok(())
}

/// Counts an account among those who want new tokens to be taken back; with enough of them the voting begins.
pub fn support(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, id: NepId) -> Result<(), Reject> {
    let mut nep = found(draft, id)?;
    let petition = nep.voting.clone().filter(|_| nep.status == Status::Review && nep.rollback.is_some());
    let Some(petition) = petition else { return Err(NepFault::NoPetition(id).into()) };
    let weight = electorate::weight(draft, from, petition.snapshot);
    if weight.is_zero() {
        return Err(NepFault::NoStake(id).into());
    }
    if !draft.get::<Supporter>((id, from)).0.is_zero() {
        return Err(NepFault::Voted(id).into());
    }
    draft.put((id, from), &Supporter(weight));
    nep.support = nep.support.checked_add(weight).ok_or(Reject::Overflow)?;
    let needed = petition.total.checked_scale(cx.parameters.rollback_share).ok_or(Reject::Overflow)?;
    draft.put(id, &nep);
    if nep.support >= needed {
        await_voting(draft, id);
    }
    Ok(())
}

/// Puts a proposal behind those that wait for their voting, unless it does already.
fn await_voting(draft: &mut Draft<'_>, id: NepId) {
    draft.update((), |governance: &mut Governance| {
        if !governance.waiting.contains(&id) {
            governance.waiting.push(id);
        }
    });
}

/// A moment that a proposal waited for has come.
pub(super) fn phase(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId) -> Result<(), Reject> {
    let nep: Nep = draft.get(id);
    if cx.seconds() < nep.ends {
        return Ok(()); // it was amended, and has a later timer
    }
    match nep.status {
        Status::Review if nep.rollback.is_some() => {
            let waits = draft.get::<Governance>(()).waiting.contains(&id);
            if waits {
                Ok(())
            } else {
                finish(draft, id, nep, Status::Rejected, "too few wanted a vote".to_owned(), false)
            }
        }
        Status::Review => {
            await_voting(draft, id);
            Ok(())
        }
        Status::Voting => close(draft, cx, id, nep),
        _ => Ok(()),
    }
}

/// Lets votings begin for which there is room, those that waited longest first, and emergencies whatever else there is.
pub(super) fn begin(draft: &mut Draft<'_>, cx: &Context<'_>) -> Result<(), Reject> {
    let governance: Governance = draft.get(());
    let electorate: Electorate = draft.get(());
    let enough = electorate.total >= cx.parameters.start_stake && electorate.accounts >= cx.parameters.start_accounts;
    if governance.waiting.is_empty() || !enough {
        return Ok(());
    }
    let is_emergency = |id: &NepId| draft.get::<Nep>(*id).kind == NepType::Emergency;
    let urgent = governance.voting.iter().filter(|id| is_emergency(id)).count();
    let usual = governance.voting.len().saturating_sub(urgent);
    let places = usize::try_from(cx.parameters.votings_max).unwrap_or(usize::MAX).saturating_sub(usual);
    let (emergencies, others): (Vec<NepId>, Vec<NepId>) = governance.waiting.into_iter().partition(is_emergency);
    let emergencies = emergencies.into_iter().take(EMERGENCIES_MAX.saturating_sub(urgent));
    let next: Vec<NepId> = emergencies.chain(others.into_iter().take(places)).collect();
    for id in next {
        start(draft, cx, id)?;
    }
    Ok(())
}

fn start(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId) -> Result<(), Reject> {
    let mut nep: Nep = draft.get(id);
    if let Some(petition) = &nep.voting {
        electorate::close(draft, petition.snapshot);
    }
    let parameters = cx.parameters;
    let (seconds, quorum, approval) = match nep.kind {
        _ if nep.rollback.is_some() => {
            (parameters.rollback_seconds, parameters.emergency_quorum, parameters.emergency_approval)
        }
        _ if nep.tokens > 0 => {
            (parameters.vocabulary_seconds, parameters.vocabulary_quorum, parameters.vocabulary_approval)
        }
        NepType::Emergency => {
            (parameters.emergency_voting_seconds, parameters.emergency_quorum, parameters.emergency_approval)
        }
        _ => (parameters.voting_seconds, parameters.quorum, parameters.approval),
    };
    let (snapshot, total) = electorate::open(draft);
    let Supply { minted, burned, .. } = draft.get(());
    let floor = minted.saturating_sub(burned).checked_scale(parameters.supply_floor).ok_or(Reject::Overflow)?;
    nep.voting = Some(Voting { snapshot, total, electorate: total.max(floor), quorum, approval });
    nep.status = Status::Voting;
    nep.ends = cx.seconds().saturating_add(seconds);
    timers::set(draft, nep.ends, Timer::Phase(id));
    draft.update((), |governance: &mut Governance| {
        governance.waiting.retain(|waiting| *waiting != id);
        governance.voting.push(id);
    });
    draft.put(id, &nep);
    let author = nep.author.unwrap_or_default();
    draft.tell(Event::NepMoved { nep: id, author, status: Status::Voting, reason: String::new() });
    Ok(())
}

/// Voting is over.
fn close(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId, mut nep: Nep) -> Result<(), Reject> {
    let Some(voting) = nep.voting.clone() else { return Ok(()) };
    let verdict = nep.tally.verdict(voting.electorate, voting.quorum, voting.approval);
    if verdict.quorum_reached {
        set_aside(draft, cx, id, &mut nep, verdict.approved)?;
    }
    if verdict.approved {
        return super::activation::schedule(draft, cx, id, nep);
    }
    let until = cx.seconds().saturating_add(cx.parameters.resubmit_seconds);
    draft.put(nep.subject, &Rejected(until));
    let reason = if verdict.quorum_reached { "too few of those who voted were for it" } else { "too few voted" };
    finish(draft, id, nep, Status::Rejected, reason.to_owned(), verdict.quorum_reached)
}

/// Takes the rewards out of the pool: the proposer's is paid at once, the voters' wait in the proposal.
fn set_aside(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId, nep: &mut Nep, approved: bool) -> Result<(), Reject> {
    let p = cx.parameters;
    let voted = nep.tally.voted();
    let rates = ProposerRates {
        approved: p.proposer_approved,
        rejected: p.proposer_rejected,
        least: p.proposer_least,
        most: p.proposer_most,
    };
    let proposer = reward::proposer(voted, approved, &rates);
    let voters = reward::voter(voted, p.voter_reward);
    let due = proposer.checked_add(voters).ok_or(Reject::Overflow)?;
    let mut supply: Supply = draft.get(());
    let paid = due.min(supply.pool);
    let to_proposer = part(proposer, paid, due).ok_or(Reject::Overflow)?;
    nep.rewards = paid.saturating_sub(to_proposer);
    nep.rewards_total = nep.rewards;
    supply.pool = supply.pool.saturating_sub(paid);
    draft.put((), &supply);
    let author = nep.author.unwrap_or_default();
    credit(draft, author, to_proposer)?;
    draft.tell(Event::Rewarded { nep: id, to: author, amount: to_proposer });
    schedule(draft, cx.height.after(1), Due::PayVoters(id));
    Ok(())
}

/// Pays some voters their parts of what was set aside; the rest follows in the next blocks, and dust goes to the pool.
pub(super) fn pay(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId) -> Result<(), Reject> {
    let mut nep: Nep = draft.get(id);
    let voted = nep.tally.voted();
    let last = nep.paid.saturating_add(PAID_A_BLOCK).min(nep.tally.votes);
    for place in nep.paid..last {
        let Voter(Some(voter)) = draft.get((id, place)) else { continue };
        draft.put((id, place), &Voter::default());
        let Ballot(Some((_, weight))) = draft.get((id, voter)) else { continue };
        let amount = part(nep.rewards_total, weight, voted).ok_or(Reject::Overflow)?.min(nep.rewards);
        nep.rewards = nep.rewards.saturating_sub(amount);
        credit(draft, voter, amount)?;
        draft.tell(Event::Rewarded { nep: id, to: voter, amount });
    }
    nep.paid = last;
    if last < nep.tally.votes {
        schedule(draft, cx.height.after(1), Due::PayVoters(id));
    } else {
        let mut supply: Supply = draft.get(());
        supply.pool = supply.pool.checked_add(std::mem::take(&mut nep.rewards)).ok_or(Reject::Overflow)?;
        draft.put((), &supply);
    }
    draft.put(id, &nep);
    Ok(())
}

/// `amount · share / all`, rounded down.
fn part(amount: Amount, share: Amount, all: Amount) -> Option<Amount> {
    if all.is_zero() {
        return Some(Amount::ZERO);
    }
    let product = amount.nano().checked_mul(share.nano())?;
    product.checked_div(all.nano()).map(Amount::from_nano)
}

impl Record for Ballot {
    type Id = (NepId, Address);

    fn key((nep, voter): Self::Id) -> Key {
        Key::Ballot(nep, voter)
    }
}

impl Record for Voter {
    type Id = (NepId, u64);

    fn key((nep, place): Self::Id) -> Key {
        Key::Voter(nep, place)
    }
}

impl Record for Supporter {
    type Id = (NepId, Address);

    fn key((nep, who): Self::Id) -> Key {
        Key::Supporter(nep, who)
    }
}
