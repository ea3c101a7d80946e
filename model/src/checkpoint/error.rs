//! What can be wrong with a checkpoint.

use crate::config::ConfigError;
use crate::neurollm::StageError;
use crate::tokenizer::TokenizerError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a checkpoint can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The system refused to read.
    #[error("could not read {path}")]
    Read {
        /// File or folder.
        path: PathBuf,
        /// System error.
        source: io::Error,
    },
    /// The system refused to write; earlier checkpoints are untouched.
    #[error("could not save to {path}; what was saved before is untouched")]
    Write {
        /// Checkpoint being written.
        path: PathBuf,
        /// System error.
        source: io::Error,
    },
    /// A file that isn't what it should be.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// File.
        path: PathBuf,
        /// What doesn't hold.
        what: String,
    },
    /// Something that is well-formed and that this version doesn't do.
    #[error("{path} can't be used: {what}")]
    Unsupported {
        /// File.
        path: PathBuf,
        /// What and why.
        what: String,
    },
    /// No checkpoint where one was expected.
    #[error("{path} holds no checkpoint: {what}")]
    Absent {
        /// Folder.
        path: PathBuf,
        /// What was looked for.
        what: String,
    },
    /// Every checkpoint of a run is damaged.
    #[error("all {count} checkpoints in {path} are damaged; the newest: {newest}")]
    AllDamaged {
        /// Run folder.
        path: PathBuf,
        /// How many there are.
        count: usize,
        /// What is wrong with the newest.
        newest: String,
    },
    /// A file where a folder is needed.
    #[error("{0} is not a folder")]
    NotAFolder(PathBuf),
    /// The folder has something in it.
    #[error("{0} is not empty")]
    Occupied(PathBuf),
    /// Something is at the place where a file is to be written.
    #[error("{0} is there already, and nothing is overwritten")]
    Exists(PathBuf),
    /// Somebody asked for an end before it was complete.
    #[error("stopped before {0} was complete; nothing is left of it")]
    Stopped(PathBuf),
    /// Another process trains there.
    #[error("another run is writing to {0}")]
    Locked(PathBuf),
    /// The tensors don't fit the model.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The shape is impossible.
    #[error("{path}: {error}")]
    Config {
        /// File.
        path: PathBuf,
        /// What is wrong.
        error: ConfigError,
    },
    /// The tokenizer is unusable.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl CheckpointError {
    /// Whether the checkpoint itself is at fault, so that an older one may stand in for it.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Read { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::Damaged { .. } | Self::Config { .. } | Self::Absent { .. } => true,
            _ => false,
        }
    }

    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Read { path: path.to_owned(), source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    pub(super) fn unsupported(path: &Path, what: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), what: what.into() }
    }
}
