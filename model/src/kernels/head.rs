//! The model's end: norm, projection to the vocabulary and cross-entropy, forward and gradient at once.
//!
//! Works in chunks of tokens, with logits vocabulary-major: a block of the vocabulary's rows is multiplied, reduced and
//! later turned into its gradient while it is in the cache. Invariants: never more than [`LOGITS_MAX`] logits exist,
//! or those of [`TOKENS_MIN`] tokens; block sizes are fixed, so the sums don't depend on the threads.

use super::gemm::{Panels, Source, Tile, TileKernel, dispatch_tile, multiply_rows};
use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd};
use super::{Buffer, Engine, Matrix, Packed, Shared, multiply, norm, threads};
use std::ops::Range;

/// Logits held at once: 16 MiB of them.
const LOGITS_MAX: usize = 4 << 20;
const TOKENS_MIN: usize = 64;
const TOKENS_MAX: usize = 1024;
/// Vocabulary rows that a thread takes at once.
const BLOCK: usize = 48;

/// The weights.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a> {
    /// `[hidden]`.
    pub(crate) norm: &'a [f32],
    /// `[vocab, hidden]`.
    pub(crate) projection: &'a [f32],
    /// Added to the mean square.
    pub(crate) eps: f32,
}

/// Where gradients go.
pub(crate) struct Gradients<'a> {
    /// By the input, `[tokens, hidden]`.
    pub(crate) input: &'a mut [f32],
    /// `[hidden]`.
    pub(crate) norm: &'a mut [f32],
    /// `[vocab, hidden]`.
    pub(crate) projection: &'a mut [f32],
    /// Whether those by the weights are added to what is there.
    pub(crate) accumulate: bool,
}

/// Cross-entropy of each token in nats; with `gradients`, those of the mean over the tokens.
pub(crate) fn losses(
    engine: Engine,
    weights: Weights<'_>,
    x: &[f32],
    targets: &[u32],
    mut gradients: Option<Gradients<'_>>,
) -> Vec<f32> {
    let hidden = weights.norm.len();
    let vocab = weights.projection.len() / hidden;
    let tokens = targets.len();
    assert!(vocab * hidden == weights.projection.len() && x.len() == tokens * hidden, "shapes of the head fit");
    assert!(targets.iter().all(|&target| (target as usize) < vocab), "targets are in the vocabulary");
    let mut losses = vec![0.0; tokens];
    // Chunks of about one size, so that the last needs no buffers of its own.
    let most = (LOGITS_MAX / vocab).clamp(TOKENS_MIN, TOKENS_MAX);
    let chunk = tokens.div_ceil(tokens.div_ceil(most).max(1)).max(1);
    for start in (0..tokens).step_by(chunk) {
        let own = start..(start + chunk).min(tokens);
        let wide = own.start * hidden..own.end * hidden;
        let chunk = Chunk::new(engine, weights, &x[wide.clone()], &targets[own.clone()]);
        let (logits, spread) = chunk.logits(gradients.is_some(), &mut losses[own]);
        if let (Some(gradients), Some(logits)) = (gradients.as_mut(), logits) {
            let part = Gradients {
                input: &mut gradients.input[wide],
                norm: &mut *gradients.norm,
                projection: &mut *gradients.projection,
                accumulate: gradients.accumulate || start > 0,
            };
            chunk.backward(logits, &spread, 1.0 / tokens as f32, part);
        }
    }
    losses
}

struct Chunk<'a> {
    engine: Engine,
    weights: Weights<'a>,
    x: &'a [f32],
    targets: &'a [u32],
    vocab: usize,
    normed: Buffer,
    inverse: Buffer,
}

