//! Genesis files: of a network, and of the private one that a node begins with when it was told of no other.
//!
//! Invariant: a devnet's rules are those of any network, with shorter periods and limits that let one fresh node earn,
//! stake and spend within a minute.

use crate::types::{Address, PublicKey};
use std::fmt::Write as _;

/// What a genesis file is made of.
#[derive(Debug, Clone)]
pub struct NewNetwork {
    /// What people call it.
    pub name: String,
    /// Its validators.
    pub validators: Vec<PublicKey>,
    /// Where the pay of the first goes, if not to its own account.
    pub payout: Option<Address>,
    /// Seconds since 1970.
    pub start: u64,
    /// The model's shape as TOML, `layers = …` and so on.
    pub model: String,
    /// What the first weights are drawn from.
    pub seed: u64,
    /// Bytes of weights and optimizer.
    pub state_bytes: u64,
    /// Tokens of an inner step.
    pub step_tokens: u64,
    /// Inner steps of a round.
    pub inner_steps: u64,
    /// Hash of the tokenizer; none where it is the bytes themselves.
    pub tokenizer: Option<String>,
    /// Hash of the training data.
    pub data: Option<String>,
}

/// Periods and limits that differ from a public network's.
const PARAMETERS: &str = r#""chain.registration_bits" = 12
"challenge.window" = 5
"challenge.deadline" = 10
"limit.receipt_seconds" = 1
"limit.receipts_per_hour" = 3600
"limit.tokens_per_minute" = 1000000000
"limit.day_free" = "10000"
"reward.training" = "0.01"
"stake.bond" = "1"
"stake.min" = "0.1"
"stake.lock_days_min" = 0
"stake.cooldown" = 30
"stake.bond_release" = 30
"train.horizon_steps" = 20000
"train.round_grace" = 0
"gov.stake_min" = "0.1"
"gov.fee" = "0.01"
"gov.review" = 5
"gov.voting" = 15
"gov.grace_least" = 3
"gov.grace_most" = 3
"gov.delay_most" = 3
"gov.emergency_voting" = 10
"gov.emergency_delay" = 3
"gov.resubmit" = 30
"gov.start_stake" = "0"
"gov.start_accounts" = 0
"gov.proposer_least" = "0"
"vocab.period" = 10
"vocab.frequency" = 10
"vocab.rollback_voting" = 10
"slash.vocabulary" = "0.1"
"#;

/// The genesis file of a devnet.
#[must_use]
pub fn devnet_text(network: &NewNetwork) -> String {
    devnet_text_every(network, 1)
}

/// The same, of one that makes a block every so many seconds.
#[must_use]
pub fn devnet_text_every(network: &NewNetwork, epoch_seconds: u64) -> String {
    let parameters = format!("\"chain.epoch_seconds\" = {epoch_seconds}\n{PARAMETERS}");
    format!("# A private network: its NEURO exists only here.\n{}", text(network, &parameters))
}

/// The genesis file of a network with the usual parameters.
#[must_use]
pub fn network_text(network: &NewNetwork) -> String {
    text(network, "")
}

fn text(network: &NewNetwork, parameters: &str) -> String {
    let NewNetwork { name, validators, payout, start, model, seed, state_bytes, step_tokens, inner_steps, .. } =
        network;
    let named = [("tokenizer", &network.tokenizer), ("data", &network.data)];
    let named = named.iter().filter_map(|(name, hash)| Some(format!("{name} = \"{}\"\n", hash.as_ref()?)));
    let named: String = named.collect();
    let mut text = format!("name = \"{name}\"\nstart = {start}\nseed = {seed}\nstate_bytes = {state_bytes}\n{named}\n");
    for (place, key) in validators.iter().enumerate() {
        let payout = payout.filter(|_| place == 0).map(|payout| format!("payout = \"{payout}\"\n"));
        let written = write!(text, "[[validators]]\nkey = \"{key}\"\n{}\n", payout.unwrap_or_default());
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    text + &format!(
        "[parameters]\n{parameters}\"train.inner_steps\" = {inner_steps}\n\"train.step_tokens\" = {step_tokens}\n\n\
         [model]\n{model}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::genesis::Genesis;
    use crate::ledger::tests::{address, key};

    #[test]
    fn a_devnet_is_a_network() {
        let devnet = NewNetwork {
            name: "devnet".into(),
            validators: vec![key(1).public(), key(2).public()],
            payout: Some(address(2)),
            start: 1_700_000_000,
            model: "layers = 4\nhidden = 96\nnorm_eps = 1e-5\n".into(),
            seed: 1,
            state_bytes: 1,
            step_tokens: 1024,
            inner_steps: 20,
            tokenizer: None,
            data: None,
        };
        let genesis = Genesis::parse(&devnet_text(&devnet)).unwrap();
        assert_eq!((genesis.layers, genesis.parameters.epoch_seconds, genesis.parameters.inner_steps), (4, 1, 20));
        assert_eq!((genesis.validators[0].payout, genesis.validators[1].payout), (Some(address(2)), None));
        assert_eq!(Genesis::parse(&devnet_text_every(&devnet, 7)).unwrap().parameters.epoch_seconds, 7);
        let usual = Genesis::parse(&network_text(&devnet)).unwrap();
        assert_eq!((usual.parameters.epoch_seconds, usual.parameters.step_tokens), (60, 1024));
    }
}
