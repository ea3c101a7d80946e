//! Matrix products on all threads.
//!
//! The right-hand side is packed once into panels of a tile's width; row blocks of the left-hand side are packed by the
//! thread that multiplies them (Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication").
//! Invariant: every element is one chain of fused multiply-adds along the inner dimension, in order, whatever the
//! blocking, the number of threads or the level; so `f32` results are the same bits on every such machine.

mod pack;
mod tile;

pub(super) use pack::Source;
pub(super) use tile::{Tile, TileKernel, dispatch_tile};

use super::buffers::Buffer;
use super::threads;
use super::{Engine, Shared};
use pack::{pack, pack_blocks};
use std::ops::Range;

/// Inner steps per block, so that a panel of the right-hand side stays in the first-level cache.
const DEPTH: usize = 256;

/// A matrix in memory, seen with strides.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row after row.
    pub(crate) fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::strided(values, rows, columns, columns)
    }

    /// Rows that begin `stride` values apart.
    pub(crate) fn strided(values: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        let end = if rows == 0 { 0 } else { (rows - 1) * stride + columns };
        assert!(end <= values.len() && columns <= stride, "a matrix lies within its values");
        Self { values, rows, columns, row_stride: stride, column_stride: 1 }
    }

    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Its rows as lanes of a panel.
    fn by_rows(&self, rows: Range<usize>) -> Source {
        Source {
            first: self.values[(rows.start * self.row_stride).min(self.values.len())..].as_ptr(),
            lanes: rows.len(),
            lane_stride: self.row_stride,
            depth_stride: self.column_stride,
        }
    }

    /// Its columns as lanes of a panel.
    fn by_columns(&self, columns: Range<usize>) -> Source {
        self.transposed().by_rows(columns)
    }
}

/// The right-hand side of a product, in panels: for each inner step the values of a tile's columns side by side.
pub(crate) struct Packed {
    panels: Buffer,
    engine: Engine,
    depth: usize,
    columns: usize,
}

/// Values in a panel.
fn panel_len<T: Tile>(depth: usize) -> usize {
    depth.div_ceil(T::STEPS) * T::COLUMNS
}

impl Packed {
    /// Packs matrices of the same number of rows as one, side by side.
    pub(crate) fn new(engine: Engine, parts: &[Matrix<'_>]) -> Self {
        let depth = parts.first().map_or(0, |part| part.rows);
        assert!(parts.iter().all(|part| part.rows == depth), "parts of one matrix have as many rows");
        let columns = parts.iter().map(|part| part.columns).sum();
        let (panel_columns, panel) = engine.panel(depth);
        let panels = usize::div_ceil(columns, panel_columns);
        let mut buffer = Buffer::take(panels * panel);
        let target = Shared::new(&mut buffer);
        threads::blocks(panels, (8192 / panel.max(1)).max(1), |range| {
            for index in range {
                // SAFETY: each panel is written by one task.
                let to = unsafe { target.slice(index * panel..(index + 1) * panel) };
                let columns = index * panel_columns..((index + 1) * panel_columns).min(columns);
                // SAFETY: the engine's level is available.
                unsafe { dispatch_tile(engine, PackPanel { parts, depth, columns, to }) };
            }
        });
        Self { panels: buffer, engine, depth, columns }
    }

    /// All of it.
    pub(super) fn view(&self) -> Panels<'_> {
        let (_, panel) = self.engine.panel(self.depth);
        Panels { panels: &self.panels, panel, depth: self.depth, columns: self.columns }
    }
}

/// Packed panels, or some inner steps of them.
#[derive(Clone, Copy)]
pub(super) struct Panels<'a> {
    /// From the first inner step of the first panel.
    panels: &'a [f32],
    /// Values from one panel to the next.
    panel: usize,
    depth: usize,
    columns: usize,
}