impl<'a> Chunk<'a> {
    fn new(engine: Engine, weights: Weights<'a>, x: &'a [f32], targets: &'a [u32]) -> Self {
        let hidden = weights.norm.len();
        let mut chunk = Self {
            engine,
            weights,
            x,
            targets,
            vocab: weights.projection.len() / hidden,
            normed: Buffer::take(x.len()),
            inverse: Buffer::take(targets.len()),
        };
        let (normed, inverse) = (Shared::new(&mut chunk.normed), Shared::new(&mut chunk.inverse));
        threads::blocks(targets.len(), 16, |rows| {
            let wide = rows.start * hidden..rows.end * hidden;
            // SAFETY: blocks of rows are disjoint, and the level is available.
            unsafe {
                let (x, normed) = (&x[wide.clone()], normed.slice(wide));
                dispatch(Level::best(), NormRows { weights, x, normed, inverse: inverse.slice(rows) });
            }
        });
        chunk
    }

    /// Fills the losses; returns the logits `[vocab, tokens]` if they are to be kept, and each token's log-sum-exp.
    fn logits(&self, keep: bool, losses: &mut [f32]) -> (Option<Buffer>, Buffer) {
        let (tokens, hidden) = (self.targets.len(), self.weights.norm.len());
        let blocks = self.vocab.div_ceil(BLOCK);
        let packed = Packed::new(self.engine, &[Matrix::new(&self.normed, tokens, hidden).transposed()]);
        let mut logits = keep.then(|| Buffer::take(self.vocab * tokens));
        // Largest logit and sum of exponentials of each block, and the targets' logits.
        let mut partials = Buffer::take(blocks * 2 * tokens);
        let mut chosen = Buffer::take(tokens);
        {
            let shared = logits.as_mut().map(|logits| Shared::new(logits));
            let (partials, chosen) = (Shared::new(&mut partials), Shared::new(&mut chosen));
            threads::blocks(self.vocab, BLOCK, |rows| {
                let block = rows.start / BLOCK;
                let mut scratch = shared.is_none().then(|| Buffer::take(BLOCK * tokens));
                // SAFETY: blocks of the vocabulary are disjoint, a target lies in one, and the level is available.
                unsafe {
                    let own = match (&shared, &mut scratch) {
                        (Some(all), _) => all.slice(rows.start * tokens..rows.end * tokens),
                        (None, Some(scratch)) => &mut scratch[..rows.len() * tokens],
                        (None, None) => unreachable!("there is scratch where nothing is kept"),
                    };
                    let partials = partials.slice(block * 2 * tokens..(block + 1) * 2 * tokens);
                    let projection = &self.weights.projection[rows.start * hidden..rows.end * hidden];
                    let part = Logits { projection, normed: packed.view(), rows: rows.len(), logits: own, partials };
                    dispatch_tile(self.engine, part);
                    for (token, &target) in self.targets.iter().enumerate() {
                        if rows.contains(&(target as usize)) {
                            chosen.slice(token..token + 1)[0] = own[(target as usize - rows.start) * tokens + token];
                        }
                    }
                }
            });
        }
        let mut spread = Buffer::take(tokens);
        {
            let spread = Shared::new(&mut spread);
            threads::blocks(tokens, LANES, |range| {
                // SAFETY: blocks of tokens are disjoint, and the level is available.
                unsafe {
                    let out = spread.slice(range.clone());
                    dispatch(Level::best(), LogSumExp { partials: &partials, tokens, first: range.start, out });
                }
            });
        }
        for ((loss, spread), chosen) in losses.iter_mut().zip(&*spread).zip(&*chosen) {
            *loss = spread - chosen;
        }
        (logits, spread)
    }

