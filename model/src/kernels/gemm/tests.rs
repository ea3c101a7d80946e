//! Products against sums in f64, on every level, for odd sizes, strides and thread counts.

use super::*;
use crate::kernels::{Compute, Level};
use proptest::prelude::*;

fn values(seed: u64, len: usize) -> Vec<f32> {
    let mut stream = crate::random::Stream::new("gemm", seed, &[]);
    (0..len).map(|_| stream.normal() as f32).collect()
}

fn at(matrix: &Matrix<'_>, row: usize, column: usize) -> f64 {
    f64::from(matrix.values[row * matrix.row_stride + column * matrix.column_stride])
}

/// Largest error of `c` against `a · b + before`, relative to the size of the terms.
fn error(a: &Matrix<'_>, b: &Matrix<'_>, before: f64, c: &[f32], stride: usize) -> f64 {
    let mut worst: f64 = 0.0;
    for row in 0..a.rows {
        for column in 0..b.columns {
            let terms = || (0..a.columns).map(|k| at(a, row, k) * at(b, k, column));
            let want = terms().sum::<f64>() + before;
            let size = terms().map(f64::abs).sum::<f64>() + before.abs() + 1.0;
            worst = worst.max((f64::from(c[row * stride + column]) - want).abs() / size);
        }
    }
    worst
}

fn engines() -> Vec<Engine> {
    let level = |level| [Compute::F32, Compute::Bf16].map(|compute| Engine { level, compute });
    Level::available().into_iter().flat_map(level).collect()
}

fn check(m: usize, k: usize, n: usize, seed: u64) {
    let (left, right) = (values(seed, m * k), values(seed + 1, k * n));
    for engine in engines() {
        let tolerance = if engine.compute == Compute::F32 { 1e-6 } else { 1e-2 };
        for turned in 0..4 {
            let a = if turned & 1 == 0 { Matrix::new(&left, m, k) } else { Matrix::new(&left, k, m).transposed() };
            let b = if turned & 2 == 0 { Matrix::new(&right, k, n) } else { Matrix::new(&right, n, k).transposed() };
            let packed = Packed::new(engine, &[b]);
            let stride = n + 3;
            let mut c = vec![0.5; m * stride];
            multiply(a, &packed, &mut c, stride, false);
            assert!(error(&a, &b, 0.0, &c, stride) < tolerance, "{engine:?} {m}×{k}×{n} {turned}");
            assert!(
                (0..m)
                    .all(|row| c[row * stride + n..(row + 1) * stride].iter().all(|v| v.to_bits() == 0.5f32.to_bits())),
                "overrun"
            );
            let mut more = vec![0.5; m * stride];
            multiply(a, &packed, &mut more, stride, true);
            assert!(error(&a, &b, 0.5, &more, stride) < tolerance, "{engine:?} {m}×{k}×{n} {turned} added");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn prop_products_are_right(m in 1usize..70, k in 1usize..90, n in 1usize..80, seed in 0u64..1000) {
        check(m, k, n, seed);
    }
}

#[test]
fn deep_products_are_right() {
    check(13, 1100, 33, 1);
    check(1, 513, 1, 2);
}

#[test]
fn parts_side_by_side_are_one_matrix() {
    let (k, widths) = (9, [5usize, 17, 40, 1]);
    let data: Vec<Vec<f32>> = widths.iter().map(|&n| values(n as u64, k * n)).collect();
    let left = values(3, 7 * k);
    for engine in engines() {
        let parts: Vec<Matrix<'_>> = data.iter().zip(widths).map(|(d, n)| Matrix::new(d, k, n)).collect();
        let mut joined = vec![0.0; 7 * 63];
        multiply(Matrix::new(&left, 7, k), &Packed::new(engine, &parts), &mut joined, 63, false);
        let mut before = 0;
        for (part, n) in parts.iter().zip(widths) {
            let mut alone = vec![0.0; 7 * n];
            multiply(Matrix::new(&left, 7, k), &Packed::new(engine, &[*part]), &mut alone, n, false);
            for row in 0..7 {
                assert_eq!(alone[row * n..(row + 1) * n], joined[row * 63 + before..row * 63 + before + n]);
            }
            before += n;
        }
    }
}

#[test]
fn f32_results_are_the_same_bits_on_all_levels_and_thread_counts() {
    let (m, k, n) = (131, 700, 77);
    let (left, right) = (values(1, m * k), values(2, k * n));
    let compute = |level, limit| {
        threads::with_limit(limit, || {
            let engine = Engine { level, compute: Compute::F32 };
            let mut c = vec![0.0; m * n];
            let packed = Packed::new(engine, &[Matrix::new(&right, k, n)]);
            multiply(Matrix::new(&left, m, k), &packed, &mut c, n, false);
            c
        })
    };
    let fused: Vec<Level> = Level::available().into_iter().filter(|level| *level != Level::Portable).collect();
    let first = fused.first().map(|level| compute(*level, 1));
    for level in fused {
        for limit in [1, 2, 64] {
            assert_eq!(Some(compute(level, limit)), first, "{level:?} {limit}");
        }
    }
}
