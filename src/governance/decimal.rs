//! Numbers as documents write them, as plain decimals.
//!
//! Invariant: exact; nothing is rounded but where a function says so, and a number too long to be written out is an error.

/// Digits of a plain decimal at most.
pub const DIGITS_MAX: usize = 60;

/// Why a number can't be written out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Such as `NaN`.
    #[error("{0} is no finite number")]
    Infinite(String),
    /// Too large, or too fine.
    #[error("{0} takes more than {DIGITS_MAX} digits to write out")]
    Long(String),
    /// Not a number at all.
    #[error("{0:?} is no number")]
    Digits(String),
}

/// A number without an exponent, such as `0.00005` for `5e-05` and `7` for `7.0`; zero has no sign.
pub fn plain(token: &str) -> Result<String, DecimalError> {
    let shown = || token.chars().take(DIGITS_MAX).collect::<String>();
    if matches!(token, "NaN" | "Infinity" | "-Infinity") {
        return Err(DecimalError::Infinite(shown()));
    }
    let (sign, unsigned) = token.strip_prefix('-').map_or(("", token), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned_exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if ![whole, fraction, unsigned_exponent].into_iter().all(digits) {
        return Err(DecimalError::Digits(shown()));
    }
    let fraction = fraction.trim_end_matches('0');
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok("0".to_owned());
    }
    // How many of the digits stand before the point; what no machine counts is too long too.
    let long = || DecimalError::Long(shown());
    let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().map_err(|_| long())?;
    let leading = all.len().saturating_sub(all.trim_start_matches('0').len());
    let count = |count: usize| i64::try_from(count).map_err(|_| long());
    let point = count(whole.len())?.saturating_sub(count(leading)?).saturating_add(exponent);
    let length = count(significant.len())?;
    let most = count(DIGITS_MAX)?;
    if point.max(length).max(length.saturating_sub(point)) > most {
        return Err(long());
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let before = usize::try_from(point).unwrap_or(0);
    Ok(match significant.split_at_checked(before) {
        Some(("", after)) => format!("{sign}0.{}{after}", zeros(point.saturating_neg())),
        Some((before, "")) => format!("{sign}{before}"),
        Some((before, after)) => format!("{sign}{before}.{after}"),
        None => format!("{sign}{significant}{}", zeros(point.saturating_sub(length))),
    })
}

/// A plain decimal in units of its last of `decimals` digits, rounded to the nearest and a tie to the even one, without
/// its sign; `None` if it has too many digits.
#[must_use]
pub fn rounded(plain: &str, decimals: usize) -> Option<u128> {
    let unsigned = plain.strip_prefix('-').unwrap_or(plain);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let padded = format!("{fraction:0<decimals$}");
    let (kept, dropped) = padded.split_at_checked(decimals)?;
    let kept: u128 = format!("{whole}{kept}").parse().ok()?;
    let dropped = dropped.trim_end_matches('0');
    let odd = kept.checked_rem(2)? == 1;
    // Digits compare as text; "5" alone is the tie.
    let up = if dropped == "5" { odd } else { dropped > "5" };
    kept.checked_add(u128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exponents_are_written_out() {
        for (token, expected) in [
            ("5e-05", "0.00005"),
            ("0.0005", "0.0005"),
            ("1e+16", "10000000000000000"),
            ("1E2", "100"),
            ("1.5e1", "15"),
            ("1.25e1", "12.5"),
            ("-3", "-3"),
            ("-2.50", "-2.5"),
            ("1.0", "1"),
            ("7.0", "7"),
            ("-0.0", "0"),
            ("0e999999999999999999999", "0"),
            ("100", "100"),
            ("0.1e1", "1"),
            ("0.001e2", "0.1"),
            ("1267650600228229401496703205376", "1267650600228229401496703205376"),
            ("1e59", &("1".to_owned() + &"0".repeat(59))),
            ("1e-60", &("0.".to_owned() + &"0".repeat(59) + "1")),
        ] {
            assert_eq!(plain(token).as_deref(), Ok(expected), "{token}");
        }
    }

    #[test]
    fn what_cannot_be_written_out_is_an_error() {
        for token in ["NaN", "Infinity", "-Infinity"] {
            assert_eq!(plain(token), Err(DecimalError::Infinite(token.to_owned())));
        }
        for token in ["1e60", "1e-61", "5e-324", "1e308", "1e99999999999999999999", "1e-99999999999999999999"] {
            assert_eq!(plain(token), Err(DecimalError::Long(token.to_owned())), "{token}");
        }
        assert!(matches!(plain(&"9".repeat(61)), Err(DecimalError::Long(_))));
        for token in ["", "-", "1.", ".5", "1e", "1e+", "1e--5", "+1", "x", "1.5.0", "１"] {
            assert_eq!(plain(token), Err(DecimalError::Digits(token.to_owned())), "{token}");
        }
    }

    #[test]
    fn ties_go_to_the_even_digit() {
        let cases =
            [("0.0005", 0), ("1.0005", 1000), ("1.0015", 1002), ("-1.00051", 1001), ("2", 2000), ("1.0004", 1000)];
        for (text, expected) in cases {
            assert_eq!(rounded(text, 3), Some(expected), "{text}");
        }
        assert_eq!((rounded(&"9".repeat(40), 1), rounded("x", 1)), (None, None));
    }

    proptest! {
        #[test]
        fn prop_a_point_moved_and_moved_back_changes_nothing(digits in 1u64.., scale in 0i32..18, shift in -20i32..20) {
            // digits · 10^-scale, once as it is and once with an exponent that undoes a shift.
            let text = format!("{digits}e{}", -scale);
            let value = plain(&text).unwrap();
            let moved = plain(&format!("{digits}e{}", shift - scale)).unwrap();
            prop_assert_eq!(plain(&format!("{moved}e{}", -shift)).unwrap(), value.clone());
            prop_assert_eq!(plain(&value), Ok(value.clone()));
            // Exactly the number: as a count of 10^-18.
            let count = u128::from(digits) * 10u128.pow(18 - scale.unsigned_abs());
            prop_assert_eq!(rounded(&value, 18), Some(count));
        }

        #[test]
        fn prop_no_text_panics(text in "\\PC{0,20}|[-+0-9.eE]{0,80}") {
            if let Ok(value) = plain(&text) {
                prop_assert_eq!(plain(&value), Ok(value.clone()));
                prop_assert!(value.len() <= DIGITS_MAX + 3);
            }
            let _ = rounded(&text, 3);
        }
    }
}
