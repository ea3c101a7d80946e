//! `doctor`: looks at everything that a node needs, and says how to mend what is wrong.
//!
//! Invariants: it changes nothing, takes seconds at most, and goes on after a check that fails; a check that depends on
//! what another found broken says so instead of guessing.

mod home;
mod machine;
mod network;
mod peers;
mod terminal;

use std::fmt;

use anstyle::{AnsiColor, Style};
use neuroshard_commands::DoctorArgs;
use serde::Serialize;

use super::output::Report;
use super::{AppError, Context, Exit};
use crate::config::{Layer, Machine, Settings};

const GOOD: Style = AnsiColor::Green.on_default();
const WORRYING: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// As it should be.
    Ok,
    /// It works, and could be better.
    Warn,
    /// A node would not run, or not go on.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
struct Check {
    #[serde(rename = "check")]
    name: &'static str,
    status: Status,
    detail: String,
    mend: Option<String>,
    #[serde(skip)]
    ascii: bool,
}

impl Check {
    fn new(name: &'static str, status: Status, detail: impl Into<String>) -> Self {
        // What an error quotes may hold line ends; a check is one line.
        let detail = detail.into().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { name, status, detail, mend: None, ascii: false }
    }

    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, detail)
    }

    fn warn(name: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..Self::new(name, Status::Warn, detail) }
    }

    fn fail(name: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..Self::new(name, Status::Fail, detail) }
    }

    /// What a handler would have ended with.
    fn error(name: &'static str, error: &AppError, mend: &str) -> Self {
        let detail = std::iter::once(error.message()).chain(error.causes()).collect::<Vec<_>>().join(": ");
        let hints = error.hints().join("; ");
        Self::fail(name, detail, if hints.is_empty() { mend.to_owned() } else { hints })
    }
}

impl Report for Check {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let (style, mark, plain, word) = match self.status {
            Status::Ok => (GOOD, '✓', '+', "ok"),
            Status::Warn => (WORRYING, '!', '!', "warn"),
            Status::Fail => (BAD, '✗', 'x', "fail"),
        };
        let (mark, arrow) = if self.ascii { (plain, "->") } else { (mark, "→") };
        writeln!(w, "{style}{mark} {word:<4}{style:#}  {:<13} {}", self.name, self.detail)?;
        self.mend.iter().try_for_each(|mend| writeln!(w, "{:>21} {arrow} {mend}", ""))
    }
}

pub(super) fn doctor(cx: &Context, _: &DoctorArgs) -> Result<Exit, AppError> {
    let ascii = Machine::of(&|name| std::env::var_os(name)).ascii;
    let (mut warned, mut failed) = (0, 0);
    let mut tell = |check: Check| {
        warned += usize::from(check.status == Status::Warn);
        failed += usize::from(check.status == Status::Fail);
        cx.out.emit(&Check { ascii, ..check })
    };
    let (settings, check) = settings(cx);
    tell(check)?;
    let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for (variable, meant) in crate::config::misspelt(variables) {
        let detail = format!("{variable} is set, and nobody reads it");
        tell(Check::warn("environment", detail, format!("did you mean {meant}?")))?;
    }
    match cx.home() {
        Ok(home) => {
            home::checks(&home).into_iter().try_for_each(&mut tell)?;
            network::checks(cx, &home, &settings).into_iter().try_for_each(&mut tell)?;
        }
        Err(error) => tell(Check::error("home", &error, "name one with --home DIR"))?,
    }
    machine::checks(&settings).into_iter().try_for_each(&mut tell)?;
    terminal::checks(ascii).into_iter().try_for_each(&mut tell)?;
    cx.out.note(match (failed, warned) {
        (0, 0) => "All is well.".to_owned(),
        (0, _) => format!("A node can run here; {warned} could be better."),
        _ => format!("{failed} to mend before a node runs well here."),
    });
    Ok(if failed == 0 { Exit::Success } else { Exit::Refused })
}

/// What holds; where the settings are wrong, the defaults, so that the other checks go on.
fn settings(cx: &Context) -> (Settings, Check) {
    let place = cx.config_place();
    match cx.settings(Layer::default()) {
        Ok(settings) => {
            let path = place.map(|place| place.path).unwrap_or_default();
            let there = if path.is_file() { "" } else { ", which is not there: defaults hold" };
            (settings, Check::ok("settings", format!("{}{there}", path.display())))
        }
        Err(error) => {
            let machine = Machine::of(&|name| std::env::var_os(name));
            let builtin =
                Settings::resolve(Layer::default(), Layer::default(), &crate::config::File::default(), machine);
            (builtin, Check::error("settings", &error, "`neuroshard config init` writes a fresh file"))
        }
    }
}
