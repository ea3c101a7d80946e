//! The processor's kernels: what NeuroLLM spends its time in, on plain slices.
//!
//! Nothing here knows of tensors or of the model. Each kernel is written once over sixteen lanes ([`simd`]) and compiled
//! for every [`Level`]; the best one is chosen when the program runs. Invariants: results depend on shapes and values
//! alone, never on the number of threads; sizes are checked on entry, before any pointer is used; every `unsafe` of
//! the crate but the memory maps and one allocator call is in this folder.
#![allow(unsafe_code, reason = "vector instructions and threads that share a result need it; see each SAFETY comment")]
#![allow(
    clippy::struct_field_names,
    clippy::many_single_char_names,
    clippy::needless_pass_by_value,
    reason = "sizes and operands have the names of the formulas; places for results are handed over"
)]
#![allow(
    clippy::inline_always,
    reason = "what isn't inlined into a function with the instructions is compiled without"
)]

mod adamw;
pub(crate) mod attention;
mod buffers;
pub(crate) mod cached;
pub(crate) mod feed_forward;
mod gemm;
pub(crate) mod head;
mod kept;
mod level;
pub mod meter;
pub(crate) mod norm;
pub(crate) mod rotary;
pub(crate) mod rows;
mod simd;
pub(crate) mod threads;

pub(crate) use adamw::{Update, is_finite, sum_of_squares};
pub(crate) use buffers::Buffer;
pub use buffers::release;
pub(crate) use gemm::{Matrix, Packed, multiply};
pub use level::Level;
pub use rows::Quantize;

/// The numbers that products are computed with. Sums are `f32` either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compute {
    /// 24 significant bits.
    #[default]
    F32,
    /// Factors rounded to bf16: 8 significant bits, twice the speed or more where the processor has such products.
    Bf16,
}

/// What kernels run with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Engine {
    level: Level,
    compute: Compute,
}

impl Engine {
    /// The best this processor has.
    pub(crate) fn new(compute: Compute) -> Self {
        Self { level: Level::best(), compute }
    }

    /// With products in `f32`: attention's weights and their slopes are differences of large values, and rounding them
    /// costs more quality than time (measured: two percent of the loss of `nano` at step 240).
    fn exact(self) -> Self {
        Self { compute: Compute::F32, ..self }
    }

    fn is_bf16(self) -> bool {
        self.compute == Compute::Bf16
    }

    /// Columns of a packed panel, and its values for `depth` inner steps.
    fn panel(self, depth: usize) -> (usize, usize) {
        match (self.level, self.compute) {
            (Level::Portable | Level::Avx2, _) => (simd::LANES, depth * simd::LANES),
            (Level::Avx512Bf16, Compute::Bf16) => (2 * simd::LANES, depth.div_ceil(2) * 2 * simd::LANES),
            (Level::Avx512 | Level::Avx512Bf16, _) => (2 * simd::LANES, depth * 2 * simd::LANES),
        }
    }
}

/// A slice whose disjoint parts are written by several threads.
pub(crate) struct Shared<T> {
    first: *mut T,
    len: usize,
}

// SAFETY: parts are handed out by `slice`, whose caller sees to it that no two overlap.
unsafe impl<T: Send> Sync for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(values: &mut [T]) -> Self {
        Self { first: values.as_mut_ptr(), len: values.len() }
    }

    fn pointer(&self) -> *mut T {
        self.first
    }

    /// # Safety
    /// The slice that this was made from is still borrowed for it, and no other part in use overlaps `range`.
    #[allow(clippy::mut_from_ref, reason = "disjointness is the caller's promise")]
    pub(crate) unsafe fn slice(&self, range: std::ops::Range<usize>) -> &mut [T] {
        assert!(range.start <= range.end && range.end <= self.len, "a part lies within the whole");
        // SAFETY: within the slice, and alone by contract.
        unsafe { std::slice::from_raw_parts_mut(self.first.add(range.start), range.len()) }
    }
}
