//! What a node trains: the network's model on its data, or those of a new devnet.

use std::path::PathBuf;

use anyhow::anyhow;
use neuroshard_commands::{GenesisNewArgs, Preset};
use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::config::ModelConfig;
use neuroshard_model::data::Dataset;
use neuroshard_model::parameters;
use neuroshard_model::training::Recipe;
use neuroshard_tui::snapshot::Device;

use super::start::Prepared;
use crate::app::compute::{self, open_device};
use crate::app::train::{absolute_all, read_data};
use crate::app::{AppError, Context};
use crate::config;
use crate::keystore::NodeKey;
use crate::node::recipe;
use crate::node::{
    Initial, NetworkFolder, NewNetwork, Training, data_fingerprint, devnet_text, devnet_text_every, network_text,
    now_ms,
};
use crate::types::{Address, Hash, PublicKey};

/// How long the device is measured for.
const TIER_TIME: std::time::Duration = std::time::Duration::from_millis(100);
/// Bytes of a weight and its two moments.
const STATE_BYTES: u64 = 12;

/// Shape, recipe, data and device, as the network settled them.
pub(super) fn prepare(
    cx: &Context,
    chosen: &config::Settings,
    network: &NetworkFolder,
    prepared: &mut Prepared,
) -> Result<Option<Training>, AppError> {
    if chosen.no_training {
        return Ok(None);
    }
    let genesis = &network.genesis;
    let wrong =
        |what: String| AppError::refused(anyhow!(what)).while_doing("the network's model can't be trained here");
    let config: ModelConfig =
        genesis.model.clone().try_into().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    config.validate().and_then(|()| config.validate_vocab()).map_err(|error| wrong(error.to_string()))?;
    let recipe = recipe(&config, genesis.parameters.step_tokens, genesis.seed);
    recipe.validate(&config).map_err(|error| wrong(error.to_string()))?;
    compute::check_fits(&config, 16, recipe.batch)?;
    let mut sources = absolute_all(&chosen.data)?;
    let data = if let Some(data) = prepared.data.take() {
        data
    } else {
        let saved =
            Checkpoint::open(&network.model()).ok().and_then(|opened| opened.checkpoint.training().ok().flatten());
        if let (true, Some(saved)) = (sources.is_empty(), saved) {
            sources = saved.sources;
        }
        read_data(cx, &sources, config.vocab, None)?
    };
    if genesis.data.is_some_and(|named| named != data_fingerprint(&data)) {
        return Err(wrong("the data here are not those that the network trains on".to_owned())
            .hint("give the network's data with --data"));
    }
    if data.tokenizer.vocab() > config.vocab {
        return Err(wrong(format!("the data have {} ids and the model {}", data.tokenizer.vocab(), config.vocab)));
    }
    let (horizon, preset) = (genesis.parameters.horizon_steps, preset_of(&config));
    Ok(Some(Training { config, recipe, horizon, data, device: open_device(cx, chosen.device), sources, preset }))
}

/// The network's initial model, for a founder's node that does not train: it vouches for it all the same.
pub(super) fn initial(network: &NetworkFolder) -> Option<Initial> {
    let genesis = &network.genesis;
    let config: ModelConfig = genesis.model.clone().try_into().ok()?;
    config.validate().and_then(|()| config.validate_vocab()).ok()?;
    let recipe = recipe(&config, genesis.parameters.step_tokens, genesis.seed);
    compute::check_fits(&config, 16, recipe.batch).ok()?;
    Some(Initial { config, recipe, horizon: genesis.parameters.horizon_steps })
}

/// The name of a shape, where it is a preset's but for its vocabulary.
fn preset_of(config: &ModelConfig) -> String {
    let is = |name: &&str| {
        let preset = ModelConfig::resolve(name).ok();
        preset.is_some_and(|preset| ModelConfig { vocab: config.vocab, ..preset } == *config)
    };
    Preset::NAMES.iter().copied().find(is).unwrap_or("custom").to_owned()
}

/// What computes, and how fast a layer is there.
pub(super) fn describe(training: Option<&Training>) -> Device {
    let Some(training) = training else {
        return Device { name: "none".to_owned(), tier: "none".to_owned(), ..Device::default() };
    };
    let milliseconds = neuroshard_model::neurollm::layer_milliseconds(&training.config, &training.device, TIER_TIME);
    let tier = milliseconds
        .map_or_else(|_| "unknown".to_owned(), |time| format!("{:?}", neuroshard_model::neurollm::Tier::of(time)));
    let threads = neuroshard_model::neurollm::threads() as u32;
    Device { name: training.device.name().to_owned(), tier, threads, ..Device::default() }
}

/// The genesis of a private network that trains what the flags say.
pub(super) fn devnet(
    cx: &Context,
    chosen: &config::Settings,
    key: &NodeKey,
    payout: Option<Address>,
    start: u64,
) -> Result<(String, Prepared), AppError> {
    let inner_steps = chosen.inner_steps;
    let (network, data) = describe_network(cx, &chosen.preset, &chosen.data)?;
    let (name, validators) = ("devnet".to_owned(), vec![key.secret().public()]);
    let devnet = NewNetwork { name, validators, payout, start, seed: start, inner_steps, ..network };
    Ok((devnet_text(&devnet), Prepared { data: Some(data) }))
}

/// The genesis of a private network of several nodes.
pub(in crate::app) fn private_network(
    cx: &Context,
    preset: &Preset,
    data: &[PathBuf],
    inner_steps: u64,
    epoch_seconds: u64,
    validators: Vec<PublicKey>,
) -> Result<String, AppError> {
    let (network, _) = describe_network(cx, preset, data)?;
    let devnet = NewNetwork { name: "devnet".to_owned(), validators, inner_steps, ..network };
    Ok(devnet_text_every(&devnet, epoch_seconds))
}

/// The genesis of a network for others to join.
pub(in crate::app) fn network(
    cx: &Context,
    args: &GenesisNewArgs,
    validators: Vec<PublicKey>,
) -> Result<String, AppError> {
    let (network, _) = describe_network(cx, &args.preset, &args.data)?;
    Ok(network_text(&NewNetwork { name: args.name.clone(), validators, ..network }))
}

/// A network that trains this shape on these data; who is in it is up to the caller.
fn describe_network(cx: &Context, preset: &Preset, data: &[PathBuf]) -> Result<(NewNetwork, Dataset), AppError> {
    let mut config = ModelConfig::resolve(&preset.to_string()).map_err(AppError::refused)?;
    config.validate().map_err(AppError::refused)?;
    let data: Dataset = read_data(cx, &absolute_all(data)?, config.vocab, None)?;
    if matches!(preset, Preset::Named(_)) {
        config.vocab = data.tokenizer.vocab();
    }
    let network = NewNetwork {
        name: String::new(),
        validators: Vec::new(),
        payout: None,
        start: now_ms() / 1000,
        model: toml::to_string(&config).map_err(AppError::internal)?,
        seed: now_ms() / 1000,
        state_bytes: parameters::count(&config).saturating_mul(STATE_BYTES),
        step_tokens: Recipe::for_model(&config).step_tokens(),
        inner_steps: crate::economics::Parameters::default().inner_steps,
        tokenizer: Some(Hash(data.tokenizer.hash()).to_string()),
        data: Some(data_fingerprint(&data).to_string()),
    };
    Ok((network, data))
}
