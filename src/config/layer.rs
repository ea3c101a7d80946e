//! One layer of settings: every value may be absent.
//!
//! Invariant: each field has the parser of the flag of its name, whatever the layer is read from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use neuroshard_commands::{
    Device, Listen, Multiaddr, NodeArgs, Preset, Theme, TrackerPlace, Trust, inner_steps, threads,
};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::ConfigError;
use super::resolve::Machine;
use crate::types::Address;

/// What one layer says; what it leaves out is up to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layer {
    /// The network, by name or genesis file.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Where to answer questions.
    #[serde(deserialize_with = "text", serialize_with = "words", skip_serializing_if = "Option::is_none")]
    pub listen_api: Option<Listen>,
    /// Where to listen for other nodes.
    #[serde(deserialize_with = "list", serialize_with = "list_words", skip_serializing_if = "Option::is_none")]
    pub listen: Option<Vec<Multiaddr>>,
    /// Where the node is reached from outside.
    #[serde(deserialize_with = "list", serialize_with = "list_words", skip_serializing_if = "Option::is_none")]
    pub external: Option<Vec<Multiaddr>>,
    /// Nodes to find the network through.
    #[serde(deserialize_with = "list", serialize_with = "list_words", skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Vec<Multiaddr>>,
    /// Trackers to find others through.
    #[serde(deserialize_with = "list", serialize_with = "list_words", skip_serializing_if = "Option::is_none")]
    pub tracker: Option<Vec<TrackerPlace>>,
    /// A final header to begin from.
    #[serde(deserialize_with = "text", serialize_with = "words", skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// Whether to vote on blocks.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub validator: Option<bool>,
    /// Whether to stay unseen on the local network.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub no_mdns: Option<bool>,
    /// Whether to leave the router alone.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub no_upnp: Option<bool>,
    /// What computes.
    #[serde(deserialize_with = "text", serialize_with = "words", skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Processor threads.
    #[serde(deserialize_with = "thread_count", skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// Whether to train nothing.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub no_training: Option<bool>,
    /// Shape of a new devnet's model.
    #[serde(deserialize_with = "text", serialize_with = "words", skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Texts to train on.
    #[serde(deserialize_with = "paths", serialize_with = "path_words", skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<PathBuf>>,
    /// Inner steps of a new devnet's rounds.
    #[serde(deserialize_with = "inner_step_count", skip_serializing_if = "Option::is_none")]
    pub inner_steps: Option<u64>,
    /// Who is paid.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub payout: Option<Address>,
    /// The file that defines the network.
    #[serde(deserialize_with = "text", serialize_with = "path_word", skip_serializing_if = "Option::is_none")]
    pub genesis: Option<PathBuf>,
    /// Colours of the dashboard.
    #[serde(deserialize_with = "text", serialize_with = "words", skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// Whether the dashboard is drawn in ASCII.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub ascii: Option<bool>,
    /// Whether the dashboard has the mouse.
    #[serde(deserialize_with = "switch", skip_serializing_if = "Option::is_none")]
    pub mouse: Option<bool>,
}

impl Layer {
    /// What the flags of a node say.
    pub fn flags(args: &NodeArgs) -> Result<Self, ConfigError> {
        let payout = args.payout.as_deref().map(str::parse::<Address>).transpose();
        let payout = payout.map_err(|error| ConfigError::Flag { name: "payout", says: error.to_string() })?;
        Ok(Self {
            listen_api: args.listen_api,
            listen: several(&args.listen),
            external: several(&args.external),
            bootstrap: several(&args.bootstrap),
            tracker: several(&args.tracker),
            trust: args.trust.clone(),
            validator: args.validator,
            no_mdns: args.no_mdns,
            no_upnp: args.no_upnp,
            device: args.device,
            threads: args.threads,
            no_training: args.no_training,
            preset: args.preset.clone(),
            data: several(&args.data),
            inner_steps: args.inner_steps,
            payout,
            genesis: args.genesis.clone(),
            ..Self::default()
        })
    }

    /// What holds if nobody says anything.
    #[must_use]
    pub fn builtin(machine: Machine) -> Self {
        Self {
            network: None,
            listen_api: Some(Listen::default()),
            // Where to listen depends on the network, which nobody knows yet.
            listen: None,
            external: None,
            bootstrap: None,
            tracker: None,
            trust: None,
            validator: Some(false),
            no_mdns: Some(false),
            no_upnp: Some(false),
            device: Some(Device::Auto),
            threads: Some(machine.threads()),
            no_training: Some(false),
            preset: Some(Preset::Named("nano")),
            data: None,
            inner_steps: Some(50),
            payout: None,
            genesis: None,
            theme: Some(Theme::Default),
            ascii: Some(machine.ascii),
            mouse: Some(true),
        }
    }

