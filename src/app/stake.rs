//! `stake`: locks NEURO behind a node, takes it back, shows who validates.

use std::fmt;

use neuroshard_commands::{StakeAddArgs, StakeArgs, StakeCommand, StakeRemoveArgs, StakeWithdrawArgs};
use serde::Serialize;

use super::client::{Signer, amount, explain, source};
use super::output::Report;
use super::wallet::account;
use super::{AppError, Context, Exit};
use crate::economics::stake::stake_multiplier;
use crate::keystore::NodeKey;
use crate::ledger::transaction::Action;
use crate::node::queries::{StakeAnswer, ValidatorAnswer};
use crate::node::{now_ms, rfc3339};
use crate::types::{Address, Amount, Factor};

pub(super) fn stake(cx: &Context, args: &StakeArgs) -> Result<Exit, AppError> {
    match &args.command {
        StakeCommand::Add(args) => add(cx, args),
        StakeCommand::Remove(args) => remove(cx, args),
        StakeCommand::Withdraw(args) => withdraw(cx, args),
        StakeCommand::Status(args) => status(cx, args.address.as_deref()),
        StakeCommand::Validators => validators(cx),
    }
}

/// The node that stake goes behind if none is named: this home's, or the account's own.
fn behind(cx: &Context, named: Option<&str>, own: Address) -> Result<Address, AppError> {
    match named {
        Some(text) => text.parse().map_err(AppError::usage),
        None => Ok(NodeKey::load(&cx.home()?).map_or(own, |key| key.address())),
    }
}

fn add(cx: &Context, args: &StakeAddArgs) -> Result<Exit, AppError> {
    let (sum, days) = (amount(&args.amount)?, args.days);
    if let Some(named) = &args.behind {
        named.parse::<Address>().map_err(AppError::usage)?;
    }
    let signer = Signer::find(cx, &args.spend)?;
    let behind = behind(cx, args.behind.as_deref(), signer.address)?;
    let parameters = signer.network.parameters().unwrap_or_default();
    crate::economics::stake::check(&parameters, sum, days).map_err(AppError::refused)?;
    let now = signer.source.stake(behind).map_err(explain)?;
    let then = stake_multiplier(&parameters, now.backing.checked_add(sum).unwrap_or(Amount::MAX));
    let (before, after) = (short(now.multiplier), short(then));
    cx.out.note(format_args!(
        "With it the pay of {behind} is multiplied by {after}, now by {before}. A fraud of that node costs the stake."
    ));
    let question = |fee| format!("Lock {sum} NEURO for {days} days, for a fee of {fee}?");
    signer.send(cx, &Action::Stake { amount: sum, days, behind }, question, &args.wait)
}

fn remove(cx: &Context, args: &StakeRemoveArgs) -> Result<Exit, AppError> {
    let sum = amount(&args.amount)?;
    let signer = Signer::find(cx, &args.spend)?;
    let behind = behind(cx, None, signer.address)?;
    let cooldown = signer.network.parameters().unwrap_or_default().cooldown_seconds;
    let question = |fee| {
        let cooldown = days(cooldown);
        format!("Take {sum} NEURO from behind {behind}, for a fee of {fee}? It can be withdrawn {cooldown} later.")
    };
    signer.send(cx, &Action::Unstake { amount: sum, behind }, question, &args.wait)
}

fn withdraw(cx: &Context, args: &StakeWithdrawArgs) -> Result<Exit, AppError> {
    let signer = Signer::find(cx, &args.spend)?;
    let question = |fee| format!("Withdraw what has cooled down, for a fee of {fee}?");
    signer.send(cx, &Action::Withdraw, question, &args.wait)
}

fn days(seconds: u64) -> String {
    if seconds.is_multiple_of(86_400) { format!("{} days", seconds / 86_400) } else { format!("{seconds} s") }
}

/// A multiplier with four decimals, as people read it.
fn short(factor: Factor) -> String {
    let text = factor.to_string();
    text.find('.').map_or(text.clone(), |point| text.chars().take(point + 5).collect())
}

fn status(cx: &Context, address: Option<&str>) -> Result<Exit, AppError> {
    let address = account(cx, address)?;
    let answer = source(cx)?.stake(address).map_err(explain)?;
    cx.out.emit(&Status::from(answer))?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Status {
    address: Address,
    staked: Amount,
    unlocks_at: Option<String>,
    unlocked: Amount,
    unbonding: Vec<Unbonding>,
    backing: Amount,
    multiplier: Factor,
    validator: bool,
    required_validator_stake: Amount,
    height: u64,
}

#[derive(Serialize)]
struct Unbonding {
    amount: Amount,
    available_at: String,
}

impl From<StakeAnswer> for Status {
    fn from(answer: StakeAnswer) -> Self {
        let at = |seconds: u64| rfc3339(seconds.saturating_mul(1000));
        let unbonding = answer.unbonding.iter();
        Self {
            address: answer.address,
            staked: answer.staked,
            unlocks_at: answer.unlocks_at.map(at),
            unlocked: answer.unlocked,
            unbonding: unbonding
                .map(|(amount, until)| Unbonding { amount: *amount, available_at: at(*until) })
                .collect(),
            backing: answer.backing,
            multiplier: answer.multiplier,
            validator: answer.validator,
            required_validator_stake: answer.required_validator_stake,
            height: answer.height,
        }
    }
}

impl Report for Status {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.address)?;
        let until = self.unlocks_at.as_deref().map(|until| format!("   the next until {until}")).unwrap_or_default();
        writeln!(w, "  staked       {:>16} NEURO{until}", self.staked.to_string())?;
        writeln!(w, "  unlocked     {:>16} NEURO", self.unlocked.to_string())?;
        for part in &self.unbonding {
            // RFC 3339 in UTC sorts as time does.
            let amount = part.amount.to_string();
            if part.available_at <= rfc3339(now_ms()) {
                writeln!(w, "  cooled down  {amount:>16} NEURO   take it: neuroshard stake withdraw")?;
            } else {
                writeln!(w, "  cooling down {amount:>16} NEURO   until {}", part.available_at)?;
            }
        }
        writeln!(
            w,
            "  behind its node {:>13} NEURO   multiplies pay by {}",
            self.backing.to_string(),
            short(self.multiplier)
        )?;
        let votes = if self.validator { "votes on blocks" } else { "does not vote on blocks" };
        writeln!(w, "  {votes}; a seat asks for {} NEURO now", self.required_validator_stake)
    }
}

fn validators(cx: &Context) -> Result<Exit, AppError> {
    for validator in &source(cx)?.validators().map_err(explain)? {
        cx.out.emit(&Row(validator))?;
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Row<'a>(&'a ValidatorAnswer);

impl Report for Row<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let ValidatorAnswer { address, stake, share, genesis, suspended, missed, .. } = self.0;
        let genesis = if *genesis { "  genesis" } else { "" };
        let suspended = if *suspended { "  suspended" } else { "" };
        let stake = stake.to_string();
        writeln!(
            w,
            "{address}  {:>5.1} % of the power  {stake:>12} NEURO  missed {missed} of 120{genesis}{suspended}",
            share * 100.0
        )
    }
}
