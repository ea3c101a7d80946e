//! The feed-forward half of a layer, forward and backward: `x + down(silu(gate(norm x)) · up(norm x))`.
//!
//! `SwiGLU` is Shazeer 2020, arXiv:2002.05202. A block of rows goes through everything while it is in the cache. Kept for
//! the way back are each row's norm and the gate and up values; the rest is computed again. Invariant: rows are
//! independent of each other but in the gradients by the weights, which are added up in their order.

use super::gemm::{Source, Tile, TileKernel, dispatch_tile, multiply_rows};
use super::level::{Kernel, Level, dispatch};
use super::simd::{self, LANES, Simd};
use super::{Buffer, Engine, Matrix, Packed, Shared, multiply, norm, threads};

/// Rows that go through the block together. Fixed, because partial sums of the norm's gradient are one a block.
pub(super) const ROWS: usize = 48;

/// The weights; linear maps are `[in, out]`.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a> {
    /// `[hidden]`.
    pub(crate) norm: &'a [f32],
    /// `[hidden, ffn]`.
    pub(crate) gate: &'a [f32],
    /// `[hidden, ffn]`.
    pub(crate) up: &'a [f32],
    /// `[ffn, hidden]`.
    pub(crate) down: &'a [f32],
    /// Added to the mean square.
    pub(crate) eps: f32,
}

impl Weights<'_> {
    fn hidden(&self) -> usize {
        self.norm.len()
    }

    fn ffn(&self) -> usize {
        self.gate.len() / self.hidden()
    }

    fn check(&self, x: &[f32], out: &[f32]) -> usize {
        let (hidden, ffn) = (self.hidden(), self.ffn());
        assert!([self.gate.len(), self.up.len(), self.down.len()] == [hidden * ffn; 3], "weights have one shape");
        assert!(x.len() == out.len() && x.len().is_multiple_of(hidden), "input and output are whole rows");
        x.len() / hidden
    }
}

/// What the way back needs beside the input.
#[derive(Debug)]
pub(crate) struct Kept {
    /// `1 / root mean square` of each row.
    inverse: Buffer,
    /// Gate and up of each row, side by side; in bf16, two to a place, where products are computed in that.
    gate_up: Buffer,
}

/// Places that the gate and up values of a row are kept in.
fn kept_width(engine: Engine, ffn: usize) -> usize {
    if engine.is_bf16() { ffn } else { 2 * ffn }
}

/// Where gradients by the weights go.
pub(crate) struct Gradients<'a> {
    /// Shaped like the weights of the same name.
    pub(crate) norm: &'a mut [f32],
    /// As above.
    pub(crate) gate: &'a mut [f32],
    /// As above.
    pub(crate) up: &'a mut [f32],
    /// As above.
    pub(crate) down: &'a mut [f32],
    /// Whether they are added to what is there.
    pub(crate) accumulate: bool,
}

/// Computes the block into `out`.
pub(crate) fn forward(engine: Engine, weights: Weights<'_>, x: &[f32], out: &mut [f32]) -> Kept {
    let rows = weights.check(x, out);
    let (hidden, ffn) = (weights.hidden(), weights.ffn());
    let gate_up = [weights.gate, weights.up].map(|map| Matrix::new(map, hidden, ffn));
    let gate_up = Packed::new(engine, &gate_up);
    let down = Packed::new(engine, &[Matrix::new(weights.down, ffn, hidden)]);
    let width = kept_width(engine, ffn);
    let mut kept = Kept { inverse: Buffer::take(rows), gate_up: Buffer::take(rows * width) };
    let (inverse, gates) = (Shared::new(&mut kept.inverse), Shared::new(&mut kept.gate_up));
    let out = Shared::new(out);
    threads::blocks(rows, ROWS, |rows| {
        // SAFETY: blocks of rows are disjoint, and the engine's level is available.
        unsafe {
            let part = Forward {
                weights,
                gate_up: &gate_up,
                down: &down,
                x: &x[rows.start * hidden..rows.end * hidden],
                out: out.slice(rows.start * hidden..rows.end * hidden),
                inverse: inverse.slice(rows.clone()),
                kept: gates.slice(rows.start * width..rows.end * width),
            };
            dispatch_tile(engine, part);
        }
    });
    kept
}

struct Forward<'a> {
    weights: Weights<'a>,
    gate_up: &'a Packed,
    down: &'a Packed,
    x: &'a [f32],
    out: &'a mut [f32],
    inverse: &'a mut [f32],
    kept: &'a mut [f32],
}

