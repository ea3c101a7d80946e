//! Names that parameters had before the table, so that older proposals still say what they mean.
//!
//! Invariant: a name leads to one entry, whichever of its modules it is given with.

/// Modules that the economic names were given with.
const ECONOMICS: &[&str] = &["economics.constants"];
/// Modules that the names about governance were given with.
const GOVERNANCE: &[&str] = &["economics.constants", "governance.proposal", "governance.rewards"];
/// Modules that the names about the model were given with.
const MODEL: &[&str] = &["model.llm"];

/// Older name, its modules, and the entry of the table.
pub const ALIASES: &[(&str, &[&str], &str)] = &[
    ("TRAINING_REWARD_PER_BATCH", ECONOMICS, "reward.training"),
    ("TRAINING_REWARD_PER_BATCH_PER_LAYER", ECONOMICS, "reward.training"),
    ("ASYNC_TRAINING_REWARD_PER_BATCH", ECONOMICS, "reward.async"),
    ("ASYNC_TRAINING_REWARD_PER_BATCH_PER_LAYER", ECONOMICS, "reward.async"),
    ("FEE_BURN_RATE", ECONOMICS, "fee.burn"),
    ("INITIATOR_BONUS", ECONOMICS, "bonus.embedding"),
    ("FINISHER_BONUS", ECONOMICS, "bonus.head"),
    ("TRAINING_BONUS", ECONOMICS, "bonus.training"),
    ("STAKING_UNIT", ECONOMICS, "bonus.stake_unit"),
    ("STAKING_BASE_BONUS", ECONOMICS, "bonus.stake"),
    ("SCARCITY_BONUS_MAX", ECONOMICS, "bonus.scarcity"),
    ("TARGET_REPLICAS_BASE", ECONOMICS, "bonus.scarcity_target"),
    ("MIN_STAKE_AMOUNT", ECONOMICS, "stake.min"),
    ("MAX_STAKE_AMOUNT", ECONOMICS, "stake.max"),
    ("MIN_STAKE_DURATION_DAYS", ECONOMICS, "stake.lock_days_min"),
    ("MAX_STAKE_DURATION_DAYS", ECONOMICS, "stake.lock_days_max"),
    ("MIN_STAKE_TO_PROPOSE", GOVERNANCE, "gov.stake_min"),
    ("PROPOSAL_FEE", GOVERNANCE, "gov.fee"),
    ("VOTER_REWARD_RATE", GOVERNANCE, "gov.voter_reward"),
    ("PROPOSER_REWARD_RATE_APPROVED", GOVERNANCE, "gov.proposer_approved"),
    ("PROPOSER_REWARD_RATE_QUORUM", GOVERNANCE, "gov.proposer_rejected"),
    ("PROPOSER_REWARD_MIN", GOVERNANCE, "gov.proposer_least"),
    ("PROPOSER_REWARD_MAX", GOVERNANCE, "gov.proposer_most"),
    ("MTP_ENABLED", MODEL, "model.mtp"),
    ("MTP_DEPTH", MODEL, "model.mtp_depth"),
    ("MTP_LOSS_WEIGHT", MODEL, "model.mtp_weight"),
];

/// The entry of the table that an older name leads to.
#[must_use]
pub fn entry(module: &str, parameter: &str) -> Option<&'static str> {
    let found = ALIASES.iter().find(|(name, modules, _)| *name == parameter && modules.contains(&module));
    found.map(|(_, _, entry)| *entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::Parameters;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_there_once_and_leads_to_an_entry() {
        let names: BTreeSet<_> = ALIASES.iter().map(|(name, _, _)| name).collect();
        assert_eq!(names.len(), ALIASES.len());
        for (name, _, entry) in ALIASES {
            assert!(Parameters::default().get(entry).is_some(), "{name}");
        }
    }

    #[test]
    fn a_name_counts_only_with_its_modules() {
        assert_eq!(entry("economics.constants", "FEE_BURN_RATE"), Some("fee.burn"));
        assert_eq!(entry("governance.rewards", "PROPOSAL_FEE"), Some("gov.fee"));
        assert_eq!((entry("governance.rewards", "FEE_BURN_RATE"), entry("", "FEE_BURN_RATE")), (None, None));
    }
}
