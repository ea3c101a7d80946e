//! Softmax over scores, block by block, and the values mixed by it.

use super::Shape;
use crate::kernels::gemm::{Panels, Source, Tile, TileKernel, dispatch_tile, multiply_rows, pack_panels, panels_len};
use crate::kernels::simd::{LANES, Simd};
use crate::kernels::{Buffer, Engine, Shared, threads};
use std::ops::Range;

/// Queries that a task takes at once.
pub(in crate::kernels) const QUERIES: usize = 48;
/// Keys whose scores exist at once for a block of queries; a multiple of every tile's columns.
pub(in crate::kernels) const KEYS: usize = 256;

/// Mixed values and log-sum-exps of all tokens, heads and rows.
pub(super) fn forward(engine: Engine, shape: Shape, qkv: &[f32], mixed: &mut [f32], spread: &mut [f32]) {
    let Shape { heads, seq, .. } = shape;
    let rows = spread.len() / heads / seq;
    let blocks = seq.div_ceil(QUERIES);
    // A key head's keys and values are packed once for a task, so a task takes all its queries where there are enough.
    let split = if rows * heads >= 4 * threads::count() { 1 } else { blocks };
    let (mixed, spread) = (Shared::new(mixed), Shared::new(spread));
    threads::each(rows * heads * split, |task| {
        let (pair, part) = (task / split, task % split);
        let (row, head) = (pair / heads, pair % heads);
        let queries = if split == 1 { 0..seq } else { part * QUERIES..((part + 1) * QUERIES).min(seq) };
        let first = row * seq;
        // SAFETY: a task writes the mixed values of one head and its own queries; the level is available.
        unsafe {
            let task = Mix {
                shape,
                head,
                qkv: &qkv[first * shape.qkv()..(first + seq) * shape.qkv()],
                mixed: mixed.pointer().add(first * shape.query() + head * shape.dim),
                spread: spread.slice((pair * seq) + queries.start..(pair * seq) + queries.end),
                queries,
            };
            dispatch_tile(engine, task);
        }
    });
}

/// Some queries of one head of one row.
pub(super) struct Mix<'a> {
    shape: Shape,
    head: usize,
    /// Of this row.
    qkv: &'a [f32],
    /// This head's mixed values of the row's first token.
    mixed: *mut f32,
    spread: &'a mut [f32],
    queries: Range<usize>,
}

impl TileKernel for Mix<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let Shape { dim, .. } = self.shape;
        let (width, kv_head) = (self.shape.qkv(), self.head / self.shape.group());
        let keys = self.queries.end;
        let key_at = self.shape.query() + kv_head * dim;
        let mut keys_buffer = Buffer::take(panels_len(keys, dim));
        let mut values_buffer = Buffer::take(panels_len(dim, keys));
        let mut block = Block::new(dim);
        // SAFETY: `qkv` holds the row's tokens, and the mixed values are this task's alone.
        unsafe {
            let by_key = Source::strided(&self.qkv[key_at..], keys, width);
            let keys_packed = pack_panels::<T>(&by_key, dim, &mut keys_buffer);
            let by_dim = Source::columns(&self.qkv[key_at + self.shape.key()..], dim, width);
            let values_packed = pack_panels::<T>(&by_dim, keys, &mut values_buffer);
            for start in self.queries.clone().step_by(QUERIES) {
                let queries = start..(start + QUERIES).min(self.queries.end);
                let from = &self.qkv[start * width + self.head * dim..];
                let source = Source::strided(from, queries.len(), width);
                block.attend::<T>(queries.clone(), &source, keys_packed, values_packed);
                let spread = &mut self.spread[start - self.queries.start..queries.end - self.queries.start];
                block.finish::<T>(spread, self.mixed.add(start * self.shape.query()), self.shape.query());
            }
        }
    }
}

/// A block of queries on its way over the keys.
pub(in crate::kernels) struct Block {
    dim: usize,
    scores: Buffer,
    sums: Buffer,
    largest: [f32; QUERIES],
    total: [f32; QUERIES],
}

impl Block {
    pub(in crate::kernels) fn new(dim: usize) -> Self {
        let (scores, sums) = (Buffer::take(QUERIES * KEYS), Buffer::take(QUERIES * dim));
        Self { dim, scores, sums, largest: [0.0; QUERIES], total: [0.0; QUERIES] }
    }

    #[inline(always)]
    unsafe fn attend<T: Tile>(&mut self, queries: Range<usize>, source: &Source, keys: Panels<'_>, values: Panels<'_>) {
        self.begin();
        for start in (0..queries.end).step_by(KEYS) {
            let keys_here = start..(start + KEYS).min(queries.end);
            let (keys, values) = (keys.columns::<T>(keys_here.clone()), values.steps::<T>(keys_here.clone()));
            // SAFETY: passed on to the caller.
            unsafe { self.visit::<T>(queries.clone(), source, keys_here, keys, values) };
        }
    }

