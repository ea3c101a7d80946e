//! A grid of braille dots, two to a column and four to a row.
//!
//! Invariant: dots outside the grid are dropped.

/// Dots in a cell, across and down.
pub(super) const ACROSS: usize = 2;
pub(super) const DOWN: usize = 4;
/// The bit of each dot, by row and column.
const BITS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
/// The character without dots.
const BLANK: u32 = 0x2800;

/// Dots of cells, row by row.
pub(super) struct Dots {
    columns: usize,
    cells: Vec<u8>,
}

impl Dots {
    /// A grid without dots.
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, cells: vec![0; columns * rows] }
    }

    /// Sets a dot.
    pub(super) fn set(&mut self, x: usize, y: usize) {
        if x / ACROSS < self.columns
            && let Some(cell) = self.cells.get_mut(y / DOWN * self.columns + x / ACROSS)
        {
            *cell |= BITS[y % DOWN][x % ACROSS];
        }
    }

    /// Cells with dots: column, row and character.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, usize, char)> {
        let lit = self.cells.iter().enumerate().filter(|(_, bits)| **bits != 0);
        lit.filter_map(|(index, bits)| {
            let character = char::from_u32(BLANK + u32::from(*bits))?;
            Some((index % self.columns, index / self.columns, character))
        })
    }
}

/// The places of a line from one place to another, both ends with it.
pub(super) fn line(from: (usize, usize), to: (usize, usize), mut place: impl FnMut(usize, usize)) {
    let across = to.0.abs_diff(from.0);
    let down = to.1.abs_diff(from.1);
    let long = across.max(down).max(1);
    let between = |from: usize, to: usize, at: usize| {
        let part = (from.abs_diff(to) * at + long / 2) / long;
        if to < from { from - part } else { from + part }
    };
    for at in 0..=long {
        place(between(from.0, to.0, at), between(from.1, to.1, at));
    }
}
