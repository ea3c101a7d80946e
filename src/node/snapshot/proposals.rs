//! Proposals as they are shown.

use super::queries::governance::{self as queries, NepAnswer, Own};
use crate::ledger::neps::Status;
use crate::ledger::state::{State, read};
use crate::types::Address;
use neuroshard_tui::snapshot::{Governance, Nep, NepChange};

/// Of the newest proposals so many are shown, and of those on their way.
const SHOWN: usize = 200;
/// Characters of a summary.
const SUMMARY_CHARS: usize = 4000;

/// What is proposed and decided, as the account `own` sees it.
pub(super) fn governance(view: &dyn State, own: Address) -> Governance {
    let governance: crate::ledger::neps::Governance = read(view, ());
    let total = governance.count;
    let mut neps = queries::current(view, SHOWN);
    neps.sort_by_key(|nep| (order(nep.status), std::cmp::Reverse(nep.id)));
    let shown = neps.into_iter().map(|nep| {
        let (summary, impact) = queries::summary(view, nep.id);
        let own = queries::own(view, nep.id, own);
        show(nep, own, summary.chars().take(SUMMARY_CHARS).collect(), impact)
    });
    Governance {
        neps: shown.collect(),
        total,
        votable: queries::votable(view, own).to_string(),
        pool: queries::pool(view).to_string(),
        active: governance.active.iter().map(ToString::to_string).collect(),
    }
}

/// What is voted on comes first, then what is on its way.
fn order(status: Status) -> u8 {
    match status {
        Status::Voting => 0,
        Status::Review => 1,
        Status::Scheduled => 2,
        _ => 3,
    }
}

fn show(nep: NepAnswer, own: Own, summary: String, impact: String) -> Nep {
    let results = &nep.results;
    let missing = results.missing();
    let changes = nep.changes.iter().map(|change| NepChange {
        name: change.name.clone(),
        old: change.old_value.clone(),
        new: change.new_value.clone(),
        unit: change.unit.clone(),
    });
    let too_old = nep.min_version > crate::node::version() && matches!(nep.status, Status::Scheduled | Status::Active);
    let needs = format!("needs version {}; this is {}", nep.min_version, crate::node::version());
    Nep {
        id: nep.id.to_string(),
        nep_type: nep.nep_type.name().to_owned(),
        status: nep.status.name().to_owned(),
        author: nep.author.to_string(),
        summary,
        created_at: nep.created_at.clone(),
        ends_at: nep.ends_at.clone(),
        activation_height: nep.activation_height,
        changes: changes.collect(),
        impact,
        yes: results.yes_stake.to_string(),
        no: results.no_stake.to_string(),
        abstain: results.abstain_stake.to_string(),
        votes: results.votes,
        electorate: results.electorate.to_string(),
        participation: results.participation,
        quorum: results.quorum,
        approval: results.approval,
        threshold: results.threshold,
        quorum_reached: results.quorum_reached,
        approved: results.approved,
        missing,
        own_weight: own.weight.to_string(),
        own_vote: own.vote.map(|choice| choice.to_string()),
        reason: nep.reason.clone(),
        cannot_follow: too_old.then_some(needs),
        title: nep.title,
    }
}
