//! Training in segments: runs of inner steps that anyone can compute again from the state before them.
//!
//! A segment's windows are drawn by its round's seed, which nobody chooses. Invariants: a segment's record is a function of
//! the state before it, the recipe, the data and the round's seed; [`replay`] on the same kind of machine gives the same
//! hashes bit by bit.

use super::step::{Place, Shown, inner_step};
use super::{Recipe, TrainError};
use crate::config::ModelConfig;
use crate::data::Dataset;
use crate::neurollm::{Device, MicroBatch, Stage, StageError};
use crate::parameters::Span;

/// All that a segment starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct InnerState {
    /// Weights of each parameter, in the order of [`Stage::specs`].
    pub weights: Vec<Vec<f32>>,
    /// Both moments of each; none before the first step.
    pub moments: Vec<[Vec<f32>; 2]>,
    /// Optimizer steps made.
    pub step: u64,
}

/// Which data a round trains on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// What the round's windows are drawn by.
    pub seed: u64,
    /// The first step within the round, counted from 0.
    pub first_step: u64,
    /// How many steps.
    pub steps: u64,
}

/// An inner step that was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Made {
    /// Optimizer steps made with it.
    pub step: u64,
    /// Its loss, nats per token.
    pub loss: f64,
    /// Norm of its gradient before clipping.
    pub grad_norm: f64,
    /// Its learning rate.
    pub rate: f64,
}

/// What a segment came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Which windows it trained on.
    pub draw: Draw,
    /// Hash of weights and optimizer before it.
    pub start: [u8; 32],
    /// Hash of weights and optimizer after it.
    pub end: [u8; 32],
    /// Hash of its tokens.
    pub inputs: [u8; 32],
    /// Hash of the norms that gradients were clipped by.
    pub clipping: [u8; 32],
    /// Loss of each step, nats per token.
    pub losses: Vec<f64>,
    /// Norm of the last gradient.
    pub grad_norm: f64,
    /// Learning rate of the last step.
    pub rate: f64,
}

/// A model in training, segment by segment.
#[derive(Debug)]
pub struct Inner {
    stage: Stage,
    recipe: Recipe,
    horizon: u64,
    step: u64,
    /// Hash of the state as it is, once it was computed: a segment starts with the one that the last ended with.
    hash: Option<[u8; 32]>,
}

impl Inner {
    /// The initial model of the recipe's seed.
    pub fn initialise(config: &ModelConfig, recipe: Recipe, horizon: u64, device: &Device) -> Result<Self, TrainError> {
        let stage = Stage::initialise(config, &Span::whole(config), recipe.seed, device)?;
        Self::with(stage, recipe, horizon, 0)
    }

    /// A model with its moments that has made `step` steps.
    pub fn with(mut stage: Stage, recipe: Recipe, horizon: u64, step: u64) -> Result<Self, TrainError> {
        recipe.validate(stage.config())?;
        stage.set_compute(recipe.dtype);
        Ok(Self { stage, recipe, horizon, step, hash: None })
    }

    /// A model as some state has it.
    pub fn from_state(
        config: &ModelConfig,
        recipe: Recipe,
        horizon: u64,
        device: &Device,
        state: &InnerState,
    ) -> Result<Self, TrainError> {
        let missing = || StageError::Role("needs the state of every parameter");
        let mut weights = state.weights.iter();
        let span = Span::whole(config);
        let mut stage = Stage::load(config, &span, device, |_| weights.next().cloned().ok_or_else(missing))?;
        if !state.moments.is_empty() {
            let mut moments = state.moments.iter();
            stage.restore_moments(|_| moments.next().cloned().ok_or_else(missing))?;
        }
        Self::with(stage, recipe, horizon, state.step)
    }

    /// Trains on by another recipe and length, from the next segment on.
    pub fn follow(&mut self, recipe: Recipe, horizon: u64) -> Result<(), TrainError> {
        recipe.validate(self.stage.config())?;
        self.stage.set_compute(recipe.dtype);
        (self.recipe, self.horizon) = (recipe, horizon);
        Ok(())
    }

