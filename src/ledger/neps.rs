//! Proposals (NEPs): submitting one, changing it while it is reviewed, taking it back, and what the chain keeps of it.
//!
//! Invariants: what a proposal says is checked before anything of it is kept, against the parameters in force; a proposer
//! has the stake, puts down the deposit and has one proposal under way; after its review nothing of it changes.

use super::accounts::{Supply, credit, debit};
use super::electorate;
use super::events::Event;
use super::network::Context;
use super::reject::{NepFault, Reject};
use super::stakes::Stakes;
use super::state::{Draft, Key, Record};
use super::timers::{self, Timer};
use super::vocabulary;
use crate::economics::Parameters;
use crate::economics::parameters::NepType;
use crate::governance::document::text::{odd_in_line, odd_in_lines};
use crate::governance::document::{self, ContentHash, Document, content_hash};
use crate::governance::id::NepId;
use crate::governance::tally::Tally;
use crate::governance::version::Version;
use crate::governance::vocabulary::NewTokens;
use crate::types::{Address, Amount, Domain, Factor, Hash, Height};
use borsh::{BorshDeserialize, BorshSerialize};

/// Proposals under way at most, those of all accounts.
const LIVE_MAX: u64 = 10_000;
/// Files that a proposal says it changes, and the bytes of each entry, at most.
const CODE_CHANGES_MAX: usize = 64;
const CODE_BYTES_MAX: usize = 1024;
/// Proposals that one supersedes at most.
const SUPERSEDES_MAX: usize = 16;

/// What a proposer sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Content {
    /// The hashed fields as canonical JSON.
    pub document: Vec<u8>,
    /// Their content hash, as the proposer has it.
    pub hash: ContentHash,
    /// Files of the program that change, and how.
    pub code_changes: Vec<(String, String)>,
    /// Active proposals that it takes the place of.
    pub supersedes: Vec<NepId>,
    /// New tokens.
    pub vocabulary: Option<NewTokens>,
    /// The vocabulary proposal whose tokens are to be taken back.
    pub rollback: Option<NepId>,
}

/// Where a proposal is on its way.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is discussed, and its author may change it.
    #[default]
    Review,
    /// It is voted on.
    Voting,
    /// It was approved and waits for its activation.
    Scheduled,
    /// It is in force.
    Active,
    /// Too few voted, or too few for it.
    Rejected,
    /// Its author took it back.
    Withdrawn,
    /// It was approved, and could not be carried out any more.
    Failed,
    /// Another one took its place.
    Deprecated,
}

/// A parameter's change, as texts of the parameter's kind.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// The entry's name.
    pub name: String,
    /// What it has to be.
    pub old: String,
    /// What it becomes.
    pub new: String,
}

/// What a voting began with.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Voting {
    /// The electorate's snapshot.
    pub snapshot: u64,
    /// All that can vote.
    pub total: Amount,
    /// What the quorum is a share of: that, or a part of the supply.
    pub electorate: Amount,
    /// The share that has to vote.
    pub quorum: Factor,
    /// The share of yes that approves.
    pub approval: Factor,
}

/// A proposal, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Nep {
    /// Where it is.
    pub status: Status,
    /// What it is about.
    pub kind: NepType,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub author: Option<Address>,
    /// Names what it says.
    pub hash: ContentHash,
    /// Names what it asks for.
    pub subject: Hash,
    /// Second since 1970 in which it came.
    pub created: u64,
    /// Second since 1970 in which its author last changed it.
    pub updated: u64,
    /// Second since 1970 in which its review or voting ends.
    pub ends: u64,
    /// What it changes.
    pub changes: Vec<Change>,
    /// What its author put down.
    pub deposit: Amount,
    /// What is set aside for its voters and not paid yet.
    pub rewards: Amount,
    /// What was set aside for all of its voters.
    pub rewards_total: Amount,
    /// Voters paid so far.
    pub paid: u64,
    /// Days from approval to activation that it asks for.
    pub grace_days: u64,
    /// Blocks from approval to activation that it asks for.
    pub delay_blocks: u64,
    /// The oldest program that can follow it.
    pub min_version: Version,
    /// Active proposals that it takes the place of.
    pub supersedes: Vec<NepId>,
    /// How many tokens it appends.
    pub tokens: u64,
    /// The vocabulary proposal whose tokens it takes back.
    pub rollback: Option<NepId>,
    /// Stake that wants those tokens to be voted on.
    pub support: Amount,
    /// The voting, once there is one.
    pub voting: Option<Voting>,
    /// What was voted.
    pub tally: Tally,
    /// Second since 1970 before which it isn't activated.
    pub grace_ends: u64,
    /// The block from which it is in force.
    pub activation: Option<Height>,
    /// Why it came to nothing.
    pub reason: String,
}

