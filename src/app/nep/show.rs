//! `nep list`, `show`, `results` and `params`: what proposals there are, and what they can change.
//!
//! Invariant: what somebody else wrote reaches the terminal without control characters.

use std::fmt;

use anyhow::anyhow;
use neuroshard_commands::{NepListArgs, NepParamsArgs, NepResultsArgs, NepShowArgs};
use serde::Serialize;
use serde_json::Value;

use super::table::{table, trimmed};
use super::{absent, kind, named, shown, shown_lines, status};
use crate::app::client::{explain, source};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::ledger::neps::Status;
use crate::node::queries::ParameterAnswer;
use crate::node::queries::governance::{Filter, NepAnswer, NepFullAnswer, ResultsAnswer};
use crate::types::Amount;

/// Columns of a bar.
const BAR: usize = 30;

pub(super) fn list(cx: &Context, args: &NepListArgs) -> Result<Exit, AppError> {
    let filter = Filter { status: args.status.map(status), nep_type: args.kind.map(kind) };
    let neps = source(cx)?.neps(filter).map_err(explain)?;
    if cx.out.is_json() {
        for nep in &neps {
            cx.out.emit(&Row(nep))?;
        }
        return Ok(Exit::Success);
    }
    if neps.is_empty() {
        cx.out.note("There is no such proposal.");
        cx.out.hint("`neuroshard nep template econ` prints an example to begin with");
        return Ok(Exit::Success);
    }
    cx.out.emit(&Listing(&neps))?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Row<'a>(&'a NepAnswer);

impl Report for Row<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.0.id)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Listing<'a>(&'a [NepAnswer]);

impl Report for Listing<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let mut table = table(&["ID", "STATUS", "TYPE", "TITLE", "YES / NO", "WHEN"], 3);
        for nep in self.0 {
            let results = &nep.results;
            let votes = match results.votes {
                0 => "-".to_owned(),
                _ => format!("{} / {}", results.yes_stake, results.no_stake),
            };
            let (id, kind) = (nep.id.to_string(), nep.nep_type.name().to_owned());
            table.add_row([id, nep.status.name().to_owned(), kind, shown(&nep.title), votes, when(nep)]);
        }
        writeln!(w, "{}", trimmed(&table))
    }
}

/// When something becomes of a proposal, or why nothing does.
fn when(nep: &NepAnswer) -> String {
    match (nep.status, &nep.ends_at, nep.activation_height, &nep.reason) {
        (Status::Review | Status::Voting, Some(ends), ..) => format!("until {ends}"),
        (Status::Scheduled, _, Some(height), _) => format!("from block {height}"),
        (Status::Active, _, Some(height), _) => format!("since block {height}"),
        (_, _, _, Some(reason)) => shown(reason),
        _ => String::new(),
    }
}

pub(super) fn show(cx: &Context, args: &NepShowArgs) -> Result<Exit, AppError> {
    let id = named(&args.id)?;
    let nep = source(cx)?.nep(id).map_err(explain)?.ok_or_else(|| absent(id))?;
    cx.out.emit(&Shown { nep: &nep, full: args.full })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    nep: &'a NepFullAnswer,
    #[serde(skip)]
    full: bool,
}

impl Report for Shown<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let NepFullAnswer { nep, impact, document, code_changes } = self.nep;
        writeln!(w, "{}  {}", nep.id, shown(&nep.title))?;
        let mut fact = |name: &str, value: &str| writeln!(w, "  {name:<13} {value}");
        let colon = if nep.status.is_over() && nep.status != Status::Active { ": " } else { " " };
        fact("status", [nep.status.name(), &when(nep)].join(colon).trim_end_matches([':', ' ']))?;
        fact("type", nep.nep_type.name())?;
        fact("author", &nep.author.to_string())?;
        fact("submitted", &nep.created_at)?;
        if nep.updated_at != nep.created_at {
            fact("amended", &nep.updated_at)?;
        }
        fact("content hash", &nep.content_hash.to_string())?;
        fact("estimate", &format!("{}, by its author", shown(impact)))?;
        for change in &nep.changes {
            let (old, new) = (&change.old_value, &change.new_value);
            fact("changes", &format!("{} from {old} to {new} {}", change.name, change.unit))?;
        }
        if nep.new_tokens > 0 {
            fact("new tokens", &nep.new_tokens.to_string())?;
        }
        if let Some(target) = nep.rollback {
            fact("takes back", &format!("the tokens of {target}; {} NEURO support a vote on it", nep.support))?;
        }
        for other in &nep.supersedes {
            fact("supersedes", &other.to_string())?;
        }
        let own = crate::node::version();
        let needs = nep.min_version.to_string();
        let needs =
            if nep.min_version > own { needs + &format!("; this is {own}, which can't follow it") } else { needs };
        fact("needs version", &needs)?;
        if nep.status != Status::Review {
            writeln!(w)?;
            votes(w, &nep.results)?;
        }
        let text = |field: &str| document[field].as_str().map(shown_lines).unwrap_or_default();
        let parts = if self.full { &["abstract", "motivation", "specification"][..] } else { &["abstract"] };
        for part in parts {
            writeln!(w, "\n{}\n{}", part.to_uppercase(), text(part))?;
        }
        if self.full {
            rationales(w, document)?;
            for (path, what) in code_changes {
                writeln!(w, "\n{}\n{}", shown(path), shown_lines(what))?;
            }
        }
        Ok(())
    }
}

