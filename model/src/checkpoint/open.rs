//! Opening a checkpoint: a run's folder, one of its states, or a Hugging Face model made elsewhere.
//!
//! Invariant: what is opened was verified (our own) or has exactly the tensors its shape needs (foreign); a damaged
//! state is passed over for the one before it and reported.

use super::manifest::{read_json, read_text};
use super::run::states;
use super::state::{FORMAT, TrainingState};
use super::tensors::TensorFiles;
use super::{CONFIG_FILE, CheckpointError, MANIFEST_FILE, Manifest, OPTIMIZER_FILE, STATE_FILE, WEIGHTS_FILE};
use crate::config::ModelConfig;
use crate::neurollm::{Decoder, Device, Quantize, Stage};
use crate::parameters::{Span, Spec, specs};
use crate::tokenizer::Codec;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// No run makes more steps than this.
const STEPS_MAX: u64 = 1 << 40;
pub(super) const CONFIG_BYTES_MAX: u64 = 1 << 20;
const STATE_BYTES_MAX: u64 = 1 << 20;
const INDEX_BYTES_MAX: u64 = 64 << 20;

/// A checkpoint whose shape and tensors go together.
pub struct Checkpoint {
    folder: PathBuf,
    config: ModelConfig,
    weights: TensorFiles,
    hash: Option<[u8; 32]>,
}

/// A checkpoint and what was passed over to find it.
pub struct Opened {
    /// The newest that is whole.
    pub checkpoint: Checkpoint,
    /// Newer ones that are damaged, and what is wrong with each.
    pub damaged: Vec<CheckpointError>,
}

impl Checkpoint {
    /// The newest whole checkpoint of a run's folder, or the one that `folder` itself is.
    pub fn open(folder: &Path) -> Result<Opened, CheckpointError> {
        let states = states(folder)?;
        let count = states.len();
        let mut damaged = Vec::new();
        for (_, state) in states.into_iter().rev() {
            match Self::open_verified(&state) {
                Ok(checkpoint) => return Ok(Opened { checkpoint, damaged }),
                Err(error) if error.is_damage() => damaged.push(error),
                // A newer version's state, or one that can't be read now, is no reason to fall back unasked.
                Err(error) => return Err(error),
            }
        }
        if let Some(newest) = damaged.first() {
            let newest = newest.to_string();
            return Err(CheckpointError::AllDamaged { path: folder.to_owned(), count, newest });
        }
        let is_ours = folder.join(MANIFEST_FILE).exists();
        let checkpoint = if is_ours { Self::open_verified(folder)? } else { Self::open_unverified(folder)? };
        Ok(Opened { checkpoint, damaged })
    }

    fn open_verified(folder: &Path) -> Result<Self, CheckpointError> {
        let manifest = Manifest::verify(folder)?;
        let hash = Some(manifest.root.0);
        let checkpoint = Self { hash, ..Self::open_unverified(folder)? };
        match checkpoint.training()? {
            Some(state) if state.step == manifest.step && state.step <= STEPS_MAX => Ok(checkpoint),
            _ => Err(CheckpointError::damaged(&folder.join(STATE_FILE), "its step is not the manifest's")),
        }
    }

    fn open_unverified(folder: &Path) -> Result<Self, CheckpointError> {
        let config_path = folder.join(CONFIG_FILE);
        if !config_path.exists() {
            let what = format!("there is no {CONFIG_FILE} in it");
            return Err(CheckpointError::Absent { path: folder.to_owned(), what });
        }
        let config = super::config_from_json(&config_path, &read_text(&config_path, CONFIG_BYTES_MAX)?)?;
        let weights = TensorFiles::open(&weight_files(folder)?)?;
        let checkpoint = Self { folder: folder.to_owned(), config, weights, hash: None };
        checkpoint.check_tensors()?;
        Ok(checkpoint)
    }

