//! One layer of a decoder: a token at a time, or a prompt at once.

use crate::config::ModelConfig;
use crate::kernels::attention::Shape;
use crate::kernels::cached::KeysValues;
use crate::kernels::rows::{Rows, padded};
use crate::kernels::{Buffer, Engine, Matrix, Packed, feed_forward, multiply, norm, rotary};

/// The weights.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) attention_norm: Vec<f32>,
    /// Queries, keys and values, one after the other.
    pub(super) qkv: Rows,
    pub(super) output: Rows,
    pub(super) feed_forward_norm: Vec<f32>,
    pub(super) gate: Rows,
    pub(super) up: Rows,
    pub(super) down: Rows,
}

/// Where in a sequence the new tokens stand.
pub(super) struct Place<'a> {
    pub(super) config: &'a ModelConfig,
    pub(super) engine: Engine,
    /// Position of the first.
    pub(super) first: usize,
    /// Cosines and sines of all of them, `[tokens, head_dim / 2]` each.
    pub(super) angles: &'a [Vec<f32>; 2],
}

impl Place<'_> {
    fn shape(&self, seq: usize) -> Shape {
        let ModelConfig { hidden, heads, kv_heads, .. } = *self.config;
        Shape { hidden, heads, kv_heads, dim: self.config.head_dim(), seq }
    }

    fn eps(&self) -> f32 {
        self.config.norm_eps as f32
    }

    /// Turns queries and keys of token `index` and stores its keys and values.
    fn remember(&self, shape: Shape, index: usize, qkv: &mut [f32], memory: &mut KeysValues) {
        let half = shape.dim / 2;
        let [cos, sin] = self.angles.each_ref().map(|table| &table[index * half..(index + 1) * half]);
        let (turned, value) = qkv.split_at_mut(shape.query() + shape.key());
        rotary::one(turned, cos, sin);
        memory.write(shape, self.first + index, &turned[shape.query()..], value);
    }
}

impl Layer {
    pub(super) fn bytes(&self) -> usize {
        [&self.qkv, &self.output, &self.gate, &self.up, &self.down].map(Rows::bytes).iter().sum()
    }

    /// Token `index` of the new ones, in place.
    pub(super) fn token(&self, place: &Place<'_>, index: usize, x: &mut [f32], memory: &mut KeysValues) {
        let shape = place.shape(1);
        let mut normed = Buffer::take(padded(shape.hidden));
        norm::one(x, &self.attention_norm, place.eps(), &mut normed);
        let mut qkv = Buffer::take(shape.qkv());
        self.qkv.multiply(&normed, &mut qkv);
        place.remember(shape, index, &mut qkv, memory);
        let mut mixed = Buffer::take(padded(shape.query()));
        mixed[shape.query()..].fill(0.0);
        let tokens = place.first + index + 1;
        memory.attend_one(shape, tokens, &qkv[..shape.query()], &mut mixed[..shape.query()]);
        self.output.multiply_add(&mixed, x);
        norm::one(x, &self.feed_forward_norm, place.eps(), &mut normed);
        let mut product = Buffer::take(padded(self.gate.count()));
        product[self.gate.count()..].fill(0.0);
        Rows::swiglu(&self.gate, &self.up, &normed, &mut product);
        self.down.multiply_add(&product, x);
    }

    /// All new tokens of a sequence, in place.
    pub(super) fn prompt(&self, place: &Place<'_>, x: &mut [f32], memory: &mut KeysValues) {
        let hidden = place.config.hidden;
        let tokens = x.len() / hidden;
        let (shape, ffn) = (place.shape(tokens), self.gate.count());
        let mut normed = Buffer::take(x.len());
        let norm_rows = |x: &[f32], scale: &[f32], normed: &mut Buffer| {
            for (x, y) in x.chunks_exact(hidden).zip(normed.chunks_exact_mut(hidden)) {
                norm::one(x, scale, place.eps(), y);
            }
        };
        norm_rows(x, &self.attention_norm, &mut normed);
        let mut qkv = Buffer::take(tokens * shape.qkv());
        product(place.engine, &normed, &[&self.qkv], &mut qkv, false);
        for (index, row) in qkv.chunks_exact_mut(shape.qkv()).enumerate() {
            place.remember(shape, index, row, memory);
        }
        let mut mixed = Buffer::take(tokens * shape.query());
        memory.attend(place.engine, shape, place.first..place.first + tokens, &qkv, &mut mixed);
        product(place.engine, &mixed, &[&self.output], x, true);
        norm_rows(x, &self.feed_forward_norm, &mut normed);
        let mut gate_up = Buffer::take(tokens * 2 * ffn);
        product(place.engine, &normed, &[&self.gate, &self.up], &mut gate_up, false);
        let mut active = Buffer::take(tokens * ffn);
        feed_forward::activate(&gate_up, ffn, &mut active);
        product(place.engine, &active, &[&self.down], x, true);
    }
}

/// `out = x · Wᵀ` or `out += x · Wᵀ`, for matrices whose rows follow each other.
fn product(engine: Engine, x: &[f32], weights: &[&Rows], out: &mut [f32], accumulate: bool) {
    let width = weights[0].width();
    let wide: Vec<Buffer> = weights.iter().map(|weights| weights.widen()).collect();
    let parts: Vec<Matrix<'_>> =
        wide.iter().zip(weights).map(|(wide, rows)| Matrix::new(wide, rows.count(), width).transposed()).collect();
    let columns = weights.iter().map(|weights| weights.count()).sum();
    multiply(Matrix::new(x, x.len() / width, width), &Packed::new(engine, &parts), out, columns, accumulate);
}
