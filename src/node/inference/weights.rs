//! The newest weights of a home, kept in memory until there are newer ones.
//!
//! Invariants: a job that runs keeps the weights it began with; at most two sets are held at once, so newer ones wait while
//! jobs still run on those before; only a job that finds nothing loaded waits for another's loading; a checkpoint that
//! is pruned while it is read is given up for the newest there is by then.

use super::{Engine, Failure, Job, Loaded, Newest, Outlet, Usage, write};
use crate::node::home::{newest_round, newest_run};
use crate::types::hex;
use neuroshard_model::checkpoint::{Checkpoint, newest_state};
use neuroshard_model::neurollm::{Device, Quantize, with_threads};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::SystemTime;

/// How often the newest weights may be gone before they are read.
const TRIES: usize = 4;
/// Digits of a fingerprint: enough to tell one checkpoint of a run from the next.
const FINGERPRINT_DIGITS: usize = 12;

/// Loads the newest weights of a home, and writes with them.
pub(in crate::node) struct Weights {
    home: PathBuf,
    /// The network's own model, which comes before whatever else the home has.
    network: PathBuf,
    /// Weights of the network that come from others, a folder a round: they come before all else.
    followed: Option<PathBuf>,
    /// Threads of each job's kernels.
    threads: usize,
    kept: Mutex<Kept>,
    loading: Mutex<()>,
}

#[derive(Default)]
struct Kept {
    current: Option<(Newest, Arc<Loaded>)>,
    /// The set before, as long as a job uses it.
    before: Weak<Loaded>,
}

impl Kept {
    /// What to use without loading anything, if the newest is `newest`.
    fn usable(&self, newest: &Newest) -> Option<Arc<Loaded>> {
        let (which, loaded) = self.current.as_ref()?;
        (which == newest || self.before.strong_count() > 0).then(|| Arc::clone(loaded))
    }
}

impl Weights {
    /// Of a home and of its network's model folder; kernels of a job use at most `threads` threads.
    pub(in crate::node) fn new(home: PathBuf, network: PathBuf, threads: usize) -> Self {
        Self { home, network, followed: None, threads, kept: Mutex::default(), loading: Mutex::default() }
    }

    /// The same, with what comes from others in this folder.
    pub(in crate::node) fn following(self, weights: PathBuf) -> Self {
        Self { followed: Some(weights), ..self }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest weights, or those that are loaded while somebody else loads newer ones.
    pub(super) fn loaded(&self) -> Result<Arc<Loaded>, Failure> {
        let newest = self.newest().ok_or(Failure::NoModel)?;
        if let Some(loaded) = self.kept().usable(&newest) {
            return Ok(loaded);
        }
        let older = self.kept().current.as_ref().map(|(_, loaded)| Arc::clone(loaded));
        let turn = match (self.loading.try_lock(), older) {
            (Ok(turn), _) => turn,
            (Err(TryLockError::WouldBlock), Some(older)) => return Ok(older),
            (Err(_), _) => self.loading.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let loaded = self.load(newest);
        drop(turn);
        // Weights that can't be read keep nobody from using those that could.
        loaded.or_else(|failure| self.kept().current.as_ref().map(|(_, older)| Arc::clone(older)).ok_or(failure))
    }

    /// Loads the newest weights, unless somebody did since; by one thread at a time.
    fn load(&self, mut newest: Newest) -> Result<Arc<Loaded>, Failure> {
        let mut tries = 1;
        loop {
            if let Some(loaded) = self.kept().usable(&newest) {
                return Ok(loaded);
            }
            match read(&newest.folder) {
                Ok(loaded) => {
                    let loaded = Arc::new(loaded);
                    let mut kept = self.kept();
                    let before = kept.current.replace((newest, Arc::clone(&loaded)));
                    kept.before = before.map_or_else(Weak::new, |(_, before)| Arc::downgrade(&before));
                    return Ok(loaded);
                }
                Err(says) => {
                    let now = self.newest().ok_or(Failure::NoModel)?;
                    if now == newest || tries == TRIES {
                        return Err(Failure::Unusable(says));
                    }
                    newest = now;
                    tries += 1;
                }
            }
        }
    }
}

fn read(folder: &Path) -> Result<Loaded, String> {
    let opened = Checkpoint::open(folder).map_err(|error| error.to_string())?;
    Loaded::load(&opened.checkpoint, &Device::cpu(), Quantize::None).map_err(|error| error.to_string())
}

impl Engine for Weights {
    fn newest(&self) -> Option<Newest> {
        let followed = self.followed.as_deref().and_then(|weights| newest_in(&newest_round(weights)?));
        followed.or_else(|| newest_in(&self.network)).or_else(|| newest_in(&newest_run(&self.home)?))
    }

    fn answer(&self, job: &Job, outlet: &Outlet<'_>) -> Result<Usage, Failure> {
        with_threads(self.threads, || {
            let loaded = self.loaded()?;
            let digits = loaded.hash.map(|hash| hex::encode(&hash));
            let fingerprint = digits.map(|digits| format!("fp_{}", &digits[..FINGERPRINT_DIGITS]));
            write::answer(&loaded, fingerprint, job, outlet)
        })
    }
}

/// The newest weights of one run, if it has any.
fn newest_in(run: &Path) -> Option<Newest> {
    let state = newest_state(run).ok().flatten();
    let (step, file) = match state {
        Some((step, folder)) => (Some(step), folder.join("manifest.json")),
        None => (None, run.join("model.safetensors")),
    };
    match fs::metadata(file).and_then(|file| file.modified()) {
        Ok(saved) => Some(Newest { folder: run.to_owned(), step, saved }),
        // Pruned meanwhile: reading will find what came after it.
        Err(_) => step.map(|_| Newest { folder: run.to_owned(), step, saved: SystemTime::UNIX_EPOCH }),
    }
}

#[cfg(test)]
pub(in crate::node) mod tests;
