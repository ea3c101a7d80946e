//! Hand-made streams of events, honest and hostile, and what is made of them.

use std::time::Duration;

use neuroshard_commands::CheckArgs;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::checks::{self, Check};
use super::incident::Incident;
use super::report::Summary;
use super::tally::Tally;

const NOW: Duration = Duration::from_secs(1);

/// Nodes that are online, all of them validators.
fn network(nodes: usize) -> Tally {
    let mut tally = Tally::new(nodes, nodes);
    for node in 0..nodes {
        tally.begun(node);
        say(
            &mut tally,
            node,
            &json!({"event": "started", "peer_id": format!("peer{node}"), "api": null, "listen": []}),
        );
        if nodes > 1 {
            say(&mut tally, node, &json!({"event": "peer", "peer_id": "x", "state": "connected", "peers": nodes - 1}));
        }
    }
    assert_eq!(tally.online(), nodes);
    tally.incident(NOW, Incident::Online {});
    tally
}

fn say(tally: &mut Tally, node: usize, event: &Value) {
    assert!(tally.line(NOW, node, &event.to_string()).is_some(), "{event}");
}

fn hash(byte: u8) -> String {
    format!("{byte:02x}").repeat(32)
}

fn epoch(tally: &mut Tally, node: usize, height: u64, block: u8) {
    say(tally, node, &json!({"event": "epoch", "height": height, "hash": hash(block)}));
}

fn step(tally: &mut Tally, node: usize, step: u64, loss: f64) {
    say(tally, node, &json!({"event": "step", "step": step, "loss": loss}));
}

fn outer(tally: &mut Tally, node: usize, round: u64, model: u8) {
    let event = json!({"event": "outer", "round": round, "model_hash": hash(model), "val_loss": 2.5});
    say(tally, node, &event);
}

fn check(tally: &Tally, wanted: &CheckArgs, name: &str) -> Check {
    checks::all(tally, wanted).into_iter().find(|check| check.name == name).unwrap()
}

fn passes(tally: &Tally, name: &str) -> bool {
    check(tally, &CheckArgs::default(), name).passed
}

#[test]
fn silence_passes_nothing() {
    let tally = Tally::new(4, 4);
    let wanted = CheckArgs {
        min_online: Some(1),
        min_training_nodes: Some(1),
        min_total_steps: Some(1),
        min_max_peers: Some(1),
        min_post_churn_steps_delta: Some(1),
        min_post_restart_steps_delta: Some(1),
        max_loss: Some(9.0),
        max_val_loss: Some(9.0),
        require_equal_hashes: true,
        ..CheckArgs::default()
    };
    let checks = checks::all(&tally, &wanted);
    assert_eq!(checks.len(), 12);
    assert!(checks.iter().all(|check| !check.passed), "{checks:?}");
    assert!(!Summary::of(&tally, &wanted).passed);
}

#[test]
fn one_chain_that_goes_on_passes_and_a_fork_does_not() {
    let mut tally = network(2);
    for node in 0..2 {
        epoch(&mut tally, node, 1, 1);
    }
    assert!(passes(&tally, "same_chain") && passes(&tally, "progress") && passes(&tally, "all_online"));
    epoch(&mut tally, 0, 2, 2);
    epoch(&mut tally, 1, 2, 3);
    epoch(&mut tally, 1, 2, 3);
    assert_eq!(check(&tally, &CheckArgs::default(), "same_chain").value, 1);
    assert!(!passes(&tally, "same_chain"));
    let forks = tally.incidents.iter().filter(|dated| matches!(dated.incident, Incident::Fork { height: 2, .. }));
    assert_eq!(forks.count(), 1);
    let asked = CheckArgs { check: true, ..CheckArgs::default() };
    assert_eq!(checks::hopeless(&tally, 0, &asked), Some("the chain forked"));
    assert_eq!(checks::hopeless(&tally, 0, &CheckArgs::default()), None, "who only watches sees it to its end");
}

#[test]
fn who_can_make_blocks_has_to_after_the_last_fault() {
    let mut tally = network(4);
    (0..4).for_each(|node| epoch(&mut tally, node, 5, 1));
    assert!(passes(&tally, "progress"));
    tally.incident(NOW, Incident::Killed { node: 3 });
    assert!(!passes(&tally, "progress"), "nothing happened since");
    (0..2).for_each(|node| epoch(&mut tally, node, 6, 2));
    assert!(!passes(&tally, "progress"), "node 2 lags behind");
    epoch(&mut tally, 2, 6, 2);
    assert!(passes(&tally, "progress"), "the killed one is not waited for");
    tally.incident(NOW, Incident::Restarted { node: 3 });
    (0..3).for_each(|node| epoch(&mut tally, node, 7, 3));
    assert!(!passes(&tally, "progress"), "the killed one is back and has to follow");
    epoch(&mut tally, 3, 6, 2);
    assert!(passes(&tally, "progress"));
}