impl TileKernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let (hidden, ffn) = (self.weights.hidden(), self.weights.ffn());
        let rows = self.inverse.len();
        let mut normed = Buffer::take(ROWS * hidden);
        let mut product = Buffer::take(ROWS * ffn);
        let narrow = self.kept.len() == rows * ffn;
        let mut wide = Buffer::take(if narrow { ROWS * 2 * ffn } else { 1 });
        let gates = if narrow { &mut wide[..rows * 2 * ffn] } else { &mut *self.kept };
        // SAFETY: every buffer holds `rows` rows of its width.
        unsafe {
            for row in 0..rows {
                let at = row * hidden..(row + 1) * hidden;
                let (x, y) = (&self.x[at.clone()], &mut normed[at]);
                self.inverse[row] = norm::forward::<T::Lanes>(x, self.weights.norm, self.weights.eps, y);
            }
            let a = Source::rows(&normed, rows, hidden);
            multiply_rows::<T>(&a, self.gate_up.view(), gates.as_mut_ptr(), 2 * ffn, false);
            for row in 0..rows {
                let (gate, up) = gates[row * 2 * ffn..(row + 1) * 2 * ffn].split_at(ffn);
                swiglu::<T::Lanes>(gate, up, &mut product[row * ffn..(row + 1) * ffn]);
            }
            if narrow {
                simd::narrow::<T::Lanes>(&wide[..rows * 2 * ffn], self.kept);
            }
            self.out.copy_from_slice(self.x);
            let a = Source::rows(&product, rows, ffn);
            multiply_rows::<T>(&a, self.down.view(), self.out.as_mut_ptr(), hidden, true);
        }
    }
}

/// `silu(gate) · up` of rows that hold both side by side.
pub(crate) fn activate(gate_up: &[f32], ffn: usize, out: &mut [f32]) {
    struct Rows<'a>(&'a [f32], usize, &'a mut [f32]);
    impl Kernel for Rows<'_> {
        type Output = ();
        #[inline(always)]
        unsafe fn run<S: Simd>(self) {
            for (from, to) in self.0.chunks_exact(2 * self.1).zip(self.2.chunks_exact_mut(self.1)) {
                let (gate, up) = from.split_at(self.1);
                // SAFETY: the level's instructions are there by contract.
                unsafe { swiglu::<S>(gate, up, to) };
            }
        }
    }
    let out = Shared::new(out);
    threads::blocks(gate_up.len() / (2 * ffn), ROWS, |rows| {
        // SAFETY: blocks of rows are disjoint, and the level is available.
        unsafe {
            let from = &gate_up[rows.start * 2 * ffn..rows.end * 2 * ffn];
            dispatch(Level::best(), Rows(from, ffn, out.slice(rows.start * ffn..rows.end * ffn)));
        }
    });
}

/// `gate · sigmoid(gate) · up`.
#[inline(always)]
unsafe fn swiglu<S: Simd>(gate: &[f32], up: &[f32], out: &mut [f32]) {
    let width = out.len();
    assert!(gate.len() == width && up.len() == width, "gate and up are as wide as the result");
    // SAFETY: all slices are `width` long.
    unsafe {
        for at in (0..width).step_by(LANES) {
            let count = width - at;
            let (g, u) = (S::load_part(gate.as_ptr().add(at), count), S::load_part(up.as_ptr().add(at), count));
            S::store_part(out.as_mut_ptr().add(at), S::mul(S::mul(g, S::sigmoid(g)), u), count);
        }
    }
}

/// Replaces `grad` of [`swiglu`]'s result by its value, and writes the gradients by gate and up.
#[inline(always)]
unsafe fn swiglu_backward<S: Simd>(
    gate: &[f32],
    up: &[f32],
    grad: &mut [f32],
    grad_gate: &mut [f32],
    grad_up: &mut [f32],
) {
    let width = grad.len();
    assert!([gate.len(), up.len(), grad_gate.len(), grad_up.len()] == [width; 4], "all are of one width");
    // SAFETY: all slices are `width` long.
    unsafe {
        let one = S::splat(1.0);
        for at in (0..width).step_by(LANES) {
            let count = width - at;
            let (g, u) = (S::load_part(gate.as_ptr().add(at), count), S::load_part(up.as_ptr().add(at), count));
            let d = S::load_part(grad.as_ptr().add(at), count);
            let sigmoid = S::sigmoid(g);
            let silu = S::mul(g, sigmoid);
            // silu' = sigmoid · (1 + g · (1 - sigmoid)).
            let slope = S::mul(sigmoid, S::fma(g, S::sub(one, sigmoid), one));
            S::store_part(grad_gate.as_mut_ptr().add(at), S::mul(S::mul(d, u), slope), count);
            S::store_part(grad_up.as_mut_ptr().add(at), S::mul(d, silu), count);
            S::store_part(grad.as_mut_ptr().add(at), S::mul(silu, u), count);
        }
    }
}

