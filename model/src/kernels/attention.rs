//! The attention half of a layer: `x + out(attention(norm x))`, causal, grouped-query, with rotary positions.
//!
//! Scores exist for one block of queries and one block of keys at a time (Dao et al. 2022, arXiv:2205.14135), and the
//! way back computes them again. Kept are queries, keys and values after their rotation, the mixed values, and each
//! query's log-sum-exp. Invariants: a token attends to itself and to earlier tokens of its own row only; block sizes
//! are fixed, so results don't depend on the threads.

mod backward;
mod mix;

pub(crate) use backward::{Gradients, backward};
pub(super) use mix::{Block, KEYS, QUERIES};

use super::feed_forward::ROWS;
use super::gemm::{Source, Tile, TileKernel, dispatch_tile, multiply_rows};
use super::kept::Values;
use super::{Buffer, Engine, Matrix, Packed, Shared, norm, rotary, threads};
use std::ops::Range;

/// Sizes of the attention of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Width of the residual stream.
    pub(crate) hidden: usize,
    /// Query heads.
    pub(crate) heads: usize,
    /// Key and value heads, a divisor of `heads`.
    pub(crate) kv_heads: usize,
    /// Width of a head, even.
    pub(crate) dim: usize,
    /// Tokens of each row.
    pub(crate) seq: usize,
}

impl Shape {
    /// Width of all queries.
    pub(crate) fn query(&self) -> usize {
        self.heads * self.dim
    }

    /// Width of all keys, and of all values.
    pub(crate) fn key(&self) -> usize {
        self.kv_heads * self.dim
    }

    /// Width of queries, keys and values side by side.
    pub(crate) fn qkv(&self) -> usize {
        self.query() + 2 * self.key()
    }

    pub(super) fn group(&self) -> usize {
        self.heads / self.kv_heads
    }
}

/// The weights; linear maps are `[in, out]`.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a> {
    /// `[hidden]`.
    pub(crate) norm: &'a [f32],
    /// `[hidden, heads · dim]`.
    pub(crate) query: &'a [f32],
    /// `[hidden, kv_heads · dim]`.
    pub(crate) key: &'a [f32],
    /// `[hidden, kv_heads · dim]`.
    pub(crate) value: &'a [f32],
    /// `[heads · dim, hidden]`.
    pub(crate) output: &'a [f32],
    /// Added to the mean square.
    pub(crate) eps: f32,
    /// Cosines and sines of the positions `0..seq`, `[seq, dim / 2]` each.
    pub(crate) turns: [&'a [f32]; 2],
}

impl Weights<'_> {
    /// Number of tokens in `x`, after checking every size.
    fn check(&self, shape: Shape, x: &[f32], out: &[f32]) -> usize {
        let Shape { hidden, heads, kv_heads, dim, seq } = shape;
        assert!(heads.is_multiple_of(kv_heads) && dim.is_multiple_of(2), "heads divide and turn in pairs");
        let maps = [self.query.len(), self.key.len(), self.value.len(), self.output.len()];
        let (query, key) = (hidden * shape.query(), hidden * shape.key());
        assert!(self.norm.len() == hidden && maps == [query, key, key, query], "weights fit their shape");
        assert!(self.turns.iter().all(|table| table.len() == seq * dim / 2), "there are angles for all positions");
        assert!(x.len() == out.len() && x.len().is_multiple_of(seq * hidden), "input and output are whole rows");
        x.len() / hidden
    }

    fn angles(&self, position: usize, half: usize) -> [&[f32]; 2] {
        self.turns.map(|table| &table[position * half..(position + 1) * half])
    }
}

/// What the way back needs beside the input.
#[derive(Debug)]
pub(crate) struct Kept {
    /// `1 / root mean square` of each token.
    inverse: Buffer,
    /// Turned queries and keys, and values, side by side for each token.
    qkv: Values,
    /// Mixed values, `[tokens, heads · dim]`.
    mixed: Values,
    /// `ln Σ exp(score)`, `[rows, heads, seq]`.
    spread: Buffer,
}