#[test]
fn of_a_cut_network_only_a_majority_has_to_get_on() {
    let cut = |left: &[usize], right: &[usize]| {
        let mut tally = network(4);
        tally.incident(NOW, Incident::Partitioned { left: left.to_vec(), right: right.to_vec() });
        tally
    };
    let mut halves = cut(&[0, 1], &[2, 3]);
    assert!(halves.able().is_empty() && passes(&halves, "progress"), "neither half may make a block");
    halves.incident(NOW, Incident::Healed {});
    assert_eq!((halves.able().len(), passes(&halves, "progress")), (4, false));
    let mut most = cut(&[0], &[1, 2, 3]);
    assert_eq!(most.able(), [1, 2, 3]);
    (1..4).for_each(|node| epoch(&mut most, node, 1, 1));
    assert!(passes(&most, "progress"));
    most.incident(NOW, Incident::Exited { node: 1, code: Some(1), unexpected: true, says: None });
    assert!(most.able().is_empty());
    assert_eq!(cut(&[0], &[1]).able(), [0, 1, 2, 3], "nodes of neither part hear both");
}

#[test]
fn steps_are_counted_in_all_and_since_the_faults() {
    let mut tally = network(2);
    step(&mut tally, 0, 100, 3.0);
    step(&mut tally, 1, 50, 4.0);
    let wanted = CheckArgs {
        min_training_nodes: Some(2),
        min_total_steps: Some(150),
        min_max_peers: Some(1),
        min_post_churn_steps_delta: Some(30),
        min_post_restart_steps_delta: Some(10),
        max_loss: Some(3.5),
        ..CheckArgs::default()
    };
    let passed = |tally: &Tally, name| check(tally, &wanted, name).passed;
    assert!(passed(&tally, "min_training_nodes") && passed(&tally, "min_total_steps"));
    assert!(passed(&tally, "min_max_peers") && !passed(&tally, "max_loss"), "the worst loss counts");
    tally.incident(NOW, Incident::Killed { node: 0 });
    // What it had not saved it makes again, which is no new step.
    step(&mut tally, 1, 70, 3.2);
    tally.incident(NOW, Incident::Restarted { node: 0 });
    say(&mut tally, 0, &json!({"event": "started", "peer_id": "peer0", "api": null, "listen": []}));
    step(&mut tally, 0, 95, 3.1);
    assert!(!passed(&tally, "min_post_churn_steps_delta"));
    step(&mut tally, 0, 110, 3.1);
    assert_eq!(check(&tally, &wanted, "min_post_churn_steps_delta").value, 30);
    assert_eq!(check(&tally, &wanted, "min_post_restart_steps_delta").value, 10);
    assert!(passed(&tally, "min_post_restart_steps_delta") && passed(&tally, "max_loss"));
}

#[test]
fn models_are_compared_in_the_last_round_that_several_finished() {
    let wanted = CheckArgs { require_equal_hashes: true, max_val_loss: Some(2.5), ..CheckArgs::default() };
    let equal = |tally: &Tally| check(tally, &wanted, "require_equal_hashes").passed;
    let mut tally = network(3);
    outer(&mut tally, 0, 1, 1);
    assert!(!equal(&tally), "one alone proves nothing");
    outer(&mut tally, 1, 1, 1);
    outer(&mut tally, 0, 2, 7);
    assert!(equal(&tally));
    outer(&mut tally, 1, 2, 8);
    assert!(!equal(&tally));
    // Whoever follows is compared with whoever trained.
    let mut followed = network(3);
    outer(&mut followed, 0, 3, 1);
    let model = |byte| json!({"event": "model", "round": 3, "model_hash": hash(byte), "bytes": 9, "seconds": 0.1, "holders": 2});
    say(&mut followed, 2, &model(1));
    assert!(equal(&followed) && followed.nodes[2].model_hash.is_some() && followed.nodes[2].rounds == 0);
    say(&mut followed, 1, &model(2));
    assert!(!equal(&followed));
    step(&mut tally, 2, 1, 9.0);
    assert!(!check(&tally, &wanted, "max_val_loss").passed, "node 2 trains and was never measured");
    let mut alone = network(1);
    outer(&mut alone, 0, 1, 1);
    assert!(equal(&alone));
}

#[test]
fn too_few_nodes_end_it_unless_they_come_back() {
    let mut tally = network(2);
    let wanted = CheckArgs { check: true, min_online: Some(2), ..CheckArgs::default() };
    assert_eq!(checks::hopeless(&tally, 0, &wanted), None);
    tally.incident(NOW, Incident::Killed { node: 1 });
    assert_eq!(checks::hopeless(&tally, 1, &wanted), None);
    assert_eq!(checks::hopeless(&tally, 0, &wanted), Some("too few nodes run"));
    tally.incident(NOW, Incident::Exited { node: 0, code: None, unexpected: true, says: Some("why".into()) });
    assert_eq!(checks::hopeless(&tally, 0, &CheckArgs::default()), Some("no node runs any more"));
    assert_eq!(tally.nodes[0].unexpected_exits, 1);
}

