//! The way back through the attention half.

use super::{KEYS, Kept, QUERIES, Shape, Weights};
use crate::kernels::feed_forward::ROWS;
use crate::kernels::gemm::{Source, Tile, TileKernel, dispatch_tile, multiply_rows, pack_panels, panels_len};
use crate::kernels::simd::{LANES, Simd};
use crate::kernels::{Buffer, Engine, Matrix, Packed, Shared, multiply, norm, rotary, threads};
use std::ops::Range;

/// Where gradients by the weights go, shaped like the weights of the same name.
pub(crate) struct Gradients<'a> {
    /// `[hidden]`.
    pub(crate) norm: &'a mut [f32],
    /// Of the linear maps: query, key, value.
    pub(crate) maps: [&'a mut [f32]; 3],
    /// `[heads · dim, hidden]`.
    pub(crate) output: &'a mut [f32],
    /// Whether they are added to what is there.
    pub(crate) accumulate: bool,
}

/// Gradients by the input, into `grad_in`, and by the weights.
#[allow(clippy::too_many_arguments, reason = "the block's inputs, what it kept, and where the results go")]
pub(crate) fn backward(
    engine: Engine,
    shape: Shape,
    weights: Weights<'_>,
    x: &[f32],
    kept: &Kept,
    grad_out: &[f32],
    grad_in: &mut [f32],
    gradients: Gradients<'_>,
) {
    let tokens = weights.check(shape, x, grad_in);
    assert!(grad_out.len() == x.len() && kept.inverse.len() == tokens, "gradients belong to the input");
    let (hidden, query) = (shape.hidden, shape.query());
    let add = gradients.accumulate;
    let mut grad_mixed = Buffer::take(tokens * query);
    let output = Packed::new(engine, &[Matrix::new(weights.output, query, hidden).transposed()]);
    multiply(Matrix::new(grad_out, tokens, hidden), &output, &mut grad_mixed, query, false);
    let grad_rows = Packed::new(engine, &[Matrix::new(grad_out, tokens, hidden)]);
    let mixed = kept.mixed.widen();
    multiply(Matrix::new(&mixed, tokens, query).transposed(), &grad_rows, gradients.output, hidden, add);
    drop((output, grad_rows));

    let mut grad_qkv = Buffer::take(tokens * shape.qkv());
    let mut by_head = Buffer::take(2 * tokens * query);
    let given = Given { qkv: &kept.qkv.widen(), mixed: &mixed, spread: &kept.spread, grad_mixed: &grad_mixed };
    unmix(engine.exact(), shape, given, &mut grad_qkv, &mut by_head);
    drop((grad_mixed, mixed));

    let mut normed = Buffer::take(tokens * hidden);
    let mut partials = Buffer::take(tokens.div_ceil(ROWS) * hidden);
    let maps = [(weights.query, query), (weights.key, shape.key()), (weights.value, shape.key())];
    let maps = maps.map(|(map, width)| Packed::new(engine, &[Matrix::new(map, hidden, width).transposed()]));
    {
        let (normed, partials) = (Shared::new(&mut normed), Shared::new(&mut partials));
        let (grad_qkv, grad_in) = (Shared::new(&mut grad_qkv), Shared::new(grad_in));
        threads::blocks(tokens, ROWS, |rows| {
            let wide = rows.start * hidden..rows.end * hidden;
            let block = rows.start / ROWS;
            // SAFETY: blocks of rows are disjoint, and the engine's level is available.
            unsafe {
                let part = Unproject {
                    shape,
                    weights,
                    maps: &maps,
                    x: &x[wide.clone()],
                    inverse: &kept.inverse[rows.clone()],
                    by_head: &by_head,
                    grad_qkv: grad_qkv.slice(rows.start * shape.qkv()..rows.end * shape.qkv()),
                    grad_out: &grad_out[wide.clone()],
                    grad_in: grad_in.slice(wide.clone()),
                    normed: normed.slice(wide),
                    grad_norm: partials.slice(block * hidden..(block + 1) * hidden),
                    rows,
                };
                dispatch_tile(engine, part);
            }
        });
    }
    norm::add_partials(&partials, hidden, gradients.norm, add);
    let mut first = 0;
    for (to, width) in gradients.maps.into_iter().zip([query, shape.key(), shape.key()]) {
        let grad = Packed::new(engine, &[Matrix::strided(&grad_qkv[first..], tokens, width, shape.qkv())]);
        multiply(Matrix::new(&normed, tokens, hidden).transposed(), &grad, to, width, add);
        first += width;
    }
}

