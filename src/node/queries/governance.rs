//! What can be asked about proposals.

use super::ParameterAnswer;
use crate::economics::Parameters;
use crate::economics::parameters::{self, NepType};
use crate::governance::describe::describe;
use crate::governance::document::{ContentHash, Document};
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::governance::version::Version;
use crate::ledger::accounts::Supply;
use crate::ledger::activation;
use crate::ledger::electorate;
use crate::ledger::neps::{Governance, Nep, NepText, Status};
use crate::ledger::network::Tip;
use crate::ledger::stakes::Stakes;
use crate::ledger::state::{State, read};
use crate::ledger::voting::Ballot;
use crate::node::clock::rfc3339;
use crate::types::{Address, Amount, Factor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A proposal, as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NepAnswer {
    /// Its name.
    #[schema(value_type = String)]
    pub id: NepId,
    /// What it is called.
    pub title: String,
    /// What it is about.
    #[schema(value_type = String)]
    pub nep_type: NepType,
    /// Where it is on its way.
    #[schema(value_type = String)]
    pub status: Status,
    /// Whose it is.
    pub author: Address,
    /// Names what it says.
    #[schema(value_type = String)]
    pub content_hash: ContentHash,
    /// When it came.
    pub created_at: String,
    /// When its author last changed it.
    pub updated_at: String,
    /// When its review or voting ends.
    pub ends_at: Option<String>,
    /// The block from which it is in force.
    pub activation_height: Option<u64>,
    /// What it changes.
    pub changes: Vec<ChangeAnswer>,
    /// How many tokens it appends.
    pub new_tokens: u64,
    /// The proposal whose tokens it takes back.
    #[schema(value_type = Option<String>)]
    pub rollback: Option<NepId>,
    /// Stake that wants that to be voted on.
    pub support: Amount,
    /// Proposals that it takes the place of.
    #[schema(value_type = Vec<String>)]
    pub supersedes: Vec<NepId>,
    /// The oldest program that can follow it.
    #[schema(value_type = String)]
    pub min_version: Version,
    /// What its author put down.
    pub deposit: Amount,
    /// Why it came to nothing.
    pub reason: Option<String>,
    /// The votes.
    pub results: ResultsAnswer,
}

/// A parameter that a proposal changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeAnswer {
    /// The entry's name.
    pub name: String,
    /// What it was.
    pub old_value: String,
    /// What it becomes.
    pub new_value: String,
    /// What one of it is.
    pub unit: String,
}

/// How the votes on a proposal stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResultsAnswer {
    /// The proposal.
    #[schema(value_type = String)]
    pub id: NepId,
    /// Where it is on its way.
    #[schema(value_type = String)]
    pub status: Status,
    /// Stake for it.
    pub yes_stake: Amount,
    /// Stake against it.
    pub no_stake: Amount,
    /// Stake that only counts for the quorum.
    pub abstain_stake: Amount,
    /// All stake that can vote, as voting began.
    pub total_stake: Amount,
    /// What the quorum is a share of: that, or a part of the supply.
    pub electorate: Amount,
    /// Share of the electorate that voted.
    pub participation: f64,
    /// Share of yes in yes and no.
    pub approval: f64,
    /// Share that has to vote.
    pub quorum: f64,
    /// Share of yes that approves.
    pub threshold: f64,
    /// Whether enough voted.
    pub quorum_reached: bool,
    /// Whether it passes as it stands.
    pub approved: bool,
    /// Votes, one an account.
    pub votes: u64,
    /// Stake that is missing for the quorum.
    pub missing_for_quorum: Amount,
    /// Stake that is missing for approval, if only yes were voted from now on; nothing where all of it could not do.
    pub missing_for_approval: Option<Amount>,
    /// When voting ends.
    pub ends_at: Option<String>,
}

/// A proposal with all that it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NepFullAnswer {
    /// As it stands.
    #[serde(flatten)]
    pub nep: NepAnswer,
    /// In one line, what it says it does.
    pub impact: String,
    /// The hashed fields.
    pub document: Value,
    /// Files of the program that change.
    pub code_changes: Vec<(String, String)>,
}

/// How an account stands to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// What it votes with.
    pub weight: Amount,
    /// How it did.
    pub vote: Option<Choice>,
}

/// Which proposals are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only those at this point.
    pub status: Option<Status>,
    /// Only those of this type.
    pub nep_type: Option<NepType>,
}

/// All proposals that a filter lets pass, the newest first.
pub fn neps(view: &dyn State, filter: Filter, limit: usize) -> Vec<NepAnswer> {
    let parameters: Parameters = read(view, ());
    let units = Units::new();
    let ids = (1..=read::<Governance>(view, ()).count).rev().map(NepId);
    let passes = |nep: &Nep| {
        filter.status.is_none_or(|status| nep.status == status) && filter.nep_type.is_none_or(|kind| nep.kind == kind)
    };
    let found = ids.map(|id| (id, read::<Nep>(view, id))).filter(|(_, nep)| passes(nep));
    found.take(limit).map(|(id, nep)| NepAnswer::of(&parameters, &units, id, nep)).collect()
}

