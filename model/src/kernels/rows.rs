//! Weights for generation: rows in `f32`, bf16 or int8, and their products with vectors.
//!
//! Generating a token reads every weight once, so its speed is that of memory, and fewer bytes a weight are the only
//! way past it: weights are widened in registers, never in memory. int8 keeps a scale for each [`BLOCK`] values of a
//! row, `value = q · scale` with `q` from -127 to 127. Invariant: a row's product is one sum in a fixed order, whatever
//! the number of threads.

use super::buffers::zeros;
use super::level::{Kernel, Level, dispatch};
use super::simd::{LANES, Simd, from_bf16, to_bf16};
use super::{Buffer, Shared, threads};
use std::ops::Range;

/// Values of a row that share a scale; rows are padded with 0 to whole blocks.
const BLOCK: usize = 32;
/// Sums of a row that don't wait for each other.
const CHAINS: usize = 4;
/// Weights that are worth a task of their own.
const TASK: usize = 1 << 14;

/// How weights are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quantize {
    /// As they are, 4 bytes each.
    #[default]
    None,
    /// Rounded to bf16, 2 bytes each.
    Bf16,
    /// Rounded to 8 bits with a scale a block, 1.06 bytes each.
    Int8,
}

/// A matrix of weights, `[out, in]` as in checkpoints.
#[derive(Debug)]
pub(crate) struct Rows {
    rows: usize,
    width: usize,
    padded: usize,
    values: Values,
}

#[derive(Debug)]
enum Values {
    F32(Vec<f32>),
    Bf16(Vec<u16>),
    Int8 {
        values: Vec<i8>,
        /// bf16, one a block.
        scales: Vec<u16>,
    },
}

/// Length of a vector that rows of `width` are multiplied with; the values beyond `width` are 0.
pub(crate) fn padded(width: usize) -> usize {
    width.next_multiple_of(BLOCK)
}

impl Rows {
    /// Keeps `rows · width` values.
    pub(crate) fn new(values: &[f32], rows: usize, width: usize, quantize: Quantize) -> Self {
        assert_eq!(values.len(), rows * width, "a matrix has all its values");
        let long = padded(width);
        let kept = match quantize {
            Quantize::None => {
                let mut kept = zeros(rows * long);
                each_row(&mut kept, long, |row, to| to[..width].copy_from_slice(&values[row * width..][..width]));
                Values::F32(kept)
            }
            Quantize::Bf16 => {
                let mut kept = zeros(rows * long);
                each_row(&mut kept, long, |row, to: &mut [u16]| {
                    to.iter_mut().zip(&values[row * width..][..width]).for_each(|(to, value)| *to = to_bf16(*value));
                });
                Values::Bf16(kept)
            }
            Quantize::Int8 => {
                let (mut kept, mut scales) = (zeros(rows * long), zeros(rows * long / BLOCK));
                let shared = Shared::new(&mut scales);
                each_row(&mut kept, long, |row, to: &mut [i8]| {
                    let blocks = row * long / BLOCK..(row + 1) * long / BLOCK;
                    // SAFETY: each row has its own scales.
                    let scales = unsafe { shared.slice(blocks) };
                    let from = values[row * width..][..width].chunks(BLOCK);
                    for ((from, to), scale) in from.zip(to.chunks_exact_mut(BLOCK)).zip(scales) {
                        *scale = quantize_block(from, to);
                    }
                });
                Values::Int8 { values: kept, scales }
            }
        };
        Self { rows, width, padded: long, values: kept }
    }

    /// Number of rows.
    pub(crate) fn count(&self) -> usize {
        self.rows
    }

