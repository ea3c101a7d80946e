//! Packing: some rows or columns of a matrix into a panel, where each inner step has its values side by side.

use super::Tile;
use crate::kernels::simd::{LANES, Simd};

/// Rows or columns of a matrix, as lanes of a panel.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Source {
    /// Lane 0 at step 0.
    pub(in crate::kernels) first: *const f32,
    /// How many there are.
    pub(in crate::kernels) lanes: usize,
    /// From one lane to the next.
    pub(in crate::kernels) lane_stride: usize,
    /// From one inner step to the next.
    pub(in crate::kernels) depth_stride: usize,
}

impl Source {
    /// The rows of a matrix of that width.
    pub(in crate::kernels) fn rows(values: &[f32], rows: usize, width: usize) -> Self {
        Self::strided(values, rows, width)
    }

    /// Rows that begin `stride` values apart.
    pub(in crate::kernels) fn strided(values: &[f32], rows: usize, stride: usize) -> Self {
        Self { first: values.as_ptr(), lanes: rows, lane_stride: stride, depth_stride: 1 }
    }

    /// Columns of rows that begin `stride` values apart.
    pub(in crate::kernels) fn columns(values: &[f32], columns: usize, stride: usize) -> Self {
        Self { first: values.as_ptr(), lanes: columns, lane_stride: 1, depth_stride: stride }
    }

    /// At most `lanes` lanes from `lane` on, beginning at inner step `step`.
    pub(super) fn part(&self, lane: usize, lanes: usize, step: usize) -> Self {
        Self {
            first: self.first.wrapping_add(lane * self.lane_stride + step * self.depth_stride),
            lanes: lanes.min(self.lanes - lane),
            ..*self
        }
    }
}

/// Packs rows into panels of a tile's height, which begin `apart` values from each other.
///
/// # Safety
/// The source is valid for `depth` steps and `to` for all panels.
#[inline(always)]
pub(super) unsafe fn pack_blocks<T: Tile>(source: &Source, depth: usize, apart: usize, to: &mut [f32]) {
    let whole = if T::STEPS == 1 && source.lane_stride == 1 { source.lanes / T::ROWS } else { 0 };
    let first = to.as_mut_ptr();
    // SAFETY: passed on to the caller.
    unsafe {
        // Where rows lie side by side, each step is read once and dealt out to all panels: a panel at a time would walk
        // over as many pages as there are steps, again and again.
        for step in 0..if whole > 0 { depth } else { 0 } {
            let (from, to) = (source.first.add(step * source.depth_stride), first.add(step * T::ROWS));
            for block in 0..whole {
                let (from, to) = (from.add(block * T::ROWS), to.add(block * apart));
                for lane in 0..T::ROWS {
                    *to.add(lane) = T::round_one(*from.add(lane));
                }
            }
        }
        for block in whole..source.lanes.div_ceil(T::ROWS) {
            let part = source.part(block * T::ROWS, T::ROWS, 0);
            pack::<T>(&part, depth, T::ROWS, 0, true, first.add(block * apart));
        }
    }
}

/// Writes `depth` steps of `source` into lanes `lane..` of a panel `width` lanes wide; with `last`, the lanes beyond are
/// set to 0. Odd depths of paired tiles end with half a pair of 0.
///
/// # Safety
/// The source is valid for `depth` steps and the panel for all its lanes.
#[inline(always)]
pub(super) unsafe fn pack<T: Tile>(source: &Source, depth: usize, width: usize, lane: usize, last: bool, to: *mut f32) {
    let clear = if last { width - lane - source.lanes } else { 0 };
    // SAFETY: passed on from the caller.
    unsafe {
        if clear > 0 {
            for step in 0..depth.div_ceil(T::STEPS) {
                std::ptr::write_bytes(to.add(step * width + lane + source.lanes), 0, clear);
            }
        }
        match (T::STEPS, source.lane_stride) {
            (1, 1) => copy_steps::<T>(source, depth, width, to.add(lane)),
            (1, _) => turn_steps::<T>(source, depth, width, to.add(lane)),
            (_, 1) => pair_steps::<T>(source, depth, width, to.add(lane)),
            _ => turn_pairs::<T>(source, depth, width, to.add(lane)),
        }
    }
}

