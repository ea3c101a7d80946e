//! What all nodes said and what was done to them, added up: pure, so that any stream of events can be judged.
//!
//! Invariants: no line of a node, whatever is in it, fails or grows anything beyond its bound; what is judged at the end is
//! how things were when the end began.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use neuroshard_commands::Partition;
use serde_json::{Map, Value};

use super::incident::{Dated, Incident};
use crate::types::{Amount, Hash};

/// Incidents that are kept; of more, the number.
const INCIDENTS_MAX: usize = 1_000;
/// Heights and rounds that are compared: more than any run has.
const COMPARED_MAX: usize = 1 << 20;
/// Letters of a line that are shown.
const LINE_SHOWN: usize = 200;
/// Addresses of a node that others are told.
const ADDRESSES_MAX: usize = 8;

/// An event as a node said it.
pub(super) type Event = Map<String, Value>;

/// One node so far.
#[derive(Debug, Clone, Default)]
pub(super) struct NodeTally {
    pub(super) peer_id: Option<String>,
    pub(super) listen: Vec<String>,
    pub(super) api: Option<String>,
    /// Whether its process runs.
    pub(super) up: bool,
    /// Whether that process said that it has started.
    pub(super) started: bool,
    pub(super) height: Option<u64>,
    pub(super) last_hash: Option<Hash>,
    pub(super) peers: u64,
    pub(super) peers_most: u64,
    pub(super) steps: u64,
    pub(super) loss: Option<f64>,
    pub(super) val_loss: Option<f64>,
    pub(super) model_hash: Option<Hash>,
    pub(super) rounds: u64,
    pub(super) earned: Amount,
    pub(super) restarts: u64,
    pub(super) unexpected_exits: u64,
    pub(super) garbage_lines: u64,
}

/// All of it.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) nodes: Vec<NodeTally>,
    pub(super) validators: usize,
    /// Whether all were online once.
    pub(super) was_online: bool,
    pub(super) cut: Option<Partition>,
    /// The hash that was first said of each height, and the heights of which another was.
    chain: BTreeMap<u64, Hash>,
    forked: BTreeSet<u64>,
    /// The model that each node had after each round.
    pub(super) models: BTreeMap<u64, BTreeMap<usize, Hash>>,
    /// Inner steps by the first kill or partition.
    pub(super) steps_at_churn: Option<u64>,
    /// Inner steps by the time that the killed node was back.
    pub(super) steps_at_return: Option<u64>,
    /// Each node's height at the last fault.
    pub(super) heights_at_fault: Vec<Option<u64>>,
    is_ending: bool,
    pub(super) incidents: Vec<Dated>,
    new_incidents: Vec<Dated>,
}

impl Tally {
    pub(super) fn new(nodes: usize, validators: usize) -> Self {
        Self {
            nodes: vec![NodeTally::default(); nodes],
            validators,
            was_online: false,
            cut: None,
            chain: BTreeMap::new(),
            forked: BTreeSet::new(),
            models: BTreeMap::new(),
            steps_at_churn: None,
            steps_at_return: None,
            heights_at_fault: vec![None; nodes],
            is_ending: false,
            incidents: Vec::new(),
            new_incidents: Vec::new(),
        }
    }

    /// A line that a node said: its event, if it is one.
    pub(super) fn line(&mut self, at: Duration, node: usize, line: &str) -> Option<Event> {
        let event = match serde_json::from_str(line) {
            Ok(Value::Object(event)) => Some(event),
            _ => None,
        };
        let event = event.filter(|event| self.hear(at, node, event).is_some());
        if event.is_none() {
            let said = self.nodes.get_mut(node)?;
            said.garbage_lines = said.garbage_lines.saturating_add(1);
            let line = line.trim_end().chars().take(LINE_SHOWN).collect();
            self.incident(at, Incident::Garbage { node, line });
        }
        event
    }

    /// Takes in an event; nothing if it is not of the form of its kind.
    fn hear(&mut self, at: Duration, node: usize, event: &Event) -> Option<()> {
        let number = |name: &str| event.get(name).and_then(Value::as_u64);
        let float = |name: &str| event.get(name).and_then(Value::as_f64);
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let hash = |name: &str| text(name).and_then(|text| text.parse::<Hash>().ok());
        let said = self.nodes.get_mut(node)?;
        match text("event")? {
            "started" => {
                let peer_id = text("peer_id")?.to_owned();
                let listen = event.get("listen")?.as_array()?.iter().take(ADDRESSES_MAX);
                said.listen = listen.filter_map(|address| address.as_str().map(ToOwned::to_owned)).collect();
                said.api = text("api").map(ToOwned::to_owned);
                (said.peer_id, said.started, said.peers) = (Some(peer_id), true, 0);
                if said.restarts > 0 {
                    self.steps_at_return = Some(self.total_steps());
                }
            }
            "epoch" => {
                let (height, hash) = (number("height")?, hash("hash")?);
                (said.height, said.last_hash) = (Some(height), Some(hash));
                self.compare(at, height, hash);
            }
            "peer" => {
                let peers = number("peers")?;
                if !self.is_ending {
                    said.peers = peers;
                }
                said.peers_most = said.peers_most.max(peers);
            }
            "step" => {
                let (step, loss) = (number("step")?, float("loss")?);
                said.steps = said.steps.max(step);
                said.loss = Some(loss);
            }
            "outer" => {
                let (round, model, loss) = (number("round")?, hash("model_hash")?, float("val_loss")?);
                said.rounds = said.rounds.max(round);
                (said.model_hash, said.val_loss) = (Some(model), Some(loss));
                self.model(node, round, model);
            }
            // Whoever follows has the round's weights just as whoever trained them.
            "model" => {
                let (round, model) = (number("round")?, hash("model_hash")?);
                said.model_hash = Some(model);
                self.model(node, round, model);
            }
            "earned" => {
                let amount: Amount = text("amount")?.parse().ok()?;
                said.earned = said.earned.checked_add(amount).unwrap_or(Amount::MAX);
            }
            "error" => {
                let message = text("message")?.chars().take(LINE_SHOWN).collect();
                self.incident(at, Incident::Error { node, message });
            }
            // What else a node says is for whoever reads along.
            _ => {}
        }
        Some(())
    }

