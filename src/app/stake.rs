//! `stake`: locks NEURO behind a node, takes it back, shows who validates.
//!
//! No node can be asked yet: what is typed is judged, and then each command says that it needs one.

use anyhow::anyhow;
use neuroshard_commands::{StakeArgs, StakeCommand};

use super::wallet::account;
use super::{AppError, Context, Exit};
use crate::types::Amount;

pub(super) fn stake(cx: &Context, args: &StakeArgs) -> Result<Exit, AppError> {
    match &args.command {
        StakeCommand::Add(args) => {
            amount(&args.amount)?;
            account(cx, args.behind.as_deref())?;
        }
        StakeCommand::Remove(args) => {
            amount(&args.amount)?;
        }
        StakeCommand::Status(args) => {
            account(cx, args.address.as_deref())?;
        }
        StakeCommand::Withdraw(_) | StakeCommand::Validators => {}
    }
    Err(AppError::no_node(anyhow!("`stake` needs a running node, and this version has none yet")))
}

fn amount(text: &str) -> Result<Amount, AppError> {
    text.parse().map_err(AppError::usage)
}
