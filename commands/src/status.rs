//! `status`: what a running node does.

const EXAMPLES: &str = "\
Examples:
  neuroshard status                     what the node on this home does
  neuroshard status --json | jq .training.loss
  neuroshard status --api http://127.0.0.1:8787";

/// Show what a running node does
///
/// One snapshot of the running node: what the dashboard draws. With no node running: exit code 3.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct StatusArgs {}
