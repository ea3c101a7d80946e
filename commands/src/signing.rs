//! The flags that commands share which sign something: whose key, what opens it, and how long to wait for the chain.
//!
//! Invariant: a passphrase is never an argument, which other users of the machine could read.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint;

use crate::values;

/// What opens a wallet.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PassphraseArgs {
    /// Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub passphrase_file: Option<PathBuf>,
}

/// Which key: a wallet's, or the node's own.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct KeyArgs {
    /// Name of the wallet [default: the one that `wallet use` chose, else the oldest]
    #[arg(value_name = "NAME", conflicts_with = "node")]
    pub name: Option<String>,

    /// Take the key of the node in this home, which has no passphrase
    #[arg(long)]
    pub node: bool,
}

/// Whose money it is, and what a transaction may cost.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpendArgs {
    /// Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]
    #[arg(long, value_name = "NAME", conflicts_with = "node")]
    pub from: Option<String>,

    /// Sign with the key of the node in this home
    #[arg(long)]
    pub node: bool,

    /// Pay at most AMOUNT NEURO as the fee [default: what the network asks for]
    #[arg(long, value_name = "AMOUNT")]
    pub fee_limit: Option<String>,

    /// What opens the wallet.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// How long to wait until a transaction is final.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct WaitArgs {
    /// Wait this long until the transaction is final
    #[arg(long, value_name = "DUR", default_value = "120s", value_parser = values::duration)]
    #[arg(conflicts_with = "no_wait")]
    pub wait: Duration,

    /// Return once a node has accepted the transaction
    #[arg(long)]
    pub no_wait: bool,
}

impl WaitArgs {
    /// How long to wait, if at all.
    #[must_use]
    pub fn limit(&self) -> Option<Duration> {
        (!self.no_wait).then_some(self.wait)
    }
}
