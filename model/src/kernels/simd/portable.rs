//! Sixteen lanes in plain arithmetic, which compilers turn into whatever vectors the target has.

use super::{LANES, Simd, from_bf16, to_bf16};

/// Any processor.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Portable;

#[inline(always)]
fn map(mut a: [f32; LANES], mut f: impl FnMut(usize, f32) -> f32) -> [f32; LANES] {
    for (lane, value) in a.iter_mut().enumerate() {
        *value = f(lane, *value);
    }
    a
}

#[inline(always)]
fn fused(a: f32, b: f32, c: f32) -> f32 {
    // Without the instruction, the library function for a fused product takes a hundred times as long.
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn fold(mut a: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            a[lane] = f(a[lane], a[lane + width]);
        }
        width /= 2;
    }
    a[0]
}

// SAFETY of all: arrays of sixteen are read and written through pointers valid for that many by the trait's contract.
impl Simd for Portable {
    type Vector = [f32; LANES];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self::Vector {
        [value; LANES]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self::Vector {
        unsafe { from.cast::<Self::Vector>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: Self::Vector) {
        unsafe { to.cast::<Self::Vector>().write_unaligned(v) }
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const u16) -> Self::Vector {
        let bits = unsafe { from.cast::<[u16; LANES]>().read_unaligned() };
        bits.map(from_bf16)
    }
    #[inline(always)]
    unsafe fn store_bf16(to: *mut u16, v: Self::Vector) {
        unsafe { to.cast::<[u16; LANES]>().write_unaligned(v.map(to_bf16)) }
    }
    #[inline(always)]
    unsafe fn round_bf16(v: Self::Vector) -> Self::Vector {
        map(v, |_, value| from_bf16(to_bf16(value)))
    }
    #[inline(always)]
    unsafe fn store_bf16_pairs(to: *mut f32, even: Self::Vector, odd: Self::Vector) {
        let pair = |lane: usize| f32::from_bits(u32::from(to_bf16(even[lane])) | u32::from(to_bf16(odd[lane])) << 16);
        unsafe { to.cast::<Self::Vector>().write_unaligned(std::array::from_fn(pair)) }
    }
    #[inline(always)]
    unsafe fn load_i8(from: *const i8) -> Self::Vector {
        let bytes = unsafe { from.cast::<[i8; LANES]>().read_unaligned() };
        bytes.map(f32::from)
    }
    #[inline(always)]
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| value + b[lane])
    }
    #[inline(always)]
    unsafe fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| value - b[lane])
    }
    #[inline(always)]
    unsafe fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| value * b[lane])
    }
    #[inline(always)]
    unsafe fn div(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| value / b[lane])
    }
    #[inline(always)]
    unsafe fn sqrt(a: Self::Vector) -> Self::Vector {
        map(a, |_, value| value.sqrt())
    }
    #[inline(always)]
    unsafe fn max(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| if value > b[lane] { value } else { b[lane] })
    }
    #[inline(always)]
    unsafe fn min(a: Self::Vector, b: Self::Vector) -> Self::Vector {
        map(a, |lane, value| if value < b[lane] { value } else { b[lane] })
    }
    #[inline(always)]
    unsafe fn fma(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        map(a, |lane, value| fused(value, b[lane], c[lane]))
    }
    #[inline(always)]
    unsafe fn neg_fma(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        map(a, |lane, value| fused(-value, b[lane], c[lane]))
    }
    #[inline(always)]
    unsafe fn round(a: Self::Vector) -> Self::Vector {
        map(a, |_, value| value.round_ties_even())
    }
    #[inline(always)]
    unsafe fn power_of_two(n: Self::Vector) -> Self::Vector {
        map(n, |_, value| f32::from_bits(((value as i32 + 127) as u32) << 23))
    }
    #[inline(always)]
    unsafe fn sum(a: Self::Vector) -> f32 {
        fold(a, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn largest(a: Self::Vector) -> f32 {
        fold(a, |a, b| if a > b { a } else { b })
    }
}
