//! Challenges: doubting a segment of a receipt, replaying it, and what follows.
//!
//! The verifiers seal their result before the prover opens its own, then reveal; two thirds of those who revealed decide.
//! Invariants: verifiers are drawn by hashes that nobody knew when the challenge was opened, from nodes that have no part
//! in it; each of them is heard once; a challenge ends, whoever stays silent.

use super::accounts::{Account, burn, credit, debit};
use super::events::Event;
use super::maturity::{Pending, Quote, pay, void};
use super::network::{Context, DRAW_BLOCKS, Due, drawn, schedule};
use super::nodes::{Census, Node, Standing, pick, registered};
use super::reject::Reject;
use super::segments::SegmentRecord;
use super::stakes::slash;
use super::state::{Draft, Key, Record};
use crate::economics::limits::{fraud_penalty, reporter_share, spot_check};
use crate::economics::rewards::training;
use crate::types::{Address, Amount, Domain, Factor, Hash, Height, merkle};
use borsh::{BorshDeserialize, BorshSerialize};

/// Challengers of one challenge at most.
const CHALLENGERS_MAX: usize = 16;
/// Bytes a second that a verifier is given to fetch what it replays from.
const BYTES_PER_SECOND: u64 = 1_000_000;

/// A step in a challenge.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Answer {
    /// A verifier's [`seal`] of its result.
    Seal(Hash) = 0,
    /// The prover shows the segment's record, and that the receipt commits to it.
    Open {
        /// The record.
        record: SegmentRecord,
        /// From the record to the receipt's root.
        proof: merkle::Proof,
    } = 1,
    /// A verifier's result.
    Reveal {
        /// Whether its replay came out as the prover says.
        honest: bool,
        /// Hash of the state that the replay ended with.
        result: Hash,
        /// What the seal was made with.
        salt: Hash,
    } = 2,
}

/// How a challenge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[borsh(use_discriminant = true)]
pub enum Verdict {
    /// The work was done.
    Honest = 0,
    /// It was not.
    Fraud = 1,
    /// The prover did not show what it had committed to.
    Silent = 2,
    /// The verifiers disagreed: no pay, no slash.
    Draw = 3,
    /// Nobody could judge it, so it stands.
    Unjudged = 4,
}

/// Where a challenge is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum Phase {
    /// Verifiers are not drawn yet.
    #[default]
    Drawing = 0,
    /// They replay and seal.
    Sealing = 1,
    /// The prover opens.
    Opening = 2,
    /// Verifiers reveal.
    Revealing = 3,
}

/// A verifier and what it said.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verifier {
    /// Its node.
    pub node: Address,
    /// Its seal.
    pub sealed: Option<Hash>,
    /// Whether it found the work honest.
    pub honest: Option<bool>,
}

/// A challenge.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Challenge {
    /// The receipt.
    pub receipt: Option<Hash>,
    /// Which of its segments.
    pub segment: u64,
    /// Who doubts it, the first first, with what each put down; nobody for a spot check.
    pub challengers: Vec<(Address, Amount)>,
    /// Who replays.
    pub verifiers: Vec<Verifier>,
    /// Where it is.
    pub phase: Phase,
    /// The height at which that phase ends.
    pub until: Height,
}

/// What a verifier seals its result with.
#[must_use]
pub fn seal(challenge: Hash, verifier: Address, honest: bool, result: Hash, salt: Hash) -> Hash {
    const DOMAIN: Domain = Domain::new("verdict seal");
    Hash::of(&DOMAIN, &(challenge, verifier, honest, result, salt))
}

/// The challenge of a receipt's segment.
fn name(receipt: Hash, segment: u64) -> Hash {
    const DOMAIN: Domain = Domain::new("challenge");
    Hash::of(&DOMAIN, &(receipt, segment))
}