impl Panels<'_> {
    /// Inner steps `steps`, which begin at an even one.
    pub(super) fn steps<T: Tile>(self, steps: Range<usize>) -> Self {
        Self { panels: &self.panels[steps.start / T::STEPS * T::COLUMNS..], depth: steps.len(), ..self }
    }

    /// The panels that hold `columns`, which begin at a panel's first.
    pub(super) fn columns<T: Tile>(self, columns: Range<usize>) -> Self {
        Self { panels: &self.panels[columns.start / T::COLUMNS * self.panel..], columns: columns.len(), ..self }
    }

    fn all<T: Tile>(&self) -> Range<usize> {
        0..self.columns.div_ceil(T::COLUMNS)
    }
}

/// Packs rows or columns into `buffer`, on this thread.
///
/// # Safety
/// `source` is valid for `depth` steps.
#[inline(always)]
pub(super) unsafe fn pack_panels<'a, T: Tile>(source: &Source, depth: usize, buffer: &'a mut Buffer) -> Panels<'a> {
    let panel = panel_len::<T>(depth);
    let panels = source.lanes.div_ceil(T::COLUMNS);
    assert!(buffer.len() >= panels * panel, "the buffer has room for all panels");
    for index in 0..panels {
        let part = source.part(index * T::COLUMNS, T::COLUMNS, 0);
        // SAFETY: checked above, and by contract.
        unsafe { pack::<T>(&part, depth, T::COLUMNS, 0, true, buffer[index * panel..].as_mut_ptr()) };
    }
    Panels { panels: buffer, panel, depth, columns: source.lanes }
}

/// Values that [`pack_panels`] needs room for, at most, whichever tile it packs for.
pub(super) fn panels_len(lanes: usize, depth: usize) -> usize {
    lanes.next_multiple_of(2 * super::simd::LANES) * depth.next_multiple_of(2)
}

struct PackPanel<'a> {
    parts: &'a [Matrix<'a>],
    depth: usize,
    columns: Range<usize>,
    to: &'a mut [f32],
}

impl TileKernel for PackPanel<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        let mut before = 0;
        let mut lane = 0;
        for part in self.parts {
            let own = before..before + part.columns;
            before = own.end;
            let columns = self.columns.start.max(own.start)..self.columns.end.min(own.end);
            if columns.is_empty() {
                continue;
            }
            let source = part.by_columns(columns.start - own.start..columns.end - own.start);
            let last = columns.end == self.columns.end;
            // SAFETY: the panel has room for all columns and the source for `depth` steps.
            unsafe { pack::<T>(&source, self.depth, T::COLUMNS, lane, last, self.to.as_mut_ptr()) };
            lane += columns.len();
        }
    }
}

/// `c[rows, columns] = a · b`, or `c += a · b`, where the rows of `c` begin `stride` values apart.
pub(crate) fn multiply(a: Matrix<'_>, b: &Packed, c: &mut [f32], stride: usize, accumulate: bool) {
    assert!(a.columns == b.depth && b.columns <= stride, "the shapes of a product fit");
    assert!(a.rows == 0 || c.len() >= (a.rows - 1) * stride + b.columns, "the result has room");
    if a.columns == 0 && !accumulate {
        c.fill(0.0);
    }
    let (panel_columns, _) = b.engine.panel(1);
    let panels = b.columns.div_ceil(panel_columns);
    let grid = Grid::new(a.rows, panels, panel_columns);
    let c = Shared::new(c);
    threads::each(grid.tasks(), |task| {
        let (rows, panels) = grid.task(task);
        // SAFETY: tasks write disjoint tiles of `c`, which was checked to hold them; the level is available.
        unsafe { dispatch_tile(b.engine, MultiplyBlock { a, b, rows, panels, c: c.pointer(), stride, accumulate }) };
    });
}

/// How a product is cut into tasks: by rows, and by columns too where there are few rows.
struct Grid {
    rows: usize,
    row_block: usize,
    panels: usize,
    panel_block: usize,
}

impl Grid {
    fn new(rows: usize, panels: usize, panel_columns: usize) -> Self {
        // The larger a block of rows, the fewer times the panels are read; the rows are packed again for each cut of the
        // columns, so those are cut no finer than 192 at a time.
        let wanted = 6 * threads::count();
        let finest = (192 / panel_columns).max(1);
        let cuts = panels.div_ceil(finest);
        let enough = |block: &usize| rows.div_ceil(*block) * cuts >= wanted;
        let row_block = [96, 48, 24].into_iter().find(enough).unwrap_or(12);
        let row_blocks = rows.div_ceil(row_block).max(1);
        let panel_block = panels.div_ceil(wanted.div_ceil(row_blocks)).max(finest);
        Self { rows, row_block, panels, panel_block }
    }

