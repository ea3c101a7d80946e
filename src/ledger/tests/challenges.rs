//! Challenges: who is caught, who pays, and that each of them ends.

use super::super::challenge::{Answer, Challenge, Phase, Verdict, seal};
use super::super::nodes::Standing;
use super::super::rounds::Stage;
use super::super::segments::{SegmentRecord, root};
use super::work::{UNITS, claim, receipt};
use super::*;
use crate::types::merkle;

const WHOLE: Stage = Stage { first: 0, units: UNITS };
const VERIFIERS: [u8; 3] = [3, 4, 5];

fn record() -> SegmentRecord {
    let (start, end, inputs, clipping) = (hash(1), hash(2), hash(3), hash(4));
    SegmentRecord { round: 1, first_step: 0, steps: 10, start, end, inputs, clipping, loss: 1 }
}

/// A receipt of node 1 that waits, a challenger 2 with stake, and three who can verify.
fn waiting() -> (Chain, Hash) {
    let parameters =
        [("challenge.spot", "0"), ("challenge.bond", "10"), ("stake.bond", "0"), ("challenge.window", "8")];
    let mut chain = Chain::new(&[1], &parameters).give(&[1, 2], "100");
    for seed in [2, 3, 4, 5] {
        chain.register(seed);
    }
    chain.done(1, Action::Stake { amount: neuro("50"), days: 1, behind: address(1) });
    chain.done(2, Action::Stake { amount: neuro("20"), days: 1, behind: address(2) });
    chain.rounds(1, 1);
    let mut work = receipt(0, (1, 1), &[(1, WHOLE)]);
    work.segments_root = root(&[record()]);
    let id = work.id(chain.tip.chain);
    chain.done(1, claim(work));
    (chain, id)
}

fn open() -> Answer {
    Answer::Open { record: record(), proof: merkle::prove(&[record()], 0).unwrap() }
}

impl Chain {
    fn answer(&mut self, seed: u8, challenge: Hash, answer: Answer) -> Result<(), String> {
        match self.send(seed, Action::ChallengeResponse { challenge, answer }) {
            Outcome::Done(_) => Ok(()),
            Outcome::Rejected(reason) => Err(reason),
        }
    }

    /// Doubts the receipt and waits until verifiers are drawn.
    fn doubt(&mut self, receipt: Hash) -> Hash {
        self.done(2, Action::Challenge { receipt, segment: 0 });
        self.pass(4);
        let drawn = self.events.iter().rev().find_map(|event| match event {
            Event::Challenged { challenge, verifiers, .. } => Some((*challenge, verifiers.clone())),
            _ => None,
        });
        let (id, mut verifiers) = drawn.unwrap();
        verifiers.sort();
        let mut all = VERIFIERS.map(address);
        all.sort();
        assert_eq!(verifiers, all, "everyone who has no part in it");
        id
    }

    fn verdict(&self) -> Option<Verdict> {
        self.events.iter().find_map(|event| match event {
            Event::Settled { verdict, .. } => Some(*verdict),
            _ => None,
        })
    }

    /// All steps, with what each verifier says.
    fn judged(&mut self, id: Hash, says: [bool; 3]) {
        let (result, salt) = (hash(5), hash(6));
        for (seed, honest) in VERIFIERS.into_iter().zip(says) {
            self.answer(seed, id, Answer::Seal(seal(id, address(seed), honest, result, salt))).unwrap();
        }
        self.answer(1, id, open()).unwrap();
        for (seed, honest) in VERIFIERS.into_iter().zip(says) {
            self.answer(seed, id, Answer::Reveal { honest, result, salt }).unwrap();
        }
        self.pass(1);
    }
}

