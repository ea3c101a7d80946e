//! What became of a devnet: of each node, of each check, and what happened when.

use std::fmt;
use std::fs;
use std::path::Path;

use neuroshard_commands::CheckArgs;
use serde::Serialize;
use serde_json::json;

use super::checks::{self, Check};
use super::incident::Dated;
use super::tally::{NodeTally, Tally};
use crate::app::{AppError, Report};
use crate::types::{Amount, Hash};

/// All that is said at the end.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "report")]
pub(super) struct Summary {
    /// Whether every check passed.
    pub(super) passed: bool,
    pub(super) checks: Vec<Check>,
    pub(super) nodes: Vec<Node>,
    pub(super) events: Vec<Dated>,
}

/// One node at the end.
#[derive(Debug, Serialize)]
pub(super) struct Node {
    index: usize,
    peer_id: Option<String>,
    steps: u64,
    loss: Option<f64>,
    val_loss: Option<f64>,
    model_hash: Option<Hash>,
    rounds: u64,
    earned: Amount,
    peers: u64,
    restarts: u64,
    unexpected_exits: u64,
    height: Option<u64>,
    last_hash: Option<Hash>,
    online: bool,
    garbage_lines: u64,
}

impl Summary {
    pub(super) fn of(tally: &Tally, wanted: &CheckArgs) -> Self {
        let checks = checks::all(tally, wanted);
        let nodes = tally.nodes.iter().enumerate().map(|(index, node)| Node::of(index, node, tally.is_online(index)));
        Self {
            passed: checks.iter().all(|check| check.passed),
            nodes: nodes.collect(),
            events: tally.incidents.clone(),
            checks,
        }
    }

    /// Whether all nodes were online once.
    pub(super) fn came_online(&self) -> bool {
        self.checks.iter().any(|check| check.name == "all_online" && check.passed)
    }

    /// Writes it as one JSON object.
    pub(super) fn write(&self, path: &Path) -> Result<(), AppError> {
        let mut report = json!({"v": 1});
        if let (Some(report), Ok(serde_json::Value::Object(all))) = (report.as_object_mut(), serde_json::to_value(self))
        {
            report.extend(all);
        }
        fs::write(path, format!("{report:#}\n")).map_err(|error| cannot_write(path, error))
    }
}

/// That a report can be written is known before an hour of work, and not after it.
pub(super) fn check_writable(path: &Path) -> Result<(), AppError> {
    let opened = fs::File::options().create(true).append(true).open(path);
    opened.map(drop).map_err(|error| cannot_write(path, error))
}

fn cannot_write(path: &Path, error: std::io::Error) -> AppError {
    AppError::refused(error).while_doing(format!("cannot write the report {}", path.display()))
}

impl Node {
    fn of(index: usize, node: &NodeTally, online: bool) -> Self {
        Self {
            index,
            peer_id: node.peer_id.clone(),
            steps: node.steps,
            loss: node.loss,
            val_loss: node.val_loss,
            model_hash: node.model_hash,
            rounds: node.rounds,
            earned: node.earned,
            peers: node.peers,
            restarts: node.restarts,
            unexpected_exits: node.unexpected_exits,
            height: node.height,
            last_hash: node.last_hash,
            online,
            garbage_lines: node.garbage_lines,
        }
    }
}

impl Report for Summary {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "node  height  block         peers   steps    loss  rounds  restarts  exits  earned")?;
        for node in &self.nodes {
            let height = node.height.map_or_else(|| "-".to_owned(), |height| height.to_string());
            let block: String = node.last_hash.map_or_else(|| "-".to_owned(), |hash| hash.to_string());
            let block: String = block.chars().take(12).collect();
            let loss = node.loss.map_or_else(|| "-".to_owned(), |loss| format!("{loss:.3}"));
            let Node { index, peers, steps, rounds, restarts, unexpected_exits, earned, .. } = node;
            writeln!(
                w,
                "{index:>4}  {height:>6}  {block:<12}  {peers:>5}  {steps:>6}  {loss:>6}  {rounds:>6}  {restarts:>8}  {unexpected_exits:>5}  {earned}"
            )?;
        }
        writeln!(w)?;
        for Check { name, passed, value, threshold } in &self.checks {
            let verdict = if *passed { "passed" } else { "FAILED" };
            writeln!(w, "{verdict}  {:<30} {value} (threshold {threshold})", name.replace('_', "-"))?;
        }
        Ok(())
    }
}
