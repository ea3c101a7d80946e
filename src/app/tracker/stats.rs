//! What a tracker's nodes say, added up: by chain, how many there are and how far they are.
//!
//! Invariants: a function of what it is given; of what nodes say of the chain the median counts, so that a figure is true
//! as long as most say the truth; a node says one thing, however often it says it; what is no statement is only counted.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::node::{MODES, Statement};
use crate::types::Hash;

/// Networks that are listed; the largest are.
const NETWORKS_MAX: usize = 64;
/// Stages of one network that are listed.
const STAGES_MAX: usize = 256;
/// Names of one chain that are looked at before the commonest is chosen.
const NAMES_MAX: usize = 64;

/// What one node said last, and how long ago.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Its chain.
    pub(super) chain: [u8; 32],
    /// Who it is.
    pub(super) peer: String,
    /// What it says, as it came.
    pub(super) statement: Vec<u8>,
    /// How long ago that was.
    pub(super) ago_ms: u64,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Stats {
    /// Nodes of all networks.
    pub(super) nodes: u64,
    /// Those whose statement can't be read.
    pub(super) unreadable: u64,
    /// By network, the largest first.
    pub(super) networks: Vec<Network>,
}

/// Nodes of one chain.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Network {
    /// As most of them call it.
    pub(super) name: String,
    /// The chain's id.
    pub(super) chain_id: String,
    /// How many there are.
    pub(super) nodes: u64,
    /// How many of each speed tier: `T1` (fastest) to `T5`, and `none`.
    pub(super) tiers: BTreeMap<String, u64>,
    /// How many are there for what.
    pub(super) modes: BTreeMap<&'static str, u64>,
    /// How many run which version.
    pub(super) versions: BTreeMap<String, u64>,
    /// Memory of all of them, where each counts for no more than four times what half of them have.
    pub(super) memory_bytes: u64,
    /// The last block of the node in the middle.
    pub(super) height: u64,
    /// Seconds since that block; absent where the node in the middle has none.
    pub(super) epoch_age_seconds: Option<u64>,
    /// The outer round of the node in the middle.
    pub(super) round: u64,
    /// Loss on held-out data of the node in the middle, of those that have one.
    pub(super) loss: Option<f64>,
    /// Who computes which part of the model.
    pub(super) stages: Vec<Stage>,
}

/// Nodes that compute the same part of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Stage {
    /// The first unit.
    pub(super) first: u32,
    /// How many units.
    pub(super) units: u32,
    /// How many nodes.
    pub(super) nodes: u64,
}

/// Adds up what nodes said, at a time.
pub(super) fn add_up(said: &[Said], now_ms: u64) -> Stats {
    let mut seen = BTreeSet::new();
    let mut chains: BTreeMap<[u8; 32], Vec<Statement>> = BTreeMap::new();
    let mut unreadable = 0;
    let mut newest: Vec<&Said> = said.iter().collect();
    newest.sort_by_key(|one| one.ago_ms);
    for one in newest {
        // Who is in it twice is in it with what was said last.
        if !seen.insert((one.chain, one.peer.as_str())) {
            continue;
        }
        match Statement::decode(&one.statement) {
            Ok(statement) => chains.entry(one.chain).or_default().push(statement),
            Err(_) => unreadable += 1,
        }
    }
    let mut networks: Vec<Network> = chains.iter().map(|(chain, said)| network(*chain, said, now_ms)).collect();
    networks.sort_by(|a, b| b.nodes.cmp(&a.nodes).then_with(|| a.chain_id.cmp(&b.chain_id)));
    networks.truncate(NETWORKS_MAX);
    Stats { nodes: seen.len() as u64, unreadable, networks }
}

/// The value in the middle; of two in the middle the lower one.
fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

fn network(chain: [u8; 32], said: &[Statement], now_ms: u64) -> Network {
    let names = counted(said.iter().take(NAMES_MAX).map(|one| one.network.as_str()));
    let name = names.iter().max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name)));
    let middle = median(said.iter().map(|one| one.memory_bytes)).unwrap_or(0);
    let memory = said.iter().map(|one| one.memory_bytes.min(middle.saturating_mul(4)));
    let time_ms = median(said.iter().map(|one| one.epoch_time_ms)).filter(|time_ms| *time_ms > 0);
    let tier = |one: &Statement| if one.tier == 0 { "none".to_owned() } else { format!("T{}", one.tier) };
    let version = |one: &Statement| one.version.map(|part| part.to_string()).join(".");
    Network {
        name: name.map(|(name, _)| (*name).to_owned()).unwrap_or_default(),
        chain_id: Hash(chain).to_string(),
        nodes: said.len() as u64,
        tiers: counted(said.iter().map(tier)),
        modes: counted(said.iter().filter_map(|one| MODES.get(usize::from(one.mode)).copied())),
        versions: common(counted(said.iter().map(version))),
        memory_bytes: memory.fold(0, u64::saturating_add),
        height: median(said.iter().map(|one| one.height)).unwrap_or(0),
        epoch_age_seconds: time_ms.map(|time_ms| now_ms.saturating_sub(time_ms) / 1000),
        round: median(said.iter().map(|one| one.round)).unwrap_or(0),
        loss: median(said.iter().filter_map(|one| one.loss_micro)).map(|micro| micro as f64 / 1e6),
        stages: stages(said),
    }
}

/// Versions that anyone can make up are as many as there are nodes; the commonest are of interest.
fn common(versions: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    const VERSIONS_MAX: usize = 8;
    let mut all: Vec<(String, u64)> = versions.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.truncate(VERSIONS_MAX);
    all.into_iter().collect()
}

