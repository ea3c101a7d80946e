//! A node as its operator runs it: started, asked, killed, started again.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, command};

/// A model that trains a round in a fraction of a second.
const SHAPE: &str = "layers=2\nhidden=32\nheads=2\nkv_heads=1\nffn=64\nvocab=300\nseq=32\n";
/// Whatever is waited for has come by then, or never will.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A home with a small shape beside it.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::write(home.shape(), SHAPE).unwrap();
        home
    }

    pub(crate) fn shape(&self) -> PathBuf {
        self.0.path().join("shape.toml")
    }

    /// Where the home and what is beside it are.
    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Where the program keeps everything.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("home")
    }

    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = command(words.split_whitespace());
        command.env("NEUROSHARD_HOME", self.0.path().join("home")).env("NEUROSHARD_PASSPHRASE", "correct horse");
        command
    }

    pub(crate) fn run(&self, words: &str) -> Run {
        self.command(words).output().unwrap().into()
    }

    /// What a run that has to succeed says on standard output, a value a line.
    pub(crate) fn lines(&self, words: &str) -> Vec<Value> {
        let run = self.run(&format!("{words} --json"));
        assert_eq!(run.code, Some(0), "{words}: {}{}", run.stdout, run.stderr);
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn one(&self, words: &str) -> Value {
        let mut lines = self.lines(words);
        assert_eq!(lines.len(), 1, "{words}: {lines:?}");
        lines.remove(0)
    }

    /// Waits until the node of this home has so much NEURO beside its bond.
    pub(crate) fn earn(&self, least: f64) {
        let until = Instant::now() + PATIENCE;
        loop {
            let run = self.run("wallet balance --json");
            let answer: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
            let available: Option<f64> = answer["available"].as_str().and_then(|text| text.parse().ok());
            if available.is_some_and(|available| available >= least) {
                return;
            }
            assert!(Instant::now() < until, "nothing was earned: {}{}", run.stdout, run.stderr);
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Stakes 0.2 NEURO of the node's own account, and proposes a text.
    pub(crate) fn propose(&self, title: &str) {
        self.earn(0.5);
        self.one("stake add 0.2 --days 1 --node --yes");
        let file = self.path().join("proposal.json");
        let text = serde_json::json!({"title": title, "nep_type": "arch", "abstract": "a", "motivation": "m", "specification": "s"});
        fs::write(&file, text.to_string()).unwrap();
        self.one(&format!("nep submit {} --node --yes", file.display()));
    }

    /// A node of a devnet that trains the small shape.
    pub(crate) fn node(&self, more: &str) -> Node {
        let joined = self.0.path().join("home/networks/last").exists();
        let new = if joined { String::new() } else { format!("--inner-steps 10 --preset {}", self.shape().display()) };
        Node::spawn(&mut self.command(&format!("node --json --threads 1 --listen-api 127.0.0.1:0 {new} {more}")))
    }
}

/// A node that runs; killed when dropped.
pub(crate) struct Node {
    child: Child,
    events: Receiver<Value>,
}

impl Node {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, events) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap_or(Value::String(line)));
            }
        });
        Self { child, events }
    }

    /// The next event of a kind; those before it are seen by `other`.
    pub(crate) fn wait(&mut self, kind: &str, mut other: impl FnMut(&Value)) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(event) if event["event"] == kind => return event,
                Ok(event) => other(&event),
                Err(error) => panic!("no event `{kind}`: {error}; {}", self.last_words()),
            }
        }
    }

    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        let stderr = self.child.stderr.take();
        let _ = stderr.map(|mut stderr| std::io::Read::read_to_string(&mut stderr, &mut text));
        text
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Asks it to stop; returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.wait("stopped", |_| {});
        self.child.wait().unwrap().code()
    }

    /// Kills it; returns what it had said by then.
    pub(crate) fn kill(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut said = Vec::new();
        loop {
            match self.events.recv_timeout(PATIENCE) {
                Ok(event) => said.push(event),
                Err(RecvTimeoutError::Disconnected) => return said,
                Err(RecvTimeoutError::Timeout) => panic!("the node's output stays open"),
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn amount(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_single_node_is_a_chain_that_trains_earns_and_spends() {
    let home = Home::new();
    let mut node = home.node("");
    let started = node.wait("started", |_| {});
    assert_eq!((&started["network"], &started["public"]), (&"devnet".into(), &false.into()));
    let first = node.wait("earned", |_| {});
    assert!(amount(&first["amount"]) > 0.0);
    // The first pay is the bond; what comes after it can be spent.
    let balance = loop {
        node.wait("earned", |_| {});
        let balance = home.one("wallet balance");
        if amount(&balance["available"]) > 1.0 {
            break balance;
        }
    };
    assert_eq!((balance["address"].clone(), &balance["bond"]), (started["address"].clone(), &"1".into()));
    assert_eq!(home.one("wallet balance --verify")["verified"], true);

    let to = home.one("wallet new savings")["address"].as_str().unwrap().to_owned();
    let sent = home.one(&format!("wallet send {to} 0.25 --node --yes"));
    assert_eq!((&sent["status"], amount(&sent["fee"]) > 0.0), (&"done".into(), true));
    assert_eq!(home.one(&format!("wallet balance {to}"))["available"], "0.25");
    let own = started["address"].as_str().unwrap();
    assert_eq!(home.one("stake add 0.5 --days 0 --node --yes")["status"], "done");
    let stake = home.one(&format!("stake status {own}"));
    assert_eq!((&stake["staked"], &stake["validator"]), (&"0.5".into(), &true.into()));
    assert!(amount(&stake["multiplier"]) > 1.0);
    assert_eq!(home.one("stake remove 0.5 --node --yes")["status"], "done");
    assert_eq!(home.one(&format!("stake status {own}"))["unbonding"][0]["amount"], "0.5");
    assert_eq!(home.lines("stake validators").len(), 1);

    let receipt = first["receipt"].as_str().unwrap();
    let told = home.run(&format!("explain {receipt}"));
    assert!(told.stdout.contains("work receipt by") && told.stdout.contains("x scarcity"), "{}", told.stdout);
    assert!(home.lines(&format!("wallet history {to}")).iter().any(|entry| entry["tx"] == sent["tx"]));

    let second = home.run("node --listen-api off");
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains(&format!("process {}", node.child.id())), "{}", second.stderr);
    let height = node.wait("epoch", |_| {})["height"].as_u64().unwrap();
    assert_eq!(node.stop(), Some(0));

    // Nobody runs: what can be read is read from the file, and nothing can be sent.
    let after = home.one(&format!("wallet balance {to}"));
    assert!(after["height"].as_u64().unwrap() >= height && after["available"] == "0.25");
    assert_eq!(home.run(&format!("wallet send {own} 0.1 --from savings --yes")).code, Some(3));
    let mut again = home.node("");
    let next = again.wait("epoch", |_| {});
    assert_eq!(next["height"].as_u64().unwrap(), after["height"].as_u64().unwrap() + 1);
    assert_eq!(again.stop(), Some(0));
}

#[test]
fn what_is_signed_offline_is_sent_elsewhere_and_refusals_say_why() {
    let home = Home::new();
    let mut node = home.node("");
    let started = node.wait("started", |_| {});
    let [chain, own] = ["chain_id", "address"].map(|name| started[name].as_str().unwrap().to_owned());
    let to = home.one("wallet new")["address"].as_str().unwrap().to_owned();
    let file = home.0.path().join("tx.json");
    let offline = |nonce: u64, amount: &str, chain: &str| {
        let _ = fs::remove_file(&file);
        let out = file.display();
        home.one(&format!(
            "wallet send {to} {amount} --node --offline --out {out} --nonce {nonce} --expires 500 --chain {chain} --fee-limit 1"
        ))
    };
    let broadcast = || home.run(&format!("wallet broadcast {} --json", file.display()));
    while amount(&home.one(&format!("wallet balance {own}"))["available"]) < 0.5 {
        node.wait("earned", |_| {});
    }
    let refusals = [
        (9_000, "0.1", chain.clone(), "is not the expected"),
        (0, "0.1", chain.clone(), "is not the expected"),
        (0, "0.1", chain.replace(|_| true, "0"), "the transaction is for chain 0000"),
    ];
    for (nonce, amount, chain, reason) in refusals {
        offline(nonce, amount, &chain);
        let refused = broadcast();
        assert_eq!(refused.code, Some(1), "{}", refused.stderr);
        assert!(refused.stderr.contains(reason), "{reason}: {}", refused.stderr);
    }
    let text = fs::read_to_string(&file).unwrap();
    for (from, to) in [("\"tx\": \"", "\"tx\": \"0"), ("\"transaction\": \"", "\"transaction\": \"ff"), ("{", "[")] {
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        assert_eq!(broadcast().code, Some(1));
    }
    let dear = home.run(&format!("wallet send {to} 1000000 --node --yes"));
    assert!(dear.code == Some(1) && dear.stderr.contains("is below the required"), "{}", dear.stderr);
    let unasked = home.run(&format!("wallet send {to} 0.1 --node"));
    assert_eq!(unasked.code, Some(2), "{}", unasked.stderr);
    assert_eq!(home.run(&format!("wallet send {to}x 0.1 --node --yes")).code, Some(2));
    assert_eq!(home.run(&format!("wallet send {to} -1 --node --yes")).code, Some(2));
    drop(node);
}

/// Numbers from 0 to 999 that look as if drawn; the same in every run.
fn drawn(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 31;
    (x >> 16) % 1000
}

#[test]
fn killed_at_any_moment_a_node_goes_on_where_it_was() {
    let times = if std::env::var_os("NEUROSHARD_LONG").is_some() { 200 } else { 6 };
    let home = Home::new();
    let (mut last, mut paid) = (0, BTreeSet::new());
    for time in 0..times {
        let mut node = home.node("");
        let mut events = Vec::new();
        let first = node.wait("epoch", |event| events.push(event.clone()));
        assert!(first["height"].as_u64().unwrap() > last, "a block that was said to be final is gone");
        events.push(first);
        for _ in 0..drawn(time) % 3 {
            events.push(node.wait("epoch", |_| {}));
        }
        // Anywhere within a block's second: there is nothing to wait for but time.
        std::thread::sleep(Duration::from_millis(drawn(time + 1000)));
        events.extend(node.kill());
        for event in &events {
            if event["event"] == "epoch" {
                let height = event["height"].as_u64().unwrap();
                assert_eq!(height.max(last), height, "heights only grow");
                last = height;
            }
            if event["event"] == "earned" {
                assert!(paid.insert(event["receipt"].to_string()), "paid twice: {event}");
            }
            assert_ne!(event["event"], "error", "{event}");
        }
    }
    let mut node = home.node("");
    node.wait("epoch", |_| {});
    assert_eq!(node.stop(), Some(0));
    // Opening the file recomputes its root and adds up all that is held.
    let balance = home.one("wallet balance");
    assert!(balance["height"].as_u64().unwrap() > last);
    let earned = home.lines("wallet history").into_iter().filter(|entry| entry["kind"] == "earned");
    let receipts: Vec<String> = earned.map(|entry| entry["events"][0]["receipt"].to_string()).collect();
    assert_eq!(receipts.iter().collect::<BTreeSet<_>>().len(), receipts.len(), "each receipt is paid once");
    assert!(paid.iter().all(|receipt| receipts.contains(receipt)), "what was paid stays paid");
}

#[test]
fn a_damaged_ledger_is_reported_and_left_alone() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    node.wait("epoch", |_| {});
    assert_eq!(node.stop(), Some(0));
    let chain = fs::read_to_string(home.0.path().join("home/networks/last")).unwrap();
    let ledger = home.0.path().join("home/networks").join(chain.trim()).join("ledger.redb");
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, &whole[..whole.len() / 2]).unwrap();
    let refused = home.run("node --no-training --listen-api off");
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("is damaged") && refused.stderr.contains("nothing was changed"),
        "{}",
        refused.stderr
    );
    fs::remove_file(&ledger).unwrap();
    let gone = home.run("node --no-training --listen-api off");
    assert_eq!(gone.code, Some(1));
    assert!(gone.stderr.contains("there is no ledger"), "{}", gone.stderr);
    assert!(!ledger.exists(), "balances are not silently begun anew");
    fs::write(&ledger, &whole).unwrap();
    let file = home.0.path().join("ledger.snapshot");
    let made = home.one(&format!("snapshot export {}", file.display()));
    fs::remove_file(&ledger).unwrap();
    let block = made["block"].as_str().unwrap();
    let import = |trust: &str| home.run(&format!("snapshot import {} --trust {trust}", file.display()));
    assert_eq!(import(&block.replace(|_| true, "0")).code, Some(1));
    assert_eq!(import(block).code, Some(0));
    assert!(import(block).stderr.contains("is a ledger"), "what is there is not replaced");
    let mut again = home.node("--no-training");
    again.wait("epoch", |_| {});
    assert_eq!(again.stop(), Some(0));
}
