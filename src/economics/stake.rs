//! What may be staked, what stake is worth, and what a seat among the validators asks for.

use super::Parameters;
use crate::types::{Amount, Factor};

/// Numbers of candidates up to which a seat asks for so many NEURO.
const ENTRY: [(u64, u64); 5] = [(2, 0), (10, 100), (50, 250), (200, 500), (1000, 1000)];
/// What it asks for above.
const ENTRY_MOST: u64 = 2500;
const DAY_SECONDS: u64 = 86_400;

/// Why a stake is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StakeError {
    /// Too little.
    #[error("a stake of {0} NEURO is below the least, {1} NEURO")]
    Small(Amount, Amount),
    /// Too much.
    #[error("a stake of {0} NEURO is above the most, {1} NEURO")]
    Large(Amount, Amount),
    /// Locked for too short or too long.
    #[error("a lock of {days} days is not allowed: {least} to {most} days are")]
    Lock {
        /// As asked for.
        days: u64,
        /// Shortest.
        least: u64,
        /// Longest.
        most: u64,
    },
}

/// That `amount` may be locked for `days`.
pub fn check(parameters: &Parameters, amount: Amount, days: u64) -> Result<(), StakeError> {
    if amount < parameters.stake_min {
        return Err(StakeError::Small(amount, parameters.stake_min));
    }
    if amount > parameters.stake_max {
        return Err(StakeError::Large(amount, parameters.stake_max));
    }
    let (least, most) = (parameters.lock_days_min, parameters.lock_days_max);
    if days < least || days > most {
        return Err(StakeError::Lock { days, least, most });
    }
    Ok(())
}

/// `1 + 0.1 · log2(1 + stake / 1000)`.
#[must_use]
pub fn stake_multiplier(parameters: &Parameters, stake: Amount) -> Factor {
    let unit = parameters.stake_unit.nano();
    let doublings = Factor::log2(stake.nano().saturating_add(unit), u64::try_from(unit).unwrap_or(u64::MAX));
    Factor::ONE.plus(parameters.stake_bonus.times(doublings))
}

/// What entering as a validator asks for when there are `candidates`, the one who enters included.
#[must_use]
pub fn validator_entry(candidates: u64) -> Amount {
    let tier = ENTRY.iter().find(|(most, _)| candidates <= *most);
    Amount::from_neuro(tier.map_or(ENTRY_MOST, |(_, neuro)| *neuro))
}

/// Power of a genesis validator: at genesis its stake or `chain.genesis_power`, whichever is more, and then straight down
/// to its own stake.
#[must_use]
pub fn genesis_power(parameters: &Parameters, stake: Amount, since_genesis_seconds: u64) -> Amount {
    let decay = parameters.genesis_decay_days.saturating_mul(DAY_SECONDS);
    let left = decay.saturating_sub(since_genesis_seconds);
    let above = parameters.genesis_power.saturating_sub(stake);
    let kept = above.checked_ratio(left, decay).unwrap_or(Amount::ZERO);
    stake.checked_add(kept).unwrap_or(Amount::MAX)
}

/// Lowers powers until none is more than a quarter of their sum, where there are four or more; the order is kept. What is
/// capped gets the largest power that is still a quarter, rounded down.
#[must_use]
pub fn cap_powers(powers: &[u64]) -> Vec<u64> {
    const PARTS: u128 = 4;
    if powers.len() < PARTS as usize {
        return powers.to_vec();
    }
    let mut falling = powers.to_vec();
    falling.sort_unstable_by(|a, b| b.cmp(a));
    // With the k largest at the cap c, c = (k·c + the rest) / 4; at most three can be above a quarter.
    let mut rest: u128 = falling.iter().map(|&power| u128::from(power)).sum();
    let mut cap = u64::MAX;
    for (capped, &next) in (0u128..PARTS).zip(&falling) {
        let quarter = rest.checked_div(PARTS.saturating_sub(capped)).unwrap_or(0);
        if u128::from(next) <= quarter {
            break;
        }
        rest = rest.saturating_sub(next.into());
        let left = PARTS.saturating_sub(capped).saturating_sub(1);
        cap = u64::try_from(rest.checked_div(left).unwrap_or(rest)).unwrap_or(u64::MAX);
    }
    powers.iter().map(|&power| power.min(cap)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn genesis_power_falls_to_the_own_stake() {
        let parameters = Parameters::default();
        let power = |stake, days: u64| genesis_power(&parameters, Amount::from_neuro(stake), days * DAY_SECONDS);
        assert_eq!([0, 73, 365, 999].map(|days| power(0, days)), [25_000, 20_000, 0, 0].map(Amount::from_neuro));
        assert_eq!([0, 365].map(|days| power(5_000, days)), [25_000, 5_000].map(Amount::from_neuro));
        assert_eq!(power(30_000, 0), Amount::from_neuro(30_000));
    }

    #[test]
    fn powers_are_capped_from_four_validators_on() {
        assert_eq!(cap_powers(&[100, 1, 1]), [100, 1, 1]);
        assert_eq!(cap_powers(&[1, 100, 1, 1]), [1, 1, 1, 1]);
        assert_eq!(cap_powers(&[100, 10, 10, 10]), [10, 10, 10, 10]);
        assert_eq!(cap_powers(&[50, 20, 20, 20]), [20, 20, 20, 20]);
        assert_eq!(cap_powers(&[50, 20, 20, 20, 20]), [26, 20, 20, 20, 20]);
        assert_eq!(cap_powers(&[5, 5, 5, 5]), [5, 5, 5, 5]);
        assert_eq!(cap_powers(&[0, 0, 0, 0]), [0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn prop_no_power_is_above_a_quarter(powers in proptest::collection::vec(0u64..1 << 40, 4..40)) {
            let capped = cap_powers(&powers);
            let sum: u64 = capped.iter().sum();
            for (before, after) in powers.iter().zip(&capped) {
                prop_assert!(after <= before);
                // Rounding down by one at most.
                prop_assert!(4 * after <= sum + 4, "{after} of {sum}");
            }
        }

        #[test]
        fn prop_more_stake_is_never_worth_less(stake in 0u64..10_000_000, more in 0u64..1_000_000) {
            let worth = |neuro| stake_multiplier(&Parameters::default(), Amount::from_neuro(neuro));
            prop_assert!(worth(stake) <= worth(stake + more));
        }
    }
}