/// What attention computed, and the gradient by the mixed values.
#[derive(Clone, Copy)]
struct Given<'a> {
    qkv: &'a [f32],
    mixed: &'a [f32],
    spread: &'a [f32],
    grad_mixed: &'a [f32],
}

/// From the gradient by the mixed values to those by queries (into `grad_qkv`) and, for each query head, by its keys and
/// values (into `by_head`: `[rows, heads, 2, seq, dim]`).
fn unmix(engine: Engine, shape: Shape, given: Given<'_>, grad_qkv: &mut [f32], by_head: &mut [f32]) {
    let Shape { heads, seq, dim, .. } = shape;
    let rows = given.spread.len() / heads / seq;
    let (grad_qkv, by_head) = (Shared::new(grad_qkv), Shared::new(by_head));
    threads::each(rows * heads, |task| {
        let (row, head) = (task / heads, task % heads);
        let tokens = row * seq..(row + 1) * seq;
        let own = |values: &'_ [f32], width: usize| -> Range<usize> {
            debug_assert!(values.len() >= tokens.end * width, "all rows are there");
            tokens.start * width..tokens.end * width
        };
        // SAFETY: a task writes the gradients of one query head of one row; the level is available.
        unsafe {
            let part = Unmix {
                shape,
                head,
                qkv: &given.qkv[own(given.qkv, shape.qkv())],
                mixed: &given.mixed[own(given.mixed, shape.query())],
                grad_mixed: &given.grad_mixed[own(given.grad_mixed, shape.query())],
                spread: &given.spread[task * seq..(task + 1) * seq],
                grad_query: grad_qkv.pointer().add(tokens.start * shape.qkv() + head * dim),
                grad_key_value: by_head.slice(task * 2 * seq * dim..(task + 1) * 2 * seq * dim),
            };
            dispatch_tile(engine, part);
        }
    });
}

/// One query head of one row.
struct Unmix<'a> {
    shape: Shape,
    head: usize,
    qkv: &'a [f32],
    mixed: &'a [f32],
    grad_mixed: &'a [f32],
    spread: &'a [f32],
    /// This head's part of the row's first token.
    grad_query: *mut f32,
    grad_key_value: &'a mut [f32],
}

