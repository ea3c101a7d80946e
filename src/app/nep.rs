//! `nep`: writes, names and judges proposals.
//!
//! Invariant: `hash` and `describe` judge nothing, `check` judges everything; only what is in [`submit`] sends anything.

mod check;
mod file;
mod show;
mod simulate;
mod source;
mod submit;
mod table;
mod wait;

use std::fmt;

use anyhow::anyhow;
use neuroshard_commands::{NepArgs, NepCommand, NepDescribeArgs, NepHashArgs, NepKind, NepStatus, NepTemplateArgs};
use serde::Serialize;

pub(super) use self::check::parameters;
use self::source::Source;
pub(super) use self::submit::vote;
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::economics::parameters::NepType;
use crate::governance::describe::{describe as line, is_neutral};
use crate::governance::document::text::odd_in_line;
use crate::governance::document::{ContentHash, Impact, canonical, content_hash, draft_id};
use crate::governance::id::NepId;
use crate::governance::template::template as example;
use crate::ledger::neps::Status;

pub(super) fn nep(cx: &Context, args: &NepArgs) -> Result<Exit, AppError> {
    match &args.command {
        NepCommand::Template(args) => template(cx, args),
        NepCommand::Hash(args) => hash(cx, args),
        NepCommand::Check(args) => check::check(cx, args),
        NepCommand::Describe(args) => describe(cx, args),
        NepCommand::Simulate(args) => simulate::simulate(cx, args),
        NepCommand::Submit(args) => submit::submit(cx, args),
        NepCommand::List(args) => show::list(cx, args),
        NepCommand::Show(args) => show::show(cx, args),
        NepCommand::Results(args) => show::results(cx, args),
        NepCommand::Wait(args) => wait::wait(cx, args),
        NepCommand::Amend(args) => submit::amend(cx, args),
        NepCommand::Withdraw(args) => submit::withdraw(cx, args),
        NepCommand::Support(args) => submit::support(cx, args),
        NepCommand::Params(args) => show::params(cx, args),
    }
}

fn template(cx: &Context, args: &NepTemplateArgs) -> Result<Exit, AppError> {
    let kind = kind(args.kind);
    cx.out.emit(&Template { nep_type: kind.name(), template: example(kind) })?;
    Ok(Exit::Success)
}

/// A type of the command line, as the ledger has it.
fn kind(kind: NepKind) -> NepType {
    match kind {
        NepKind::Arch => NepType::Arch,
        NepKind::Econ => NepType::Econ,
        NepKind::Train => NepType::Train,
        NepKind::Net => NepType::Net,
        NepKind::Gov => NepType::Gov,
        NepKind::Emergency => NepType::Emergency,
    }
}

/// A status of the command line, as the ledger has it; `approved` is none that lasts.
fn status(status: NepStatus) -> Status {
    match status {
        NepStatus::Review => Status::Review,
        NepStatus::Voting => Status::Voting,
        NepStatus::Approved | NepStatus::Scheduled => Status::Scheduled,
        NepStatus::Active => Status::Active,
        NepStatus::Rejected => Status::Rejected,
        NepStatus::Withdrawn => Status::Withdrawn,
        NepStatus::Failed => Status::Failed,
        NepStatus::Deprecated => Status::Deprecated,
    }
}

/// The proposal that an argument names.
fn named(text: &str) -> Result<NepId, AppError> {
    text.parse().map_err(AppError::usage)
}

fn absent(id: NepId) -> AppError {
    AppError::refused(anyhow!("there is no {id}")).hint("`neuroshard nep list` lists all of them")
}

/// Somebody's words on one line: what would move the cursor or turn the text around is shown as such.
pub(super) fn shown(text: &str) -> String {
    let safe = |character| if odd_in_line(character).is_some() { "\u{fffd}" } else { character };
    text.split_inclusive(|_| true).map(safe).collect()
}

/// The same, with its lines.
fn shown_lines(text: &str) -> String {
    text.lines().map(|line| shown(&line.replace('\t', "    "))).collect::<Vec<_>>().join("\n")
}

#[derive(Serialize)]
struct Template {
    nep_type: &'static str,
    template: &'static str,
}

impl Report for Template {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(self.template)
    }
}

fn hash(cx: &Context, args: &NepHashArgs) -> Result<Exit, AppError> {
    let source = Source::read(&args.file)?;
    let content_hash = content_hash(&canonical(&source.json).map_err(|error| source.refused(error))?);
    cx.out.emit(&Named { content_hash, draft_id: draft_id(content_hash) })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Named {
    content_hash: ContentHash,
    draft_id: String,
}

impl Report for Named {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}  {}", self.content_hash, self.draft_id)
    }
}

fn describe(cx: &Context, args: &NepDescribeArgs) -> Result<Exit, AppError> {
    let source = Source::read(&args.file)?;
    let impact = Impact::of(&source.json).map_err(|error| source.refused(error))?;
    cx.out.emit(&Described { description: line(&impact), neutral: is_neutral(&impact) })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Described {
    description: String,
    neutral: bool,
}

impl Report for Described {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.description)
    }
}
