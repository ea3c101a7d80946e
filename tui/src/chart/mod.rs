//! The loss chart: both curves of a run with their axes, on as little room as there is.
//!
//! Invariants: any points draw on any area without a panic, and nothing is written outside it; points that are no
//! numbers are left out; the points are only
//! passed over, never sorted or copied, so that a long run draws in a millisecond.

mod dots;
mod gauge;
mod plot;
mod scale;
#[cfg(test)]
mod tests;

use plot::{Columns, Plot};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use scale::Scale;

pub(crate) use gauge::{bar, newest, newest_points, sparkline, trend};

/// Said in place of curves.
const WAITING: [&str; 3] = ["waiting for the first steps", "waiting", ""];
/// Columns of curve below which an axis at its side takes more than it gives.
const COLUMNS_MIN: u16 = 10;
/// Rows from which the horizontal axis is drawn, and those that it takes.
const ROWS_MIN: u16 = 6;
const X_AXIS_ROWS: u16 = 2;
/// Columns between two labels at least.
const X_LABEL_GAP: u16 = 2;

/// Training and held-out loss over steps.
pub(crate) struct LossChart<'a> {
    /// Step and loss on training data.
    pub train: &'a [(u64, f64)],
    /// Step and loss on held-out data.
    pub val: &'a [(u64, f64)],
    /// Whether equal ratios of the loss are equally far apart.
    pub log_scale: bool,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
    /// How it looks.
    pub styles: ChartStyles,
}

/// How the parts of a chart look.
#[derive(Clone, Copy)]
pub(crate) struct ChartStyles {
    /// The curve of the training loss.
    pub train: Style,
    /// The points of the held-out loss.
    pub val: Style,
    /// The lines of the axes.
    pub axis: Style,
    /// Numbers at the axes, and words.
    pub label: Style,
}

/// What stands for what.
struct Signs {
    vertical: &'static str,
    vertical_tick: &'static str,
    corner: &'static str,
    horizontal: &'static str,
    horizontal_tick: &'static str,
    line: &'static str,
    val: char,
}

const UNICODE: Signs = Signs {
    vertical: "│",
    vertical_tick: "┤",
    corner: "└",
    horizontal: "─",
    horizontal_tick: "┬",
    line: "⠒⠒",
    val: '◆',
};
const ASCII: Signs = Signs {
    vertical: "|",
    vertical_tick: "+",
    corner: "+",
    horizontal: "-",
    horizontal_tick: "+",
    line: "**",
    val: 'o',
};

impl Widget for LossChart<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let Some((first, last)) = self.steps() else { return self.waiting(area, buf) };
        // The width of the labels follows from the values, and these from the columns they are thinned to: a width that is
        // nearly right chooses the labels, and the curve is then thinned to what they leave.
        let rows = if area.height >= ROWS_MIN { area.height - X_AXIS_ROWS } else { area.height };
        let rough = Plot::thin(&self, area.width, (first, last));
        let Some(scale) = rough.scale(rows, self.log_scale) else { return self.waiting(area, buf) };
        let labels = scale.ticks(usize::from(rows));
        let widest = labels.iter().map(|tick| tick.label.len()).max().unwrap_or_default() as u16;
        let left = if area.width >= widest + 1 + COLUMNS_MIN { widest + 1 } else { 0 };
        let inner = Rect { x: area.x + left, width: area.width - left, height: rows, ..area };
        let plot = if left == 0 { rough } else { Plot::thin(&self, inner.width, (first, last)) };
        if left > 0 {
            self.y_axis(&scale, &labels, inner, left, buf);
        }
        if rows < area.height {
            self.x_axis((first, last), inner, area, buf);
        }
        plot.draw(&scale, inner, &self, buf);
        self.legend(inner, buf);
    }
}