/// What a proposal says.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct NepText(pub Option<Content>);

/// Which proposals there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Governance {
    /// How many there ever were; the last one's number.
    pub count: u64,
    /// Under way: in review, in voting or scheduled.
    pub live: u64,
    /// Past their review, waiting for a place among those in voting.
    pub waiting: Vec<NepId>,
    /// In voting.
    pub voting: Vec<NepId>,
    /// Approved and not activated yet.
    pub scheduled: Vec<NepId>,
    /// In force, in the order of their activation.
    pub active: Vec<NepId>,
    /// Changes of the vocabulary so far.
    pub vocabulary_steps: u64,
}

/// What an account proposed and is not done with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposer {
    /// The proposal under way.
    pub live: Option<NepId>,
}

/// Second since 1970 until which something can't be proposed again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rejected(pub u64);

/// Takes a proposal in.
pub fn submit(draft: &mut Draft<'_>, cx: &Context<'_>, from: Address, content: Content) -> Result<(), Reject> {
    let mut governance: Governance = draft.get(());
    if let Some(live) = draft.get::<Proposer>(from).live {
        return Err(NepFault::Live(live).into());
    }
    if governance.live >= LIVE_MAX {
        return Err(Reject::Limit { what: "proposals under way", most: LIVE_MAX });
    }
    let id = NepId(governance.count.saturating_add(1));
    let mut nep = checked(draft, cx, id, &content)?;
    let (have, need) = (draft.get::<Stakes>(from).unexpired(cx.seconds()), cx.parameters.proposal_stake);
    if have < need {
        return Err(NepFault::Stake { have, need }.into());
    }
    nep.deposit = cx.parameters.proposal_deposit;
    debit(draft, from, nep.deposit)?;
    nep.author = Some(from);
    (nep.created, nep.updated) = (cx.seconds(), cx.seconds());
    governance.count = id.0;
    governance.live = governance.live.saturating_add(1);
    draft.put((), &governance);
    draft.put(from, &Proposer { live: Some(id) });
    draft.put(id, &NepText(Some(content)));
    if nep.rollback.is_some() {
        if !electorate::has_room(draft) {
            return Err(Reject::Limit {
                what: "votings and petitions at once",
                most: electorate::SNAPSHOTS_MAX as u64,
            });
        }
        let (snapshot, total) = electorate::open(draft);
        nep.voting = Some(Voting { snapshot, total, ..Voting::default() });
    }
    timers::set(draft, nep.ends, Timer::Phase(id));
    draft.put(id, &nep);
    draft.tell(Event::NepMoved { nep: id, author: from, status: Status::Review, reason: String::new() });
    if nep.rollback.is_some() {
        super::voting::support(draft, cx, from, id)?;
    }
    Ok(())
}

/// Takes other words of a proposal that is reviewed; the review begins anew.
pub fn amend(
    draft: &mut Draft<'_>,
    cx: &Context<'_>,
    from: Address,
    id: NepId,
    content: Content,
) -> Result<(), Reject> {
    let before = own(draft, from, id)?;
    let mut nep = checked(draft, cx, id, &content)?;
    if nep.kind != before.kind || nep.rollback != before.rollback || (nep.tokens > 0) != (before.tokens > 0) {
        return Err(NepFault::Kind(id).into());
    }
    let Nep { author, created, deposit, voting, support, .. } = before;
    nep = Nep { author, created, deposit, voting, support, updated: cx.seconds(), ..nep };
    draft.update((), |governance: &mut Governance| governance.waiting.retain(|waiting| *waiting != id));
    draft.put(id, &NepText(Some(content)));
    timers::set(draft, nep.ends, Timer::Phase(id));
    draft.put(id, &nep);
    draft.tell(Event::NepMoved { nep: id, author: from, status: Status::Review, reason: "amended".to_owned() });
    Ok(())
}

/// Takes a proposal that is reviewed back; what its author put down goes to the pool.
pub fn withdraw(draft: &mut Draft<'_>, from: Address, id: NepId) -> Result<(), Reject> {
    let nep = own(draft, from, id)?;
    finish(draft, id, nep, Status::Withdrawn, String::new(), false)
}

