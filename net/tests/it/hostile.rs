//! Peers that mean harm.
//!
//! Invariant: after each attack an honest node still connects and is heard.

use crate::node::{CHAIN, NEWS, Node, knowing, settings};
use futures::StreamExt as _;
use libp2p::gossipsub::{Behaviour, ConfigBuilder, IdentTopic, MessageAuthenticity};
use libp2p::identity::Keypair;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Swarm, identify, noise, ping, tcp, yamux};
use neuroshard_net::{Event, Multiaddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What the honest do, still works.
async fn is_well(node: &mut Node) {
    let mut honest = Node::start(knowing(&[node])).await;
    honest.connected(node.id()).await;
    node.connected(honest.id()).await;
    honest.handle.publish(NEWS, b"well?".to_vec()).unwrap();
    let Event::Message { bytes, .. } = node.message().await else { unreachable!() };
    assert_eq!(bytes, b"well?");
}

fn socket(node: &Node) -> String {
    let address = node.address().to_string();
    let port = address.split('/').nth(4).unwrap().to_owned();
    format!("127.0.0.1:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_half_open_connections_do_no_harm() {
    let mut node = Node::start(settings()).await;
    let mut half_open = Vec::new();
    for number in 0..24_u8 {
        let mut socket = TcpStream::connect(socket(&node)).await.unwrap();
        match number % 3 {
            0 => {}
            1 => socket.write_all(&[number; 5_000]).await.unwrap_or_default(),
            _ => socket.write_all(b"\x13/multistream/1.0.0\n\x07/noise\n").await.unwrap_or_default(),
        }
        half_open.push(socket);
    }
    assert!(node.refused().await.contains("language"));
    is_well(&mut node).await;
    // The one that only listens is cut off too, in time.
    let mut rest = Vec::new();
    let _ = half_open.remove(0).read_to_end(&mut rest).await;
}

#[derive(NetworkBehaviour)]
struct Attacker {
    identify: identify::Behaviour,
    gossip: Behaviour,
    ping: ping::Behaviour,
}

fn attacker(with_hello: bool) -> Swarm<Attacker> {
    let key = Keypair::generate_secp256k1();
    let hex = "c4".repeat(CHAIN.len());
    let version = if with_hello { format!("neuroshard/1/{hex}") } else { "kubo".to_owned() };
    let hello =
        identify::Config::new(version, key.public()).with_agent_version("neuroshard/0.1.0 (features=1)".to_owned());
    let config = ConfigBuilder::default()
        .protocol_id_prefix(format!("/neuroshard/{}/gossip/1", &hex[..16]))
        .max_transmit_size(64 << 20)
        .max_control_message_size(64 << 20)
        .build()
        .unwrap();
    let gossip = Behaviour::new(MessageAuthenticity::Signed(key.clone()), config).unwrap();
    let behaviour = Attacker { identify: identify::Behaviour::new(hello), gossip, ping: ping::Behaviour::default() };
    libp2p::SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| behaviour)
        .unwrap()
        .build()
}

fn run(mut swarm: Swarm<Attacker>, at: Multiaddr) -> tokio::task::JoinHandle<()> {
    swarm.dial(at).unwrap();
    tokio::spawn(async move {
        loop {
            if let SwarmEvent::ConnectionClosed { .. } = swarm.select_next_some().await {
                return;
            }
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_subscriptions_do_no_harm() {
    let mut node = Node::start(settings()).await;
    let mut swarm = attacker(true);
    for number in 0..1_000_000 {
        // Told all at once when the connection comes about.
        swarm.behaviour_mut().gossip.subscribe(&IdentTopic::new(format!("{number}"))).unwrap();
    }
    let attack = run(swarm, node.address());
    node.until(|event| matches!(event, Event::Connected { .. }).then_some(())).await;
    is_well(&mut node).await;
    attack.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_told_apart_from_nodes() {
    let mut node = Node::start(settings()).await;
    let attack = run(attacker(false), node.address());
    assert!(node.refused().await.contains("not a node of this network"));
    attack.await.unwrap();
    is_well(&mut node).await;
}
