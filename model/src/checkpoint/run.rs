//! The folder of a training run.
//!
//! Invariants: one process writes to it at a time; a state is complete under a hidden name and on disk before it gets
//! its own; the newest weights are also the folder's own Hugging Face files, replaced one rename at a time; the last
//! `keep` states stay, older ones go only after a newer one is in place.

use super::tensors::{write_moments, write_weights};
use super::{
    CONFIG_FILE, CheckpointError, MANIFEST_FILE, Manifest, OPTIMIZER_FILE, STATE_FILE, TrainingState, WEIGHTS_FILE,
};
use crate::files::sync_folder;
use crate::neurollm::Stage;
use crate::tokenizer::{BOS, EOS, FILE_NAME, PAD, Tokenizer};
use serde_json::json;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const STATES_FOLDER: &str = "checkpoints";
const STATE_PREFIX: &str = "step-";
const LOCK_FILE: &str = ".lock";
/// Files of a state that are only for going on with training.
const TRAINING_FILES: [&str; 3] = [OPTIMIZER_FILE, STATE_FILE, MANIFEST_FILE];

/// A run's folder, locked while this lives.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    keep: usize,
    _lock: File,
}

impl RunFolder {
    /// A new run's folder, which must be empty or absent.
    pub fn create(path: &Path, keep: usize) -> Result<Self, CheckpointError> {
        if let Some(file) = path.ancestors().find(|part| part.is_file()) {
            return Err(CheckpointError::NotAFolder(file.to_owned()));
        }
        fs::create_dir_all(path).map_err(CheckpointError::write(path))?;
        let folder = Self::lock(path, keep)?;
        let entries = fs::read_dir(path).map_err(CheckpointError::read(path))?;
        if entries.flatten().any(|entry| entry.file_name() != LOCK_FILE) {
            return Err(CheckpointError::Occupied(path.to_owned()));
        }
        Ok(folder)
    }

