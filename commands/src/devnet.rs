//! `devnet`: a whole network of real nodes on this machine.
//!
//! Invariant: a fault that nobody could carry out (a node that is not there, a heal without a partition) is wrong usage.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueHint;

use crate::{Preset, values};

/// Nodes that one machine is asked to run at most.
const NODES_MAX: usize = 128;

const EXAMPLES: &str = "\
Examples:
  neuroshard devnet up               four nodes for a minute";

const UP_EXAMPLES: &str = "\
Examples:
  neuroshard devnet up                                 four validators
  neuroshard devnet up --nodes 8 --validators 4 --duration 5m
  neuroshard devnet up --kill-node 1 --at 20s --restart-after 10s --check
  neuroshard devnet up --partition '0,1|2,3' --at 20s --heal-after 15s
  neuroshard devnet up --check --min-online 4 --report run.json
  neuroshard devnet up --out net --json | grep epoch";

/// Run a whole network on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct DevnetArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DevnetCommand,
}

/// What to do with a network of one's own: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum DevnetCommand {
    Up(Box<DevnetUpArgs>),
}

/// Start nodes of a new private network, watch them, and report
///
/// Each node is a process with a home of its own, and all of them meet on this machine. A line for each shows how it is;
/// with --json every event of every node is printed, with the node's number. Faults can be asked for. At the end all
/// nodes are stopped and the report says what became of each, and which checks passed.
///
/// Nodes count from 0. --at counts from the moment when all are online, --restart-after from the kill and --heal-after
/// from the partition.
#[derive(Debug, clap::Args)]
#[command(after_help = UP_EXAMPLES)]
#[command(group = clap::ArgGroup::new("fault").args(["kill_node", "partition"]).multiple(true).required(false))]
pub struct DevnetUpArgs {
    /// Run N nodes
    #[arg(long, value_name = "N", default_value = "4", value_parser = nodes)]
    pub nodes: usize,

    /// Let N of them vote on blocks [default: all]
    #[arg(long, value_name = "N", value_parser = nodes)]
    pub validators: Option<usize>,

    /// Make a block every so often, in whole seconds
    #[arg(long, value_name = "DUR", default_value = "1s", value_parser = whole_seconds)]
    pub epoch: Duration,

    /// Shape of the model: nano, tiny, bootstrap, or a .toml file
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "nano", value_hint = ValueHint::FilePath)]
    pub preset: Preset,

    /// Train on this text instead of the one that comes with the program (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// Inner steps of an outer round
    #[arg(long, value_name = "N", default_value = "50", value_parser = values::inner_steps)]
    pub inner_steps: u64,

    /// Train in N quorums (comes with joint training)
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub quorums: Option<u64>,

    /// Cut the model of each quorum into N stages (comes with joint training)
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub stages: Option<u64>,

    /// End this long after all nodes are online
    #[arg(long, value_name = "DUR", default_value = "60s", value_parser = values::duration)]
    pub duration: Duration,

    /// Keep the nodes' homes and logs in DIR, which has to be new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    /// What goes wrong on purpose.
    #[command(flatten)]
    pub faults: FaultArgs,

    /// What has to hold at the end.
    #[command(flatten)]
    pub checks: CheckArgs,
}

/// What goes wrong on purpose.
#[derive(Debug, Default, Clone, clap::Args)]
#[command(next_help_heading = "Faults")]
pub struct FaultArgs {
    /// Kill node I without warning
    #[arg(long, value_name = "I", requires = "at")]
    pub kill_node: Option<usize>,

    /// When to kill or to cut, counted from when all are online
    #[arg(long, value_name = "DUR", value_parser = values::duration, requires = "fault")]
    pub at: Option<Duration>,

    /// Start the killed node again this long after the kill
    #[arg(long, value_name = "DUR", value_parser = values::duration, requires = "kill_node")]
    pub restart_after: Option<Duration>,

    /// Cut nodes A off from nodes B, as in '0,1|2,3'
    #[arg(long, value_name = "A|B", requires = "at")]
    pub partition: Option<Partition>,

    /// Join the two parts again this long after the cut
    #[arg(long, value_name = "DUR", value_parser = values::duration, requires = "partition")]
    pub heal_after: Option<Duration>,

    /// Let node I misbehave (comes with joint training)
    #[arg(long, value_name = "KIND:I")]
    pub adversary: Option<Adversary>,
}

/// What has to hold at the end.
#[derive(Debug, Default, Clone, clap::Args)]
#[command(next_help_heading = "Checks")]
pub struct CheckArgs {
    /// Write the report to FILE as well
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,

    /// Exit with 1 if any check fails
    #[arg(long)]
    pub check: bool,

