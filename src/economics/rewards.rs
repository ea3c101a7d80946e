//! What a piece of work earns: base × role × stake × scarcity × reputation, rounded down, capped.
//!
//! Invariants: factors are multiplied first, in that order, each product rounded down to twelve decimals, and the amount
//! is rounded down once; nothing is paid for a low loss, which could be faked.

use super::Parameters;
use super::stake::stake_multiplier;
use crate::types::{Amount, Factor};

/// Ages in seconds below which asynchronous work has a freshness in tenths.
const ASYNC_FRESHNESS: [(u64, u64); 3] = [(3600, 10), (86_400, 7), (604_800, 5)];
/// In tenths, of anything older.
const ASYNC_STALE: u64 = 3;

/// What a member of a quorum holds and does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    /// It holds the embedding.
    pub embedding: bool,
    /// It holds the head.
    pub head: bool,
    /// It trains, rather than only answers.
    pub training: bool,
}

/// What a node's work is multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Multipliers {
    /// Of its [`Roles`].
    pub role: Factor,
    /// Of what it has staked.
    pub stake: Factor,
    /// Of how few hold the same.
    pub scarcity: Factor,
    /// Of how it behaved.
    pub reputation: Factor,
}

/// Pay for training `tokens` through `layers` layers, before multipliers. Parts of a batch count as their fraction;
/// `None` if the result is larger than can be counted.
#[must_use]
pub fn training(parameters: &Parameters, tokens: u64, layers: u64) -> Option<Amount> {
    parameters.training_pay.checked_mul(layers)?.checked_ratio(tokens, parameters.batch_tokens)
}

/// Pay for training outside quorums, by the work's age at submission.
#[must_use]
pub fn asynchronous(parameters: &Parameters, tokens: u64, layers: u64, age_seconds: u64) -> Option<Amount> {
    let whole = parameters.async_pay.checked_mul(layers)?.checked_ratio(tokens, parameters.batch_tokens)?;
    whole.checked_scale(async_freshness(age_seconds))
}

/// What is left of the worth of work that is `age_seconds` old.
#[must_use]
pub fn async_freshness(age_seconds: u64) -> Factor {
    let tenths =
        ASYNC_FRESHNESS.iter().find(|(limit, _)| age_seconds < *limit).map_or(ASYNC_STALE, |(_, tenths)| *tenths);
    Factor::ratio(u128::from(tenths), 10)
}

/// One and the bonus of each role.
#[must_use]
pub fn role_bonus(parameters: &Parameters, roles: Roles) -> Factor {
    let held = [
        (roles.embedding, parameters.embedding_bonus),
        (roles.head, parameters.head_bonus),
        (roles.training, parameters.training_bonus),
    ];
    held.into_iter().filter(|(holds, _)| *holds).fold(Factor::ONE, |sum, (_, bonus)| sum.plus(bonus))
}

/// Holders of a layer wanted in a network of `nodes`.
#[must_use]
pub fn target_replicas(parameters: &Parameters, nodes: u64) -> u64 {
    parameters.scarcity_target.max(nodes / 10)
}

/// From one, where enough hold the same, to two at most.
#[must_use]
pub fn scarcity_bonus(parameters: &Parameters, replicas: u64, nodes: u64) -> Factor {
    let target = target_replicas(parameters, nodes);
    let missing = Factor::ratio(u128::from(target.saturating_sub(replicas)), u128::from(target));
    Factor::ONE.plus(parameters.scarcity_bonus.times(missing)).min(Factor::ONE.plus(Factor::ONE))
}

impl Multipliers {
    /// Of a node with `stake` locked, reputation `r`, and `replicas` holders of what it holds among `nodes`.
    #[must_use]
    pub fn of(parameters: &Parameters, roles: Roles, stake: Amount, replicas: u64, nodes: u64, r: Factor) -> Self {
        Self {
            role: role_bonus(parameters, roles),
            stake: stake_multiplier(parameters, stake),
            scarcity: scarcity_bonus(parameters, replicas, nodes),
            reputation: Factor::ONE.plus(parameters.reputation_bonus.times(r)),
        }
    }

    /// The same work under other parameters: holders and reputation are read back from the factors that they gave under
    /// `old`, and where those gave nothing they give nothing; `stake` is what stands behind the node.
    #[must_use]
    pub fn under(&self, roles: Roles, stake: Amount, old: &Parameters, new: &Parameters) -> Self {
        let again = |factor: Factor, old: Factor, new: Factor| {
            let bonus = u128::from(factor.parts().saturating_sub(Factor::ONE.parts()));
            let scaled =
                bonus.saturating_mul(u128::from(new.parts())).checked_div(u128::from(old.parts())).unwrap_or(0);
            Factor::ONE.plus(Factor::from_parts(u64::try_from(scaled).unwrap_or(u64::MAX)))
        };
        let same_unit = old.stake_unit == new.stake_unit && old.stake_bonus != Factor::ZERO;
        let stake =
            if same_unit { again(self.stake, old.stake_bonus, new.stake_bonus) } else { stake_multiplier(new, stake) };
        Self {
            role: role_bonus(new, roles),
            stake,
            scarcity: again(self.scarcity, old.scarcity_bonus, new.scarcity_bonus),
            reputation: again(self.reputation, old.reputation_bonus, new.reputation_bonus),
        }
    }

    /// All of them.
    #[must_use]
    pub fn product(&self) -> Factor {
        self.role.times(self.stake).times(self.scarcity).times(self.reputation)
    }
}

/// What a receipt is paid: at most `limit.receipt`.
#[must_use]
pub fn reward(parameters: &Parameters, base: Amount, multipliers: &Multipliers) -> Amount {
    let full = base.checked_scale(multipliers.product()).unwrap_or(Amount::MAX);
    full.min(parameters.receipt_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_paid_by_its_tokens_however_it_is_cut() {
        let parameters = Parameters::default();
        let whole = training(&parameters, 60 * 4096, 10).unwrap();
        assert_eq!(whole.to_string(), "0.3");
        let parts = (0..60).filter_map(|_| training(&parameters, 4096, 10)).try_fold(Amount::ZERO, Amount::checked_add);
        assert_eq!(parts, Some(whole));
        assert_eq!(training(&parameters, 1024, 1).unwrap().to_string(), "0.000125");
        assert_eq!(training(&parameters, u64::MAX, u64::MAX), None, "more than can be counted");
    }

    fn reward_of(tokens: u64) -> Amount {
        let parameters = Parameters::default();
        let base = training(&parameters, tokens, 128).unwrap_or(Amount::MAX);
        let roles = Roles { embedding: true, head: true, training: true };
        let multipliers = Multipliers::of(&parameters, roles, Amount::from_neuro(1000), 1, 1, Factor::ONE);
        reward(&parameters, base, &multipliers)
    }

    #[test]
    fn a_reward_is_every_multiplier_and_then_the_cap() {
        // 1.6 × 1.1 × (1 + 0.5 · 2/3) × 1.1 = 2.581333…
        assert_eq!(reward_of(4096).to_string(), "0.165205333");
        assert_eq!(reward_of(u64::MAX), Parameters::default().receipt_max);
        assert_eq!(reward_of(0), Amount::ZERO);
    }
}
