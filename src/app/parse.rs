//! From arguments to a parsed command line, and from clap's refusals to ours.
//!
//! Invariant: wrong usage ends with exit code 2 and says what would help, in the format that was asked for.

use std::ffi::OsString;
use std::fmt;

use anyhow::anyhow;
use clap::Parser as _;
use clap::error::ErrorKind;
use neuroshard_commands::Cli;
use serde::Serialize;

use super::error::{AppError, Exit};
use super::output::{Out, Report};

const MORE: &str = "--help says more";

/// Parses the arguments, or says why not (or the help that was asked for) and gives the exit code.
pub(super) fn parse(args: Vec<OsString>, out: &Out) -> Result<Cli, Exit> {
    Cli::try_parse_from(args).map_err(|error| {
        let answered = match error.kind() {
            ErrorKind::DisplayHelp if out.is_json() => out.emit(&Help { help: error.render().to_string() }),
            ErrorKind::DisplayHelp => out.emit(&Help { help: error.render().ansi().to_string() }),
            ErrorKind::DisplayVersion => out.emit(&Version { name: "neuroshard", version: env!("CARGO_PKG_VERSION") }),
            _ => Err(refusal(&error)),
        };
        answered.map_or_else(|error| out.fail(&error), |()| Exit::Success)
    })
}

/// clap renders a paragraph for the error, then its tips, the usage and a pointer to the help, with blank lines between.
fn refusal(error: &clap::Error) -> AppError {
    let rendered = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let usage = rendered.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or_default();
        return AppError::usage(anyhow!("a command is missing")).hint(format!("usage: {usage}")).hint(MORE);
    }
    let (message, rest) = rendered.split_once("\n\n").unwrap_or((&rendered, ""));
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let words: Vec<&str> = message.split_whitespace().collect();
    let mut refusal = AppError::usage(anyhow!(words.join(" ")));
    for line in rest.lines().map(str::trim) {
        if let Some(tip) = line.strip_prefix("tip: ") {
            refusal = refusal.hint(tip);
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            refusal = refusal.hint(format!("usage: {usage}"));
        } else if line.starts_with("For more information") {
            refusal = refusal.hint(MORE);
        }
    }
    refusal
}

#[derive(Serialize)]
struct Help {
    help: String,
}

impl Report for Help {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(&self.help)
    }
}

#[derive(Serialize)]
struct Version {
    name: &'static str,
    version: &'static str,
}

impl Report for Version {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{} {}", self.name, self.version)
    }
}
