//! How nodes find each other, and whom they turn away.
//!
//! Invariant: nobody here knows more than what the test gave them.

use crate::node::{CHAIN, Node, knowing, pair, settings, tracker};
use neuroshard_net::{Limits, Settings, StartError};
use std::collections::BTreeSet;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn another_chain_is_refused_with_the_reason() {
    let mut one = Node::start(settings()).await;
    let mut two = Node::start(Settings { chain: [5; 32], ..knowing(&[&one]) }).await;
    let reason = one.refused().await;
    assert!(reason.contains("another chain") && reason.contains("0505050505050505"), "{reason}");
    assert!(two.refused().await.contains("another chain"));
    let other = two.id();
    let view = one.sees(|view| view.peers.is_empty() && !view.dropped.is_empty()).await;
    assert!(view.dropped[0].peer == other && view.dropped[0].reason.contains("another chain"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_is_refused_with_the_reason() {
    let mut one = Node::start(Settings {
        judge: Arc::new(|program| if program.features & 2 == 0 { Err("it can't vote".to_owned()) } else { Ok(()) }),
        ..settings()
    })
    .await;
    let _two = Node::start(knowing(&[&one])).await;
    assert!(one.refused().await.contains("it can't vote"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_introduces_those_who_know_only_it() {
    let tracker = Node::start(tracker()).await;
    let with_tracker = || Settings { trackers: vec![tracker.address()], ..settings() };
    let mut one = Node::start(with_tracker()).await;
    one.handle.state(b"I am one".to_vec());
    one.sees(|view| view.peers.iter().any(|peer| peer.tracker)).await;
    let mut two = Node::start(with_tracker()).await;
    two.connected(one.id()).await;
    one.connected(two.id()).await;
    let view = one.sees(|view| view.peers.len() == 2).await;
    assert_eq!(view.peers.iter().filter(|peer| peer.tracker).count(), 1);
    // Another chain's nodes use the same tracker, and are not told of ours.
    let three = Node::start(Settings { chain: [5; 32], ..with_tracker() }).await;
    let seen = tracker.sees(|view| view.registry.len() == 3).await;
    let of_one = seen.registry.iter().find(|entry| entry.peer == one.id()).unwrap();
    assert!(of_one.chain == CHAIN && !of_one.addresses.is_empty());
    let alone = three.sees(|view| view.peers.len() == 1).await;
    assert!(alone.peers[0].tracker && alone.known == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_bootstrap_node_still_hands_out_peers() {
    let limits = Limits { peers_target: 2, peers_max: 3, peers_overflow: 2, ..Limits::default() };
    let first = Node::start(Settings { limits, ..settings() }).await;
    let mut others = Vec::new();
    for _ in 0..7 {
        others.push(Node::start(Settings { limits, ..knowing(&[&first]) }).await);
    }
    for node in &others {
        node.sees(|view| view.peers.iter().any(|peer| peer.program.is_some()) && view.known > 1).await;
    }
    first.sees(|view| view.peers.len() <= 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocked_are_cut_off_and_come_back() {
    let (mut one, mut two) = pair().await;
    one.handle.block(BTreeSet::from([two.id()]));
    assert_eq!(one.disconnected(two.id()).await, "blocked");
    two.disconnected(one.id()).await;
    one.handle.block(BTreeSet::new());
    one.handle.protect(BTreeSet::from([two.id()]));
    two.connected(one.id()).await;
    one.connected(two.id()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_learned_outlive_the_tracker() {
    let folder = tempfile::tempdir().unwrap();
    let tracker = Node::start(tracker()).await;
    let mut one = Node::start(Settings { trackers: vec![tracker.address()], ..settings() }).await;
    let mine =
        Settings { trackers: vec![tracker.address()], peer_file: Some(folder.path().join("peers")), ..settings() };
    let mut two = Node::start(mine.clone()).await;
    two.connected(one.id()).await;
    let name = two.id();
    one.connected(name).await;
    tracker.stop().await;
    two.stop().await;
    one.disconnected(name).await;
    let mut again = Node::start(mine).await;
    again.connected(one.id()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_named() {
    let one = Node::start(settings()).await;
    let taken = one.handle.view().borrow().listen[0].clone();
    let error =
        neuroshard_net::Service::start(Settings { listen: vec![taken.clone()], ..settings() }).await.unwrap_err();
    assert!(matches!(&error, StartError::Listen { address, .. } if *address == taken), "{error}");
}
