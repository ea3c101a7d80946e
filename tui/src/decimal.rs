//! Decimal amounts as people type them, compared without ever becoming a float.

use std::cmp::Ordering;

/// Decimals of the smallest amount.
const DECIMALS: usize = 9;
/// Digits before the point that any amount has at most.
const DIGITS_MAX: usize = 20;

/// Whether a text says more than nothing.
pub(crate) fn some(text: &str) -> bool {
    Decimal::parse(text).is_ok_and(|amount| !amount.is_zero())
}

/// A decimal number that is not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    whole: String,
    fraction: String,
}

impl Decimal {
    /// What the text says, or what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() {
            return Err("type an amount");
        }
        if !digits(whole) || !digits(fraction) {
            return Err("an amount is digits, such as 12.5");
        }
        if fraction.len() > DECIMALS {
            return Err("at most 9 decimals");
        }
        let whole = whole.trim_start_matches('0').to_owned();
        if whole.len() > DIGITS_MAX {
            return Err("more than there can be");
        }
        Ok(Self { whole, fraction: fraction.trim_end_matches('0').to_owned() })
    }

    /// Whether it is nothing.
    pub(crate) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.whole.is_empty() { "0" } else { &self.whole })?;
        if self.fraction.is_empty() { Ok(()) } else { write!(f, ".{}", self.fraction) }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without leading zeros, more digits are a larger number; fractions compare from the left.
        let length = self.whole.len().cmp(&other.whole.len());
        length.then_with(|| self.whole.cmp(&other.whole)).then_with(|| self.fraction.cmp(&other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_compared() {
        let of = |text| Decimal::parse(text).unwrap();
        assert!(of("9.99") < of("10") && of("0.5") < of("0.51") && of("007") == of("7.000"));
        assert!(of("0.00").is_zero() && !of(".000000001").is_zero());
        assert_eq!([of("012.50").to_string(), of(".5").to_string()], ["12.5", "0.5"]);
        for wrong in ["", ".", "-1", "1e9", "1.0000000001", "1,5", "999999999999999999999"] {
            assert!(Decimal::parse(wrong).is_err(), "{wrong}");
        }
    }
}
