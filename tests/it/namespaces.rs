//! Four validators, each in a network namespace of its own, on wires that delay, lose and cut.
//!
//! Where there can be no namespaces, these tests say so and pass. Without `NEUROSHARD_LONG` only the first of them run.
//! Invariant: nodes never hold different blocks of one height for final, whatever the wires do.

mod nodes;
mod topology;

use std::env;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nodes::{Nodes, Tracker};
use topology::{Routed, Switched, unable, unable_to_route};

use crate::founders::Founders;

const ALL: [usize; 4] = [0, 1, 2, 3];
/// Long enough for several rounds to time out and to be tried again.
const QUIET: Duration = Duration::from_secs(8);
const SEED: u64 = 7;

/// Four nodes want both cores of a small machine: one network at a time.
static TURN: Mutex<()> = Mutex::new(());

fn long() -> bool {
    env::var_os("NEUROSHARD_LONG").is_some()
}

/// A turn, where all that is needed is there; what runs `only_long` needs more time than most have.
#[expect(clippy::print_stdout, reason = "who reads the tests' output learns what was not tested")]
fn turn(only_long: bool, needed: &[fn() -> Option<String>]) -> Option<MutexGuard<'static, ()>> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let short = (only_long && !long()).then(|| "it runs with NEUROSHARD_LONG=1".to_owned());
    let missing = short.or_else(|| needed.iter().find_map(|unable| unable()));
    if let Some(why) = &missing {
        println!("skipped: {why}");
    }
    missing.is_none().then_some(turn)
}

/// Four validators that know each other and make blocks.
fn together<'a>(founders: &'a Founders, wires: &Switched) -> Nodes<'a> {
    let mut nodes = Nodes::new(founders);
    for node in ALL {
        let others = ALL.iter().filter(|other| **other != node);
        let others = others.map(|other| format!(" --bootstrap /ip4/{}/tcp/4001", Switched::address(*other)));
        nodes.start(node, &wires.namespaces[node], &others.collect::<String>());
    }
    nodes.meet(ALL.len());
    nodes.go_on(&ALL, 2);
    nodes
}

#[test]
fn slow_and_lossy_wires_make_one_chain() {
    let Some(_turn) = turn(false, &[unable]) else { return };
    let founders = Founders::new(ALL.len());
    let wires = Switched::new(ALL.len(), "delay=50,jitter=10,loss=1", SEED);
    let mut nodes = together(&founders, &wires);
    (0..if long() { 60 } else { 8 }).for_each(|_| nodes.go_on(&ALL, 1));
}

#[test]
fn two_halves_stand_still_and_go_on_when_they_are_joined() {
    let Some(_turn) = turn(true, &[unable]) else { return };
    let founders = Founders::new(ALL.len());
    let mut wires = Switched::new(ALL.len(), "", SEED);
    let mut nodes = together(&founders, &wires);
    wires.cut(&[0, 1]);
    // What was being decided when the cut came may still become final, on one side only.
    nodes.listen(QUIET);
    let heights =
        |nodes: &Nodes<'_>| ALL.map(|node| nodes.status(node, &wires.namespaces[node])["chain"]["height"].clone());
    let before = heights(&nodes);
    nodes.listen(QUIET);
    assert_eq!(heights(&nodes), before, "neither half may make blocks");
    let ends = before.iter().map(|height| height.as_u64().unwrap());
    assert!(ends.clone().max().unwrap() <= ends.min().unwrap() + 1, "{before:?}");
    wires.heal();
    nodes.go_on(&ALL, 3);
}

#[test]
fn three_go_on_without_the_fourth_which_comes_back() {
    let Some(_turn) = turn(false, &[unable]) else { return };
    let founders = Founders::new(ALL.len());
    let mut wires = Switched::new(ALL.len(), "", SEED);
    let mut nodes = together(&founders, &wires);
    wires.cut(&[3]);
    nodes.go_on(&[0, 1, 2], 2);
    let alone = nodes.height(3);
    nodes.go_on(&[0, 1, 2], 4);
    assert_eq!(nodes.height(3), alone, "one alone may not make blocks");
    wires.heal();
    nodes.catches_up(3);
    nodes.go_on(&ALL, 2);
}

#[test]
fn one_that_hears_nothing_does_not_stop_the_others() {
    let Some(_turn) = turn(true, &[unable]) else { return };
    let founders = Founders::new(ALL.len());
    let mut wires = Switched::new(ALL.len(), "", SEED);
    let mut nodes = together(&founders, &wires);
    wires.set(3, "deaf=1");
    nodes.go_on(&[0, 1, 2], 6);
    wires.heal();
    nodes.catches_up(3);
    nodes.go_on(&ALL, 2);
}

#[test]
fn two_behind_routers_meet_over_a_relay_and_then_directly() {
    let Some(_turn) = turn(true, &[unable, unable_to_route]) else { return };
    let founders = Founders::new(2);
    let routed = Routed::new();
    let at = format!("/ip4/{}/tcp/4001", Routed::OUTSIDE);
    let tracker = Tracker::start(&routed.outside, founders.folder(), &at);
    let mut nodes = Nodes::new(&founders);
    for (node, place) in routed.inside.iter().enumerate() {
        nodes.start(node, place, &format!("--tracker {at}/p2p/{}", tracker.peer_id));
    }
    nodes.go_on(&[0, 1], 3);
    let direct = |nodes: &Nodes<'_>, node: usize| {
        let status = nodes.status(node, &routed.inside[node]);
        let peers = status["net"]["peers"].as_array().unwrap();
        peers.iter().any(|peer| peer["tracker"] == false && peer["relayed"] == false)
    };
    nodes.until("a direct connection", |nodes| [0, 1].into_iter().all(|node| direct(nodes, node)));
    nodes.go_on(&[0, 1], 3);
}
