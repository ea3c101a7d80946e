//! The machine's clock, and times as people and programs read them.

use std::time::SystemTime;

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A time in milliseconds since 1970 as RFC 3339 has it: in UTC, to the second.
#[must_use]
pub fn rfc3339(time_ms: u64) -> String {
    written(time_ms, "%Y-%m-%dT%H:%M:%SZ")
}

/// The same to the millisecond.
#[must_use]
pub(super) fn rfc3339_ms(time_ms: u64) -> String {
    written(time_ms, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

fn written(time_ms: u64, form: &str) -> String {
    let time = i64::try_from(time_ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map(|time| time.strftime(form).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_one_that_is_none_is_empty() {
        assert_eq!(rfc3339(1_700_000_000_123), "2023-11-14T22:13:20Z");
        assert_eq!(rfc3339_ms(1_700_000_000_003), "2023-11-14T22:13:20.003Z");
        assert_eq!(rfc3339(u64::MAX), "");
    }
}
