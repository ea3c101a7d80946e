//! How values are written: numbers with units for people, and text from outside made safe to show.
//!
//! What comes out of [`safe`] has no control character and nothing that turns the direction of text, and is as wide as
//! the sum of its characters; nothing is ever cut inside a character.

use unicode_width::UnicodeWidthChar;

/// Stands for what is not known.
pub(crate) const UNKNOWN: &str = "–";

/// Longest text that is looked at; a line of a terminal is far shorter.
const CHARACTERS_MAX: usize = 4096;
/// Most lines that a long text is shown in.
const LINES_MAX: usize = 1000;

/// Text from outside, with nothing in it that a terminal would obey.
///
/// What takes no column (joiners, accents on their own) is left out, so that widths simply add up.
pub(crate) fn safe(text: &str) -> String {
    let turns =
        |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let known = |character: char| match character {
        '\t' | '\n' => Some(' '),
        _ if character.is_control() || turns(character) => Some('\u{fffd}'),
        _ => character.width().filter(|width| *width > 0).map(|_| character),
    };
    text.chars().take(CHARACTERS_MAX).filter_map(known).collect()
}

/// Columns that a [`safe`] text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// As much of a [`safe`] text as fits, with `…` where some is missing.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let fits = |character: &char| {
        let rest = left.checked_sub(character.width().unwrap_or(0));
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// Start and end of something long, such as a hash.
pub(crate) fn short(text: &str, columns: usize) -> String {
    let text = safe(text);
    let count = text.chars().count();
    if count <= columns || !text.is_ascii() || columns < 5 {
        return fit(&text, columns);
    }
    let tail = (columns - 1) / 3;
    let head = columns - 1 - tail;
    format!("{}…{}", &text[..head], &text[count - tail..])
}

/// Lines of at most `columns` columns.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in safe(text).split_inclusive(' ') {
        let wide = width(word.trim_end());
        if used > 0 && used + wide > columns {
            lines.push(String::new());
            used = 0;
        }
        for character in word.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > columns {
                if character == ' ' {
                    continue;
                }
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(character);
            }
            used += wide;
        }
    }
    lines
}

/// Lines of at most `columns` columns of a text that has line breaks of its own. What is far longer than anyone reads ends
/// with a word that it does.
pub(crate) fn paragraphs(text: &str, columns: usize) -> Vec<String> {
    let mut parts = text.split('\n');
    let mut lines: Vec<String> = Vec::new();
    for part in parts.by_ref() {
        lines.extend(wrap(part, columns));
        if lines.len() >= LINES_MAX {
            break;
        }
    }
    let long = text.split('\n').any(|part| part.chars().nth(CHARACTERS_MAX).is_some());
    if long || parts.next().is_some() {
        lines.push("… and more, too long to be shown".to_owned());
    }
    lines
}

/// `12,345`
pub(crate) fn count(value: u64) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `842`, `12.3 k`, `1.2 M`
pub(crate) fn amount(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let units = ["", " k", " M", " G", " T", " P", " E"];
    let (value, unit) = scaled(value, 1000.0, &units);
    if unit.is_empty() { format!("{value:.0}") } else { format!("{value:.1}{unit}") }
}

/// `1.2 GiB`
pub(crate) fn bytes(value: u64) -> String {
    let units = [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"];
    let (value, unit) = scaled(value as f64, 1024.0, &units);
    if unit == " B" { format!("{value:.0}{unit}") } else { format!("{value:.1}{unit}") }
}

/// `1.2 MiB/s`
pub(crate) fn rate(bytes_per_second: f64) -> String {
    if !bytes_per_second.is_finite() || bytes_per_second < 0.0 {
        return UNKNOWN.to_owned();
    }
    format!("{}/s", bytes(bytes_per_second as u64))
}

/// The unit in which a value has at most three digits before the point, also after rounding.
fn scaled<'a>(mut value: f64, step: f64, units: &[&'a str]) -> (f64, &'a str) {
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for next in units {
        if value.abs() < step - 0.05 {
            break;
        }
        value /= step;
        unit = next;
    }
    (value, unit)
}

/// `42 s`, `4 m`, `3 h 12 m`, `2 d 4 h`
pub(crate) fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} m"),
        3600..86_400 => format!("{hours} h {} m", minutes % 60),
        _ if days < 100 => format!("{days} d {} h", hours % 24),
        _ => format!("{} d", count(days)),
    }
}

/// As [`duration`], of what a float says.
pub(crate) fn seconds(value: Option<f64>) -> Option<String> {
    value.filter(|value| value.is_finite() && *value >= 0.0).map(|value| duration(value.round() as u64))
}