fn stages(said: &[Statement]) -> Vec<Stage> {
    let parts = counted(said.iter().filter(|one| one.units > 0).map(|one| (one.first_unit, one.units)));
    let mut stages: Vec<Stage> =
        parts.into_iter().map(|((first, units), nodes)| Stage { first, units, nodes }).collect();
    // A crowd of made-up stages must not hide those that nodes work on.
    stages.sort_by_key(|stage| std::cmp::Reverse(stage.nodes));
    stages.truncate(STAGES_MAX);
    stages.sort_by_key(|stage| (stage.first, stage.units));
    stages
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a node of a chain says, in a believable network of its number of nodes.
    pub(in super::super) fn said(chain: u8, node: u64) -> Said {
        let statement = Statement {
            version: [0, 1, u16::from(node.is_multiple_of(5))],
            network: format!("neuro-{chain}"),
            tier: (node % 5 + 1) as u8,
            memory_bytes: (8 + node % 3 * 8) << 30,
            height: 18_231 - node % 2,
            epoch_time_ms: 1_790_000_000_000,
            round: 25,
            loss_micro: (!node.is_multiple_of(4)).then(|| 2_140_000 + node as i64 * 1_000),
            first_unit: (node % 4 * 8) as u32,
            units: 8,
            mode: u8::from(node.is_multiple_of(3)),
        };
        Said { chain: [chain; 32], peer: format!("peer-{node}"), statement: statement.encode(), ago_ms: node * 700 }
    }

    const NOW: u64 = 1_790_000_012_000;

    fn with(change: impl Fn(&mut Statement)) -> Said {
        let mut liar = said(1, 99);
        let mut statement = Statement::decode(&liar.statement).unwrap();
        change(&mut statement);
        liar.statement = statement.encode();
        liar
    }

    #[test]
    fn chains_are_kept_apart_and_the_largest_comes_first() {
        let all: Vec<Said> = (0..3).map(|node| said(2, node)).chain((0..9).map(|node| said(1, node))).collect();
        let stats = add_up(&all, NOW);
        assert_eq!((stats.nodes, stats.unreadable), (12, 0));
        let names: Vec<_> = stats.networks.iter().map(|network| (network.name.as_str(), network.nodes)).collect();
        assert_eq!(names, [("neuro-1", 9), ("neuro-2", 3)]);
        let first = &stats.networks[0];
        assert_eq!((first.height, first.epoch_age_seconds, first.round), (18_231, Some(12), 25));
        assert_eq!(first.tiers.values().sum::<u64>(), 9);
        assert_eq!(
            first.stages.iter().map(|stage| (stage.first, stage.nodes)).collect::<Vec<_>>(),
            [(0, 3), (8, 2), (16, 2), (24, 2)]
        );
        assert_eq!(add_up(&[], NOW), Stats::default());
    }

    #[test]
    fn a_few_liars_set_no_figure() {
        let honest: Vec<Said> = (0..9).map(|node| said(1, node)).collect();
        let before = add_up(&honest, NOW).networks.remove(0);
        let mut all = honest;
        for liar in 0..4 {
            let lies = with(|statement| {
                statement.height = u64::MAX;
                statement.epoch_time_ms = u64::MAX;
                statement.round = u64::MAX;
                statement.loss_micro = Some(0);
                statement.memory_bytes = 1 << 50;
                statement.network = "evil".to_owned();
            });
            all.push(Said { peer: format!("liar-{liar}"), ..lies });
        }
        let after = add_up(&all, NOW).networks.remove(0);
        assert_eq!((after.name, after.height, after.round), (before.name, before.height, before.round));
        assert_eq!(after.epoch_age_seconds, before.epoch_age_seconds);
        assert!(after.loss.is_some_and(|loss| loss > 2.1), "{:?}", after.loss);
        assert!(after.memory_bytes < before.memory_bytes * 4, "{} {}", after.memory_bytes, before.memory_bytes);
    }

    #[test]
    fn who_says_it_often_says_it_once_and_the_newest_counts() {
        let mut all: Vec<Said> = (0..5).map(|_| said(1, 3)).collect();
        all.push(Said { ago_ms: 0, ..with(|statement| statement.height = 7) });
        all.push(Said { ago_ms: 9_000, ..with(|statement| statement.height = 5) });
        let stats = add_up(&all, NOW);
        assert_eq!(stats.nodes, 2);
        assert_eq!(stats.networks[0].nodes, 2);
        assert_eq!(stats.networks[0].height, 7, "of two the lower, and 5 was said before 7");
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_nothing_else() {
        let bad = [vec![], vec![9; 40], vec![1; 4000], b"<script>".to_vec()];
        let said = bad.map(|statement| Said { peer: format!("{statement:?}"), statement, ..said(1, 1) });
        let stats = add_up(&said, NOW);
        assert_eq!((stats.nodes, stats.unreadable, stats.networks.len()), (4, 4, 0));
    }

    #[test]
    fn many_made_up_networks_and_stages_are_cut() {
        let mut all: Vec<Said> = (0..200_u8).map(|chain| said(chain, 0)).collect();
        all.extend((0..2_000).map(|node| {
            let stage = with(|statement| (statement.first_unit, statement.units) = (node % 2_000, 1));
            Said { peer: format!("liar-{node}"), ..stage }
        }));
        all.extend((0..4).map(|node| said(1, node)));
        let stats = add_up(&all, NOW);
        assert_eq!(stats.networks.len(), NETWORKS_MAX);
        assert_eq!(stats.networks[0].stages.len(), STAGES_MAX);
        assert!(stats.networks[0].versions.len() <= 8);
    }
}