/// Computes the block into `out`; `x` is `[rows · seq, hidden]`.
pub(crate) fn forward(engine: Engine, shape: Shape, weights: Weights<'_>, x: &[f32], out: &mut [f32]) -> Kept {
    let tokens = weights.check(shape, x, out);
    let hidden = shape.hidden;
    let mut inverse = Buffer::take(tokens);
    let mut spread = Buffer::take(tokens * shape.heads);
    let mut qkv = Buffer::take(tokens * shape.qkv());
    project(engine, shape, weights, x, &mut qkv, &mut inverse);
    // Kept before it is used, so that both ways see the same values.
    let qkv = Values::keep(engine, qkv);
    let mut mixed = Buffer::take(tokens * shape.query());
    mix::forward(engine.exact(), shape, &qkv.widen(), &mut mixed, &mut spread);
    let output = Packed::new(engine, &[Matrix::new(weights.output, shape.query(), hidden)]);
    let out = Shared::new(out);
    threads::blocks(tokens, ROWS, |rows| {
        let wide = rows.start * hidden..rows.end * hidden;
        // SAFETY: blocks of rows are disjoint, and the engine's level is available.
        unsafe {
            let part = Output {
                mixed: &mixed[rows.start * shape.query()..rows.end * shape.query()],
                output: &output,
                x: &x[wide.clone()],
                out: out.slice(wide),
                rows: rows.len(),
            };
            dispatch_tile(engine, part);
        }
    });
    Kept { inverse, qkv, mixed: Values::keep(engine, mixed), spread }
}

/// Norm, queries, keys and values, and their rotation.
fn project(engine: Engine, shape: Shape, weights: Weights<'_>, x: &[f32], out: &mut [f32], inverse: &mut [f32]) {
    let hidden = shape.hidden;
    let maps = [(weights.query, shape.query()), (weights.key, shape.key()), (weights.value, shape.key())];
    let qkv = Packed::new(engine, &maps.map(|(map, width)| Matrix::new(map, hidden, width)));
    let tokens = inverse.len();
    let (inverse, out) = (Shared::new(inverse), Shared::new(out));
    threads::blocks(tokens, ROWS, |rows| {
        // SAFETY: blocks of rows are disjoint, and the engine's level is available.
        unsafe {
            let part = Project {
                shape,
                weights,
                qkv: &qkv,
                x: &x[rows.start * hidden..rows.end * hidden],
                out: out.slice(rows.start * shape.qkv()..rows.end * shape.qkv()),
                inverse: inverse.slice(rows.clone()),
                rows,
            };
            dispatch_tile(engine, part);
        }
    });
}

struct Project<'a> {
    shape: Shape,
    weights: Weights<'a>,
    qkv: &'a Packed,
    x: &'a [f32],
    out: &'a mut [f32],
    inverse: &'a mut [f32],
    rows: Range<usize>,
}

impl TileKernel for Project<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let Shape { hidden, dim, seq, .. } = self.shape;
        let mut normed = Buffer::take(ROWS * hidden);
        let turned = self.shape.query() + self.shape.key();
        // SAFETY: every buffer holds the block's rows.
        unsafe {
            for row in 0..self.rows.len() {
                let at = row * hidden..(row + 1) * hidden;
                let (x, y) = (&self.x[at.clone()], &mut normed[at]);
                self.inverse[row] = norm::forward::<T::Lanes>(x, self.weights.norm, self.weights.eps, y);
            }
            let a = Source::rows(&normed, self.rows.len(), hidden);
            multiply_rows::<T>(&a, self.qkv.view(), self.out.as_mut_ptr(), self.shape.qkv(), false);
            for (token, row) in self.rows.zip(self.out.chunks_exact_mut(self.shape.qkv())) {
                let [cos, sin] = self.weights.angles(token % seq, dim / 2);
                rotary::turn::<T::Lanes>(&mut row[..turned], cos, sin, false);
            }
        }
    }
}

struct Output<'a> {
    mixed: &'a [f32],
    output: &'a Packed,
    x: &'a [f32],
    out: &'a mut [f32],
    rows: usize,
}

impl TileKernel for Output<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        self.out.copy_from_slice(self.x);
        let a = Source::rows(self.mixed, self.rows, self.mixed.len() / self.rows);
        // SAFETY: both slices hold `rows` rows.
        unsafe {
            let hidden = self.out.len() / self.rows;
            multiply_rows::<T>(&a, self.output.view(), self.out.as_mut_ptr(), hidden, true);
        }
    }
}