/// The sender doubts a segment: opens a challenge, or joins the one that is open.
pub fn challenge(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    receipt: Hash,
    segment: u64,
) -> Result<(), Reject> {
    let mut node = registered(draft, from)?;
    let pending: Pending = draft.get(receipt);
    let Some(work) = &pending.receipt else { return Err(Reject::NoReceipt(receipt)) };
    if work.members.iter().any(|member| member.node == from) {
        return Err(Reject::Challenge("its own receipt can't be doubted"));
    }
    if segment >= work.segments {
        return Err(Reject::Challenge("the receipt has no such segment"));
    }
    let bond = if node.backing.is_zero() { Amount::ZERO } else { cx.parameters.challenge_bond };
    if node.backing.is_zero() && !node.take_free_challenge(cx.seconds()) {
        return Err(Reject::Limit { what: "challenges a day without stake", most: 1 });
    }
    draft.put(from, &node);
    debit(draft, from, bond)?;
    escrow(draft, from, |escrowed| escrowed.checked_add(bond))?;
    if let Some(id) = pending.challenge {
        let mut open: Challenge = draft.get(id);
        if open.phase != Phase::Drawing || open.challengers.iter().any(|(other, _)| *other == from) {
            return Err(Reject::Challenge("it is under way and takes no further challengers"));
        }
        if open.challengers.len() >= CHALLENGERS_MAX {
            return Err(Reject::Limit { what: "challengers of a receipt", most: CHALLENGERS_MAX as u64 });
        }
        open.challengers.push((from, bond));
        draft.put(id, &open);
        return Ok(());
    }
    let until = cx.height.after(DRAW_BLOCKS);
    let id = open(draft, receipt, segment, vec![(from, bond)], until)?;
    schedule(draft, until, Due::Draw(id));
    Ok(())
}

/// Notes with an account what it has put down.
fn escrow(draft: &mut Draft<'_>, of: Address, change: impl FnOnce(Amount) -> Option<Amount>) -> Result<(), Reject> {
    let mut account: Account = draft.get(of);
    account.escrowed = change(account.escrowed).ok_or(Reject::Overflow)?;
    draft.put(of, &account);
    Ok(())
}

/// Puts a challenge into the state; one for each prover at a time.
fn open(
    draft: &mut Draft<'_>,
    receipt: Hash,
    segment: u64,
    challengers: Vec<(Address, Amount)>,
    until: Height,
) -> Result<Hash, Reject> {
    let id = name(receipt, segment);
    let mut pending: Pending = draft.get(receipt);
    for share in &pending.shares {
        let mut node: Node = draft.get(share.node);
        if node.challenge.is_some() {
            return Err(Reject::Challenge("another receipt of this prover is being checked"));
        }
        node.challenge = Some(id);
        draft.put(share.node, &node);
    }
    pending.challenge = Some(id);
    draft.put(receipt, &pending);
    let receipt = Some(receipt);
    draft.put(id, &Challenge { receipt, segment, challengers, until, ..Challenge::default() });
    Ok(id)
}

/// Draws whether a receipt is checked.
pub fn spot(draft: &mut Draft<'_>, cx: &Context<'_>, receipt: Hash) -> Result<(), Reject> {
    let pending: Pending = draft.get(receipt);
    let Some(work) = &pending.receipt else { return Ok(()) };
    let census: Census = draft.get(());
    let probability = spot_check(cx.parameters, census.active);
    let entropy = cx.entropy(draft);
    let share = Factor::ratio(u128::from(drawn(entropy, receipt, 0)), u128::from(u64::MAX));
    let busy = pending.shares.iter().any(|share| draft.get::<Node>(share.node).challenge.is_some());
    if share >= probability || pending.challenge.is_some() || busy {
        return Ok(());
    }
    let segment = drawn(entropy, receipt, 1).checked_rem(work.segments).unwrap_or(0);
    let id = open(draft, receipt, segment, Vec::new(), cx.height)?;
    draw(draft, cx, id)
}

/// Draws the verifiers and lets them begin; with nobody to draw the receipt stands.
pub fn draw(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash) -> Result<(), Reject> {
    let mut challenge: Challenge = draft.get(id);
    let Some(receipt) = challenge.receipt.filter(|_| challenge.phase == Phase::Drawing) else { return Ok(()) };
    let pending: Pending = draft.get(receipt);
    let wanted = usize::try_from(cx.parameters.challenge_verifiers).unwrap_or(usize::MAX);
    let may = |node: Address| {
        !pending.shares.iter().any(|share| share.node == node)
            && !challenge.challengers.iter().any(|(other, _)| *other == node)
    };
    let verifiers = pick(draft, cx.entropy(draft), id, wanted, may);
    let verifier = |node: &Address| Verifier { node: *node, sealed: None, honest: None };
    challenge.verifiers = verifiers.iter().map(verifier).collect();
    draft.tell(Event::Challenged { challenge: id, receipt, segment: challenge.segment, verifiers });
    enter(draft, cx, id, &mut challenge, Phase::Sealing, &pending);
    Ok(())
}

