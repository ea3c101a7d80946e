//! The trainer's thread: inner steps by segments, rounds, and a checkpoint a round.
//!
//! Invariants: a round's record and its weights are on disk before the chain hears of it; a stopped and resumed trainer
//! makes the same rounds as one never stopped; training waits for the chain rather than running away from it.

use super::chain::Command;
use super::claims::round_seed;
use super::events::NodeEvent;
use super::work::{TrainedRound, WorkLog};
use crate::ledger::network::Network;
use crate::ledger::segments::SegmentRecord;
use crate::types::{Address, Hash, Height, merkle};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError, RunFolder, TrainingState};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::data::Dataset;
use neuroshard_model::neurollm::Device;
use neuroshard_model::training::{Draw, Inner, Recipe, Segment, TrainError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// Checkpoints kept: the rounds that may still be challenged.
const KEEP: usize = 8;
/// Windows of the validation after each round.
const VAL_WINDOWS: u64 = 16;
/// How often a trainer that waits looks whether it was told to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Rounds that training may be ahead of the chain.
const AHEAD_MAX: u64 = 2;

/// What a node trains.
pub struct Training {
    /// The model's shape.
    pub config: ModelConfig,
    /// How.
    pub recipe: Recipe,
    /// Steps until the learning rate is at its floor.
    pub horizon: u64,
    /// On what.
    pub data: Dataset,
    /// With what.
    pub device: Device,
    /// Where the data came from, to find it again.
    pub sources: Vec<PathBuf>,
    /// The preset or shape, for display.
    pub preset: String,
}

/// What names training data in a genesis.
#[must_use]
pub fn data_fingerprint(data: &Dataset) -> Hash {
    Hash(data.fingerprint())
}

/// Where the trainer stands between rounds.
pub(super) struct Trainer {
    pub(super) training: Training,
    pub(super) inner: Inner,
    pub(super) folder: RunFolder,
    pub(super) state: TrainingState,
    pub(super) work: WorkLog,
    pub(super) work_path: PathBuf,
    pub(super) network: Network,
    pub(super) own: Address,
    /// Inner steps of a round and of a segment.
    pub(super) inner_steps: u64,
    pub(super) segment_steps: u64,
}

/// Who the trainer talks to.
pub(super) struct Around {
    pub(super) chain: SyncSender<Command>,
    pub(super) tell: Box<dyn Fn(NodeEvent) + Send>,
    pub(super) stop: Arc<AtomicBool>,
    /// The open round by the chain's state, and a way to wait for the next block.
    pub(super) open_round: Box<dyn Fn() -> u64 + Send>,
    pub(super) height: tokio::sync::watch::Receiver<Height>,
}

impl Around {
    /// Waits until the chain is near what was trained; false when told to stop.
    fn may_go_on(&self, trained: u64) -> bool {
        if trained <= (self.open_round)() + AHEAD_MAX {
            return true;
        }
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return false };
        let mut height = self.height.clone();
        while trained > (self.open_round)() + AHEAD_MAX {
            // A chain that stands still must not keep us from being told to stop.
            let block = runtime.block_on(async { tokio::time::timeout(LOOK_EVERY, height.changed()).await });
            if self.stop.load(Ordering::Relaxed) || matches!(block, Ok(Err(_))) {
                return false;
            }
        }
        true
    }
}

/// Opens what was saved, or begins with the initial model; the log's rounds after the weights are forgotten.
pub(super) fn open(
    training: &Training,
    folder: &Path,
    log: &mut WorkLog,
) -> Result<(Inner, RunFolder, TrainingState), TrainError> {
    let (recipe, horizon) = (training.recipe, training.horizon);
    if !folder.join("checkpoints").is_dir() {
        let run = RunFolder::create(folder, KEEP).or_else(|error| match error {
            // A start that was cut short before its first save left the folder.
            CheckpointError::Occupied(_) => RunFolder::reopen(folder, KEEP),
            other => Err(other),
        })?;
        let inner = Inner::initialise(&training.config, recipe, horizon, &training.device)?;
        let data = training.data.fingerprint();
        let state = TrainingState::new(training.preset.clone(), recipe, training.sources.clone(), data);
        return Ok((inner, run, state));
    }
    let run = RunFolder::reopen(folder, KEEP)?;
    let checkpoint = Checkpoint::open(folder)?.checkpoint;
    let absent = || TrainError::NoState(checkpoint.folder().to_owned());
    let state = checkpoint.training()?.ok_or_else(absent)?;
    let mut stage = checkpoint.model(&training.device)?;
    if state.step > 0 {
        checkpoint.restore_moments(&mut stage)?;
    }
    log.rewind(state.step);
    Ok((Inner::with(stage, recipe, horizon, state.step)?, run, state))
}

