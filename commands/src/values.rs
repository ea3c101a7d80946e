//! Parsers for values that have a range or a unit.
//!
//! Invariant: what a parser here lets through is finite and inside the range that its name promises, so that no zero,
//! NaN or infinity reaches a training loop. Each refusal says what would have been accepted.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A whole number from 1, such as `100`, `1_000`, `10k`, `2M` or `1G`.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    let (digits, scale) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1_000),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000),
        Some(b'G') => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if !plain || !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("give a whole number such as 500, 10k or 2M".to_owned());
    }
    let number = digits.replace('_', "").parse::<u64>().ok().and_then(|number| number.checked_mul(scale));
    match number {
        None => Err(format!("must be at most {}", u64::MAX)),
        Some(0) => Err("must be at least 1".to_owned()),
        Some(number) => Ok(number),
    }
}

/// A [`count`] of things that have to fit in memory.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    usize::try_from(count(text)?).map_err(|_| format!("must be at most {}", usize::MAX))
}

/// A number of threads, as `--threads` takes it.
pub fn threads(text: &str) -> Result<usize, String> {
    size(text)
}

/// A number of inner steps, as `--inner-steps` takes it.
pub fn inner_steps(text: &str) -> Result<u64, String> {
    const MOST: u64 = 10_000;
    count(text).and_then(|steps| if steps > MOST { Err(format!("must be at most {MOST}")) } else { Ok(steps) })
}

/// A number of tokenizer ids: the special ones and the bytes take the first 266.
pub(crate) fn vocabulary(text: &str) -> Result<usize, String> {
    match size(text)? {
        266.. => Ok(size(text)?),
        _ => Err("must be at least 266: 10 special ids and the 256 bytes".to_owned()),
    }
}

/// A finite number above zero.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    in_range(text, "must be above 0", |number| number > 0.0)
}

/// A finite number from zero.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    in_range(text, "must be 0 or more", |number| number >= 0.0)
}

/// A share of probability: above 0, at most 1.
pub(crate) fn probability(text: &str) -> Result<f64, String> {
    in_range(text, "must be above 0 and at most 1", |number| number > 0.0 && number <= 1.0)
}

/// A share of a whole of which something has to be left: from 0, below 1.
pub(crate) fn fraction(text: &str) -> Result<f64, String> {
    in_range(text, "must be 0 or more and below 1", |number| (0.0..1.0).contains(&number))
}

fn in_range(text: &str, range: &str, holds: impl Fn(f64) -> bool) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "give a number such as 0.5 or 3e-4".to_owned())?;
    if !number.is_finite() {
        return Err(format!("{range} and finite"));
    }
    if holds(number) { Ok(number + 0.0) } else { Err(range.to_owned()) }
}

/// Where a node answers: an address and port, with or without `http://` before it.
pub(crate) fn url(text: &str) -> Result<String, String> {
    let place = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
    let port = place.rsplit_once(':').and_then(|(name, port)| port.parse::<u16>().ok().filter(|_| !name.is_empty()));
    let plain = place.chars().all(|c| c.is_ascii_graphic() && !"/?#@\"'<>".contains(c));
    if port.is_none() || !plain {
        return Err("give an address and port, such as http://127.0.0.1:8787".to_owned());
    }
    Ok(format!("http://{place}"))
}

/// A time span above zero: seconds (`90`), or numbers with units (`60s`, `5m`, `2h`, `1h30m`, `1.5d`).
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const FORM: &str = "give a time span such as 90, 60s, 5m or 2h";
    const LONGEST_SECONDS: f64 = 100.0 * 366.0 * 86_400.0;

    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let number: f64 = number.parse().map_err(|_| FORM.to_owned())?;
        let unit = after.chars().next();
        seconds += number
            * match unit {
                None if rest.len() == text.len() => 1.0,
                Some('s') => 1.0,
                Some('m') => 60.0,
                Some('h') => 3_600.0,
                Some('d') => 86_400.0,
                _ => return Err(FORM.to_owned()),
            };
        rest = &after[unit.map_or(0, char::len_utf8)..];
    }
    if text.is_empty() {
        return Err(FORM.to_owned());
    }
    if seconds > LONGEST_SECONDS {
        return Err("must be at most a hundred years".to_owned());
    }
    let span = Duration::try_from_secs_f64(seconds).map_err(|_| FORM.to_owned())?;
    if span.is_zero() { Err("must be above 0".to_owned()) } else { Ok(span) }
}

/// Where to answer questions, if anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen(pub Option<std::net::SocketAddr>);

impl Default for Listen {
    fn default() -> Self {
        Self(Some(std::net::SocketAddr::from(([127, 0, 0, 1], 8787))))
    }
}

