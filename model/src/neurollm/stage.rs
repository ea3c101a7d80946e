//! A stage: a run of units with their weights, gradients and optimizer state.
//!
//! `forward` any number of micro-batches, `backward` each in the same order, then `step` once. Between stages travel
//! plain `f32` slices, so a pipeline over machines and a whole model in one process run the same code. Invariants:
//! chained stages give the losses and updates of the uncut model to float tolerance; nothing about a micro-batch
//! outlives its `backward`; sizes and token ids are checked before any tensor is made.

use super::adamw::{Moments, Update};
use super::attention::{KeysValues, Positions, attention};
use super::device::Device;
use super::feed_forward::feed_forward;
use super::lanes;
use super::rotary::Rotary;
use super::weights::StageWeights;
use super::{linear, rms_norm};
use crate::config::ModelConfig;
use crate::parameters::{Kind, Span, Spec, Unit, specs};
use crate::tokenizer::PAD;
use crate::training::Adam;
use burn::tensor::{Gradients, Int, Tensor, TensorData, activation, module};
use std::collections::VecDeque;
use std::ops::Range;

/// What a stage reads.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Token ids, `rows · seq` of them: for the stage with the embedding.
    Tokens(&'a [u32]),
    /// The previous stage's output, `rows · seq · hidden` values.
    Hidden(&'a [f32]),
}

/// Some rows of tokens on their way through the model.
#[derive(Debug, Clone, Copy)]
pub struct MicroBatch<'a> {
    /// Independent sequences.
    pub rows: usize,
    /// Tokens in each.
    pub seq: usize,
    /// What this stage reads.
    pub input: Input<'a>,
    /// Next token of every position, `rows · seq` of them: needed by the stage with the head.
    pub targets: Option<&'a [u32]>,
}

/// What a stage passes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Input of the next stage, `rows · seq · hidden` values.
    Hidden(Vec<f32>),
    /// Mean cross-entropy over the micro-batch's tokens, in nats.
    Loss(f32),
}

/// Why a stage refuses.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StageError {
    /// The span isn't a run of this model's units.
    #[error("{0:?} is not a contiguous run of the model's units")]
    Span(Span),
    /// An input of the wrong length.
    #[error("{what} has {got} values where {want} are needed")]
    Length {
        /// Which input.
        what: &'static str,
        /// Length given.
        got: usize,
        /// Length needed.
        want: usize,
    },
    /// A token id outside the vocabulary.
    #[error("token id {id} is outside the vocabulary of {vocab}")]
    Token {
        /// Offending id.
        id: u32,
        /// Vocabulary size.
        vocab: usize,
    },
    /// More positions than the model knows.
    #[error("{tokens} tokens exceed the context of {seq}")]
    Context {
        /// Positions asked for.
        tokens: usize,
        /// Context length.
        seq: usize,
    },
    /// An input that this stage has no use for, or lacks.
    #[error("a stage {0}")]
    Role(&'static str),
}

/// Keys and values of one conversation in this stage's layers.
#[derive(Clone, Default)]
pub struct Cache {
    layers: Vec<KeysValues>,
    tokens: usize,
}

impl Cache {
    /// Tokens seen so far.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }
}

/// A micro-batch between its forward and its backward, lane by lane.
struct InFlight {
    lanes: Vec<LaneInFlight>,
    rows: usize,
}

struct LaneInFlight {
    rows: usize,
    input: Option<Tensor<3>>,
    output: Tensor<3>,
    balance: Option<Tensor<1>>,
}

/// A run of units with everything needed to train them or to generate with them.
pub struct Stage {
    config: ModelConfig,
    span: Span,
    device: Device,
    specs: Vec<Spec>,
    weights: Vec<Tensor<2>>,
    /// `weights` as leaves of each lane's gradient graph, while a step is under way.
    leaves: Vec<Vec<Tensor<2>>>,
    gradients: Vec<Option<Tensor<2>>>,
    moments: Vec<Moments>,
    in_flight: VecDeque<InFlight>,
    rotary: Rotary,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").field("span", &self.span).field("device", &self.device).finish_non_exhaustive()
    }
}

