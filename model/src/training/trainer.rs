//! The training loop of one machine that holds the whole model.
//!
//! Invariants: a step is a pure function of (state, recipe, data), so a stopped and resumed run gives bit-identical
//! losses on the same machine; numbers that are no numbers end the run before they reach a checkpoint;
//! however a run ends, what was saved stays.

use super::step::{Place, Shown, inner_step};
use super::{Recipe, RecipeError, Schedule};
use crate::checkpoint::{Checkpoint, CheckpointError, RunFolder, TrainingState};
use crate::config::ModelConfig;
use crate::data::{DataError, Dataset, evenly};
use crate::neurollm::{Device, Input, MicroBatch, Stage, StageError};
use crate::parameters::Span;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// To this step, counted from the start of the run; also the schedule's horizon.
    Steps(u64),
    /// To the step that completes this many tokens.
    Tokens(u64),
    /// For this long from now; the horizon is set once the pace is known.
    Time(Duration),
}

/// What a run was started from, to find it again.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Preset or shape file, for display.
    pub preset: String,
    /// Data given, absolute paths; none for the built-in corpus.
    pub sources: Vec<PathBuf>,
}

/// What doesn't change the result: when to look, when to save, when to end.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// End of the run; absent: the horizon of the run being resumed.
    pub limit: Option<Limit>,
    /// Lets a resumed run change its horizon or recipe.
    pub reschedule: bool,
    /// Steps between validations; a tenth of the horizon when absent.
    pub val_every: Option<u64>,
    /// Steps between checkpoints; when absent 500 steps or a minute, whichever comes first.
    pub save_every: Option<u64>,
}

/// What happens while a run goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An optimizer step was made.
    Step {
        /// Step, counted from 1.
        step: u64,
        /// Last step of the schedule, once known.
        horizon: Option<u64>,
        /// Mean loss of the step's batch in nats per token.
        loss: f64,
        /// Learning rate used.
        lr: f64,
        /// Norm of the gradient before clipping.
        grad_norm: f64,
        /// Tokens of this step by its time.
        tokens_per_second: f64,
        /// Tokens of the whole run.
        tokens: u64,
    },
    /// Loss on held-out data.
    Val {
        /// Step it was measured after.
        step: u64,
        /// Mean loss in nats per token.
        loss: f64,
    },
    /// A checkpoint is on disk.
    Saved {
        /// Its folder.
        path: PathBuf,
        /// Its step.
        step: u64,
    },
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Steps of the whole run.
    pub steps: u64,
    /// Tokens of the whole run.
    pub tokens: u64,
    /// Seconds of training in the whole run, evaluations and saving left out.
    pub seconds: f64,
    /// Tokens by seconds, of this session.
    pub tokens_per_second: f64,
    /// Mean loss of the last steps (at most 20 of this session); absent when no step was made.
    pub train_loss: Option<f64>,
    /// Loss over all held-out data; absent when the run was interrupted.
    pub val_loss: Option<f64>,
    /// The last checkpoint.
    pub checkpoint: PathBuf,
    /// Whether the caller asked to stop before the end.
    pub interrupted: bool,
}

