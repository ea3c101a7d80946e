//! Segments: the pieces that training is checked by, and the record of each that a receipt commits to.

use crate::types::{Hash, merkle};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a node says of some consecutive inner steps. Whoever has the state before the round's first step, and the data,
/// can compute it again.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize)]
pub struct SegmentRecord {
    /// The outer round.
    pub round: u64,
    /// The first inner step of it, counted from 0 within the round.
    pub first_step: u64,
    /// How many.
    pub steps: u64,
    /// Hash of weights and optimizer before them.
    pub start: Hash,
    /// Hash of weights and optimizer after them.
    pub end: Hash,
    /// Hash of all that came from outside: tokens, or what other stages sent.
    pub inputs: Hash,
    /// Hash of the sums of squares that gradients were clipped by.
    pub clipping: Hash,
    /// Loss of the last step in millionths.
    pub loss: i64,
}

/// The root that a receipt has.
#[must_use]
pub fn root(records: &[SegmentRecord]) -> Hash {
    merkle::root(records)
}

/// A number as receipts carry it: in millionths. `None` for what is no number, or too large for one.
#[must_use]
pub fn millionths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.get(..fraction.len().min(6))?;
    let padded = format!("{whole}{digits}{}", "0".repeat(6usize.saturating_sub(digits.len())));
    if fraction.bytes().all(|byte| byte.is_ascii_digit()) { padded.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_millionths_and_what_is_none_does_not() {
        let of = |text| millionths(text);
        assert_eq!(of("1.5"), Some(1_500_000));
        assert_eq!(of("0.0000019"), Some(1));
        assert_eq!(of("-2"), Some(-2_000_000));
        assert_eq!(
            [of("NaN"), of("inf"), of("1e9"), of("99999999999999999"), of("")],
            [None, None, None, None, Some(0)]
        );
    }
}
