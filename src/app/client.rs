//! What commands about the ledger share: whom to ask, signing, sending, waiting.
//!
//! Invariant: nothing is sent before it was confirmed, and what was sent is named even if nobody waits for it.

use std::fmt;
use std::time::Duration;

use anyhow::anyhow;
use neuroshard_commands::{SpendArgs, WaitArgs};
use serde::Serialize;

use super::output::Report;
use super::wallet::{open, whose};
use super::{AppError, Context, Exit};
use crate::economics::Parameters;
use crate::ledger::transaction::{Action, SignedTransaction, Transaction};
use crate::node::client::{ClientError, NodeClient, Source};
use crate::node::queries::{EntryAnswer, NetworkAnswer};
use crate::node::{ApiFile, ApiToken, NetworkFolder, Networks};
use crate::types::{Address, Amount, ChainId, Hash, Height, SecretKey};

/// Blocks in which a transaction has to be included.
const EXPIRY: u64 = 600;

/// How often a nonce may be taken by somebody else.
const NONCE_TRIES: u32 = 5;

/// Whoever knows the ledger: the node that runs, or the file of the last one.
pub(super) fn source(cx: &Context) -> Result<Source, AppError> {
    match &cx.api {
        Some(url) => Ok(Source::Node(named(cx, url)?)),
        None => Source::find(&cx.home()?, cx.network()?.as_deref(), token(cx)?).map_err(explain),
    }
}

/// The running node, of `--api` or of this home.
pub(super) fn running(cx: &Context) -> Result<NodeClient, AppError> {
    match &cx.api {
        Some(url) => named(cx, url),
        None => NodeClient::on(&cx.home()?, token(cx)?).map_err(explain),
    }
}

/// The node at a URL. The home's token is for the home's node and is shown to nobody else.
pub(super) fn named(cx: &Context, url: &str) -> Result<NodeClient, AppError> {
    let own = ApiFile::read(&cx.home()?).is_some_and(|file| file.url == url.trim_end_matches('/'));
    Ok(NodeClient::new(url, if own { token(cx)? } else { given_token()? }))
}

/// What lets us tell the home's node to do something.
pub(super) fn token(cx: &Context) -> Result<Option<ApiToken>, AppError> {
    Ok(given_token()?.or(ApiToken::read(&cx.home()?)))
}

/// What `NEUROSHARD_API_TOKEN` has, for a node of another home.
fn given_token() -> Result<Option<ApiToken>, AppError> {
    let Some(text) = std::env::var_os("NEUROSHARD_API_TOKEN").filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || AppError::usage(anyhow!("NEUROSHARD_API_TOKEN is no token")).hint("copy it from HOME/api-token");
    text.to_str().and_then(ApiToken::parse).map(Some).ok_or_else(wrong)
}

/// The network that this home believes in, by its own copy of the genesis.
pub(super) fn joined(cx: &Context) -> Result<NetworkFolder, AppError> {
    let found = Networks::at(&cx.home()?).chosen(cx.network()?.as_deref()).map_err(AppError::refused)?;
    let none = || AppError::refused(anyhow!("this home has joined no network"));
    found.ok_or_else(|| none().hint("give the network's genesis file with --network FILE"))
}

/// What went wrong with asking, and what would help.
pub(super) fn explain(error: ClientError) -> AppError {
    match error {
        ClientError::NoNode | ClientError::NotRunning => {
            AppError::no_node(error).hint("start one with `neuroshard node`, or name one with --api URL")
        }
        ClientError::Deaf(_) => AppError::no_node(error).hint("wait a moment, or start it with --listen-api ADDR"),
        ClientError::Silent { .. } => AppError::no_node(error).hint("is it running? `neuroshard node` starts one"),
        ClientError::Token(_) => AppError::refused(error)
            .hint("use the node's own --home, or set NEUROSHARD_API_TOKEN to its HOME/api-token"),
        other => AppError::refused(other),
    }
}

/// A transaction that was handed in.
#[derive(Serialize)]
struct Sent {
    tx: Hash,
    height: Option<u64>,
    fee: Option<Amount>,
    nonce: u64,
    status: String,
}

impl Report for Sent {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        match (self.height, self.fee) {
            (Some(height), Some(fee)) => writeln!(w, "{} in block {height}, for a fee of {fee} NEURO", self.tx),
            _ => writeln!(w, "{} {}", self.tx, self.status),
        }
    }
}

/// Someone who signs, and the network that it is for.
pub(super) struct Signer {
    pub(super) source: Source,
    pub(super) network: NetworkAnswer,
    pub(super) address: Address,
    key: SecretKey,
    fee_limit: Option<Amount>,
}

impl Signer {
    /// Finds a running node, and the account of the flags.
    pub(super) fn find(cx: &Context, spend: &SpendArgs) -> Result<Self, AppError> {
        let fee_limit = spend.fee_limit.as_deref().map(amount).transpose()?;
        let source = source(cx)?;
        if matches!(source, Source::File { .. }) {
            return Err(explain(ClientError::NotRunning));
        }
        let network = source.network().map_err(explain)?;
        let key = secret(cx, spend)?;
        let address = Address::of(&key.public());
        Ok(Self { source, network, address, key, fee_limit })
    }

