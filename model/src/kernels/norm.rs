//! `RMSNorm` (Zhang & Sennrich 2019, arXiv:1910.07467) row by row: `y = x · scale / sqrt(mean(x²) + eps)`.
//!
//! Backward with `r = 1 / sqrt(mean(x²) + eps)`: `dx = r · (scale · dy) - x · r³ · mean(x · scale · dy)` and
//! `dscale = Σ dy · x · r`. Invariant: a row's result depends on that row alone.

use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd};

/// Norms one row; `y` may be longer, and the rest of it is set to 0.
pub(crate) fn one(x: &[f32], scale: &[f32], eps: f32, y: &mut [f32]) {
    struct One<'a>(&'a [f32], &'a [f32], f32, &'a mut [f32]);
    impl Kernel for One<'_> {
        type Output = ();
        #[inline(always)]
        unsafe fn run<S: Simd>(self) {
            // SAFETY: the level's instructions are there by contract.
            unsafe { forward::<S>(self.0, self.1, self.2, self.3) };
        }
    }
    y[x.len()..].fill(0.0);
    // SAFETY: the level is available.
    unsafe { dispatch(Level::best(), One(x, scale, eps, &mut y[..x.len()])) };
}

/// Sum of `f(lane values)` over a row.
macro_rules! sum_over {
    ($S:ident, $len:expr, |$at:ident, $count:ident| $value:expr) => {{
        let mut sum = $S::splat(0.0);
        let mut $at = 0;
        while $at < $len {
            let $count = $len - $at;
            sum = $S::add(sum, $value);
            $at += LANES;
        }
        $S::sum(sum)
    }};
}

/// Writes the normed row and returns `r`.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn forward<S: Simd>(x: &[f32], scale: &[f32], eps: f32, y: &mut [f32]) -> f32 {
    let width = scale.len();
    assert!(x.len() == width && y.len() == width, "a row is as wide as its scale");
    // SAFETY: all slices are `width` long.
    unsafe {
        let squares = sum_over!(S, width, |at, count| {
            let x = S::load_part(x.as_ptr().add(at), count);
            S::mul(x, x)
        });
        let inverse = 1.0 / (squares / width as f32 + eps).sqrt();
        apply::<S>(x, scale, inverse, y);
        inverse
    }
}

/// Writes the normed row, given its `r`.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn apply<S: Simd>(x: &[f32], scale: &[f32], inverse: f32, y: &mut [f32]) {
    let width = scale.len();
    assert!(x.len() == width && y.len() == width, "a row is as wide as its scale");
    // SAFETY: all slices are `width` long.
    unsafe {
        let r = S::splat(inverse);
        for at in (0..width).step_by(LANES) {
            let count = width - at;
            let normed = S::mul(S::load_part(x.as_ptr().add(at), count), r);
            let y_here = S::mul(normed, S::load_part(scale.as_ptr().add(at), count));
            S::store_part(y.as_mut_ptr().add(at), y_here, count);
        }
    }
}

/// Adds the gradient by `x` to `grad_x` and the one by the scale to `grad_scale`.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn backward<S: Simd>(
    x: &[f32],
    scale: &[f32],
    inverse: f32,
    grad_y: &[f32],
    grad_x: &mut [f32],
    grad_scale: &mut [f32],
) {
    let width = scale.len();
    let widths = [x.len(), grad_y.len(), grad_x.len(), grad_scale.len()];
    assert!(widths.iter().all(|&other| other == width), "a row is as wide as its scale");
    // SAFETY: all slices are `width` long.
    unsafe {
        let along = sum_over!(S, width, |at, count| {
            let scaled =
                S::mul(S::load_part(scale.as_ptr().add(at), count), S::load_part(grad_y.as_ptr().add(at), count));
            S::mul(S::load_part(x.as_ptr().add(at), count), scaled)
        });
        let r = S::splat(inverse);
        let back = S::splat(inverse * inverse * inverse * along / width as f32);
        for at in (0..width).step_by(LANES) {
            let count = width - at;
            let x = S::load_part(x.as_ptr().add(at), count);
            let grad_y = S::load_part(grad_y.as_ptr().add(at), count);
            let scaled = S::mul(S::load_part(scale.as_ptr().add(at), count), grad_y);
            let own = S::neg_fma(x, back, S::mul(r, scaled));
            let to = grad_x.as_mut_ptr().add(at);
            S::store_part(to, S::add(S::load_part(to, count), own), count);
            let to = grad_scale.as_mut_ptr().add(at);
            S::store_part(to, S::fma(grad_y, S::mul(x, r), S::load_part(to, count)), count);
        }
    }
}

/// Adds up the partial sums of a scale's gradient, `width` values each, in order.
pub(super) fn add_partials(partials: &[f32], width: usize, gradient: &mut [f32], accumulate: bool) {
    if !accumulate {
        gradient.fill(0.0);
    }
    for partial in partials.chunks_exact(width) {
        for (sum, value) in gradient.iter_mut().zip(partial) {
            *sum += value;
        }
    }
}
