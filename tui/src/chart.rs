//! Curves and bars: the loss over the steps, and shares and paces in a few characters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

/// How the parts of a chart look.
#[derive(Clone, Copy)]
pub(crate) struct ChartStyles {
    pub train: Style,
    pub val: Style,
    pub axis: Style,
    pub label: Style,
}

/// Loss over steps.
pub(crate) struct LossChart<'a> {
    pub train: &'a [(u64, f64)],
    pub val: &'a [(u64, f64)],
    pub log_scale: bool,
    pub ascii: bool,
    pub styles: ChartStyles,
}

impl Widget for LossChart<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let values: Vec<f64> = self.train.iter().map(|point| point.1).collect();
        let line = sparkline(&values, area.width.into(), self.ascii);
        for row in area.rows() {
            buf.set_stringn(
                row.x,
                row.y,
                if self.log_scale { "log" } else { &line },
                row.width.into(),
                self.styles.train,
            );
        }
        if let (Some(row), Some(last)) = (area.rows().next_back(), self.val.last()) {
            buf.set_stringn(row.x, row.y, format!("{}", last.0), row.width.into(), self.styles.val);
            buf.set_style(row, self.styles.axis.patch(self.styles.label));
        }
    }
}

/// Change over the newest quarter against the one before.
pub(crate) fn trend(points: &[(u64, f64)]) -> Option<f64> {
    let quarter = points.len() / 4;
    let mean = |part: &[(u64, f64)]| part.iter().map(|point| point.1).sum::<f64>() / part.len() as f64;
    let newest = points.len() - quarter;
    let change = mean(&points[newest..]) - mean(&points[newest.saturating_sub(quarter)..newest]);
    change.is_finite().then_some(change)
}

/// The newest values, one character a column.
pub(crate) fn sparkline(values: &[f64], width: usize, ascii: bool) -> String {
    let levels: Vec<char> =
        if ascii { "._-=+*#".chars().collect() } else { "▁▂▃▄▅▆▇█".chars().collect() };
    let newest = &values[values.len().saturating_sub(width)..];
    let finite = || newest.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
    let level = |value: &f64| {
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        levels[(share * (levels.len() - 1) as f64).round() as usize]
    };
    let line: String = newest.iter().map(level).collect();
    format!("{line:>width$}")
}

/// A gauge.
pub(crate) fn bar(share: f64, width: usize, ascii: bool) -> String {
    let full = (share.clamp(0.0, 1.0) * width as f64).round() as usize;
    let (on, off) = if ascii { ("#", ".") } else { "█░".split_at(3) };
    format!("{}{}", on.repeat(full), off.repeat(width - full))
}
