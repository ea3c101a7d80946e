//! The chart as text, and any curve at any size.

use super::*;
use proptest::prelude::*;

type Points = Vec<(u64, f64)>;

const STYLES: ChartStyles =
    ChartStyles { train: Style::new(), val: Style::new(), axis: Style::new(), label: Style::new() };

/// Noise in -1..1 that is the same each time.
fn noise(index: u64) -> f64 {
    let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn curve(step: u64) -> f64 {
    1.9 + 4.3 / (1.0 + step as f64 / 300.0).powf(0.7)
}

/// A run of `steps` steps, and its rounds of 500.
fn run(steps: u64) -> (Points, Points) {
    let train = (0..steps).map(|step| (step, curve(step) + 0.12 * noise(step))).collect();
    let val = (1..=steps / 500).map(|round| (500 * round, curve(500 * round) + 0.17)).collect();
    (train, val)
}

fn render(width: u16, height: u16, (train, val): &(Points, Points), log_scale: bool, ascii: bool) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    LossChart { train, val, log_scale, ascii, styles: STYLES }.render(buf.area, &mut buf);
    let rows = buf.area.rows().map(|row| row.columns().map(|cell| buf[(cell.x, cell.y)].symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned() + "\n").collect()
}

/// A chart in all its forms, one below the other.
fn forms(width: u16, height: u16, points: &(Points, Points)) -> String {
    let forms = [(false, false), (false, true), (true, false), (true, true)];
    let chart = |(ascii, log)| format!("ascii {ascii}, log {log}\n{}\n", render(width, height, points, log, ascii));
    forms.map(chart).concat()
}

#[test]
fn chart_60x15() {
    insta::assert_snapshot!(forms(60, 15, &run(12_400)));
}

#[test]
fn chart_30x8() {
    insta::assert_snapshot!(forms(30, 8, &run(12_400)));
}

#[test]
fn chart_of_a_window() {
    let (train, val) = run(12_400);
    insta::assert_snapshot!(render(60, 15, &(train[12_000..].to_vec(), val[23..].to_vec()), false, false));
}

#[test]
fn chart_of_the_first_steps() {
    insta::assert_snapshot!(render(60, 8, &run(30), false, false));
}

#[test]
fn no_line_yet_is_said_in_words() {
    for points in [vec![], vec![(7, 6.2)], vec![(7, f64::NAN), (8, f64::INFINITY), (9, 6.0)]] {
        assert_eq!(render(40, 3, &(points.clone(), vec![]), false, false), "\n      waiting for the first steps\n\n");
        assert_eq!(render(10, 1, &(points, vec![]), false, true), " waiting\n");
    }
}

#[test]
fn outliers_lie_at_the_edge() {
    let (mut train, val) = run(12_400);
    train[6_000].1 = 1e9;
    let wild = render(60, 15, &(train, val), false, false);
    assert!(wild.contains("4.0┤") && wild.contains("2.5┤"), "{wild}");
    assert!(wild.lines().next().unwrap().chars().skip(20).any(|dot| ('⠀'..='⣿').contains(&dot)), "{wild}");
}

#[test]
fn labels_are_round_and_differ() {
    let labels = |first, last, columns| {
        let ticks = scale::step_ticks((first, last), columns);
        ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>()
    };
    assert_eq!(labels(0, 12_400, 56), ["0", "5k", "10k"]);
    assert_eq!(labels(12_000, 12_399, 56), ["12k", "12.1k", "12.2k", "12.3k"]);
    assert_eq!(labels(1_234_500, 1_234_560, 56), ["1234.5k", "1234.52k", "1234.54k", "1234.56k"]);
    assert_eq!(labels(u64::MAX - 1, u64::MAX, 56), ["18446744073709551614", "18446744073709551615"]);
    let values = |low: f64, high: f64, rows, log| {
        let scale = Scale::fitting(vec![low, high], rows, log).unwrap();
        scale.ticks(rows).into_iter().map(|tick| tick.label).collect::<Vec<_>>()
    };
    assert_eq!(values(2.0, 6.2, 13, false), ["2", "3", "4", "5", "6"]);
    assert_eq!(values(2.13, 2.31, 13, false), ["2.15", "2.20", "2.25", "2.30"]);
    assert_eq!(values(0.0, 0.0, 13, false), ["-0.4", "-0.2", "0.0", "0.2", "0.4"]);
    assert_eq!(values(1e-3, 900.0, 13, true), ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]);
    assert_eq!(values(20_000.0, 90_000.0, 13, false), ["20k", "40k", "60k", "80k"]);
}

