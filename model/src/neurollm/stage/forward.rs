//! The model itself: embedding, layers, head, for training and inference alike; and the checks before it.

use super::{Input, MicroBatch, Stage, StageError, expect_length};
use crate::config::ModelConfig;
use crate::kernels::{Engine, head};
use crate::neurollm::attention::{KeysValues, Positions, attention};
use crate::neurollm::feed_forward::feed_forward;
use crate::neurollm::fused::{self, Angles, AttentionBlock, FeedForwardBlock};
use crate::neurollm::weights::{FeedForwardWeights, StageWeights};
use crate::neurollm::{linear, rms_norm};
use crate::parameters::Span;
use burn::tensor::{Int, Tensor, TensorData, activation, module};
use std::sync::PoisonError;

/// Parameters of the attention half, which come before those of the feed-forward half.
const ATTENTION_PARAMETERS: usize = 5;

/// How a pass computes.
pub(super) struct Pass<'a> {
    /// The parameters in the graph, or outside of it.
    pub(super) tensors: &'a [Tensor<2>],
    /// Positions of the tokens, for what has no kernel.
    pub(super) positions: Option<Positions>,
    /// Keys and values of earlier tokens.
    pub(super) cache: Option<&'a mut Vec<KeysValues>>,
    /// Whether experts drop what exceeds their capacity.
    pub(super) training: bool,
}

impl Stage {
    /// The layers; the load-balance losses of those with experts, summed.
    pub(super) fn run(&self, mut pass: Pass<'_>, mut x: Tensor<3>) -> (Tensor<3>, Option<Tensor<1>>) {
        let weights = StageWeights::new(&self.config, &self.span, pass.tensors);
        let held = StageWeights::new(&self.config, &self.span, &self.weights);
        let kernels = self.engine().filter(|_| pass.cache.is_none()).map(|engine| (engine, self.angles(x.dims()[1])));
        let mut balance: Option<Tensor<1>> = None;
        for (index, (layer, held)) in weights.layers.iter().zip(&held.layers).enumerate() {
            x = if let Some((engine, angles)) = &kernels {
                let place = (&self.slots, held.first);
                let (norm, maps) = (held.attention_norm, &held.attention);
                fused::apply(AttentionBlock::new(*engine, &self.config, norm, maps, angles, place), x)
            } else {
                let normed = rms_norm(x.clone(), layer.attention_norm, self.config.norm_eps);
                let slot = pass.cache.as_mut().map(|slots| &mut slots[index]);
                let positions = pass.positions.as_ref().expect("a pass without kernels has positions");
                x + attention(&self.config, &layer.attention, normed, positions, slot)
            };
            x = if let (Some((engine, _)), FeedForwardWeights::Dense(maps)) = (&kernels, &held.feed_forward) {
                let place = (&self.slots, held.first + ATTENTION_PARAMETERS);
                fused::apply(FeedForwardBlock::new(*engine, &self.config, held.feed_forward_norm, maps, place), x)
            } else {
                let normed = rms_norm(x.clone(), layer.feed_forward_norm, self.config.norm_eps);
                let (added, loss) = feed_forward(self.config.moe, &layer.feed_forward, normed, pass.training);
                balance = match (balance, loss) {
                    (Some(sum), Some(loss)) => Some(sum + loss),
                    (sum, loss) => sum.or(loss),
                };
                x + added
            };
        }
        (x, balance)
    }

    /// The kernels to compute with, on the processor.
    pub(super) fn engine(&self) -> Option<Engine> {
        (self.device.is_cpu() && !self.composed).then(|| Engine::new(self.compute))
    }

    /// The angles of a sequence's positions, made anew when its length changes.
    fn angles(&self, seq: usize) -> Angles {
        let mut last = self.angles.lock().unwrap_or_else(PoisonError::into_inner);
        let half = self.config.head_dim() / 2;
        match &*last {
            Some(angles) if angles[0].len() == seq * half => angles.clone(),
            _ => last.insert(Angles::new(self.rotary.angles(0, seq))).clone(),
        }
    }

