//! A node among peers that mean harm, over real sockets on this machine.
//!
//! Invariants: whatever they do, the node goes on making blocks, its memory stays within a bound, and whoever broke the rules
//! is dropped for a reason that its log and its status say.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use neuroshard::governance::protocol::Features;
use neuroshard_net::{
    AskError, Event, Handle, Multiaddr, PeerId, Program, RequestKind, Service, Settings, StreamKind, Topic, Verdict,
};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::node::{Home, Node, PATIENCE};

/// How much more memory a node may have after an attack; each attack sends more than that, or holds it open.
const MORE_MEMORY_KB: u64 = 96 << 10;
const HALF_OPEN: usize = 100;
/// What the node's own network calls them.
const CONSENSUS: &str = "consensus";
const TRANSACTIONS: &str = "transactions";
const TIP: &str = "tip";
const HISTORY: &str = "history";
/// More than a peer may send on any topic.
const BYTES_MAX: usize = 8 << 20;

/// A node that keeps a ledger and can be attacked.
struct Victim {
    node: Node,
    home: Home,
    chain: [u8; 32],
    address: Multiaddr,
    memory_kb: u64,
}

impl Victim {
    fn start() -> Self {
        let home = Home::new();
        let mut node = home.node("--no-training --no-mdns --no-upnp --listen /ip4/127.0.0.1/tcp/0");
        let started = node.wait("started", |_| {});
        let hash: neuroshard::types::Hash = started["chain_id"].as_str().unwrap().parse().unwrap();
        let address = started["listen"][0].as_str().unwrap().parse().unwrap();
        node.wait("epoch", |_| {});
        let memory_kb = memory_kb(&home.path());
        Self { node, home, chain: hash.0, address, memory_kb }
    }

    fn socket(&self) -> TcpStream {
        let port = self.address.to_string().split('/').nth(4).unwrap().parse().unwrap();
        TcpStream::connect(("127.0.0.1", port)).unwrap()
    }

    /// Goes on making blocks, within its memory.
    fn is_well(&mut self) {
        for _ in 0..2 {
            self.node.wait("epoch", |_| {});
        }
        let now_kb = memory_kb(&self.home.path());
        assert!(now_kb <= self.memory_kb + MORE_MEMORY_KB, "{} KiB at first, {now_kb} now", self.memory_kb);
    }

    /// Waits until a peer was dropped for a reason with this in it, as status and log say.
    fn dropped(&mut self, peer: &str, why: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let status = self.home.one("status");
            let dropped = status["net"]["dropped"].as_array().unwrap();
            let reason = dropped.iter().find(|dropped| dropped["peer_id"] == peer).map(|dropped| &dropped["reason"]);
            if reason.and_then(Value::as_str).is_some_and(|reason| reason.contains(why)) {
                break;
            }
            assert!(Instant::now() < until, "{peer} was not dropped for `{why}`: {dropped:?}");
            self.node.wait("epoch", |_| {});
        }
        let log = log(&self.home.path());
        assert!(log.lines().any(|line| line.contains(peer) && line.contains(why)), "{peer}, {why}: {log}");
    }
}

fn memory_kb(home: &Path) -> u64 {
    let pid = neuroshard::node::running_pid(home).unwrap();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn log(home: &Path) -> String {
    let files = fs::read_dir(home.join("logs")).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A peer that can do what it likes.
struct Peer {
    runtime: Runtime,
    handle: Handle,
    events: mpsc::Receiver<Event>,
    stop: CancellationToken,
    victim: PeerId,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Peer {
    /// A peer on the node's chain with this program, which knows only the node.
    fn start(victim: &Victim, program: Program) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut secret = zeroize::Zeroizing::new([7; 32]);
        secret[24..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let topic = |name| Topic { name, bytes_max: BYTES_MAX, flood: name == CONSENSUS };
        let settings = Settings {
            bootstrap: vec![victim.address.clone()],
            topics: [CONSENSUS, TRANSACTIONS].map(topic).to_vec(),
            requests: vec![RequestKind { name: TIP, request_max: 1 << 16, response_max: 1 << 16, per_minute: 1 << 20 }],
            streams: vec![StreamKind { name: HISTORY, per_peer: 64 }],
            program,
            ..Settings::new(secret, victim.chain)
        };
        let runtime = Runtime::new().unwrap();
        let (handle, service, events) = runtime.block_on(Service::start(settings)).unwrap();
        let stop = CancellationToken::new();
        runtime.spawn(service.run(stop.clone()));
        let victim = victim.address.to_string().rsplit('/').next().unwrap().parse().unwrap();
        Self { runtime, handle, events, stop, victim }
    }

    /// A peer that was let in.
    fn admitted(victim: &Victim) -> Self {
        let mut peer = Self::start(victim, usual());
        peer.until(|event| matches!(event, Event::Connected { .. }));
        peer
    }

    fn id(&self) -> String {
        self.handle.local().to_string()
    }

    /// Waits for an event; takes every message for good meanwhile.
    fn until(&mut self, wanted: impl Fn(&Event) -> bool) {
        let wait = async {
            loop {
                let event = self.events.recv().await.unwrap();
                if wanted(&event) {
                    return;
                }
                if let Event::Message { id, from, .. } = event {
                    self.handle.verdict(id, from, Verdict::Accept);
                }
            }
        };
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, wait).await }).unwrap();
    }

    fn is_connected(&self) -> bool {
        self.handle.view().borrow().peers.iter().any(|peer| peer.peer == self.victim)
    }

    /// Does this again and again until it is dropped.
    fn until_dropped(&self, mut act: impl AsyncFnMut(&Handle, PeerId, u64)) {
        let until = Instant::now() + PATIENCE;
        self.runtime.block_on(async {
            for number in 0.. {
                act(&self.handle, self.victim, number).await;
                if !self.is_connected() {
                    return;
                }
                assert!(Instant::now() < until, "it is still let in after {number} times");
            }
        });
    }
}

