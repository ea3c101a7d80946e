//! NeuroLLM for generation on the processor: weights in as few bytes as asked for, and no gradients.
//!
//! One token reads every weight once, on all threads; a prompt goes through matrix products. Invariants: greedy text is
//! that of the [`Stage`](super::Stage) with the same weights; what a sequence costs grows with its length alone; weights
//! lie as in checkpoints, `[out, in]`, and are never held twice.

mod layer;

use super::rotary::Rotary;
use super::stage::{Batches, expect_length};
use super::{Cache, Input, MicroBatch, StageError};
use crate::config::ModelConfig;
use crate::kernels::cached::KeysValues;
use crate::kernels::rows::{Rows, padded};
use crate::kernels::{self, Buffer, Compute, Engine, Quantize, norm};
use crate::parameters::{Span, Spec, specs};
use layer::{Layer, Place};

/// From this many tokens on, a prompt's products are of matrices.
const MATRIX_TOKENS: usize = 8;

/// A run of units, to generate with.
#[derive(Debug)]
pub struct Decoder {
    config: ModelConfig,
    span: Span,
    engine: Engine,
    embedding: Option<Rows>,
    layers: Vec<Layer>,
    head: Option<Head>,
    rotary: Rotary,
}

#[derive(Debug)]
struct Head {
    norm: Vec<f32>,
    /// The embedding where there is none.
    projection: Option<Rows>,
}

impl Decoder {
    /// Whether this shape can be decoded here: one without experts.
    #[must_use]
    pub fn fits(config: &ModelConfig) -> bool {
        config.moe.is_none()
    }

    /// Weights as `read` gives them, in checkpoint layout; a tensor is let go of before the next is read.
    ///
    /// # Panics
    /// If the shape doesn't [fit](Self::fits).
    pub fn load<E: From<StageError>>(
        config: &ModelConfig,
        span: &Span,
        quantize: Quantize,
        mut read: impl FnMut(&Spec) -> Result<Vec<f32>, E>,
    ) -> Result<Self, E> {
        assert!(Self::fits(config), "a mixture of experts is generated with a stage");
        if !span.fits(config) {
            return Err(StageError::Span(span.clone()).into());
        }
        let specs = specs(config, span);
        let mut specs = specs.iter();
        let mut next = || -> Result<(Vec<f32>, &Spec), E> {
            let spec = specs.next().expect("a span has a spec for each of its parameters");
            let values = read(spec)?;
            expect_length("a weight tensor", values.len(), spec.len())?;
            Ok((values, spec))
        };
        let matrix = |(values, spec): (Vec<f32>, &Spec)| Rows::new(&values, spec.shape[0], spec.shape[1], quantize);
        let embedding = if span.embedding { Some(matrix(next()?)) } else { None };
        let mut layers = Vec::with_capacity(span.layers.len());
        for _ in span.layers.clone() {
            let attention_norm = next()?.0;
            let mut qkv = next()?.0;
            qkv.extend(next()?.0);
            qkv.extend(next()?.0);
            layers.push(Layer {
                attention_norm,
                qkv: Rows::new(&qkv, qkv.len() / config.hidden, config.hidden, quantize),
                output: matrix(next()?),
                feed_forward_norm: next()?.0,
                gate: matrix(next()?),
                up: matrix(next()?),
                down: matrix(next()?),
            });
        }
        let head = if span.head {
            let norm = next()?.0;
            Some(Head { norm, projection: if config.tied_embeddings { None } else { Some(matrix(next()?)) } })
        } else {
            None
        };
        // Products of a prompt's rows may be rounded as far as the weights were.
        let compute = if quantize == Quantize::Bf16 { Compute::Bf16 } else { Compute::F32 };
        let (config, span, rotary) = (config.clone(), span.clone(), Rotary::new(config));
        Ok(Self { engine: Engine::new(compute), config, span, embedding, layers, head, rotary })
    }

    /// Shape of the whole model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Bytes of memory that the weights take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let layers: usize = self.layers.iter().map(Layer::bytes).sum();
        let head = self.head.as_ref().and_then(|head| head.projection.as_ref());
        layers + self.embedding.iter().chain(head).map(Rows::bytes).sum::<usize>()
    }

    /// As [`Stage::extend`](super::Stage::extend).
    pub fn extend(&self, batch: &MicroBatch<'_>, cache: &mut Cache) -> Result<Vec<f32>, StageError> {
        let (config, span) = (&self.config, &self.span);
        Batches { config, span }.check(batch, cache.tokens)?;
        let hidden = config.hidden;
        cache.hold(batch.rows)?;
        let mut x = Buffer::take(batch.rows * batch.seq * hidden);
        self.read(batch.input, &mut x);
        cache.pages.resize_with(batch.rows, || vec![KeysValues::default(); self.layers.len()]);
        let angles = self.rotary.angles(cache.tokens, batch.seq);
        for (row, pages) in x.chunks_exact_mut(batch.seq * hidden).zip(&mut cache.pages) {
            for (layer, memory) in self.layers.iter().zip(pages) {
                let place = Place { config, engine: self.engine, first: cache.tokens, angles: &angles };
                if batch.seq < MATRIX_TOKENS {
                    for (index, token) in row.chunks_exact_mut(hidden).enumerate() {
                        layer.token(&place, index, token, memory);
                    }
                } else {
                    layer.prompt(&place, row, memory);
                }
            }
        }
        cache.tokens += batch.seq;
        if batch.seq >= MATRIX_TOKENS {
            // The next prompt has another length, and one token after the other needs little.
            kernels::release();
        }
        let Some(head) = &self.head else { return Ok(x.to_vec()) };
        let last = x.chunks_exact(batch.seq * hidden).map(|row| &row[(batch.seq - 1) * hidden..]);
        Ok(last.flat_map(|row| self.logits(head, row)).collect())
    }

    fn read(&self, input: Input<'_>, x: &mut [f32]) {
        match (input, &self.embedding) {
            (Input::Tokens(tokens), Some(embedding)) => {
                let rows = x.chunks_exact_mut(self.config.hidden);
                rows.zip(tokens).for_each(|(row, &token)| embedding.read(token as usize, row));
            }
            (Input::Hidden(values), _) => x.copy_from_slice(values),
            (Input::Tokens(_), None) => unreachable!("a span without the embedding reads no tokens"),
        }
    }

    fn logits(&self, head: &Head, x: &[f32]) -> Vec<f32> {
        let projection = head.projection.as_ref().or(self.embedding.as_ref());
        let projection = projection.expect("a span with a tied head holds the embedding");
        let mut normed = Buffer::take(padded(self.config.hidden));
        norm::one(x, &head.norm, self.config.norm_eps as f32, &mut normed);
        let mut logits = vec![0.0; projection.count()];
        projection.multiply(&normed, &mut logits);
        logits
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // Nobody may ask for these lengths again.
        kernels::release();
    }
}
