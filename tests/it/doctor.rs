//! The doctor finds what was broken, says how to mend it, and touches nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Run, command};

/// The check's status and detail, by its name; and the exit code.
fn doctor(home: &Path, variables: &[(&str, &str)]) -> (BTreeMap<String, (String, String)>, Option<i32>) {
    let mut command = command(["--json", "doctor"]);
    command.env("NEUROSHARD_HOME", home).env("NEUROSHARD_LISTEN_API", "127.0.0.1:0").env("NEUROSHARD_THREADS", "1");
    command.envs(variables.iter().copied());
    let started = Instant::now();
    let run: Run = command.output().unwrap().into();
    assert!(started.elapsed() < Duration::from_secs(20), "it is quick, even on a busy machine");
    assert_eq!(run.stderr, "");
    let checks = run.stdout.lines().map(|line| {
        let check: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| check[name].as_str().unwrap().to_owned();
        assert_eq!(check["v"], 1);
        assert_eq!(check["mend"].is_null(), check["status"] == "ok", "{check}");
        (text("check"), (text("status"), text("detail")))
    });
    (checks.collect(), run.code)
}

/// Every file below a folder with what is in it.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.insert(path.clone(), Vec::new());
            all.append(&mut contents(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    all
}

/// Runs a node that answers; says where, and kills it when `look` has looked.
fn with_node(home: &Path, look: impl FnOnce(&str, u32)) {
    let mut command = command("node --json --no-training --listen-api 127.0.0.1:0".split(' '));
    let mut node = command.env("NEUROSHARD_HOME", home).spawn().unwrap();
    let said = BufReader::new(node.stdout.take().unwrap());
    let mut events = said.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let started = events.find(|event| event["event"] == "started").unwrap();
    events.find(|event| event["event"] == "epoch").unwrap();
    look(started["api"].as_str().unwrap().strip_prefix("http://").unwrap(), node.id());
    node.kill().unwrap();
    node.wait().unwrap();
}

/// Runs a node on the home until it has a block.
fn node(home: &Path) {
    let mut command = command("node --json --no-training --listen-api off".split(' '));
    let mut node = command.env("NEUROSHARD_HOME", home).spawn().unwrap();
    let said = BufReader::new(node.stdout.take().unwrap());
    let mut lines = said.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("\"event\":\"epoch\"")));
    assert!(Command::new("kill").arg(node.id().to_string()).status().unwrap().success());
    assert!(lines.last().unwrap().contains("\"event\":\"stopped\"") && node.wait().unwrap().success());
}

#[test]
fn a_home_that_is_not_there_is_well_and_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let (checks, code) = doctor(&home, &[]);
    assert_eq!(code, Some(0), "{checks:?}");
    for name in ["settings", "home", "node key", "node", "network", "port", "clock", "processor", "memory", "gpu"] {
        assert!(checks.contains_key(name), "{name}");
    }
    assert!(!home.exists());
    let text: Run = command(["doctor"])
        .env("NEUROSHARD_HOME", &home)
        .env("NEUROSHARD_LISTEN_API", "off")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
        .into();
    assert!(text.stdout.contains("✓ ok    home"), "{}", text.stdout);
    let old = command(["doctor"]).env("NEUROSHARD_HOME", &home).env("LC_ALL", "C").output().unwrap();
    assert!(old.stdout.is_ascii());
}

#[test]
fn a_running_node_is_asked_and_a_killed_one_leaves_nothing_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    with_node(&home, |address, process| {
        let (checks, code) = doctor(&home, &[("NEUROSHARD_LISTEN_API", address), ("NEUROSHARD_THREAD", "4")]);
        assert_eq!(code, Some(0), "{checks:?}");
        assert!(checks["node"].1.contains(&format!("(process {process}) is at block")), "{checks:?}");
        assert!(checks["ledger"].1.starts_with("the running node has it"), "{checks:?}");
        assert!(checks["port"].1.ends_with("held by the running node"), "{checks:?}");
        assert_eq!(checks["environment"].0, "warn");
        // From another home it is a stranger, and its port is taken.
        let (checks, _) = doctor(&folder.path().join("other"), &[("NEUROSHARD_LISTEN_API", address)]);
        assert!(checks["port"].1.starts_with("a node of another home answers"), "{checks:?}");
    });
    let before = contents(&home);
    let (checks, code) = doctor(&home, &[]);
    assert_eq!((code, checks["ledger"].0.as_str()), (Some(0), "ok"), "{checks:?}");
    assert_eq!(contents(&home), before, "a look repairs nothing");
}

#[cfg(unix)]
#[test]
fn a_damaged_home_is_found_out_and_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    node(&home);
    let (checks, code) = doctor(&home, &[]);
    assert_eq!(code, Some(0), "{checks:?}");
    assert!(checks["ledger"].1.starts_with("whole, at block"), "{checks:?}");

    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let key = home.join("node.key");
    let chain = fs::read_to_string(home.join("networks/last")).unwrap();
    let ledger = home.join("networks").join(chain.trim()).join("ledger.redb");
    let config = folder.path().join("config.toml");
    mode(&key, 0o644);
    mode(&home, 0o777);
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, [&whole[..64], &vec![0xa5; 4096]].concat()).unwrap();
    fs::write(&config, "colour = 1\n").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fs::write(home.join("api.json"), "{\"url\":\"http://127.0.0.1:1\",\"pid\":1}").unwrap();
    let before = contents(folder.path());
    let broken = [("NEUROSHARD_CONFIG", config.to_str().unwrap())];
    let (checks, code) = doctor(&home, &broken);
    assert_eq!(code, Some(1));
    for name in ["settings", "permissions", "node key", "ledger"] {
        assert_eq!(checks[name].0, "fail", "{name}: {checks:?}");
    }
    assert!(checks["settings"].1.contains("line 1: there is no setting `colour`"), "{checks:?}");
    assert!(checks["node key"].1.contains("mode 644") && checks["ledger"].1.contains("damaged"), "{checks:?}");
    let (checks, _) = doctor(&home, &[("NEUROSHARD_LISTEN_API", &address)]);
    assert!(checks["port"].0 == "fail" && checks["port"].1.contains("another program"), "{checks:?}");
    assert_eq!(contents(folder.path()), before, "it changes nothing");
    drop(taken);

    fs::write(&ledger, &whole).unwrap();
    mode(&key, 0o600);
    mode(&home, 0o700);
    assert_eq!(doctor(&home, &[]).1, Some(0));
    fs::remove_file(&ledger).unwrap();
    let (checks, code) = doctor(&home, &[]);
    assert!(code == Some(1) && checks["ledger"].1.starts_with("there is no ledger"), "{checks:?}");
    let genesis = ledger.with_file_name("genesis.toml");
    fs::write(&genesis, "name = 1").unwrap();
    assert_eq!(doctor(&home, &[]).0["network"].0, "fail");
}