#[test]
fn a_trend_needs_points() {
    let points = |values: &[f64]| values.iter().map(|value| (0, *value)).collect::<Points>();
    assert_eq!(trend(&points(&[9.0, 9.0, 9.0, 9.0, 4.0, 4.0, 1.0, 2.0])), Some(-2.5));
    assert_eq!(trend(&points(&[9.0, 9.0, 9.0, 9.0, 4.0, 4.0, f64::NAN, 1.0, 2.0])), Some(-2.5));
    assert_eq!(trend(&points(&[1.0; 7])), None);
    assert_eq!(trend(&points(&[f64::MAX; 8])), None, "no sum of these");
}

#[test]
fn heights_follow_values() {
    assert_eq!(sparkline(&[1.0, 2.0, 3.0, 4.0, f64::NAN, 8.0], 8, false), "  ▁▂▃▄ █");
    assert_eq!(sparkline(&[1.0, 2.0, 3.0, 4.0, f64::NAN, 8.0], 5, true), "_.: #");
    assert_eq!(sparkline(&[5.0; 3], 3, false), "▅▅▅", "steady");
    assert_eq!(sparkline(&[0.0; 3], 3, false), "▁▁▁", "nothing");
    assert_eq!(sparkline(&[18_000.0, 18_200.0, 17_900.0], 3, false), "▄▅▄", "noise is no storm");
}

#[test]
fn bars_fill_by_eighths() {
    assert_eq!(bar(0.5, 5, false), "██▌░░");
    assert_eq!(bar(1.0, 3, false), "███");
    assert_eq!(bar(f64::NAN, 2, false), "░░");
    assert_eq!(bar(0.5, 10, true), "[####....]");
    assert_eq!(bar(0.5, 2, true), "#.");
}

fn any_points() -> impl Strategy<Value = Points> {
    let step = prop_oneof![any::<u64>(), 0..2000u64, Just(u64::MAX)];
    let loss = prop_oneof![any::<f64>(), 1.0..7.0f64, Just(0.0), Just(f64::NAN), Just(f64::MAX), Just(f64::MIN)];
    prop::collection::vec((step, loss), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prop_any_points_draw_anywhere(
        points in (any_points(), any_points()),
        (width, height, x, y) in (0..200u16, 0..60u16, 0..4u16, 0..4u16),
        (log_scale, ascii) in any::<(bool, bool)>(),
    ) {
        // A frame around the area that must stay as it is, and an area that reaches beyond the buffer.
        let mut buf = Buffer::filled(Rect::new(0, 0, 204, 64), ratatui::buffer::Cell::new("x"));
        let area = Rect { x, y, width, height };
        let inside = |buf: &mut Buffer| LossChart { train: &points.0, val: &points.1, log_scale, ascii, styles: STYLES }.render(area, buf);
        inside(&mut buf);
        for place in buf.area.positions().filter(|place| !area.contains(*place)) {
            prop_assert_eq!(buf[place].symbol(), "x");
        }
        prop_assert!(!ascii || buf.content.iter().all(|cell| cell.symbol().is_ascii()));
        inside(&mut Buffer::empty(Rect::new(2, 2, width / 2, height)));
    }

    #[test]
    fn prop_texts_are_as_wide_as_asked(values in prop::collection::vec(any::<f64>(), 0..40), share in any::<f64>(), width in 0..60usize, ascii in any::<bool>()) {
        for text in [sparkline(&values, width, ascii), bar(share, width, ascii)] {
            prop_assert_eq!(text.chars().count(), width);
            prop_assert_eq!(unicode_width::UnicodeWidthStr::width(text.as_str()), width);
            prop_assert!(!ascii || text.is_ascii());
        }
    }

    #[test]
    fn prop_every_value_has_a_row(values in prop::collection::vec(any::<f64>(), 1..40), rows in 1..60usize, log in any::<bool>()) {
        if let Some(scale) = Scale::fitting(values.clone(), rows, log) {
            prop_assert!(values.iter().all(|value| scale.row(*value, rows) < rows));
            let ticks = scale.ticks(rows);
            prop_assert!(ticks.windows(2).all(|pair| pair[0].label != pair[1].label), "{ticks:?}");
        }
    }
}
