//! Checkpoints: what a training run leaves on disk and what inference loads.
//!
//! A run's folder holds the newest weights as a Hugging Face checkpoint (`config.json`, `model.safetensors`,
//! `tokenizer.json` …) and, under `checkpoints/step-N`, the last few complete states (weights, optimizer, schedule,
//! data position), each with a manifest of hashes; a copy for other programs is a GGUF file or a plain folder.
//! Invariants: a checkpoint appears whole or not at all; one whose hashes don't match is never used silently; nothing is
//! allocated from a declared size before it is compared with the model's shape and the file's length.

mod error;
mod gguf;
mod huggingface;
mod manifest;
mod open;
mod place;
mod plain;
mod run;
mod state;
mod tensors;

pub use error::CheckpointError;
pub use gguf::{Gguf, GgufType};
pub use huggingface::{config_from_json, config_to_json};
pub use manifest::Manifest;
pub use open::{Checkpoint, Opened};
pub use plain::FloatType;
pub use run::{RunFolder, newest_state, state_folder};
pub use state::TrainingState;

/// Weights, in Hugging Face's name for them.
const WEIGHTS_FILE: &str = "model.safetensors";
/// Adam's moments.
const OPTIMIZER_FILE: &str = "optimizer.safetensors";
/// Step, schedule and data position.
const STATE_FILE: &str = "training.json";
/// Hashes of everything else in the folder.
const MANIFEST_FILE: &str = "manifest.json";
/// Shape, in Hugging Face's terms.
const CONFIG_FILE: &str = "config.json";

#[cfg(test)]
mod tests;
