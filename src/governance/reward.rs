//! What proposing and voting are paid, from the governance pool.
//!
//! Invariant: rounded down, and never more than the cap; whether the pool has it is for the ledger to say.

use crate::types::{Amount, Factor};

/// How proposers are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposerRates {
    /// Part of the stake that voted, if it was approved.
    pub approved: Factor,
    /// The same if it was rejected, with enough votes.
    pub rejected: Factor,
    /// Least that is paid.
    pub least: Amount,
    /// Most that is paid.
    pub most: Amount,
}

/// What a proposer earns by a proposal on which `voted` stake voted, on top of the refunded fee.
#[must_use]
pub fn proposer(voted: Amount, approved: bool, rates: &ProposerRates) -> Amount {
    let rate = if approved { rates.approved } else { rates.rejected };
    // More than can be counted is more than the most.
    let share = voted.checked_scale(rate).unwrap_or(Amount::MAX);
    share.max(rates.least).min(rates.most)
}

/// What a voter earns by a vote of that weight.
#[must_use]
pub fn voter(weight: Amount, rate: Factor) -> Amount {
    weight.checked_scale(rate).unwrap_or(Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_stays_between_its_limits() {
        let mille = |parts: u64| Factor::ratio(parts.into(), 10_000);
        let neuro = Amount::from_neuro;
        let mut rates = ProposerRates { approved: mille(10), rejected: mille(1), least: neuro(1), most: neuro(1000) };
        assert_eq!(proposer(neuro(100_000), true, &rates), neuro(100));
        assert_eq!(proposer(neuro(100_000), false, &rates), neuro(10));
        assert_eq!(proposer(Amount::ZERO, false, &rates), neuro(1));
        assert_eq!(proposer(Amount::MAX, true, &rates), neuro(1000));
        // Where the limits cross, the cap holds.
        rates.least = neuro(2000);
        assert_eq!(proposer(Amount::ZERO, true, &rates), neuro(1000));
        assert_eq!(voter(neuro(10_000), mille(1)), neuro(1));
    }
}
