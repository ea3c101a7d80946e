//! How a run trains: batch, rates, clipping, seed. Together with shape and data it decides every number of a run.

use super::Schedule;
use crate::config::ModelConfig;
use crate::kernels::Compute;
use serde::{Deserialize, Serialize};

/// Constants of AdamW (Loshchilov & Hutter 2017, arXiv:1711.05101).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adam {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Decay of the matrices themselves, times the learning rate.
    pub weight_decay: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0.1 }
    }
}

/// Everything about a run that is neither shape, data nor length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Sequences in a micro-batch.
    pub batch: usize,
    /// Tokens in a sequence.
    pub seq: usize,
    /// Micro-batches in a step.
    pub accumulate: usize,
    /// Highest learning rate.
    pub lr: f64,
    /// Last learning rate.
    pub min_lr: f64,
    /// Steps of warm-up; a share of the run's length when absent.
    pub warmup: Option<u64>,
    /// Largest norm of the whole model's gradient; 0 leaves it as it is.
    pub clip: f64,
    /// Decides initial weights and batches.
    pub seed: u64,
    /// The optimizer.
    pub adam: Adam,
    /// The numbers that matrix products are computed with.
    #[serde(default)]
    pub dtype: Compute,
}

/// Why a recipe can't be used.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{field} = {value}: {rule}")]
pub struct RecipeError {
    /// Name of the setting.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What would be accepted.
    pub rule: String,
}

/// Tokens in a step by default: enough to fill two cores, little enough for many steps in a minute.
const STEP_TOKENS: usize = 1024;
/// Tokens × layers × width in a micro-batch by default: keeps what the backward pass needs well under 1 GB.
const ACTIVATIONS_MAX: usize = 3_000_000;
/// Warm-up by default: this share of the run, within the bounds below.
const WARMUP_SHARE: f64 = 0.05;
const WARMUP_STEPS: (u64, u64) = (5, 2000);

impl Recipe {
    /// The defaults for a shape. The rate falls with the width, as is right for Adam (Yang et al. 2022,
    /// arXiv:2203.03466): 0.004 for `nano`, 0.0015 for `tiny`, 0.0005 for `bootstrap`.
    #[must_use]
    pub fn for_model(config: &ModelConfig) -> Self {
        let lr = (0.384 / config.hidden as f64).min(4e-3);
        let rows = (STEP_TOKENS / config.seq).clamp(1, 64);
        let rows_max = (ACTIVATIONS_MAX / (config.seq * config.layers * config.hidden)).max(1);
        let accumulate = rows.div_ceil(rows_max);
        let batch = rows.div_ceil(accumulate);
        let adam = Adam::default();
        let dtype = Compute::F32;
        Self {
            batch,
            seq: config.seq,
            accumulate,
            lr,
            min_lr: lr / 10.0,
            warmup: None,
            clip: 1.0,
            seed: 0,
            adam,
            dtype,
        }
    }

    /// Checks ranges, against the shape where they depend on it.
    pub fn validate(&self, config: &ModelConfig) -> Result<(), RecipeError> {
        let sizes =
            [("batch", self.batch, 1 << 16), ("seq", self.seq, config.seq), ("accumulate", self.accumulate, 1 << 16)];
        for (field, value, high) in sizes {
            if !(1..=high).contains(&value) {
                let rule = format!("must be between 1 and {high}");
                return Err(RecipeError { field, value: value.to_string(), rule });
            }
        }
        let rates = [
            ("lr", self.lr, self.lr > 0.0, "must be a finite number above 0".to_owned()),
            (
                "min-lr",
                self.min_lr,
                (0.0..=self.lr).contains(&self.min_lr),
                format!("must be between 0 and lr ({})", self.lr),
            ),
            ("clip", self.clip, self.clip >= 0.0, "must be 0 (off) or a finite number above it".to_owned()),
            ("weight-decay", self.adam.weight_decay, self.adam.weight_decay >= 0.0, "must be 0 or above".to_owned()),
        ];
        for (field, value, holds, rule) in rates {
            if !(value.is_finite() && holds) {
                return Err(RecipeError { field, value: value.to_string(), rule });
            }
        }
        Ok(())
    }

    /// Tokens that one step trains on.
    #[must_use]
    pub fn step_tokens(&self) -> u64 {
        (self.batch * self.seq * self.accumulate) as u64
    }

    /// The learning rates of a run of `horizon` steps.
    #[must_use]
    pub fn schedule(&self, horizon: u64) -> Schedule {
        let share = (WARMUP_SHARE * horizon as f64) as u64;
        let warmup = self.warmup.unwrap_or_else(|| share.clamp(WARMUP_STEPS.0, WARMUP_STEPS.1)).min(horizon);
        Schedule { peak: self.lr, floor: self.min_lr, warmup, horizon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_valid_recipe() {
        for name in crate::config::PRESETS {
            let config = ModelConfig::preset(name).unwrap();
            Recipe::for_model(&config).validate(&config).unwrap();
        }
    }

    #[test]
    fn large_models_split_the_same_step_into_smaller_batches() {
        let recipe = |name| Recipe::for_model(&ModelConfig::preset(name).unwrap());
        assert_eq!([recipe("nano").accumulate, recipe("tiny").accumulate, recipe("bootstrap").accumulate], [1, 1, 2]);
        assert_eq!(recipe("bootstrap").step_tokens(), 1024);
    }

    #[test]
    fn what_cannot_train_is_named() {
        let config = ModelConfig::preset("nano").unwrap();
        let good = Recipe::for_model(&config);
        for (recipe, says) in [
            (Recipe { lr: f64::NAN, ..good }, "lr = NaN"),
            (Recipe { lr: 0.0, min_lr: 0.0, ..good }, "lr = 0"),
            (Recipe { min_lr: 1.0, ..good }, "min-lr = 1: must be between 0 and lr (0.004)"),
            (Recipe { batch: 0, ..good }, "batch = 0"),
            (Recipe { seq: 129, ..good }, "seq = 129: must be between 1 and 128"),
            (Recipe { clip: f64::INFINITY, ..good }, "clip = inf"),
        ] {
            let message = recipe.validate(&config).unwrap_err().to_string();
            assert!(message.starts_with(says), "{message}");
        }
    }
}
