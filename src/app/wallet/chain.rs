//! `wallet balance`, `send`, `broadcast` and `history`: what the ledger knows of an account.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::anyhow;
use neuroshard_commands::{BalanceArgs, BroadcastArgs, HistoryArgs, SendArgs};
use serde::{Deserialize, Serialize};

use super::account;
use crate::app::client::{Signer, amount, explain, hand_in, joined, secret, source};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::ledger::transaction::{Action, SignedTransaction, TRANSACTION_BYTES_MAX, Transaction};
use crate::node::queries::{AccountAnswer, EntryAnswer};
use crate::node::rfc3339;
use crate::types::{Address, ChainId, Hash, Height, PublicKey, hex};

/// Entries of a history.
const ENTRIES: usize = 1000;

pub(super) fn balance(cx: &Context, args: &BalanceArgs) -> Result<Exit, AppError> {
    let address = account(cx, args.address.as_deref())?;
    let source = source(cx)?;
    let mut answer = source.account(address).map_err(explain)?;
    let verified = args.verify.then(|| -> Result<_, AppError> {
        let (chain, founders) = trusted(cx)?;
        let proof = source.proof(address).map_err(explain)?;
        let account = proof.verify(chain, &founders, address).map_err(|error| {
            AppError::refused(error).while_doing("the balance is not proved").hint("do not believe this node")
        })?;
        // What is proved counts, and not what was said beside it.
        (answer.available, answer.nonce, answer.escrowed) = (account.balance, account.nonce, account.escrowed);
        answer.height = proof.header.height.0;
        Ok(proof.header.hash())
    });
    let verified = verified.transpose()?;
    cx.out.emit(&Balance { answer, verified: verified.is_some(), block: verified })?;
    Ok(Exit::Success)
}

/// What a proof is checked against.
fn trusted(cx: &Context) -> Result<(Hash, Vec<PublicKey>), AppError> {
    let genesis = joined(cx)?.genesis;
    Ok((genesis.chain.0, genesis.validators.iter().map(|founder| founder.key).collect()))
}

#[derive(Serialize)]
struct Balance {
    #[serde(flatten)]
    answer: AccountAnswer,
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<Hash>,
}

impl Report for Balance {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let answer = &self.answer;
        writeln!(w, "{}", answer.address)?;
        let rows = [
            ("available", answer.available, ""),
            ("staked", answer.staked, ""),
            ("unbonding", answer.unbonding, "cools down until it can be withdrawn"),
            ("escrowed", answer.escrowed, "put down for challenges"),
            ("bond", answer.bond, "held back of the node's first earnings"),
            ("pending rewards", answer.pending_rewards, "paid when their window ends"),
        ];
        for (name, amount, about) in
            rows.into_iter().filter(|(name, amount, _)| *name == "available" || !amount.is_zero())
        {
            writeln!(
                w,
                "  {name:<15}  {:>20} NEURO{}{about}",
                amount.to_string(),
                if about.is_empty() { "" } else { "   " }
            )?;
        }
        match self.block {
            Some(block) => writeln!(w, "  proved by block {} ({block})", answer.height),
            None => writeln!(w, "  as of block {}", answer.height),
        }
    }
}

pub(super) fn send(cx: &Context, args: &SendArgs) -> Result<Exit, AppError> {
    let to: Address = args.to.parse().map_err(AppError::usage)?;
    let sum = amount(&args.amount)?;
    if sum.is_zero() {
        return Err(AppError::usage(anyhow!("an amount of 0 does nothing")));
    }
    let action = Action::Transfer { to, amount: sum };
    if args.offline {
        return sign_offline(cx, args, action);
    }
    let signer = Signer::find(cx, &args.spend)?;
    let question = |fee| format!("Send {sum} NEURO to {to}, for a fee of {fee}?");
    signer.send(cx, &action, question, &args.wait)
}

/// A signed transaction in a file, for whoever has a node.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offline {
    v: u32,
    tx: Hash,
    transaction: String,
}

