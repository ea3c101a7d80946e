//! Several nodes, one ledger: joining late, money that others see, a seat won by stake, other networks turned away.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;

use crate::node::{Home, Node, PATIENCE};

/// Where a node of a test listens, with nothing that looks beyond this machine.
const HERE: &str = "--listen /ip4/127.0.0.1/tcp/0 --listen-api 127.0.0.1:0 --no-mdns --no-upnp --threads 1";

/// A node that begins a network, and what others need to find it.
struct Founder {
    home: Home,
    node: Node,
    genesis: PathBuf,
    address: String,
}

impl Founder {
    fn new() -> Self {
        let home = Home::new();
        let shape = home.shape();
        let words = format!("node --json {HERE} --inner-steps 10 --preset {}", shape.display());
        let mut node = Node::spawn(&mut home.command(&words));
        let started = node.wait("started", |_| {});
        assert_eq!((&started["public"], &started["note"]), (&true.into(), &Value::Null), "{started}");
        let address = started["listen"][0].as_str().unwrap().to_owned();
        let id = started["peer_id"].as_str().unwrap();
        assert!(address.starts_with("/ip4/127.0.0.1/tcp/") && address.ends_with(&format!("/p2p/{id}")), "{address}");
        let genesis = home.path().join("networks").join(started["chain_id"].as_str().unwrap()).join("genesis.toml");
        Self { home, node, genesis, address }
    }

    /// A node of another home that joins.
    fn join(&self, home: &Home, more: &str) -> Node {
        let words = format!(
            "node --json {HERE} --no-training --genesis {} --bootstrap {} {more}",
            self.genesis.display(),
            self.address
        );
        Node::spawn(&mut home.command(&words))
    }
}

/// Blocks by height, as a node told of them, until it has one of this height.
fn blocks(node: &mut Node, least: u64) -> Vec<(u64, String)> {
    let mut blocks = Vec::new();
    loop {
        let epoch = node.wait("epoch", |_| {});
        let height = epoch["height"].as_u64().unwrap();
        blocks.push((height, epoch["hash"].as_str().unwrap().to_owned()));
        if height >= least {
            return blocks;
        }
    }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn a_stranger_joins_late_is_paid_stakes_votes_and_comes_back_by_itself() {
    let mut founder = Founder::new();
    founder.home.earn(3.0);
    let home = Home::new();
    let mut second = founder.join(&home, "--validator");
    let account = second.wait("started", |_| {})["address"].as_str().unwrap().to_owned();
    // It has all blocks, and they are the same.
    let known = blocks(&mut founder.node, 1);
    let followed = blocks(&mut second, known.last().unwrap().0);
    assert_eq!(followed[0].0, 1, "it begins with the first block");
    let same = |(height, hash): &(u64, String)| known.iter().all(|(at, other)| at != height || other == hash);
    assert!(followed.iter().all(same));
    // Money sent on one node is there on the other; what the other does is carried out by the one that makes blocks.
    founder.home.one(&format!("wallet send {account} 2 --node --yes"));
    until("the money arrives", || {
        let balance = home.run("wallet balance --json");
        let balance: Value = serde_json::from_str(&balance.stdout).unwrap_or_default();
        (balance["available"] == "2").then_some(())
    });
    home.one("stake add 1 --days 1 --node --yes");
    let seats = until("the stake wins a seat", || {
        let epoch = founder.node.wait("epoch", |_| {});
        epoch["validators"].as_u64().filter(|validators| *validators == 2)
    });
    assert_eq!(seats, 2);
    // Killed, it finds the others again without being told of them.
    let said = second.kill();
    assert!(said.iter().any(|event| event["event"] == "epoch"));
    let words = format!("node --json {HERE} --no-training --validator");
    let mut second = Node::spawn(&mut home.command(&words));
    let peer = second.wait("peer", |_| {});
    assert_eq!(peer["state"], "connected", "{peer}");
    let now = blocks(&mut founder.node, 1).last().unwrap().0;
    assert!(blocks(&mut second, now).last().unwrap().0 >= now);
    assert_eq!((second.stop(), founder.node.stop()), (Some(0), Some(0)));
}

#[test]
fn a_node_of_another_network_is_turned_away_and_told_why() {
    let founder = Founder::new();
    let other = Founder::new();
    let words = format!("node --json {HERE} --no-training --bootstrap {}", founder.address);
    let Founder { home, node, .. } = other;
    assert_eq!(node.stop(), Some(0));
    let mut lost = Node::spawn(&mut home.command(&words));
    blocks(&mut lost, 3);
    let why = until("the reason is shown", || {
        let status = home.one("status");
        let dropped = status["net"]["dropped"].as_array().cloned().unwrap_or_default();
        dropped.first().and_then(|one| one["reason"].as_str().map(ToOwned::to_owned))
    });
    assert!(why.contains("chain"), "{why}");
    let log = fs::read_dir(home.path().join("logs")).unwrap().flatten();
    let log: String = log.map(|file| fs::read_to_string(file.path()).unwrap_or_default()).collect();
    assert!(log.contains("a peer is refused"), "{log}");
    assert_eq!(lost.stop(), Some(0));
}
