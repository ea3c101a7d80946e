//! `tracker`: help nodes to find each other.

use std::net::SocketAddr;

use crate::Multiaddr;

const EXAMPLES: &str = "\
Examples:
  neuroshard tracker                            on port 4001
  neuroshard tracker --http 0.0.0.0:8080        with a page of statistics
  neuroshard tracker --external /dns/tracker.example/tcp/4001
  neuroshard node --tracker /dns/tracker.example/tcp/4001";

/// Run a tracker: a place where nodes find each other
///
/// Tells nodes of any network who else is in it, carries bytes for those who can't be reached, and shows public
/// statistics. It keeps no ledger and holds no money; nodes that know each other go on without it. SIGTERM and Ctrl-C
/// stop it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct TrackerArgs {
    /// Listen for nodes on this address (repeatable) [default: port 4001, TCP and QUIC]
    #[arg(long, value_name = "MULTIADDR")]
    pub listen: Vec<Multiaddr>,

    /// Serve the public page of statistics on this address [default: nowhere]
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,

    /// Tell nodes that this address reaches it from outside (repeatable)
    #[arg(long, value_name = "MULTIADDR")]
    pub external: Vec<Multiaddr>,
}
