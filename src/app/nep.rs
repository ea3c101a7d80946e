//! `nep`: writes, names and judges proposals.
//!
//! Invariant: `hash` and `describe` judge nothing, `check` judges everything, and none of them sends anything.

mod check;
mod file;
mod source;

use std::fmt;

use neuroshard_commands::{NepArgs, NepCommand, NepDescribeArgs, NepHashArgs, NepKind, NepTemplateArgs};
use serde::Serialize;

use self::source::Source;
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::economics::parameters::NepType;
use crate::governance::describe::{describe as line, is_neutral};
use crate::governance::document::{self, ContentHash, Impact, canonical, content_hash, draft_id};
use crate::governance::template::template as example;

pub(super) fn nep(cx: &Context, args: &NepArgs) -> Result<Exit, AppError> {
    match &args.command {
        NepCommand::Template(args) => template(cx, args),
        NepCommand::Hash(args) => hash(cx, args),
        NepCommand::Check(args) => check::check(cx, args),
        NepCommand::Describe(args) => describe(cx, args),
    }
}

fn template(cx: &Context, args: &NepTemplateArgs) -> Result<Exit, AppError> {
    let kind = match args.kind {
        NepKind::Arch => NepType::Arch,
        NepKind::Econ => NepType::Econ,
        NepKind::Train => NepType::Train,
        NepKind::Net => NepType::Net,
        NepKind::Gov => NepType::Gov,
        NepKind::Emergency => NepType::Emergency,
    };
    cx.out.emit(&Template { nep_type: document::type_name(kind), template: example(kind) })?;
    Ok(Exit::Success)
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
