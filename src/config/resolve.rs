//! From four layers to what holds, and where each value came from.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use neuroshard_commands::{Device, Listen, Multiaddr, Preset, Theme, TrackerPlace, Trust};
use serde::de::value::{Error as ValueError, MapDeserializer};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use super::file::nearest;
use super::{ConfigError, File, Layer, SETTINGS, Setting};
use crate::types::Address;

/// What the defaults depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Processor cores.
    pub cores: usize,
    /// Whether somebody works at it.
    pub desktop: bool,
    /// Whether its locale has no characters beyond ASCII.
    pub ascii: bool,
}

impl Machine {
    /// This one, by its environment.
    #[must_use]
    pub fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let first = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter(|name| set(name)).find_map(variable);
        let locale = first.unwrap_or_default().to_string_lossy().to_lowercase().replace('-', "");
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            desktop: set("DISPLAY") || set("WAYLAND_DISPLAY"),
            // Elsewhere a locale is not said by these variables.
            ascii: cfg!(target_os = "linux") && !locale.contains("utf8"),
        }
    }

    /// Threads that leave room for whoever works at it.
    #[must_use]
    pub fn threads(self) -> usize {
        self.cores.saturating_sub(usize::from(self.desktop)).max(1)
    }
}

/// The kind of place that a value came from, the highest layer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The command line.
    Flag,
    /// A variable.
    Environment,
    /// The settings file.
    File,
    /// The program.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// Where exactly a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What kind of place.
    pub origin: Origin,
    /// The flag, the variable, the file and line, or the default in words.
    pub place: String,
}

/// One value that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which setting.
    pub setting: Setting,
    /// Its value; null where the default is in words only.
    pub value: Value,
    /// Where it came from.
    pub source: Source,
}

/// What holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The network, by name or genesis file; the last one if absent.
    pub network: Option<String>,
    /// Where to answer questions.
    pub listen_api: Listen,
    /// Where to listen for other nodes; up to the network if empty.
    pub listen: Vec<Multiaddr>,
    /// Where the node is reached from outside.
    pub external: Vec<Multiaddr>,
    /// Nodes to find the network through.
    pub bootstrap: Vec<Multiaddr>,
    /// Trackers to find others through.
    pub tracker: Vec<TrackerPlace>,
    /// A final header to begin from.
    pub trust: Option<Trust>,
    /// Whether to vote on blocks.
    pub validator: bool,
    /// Whether to stay unseen on the local network.
    pub no_mdns: bool,
    /// Whether to leave the router alone.
    pub no_upnp: bool,
    /// What computes.
    pub device: Device,
    /// Processor threads.
    pub threads: usize,
    /// Whether to train nothing.
    pub no_training: bool,
    /// Shape of a new devnet's model.
    pub preset: Preset,
    /// Texts to train on; that of the program if empty.
    pub data: Vec<PathBuf>,
    /// Inner steps of a new devnet's rounds.
    pub inner_steps: u64,
    /// Who is paid; the node itself if absent.
    pub payout: Option<Address>,
    /// The file that defines the network.
    pub genesis: Option<PathBuf>,
    /// Colours of the dashboard.
    pub theme: Theme,
    /// Whether the dashboard is drawn in ASCII.
    pub ascii: bool,
    /// Whether the dashboard has the mouse.
    pub mouse: bool,
    found: Vec<Found>,
}