#[test]
fn who_stops_when_told_was_online_to_the_end() {
    let mut tally = network(2);
    tally.begin_end();
    say(&mut tally, 0, &json!({"event": "peer", "peer_id": "x", "state": "disconnected", "peers": 0}));
    tally.incident(NOW, Incident::Exited { node: 1, code: Some(0), unexpected: false, says: None });
    assert_eq!(tally.online(), 2);
    assert!(Summary::of(&tally, &CheckArgs { min_online: Some(2), ..CheckArgs::default() }).checks[3].passed);
}

#[test]
fn what_is_no_event_is_counted_and_shown_and_changes_nothing_else() {
    let mut tally = network(1);
    epoch(&mut tally, 0, 1, 1);
    let lines = [
        "",
        "panicked at 'x'",
        "[]",
        "{}",
        "{\"event\": 5}",
        "{\"event\": \"epoch\", \"height\": -1, \"hash\": \"00\"}",
        "{\"event\": \"epoch\", \"height\": 1e300, \"hash\": \"00\"}",
        "{\"event\": \"epoch\", \"height\": 2, \"hash\": \"zz\"}",
        "{\"event\": \"step\", \"step\": 18446744073709551616, \"loss\": 1}",
        "{\"event\": \"step\", \"step\": 1, \"loss\": null}",
        "{\"event\": \"earned\", \"amount\": \"-5\"}",
        "{\"event\": \"earned\", \"amount\": 5}",
        "{\"event\": \"started\", \"peer_id\": \"a\", \"listen\": \"/ip4\"}",
        "{\"event\": \"peer\", \"peers\": \"many\"}",
        "{\"event\": \"outer\", \"round\": 1}",
        "{\"event\": \"error\"}",
        &"[".repeat(100_000),
        &format!("{{\"event\": \"{}", "\u{1b}[2J".repeat(10_000)),
    ];
    for line in lines {
        assert!(tally.line(NOW, 0, line).is_none(), "{}", line.chars().take(80).collect::<String>());
    }
    let node = &tally.nodes[0];
    assert_eq!((node.garbage_lines, node.height, node.steps), (lines.len() as u64, Some(1), 0));
    assert!(tally.incidents.iter().all(|dated| serde_json::to_string(dated).unwrap().len() < 2_000));
    for event in ["stopping", "training", "something new"] {
        say(&mut tally, 0, &json!({"event": event}));
    }
    // Numbers as large as they get add up to no more than there is.
    (0..3).for_each(|_| step(&mut tally, 0, u64::MAX, 1.0));
    (0..3).for_each(|_| say(&mut tally, 0, &json!({"event": "earned", "amount": "340282366920938463463374607431"})));
    assert_eq!(tally.total_steps(), u64::MAX);
    (0..5_000).for_each(|_| drop(tally.line(NOW, 0, "x")));
    assert!(tally.incidents.len() <= 1_000 && tally.nodes[0].garbage_lines > 5_000);
    assert!(tally.line(NOW, 7, "x").is_none(), "a node that is not there");
}

#[test]
fn the_report_has_what_others_rely_on() {
    let mut tally = network(1);
    epoch(&mut tally, 0, 3, 9);
    step(&mut tally, 0, 10, 2.5);
    say(&mut tally, 0, &json!({"event": "earned", "amount": "0.25"}));
    let report = serde_json::to_value(Summary::of(&tally, &CheckArgs::default())).unwrap();
    assert_eq!(report["passed"], true);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report["checks"][0]), ["name", "passed", "value", "threshold"]);
    let node = &report["nodes"][0];
    for name in [
        "index",
        "peer_id",
        "steps",
        "loss",
        "val_loss",
        "model_hash",
        "rounds",
        "earned",
        "peers",
        "restarts",
        "unexpected_exits",
    ] {
        assert!(names(node).contains(&name.to_owned()), "{name}");
    }
    assert_eq!((&node["earned"], &node["height"], &node["last_hash"]), (&"0.25".into(), &3.into(), &hash(9).into()));
    assert_eq!(report["events"][0], json!({"at": 1.0, "event": "online"}));
}

proptest! {
    #[test]
    fn prop_no_line_panics(lines in prop::collection::vec(
        "\\PC{0,60}|\\{\"event\": \"(started|epoch|peer|step|outer|earned|error)\"(, \"(height|hash|peers|step|loss|round)\": [0-9e\"-]{1,4}){0,3}\\}",
        0..20,
    )) {
        let mut tally = network(2);
        for line in &lines {
            tally.line(NOW, 1, line);
        }
        prop_assert!(tally.nodes[1].garbage_lines <= lines.len() as u64);
        let _ = serde_json::to_string(&Summary::of(&tally, &CheckArgs::default())).unwrap();
    }
}
