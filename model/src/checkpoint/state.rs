//! What a run must know, besides tensors, to go on as if it had never stopped.
//!
//! There is no random state: batches are a function of seed and step. Invariant: weights, moments and this are all of
//! a run's state.

use crate::neurollm::threads;
use crate::training::Recipe;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Version of the file; a newer one is refused.
pub(super) const FORMAT: u32 = 1;

/// A run's place and rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingState {
    /// Version of this file.
    pub format: u32,
    /// Preset or shape file the run was started with, for display.
    pub preset: String,
    /// Optimizer steps made.
    pub step: u64,
    /// Step at which the learning rate reaches its floor; absent while a run limited by time is still measuring its pace.
    pub horizon: Option<u64>,
    /// Tokens trained on.
    pub tokens: u64,
    /// Seconds of training, evaluations and saving left out.
    pub seconds: f64,
    /// Threads that computed: with another number the losses may differ in their last digits.
    pub threads: usize,
    /// Batch, rates and seed.
    pub recipe: Recipe,
    /// Where the data came from, absolute; empty for the built-in corpus.
    pub sources: Vec<PathBuf>,
    /// Fingerprint of the data, hex: a run is resumed on the same data only.
    pub data: String,
}

impl TrainingState {
    /// A run before its first step.
    #[must_use]
    pub fn new(preset: String, recipe: Recipe, sources: Vec<PathBuf>, data: [u8; 32]) -> Self {
        let data = blake3::Hash::from_bytes(data).to_hex().to_string();
        Self {
            format: FORMAT,
            preset,
            step: 0,
            horizon: None,
            tokens: 0,
            seconds: 0.0,
            threads: threads(),
            recipe,
            sources,
            data,
        }
    }
}