/// Begins a phase and sets its end.
fn enter(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash, challenge: &mut Challenge, phase: Phase, work: &Pending) {
    let replay = work.segment_seconds.saturating_mul(3);
    let fetch = cx.network.state_bytes / BYTES_PER_SECOND;
    let seconds = cx.parameters.challenge_seconds.saturating_add(replay).saturating_add(fetch);
    challenge.phase = phase;
    challenge.until = if challenge.verifiers.is_empty() { cx.height.after(1) } else { cx.height_after(seconds) };
    draft.put(id, challenge);
    schedule(draft, challenge.until, Due::Deadline(id));
}

/// A step of a verifier or of the prover.
pub fn respond(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, id: Hash, answer: Answer) -> Result<(), Reject> {
    let mut challenge: Challenge = draft.get(id);
    let Some(receipt) = challenge.receipt else { return Err(Reject::NoChallenge(id)) };
    let pending: Pending = draft.get(receipt);
    let phase = challenge.phase;
    let verifier = challenge.verifiers.iter_mut().find(|verifier| verifier.node == from);
    match (answer, phase, verifier) {
        (Answer::Seal(seal), Phase::Sealing, Some(verifier)) if verifier.sealed.is_none() => {
            verifier.sealed = Some(seal);
            if challenge.verifiers.iter().all(|verifier| verifier.sealed.is_some()) {
                enter(draft, cx, id, &mut challenge, Phase::Opening, &pending);
            }
        }
        (Answer::Open { record, proof }, Phase::Opening, None) => {
            let Some(work) = pending.receipt.as_ref().filter(|_| pending.shares.iter().any(|share| share.node == from))
            else {
                return Err(Reject::Challenge("only a member of the receipt can open"));
            };
            let right = proof.index == challenge.segment && proof.length == work.segments;
            if !right || proof.root(&record) != Some(work.segments_root) {
                return Err(Reject::Challenge("the record is not the one that the receipt commits to"));
            }
            enter(draft, cx, id, &mut challenge, Phase::Revealing, &pending);
        }
        (Answer::Reveal { honest, result, salt }, Phase::Revealing, Some(verifier)) if verifier.honest.is_none() => {
            if verifier.sealed != Some(seal(id, from, honest, result, salt)) {
                return Err(Reject::Challenge("the result is not what was sealed"));
            }
            verifier.honest = Some(honest);
            if challenge.verifiers.iter().all(|verifier| verifier.sealed.is_none() || verifier.honest.is_some()) {
                challenge.until = cx.height.after(1);
                schedule(draft, challenge.until, Due::Deadline(id));
            }
        }
        _ => return Err(Reject::Challenge("it is not this one's turn to say that")),
    }
    draft.put(id, &challenge);
    Ok(())
}

/// A phase ended: goes on to the next, or settles the challenge. `left` is what this epoch may still mint.
pub fn deadline(draft: &mut Draft<'_>, cx: &Context<'_>, id: Hash, left: &mut Amount) -> Result<(), Reject> {
    let mut challenge: Challenge = draft.get(id);
    let Some(receipt) = challenge.receipt.filter(|_| cx.height >= challenge.until) else { return Ok(()) };
    let sealed = challenge.verifiers.iter().any(|verifier| verifier.sealed.is_some());
    match challenge.phase {
        Phase::Drawing => Ok(()),
        Phase::Sealing if sealed => {
            let pending: Pending = draft.get(receipt);
            enter(draft, cx, id, &mut challenge, Phase::Opening, &pending);
            Ok(())
        }
        Phase::Sealing => settle(draft, cx, id, &challenge, Verdict::Unjudged, left),
        Phase::Opening => settle(draft, cx, id, &challenge, Verdict::Silent, left),
        Phase::Revealing => settle(draft, cx, id, &challenge, challenge.judge(), left),
    }
}

impl Challenge {
    /// What two thirds of those who revealed say.
    fn judge(&self) -> Verdict {
        let count = |honest| self.verifiers.iter().filter(|verifier| verifier.honest == Some(honest)).count();
        let (yes, no) = (count(true), count(false));
        let all = yes.saturating_add(no);
        let two_thirds = |part: usize| part.saturating_mul(3) >= all.saturating_mul(2);
        match all {
            0 => Verdict::Unjudged,
            _ if two_thirds(no) => Verdict::Fraud,
            _ if two_thirds(yes) => Verdict::Honest,
            _ => Verdict::Draw,
        }
    }
}

