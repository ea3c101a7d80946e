//! A stage: a run of units with their weights, gradients and optimizer state.
//!
//! `forward` any number of micro-batches, `backward` each in the same order, then `step` once. Between stages travel
//! plain `f32` slices, so a pipeline over machines and a whole model in one process run the same code. Invariants:
//! chained stages give the losses and updates of the uncut model to float tolerance; nothing about a micro-batch
//! outlives its `backward`; sizes and token ids are checked before any tensor is made.

mod forward;
mod grow;
mod infer;
mod layout;
mod train;

pub(super) use forward::Batches;
pub use infer::Cache;

use super::adamw::{Moments, Update};
use super::device::Device;
use super::fused::{self, Angles, Slots};
use super::rotary::Rotary;
use crate::config::ModelConfig;
use crate::kernels::{self, Compute};
use crate::parameters::{GrowthError, Span, Spec, Unit, specs};
use crate::training::Adam;
use burn::tensor::Tensor;
use layout::{from_tensor, from_values, to_tensor, to_vec};
use std::collections::VecDeque;
use std::sync::Mutex;
use train::InFlight;

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
    /// A vocabulary that it can't grow to.
    #[error(transparent)]
    Growth(#[from] GrowthError),
    /// An input that this stage has no use for, or lacks.
    #[error("a stage {0}")]
    Role(&'static str),
}

/// A run of units with everything needed to train them or to generate with them.
pub struct Stage {
    config: ModelConfig,
    span: Span,
    device: Device,
    specs: Vec<Spec>,
    weights: Vec<Tensor<2>>,
    /// `weights` as leaves of the gradient graph, while a step is under way and something has no kernel.
    leaves: Vec<Tensor<2>>,
    /// Gradients of parameters that are in the graph.
    gradients: Vec<Option<Tensor<2>>>,
    /// Gradients of parameters that kernels train.
    slots: Slots,
    compute: Compute,
    /// Whether to do without kernels, to compare with them.
    composed: bool,
    angles: Mutex<Option<Angles>>,
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
            rotary: Rotary::new(config),
            config: config.clone(),
            span: span.clone(),
            device: device.clone(),
            leaves: Vec::new(),
            gradients: vec![None; specs.len()],
            slots: Slots::new(specs.len()),
            compute: Compute::default(),
            composed: false,
            angles: Mutex::default(),
            moments: Vec::new(),
            in_flight: VecDeque::new(),
            specs,
            weights,
        })
    }

    /// Sets the numbers that the processor's products are computed with; weights, sums and moments stay `f32`.
    pub fn set_compute(&mut self, compute: Compute) {
        self.compute = compute;
    }

    /// Without the processor's kernels, as on any other device: to compare with them.
    #[doc(hidden)]
    #[must_use]
    pub fn composed(mut self) -> Self {
        self.composed = true;
        self
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

    /// Whether the optimizer has made a step.
    #[must_use]
    pub fn has_moments(&self) -> bool {
        !self.moments.is_empty()
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

    /// Sums of squared gradients per unit, in unit order, for clipping by the whole model's norm.
    #[must_use]
    pub fn gradient_squares(&self) -> Vec<(Unit, f64)> {
        let mut sums: Vec<(Unit, f64)> = self.span.units().map(|unit| (unit, 0.0)).collect();
        for (index, spec) in self.specs.iter().enumerate() {
            let square = match &self.gradients[index] {
                Some(gradient) => sum_of_squares(gradient),
                None => self.slots.read(index, |values| values.map_or(0.0, kernels::sum_of_squares)),
            };
            if let Some((_, sum)) = sums.iter_mut().find(|(unit, _)| *unit == spec.unit) {
                *sum += square;
            }
        }
        sums
    }

    /// Gradient of parameter `index` in checkpoint layout; absent when nothing flowed to it.
    #[must_use]
    pub fn gradient(&self, index: usize) -> Option<Vec<f32>> {
        let spec = &self.specs[index];
        match &self.gradients[index] {
            Some(gradient) => Some(from_tensor(spec, gradient)),
            None => self.slots.read(index, |values| values.map(|values| from_values(spec, values.to_vec()))),
        }
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
        let on_cpu = self.device.is_cpu();
        let parts = self.weights.iter_mut().zip(&mut self.gradients).zip(&mut self.moments).zip(&self.specs);
        for (index, (((weight, gradient), moments), spec)) in parts.enumerate() {
            let (gradient, decays) = (gradient.take(), spec.kind.decays());
            if on_cpu {
                let own = gradient.map(fused::primitive);
                self.slots.read(index, |values| {
                    update.apply_in_place(weight, own.as_ref().map(fused::values).or(values), moments, decays);
                });
            } else {
                // An expert that saw no token still has moments that decay, like every other parameter.
                let gradient = gradient.unwrap_or_else(|| weight.zeros_like());
                weight.inplace(|weight| update.apply(weight, gradient, moments, decays));
            }
        }
        self.slots.clear();
    }

    /// Whether every weight is a number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.weights.iter().all(|weight| {
            if self.device.is_cpu() {
                return kernels::is_finite(fused::values(&fused::primitive(weight.clone())));
            }
            weight.clone().is_finite().all().into_scalar::<bool>()
        })
    }

    /// Forgets gathered gradients and micro-batches in flight.
    pub fn discard(&mut self) {
        self.leaves.clear();
        self.in_flight.clear();
        self.gradients.fill(None);
        self.slots.clear();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A stage is the largest user of the kernels' buffers; whoever still computes takes new ones.
        kernels::release();
    }
}

/// Row by row, then in `f64`: a sum over all values at once is added up by whichever thread comes first.
fn sum_of_squares(tensor: &Tensor<2>) -> f64 {
    to_vec(tensor.clone().square().sum_dim(1)).into_iter().map(f64::from).sum()
}

pub(super) fn expect_length(what: &'static str, got: usize, want: usize) -> Result<(), StageError> {
    if got == want { Ok(()) } else { Err(StageError::Length { what, got, want }) }
}
