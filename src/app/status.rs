//! `status`: one snapshot of a running node.

use std::fmt;

use neuroshard_tui::snapshot::{Snapshot, Training, TrainingState};
use serde::Serialize;

use super::client::{explain, running};
use super::output::Report;
use super::units::{count, span};
use super::{AppError, Context, Exit};

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