/// The newest proposals, and those on their way however old they are: what is voted on, what will be in force, and what
/// waits for its voting. At most `limit` of each are read, whatever else there is.
pub fn current(view: &dyn State, limit: usize) -> Vec<NepAnswer> {
    let (parameters, units) = (read(view, ()), Units::new());
    let Governance { count, waiting, voting, scheduled, .. } = read(view, ());
    let under_way = voting.into_iter().chain(scheduled).chain(waiting).take(limit);
    let ids: BTreeSet<NepId> = (1..=count).rev().map(NepId).take(limit).chain(under_way).collect();
    ids.into_iter().rev().map(|id| NepAnswer::of(&parameters, &units, id, read(view, id))).collect()
}

/// A proposal, if there is one of that name.
pub fn nep(view: &dyn State, id: NepId) -> Option<NepAnswer> {
    let nep: Nep = read(view, id);
    nep.author.is_some().then(|| NepAnswer::of(&read(view, ()), &Units::new(), id, nep))
}

/// A proposal with its text.
pub fn nep_full(view: &dyn State, id: NepId) -> Option<NepFullAnswer> {
    let nep = nep(view, id)?;
    let content = read::<NepText>(view, id).0?;
    let document = serde_json::from_slice(&content.document).unwrap_or_default();
    Some(NepFullAnswer { nep, impact: impact(&content.document), document, code_changes: content.code_changes })
}

/// The line about the economic impact of a document.
#[must_use]
pub fn impact(document: &[u8]) -> String {
    Document::read(document).map_or_else(|_| String::new(), |document| describe(&document.economic_impact))
}

/// What an account votes with on a proposal, and whether it did.
pub fn own(view: &dyn State, id: NepId, address: Address) -> Own {
    let Ballot(ballot) = read(view, (id, address));
    let nep: Nep = read(view, id);
    let open = nep.voting.filter(|_| nep.status == Status::Voting);
    let weight = open.map_or(Amount::ZERO, |voting| electorate::weight(view, address, voting.snapshot));
    Own { weight: ballot.map_or(weight, |(_, weight)| weight), vote: ballot.map(|(choice, _)| choice) }
}

/// What an account could vote with if a voting began now.
pub fn votable(view: &dyn State, address: Address) -> Amount {
    read::<Stakes>(view, address).unexpired(read::<Tip>(view, ()).time_ms / 1000)
}

/// A proposal's abstract, and the line about its economic impact.
pub fn summary(view: &dyn State, id: NepId) -> (String, String) {
    let content = read::<NepText>(view, id).0.unwrap_or_default();
    Document::read(&content.document)
        .map_or_else(|_| Default::default(), |document| (document.summary, describe(&document.economic_impact)))
}

/// What governance pays from.
pub fn pool(view: &dyn State) -> Amount {
    read::<Supply>(view, ()).pool
}

/// Why this program can't follow a proposal that is coming, and from which block on.
pub fn too_old(view: &dyn State) -> Option<(NepId, u64, String)> {
    let own = crate::node::version();
    let ahead = activation::too_old(view, own)?;
    let says = format!(
        "{} ({}) is in force from block {} on and needs version {}; this is {own}: install a newer one: a node without it takes no \
         part from the block before that one on",
        ahead.nep, ahead.title, ahead.activation, ahead.needs
    );
    Some((ahead.nep, ahead.activation.0, says))
}

/// Units of entries by their names, which a list of many proposals looks up again and again.
struct Units(BTreeMap<&'static str, &'static str>);

impl Units {
    fn new() -> Self {
        Self(Parameters::entries().iter().map(|entry| (entry.name, entry.unit)).collect())
    }

    fn of(&self, name: &str) -> String {
        self.0.get(name).copied().unwrap_or_default().to_owned()
    }
}

impl NepAnswer {
    fn of(parameters: &Parameters, units: &Units, id: NepId, nep: Nep) -> Self {
        let results = ResultsAnswer::of(parameters, id, &nep);
        let time = |seconds: u64| rfc3339(seconds.saturating_mul(1000));
        let changes = nep.changes.into_iter().map(|change| ChangeAnswer {
            unit: units.of(&change.name),
            name: change.name,
            old_value: change.old,
            new_value: change.new,
        });
        Self {
            id,
            title: nep.title,
            nep_type: nep.kind,
            status: nep.status,
            author: nep.author.unwrap_or_default(),
            content_hash: nep.hash,
            created_at: time(nep.created),
            updated_at: time(nep.updated),
            ends_at: results.ends_at.clone(),
            activation_height: nep.activation.map(|height| height.0),
            changes: changes.collect(),
            new_tokens: nep.tokens,
            rollback: nep.rollback,
            support: nep.support,
            supersedes: nep.supersedes,
            min_version: nep.min_version,
            deposit: nep.deposit,
            reason: Some(nep.reason).filter(|reason| !reason.is_empty()),
            results,
        }
    }
}

