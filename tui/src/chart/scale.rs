//! Where a value is, and which round numbers stand beside it.
//!
//! Invariants: a scale has a positive height, and every finite value has a place on it, at the edge if it lies beyond; labels
//! of one axis are all different.

/// Share of the shown values that may lie beyond each edge.
const BEYOND: f64 = 0.02;
/// Share of the height left free above and below.
const MARGIN: f64 = 0.04;
/// Rows from one label to the next at least, if there are as many rows as that, and 1 otherwise.
const LABEL_ROWS: usize = 2;
const LABEL_ROWS_FROM: usize = 8;
/// Rows and columns to each label, about, and labels at least.
const TICK_ROWS: f64 = 3.0;
const TICK_COLUMNS: f64 = 16.0;
const TICKS_MIN: f64 = 2.0;
/// From this ratio between the ends on, a log scale is labelled by powers of ten.
const DECADE: f64 = 20.0;
/// Values lie on a linear scale as this part of themselves: the ends of all numbers are further apart than the largest.
const PARTS: f64 = 4.0;
/// Labels that are ever tried.
const TICKS_MAX: usize = 64;

/// The values of the vertical axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// Bottom and top: logarithms, or parts of the values.
    low: f64,
    high: f64,
    log: bool,
}

/// A number beside an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

/// A step below an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StepTick {
    pub(super) step: u64,
    pub(super) label: String,
}

impl Scale {
    /// The scale that shows nearly all of `values`; nothing if there are none. What has no logarithm is at the bottom of a
    /// log scale; if nothing has one, the scale is linear.
    pub(super) fn fitting(mut values: Vec<f64>, rows: usize, log: bool) -> Option<Self> {
        let log = log && values.iter().any(|value| *value > 0.0);
        values.retain(|value| value.is_finite() && (!log || *value > 0.0));
        if values.is_empty() || rows == 0 {
            return None;
        }
        values.sort_unstable_by(f64::total_cmp);
        let last = (values.len() - 1) as f64;
        let of = |share: f64| values[((share * last).round() as usize).min(values.len() - 1)];
        let [low, high] = [of(BEYOND), of(1.0 - BEYOND)].map(if log { f64::ln } else { |value| value / PARTS });
        // All values are alike, or nearly: some height, so that they lie in the middle.
        let least = match low.abs().max(high.abs()) {
            _ if log => 0.1,
            0.0 => 1.0 / PARTS,
            size => (size * 0.02).max(f64::MIN_POSITIVE),
        };
        let margin = (least - (high - low)).max(0.0) / 2.0 + (high - low) * MARGIN;
        Some(Self { low: low - margin, high: high + margin, log })
    }

    fn place(&self, value: f64) -> f64 {
        match self.log {
            true if value > 0.0 => value.ln(),
            true => self.low,
            false => value / PARTS,
        }
    }

    fn value(&self, place: f64) -> f64 {
        if self.log { place.exp() } else { place * PARTS }
    }

    /// The row of a value, of `rows` from the top.
    pub(super) fn row(&self, value: f64, rows: usize) -> usize {
        let share = ((self.high - self.place(value)) / (self.high - self.low)).clamp(0.0, 1.0);
        (share * rows.saturating_sub(1) as f64).round() as usize
    }

    /// Round numbers within the scale, from the bottom to the top, apart enough for `rows` rows.
    pub(super) fn ticks(&self, rows: usize) -> Vec<Tick> {
        let (low, high) = (self.value(self.low), self.value(self.high));
        let by_powers = self.log && high / low >= DECADE;
        let step = round_step(low, high, (rows as f64 / TICK_ROWS).max(TICKS_MIN));
        let values = if by_powers { decades(low, high) } else { multiples(low, high, step) };
        let mut ticks: Vec<Tick> = Vec::new();
        let apart = if rows < LABEL_ROWS_FROM { 1 } else { LABEL_ROWS };
        let mut used = None;
        for value in values {
            let row = self.row(value, rows);
            let label = number(value, if by_powers { value } else { step });
            let is_new = ticks.last().is_none_or(|last| last.label != label);
            // On a log scale even steps crowd towards the top.
            if is_new && used.is_none_or(|used| used >= row + apart) {
                ticks.push(Tick { value, label });
                used = Some(row);
            }
        }
        ticks
    }
}