/// Gradients by the input, into `grad_in`, and by the weights.
pub(crate) fn backward(
    engine: Engine,
    weights: Weights<'_>,
    x: &[f32],
    kept: &Kept,
    grad_out: &[f32],
    grad_in: &mut [f32],
    gradients: Gradients<'_>,
) {
    let rows = weights.check(x, grad_in);
    let (hidden, ffn) = (weights.hidden(), weights.ffn());
    assert!(grad_out.len() == x.len() && kept.inverse.len() == rows, "gradients belong to the input");
    let turned = |map, rows, columns| Packed::new(engine, &[Matrix::new(map, rows, columns).transposed()]);
    let (gate, up) = (turned(weights.gate, hidden, ffn), turned(weights.up, hidden, ffn));
    let down = turned(weights.down, ffn, hidden);
    let mut buffers = [rows * hidden, rows * ffn, rows * 2 * ffn, rows.div_ceil(ROWS) * hidden].map(Buffer::take);
    {
        let [normed, product, grad_gates, partials] = buffers.each_mut().map(|buffer| Shared::new(buffer));
        let grad_in = Shared::new(grad_in);
        threads::blocks(rows, ROWS, |rows| {
            let wide = |width: usize| rows.start * width..rows.end * width;
            let block = rows.start / ROWS;
            // SAFETY: blocks of rows are disjoint, and the engine's level is available.
            unsafe {
                let part = Backward {
                    weights,
                    maps: [&gate, &up, &down],
                    x: &x[wide(hidden)],
                    inverse: &kept.inverse[rows.clone()],
                    gates: &kept.gate_up[wide(kept_width(engine, ffn))],
                    grad_out: &grad_out[wide(hidden)],
                    grad_in: grad_in.slice(wide(hidden)),
                    normed: normed.slice(wide(hidden)),
                    product: product.slice(wide(ffn)),
                    grad_gates: grad_gates.slice(wide(2 * ffn)),
                    grad_norm: partials.slice(block * hidden..(block + 1) * hidden),
                };
                dispatch_tile(engine, part);
            }
        });
    }
    let [normed, product, grad_gates, partials] = &buffers;
    let add = gradients.accumulate;
    norm::add_partials(partials, hidden, gradients.norm, add);
    let by_weights = |input: &[f32], width: usize, grad: Matrix<'_>, columns: usize, to: &mut [f32]| {
        let input = Matrix::new(input, rows, width).transposed();
        multiply(input, &Packed::new(engine, &[grad]), to, columns, add);
    };
    by_weights(normed, hidden, Matrix::strided(grad_gates, rows, ffn, 2 * ffn), ffn, gradients.gate);
    let grad_ups = grad_gates.get(ffn..).unwrap_or_default();
    by_weights(normed, hidden, Matrix::strided(grad_ups, rows, ffn, 2 * ffn), ffn, gradients.up);
    by_weights(product, ffn, Matrix::new(grad_out, rows, hidden), hidden, gradients.down);
}

struct Backward<'a> {
    weights: Weights<'a>,
    /// Gate, up and down, transposed.
    maps: [&'a Packed; 3],
    x: &'a [f32],
    inverse: &'a [f32],
    gates: &'a [f32],
    grad_out: &'a [f32],
    grad_in: &'a mut [f32],
    normed: &'a mut [f32],
    product: &'a mut [f32],
    grad_gates: &'a mut [f32],
    grad_norm: &'a mut [f32],
}

impl TileKernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let (hidden, ffn) = (self.weights.hidden(), self.weights.ffn());
        let rows = self.inverse.len();
        let [gate, up, down] = self.maps.map(Packed::view);
        let mut grad_normed = Buffer::take(ROWS * hidden);
        let mut wide_gates = Buffer::take(if self.gates.len() == rows * ffn { ROWS * 2 * ffn } else { 1 });
        let wide = |row: usize, width: usize| row * width..(row + 1) * width;
        // SAFETY: every buffer holds `rows` rows of its width.
        unsafe {
            let gates = if self.gates.len() == rows * ffn {
                simd::widen::<T::Lanes>(self.gates, &mut wide_gates[..rows * 2 * ffn]);
                &wide_gates[..rows * 2 * ffn]
            } else {
                self.gates
            };
            let a = Source::rows(self.grad_out, rows, hidden);
            multiply_rows::<T>(&a, down, self.product.as_mut_ptr(), ffn, false);
            for row in 0..rows {
                let (gate, up) = gates[wide(row, 2 * ffn)].split_at(ffn);
                let (grad_gate, grad_up) = self.grad_gates[wide(row, 2 * ffn)].split_at_mut(ffn);
                swiglu_backward::<T::Lanes>(gate, up, &mut self.product[wide(row, ffn)], grad_gate, grad_up);
            }
            let mut a = Source::strided(self.grad_gates, rows, 2 * ffn);
            multiply_rows::<T>(&a, gate, grad_normed.as_mut_ptr(), hidden, false);
            a.first = a.first.wrapping_add(ffn);
            multiply_rows::<T>(&a, up, grad_normed.as_mut_ptr(), hidden, true);
            self.grad_in.copy_from_slice(self.grad_out);
            self.grad_norm.fill(0.0);
            for row in 0..rows {
                let (x, at) = (&self.x[wide(row, hidden)], wide(row, hidden));
                norm::apply::<T::Lanes>(x, self.weights.norm, self.inverse[row], &mut self.normed[at.clone()]);
                let (grad_y, grad_x) = (&grad_normed[at.clone()], &mut self.grad_in[at]);
                norm::backward::<T::Lanes>(x, self.weights.norm, self.inverse[row], grad_y, grad_x, self.grad_norm);
            }
        }
    }
}