fn rationales(w: &mut dyn fmt::Write, document: &Value) -> fmt::Result {
    let changes = document["parameter_changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    for change in changes {
        let text = |field: &str| change[field].as_str().map(shown_lines).unwrap_or_default();
        let name = [text("module"), text("parameter")];
        let name: Vec<&str> = name.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        writeln!(w, "\nWHY {}\n{}", name.join("."), text("rationale"))?;
    }
    Ok(())
}

pub(super) fn results(cx: &Context, args: &NepResultsArgs) -> Result<Exit, AppError> {
    let id = named(&args.id)?;
    let nep = source(cx)?.nep(id).map_err(explain)?.ok_or_else(|| absent(id))?;
    cx.out.emit(&Results(&nep.nep.results))?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Results<'a>(&'a ResultsAnswer);

impl Report for Results<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let results = self.0;
        let ends = results.ends_at.as_deref().map(|ends| format!(" until {ends}")).unwrap_or_default();
        writeln!(w, "{}  {}{ends}", results.id, results.status.name())?;
        votes(w, results)
    }
}

/// A bar a choice, and how much is missing.
fn votes(w: &mut dyn fmt::Write, results: &ResultsAnswer) -> fmt::Result {
    let ResultsAnswer { yes_stake, no_stake, abstain_stake, electorate, votes, .. } = results;
    let of = |stake: &Amount| stake.nano() as f64 / (electorate.nano() as f64).max(1.0);
    for (name, stake) in [("yes", yes_stake), ("no", no_stake), ("abstain", abstain_stake)] {
        writeln!(w, "  {name:<8} {}  {:>7}  {stake} NEURO", bar(of(stake)), percent(of(stake)))?;
    }
    let voters = if *votes == 1 { "1 vote".to_owned() } else { format!("{votes} votes") };
    writeln!(w, "  {voters}; shares are of the {electorate} NEURO that the quorum counts from")?;
    let mark = |holds: bool| if holds { "reached" } else { "not reached" };
    let quorum = (percent(results.participation), percent(results.quorum), mark(results.quorum_reached));
    writeln!(w, "  quorum   {} voted, {} have to: {}", quorum.0, quorum.1, quorum.2)?;
    let enough = results.approval >= results.threshold && !(yes_stake.is_zero() && no_stake.is_zero());
    let approval = (percent(results.approval), percent(results.threshold), mark(enough));
    writeln!(w, "  approval {} of yes and no are yes, {} have to: {}", approval.0, approval.1, approval.2)?;
    let missing = results.missing();
    if missing.is_empty() { Ok(()) } else { writeln!(w, "  missing  {missing}") }
}

fn bar(share: f64) -> String {
    let full = ((share.clamp(0.0, 1.0) * BAR as f64).round() as usize).min(BAR);
    "█".repeat(full) + &"░".repeat(BAR - full)
}

/// Cut to a tenth, never rounded up to what was not reached.
fn percent(share: f64) -> String {
    format!("{:.1} %", (share * 1000.0 + 1e-9).floor() / 10.0)
}

pub(super) fn params(cx: &Context, args: &NepParamsArgs) -> Result<Exit, AppError> {
    let (parameters, against) = super::check::parameters(cx)?;
    cx.out.detail(format_args!("the parameters of {against}"));
    let named = |entry: &ParameterAnswer| {
        args.name.as_ref().is_none_or(|name| entry.name == *name || entry.name.split('.').next() == Some(name))
    };
    let found: Vec<ParameterAnswer> = ParameterAnswer::all(&parameters).into_iter().filter(named).collect();
    if let ([], Some(name)) = (found.as_slice(), &args.name) {
        let known: Vec<String> = ParameterAnswer::all(&parameters).into_iter().map(|entry| entry.name).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let says = format!("there is no parameter {:?}{}", shown(name), super::file::suggestion(name, &known));
        return Err(AppError::refused(anyhow!(says)).hint("`neuroshard nep params` lists all of them"));
    }
    if cx.out.is_json() {
        for entry in &found {
            cx.out.emit(&Entry(entry))?;
        }
    } else {
        cx.out.emit(&Entries(&found))?;
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Entry<'a>(&'a ParameterAnswer);

impl Report for Entry<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.0.name)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Entries<'a>(&'a [ParameterAnswer]);

impl Report for Entries<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        if let [entry] = self.0 {
            writeln!(w, "{} is {} {}", entry.name, entry.value, entry.unit)?;
            writeln!(w, "  {}", entry.about)?;
            writeln!(w, "  from {} to {}, {} on a public network", entry.least, entry.most, entry.default)?;
            return writeln!(w, "  changed by proposals of type {}", entry.by.join(" or "));
        }
        let mut table = table(&["NAME", "VALUE", "UNIT", "FROM", "TO", "BY", "WHAT"], 2);
        for entry in self.0 {
            let by = entry.by.iter().filter(|kind| *kind != "emergency").cloned().collect::<Vec<_>>().join(" ");
            let ParameterAnswer { name, value, unit, least, most, about, .. } = entry;
            table.add_row([name, value, unit, least, most, &by, about]);
        }
        writeln!(w, "{}", trimmed(&table))
    }
}