impl Settings {
    /// Finds what holds: for each setting what the first layer says that says something.
    #[must_use]
    pub fn resolve(flags: Layer, environment: Layer, file: &File, machine: Machine) -> Self {
        let builtin = Layer::builtin(machine);
        let layers = [
            (Origin::Flag, flags.entries()),
            (Origin::Environment, environment.entries()),
            (Origin::File, file.layer.entries()),
            (Origin::Default, builtin.entries()),
        ];
        let found = SETTINGS.map(|setting| {
            let first = layers.iter().find_map(|(origin, entries)| Some((*origin, entries.get(setting.name)?)));
            let (origin, value) =
                first.map_or((Origin::Default, Value::Null), |(origin, value)| (origin, value.clone()));
            Found { setting, value, source: Source { origin, place: place(origin, setting, file) } }
        });
        let all = flags.or(environment).or(file.layer.clone()).or(builtin);
        Self {
            network: all.network,
            listen_api: all.listen_api.unwrap_or_default(),
            listen: all.listen.unwrap_or_default(),
            external: all.external.unwrap_or_default(),
            bootstrap: all.bootstrap.unwrap_or_default(),
            tracker: all.tracker.unwrap_or_default(),
            trust: all.trust,
            validator: all.validator.unwrap_or_default(),
            no_mdns: all.no_mdns.unwrap_or_default(),
            no_upnp: all.no_upnp.unwrap_or_default(),
            device: all.device.unwrap_or_default(),
            threads: all.threads.unwrap_or(1),
            no_training: all.no_training.unwrap_or_default(),
            preset: all.preset.unwrap_or(Preset::Named("nano")),
            data: all.data.unwrap_or_default(),
            inner_steps: all.inner_steps.unwrap_or(1),
            payout: all.payout,
            genesis: all.genesis,
            theme: all.theme.unwrap_or_default(),
            ascii: all.ascii.unwrap_or_default(),
            mouse: all.mouse.unwrap_or_default(),
            found: found.to_vec(),
        }
    }

    /// Every setting with its value and source.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The network to use, if one is named: of a name and a genesis file, what the higher layer says.
    #[must_use]
    pub fn named_network(&self) -> Option<String> {
        let genesis = self.genesis.as_ref().map(|path| path.to_string_lossy().into_owned());
        if self.origin("network") < self.origin("genesis") {
            return self.network.clone();
        }
        genesis.or_else(|| self.network.clone())
    }

    /// Where the value of a setting came from.
    #[must_use]
    pub fn origin(&self, name: &str) -> Origin {
        self.found.iter().find(|found| found.setting.name == name).map_or(Origin::Default, |found| found.source.origin)
    }
}

fn place(origin: Origin, setting: Setting, file: &File) -> String {
    match origin {
        Origin::Flag => format!("--{}", setting.name),
        Origin::Environment => setting.variable(),
        Origin::File => {
            let path = file.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            format!("{path} line {}", file.lines.get(setting.name).copied().unwrap_or(1))
        }
        Origin::Default => setting.default.to_owned(),
    }
}

/// Variables that nobody reads, each with the one that was probably meant.
pub fn misspelt(variables: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
    /// What others read.
    const OTHERS: [&str; 5] = ["home", "config", "passphrase", "new-passphrase", "simd"];
    let unread = |variable: String| {
        let name = variable.strip_prefix("NEUROSHARD_")?.replace('_', "-").to_lowercase();
        let read = OTHERS.contains(&name.as_str()) || SETTINGS.iter().any(|setting| setting.name == name);
        let meant = nearest(&name).filter(|_| !read)?;
        let meant = SETTINGS.iter().find(|setting| setting.name == meant)?.variable();
        Some((variable, meant))
    };
    variables.into_iter().filter_map(unread).collect()
}

/// What the environment says; an empty variable says nothing.
pub fn environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Layer, ConfigError> {
    let mut layer = Layer::default();
    for setting in SETTINGS {
        let name = setting.variable();
        let Some(value) = variable(&name).filter(|value| !value.is_empty()) else { continue };
        let wrong = |says: String| ConfigError::Environment { variable: name.clone(), says };
        let text = value.to_str().ok_or_else(|| wrong("it is not UTF-8 text".to_owned()))?;
        let words = match setting.name {
            "data" => std::env::split_paths(text).map(|path| path.to_string_lossy().into_owned()).collect(),
            // A colon may be part of an address.
            "listen" | "external" | "bootstrap" | "tracker" => {
                text.split(',').map(|one| one.trim().to_owned()).collect()
            }
            _ => vec![text.to_owned()],
        };
        let entry = MapDeserializer::<_, ValueError>::new([(setting.name, words)].into_iter());
        let said = Layer::deserialize(entry);
        layer = layer.or(said.map_err(|error| wrong(error.to_string()))?);
    }
    Ok(layer)
}
