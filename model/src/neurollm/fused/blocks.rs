//! The two halves of a layer as operations: weights, sizes, and where their gradients go.

use super::{Operation, Primitive, Slots, primitive, values};
use crate::config::ModelConfig;
use crate::kernels::attention::{self, Shape};
use crate::kernels::{Engine, feed_forward};
use crate::neurollm::weights::{AttentionWeights, ExpertWeights};
use burn::tensor::Tensor;
use std::sync::Arc;

/// Cosines and sines of all positions of a sequence, `[seq, head_dim / 2]` each.
pub(in crate::neurollm) type Angles = Arc<[Vec<f32>; 2]>;

/// `x + attention(norm x)`.
#[derive(Debug)]
pub(in crate::neurollm) struct AttentionBlock {
    engine: Engine,
    shape: Shape,
    eps: f32,
    /// Norm, query, key, value, output.
    weights: [Primitive; 5],
    angles: Angles,
    slots: Slots,
    /// Slot of the norm; the others follow.
    first: usize,
}

impl AttentionBlock {
    /// For rows of `seq` tokens; `first` is the norm's place in the stage's list of parameters.
    pub(in crate::neurollm) fn new(
        engine: Engine,
        config: &ModelConfig,
        norm: &Tensor<2>,
        maps: &AttentionWeights<'_>,
        angles: &Angles,
        (slots, first): (&Slots, usize),
    ) -> Self {
        let dim = config.head_dim();
        let (hidden, heads, kv_heads) = (config.hidden, config.heads, config.kv_heads);
        let shape = Shape { hidden, heads, kv_heads, dim, seq: angles[0].len() / (dim / 2) };
        let weights = [norm, maps.query, maps.key, maps.value, maps.output].map(|weight| primitive(weight.clone()));
        let eps = config.norm_eps as f32;
        Self { engine, shape, eps, weights, angles: angles.clone(), slots: slots.clone(), first }
    }

    fn weights(&self) -> attention::Weights<'_> {
        let [norm, query, key, value, output] = self.weights.each_ref().map(values);
        let turns = self.angles.each_ref().map(Vec::as_slice);
        attention::Weights { norm, query, key, value, output, eps: self.eps, turns }
    }
}

impl Operation for AttentionBlock {
    type Kept = attention::Kept;

    fn forward(&self, x: &[f32], out: &mut [f32]) -> attention::Kept {
        attention::forward(self.engine, self.shape, self.weights(), x, out)
    }

    fn backward(&self, x: &[f32], kept: &attention::Kept, grad_out: &[f32], grad_in: &mut [f32]) {
        let lengths = self.weights.each_ref().map(|weight| values(weight).len());
        let places = std::array::from_fn(|index| self.first + index);
        self.slots.fill(places, lengths, |[norm, query, key, value, output], accumulate| {
            let gradients = attention::Gradients { norm, maps: [query, key, value], output, accumulate };
            attention::backward(self.engine, self.shape, self.weights(), x, kept, grad_out, grad_in, gradients);
        });
    }
}

/// `x + feed_forward(norm x)`, without experts.
#[derive(Debug)]
pub(in crate::neurollm) struct FeedForwardBlock {
    engine: Engine,
    eps: f32,
    /// Norm, gate, up, down.
    weights: [Primitive; 4],
    slots: Slots,
    /// Slot of the norm; the others follow.
    first: usize,
}

impl FeedForwardBlock {
    /// `first` is the norm's place in the stage's list of parameters.
    pub(in crate::neurollm) fn new(
        engine: Engine,
        config: &ModelConfig,
        norm: &Tensor<2>,
        maps: &ExpertWeights<'_>,
        (slots, first): (&Slots, usize),
    ) -> Self {
        let weights = [norm, maps.gate, maps.up, maps.down].map(|weight| primitive(weight.clone()));
        Self { engine, eps: config.norm_eps as f32, weights, slots: slots.clone(), first }
    }

    fn weights(&self) -> feed_forward::Weights<'_> {
        let [norm, gate, up, down] = self.weights.each_ref().map(values);
        feed_forward::Weights { norm, gate, up, down, eps: self.eps }
    }
}

impl Operation for FeedForwardBlock {
    type Kept = feed_forward::Kept;

    fn forward(&self, x: &[f32], out: &mut [f32]) -> feed_forward::Kept {
        feed_forward::forward(self.engine, self.weights(), x, out)
    }

    fn backward(&self, x: &[f32], kept: &feed_forward::Kept, grad_out: &[f32], grad_in: &mut [f32]) {
        let lengths = self.weights.each_ref().map(|weight| values(weight).len());
        let places = std::array::from_fn(|index| self.first + index);
        self.slots.fill(places, lengths, |[norm, gate, up, down], accumulate| {
            let gradients = feed_forward::Gradients { norm, gate, up, down, accumulate };
            feed_forward::backward(self.engine, self.weights(), x, kept, grad_out, grad_in, gradients);
        });
    }
}