    /// Cross-entropy of each token by the kernels; with `train`, its gradients too: by the parameters into their slots,
    /// by `hidden` returned.
    pub(super) fn kernel_losses(
        &self,
        engine: Engine,
        hidden: Tensor<3>,
        targets: &[u32],
        train: bool,
    ) -> (Vec<f32>, Option<Tensor<3>>) {
        let shape = hidden.dims();
        let weights = StageWeights::new(&self.config, &self.span, &self.weights);
        let held = weights.head.expect("only a stage with the head computes losses");
        let [x, norm, projection] =
            [fused::primitive(hidden), fused::primitive(held.norm.clone()), fused::primitive(held.projection.clone())];
        let [x, norm, projection] = [&x, &norm, &projection].map(fused::values);
        let weights = head::Weights { norm, projection, eps: self.config.norm_eps as f32 };
        if !train {
            return (head::losses(engine, weights, x, targets, None), None);
        }
        let mut input = vec![0.0; x.len()];
        let mut losses = Vec::new();
        self.slots.fill(held.places, [norm.len(), projection.len()], |[norm, projection], accumulate| {
            let gradients = head::Gradients { input: &mut input, norm, projection, accumulate };
            losses = head::losses(engine, weights, x, targets, Some(gradients));
        });
        (losses, Some(fused::tensor(input, shape)))
    }

    pub(super) fn embed(&self, tensors: &[Tensor<2>], tokens: &[u32], rows: usize) -> Tensor<3> {
        let seq = tokens.len() / rows;
        let ids = self.ids(tokens).reshape([rows, seq]);
        // `check` saw to it that only a stage with the embedding, its first tensor, reads tokens.
        module::embedding(tensors[0].clone(), ids)
    }

    pub(super) fn ids(&self, tokens: &[u32]) -> Tensor<1, Int> {
        let ids: Vec<i64> = tokens.iter().map(|&id| i64::from(id)).collect();
        Tensor::from_data(TensorData::new(ids, [tokens.len()]), self.device.inner())
    }

    pub(super) fn hidden(&self, values: &[f32], rows: usize) -> Tensor<3> {
        let shape = [rows, values.len() / rows / self.config.hidden, self.config.hidden];
        Tensor::from_data(TensorData::new(values.to_vec(), shape), self.device.inner())
    }

    pub(super) fn logits(&self, tensors: &[Tensor<2>], hidden: Tensor<3>) -> Tensor<3> {
        let weights = StageWeights::new(&self.config, &self.span, tensors);
        let head = weights.head.expect("only a stage with the head computes logits");
        let normed = rms_norm(hidden, head.norm, self.config.norm_eps);
        linear(normed, &head.projection.clone().transpose())
    }

    /// Cross-entropy of each token, `[rows · seq, 1]`.
    pub(super) fn token_losses(&self, tensors: &[Tensor<2>], hidden: Tensor<3>, targets: &[u32]) -> Tensor<2> {
        let logits = self.logits(tensors, hidden).reshape([targets.len(), self.config.vocab]);
        let ids = self.ids(targets).reshape([targets.len(), 1]);
        activation::log_softmax(logits, 1).gather(1, ids).neg()
    }

    pub(super) fn check(&self, batch: &MicroBatch<'_>, earlier: usize) -> Result<(), StageError> {
        Batches { config: &self.config, span: &self.span }.check(batch, earlier)
    }
}

/// What a run of units accepts.
pub(in crate::neurollm) struct Batches<'a> {
    pub(in crate::neurollm) config: &'a ModelConfig,
    pub(in crate::neurollm) span: &'a Span,
}

impl Batches<'_> {
    /// That `batch`, after `earlier` tokens, has the right input, sizes and ids.
    pub(in crate::neurollm) fn check(&self, batch: &MicroBatch<'_>, earlier: usize) -> Result<(), StageError> {
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
