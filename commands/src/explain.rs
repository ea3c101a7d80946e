//! `explain`: follow an amount back to where it comes from.

const EXAMPLES: &str = "\
Examples:
  neuroshard explain 5f0c…       a transaction, receipt or challenge
  neuroshard explain 5f0c… --json";

/// Follow a transaction, receipt or reward back to its rule
///
/// Says what happened because of it: who did the work, by which formula it is paid, and with which values.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ExplainArgs {
    /// Hash of a transaction, a receipt or a challenge
    #[arg(value_name = "TX|RECEIPT|REWARD")]
    pub id: String,
}
