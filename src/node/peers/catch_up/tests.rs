//! Peers that vanish, stall, promise too much and give what is no block, by seed.

use super::*;
use crate::types::{Certificate, Hash};
use std::collections::VecDeque;

fn peer(number: u8) -> PeerId {
    let key = crate::ledger::tests::key(number.max(1)).public();
    neuroshard_net::peer_of(key.as_bytes()).unwrap()
}

fn block(height: u64, good: bool) -> Final {
    let certificate = Certificate { height: Height(height), ..Certificate::default() };
    Final { certificate, bytes: vec![u8::from(good); 10].into() }
}

fn tip(height: u64) -> Tip {
    Tip { height: Height(height), hash: Hash::default(), oldest: Height(1) }
}

#[test]
fn one_block_behind_is_no_reason_to_ask_until_it_does_not_come() {
    let mut sync = CatchUp::new(Height(5), 0);
    assert_eq!(sync.step(10, Input::Came(peer(1))), [Output::AskTip(peer(1))]);
    assert!(sync.step(20, Input::Tip(peer(1), tip(6))).is_empty());
    assert!(sync.step(600, Input::Tick).is_empty());
    assert_eq!(sync.step(800, Input::Tick), [Output::AskBlocks(peer(1), Height(6), 1)]);
    assert!(sync.step(900, Input::Tick).is_empty(), "once");
    let given = sync.step(1000, Input::Blocks(peer(1), vec![block(6, true)]));
    assert_eq!(given, [Output::Follow(Box::new(block(6, true)), false)]);
    assert!(sync.step(1100, Input::Committed(Height(6))).is_empty());
    assert_eq!(sync.target(), None);
}

#[test]
fn who_gives_what_is_refused_is_named_and_the_next_is_asked() {
    let mut sync = CatchUp::new(Height(0), 0);
    sync.step(0, Input::Came(peer(1)));
    let asked = sync.step(0, Input::Tip(peer(1), tip(3)));
    assert_eq!(asked, [Output::AskBlocks(peer(1), Height(1), 3)]);
    let blocks = (1..=3).map(|height| block(height, false)).collect();
    let handed = sync.step(1, Input::Blocks(peer(1), blocks));
    assert_eq!(handed, [Output::Follow(Box::new(block(1, false)), true)]);
    sync.step(1, Input::Came(peer(2)));
    sync.step(1, Input::Tip(peer(2), tip(3)));
    let refused = sync.step(2, Input::Refused(Height(1), "no".into()));
    assert_eq!(refused, [Output::Blame(peer(1), "no".into()), Output::AskBlocks(peer(2), Height(1), 3)]);
}

#[test]
fn bodies_that_a_peer_forgot_are_asked_of_another() {
    let mut sync = CatchUp::new(Height(0), 0);
    sync.step(0, Input::Came(peer(1)));
    sync.step(0, Input::Came(peer(2)));
    assert!(sync.step(0, Input::Tip(peer(1), Tip { oldest: Height(2), ..tip(3) })).is_empty());
    let asked = sync.step(0, Input::Tip(peer(2), tip(3)));
    assert_eq!(asked, [Output::AskBlocks(peer(2), Height(1), 3)]);
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Runs until the node has all blocks; peer 1 is honest and sometimes slow, the others are what the dice say.
fn run(seed: u64) {
    let (mut dice, goal) = (Dice(seed), 500 + seed % 300);
    let mut sync = CatchUp::new(Height(seed % 50), 0);
    let (mut now, mut inbox): (u64, VecDeque<(u64, Input)>) = (0, VecDeque::new());
    for number in 1..=6 {
        inbox.push_back((0, Input::Came(peer(number))));
    }
    let mut blamed = Vec::new();
    while sync.tip < Height(goal) {
        now += 20;
        assert!(now < 4_000_000, "seed {seed} stands at {} of {goal}", sync.tip);
        assert!(sync.waiting.len() as u64 <= WAITING_MAX);
        let mut due: Vec<Input> = vec![Input::Tick];
        let (ready, later): (VecDeque<_>, VecDeque<_>) = inbox.drain(..).partition(|(at, _)| *at <= now);
        inbox = later;
        due.extend(ready.into_iter().map(|(_, input)| input));
        for input in due {
            for output in sync.step(now, input) {
                let (soon, honest) = (now + dice.roll(400), |id| id == peer(1));
                let lies = dice.roll(3) == 0;
                match output {
                    Output::AskTip(id) if honest(id) || !lies => inbox.push_back((soon, Input::Tip(id, tip(goal)))),
                    Output::AskTip(id) => inbox.push_back((soon, Input::Tip(id, tip(u64::MAX)))),
                    Output::AskBlocks(id, from, count) => {
                        let last = (from.0.saturating_add(u64::from(count))).min(goal + 1);
                        let mut blocks: Vec<Final> = (from.0..last).map(|height| block(height, true)).collect();
                        let answer = match dice.roll(5) {
                            _ if honest(id) => Input::Blocks(id, blocks),
                            0 => Input::Failed(id),
                            1 => Input::Blocks(id, blocks.split_off(blocks.len().min(1))),
                            2 => Input::Blocks(id, (0..300).map(|height| block(from.0 + height, false)).collect()),
                            3 => {
                                inbox.push_back((soon, Input::Gone(id)));
                                Input::Came(id)
                            }
                            _ => Input::Blocks(id, blocks),
                        };
                        inbox.push_back((soon + 1, answer));
                    }
                    Output::Follow(last, _) => {
                        let expected = sync.tip.after(1);
                        let good = last.certificate.height == expected && last.bytes[0] == 1;
                        let answer = Input::Committed(expected);
                        let refused = Input::Refused(expected, "none".into());
                        inbox.push_back((now + 5, if good { answer } else { refused }));
                    }
                    Output::Blame(id, _) => blamed.push(id),
                }
            }
        }
    }
    assert!(!blamed.contains(&peer(1)), "seed {seed}: an honest peer is blamed");
}

#[test]
fn sim_one_honest_peer_is_enough() {
    let seeds = if std::env::var_os("NEUROSHARD_LONG").is_some() { 2000 } else { 40 };
    (0..seeds).for_each(run);
}
