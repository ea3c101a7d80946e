//! The private network that a node begins with when it was told of no other.
//!
//! Invariant: its rules are those of any network, with shorter periods and limits that let one fresh node earn, stake and
//! spend within a minute.

use crate::types::{Address, PublicKey};
use std::fmt::Write as _;

/// What a devnet is made of.
#[derive(Debug, Clone)]
pub struct Devnet {
    /// Its one validator.
    pub key: PublicKey,
    /// Where that one's pay goes, if not to its own account.
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
    /// Hash of the training data.
    pub data: Option<String>,
}

/// Periods and limits that differ from a public network's.
const PARAMETERS: &str = r#""chain.epoch_seconds" = 1
"chain.registration_bits" = 12
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
"#;

/// The genesis file of a devnet.
#[must_use]
pub fn devnet_text(devnet: &Devnet) -> String {
    let Devnet { key, payout, start, model, seed, state_bytes, step_tokens, inner_steps, data } = devnet;
    let mut text = String::from("# A private network: its NEURO exists only here.\n");
    let payout = payout.map(|payout| format!("payout = \"{payout}\"\n")).unwrap_or_default();
    let data = data.as_ref().map(|data| format!("data = \"{data}\"\n")).unwrap_or_default();
    let written = write!(
        text,
        "name = \"devnet\"\nstart = {start}\nseed = {seed}\nstate_bytes = {state_bytes}\n{data}\n\
         [[validators]]\nkey = \"{key}\"\n{payout}\n\
         [parameters]\n{PARAMETERS}\"train.inner_steps\" = {inner_steps}\n\"train.step_tokens\" = {step_tokens}\n\n\
         [model]\n{model}"
    );
    debug_assert!(written.is_ok(), "a string takes everything");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::genesis::Genesis;
    use crate::ledger::tests::{address, key};

    #[test]
    fn a_devnet_is_a_network() {
        let devnet = Devnet {
            key: key(1).public(),
            payout: Some(address(2)),
            start: 1_700_000_000,
            model: "layers = 4\nhidden = 96\nnorm_eps = 1e-5\n".into(),
            seed: 1,
            state_bytes: 1,
            step_tokens: 1024,
            inner_steps: 20,
            data: None,
        };
        let genesis = Genesis::parse(&devnet_text(&devnet)).unwrap();
        assert_eq!((genesis.layers, genesis.parameters.epoch_seconds, genesis.parameters.inner_steps), (4, 1, 20));
        assert_eq!(genesis.validators[0].payout, Some(address(2)));
    }
}
