//! `nep`: write a proposal, look at it, hand it in.

use std::path::PathBuf;
use std::time::Duration;

use crate::values;
use crate::{SpendArgs, WaitArgs};

const NEP_EXAMPLES: &str = "\
Examples:
  neuroshard nep template econ > raise.toml   begin with an example
  neuroshard nep check raise.toml             see every problem at once
  neuroshard nep submit raise.toml            propose it to the network
  neuroshard nep list --status voting         see what is voted on
  neuroshard vote NEP-001 yes                 vote with your stake";

const TEMPLATE_EXAMPLES: &str = "\
Examples:
  neuroshard nep template econ > raise.toml
  neuroshard nep template emergency";

const HASH_EXAMPLES: &str = "\
Examples:
  neuroshard nep hash raise.toml
  curl -s https://example.org/nep.json | neuroshard nep hash - --json";

const CHECK_EXAMPLES: &str = "\
Examples:
  neuroshard nep check raise.toml
  neuroshard nep check raise.toml --api http://127.0.0.1:8787 --json";

const DESCRIBE_EXAMPLES: &str = "\
Examples:
  neuroshard nep describe raise.toml
  neuroshard nep describe raise.toml --json";

const SIMULATE_EXAMPLES: &str = "\
Examples:
  neuroshard nep simulate raise.toml
  neuroshard nep simulate raise.toml --epochs 1000 --json";

const SUBMIT_EXAMPLES: &str = "\
Examples:
  neuroshard nep submit raise.toml
  neuroshard nep submit raise.toml --node --yes --json";

const LIST_EXAMPLES: &str = "\
Examples:
  neuroshard nep list
  neuroshard nep list --status voting --type econ
  neuroshard nep list --json | jq -r .id";

const SHOW_EXAMPLES: &str = "\
Examples:
  neuroshard nep show NEP-001
  neuroshard nep show NEP-001 --full";

const RESULTS_EXAMPLES: &str = "\
Examples:
  neuroshard nep results NEP-001
  neuroshard nep results NEP-001 --json | jq .approved";

const NEP_WAIT_EXAMPLES: &str = "\
Examples:
  neuroshard nep wait NEP-001 --status voting
  neuroshard nep wait NEP-001 --status active --timeout 5m";

const AMEND_EXAMPLES: &str = "\
Examples:
  neuroshard nep amend NEP-001 raise.toml";

const NEP_WITHDRAW_EXAMPLES: &str = "\
Examples:
  neuroshard nep withdraw NEP-001";

const SUPPORT_EXAMPLES: &str = "\
Examples:
  neuroshard nep support NEP-004";

const PARAMS_EXAMPLES: &str = "\
Examples:
  neuroshard nep params
  neuroshard nep params gov
  neuroshard nep params reward.training --json";

const VOTE_EXAMPLES: &str = "\
Examples:
  neuroshard vote NEP-001 yes
  neuroshard vote NEP-001 no --reason \"too much at once\" --node --yes";

/// Propose a change of the rules
///
/// A proposal (a NEP) is a file, TOML or JSON. Whoever has stake votes on it, and what is approved takes effect on every
/// node in the same block.
#[derive(Debug, clap::Args)]
#[command(after_help = NEP_EXAMPLES)]
pub struct NepArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: NepCommand,
}

/// What to do about proposals: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum NepCommand {
    Template(NepTemplateArgs),
    Hash(NepHashArgs),
    Check(NepCheckArgs),
    Describe(NepDescribeArgs),
    Simulate(NepSimulateArgs),
    Submit(Box<NepSubmitArgs>),
    List(NepListArgs),
    Show(NepShowArgs),
    Results(NepResultsArgs),
    Wait(NepWaitArgs),
    Amend(Box<NepAmendArgs>),
    Withdraw(Box<NepWithdrawArgs>),
    Support(Box<NepSupportArgs>),
    Params(NepParamsArgs),
}

/// Where a proposal is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NepStatus {
    /// Discussed; its author may change it
    Review,
    /// Voted on
    Voting,
    /// Scheduled, or in force already
    Approved,
    /// Approved and waiting for its block
    Scheduled,
    /// In force
    Active,
    /// Voted down, or too few voted
    Rejected,
    /// Taken back by its author
    Withdrawn,
    /// Approved, and impossible by then
    Failed,
    /// Superseded by another
    Deprecated,
}

/// What a proposal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NepKind {
    /// The model's shape and its parts
    Arch,
    /// Rewards, fees and stake
    Econ,
    /// How the model is trained
    Train,
    /// How nodes work together
    Net,
    /// How decisions are made
    Gov,
    /// What can't wait
    Emergency,
}

/// Print an example of a proposal to begin with
///
/// Its comments say what belongs into each field, and what reviewers look for.
#[derive(Debug, clap::Args)]
#[command(after_help = TEMPLATE_EXAMPLES)]
pub struct NepTemplateArgs {
    /// What the proposal is about
    #[arg(value_name = "TYPE")]
    pub kind: NepKind,
}