/// The sender's proposal, while it is reviewed.
fn own(draft: &Draft<'_>, from: Address, id: NepId) -> Result<Nep, Reject> {
    let nep = found(draft, id)?;
    if nep.author != Some(from) {
        return Err(NepFault::Stranger(id).into());
    }
    if nep.status != Status::Review {
        return Err(NepFault::Status { id, status: nep.status, want: Status::Review }.into());
    }
    Ok(nep)
}

/// The proposal that a number names.
pub fn found(draft: &Draft<'_>, id: NepId) -> Result<Nep, Reject> {
    let nep: Nep = draft.get(id);
    if nep.author.is_some() { Ok(nep) } else { Err(NepFault::Missing(id).into()) }
}

/// A proposal is over: its place is free again, and what was put down goes back or to the pool.
pub(super) fn finish(
    draft: &mut Draft<'_>,
    id: NepId,
    mut nep: Nep,
    status: Status,
    reason: String,
    refund: bool,
) -> Result<(), Reject> {
    let author = nep.author.unwrap_or_default();
    let deposit = std::mem::take(&mut nep.deposit);
    if refund {
        credit(draft, author, deposit)?;
    } else {
        let mut supply: Supply = draft.get(());
        supply.pool = supply.pool.checked_add(deposit).ok_or(Reject::Overflow)?;
        draft.put((), &supply);
    }
    if let Some(voting) = &nep.voting {
        electorate::close(draft, voting.snapshot);
    }
    draft.update((), |governance: &mut Governance| {
        governance.live = governance.live.saturating_sub(1);
        for list in [&mut governance.waiting, &mut governance.voting, &mut governance.scheduled] {
            list.retain(|other| *other != id);
        }
    });
    draft.put(author, &Proposer::default());
    (nep.status, nep.reason) = (status, reason.clone());
    draft.put(id, &nep);
    draft.tell(Event::NepMoved { nep: id, author, status, reason });
    Ok(())
}

/// What a proposal is, if everything that it says may be said.
fn checked(draft: &Draft<'_>, cx: &Context<'_>, id: NepId, content: &Content) -> Result<Nep, Reject> {
    if content_hash(&content.document) != content.hash {
        return Err(NepFault::Hash { claimed: content.hash, found: content_hash(&content.document) }.into());
    }
    let document = Document::read(&content.document).map_err(|error| NepFault::Document(Box::new(error)))?;
    if let Some(problem) = document.first_problem(cx.parameters) {
        return Err(NepFault::Problem(problem.to_string()).into());
    }
    let kind = document.nep_type;
    special(draft, cx, id, kind, content)?;
    let changes = changes(cx, &document)?;
    attachments(draft, content, &changes)?;
    let subject = subject(&document, &changes, content);
    let Rejected(until) = draft.get(subject);
    if until > cx.seconds() {
        return Err(NepFault::Rejected { seconds: until.saturating_sub(cx.seconds()) }.into());
    }
    let parameters = cx.parameters;
    let review = match kind {
        _ if content.rollback.is_some() || content.vocabulary.is_some() => parameters.vocabulary_seconds,
        NepType::Emergency => 0,
        _ => parameters.review_seconds,
    };
    Ok(Nep {
        kind,
        title: document.title,
        hash: content.hash,
        subject,
        ends: cx.seconds().saturating_add(review),
        changes,
        grace_days: document.upgrade_path.grace_period_days,
        delay_blocks: document.upgrade_path.activation_delay_blocks,
        min_version: document.upgrade_path.min_version,
        supersedes: content.supersedes.clone(),
        tokens: content.vocabulary.as_ref().map_or(0, |tokens| tokens.merges.len() as u64),
        rollback: content.rollback,
        ..Nep::default()
    })
}

