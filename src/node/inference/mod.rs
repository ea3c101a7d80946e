//! Inference inside the node: a handle that takes jobs, and the named threads that write their texts.
//!
//! Invariants: no more jobs are written at once than there are threads, and no more wait than there are places; a job
//! whose reader is gone, and every job once [`Inference::stop`] was called, ends at its next token; what a job says ends
//! with [`Event::Done`] or with a [`Failure`], and a job that fails takes no other with it.

#[cfg(feature = "flex")]
mod loaded;
mod queue;
#[cfg(test)]
mod tests;
#[cfg(feature = "flex")]
pub(super) mod weights;
#[cfg(feature = "flex")]
mod write;

#[cfg(feature = "flex")]
pub use loaded::{LoadError, Loaded};
pub(super) use queue::{Inference, Outlet, Reply};
#[cfg(feature = "flex")]
pub(super) use weights::Weights;

use neuroshard_model::generation::Sampling;
use std::time::SystemTime;

/// Jobs written at once.
pub(super) const THREADS: usize = 4;
/// Jobs that may wait for a thread.
pub(super) const WAITING_MAX: usize = 64;

/// What a text begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Text.
    Text(String),
    /// Token ids.
    Ids(Vec<u32>),
}

/// Texts to write. The choices of a job are written one after the other, so that a job takes one thread.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    pub(super) prompts: Vec<Prompt>,
    /// Continuations of each prompt; they differ by their seeds, which count up.
    pub(super) choices: usize,
    /// Of each choice.
    pub(super) max_tokens: usize,
    pub(super) sampling: Sampling,
    pub(super) stop: Vec<String>,
    /// Whether the prompt is said first.
    pub(super) echo: bool,
}

impl Job {
    /// The most that a job can say, so that nothing it says has to wait for its reader.
    fn events_max(&self) -> usize {
        // For each choice the prompt, the tokens, what the end made certain, and the end; then the job's own.
        self.prompts.len().saturating_mul(self.choices).saturating_mul(self.max_tokens.saturating_add(3)) + 2
    }
}

/// What is said while a job is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The prompts were read, and a model is there.
    Started {
        /// The beginning of the hash of its weights, where they have one.
        fingerprint: Option<String>,
    },
    /// Some text of a choice.
    Piece { choice: usize, text: String },
    /// A choice is complete.
    Finished { choice: usize, ending: Ending },
    /// All are.
    Done(Usage),
}

/// Why a choice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The model ended its text, or a stop string came.
    Stop,
    /// All tokens asked for.
    Length,
}

/// Tokens of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Read, of each prompt once.
    pub(super) prompt_tokens: usize,
    /// Oldest tokens of the prompts that were left out, because the model doesn't see so many.
    pub(super) prompt_cut: usize,
    /// Written, those that end a text among them.
    pub(super) tokens: usize,
}

/// Why a job was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// Too many wait.
    #[error("{THREADS} requests are answered and {WAITING_MAX} wait; try again in a moment")]
    Busy,
    /// The node ends.
    #[error("the node is stopping")]
    Stopping,
    /// No tensors.
    #[cfg_attr(feature = "flex", expect(dead_code, reason = "a build with tensors never says so"))]
    #[error("this program was built without tensors")]
    NoTensors,
    /// Nothing to write with.
    #[error("there is no trained model here yet")]
    NoModel,
    /// Weights that can't be loaded.
    #[error("the newest weights can't be used: {0}")]
    Unusable(String),
    /// A prompt that is none.
    #[error("{0}")]
    Prompt(String),
    /// The model.
    #[error("{0}")]
    Model(String),
    /// A fault of the program.
    #[error("generating failed in a way it should not")]
    Fault,
}

/// The newest weights, as far as a look at the folders tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Newest {
    /// The run that they are of.
    pub(super) folder: std::path::PathBuf,
    /// Steps trained, where the run says so.
    pub(super) step: Option<u64>,
    /// When they were saved.
    pub(super) saved: SystemTime,
}

/// How much was and is being done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Jobs done.
    pub(super) served: u64,
    /// Tokens written.
    pub(super) tokens: u64,
    /// Jobs being written.
    pub(super) running: usize,
    /// Jobs that wait.
    pub(super) waiting: usize,
}

/// What does the jobs.
pub(super) trait Engine: Send + Sync {
    /// The newest weights, if there are any.
    fn newest(&self) -> Option<Newest>;

    /// Does a job; what it says goes out through `outlet`.
    fn answer(&self, job: &Job, outlet: &Outlet<'_>) -> Result<Usage, Failure>;
}

/// The engine of a program without tensors.
#[cfg(not(feature = "flex"))]
pub(super) struct NoTensors;

#[cfg(not(feature = "flex"))]
impl Engine for NoTensors {
    fn newest(&self) -> Option<Newest> {
        None
    }

    fn answer(&self, _: &Job, _: &Outlet<'_>) -> Result<Usage, Failure> {
        Err(Failure::NoTensors)
    }
}
