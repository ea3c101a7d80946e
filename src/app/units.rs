//! Numbers as people read them.

/// 12, 3.4 k, 5.6 M.
pub(super) fn count(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => format!("{:.1} k", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.2} M", number as f64 / 1e6),
        _ => format!("{:.2} G", number as f64 / 1e9),
    }
}

/// 45 s, 12 min, 3 h 20 min, 2 d 4 h.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short() {
        assert_eq!([7, 1_200, 5_000_000].map(count), ["7", "1.2 k", "5.00 M"]);
    }

    #[test]
    fn times_are_in_the_unit_that_says_most() {
        let spans = [59, 60, 3_599, 3_600, 12_000, 86_400, 187_200].map(span);
        assert_eq!(spans, ["59 s", "1 min", "59 min", "1 h 0 min", "3 h 20 min", "1 d 0 h", "2 d 4 h"]);
    }
}
