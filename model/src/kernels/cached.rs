//! Keys and values of earlier tokens, and attention to them.
//!
//! A sequence's memory grows by pages of [`PAGE`] tokens, so nothing is copied as it grows. Within a page keys lie
//! dimension by dimension, so that scores of sixteen tokens are summed up at once, and values token by token. Invariant:
//! a token written once stays as it is until the sequence is cut.

use super::attention::{Block, KEYS, QUERIES, Shape};
use super::gemm::{Source, Tile, TileKernel, dispatch_tile, pack_panels, panels_len};
use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd};
use super::{Buffer, Engine, Shared, threads};
use std::ops::Range;

/// Tokens of a page: as many keys as attention takes in at once.
const PAGE: usize = KEYS;
/// Products in a head's scores that are worth a task of their own.
const TASK: usize = 1 << 13;

/// One sequence in one layer.
#[derive(Debug, Default)]
pub(crate) struct KeysValues {
    /// For each key head: keys `[dim, PAGE]`, then values `[PAGE, dim]`.
    pages: Vec<Buffer>,
}

impl Clone for KeysValues {
    fn clone(&self) -> Self {
        let copy = |page: &Buffer| {
            let mut copy = Buffer::take(page.len());
            copy.copy_from_slice(page);
            copy
        };
        Self { pages: self.pages.iter().map(copy).collect() }
    }
}

impl KeysValues {
    /// Stores a token's turned key and its value, all heads each.
    pub(crate) fn write(&mut self, shape: Shape, position: usize, key: &[f32], value: &[f32]) {
        let Shape { dim, kv_heads, .. } = shape;
        assert!(key.len() == shape.key() && value.len() == shape.key(), "a token has keys and values of all heads");
        let (page, at) = (position / PAGE, position % PAGE);
        while self.pages.len() <= page {
            let mut page = Buffer::take(kv_heads * 2 * dim * PAGE);
            // Scores are computed for whole vectors of tokens, also of those not there yet.
            page.fill(0.0);
            self.pages.push(page);
        }
        for (head, own) in self.pages[page].chunks_exact_mut(2 * dim * PAGE).enumerate() {
            let (keys, values) = own.split_at_mut(dim * PAGE);
            let from = head * dim..(head + 1) * dim;
            keys.chunks_exact_mut(PAGE).zip(&key[from.clone()]).for_each(|(row, value)| row[at] = *value);
            values[at * dim..(at + 1) * dim].copy_from_slice(&value[from]);
        }
    }

    /// Keys and values of one head in one page.
    fn part(&self, shape: Shape, page: usize, kv_head: usize) -> (&[f32], &[f32]) {
        let len = shape.dim * PAGE;
        let own = &self.pages[page][kv_head * 2 * len..(kv_head + 1) * 2 * len];
        own.split_at(len)
    }

    /// Attention of the newest of `tokens` tokens to all of them; `query` and `out` are all heads.
    pub(crate) fn attend_one(&self, shape: Shape, tokens: usize, query: &[f32], out: &mut [f32]) {
        assert!(query.len() == shape.query() && out.len() == query.len(), "a query has all heads");
        assert!(tokens > 0 && tokens <= self.pages.len() * PAGE, "the tokens are there");
        let dim = shape.dim;
        let out = Shared::new(out);
        let heads = (TASK / (tokens * dim)).clamp(1, shape.heads);
        threads::blocks(shape.heads, heads, |heads| {
            let mut weights = Buffer::take(tokens.next_multiple_of(PAGE));
            for head in heads {
                let own = head * dim..(head + 1) * dim;
                // SAFETY: each head is written by one task, and the level is available.
                unsafe {
                    let out = out.slice(own.clone());
                    let (query, weights) = (&query[own], &mut weights[..]);
                    dispatch(Level::best(), AttendOne { memory: self, shape, head, tokens, query, weights, out });
                }
            }
        });
    }

    /// Attention of tokens at the positions `queries`, whose keys and values are stored already; `qkv` and `out` hold their
    /// rows.
    pub(crate) fn attend(&self, engine: Engine, shape: Shape, queries: Range<usize>, qkv: &[f32], out: &mut [f32]) {
        assert!(qkv.len() == queries.len() * shape.qkv() && out.len() == queries.len() * shape.query());
        assert!(queries.end <= self.pages.len() * PAGE, "the tokens are there");
        let blocks = queries.len().div_ceil(QUERIES);
        let out = Shared::new(out);
        threads::each(blocks * shape.heads, |task| {
            let (head, block) = (task % shape.heads, task / shape.heads);
            let rows = block * QUERIES..((block + 1) * QUERIES).min(queries.len());
            // SAFETY: a task writes one head of its own rows, and the level is available.
            unsafe {
                let to = out.pointer().add(rows.start * shape.query() + head * shape.dim);
                let qkv = &qkv[rows.start * shape.qkv() + head * shape.dim..];
                let positions = queries.start + rows.start..queries.start + rows.end;
                dispatch_tile(engine, Attend { memory: self, shape, head, positions, qkv, to });
            }
        });
    }
}

struct AttendOne<'a> {
    memory: &'a KeysValues,
    shape: Shape,
    head: usize,
    tokens: usize,
    query: &'a [f32],
    /// Room for whole pages.
    weights: &'a mut [f32],
    out: &'a mut [f32],
}