#[test]
fn honest_work_is_paid_and_the_challengers_bond_is_shared_and_burned() {
    let (mut chain, receipt) = waiting();
    let before = (chain.balance(1), chain.balance(2), chain.read::<Supply>(()).burned);
    let id = chain.doubt(receipt);
    assert_eq!(chain.balance(2), before.1.saturating_sub(neuro("10")));
    chain.judged(id, [true, true, false]);
    assert_eq!(chain.verdict(), Some(Verdict::Honest));
    chain.pass(3);
    assert_eq!(chain.balance(2), before.1.saturating_sub(neuro("10")), "the bond is gone");
    assert_eq!(chain.read::<Supply>(()).burned, before.2.checked_add(neuro("5")).unwrap());
    let stake = neuro("0.042991"); // 0.02 · 1.6 · (1 + 0.1·log2(1.05)) · 4/3
    let paid = chain.balance(1).saturating_sub(before.0).saturating_sub(neuro("5"));
    assert!(paid >= neuro("0.0429") && paid <= stake.checked_add(neuro("0.0001")).unwrap(), "{paid}");
    // 0.001 for the check and 10 batches through 4 layers again; the one who was wrong gets nothing.
    assert_eq!(VERIFIERS.map(|seed| chain.balance(seed)), ["0.021", "0.021", "0"].map(neuro));
    assert_eq!(chain.read::<Challenge>(id), Challenge::default());
}

#[test]
fn fraud_costs_stake_and_pay_and_bars_for_ever() {
    let (mut chain, receipt) = waiting();
    let before = (chain.balance(2), chain.read::<Supply>(()).burned);
    let id = chain.doubt(receipt);
    chain.judged(id, [false, false, true]);
    assert_eq!(chain.verdict(), Some(Verdict::Fraud));
    chain.pass(10);
    let node = chain.node(1);
    assert_eq!((node.standing, node.backing), (Standing::Barred, neuro("0")), "a check was never to be expected");
    assert_eq!(chain.balance(2), before.0.checked_add(neuro("10")).unwrap(), "the reporter's share; the bond is back");
    assert_eq!(chain.read::<Supply>(()).burned, before.1.checked_add(neuro("40")).unwrap());
    assert!(!chain.events.iter().any(|event| matches!(event, Event::Earned { node, .. } if *node == address(1))));
    let again = chain.registration(1);
    assert!(chain.refused(1, again).contains("barred for ever"));
    assert!(chain.refused(2, Action::Stake { amount: neuro("1"), days: 1, behind: address(1) }).contains("barred"));
}

#[test]
fn a_prover_who_stays_silent_is_convicted() {
    let (mut chain, receipt) = waiting();
    let id = chain.doubt(receipt);
    for seed in VERIFIERS {
        chain.answer(seed, id, Answer::Seal(hash(u64::from(seed)))).unwrap();
    }
    assert_eq!(chain.read::<Challenge>(id).phase, Phase::Opening);
    chain.pass(20);
    assert_eq!(chain.verdict(), Some(Verdict::Silent));
    assert_eq!(chain.node(1).standing, Standing::Barred);
}

#[test]
fn verifiers_who_stay_silent_cost_nobody_anything() {
    let (mut chain, receipt) = waiting();
    let before = chain.balance(2);
    chain.doubt(receipt);
    chain.pass(20);
    assert_eq!(chain.verdict(), Some(Verdict::Unjudged));
    assert_eq!(chain.balance(2), before);
    assert!(chain.events.iter().any(|event| matches!(event, Event::Earned { .. })), "the receipt stands");
}

#[test]
fn a_draw_voids_the_receipt_without_a_slash() {
    let (mut chain, receipt) = waiting();
    let id = chain.doubt(receipt);
    let (result, salt) = (hash(5), hash(6));
    for (seed, honest) in [(3, true), (4, false)] {
        chain.answer(seed, id, Answer::Seal(seal(id, address(seed), honest, result, salt))).unwrap();
    }
    while chain.read::<Challenge>(id).phase == Phase::Sealing {
        chain.pass(1);
    }
    chain.answer(1, id, open()).unwrap();
    for (seed, honest) in [(3, true), (4, false)] {
        chain.answer(seed, id, Answer::Reveal { honest, result, salt }).unwrap();
    }
    chain.pass(20);
    assert_eq!(chain.verdict(), Some(Verdict::Draw));
    let node = chain.node(1);
    assert_eq!((node.standing, node.backing, node.voided), (Standing::Registered, neuro("50"), 1));
    assert!(!chain.events.iter().any(|event| matches!(event, Event::Earned { .. })));
}

