//! The trainer's thread: inner steps by segments, rounds, and a checkpoint a round.
//!
//! Invariants: a round's record and its weights are on disk before the chain hears of it; a stopped and resumed trainer
//! makes the same rounds as one never stopped; training waits for the chain rather than running away from it.

use super::chain::Command;
use super::claims::round_seed;
use super::events::NodeEvent;
use super::gate::Gate;
use super::vocabulary::tokenizer_after;
use super::work::{TrainedRound, WorkLog};
use crate::ledger::network::Network;
use crate::ledger::plans::Plan;
use crate::ledger::segments::SegmentRecord;
use crate::ledger::vocabulary::VocabularyStep;
use crate::types::{Address, Hash, Height, merkle};
use neuroshard_model::checkpoint::{Checkpoint, CheckpointError, RunFolder, TrainingState};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::data::Dataset;
use neuroshard_model::neurollm::Device;
use neuroshard_model::tokenizer::Tokenizer;
use neuroshard_model::training::{Draw, Inner, Made, Recipe, Segment, TrainError};
use neuroshard_tui::snapshot::{Training as TrainingFacts, TrainingState as Doing};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// Checkpoints kept: the rounds that may still be challenged.
const KEEP: usize = 8;
/// Windows of the validation after each round.
const VAL_WINDOWS: u64 = 16;
/// How often a trainer that waits looks whether it was told to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often steps are told of, where they are faster.
const SAY_EVERY: Duration = Duration::from_millis(250);
/// Rounds that training may be ahead of the chain.
const AHEAD_MAX: u64 = 2;
/// Rows of a micro-batch.
const ROWS_MAX: usize = 64;

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

/// What the initial model follows from.
pub struct Initial {
    /// The model's shape.
    pub config: ModelConfig,
    /// The network's recipe; its seed draws the weights.
    pub recipe: Recipe,
    /// Steps until the learning rate is at its floor.
    pub horizon: u64,
}

impl Initial {
    /// Round 0, as every founder's node finds it.
    pub(super) fn round(&self) -> Result<TrainedRound, TrainError> {
        let Self { config, recipe, horizon } = self;
        let inner = Inner::initialise(config, *recipe, *horizon, &Device::cpu())?;
        Ok(TrainedRound { units: inner.unit_hashes().into_iter().map(Hash).collect(), ..TrainedRound::initial() })
    }
}

/// What names training data in a genesis.
#[must_use]
pub fn data_fingerprint(data: &Dataset) -> Hash {
    Hash(data.fingerprint())
}

/// The recipe that a network's parameters settle for a shape, the same for all: whole windows, in micro-batches of a size
/// that divides them.
#[must_use]
pub fn recipe(config: &ModelConfig, step_tokens: u64, seed: u64) -> Recipe {
    let recipe = Recipe { seed, ..Recipe::for_model(config) };
    if recipe.step_tokens() == step_tokens {
        return recipe;
    }
    let rows = (step_tokens as usize / config.seq.max(1)).max(1);
    let batch = (1..=ROWS_MAX.min(rows)).rev().find(|batch| rows.is_multiple_of(*batch)).unwrap_or(1);
    Recipe { batch, accumulate: rows / batch, ..recipe }
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
    /// The network's first tokenizer.
    pub(super) first_tokenizer: Tokenizer,
    /// What the round under way is trained by.
    pub(super) plan: Plan,
}

/// Who the trainer talks to.
pub(super) struct Around {
    pub(super) chain: SyncSender<Command>,
    pub(super) tell: Box<dyn Fn(NodeEvent) + Send>,
    pub(super) gate: Arc<Gate>,
    /// The open round by the chain's state, and a way to wait for the next block.
    pub(super) open_round: Box<dyn Fn() -> u64 + Send>,
    /// What a round is trained by, by the chain's state.
    pub(super) plan: Box<dyn Fn(u64) -> Option<Plan> + Send>,
    /// How the vocabulary changes, by the chain's state.
    pub(super) vocabulary: Box<dyn Fn() -> Vec<VocabularyStep> + Send>,
    pub(super) height: tokio::sync::watch::Receiver<Height>,
}

impl Around {
    /// Waits until the chain is near what was trained; false when told to stop.
    fn may_go_on(&self, trained: u64) -> bool {
        if trained <= (self.open_round)() + AHEAD_MAX {
            return true;
        }
        (self.tell)(NodeEvent::Training { state: Doing::Waiting });
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return false };
        let mut height = self.height.clone();
        while trained > (self.open_round)() + AHEAD_MAX {
            // A chain that stands still must not keep us from being told to stop.
            let block = runtime.block_on(async { tokio::time::timeout(LOOK_EVERY, height.changed()).await });
            if self.gate.is_stopped() || matches!(block, Ok(Err(_))) {
                return false;
            }
        }
        (self.tell)(NodeEvent::Training { state: Doing::Training });
        true
    }

    /// Waits while training is paused; false when told to stop.
    fn pass(&self) -> bool {
        let say = |state| (self.tell)(NodeEvent::Training { state });
        let mut paused = false;
        let goes_on = self.gate.pass(|| {
            paused = true;
            say(Doing::Paused);
        });
        if paused && goes_on {
            say(Doing::Training);
        }
        goes_on
    }
}

/// A model, where it is saved, and how far it is.
pub(super) type Opened = (Inner, RunFolder, TrainingState);