    /// That every tensor the shape needs is there, and none that would change the result.
    fn check_tensors(&self) -> Result<(), CheckpointError> {
        let mut others: BTreeSet<&str> = self.weights.names();
        for spec in specs(&self.config, &Span::whole(&self.config)) {
            self.weights.check(&spec.name, &spec.shape)?;
            others.remove(spec.name.as_str());
        }
        // Old exports keep the rotary table, and tied ones a second name for the embedding.
        let harmless = |name: &str| {
            name.ends_with("rotary_emb.inv_freq") || (self.config.tied_embeddings && name == "lm_head.weight")
        };
        match others.into_iter().find(|name| !harmless(name)) {
            None => Ok(()),
            Some(name) => {
                let what = format!("it has a tensor {name} that a model of this shape doesn't use");
                Err(CheckpointError::unsupported(&self.folder, what))
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Shape of the model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// What stands for all its weights; none in one that was made elsewhere.
    #[must_use]
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.hash
    }

    pub(super) fn weights(&self) -> &TensorFiles {
        &self.weights
    }

    /// The stage of the given units, with these weights.
    pub fn stage(&self, span: &Span, device: &Device) -> Result<Stage, CheckpointError> {
        Stage::load(&self.config, span, device, |spec| self.weights.values(&spec.name, &spec.shape))
    }

    /// The whole model.
    pub fn model(&self, device: &Device) -> Result<Stage, CheckpointError> {
        self.stage(&Span::whole(&self.config), device)
    }

    /// The whole model, to generate with on the processor.
    ///
    /// # Panics
    /// If its shape doesn't fit a decoder: see [`Decoder::fits`].
    pub fn decoder(&self, quantize: Quantize) -> Result<Decoder, CheckpointError> {
        let read = |spec: &Spec| self.weights.values(&spec.name, &spec.shape);
        Decoder::load(&self.config, &Span::whole(&self.config), quantize, read)
    }

    /// The tokenizer that goes with it, checked against the model's vocabulary.
    pub fn codec(&self) -> Result<Codec, CheckpointError> {
        let codec = Codec::load(&self.folder)?;
        if codec.vocab() > self.config.vocab {
            let what = format!("its tokenizer has {} ids and its model only {}", codec.vocab(), self.config.vocab);
            return Err(CheckpointError::unsupported(&self.folder, what));
        }
        Ok(codec)
    }

    /// The run's state; absent in a checkpoint that only has weights.
    pub fn training(&self) -> Result<Option<TrainingState>, CheckpointError> {
        let path = self.folder.join(STATE_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let state: TrainingState = read_json(&path, STATE_BYTES_MAX)?;
        if state.format != FORMAT {
            let what = format!("its format is {}, and this version knows {FORMAT}", state.format);
            return Err(CheckpointError::unsupported(&path, what));
        }
        Ok(Some(state))
    }

    /// Gives a stage loaded from here its optimizer moments back.
    pub fn restore_moments(&self, stage: &mut Stage) -> Result<(), CheckpointError> {
        let path = self.folder.join(OPTIMIZER_FILE);
        let files = TensorFiles::open(std::slice::from_ref(&path))?;
        if files.names().is_empty() && self.training()?.is_some_and(|state| state.step == 0) {
            return Ok(());
        }
        stage.restore_moments(|spec| {
            let read = |which| files.values(&format!("{which}.{}", spec.name), &spec.shape);
            Ok([read("first")?, read("second")?])
        })
    }
}

/// `model.safetensors`, or the files its index names.
fn weight_files(folder: &Path) -> Result<Vec<PathBuf>, CheckpointError> {
    #[derive(serde::Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let single = folder.join(WEIGHTS_FILE);
    let index = folder.join(format!("{WEIGHTS_FILE}.index.json"));
    if single.exists() {
        return Ok(vec![single]);
    }
    if !index.exists() {
        let what = format!("there is neither {WEIGHTS_FILE} nor {WEIGHTS_FILE}.index.json in it");
        return Err(CheckpointError::Absent { path: folder.to_owned(), what });
    }
    let names: BTreeSet<String> = read_json::<Index>(&index, INDEX_BYTES_MAX)?.weight_map.into_values().collect();
    for name in &names {
        if Path::new(name).file_name().is_none_or(|plain| plain != name.as_str()) {
            return Err(CheckpointError::damaged(&index, format!("{name:?} is not a plain file name")));
        }
    }
    Ok(names.iter().map(|name| folder.join(name)).collect())
}