/// Print the content hash of a proposal
///
/// It is the first half of the SHA-256 of eight fields: title, type, abstract, motivation, specification, parameter
/// changes, economic impact and upgrade path. Any table of fields has one; nothing is judged.
#[derive(Debug, clap::Args)]
#[command(after_help = HASH_EXAMPLES)]
pub struct NepHashArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Say everything that is wrong with a proposal, each with its line
///
/// Against the parameters of the node or ledger of this home, or the public defaults where there is none. Ends with exit
/// code 1 if anything is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct NepCheckArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Say in one line what a proposal costs and earns
///
/// By its author's estimate, which its field `economic_impact` has.
#[derive(Debug, clap::Args)]
#[command(after_help = DESCRIBE_EXAMPLES)]
pub struct NepDescribeArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Say who would earn what by a proposal
///
/// Takes the receipts that recent blocks paid, and computes their pay by the parameters in force and by those of the
/// proposal. Nothing is sent.
#[derive(Debug, clap::Args)]
#[command(after_help = SIMULATE_EXAMPLES)]
pub struct NepSimulateArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Look at the last N blocks
    #[arg(long, value_name = "N", default_value_t = 1440, value_parser = clap::value_parser!(u64).range(1..))]
    pub epochs: u64,
}

/// Propose something to the network
///
/// Costs a deposit, which comes back if enough vote, and takes stake. Once its review is over it is voted on.
#[derive(Debug, clap::Args)]
#[command(after_help = SUBMIT_EXAMPLES)]
pub struct NepSubmitArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Whose proposal it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// List proposals, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = LIST_EXAMPLES)]
pub struct NepListArgs {
    /// Only those at this point of their way
    #[arg(long, value_name = "STATUS")]
    pub status: Option<NepStatus>,

    /// Only those of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<NepKind>,
}

/// Show a proposal: what it changes, where it is, how the votes stand
#[derive(Debug, clap::Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct NepShowArgs {
    /// Its name, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,

    /// Show motivation and specification too
    #[arg(long)]
    pub full: bool,
}

/// Show how the votes on a proposal stand, and what is missing
#[derive(Debug, clap::Args)]
#[command(after_help = RESULTS_EXAMPLES)]
pub struct NepResultsArgs {
    /// Its name, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Wait until a proposal has a status
///
/// Ends at once with exit code 1 if it can no longer have it.
#[derive(Debug, clap::Args)]
#[command(after_help = NEP_WAIT_EXAMPLES)]
pub struct NepWaitArgs {
    /// Its name, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,

    /// What to wait for
    #[arg(long, value_name = "STATUS")]
    pub status: NepStatus,

    /// Give up after this long [default: never]
    #[arg(long, value_name = "DUR", value_parser = values::duration)]
    pub timeout: Option<Duration>,
}

/// Change your proposal while it is reviewed; the review begins anew
#[derive(Debug, clap::Args)]
#[command(after_help = AMEND_EXAMPLES)]
pub struct NepAmendArgs {
    /// Its name, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,

    /// What it says from now on, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Whose proposal it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Take your proposal back while it is reviewed; its deposit goes to the pool
#[derive(Debug, clap::Args)]
#[command(after_help = NEP_WITHDRAW_EXAMPLES)]
pub struct NepWithdrawArgs {
    /// Its name, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,

    /// Whose proposal it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Ask for a vote on taking new tokens back
///
/// A proposal that takes the tokens of another back is voted on once enough stake supports it.
#[derive(Debug, clap::Args)]
#[command(after_help = SUPPORT_EXAMPLES)]
pub struct NepSupportArgs {
    /// Its name, as in NEP-004
    #[arg(value_name = "ID")]
    pub id: String,

    /// Whose stake it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// List what proposals can change: values, ranges, and the types that may
#[derive(Debug, clap::Args)]
#[command(after_help = PARAMS_EXAMPLES)]
pub struct NepParamsArgs {
    /// Only this one, or those of this area
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// How to vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum VoteChoice {
    /// For it
    Yes,
    /// Against it
    No,
    /// Only count for the quorum
    Abstain,
}

/// Vote on a proposal with your stake, once and for good
///
/// A vote weighs what the account had staked as voting began, where its lock had not ended. Votes are public and free.
#[derive(Debug, clap::Args)]
#[command(after_help = VOTE_EXAMPLES)]
pub struct VoteArgs {
    /// The proposal, as in NEP-001
    #[arg(value_name = "ID")]
    pub id: String,

    /// How
    #[arg(value_name = "CHOICE")]
    pub choice: VoteChoice,

    /// Say why, for everyone to read
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,

    /// Whose stake it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn nep(words: &str) -> Result<NepCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "nep"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Nep(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_template_names_a_type_and_the_others_a_file() {
        let NepCommand::Template(args) = nep("template emergency").unwrap() else { panic!() };
        assert_eq!(args.kind, NepKind::Emergency);
        let NepCommand::Hash(args) = nep("hash -").unwrap() else { panic!() };
        assert_eq!(args.file.to_str(), Some("-"));
        for words in ["", "template", "template eco", "hash", "check", "check a b", "describe"] {
            assert!(nep(words).is_err(), "{words}");
        }
    }
}
