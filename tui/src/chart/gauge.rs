//! Small charts of one line: a row of heights, a bar, and the direction of a curve.
//!
//! Invariant: a text is exactly as wide as it was asked to be, whatever the numbers.

const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_HEIGHTS: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// Share of the largest value that the heights span at least: noise of a steady value must not look like a storm.
const SPAN_MIN: f64 = 0.25;
/// Points in each quarter at least, for a mean that means something.
const QUARTER_MIN: usize = 2;

/// Share of the points, and the most of them, that the newest value is the mean of: a single step is mostly noise.
const NEWEST_PART: usize = 20;
const NEWEST_MAX: usize = 20;

/// How many of the points the newest value is the mean of.
pub(crate) fn newest_points(points: &[(u64, f64)]) -> usize {
    (points.len() / NEWEST_PART).clamp(1, NEWEST_MAX)
}

/// Where a curve is now.
pub(crate) fn newest(points: &[(u64, f64)]) -> Option<f64> {
    let last =
        || points.iter().rev().map(|point| point.1).filter(|value| value.is_finite()).take(newest_points(points));
    let mean = last().map(|value| value / last().count() as f64).sum::<f64>();
    (last().count() > 0 && mean.is_finite()).then_some(mean)
}

/// The mean of the newest quarter of the points less that of the quarter before.
pub(crate) fn trend(points: &[(u64, f64)]) -> Option<f64> {
    let finite = || points.iter().rev().map(|point| point.1).filter(|value| value.is_finite());
    let quarter = finite().count() / 4;
    if quarter < QUARTER_MIN {
        return None;
    }
    let mean = |skip: usize| finite().skip(skip).take(quarter).sum::<f64>() / quarter as f64;
    Some(mean(0) - mean(quarter)).filter(|difference| difference.is_finite())
}

/// The last values as heights, the newest at the right; what is no number is a gap.
pub(crate) fn sparkline(values: &[f64], width: usize, ascii: bool) -> String {
    let shown = &values[values.len().saturating_sub(width)..];
    let finite = || shown.iter().copied().filter(|value| value.is_finite());
    // Halved, because the ends of all numbers are further apart than the largest of them.
    let low = finite().fold(f64::INFINITY, f64::min) / 2.0;
    let high = finite().fold(f64::NEG_INFINITY, f64::max) / 2.0;
    let span = (high - low).max(SPAN_MIN * high.abs());
    let bottom = low.midpoint(high) - span / 2.0;
    let heights = if ascii { ASCII_HEIGHTS } else { HEIGHTS };
    let height = |value: &f64| match ((value / 2.0 - bottom) / span * 8.0).floor() {
        _ if !value.is_finite() => ' ',
        // Nothing but zeros spans nothing.
        eighth if eighth.is_nan() => heights[0],
        eighth => heights[eighth.clamp(0.0, 7.0) as usize],
    };
    let gap = std::iter::repeat_n(' ', width - shown.len());
    gap.chain(shown.iter().map(height)).collect()
}

/// A bar that is full to a share of its width.
pub(crate) fn bar(share: f64, width: usize, ascii: bool) -> String {
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    if ascii {
        let inner = if width > 2 { width - 2 } else { width };
        let full = ((share * inner as f64).round() as usize).min(inner);
        let (open, close) = if width > 2 { ("[", "]") } else { ("", "") };
        return format!("{open}{}{}{close}", "#".repeat(full), ".".repeat(inner - full));
    }
    let eighths = ((share * 8.0 * width as f64).round() as usize).min(8 * width);
    let part = EIGHTHS.get((eighths % 8).wrapping_sub(1)).copied();
    let full = std::iter::repeat_n('█', eighths / 8);
    let rest = std::iter::repeat_n('░', width - eighths.div_ceil(8));
    full.chain(part).chain(rest).collect()
}