#[test]
fn each_step_is_taken_by_whom_and_when_it_has_to_be() {
    let (mut chain, receipt) = waiting();
    assert!(chain.refused(1, Action::Challenge { receipt, segment: 0 }).contains("its own receipt"));
    assert!(chain.refused(2, Action::Challenge { receipt, segment: 1 }).contains("no such segment"));
    assert!(chain.refused(2, Action::Challenge { receipt: hash(1), segment: 0 }).contains("not waiting"));
    let id = chain.doubt(receipt);
    assert!(chain.refused(2, Action::Challenge { receipt, segment: 0 }).contains("no further challengers"));
    let (result, salt) = (hash(5), hash(6));
    let wrong = |chain: &mut Chain, seed, answer| chain.answer(seed, id, answer).unwrap_err();
    assert!(wrong(&mut chain, 2, Answer::Seal(hash(1))).contains("turn"), "the challenger is no verifier");
    assert!(wrong(&mut chain, 1, open()).contains("turn"), "before the verifiers sealed");
    assert!(wrong(&mut chain, 3, Answer::Reveal { honest: true, result, salt }).contains("turn"));
    for seed in VERIFIERS {
        chain.answer(seed, id, Answer::Seal(seal(id, address(seed), true, result, salt))).unwrap();
    }
    assert!(wrong(&mut chain, 3, Answer::Seal(hash(1))).contains("turn"), "sealed twice");
    let other = SegmentRecord { end: hash(9), ..record() };
    let proof = merkle::prove(std::slice::from_ref(&other), 0).unwrap();
    assert!(wrong(&mut chain, 1, Answer::Open { record: other, proof }).contains("commits to"));
    assert!(wrong(&mut chain, 2, open()).contains("only a member"));
    chain.answer(1, id, open()).unwrap();
    let copied = Answer::Reveal { honest: false, result, salt };
    assert!(wrong(&mut chain, 4, copied).contains("not what was sealed"));
    assert!(
        wrong(&mut chain, 4, Answer::Reveal { honest: true, result, salt: hash(1) }).contains("not what was sealed")
    );
    assert!(
        chain
            .refused(4, Action::ChallengeResponse { challenge: hash(1), answer: open() })
            .contains("no open challenge")
    );
}

#[test]
fn without_stake_one_challenge_a_day_costs_nothing() {
    let (mut chain, receipt) = waiting();
    chain.done(3, Action::Challenge { receipt, segment: 0 });
    assert!(chain.refused(3, Action::Challenge { receipt, segment: 0 }).contains("limit of 1 challenges a day"));
    assert!(chain.refused(9, Action::Challenge { receipt, segment: 0 }).contains("no registered node"));
}

#[test]
fn spot_checks_are_drawn_by_hashes_that_come_later() {
    let mut chain = Chain::new(&[1], &[("challenge.spot", "1"), ("stake.bond", "0"), ("challenge.window", "6")]);
    for seed in [3, 4, 5] {
        chain.register(seed);
    }
    chain.rounds(1, 2);
    chain.done(1, claim(receipt(0, (1, 1), &[(1, WHOLE)])));
    chain.pass(7);
    let checks = |chain: &Chain| chain.events.iter().filter(|event| matches!(event, Event::Challenged { .. })).count();
    assert_eq!(checks(&chain), 0, "alone there is nobody who could check");
    let census = super::super::nodes::Census { registered: 4, active: 2 };
    chain.state.insert(super::super::nodes::Census::key(()).bytes(), borsh::to_vec(&census).unwrap());
    chain.tree = chain.state.iter().collect();
    chain.done(1, claim(receipt(1, (2, 2), &[(1, WHOLE)])));
    chain.pass(3);
    assert_eq!(checks(&chain), 0);
    chain.pass(1);
    assert_eq!(checks(&chain), 1);
}