    /// A node has the weights of a round.
    fn model(&mut self, node: usize, round: u64, model: Hash) {
        if self.models.len() < COMPARED_MAX || self.models.contains_key(&round) {
            self.models.entry(round).or_default().insert(node, model);
        }
    }

    fn compare(&mut self, at: Duration, height: u64, hash: Hash) {
        if self.chain.len() >= COMPARED_MAX && !self.chain.contains_key(&height) {
            return;
        }
        let first = *self.chain.entry(height).or_insert(hash);
        if first != hash && self.forked.insert(height) {
            self.incident(at, Incident::Fork { height, hashes: vec![first, hash] });
        }
    }

    /// Something that was done to the network, or happened to it.
    pub(super) fn incident(&mut self, at: Duration, incident: Incident) {
        match &incident {
            Incident::Killed { node } => {
                self.steps_at_churn.get_or_insert(self.total_steps());
                self.gone(*node);
            }
            Incident::Restarted { node } => {
                self.fault();
                self.begun(*node);
                if let Some(node) = self.nodes.get_mut(*node) {
                    node.restarts += 1;
                }
            }
            Incident::Partitioned { left, right } => {
                self.steps_at_churn.get_or_insert(self.total_steps());
                self.cut = Some(Partition(left.clone(), right.clone()));
                self.fault();
            }
            Incident::Healed {} => {
                self.cut = None;
                self.fault();
            }
            Incident::Online {} => {
                self.was_online = true;
                self.fault();
            }
            Incident::Exited { node, unexpected, .. } => {
                if let Some(node) = self.nodes.get_mut(*node) {
                    node.unexpected_exits += u64::from(*unexpected);
                }
                if !self.is_ending {
                    self.gone(*node);
                }
            }
            Incident::Garbage { .. } | Incident::Error { .. } | Incident::Fork { .. } | Incident::Failed { .. } => {}
        }
        if self.incidents.len() < INCIDENTS_MAX {
            let dated = Dated { at: (at.as_secs_f64() * 1e3).round() / 1e3, incident };
            self.incidents.push(dated.clone());
            self.new_incidents.push(dated);
        }
    }

    /// From here on the heights are counted anew.
    fn fault(&mut self) {
        self.heights_at_fault = self.nodes.iter().map(|node| node.height).collect();
    }

    fn gone(&mut self, node: usize) {
        self.fault();
        if let Some(node) = self.nodes.get_mut(node) {
            (node.up, node.started, node.peers) = (false, false, 0);
            node.listen.clear();
            node.api = None;
        }
    }

    /// A node's process was started.
    pub(super) fn begun(&mut self, node: usize) {
        if let Some(node) = self.nodes.get_mut(node) {
            (node.up, node.started) = (true, false);
        }
    }

    /// From now on nodes end because they were told to.
    pub(super) fn begin_end(&mut self) {
        self.is_ending = true;
    }

    pub(super) fn is_ending(&self) -> bool {
        self.is_ending
    }

    /// What happened since this was asked last.
    pub(super) fn take_incidents(&mut self) -> Vec<Dated> {
        std::mem::take(&mut self.new_incidents)
    }

    /// Whether a node runs, and knows another where there are others.
    pub(super) fn is_online(&self, node: usize) -> bool {
        let alone = self.nodes.len() == 1;
        self.nodes.get(node).is_some_and(|node| node.up && node.started && (alone || node.peers > 0))
    }

    pub(super) fn online(&self) -> usize {
        (0..self.nodes.len()).filter(|node| self.is_online(*node)).count()
    }

    pub(super) fn total_steps(&self) -> u64 {
        self.nodes.iter().fold(0, |sum, node| sum.saturating_add(node.steps))
    }

    /// Heights of which two blocks were said to be final.
    pub(super) fn forks(&self) -> usize {
        self.forked.len()
    }

    /// Heights of which anything was said.
    pub(super) fn heights(&self) -> usize {
        self.chain.len()
    }

    /// The nodes that have to get on: those that run and hear more than two thirds of the validators.
    pub(super) fn able(&self) -> Vec<usize> {
        let all: Vec<usize> = (0..self.nodes.len()).collect();
        let parts = match &self.cut {
            None => vec![all],
            Some(Partition(left, right)) => {
                // Whoever is in neither part hears both.
                let apart = |others: &[usize]| all.iter().copied().filter(|node| !others.contains(node)).collect();
                vec![apart(right.as_slice()), apart(left.as_slice())]
            }
        };
        let up = |part: Vec<usize>| part.into_iter().filter(|node| self.nodes[*node].up).collect::<Vec<_>>();
        let decides =
            |part: &Vec<usize>| part.iter().filter(|node| **node < self.validators).count() * 3 > self.validators * 2;
        let able: BTreeSet<usize> = parts.into_iter().map(up).filter(decides).flatten().collect();
        able.into_iter().collect()
    }
}
