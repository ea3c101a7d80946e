//! Money: a count of nano-NEURO.
//!
//! Invariants: sums and differences are checked, products round down, and what is printed parses back to the same amount.

use super::Factor;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// Nano-NEURO in one NEURO.
pub const NANO_PER_NEURO: u128 = 1_000_000_000;
const DECIMALS: usize = 9;

/// An amount of NEURO, never negative.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize)]
pub struct Amount(u128);

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// There is nothing.
    #[error("an amount is missing: write NEURO as in 12 or 0.5")]
    Empty,
    /// A plus or minus.
    #[error("{0:?} has a sign: amounts are never negative, write it without")]
    Sign(String),
    /// Not digits, one point, and `_` between digits.
    #[error("{0:?} is no amount: write NEURO as in 12, 0.5 or 1_000")]
    Digits(String),
    /// Finer than a nano-NEURO.
    #[error("{0:?} has more than 9 decimals: the smallest amount is 0.000000001")]
    Decimals(String),
    /// More than can be counted.
    #[error("{0:?} is larger than any amount")]
    TooLarge(String),
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that can be counted.
    pub const MAX: Self = Self(u128::MAX);

    /// From a count of nano-NEURO.
    #[must_use]
    pub const fn from_nano(nano: u128) -> Self {
        Self(nano)
    }

    /// From whole NEURO.
    #[must_use]
    pub const fn from_neuro(neuro: u64) -> Self {
        // 2^64 · 10^9 is below 2^94.
        Self((neuro as u128).saturating_mul(NANO_PER_NEURO))
    }

    /// As a count of nano-NEURO.
    #[must_use]
    pub const fn nano(self) -> u128 {
        self.0
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it is larger than can be counted.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it is below nothing.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The difference, or nothing.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self · count`, unless it is larger than can be counted.
    #[must_use]
    pub fn checked_mul(self, count: u64) -> Option<Self> {
        self.0.checked_mul(u128::from(count)).map(Self)
    }

    /// `self · numerator / denominator`, rounded down once; `None` if the result is larger than can be counted or the
    /// denominator is 0. The product itself may be larger.
    #[must_use]
    pub fn checked_ratio(self, numerator: u64, denominator: u64) -> Option<Self> {
        let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
        // self = whole · denominator + rest, with rest < 2^64, so that rest · numerator fits.
        let whole = self.0.checked_div(denominator)?.checked_mul(numerator)?;
        let rest = self.0.checked_rem(denominator)?.checked_mul(numerator)?.checked_div(denominator)?;
        whole.checked_add(rest).map(Self)
    }

    /// `self · factor`, rounded down.
    #[must_use]
    pub fn checked_scale(self, factor: Factor) -> Option<Self> {
        self.checked_ratio(factor.parts(), Factor::ONE.parts())
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let digits_error = || AmountError::Digits(text.to_owned());
        match text.as_bytes().first() {
            None => return Err(AmountError::Empty),
            Some(b'+' | b'-') => return Err(AmountError::Sign(text.to_owned())),
            Some(_) => {}
        }
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let whole = digits(whole).ok_or_else(digits_error)?;
        let mut fraction = fraction.map_or(Some(String::new()), digits).ok_or_else(digits_error)?;
        if fraction.len() > DECIMALS {
            return Err(AmountError::Decimals(text.to_owned()));
        }
        fraction.push_str(&"0".repeat(DECIMALS.saturating_sub(fraction.len())));
        // One number of nano-NEURO: only its size can still be wrong.
        format!("{whole}{fraction}").parse().map(Self).map_err(|_| AmountError::TooLarge(text.to_owned()))
    }
}

/// The digits without `_`, which may stand between two of them.
fn digits(text: &str) -> Option<String> {
    let right = text.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    right.then(|| text.replace('_', ""))
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / NANO_PER_NEURO, self.0 % NANO_PER_NEURO);
        let mut text = whole.to_string();
        if fraction > 0 {
            text.push('.');
            text.push_str(format!("{fraction:09}").trim_end_matches('0'));
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} NEURO")
    }
}

super::text!(Amount, parsed);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, nano) in [
            ("0", 0),
            ("1.5", 1_500_000_000),
            ("1_000", 1_000_000_000_000),
            ("0.000000001", 1),
            ("007.10", 7_100_000_000),
            ("340282366920938463463374607431.768211455", u128::MAX),
        ] {
            assert_eq!(text.parse(), Ok(Amount(nano)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_reason() {
        let error = |text: &str| text.parse::<Amount>().unwrap_err();
        assert_eq!(error(""), AmountError::Empty);
        for text in ["-1", "+1", "-"] {
            assert_eq!(error(text), AmountError::Sign(text.to_owned()));
        }
        for text in [" 1", "1 ", ".", "1.", ".5", "_1", "1_", "1__0", "1._5", "1.5.0", "1e3", "0x1", "NaN", "inf", "１"]
        {
            assert_eq!(error(text), AmountError::Digits(text.to_owned()), "{text:?}");
        }
        assert_eq!(error("0.0000000001"), AmountError::Decimals("0.0000000001".to_owned()));
        for text in ["340282366920938463463374607431.768211456", &"9".repeat(60)] {
            assert_eq!(error(text), AmountError::TooLarge(text.to_owned()));
        }
    }

    #[test]
    fn a_product_may_pass_what_can_be_counted_on_its_way() {
        assert_eq!(Amount::MAX.checked_ratio(3, 3), Some(Amount::MAX));
        assert_eq!(Amount::MAX.checked_ratio(3, 2), None);
        assert_eq!(Amount(10).checked_ratio(1, 0), None);
        assert_eq!(Amount(10).checked_ratio(2, 3), Some(Amount(6)));
    }

    proptest! {
        #[test]
        fn prop_what_is_printed_is_read_again(nano: u128) {
            prop_assert_eq!(Amount(nano).to_string().parse(), Ok(Amount(nano)));
        }

        #[test]
        fn prop_no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Amount>();
        }

        #[test]
        fn prop_ratios_round_down(nano in 0..1u128 << 64, numerator: u64, denominator in 1u64..) {
            let exact = nano * u128::from(numerator) / u128::from(denominator);
            prop_assert_eq!(Amount(nano).checked_ratio(numerator, denominator), Some(Amount(exact)));
        }
    }
}
