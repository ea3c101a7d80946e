//! How much may be minted, and what a fraud costs.

use super::Parameters;
use crate::types::{Amount, Factor};

/// What a node may mint in a day: a little for nothing, more by what can be slashed.
#[must_use]
pub fn mint_a_day(parameters: &Parameters, slashable: Amount) -> Amount {
    let by_stake = slashable.checked_mul(parameters.day_per_stake).unwrap_or(Amount::MAX);
    let all = by_stake.checked_add(parameters.day_free).unwrap_or(Amount::MAX);
    all.min(parameters.day_max)
}

/// What is paid of a reward to a node that has minted `today` and may mint `a_day`, in an epoch that has `left`.
#[must_use]
pub fn payable(reward: Amount, today: Amount, a_day: Amount, left: Amount) -> Amount {
    reward.min(a_day.saturating_sub(today)).min(left)
}

/// How probably a receipt is checked in a network of `nodes`; alone there is nobody who could.
#[must_use]
pub fn spot_check(parameters: &Parameters, nodes: u64) -> Factor {
    match nodes {
        0 | 1 => Factor::ZERO,
        100..500 => parameters.spot_check_medium,
        _ => parameters.spot_check,
    }
}

/// What a proved fraud costs: the receipt's reward by how probably it is found, at least `slash.fraud_min`, and no more
/// than there is.
#[must_use]
pub fn fraud_penalty(parameters: &Parameters, reward: Amount, probability: Factor, slashable: Amount) -> Amount {
    // A probability of 0 asks for everything.
    let fair = reward.checked_ratio(Factor::ONE.parts(), probability.parts()).unwrap_or(Amount::MAX);
    fair.max(parameters.fraud_min).min(slashable)
}

/// What the reporter of a fraud gets of its penalty; the rest is burned.
#[must_use]
pub fn reporter_share(parameters: &Parameters, penalty: Amount, costs: Amount) -> Amount {
    let half = penalty.checked_ratio(1, 2).unwrap_or(Amount::ZERO);
    half.min(parameters.reporter_max.checked_add(costs).unwrap_or(Amount::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_limited_by_what_can_be_lost() {
        let day = |neuro| mint_a_day(&Parameters::default(), Amount::from_neuro(neuro));
        assert_eq!([0, 20, 1_998, 1_000_000].map(day), [10, 110, 10_000, 10_000].map(Amount::from_neuro));
        assert_eq!(mint_a_day(&Parameters::default(), Amount::MAX), Amount::from_neuro(10_000));
    }

    #[test]
    fn a_payment_passes_no_limit() {
        let pay = |reward, today, day, left| {
            payable(
                Amount::from_neuro(reward),
                Amount::from_neuro(today),
                Amount::from_neuro(day),
                Amount::from_neuro(left),
            )
        };
        assert_eq!(pay(5, 0, 10, 100), Amount::from_neuro(5));
        assert_eq!(pay(5, 8, 10, 100), Amount::from_neuro(2));
        assert_eq!(pay(5, 12, 10, 100), Amount::ZERO);
        assert_eq!(pay(5, 0, 10, 1), Amount::from_neuro(1));
    }

    #[test]
    fn fraud_never_pays_on_average() {
        let parameters = Parameters::default();
        let penalty = |reward, mille, slashable| {
            let probability = Factor::ratio(mille, 1000);
            fraud_penalty(&parameters, Amount::from_neuro(reward), probability, Amount::from_neuro(slashable))
        };
        assert_eq!(penalty(5, 50, 1000), Amount::from_neuro(100));
        assert_eq!(penalty(0, 50, 1000), Amount::from_neuro(20));
        assert_eq!(penalty(5, 50, 7), Amount::from_neuro(7));
        assert_eq!(penalty(5, 0, 70), Amount::from_neuro(70));
        assert_eq!(reporter_share(&parameters, Amount::from_neuro(100), Amount::from_neuro(1)), Amount::from_neuro(11));
        assert_eq!(reporter_share(&parameters, Amount::from_neuro(8), Amount::ZERO), Amount::from_neuro(4));
    }
}
