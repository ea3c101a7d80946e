//! The time of a demonstration, which starts at the same moment each time.
//!
//! Invariant: a tick is a tick, whatever steps time was advanced in.

use crate::calendar::date;

/// Ticks in a second.
pub(super) const TICKS: u64 = 5;
/// Milliseconds of a tick.
pub(super) const TICK_MS: u64 = 1000 / TICKS;
/// Seconds of a day.
pub(super) const DAY_SECONDS: u64 = 86_400;
/// Days from the first of March of the year 0 to the first of January 2026.
const FIRST_DAY: u64 = 739_922;

/// The second that begins with a tick, if one does.
pub(super) fn second_of(tick: u64) -> Option<u64> {
    tick.is_multiple_of(TICKS).then_some(tick / TICKS)
}

/// The moment that is so many seconds after 2026-01-01T00:00:00Z, in RFC 3339.
pub(super) fn rfc3339(seconds: u64) -> String {
    let (year, month, day) = date(FIRST_DAY + seconds / DAY_SECONDS);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let day = |days: u64| rfc3339(days * DAY_SECONDS);
        assert_eq!(day(0), "2026-01-01T00:00:00Z");
        assert_eq!(day(58), "2026-02-28T00:00:00Z");
        assert_eq!(day(59), "2026-03-01T00:00:00Z");
        assert_eq!(day(365 + 365 + 59), "2028-02-29T00:00:00Z");
        assert_eq!(rfc3339(DAY_SECONDS - 1), "2026-01-01T23:59:59Z");
    }
}