    /// Turns logits into gradients of `scale` times the sum of losses.
    fn backward(&self, mut logits: Buffer, spread: &[f32], scale: f32, gradients: Gradients<'_>) {
        let (tokens, hidden) = (self.targets.len(), self.weights.norm.len());
        let normed = Packed::new(self.engine, &[Matrix::new(&self.normed, tokens, hidden)]);
        {
            let (logits, projection) = (Shared::new(&mut logits), Shared::new(gradients.projection));
            threads::blocks(self.vocab, BLOCK, |rows| {
                // SAFETY: blocks of the vocabulary are disjoint, and the level is available.
                unsafe {
                    let part = ProjectionGradient {
                        targets: self.targets,
                        spread,
                        scale,
                        logits: logits.slice(rows.start * tokens..rows.end * tokens),
                        normed: normed.view(),
                        gradient: projection.slice(rows.start * hidden..rows.end * hidden),
                        rows,
                        accumulate: gradients.accumulate,
                    };
                    dispatch_tile(self.engine, part);
                }
            });
        }
        drop(normed);
        // By the normed input, `[hidden, tokens]`: the projection, the larger factor, needs no packed copy this way.
        let mut grad_normed = Buffer::take(hidden * tokens);
        let grads = Packed::new(self.engine, &[Matrix::new(&logits, self.vocab, tokens)]);
        let projection = Matrix::new(self.weights.projection, self.vocab, hidden).transposed();
        multiply(projection, &grads, &mut grad_normed, tokens, false);
        let mut partials = Buffer::take(tokens.div_ceil(16) * hidden);
        {
            let (partials, input) = (Shared::new(&mut partials), Shared::new(gradients.input));
            threads::blocks(tokens, 16, |rows| {
                let (block, wide) = (rows.start / 16, rows.start * hidden..rows.end * hidden);
                // SAFETY: blocks of rows are disjoint, and the level is available.
                unsafe {
                    let part = NormGradient {
                        weights: self.weights,
                        x: &self.x[wide.clone()],
                        inverse: &self.inverse[rows.clone()],
                        grad_normed: &grad_normed,
                        tokens,
                        grad_x: input.slice(wide),
                        grad_norm: partials.slice(block * hidden..(block + 1) * hidden),
                        rows,
                    };
                    dispatch(Level::best(), part);
                }
            });
        }
        norm::add_partials(&partials, hidden, gradients.norm, gradients.accumulate);
    }
}

struct NormRows<'a> {
    weights: Weights<'a>,
    x: &'a [f32],
    normed: &'a mut [f32],
    inverse: &'a mut [f32],
}

impl Kernel for NormRows<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let hidden = self.weights.norm.len();
        for (row, inverse) in self.inverse.iter_mut().enumerate() {
            let at = row * hidden..(row + 1) * hidden;
            // SAFETY: the level's instructions are there by contract.
            *inverse = unsafe {
                let (x, y) = (&self.x[at.clone()], &mut self.normed[at]);
                norm::forward::<S>(x, self.weights.norm, self.weights.eps, y)
            };
        }
    }
}

struct Logits<'a> {
    projection: &'a [f32],
    normed: Panels<'a>,
    rows: usize,
    logits: &'a mut [f32],
    partials: &'a mut [f32],
}

impl TileKernel for Logits<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let tokens = self.partials.len() / 2;
        let (largest, sums) = self.partials.split_at_mut(tokens);
        // SAFETY: `logits` holds `rows` rows of `tokens`.
        unsafe {
            let a = Source::rows(self.projection, self.rows, self.projection.len() / self.rows);
            multiply_rows::<T>(&a, self.normed, self.logits.as_mut_ptr(), tokens, false);
            for at in (0..tokens).step_by(LANES) {
                let count = tokens - at;
                let load = |row: usize| T::Lanes::load_part(self.logits.as_ptr().add(row * tokens + at), count);
                let mut top = load(0);
                for row in 1..self.rows {
                    top = T::Lanes::max(load(row), top);
                }
                let mut sum = T::Lanes::splat(0.0);
                for row in 0..self.rows {
                    sum = T::Lanes::add(sum, T::Lanes::exp(T::Lanes::sub(load(row), top)));
                }
                T::Lanes::store_part(largest.as_mut_ptr().add(at), top, count);
                T::Lanes::store_part(sums.as_mut_ptr().add(at), sum, count);
            }
        }
    }
}