    /// What this layer says, and where it says nothing what `below` does.
    #[must_use]
    pub fn or(self, below: Self) -> Self {
        Self {
            network: self.network.or(below.network),
            listen_api: self.listen_api.or(below.listen_api),
            listen: self.listen.or(below.listen),
            external: self.external.or(below.external),
            bootstrap: self.bootstrap.or(below.bootstrap),
            tracker: self.tracker.or(below.tracker),
            trust: self.trust.or(below.trust),
            validator: self.validator.or(below.validator),
            no_mdns: self.no_mdns.or(below.no_mdns),
            no_upnp: self.no_upnp.or(below.no_upnp),
            device: self.device.or(below.device),
            threads: self.threads.or(below.threads),
            no_training: self.no_training.or(below.no_training),
            preset: self.preset.or(below.preset),
            data: self.data.or(below.data),
            inner_steps: self.inner_steps.or(below.inner_steps),
            payout: self.payout.or(below.payout),
            genesis: self.genesis.or(below.genesis),
            theme: self.theme.or(below.theme),
            ascii: self.ascii.or(below.ascii),
            mouse: self.mouse.or(below.mouse),
        }
    }

    /// What it says, by the names of the settings.
    #[must_use]
    pub fn entries(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(entries)) => entries,
            _ => Map::new(),
        }
    }

    /// The same, where relative paths begin at `folder`: those of a file are meant from where it is.
    #[must_use]
    pub(super) fn within(mut self, folder: &Path) -> Self {
        let absolute = |path: PathBuf| folder.join(path);
        self.data = self.data.map(|paths| paths.into_iter().map(absolute).collect());
        self.genesis = self.genesis.map(absolute);
        if let Some(Preset::File(path)) = self.preset {
            self.preset = Some(Preset::File(absolute(path)));
        }
        // A network's name is no path, unless it is one.
        self.network = self.network.map(|network| match Path::new(&network).components().count() {
            ..=1 => network,
            _ => absolute(PathBuf::from(network)).to_string_lossy().into_owned(),
        });
        self
    }
}

/// What a flag says that may be given more than once.
fn several<T: Clone>(given: &[T]) -> Option<Vec<T>> {
    (!given.is_empty()).then(|| given.to_vec())
}

/// Takes a number, a truth value or a text for the text that somebody would type, and lists for several of them.
struct Typed;

impl<'de> Visitor<'de> for Typed {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, or true or false")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(vec![value.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = seq.next_element::<String>()? {
            all.push(one);
        }
        Ok(all)
    }
}

fn one<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    from: D,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, D::Error> {
    match from.deserialize_any(Typed)?.as_slice() {
        [text] => parse(text).map(Some).map_err(D::Error::custom),
        _ => Err(D::Error::custom("give one value, and not a list")),
    }
}

fn text<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Option<T>, D::Error> {
    one(from, |text| if text.is_empty() { Err("it is empty".to_owned()) } else { text.parse().map_err(said) })
}

fn said(error: impl fmt::Display) -> String {
    error.to_string()
}

fn thread_count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    one(from, threads)
}

fn inner_step_count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    one(from, inner_steps)
}

fn switch<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    one(from, |text| text.parse().map_err(|_| "choose true or false"))
}

fn paths<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<PathBuf>>, D::Error> {
    let paths = from.deserialize_any(Typed)?;
    if paths.iter().any(String::is_empty) {
        return Err(D::Error::custom("a path is empty"));
    }
    Ok(Some(paths.into_iter().map(PathBuf::from).collect()))
}

fn list<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(from: D) -> Result<Option<Vec<T>>, D::Error> {
    let all = from.deserialize_any(Typed)?;
    all.iter().map(|text| text.parse().map_err(D::Error::custom)).collect::<Result<_, _>>().map(Some)
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn list_words<S: Serializer>(value: &Option<Vec<impl fmt::Display>>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(value.iter().flatten().map(ToString::to_string))
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn words<S: Serializer>(value: &Option<impl fmt::Display>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => to.collect_str(value),
        None => to.serialize_none(),
    }
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn path_word<S: Serializer>(value: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    words(&value.as_ref().map(|path| path.display()), to)
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn path_words<S: Serializer>(value: &Option<Vec<PathBuf>>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(value.iter().flatten().map(|path| path.to_string_lossy().into_owned()))
}
