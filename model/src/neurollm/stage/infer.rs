//! Inference and evaluation: forward without a gradient graph, with a cache of keys and values.

use super::forward::Pass;
use super::layout::to_vec;
use super::{Input, MicroBatch, Stage, StageError, expect_length};
use crate::kernels::cached;
use crate::neurollm::attention::{KeysValues, Positions};
use crate::tokenizer::PAD;
use burn::tensor::Tensor;

/// Keys and values of one conversation in the layers of one stage or decoder.
#[derive(Clone, Default)]
pub struct Cache {
    /// A stage's.
    layers: Vec<KeysValues>,
    /// A decoder's: for each row, one for each layer.
    pub(in crate::neurollm) pages: Vec<Vec<cached::KeysValues>>,
    pub(in crate::neurollm) tokens: usize,
    rows: usize,
}

impl Cache {
    /// Tokens seen so far.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// That a batch of `rows` sequences goes on with those in here, if there are any.
    pub(in crate::neurollm) fn hold(&mut self, rows: usize) -> Result<(), StageError> {
        if self.tokens > 0 {
            return expect_length("a batch that goes on with a cache", rows, self.rows);
        }
        self.rows = rows;
        Ok(())
    }
}

impl Stage {
    /// Sum of the cross-entropy in nats over all targets but [`PAD`], without keeping anything. For the stage with the
    /// head.
    pub fn evaluate(&self, batch: &MicroBatch<'_>) -> Result<f64, StageError> {
        self.check(batch, 0)?;
        let Some(targets) = batch.targets.filter(|_| self.span.head) else {
            return Err(StageError::Role("without the head and targets cannot be evaluated"));
        };
        let hidden = self.infer(batch, 0, None);
        let losses = match self.engine() {
            Some(engine) => self.kernel_losses(engine, hidden, targets, false).0,
            None => to_vec(self.token_losses(&self.weights, hidden, targets)),
        };
        let counted = losses.iter().zip(targets).filter(|(_, target)| **target != PAD);
        Ok(counted.map(|(&loss, _)| f64::from(loss)).sum())
    }

    /// Continues a sequence: reads `batch` after the tokens already in `cache`, adds them to it, and returns the last
    /// position's logits (with the head, `rows · vocab` values) or all hidden values (without).
    pub fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError> {
        self.check(batch, cache.tokens)?;
        cache.hold(batch.rows)?;
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
        let pass = Pass { tensors: &self.weights, positions: Some(positions), cache, training: false };
        self.run(pass, embedded).0
    }
}
