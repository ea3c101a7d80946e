//! `devnet`: a whole network of real nodes on this machine, with faults on purpose and a report of what became of it.
//!
//! Invariants: nodes are processes of this very program and know nothing of the settings of whoever starts them; none of
//! them outlives the command; checks are judged from what the nodes said alone.

mod checks;
mod homes;
mod incident;
mod network;
mod plan;
mod process;
mod report;
mod schedule;
mod tally;
#[cfg(test)]
mod tests;
mod view;

use neuroshard_commands::{DevnetArgs, DevnetCommand, DevnetUpArgs};

use super::{AppError, Context, Exit, Interrupt};
use homes::Homes;
use network::Network;
use plan::Plan;
use report::Summary;

pub(super) fn devnet(cx: &Context, args: &DevnetArgs) -> Result<Exit, AppError> {
    match &args.command {
        DevnetCommand::Up(args) => up(cx, args),
    }
}

fn up(cx: &Context, args: &DevnetUpArgs) -> Result<Exit, AppError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan::of(args, cores)?;
    let file = plan.wanted().report.as_deref();
    file.map(report::check_writable).transpose()?;
    let interrupt = Interrupt::install()?;
    let homes = Homes::make(cx, &plan)?;
    let summary = {
        let mut network = Network::new(cx, &plan, &homes);
        network.run(&interrupt)?;
        network.stop()?;
        Summary::of(&network.tally, plan.wanted())
    };
    file.map(|path| summary.write(path)).transpose()?;
    cx.out.emit(&summary)?;
    match &args.out {
        Some(_) => cx
            .out
            .hint(format_args!("the homes of the nodes and what they complained about: {}", homes.path().display())),
        None if !summary.passed => cx.out.hint("--out DIR keeps the homes of the nodes and their logs"),
        None => {}
    }
    if let Some(exit) = interrupt.interrupted() {
        return Ok(exit);
    }
    // Nodes that never met are no network, whether anybody asked for checks or not.
    let failed = !summary.passed && args.checks.check || !summary.came_online();
    Ok(if failed { Exit::Refused } else { Exit::Success })
}
