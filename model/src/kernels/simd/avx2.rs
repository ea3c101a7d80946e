//! Sixteen lanes as two AVX2 registers.

use super::Simd;
#[allow(clippy::wildcard_imports, reason = "intrinsics are named by the instruction")]
use std::arch::x86_64::*;

/// AVX2 and FMA.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Avx2;

/// Lanes 0–7 and 8–15.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Pair(__m256, __m256);

macro_rules! lanewise {
    ($($name:ident = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        unsafe fn $name(a: Pair, b: Pair) -> Pair {
            unsafe { Pair($intrinsic(a.0, b.0), $intrinsic(a.1, b.1)) }
        }
    )*};
}

/// Eight values rounded to bf16, each in the low half of a 32-bit lane.
#[inline(always)]
unsafe fn to_bf16(v: __m256) -> __m256i {
    unsafe {
        let bits = _mm256_castps_si256(v);
        let odd = _mm256_and_si256(_mm256_srli_epi32::<16>(bits), _mm256_set1_epi32(1));
        let up = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
        let none = _mm256_or_si256(bits, _mm256_set1_epi32(0x0040_0000));
        let is_number = _mm256_castps_si256(_mm256_cmp_ps::<_CMP_ORD_Q>(v, v));
        _mm256_srli_epi32::<16>(_mm256_blendv_epi8(none, up, is_number))
    }
}

// SAFETY of all: callers have the instructions and valid pointers by the trait's contract.
impl Simd for Avx2 {
    type Vector = Pair;

    lanewise! {
        add = _mm256_add_ps;
        sub = _mm256_sub_ps;
        mul = _mm256_mul_ps;
        div = _mm256_div_ps;
        max = _mm256_max_ps;
        min = _mm256_min_ps;
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Pair {
        unsafe { Pair(_mm256_set1_ps(value), _mm256_set1_ps(value)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Pair {
        unsafe { Pair(_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: Pair) {
        unsafe {
            _mm256_storeu_ps(to, v.0);
            _mm256_storeu_ps(to.add(8), v.1);
        }
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const u16) -> Pair {
        unsafe {
            let widen = |half| _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(half)));
            Pair(widen(_mm_loadu_si128(from.cast())), widen(_mm_loadu_si128(from.add(8).cast())))
        }
    }
    #[inline(always)]
    unsafe fn store_bf16(to: *mut u16, v: Pair) {
        unsafe {
            // Packing works within halves of 128 bits, so the middle quarters change places afterwards.
            let packed = _mm256_packus_epi32(to_bf16(v.0), to_bf16(v.1));
            _mm256_storeu_si256(to.cast(), _mm256_permute4x64_epi64::<0b11_01_10_00>(packed));
        }
    }
    #[inline(always)]
    unsafe fn round_bf16(v: Pair) -> Pair {
        unsafe {
            let round = |v| _mm256_castsi256_ps(_mm256_slli_epi32::<16>(to_bf16(v)));
            Pair(round(v.0), round(v.1))
        }
    }
    #[inline(always)]
    unsafe fn store_bf16_pairs(to: *mut f32, even: Pair, odd: Pair) {
        unsafe {
            let join = |even, odd| _mm256_or_si256(to_bf16(even), _mm256_slli_epi32::<16>(to_bf16(odd)));
            _mm256_storeu_si256(to.cast(), join(even.0, odd.0));
            _mm256_storeu_si256(to.add(8).cast(), join(even.1, odd.1));
        }
    }
    #[inline(always)]
    unsafe fn load_i8(from: *const i8) -> Pair {
        unsafe {
            let widen = |eight| _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight));
            Pair(widen(_mm_loadl_epi64(from.cast())), widen(_mm_loadl_epi64(from.add(8).cast())))
        }
    }
    #[inline(always)]
    unsafe fn sqrt(a: Pair) -> Pair {
        unsafe { Pair(_mm256_sqrt_ps(a.0), _mm256_sqrt_ps(a.1)) }
    }
    #[inline(always)]
    unsafe fn fma(a: Pair, b: Pair, c: Pair) -> Pair {
        unsafe { Pair(_mm256_fmadd_ps(a.0, b.0, c.0), _mm256_fmadd_ps(a.1, b.1, c.1)) }
    }
    #[inline(always)]
    unsafe fn neg_fma(a: Pair, b: Pair, c: Pair) -> Pair {
        unsafe { Pair(_mm256_fnmadd_ps(a.0, b.0, c.0), _mm256_fnmadd_ps(a.1, b.1, c.1)) }
    }
    #[inline(always)]
    unsafe fn round(a: Pair) -> Pair {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        unsafe { Pair(_mm256_round_ps::<NEAREST>(a.0), _mm256_round_ps::<NEAREST>(a.1)) }
    }
    #[inline(always)]
    unsafe fn power_of_two(n: Pair) -> Pair {
        unsafe {
            let power = |n| {
                let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
                _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
            };
            Pair(power(n.0), power(n.1))
        }
    }
    #[inline(always)]
    unsafe fn sum(a: Pair) -> f32 {
        unsafe {
            let eight = _mm256_add_ps(a.0, a.1);
            let four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
        }
    }
    #[inline(always)]
    unsafe fn largest(a: Pair) -> f32 {
        unsafe {
            let eight = _mm256_max_ps(a.0, a.1);
            let four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)))
        }
    }
}