/// What is beside the hashed fields.
fn attachments(draft: &Draft<'_>, content: &Content, changes: &[Change]) -> Result<(), Reject> {
    let entries = &content.code_changes;
    let long = |(path, what): &(String, String)| path.len().max(what.len()) > CODE_BYTES_MAX;
    let odd = |(path, what): &(String, String)| odd_in_line(path).or(odd_in_lines(what)).is_some();
    if entries.len() > CODE_CHANGES_MAX || entries.iter().any(long) || entries.iter().any(odd) {
        return Err(NepFault::CodeChanges.into());
    }
    if content.supersedes.len() > SUPERSEDES_MAX {
        return Err(Reject::Limit { what: "proposals superseded by one", most: SUPERSEDES_MAX as u64 });
    }
    for (place, id) in content.supersedes.iter().enumerate() {
        let old = found(draft, *id)?;
        if old.status != Status::Active {
            return Err(NepFault::Status { id: *id, status: old.status, want: Status::Active }.into());
        }
        // What it leaves as it is stays in force, and so does the proposal that made it so.
        let again = |change: &Change| changes.iter().any(|new| new.name == change.name);
        if old.tokens > 0
            || !old.changes.iter().all(again)
            || content.supersedes.iter().take(place).any(|other| other == id)
        {
            return Err(NepFault::Supersedes(*id).into());
        }
    }
    Ok(())
}

/// New tokens, and taking them back.
fn special(draft: &Draft<'_>, cx: &Context<'_>, id: NepId, kind: NepType, content: &Content) -> Result<(), Reject> {
    if let Some(tokens) = &content.vocabulary {
        if kind != NepType::Arch || content.rollback.is_some() {
            return Err(NepFault::Attachment("new tokens are proposed by a NEP of type arch").into());
        }
        tokens.check(cx.parameters).map_err(NepFault::Tokens)?;
    }
    if let Some(target) = content.rollback {
        if kind != NepType::Emergency {
            return Err(NepFault::Attachment("tokens are taken back by a NEP of type emergency").into());
        }
        vocabulary::may_roll_back(draft, id, target)?;
    }
    Ok(())
}

/// What a document changes, by the names of the table.
fn changes(cx: &Context<'_>, document: &Document) -> Result<Vec<Change>, Reject> {
    let changed = document.apply(cx.parameters).map_err(|problem| NepFault::Problem(problem.to_string()))?;
    let text = |parameters: &Parameters, name: &str| parameters.get(name).map(|value| value.to_string());
    let names = document.parameter_changes.iter().map(document::Change::resolve);
    let changes = names.map(|name| Change {
        old: text(cx.parameters, &name).unwrap_or_default(),
        new: text(&changed, &name).unwrap_or_default(),
        name,
    });
    let changes: Vec<Change> = changes.collect();
    match changed.contradiction() {
        Some(contradiction) if !changes.is_empty() => Err(NepFault::from(contradiction).into()),
        _ => Ok(changes),
    }
}

/// Names what a proposal asks for: the same request in other words has the same subject.
fn subject(document: &Document, changes: &[Change], content: &Content) -> Hash {
    const DOMAIN: Domain = Domain::new("proposal subject");
    let wanted: Vec<(&String, &String)> = changes.iter().map(|change| (&change.name, &change.new)).collect();
    if wanted.is_empty() && content.vocabulary.is_none() && content.rollback.is_none() {
        return Hash::of(&DOMAIN, &(document.nep_type, content.hash));
    }
    Hash::of(&DOMAIN, &(document.nep_type, wanted, &content.vocabulary, content.rollback))
}

impl Status {
    /// As users write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Voting => "voting",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
            Self::Deprecated => "deprecated",
        }
    }

    /// What a proposal with it is, as in `NEP-001 is in review`.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Review => "in review",
            Self::Voting => "in voting",
            other => other.name(),
        }
    }

    /// The status that a name means.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Review,
            Self::Voting,
            Self::Scheduled,
            Self::Active,
            Self::Rejected,
            Self::Withdrawn,
            Self::Failed,
            Self::Deprecated,
        ];
        all.into_iter().find(|status| status.name() == name)
    }

    /// Whether nothing more becomes of it, but that another may take its place.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Review | Self::Voting | Self::Scheduled)
    }
}

impl Record for Nep {
    type Id = NepId;

    fn key(id: NepId) -> Key {
        Key::Nep(id)
    }

    fn holds(&self) -> Option<Amount> {
        self.deposit.checked_add(self.rewards)
    }
}

impl Record for NepText {
    type Id = NepId;

    fn key(id: NepId) -> Key {
        Key::NepText(id)
    }
}

impl Record for Governance {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Governance
    }
}

impl Record for Proposer {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Proposer(id)
    }
}

impl Record for Rejected {
    type Id = Hash;

    fn key(id: Hash) -> Key {
        Key::Rejected(id)
    }
}
