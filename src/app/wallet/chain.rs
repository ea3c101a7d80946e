//! `wallet balance`, `send`, `broadcast` and `history`: what only a node can answer.
//!
//! No node can be asked yet: what is typed is judged, and then each command says that it needs one.

use anyhow::anyhow;
use neuroshard_commands::{BalanceArgs, BroadcastArgs, HistoryArgs, SendArgs};

use super::{account, whose};
use crate::app::{AppError, Context, Exit};
use crate::types::Amount;

pub(super) fn balance(cx: &Context, args: &BalanceArgs) -> Result<Exit, AppError> {
    account(cx, args.address.as_deref())?;
    Err(needs_node("wallet balance"))
}

pub(super) fn send(cx: &Context, args: &SendArgs) -> Result<Exit, AppError> {
    account(cx, Some(&args.to))?;
    amount(&args.amount)?;
    args.spend.fee_limit.as_deref().map(amount).transpose()?;
    whose(cx, args.spend.from.as_deref(), args.spend.node)?;
    Err(needs_node("wallet send"))
}

pub(super) fn broadcast(_: &Context, _: &BroadcastArgs) -> Result<Exit, AppError> {
    Err(needs_node("wallet broadcast"))
}

pub(super) fn history(cx: &Context, args: &HistoryArgs) -> Result<Exit, AppError> {
    account(cx, args.address.as_deref())?;
    Err(needs_node("wallet history"))
}

fn amount(text: &str) -> Result<Amount, AppError> {
    text.parse().map_err(AppError::usage)
}

fn needs_node(command: &str) -> AppError {
    AppError::no_node(anyhow!("`{command}` needs a running node, and this version has none yet"))
}
