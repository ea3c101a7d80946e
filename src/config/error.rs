//! What can be wrong with settings: where it stands, what it is, what would help.

use std::io;
use std::path::PathBuf;

/// Why settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read the settings file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file says what can't be used.
    #[error("{} line {line}: {says}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
        /// What is wrong there.
        says: String,
        /// What would help.
        hint: Option<String>,
    },
    /// The environment says what can't be used.
    #[error("{variable}: {says}")]
    Environment {
        /// Which variable.
        variable: String,
        /// What is wrong with it.
        says: String,
    },
    /// A flag says what can't be used.
    #[error("--{name}: {says}")]
    Flag {
        /// Which flag.
        name: &'static str,
        /// What is wrong with it.
        says: String,
    },
}

impl ConfigError {
    /// What would help.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "`neuroshard config init` writes one there".to_owned()
            }
            Self::Unreadable { .. } => "mend it, or name another with --config FILE".to_owned(),
            Self::File { hint: Some(hint), .. } => hint.clone(),
            Self::File { .. } => {
                "`neuroshard config init` writes a file in which every setting is explained".to_owned()
            }
            Self::Environment { variable, .. } => format!("change it, or leave it out: unset {variable}"),
            Self::Flag { .. } => "--help says more".to_owned(),
        }
    }
}