impl Kernel for AttendOne<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let (dim, kv_head) = (self.shape.dim, self.head / self.shape.group());
        let scale = 1.0 / (dim as f32).sqrt();
        let pages = self.tokens.div_ceil(PAGE);
        let seen = |page: usize| (self.tokens - page * PAGE).min(PAGE);
        // SAFETY: pages hold `PAGE` tokens and `weights` as many for each; the level's instructions are there.
        unsafe {
            for page in 0..pages {
                let (keys, _) = self.memory.part(self.shape, page, kv_head);
                let to = self.weights.as_mut_ptr().add(page * PAGE);
                scores::<S>(self.query, keys, seen(page), scale, to);
            }
            let mut top = f32::NEG_INFINITY;
            for score in &self.weights[..self.tokens] {
                top = if *score > top { *score } else { top };
            }
            self.weights[self.tokens..].fill(f32::NEG_INFINITY);
            let mut total = S::splat(0.0);
            for at in (0..self.tokens).step_by(LANES) {
                let count = self.tokens - at;
                let here = self.weights.as_mut_ptr().add(at);
                S::store_part(here, S::exp(S::sub(S::load(here), S::splat(top))), count);
                total = S::add(total, S::load_part(here, count));
            }
            let inverse = 1.0 / S::sum(total);
            self.out.fill(0.0);
            for page in 0..pages {
                let (_, values) = self.memory.part(self.shape, page, kv_head);
                mix::<S>(&self.weights[page * PAGE..page * PAGE + seen(page)], values, self.out);
            }
            self.out.iter_mut().for_each(|value| *value *= inverse);
        }
    }
}

/// Scaled products of a query with a page's keys, for at least `seen` tokens.
#[inline(always)]
unsafe fn scores<S: Simd>(query: &[f32], keys: &[f32], seen: usize, scale: f32, to: *mut f32) {
    const TOGETHER: usize = 4;
    // SAFETY: keys are `[dim, PAGE]`, and a page is a multiple of what is computed together.
    unsafe {
        for at in (0..seen).step_by(TOGETHER * LANES) {
            let mut sums = [S::splat(0.0); TOGETHER];
            for (d, value) in query.iter().enumerate() {
                let value = S::splat(*value);
                let row = keys.as_ptr().add(d * PAGE + at);
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = S::fma(value, S::load(row.add(vector * LANES)), *sum);
                }
            }
            for (vector, sum) in sums.iter().enumerate() {
                S::store(to.add(at + vector * LANES), S::mul(*sum, S::splat(scale)));
            }
        }
    }
}

/// Adds the values of some tokens by their weights.
#[inline(always)]
unsafe fn mix<S: Simd>(weights: &[f32], values: &[f32], out: &mut [f32]) {
    const TOGETHER: usize = 4;
    let dim = out.len();
    // SAFETY: values are `[PAGE, dim]`, with a row for each weight.
    unsafe {
        for at in (0..dim).step_by(LANES) {
            let count = dim - at;
            let mut sums = [S::splat(0.0); TOGETHER];
            for (block, weights) in weights.chunks(TOGETHER).enumerate() {
                for (offset, (weight, sum)) in weights.iter().zip(&mut sums).enumerate() {
                    let row = values.as_ptr().add((block * TOGETHER + offset) * dim + at);
                    *sum = S::fma(S::splat(*weight), S::load_part(row, count), *sum);
                }
            }
            let sum = S::add(S::add(sums[0], sums[1]), S::add(sums[2], sums[3]));
            let to = out.as_mut_ptr().add(at);
            S::store_part(to, S::add(S::load_part(to, count), sum), count);
        }
    }
}

/// Some queries of one head.
struct Attend<'a> {
    memory: &'a KeysValues,
    shape: Shape,
    head: usize,
    positions: Range<usize>,
    /// From this head's part of the first query on.
    qkv: &'a [f32],
    to: *mut f32,
}

impl TileKernel for Attend<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let (dim, kv_head) = (self.shape.dim, self.head / self.shape.group());
        let mut keys_buffer = Buffer::take(panels_len(PAGE, dim));
        let mut values_buffer = Buffer::take(panels_len(dim, PAGE));
        let mut block = Block::new(dim);
        let mut spread = [0.0; QUERIES];
        // SAFETY: the queries' rows lie in `qkv` and `to`, and pages hold `PAGE` tokens.
        unsafe {
            let source = Source::strided(self.qkv, self.positions.len(), self.shape.qkv());
            block.begin();
            for start in (0..self.positions.end).step_by(PAGE) {
                let here = start..(start + PAGE).min(self.positions.end);
                let (keys, values) = self.memory.part(self.shape, start / PAGE, kv_head);
                let keys = Source::columns(keys, here.len(), PAGE);
                let keys = pack_panels::<T>(&keys, dim, &mut keys_buffer);
                let values = Source::columns(values, dim, dim);
                let values = pack_panels::<T>(&values, here.len(), &mut values_buffer);
                block.visit::<T>(self.positions.clone(), &source, here, keys, values);
            }
            block.finish::<T>(&mut spread[..self.positions.len()], self.to, self.shape.query());
        }
    }
}
