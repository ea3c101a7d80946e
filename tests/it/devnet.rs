//! A devnet as a person runs it: real processes, faults on purpose, a report, and nobody left behind.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use crate::node::PATIENCE;
use crate::program::{Run, command};
use crate::small::events;

/// Whether nodes speak with each other; what needs that waits for it.
const PEERS_ARE_BUILT: bool = true;

fn peers_are_built() -> bool {
    PEERS_ARE_BUILT
}

/// A model that trains a round in a fraction of a second.
const SHAPE: &str = "layers=2\nhidden=32\nheads=2\nkv_heads=1\nffn=64\nvocab=300\nseq=32\n";

/// A folder with a small shape in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.path("shape.toml"), SHAPE).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, words: &str) -> Command {
        let words = format!("--json devnet up --preset shape.toml --inner-steps 10 --out net {words}");
        let mut command = command(words.split_whitespace());
        command.current_dir(self.0.path()).env("NEUROSHARD_HOME", self.path("home"));
        // What whoever starts it has set is not for its nodes.
        command.env("NEUROSHARD_THREADS", "3").env("NEUROSHARD_LISTEN_API", "off");
        command
    }

    fn run(&self, words: &str) -> Run {
        self.command(words).output().unwrap().into()
    }

    /// Processes of the nodes that still run.
    fn left_behind(&self) -> Vec<u32> {
        let homes = fs::read_dir(self.path("net")).into_iter().flatten().flatten().map(|entry| entry.path());
        homes.filter_map(|home| neuroshard::node::running_pid(&home)).collect()
    }
}

/// The report, which comes last.
fn report(run: &Run) -> Value {
    let mut events = events(&run.stdout);
    let report = events.pop().unwrap_or_else(|| panic!("{}", run.stderr));
    assert_eq!(report["event"], "report", "{report}");
    report
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

fn happened(report: &Value) -> Vec<&str> {
    report["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn one_node_trains_and_its_report_says_so() {
    let folder = Folder::new();
    let run = folder.run("--nodes 1 --duration 8s --check --min-total-steps 1 --min-online 1 --report report.json");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let said = events(&run.stdout);
    assert!(said.iter().all(|event| event["event"] == "report" || event["node"] == 0 || event["at"].is_number()));
    assert!(said.iter().any(|event| event["event"] == "epoch"));
    let started = said.iter().find(|event| event["event"] == "started").unwrap();
    let report = report(&run);
    let node = &report["nodes"][0];
    assert_eq!((&report["passed"], &node["peer_id"]), (&true.into(), &started["peer_id"]));
    assert!(node["steps"].as_u64() > Some(0) && node["height"].as_u64() > Some(0) && node["loss"].is_number());
    assert_eq!((&node["restarts"], &node["unexpected_exits"]), (&0.into(), &0.into()));
    assert_eq!(happened(&report), ["online", "exited"]);
    let written: Value = serde_json::from_slice(&fs::read(folder.path("report.json")).unwrap()).unwrap();
    assert_eq!(written, report);
    assert!(folder.left_behind().is_empty());
    assert!(folder.path("net/node-0/node.key").is_file(), "a folder that was named is kept");
    let again = folder.run("--nodes 1");
    assert!(again.code == Some(1) && again.stderr.contains("is not empty"), "{}", again.stderr);
}

#[test]
fn a_killed_node_comes_back_and_goes_on() {
    let folder = Folder::new();
    let run = folder.run(
        "--nodes 1 --duration 15s --kill-node 0 --at 4s --restart-after 1s --check --min-online 1 \
         --min-post-restart-steps-delta 1 --min-post-churn-steps-delta 1",
    );
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let report = report(&run);
    let node = &report["nodes"][0];
    assert_eq!((&node["restarts"], &node["unexpected_exits"]), (&1.into(), &0.into()));
    assert_eq!(happened(&report), ["online", "killed", "restarted", "exited"]);
    assert!(check(&report, "progress")["value"].as_u64() > Some(0) && folder.left_behind().is_empty());
}

#[test]
fn a_check_that_fails_is_exit_1_for_those_who_ask() {
    let folder = Folder::new();
    let run = folder.run("--nodes 1 --duration 2s --min-total-steps 1G --check".replace("1G", "1000000000").as_str());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let failed = report(&run);
    let check = check(&failed, "min_total_steps");
    assert_eq!((&failed["passed"], &check["passed"]), (&false.into(), &false.into()));
    assert!(check["value"].is_u64() && check["threshold"] == 1_000_000_000);
    fs::remove_dir_all(folder.path("net")).unwrap();
    let unasked = folder.run("--nodes 1 --duration 2s --max-loss 0.001");
    assert_eq!((unasked.code, &report(&unasked)["passed"]), (Some(0), &false.into()), "{}", unasked.stderr);
}

#[test]
fn what_can_not_be_carried_out_is_refused_before_anything_is_made() {
    let folder = Folder::new();
    for (words, code, says) in [
        ("--nodes 2 --kill-node 2 --at 1s", 2, "there is no node 2"),
        ("--nodes 2 --validators 3", 2, "more than the 2 nodes"),
        ("--partition 0,1|2,9 --at 1s", 2, "there is no node 9"),
        ("--kill-node 0 --at 70s", 2, "not before the end"),
        ("--adversary garbage:1", 1, "comes with joint training"),
        ("--quorums 2", 1, "comes with joint training"),
        ("--report no/such/folder/report.json", 1, "cannot write the report"),
        ("--data no-such.txt", 1, "no-such.txt"),
    ] {
        let refused = folder.run(words);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(code), ""), "{words}: {}", refused.stderr);
        assert!(refused.stderr.contains(says), "{words}: {}", refused.stderr);
        let _ = fs::remove_dir_all(folder.path("net"));
    }
}