    /// At least N nodes are up at the end, and know another
    #[arg(long, value_name = "N")]
    pub min_online: Option<u64>,

    /// At least N nodes trained
    #[arg(long, value_name = "N")]
    pub min_training_nodes: Option<u64>,

    /// At least N inner steps were made by all nodes together
    #[arg(long, value_name = "N")]
    pub min_total_steps: Option<u64>,

    /// The node with the most peers had at least N
    #[arg(long, value_name = "N")]
    pub min_max_peers: Option<u64>,

    /// At least N inner steps were made after the first kill or partition
    #[arg(long, value_name = "N")]
    pub min_post_churn_steps_delta: Option<u64>,

    /// At least N inner steps were made after the killed node was back
    #[arg(long, value_name = "N")]
    pub min_post_restart_steps_delta: Option<u64>,

    /// The last training loss of every node that trained is at most F
    #[arg(long, value_name = "F", value_parser = values::positive)]
    pub max_loss: Option<f64>,

    /// The last validation loss of every node that trained is at most F
    #[arg(long, value_name = "F", value_parser = values::positive)]
    pub max_val_loss: Option<f64>,

    /// All nodes that finished a round ended it with the same model
    #[arg(long)]
    pub require_equal_hashes: bool,
}

/// Two groups of nodes that no longer hear each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition(pub Vec<usize>, pub Vec<usize>);

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "give two lists of nodes, as in 0,1|2,3".to_owned();
        let (left, right) = text.split_once('|').ok_or_else(form)?;
        let side = |list: &str| {
            let numbers = list.split(',').map(|number| digits(number).ok_or_else(form));
            numbers.collect::<Result<Vec<usize>, String>>()
        };
        let (left, right) = (side(left)?, side(right)?);
        let mut all = [left.as_slice(), right.as_slice()].concat();
        all.sort_unstable();
        if let Some([twice, ..]) = all.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(format!("node {twice} stands there twice"));
        }
        Ok(Self(left, right))
    }
}

/// A node that misbehaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adversary {
    /// How.
    pub kind: String,
    /// Which.
    pub node: usize,
}

impl FromStr for Adversary {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "give a kind and a node, as in garbage:2".to_owned();
        let (kind, node) = text.rsplit_once(':').ok_or_else(form)?;
        let named = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let node = digits(node).filter(|_| named).ok_or_else(form)?;
        Ok(Self { kind: kind.to_owned(), node })
    }
}

fn digits(text: &str) -> Option<usize> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn nodes(text: &str) -> Result<usize, String> {
    match values::size(text)? {
        number @ ..=NODES_MAX => Ok(number),
        _ => Err(format!("must be at most {NODES_MAX}")),
    }
}

fn whole_seconds(text: &str) -> Result<Duration, String> {
    let span = values::duration(text)?;
    if span.subsec_nanos() == 0 { Ok(span) } else { Err("must be whole seconds".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn up(words: &str) -> Result<DevnetUpArgs, clap::Error> {
        match Cli::try_parse_from(
            ["neuroshard", "devnet", "up"].into_iter().chain(words.split(' ').filter(|w| !w.is_empty())),
        )?
        .command
        {
            Some(Command::Devnet(DevnetArgs { command: DevnetCommand::Up(args) })) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn four_nodes_for_a_minute_are_the_default() {
        let args = up("").unwrap();
        assert_eq!((args.nodes, args.validators, args.inner_steps), (4, None, 50));
        assert_eq!((args.epoch, args.duration), (Duration::from_secs(1), Duration::from_mins(1)));
    }

    #[test]
    fn faults_need_their_time_and_each_other() {
        let args = up("--kill-node 1 --at 5 --restart-after 3s --partition 0,1|2,3 --heal-after 2s").unwrap();
        assert_eq!(args.faults.partition, Some(Partition(vec![0, 1], vec![2, 3])));
        assert_eq!(args.faults.at, Some(Duration::from_secs(5)));
        for words in [
            "--kill-node 1",
            "--at 5s",
            "--restart-after 3s",
            "--partition 0|1",
            "--heal-after 2s",
            "--kill-node 1 --at 5 --heal-after 3",
            "--partition 0|1 --at 5 --restart-after 3",
            "--partition 0,1 --at 5",
            "--partition 0|0 --at 5",
            "--partition |1 --at 5",
            "--partition 0|1|2 --at 5",
            "--partition 0|-1 --at 5",
            "--nodes 0",
            "--nodes 129",
            "--epoch 1.5s",
            "--max-loss NaN",
            "--adversary garbage",
            "--adversary Garbage:1",
        ] {
            assert!(up(words).is_err(), "{words}");
        }
        assert_eq!(up("--adversary sign-flip:2").unwrap().faults.adversary.unwrap().node, 2);
    }
}