fn sign_offline(cx: &Context, args: &SendArgs, action: Action) -> Result<Exit, AppError> {
    let missing = || AppError::usage(anyhow!("--offline needs --out, --nonce, --expires, --chain and --fee-limit"));
    let chain: Hash = args.chain.as_deref().ok_or_else(missing)?.parse().map_err(AppError::usage)?;
    let out = args.out.as_deref().ok_or_else(missing)?;
    let fee_limit = amount(args.spend.fee_limit.as_deref().ok_or_else(missing)?)?;
    let key = secret(cx, &args.spend)?;
    let transaction = Transaction {
        chain: ChainId(chain),
        from: key.public(),
        nonce: args.nonce.ok_or_else(missing)?,
        expires: Height(args.expires.ok_or_else(missing)?),
        fee_limit,
        action,
    };
    let tx = transaction.id();
    let signed = transaction.sign(&key).map_err(AppError::internal)?;
    let offline = Offline { v: 1, tx, transaction: hex::encode(&signed.encode()) };
    let text = serde_json::to_string_pretty(&offline).map_err(AppError::internal)?;
    let mut options = fs::File::options();
    let written = options.write(true).create_new(true).open(out).and_then(|mut file| {
        use std::io::Write as _;
        writeln!(file, "{text}")
    });
    written.map_err(|error| AppError::refused(error).while_doing(format!("cannot write `{}`", out.display())))?;
    cx.out.emit(&Signed { tx, path: out.display().to_string() })?;
    cx.out.hint(format_args!("where a node runs: neuroshard wallet broadcast {}", out.display()));
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Signed {
    tx: Hash,
    path: String,
}

impl Report for Signed {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{} signed, in {}", self.tx, self.path)
    }
}

pub(super) fn broadcast(cx: &Context, args: &BroadcastArgs) -> Result<Exit, AppError> {
    let signed = read_offline(&args.file)?;
    hand_in(cx, &source(cx)?, &signed, &args.wait)
}

fn read_offline(path: &Path) -> Result<SignedTransaction, AppError> {
    let doing = || format!("cannot broadcast `{}`", path.display());
    let length = fs::metadata(path).map_err(|error| AppError::refused(error).while_doing(doing()))?.len();
    if length > 4 * TRANSACTION_BYTES_MAX as u64 {
        return Err(AppError::refused(anyhow!("it is larger than any transaction")).while_doing(doing()));
    }
    let bytes = fs::read(path).map_err(|error| AppError::refused(error).while_doing(doing()))?;
    let wrong = |what: String| AppError::refused(anyhow!(what)).while_doing(doing());
    let offline: Offline = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let bytes =
        hex::decode(&offline.transaction).ok_or_else(|| wrong("its transaction is not hexadecimal".to_owned()))?;
    let signed = SignedTransaction::decode(&bytes).map_err(|reason| wrong(reason.to_string()))?;
    if signed.transaction.id() != offline.tx {
        return Err(wrong("its transaction is not the one that it names".to_owned()));
    }
    Ok(signed)
}

pub(super) fn history(cx: &Context, args: &HistoryArgs) -> Result<Exit, AppError> {
    let address = account(cx, args.address.as_deref())?;
    let entries = source(cx)?.history(address, ENTRIES).map_err(explain)?;
    for entry in &entries {
        cx.out.emit(&Row { entry, address })?;
    }
    if entries.is_empty() {
        cx.out.note(format_args!("Nothing has happened to {address} yet."));
    }
    Ok(Exit::Success)
}

/// One line of a history.
struct Row<'a> {
    entry: &'a EntryAnswer,
    address: Address,
}

impl Serialize for Row<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            time: String,
            #[serde(flatten)]
            entry: &'a EntryAnswer,
        }
        Line { time: rfc3339(self.entry.time_ms), entry: self.entry }.serialize(serializer)
    }
}

impl Report for Row<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let entry = self.entry;
        let incoming = entry.to == Some(self.address) && entry.from != Some(self.address);
        let sign = if incoming { "+" } else { "-" };
        let amount = entry.amount.map(|amount| format!("{sign}{amount}")).unwrap_or_default();
        let status = if entry.status == "done" { String::new() } else { format!("  refused: {}", entry.status) };
        let receipt = || entry.events.first().and_then(|event| event["receipt"].as_str()).map(|id| format!("  {id}"));
        let tx = entry.tx.map(|tx| format!("  {tx}")).or_else(receipt).unwrap_or_default();
        let (time, kind) = (rfc3339(entry.time_ms), &entry.kind);
        writeln!(w, "{time}  {:>8}  {kind:<16} {amount:>20}{status}{tx}", entry.height)
    }
}
