//! `nep submit`, `amend`, `withdraw`, `support` and `vote`: what changes something, each one transaction.
//!
//! Invariant: a file is judged before anybody is asked for a passphrase, and what was sent is said whatever becomes of it.

use std::fmt;

use neuroshard_commands::{
    NepAmendArgs, NepSubmitArgs, NepSupportArgs, NepWithdrawArgs, VoteArgs, VoteChoice, WaitArgs,
};
use serde::Serialize;
use serde_json::Value;

use super::check::{parameters, read, warn_of_version};
use super::named;
use crate::app::client::{Carried, Handed, Signer, explain};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::governance::document::ContentHash;
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::ledger::neps::Status;
use crate::ledger::transaction::Action;
use crate::types::{Amount, Hash};

pub(super) fn submit(cx: &Context, args: &NepSubmitArgs) -> Result<Exit, AppError> {
    let (parameters, against) = parameters(cx)?;
    let file = read(cx, &args.file, &parameters, &against)?;
    warn_of_version(cx, &file);
    let signer = Signer::find(cx, &args.spend)?;
    let deposit = parameters.proposal_deposit;
    let question = |fee| {
        format!(
            "Propose \"{}\", putting down {deposit} NEURO, for a fee of {fee} NEURO? What is put down comes back if enough vote.",
            file.document.title
        )
    };
    let action = Action::SubmitNep(Box::new(file.content()));
    send(cx, signer, &action, question, &args.wait, file.hash)
}

pub(super) fn amend(cx: &Context, args: &NepAmendArgs) -> Result<Exit, AppError> {
    let nep = named(&args.id)?;
    let (parameters, against) = parameters(cx)?;
    let file = read(cx, &args.file, &parameters, &against)?;
    let signer = Signer::find(cx, &args.spend)?;
    let question = |fee| format!("Change {nep} for a fee of {fee}? Its review begins anew.");
    let action = Action::AmendNep { nep, content: Box::new(file.content()) };
    send(cx, signer, &action, question, &args.wait, file.hash)
}

fn send(
    cx: &Context,
    mut signer: Signer,
    action: &Action,
    question: impl FnOnce(Amount) -> String,
    wait: &WaitArgs,
    content_hash: ContentHash,
) -> Result<Exit, AppError> {
    let sent = match signer.carry_out(cx, action, question, wait)? {
        Carried::Refrained(exit) => return Ok(exit),
        Carried::Handed(sent) => sent,
    };
    let id = event(&sent, "nep_moved").and_then(|event| event["nep"].as_str()?.parse().ok());
    let nep = id.map(|id| signer.source.nep(id).map_err(explain)).transpose()?.flatten().map(|full| full.nep);
    let status = nep.as_ref().map(|nep| nep.status);
    let ends = nep.as_ref().and_then(|nep| nep.ends_at.clone());
    // The review of what is voted on at once was over when it came.
    let review = nep.and_then(|nep| if nep.status == Status::Review { nep.ends_at } else { Some(nep.updated_at) });
    cx.out.emit(&Submitted {
        id,
        content_hash,
        status,
        review_ends_at: review,
        ends_at: ends,
        tx: sent.tx,
        height: sent.entry.as_ref().map(|entry| entry.height),
        fee: sent.entry.as_ref().and_then(|entry| entry.fee),
    })?;
    sent.end()
}

/// The first event of a kind that a transaction brought about.
fn event<'a>(sent: &'a Handed, kind: &str) -> Option<&'a Value> {
    sent.done()?.events.iter().find(|event| event["event"] == kind)
}

#[derive(Serialize)]
struct Submitted {
    id: Option<NepId>,
    content_hash: ContentHash,
    status: Option<Status>,
    review_ends_at: Option<String>,
    ends_at: Option<String>,
    tx: Hash,
    height: Option<u64>,
    fee: Option<Amount>,
}

impl Report for Submitted {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let (Some(id), Some(height)) = (self.id, self.height) else {
            return writeln!(w, "{} is handed in, and in no block yet", self.tx);
        };
        let status = self.status.map_or("", Status::phrase);
        let until = self.ends_at.as_deref().map(|until| format!(" until {until}")).unwrap_or_default();
        writeln!(w, "{id} is {status}{until}")?;
        writeln!(w, "  content hash  {}", self.content_hash)?;
        writeln!(w, "  transaction   {} in block {height}", self.tx)
    }
}

pub(super) fn withdraw(cx: &Context, args: &NepWithdrawArgs) -> Result<Exit, AppError> {
    let nep = named(&args.id)?;
    let signer = Signer::find(cx, &args.spend)?;
    let question =
        |fee| format!("Take {nep} back for a fee of {fee}? What was put down for it goes to governance's pool.");
    signer.send(cx, &Action::WithdrawNep(nep), question, &args.wait)
}

pub(super) fn support(cx: &Context, args: &NepSupportArgs) -> Result<Exit, AppError> {
    let nep = named(&args.id)?;
    let signer = Signer::find(cx, &args.spend)?;
    let question = |_| format!("Support a vote on {nep} with all that this account has under lock?");
    signer.send(cx, &Action::SupportNep(nep), question, &args.wait)
}

pub(in crate::app) fn vote(cx: &Context, args: &VoteArgs) -> Result<Exit, AppError> {
    let nep = named(&args.id)?;
    let choice = match args.choice {
        VoteChoice::Yes => Choice::Yes,
        VoteChoice::No => Choice::No,
        VoteChoice::Abstain => Choice::Abstain,
    };
    let mut signer = Signer::find(cx, &args.spend)?;
    let found = signer.source.nep(nep).map_err(explain)?.ok_or_else(|| super::absent(nep))?;
    let title = super::shown(&found.nep.title);
    let question = |_| format!("Vote {choice} on {nep} \"{title}\"? A vote is final and public.");
    let action = Action::Vote { nep, choice, reason: args.reason.clone() };
    let sent = match signer.carry_out(cx, &action, question, &args.wait)? {
        Carried::Refrained(exit) => return Ok(exit),
        Carried::Handed(sent) => sent,
    };
    let weight = event(&sent, "voted").and_then(|event| event["weight"].as_str()?.parse().ok());
    let height = sent.entry.as_ref().map(|entry| entry.height);
    cx.out.emit(&Voted { id: nep, choice, weight, tx: sent.tx, height })?;
    sent.end()
}

#[derive(Serialize)]
struct Voted {
    id: NepId,
    choice: Choice,
    weight: Option<Amount>,
    tx: Hash,
    height: Option<u64>,
}

impl Report for Voted {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { id, choice, tx, .. } = self;
        match (self.weight, self.height) {
            (Some(weight), Some(height)) => {
                writeln!(w, "voted {choice} on {id} with {weight} NEURO, in block {height}\n  transaction  {tx}")
            }
            _ => writeln!(w, "{tx} is handed in, and in no block yet"),
        }
    }
}
