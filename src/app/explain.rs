//! `explain`: follows an amount back to the receipt, the formula and the values that it comes from.

use std::fmt;

use anyhow::anyhow;
use neuroshard_commands::ExplainArgs;
use neuroshard_tui::snapshot::{Direction, Dropped, Peer};
use serde_json::Value;

use super::client::{explain as explain_client, running, source};
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::governance::id::NepId;
use crate::ledger::neps::Status;
use crate::node::queries::EntryAnswer;
use crate::node::rfc3339;
use crate::types::Hash;

/// Entries about one thing at most.
const ENTRIES: usize = 100;
/// Digits of a hash: what is shorter may be a proposal's number.
const HASH_DIGITS: usize = 64;

pub(super) fn explain(cx: &Context, args: &ExplainArgs) -> Result<Exit, AppError> {
    let id = match args.id.parse::<NepId>() {
        Ok(nep) if args.id.len() < HASH_DIGITS => nep.to_string(),
        _ if is_peer(&args.id) => {
            return explain_peer(cx, &args.id);
        }
        _ => args.id.parse::<Hash>().map_err(AppError::usage)?.to_string(),
    };
    let mut entries = source(cx)?.about(&id, ENTRIES).map_err(explain_client)?;
    if entries.is_empty() {
        return Err(AppError::refused(anyhow!("the ledger knows nothing of {id}"))
            .hint("`neuroshard wallet history` lists what happened to an account"));
    }
    entries.reverse();
    for entry in &entries {
        cx.out.emit(&Step(entry))?;
    }
    Ok(Exit::Success)
}

/// What the running node knows of a peer.
fn explain_peer(cx: &Context, id: &str) -> Result<Exit, AppError> {
    let snapshot = running(cx)?.status().map_err(explain_client)?;
    let network = snapshot.net.unwrap_or_default();
    if let Some(peer) = network.peers.into_iter().find(|peer| peer.peer_id == id) {
        cx.out.emit(&Known { state: "connected", peer: Some(peer), dropped: None })?;
        return Ok(Exit::Success);
    }
    if let Some(dropped) = network.dropped.into_iter().find(|dropped| dropped.peer_id == id) {
        cx.out.emit(&Known { state: "dropped", peer: None, dropped: Some(dropped) })?;
        return Ok(Exit::Success);
    }
    Err(AppError::refused(anyhow!("the node is not connected with {id}, and dropped no such peer lately"))
        .hint("`neuroshard node logs` says who came and went, and why"))
}

/// What is known of a peer.
#[derive(serde::Serialize)]
struct Known {
    state: &'static str,
    #[serde(flatten)]
    peer: Option<Peer>,
    #[serde(flatten)]
    dropped: Option<Dropped>,
}

impl Report for Known {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        if let Some(peer) = &self.peer {
            let way = if peer.direction == Direction::Outbound { "dialled by us" } else { "dialled us" };
            let relay = if peer.relayed { ", over a relay" } else { "" };
            let role = if peer.tracker {
                "a tracker"
            } else if peer.validator {
                "a validator"
            } else {
                "a node"
            };
            writeln!(w, "{} is {role}, connected for {} s: it {way}{relay}", peer.peer_id, peer.connected_seconds)?;
            writeln!(w, "  address   {}", peer.address)?;
            writeln!(w, "  program   {}", if peer.version.is_empty() { "unknown" } else { &peer.version })?;
            let height = peer.height.map_or_else(|| "not said".to_owned(), |height| height.to_string());
            writeln!(w, "  block     {height}")?;
            let rtt = peer.rtt_ms.map_or_else(|| "not measured".to_owned(), |rtt| format!("{rtt:.1} ms"));
            writeln!(w, "  round     {rtt}")?;
            writeln!(w, "  bytes     {} sent, {} received", peer.sent, peer.received)?;
            writeln!(w, "  score     {:.1} (it is dropped when this falls too low)", peer.score)?;
        }
        if let Some(dropped) = &self.dropped {
            writeln!(w, "{} was dropped {} s ago: {}", dropped.peer_id, dropped.ago_seconds, dropped.reason)?;
        }
        Ok(())
    }
}

/// Whether that is the id of a peer: what libp2p writes for a secp256k1 key begins so.
fn is_peer(id: &str) -> bool {
    id.starts_with("16Uiu2HA") && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[derive(serde::Serialize)]
#[serde(transparent)]
struct Step<'a>(&'a EntryAnswer);

impl Report for Step<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let entry = self.0;
        write!(w, "{}  block {}: {}", rfc3339(entry.time_ms), entry.height, entry.kind.replace('_', " "))?;
        if let Some(from) = entry.from {
            write!(w, " by {from}")?;
        }
        if let (Some(amount), Some(to)) = (entry.amount, entry.to) {
            write!(w, ", {amount} NEURO to {to}")?;
        }
        match (&entry.fee, entry.status.as_str()) {
            (_, status) if status != "done" => writeln!(w, "; refused: {status}")?,
            (Some(fee), _) if !fee.is_zero() => writeln!(w, "; fee {fee} NEURO")?,
            _ => writeln!(w)?,
        }
        entry.events.iter().try_for_each(|event| told(w, event))?;
        match &entry.reason {
            Some(reason) => writeln!(w, "  \"{}\"", super::nep::shown(reason)),
            None => Ok(()),
        }
    }
}

/// An event in words.
fn told(w: &mut dyn fmt::Write, event: &Value) -> fmt::Result {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    match event["event"].as_str().unwrap_or_default() {
        "accepted" => {
            writeln!(w, "  receipt {} of node {} waits for its window to end", text("receipt"), text("node"))?;
            quote(w, &event["quote"])
        }
        "earned" => {
            writeln!(w, "  node {} was paid {} NEURO for {}", text("node"), text("paid"), text("receipt"))?;
            if text("bond") != "0" {
                writeln!(w, "  of that {} NEURO stay as its bond, the rest went to {}", text("bond"), text("payout"))?;
            }
            quote(w, &event["quote"])
        }
        "nep_moved" => {
            let why = text("reason");
            let why = if why.is_empty() { why } else { format!(": {why}") };
            let status = Status::named(&text("status")).map_or("somewhere", Status::phrase);
            writeln!(w, "  {} is {status}{why}", text("nep"))
        }
        "voted" => {
            let (voter, choice, weight) = (text("voter"), text("choice"), text("weight"));
            writeln!(w, "  {voter} voted {choice} on {} with {weight} NEURO", text("nep"))
        }
        "rewarded" => writeln!(w, "  {} was rewarded {} NEURO for {}", text("to"), text("amount"), text("nep")),
        kind => writeln!(w, "  {}: {}", kind.replace('_', " "), rest(event)),
    }
}

/// The formula with its values.
fn quote(w: &mut dyn fmt::Write, quote: &Value) -> fmt::Result {
    let value = |name: &str| quote[name].as_str().unwrap_or("?").to_owned();
    writeln!(
        w,
        "  {} = base {} x role {} x stake {} x scarcity {} x reputation {}",
        value("reward"),
        value("base"),
        value("role"),
        value("stake"),
        value("scarcity"),
        value("reputation")
    )
}

fn rest(event: &Value) -> String {
    let fields = event.as_object().into_iter().flatten().filter(|(name, _)| *name != "event");
    let said = fields
        .map(|(name, value)| format!("{name} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    said.collect::<Vec<_>>().join(", ")
}