impl Stage {
    /// A stage with the initial weights that `seed` gives.
    pub fn initialise(config: &ModelConfig, span: &Span, seed: u64, device: &Device) -> Result<Self, StageError> {
        Self::load(config, span, device, |spec| Ok(spec.initial(seed, config.layers)))
    }

    /// A stage whose weights come from `read`, given in checkpoint layout (`Spec::shape`, row-major).
    pub fn load<E: From<StageError>>(
        config: &ModelConfig,
        span: &Span,
        device: &Device,
        mut read: impl FnMut(&Spec) -> Result<Vec<f32>, E>,
    ) -> Result<Self, E> {
        if !span.fits(config) {
            return Err(StageError::Span(span.clone()).into());
        }
        let specs = specs(config, span);
        let mut weights = Vec::with_capacity(specs.len());
        for spec in &specs {
            let values = read(spec)?;
            expect_length("a weight tensor", values.len(), spec.len())?;
            weights.push(to_tensor(spec, values, device));
        }
        Ok(Self {
            rotary: Rotary::new(config, device.inner()),
            config: config.clone(),
            span: span.clone(),
            device: device.clone(),
            leaves: Vec::new(),
            gradients: vec![None; specs.len()],
            moments: Vec::new(),
            in_flight: VecDeque::new(),
            specs,
            weights,
        })
    }

    /// Shape of the whole model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The units held.
    #[must_use]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// The parameters held, in order.
    #[must_use]
    pub fn specs(&self) -> &[Spec] {
        &self.specs
    }

    /// Values of parameter `index` in checkpoint layout.
    #[must_use]
    pub fn weight(&self, index: usize) -> Vec<f32> {
        from_tensor(&self.specs[index], &self.weights[index])
    }

    /// First and second optimizer moments of parameter `index` in checkpoint layout; absent before the first step.
    #[must_use]
    pub fn moments(&self, index: usize) -> Option<[Vec<f32>; 2]> {
        let moments = self.moments.get(index)?;
        let spec = &self.specs[index];
        Some([from_tensor(spec, &moments.first), from_tensor(spec, &moments.second)])
    }

    /// Restores the optimizer moments of all parameters, as [`Stage::moments`] gave them.
    pub fn restore_moments<E: From<StageError>>(
        &mut self,
        mut read: impl FnMut(&Spec) -> Result<[Vec<f32>; 2], E>,
    ) -> Result<(), E> {
        let mut all = Vec::with_capacity(self.specs.len());
        for spec in &self.specs {
            let [first, second] = read(spec)?;
            expect_length("a moment tensor", first.len(), spec.len())?;
            expect_length("a moment tensor", second.len(), spec.len())?;
            let tensor = |values| to_tensor(spec, values, &self.device);
            all.push(Moments { first: tensor(first), second: tensor(second) });
        }
        self.moments = all;
        Ok(())
    }

    /// Computes the stage on a micro-batch and keeps what its [`Stage::backward`] needs.
    pub fn forward(&mut self, batch: &MicroBatch<'_>) -> Result<Output, StageError> {
        self.check(batch, 0)?;
        if self.span.head != batch.targets.is_some() {
            return Err(StageError::Role("takes targets exactly when it holds the head"));
        }
        let parts = self.cut(batch);
        while self.leaves.len() < parts.len() {
            self.leaves.push(self.weights.iter().map(|weight| weight.clone().autodiff().require_grad()).collect());
        }
        let lanes: Vec<_> = parts.into_iter().zip(&self.leaves).collect();
        let done = lanes::run(lanes, |(part, leaves)| self.forward_lane(&part, leaves));
        let mut values = Vec::new();
        let mut loss = 0.0;
        let mut flight = InFlight { lanes: Vec::new(), rows: batch.rows };
        for (lane, output) in done {
            match self.span.head {
                true => loss += output[0] * (lane.rows as f32 / batch.rows as f32),
                false => values.extend(output),
            }
            flight.lanes.push(lane);
        }
        self.in_flight.push_back(flight);
        Ok(if self.span.head { Output::Loss(loss) } else { Output::Hidden(values) })
    }