/// The step of 1, 2 or 5 times a power of ten that has about `wanted` multiples between two values.
fn round_step(low: f64, high: f64, wanted: f64) -> f64 {
    let range = high - low;
    if !range.is_finite() || range <= 0.0 {
        return range;
    }
    let largest = range.log10().ceil() as i32;
    let steps = (largest - 3..=largest).flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10f64.powi(power)));
    let distance = |step: f64| {
        let count = (high / step).floor() - (low / step).ceil() + 1.0;
        // One number alone is no axis.
        (count - wanted).abs() + if count < TICKS_MIN { f64::MAX / 2.0 } else { 0.0 }
    };
    steps.min_by(|one, other| distance(*one).total_cmp(&distance(*other))).unwrap_or(range)
}

/// Multiples of a step between two values.
fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    if !step.is_finite() || step <= 0.0 {
        return Vec::new();
    }
    let first = (low / step).ceil();
    (0..TICKS_MAX).map(|index| (first + index as f64) * step).take_while(|value| *value <= high).collect()
}

/// Powers of ten between two values, with twice and five times them if these are few.
fn decades(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let count = last.saturating_sub(first).max(1) as usize;
    let within: &[f64] = if count <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let stride = count.div_ceil(TICKS_MAX);
    let powers = (first..=last).step_by(stride).map(|power| 10f64.powi(power));
    let values = powers.flat_map(|power| within.iter().map(move |factor| factor * power));
    values.filter(|value| (low..=high).contains(value)).collect()
}

/// Decimals needed to tell multiples of a step apart.
fn decimals(step: f64) -> usize {
    if step.is_finite() && step > 0.0 { (-(step.log10() + 1e-9).floor()).clamp(0.0, 400.0) as usize } else { 0 }
}

/// A value beside others that differ from it by `step`, in few characters.
fn number(value: f64, step: f64) -> String {
    let size = value.abs();
    // The first multiple of a step above -1 · step may be a negative zero.
    let value = if value == 0.0 { 0.0 } else { value };
    match decimals(step) {
        few @ 0..=4 if size < 1e4 => format!("{value:.few$}"),
        _ if (1e4..1e15).contains(&size) && step >= 10.0 => human(value, step, || format!("{value:.0}")),
        _ if value == 0.0 => "0".to_owned(),
        _ => {
            let digits = (size / step).log10().floor().clamp(0.0, 6.0);
            format!("{value:.*e}", if digits.is_finite() { digits as usize } else { 1 })
        }
    }
}

/// A loss on its own: 2.14, or in few digits if it is far from that.
pub(super) fn loss(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (0.01..1e3).contains(&size) => format!("{value:.2}"),
        size if (1e3..1e5).contains(&size) => format!("{value:.0}"),
        _ => format!("{value:.1e}"),
    }
}

/// Round steps between two, apart enough for `columns` columns.
pub(super) fn step_ticks((first, last): (u64, u64), columns: usize) -> Vec<StepTick> {
    let wanted = (columns as f64 / TICK_COLUMNS).max(TICKS_MIN);
    let width = (round_step(first as f64, last as f64, wanted) as u64).max(1);
    let start = first.div_ceil(width);
    let multiples = (0..TICKS_MAX as u64).map_while(|index| start.checked_add(index)?.checked_mul(width));
    let ticks = multiples.take_while(|step| *step <= last);
    ticks.map(|step| StepTick { step, label: human(step as f64, width as f64, || step.to_string()) }).collect()
}

/// A count in the largest unit that tells it apart from its neighbours with two decimals, 12k or 1.25M, or else its digits.
fn human(value: f64, step: f64, digits: impl FnOnce() -> String) -> String {
    const UNITS: [(f64, &str); 6] = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let fitting = |(unit, _): &&(f64, &str)| value.abs() >= *unit && decimals(step / unit) <= 2;
    let Some((unit, name)) = UNITS.iter().find(fitting) else { return digits() };
    let text = format!("{:.*}", decimals(step / unit), value / unit);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{name}")
}