fn settle(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    id: Hash,
    challenge: &Challenge,
    verdict: Verdict,
    left: &mut Amount,
) -> Result<(), Reject> {
    let Some(receipt) = challenge.receipt else { return Ok(()) };
    draft.put(id, &Challenge::default());
    let mut pending: Pending = draft.get(receipt);
    pending.challenge = None;
    draft.put(receipt, &pending);
    for share in &pending.shares {
        draft.update(share.node, |node: &mut Node| node.challenge = None);
    }
    draft.tell(Event::Settled { challenge: id, receipt, verdict });
    for (challenger, bond) in &challenge.challengers {
        escrow(draft, *challenger, |escrowed| escrowed.checked_sub(*bond))?;
    }
    match verdict {
        Verdict::Honest => bonds_to_prover(draft, challenge, &pending)?,
        _ => {
            for (challenger, bond) in &challenge.challengers {
                credit(draft, *challenger, *bond)?;
            }
        }
    }
    reward_verifiers(draft, cx, id, challenge, &pending, verdict, left)?;
    match verdict {
        Verdict::Honest | Verdict::Unjudged => {
            // Where the window ended meanwhile, nothing else would pay it any more.
            if pending.included.after(cx.parameters.challenge_epochs) <= cx.height {
                schedule(draft, cx.height.after(1), Due::Mature(receipt));
            }
        }
        Verdict::Draw => void(draft, receipt),
        Verdict::Fraud | Verdict::Silent => convict(draft, cx, challenge, receipt, &pending)?,
    }
    Ok(())
}

/// Half of each bond to the prover, in equal parts to its members, the rest burned.
fn bonds_to_prover(draft: &mut Draft<'_>, challenge: &Challenge, pending: &Pending) -> Result<(), Reject> {
    let members = (pending.shares.len() as u64).max(1);
    for (_, bond) in &challenge.challengers {
        let each = bond.checked_ratio(1, members.saturating_mul(2)).unwrap_or(Amount::ZERO);
        let mut rest = *bond;
        for share in &pending.shares {
            let payout = draft.get::<Node>(share.node).payout(share.node);
            credit(draft, payout, each)?;
            rest = rest.saturating_sub(each);
        }
        burn(draft, rest)?;
    }
    Ok(())
}

/// Pays the verifiers who were of the opinion that decided: for the check, and for what they trained again.
fn reward_verifiers(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    id: Hash,
    challenge: &Challenge,
    pending: &Pending,
    verdict: Verdict,
    left: &mut Amount,
) -> Result<(), Reject> {
    let decided = match verdict {
        Verdict::Honest => true,
        Verdict::Fraud => false,
        _ => return Ok(()),
    };
    let tokens = cx.parameters.segment_steps.saturating_mul(cx.parameters.step_tokens);
    let units = pending.receipt.as_ref().map_or(0, |work| work.units.len() as u64);
    let replay = training(cx.parameters, tokens, units.saturating_sub(2)).unwrap_or(Amount::ZERO);
    let base = cx.parameters.verification_pay.checked_add(replay).ok_or(Reject::Overflow)?;
    for verifier in challenge.verifiers.iter().filter(|verifier| verifier.honest == Some(decided)) {
        pay(draft, cx, id, verifier.node, Quote::plain(base), left)?;
    }
    Ok(())
}

/// Bars those who signed the receipt, takes their stake, and voids all that they still wait for.
fn convict(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    challenge: &Challenge,
    receipt: Hash,
    pending: &Pending,
) -> Result<(), Reject> {
    let probability = spot_check(cx.parameters, draft.get::<Census>(()).active);
    let mut taken = Amount::ZERO;
    for share in pending.shares.iter().filter(|share| pending.signers.contains(&share.node)) {
        let mut node: Node = draft.get(share.node);
        let penalty = fraud_penalty(cx.parameters, share.quote.reward, probability, node.slashable());
        node.standing = Standing::Barred;
        let open = node.open.clone();
        draft.put(share.node, &node);
        for id in open {
            void(draft, id);
        }
        let part = slash(draft, share.node, penalty)?;
        taken = taken.checked_add(part).ok_or(Reject::Overflow)?;
    }
    void(draft, receipt);
    let reported = challenge.challengers.first();
    let reward = reported.map_or(Amount::ZERO, |_| reporter_share(cx.parameters, taken, Amount::ZERO));
    if let Some((reporter, _)) = reported {
        credit(draft, *reporter, reward)?;
    }
    burn(draft, taken.saturating_sub(reward))
}

impl Record for Challenge {
    type Id = Hash;

    fn key(id: Hash) -> Key {
        Key::Challenge(id)
    }

    fn holds(&self) -> Option<Amount> {
        self.challengers.iter().try_fold(Amount::ZERO, |sum, (_, bond)| sum.checked_add(*bond))
    }
}
