//! The training of a demonstration: a loss that falls as losses do, and a pace that wavers.
//!
//! Invariant: steps, tokens and rounds fit together.

use super::clock::TICKS;
use super::journal::Journal;
use super::random::Random;
use crate::snapshot::{History, Level, Training, TrainingState};
use std::collections::VecDeque;

/// Layers of the model `nano`, and its weights.
pub(super) const LAYERS: u32 = 4;
const PARAMETERS: u64 = 492_384;
/// Tokens of an optimizer step.
pub(super) const STEP_TOKENS: u64 = 2048;
/// Tokens per second, about.
const PACE: f64 = 18_000.0;
/// Steps of an outer round.
const INNER_STEPS: u64 = 500;
/// Steps until the learning rate is at its floor.
const HORIZON: u64 = 20_000;
const WARMUP: u64 = 200;
const LR_MAX: f64 = 3e-3;
/// Steps that the window of the newest losses holds, and paces that are kept.
const RECENT: usize = 300;
const PACES: usize = 120;

/// The trainer of one node.
#[derive(Debug, Clone)]
pub(super) struct Trainer {
    random: Random,
    step: u64,
    /// Tokens on the way to the next step.
    tokens: f64,
    pace: f64,
    /// How far loss and pace have wandered from where they belong.
    loss_drift: f64,
    pace_drift: f64,
    loss: Option<f64>,
    grad_norm: Option<f64>,
    round_began: u64,
    round_seconds: Option<f64>,
    curve: Curve,
    recent: VecDeque<(u64, f64)>,
    val_loss: Option<f64>,
    val: Curve,
    paces: VecDeque<f64>,
}

impl Trainer {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed, 1),
            step: 0,
            tokens: 0.0,
            pace: 0.0,
            loss_drift: 0.0,
            pace_drift: 0.0,
            loss: None,
            grad_norm: None,
            round_began: 0,
            round_seconds: None,
            curve: Curve::default(),
            recent: VecDeque::new(),
            val_loss: None,
            val: Curve::default(),
            paces: VecDeque::new(),
        }
    }

    /// Outer rounds that are done.
    pub(super) fn rounds(&self) -> u64 {
        self.step / INNER_STEPS
    }

    pub(super) fn pace(&self) -> f64 {
        self.pace
    }

    /// One tick of training, at a share of the usual pace. Returns the steps made.
    pub(super) fn tick(&mut self, tick: u64, share: f64, journal: &mut Journal) -> u64 {
        if self.step == 0 && self.pace == 0.0 {
            self.round_began = tick;
        }
        self.pace_drift = 0.97 * self.pace_drift + 0.006 * self.random.normal();
        self.pace = PACE * share * (1.0 + self.pace_drift + 0.01 * self.random.normal()).max(0.3);
        if tick.is_multiple_of(TICKS) {
            push(&mut self.paces, self.pace, PACES);
        }
        self.tokens += self.pace / TICKS as f64;
        let before = self.step;
        while self.tokens >= STEP_TOKENS as f64 {
            self.tokens -= STEP_TOKENS as f64;
            self.advance();
            if self.step.is_multiple_of(INNER_STEPS) {
                self.end_round(tick, journal);
            }
        }
        self.step - before
    }

    fn advance(&mut self) {
        self.step += 1;
        self.loss_drift = 0.98 * self.loss_drift + 0.004 * self.random.normal();
        let spike = if self.random.once_in(900) { 0.2 + 0.4 * self.random.unit() } else { 0.0 };
        let loss = expected(self.step) + self.loss_drift + 0.035 * self.random.normal() + spike;
        self.loss = Some(self.loss.map_or(loss, |mean| 0.9 * mean + 0.1 * loss));
        let gradient = 0.45 + 2.4 / (1.0 + self.step as f64 / 80.0) + 0.06 * self.random.normal() + 2.0 * spike;
        self.grad_norm = Some(gradient.max(0.05));
        self.curve.push(self.step, loss);
        push(&mut self.recent, (self.step, loss), RECENT);
    }

    fn end_round(&mut self, tick: u64, journal: &mut Journal) {
        let val = expected(self.step) + 0.05 + 0.3 * self.loss_drift + 0.008 * self.random.normal();
        self.val_loss = Some(val);
        self.val.push(self.step, val);
        let seconds = (tick - self.round_began) as f64 / TICKS as f64;
        self.round_seconds = Some(seconds);
        self.round_began = tick;
        let round = self.rounds();
        let loss = self.loss.unwrap_or_default();
        let message =
            format!("round {round}: {INNER_STEPS} steps in {seconds:.1} s, loss {loss:.3}, held-out {val:.3}");
        journal.say(Level::Info, "trainer", message);
        if round.is_multiple_of(5) {
            journal.say(Level::Info, "trainer", format!("checkpoint of step {} saved", self.step));
        }
    }

    pub(super) fn training(&self) -> Training {
        let inner_step = self.step % INNER_STEPS;
        let left = ((INNER_STEPS - inner_step) * STEP_TOKENS) as f64 - self.tokens;
        Training {
            state: if self.pace > 0.0 { TrainingState::Training } else { TrainingState::Starting },
            preset: "nano".to_owned(),
            parameters: PARAMETERS,
            layers: LAYERS,
            step: self.step,
            horizon: HORIZON,
            tokens: self.step * STEP_TOKENS,
            loss: self.loss,
            val_loss: self.val_loss,
            grad_norm: self.grad_norm,
            lr: (self.step > 0).then(|| learning_rate(self.step)),
            tokens_per_second: self.pace,
            round: self.rounds() + 1,
            inner_step,
            inner_steps: INNER_STEPS,
            round_seconds: self.round_seconds,
            round_seconds_left: (self.pace > 0.0).then(|| left / self.pace),
        }
    }

    /// The curves that training makes.
    pub(super) fn history(&self) -> History {
        History {
            loss: self.curve.points.clone(),
            recent_loss: self.recent.iter().copied().collect(),
            val_loss: self.val.points.clone(),
            tokens_per_second: self.paces.iter().copied().collect(),
            earned: Vec::new(),
        }
    }
}

