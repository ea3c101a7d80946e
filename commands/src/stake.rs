//! `stake`: lock NEURO behind a node, take it back, look at who validates.

use crate::{SpendArgs, WaitArgs};

const STAKE_EXAMPLES: &str = "\
Examples:
  neuroshard stake add 500 --days 30    lock 500 NEURO for 30 days
  neuroshard stake status               see what is locked, and until when
  neuroshard stake validators           see who validates";

const ADD_EXAMPLES: &str = "\
Examples:
  neuroshard stake add 500 --days 30
  neuroshard stake add 500 --days 365 --behind neuro1…
  neuroshard stake add 500 --days 30 --from savings --yes";

const REMOVE_EXAMPLES: &str = "\
Examples:
  neuroshard stake remove 100";

const WITHDRAW_EXAMPLES: &str = "\
Examples:
  neuroshard stake withdraw";

const STATUS_EXAMPLES: &str = "\
Examples:
  neuroshard stake status
  neuroshard stake status neuro1… --json";

const VALIDATORS_EXAMPLES: &str = "\
Examples:
  neuroshard stake validators
  neuroshard stake validators --json";

/// Lock NEURO behind a node, and take it back
///
/// Stake earns a bonus on work, weighs votes and lets a node validate; a validator that breaks the rules loses part of it.
#[derive(Debug, clap::Args)]
#[command(after_help = STAKE_EXAMPLES)]
pub struct StakeArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StakeCommand,
}

/// What to do with stake: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "most variants' help text is the doc comment of their arguments")]
pub enum StakeCommand {
    Add(StakeAddArgs),
    Remove(StakeRemoveArgs),
    Withdraw(StakeWithdrawArgs),
    Status(StakeStatusArgs),
    /// List the validators and the stake behind each
    #[command(after_help = VALIDATORS_EXAMPLES)]
    Validators,
}

/// Lock NEURO for a number of days
///
/// A longer lock multiplies what the stake earns. Adding to a stake never shortens its lock.
#[derive(Debug, clap::Args)]
#[command(after_help = ADD_EXAMPLES)]
pub struct StakeAddArgs {
    /// How much, in NEURO
    #[arg(value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: String,

    /// Lock it for N days
    #[arg(long, value_name = "N")]
    pub days: u64,

    /// Put the stake behind this account instead of one's own
    #[arg(long, value_name = "ADDRESS")]
    pub behind: Option<String>,

    /// Whose money it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Start to take stake back, once its lock is over
///
/// It counts no more from then on, and is free after the cooldown.
#[derive(Debug, clap::Args)]
#[command(after_help = REMOVE_EXAMPLES)]
pub struct StakeRemoveArgs {
    /// How much, in NEURO
    #[arg(value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: String,

    /// Whose money it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Move removed stake whose cooldown is over to the balance
#[derive(Debug, clap::Args)]
#[command(after_help = WITHDRAW_EXAMPLES)]
pub struct StakeWithdrawArgs {
    /// Whose money it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Show what an account has locked, and until when
#[derive(Debug, clap::Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub struct StakeStatusArgs {
    /// Account to look at [default: the default wallet's, else the node key's]
    #[arg(value_name = "ADDRESS")]
    pub address: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn stake(words: &str) -> Result<StakeCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "stake"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Stake(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_stake_names_its_amount_and_its_days() {
        let StakeCommand::Add(args) = stake("add 500 --days 30 --behind a").unwrap() else { panic!() };
        assert_eq!((args.amount.as_str(), args.days, args.behind.as_deref()), ("500", 30, Some("a")));
        for words in ["", "add 500", "add --days 30", "add 500 --days -1", "add 500 --days x", "remove", "withdraw 5"] {
            assert!(stake(words).is_err(), "{words}");
        }
    }
}
