//! Where a devnet keeps its things: a home a node, one genesis, one settings file, and what each node complained about.
//!
//! Invariants: a folder that somebody named is kept, and was new or empty; any other goes with the network.

use std::fs;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use tempfile::TempDir;

use super::plan::Plan;
use crate::app::node::training::private_network;
use crate::app::{AppError, Context};
use crate::config;
use crate::keystore::NodeKey;
use crate::keystore::file::create_folder;
use crate::ledger::genesis::Genesis;
use crate::node::now_ms;

/// Bytes at the end of a log among which its last line is looked for.
const TAIL_BYTES: u64 = 4_096;

/// The folder and what is in it.
pub(super) struct Homes {
    folder: PathBuf,
    /// Removed with this, where nobody named one.
    _temporary: Option<TempDir>,
}

impl Homes {
    /// Makes all that the nodes need before they start.
    pub(super) fn make(cx: &Context, plan: &Plan<'_>) -> Result<Self, AppError> {
        let homes = Self::folder(plan.args.out.as_deref())?;
        let mut founders = Vec::new();
        for index in 0..plan.nodes() {
            let home = homes.home(index);
            create_folder(&home).map_err(unwritten(&home))?;
            let (key, _) = NodeKey::load_or_create(&home).map_err(AppError::refused)?;
            founders.push(key.secret().public());
        }
        founders.truncate(plan.validators);
        let args = plan.args;
        let text = private_network(cx, &args.preset, &args.data, args.inner_steps, args.epoch.as_secs(), founders)?;
        Genesis::parse(&text).map_err(AppError::usage)?;
        for (path, text) in [(homes.genesis(), text), (homes.settings(), config::template())] {
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
        cx.out.detail(format_args!("made {} homes in {} at {}", plan.nodes(), homes.folder.display(), now_ms()));
        Ok(homes)
    }

    fn folder(out: Option<&Path>) -> Result<Self, AppError> {
        let Some(out) = out else {
            let temporary = tempfile::Builder::new().prefix("neuroshard-devnet-").tempdir();
            let temporary = temporary.map_err(unwritten(&std::env::temp_dir()))?;
            return Ok(Self { folder: temporary.path().to_owned(), _temporary: Some(temporary) });
        };
        let folder = std::path::absolute(out).map_err(AppError::refused)?;
        match fs::read_dir(&folder).map(|mut entries| entries.next().is_some()) {
            Ok(true) => {
                let says = format!("`{}` is not empty", folder.display());
                return Err(AppError::refused(anyhow!(says)).hint("name a new folder with --out DIR"));
            }
            Ok(false) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => create_folder(&folder).map_err(unwritten(&folder))?,
            Err(error) => return Err(unwritten(&folder)(error)),
        }
        Ok(Self { folder, _temporary: None })
    }

    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    pub(super) fn home(&self, index: usize) -> PathBuf {
        self.folder.join(format!("node-{index}"))
    }

    pub(super) fn genesis(&self) -> PathBuf {
        self.folder.join("genesis.toml")
    }

    /// A settings file that says nothing, so that those of whoever starts the network don't reach its nodes.
    pub(super) fn settings(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    /// Where what a node says on standard error goes.
    pub(super) fn complaints(&self, index: usize) -> PathBuf {
        self.folder.join(format!("node-{index}.log"))
    }

    /// The last thing that a node complained about.
    pub(super) fn last_complaint(&self, index: usize) -> Option<String> {
        let mut file = fs::File::open(self.complaints(index)).ok()?;
        let length = file.metadata().ok()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES))).ok()?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.lines().rfind(|line| !line.trim().is_empty()).map(ToOwned::to_owned)
    }
}

fn unwritten(path: &Path) -> impl FnOnce(std::io::Error) -> AppError {
    move |error| AppError::refused(error).while_doing(format!("cannot make the network in `{}`", path.display()))
}