    fn forward_lane(&self, batch: &MicroBatch<'_>, leaves: &[Tensor<2>]) -> (LaneInFlight, Vec<f32>) {
        let (embedded, input) = match batch.input {
            Input::Tokens(tokens) => (self.embed(leaves, tokens, batch.rows), None),
            Input::Hidden(values) => {
                let leaf = self.hidden(values, batch.rows).autodiff().require_grad();
                (leaf.clone(), Some(leaf))
            }
        };
        let positions = Positions::new(&self.config, &self.rotary, 0, batch.seq, self.device.inner()).autodiff();
        let (hidden, balance) = self.run(leaves, embedded, &positions, None, true);
        let output = match batch.targets {
            Some(targets) => self.token_losses(leaves, hidden, targets).mean().reshape([1, 1, 1]),
            None => hidden,
        };
        let values = to_vec(output.clone().inner());
        (LaneInFlight { rows: batch.rows, input, output, balance }, values)
    }

    /// Adds the gradients of the oldest micro-batch in flight. `grad_out` is the gradient of the loss by this stage's
    /// output (absent where the output is the loss); returned is the gradient by its input (absent for tokens).
    pub fn backward(&mut self, grad_out: Option<&[f32]>) -> Result<Option<Vec<f32>>, StageError> {
        if grad_out.is_some() == self.span.head {
            return Err(StageError::Role("takes a gradient exactly when its output is not the loss"));
        }
        let Some(flight) = self.in_flight.pop_front() else {
            return Err(StageError::Role("has no micro-batch to go backward through"));
        };
        let mut rest = grad_out;
        if let Some(values) = grad_out {
            let want = flight.lanes.iter().map(|lane| lane.output.shape().num_elements()).sum();
            expect_length("the gradient by the output", values.len(), want)?;
        }
        let mut lanes = Vec::new();
        for lane in flight.lanes {
            let part = rest.map(|values| values.split_at(lane.output.shape().num_elements()));
            rest = part.map(|(_, rest)| rest);
            lanes.push((lane, part.map(|(values, _)| values)));
        }
        let rows = flight.rows;
        let done = lanes::run(lanes, |(lane, part)| self.backward_lane(lane, part, rows));
        let mut grad_in = (!self.span.embedding).then(Vec::new);
        for ((mut gradients, input), leaves) in done.into_iter().zip(&self.leaves) {
            collect(&mut self.gradients, leaves, &mut gradients);
            if let (Some(all), Some(leaf)) = (grad_in.as_mut(), input) {
                all.extend(leaf.grad_remove(&mut gradients).map_or_else(Vec::new, to_vec));
            }
        }
        Ok(grad_in)
    }

    fn backward_lane(
        &self,
        lane: LaneInFlight,
        grad_out: Option<&[f32]>,
        rows: usize,
    ) -> (Gradients, Option<Tensor<3>>) {
        let shape = lane.output.dims();
        let mut target = match grad_out {
            // The loss of the micro-batch is the mean over its rows.
            None => lane.output.sum().mul_scalar(lane.rows as f64 / rows as f64),
            Some(values) => {
                let data = TensorData::new(values.to_vec(), shape);
                (lane.output * Tensor::<3>::from_data(data, self.device.inner()).autodiff()).sum()
            }
        };
        if let Some(balance) = lane.balance {
            target = target + balance;
        }
        (target.backward(), lane.input)
    }