/// `52 %`
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.0} %", (share * 100.0).clamp(-999.0, 9999.0)) } else { UNKNOWN.to_owned() }
}

/// A float with as many decimals as are of interest, or what stands for none.
pub(crate) fn decimals(value: Option<f64>, places: usize) -> String {
    match value.filter(|value| value.is_finite()) {
        None => UNKNOWN.to_owned(),
        Some(value) if value.abs() >= 1e6 => format!("{value:.1e}"),
        Some(value) => format!("{value:.places$}"),
    }
}

/// A small float, such as a learning rate: `3.0e-4`.
pub(crate) fn small(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        None => UNKNOWN.to_owned(),
        Some(value) if value == 0.0 || (1e-2..1e4).contains(&value.abs()) => format!("{value:.4}"),
        Some(value) => format!("{value:.2e}"),
    }
}

/// NEURO with groups and at most `places` decimals; the rest is cut, never rounded up to what nobody has.
pub(crate) fn neuro(text: &str, places: usize) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.len() > 64 || !digits(whole) || !digits(fraction) {
        return if text.is_empty() { "0".to_owned() } else { fit(&safe(text), 24) };
    }
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    if places == 0 { grouped(whole) } else { format!("{}.{kept}", grouped(whole)) }
}

/// As [`neuro`] with up to four decimals, without zeros at the end.
pub(crate) fn brief(text: &str) -> String {
    let text = neuro(text, 4);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What something is multiplied by: `× 1.22`
pub(crate) fn factor(text: &str) -> String {
    format!("× {}", if text.is_empty() { "1".to_owned() } else { brief(text) })
}

/// The day of an RFC 3339 time.
pub(crate) fn day(time: &str) -> String {
    match time.get(..10) {
        Some(day) if time.is_ascii() => safe(day),
        _ => fit(&safe(time), 10),
    }
}

/// The time of day of an RFC 3339 time.
pub(crate) fn clock(time: &str) -> String {
    match time.get(11..19) {
        Some(clock) if time.is_ascii() && time.as_bytes()[10] == b'T' => safe(clock),
        _ => fit(&safe(time), 8),
    }
}

/// Day and time of an RFC 3339 time.
pub(crate) fn moment(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(clock)) if time.is_ascii() => safe(&format!("{day} {clock}")),
        _ => fit(&safe(time), 24),
    }
}

/// `1 block`, `2 blocks`
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", self::count(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_have_units_for_people() {
        assert_eq!([count(7), count(1_234), count(u64::MAX)], ["7", "1,234", "18,446,744,073,709,551,615"]);
        assert_eq!([amount(842.4), amount(12_345.0), amount(999_999.0)], ["842", "12.3 k", "1.0 M"]);
        assert_eq!([bytes(512), bytes(1_288_490_189), bytes(u64::MAX)], ["512 B", "1.2 GiB", "16.0 EiB"]);
        assert_eq!([duration(42), duration(250), duration(11_520)], ["42 s", "4 m", "3 h 12 m"]);
        assert_eq!([duration(187_200), duration(864_000_000)], ["2 d 4 h", "10,000 d"]);
        assert_eq!([percent(0.521), percent(f64::NAN), amount(f64::INFINITY)], ["52 %", "–", "–"]);
        assert_eq!([neuro("1234.56789", 4), neuro("0.1", 2), neuro("", 2)], ["1,234.5678", "0.10", "0"]);
        assert_eq!([small(Some(3e-4)), small(Some(0.5)), small(None)], ["3.00e-4", "0.5000", "–"]);
        assert_eq!([clock("2026-11-21T19:13:24Z"), clock("noon")], ["19:13:24", "noon"]);
        assert_eq!([brief("1.2200"), brief("100"), factor("1.123456"), factor("")], ["1.22", "100", "× 1.1234", "× 1"]);
        assert_eq!([short("0123456789abcdef", 10), short("012", 10)], ["012345…def", "012"]);
        assert_eq!([plural(1, "block"), plural(1000, "block")], ["1 block", "1,000 blocks"]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_shown() {
        assert_eq!(safe("a\u{1b}[31mb\tc\u{202e}d\u{301}"), "a\u{fffd}[31mb c\u{fffd}d");
        assert_eq!([fit("日本語", 4), fit("日本語", 6), fit("abc", 0)], ["日…", "日本語", ""]);
        assert_eq!(wrap("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn prop_text_fits(text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}", columns in 0usize..40) {
            let text = safe(&text);
            prop_assert!(width(&fit(&text, columns)) <= columns);
            prop_assert!(width(&short(&text, columns)) <= columns.max(1));
            prop_assert!(wrap(&text, columns).iter().all(|line| width(line) <= columns.max(2)));
        }
    }
}