/// The loss that a step has on average: from that of guessing among 512 tokens down to about 2. A root, which is the same on
/// every machine.
fn expected(step: u64) -> f64 {
    1.88 + 4.36 / (1.0 + step as f64 / 90.0).sqrt()
}

/// Rises to its largest in the warm-up and falls to a tenth of that.
fn learning_rate(step: u64) -> f64 {
    let warm = (step as f64 / WARMUP as f64).min(1.0);
    let share = (step.saturating_sub(WARMUP) as f64 / (HORIZON - WARMUP) as f64).min(1.0);
    // A smooth step, close to half a cosine.
    let fallen = share * share * (3.0 - 2.0 * share);
    LR_MAX * warm * (1.0 - 0.9 * fallen)
}

/// Adds to the end of what holds at most `most`.
pub(super) fn push<T>(values: &mut VecDeque<T>, value: T, most: usize) {
    if values.len() >= most {
        values.pop_front();
    }
    values.push_back(value);
}

/// A curve over a whole run, thinned to means of more and more values.
#[derive(Debug, Clone, Default)]
struct Curve {
    points: Vec<(u64, f64)>,
    /// Values to each point, as a power of two.
    fold: u32,
    sum: f64,
    count: u64,
}

impl Curve {
    /// Points at most.
    const MOST: usize = 400;

    fn push(&mut self, step: u64, value: f64) {
        self.sum += value;
        self.count += 1;
        if self.count < 1 << self.fold {
            return;
        }
        self.points.push((step, self.sum / self.count as f64));
        (self.sum, self.count) = (0.0, 0);
        if self.points.len() == Self::MOST {
            self.fold += 1;
            let halves = self.points.chunks_exact(2);
            self.points = halves.map(|pair| (pair[1].0, f64::midpoint(pair[0].1, pair[1].1))).collect();
        }
    }
}