impl ResultsAnswer {
    fn of(parameters: &Parameters, id: NepId, nep: &Nep) -> Self {
        // Before a voting begins it shows what it would begin with; a petition has only its own total.
        let begun = nep.voting.clone().filter(|_| nep.status != Status::Review).unwrap_or_default();
        let (quorum, threshold) =
            if begun.electorate.is_zero() { thresholds(parameters, nep) } else { (begun.quorum, begun.approval) };
        let verdict = nep.tally.verdict(begun.electorate, quorum, threshold);
        let missing = nep.tally.missing(begun.electorate, quorum, threshold);
        let voting = nep.status == Status::Voting;
        let over = begun.electorate.is_zero();
        Self {
            id,
            status: nep.status,
            yes_stake: nep.tally.yes,
            no_stake: nep.tally.no,
            abstain_stake: nep.tally.abstain,
            total_stake: begun.total,
            electorate: begun.electorate,
            participation: share(nep.tally.participation(begun.electorate)),
            approval: share(nep.tally.approval()),
            quorum: share(quorum),
            threshold: share(threshold),
            quorum_reached: verdict.quorum_reached && !over,
            approved: verdict.approved && !over,
            votes: nep.tally.votes,
            missing_for_quorum: if voting { missing.quorum } else { Amount::ZERO },
            missing_for_approval: if voting { missing.yes } else { Some(Amount::ZERO) },
            ends_at: (!nep.status.is_over() && nep.status != Status::Scheduled)
                .then(|| rfc3339(nep.ends.saturating_mul(1000))),
        }
    }

    /// What is missing, as people read it; nothing once it is over or would pass.
    #[must_use]
    pub fn missing(&self) -> String {
        if self.status != Status::Voting || self.approved {
            return String::new();
        }
        let quorum = (!self.missing_for_quorum.is_zero())
            .then(|| format!("{} NEURO more have to vote", self.missing_for_quorum));
        let approval = match self.missing_for_approval {
            None => Some("no vote can bring enough yes any more".to_owned()),
            Some(missing) if missing.is_zero() => None,
            Some(missing) => Some(format!("{missing} NEURO more have to be for it")),
        };
        [quorum, approval].into_iter().flatten().collect::<Vec<_>>().join(", and ")
    }
}

fn share(factor: Factor) -> f64 {
    factor.parts() as f64 / Factor::ONE.parts() as f64
}

fn thresholds(parameters: &Parameters, nep: &Nep) -> (Factor, Factor) {
    if nep.kind == NepType::Emergency {
        (parameters.emergency_quorum, parameters.emergency_approval)
    } else if nep.tokens > 0 {
        (parameters.vocabulary_quorum, parameters.vocabulary_approval)
    } else {
        (parameters.quorum, parameters.approval)
    }
}

/// Everything that governance can change.
pub fn parameters(view: &dyn State) -> Vec<ParameterAnswer> {
    ParameterAnswer::all(&read(view, ()))
}

impl ParameterAnswer {
    /// All entries with their values.
    #[must_use]
    pub fn all(parameters: &Parameters) -> Vec<Self> {
        let answer = |entry: &parameters::Entry| Self {
            name: entry.name.to_owned(),
            about: entry.about.to_owned(),
            unit: entry.unit.to_owned(),
            value: parameters.get(entry.name).map_or_else(String::new, |value| value.to_string()),
            default: entry.default.to_string(),
            least: entry.least.to_string(),
            most: entry.most.to_string(),
            by: entry.by.iter().map(|kind| kind.name().to_owned()).collect(),
        };
        Parameters::entries().iter().map(answer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::state::Draft;
    use std::cell::Cell;
    use std::collections::BTreeMap;

    /// Records, and how often one was read.
    struct Counted(BTreeMap<Vec<u8>, Vec<u8>>, Cell<usize>);

    impl State for Counted {
        fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
            self.1.set(self.1.get() + 1);
            self.0.read(key)
        }
    }

    #[test]
    fn an_old_proposal_that_is_voted_on_is_shown_and_not_all_are_read() {
        let nothing = BTreeMap::new();
        let mut draft = Draft::over(&nothing);
        for id in (1..=10_000).map(NepId) {
            let status = if id.0 < 4 { Status::Voting } else { Status::Rejected };
            draft.put(id, &Nep { status, author: Some(Address::from_bytes([1; 20])), ..Nep::default() });
        }
        let (voting, waiting) = (vec![NepId(1), NepId(3)], (4..9000).map(NepId).collect());
        draft.put(
            (),
            &Governance { count: 10_000, voting, waiting, scheduled: vec![NepId(2)], ..Governance::default() },
        );
        let records = draft.finish().unwrap().0.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        let state = Counted(records, Cell::new(0));
        let shown: Vec<u64> = current(&state, 200).iter().map(|nep| nep.id.0).collect();
        let expected: Vec<u64> = (9801..=10_000).rev().chain((1..=200).rev()).collect();
        assert_eq!(shown, expected);
        assert!(state.1.get() < 410, "{}", state.1.get());
    }
}
