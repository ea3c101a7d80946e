//! AdamW in place (Loshchilov & Hutter 2017, arXiv:1711.05101), and the sums over gradients that clipping needs.
//!
//! Invariant: sums are added in `f64` over blocks of a fixed size, in order, so they don't depend on the threads.

use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd};
use super::{Shared, threads};
use std::sync::atomic::{AtomicBool, Ordering};

/// Values that a thread takes at once.
const BLOCK: usize = 1 << 14;

/// Factors of one update, bias corrections and clipping included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Update {
    /// First moment's decay.
    pub(crate) beta1: f32,
    /// Second moment's decay.
    pub(crate) beta2: f32,
    /// Added to the root of the second moment.
    pub(crate) eps: f32,
    /// `rate / (1 - beta1^step)`.
    pub(crate) step_size: f32,
    /// `1 / (1 - beta2^step)`.
    pub(crate) second_scale: f32,
    /// What weights are multiplied by first: `1 - rate · decay`, or 1.
    pub(crate) keep: f32,
    /// What gradients are multiplied by: averaging and clipping.
    pub(crate) gradient_scale: f32,
}

impl Update {
    /// Updates weights and moments; without a gradient, as if it were 0.
    pub(crate) fn apply(&self, weights: &mut [f32], first: &mut [f32], second: &mut [f32], gradient: Option<&[f32]>) {
        let len = weights.len();
        assert!(first.len() == len && second.len() == len, "moments are as long as their weights");
        assert!(gradient.is_none_or(|gradient| gradient.len() == len), "a gradient is as long as its weights");
        let (weights, first, second) = (Shared::new(weights), Shared::new(first), Shared::new(second));
        threads::blocks(len, BLOCK, |range| {
            // SAFETY: blocks are disjoint, and the level is available.
            unsafe {
                let part = Part {
                    update: *self,
                    gradient: gradient.map(|gradient| &gradient[range.clone()]),
                    weights: weights.slice(range.clone()),
                    first: first.slice(range.clone()),
                    second: second.slice(range),
                };
                dispatch(Level::best(), part);
            }
        });
    }
}

struct Part<'a> {
    update: Update,
    weights: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradient: Option<&'a [f32]>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        let Update { beta1, beta2, eps, step_size, second_scale, keep, gradient_scale } = self.update;
        let len = self.weights.len();
        // SAFETY: all slices have the same length.
        unsafe {
            for at in (0..len).step_by(LANES) {
                let count = len - at;
                let zero = S::splat(0.0);
                let gradient = self.gradient.map_or(zero, |gradient| S::load_part(gradient.as_ptr().add(at), count));
                let gradient = S::mul(gradient, S::splat(gradient_scale));
                let (w, m, v) = (
                    self.weights.as_mut_ptr().add(at),
                    self.first.as_mut_ptr().add(at),
                    self.second.as_mut_ptr().add(at),
                );
                let first = S::mul(S::load_part(m, count), S::splat(beta1));
                let first = S::fma(gradient, S::splat(1.0 - beta1), first);
                let second = S::mul(S::load_part(v, count), S::splat(beta2));
                let second = S::fma(S::mul(gradient, gradient), S::splat(1.0 - beta2), second);
                let spread = S::add(S::sqrt(S::mul(second, S::splat(second_scale))), S::splat(eps));
                let change = S::div(S::mul(first, S::splat(step_size)), spread);
                let weight = S::sub(S::mul(S::load_part(w, count), S::splat(keep)), change);
                S::store_part(m, first, count);
                S::store_part(v, second, count);
                S::store_part(w, weight, count);
            }
        }
    }
}

struct Squares<'a>(&'a [f32]);

impl Kernel for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    unsafe fn run<S: Simd>(self) -> f64 {
        let mut total = 0.0;
        for row in self.0.chunks(1024) {
            // SAFETY: reads stay within the row.
            unsafe {
                let mut sums = [S::splat(0.0); 4];
                for (vector, at) in (0..row.len()).step_by(LANES).enumerate() {
                    let v = S::load_part(row.as_ptr().add(at), row.len() - at);
                    sums[vector % 4] = S::fma(v, v, sums[vector % 4]);
                }
                total += f64::from(S::sum(S::add(S::add(sums[0], sums[1]), S::add(sums[2], sums[3]))));
            }
        }
        total
    }
}

/// Sum of squares, on this thread alone.
pub(super) fn sum_here(values: &[f32]) -> f64 {
    // SAFETY: the level is available.
    unsafe { dispatch(Level::best(), Squares(values)) }
}

/// Sum of squares.
pub(crate) fn sum_of_squares(values: &[f32]) -> f64 {
    let mut sums = vec![0.0; values.len().div_ceil(BLOCK)];
    let shared = Shared::new(&mut sums);
    threads::blocks(values.len(), BLOCK, |range| {
        let index = range.start / BLOCK;
        // SAFETY: each block has its own sum.
        unsafe { shared.slice(index..index + 1)[0] = sum_here(&values[range]) };
    });
    sums.iter().sum()
}

/// Whether every value is a number.
pub(crate) fn is_finite(values: &[f32]) -> bool {
    let finite = AtomicBool::new(true);
    threads::blocks(values.len(), BLOCK, |range| {
        // An exponent of all ones means infinity or no number; `fold` has no early exit and so becomes vectors.
        let all = values[range].iter().fold(true, |all, value| all & (value.to_bits() & 0x7f80_0000 != 0x7f80_0000));
        if !all {
            finite.store(false, Ordering::Relaxed);
        }
    });
    finite.into_inner()
}
