//! Multipliers: fixed point with twelve decimals, so that every machine gets the same result.
//!
//! Invariants: operations round down, once each, and stop at the largest factor instead of wrapping.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// A multiplier that is not negative, in parts of [`Factor::ONE`].
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize)]
pub struct Factor(u64);

/// Binary digits of a logarithm behind the point.
const LOG_BITS: u32 = 44;
/// Binary digits of a mantissa behind the point: its square has to fit into 128 bits.
const MANTISSA_BITS: u32 = 62;

impl Factor {
    /// Changes nothing.
    pub const ONE: Self = Self(1_000_000_000_000);
    /// Leaves nothing.
    pub const ZERO: Self = Self(0);
    /// Eighteen million.
    pub const MAX: Self = Self(u64::MAX);

    /// From parts of [`Factor::ONE`].
    #[must_use]
    pub const fn from_parts(parts: u64) -> Self {
        Self(parts)
    }

    /// In parts of [`Factor::ONE`].
    #[must_use]
    pub const fn parts(self) -> u64 {
        self.0
    }

    /// `numerator / denominator`; [`Factor::MAX`] where the denominator is 0.
    #[must_use]
    pub fn ratio(numerator: u128, denominator: u128) -> Self {
        // What is past the largest factor needs no exact product.
        let scaled = numerator.saturating_mul(u128::from(Self::ONE.0));
        scaled.checked_div(denominator).map_or(Self::MAX, Self::clamp)
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = u128::from(self.0).saturating_mul(u128::from(other.0));
        Self::clamp(product.checked_div(u128::from(Self::ONE.0)).unwrap_or(u128::MAX))
    }

    /// The base-2 logarithm of `numerator / denominator`, or 0 where that is at most 1. It is never above the true value,
    /// and less than 2 · 10^-12 below it for ratios up to 2^64 of denominators below 2^64.
    ///
    /// Bit by bit: a number from 1 to 2 is squared, and where the square is 2 or more the bit is 1 and the square halved.
    #[must_use]
    pub fn log2(numerator: u128, denominator: u64) -> Self {
        let denominator = u128::from(denominator);
        let (Some(whole), Some(rest)) = (numerator.checked_div(denominator), numerator.checked_rem(denominator)) else {
            return Self::MAX;
        };
        if whole == 0 {
            return Self::ZERO;
        }
        // Integer part and mantissa in [1, 2); digits of the fraction count while the whole part leaves room for them.
        let integer = whole.ilog2();
        let fraction = (rest << MANTISSA_BITS).checked_div(denominator).unwrap_or(0);
        let mut mantissa = if integer <= MANTISSA_BITS {
            (whole << MANTISSA_BITS.saturating_sub(integer)) | (fraction >> integer)
        } else {
            whole >> integer.saturating_sub(MANTISSA_BITS)
        };
        let mut bits = u128::from(integer);
        for _ in 0..LOG_BITS {
            mantissa = mantissa.saturating_mul(mantissa) >> MANTISSA_BITS;
            let high = mantissa >> MANTISSA_BITS.saturating_add(1);
            mantissa >>= high;
            bits = (bits << 1) | high;
        }
        Self::clamp(bits.saturating_mul(u128::from(Self::ONE.0)) >> LOG_BITS)
    }

    fn clamp(parts: u128) -> Self {
        Self(u64::try_from(parts).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:012}", self.0 / Self::ONE.0, self.0 % Self::ONE.0);
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Why a text is no multiplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a multiplier is written as in 1.5, with at most twelve decimals")]
pub struct FactorError;

impl FromStr for Factor {
    type Err = FactorError;

    fn from_str(text: &str) -> Result<Self, FactorError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 12 {
            return Err(FactorError);
        }
        format!("{whole}{fraction:0<12}").parse().map(Self).map_err(|_| FactorError)
    }
}

impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "×{self}")
    }
}

super::text!(Factor, parsed);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn factors_are_printed_as_decimals() {
        let half = Factor::ratio(1, 2);
        assert_eq!(
            [Factor::ONE, half, Factor::ZERO, Factor::ONE.plus(half)].map(|f| f.to_string()),
            ["1", "0.5", "0", "1.5"]
        );
        assert_eq!(Factor::from_parts(1).to_string(), "0.000000000001");
    }

    #[test]
    fn logarithms_of_powers_are_whole() {
        for power in 0..100 {
            assert_eq!(Factor::log2(1 << power, 1), Factor(power * Factor::ONE.0));
        }
        assert_eq!([(0, 5), (4, 5), (5, 5)].map(|(n, d)| Factor::log2(n, d)), [Factor::ZERO; 3]);
        assert_eq!((Factor::log2(3, 0), Factor::ratio(3, 0)), (Factor::MAX, Factor::MAX));
    }

    #[test]
    fn nothing_wraps() {
        assert_eq!((Factor::MAX.times(Factor::MAX), Factor::MAX.plus(Factor::ONE)), (Factor::MAX, Factor::MAX));
        assert_eq!(Factor::ratio(u128::MAX, 1), Factor::MAX);
        assert!(Factor::log2(u128::MAX, 1) < Factor(128 * Factor::ONE.0));
    }

    proptest! {
        #[test]
        fn prop_log2_never_falls(stake: u64, more: u64) {
            let log2 = |stake: u128| Factor::log2(1_000_000_000_000 + stake, 1_000_000_000_000);
            prop_assert!(log2(u128::from(stake)) <= log2(u128::from(stake) + u128::from(more)));
        }
    }
}
