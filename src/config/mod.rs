//! Settings: what a node and the dashboard are started with, from four layers.
//!
//! A flag beats the environment (`NEUROSHARD_*`), which beats the settings file, which beats the default. Invariants:
//! every layer is a [`Layer`] and is read by the same parsers, so that a value is refused in the same words wherever it
//! stands; a value that was found keeps its [`Origin`]; an unknown name in the file is an error, never passed over.

mod error;
mod file;
mod layer;
mod resolve;

#[cfg(test)]
mod tests;

pub use error::ConfigError;
pub use file::{File, template};
pub use layer::Layer;
pub use resolve::{Found, Machine, Origin, Settings, Source, environment, misspelt};

/// One setting, as it is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file, and, after two dashes, on the command line.
    pub name: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// What holds if nobody says anything.
    pub default: &'static str,
    /// A line for the file: the default where there is one to write down.
    pub example: &'static str,
}

impl Setting {
    /// The variable that holds it in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("NEUROSHARD_{}", self.name.replace('-', "_").to_uppercase())
    }
}

/// Every setting that a layer can hold, in the order in which they are shown.
pub const SETTINGS: [Setting; 21] = [
    Setting {
        name: "network",
        meaning: "The network to use, by name or genesis file",
        default: "the last one that was joined",
        example: "\"devnet\"",
    },
    Setting {
        name: "listen-api",
        meaning: "Where a node answers questions: an address and port of this machine, or off",
        default: "127.0.0.1:8787",
        example: "\"127.0.0.1:8787\"",
    },
    Setting {
        name: "listen",
        meaning: "Where to listen for other nodes; in the environment, separated by commas",
        default: "port 4001, TCP and QUIC; on a private devnet nowhere",
        example: "[\"/ip4/0.0.0.0/tcp/4001\", \"/ip4/0.0.0.0/udp/4001/quic-v1\"]",
    },
    Setting {
        name: "external",
        meaning: "Addresses at which the node is reached from outside",
        default: "what others see",
        example: "[\"/dns/node.example/tcp/4001\"]",
    },
    Setting {
        name: "bootstrap",
        meaning: "Nodes through which to find the network",
        default: "those of the genesis file",
        example: "[\"/dns/boot.example/tcp/4001\"]",
    },
    Setting {
        name: "tracker",
        meaning: "Trackers through which to find others, by address or URL",
        default: "none",
        example: "[\"/dns/tracker.example/tcp/4001\"]",
    },
    Setting {
        name: "trust",
        meaning: "A final header to begin from, by height and hash",
        default: "the genesis",
        example: "\"1200:5f0c...\"",
    },
    Setting {
        name: "validator",
        meaning: "Vote on blocks as soon as enough is staked behind the node",
        default: "false",
        example: "false",
    },
    Setting {
        name: "no-mdns",
        meaning: "Do not look for nodes on the local network",
        default: "false",
        example: "false",
    },
    Setting { name: "no-upnp", meaning: "Do not ask the router to open a port", default: "false", example: "false" },
    Setting {
        name: "device",
        meaning: "What computes: auto, cpu, cuda or cuda:N",
        default: "auto: a GPU where one answers",
        example: "\"auto\"",
    },
    Setting {
        name: "threads",
        meaning: "Processor threads that compute",
        default: "all cores, less one where a desktop session is present",
        example: "4",
    },
    Setting { name: "no-training", meaning: "Keep the ledger and train nothing", default: "false", example: "false" },
    Setting {
        name: "preset",
        meaning: "Shape of a new devnet's model: nano, tiny, bootstrap, or a .toml file",
        default: "nano",
        example: "\"nano\"",
    },
    Setting {
        name: "data",
        meaning: "Texts to train on; in the environment, separated as in PATH",
        default: "the text that comes with the program",
        example: "[\"book.txt\"]",
    },
    Setting {
        name: "inner-steps",
        meaning: "Inner steps of an outer round of a new devnet",
        default: "50",
        example: "50",
    },
    Setting {
        name: "payout",
        meaning: "The account of a new devnet that is paid what the node earns",
        default: "the node's own",
        example: "\"neuro1...\"",
    },
    Setting {
        name: "genesis",
        meaning: "The file that defines the network to join",
        default: "none",
        example: "\"genesis.toml\"",
    },
    Setting {
        name: "theme",
        meaning: "Colours of the dashboard: default, nord, gruvbox or plain",
        default: "default",
        example: "\"default\"",
    },
    Setting {
        name: "ascii",
        meaning: "Draw the dashboard without any character beyond ASCII",
        default: "where the locale is not UTF-8",
        example: "false",
    },
    Setting { name: "mouse", meaning: "Let the dashboard have the mouse", default: "true", example: "true" },
];