    /// The batch in as many parts as there are lanes. Experts have a capacity over the whole batch, so a model with
    /// experts runs in one.
    fn cut<'a>(&self, batch: &MicroBatch<'a>) -> Vec<MicroBatch<'a>> {
        if self.config.moe.is_some() || !self.device.is_cpu() {
            return vec![*batch];
        }
        let part = |rows: Range<usize>| {
            let tokens = rows.start * batch.seq..rows.end * batch.seq;
            let width = self.config.hidden;
            MicroBatch {
                rows: rows.len(),
                seq: batch.seq,
                input: match batch.input {
                    Input::Tokens(ids) => Input::Tokens(&ids[tokens.clone()]),
                    Input::Hidden(values) => Input::Hidden(&values[tokens.start * width..tokens.end * width]),
                },
                targets: batch.targets.map(|targets| &targets[tokens]),
            }
        };
        lanes::cut(batch.rows).into_iter().map(part).collect()
    }

    /// Sums of squared gradients per unit, in unit order, for clipping by the whole model's norm.
    #[must_use]
    pub fn gradient_squares(&self) -> Vec<(Unit, f64)> {
        let mut sums: Vec<(Unit, f64)> = self.span.units().map(|unit| (unit, 0.0)).collect();
        for (spec, gradient) in self.specs.iter().zip(&self.gradients) {
            let square = gradient.as_ref().map_or(0.0, |g| f64::from(g.clone().square().sum().into_scalar::<f32>()));
            if let Some((_, sum)) = sums.iter_mut().find(|(unit, _)| *unit == spec.unit) {
                *sum += square;
            }
        }
        sums
    }

    /// Gradient of parameter `index` in checkpoint layout; absent when nothing flowed to it.
    #[must_use]
    pub fn gradient(&self, index: usize) -> Option<Vec<f32>> {
        self.gradients[index].as_ref().map(|gradient| from_tensor(&self.specs[index], gradient))
    }

    /// One optimizer step with the gradients gathered, which are then forgotten. `step` counts from 1;
    /// `gradient_scale` multiplies every gradient (averaging over micro-batches, clipping).
    pub fn step(&mut self, adam: Adam, step: u64, rate: f64, gradient_scale: f64) {
        self.leaves.clear();
        if self.moments.is_empty() {
            let zero = |weight: &Tensor<2>| Moments { first: weight.zeros_like(), second: weight.zeros_like() };
            self.moments = self.weights.iter().map(zero).collect();
        }
        let update = Update { adam, step, rate, gradient_scale };
        let parts = self.weights.iter_mut().zip(&mut self.gradients).zip(&mut self.moments).zip(&self.specs);
        for (((weight, gradient), moments), spec) in parts {
            // An expert that saw no token still has moments that decay, like every other parameter.
            let gradient = gradient.take().unwrap_or_else(|| weight.zeros_like());
            weight.inplace(|weight| update.apply(weight, gradient, moments, spec.kind.decays()));
        }
    }

    /// Whether every weight is a number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.weights.iter().all(|weight| weight.clone().is_finite().all().into_scalar::<bool>())
    }

    /// Forgets gathered gradients and micro-batches in flight.
    pub fn discard(&mut self) {
        self.leaves.clear();
        self.in_flight.clear();
        self.gradients.fill(None);
    }

    /// Sum of the cross-entropy in nats over all targets but [`PAD`], without keeping anything. For the stage with the
    /// head.
    pub fn evaluate(&self, batch: &MicroBatch<'_>) -> Result<f64, StageError> {
        self.check(batch, 0)?;
        let Some(targets) = batch.targets.filter(|_| self.span.head) else {
            return Err(StageError::Role("without the head and targets cannot be evaluated"));
        };
        let losses = lanes::run(self.cut(batch), |part| {
            let targets = part.targets.unwrap_or_default();
            to_vec(self.token_losses(&self.weights, self.infer(&part, 0, None), targets))
        });
        let counted = losses.iter().flatten().zip(targets).filter(|(_, target)| **target != PAD);
        Ok(counted.map(|(&loss, _)| f64::from(loss)).sum())
    }

    /// Continues a sequence: reads `batch` after the tokens already in `cache`, adds them to it, and returns the last
    /// position's logits (with the head, `rows · vocab` values) or all hidden values (without).
    pub fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError> {
        self.check(batch, cache.tokens)?;
        cache.layers.resize_with(self.span.layers.len(), || None);
        let hidden = self.infer(batch, cache.tokens, Some(&mut cache.layers));
        cache.tokens += batch.seq;
        Ok(if self.span.head {
            to_vec(self.logits(&self.weights, hidden.narrow(1, batch.seq - 1, 1)))
        } else {
            to_vec(hidden)
        })
    }

    /// Logits of every position, `rows · seq · vocab` values. For the stage with the head.
    pub fn all_logits(&self, batch: &MicroBatch<'_>) -> Result<Vec<f32>, StageError> {
        self.check(batch, 0)?;
        if !self.span.head {
            return Err(StageError::Role("without the head has no logits"));
        }
        Ok(to_vec(self.logits(&self.weights, self.infer(batch, 0, None))))
    }

    fn infer(&self, batch: &MicroBatch<'_>, earlier: usize, cache: Option<&mut Vec<KeysValues>>) -> Tensor<3> {
        let embedded = match batch.input {
            Input::Tokens(tokens) => self.embed(&self.weights, tokens, batch.rows),
            Input::Hidden(values) => self.hidden(values, batch.rows),
        };
        let positions = Positions::new(&self.config, &self.rotary, earlier, batch.seq, self.device.inner());
        self.run(&self.weights, embedded, &positions, cache, false).0
    }

    /// The layers; the load-balance losses of those with experts, summed.
    fn run(
        &self,
        tensors: &[Tensor<2>],
        mut x: Tensor<3>,
        positions: &Positions,
        mut cache: Option<&mut Vec<KeysValues>>,
        training: bool,
    ) -> (Tensor<3>, Option<Tensor<1>>) {
        let weights = StageWeights::new(&self.config, &self.span, tensors);
        let mut balance: Option<Tensor<1>> = None;
        for (index, layer) in weights.layers.iter().enumerate() {
            let normed = rms_norm(x.clone(), layer.attention_norm, self.config.norm_eps);
            let slot = cache.as_mut().map(|slots| &mut slots[index]);
            x = x + attention(&self.config, &layer.attention, normed, positions, slot);
            let normed = rms_norm(x.clone(), layer.feed_forward_norm, self.config.norm_eps);
            let (added, loss) = feed_forward(self.config.moe, &layer.feed_forward, normed, training);
            x = x + added;
            balance = match (balance, loss) {
                (Some(sum), Some(loss)) => Some(sum + loss),
                (sum, loss) => sum.or(loss),
            };
        }
        (x, balance)
    }

    fn embed(&self, tensors: &[Tensor<2>], tokens: &[u32], rows: usize) -> Tensor<3> {
        let seq = tokens.len() / rows;
        let ids = self.ids(tokens).reshape([rows, seq]);
        // `check` saw to it that only a stage with the embedding, its first tensor, reads tokens.
        module::embedding(tensors[0].clone(), ids)
    }

    fn ids(&self, tokens: &[u32]) -> Tensor<1, Int> {
        let ids: Vec<i64> = tokens.iter().map(|&id| i64::from(id)).collect();
        Tensor::from_data(TensorData::new(ids, [tokens.len()]), self.device.inner())
    }

    fn hidden(&self, values: &[f32], rows: usize) -> Tensor<3> {
        let shape = [rows, values.len() / rows / self.config.hidden, self.config.hidden];
        Tensor::from_data(TensorData::new(values.to_vec(), shape), self.device.inner())
    }

    fn logits(&self, tensors: &[Tensor<2>], hidden: Tensor<3>) -> Tensor<3> {
        let weights = StageWeights::new(&self.config, &self.span, tensors);
        let head = weights.head.expect("only a stage with the head computes logits");
        let normed = rms_norm(hidden, head.norm, self.config.norm_eps);
        match (head.projection, weights.embedding) {
            (Some(projection), _) => linear(normed, projection),
            (None, Some(embedding)) => linear(normed, &embedding.clone().transpose()),
            (None, None) => unreachable!("a span with a tied head holds the embedding"),
        }
    }

    /// Cross-entropy of each token, `[rows · seq, 1]`.
    fn token_losses(&self, tensors: &[Tensor<2>], hidden: Tensor<3>, targets: &[u32]) -> Tensor<2> {
        let logits = self.logits(tensors, hidden).reshape([targets.len(), self.config.vocab]);
        let ids = self.ids(targets).reshape([targets.len(), 1]);
        activation::log_softmax(logits, 1).gather(1, ids).neg()
    }

    fn check(&self, batch: &MicroBatch<'_>, earlier: usize) -> Result<(), StageError> {
        let tokens = batch.rows.saturating_mul(batch.seq);
        if tokens == 0 {
            return Err(StageError::Length { what: "a micro-batch", got: 0, want: 1 });
        }
        if earlier.saturating_add(batch.seq) > self.config.seq {
            return Err(StageError::Context { tokens: earlier.saturating_add(batch.seq), seq: self.config.seq });
        }
        match batch.input {
            Input::Tokens(ids) if self.span.embedding => self.check_ids("the input", ids, tokens)?,
            Input::Hidden(values) if !self.span.embedding => {
                expect_length("the input", values.len(), tokens.saturating_mul(self.config.hidden))?;
            }
            _ => return Err(StageError::Role("reads tokens exactly when it holds the embedding")),
        }
        batch.targets.map_or(Ok(()), |targets| self.check_ids("the targets", targets, tokens))
    }

    fn check_ids(&self, what: &'static str, ids: &[u32], want: usize) -> Result<(), StageError> {
        expect_length(what, ids.len(), want)?;
        let vocab = self.config.vocab;
        ids.iter().find(|&&id| id as usize >= vocab).map_or(Ok(()), |&id| Err(StageError::Token { id, vocab }))
    }
}

