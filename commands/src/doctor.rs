//! `doctor`: check whether this machine can run a node well.

const EXAMPLES: &str = "\
Examples:
  neuroshard doctor
  neuroshard doctor --json | grep fail";

/// Check home, ledger, ports, clock, device and terminal, and say how to mend them
///
/// Changes nothing and takes a few seconds at most. Ends with exit code 1 if anything is broken.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArgs {}