/// Why training can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A loss, gradient or weight that is no number.
    #[error(
        "training diverged at step {step}: loss {loss}, gradient norm {grad_norm} (seed {seed}, windows at {windows:?}); {saved}"
    )]
    Diverged {
        /// Step that failed.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Its gradient norm.
        grad_norm: f64,
        /// Seed of the run.
        seed: u64,
        /// Where the batch's first windows begin in the training tokens.
        windows: Vec<u64>,
        /// Where the last good checkpoint is, in words.
        saved: String,
    },
    /// Somebody wanted no more of a segment.
    #[error("stopped after step {step}")]
    Stopped {
        /// The last step that was made.
        step: u64,
    },
    /// Another length than the run was started with.
    #[error("this run's schedule ends at step {saved} and {asked} was asked for; its learning rates would change")]
    Horizon {
        /// Horizon in the checkpoint.
        saved: u64,
        /// Horizon asked for.
        asked: u64,
    },
    /// Another recipe than the run was started with.
    #[error("this run was started with other settings ({0})")]
    Recipe(String),
    /// Other data than the run was started with.
    #[error("this run was started with other data; give the same --data, unchanged")]
    Data,
    /// A checkpoint without training state.
    #[error("{0} holds weights only; training can't go on from it exactly")]
    NoState(PathBuf),
    /// A setting out of range.
    #[error(transparent)]
    Setting(#[from] RecipeError),
    /// Data can't be read, or are too few.
    #[error(transparent)]
    DataRead(#[from] DataError),
    /// A checkpoint can't be written or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The model refused a batch.
    #[error(transparent)]
    Stage(#[from] StageError),
}

/// Rows evaluated at once.
const VAL_ROWS: usize = 16;
/// Windows of a validation during the run.
const VAL_SAMPLE: u64 = 64;
/// Steps and time to measure a pace over.
const PACE_STEPS: u64 = 10;
const PACE_TIME: Duration = Duration::from_secs(2);
/// Warm-up while the horizon of a run limited by time is not known yet.
const UNKNOWN_WARMUP: u64 = 100;
/// When to save if nobody said.
const SAVE_STEPS: u64 = 500;
const SAVE_TIME: Duration = Duration::from_mins(1);
/// Steps whose mean is the training loss of the summary.
const LAST_LOSSES: usize = 20;

/// A run: the model, where it stands and where it is saved.
#[derive(Debug)]
pub struct Run {
    stage: Stage,
    state: TrainingState,
    folder: RunFolder,
    last_saved: Option<PathBuf>,
}

impl Run {
    /// A run before its first step.
    pub fn create(
        folder: RunFolder,
        config: &ModelConfig,
        recipe: Recipe,
        origin: Origin,
        data: &Dataset,
        device: &Device,
    ) -> Result<Self, TrainError> {
        recipe.validate(config)?;
        let mut stage = Stage::initialise(config, &Span::whole(config), recipe.seed, device)?;
        stage.set_compute(recipe.dtype);
        let state = TrainingState::new(origin.preset, recipe, origin.sources, data.fingerprint());
        Ok(Self { stage, state, folder, last_saved: None })
    }

    /// A run as its checkpoint left it.
    pub fn resume(
        folder: RunFolder,
        checkpoint: &Checkpoint,
        data: &Dataset,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let absent = || TrainError::NoState(checkpoint.folder().to_owned());
        let state = checkpoint.training()?.ok_or_else(absent)?;
        if state.data != blake3::Hash::from_bytes(data.fingerprint()).to_hex().as_str() {
            return Err(TrainError::Data);
        }
        state.recipe.validate(checkpoint.config())?;
        let state = TrainingState { threads: crate::neurollm::threads(), ..state };
        let mut stage = checkpoint.model(device)?;
        checkpoint.restore_moments(&mut stage)?;
        stage.set_compute(state.recipe.dtype);
        Ok(Self { stage, state, folder, last_saved: Some(checkpoint.folder().to_owned()) })
    }

    /// Where the run stands.
    #[must_use]
    pub fn state(&self) -> &TrainingState {
        &self.state
    }

    /// The run's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The model as it is now.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Changes the recipe of a resumed run; only `reschedule` allows a difference.
    pub fn set_recipe(&mut self, recipe: Recipe, reschedule: bool) -> Result<(), TrainError> {
        if recipe != self.state.recipe && !reschedule {
            return Err(TrainError::Recipe(differences(&self.state.recipe, &recipe)));
        }
        recipe.validate(self.stage.config())?;
        self.state.recipe = recipe;
        self.stage.set_compute(recipe.dtype);
        Ok(())
    }

    /// Trains to the limit; `stop` is asked after every step. Saves at the end, interrupted or not.
    pub fn train(
        &mut self,
        data: &Dataset,
        options: &RunOptions,
        stop: &dyn Fn() -> bool,
        on_event: &mut dyn FnMut(&Event),
    ) -> Result<Summary, TrainError> {
        let started = Instant::now();
        let deadline = self.begin(options, started)?;
        if self.state.step == 0 {
            self.validate(data, VAL_SAMPLE, &|| false, on_event)?;
        }
        let first_step = self.state.step;
        let mut session = Session { seconds: 0.0, losses: Vec::new(), saved_at: started, saved_step: first_step };
        let interrupted = loop {
            if stop() {
                break true;
            }
            let over = match deadline {
                Some(deadline) => Instant::now() >= deadline && self.state.step > first_step,
                None => self.state.horizon.is_some_and(|horizon| self.state.step >= horizon),
            };
            if over {
                break false;
            }
            self.step(data, &mut session, on_event)?;
            self.measure_pace(deadline, first_step, &session);
            self.look(data, options, &mut session, on_event)?;
        };
        if self.last_saved.is_none() || session.saved_step != self.state.step {
            self.save(data, on_event)?;
        }
        let val_loss = if interrupted { None } else { self.validate(data, u64::MAX, stop, on_event)? };
        Ok(self.summary(&session, first_step, val_loss, interrupted || val_loss.is_none()))
    }

    fn summary(&self, session: &Session, first_step: u64, val_loss: Option<f64>, interrupted: bool) -> Summary {
        let losses = &session.losses;
        let trained = (self.state.step - first_step) * self.state.recipe.step_tokens();
        Summary {
            steps: self.state.step,
            tokens: self.state.tokens,
            seconds: self.state.seconds,
            tokens_per_second: if trained == 0 { 0.0 } else { trained as f64 / session.seconds },
            train_loss: (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64),
            val_loss,
            checkpoint: self.last_saved.clone().unwrap_or_else(|| self.folder.path().to_owned()),
            interrupted,
        }
    }

    /// Settles the horizon; returns when a run limited by time ends.
    fn begin(&mut self, options: &RunOptions, now: Instant) -> Result<Option<Instant>, TrainError> {
        let asked = match options.limit {
            Some(Limit::Steps(steps)) => Some(steps),
            Some(Limit::Tokens(tokens)) => Some(tokens.div_ceil(self.state.recipe.step_tokens())),
            Some(Limit::Time(_)) | None => None,
        };
        match (self.state.horizon, asked) {
            (Some(saved), Some(asked)) if saved != asked && !options.reschedule => {
                return Err(TrainError::Horizon { saved, asked });
            }
            (_, Some(asked)) => self.state.horizon = Some(asked),
            (Some(_), None) if options.reschedule && options.limit.is_some() => self.state.horizon = None,
            (_, None) => {}
        }
        Ok(match options.limit {
            Some(Limit::Time(time)) => Some(now + time),
            // A run that was stopped while it measured its pace has no horizon to go on to.
            None if self.state.horizon.is_none() => Some(now + Duration::from_mins(1)),
            _ => None,
        })
    }

    fn schedule(&self) -> Schedule {
        let recipe = &self.state.recipe;
        match self.state.horizon {
            Some(horizon) => recipe.schedule(horizon),
            None => Schedule {
                peak: recipe.lr,
                floor: recipe.min_lr,
                warmup: recipe.warmup.unwrap_or(UNKNOWN_WARMUP),
                horizon: u64::MAX,
            },
        }
    }

    fn step(
        &mut self,
        data: &Dataset,
        session: &mut Session,
        on_event: &mut dyn FnMut(&Event),
    ) -> Result<(), TrainError> {
        let started = Instant::now();
        let step = self.state.step + 1;
        let recipe = self.state.recipe;
        let lr = self.schedule().rate(step);
        let place = Place { seed: recipe.seed, draw: step, step, rate: lr };
        let Shown { loss, grad_norm, made } = inner_step(&mut self.stage, &recipe, data, place, &mut |_| {})?;
        if !made {
            return Err(self.diverged(data, step, loss, grad_norm));
        }
        let seconds = started.elapsed().as_secs_f64();
        self.state.step = step;
        self.state.tokens += recipe.step_tokens();
        self.state.seconds += seconds;
        session.add(loss, seconds);
        let tokens_per_second = recipe.step_tokens() as f64 / seconds;
        let (horizon, tokens) = (self.state.horizon, self.state.tokens);
        on_event(&Event::Step { step, horizon, loss, lr, grad_norm, tokens_per_second, tokens });
        Ok(())
    }

    /// Sets the horizon of a run limited by time as soon as its pace is known.
    fn measure_pace(&mut self, deadline: Option<Instant>, first_step: u64, session: &Session) {
        let made = self.state.step - first_step;
        let Some(deadline) = deadline.filter(|_| self.state.horizon.is_none()) else { return };
        let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64();
        let measured = made >= PACE_STEPS && session.seconds >= PACE_TIME.as_secs_f64();
        // A run too short to measure ends in its warm-up.
        if measured {
            let horizon = self.state.step + (left * made as f64 / session.seconds) as u64;
            self.state.horizon = Some(horizon);
            // The warm-up under way goes on as it began.
            self.state.recipe.warmup.get_or_insert(UNKNOWN_WARMUP.min(horizon / 4));
        }
    }

    /// Validation and checkpoints on the way.
    fn look(
        &mut self,
        data: &Dataset,
        options: &RunOptions,
        session: &mut Session,
        on_event: &mut dyn FnMut(&Event),
    ) -> Result<(), TrainError> {
        let step = self.state.step;
        let at_end = self.state.horizon == Some(step);
        let val_every = options.val_every.or_else(|| self.state.horizon.map(|horizon| (horizon / 10).max(25)));
        if val_every.is_some_and(|every| step.is_multiple_of(every)) && !at_end {
            self.validate(data, VAL_SAMPLE, &|| false, on_event)?;
        }
        let due = match options.save_every {
            Some(every) => step.is_multiple_of(every),
            None => step - session.saved_step >= SAVE_STEPS || session.saved_at.elapsed() >= SAVE_TIME,
        };
        if due {
            self.save(data, on_event)?;
            (session.saved_at, session.saved_step) = (Instant::now(), step);
        }
        Ok(())
    }

    /// Mean loss over `count` evenly spaced windows of the held-out data, all of them where there are no more; absent
    /// when `stop` ended it.
    fn validate(
        &self,
        data: &Dataset,
        count: u64,
        stop: &dyn Fn() -> bool,
        on_event: &mut dyn FnMut(&Event),
    ) -> Result<Option<f64>, TrainError> {
        let windows = evenly(data.validation_windows(self.state.recipe.seq)?, count);
        let (mut sum, mut counted) = (0.0, 0);
        for rows in windows.chunks(VAL_ROWS) {
            if stop() {
                return Ok(None);
            }
            let batch = data.validation_batch(rows, self.state.recipe.seq)?;
            let input = Input::Tokens(&batch.inputs);
            let micro = MicroBatch { rows: batch.rows, seq: batch.seq, input, targets: Some(&batch.targets) };
            sum += self.stage.evaluate(&micro)?;
            counted += batch.counted();
        }
        let loss = sum / counted as f64;
        if !loss.is_finite() {
            return Err(self.diverged(data, self.state.step, loss, f64::NAN));
        }
        on_event(&Event::Val { step: self.state.step, loss });
        Ok(Some(loss))
    }

    fn save(&mut self, data: &Dataset, on_event: &mut dyn FnMut(&Event)) -> Result<(), TrainError> {
        if !self.stage.is_finite() {
            return Err(self.diverged(data, self.state.step, f64::NAN, f64::NAN));
        }
        let path = self.folder.save(&self.stage, &data.tokenizer, &self.state)?;
        on_event(&Event::Saved { path: path.clone(), step: self.state.step });
        self.last_saved = Some(path);
        Ok(())
    }

    fn diverged(&self, data: &Dataset, step: u64, loss: f64, grad_norm: f64) -> TrainError {
        let seed = self.state.recipe.seed;
        let starts = data.train.windows(self.state.recipe.seq).unwrap_or(1);
        let windows = (0..4.min(self.state.recipe.batch as u64)).map(|j| crate::data::window(seed, step, j, starts));
        let saved = match &self.last_saved {
            Some(path) => format!("the last good checkpoint is {}", path.display()),
            None => "no checkpoint had been saved yet".to_owned(),
        };
        TrainError::Diverged { step, loss, grad_norm, seed, windows: windows.collect(), saved }
    }
}

/// What is counted from the moment `train` was called.
struct Session {
    seconds: f64,
    losses: Vec<f64>,
    saved_at: Instant,
    saved_step: u64,
}

impl Session {
    fn add(&mut self, loss: f64, seconds: f64) {
        self.seconds += seconds;
        self.losses.push(loss);
        if self.losses.len() > LAST_LOSSES {
            self.losses.remove(0);
        }
    }
}

/// The fields in which two recipes differ, as `name old → new`.
fn differences(old: &Recipe, new: &Recipe) -> String {
    let [old, new] = [old, new].map(|recipe| serde_json::to_value(recipe).unwrap_or_default());
    let fields = old.as_object().into_iter().flatten().filter(|(name, value)| new[name.as_str()] != **value);
    fields.map(|(name, value)| format!("{name} {value} → {}", new[name.as_str()])).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