    /// Forgets the queries before.
    pub(in crate::kernels) fn begin(&mut self) {
        self.largest.fill(f32::NEG_INFINITY);
        self.total.fill(0.0);
        self.sums.fill(0.0);
    }

    /// Takes in at most [`KEYS`] keys and their values, for queries at the positions `queries`.
    ///
    /// # Safety
    /// `source` holds the queries; the level's instructions are there.
    #[inline(always)]
    pub(in crate::kernels) unsafe fn visit<T: Tile>(
        &mut self,
        queries: Range<usize>,
        source: &Source,
        positions: Range<usize>,
        keys: Panels<'_>,
        values: Panels<'_>,
    ) {
        let scale = 1.0 / (self.dim as f32).sqrt();
        // SAFETY: scores have room for `KEYS` keys of each query, sums for `dim` values.
        unsafe {
            multiply_rows::<T>(source, keys, self.scores.as_mut_ptr(), KEYS, false);
            for (row, position) in queries.clone().enumerate() {
                let seen = (position + 1).saturating_sub(positions.start).min(positions.len());
                let sums = &mut self.sums[row * self.dim..(row + 1) * self.dim];
                let scores = &mut self.scores[row * KEYS..row * KEYS + positions.len()];
                let state = (&mut self.largest[row], &mut self.total[row]);
                softmax_part::<T::Lanes>(scores, seen, scale, state, sums);
            }
            let a = Source::strided(&self.scores, queries.len(), KEYS);
            multiply_rows::<T>(&a, values, self.sums.as_mut_ptr(), self.dim, true);
        }
    }

    /// Divides by the totals and hands out the results.
    ///
    /// # Safety
    /// `mixed` has room for the queries' rows; the level's instructions are there.
    #[inline(always)]
    pub(in crate::kernels) unsafe fn finish<T: Tile>(&self, spread: &mut [f32], mixed: *mut f32, stride: usize) {
        for (row, spread) in spread.iter_mut().enumerate() {
            let inverse = 1.0 / self.total[row];
            *spread = self.largest[row] + libm::logf(self.total[row]);
            // SAFETY: both sides hold `dim` values of this row.
            unsafe {
                for at in (0..self.dim).step_by(LANES) {
                    let count = self.dim - at;
                    let sum = T::Lanes::load_part(self.sums.as_ptr().add(row * self.dim + at), count);
                    let value = T::Lanes::mul(sum, T::Lanes::splat(inverse));
                    T::Lanes::store_part(mixed.add(row * stride + at), value, count);
                }
            }
        }
    }
}

/// Turns the first `seen` scores into unnormalised weights and the rest into 0; rescales what was summed before when a
/// larger score comes (Milakov & Gimelshein 2018, arXiv:1805.02867).
#[inline(always)]
unsafe fn softmax_part<S: Simd>(
    scores: &mut [f32],
    seen: usize,
    scale: f32,
    (largest, total): (&mut f32, &mut f32),
    sums: &mut [f32],
) {
    scores[seen..].fill(0.0);
    if seen == 0 {
        return;
    }
    let from = scores.as_mut_ptr();
    // SAFETY: reads and writes stay within the first `seen` scores, and within the sums.
    unsafe {
        let mut top = S::splat(f32::NEG_INFINITY);
        let whole = seen - seen % LANES;
        for at in (0..whole).step_by(LANES) {
            top = S::max(S::load(from.add(at)), top);
        }
        let mut new = S::largest(top);
        for score in &scores[whole..seen] {
            new = if *score > new { *score } else { new };
        }
        let new = (new * scale).max(*largest);
        let (factor, shift) = (S::splat(scale), S::splat(new));
        let mut sum = S::splat(0.0);
        for at in (0..whole).step_by(LANES) {
            let weight = S::exp(S::sub(S::mul(S::load(from.add(at)), factor), shift));
            S::store(from.add(at), weight);
            sum = S::add(sum, weight);
        }
        if whole < seen {
            let count = seen - whole;
            let weight = S::exp(S::sub(S::mul(S::load_part(from.add(whole), count), factor), shift));
            S::store_part(from.add(whole), weight, count);
            // Lanes beyond the last score don't count.
            sum = S::add(sum, S::load_part(from.add(whole), count));
        }
        if new > *largest && *total > 0.0 {
            let shrink = libm::expf(*largest - new);
            *total *= shrink;
            for sum in sums {
                *sum *= shrink;
            }
        }
        *largest = new;
        *total += S::sum(sum);
    }
}
