//! `nep check`: everything that is wrong with a proposal, each with its line, or that it is in order.
//!
//! Invariant: whoever asks learns which parameters it was judged by.

use std::fmt;
use std::path::Path;

use anyhow::anyhow;
use neuroshard_commands::NepCheckArgs;
use serde::Serialize;

use super::file::{Finding, NepFile};
use super::shown;
use super::source::{Source, SourceError};
use crate::app::client::{explain, source};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit, Kind};
use crate::economics::Parameters;
use crate::governance::describe::{describe, is_neutral};
use crate::governance::document::{Change, ContentHash, UpgradePath, draft_id};
use crate::governance::id::NepId;
use crate::ledger::activation::waits;

/// Where nobody says which parameters hold.
const DEFAULTS: &str = "the public defaults";

pub(super) fn check(cx: &Context, args: &NepCheckArgs) -> Result<Exit, AppError> {
    let (parameters, against) = parameters(cx)?;
    let file = read(cx, &args.file, &parameters, &against)?;
    for field in &file.ignored {
        cx.out.note(format_args!("{}: the chain says what `{field}` is; what the file says is not read", file.name));
    }
    cx.out.emit(&Checked::of(&file, &parameters, against))?;
    warn_of_version(cx, &file);
    Ok(Exit::Success)
}

/// Says that this program could not follow the proposal, if that is so.
pub(super) fn warn_of_version(cx: &Context, file: &NepFile) {
    let (own, needs) = (crate::node::version(), file.document.upgrade_path.min_version);
    if needs > own {
        cx.out.warn(format_args!(
            "it needs version {needs} and this is {own}: nodes like this one stop before it is in force"
        ));
    }
}

/// A proposal's file that parameters have nothing against; what is wrong with it is said, all of it.
pub(super) fn read(cx: &Context, path: &Path, parameters: &Parameters, against: &str) -> Result<NepFile, AppError> {
    let source = match Source::read(path) {
        Ok(source) => source,
        Err(SourceError::Syntax { name, line, says }) => {
            return refuse(cx, &name, vec![Finding { line, field: String::new(), message: says }]);
        }
        Err(error) => return Err(error.into()),
    };
    let name = source.name.clone();
    NepFile::of(source, parameters).or_else(|findings| {
        cx.out.note(format_args!("judged by the parameters of {against}"));
        refuse(cx, &name, findings)
    })
}

fn refuse<T>(cx: &Context, name: &str, findings: Vec<Finding>) -> Result<T, AppError> {
    let problems = match findings.len() {
        1 => "one problem".to_owned(),
        count => format!("{count} problems"),
    };
    for Finding { line, field, message } in findings {
        // A field's name is the author's text too.
        let finding = Finding { line, field: shown(&field), message: shown(&message) };
        cx.out.emit(&Said { finding, name })?;
    }
    Err(AppError::refused(anyhow!("`{name}` has {problems}")))
}

/// The parameters in force here, and whose they are.
pub(in crate::app) fn parameters(cx: &Context) -> Result<(Parameters, String), AppError> {
    let found = source(cx).and_then(|source| source.network().map_err(explain));
    match found {
        Ok(network) => {
            let unread = || AppError::refused(anyhow!("its parameters can't be read: is it of this version?"));
            let parameters = network.parameters().ok_or_else(unread)?;
            Ok((parameters, format!("the network {} at height {}", network.network, network.height)))
        }
        // Nobody named a node, and there is none.
        Err(error) if error.kind() == Kind::NoNode && cx.api.is_none() => {
            Ok((Parameters::default(), DEFAULTS.to_owned()))
        }
        Err(error) => Err(error),
    }
}

#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    finding: Finding,
    #[serde(skip)]
    name: &'a str,
}

impl Report for Said<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Finding { line, field, message } = &self.finding;
        let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
        writeln!(w, "{}:{line}: {field}{message}", self.name)
    }
}

#[derive(Serialize)]
struct Checked {
    content_hash: ContentHash,
    draft_id: String,
    title: String,
    nep_type: &'static str,
    description: String,
    neutral: bool,
    changes: Vec<Changed>,
    new_tokens: usize,
    rollback: Option<NepId>,
    supersedes: Vec<NepId>,
    grace_seconds: u64,
    delay_blocks: u64,
    bytes: usize,
    against: String,
}

#[derive(Serialize)]
struct Changed {
    name: String,
    unit: &'static str,
    old_value: String,
    new_value: String,
}

impl Checked {
    fn of(file: &NepFile, parameters: &Parameters, against: String) -> Self {
        let document = &file.document;
        let entries = Parameters::entries();
        let UpgradePath { grace_period_days, activation_delay_blocks, .. } = document.upgrade_path;
        let (grace_seconds, delay_blocks) = waits(
            parameters,
            document.nep_type,
            file.vocabulary.is_some(),
            (grace_period_days, activation_delay_blocks),
        );
        let changed = |change: &Change| {
            let name = change.resolve();
            let entry = entries.iter().find(|entry| entry.name == name)?;
            let [old, new] = [parameters.get(&name)?, change.value().ok()?].map(|value| value.to_string());
            Some(Changed { name, unit: entry.unit, old_value: old, new_value: new })
        };
        Self {
            content_hash: file.hash,
            draft_id: draft_id(file.hash),
            title: document.title.clone(),
            nep_type: document.nep_type.name(),
            description: describe(&document.economic_impact),
            neutral: is_neutral(&document.economic_impact),
            changes: document.parameter_changes.iter().filter_map(changed).collect(),
            new_tokens: file.vocabulary.as_ref().map_or(0, |vocabulary| vocabulary.merges.len()),
            rollback: file.rollback,
            supersedes: file.supersedes.clone(),
            grace_seconds,
            delay_blocks,
            bytes: file.canonical.len(),
            against,
        }
    }
}

/// Time as people say it, in the largest unit that is whole.
fn period(seconds: u64) -> String {
    let units = [(86_400, "days"), (3600, "hours"), (60, "minutes")];
    let whole = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{seconds} seconds"), |(unit, name)| format!("{} {name}", seconds / unit))
}

impl Report for Checked {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{} ({}) is in order, by the parameters of {}", self.title, self.nep_type, self.against)?;
        writeln!(w, "  content hash  {}  {}", self.content_hash, self.draft_id)?;
        writeln!(w, "  estimate      {}, by its author", self.description)?;
        if self.new_tokens > 0 {
            writeln!(w, "  new tokens    {}", self.new_tokens)?;
        }
        for other in &self.supersedes {
            writeln!(w, "  supersedes    {other}")?;
        }
        if let Some(target) = self.rollback {
            writeln!(w, "  takes back    the tokens of {target}")?;
        }
        if self.changes.is_empty() {
            writeln!(w, "  changes       no parameter")?;
        }
        for Changed { name, unit, old_value, new_value } in &self.changes {
            writeln!(w, "  changes       {name} from {old_value} to {new_value} {unit}")?;
        }
        let (grace, blocks) = (period(self.grace_seconds), self.delay_blocks);
        writeln!(w, "  once approved it waits {grace} and {blocks} blocks at least")
    }
}