    /// The folder of a run that goes on. What an interrupted save left half-made is cleared.
    pub fn reopen(path: &Path, keep: usize) -> Result<Self, CheckpointError> {
        if !path.is_dir() {
            let what = "there is no such folder".to_owned();
            return Err(CheckpointError::Absent { path: path.to_owned(), what });
        }
        if path.join(MANIFEST_FILE).exists() {
            let what = "it is one state of a run; name the run's folder, two levels up";
            return Err(CheckpointError::unsupported(path, what));
        }
        let folder = Self::lock(path, keep)?;
        for place in [path.to_owned(), path.join(STATES_FOLDER)] {
            for entry in fs::read_dir(&place).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(".saving-") {
                    // A leftover that can't be removed is in nobody's way: saving replaces it or says what is wrong.
                    let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
                }
            }
        }
        Ok(folder)
    }

    fn lock(path: &Path, keep: usize) -> Result<Self, CheckpointError> {
        let lock_path = path.join(LOCK_FILE);
        let mut options = File::options();
        let lock = options.create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(CheckpointError::write(path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), keep: keep.max(1), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(CheckpointError::Locked(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(CheckpointError::write(path)(error)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Saves a state; returns its folder. A failure leaves every earlier state as it was.
    pub fn save(
        &self,
        stage: &Stage,
        tokenizer: &Tokenizer,
        state: &TrainingState,
    ) -> Result<PathBuf, CheckpointError> {
        let states_folder = self.path.join(STATES_FOLDER);
        let name = format!("{STATE_PREFIX}{:09}", state.step);
        let target = states_folder.join(&name);
        fs::create_dir_all(&states_folder).map_err(CheckpointError::write(&target))?;
        let staging = states_folder.join(format!(".saving-{name}"));
        let result = write_state(&staging, stage, tokenizer, state).and_then(|files| {
            // A state of this step that a resumed run makes again replaces the old one.
            if target.exists() {
                fs::remove_dir_all(&target).map_err(CheckpointError::write(&target))?;
            }
            fs::rename(&staging, &target).map_err(CheckpointError::write(&target))?;
            sync_folder(&states_folder).map_err(CheckpointError::write(&target))?;
            self.publish(&target, &files)
        });
        if let Err(error) = result {
            // The error is the news; what can't be cleared now is cleared when the run is resumed.
            let _ = fs::remove_dir_all(&staging);
            return Err(error);
        }
        self.prune(state.step);
        Ok(target)
    }

    /// Makes the state's model files the run folder's own: hard links where the system has them, else copies.
    fn publish(&self, state: &Path, names: &[String]) -> Result<(), CheckpointError> {
        for name in names {
            let target = self.path.join(name);
            let staging = self.path.join(format!(".saving-{name}"));
            let place = || {
                if staging.exists() {
                    fs::remove_file(&staging)?;
                }
                let copy = |_| fs::copy(state.join(name), &staging).and_then(|_| File::open(&staging)?.sync_all());
                fs::hard_link(state.join(name), &staging).or_else(copy)?;
                fs::rename(&staging, &target)
            };
            place().map_err(CheckpointError::write(&target))?;
        }
        sync_folder(&self.path).map_err(CheckpointError::write(&self.path))
    }

    /// Removes all but the last states up to `step`. States beyond it are damaged ones that the run was resumed before.
    fn prune(&self, step: u64) {
        let (mut old, beyond): (Vec<_>, Vec<_>) =
            states(&self.path).unwrap_or_default().into_iter().partition(|state| state.0 <= step);
        old.truncate(old.len().saturating_sub(self.keep));
        for (_, path) in old.into_iter().chain(beyond) {
            // The new state is safe already; what can't be removed now is tried again after the next one.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Step and folder of a run's newest state, by its name alone; none where there is no run.
pub fn newest_state(folder: &Path) -> Result<Option<(u64, PathBuf)>, CheckpointError> {
    Ok(states(folder)?.pop())
}

/// Where a run's state of this step is, or would be.
#[must_use]
pub fn state_folder(run: &Path, step: u64) -> PathBuf {
    run.join(STATES_FOLDER).join(format!("{STATE_PREFIX}{step:09}"))
}

/// All files of a state, in `staging`, synced to disk. Returns the names of those that any model folder has.
fn write_state(
    staging: &Path,
    stage: &Stage,
    tokenizer: &Tokenizer,
    state: &TrainingState,
) -> Result<Vec<String>, CheckpointError> {
    if staging.exists() {
        fs::remove_dir_all(staging).map_err(CheckpointError::write(staging))?;
    }
    fs::create_dir(staging).map_err(CheckpointError::write(staging))?;
    let state_text = serde_json::to_string_pretty(state).expect("a training state is plain data");
    let generation =
        json!({"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD, "max_length": stage.config().seq});
    let tokenizer_config = json!({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>",
        "unk_token": "<unk>", "model_max_length": stage.config().seq, "clean_up_tokenization_spaces": false,
    });
    let texts = [
        (CONFIG_FILE, super::config_to_json(stage.config())),
        ("generation_config.json", format!("{generation:#}\n")),
        ("tokenizer_config.json", format!("{tokenizer_config:#}\n")),
        ("tokenizer.json", tokenizer.to_huggingface_json()),
        (FILE_NAME, tokenizer.to_file_text()),
        (STATE_FILE, state_text),
    ];
    let mut names: Vec<String> = vec![WEIGHTS_FILE.to_owned(), OPTIMIZER_FILE.to_owned()];
    for (name, text) in texts {
        let path = staging.join(name);
        fs::write(&path, text).map_err(CheckpointError::write(&path))?;
        names.push(name.to_owned());
    }
    write_weights(&staging.join(WEIGHTS_FILE), stage)?;
    write_moments(&staging.join(OPTIMIZER_FILE), stage)?;
    Manifest::create(staging, &names, state.step, stage.span())?;
    for name in names.iter().map(String::as_str).chain([MANIFEST_FILE]) {
        let path = staging.join(name);
        File::open(&path).and_then(|file| file.sync_all()).map_err(CheckpointError::write(&path))?;
    }
    sync_folder(staging).map_err(CheckpointError::write(staging))?;
    names.retain(|name| !TRAINING_FILES.contains(&name.as_str()));
    Ok(names)
}

/// The states in a run's folder, oldest first; none when it isn't one.
pub(super) fn states(folder: &Path) -> Result<Vec<(u64, PathBuf)>, CheckpointError> {
    let states_folder = folder.join(STATES_FOLDER);
    let entries = match fs::read_dir(&states_folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(CheckpointError::read(&states_folder)(error)),
    };
    let mut states: Vec<(u64, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let step = entry.file_name().to_str()?.strip_prefix(STATE_PREFIX)?.parse().ok()?;
            Some((step, entry.path()))
        })
        .collect();
    states.sort();
    Ok(states)
}