    /// Length of a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        match &self.values {
            Values::F32(values) => size_of_val(&values[..]),
            Values::Bf16(values) => size_of_val(&values[..]),
            Values::Int8 { values, scales } => values.len() + size_of_val(&scales[..]),
        }
    }

    /// Writes row `row` in `f32`.
    pub(crate) fn read(&self, row: usize, to: &mut [f32]) {
        let at = row * self.padded;
        match &self.values {
            Values::F32(values) => to.copy_from_slice(&values[at..at + self.width]),
            Values::Bf16(values) => {
                to.iter_mut().zip(&values[at..at + self.width]).for_each(|(to, &bits)| *to = from_bf16(bits));
            }
            Values::Int8 { values, scales } => {
                for (index, (to, &value)) in to.iter_mut().zip(&values[at..at + self.width]).enumerate() {
                    *to = f32::from(value) * from_bf16(scales[(at + index) / BLOCK]);
                }
            }
        }
    }

    /// All of it in `f32`, `rows · width` values, for products with many vectors.
    pub(crate) fn widen(&self) -> Buffer {
        let mut all = Buffer::take(self.rows * self.width);
        each_row(&mut all, self.width, |row, to| self.read(row, to));
        all
    }

    /// `y = W · x`; `x` is [`padded`].
    pub(crate) fn multiply(&self, x: &[f32], y: &mut [f32]) {
        self.run(x, y, false);
    }

    /// `y += W · x`.
    pub(crate) fn multiply_add(&self, x: &[f32], y: &mut [f32]) {
        self.run(x, y, true);
    }

    fn run(&self, x: &[f32], y: &mut [f32], add: bool) {
        assert!(x.len() == self.padded && y.len() == self.rows, "a vector fits its matrix");
        let y = Shared::new(y);
        self.tasks(|rows| {
            // SAFETY: tasks have disjoint rows, `x` is as long as a row, and the level is available.
            unsafe {
                let y = y.slice(rows.clone());
                dispatch(Level::best(), Products { weights: self, x, first: rows.start, y, add });
            }
        });
    }

    /// `y = silu(gate · x) · (up · x)` for two matrices of one shape.
    pub(crate) fn swiglu(gate: &Self, up: &Self, x: &[f32], y: &mut [f32]) {
        assert!(gate.rows == up.rows && gate.width == up.width, "gate and up have one shape");
        assert!(x.len() == gate.padded && y.len() >= gate.rows, "a vector fits its matrix");
        let y = Shared::new(y);
        gate.tasks(|rows| {
            // SAFETY: tasks have disjoint rows, `x` is as long as a row, and the level is available.
            unsafe {
                let y = y.slice(rows.clone());
                dispatch(Level::best(), Gated { gate, up, x, first: rows.start, y });
            }
        });
    }

    /// Shares the rows out.
    fn tasks(&self, work: impl Fn(Range<usize>) + Sync) {
        let least = (TASK / self.padded.max(1)).max(1);
        let block = self.rows.div_ceil(2 * threads::count()).max(least).next_multiple_of(LANES);
        threads::blocks(self.rows, block, work);
    }
}

fn each_row<T: Send>(all: &mut [T], width: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let rows = all.len() / width.max(1);
    let shared = Shared::new(all);
    threads::blocks(rows, (TASK / width.max(1)).max(1), |range| {
        for row in range {
            // SAFETY: each row belongs to one task.
            work(row, unsafe { shared.slice(row * width..(row + 1) * width) });
        }
    });
}

/// Writes a block in 8 bits and returns its scale: the smallest bf16 that keeps all values within 127 steps. A block with
/// a value that is no number has a scale that is none, so that it shows in every product.
fn quantize_block(from: &[f32], to: &mut [i8]) -> u16 {
    if !from.iter().all(|value| value.is_finite()) {
        to.fill(1);
        return to_bf16(f32::NAN);
    }
    let largest = from.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
    let mut scale = to_bf16(largest / 127.0);
    if from_bf16(scale) * 127.0 < largest {
        scale += 1;
    }
    let inverse = if scale == 0 { 0.0 } else { 1.0 / from_bf16(scale) };
    for (to, value) in to.iter_mut().zip(from) {
        *to = (value * inverse).round_ties_even().clamp(-127.0, 127.0) as i8;
    }
    scale
}