/// A program that goes with the node's.
fn usual() -> Program {
    let mut version = env!("CARGO_PKG_VERSION").split('.').map(|part| part.parse().unwrap());
    Program { version: [(); 3].map(|()| version.next().unwrap()), features: Features::OWN.0 }
}

/// Bytes that are nothing, each time others.
fn rubbish(number: u64, length: usize) -> Vec<u8> {
    (0..length as u64).map(|place| (number.wrapping_mul(31) + place * 7 + 99) as u8).collect()
}

#[test]
fn garbage_and_connections_that_say_nothing_keep_nobody_out() {
    let mut victim = Victim::start();
    let mut held = Vec::new();
    for number in 0..HALF_OPEN {
        let mut socket = victim.socket();
        // It may be closed by then.
        let _ = match number % 3 {
            0 => Ok(()),
            1 => socket.write_all(&rubbish(number as u64, 100_000)),
            _ => socket.write_all(b"\x13/multistream/1.0.0\n\x07/noise\n\xff\xff"),
        };
        held.push(socket);
    }
    victim.is_well();
    let honest = Peer::admitted(&victim);
    assert!(honest.is_connected());
    victim.is_well();
    drop(held);
}

#[test]
fn a_node_of_another_genesis_is_told_apart() {
    let mut victim = Victim::start();
    let other = Home::new();
    let words = "--no-training --no-mdns --no-upnp --listen /ip4/127.0.0.1/tcp/0 --bootstrap";
    let mut stranger = other.node(&format!("{words} {}", victim.address));
    let id = stranger.wait("started", |_| {})["peer_id"].as_str().unwrap().to_owned();
    victim.dropped(&id, "another chain");
    stranger.wait("epoch", |_| {});
    victim.is_well();
}

#[test]
fn a_program_of_another_age_is_refused() {
    let mut victim = Victim::start();
    let mut peer = Peer::start(&victim, Program { version: [99, 0, 0], ..usual() });
    victim.dropped(&peer.id(), "99.0.0");
    assert!(!peer.is_connected() && peer.events.try_recv().is_ok_and(|event| !matches!(event, Event::Message { .. })));
    victim.is_well();
}

#[test]
fn rubbish_on_a_topic_costs_the_connection() {
    let mut victim = Victim::start();
    for (topic, length) in [(CONSENSUS, 300), (TRANSACTIONS, 300), (CONSENSUS, 4 << 20)] {
        let peer = Peer::admitted(&victim);
        peer.until_dropped(async |handle, _, number| {
            let _ = handle.publish(topic, rubbish(number, length));
            tokio::task::yield_now().await;
        });
        victim.dropped(&peer.id(), topic);
        victim.is_well();
    }
}

#[test]
fn questions_that_are_none_cost_the_connection() {
    let mut victim = Victim::start();
    for length in [0, 80, 60_000] {
        let peer = Peer::admitted(&victim);
        peer.until_dropped(async |handle, victim, number| {
            let asked = handle.ask(victim, TIP, rubbish(number, length), PATIENCE).await;
            assert!(asked.is_err(), "{asked:?}");
        });
        victim.dropped(&peer.id(), if length > 1_000 { "a bad request" } else { "its tip is none" });
    }
    for length in [80, 60_000] {
        let peer = Peer::admitted(&victim);
        peer.until_dropped(async |handle, victim, number| {
            let Ok(mut stream) = handle.open(victim, HISTORY).await else { return };
            let _ = stream.send(1, number, &rubbish(number, length)).await;
            let said = stream.receive(BYTES_MAX).await;
            assert!(!matches!(said, Ok(Some(_))), "an answer to rubbish");
        });
        victim.dropped(&peer.id(), "its question is none");
    }
    victim.is_well();
}

#[test]
fn a_flood_of_good_questions_is_bounded_and_ends() {
    let mut victim = Victim::start();
    let peer = Peer::admitted(&victim);
    // Its first byte is the version; a height, a hash and another height follow.
    let tip = [[1_u8].as_slice(), &[0; 48]].concat();
    let answered = AtomicU64::new(0);
    peer.until_dropped(async |handle, victim, _| {
        let ask = || handle.ask(victim, TIP, tip.clone(), Duration::from_secs(30));
        let all = (ask(), ask(), ask(), ask(), ask(), ask(), ask(), ask());
        let all = tokio::join!(all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7);
        for said in <[Result<Vec<u8>, AskError>; 8]>::from(all) {
            answered.fetch_add(u64::from(said.is_ok()), Ordering::Relaxed);
        }
    });
    let answered = answered.into_inner();
    assert!((1..2_000).contains(&answered), "{answered} answers");
    victim.dropped(&peer.id(), "too many requests of kind tip");
    victim.is_well();
}
