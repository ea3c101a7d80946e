//! Properties of one peer manager.

use super::{Input, Output, Peers};
use crate::{Conduct, Limits, Multiaddr, PeerId};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn limits() -> Limits {
    Limits { peers_target: 6, peers_max: 8, peers_overflow: 4, outbound_min: 2, known_max: 32, ..Limits::default() }
}

fn peer(number: u8) -> PeerId {
    let mut key = [7; 32];
    key[31] = number;
    crate::identity::keypair(&key).unwrap().public().to_peer_id()
}

fn place(number: u8) -> Multiaddr {
    // Public addresses, eight to a neighbourhood.
    format!("/ip4/8.8.{}.{}/tcp/4001", number / 8, number).parse().unwrap()
}

fn dialled(outputs: &[Output]) -> BTreeSet<PeerId> {
    let dial = |output: &Output| if let Output::Dial { peer, .. } = output { Some(*peer) } else { None };
    outputs.iter().filter_map(dial).collect()
}

fn opened(number: u8, outbound: bool) -> Input {
    Input::Opened { peer: peer(number), link: u64::from(number), address: place(number), outbound, relayed: false }
}

fn machine() -> Peers {
    Peers::new(peer(255), limits(), &[], &[], 1)
}

#[test]
fn at_most_two_neighbours_are_chosen() {
    let mut peers = machine();
    for number in 0..24 {
        peers.step(0, Input::Learned { peer: peer(number), addresses: vec![place(number)] });
    }
    let mut near = [0; 3];
    for second in 1..200 {
        for dialled in dialled(&peers.step(second * 1_000, Input::Tick)) {
            let number = (0..24).find(|number| peer(*number) == dialled).unwrap();
            near[usize::from(number) / 8] += 1;
            peers.step(second * 1_000, opened(number, true));
            peers.step(second * 1_000, Input::Admitted { peer: dialled, tracker: false });
        }
    }
    assert_eq!(near, [2, 2, 2]);
}

#[test]
fn who_is_refused_is_left_alone_for_an_hour() {
    let mut peers = machine();
    peers.step(0, Input::Learned { peer: peer(1), addresses: vec![place(1)] });
    peers.step(0, opened(1, false));
    let closed = peers.step(0, Input::Refused { peer: peer(1), reason: "another chain".to_owned() });
    assert_eq!(closed, [Output::Close { peer: peer(1), reason: "another chain".to_owned() }]);
    peers.step(0, Input::Closed { peer: peer(1), link: 1 });
    for second in 1..3_599 {
        assert!(dialled(&peers.step(second * 1_000, Input::Tick)).is_empty(), "{second} s");
    }
    assert!(dialled(&peers.step(3_600_001, Input::Tick)).contains(&peer(1)));
}

#[test]
fn the_protected_are_dialled_soon_and_never_trimmed() {
    let mut peers = machine();
    peers.step(0, Input::Protect((0..20).map(peer).collect()));
    for number in 0..20 {
        peers.step(0, Input::Learned { peer: peer(number), addresses: vec![place(number)] });
    }
    assert_eq!(dialled(&peers.step(1_000, Input::Tick)).len(), 20);
    for number in 0..20 {
        peers.step(1_000, opened(number, true));
        peers.step(1_000, Input::Admitted { peer: peer(number), tracker: false });
    }
    for second in 2..300 {
        let closed = peers.step(second * 1_000, Input::Tick);
        assert!(!closed.iter().any(|output| matches!(output, Output::Close { .. })));
    }
    // It vanishes, for long; once it is back it takes seconds.
    peers.step(300_000, Input::Closed { peer: peer(3), link: 3 });
    for second in 300..900 {
        if dialled(&peers.step(second * 1_000, Input::Tick)).contains(&peer(3)) {
            peers.step(second * 1_000, Input::Failed { peer: peer(3) });
        }
    }
    let soon: Vec<_> = (900..907).flat_map(|second| dialled(&peers.step(second * 1_000, Input::Tick))).collect();
    assert!(soon.contains(&peer(3)));
}

#[test]
fn the_blocked_are_cut_and_come_back() {
    let mut peers = machine();
    peers.step(0, opened(1, false));
    peers.step(0, Input::Learned { peer: peer(1), addresses: vec![place(1)] });
    let out = peers.step(0, Input::Block([peer(1)].into()));
    assert!(out.contains(&Output::Bar { peer: peer(1), barred: true }));
    peers.step(0, Input::Closed { peer: peer(1), link: 1 });
    assert!(dialled(&peers.step(100_000, Input::Tick)).is_empty());
    assert_eq!(peers.step(100_000, Input::Block(BTreeSet::new())), [Output::Bar { peer: peer(1), barred: false }]);
    assert!(dialled(&peers.step(200_000, Input::Tick)).contains(&peer(1)));
}

fn any_input() -> impl Strategy<Value = Input> {
    let number = 0..60_u8;
    prop_oneof![
        5 => Just(Input::Tick),
        3 => number.clone().prop_map(|n| Input::Learned { peer: peer(n), addresses: vec![place(n)] }),
        4 => (number.clone(), any::<bool>()).prop_map(|(n, outbound)| opened(n, outbound)),
        2 => number.clone().prop_map(|n| Input::Closed { peer: peer(n), link: u64::from(n) }),
        2 => number.clone().prop_map(|n| Input::Failed { peer: peer(n) }),
        3 => (number.clone(), any::<bool>()).prop_map(|(n, tracker)| Input::Admitted { peer: peer(n), tracker }),
        1 => number.clone().prop_map(|n| Input::Refused { peer: peer(n), reason: String::new() }),
        1 => number.clone().prop_map(|n| Input::Told { peer: peer(n) }),
        1 => number.clone().prop_map(|n| Input::Report { peer: peer(n), conduct: Conduct::Fatal, reason: String::new() }),
        1 => proptest::collection::btree_set(number.clone(), 0..4).prop_map(|n| Input::Protect(n.into_iter().map(peer).collect())),
        1 => proptest::collection::btree_set(number, 0..4).prop_map(|n| Input::Block(n.into_iter().map(peer).collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn limits_hold_whatever_happens(inputs in proptest::collection::vec((any_input(), 0..5_000_u64), 0..200)) {
        let mut peers = machine();
        let (mut now_ms, mut barred) = (0, BTreeSet::new());
        for (input, wait_ms) in inputs {
            now_ms += wait_ms;
            for output in peers.step(now_ms, input) {
                match output {
                    Output::Bar { peer, barred: true } => prop_assert!(barred.insert(peer)),
                    Output::Bar { peer, barred: false } => prop_assert!(barred.remove(&peer)),
                    Output::Dial { peer, addresses } => {
                        prop_assert!(!barred.contains(&peer) && peers.get(&peer).is_none());
                        prop_assert!(!addresses.is_empty());
                    }
                    Output::Close { peer, .. } => prop_assert!(peers.get(&peer).is_some()),
                    _ => {}
                }
            }
            prop_assert!(peers.book().len() <= 32);
        }
        // All those first seconds are over.
        peers.step(now_ms + 10_000, Input::Tick);
        prop_assert!(peers.count() <= 8);
        // And so are all bans, but not what was blocked by hand.
        let out = peers.step(now_ms + 100_000_000, Input::Tick);
        for output in out {
            if let Output::Bar { peer, barred: false } = output { barred.remove(&peer); }
        }
        prop_assert!(barred.len() <= 4);
    }
}