/// Joins the blocks' partial sums for some tokens.
struct LogSumExp<'a> {
    partials: &'a [f32],
    tokens: usize,
    first: usize,
    out: &'a mut [f32],
}

impl Kernel for LogSumExp<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let count = self.out.len();
        let blocks = self.partials.chunks_exact(2 * self.tokens);
        // SAFETY: each block has `tokens` largest values and then as many sums.
        unsafe {
            let largest = |block: &[f32]| S::load_part(block.as_ptr().add(self.first), count);
            let sum = |block: &[f32]| S::load_part(block.as_ptr().add(self.tokens + self.first), count);
            let mut top = S::splat(f32::NEG_INFINITY);
            for block in blocks.clone() {
                top = S::max(largest(block), top);
            }
            let mut total = S::splat(0.0);
            for block in blocks {
                total = S::fma(sum(block), S::exp(S::sub(largest(block), top)), total);
            }
            let (mut tops, mut totals) = ([0.0; LANES], [0.0; LANES]);
            S::store(tops.as_mut_ptr(), top);
            S::store(totals.as_mut_ptr(), total);
            for (out, (top, total)) in self.out.iter_mut().zip(tops.iter().zip(&totals)) {
                *out = top + libm::logf(*total);
            }
        }
    }
}

struct ProjectionGradient<'a> {
    targets: &'a [u32],
    spread: &'a [f32],
    scale: f32,
    rows: Range<usize>,
    logits: &'a mut [f32],
    normed: Panels<'a>,
    gradient: &'a mut [f32],
    accumulate: bool,
}

impl TileKernel for ProjectionGradient<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let (tokens, rows) = (self.targets.len(), self.rows.len());
        // SAFETY: `logits` holds `rows` rows of `tokens`, and the gradient as many of the hidden width.
        unsafe {
            for row in self.logits.chunks_exact_mut(tokens) {
                for at in (0..tokens).step_by(LANES) {
                    let count = tokens - at;
                    let here = row.as_mut_ptr().add(at);
                    let spread = T::Lanes::load_part(self.spread.as_ptr().add(at), count);
                    let share = T::Lanes::exp(T::Lanes::sub(T::Lanes::load_part(here, count), spread));
                    T::Lanes::store_part(here, T::Lanes::mul(share, T::Lanes::splat(self.scale)), count);
                }
            }
            for (token, &target) in self.targets.iter().enumerate() {
                if self.rows.contains(&(target as usize)) {
                    self.logits[(target as usize - self.rows.start) * tokens + token] -= self.scale;
                }
            }
            let a = Source::rows(self.logits, rows, tokens);
            let hidden = self.gradient.len() / rows;
            multiply_rows::<T>(&a, self.normed, self.gradient.as_mut_ptr(), hidden, self.accumulate);
        }
    }
}

struct NormGradient<'a> {
    weights: Weights<'a>,
    x: &'a [f32],
    inverse: &'a [f32],
    /// `[hidden, tokens]`.
    grad_normed: &'a [f32],
    tokens: usize,
    rows: Range<usize>,
    grad_x: &'a mut [f32],
    grad_norm: &'a mut [f32],
}

impl Kernel for NormGradient<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let hidden = self.weights.norm.len();
        let mut grad_y = Buffer::take(hidden);
        self.grad_norm.fill(0.0);
        self.grad_x.fill(0.0);
        for (row, token) in self.rows.enumerate() {
            let at = row * hidden..(row + 1) * hidden;
            for (to, column) in grad_y.iter_mut().zip(self.grad_normed.chunks_exact(self.tokens)) {
                *to = column[token];
            }
            let (x, grad_x) = (&self.x[at.clone()], &mut self.grad_x[at]);
            // SAFETY: the level's instructions are there by contract.
            unsafe {
                let (scale, inverse) = (self.weights.norm, self.inverse[row]);
                norm::backward::<S>(x, scale, inverse, &grad_y, grad_x, self.grad_norm);
            }
        }
    }
}
