//! Where a fee goes.
//!
//! Invariant: the parts add up to the whole.

use super::Parameters;
use crate::types::{Amount, Factor};

/// The parts of a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Gone for good.
    pub burned: Amount,
    /// To the pool that pays for governance.
    pub pool: Amount,
    /// To the epoch's proposer.
    pub proposer: Amount,
}

/// The part of a spending that is burned, rounded down.
#[must_use]
pub fn burn(parameters: &Parameters, spent: Amount) -> Amount {
    share(spent, parameters.burn)
}

/// Splits a fee: a part is burned, a part of the rest goes to the pool (both rounded down), what remains to the proposer.
#[must_use]
pub fn split(parameters: &Parameters, fee: Amount) -> Split {
    let burned = burn(parameters, fee);
    let rest = fee.saturating_sub(burned);
    let pool = share(rest, parameters.pool);
    Split { burned, pool, proposer: rest.saturating_sub(pool) }
}

fn share(amount: Amount, share: Factor) -> Amount {
    amount.checked_scale(share.min(Factor::ONE)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_the_parts_add_up(nano: u128) {
            let fee = Amount::from_nano(nano);
            let Split { burned, pool, proposer } = split(&Parameters::default(), fee);
            let sum = burned.checked_add(pool).and_then(|sum| sum.checked_add(proposer));
            prop_assert_eq!(sum, Some(fee));
        }
    }
}