impl FromStr for Listen {
    type Err = String;

    /// An address and port of this machine, or `off`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let address: std::net::SocketAddr =
            text.parse().map_err(|_| "expected an address and port as in 127.0.0.1:8787, or off".to_owned())?;
        // What is answered is not meant for a network: nothing there asks who is asking.
        if address.ip().is_loopback() {
            Ok(Self(Some(address)))
        } else {
            Err("only loopback addresses are safe".to_owned())
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_take_separators_and_suffixes() {
        let cases =
            [("1", 1), ("500", 500), ("1_000", 1_000), ("10k", 10_000), ("2M", 2_000_000), ("3G", 3_000_000_000)];
        for (text, number) in cases {
            assert_eq!(count(text), Ok(number), "{text}");
        }
        assert_eq!(count("0"), Err("must be at least 1".to_owned()));
        assert_eq!(count("0k"), Err("must be at least 1".to_owned()));
        for text in ["", "k", "-1", "+1", "1.5", "1e3", "_1", "ten", "1 000", "1kk", "\u{661}", "1é"] {
            assert!(count(text).is_err(), "{text}");
        }
        assert!(count("18446744073709551616").is_err());
        assert!(count("18446744073709551615k").is_err());
    }

    #[test]
    fn an_address_to_answer_on_is_of_this_machine_and_prints_as_it_was_given() {
        for text in ["127.0.0.1:8787", "[::1]:0", "off"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        assert!("0.0.0.0:80".parse::<Listen>().unwrap_err().contains("loopback"));
        for text in ["", "on", "8787", "localhost:8787", "127.0.0.1", "127.0.0.1:99999"] {
            assert!(text.parse::<Listen>().unwrap_err().contains("or off"), "{text}");
        }
    }

    #[test]
    fn inner_steps_have_a_range() {
        assert_eq!((inner_steps("50"), inner_steps("10k")), (Ok(50), Ok(10_000)));
        assert!(inner_steps("0").is_err() && inner_steps("10001").is_err() && inner_steps("-1").is_err());
    }

    #[test]
    fn a_vocabulary_holds_at_least_the_bytes() {
        assert_eq!(vocabulary("266"), Ok(266));
        assert_eq!(vocabulary("4k"), Ok(4_000));
        assert!(vocabulary("265").is_err());
    }

    #[test]
    fn numbers_outside_their_range_are_refused_with_the_range() {
        assert_eq!(positive("3e-4"), Ok(3e-4));
        for text in ["0", "-0", "-1e-9", "NaN", "nan", "inf", "-inf", "1e999"] {
            let refusal = positive(text).unwrap_err();
            assert!(refusal.starts_with("must be above 0"), "{text}: {refusal}");
        }
        assert!(positive("fast").unwrap_err().contains("such as"));
        assert_eq!(not_negative("0"), Ok(0.0));
        assert!(not_negative("-0").unwrap().is_sign_positive());
        assert!(not_negative("-0.1").is_err() && not_negative("inf").is_err() && not_negative("nan").is_err());
        assert_eq!(probability("1"), Ok(1.0));
        assert!(probability("0").is_err() && probability("1.01").is_err() && probability("NaN").is_err());
        assert_eq!(fraction("0"), Ok(0.0));
        assert!(fraction("1").is_err() && fraction("-0.1").is_err() && fraction("NaN").is_err());
    }

    #[test]
    fn time_spans_take_units() {
        let cases =
            [("90", 90), ("60s", 60), ("5m", 300), ("2h", 7_200), ("1h30m", 5_400), ("1d", 86_400), ("0.5m", 30)];
        for (text, seconds) in cases {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "s", "m5", "5 m", "5x", "-5s", "1h30", "1..5s", ".", "inf", "NaN", "1e3", "5µs", "99999999h"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(duration("0"), Err("must be above 0".to_owned()));
        assert_eq!(duration("0m"), Err("must be above 0".to_owned()));
    }

    proptest! {
        #[test]
        fn prop_no_parser_panics_or_lets_nonsense_through(text in "\\PC{0,12}|[0-9._eE+kMGsmhd-]{0,12}") {
            prop_assert!(count(&text).is_ok_and(|number| number > 0) || count(&text).is_err());
            prop_assert!(positive(&text).is_ok_and(|number| number > 0.0 && number.is_finite()) || positive(&text).is_err());
            prop_assert!(fraction(&text).is_ok_and(|number| (0.0..1.0).contains(&number)) || fraction(&text).is_err());
            prop_assert!(duration(&text).is_ok_and(|span| !span.is_zero()) || duration(&text).is_err());
        }
    }
}
