//! What happened to a devnet as a whole, beside what its nodes say.

use std::fmt;

use serde::Serialize;

use crate::app::Report;
use crate::types::Hash;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Incident {
    /// All nodes are up and know each other.
    Online {},
    /// A node was killed on purpose.
    Killed { node: usize },
    /// It was started again.
    Restarted { node: usize },
    /// The network was cut in two on purpose.
    Partitioned { left: Vec<usize>, right: Vec<usize> },
    /// It was joined again.
    Healed {},
    /// A node's process ended.
    Exited { node: usize, code: Option<i32>, unexpected: bool, says: Option<String> },
    /// A node said what is no event.
    Garbage { node: usize, line: String },
    /// A node has something to complain about.
    Error { node: usize, message: String },
    /// Two nodes hold different blocks of one height for final.
    Fork { height: u64, hashes: Vec<Hash> },
    /// Something that was to be done could not be.
    Failed { message: String },
}

/// An incident and its time, in seconds from the beginning.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Dated {
    pub(super) at: f64,
    #[serde(flatten)]
    pub(super) incident: Incident,
}

impl Report for Dated {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        write!(w, "{:>7.1} s  ", self.at)?;
        match &self.incident {
            Incident::Online {} => writeln!(w, "all nodes are online"),
            Incident::Killed { node } => writeln!(w, "node {node} was killed"),
            Incident::Restarted { node } => writeln!(w, "node {node} was started again"),
            Incident::Partitioned { left, right } => writeln!(w, "nodes {left:?} were cut off from {right:?}"),
            Incident::Healed {} => writeln!(w, "the network was joined again"),
            Incident::Exited { node, code, unexpected, says } => {
                let code = code.map(|code| format!(" with code {code}")).unwrap_or_default();
                let kind = if *unexpected { ", which nobody asked for" } else { "" };
                let says = says.as_ref().map(|says| format!(": {says}")).unwrap_or_default();
                writeln!(w, "node {node} ended{code}{kind}{says}")
            }
            Incident::Garbage { node, line } => writeln!(w, "node {node} said what is no event: {line}"),
            Incident::Error { node, message } => writeln!(w, "node {node} complains: {message}"),
            Incident::Fork { height, hashes } => {
                let hashes: Vec<String> =
                    hashes.iter().map(|hash| hash.to_string().chars().take(12).collect()).collect();
                writeln!(w, "a fork at height {height}: {}", hashes.join(" and "))
            }
            Incident::Failed { message } => writeln!(w, "{message}"),
        }
    }
}
