//! Several nodes that run at once, and what they say.
//!
//! Invariants: two nodes that hold different blocks of one height for final fail the test, whatever it waits for; no node
//! outlives its test.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::topology::Namespace;
use crate::founders::Founders;
use crate::node::PATIENCE;

/// Lines of a node's complaints that a failed test shows.
const COMPLAINTS_MAX: usize = 12;

/// Nodes of one network.
pub(super) struct Nodes<'a> {
    founders: &'a Founders,
    children: BTreeMap<usize, Child>,
    to_said: Sender<(usize, Value)>,
    said: Receiver<(usize, Value)>,
    /// Of each height, the block that is final.
    blocks: BTreeMap<u64, Value>,
    heights: BTreeMap<usize, u64>,
    peers: BTreeMap<usize, u64>,
}

impl<'a> Nodes<'a> {
    pub(super) fn new(founders: &'a Founders) -> Self {
        let (to_said, said) = channel();
        let (blocks, heights, peers) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { founders, children: BTreeMap::new(), to_said, said, blocks, heights, peers }
    }

    /// Starts a node that trains nothing.
    pub(super) fn start(&mut self, node: usize, place: &Namespace, words: &str) {
        let mut command = place.command();
        command.arg("--home").arg(self.founders.home(node)).args(["--json", "node", "--genesis"]);
        command
            .arg(self.founders.genesis())
            .args("--validator --no-training --no-mdns --no-upnp --threads 1".split(' '));
        command.args(["--listen-api", "127.0.0.1:8787"]).args(words.split_whitespace());
        let mut child = command.stderr(File::create(self.complaints(node)).unwrap()).spawn().unwrap();
        let (stdout, to_said) = (BufReader::new(child.stdout.take().unwrap()), self.to_said.clone());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = to_said.send((node, serde_json::from_str(&line).unwrap_or(Value::String(line))));
            }
        });
        self.children.insert(node, child);
    }

    fn complaints(&self, node: usize) -> PathBuf {
        self.founders.folder().join(format!("node-{node}.log"))
    }

    /// What a node that runs in this place says of itself.
    pub(super) fn status(&self, node: usize, place: &Namespace) -> Value {
        let output = place.command().arg("--home").arg(self.founders.home(node)).args(["--json", "status"]).output();
        let output = output.unwrap();
        let said = serde_json::from_slice(&output.stdout);
        said.unwrap_or_else(|_| panic!("node {node}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    /// The last block of a node, as far as it said.
    pub(super) fn height(&self, node: usize) -> u64 {
        self.heights.get(&node).copied().unwrap_or(0)
    }

    /// Hears one thing, if it comes before then.
    fn hear(&mut self, until: Instant) -> Option<()> {
        let (node, event) = self.said.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
        match event["event"].as_str() {
            Some("epoch") => {
                let height = event["height"].as_u64().unwrap();
                let block = self.blocks.entry(height).or_insert_with(|| event["hash"].clone());
                assert_eq!(*block, event["hash"], "a fork at height {height}, says node {node}");
                let before = self.heights.insert(node, height);
                assert!(before < Some(height), "node {node} was at {before:?} and is at {height}");
            }
            Some("peer") => drop(self.peers.insert(node, event["peers"].as_u64().unwrap())),
            Some("error") => panic!("node {node}: {event}"),
            _ => {}
        }
        Some(())
    }

    /// Waits until something holds.
    pub(super) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !holds(self) {
            let heard = self.hear(until);
            assert!(
                heard.is_some(),
                "never came: {what}; heights {:?}, peers {:?}{}",
                self.heights,
                self.peers,
                self.complain()
            );
        }
    }

    /// Waits until each of these has made so many blocks more.
    pub(super) fn go_on(&mut self, nodes: &[usize], blocks: u64) {
        let goals: Vec<u64> = nodes.iter().map(|node| self.height(*node) + blocks).collect();
        self.until("blocks", |all| nodes.iter().zip(&goals).all(|(node, goal)| all.height(*node) >= *goal));
    }

    /// Waits until a node has the block that the others had when this was called.
    pub(super) fn catches_up(&mut self, node: usize) {
        let goal = self.heights.values().max().copied().unwrap();
        self.until("the lost one back", |all| all.height(node) >= goal);
    }

    /// Waits until each of so many nodes knows all others.
    pub(super) fn meet(&mut self, count: usize) {
        let others = count as u64 - 1;
        self.until("all together", |all| {
            (0..count).all(|node| all.peers.get(&node).is_some_and(|peers| *peers >= others))
        });
    }

    /// Hears what is said within a time in which something must not come.
    pub(super) fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while self.hear(until).is_some() {}
    }

    fn complain(&self) -> String {
        let mut text = String::new();
        for node in self.children.keys() {
            let complaints = fs::read_to_string(self.complaints(*node)).unwrap_or_default();
            let last: Vec<&str> = complaints.lines().rev().take(COMPLAINTS_MAX).collect();
            for line in last.iter().rev() {
                text = format!("{text}\n  node {node}: {line}");
            }
        }
        text
    }
}

/// A tracker, ended when dropped.
pub(super) struct Tracker {
    child: Child,
    pub(super) peer_id: String,
}

impl Tracker {
    /// A tracker that is reached at this address.
    pub(super) fn start(place: &Namespace, folder: &Path, address: &str) -> Self {
        let mut command = place.command();
        command.arg("--home").arg(folder.join("tracker")).args(["--json", "tracker", "--external", address]);
        let mut child = command.args(["--listen", address]).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap();
        Self { child, peer_id: started["peer_id"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Tracker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Nodes<'_> {
    fn drop(&mut self) {
        for child in self.children.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
