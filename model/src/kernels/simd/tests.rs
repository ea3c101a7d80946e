//! Every level against plain arithmetic, lane by lane, and against each other to the bit.

use super::*;
use crate::kernels::level::{Kernel, Level, dispatch};

/// One operation on two vectors of numbers, results of all operations after each other.
struct Everything<'a> {
    a: &'a [f32; LANES],
    b: &'a [f32; LANES],
}

impl Kernel for Everything<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    unsafe fn run<S: Simd>(self) -> Vec<f32> {
        unsafe {
            let (a, b) = (S::load(self.a.as_ptr()), S::load(self.b.as_ptr()));
            let lanewise = [
                S::add(a, b),
                S::sub(a, b),
                S::mul(a, b),
                S::div(a, b),
                S::max(a, b),
                S::min(a, b),
                S::fma(a, b, a),
                S::neg_fma(a, b, a),
                S::round(a),
                S::sqrt(S::mul(a, a)),
                S::exp(a),
                S::sigmoid(b),
                S::round_bf16(a),
                S::power_of_two(S::max(S::min(S::round(a), S::splat(127.0)), S::splat(-126.0))),
                S::splat(self.a[3]),
                S::load_part(self.a.as_ptr(), 5),
            ];
            let mut all = Vec::new();
            for v in lanewise {
                let mut lanes = [0.0; LANES];
                S::store(lanes.as_mut_ptr(), v);
                all.extend(lanes);
            }
            all.extend([S::sum(a), S::largest(a)]);
            let mut pairs = [0.0; LANES];
            S::store_bf16_pairs(pairs.as_mut_ptr(), a, b);
            all.extend(pairs);
            let mut halves = [0u16; LANES];
            S::store_bf16(halves.as_mut_ptr(), a);
            let mut back = [0.0; LANES];
            S::store(back.as_mut_ptr(), S::load_bf16(halves.as_ptr()));
            all.extend(back);
            let mut part = [9.0; LANES];
            S::store_part(part.as_mut_ptr(), b, 7);
            all.extend(part);
            let bytes: [i8; LANES] = self.a.map(|value| value as i8);
            S::store(part.as_mut_ptr(), S::load_i8(bytes.as_ptr()));
            all.extend(part);
            all
        }
    }
}

fn numbers(seed: u64, scale: f32) -> [f32; LANES] {
    let mut stream = crate::random::Stream::new("simd", seed, &[]);
    std::array::from_fn(|_| stream.normal() as f32 * scale)
}

#[test]
fn all_levels_agree_to_the_bit() {
    let levels: Vec<Level> = Level::available().into_iter().filter(|level| *level != Level::Portable).collect();
    for seed in 0..200 {
        let (a, b) = (numbers(seed, 3.0), numbers(seed + 1000, 20.0));
        let results = |level: &Level| unsafe { dispatch(*level, Everything { a: &a, b: &b }) };
        let all: Vec<Vec<u32>> = levels.iter().map(|l| results(l).iter().map(|v| v.to_bits()).collect()).collect();
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}");
        // Without fused products the portable level is only close.
        let portable = results(&Level::Portable);
        for other in levels.iter().map(results) {
            for (index, (one, other)) in portable.iter().zip(&other).enumerate() {
                assert!((one - other).abs() <= 1e-5 * one.abs().max(1.0), "value {index}: {one} and {other}");
            }
        }
    }
}

#[test]
fn exp_is_right_to_a_few_units_in_the_last_place() {
    struct Exp([f32; LANES]);
    impl Kernel for Exp {
        type Output = [f32; LANES];
        #[inline(always)]
        unsafe fn run<S: Simd>(self) -> [f32; LANES] {
            unsafe {
                let mut out = [0.0; LANES];
                S::store(out.as_mut_ptr(), S::exp(S::load(self.0.as_ptr())));
                out
            }
        }
    }
    for level in Level::available() {
        for block in 0..1000 {
            let x: [f32; LANES] = std::array::from_fn(|lane| (block * LANES + lane) as f32 * 0.0108 - 86.0);
            let got = unsafe { dispatch(level, Exp(x)) };
            for (x, got) in x.iter().zip(got) {
                let want = f64::from(*x).exp();
                assert!((f64::from(got) / want - 1.0).abs() < 3e-7, "{level:?}: e^{x} is {want}, not {got}");
            }
        }
        let ends = unsafe {
            dispatch(level, Exp([-1e30, -88.0, 200.0, 0.0, 1.0, 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.]))
        };
        assert!(
            ends[0] < 2e-38
                && ends[1] < 2e-38
                && ends[2].is_finite()
                && ends[2] > 1e38
                && ends[3].to_bits() == 1.0f32.to_bits()
        );
    }
}

#[test]
fn bf16_rounds_to_nearest_even_and_keeps_what_is_no_number() {
    let tie_down = f32::from_bits(0x3f80_8000);
    let tie_up = f32::from_bits(0x3f81_8000);
    assert_eq!((to_bf16(tie_down), to_bf16(tie_up)), (0x3f80, 0x3f82));
    assert!(from_bf16(to_bf16(f32::NAN)).is_nan());
    for value in [1.0f32, -3.25, 1e-30, 6.5e4, f32::INFINITY] {
        let half = half::bf16::from_f32(value);
        assert_eq!(to_bf16(value), half.to_bits());
    }
}