    fn tasks(&self) -> usize {
        self.rows.div_ceil(self.row_block) * self.panels.div_ceil(self.panel_block)
    }

    fn task(&self, task: usize) -> (Range<usize>, Range<usize>) {
        let row_blocks = self.rows.div_ceil(self.row_block);
        let (row, panel) = (task % row_blocks * self.row_block, task / row_blocks * self.panel_block);
        (row..(row + self.row_block).min(self.rows), panel..(panel + self.panel_block).min(self.panels))
    }
}

struct MultiplyBlock<'a> {
    a: Matrix<'a>,
    b: &'a Packed,
    rows: Range<usize>,
    panels: Range<usize>,
    c: *mut f32,
    stride: usize,
    accumulate: bool,
}

impl TileKernel for MultiplyBlock<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<T: Tile>(self) {
        // SAFETY: passed on from the caller.
        unsafe {
            let c = self.c.add(self.rows.start * self.stride);
            let rows = self.a.by_rows(self.rows);
            multiply_panels::<T>(&rows, self.b.view(), self.panels, c, self.stride, self.accumulate);
        }
    }
}

/// Some rows of `a` times all of `b`, on this thread; `c` points to the first row.
///
/// # Safety
/// `a` is valid for the inner dimension of `b`, `c` for all rows and columns written, and nothing else writes there.
#[inline(always)]
pub(super) unsafe fn multiply_rows<T: Tile>(a: &Source, b: Panels<'_>, c: *mut f32, stride: usize, accumulate: bool) {
    // SAFETY: passed on to the caller.
    unsafe { multiply_panels::<T>(a, b, b.all::<T>(), c, stride, accumulate) }
}

/// As [`multiply_rows`], with some panels of `b`.
#[inline(always)]
unsafe fn multiply_panels<T: Tile>(
    a: &Source,
    b: Panels<'_>,
    panels: Range<usize>,
    c: *mut f32,
    stride: usize,
    accumulate: bool,
) {
    let blocks = a.lanes.div_ceil(T::ROWS);
    let block_depth = DEPTH * T::STEPS;
    // Blocks before this one are multiplied where they lie.
    let direct = if T::DIRECT && a.depth_stride == 1 { a.lanes / T::ROWS } else { 0 };
    let mut packed = Buffer::take((blocks - direct) * T::ROWS * DEPTH);
    for start in (0..b.depth).step_by(block_depth) {
        let depth = block_depth.min(b.depth - start);
        let steps = depth.div_ceil(T::STEPS);
        // SAFETY: the buffer has room for all blocks.
        unsafe { pack_blocks::<T>(&a.part(direct * T::ROWS, a.lanes, start), depth, T::ROWS * DEPTH, &mut packed) };
        for index in panels.clone() {
            let columns = T::COLUMNS.min(b.columns - index * T::COLUMNS);
            let right = b.panels[index * b.panel + start / T::STEPS * T::COLUMNS..].as_ptr();
            for block in 0..direct {
                // SAFETY: the rows and the panel hold `steps` steps, and the tile lies within `c`.
                unsafe {
                    let to = c.add(block * T::ROWS * stride + index * T::COLUMNS);
                    let rows = (a.first.add(block * T::ROWS * a.lane_stride + start), a.lane_stride);
                    T::multiply_direct(steps, rows, right, to, stride, columns, accumulate || start > 0);
                }
            }
            for block in direct..blocks {
                let left = packed[(block - direct) * T::ROWS * DEPTH..].as_ptr();
                let rows = T::ROWS.min(a.lanes - block * T::ROWS);
                // SAFETY: both panels hold `steps` steps, and the tile lies within `c`.
                unsafe {
                    let to = c.add(block * T::ROWS * stride + index * T::COLUMNS);
                    T::multiply(steps, left, right, to, stride, [rows, columns], accumulate || start > 0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