/// Products of some rows with one vector.
struct Products<'a> {
    weights: &'a Rows,
    x: &'a [f32],
    first: usize,
    y: &'a mut [f32],
    add: bool,
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (row, y) in self.y.iter_mut().enumerate() {
            // SAFETY: passed on to the caller.
            let sum = unsafe { product::<S>(self.weights, self.first + row, self.x) };
            *y = if self.add { *y + sum } else { sum };
        }
    }
}

struct Gated<'a> {
    gate: &'a Rows,
    up: &'a Rows,
    x: &'a [f32],
    first: usize,
    y: &'a mut [f32],
}

impl Kernel for Gated<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        for (block, y) in self.y.chunks_mut(LANES).enumerate() {
            let start = self.first + block * LANES;
            let mut gates = [0.0; LANES];
            // SAFETY: passed on to the caller; sixteen lanes are there to read and write.
            unsafe {
                for (row, gate) in gates.iter_mut().enumerate().take(y.len()) {
                    *gate = product::<S>(self.gate, start + row, self.x);
                }
                let v = S::load(gates.as_ptr());
                S::store(gates.as_mut_ptr(), S::mul(v, S::sigmoid(v)));
                for (row, y) in y.iter_mut().enumerate() {
                    *y = gates[row] * product::<S>(self.up, start + row, self.x);
                }
            }
        }
    }
}

/// Row `row` times a vector.
///
/// # Safety
/// `x` is as long as a padded row; the level's instructions are there.
#[inline(always)]
unsafe fn product<S: Simd>(weights: &Rows, row: usize, x: &[f32]) -> f32 {
    let at = row * weights.padded;
    let own = at..at + weights.padded;
    // SAFETY: the row is there, the vector is as long.
    unsafe {
        match &weights.values {
            Values::F32(values) => dot::<S, f32>(&values[own], x),
            Values::Bf16(values) => dot::<S, u16>(&values[own], x),
            Values::Int8 { values, scales } => dot_scaled::<S>(&values[own], &scales[at / BLOCK..], x),
        }
    }
}

/// What sixteen lanes can be widened from.
trait Weight: Copy {
    unsafe fn load<S: Simd>(from: *const Self) -> S::Vector;
}

impl Weight for f32 {
    #[inline(always)]
    unsafe fn load<S: Simd>(from: *const Self) -> S::Vector {
        // SAFETY: the caller's.
        unsafe { S::load(from) }
    }
}

impl Weight for u16 {
    #[inline(always)]
    unsafe fn load<S: Simd>(from: *const Self) -> S::Vector {
        // SAFETY: the caller's.
        unsafe { S::load_bf16(from) }
    }
}

/// A row times a vector. One row after the other is one stream of memory, which processors fetch ahead best; sums of
/// [`CHAINS`] places don't wait for each other.
///
/// # Safety
/// Both are whole blocks and of one length; the level's instructions are there.
#[inline(always)]
unsafe fn dot<S: Simd, W: Weight>(row: &[W], x: &[f32]) -> f32 {
    let (row, x, long) = (row.as_ptr(), x.as_ptr(), row.len());
    // SAFETY: places are below `long`.
    unsafe {
        let mut sums = [S::splat(0.0); CHAINS];
        let whole = long - long % (CHAINS * LANES);
        for k in (0..whole).step_by(CHAINS * LANES) {
            for (chain, sum) in sums.iter_mut().enumerate() {
                let k = k + chain * LANES;
                *sum = S::fma(W::load::<S>(row.add(k)), S::load(x.add(k)), *sum);
            }
        }
        for k in (whole..long).step_by(LANES) {
            sums[0] = S::fma(W::load::<S>(row.add(k)), S::load(x.add(k)), sums[0]);
        }
        fold::<S>(sums)
    }
}

