//! A round's weights at nodes that did not train them: got from peers, the chain's to the bit, and used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use neuroshard::types::{Domain, Hash};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::node::{Node, PATIENCE};
use crate::program::command;
use crate::small::events;

/// A model that trains a round in a fraction of a second.
const SHAPE: &str = "layers=2\nhidden=32\nheads=2\nkv_heads=1\nffn=64\nvocab=300\nseq=32\n";
const STEPS: u64 = 10;
const PROMPT: &str = "The sea";

/// A network that ran for a while, and its homes.
struct Net(TempDir);

impl Net {
    fn ran(words: &str) -> (Self, Vec<Value>) {
        let net = Self(tempfile::tempdir().unwrap());
        fs::write(net.0.path().join("shape.toml"), SHAPE).unwrap();
        let words = format!("--json devnet up --preset shape.toml --inner-steps {STEPS} --out net {words}");
        let mut up = command(words.split_whitespace());
        up.current_dir(net.0.path()).env("NEUROSHARD_HOME", net.0.path().join("home"));
        let run = up.output().unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
        (net, events(&said))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("net").join(name)
    }

    /// A home's folder of the network.
    fn chain(&self, home: &str) -> PathBuf {
        let networks = self.path(home).join("networks");
        networks.join(fs::read_to_string(networks.join("last")).unwrap().trim())
    }

    /// One of its nodes again, or a new one.
    fn node(&self, home: &str, more: &str) -> (Node, Value) {
        let mut node = Command::new(crate::program::BINARY);
        crate::program::plain(&mut node);
        node.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
        node.stderr(fs::File::create(self.path(&format!("{home}.again.log"))).unwrap());
        node.arg("--home").arg(self.path(home)).arg("--config").arg(self.path("config.toml"));
        node.args(["--json", "node", "--listen", "/ip4/127.0.0.1/tcp/0", "--listen-api", "127.0.0.1:0"]);
        node.args(["--no-mdns", "--no-upnp", "--threads", "1"]).args(more.split_whitespace());
        node.arg("--genesis").arg(self.path("genesis.toml"));
        let mut node = Node::spawn(&mut node);
        let started = node.wait("started", |_| {});
        (node, started)
    }

    /// What the likeliest continuation is.
    fn infer(&self, model: &Path) -> String {
        let mut infer = command(["--json", "infer", "--temperature", "0", "--max-tokens", "20", "--model"]);
        let run = infer.arg(model).arg(PROMPT).env("NEUROSHARD_HOME", self.path("nobody")).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let done = events(&String::from_utf8(run.stdout).unwrap()).pop().unwrap();
        done["text"].as_str().unwrap().to_owned()
    }
}

/// The newest round that came to a home, and where.
fn newest(weights: &Path) -> (u64, PathBuf) {
    let rounds = fs::read_dir(weights).unwrap().flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.strip_prefix("round-")?.parse().ok();
    rounds.filter_map(|path| Some((number(&path)?, path))).max().unwrap()
}

fn complete(api: &str) -> String {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let body = json!({"prompt": PROMPT, "temperature": 0, "max_tokens": 20});
    let mut answer = agent.post(format!("{api}/v1/completions")).send_json(body).unwrap();
    let answer: Value = answer.body_mut().read_json().unwrap();
    answer["choices"][0]["text"].as_str().unwrap().to_owned()
}

fn hash_of(event: &Value) -> (u64, String) {
    (event["round"].as_u64().unwrap(), event["model_hash"].as_str().unwrap().to_owned())
}

#[test]
fn those_who_follow_have_the_trainers_weights_and_write_what_it_writes() {
    let (net, said) = Net::ran("--nodes 3 --validators 3 --duration 20s --check --require-equal-hashes");
    let of = |kind: &str, node: u64| {
        said.iter().filter(|event| event["event"] == kind && event["node"] == node).map(hash_of).collect::<Vec<_>>()
    };
    let trained = of("outer", 0);
    for node in [1, 2] {
        let got = of("model", node);
        let later: Vec<_> = got.iter().filter(|(round, _)| *round > 0).collect();
        assert!(!later.is_empty() && later.iter().all(|model| trained.contains(model)), "{got:?} of {trained:?}");
        assert!(got.is_sorted() && of("outer", node).is_empty());
    }
    let report = said.last().unwrap();
    let equal = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "require_equal_hashes");
    assert_eq!((&equal.unwrap()["passed"], &equal.unwrap()["value"]), (&true.into(), &1.into()));
    let (round, folder) = newest(&net.chain("node-1").join("weights"));
    let own = net.chain("node-0").join(format!("model/checkpoints/step-{:09}", round * STEPS));
    let text = net.infer(&own);
    assert_eq!(net.infer(&folder), text);
    // Alone it goes on with what it has.
    let (node, started) = net.node("node-1", "--no-training");
    assert_eq!(complete(started["api"].as_str().unwrap()), text);
    assert_eq!(node.stop(), Some(0));
}

/// Changes a weight, and the manifest beside it so that the two go together.
fn forge(folder: &Path) {
    let (weights, manifest) = (folder.join("model.safetensors"), folder.join("manifest"));
    let hash = |bytes: &[u8]| Hash::of(&Domain::new("model chunk"), bytes).0;
    let mut bytes = fs::read(&weights).unwrap();
    let before = hash(&bytes);
    *bytes.last_mut().unwrap() ^= 0x80;
    fs::write(&weights, &bytes).unwrap();
    let mut said = fs::read(&manifest).unwrap();
    let place = said.windows(32).position(|window| window == before).unwrap();
    said[place..place + 32].copy_from_slice(&hash(&bytes));
    fs::write(&manifest, said).unwrap();
}

#[test]
fn a_liar_is_not_believed_and_the_network_goes_on() {
    let (net, _) = Net::ran("--nodes 2 --validators 1 --duration 12s --check --min-online 2");
    let (forged, folder) = newest(&net.chain("node-1").join("weights"));
    forge(&folder);
    // Nobody makes blocks: the newcomer hears of the chain and of the weights from the liar alone.
    let (liar, started) = net.node("node-1", "--no-training");
    let address = started["listen"][0].as_str().unwrap().to_owned();
    let (mut newcomer, started) = net.node("newcomer", &format!("--no-training --bootstrap {address}"));
    let own = started["listen"][0].as_str().unwrap().to_owned();
    let log = net.path("newcomer/logs");
    let until = std::time::Instant::now() + PATIENCE;
    let logged = || {
        let files = fs::read_dir(&log).into_iter().flatten().flatten().map(|entry| entry.path());
        files.filter_map(|file| fs::read_to_string(file).ok()).collect::<String>()
    };
    while !logged().contains("its weights do not have the hashes") {
        assert!(std::time::Instant::now() < until, "{}", logged());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(!net.chain("newcomer").join("weights").join(format!("round-{forged:09}")).exists());
    // With the trainer there, the newcomer has the chain's weights.
    let (mut trainer, _) = net.node("node-0", &format!("--validator --bootstrap {own}"));
    let mut outer = hash_of(&trainer.wait("outer", |_| {}));
    let mut model = hash_of(&newcomer.wait("model", |_| {}));
    while model.0 != outer.0 {
        let (node, kind) = if model.0 < outer.0 { (&mut newcomer, "model") } else { (&mut trainer, "outer") };
        let next = hash_of(&node.wait(kind, |_| {}));
        *(if kind == "model" { &mut model } else { &mut outer }) = next;
    }
    assert_eq!(model, outer);
    for node in [trainer, newcomer, liar] {
        assert_eq!(node.stop(), Some(0));
    }
}
