//! NeuroLLM on tensors: the only modules that know burn.
//!
//! A [`Stage`] holds a run of units and does `forward`, `backward` and `step` on plain slices; a whole model is the
//! stage that holds everything. Nothing of burn shows outside this folder, so that the rest of the product builds and
//! tests without it.

mod adamw;
mod attention;
mod decoder;
mod device;
mod feed_forward;
mod fused;
#[cfg(test)]
mod precision;
mod rotary;
mod stage;
#[cfg(test)]
mod tests;
mod tier;
mod weights;

pub use crate::kernels::{Compute, Quantize};
pub use decoder::Decoder;
pub use device::{Device, DeviceError, DeviceRequest, set_threads, threads, tune_allocator, with_threads};
pub(crate) use rotary::divisors;
pub use stage::{Cache, Input, MicroBatch, Output, Stage, StageError};
pub use tier::{Tier, layer_milliseconds};

use crate::config::ModelConfig;
use burn::tensor::Tensor;

/// What can continue a text.
pub trait LanguageModel {
    /// Shape of the whole model.
    fn config(&self) -> &ModelConfig;

    /// Reads `batch` after the tokens already in `cache`, adds them to it, and returns the last position's logits,
    /// `rows · vocab` values.
    fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError>;
}

impl LanguageModel for Stage {
    fn config(&self) -> &ModelConfig {
        self.config()
    }

    fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError> {
        self.extend(batch, cache)
    }
}

impl LanguageModel for Decoder {
    fn config(&self) -> &ModelConfig {
        self.config()
    }

    fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError> {
        self.extend(batch, cache)
    }
}

/// `x / sqrt(mean(x²) + eps) · scale` over the last dimension (Zhang & Sennrich 2019, arXiv:1910.07467).
fn rms_norm<const D: usize>(x: Tensor<D>, scale: &Tensor<2>, eps: f64) -> Tensor<D> {
    let inverse = x.clone().square().mean_dim(D - 1).add_scalar(eps).sqrt().recip();
    x * inverse * scale.clone().unsqueeze()
}

/// `x · w` for `x` `[rows, seq, in]` and `w` `[in, out]`.
fn linear(x: Tensor<3>, w: &Tensor<2>) -> Tensor<3> {
    let [rows, seq, width] = x.dims();
    let [_, out] = w.dims();
    x.reshape([rows * seq, width]).matmul(w.clone()).reshape([rows, seq, out])
}
