//! A node's events as people read them.

use std::fmt;

use neuroshard_tui::snapshot::TrainingState;
use serde::Serialize;

use crate::app::{Report, joining};
use crate::node::{NodeEvent, PeerState};

/// An event that is shown.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Shown(pub(super) NodeEvent);

impl Report for Shown {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        match &self.0 {
            NodeEvent::Started { address, api, device, network, chain_id, note, listen, peer_id, .. } => {
                writeln!(w, "node {address}")?;
                let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
                writeln!(w, "  network  {network}{note}")?;
                writeln!(w, "  chain    {chain_id}")?;
                writeln!(w, "  device   {device}")?;
                writeln!(w, "  answers  {}", api.as_deref().unwrap_or("nobody"))?;
                listen.iter().try_for_each(|address| writeln!(w, "  listens  {address}"))?;
                match joining::address(&[], listen, peer_id) {
                    Some(address) => writeln!(w, "  join by  {}", joining::command(&address)),
                    None => Ok(()),
                }
            }
            NodeEvent::Peer { peer_id, state, reason, peers } => {
                let what = match state {
                    PeerState::Connected => "came",
                    PeerState::Disconnected => "went",
                };
                let why = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                writeln!(w, "peer {peer_id} {what}{why}  ({peers} now)")
            }
            NodeEvent::Outer { round, val_loss, seconds, .. } => {
                writeln!(w, "round {round:>5}  validation loss {val_loss:.4}  {seconds:.1} s")
            }
            NodeEvent::Earned { amount, source, receipt, .. } => {
                let receipt: String = receipt.to_string().chars().take(12).collect();
                writeln!(w, "earned {amount} NEURO for {source}  (receipt {receipt}…)")
            }
            NodeEvent::Joining { height, chunks, done } => {
                writeln!(w, "joining at block {height}: {done} of {chunks} chunks")
            }
            NodeEvent::Model { round, bytes, seconds, holders, .. } => {
                writeln!(w, "round {round:>5}  weights of {bytes} bytes from {holders} peers  {seconds:.1} s")
            }
            NodeEvent::Nep { nep, status, reason } => {
                let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
                writeln!(w, "{nep} is {}{why}", status.phrase())
            }
            NodeEvent::Vocabulary { tokens, disabled, round } => {
                writeln!(w, "after round {round} the model knows {tokens} tokens, {disabled} of them taken back")
            }
            NodeEvent::Error { message } => writeln!(w, "{message}"),
            NodeEvent::Stopped {} => writeln!(w, "stopped"),
            NodeEvent::Training { state: TrainingState::Paused } => writeln!(w, "training is paused"),
            NodeEvent::Epoch { .. } | NodeEvent::Step { .. } | NodeEvent::Training { .. } | NodeEvent::Stopping {} => {
                Ok(())
            }
        }
    }
}
