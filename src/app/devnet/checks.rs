//! What has to hold of a devnet at its end, judged from the tally alone.
//!
//! Invariant: a check about which nothing was heard fails: silence is no proof.

use neuroshard_commands::CheckArgs;
use serde::Serialize;
use serde_json::{Value, json};

use super::tally::{NodeTally, Tally};

/// One thing that had to hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) passed: bool,
    pub(super) value: Value,
    pub(super) threshold: Value,
}

/// Those that always are, and those that were asked for.
pub(super) fn all(tally: &Tally, wanted: &CheckArgs) -> Vec<Check> {
    let mut checks = vec![all_online(tally), same_chain(tally), progress(tally)];
    let least = |name, value: u64, threshold: Option<u64>| {
        threshold.map(|least| Check { name, passed: value >= least, value: json!(value), threshold: json!(least) })
    };
    let since = |then: Option<u64>| then.map_or(0, |then| tally.total_steps().saturating_sub(then));
    let trained = || tally.nodes.iter().filter(|node| node.steps > 0);
    let peers = tally.nodes.iter().map(|node| node.peers_most).max().unwrap_or(0);
    checks.extend(
        [
            least("min_online", tally.online() as u64, wanted.min_online),
            least("min_training_nodes", trained().count() as u64, wanted.min_training_nodes),
            least("min_total_steps", tally.total_steps(), wanted.min_total_steps),
            least("min_max_peers", peers, wanted.min_max_peers),
            least("min_post_churn_steps_delta", since(tally.steps_at_churn), wanted.min_post_churn_steps_delta),
            least("min_post_restart_steps_delta", since(tally.steps_at_return), wanted.min_post_restart_steps_delta),
            wanted.max_loss.map(|most| worst("max_loss", trained(), |node| node.loss, most)),
            wanted.max_val_loss.map(|most| worst("max_val_loss", trained(), |node| node.val_loss, most)),
            wanted.require_equal_hashes.then(|| equal_hashes(tally)),
        ]
        .into_iter()
        .flatten(),
    );
    checks
}

/// Why no check that fails now could still pass, if that is so.
pub(super) fn hopeless(tally: &Tally, restarts_to_come: usize, wanted: &CheckArgs) -> Option<&'static str> {
    let up = tally.nodes.iter().filter(|node| node.up).count();
    if tally.was_online && up + restarts_to_come == 0 {
        return Some("no node runs any more");
    }
    if !wanted.check {
        return None;
    }
    if tally.forks() > 0 {
        return Some("the chain forked");
    }
    let least = wanted.min_online.unwrap_or(0);
    (tally.was_online && ((up + restarts_to_come) as u64) < least).then_some("too few nodes run")
}

/// The largest of a figure that each node has to have; nothing if one of them has none.
fn worst<'a>(
    name: &'static str,
    nodes: impl Iterator<Item = &'a NodeTally>,
    figure: impl Fn(&NodeTally) -> Option<f64>,
    most: f64,
) -> Check {
    let figures: Option<Vec<f64>> = nodes.map(figure).collect();
    let value = figures.and_then(|figures| figures.into_iter().max_by(f64::total_cmp));
    Check { name, passed: value.is_some_and(|value| value <= most), value: json!(value), threshold: json!(most) }
}

/// That every node came up, and found another where there are others.
fn all_online(tally: &Tally) -> Check {
    let nodes = tally.nodes.len();
    let value = if tally.was_online { nodes } else { tally.online() };
    Check { name: "all_online", passed: tally.was_online, value: json!(value), threshold: json!(nodes) }
}

/// That no height has two final blocks.
fn same_chain(tally: &Tally) -> Check {
    let passed = tally.forks() == 0 && tally.heights() > 0;
    Check { name: "same_chain", passed, value: json!(tally.forks()), threshold: json!(0) }
}

/// That whoever can make blocks did so after the last fault, and took part in it.
fn progress(tally: &Tally) -> Check {
    let grown = |node: &usize| {
        let (now, then) = (tally.nodes[*node].height.unwrap_or(0), tally.heights_at_fault[*node].unwrap_or(0));
        now.saturating_sub(then)
    };
    let able = tally.able();
    let value = able.iter().map(grown).min();
    // A network of which no part has a majority rightly stands still.
    let passed = tally.was_online && value.is_none_or(|value| value > 0);
    Check { name: "progress", passed, value: json!(value), threshold: json!(i32::from(!able.is_empty())) }
}

/// That the nodes which finished the last round that several did ended it with one model.
fn equal_hashes(tally: &Tally) -> Check {
    let needed = tally.nodes.len().min(2);
    let last = tally.models.values().rev().find(|models| models.len() >= needed);
    let mut hashes: Vec<_> = last.into_iter().flat_map(|models| models.values()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let passed = hashes.len() == 1;
    Check { name: "require_equal_hashes", passed, value: json!(hashes.len()), threshold: json!(1) }
}