/// Starts a network and waits until its first node has made a block.
fn running(folder: &Folder, words: &str) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut child = folder.command(words).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let epoch = lines.find(|line| line.contains("\"event\":\"epoch\""));
    assert!(epoch.is_some());
    (child, lines)
}

fn wait_until_nobody_runs(folder: &Folder) {
    let until = Instant::now() + PATIENCE;
    while !folder.left_behind().is_empty() {
        assert!(Instant::now() < until, "left behind: {:?}", folder.left_behind());
        std::thread::yield_now();
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_all_and_still_reports() {
    let folder = Folder::new();
    let (mut child, lines) = running(&folder, "--nodes 1 --duration 10m");
    let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let last: Value = serde_json::from_str(&lines.last().unwrap()).unwrap();
    assert_eq!((last["event"].as_str(), &last["nodes"][0]["unexpected_exits"]), (Some("report"), &0.into()));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(folder.left_behind().is_empty());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_and_even_a_kill_leave_nobody_behind() {
    let folder = Folder::new();
    let (mut child, lines) = running(&folder, "--nodes 1 --duration 10m");
    assert_eq!(folder.left_behind().len(), 1);
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(folder.left_behind().is_empty());
    fs::remove_dir_all(folder.path("net")).unwrap();
    let (mut child, _lines) = running(&folder, "--nodes 1 --duration 10m");
    child.kill().unwrap();
    child.wait().unwrap();
    // Nobody told the node: it notices that nobody reads what it says.
    wait_until_nobody_runs(&folder);
}

mod peers {
    //! What needs nodes that speak with each other.

    use super::*;

    #[test]
    fn four_validators_make_one_chain() {
        if !peers_are_built() {
            return;
        }
        let folder = Folder::new();
        let run = folder.run("--duration 15s --check --min-online 4 --min-max-peers 3 --min-training-nodes 1");
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        let report = report(&run);
        assert_eq!(report["nodes"].as_array().unwrap().len(), 4);
        let chains = fs::read_dir(folder.path("net")).unwrap().flatten().map(|entry| entry.path());
        let chains: Vec<PathBuf> = chains.filter(|path| path.is_dir()).map(|path| chain_of(&path)).collect();
        assert!(chains.len() == 4 && chains.iter().all(|chain| chain.file_name() == chains[0].file_name()));
    }

    fn chain_of(home: &Path) -> PathBuf {
        let last = fs::read_to_string(home.join("networks/last")).unwrap();
        home.join("networks").join(last.trim())
    }

    #[test]
    fn one_of_four_is_killed_and_agrees_again() {
        if !peers_are_built() {
            return;
        }
        let folder = Folder::new();
        let words = "--duration 40s --kill-node 1 --at 8s --restart-after 8s --check --min-online 4";
        let run = folder.run(words);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        let report = report(&run);
        assert_eq!(report["nodes"][1]["restarts"], 1);
        let kinds = happened(&report);
        assert!(kinds.contains(&"killed") && kinds.contains(&"restarted") && !kinds.contains(&"fork"), "{report}");
    }

    #[test]
    fn the_first_node_which_others_were_told_of_may_be_the_one() {
        if !peers_are_built() {
            return;
        }
        let folder = Folder::new();
        let words = "--duration 40s --kill-node 0 --at 8s --restart-after 8s --check --min-online 4 \
                     --min-post-restart-steps-delta 1";
        let run = folder.run(words);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    }

    #[test]
    fn two_halves_stand_still_and_go_on_together() {
        if !peers_are_built() {
            return;
        }
        let folder = Folder::new();
        let words = "--duration 50s --partition 0,1|2,3 --at 8s --heal-after 10s --check --min-online 4";
        let run = folder.run(words);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        let said = events(&run.stdout);
        let place = |kind: &str| said.iter().position(|event| event["event"] == kind).unwrap();
        let during = &said[place("partitioned")..place("healed")];
        let heights = |node: u64| {
            let epochs = during.iter().filter(|event| event["event"] == "epoch" && event["node"] == node);
            epochs.count()
        };
        // A block that was being decided when the cut came may still be said.
        assert!((0..4).all(|node| heights(node) <= 2), "neither half may make blocks");
        assert_eq!(check(&report(&run), "same_chain")["value"], 0);
    }

    #[test]
    fn three_of_four_go_on_without_the_fourth() {
        if !peers_are_built() {
            return;
        }
        let folder = Folder::new();
        let run = folder.run("--duration 25s --partition 3|0,1,2 --at 8s --check");
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert!(check(&report(&run), "progress")["value"].as_u64() > Some(1));
    }
}