impl LossChart<'_> {
    fn signs(&self) -> &'static Signs {
        if self.ascii { &ASCII } else { &UNICODE }
    }

    /// The first and the last step of all that can be drawn; nothing if that is no line yet.
    fn steps(&self) -> Option<(u64, u64)> {
        let points = || self.train.iter().chain(self.val).filter(|(_, loss)| loss.is_finite());
        let range = points().fold((u64::MAX, u64::MIN), |(least, most), (step, _)| (least.min(*step), most.max(*step)));
        (range.0 < range.1).then_some(range)
    }

    fn waiting(&self, area: Rect, buf: &mut Buffer) {
        let fitting = |text: &&&str| text.len() <= usize::from(area.width);
        let text = WAITING.iter().find(fitting).copied().unwrap_or_default();
        let x = area.x + (area.width - text.len() as u16) / 2;
        buf.set_string(x, area.y + (area.height - 1) / 2, text, self.styles.label);
    }

    /// A line at the left of `inner` with the numbers before it.
    fn y_axis(&self, scale: &Scale, ticks: &[scale::Tick], inner: Rect, width: u16, buf: &mut Buffer) {
        let signs = self.signs();
        for y in inner.rows().map(|row| row.y) {
            buf.set_string(inner.x - 1, y, signs.vertical, self.styles.axis);
        }
        for tick in ticks {
            let y = inner.y + scale.row(tick.value, usize::from(inner.height)) as u16;
            let x = inner.x - width + (width - 1 - tick.label.len() as u16);
            buf.set_string(x, y, &tick.label, self.styles.label);
            buf.set_string(inner.x - 1, y, signs.vertical_tick, self.styles.axis);
        }
    }

    /// A line below `inner` with the steps below it.
    fn x_axis(&self, steps: (u64, u64), inner: Rect, area: Rect, buf: &mut Buffer) {
        let signs = self.signs();
        let y = inner.bottom();
        if inner.x > area.x {
            buf.set_string(inner.x - 1, y, signs.corner, self.styles.axis);
        }
        for x in inner.left()..inner.right() {
            buf.set_string(x, y, signs.horizontal, self.styles.axis);
        }
        let columns = Columns::new(steps, inner.width.into());
        let mut free = area.left();
        for tick in scale::step_ticks(steps, usize::from(inner.width)) {
            let column = columns.of(tick.step) as u16;
            let width = tick.label.len() as u16;
            let x = inner.x + column;
            let start = x.saturating_sub(width / 2).max(area.left()).min(area.right().saturating_sub(width));
            if start >= free && start + width <= area.right() {
                buf.set_string(x, y, signs.horizontal_tick, self.styles.axis);
                buf.set_string(start, y + 1, &tick.label, self.styles.label);
                free = start + width + X_LABEL_GAP;
            }
        }
    }

    /// The newest values, with what stands for them, in the corner where they cover nothing; at the top right otherwise.
    fn legend(&self, inner: Rect, buf: &mut Buffer) {
        let fitting = |names: &bool| self.legend_line(*names).width() + usize::from(COLUMNS_MIN) <= inner.width.into();
        let Some(line) = [true, false].iter().find(|names| fitting(names)).map(|names| self.legend_line(*names)) else {
            return;
        };
        let width = line.width() as u16;
        if inner.height < 3 || width == 0 {
            return;
        }
        let (left, right) = (inner.left() + 1, inner.right() - width);
        let corners =
            [(right, inner.top()), (left, inner.bottom() - 1), (right, inner.bottom() - 1), (left, inner.top())];
        let free =
            |&(x, y): &(u16, u16)| (x - 1..(x + width + 1).min(inner.right())).all(|x| buf[(x, y)].symbol() == " ");
        let (x, y) = corners.into_iter().find(free).unwrap_or(corners[0]);
        buf.set_line(x, y, &line, width);
    }

    fn legend_line(&self, names: bool) -> Line<'static> {
        let signs = self.signs();
        let curves = [
            (signs.line.to_owned(), "train", self.train, self.styles.train),
            (signs.val.into(), "val", self.val, self.styles.val),
        ];
        let mut spans = Vec::new();
        for (sign, name, points, style) in curves {
            let Some(loss) = newest(points).map(scale::loss) else { continue };
            let gap = if spans.is_empty() { "" } else { "  " };
            let text = if names { format!(" {name} {loss}") } else { format!(" {loss}") };
            spans.extend([Span::raw(gap), Span::styled(sign, style), Span::styled(text, self.styles.label)]);
        }
        Line::from(spans)
    }
}
