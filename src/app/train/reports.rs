//! What `train` says on standard output: one struct an event, as text for people and JSON for programs.

use std::fmt;
use std::path::{Path, PathBuf};

use neuroshard_model::data::Dataset;
use neuroshard_model::parameters;
use neuroshard_model::training::{Run, Summary};
use serde::Serialize;

use crate::app::compute::peak_memory;
use crate::app::output::Report;
use crate::app::units::count;

/// The run that begins.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "start")]
pub(super) struct Start {
    preset: String,
    parameters: u64,
    device: String,
    vocab: usize,
    train_tokens: u64,
    val_tokens: u64,
    step: u64,
}

impl Start {
    pub(super) fn new(run: &Run, data: &Dataset, device: &str) -> Self {
        Self {
            preset: run.state().preset.clone(),
            parameters: parameters::count(run.stage().config()),
            device: device.to_owned(),
            vocab: run.stage().config().vocab,
            train_tokens: data.train.len(),
            val_tokens: data.validation.len(),
            step: run.state().step,
        }
    }
}

impl Report for Start {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { preset, device, vocab, .. } = self;
        let parameters = count(self.parameters);
        let (train, val) = (count(self.train_tokens), count(self.val_tokens));
        writeln!(w, "model   {preset}: {parameters} parameters, {vocab} token ids, on {device}")?;
        writeln!(w, "data    {train} tokens to train on, {val} held out")
    }
}

/// One optimizer step.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "step")]
#[expect(clippy::struct_field_names, reason = "the names are those of the JSON contract")]
pub(super) struct Step {
    pub(super) step: u64,
    pub(super) loss: f64,
    pub(super) lr: f64,
    pub(super) grad_norm: f64,
    pub(super) tokens_per_second: f64,
    pub(super) tokens: u64,
}

impl Report for Step {
    fn text(&self, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(()) // people watch the progress bar
    }
}

/// A validation.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "val")]
pub(super) struct Val {
    pub(super) step: u64,
    pub(super) loss: f64,
    pub(super) perplexity: f64,
}

impl Report for Val {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "step {:>6}  validation loss {:.4}", self.step, self.loss)
    }
}

/// A checkpoint on disk.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "saved")]
pub(super) struct Saved {
    pub(super) path: PathBuf,
    pub(super) step: u64,
}

impl Report for Saved {
    fn text(&self, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(()) // the summary names the folder
    }
}

/// The run that ended.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "done")]
pub(super) struct Done {
    steps: u64,
    tokens: u64,
    seconds: f64,
    tokens_per_second: f64,
    train_loss: Option<f64>,
    val_loss: Option<f64>,
    checkpoint: PathBuf,
    peak_memory: Option<u64>,
    #[serde(skip)]
    curve: String,
}

impl Done {
    pub(super) fn new(summary: &Summary, folder: &Path, curve: String) -> Self {
        Self {
            steps: summary.steps,
            tokens: summary.tokens,
            seconds: summary.seconds,
            tokens_per_second: summary.tokens_per_second,
            train_loss: summary.train_loss,
            val_loss: summary.val_loss,
            checkpoint: folder.to_owned(),
            peak_memory: peak_memory(),
            curve,
        }
    }
}

impl Report for Done {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let pace = count(self.tokens_per_second as u64);
        writeln!(
            w,
            "\ntrained {} steps, {} tokens in {:.0} s ({pace} tokens/s)",
            self.steps,
            count(self.tokens),
            self.seconds
        )?;
        if !self.curve.is_empty() {
            writeln!(w, "loss    {}", self.curve)?;
        }
        if let Some(loss) = self.val_loss {
            writeln!(w, "        validation loss {loss:.4}, perplexity {:.2}", loss.exp())?;
        }
        if let Some(bytes) = self.peak_memory {
            writeln!(w, "memory  {} MiB at most", bytes >> 20)?;
        }
        writeln!(w, "saved   {}", self.checkpoint.display())
    }
}

/// What the model writes.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename = "sample")]
pub(super) struct Sample {
    pub(super) prompt: &'static str,
    pub(super) text: String,
}

impl Report for Sample {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "\nIt continues \"{}\" like this:\n\n{}{}\n", self.prompt, self.prompt, self.text)
    }
}

/// The values as a line of bars, from the first to the last.
pub(super) fn sparkline(values: &[f64]) -> String {
    const WIDTH: usize = 40;
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let columns = WIDTH.min(values.len());
    let means: Vec<f64> = (0..columns)
        .map(|column| {
            let part = &values[column * values.len() / columns..(column + 1) * values.len() / columns];
            part.iter().sum::<f64>() / part.len() as f64
        })
        .collect();
    let low = means.iter().copied().fold(f64::INFINITY, f64::min);
    let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |mean: f64| BARS[(((mean - low) / (high - low).max(1e-12)) * 7.0).round().clamp(0.0, 7.0) as usize];
    means.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_falling_loss_is_a_falling_line() {
        assert_eq!(sparkline(&[8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), "█▇▆▅▄▃▂▁");
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[1.0; 3]), "▁▁▁");
        assert_eq!(sparkline(&vec![1.0; 1000]).chars().count(), 40);
    }
}
