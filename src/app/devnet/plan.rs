//! What a devnet is to be, judged from its flags.
//!
//! Invariant: a plan can be carried out: each node that a fault names is there, and each fault comes before the end.

use std::time::Duration;

use anyhow::anyhow;
use neuroshard_commands::{CheckArgs, DevnetUpArgs, Partition};

use super::schedule::Schedule;
use crate::app::AppError;

/// What a devnet is to be.
pub(super) struct Plan<'a> {
    /// As it was asked for.
    pub(super) args: &'a DevnetUpArgs,
    /// How many of the nodes vote on blocks.
    pub(super) validators: usize,
    /// Processor threads of each.
    pub(super) threads: usize,
}

/// Whether a node trains. For as long as nodes don't train together, one alone does; without tensors none can.
pub(super) fn trains(index: usize) -> bool {
    cfg!(feature = "flex") && index == 0
}

impl<'a> Plan<'a> {
    pub(super) fn of(args: &'a DevnetUpArgs, cores: usize) -> Result<Self, AppError> {
        let nodes = args.nodes;
        let joint = [
            (args.quorums.is_some(), "--quorums"),
            (args.stages.is_some(), "--stages"),
            (args.faults.adversary.is_some(), "--adversary"),
        ];
        if let Some((_, flag)) = joint.iter().find(|(given, _)| *given) {
            return Err(AppError::refused(anyhow!("{flag} comes with joint training, which is not built yet")));
        }
        let validators = args.validators.unwrap_or(nodes);
        if validators > nodes {
            return Err(AppError::usage(anyhow!("{validators} validators are more than the {nodes} nodes")));
        }
        let cut = args.faults.partition.iter().flat_map(|Partition(left, right)| left.iter().chain(right));
        if let Some(absent) = args.faults.kill_node.iter().chain(cut).find(|node| **node >= nodes) {
            let says = format!("there is no node {absent}: the last one is {}", nodes - 1);
            return Err(AppError::usage(anyhow!(says)).hint("nodes count from 0; --nodes N runs more"));
        }
        if let Some(last) = Schedule::of(&args.faults).last().filter(|last| *last >= args.duration) {
            let says =
                format!("a fault at {} s is not before the end at {} s", last.as_secs(), args.duration.as_secs());
            return Err(AppError::usage(anyhow!(says)).hint("give a longer --duration"));
        }
        Ok(Self { args, validators, threads: (cores / nodes).max(1) })
    }

    pub(super) fn nodes(&self) -> usize {
        self.args.nodes
    }

    pub(super) fn duration(&self) -> Duration {
        self.args.duration
    }

    pub(super) fn wanted(&self) -> &CheckArgs {
        &self.args.checks
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use neuroshard_commands::{Cli, Command, DevnetCommand};

    use super::*;
    use crate::app::Kind;

    fn plan(words: &str) -> Result<(usize, usize), Kind> {
        let words = ["neuroshard", "devnet", "up"].into_iter().chain(words.split_whitespace());
        let Some(Command::Devnet(devnet)) = Cli::try_parse_from(words).unwrap().command else { panic!() };
        let DevnetCommand::Up(args) = devnet.command;
        Plan::of(&args, 8).map(|plan| (plan.validators, plan.threads)).map_err(|error| error.kind())
    }

    #[test]
    fn nodes_share_the_cores_and_all_vote() {
        assert_eq!(plan(""), Ok((4, 2)));
        assert_eq!(plan("--nodes 100 --validators 3"), Ok((3, 1)));
    }

    #[test]
    fn what_can_not_be_carried_out_is_refused() {
        for words in [
            "--nodes 2 --validators 3",
            "--kill-node 4 --at 1s",
            "--partition 0|4 --at 1s",
            "--kill-node 1 --at 60s",
            "--kill-node 1 --at 50s --restart-after 10s",
            "--partition 0|1 --at 5s --heal-after 60s",
        ] {
            assert_eq!(plan(words), Err(Kind::Usage), "{words}");
        }
        for words in ["--adversary garbage:1", "--quorums 2", "--stages 2"] {
            assert_eq!(plan(words), Err(Kind::Refused), "{words}");
        }
    }
}
