//! A checkpoint's model in memory, to write with: the same for `infer` and for the node.

use crate::node::memory::{self, TooLarge};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError};
use neuroshard_model::neurollm::{Decoder, Device, LanguageModel, Quantize};
use neuroshard_model::tokenizer::Codec;

/// Bytes of a weight, unless it is quantized to at most half of that.
const WEIGHT_BYTES: u64 = 4;

/// A model and its tokenizer.
pub struct Loaded {
    /// Continues tokens.
    pub model: Box<dyn LanguageModel + Send + Sync>,
    /// Makes tokens of text and text of tokens.
    pub codec: Codec,
    /// What stands for all weights; none in a checkpoint that was made elsewhere.
    pub hash: Option<[u8; 32]>,
}

/// Why a checkpoint can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The machine.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Not on this device, or not for this shape.
    #[error("quantized weights work on the processor, for models without experts")]
    Quantize,
}

impl Loaded {
    /// Loads the weights: those of a processor into a decoder, where the shape fits one.
    pub fn load(checkpoint: &Checkpoint, device: &Device, quantize: Quantize) -> Result<Self, LoadError> {
        let whole = quantize == Quantize::None;
        memory::check_fits(checkpoint.config(), if whole { WEIGHT_BYTES } else { WEIGHT_BYTES / 2 }, 0)?;
        let codec = checkpoint.codec()?;
        let model: Box<dyn LanguageModel + Send + Sync> = if device.is_cpu() && Decoder::fits(checkpoint.config()) {
            Box::new(checkpoint.decoder(quantize)?)
        } else if whole {
            Box::new(checkpoint.model(device)?)
        } else {
            return Err(LoadError::Quantize);
        };
        Ok(Self { model, codec, hash: checkpoint.hash() })
    }
}
