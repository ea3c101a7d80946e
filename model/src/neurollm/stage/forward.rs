//! The model itself: embedding, layers, head, for training and inference alike; and the checks before it.

use super::{Input, MicroBatch, Stage, StageError, expect_length};
use crate::neurollm::attention::{KeysValues, Positions, attention};
use crate::neurollm::feed_forward::feed_forward;
use crate::neurollm::weights::StageWeights;
use crate::neurollm::{linear, rms_norm};
use burn::tensor::{Int, Tensor, TensorData, activation, module};

impl Stage {
    /// The layers; the load-balance losses of those with experts, summed.
    pub(super) fn run(
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
        match (head.projection, weights.embedding) {
            (Some(projection), _) => linear(normed, projection),
            (None, Some(embedding)) => linear(normed, &embedding.clone().transpose()),
            (None, None) => unreachable!("a span with a tied head holds the embedding"),
        }
    }

    /// Cross-entropy of each token, `[rows · seq, 1]`.
    pub(super) fn token_losses(&self, tensors: &[Tensor<2>], hidden: Tensor<3>, targets: &[u32]) -> Tensor<2> {
        let logits = self.logits(tensors, hidden).reshape([targets.len(), self.config.vocab]);
        let ids = self.ids(targets).reshape([targets.len(), 1]);
        activation::log_softmax(logits, 1).gather(1, ids).neg()
    }

    pub(super) fn check(&self, batch: &MicroBatch<'_>, earlier: usize) -> Result<(), StageError> {
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