impl Trainer {
    /// Until it is told to stop.
    pub(super) fn run(mut self, around: &Around) -> Result<(), TrainError> {
        if self.work.rounds().last().is_none_or(|last| last.step != self.state.step) {
            if self.state.step > 0 {
                // Without its record nobody knows which round these weights belong to.
                return Err(TrainError::NoState(self.work_path));
            }
            let initial = self.trained(0, 0, Vec::new());
            self.finish(around, initial)?;
        }
        while !around.stop.load(Ordering::Relaxed) {
            let Some(before) = self.work.rounds().last().cloned() else { return Ok(()) };
            if !around.may_go_on(before.round) {
                return Ok(());
            }
            let Some(trained) = self.round(around, &before)? else { return Ok(()) };
            self.finish(around, trained)?;
        }
        Ok(())
    }

    /// Trains the round after `before`; nothing when told to stop on the way.
    fn round(&mut self, around: &Around, before: &TrainedRound) -> Result<Option<TrainedRound>, TrainError> {
        let (number, began) = (before.round + 1, Instant::now());
        let seed = round_seed(&self.network, self.training.recipe.seed, before, self.own);
        let mut segments: Vec<Segment> = Vec::new();
        let mut first_step = 0;
        while first_step < self.inner_steps {
            if around.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let steps = self.segment_steps.min(self.inner_steps - first_step);
            let started = Instant::now();
            let segment = self.inner.segment(&self.training.data, Draw { seed, first_step, steps })?;
            let tokens = steps * self.training.recipe.step_tokens();
            (around.tell)(NodeEvent::Step {
                step: self.inner.steps(),
                loss: segment.losses.last().copied().unwrap_or(f64::NAN),
                tokens_per_second: tokens as f64 / started.elapsed().as_secs_f64(),
                grad_norm: segment.grad_norm,
                lr: segment.rate,
            });
            segments.push(segment);
            first_step += steps;
        }
        let val_loss = self.inner.validate(&self.training.data, VAL_WINDOWS)?;
        self.state.tokens += self.inner_steps * self.training.recipe.step_tokens();
        self.state.seconds += began.elapsed().as_secs_f64();
        let trained = self.trained(number, first_step, segments);
        (around.tell)(NodeEvent::Outer {
            round: number,
            contributors: 1,
            bytes_sent: 0,
            bytes_received: 0,
            model_hash: merkle::root(&trained.units),
            val_loss,
            seconds: began.elapsed().as_secs_f64(),
        });
        Ok(Some(trained))
    }

    fn trained(&self, round: u64, steps: u64, segments: Vec<Segment>) -> TrainedRound {
        let losses = || segments.iter().flat_map(|segment| &segment.losses);
        let (first, last) = (losses().next(), losses().last());
        let gradient_norm = segments.last().map_or(0, |segment| millionths(segment.grad_norm));
        TrainedRound {
            round,
            step: self.inner.steps(),
            tokens: steps * self.training.recipe.step_tokens(),
            units: self.inner.unit_hashes().into_iter().map(Hash).collect(),
            loss_first: first.map_or(0, |loss| millionths(*loss)),
            loss_last: last.map_or(0, |loss| millionths(*loss)),
            gradient_norm,
            segments: segments.into_iter().map(|segment| record(round, &segment)).collect(),
        }
    }

    /// Puts a round on disk and tells the chain.
    fn finish(&mut self, around: &Around, trained: TrainedRound) -> Result<(), TrainError> {
        self.state.step = trained.step;
        self.work.add(trained.clone());
        let failed = |source| CheckpointError::Write { path: self.work_path.clone(), source };
        self.work.write(&self.work_path).map_err(failed)?;
        self.folder.save(self.inner.stage(), &self.training.data.tokenizer, &self.state)?;
        // A chain that is gone has said why.
        let _ = around.chain.send(Command::Trained(Box::new(trained)));
        Ok(())
    }
}

fn record(round: u64, segment: &Segment) -> SegmentRecord {
    SegmentRecord {
        round,
        first_step: segment.draw.first_step,
        steps: segment.draw.steps,
        start: Hash(segment.start),
        end: Hash(segment.end),
        inputs: Hash(segment.inputs),
        clipping: Hash(segment.clipping),
        loss: segment.losses.last().map_or(0, |loss| millionths(*loss)),
    }
}

/// The trainer ends at numbers that are none, so there are none here.
fn millionths(value: f64) -> i64 {
    (value * 1e6) as i64
}
