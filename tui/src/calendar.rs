//! Days of the calendar, in UTC: enough to say on which of them something ends.

/// Days of four centuries.
const ERA_DAYS: u64 = 146_097;

/// Year, month and day of a count of days from the first of March of the year 0. Years begin in March here, so that the
/// leap day is the last of its year.
pub(crate) fn date(days: u64) -> (u64, u64, u64) {
    let (era, day) = (days / ERA_DAYS, days % ERA_DAYS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (400 * era + year + u64::from(month <= 2), month, day)
}

/// The count that [`date`] turns back into this day.
fn count(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, of_era) = (year / 400, year % 400);
    Some(era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1)
}

/// The day that comes so many after that of an RFC 3339 time, such as `2026-12-06`.
pub(crate) fn day_after(time: &str, days: u64) -> Option<String> {
    let mut parts = time.get(..10)?.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let known = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let (year, month, day) = date(count(year, month, day).filter(|_| known)?.checked_add(days)?);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Seconds from the first of March of the year 0 to an RFC 3339 time in UTC, without what it has of a second.
fn seconds(time: &str) -> Option<u64> {
    let part = |from: usize, to: usize| time.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let known = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let days = count(year, month, day).filter(|_| known && hour < 24 && minute < 60 && second < 61)?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Seconds from one RFC 3339 time to another; none left where that is past.
pub(crate) fn until(now: &str, then: &str) -> Option<u64> {
    Some(seconds(then)?.saturating_sub(seconds(now)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let after = |time, days| day_after(time, days).unwrap();
        assert_eq!([after("2026-11-21T19:13:24Z", 0), after("2026-11-21", 15)], ["2026-11-21", "2026-12-06"]);
        assert_eq!([after("2028-02-28T00:00:00Z", 1), after("2026-01-01", 365)], ["2028-02-29", "2027-01-01"]);
        for wrong in ["", "noon", "2026-13-01", "0000-01-01", "日本語の時間です"] {
            assert_eq!(day_after(wrong, 1), None, "{wrong}");
        }
        let left = |now, then| until(now, then).unwrap();
        assert_eq!(left("2026-02-28T23:59:58Z", "2026-03-01T00:00:03.25Z"), 5);
        assert_eq!(left("2026-11-21T19:13:24Z", "2026-11-20T19:13:24Z"), 0);
        for wrong in ["", "noon", "2026-12-06", "2026-12-06T25:00:00Z", "日本語の時間です日本語の時間です"]
        {
            assert_eq!(until("2026-11-21T19:13:24Z", wrong), None, "{wrong}");
        }
        for day in (719_468..800_000).step_by(37) {
            let (year, month, of_month) = date(day);
            assert_eq!(count(year, month, of_month), Some(day));
        }
    }
}
