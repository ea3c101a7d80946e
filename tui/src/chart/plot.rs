//! The points of a chart, thinned to the columns there are, and their drawing.
//!
//! Invariant: after one pass over the points there are never more values than columns of dots.

use super::LossChart;
use super::dots::{self, Dots};
use super::scale::Scale;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns to each mark of the held-out loss, so that marks stay apart and the curve shows between them.
const MARK_COLUMNS: usize = 4;

/// What is drawn.
pub(super) struct Plot {
    /// Columns of the training loss and its mean in them, in their order.
    train: Vec<(usize, f64)>,
    /// Columns of the held-out loss and its newest value in them, in their order.
    val: Vec<(usize, f64)>,
}

impl Plot {
    /// Thins the points of a chart to a width.
    pub(super) fn thin(chart: &LossChart<'_>, width: u16, steps: (u64, u64)) -> Self {
        let across = if chart.ascii { 1 } else { dots::ACROSS };
        let width = usize::from(width);
        let train = means(chart.train, steps, width * across);
        let val = newest(chart.val, steps, width);
        Self { train, val }
    }

    /// The scale that shows nearly all of it.
    pub(super) fn scale(&self, rows: u16, log_scale: bool) -> Option<Scale> {
        let shown = self.train.iter().chain(&self.val).map(|(_, loss)| *loss).collect();
        Scale::fitting(shown, usize::from(rows), log_scale)
    }

    /// Draws it on all of an area.
    pub(super) fn draw(&self, scale: &Scale, area: Rect, chart: &LossChart<'_>, buf: &mut Buffer) {
        let (columns, rows) = (usize::from(area.width), usize::from(area.height));
        let mut put = |column: usize, row: usize, sign: char, style| {
            if let Some(cell) = buf.cell_mut((area.x + column as u16, area.y + row as u16)) {
                cell.set_char(sign).set_style(style);
            }
        };
        if chart.ascii {
            let at = |(column, loss): (usize, f64)| (column, scale.row(loss, rows));
            for pair in self.train.windows(2) {
                dots::line(at(pair[0]), at(pair[1]), |column, row| put(column, row, '.', chart.styles.train));
            }
            for (column, row) in self.train.iter().map(|point| at(*point)) {
                put(column, row, '*', chart.styles.train);
            }
        } else {
            let mut grid = Dots::new(columns, rows);
            let at = |(column, loss): (usize, f64)| (column, scale.row(loss, rows * dots::DOWN));
            for pair in self.train.windows(2) {
                dots::line(at(pair[0]), at(pair[1]), |x, y| grid.set(x, y));
            }
            if let [point] = self.train[..] {
                let (x, y) = at(point);
                grid.set(x, y);
            }
            for (column, row, character) in grid.cells() {
                put(column, row, character, chart.styles.train);
            }
        }
        for (column, loss) in &self.val {
            put(*column, scale.row(*loss, rows), chart.signs().val, chart.styles.val);
        }
    }
}

/// Which of a number of columns a step belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    first: u64,
    last: usize,
    per_step: f64,
}

impl Columns {
    /// `count` columns from the first to the last step.
    pub(super) fn new((first, last): (u64, u64), count: usize) -> Self {
        let columns = count.saturating_sub(1);
        Self { first, last: columns, per_step: columns as f64 / last.saturating_sub(first).max(1) as f64 }
    }

    /// The column of a step.
    pub(super) fn of(self, step: u64) -> usize {
        // Steps beyond 2^53 are off by less than a column. Truncated, as `round` costs more than all else here.
        ((step.saturating_sub(self.first) as f64 * self.per_step + 0.5) as usize).min(self.last)
    }
}

/// The mean in each column that has points.
fn means(points: &[(u64, f64)], steps: (u64, u64), count: usize) -> Vec<(usize, f64)> {
    let columns = Columns::new(steps, count);
    let mut sums = vec![(0.0, 0.0); count];
    for (step, loss) in points.iter().filter(|(_, loss)| loss.is_finite()) {
        if let Some((sum, count)) = sums.get_mut(columns.of(*step)) {
            *sum += loss;
            *count += 1.0;
        }
    }
    let means = sums.into_iter().map(|(sum, count)| sum / count).enumerate();
    // No points: 0 / 0. And a sum of huge values may be infinite.
    means.filter(|(_, mean)| mean.is_finite()).collect()
}

/// The newest point of each few columns, at its own column.
fn newest(points: &[(u64, f64)], steps: (u64, u64), count: usize) -> Vec<(usize, f64)> {
    let columns = Columns::new(steps, count);
    let mut newest: Vec<Option<(u64, f64)>> = vec![None; count.div_ceil(MARK_COLUMNS)];
    for (step, loss) in points.iter().filter(|(_, loss)| loss.is_finite()) {
        // Counted from the right, so that the last mark is the last point.
        let back = (columns.last - columns.of(*step)) / MARK_COLUMNS;
        if let Some(place) = newest.get_mut(back)
            && place.is_none_or(|(other, _)| other <= *step)
        {
            *place = Some((*step, *loss));
        }
    }
    newest.into_iter().flatten().rev().map(|(step, loss)| (columns.of(step), loss)).collect()
}
