//! `explain`: follow an amount back to where it comes from.

const EXAMPLES: &str = "\
Examples:
  neuroshard explain 5f0c…       a transaction, receipt or challenge
  neuroshard explain NEP-001     what became of a proposal, and who voted
  neuroshard explain 16Uiu2HA…   a peer: who it is, and why it was dropped
  neuroshard explain 5f0c… --json";

/// Follow a transaction, receipt or reward back to its rule
///
/// Says what happened because of it: who did the work, by which formula it is paid, and with which values. Of a peer it
/// says what the running node knows: how it is connected, and why it is not.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ExplainArgs {
    /// Hash of a transaction, receipt or challenge, a proposal's name, or a peer's id
    #[arg(value_name = "TX|RECEIPT|REWARD|NEP|PEER")]
    pub id: String,
}