/// Adds a lane's gradients to the sums.
fn collect(sums: &mut [Option<Tensor<2>>], leaves: &[Tensor<2>], gradients: &mut Gradients) {
    for (leaf, sum) in leaves.iter().zip(sums) {
        let Some(new) = leaf.grad_remove(gradients) else { continue };
        *sum = Some(match sum.take() {
            None => new,
            Some(old) => old + new,
        });
    }
}

fn expect_length(what: &'static str, got: usize, want: usize) -> Result<(), StageError> {
    if got == want { Ok(()) } else { Err(StageError::Length { what, got, want }) }
}

/// Checkpoint layout to the layout computed with: linear maps transposed, norms as one row.
fn to_tensor(spec: &Spec, values: Vec<f32>, device: &Device) -> Tensor<2> {
    let [rows, columns] = matrix(spec);
    match spec.kind {
        Kind::Norm | Kind::Embedding => Tensor::from_data(TensorData::new(values, [rows, columns]), device.inner()),
        Kind::Linear | Kind::Residual => {
            let turned = transpose(&values, rows, columns);
            Tensor::from_data(TensorData::new(turned, [columns, rows]), device.inner())
        }
    }
}

fn from_tensor(spec: &Spec, tensor: &Tensor<2>) -> Vec<f32> {
    let [rows, columns] = matrix(spec);
    let values = to_vec(tensor.clone());
    match spec.kind {
        Kind::Norm | Kind::Embedding => values,
        Kind::Linear | Kind::Residual => transpose(&values, columns, rows),
    }
}

fn matrix(spec: &Spec) -> [usize; 2] {
    match spec.shape[..] {
        [rows, columns] => [rows, columns],
        _ => [1, spec.len()],
    }
}

/// `rows × columns` to `columns × rows`, in blocks that stay in the cache.
fn transpose(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const BLOCK: usize = 32;
    let mut out = vec![0.0; values.len()];
    for row_block in (0..rows).step_by(BLOCK) {
        for column_block in (0..columns).step_by(BLOCK) {
            for row in row_block..(row_block + BLOCK).min(rows) {
                for column in column_block..(column_block + BLOCK).min(columns) {
                    out[column * rows + row] = values[row * columns + column];
                }
            }
        }
    }
    out
}

fn to_vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("tensors of this crate hold f32")
}
