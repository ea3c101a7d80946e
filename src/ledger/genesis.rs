//! Genesis: the file that defines a network, and the state that it begins with.
//!
//! Invariants: the chain id is the hash of the file's text, so that two files are never one network; supply begins at 0.

use super::block::{BLOCK_VERSION, Header, support_hash, transactions_root};
use super::network::{Context, Network, Tip};
use super::nodes::{Announcement, Census, Node, Nth, Standing};
use super::state::{Changes, Draft};
use super::tree::Tree;
use super::validators::{Seat, Validators, found};
use crate::economics::Parameters;
use crate::economics::parameters::{ParameterError, Value};
use crate::types::{Address, Certificate, ChainId, Domain, Hash, Height, PublicKey};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest genesis file in bytes.
pub const GENESIS_BYTES_MAX: usize = 1 << 20;
/// Validators that a genesis names at most.
const VALIDATORS_MAX: usize = 128;
/// Layers of a model at most.
const LAYERS_MAX: u32 = 1024;

/// A network, as its file defines it.
#[derive(Debug, Clone)]
pub struct Genesis {
    /// The file's text.
    pub text: String,
    /// The hash of that.
    pub chain: ChainId,
    /// What people call it.
    pub name: String,
    /// Milliseconds since 1970 at which it begins.
    pub start_ms: u64,
    /// The first validators.
    pub validators: Vec<Founder>,
    /// All parameters, as the file changes them.
    pub parameters: Parameters,
    /// Layers of the model.
    pub layers: u32,
    /// The model's shape, with `layers`, as the model's own code reads it.
    pub model: toml::Table,
    /// What the first weights are drawn from.
    pub seed: u64,
    /// Bytes of weights and optimizer.
    pub state_bytes: u64,
    /// Hash of the tokenizer's file; the bytes themselves where there is none.
    pub tokenizer: Option<Hash>,
    /// Hash of the training data's manifest.
    pub data: Option<Hash>,
    /// Where to find others.
    pub bootstrap: Vec<String>,
}

/// A validator of genesis; it is a registered node from the beginning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founder {
    /// The public key of its node.
    pub key: PublicKey,
    /// Where its pay goes, if not to its own account.
    pub payout: Option<Address>,
}

/// Why a text defines no network.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// Longer than any genesis.
    #[error("a genesis of {0} bytes is larger than the most, {GENESIS_BYTES_MAX}")]
    Size(usize),
    /// Not the fields that there are.
    #[error("this is no genesis: {0}")]
    Form(#[from] toml::de::Error),
    /// A value that can't be.
    #[error("{field} in the genesis can't be {value}: {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// As written.
        value: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A parameter that can't be changed like that.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    start: u64,
    seed: u64,
    state_bytes: u64,
    tokenizer: Option<Hash>,
    data: Option<Hash>,
    #[serde(default)]
    bootstrap: Vec<String>,
    validators: Vec<Founder>,
    #[serde(default)]
    parameters: BTreeMap<String, toml::Value>,
    model: toml::Table,
}

impl Genesis {
    /// Reads a genesis file.
    pub fn parse(text: &str) -> Result<Self, GenesisError> {
        const DOMAIN: Domain = Domain::new("genesis");
        if text.len() > GENESIS_BYTES_MAX {
            return Err(GenesisError::Size(text.len()));
        }
        let file: File = toml::from_str(text)?;
        let named = !file.name.is_empty()
            && file.name.len() <= 32
            && file.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !named {
            let why = "a name has lower-case letters, digits and -, at most 32 of them";
            return Err(GenesisError::Field { field: "name", value: file.name.chars().take(80).collect(), why });
        }
        let keys: Vec<PublicKey> = file.validators.iter().map(|founder| founder.key).collect();
        let twice = keys.iter().enumerate().any(|(place, key)| keys.iter().take(place).any(|other| other == key));
        if keys.is_empty() || keys.len() > VALIDATORS_MAX || twice {
            let why = "there are 1 to 128 validators, each with a key of its own";
            return Err(GenesisError::Field { field: "validators", value: keys.len().to_string(), why });
        }
        let layers = file.model.get("layers").and_then(toml::Value::as_integer);
        let layers = layers.and_then(|layers| u32::try_from(layers).ok()).filter(|layers| *layers > 0);
        let Some(layers) = layers.filter(|layers| *layers <= LAYERS_MAX) else {
            let why = "a model has 1 to 1024 layers";
            let value = file.model.get("layers").map_or_else(|| "absent".to_owned(), toml::Value::to_string);
            return Err(GenesisError::Field { field: "model.layers", value, why });
        };
        let mut parameters = Parameters::default();
        for (name, value) in &file.parameters {
            let value = match value {
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::String(text) => text.clone(),
                other => format!("{other} (put it in quotes)"),
            };
            parameters.set(name, Value::parse(name, &value)?)?;
        }
        Ok(Self {
            text: text.to_owned(),
            chain: ChainId(Hash::of(&DOMAIN, text)),
            name: file.name,
            start_ms: file.start.saturating_mul(1000),
            validators: file.validators,
            parameters,
            layers,
            model: file.model,
            seed: file.seed,
            state_bytes: file.state_bytes,
            tokenizer: file.tokenizer,
            data: file.data,
            bootstrap: file.bootstrap,
        })
    }

