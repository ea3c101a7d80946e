//! `dashboard`: watch a node, or run one and watch it.

use crate::{NodeArgs, Theme, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard dashboard                    run a node and watch it
  neuroshard dashboard --no-training      keep the ledger only
  neuroshard dashboard --read-only        watch, and touch nothing
  neuroshard dashboard --attach http://127.0.0.1:8787
  neuroshard dashboard --demo             a made-up run, to look around";

/// Watch a node on the terminal, or run one and watch it
///
/// Runs a node in this process, unless one runs on this home already: then it shows that one, and leaving does not stop
/// it. Press ? for the keys.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct DashboardArgs {
    /// Show the node at URL and run none
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url, value_parser = values::url, conflicts_with = "demo")]
    pub attach: Option<String>,

    /// Play a made-up run; no node is needed
    #[arg(long)]
    pub demo: bool,

    /// Offer nothing that spends or controls
    #[arg(long)]
    pub read_only: bool,

    /// Draw with ASCII only [default: where the locale is not UTF-8]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub ascii: Option<bool>,

    /// Colours: default, nord, gruvbox or plain [default: default, or plain with `NO_COLOR`]
    #[arg(long, value_name = "NAME")]
    pub theme: Option<Theme>,

    /// What a node of this process is started with.
    #[command(flatten)]
    pub node: NodeArgs,
}
