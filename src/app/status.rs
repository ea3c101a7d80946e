//! `status`: one snapshot of a running node.

use std::fmt;

use neuroshard_tui::snapshot::{
    Direction, Network, ReachState, Reachability, Snapshot, Syncing, Training, TrainingState,
};
use serde::Serialize;

use super::client::{explain, running};
use super::output::Report;
use super::units::{count, span};
use super::{AppError, Context, Exit, joining};

pub(super) fn status(cx: &Context) -> Result<Exit, AppError> {
    let snapshot = running(cx)?.status().map_err(explain)?;
    cx.out.emit(&Shown(snapshot))?;
    Ok(Exit::Success)
}

/// A snapshot that is shown.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Snapshot);

impl Report for Shown {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        // A node of elsewhere says this: nothing of it may steer the terminal.
        let mut text = String::new();
        self.lines(&mut text)?;
        w.write_str(&text.replace(|c: char| c.is_control() && c != '\n', " "))
    }
}

impl Shown {
    fn lines(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Snapshot { device, chain, wallet, earnings, .. } = &self.0;
        let note = self.0.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        writeln!(w, "node      {}  up {}", self.0.address, span(self.0.uptime_seconds))?;
        writeln!(w, "network   {}{note}", self.0.network)?;
        let own = if chain.validator { ", this node one of them" } else { "" };
        let who = if chain.validators == 1 { "validator" } else { "validators" };
        writeln!(w, "chain     block {} at {}, {} {who}{own}", chain.height, chain.time, chain.validators)?;
        if let Some(network) = &self.0.net {
            write_network(w, network, &self.0.peer_id)?;
        }
        match &self.0.training {
            Some(training) => write_training(w, training)?,
            None => writeln!(w, "training  none")?,
        }
        writeln!(
            w,
            "device    {} ({}), {:.1} cores busy, {} MiB of memory, {} MiB on disk",
            device.name,
            device.tier,
            device.process_cpu,
            device.process_memory >> 20,
            device.storage_used >> 20
        )?;
        writeln!(
            w,
            "earned    {} NEURO today, {} in all, {} waiting",
            earnings.today, earnings.total, earnings.pending
        )?;
        writeln!(w, "balance   {} NEURO, {} staked, {} bond", wallet.available, wallet.staked, wallet.bond)?;
        self.0.problems.iter().try_for_each(|problem| writeln!(w, "problem   {problem}"))
    }
}

/// Who is there, whether others reach this node, and how they join.
fn write_network(w: &mut dyn fmt::Write, network: &Network, peer_id: &str) -> fmt::Result {
    let out = network.peers.iter().filter(|peer| peer.direction == Direction::Outbound).count();
    let all = network.peers.len();
    writeln!(w, "peers     {all} ({out} out, {} in), {} known", all - out, network.known_peers)?;
    let Reachability { state, why, hint, .. } = &network.reachability;
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    writeln!(w, "outside   {}{why}", reach(*state))?;
    if !hint.is_empty() {
        writeln!(w, "          {hint}")?;
    }
    let listen = if network.listen.is_empty() { "nowhere".to_owned() } else { network.listen.join(", ") };
    writeln!(w, "listens   {listen}")?;
    if let Some(address) = joining::address(&network.external, &network.listen, peer_id) {
        writeln!(w, "joined by {}", joining::command(&address))?;
    }
    if let Some(Syncing { height, target, from }) = &network.syncing {
        writeln!(w, "catching up from {from}: block {height} of {target}")?;
    }
    Ok(())
}

/// Whether others can connect with the node, in words.
pub(super) const fn reach(state: ReachState) -> &'static str {
    match state {
        ReachState::Unknown => "not known yet whether others can connect",
        ReachState::Public => "others can connect",
        ReachState::Relayed => "others can connect over relays only",
        ReachState::Private => "nobody can connect",
    }
}

fn write_training(w: &mut dyn fmt::Write, training: &Training) -> fmt::Result {
    let state = match training.state {
        TrainingState::Starting => "starting",
        TrainingState::Training => "training",
        TrainingState::Waiting => "waiting for the chain",
        TrainingState::Paused => "paused",
    };
    let loss = |loss: Option<f64>| loss.map_or_else(|| "none yet".to_owned(), |loss| format!("{loss:.4}"));
    let Training { preset, step, round, inner_step, inner_steps, tokens_per_second, .. } = training;
    writeln!(w, "training  {state}: {preset}, step {step}, round {round} ({inner_step}/{inner_steps})")?;
    let pace = count(*tokens_per_second as u64);
    writeln!(w, "loss      {} (held out {}), {pace} tokens/s", loss(training.loss), loss(training.val_loss))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_told_in_a_few_lines() {
        let network = Network {
            listen: vec!["/ip4/0.0.0.0/tcp/4001".to_owned()],
            external: vec!["/ip4/198.51.100.7/tcp/4001".to_owned()],
            reachability: Reachability {
                state: ReachState::Relayed,
                why: "nobody could connect back".to_owned(),
                hint: "forward port 4001".to_owned(),
                ..Reachability::default()
            },
            known_peers: 3,
            syncing: Some(Syncing { height: 2, target: 9, from: "16U".to_owned() }),
            ..Network::default()
        };
        let mut text = String::new();
        Shown(Snapshot { net: Some(network), peer_id: "16Uiu2".to_owned(), ..Snapshot::default() })
            .text(&mut text)
            .unwrap();
        for line in [
            "peers     0 (0 out, 0 in), 3 known\n",
            "outside   others can connect over relays only: nobody could connect back\n          forward port 4001\n",
            "listens   /ip4/0.0.0.0/tcp/4001\n",
            "joined by neuroshard node --network FILE --bootstrap /ip4/198.51.100.7/tcp/4001/p2p/16Uiu2\n",
            "catching up from 16U: block 2 of 9\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        let alone = Shown(Snapshot::default());
        let mut text = String::new();
        alone.text(&mut text).unwrap();
        assert!(!text.contains("peers "), "{text}");
    }
}