/// Lanes side by side in memory.
#[inline(always)]
unsafe fn copy_steps<T: Tile>(source: &Source, depth: usize, width: usize, to: *mut f32) {
    for step in 0..depth {
        // SAFETY: as in `pack`.
        unsafe {
            let (from, to) = (source.first.add(step * source.depth_stride), to.add(step * width));
            for lane in (0..source.lanes).step_by(LANES) {
                let count = source.lanes - lane;
                let v = T::round(T::Lanes::load_part(from.add(lane), count));
                T::Lanes::store_part(to.add(lane), v, count);
            }
        }
    }
}

/// Lanes side by side in memory, two steps at a time.
#[inline(always)]
unsafe fn pair_steps<T: Tile>(source: &Source, depth: usize, width: usize, to: *mut f32) {
    for step in (0..depth).step_by(2) {
        // SAFETY: as in `pack`; the copy holds sixteen pairs.
        unsafe {
            let (from, to) = (source.first.add(step * source.depth_stride), to.add(step / 2 * width));
            for lane in (0..source.lanes).step_by(LANES) {
                let count = (source.lanes - lane).min(LANES);
                let even = T::Lanes::load_part(from.add(lane), count);
                let odd = if step + 1 < depth {
                    T::Lanes::load_part(from.add(lane + source.depth_stride), count)
                } else {
                    T::Lanes::splat(0.0)
                };
                if count == LANES {
                    T::Lanes::store_bf16_pairs(to.add(lane), even, odd);
                } else {
                    let mut copy = [0.0f32; LANES];
                    T::Lanes::store_bf16_pairs(copy.as_mut_ptr(), even, odd);
                    std::ptr::copy_nonoverlapping(copy.as_ptr(), to.add(lane), count);
                }
            }
        }
    }
}

/// Steps side by side in memory. Values are stored one by one (volatile, or the compiler would make AVX-512 scatters of
/// the loop, which take several times as long).
#[inline(always)]
unsafe fn turn_steps<T: Tile>(source: &Source, depth: usize, width: usize, to: *mut f32) {
    debug_assert_eq!(source.depth_stride, 1, "lanes or steps lie side by side");
    for lane in 0..source.lanes {
        // SAFETY: as in `pack`; the copy holds sixteen values.
        unsafe {
            let (from, to) = (source.first.add(lane * source.lane_stride), to.add(lane));
            let mut copy = [0.0f32; LANES];
            for step in (0..depth).step_by(LANES) {
                let count = (depth - step).min(LANES);
                T::Lanes::store(copy.as_mut_ptr(), T::round(T::Lanes::load_part(from.add(step), count)));
                for (offset, value) in copy.iter().enumerate().take(count) {
                    to.add((step + offset) * width).write_volatile(*value);
                }
            }
        }
    }
}

/// Steps side by side in memory, two at a time, stored as in [`turn_steps`].
#[inline(always)]
unsafe fn turn_pairs<T: Tile>(source: &Source, depth: usize, width: usize, to: *mut f32) {
    debug_assert_eq!(source.depth_stride, 1, "lanes or steps lie side by side");
    for lane in 0..source.lanes {
        // SAFETY: as in `pack`; the copy holds sixteen values of 16 bits, which are eight pairs.
        unsafe {
            let (from, to) = (source.first.add(lane * source.lane_stride), to.add(lane));
            let mut copy = [0.0f32; LANES / 2];
            for step in (0..depth).step_by(LANES) {
                let count = (depth - step).min(LANES);
                T::Lanes::store_bf16(copy.as_mut_ptr().cast(), T::Lanes::load_part(from.add(step), count));
                for (pair, value) in copy.iter().enumerate().take(count.div_ceil(2)) {
                    to.add((step / 2 + pair) * width).write_volatile(*value);
                }
            }
        }
    }
}