impl TileKernel for Unmix<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(mut self) {
        let Shape { dim, seq, .. } = self.shape;
        let (width, query_width) = (self.shape.qkv(), self.shape.query());
        let query_at = self.head * dim;
        let key_at = query_width + self.head / self.shape.group() * dim;
        let value_at = key_at + self.shape.key();
        let (tall, flat) = (panels_len(seq, dim), panels_len(dim, seq));
        let mut packs = [tall, tall, flat, flat, flat].map(Buffer::take);
        let mut work = [Buffer::take(QUERIES * KEYS), Buffer::take(QUERIES * KEYS)];
        let grad_key_value = std::mem::take(&mut self.grad_key_value);
        grad_key_value.fill(0.0);
        let (grad_key, grad_value) = grad_key_value.split_at_mut(seq * dim);
        // SAFETY: all sources hold the row's tokens; results are this task's alone.
        unsafe {
            let [keys_turned, values_turned, keys, queries, grads] = &mut packs;
            let tokens = |at: usize| Source::strided(&self.qkv[at..], seq, width);
            let columns = |at: usize| Source::columns(&self.qkv[at..], dim, width);
            let keys_turned = pack_panels::<T>(&tokens(key_at), dim, keys_turned);
            let values_turned = pack_panels::<T>(&tokens(value_at), dim, values_turned);
            let keys = pack_panels::<T>(&columns(key_at), seq, keys);
            let queries = pack_panels::<T>(&columns(query_at), seq, queries);
            let by_dim = Source::columns(&self.grad_mixed[query_at..], dim, query_width);
            let grads = pack_panels::<T>(&by_dim, seq, grads);
            for start in (0..seq).step_by(QUERIES) {
                let block = start..(start + QUERIES).min(seq);
                let delta = self.deltas::<T::Lanes>(block.clone());
                let from = Source::strided(&self.qkv[start * width + query_at..], block.len(), width);
                let grad = &self.grad_mixed[start * query_width + query_at..];
                let grad = Source::strided(grad, block.len(), query_width);
                let grad_query = self.grad_query.add(start * width);
                for first in (0..block.end).step_by(KEYS) {
                    let end = (first + KEYS).min(block.end);
                    let count = end - first;
                    let [weights, slopes] = &mut work;
                    multiply_rows::<T>(&from, keys_turned.columns::<T>(first..end), weights.as_mut_ptr(), KEYS, false);
                    multiply_rows::<T>(&grad, values_turned.columns::<T>(first..end), slopes.as_mut_ptr(), KEYS, false);
                    for (row, position) in block.clone().enumerate() {
                        let seen = (position + 1).saturating_sub(first).min(count);
                        let at = row * KEYS..row * KEYS + count;
                        let (weights, slopes) = (&mut weights[at.clone()], &mut slopes[at]);
                        let numbers = [self.spread[position], delta[row], 1.0 / (dim as f32).sqrt()];
                        softmax_slopes::<T::Lanes>(weights, slopes, seen, numbers);
                    }
                    let by_query = Source::strided(slopes, block.len(), KEYS);
                    multiply_rows::<T>(&by_query, keys.steps::<T>(first..end), grad_query, width, first > 0);
                    let to = first * dim;
                    let by_key = Source::columns(slopes, count, KEYS);
                    let queries = queries.steps::<T>(block.clone());
                    multiply_rows::<T>(&by_key, queries, grad_key[to..].as_mut_ptr(), dim, true);
                    let by_key = Source::columns(weights, count, KEYS);
                    let grads = grads.steps::<T>(block.clone());
                    multiply_rows::<T>(&by_key, grads, grad_value[to..].as_mut_ptr(), dim, true);
                }
            }
        }
    }
}

impl Unmix<'_> {
    /// `Σ gradient · mixed value` of each query: what every slope is lowered by.
    #[inline(always)]
    unsafe fn deltas<S: Simd>(&self, block: Range<usize>) -> [f32; QUERIES] {
        let Shape { dim, .. } = self.shape;
        let mut deltas = [0.0; QUERIES];
        for (token, delta) in block.zip(&mut deltas) {
            let at = token * self.shape.query() + self.head * dim;
            let (grad, mixed) = (&self.grad_mixed[at..at + dim], &self.mixed[at..at + dim]);
            // SAFETY: both slices are `dim` long.
            unsafe {
                let mut sum = S::splat(0.0);
                for at in (0..dim).step_by(LANES) {
                    let count = dim - at;
                    let grad = S::load_part(grad.as_ptr().add(at), count);
                    sum = S::fma(grad, S::load_part(mixed.as_ptr().add(at), count), sum);
                }
                *delta = S::sum(sum);
            }
        }
        deltas
    }
}

