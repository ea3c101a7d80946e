//! Sixteen lanes of `f32`, the unit that every kernel is written in.
//!
//! Invariant: an operation means the same at every level to the bit (given fused multiply-add), reductions over lanes
//! included, so kernels need no knowledge of the processor and results can be compared across machines.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(super) use avx512::Avx512;
pub(super) use portable::Portable;

/// Lanes of a vector.
pub(super) const LANES: usize = 16;

/// Sixteen lanes of `f32` and what can be done with them.
///
/// # Safety
/// Implementors' methods may only be called where the processor has the level's instructions; pointers must be valid
/// for as many values as each method says. No alignment is needed.
pub(super) trait Simd: Copy {
    type Vector: Copy;

    unsafe fn splat(value: f32) -> Self::Vector;
    /// Reads sixteen values.
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// Writes sixteen values.
    unsafe fn store(to: *mut f32, v: Self::Vector);
    /// Reads sixteen bf16 values.
    unsafe fn load_bf16(from: *const u16) -> Self::Vector;
    /// Writes sixteen values, rounded to bf16 (to nearest, ties to even); what is no number stays none.
    unsafe fn store_bf16(to: *mut u16, v: Self::Vector);
    /// Rounds sixteen values to what bf16 can hold.
    unsafe fn round_bf16(v: Self::Vector) -> Self::Vector;
    /// Writes sixteen pairs of bf16: of lane `i` of `even` and then of `odd`.
    unsafe fn store_bf16_pairs(to: *mut f32, even: Self::Vector, odd: Self::Vector);
    /// Reads sixteen signed bytes.
    unsafe fn load_i8(from: *const i8) -> Self::Vector;
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn div(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn sqrt(a: Self::Vector) -> Self::Vector;
    /// The larger of each lane; `b` where either is no number.
    unsafe fn max(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The smaller of each lane; `b` where either is no number.
    unsafe fn min(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a · b + c` in one rounding.
    unsafe fn fma(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `c - a · b` in one rounding.
    unsafe fn neg_fma(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// To the nearest integer, ties to even.
    unsafe fn round(a: Self::Vector) -> Self::Vector;
    /// `2^n` for integers `n` from -126 to 127.
    unsafe fn power_of_two(n: Self::Vector) -> Self::Vector;
    /// Lanes 8–15 onto 0–7, of those 4–7 onto 0–3, and so on.
    unsafe fn sum(a: Self::Vector) -> f32;
    /// The largest lane, folded like [`Simd::sum`].
    unsafe fn largest(a: Self::Vector) -> f32;

    /// The first `count` of sixteen values, the other lanes 0.
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize) -> Self::Vector {
        // SAFETY: `count` values are valid by contract, and the copy holds sixteen.
        unsafe {
            if count >= LANES {
                return Self::load(from);
            }
            let mut copy = [0.0f32; LANES];
            std::ptr::copy_nonoverlapping(from, copy.as_mut_ptr(), count);
            Self::load(copy.as_ptr())
        }
    }

    /// Writes the first `count` lanes.
    #[inline(always)]
    unsafe fn store_part(to: *mut f32, v: Self::Vector, count: usize) {
        // SAFETY: `count` values are valid by contract, and the copy holds sixteen.
        unsafe {
            if count >= LANES {
                return Self::store(to, v);
            }
            let mut copy = [0.0f32; LANES];
            Self::store(copy.as_mut_ptr(), v);
            std::ptr::copy_nonoverlapping(copy.as_ptr(), to, count);
        }
    }

    /// `e^x` to about one unit in the last place; 0 below -87.3 and the largest finite power above 88.
    #[inline(always)]
    unsafe fn exp(x: Self::Vector) -> Self::Vector {
        // x = n·ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts, so that n times the first is exact; then Taylor's
        // series, whose ninth term is below half a unit in the last place.
        const LN2_HIGH: f32 = 0.693_359_4;
        const LN2_LOW: f32 = -2.121_944_4e-4;
        const FACTORIALS: [f32; 6] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
        // SAFETY: the level's instructions are there by contract.
        unsafe {
            // Limits come first, so that what is no number stays none.
            let x = Self::max(Self::splat(-87.3), Self::min(Self::splat(88.0), x));
            let n = Self::round(Self::mul(x, Self::splat(std::f32::consts::LOG2_E)));
            let r = Self::neg_fma(n, Self::splat(LN2_HIGH), x);
            let r = Self::neg_fma(n, Self::splat(LN2_LOW), r);
            let mut sum = Self::splat(1.0 / 5040.0);
            for factor in FACTORIALS {
                sum = Self::fma(sum, r, Self::splat(factor));
            }
            sum = Self::fma(sum, r, Self::splat(1.0));
            Self::mul(sum, Self::power_of_two(n))
        }
    }

    /// `1 / (1 + e^-x)`.
    #[inline(always)]
    unsafe fn sigmoid(x: Self::Vector) -> Self::Vector {
        // SAFETY: the level's instructions are there by contract.
        unsafe {
            let one = Self::splat(1.0);
            let e = Self::exp(Self::sub(Self::splat(0.0), x));
            Self::div(one, Self::add(one, e))
        }
    }
}

/// Keeps values as bf16, two to a place.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn narrow<S: Simd>(from: &[f32], to: &mut [f32]) {
    assert_eq!(from.len(), 2 * to.len(), "two values share a place");
    let places = to.as_mut_ptr().cast::<u16>();
    // SAFETY: `to` has as many halves as there are values, and the copy sixteen.
    unsafe {
        for at in (0..from.len()).step_by(LANES) {
            let count = (from.len() - at).min(LANES);
            let v = S::load_part(from.as_ptr().add(at), count);
            if count == LANES {
                S::store_bf16(places.add(at), v);
            } else {
                let mut copy = [0u16; LANES];
                S::store_bf16(copy.as_mut_ptr(), v);
                std::ptr::copy_nonoverlapping(copy.as_ptr(), places.add(at), count);
            }
        }
    }
}

/// Reads what [`narrow`] kept.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn widen<S: Simd>(from: &[f32], to: &mut [f32]) {
    assert_eq!(to.len(), 2 * from.len(), "two values share a place");
    let places = from.as_ptr().cast::<u16>();
    // SAFETY: `from` has as many halves as there are values, and the copy sixteen.
    unsafe {
        for at in (0..to.len()).step_by(LANES) {
            let count = (to.len() - at).min(LANES);
            let v = if count == LANES {
                S::load_bf16(places.add(at))
            } else {
                let mut copy = [0u16; LANES];
                std::ptr::copy_nonoverlapping(places.add(at), copy.as_mut_ptr(), count);
                S::load_bf16(copy.as_ptr())
            };
            S::store_part(to.as_mut_ptr().add(at), v, count);
        }
    }
}

/// `value` rounded to bf16, to nearest and ties to even; what is no number stays none.
#[inline(always)]
pub(super) fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    if value.is_nan() {
        return (bits >> 16) as u16 | 0x40;
    }
    ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16) as u16
}

/// The value of a bf16.
#[inline(always)]
pub(super) fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

#[cfg(test)]
mod tests;
