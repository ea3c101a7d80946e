//! Rotary positions on rows in place (Su et al. 2021, arXiv:2104.09864), half-split: dimension `i` turns with `i + d/2`.

use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd};

/// Turns every head of one row.
pub(crate) fn one(row: &mut [f32], cos: &[f32], sin: &[f32]) {
    struct One<'a>(&'a mut [f32], &'a [f32], &'a [f32]);
    impl Kernel for One<'_> {
        type Output = ();
        #[inline(always)]
        unsafe fn run<S: Simd>(self) {
            // SAFETY: the level's instructions are there by contract.
            unsafe { turn::<S>(self.0, self.1, self.2, false) };
        }
    }
    // SAFETY: the level is available.
    unsafe { dispatch(Level::best(), One(row, cos, sin)) };
}

/// Turns every head of a row by one position's angles; `back` turns the other way.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn turn<S: Simd>(row: &mut [f32], cos: &[f32], sin: &[f32], back: bool) {
    let half = cos.len();
    assert!(sin.len() == half && row.len().is_multiple_of(2 * half.max(1)), "a row is whole heads");
    for head in row.chunks_exact_mut(2 * half.max(1)) {
        let (low, high) = head.split_at_mut(half);
        // SAFETY: all four slices are `half` long.
        unsafe {
            for at in (0..half).step_by(LANES) {
                let count = half - at;
                let (a, b) = (S::load_part(low.as_ptr().add(at), count), S::load_part(high.as_ptr().add(at), count));
                let cos = S::load_part(cos.as_ptr().add(at), count);
                let mut sin = S::load_part(sin.as_ptr().add(at), count);
                if back {
                    sin = S::sub(S::splat(0.0), sin);
                }
                S::store_part(low.as_mut_ptr().add(at), S::neg_fma(b, sin, S::mul(a, cos)), count);
                S::store_part(high.as_mut_ptr().add(at), S::fma(a, sin, S::mul(b, cos)), count);
            }
        }
    }
}