/// Opens what was saved, or begins with the initial model; the log's rounds after the weights are forgotten.
pub(super) fn open(training: &Training, folder: &Path, log: &mut WorkLog) -> Result<Opened, TrainError> {
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

/// What is shown of it before its first step.
pub(super) fn facts(training: &Training, inner: &Inner) -> TrainingFacts {
    TrainingFacts {
        preset: training.preset.clone(),
        parameters: neuroshard_model::parameters::count(&training.config),
        layers: training.config.layers as u32,
        step: inner.steps(),
        horizon: training.horizon,
        tokens: inner.steps() * training.recipe.step_tokens(),
        ..TrainingFacts::default()
    }
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
        (around.tell)(NodeEvent::Training { state: Doing::Training });
        while !around.gate.is_stopped() {
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
        self.follow((around.plan)(number))?;
        let Plan { inner_steps, segment_steps, .. } = self.plan;
        let seed = round_seed(&self.network, self.training.recipe.seed, before, self.own);
        let mut segments: Vec<Segment> = Vec::new();
        let mut first_step = 0;
        let (mut meter, mut paused) = (Meter::new(self.training.recipe.step_tokens()), Duration::ZERO);
        while first_step < inner_steps {
            let steps = segment_steps.min(inner_steps - first_step);
            let (begins, last) = (self.inner.steps(), first_step + steps);
            let mut watch = |made: &Made| {
                let inner_step = first_step + made.step - begins;
                if let Some(tokens_per_second) = meter.step(inner_step == last) {
                    let Made { step, loss, grad_norm, rate: lr } = *made;
                    let round = number;
                    (around.tell)(NodeEvent::Step {
                        step,
                        loss,
                        tokens_per_second,
                        grad_norm,
                        lr,
                        round,
                        inner_step,
                        inner_steps,
                    });
                }
                let before = Instant::now();
                let goes_on = around.pass();
                meter.leave_out(before.elapsed());
                paused += before.elapsed();
                goes_on
            };
            match self.inner.segment(&self.training.data, Draw { seed, first_step, steps }, &mut watch) {
                Err(TrainError::Stopped { .. }) => return Ok(None),
                segment => segments.push(segment?),
            }
            first_step += steps;
        }
        let val_loss = self.inner.validate(&self.training.data, VAL_WINDOWS)?;
        self.state.tokens += inner_steps * self.training.recipe.step_tokens();
        let seconds = began.elapsed().saturating_sub(paused).as_secs_f64();
        self.state.seconds += seconds;
        self.grow(around, number)?;
        let trained = self.trained(number, first_step, segments);
        (around.tell)(NodeEvent::Outer {
            round: number,
            contributors: 1,
            bytes_sent: 0,
            bytes_received: 0,
            model_hash: merkle::root(&trained.units),
            val_loss,
            seconds,
        });
        Ok(Some(trained))
    }

    /// Takes over what the chain wants a round to be trained by.
    fn follow(&mut self, plan: Option<Plan>) -> Result<(), TrainError> {
        let Some(plan) = plan.filter(|plan| *plan != self.plan) else { return Ok(()) };
        let training = &mut self.training;
        training.recipe = recipe(self.inner.stage().config(), plan.step_tokens, training.recipe.seed);
        training.horizon = plan.horizon;
        self.inner.follow(training.recipe, training.horizon)?;
        self.state.recipe = training.recipe;
        self.plan = plan;
        Ok(())
    }

    /// Grows the model at the end of a round that new tokens follow on: the weights that the round is committed with have
    /// their rows, and the next round's text their ids.
    fn grow(&mut self, around: &Around, round: u64) -> Result<(), TrainError> {
        let steps = (around.vocabulary)();
        if !steps.iter().any(|step| step.after() == round) {
            return Ok(());
        }
        let (known, old) = (self.training.data.tokenizer.vocab(), self.training.data.tokenizer.merges().len());
        let tokenizer = tokenizer_after(&self.first_tokenizer, &steps, round);
        self.inner.grow(known, tokenizer.merges().get(old..).unwrap_or_default())?;
        self.training.data = self.training.data.regrown(tokenizer)?;
        self.training.config = self.inner.stage().config().clone();
        let tokenizer = &self.training.data.tokenizer;
        let (tokens, disabled) = (tokenizer.vocab() as u64, tokenizer.disabled().count() as u64);
        (around.tell)(NodeEvent::Vocabulary { tokens, disabled, round });
        Ok(())
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

/// Says how fast steps are made, and not more often than anyone looks.
struct Meter {
    step_tokens: u64,
    since: Instant,
    steps: u64,
}

impl Meter {
    fn new(step_tokens: u64) -> Self {
        Self { step_tokens, since: Instant::now(), steps: 0 }
    }

    /// Counts a step; tokens per second since it last said so, if it is time again or the last step before a pause.
    fn step(&mut self, is_last: bool) -> Option<f64> {
        self.steps += 1;
        let elapsed = self.since.elapsed();
        if elapsed < SAY_EVERY && !is_last {
            return None;
        }
        let pace = (self.steps * self.step_tokens) as f64 / elapsed.as_secs_f64().max(1e-9);
        (self.since, self.steps) = (Instant::now(), 0);
        Some(pace)
    }

    /// A pause is no slow step.
    fn leave_out(&mut self, time: Duration) {
        self.since += time;
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
