//! The program around the library: parses, dispatches to one handler a command, reports, and picks the exit code.
//!
//! Invariants: a handler never prints by itself (all of it goes through [`Out`]), never exits the process, and answers
//! every failure with an [`AppError`] that says what would help.

mod bench;
mod client;
mod completions;
#[cfg(feature = "flex")]
mod compute;
mod config;
mod context;
mod dashboard;
mod data;
mod devnet;
mod doctor;
mod error;
mod explain;
#[cfg(feature = "flex")]
mod export;
mod genesis;
#[cfg(feature = "flex")]
mod infer;
mod interrupt;
mod joining;
mod man;
mod memory;
mod nep;
mod node;
mod output;
mod panic;
mod parse;
mod prompt;
mod snapshot;
mod stake;
mod status;
mod tracker;
#[cfg(feature = "flex")]
mod train;
mod units;
mod wallet;
#[cfg(not(feature = "flex"))]
mod without_tensors;

use std::ffi::OsString;

use neuroshard_commands::{Cli, Command, DashboardArgs};

pub use context::Context;
pub use error::{AppError, Exit, Kind};
pub use interrupt::Interrupt;
pub use output::{Manner, Out, Report};
pub use panic::guard;
#[cfg(not(feature = "flex"))]
use without_tensors::{export, infer, train};

/// Runs the program with the arguments of the process, its name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let manner = Manner::guess(&args);
    guard(manner, || match parse::parse(args, &Out::new(manner)) {
        Ok(cli) => main(&cli),
        Err(exit) => exit,
    })
}

/// Runs the command that was parsed and reports how it ended.
#[must_use]
pub fn main(cli: &Cli) -> Exit {
    let cx = Context::new(&cli.global);
    dispatch(&cx, cli.command.as_ref()).unwrap_or_else(|error| cx.out.fail(&error))
}

fn dispatch(cx: &Context, command: Option<&Command>) -> Result<Exit, AppError> {
    match command {
        None if dashboard::has_terminal(cx) => dashboard::dashboard(cx, &DashboardArgs::default()),
        None => train::first_run(cx),
        Some(Command::Dashboard(args)) => dashboard::dashboard(cx, args),
        Some(Command::Node(args)) => node::node(cx, args),
        Some(Command::Devnet(args)) => devnet::devnet(cx, args),
        Some(Command::Tracker(args)) => tracker::tracker(cx, args),
        Some(Command::Status(_)) => status::status(cx),
        Some(Command::Train(args)) => train::train(cx, args),
        Some(Command::Infer(args)) => infer::infer(cx, args),
        Some(Command::Data(args)) => data::data(cx, args),
        Some(Command::Export(args)) => export::export(cx, args),
        Some(Command::Bench(args)) => bench::bench(cx, args),
        Some(Command::Wallet(args)) => wallet::wallet(cx, args),
        Some(Command::Stake(args)) => stake::stake(cx, args),
        Some(Command::Nep(args)) => nep::nep(cx, args),
        Some(Command::Vote(args)) => nep::vote(cx, args),
        Some(Command::Explain(args)) => explain::explain(cx, args),
        Some(Command::Genesis(args)) => genesis::genesis(cx, args),
        Some(Command::Snapshot(args)) => snapshot::snapshot(cx, args),
        Some(Command::Config(args)) => config::config(cx, args),
        Some(Command::Doctor(args)) => doctor::doctor(cx, args),
        Some(Command::Completions(args)) => completions::completions(cx, args),
        Some(Command::Man(args)) => man::man(cx, args),
    }
}