    /// What was asked for, with the account's next nonce and no fee limit if none was given.
    fn transaction(&self, parameters: &Parameters, action: Action) -> Result<Transaction, AppError> {
        Ok(Transaction {
            chain: ChainId(self.network.chain_id),
            from: self.key.public(),
            nonce: self.source.nonce(self.address).map_err(explain)?,
            expires: Height(self.network.height).after(EXPIRY.min(parameters.expiry_blocks)),
            fee_limit: self.fee_limit.unwrap_or_default(),
            action,
        })
    }

    /// Asks whether to, hands in, waits, and says what became of it.
    pub(super) fn send(
        mut self,
        cx: &Context,
        action: &Action,
        question: impl FnOnce(Amount) -> String,
        wait: &WaitArgs,
    ) -> Result<Exit, AppError> {
        match self.carry_out(cx, action, question, wait)? {
            Carried::Refrained(exit) => Ok(exit),
            Carried::Handed(sent) => sent.finish(cx),
        }
    }

    /// Asks whether to, hands in and waits.
    pub(super) fn carry_out(
        &mut self,
        cx: &Context,
        action: &Action,
        question: impl FnOnce(Amount) -> String,
        wait: &WaitArgs,
    ) -> Result<Carried, AppError> {
        let parameters = self.network.parameters();
        let parameters = parameters.ok_or_else(|| explain(ClientError::Strange("this address".to_owned())))?;
        let fee = self.transaction(&parameters, action.clone())?.fee(&parameters);
        if let Some(exit) = cx.confirm(&question(fee))? {
            return Ok(Carried::Refrained(exit));
        }
        // What was agreed to is what it may cost.
        self.fee_limit.get_or_insert(fee);
        // While somebody read the question, a node may have used its account's nonce for its own work.
        let mut tries = 1;
        loop {
            let transaction = self.transaction(&parameters, action.clone())?;
            let signed = transaction.sign(&self.key).map_err(AppError::internal)?;
            match self.source.submit(&signed) {
                Err(ClientError::Nonce(_)) if tries < NONCE_TRIES => tries += 1,
                submitted => {
                    let tx = submitted.map_err(explain)?;
                    return Ok(Carried::Handed(Box::new(Handed::wait(&self.source, &signed, tx, wait)?)));
                }
            }
        }
    }
}

/// What became of what somebody wanted.
pub(super) enum Carried {
    /// Whoever was asked said no.
    Refrained(Exit),
    /// It was handed in.
    Handed(Box<Handed>),
}

/// A transaction that was handed in, and what a block made of it, if one did in time.
pub(super) struct Handed {
    pub(super) tx: Hash,
    nonce: u64,
    pub(super) entry: Option<EntryAnswer>,
    waited: Option<Duration>,
}

impl Handed {
    fn wait(source: &Source, signed: &SignedTransaction, tx: Hash, wait: &WaitArgs) -> Result<Self, AppError> {
        let (nonce, waited) = (signed.transaction.nonce, wait.limit());
        let entry = waited.map(|limit| source.wait(tx, limit).map_err(explain)).transpose()?.flatten();
        Ok(Self { tx, nonce, entry, waited })
    }

    /// The block's entry, if the transaction did what it says.
    pub(super) fn done(&self) -> Option<&EntryAnswer> {
        self.entry.as_ref().filter(|entry| entry.status == "done")
    }

    /// Says what became of it.
    pub(super) fn finish(self, cx: &Context) -> Result<Exit, AppError> {
        let Self { tx, nonce, .. } = self;
        let (height, fee) = self.entry.as_ref().map_or((None, None), |entry| (Some(entry.height), entry.fee));
        let status = self.entry.as_ref().map_or_else(|| "pending".to_owned(), |entry| entry.status.clone());
        cx.out.emit(&Sent { tx, height, fee, nonce, status })?;
        self.end()
    }

    /// How a command ends that handed it in and said so.
    pub(super) fn end(self) -> Result<Exit, AppError> {
        let Self { tx, entry, waited, .. } = self;
        match (entry, waited) {
            (Some(entry), _) if entry.status != "done" => Err(AppError::refused(anyhow!(entry.status))),
            (None, Some(limit)) => {
                let says = format!("no block took the transaction within {} s", limit.as_secs());
                Err(AppError::refused(anyhow!(says)).hint(format!("`neuroshard explain {tx}` says what became of it")))
            }
            _ => Ok(Exit::Success),
        }
    }
}

/// Hands a transaction in and waits for its block.
pub(super) fn hand_in(
    cx: &Context,
    source: &Source,
    signed: &SignedTransaction,
    wait: &WaitArgs,
) -> Result<Exit, AppError> {
    let tx = source.submit(signed).map_err(explain)?;
    Handed::wait(source, signed, tx, wait)?.finish(cx)
}

/// The key that the flags name.
pub(super) fn secret(cx: &Context, spend: &SpendArgs) -> Result<SecretKey, AppError> {
    let whose = whose(cx, spend.from.as_deref(), spend.node)?;
    open(cx, &whose, &spend.passphrase)?.secret_key().map_err(AppError::internal)
}

/// NEURO as somebody typed it.
pub(super) fn amount(text: &str) -> Result<Amount, AppError> {
    text.parse().map_err(AppError::usage)
}