    /// The state that the chain begins with, its tree, and the header of block 0.
    #[must_use]
    pub fn begin(&self) -> (Changes, Tree, Header) {
        let nothing = BTreeMap::new();
        let mut draft = Draft::over(&nothing);
        let addresses: Vec<Address> = self.validators.iter().map(|founder| Address::of(&founder.key)).collect();
        let network = Network {
            chain: self.chain,
            units: self.layers.saturating_add(2),
            state_bytes: self.state_bytes,
            start_ms: self.start_ms,
            founders: addresses.clone(),
        };
        draft.put((), &network);
        draft.put((), &self.parameters);
        draft.put((), &Tip { time_ms: self.start_ms, ..Tip::default() });
        for ((place, founder), at) in (0u64..).zip(&self.validators).zip(&addresses) {
            let announcement = Announcement { payout: founder.payout, tier: 5, ..Announcement::default() };
            draft.put(*at, &Node { standing: Standing::Registered, announcement, ..Node::default() });
            draft.put(*at, &Seat { key: Some(founder.key), genesis: true, ..Seat::default() });
            draft.put(place, &Nth(Some(*at)));
        }
        draft.put((), &Census { registered: addresses.len() as u64, active: 0 });
        let mut candidates = addresses;
        candidates.sort_unstable();
        let mut validators = Validators { candidates, ..Validators::default() };
        let cx = Context { parameters: &self.parameters, network: &network, height: Height(0), time_ms: self.start_ms };
        found(&draft, &cx, &mut validators);
        draft.put((), &validators);
        let changes = draft.changes().clone();
        let tree = Tree::default().with(changes.iter().map(|(key, value)| (key, value.as_ref())));
        let header = Header {
            version: BLOCK_VERSION,
            chain: self.chain,
            height: Height(0),
            time_ms: self.start_ms,
            parent: Hash::default(),
            proposer: None,
            transactions: transactions_root(&[]),
            support: support_hash(&[], &Certificate::default()),
            state: tree.root(),
            validators: validators.set.hash(),
            parameters: self.parameters.hash(),
            model: Hash::default(),
        };
        (changes, tree, header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SecretKey;

    fn text(extra: &str) -> String {
        let key = SecretKey::from_bytes(&[1; 32]).unwrap().public();
        format!(
            "name = \"home\"\nstart = 1000\nseed = 7\nstate_bytes = 5\n[[validators]]\nkey = \"{key}\"\n{extra}\n[model]\nlayers = 2\n"
        )
    }

    #[test]
    fn the_chain_is_the_text() {
        let (a, b) = (Genesis::parse(&text("")).unwrap(), Genesis::parse(&text("# a word")).unwrap());
        assert_ne!(a.chain, b.chain);
        assert_eq!(a.begin().2, Genesis::parse(&text("")).unwrap().begin().2);
        assert_eq!(a.begin().1.root(), a.begin().2.state);
    }

    #[test]
    fn parameters_are_checked_against_their_table() {
        let parameters = |line: &str| Genesis::parse(&text(&format!("[parameters]\n{line}"))).map(|all| all.parameters);
        let good = parameters("\"chain.epoch_seconds\" = 1\n\"stake.bond\" = \"0.5\"\n\"fee.burn\" = \"0.1\"").unwrap();
        assert_eq!((good.epoch_seconds, good.bond.nano(), good.burn.parts()), (1, 500_000_000, 100_000_000_000));
        let wrong = |line| parameters(line).unwrap_err().to_string();
        assert!(wrong("\"chain.epoch_seconds\" = 0").contains("1 to 3600 seconds"));
        assert!(wrong("\"chain.epochs\" = 1").contains("no parameter"));
        assert!(wrong("\"stake.bond\" = \"many\"").contains("NEURO"));
        assert!(wrong("\"stake.bond\" = 0.5").contains("stake.bond"), "a float is no amount: it is written as text");
    }

    #[test]
    fn a_network_needs_validators_a_name_and_layers() {
        let broken = |from: &str, to: &str| Genesis::parse(&text("").replace(from, to)).is_err();
        assert!(broken("home", "Home sweet home"));
        assert!(broken("layers = 2", "layers = 0"));
        assert!(broken("layers = 2", "layers = 99999999"));
        assert!(broken("seed = 7", "seed = 7\nsurprise = 1"));
        let twice =
            text("").replace("[model]", &format!("{}\n[model]", &text("")[text("").find("[[").unwrap()..][..86]));
        assert!(Genesis::parse(&twice).is_err());
    }
}