/// As [`dot`], for a row in 8 bits with its scales.
#[inline(always)]
unsafe fn dot_scaled<S: Simd>(row: &[i8], scales: &[u16], x: &[f32]) -> f32 {
    let (row, x, blocks) = (row.as_ptr(), x.as_ptr(), row.len() / BLOCK);
    let scales = scales[..blocks].as_ptr();
    // SAFETY: there are `blocks` blocks and scales.
    unsafe {
        let mut sums = [S::splat(0.0); CHAINS];
        let whole = blocks - blocks % CHAINS;
        for block in (0..whole).step_by(CHAINS) {
            for (chain, sum) in sums.iter_mut().enumerate() {
                *sum = add_block::<S>(row, scales, x, block + chain, *sum);
            }
        }
        for block in whole..blocks {
            sums[0] = add_block::<S>(row, scales, x, block, sums[0]);
        }
        fold::<S>(sums)
    }
}

#[inline(always)]
unsafe fn add_block<S: Simd>(
    row: *const i8,
    scales: *const u16,
    x: *const f32,
    block: usize,
    sum: S::Vector,
) -> S::Vector {
    let k = block * BLOCK;
    // SAFETY: the block is one of the row's.
    unsafe {
        let part = S::mul(S::load_i8(row.add(k)), S::load(x.add(k)));
        let part = S::fma(S::load_i8(row.add(k + LANES)), S::load(x.add(k + LANES)), part);
        S::fma(part, S::splat(from_bf16(*scales.add(block))), sum)
    }
}

#[inline(always)]
unsafe fn fold<S: Simd>([a, b, c, d]: [S::Vector; CHAINS]) -> f32 {
    // SAFETY: the level's instructions are there.
    unsafe { S::sum(S::add(S::add(a, b), S::add(c, d))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(seed: u64, len: usize) -> Vec<f32> {
        let mut stream = crate::random::Stream::new("rows", seed, &[]);
        (0..len).map(|_| stream.normal() as f32).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn prop_products_are_those_of_the_kept_values(rows in 1usize..40, width in 1usize..200, seed in 0u64..99) {
            let (weights, mut x) = (values(seed, rows * width), values(seed + 1, width));
            x.resize(padded(width), 0.0);
            for (quantize, error) in [(Quantize::None, 0.0), (Quantize::Bf16, 1.0 / 256.0), (Quantize::Int8, 0.025)] {
                let kept = Rows::new(&weights, rows, width, quantize);
                let wide = kept.widen();
                let far = wide.iter().zip(&weights).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                prop_assert!(far <= error * 5.0, "{quantize:?} is off by {far}");
                let mut y = vec![1.0; rows];
                kept.multiply_add(&x, &mut y);
                for (row, got) in y.iter().enumerate() {
                    let terms = wide[row * width..][..width].iter().zip(&x).map(|(w, x)| f64::from(w * x));
                    let want = 1.0 + terms.sum::<f64>();
                    prop_assert!((f64::from(*got) - want).abs() < 1e-3, "{quantize:?}: {got} instead of {want}");
                }
            }
        }
    }

    #[test]
    fn blocks_of_8_bits_use_their_whole_range_and_no_more() {
        for largest in [1.0f32, 0.003, 7e4, 1e-30] {
            let from: Vec<f32> = (0..BLOCK).map(|i| largest * (i as f32 / 31.0 * 2.0 - 1.0)).collect();
            let mut to = [0i8; BLOCK];
            let scale = from_bf16(quantize_block(&from, &mut to));
            assert!(to[0] == -to[BLOCK - 1] && to[BLOCK - 1] >= 126);
            assert!(from.iter().zip(to).all(|(value, q)| (value - f32::from(q) * scale).abs() <= 0.51 * scale));
        }
        for bad in [f32::NAN, f32::INFINITY] {
            let mut row = [1.0; 2 * BLOCK];
            row[BLOCK + 3] = bad;
            let kept = Rows::new(&row, 1, 2 * BLOCK, Quantize::Int8);
            let mut y = [0.0];
            kept.multiply(&[1.0; 2 * BLOCK], &mut y);
            assert!(y[0].is_nan());
        }
        let mut to = [1i8; BLOCK];
        assert_eq!((quantize_block(&[0.0; BLOCK], &mut to), to), (0, [0; BLOCK]));
    }
}