    /// Follows a tokenizer of `known` ids to which `merges` are appended, as [`Stage::grow`] does with the recipe's
    /// seed. The tokenizer of the data that it trains on from here on must be the grown one, or one that was rolled back
    /// since.
    pub fn grow(&mut self, known: usize, merges: &[(u32, u32)]) -> Result<(), TrainError> {
        self.stage.grow(known, merges, self.recipe.seed)?;
        self.hash = None;
        Ok(())
    }

    /// The model.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Optimizer steps made.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// All that the next segment starts from.
    #[must_use]
    pub fn state(&self) -> InnerState {
        let all = 0..self.stage.specs().len();
        InnerState {
            weights: all.clone().map(|index| self.stage.weight(index)).collect(),
            moments: all.filter_map(|index| self.stage.moments(index)).collect(),
            step: self.step,
        }
    }

    /// Hash of each unit's weights, in unit order.
    #[must_use]
    pub fn unit_hashes(&self) -> Vec<[u8; 32]> {
        unit_hashes(&self.stage)
    }

    /// Hash of weights, moments and step.
    fn state_hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("neuroshard training state");
        hasher.update(&self.step.to_le_bytes());
        for index in 0..self.stage.specs().len() {
            update(&mut hasher, &self.stage.weight(index));
            for moment in self.stage.moments(index).iter().flatten() {
                update(&mut hasher, moment);
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// Trains a segment; `watch` sees each step and says whether to go on: a segment that is given up comes to nothing,
    /// and its steps stay made. Numbers that are none end it with the step that gave them.
    pub fn segment(
        &mut self,
        data: &Dataset,
        draw: Draw,
        watch: &mut dyn FnMut(&Made) -> bool,
    ) -> Result<Segment, TrainError> {
        // Taken away until the segment is made: what a failed one leaves has no hash yet.
        let start = self.hash.take().unwrap_or_else(|| self.state_hash());
        let mut inputs = blake3::Hasher::new_derive_key("neuroshard segment inputs");
        let mut clipping = blake3::Hasher::new_derive_key("neuroshard segment clipping");
        let schedule = self.recipe.schedule(self.horizon);
        let (mut losses, mut grad_norm, mut rate) = (Vec::new(), 0.0, 0.0);
        for at in draw.first_step..draw.first_step + draw.steps {
            let step = self.step + 1;
            rate = schedule.rate(step.min(self.horizon));
            let place = Place { seed: draw.seed, draw: at, step, rate };
            let shown = inner_step(&mut self.stage, &self.recipe, data, place, &mut |batch| {
                for token in batch.inputs.iter().chain(&batch.targets) {
                    inputs.update(&token.to_le_bytes());
                }
            })?;
            let Shown { loss, made, .. } = shown;
            if !made {
                let saved = "the round's start is kept".to_owned();
                let (seed, windows) = (draw.seed, Vec::new());
                return Err(TrainError::Diverged { step, loss, grad_norm: shown.grad_norm, seed, windows, saved });
            }
            grad_norm = shown.grad_norm;
            clipping.update(&grad_norm.to_le_bytes());
            losses.push(loss);
            self.step = step;
            if !watch(&Made { step, loss, grad_norm, rate }) {
                return Err(TrainError::Stopped { step });
            }
        }
        let [inputs, clipping] = [inputs, clipping].map(|hasher| *hasher.finalize().as_bytes());
        let end = self.state_hash();
        self.hash = Some(end);
        Ok(Segment { draw, start, end, inputs, clipping, losses, grad_norm, rate })
    }

    /// Mean loss over `count` evenly spaced windows of the held-out data.
    pub fn validate(&self, data: &Dataset, count: u64) -> Result<f64, TrainError> {
        let windows = crate::data::evenly(data.validation_windows(self.recipe.seq)?, count);
        let batch = data.validation_batch(&windows, self.recipe.seq)?;
        let input = crate::neurollm::Input::Tokens(&batch.inputs);
        let micro = MicroBatch { rows: batch.rows, seq: batch.seq, input, targets: Some(&batch.targets) };
        Ok(self.stage.evaluate(&micro)? / batch.counted().max(1) as f64)
    }
}

/// Computes a segment again, from the state of its round's first step or of its own.
pub fn replay(
    config: &ModelConfig,
    recipe: Recipe,
    horizon: u64,
    device: &Device,
    state: &InnerState,
    data: &Dataset,
    draw: Draw,
) -> Result<Segment, TrainError> {
    Inner::from_state(config, recipe, horizon, device, state)?.segment(data, draw, &mut |_| true)
}

/// Hash of each unit's weights, in unit order: what a network agrees on about a model.
#[must_use]
pub fn unit_hashes(stage: &Stage) -> Vec<[u8; 32]> {
    let hash = |unit| {
        let mut hasher = blake3::Hasher::new_derive_key("neuroshard unit weights");
        for (index, spec) in stage.specs().iter().enumerate().filter(|(_, spec)| spec.unit == unit) {
            hasher.update(spec.name.as_bytes());
            update(&mut hasher, &stage.weight(index));
        }
        *hasher.finalize().as_bytes()
    };
    stage.span().units().map(hash).collect()
}

fn update(hasher: &mut blake3::Hasher, values: &[f32]) {
    for chunk in values.chunks(4096) {
        let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
        hasher.update(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Checkpoint, RunFolder, TrainingState};
    use crate::tokenizer::Codec;

    fn setting() -> (ModelConfig, Recipe, Dataset, Device) {
        let data = Dataset::builtin(300).unwrap();
        let mut config = ModelConfig::dense([2, 32, 2, 1, 64, data.tokenizer.vocab(), 16]);
        config.validate().unwrap();
        config.seq = 16;
        let recipe = Recipe { batch: 2, accumulate: 2, seed: 5, ..Recipe::for_model(&config) };
        (config, recipe, data, Device::cpu())
    }

    #[test]
    fn a_segment_computed_again_is_the_same_bit_by_bit() {
        let (config, recipe, data, device) = setting();
        let mut inner = Inner::initialise(&config, recipe, 100, &device).unwrap();
        let draw = |first_step| Draw { seed: 77, first_step, steps: 3 };
        let first = inner.segment(&data, draw(0), &mut |_| true).unwrap();
        let (between, units) = (inner.state(), inner.unit_hashes());
        let second = inner.segment(&data, draw(3), &mut |_| true).unwrap();
        assert_eq!((first.end, units.len()), (second.start, 4));
        assert_eq!(second.end, inner.state_hash());
        assert!(inner.unit_hashes().iter().zip(&units).all(|(after, before)| after != before));
        let again = replay(&config, recipe, 100, &device, &between, &data, draw(3)).unwrap();
        assert_eq!(again, second);
        let from_the_beginning = Inner::initialise(&config, recipe, 100, &device).unwrap().state();
        assert_eq!(replay(&config, recipe, 100, &device, &from_the_beginning, &data, draw(0)).unwrap(), first);
    }

    #[test]
    fn work_that_was_not_done_does_not_have_the_hashes_of_work_that_was() {
        let (config, recipe, data, device) = setting();
        let mut inner = Inner::initialise(&config, recipe, 100, &device).unwrap();
        let state = inner.state();
        let honest = inner.segment(&data, Draw { seed: 77, first_step: 0, steps: 3 }, &mut |_| true).unwrap();
        let replay = |recipe, draw| replay(&config, recipe, 100, &device, &state, &data, draw).unwrap();
        let fewer = replay(recipe, Draw { seed: 77, first_step: 0, steps: 2 });
        let chosen = replay(recipe, Draw { seed: 78, first_step: 0, steps: 3 });
        let faster = replay(Recipe { lr: recipe.lr * 2.0, ..recipe }, honest.draw);
        for other in [&fewer, &chosen, &faster] {
            assert_ne!(other.end, honest.end);
        }
        assert_ne!(chosen.inputs, honest.inputs);
        let mut tampered = state.clone();
        tampered.weights[0][0] += 1e-6;
        let other = super::replay(&config, recipe, 100, &device, &tampered, &data, honest.draw).unwrap();
        assert_ne!((other.start, other.end), (honest.start, honest.end));
    }

    #[test]
    fn a_segment_that_is_given_up_comes_to_nothing() {
        let (config, recipe, data, device) = setting();
        let mut inner = Inner::initialise(&config, recipe, 100, &device).unwrap();
        let mut seen = Vec::new();
        let mut watch = |made: &Made| {
            seen.push(made.step);
            made.step < 2
        };
        let stopped = inner.segment(&data, Draw { seed: 77, first_step: 0, steps: 5 }, &mut watch);
        assert!(matches!(stopped, Err(TrainError::Stopped { step: 2 })));
        assert_eq!((seen, inner.steps()), (vec![1, 2], 2));
        assert_eq!(inner.hash, None, "what it left has no hash yet");
    }

    /// The data's next merges, and the data with them.
    fn grown(data: &Dataset, count: usize) -> (Vec<(u32, u32)>, Dataset) {
        let found = data.candidates(count, &|_, _| true).unwrap();
        let merges: Vec<(u32, u32)> = found.iter().map(|one| (one.left, one.right)).collect();
        let mut tokenizer = data.tokenizer.clone();
        tokenizer.append(&merges).unwrap();
        (merges, data.regrown(tokenizer).unwrap())
    }

    #[test]
    fn a_model_that_has_grown_trains_on_and_comes_back_from_disk() {
        let (config, recipe, data, device) = setting();
        let draw = |first_step| Draw { seed: 77, first_step, steps: 3 };
        let mut machines = [(); 2].map(|()| Inner::initialise(&config, recipe, 100, &device).unwrap());
        let [one, other] = &mut machines;
        let (merges, data_grown) = grown(&data, 40);
        for machine in [&mut *one, &mut *other] {
            let before = machine.segment(&data, draw(0), &mut |_| true).unwrap().end;
            machine.grow(data.tokenizer.vocab(), &merges).unwrap();
            assert_ne!(machine.state_hash(), before);
            assert_eq!(machine.stage().config().vocab, data_grown.tokenizer.vocab());
        }
        assert_eq!(one.unit_hashes(), other.unit_hashes());
        let second = one.segment(&data_grown, draw(3), &mut |_| true).unwrap();
        assert_eq!(second, other.segment(&data_grown, draw(3), &mut |_| true).unwrap());

        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::create(folder.path(), 2).unwrap();
        let state = TrainingState::new("test".to_owned(), recipe, Vec::new(), data_grown.fingerprint());
        run.save(one.stage(), &data_grown.tokenizer, &TrainingState { step: one.steps(), ..state }).unwrap();
        let checkpoint = Checkpoint::open(folder.path()).unwrap().checkpoint;
        assert!(matches!(checkpoint.codec().unwrap(), Codec::Own(own) if own == data_grown.tokenizer));
        let mut stage = checkpoint.model(&device).unwrap();
        checkpoint.restore_moments(&mut stage).unwrap();
        let mut reopened = Inner::with(stage, recipe, 100, one.steps()).unwrap();
        assert_eq!((reopened.state(), reopened.unit_hashes()), (one.state(), one.unit_hashes()));

        // Rolled back: the rows stay, the text is read as it was before.
        let mut tokenizer = data_grown.tokenizer.clone();
        tokenizer.disable(data.tokenizer.vocab() as u32..tokenizer.vocab() as u32).unwrap();
        let back = data_grown.regrown(tokenizer).unwrap();
        assert_eq!(back.batch(1, 2, 0, 2, 16).unwrap(), data.batch(1, 2, 0, 2, 16).unwrap());
        for (at, data) in [(6, &data_grown), (9, &back)] {
            let state = one.state();
            let third = one.segment(data, draw(at), &mut |_| true).unwrap();
            assert_eq!(reopened.segment(data, draw(at), &mut |_| true).unwrap(), third);
            let [again, loss] = [&reopened, &*one].map(|inner| inner.validate(data, 4).unwrap().to_bits());
            assert_eq!(again, loss);
            let config = one.stage().config();
            assert_eq!(super::replay(config, recipe, 100, &device, &state, data, third.draw).unwrap(), third);
        }
        assert_eq!(one.state(), reopened.state());
    }

    #[test]
    fn a_refused_growth_changes_nothing() {
        let (config, recipe, data, device) = setting();
        let mut inner = Inner::initialise(&config, recipe, 100, &device).unwrap();
        inner.segment(&data, Draw { seed: 77, first_step: 0, steps: 1 }, &mut |_| true).unwrap();
        let (hash, state) = (inner.hash, inner.state());
        inner.grow(config.vocab + 1, &[]).unwrap_err();
        inner.grow(config.vocab, &[(10, config.vocab as u32)]).unwrap_err();
        assert_eq!((inner.hash, inner.state()), (hash, state));
    }

    /// The figures of docs/model.md for 100 steps.
    #[test]
    fn growing_changes_what_a_text_costs_as_documented() {
        let data = Dataset::builtin(512).unwrap();
        let config = ModelConfig { vocab: data.tokenizer.vocab(), ..ModelConfig::preset("nano").unwrap() };
        let recipe = Recipe { seed: 5, ..Recipe::for_model(&config) };
        let mut inner = Inner::initialise(&config, recipe, 800, &Device::cpu()).unwrap();
        inner.segment(&data, Draw { seed: 77, first_step: 0, steps: 100 }, &mut |_| true).unwrap();
        let before = inner.validate(&data, 32).unwrap();
        for (count, rise, new_ids, bits) in [(10, 0.005, 3.48, [2.26, 2.30]), (100, 0.045, 4.03, [2.26, 2.47])] {
            let mut inner = Inner::from_state(&config, recipe, 800, &Device::cpu(), &inner.state()).unwrap();
            let (merges, data_grown) = grown(&data, count);
            inner.grow(data.tokenizer.vocab(), &merges).unwrap();
            let old_ids = inner.validate(&data, 32).unwrap();
            let with_new = inner.validate(&data_grown, 32).unwrap();
            let per_byte = [bits_per_byte(before, &data), bits_per_byte(with_new, &data_grown)];
            let close = |got: f64, wanted: f64| (got - wanted).abs() < 0.03;
            let figures = format!("{count}: {before} {old_ids} {with_new} {per_byte:?}");
            assert!((old_ids - before - rise).abs() < 0.005, "{figures}");
            assert!(close(with_new, new_ids), "{figures}");
            assert!(close(per_byte[0], bits[0]) && close(per_byte[1], bits[1]), "{figures}");
            assert!(old_ids > before, "{figures}");
        }
    }

    fn bits_per_byte(loss: f64, data: &Dataset) -> f64 {
        let mut ids = vec![0; data.validation.len() as usize];
        data.validation.read(0, &mut ids).unwrap();
        loss * ids.len() as f64 / data.tokenizer.decode(&ids).unwrap().len() as f64 / std::f64::consts::LN_2
    }

    #[test]
    fn a_state_without_all_parameters_is_refused() {
        let (config, recipe, _, device) = setting();
        let inner = Inner::initialise(&config, recipe, 100, &device).unwrap();
        let mut state = inner.state();
        state.weights.pop();
        assert!(Inner::from_state(&config, recipe, 100, &device, &state).is_err());
    }
}
