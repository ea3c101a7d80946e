//! `node`: run a node in the foreground.

use std::path::PathBuf;

use clap::ValueHint;

use crate::{Device, Preset, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard node                             your own devnet, training nano
  neuroshard node --payout neuro1…            pay what it earns to a wallet
  neuroshard node --genesis net.toml          the network of that file
  neuroshard node --json | tee events.jsonl   events for a program";

/// Run a node in the foreground
///
/// Trains the network's model, keeps its ledger, and earns. With no network named and none joined before, it begins a
/// private devnet, whose NEURO exists only there. SIGTERM and Ctrl-C save everything and stop.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct NodeArgs {
    /// Answer questions on this address; off for nowhere
    #[arg(long, value_name = "ADDR|off", default_value = "127.0.0.1:8787", value_parser = values::listen)]
    pub listen_api: values::Listen,

    /// Compute on auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: Device,

    /// Use N processor threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub threads: Option<usize>,

    /// Keep the ledger and train nothing
    #[arg(long)]
    pub no_training: bool,

    /// Shape of a new devnet's model: nano, tiny, bootstrap, or a .toml file [default: nano]
    #[arg(long, value_name = "NAME|FILE.toml", value_hint = ValueHint::FilePath)]
    pub preset: Option<Preset>,

    /// Train on this text instead of the one that comes with the program (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// Inner steps of an outer round of a new devnet [default: 50]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub inner_steps: Option<u64>,

    /// Pay what the node earns to this account of a new devnet [default: the node's own]
    #[arg(long, value_name = "ADDRESS")]
    pub payout: Option<String>,

    /// Join the network that this file defines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["payout", "inner_steps", "preset"])]
    pub genesis: Option<PathBuf>,
}