/// Turns scores into their softmax and the gradients by it into those by the scores, times the scale; both are 0 beyond
/// the `seen` keys.
#[inline(always)]
unsafe fn softmax_slopes<S: Simd>(
    weights: &mut [f32],
    slopes: &mut [f32],
    seen: usize,
    [spread, delta, scale]: [f32; 3],
) {
    weights[seen..].fill(0.0);
    slopes[seen..].fill(0.0);
    // SAFETY: reads and writes stay within the first `seen` values.
    unsafe {
        for at in (0..seen).step_by(LANES) {
            let count = seen - at;
            let (w, g) = (weights.as_mut_ptr().add(at), slopes.as_mut_ptr().add(at));
            let score = S::mul(S::load_part(w, count), S::splat(scale));
            let weight = S::exp(S::sub(score, S::splat(spread)));
            let slope = S::mul(weight, S::sub(S::load_part(g, count), S::splat(delta)));
            S::store_part(w, weight, count);
            S::store_part(g, S::mul(slope, S::splat(scale)), count);
        }
    }
}

/// Joins the heads of a group, turns back, and goes through the projections and the norm.
struct Unproject<'a> {
    shape: Shape,
    weights: Weights<'a>,
    /// Query, key and value, transposed.
    maps: &'a [Packed; 3],
    x: &'a [f32],
    inverse: &'a [f32],
    by_head: &'a [f32],
    grad_qkv: &'a mut [f32],
    grad_out: &'a [f32],
    grad_in: &'a mut [f32],
    normed: &'a mut [f32],
    grad_norm: &'a mut [f32],
    rows: Range<usize>,
}

impl TileKernel for Unproject<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let Shape { hidden, dim, seq, .. } = self.shape;
        let (query, key, width) = (self.shape.query(), self.shape.key(), self.shape.qkv());
        let mut grad_normed = Buffer::take(ROWS * hidden);
        // SAFETY: every buffer holds the block's rows.
        unsafe {
            for (token, row) in self.rows.clone().zip(self.grad_qkv.chunks_exact_mut(width)) {
                join_group::<T::Lanes>(self.shape, self.by_head, token, &mut row[query..]);
                let [cos, sin] = self.weights.angles(token % seq, dim / 2);
                rotary::turn::<T::Lanes>(&mut row[..query + key], cos, sin, true);
            }
            let mut a = Source::strided(self.grad_qkv, self.rows.len(), width);
            for (map, (skip, add)) in self.maps.iter().zip([(query, false), (key, true), (key, true)]) {
                multiply_rows::<T>(&a, map.view(), grad_normed.as_mut_ptr(), hidden, add);
                a.first = a.first.wrapping_add(skip);
            }
            self.grad_in.copy_from_slice(self.grad_out);
            self.grad_norm.fill(0.0);
            for (row, &inverse) in self.inverse.iter().enumerate() {
                let at = row * hidden..(row + 1) * hidden;
                let (x, scale) = (&self.x[at.clone()], self.weights.norm);
                norm::apply::<T::Lanes>(x, scale, inverse, &mut self.normed[at.clone()]);
                let (grad_y, grad_x) = (&grad_normed[at.clone()], &mut self.grad_in[at]);
                norm::backward::<T::Lanes>(x, scale, inverse, grad_y, grad_x, self.grad_norm);
            }
        }
    }
}

/// Sums the gradients of one token's keys and values over the query heads that share them.
#[inline(always)]
unsafe fn join_group<S: Simd>(shape: Shape, by_head: &[f32], token: usize, key_value: &mut [f32]) {
    let Shape { heads, dim, seq, kv_heads, .. } = shape;
    let (row, position) = (token / seq, token % seq);
    for kind in 0..2 {
        for kv_head in 0..kv_heads {
            let at = (kind * kv_heads + kv_head) * dim;
            let to = &mut key_value[at..at + dim];
            for member in 0..shape.group() {
                let head = kv_head * shape.group() + member;
                let from = (((row * heads + head) * 2 + kind) * seq + position) * dim;
                let from = &by_head[from..from + dim];
                // SAFETY: both slices are `dim` long.
                unsafe {
                    for at in (0..dim).step_by(LANES) {
                        let count = dim - at;
                        let mut sum = S::load_part(from.as_ptr().add(at), count);
                        let to = to.as_mut_ptr().add(at);
                        if member > 0 {
                            sum = S::add(S::load_part(to, count), sum);
                        }
                        S::store_part(to, sum, count);
                    }
                }
            }
        }
    }
}
