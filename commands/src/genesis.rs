//! `genesis`: make and look at the file that defines a network.

use std::path::PathBuf;

use clap::ValueHint;

use crate::Preset;

const GENESIS_EXAMPLES: &str = "\
Examples:
  neuroshard genesis new --name ours --validator KEY --out ours.toml
  neuroshard genesis check ours.toml
  neuroshard genesis show";

const NEW_EXAMPLES: &str = "\
Examples:
  neuroshard genesis new --name ours --validator KEY --out ours.toml
  neuroshard genesis new --name ours --validator A --validator B \\
      --preset tiny --data corpus --out ours.toml";

const SHOW_EXAMPLES: &str = "\
Examples:
  neuroshard genesis show
  neuroshard genesis show ours.toml --json";

const CHECK_EXAMPLES: &str = "\
Examples:
  neuroshard genesis check ours.toml";

/// Make and look at the file that defines a network
///
/// A network is its genesis file: name, start, first validators, parameters, model and data. Its chain id is the hash of
/// that file, so that two files are never one network.
#[derive(Debug, clap::Args)]
#[command(after_help = GENESIS_EXAMPLES)]
pub struct GenesisArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: GenesisCommand,
}

/// What to do with a genesis.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum GenesisCommand {
    New(GenesisNewArgs),
    Show(GenesisShowArgs),
    Check(GenesisCheckArgs),
}

/// Write a genesis file
#[derive(Debug, clap::Args)]
#[command(after_help = NEW_EXAMPLES)]
pub struct GenesisNewArgs {
    /// Name of the network: lower-case letters, digits and -
    #[arg(long, value_name = "NAME")]
    pub name: String,

    /// Public key of a first validator's node, as its `started` event says it (repeatable)
    #[arg(long, value_name = "KEY", required = true)]
    pub validator: Vec<String>,

    /// Shape of the model: nano, tiny, bootstrap, or a .toml file
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "nano", value_hint = ValueHint::FilePath)]
    pub preset: Preset,

    /// Train on this text instead of the one that comes with the program (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// Write the file here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

/// Show what a genesis file, or the network of this home, is
#[derive(Debug, clap::Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct GenesisShowArgs {
    /// The file [default: the network of this home]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

/// Check that a genesis file defines a network
#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct GenesisCheckArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}
