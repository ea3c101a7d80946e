//! From approval to being in force: when a proposal is activated, and what changes then.
//!
//! Invariants: a proposal is in force from its activation height on, for every node in the same block; all of its changes
//! are made, or none with a reason; it is not activated before its grace is over, however fast blocks came.

use super::accounts::credit;
use super::electorate;
use super::events::Event;
use super::neps::{Governance, Nep, NepText, Status, finish};
use super::network::{Context, Due, schedule as put_down};
use super::plans::Plan;
use super::reject::Reject;
use super::rounds::Rounds;
use super::state::{Draft, State, read};
use super::vocabulary;
use crate::economics::Parameters;
use crate::economics::parameters::{NepType, Value};
use crate::governance::id::NepId;
use crate::governance::version::Version;
use crate::types::Height;

const DAY_SECONDS: u64 = 86_400;

/// Seconds and blocks from approval to activation, of a proposal that asks for so many days and blocks.
#[must_use]
pub fn waits(
    parameters: &Parameters,
    kind: NepType,
    has_tokens: bool,
    (grace_days, delay_blocks): (u64, u64),
) -> (u64, u64) {
    if has_tokens {
        return (parameters.vocabulary_seconds, parameters.delay_least);
    }
    if kind == NepType::Emergency {
        return (0, parameters.emergency_delay);
    }
    let grace = grace_days.saturating_mul(DAY_SECONDS);
    let (least, most) = (parameters.delay_least, parameters.delay_most);
    (grace.max(parameters.grace_least).min(parameters.grace_most), delay_blocks.max(least).min(most))
}

/// Fixes the height from which an approved proposal is in force.
pub(super) fn schedule(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId, mut nep: Nep) -> Result<(), Reject> {
    let p = cx.parameters;
    let (grace, delay) = waits(p, nep.kind, nep.tokens > 0, (nep.grace_days, nep.delay_blocks));
    let author = nep.author.unwrap_or_default();
    credit(draft, author, std::mem::take(&mut nep.deposit))?;
    if let Some(voting) = &nep.voting {
        electorate::close(draft, voting.snapshot);
    }
    nep.status = Status::Scheduled;
    nep.grace_ends = cx.seconds().saturating_add(grace);
    // This block's agenda is done, so that the next one's is the first that can end the old rules.
    let activation = cx.height_after(grace).after(1).max(cx.height.after(delay.max(2)));
    plan(draft, id, &mut nep, activation);
    draft.update((), |governance: &mut Governance| {
        governance.voting.retain(|other| *other != id);
        governance.scheduled.push(id);
    });
    draft.put(id, &nep);
    draft.tell(Event::NepMoved { nep: id, author, status: Status::Scheduled, reason: String::new() });
    Ok(())
}

/// The block before is the last under the old rules; what it ends with is in force from the activation height on.
fn plan(draft: &mut Draft<'_>, id: NepId, nep: &mut Nep, activation: Height) {
    nep.activation = Some(activation);
    put_down(draft, Height(activation.0.saturating_sub(1)), Due::Activate(id));
}

/// The block before the activation height is at its end.
pub(super) fn activate(draft: &mut Draft<'_>, cx: &Context<'_>, id: NepId) -> Result<(), Reject> {
    let mut nep: Nep = draft.get(id);
    if nep.status != Status::Scheduled || nep.activation != Some(cx.height.after(1)) {
        return Ok(());
    }
    if cx.seconds() < nep.grace_ends {
        let left = nep.grace_ends.saturating_sub(cx.seconds());
        plan(draft, id, &mut nep, cx.height_after(left).after(1));
        draft.put(id, &nep);
        return Ok(());
    }
    let parameters: Parameters = draft.get(());
    let changed = match changed(&parameters, &nep) {
        Ok(changed) => changed,
        Err(reason) => return finish(draft, id, nep, Status::Failed, reason, false),
    };
    if changed != parameters {
        let open = draft.get::<Rounds>(()).open;
        Plan::change(draft, open, &parameters, &changed);
        draft.put((), &changed);
    }
    if let Some(tokens) = draft.get::<NepText>(id).0.and_then(|content| content.vocabulary) {
        vocabulary::append(draft, id, tokens);
    }
    if let Some(target) = nep.rollback {
        vocabulary::roll_back(draft, cx, id, target)?;
    }
    for old in nep.supersedes.clone() {
        deprecate(draft, old, format!("{id} took its place"));
    }
    draft.update((), |governance: &mut Governance| governance.active.push(id));
    finish(draft, id, nep, Status::Active, String::new(), false)
}

/// An active proposal is so no more.
pub(super) fn deprecate(draft: &mut Draft<'_>, id: NepId, reason: String) {
    let mut nep: Nep = draft.get(id);
    if nep.status != Status::Active {
        return;
    }
    draft.update((), |governance: &mut Governance| governance.active.retain(|active| *active != id));
    (nep.status, nep.reason) = (Status::Deprecated, reason.clone());
    draft.put(id, &nep);
    draft.tell(Event::NepMoved { nep: id, author: nep.author.unwrap_or_default(), status: Status::Deprecated, reason });
}

/// The parameters as a proposal has them, if they are still what it changes.
fn changed(parameters: &Parameters, nep: &Nep) -> Result<Parameters, String> {
    let mut changed = parameters.clone();
    for change in &nep.changes {
        let now = parameters.get(&change.name).map(|value| value.to_string()).unwrap_or_default();
        if now != change.old {
            return Err(format!("{} is {now} by now, and no more {}", change.name, change.old));
        }
        let value = Value::parse(&change.name, &change.new).and_then(|value| changed.set(&change.name, value));
        value.map_err(|problem| problem.to_string())?;
    }
    match changed.contradiction() {
        Some(contradiction) if !nep.changes.is_empty() => Err(contradiction.to_string()),
        _ => Ok(changed),
    }
}

/// Something that is to be activated and that a program is too old for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooOld {
    /// The proposal.
    pub nep: NepId,
    /// What it is called.
    pub title: String,
    /// The first block that this program can't follow.
    pub activation: Height,
    /// The oldest program that can.
    pub needs: Version,
}

/// The next scheduled or active proposal that a program of this version can't follow.
#[must_use]
pub fn too_old(state: &dyn State, own: Version) -> Option<TooOld> {
    let governance: Governance = read(state, ());
    let ahead = governance.active.iter().chain(&governance.scheduled).filter_map(|id| {
        let nep: Nep = read(state, *id);
        let too_old = own < nep.min_version;
        nep.activation.filter(|_| too_old).map(|activation| TooOld {
            nep: *id,
            title: nep.title,
            activation,
            needs: nep.min_version,
        })
    });
    ahead.min_by_key(|too_old| too_old.activation)
}
