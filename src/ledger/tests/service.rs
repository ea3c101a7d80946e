//! Pay for uptime and data: witnessed, bounded, and never twice.

use super::super::receipts::WorkReceipt;
use super::super::rounds::Stage;
use super::super::service::{DataBudget, DataReceipt, UptimeReceipt, witnesses};
use super::super::state::Draft;
use super::work::{UNITS, claim, receipt};
use super::*;

const WHOLE: Stage = Stage { first: 0, units: UNITS };

/// Node 1 trains and is paid; 2 to 6 are there, and 2 has a bond.
fn chain() -> Chain {
    let more = [("stake.bond", "0"), ("limit.uptime", "1"), ("challenge.spot", "0"), ("train.sample_tokens", "512")];
    let mut chain = Chain::new(&[1], &more);
    for seed in 2..=6 {
        chain.register(seed);
    }
    chain.rounds(1, 1);
    chain
}

fn interval(chain: &Chain, from: u64, to: u64, signers: &[u8]) -> UptimeReceipt {
    let mut receipt = UptimeReceipt { from: Height(from), to: Height(to), signatures: Vec::new() };
    let id = receipt.id(chain.tip.chain, address(2));
    receipt.signatures = signers.iter().map(|seed| (key(*seed).public(), key(*seed).sign(&id).unwrap())).collect();
    receipt
}

fn drawn(chain: &Chain, from: u64) -> Vec<u8> {
    let drawn = witnesses(&Draft::over(&chain.state), address(2), Height(from));
    (1..=6).filter(|seed| drawn.contains(&address(*seed))).collect()
}

#[test]
fn uptime_is_paid_with_three_drawn_witnesses_and_never_twice() {
    let mut chain = chain();
    let from = chain.height().0;
    chain.pass(70);
    let (to, good) = (from + 60, drawn(&chain, from));
    assert_eq!(good.len(), 3);
    let up = |receipt| Action::UptimeReceipt(receipt);
    let strangers: Vec<u8> = (1..=6).filter(|seed| *seed != 2 && !good.contains(seed)).collect();
    assert!(chain.refused(2, up(interval(&chain, from, to, &strangers))).contains("0 of 3 drawn witnesses"));
    assert!(chain.refused(2, up(interval(&chain, from, to, &good[..2]))).contains("2 of 3 drawn"));
    assert!(chain.refused(2, up(interval(&chain, from, to, &[good[0]; 3]))).contains("1 of 3 drawn"));
    let mut forged = interval(&chain, from, to, &good);
    forged.to = Height(to + 1);
    assert!(chain.refused(2, up(forged)).contains("signature"));
    for (first, last) in [(from, from + 2), (to, from), (0, to), (from, u64::MAX), (u64::MAX, to)] {
        let wrong = interval(&chain, first, last, &good);
        assert!(chain.refused(2, up(wrong)).contains("its interval"), "{first} to {last}");
    }
    // Something else has to be minted in the same epoch for uptime to have a share of.
    let pay = [
        chain.transaction(1, 0, claim(receipt(0, (1, 1), &[(1, WHOLE)]))),
        chain.transaction(2, 0, up(interval(&chain, from, to, &good))),
    ];
    let (outcomes, _) = chain.block(pay.into(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))), "{outcomes:?}");
    let overlapping = interval(&chain, to - 1, to + 5, &drawn(&chain, to - 1));
    assert!(chain.refused(2, up(overlapping)).contains("overlaps"));
    assert!(chain.refused(2, up(interval(&chain, from, to, &good))).contains("overlaps"));
    chain.pass(8);
    assert_eq!(chain.balance(2), neuro("0.0001"), "60 epochs of a second are a minute");
    assert!(chain.node(2).coverage.count(chain.height()) >= 60);
}

#[test]
fn all_uptime_together_is_a_share_of_what_else_is_minted() {
    let mut chain = chain();
    let from = chain.height().0;
    chain.pass(70);
    let good = drawn(&chain, from);
    chain.done(2, Action::UptimeReceipt(interval(&chain, from, from + 60, &good)));
    chain.pass(8);
    assert_eq!(chain.balance(2), Amount::ZERO, "nothing else was minted in that epoch");
}

#[test]
fn only_the_whole_bond_makes_uptime_worth_anything_and_training_is_no_idling() {
    let mut poor = Chain::new(&[1], &[("stake.bond", "5")]);
    poor.register(2);
    poor.pass(20);
    let none = interval(&poor, 2, 15, &[1]);
    assert!(poor.refused(2, Action::UptimeReceipt(none)).contains("a bond of 0, and 5 are needed"));
    let mut chain = chain();
    let from = chain.height().0;
    chain.pass(20);
    chain.done(1, claim(receipt(0, (1, 1), &[(1, WHOLE)])));
    let (to, mut own) =
        (from + 15, UptimeReceipt { from: Height(from), to: Height(from + 15), signatures: Vec::new() });
    own.to = Height(to);
    assert!(chain.refused(1, Action::UptimeReceipt(own)).contains("overlaps"));
}

#[test]
fn data_are_paid_once_by_what_the_receiver_signed_and_trained_on() {
    let mut chain = chain();
    let work: WorkReceipt = receipt(0, (1, 1), &[(1, WHOLE)]);
    let id = work.id(chain.tip.chain);
    chain.done(1, claim(work));
    let given = |chain: &Chain, provider: u8, samples: u64, receiver: u8, signer: u8| {
        let signature = key(1).sign(&hash(0)).unwrap();
        let mut receipt = DataReceipt { receipt: id, samples, receiver: key(receiver).public(), signature };
        receipt.signature = key(signer).sign(&receipt.id(chain.tip.chain, address(provider))).unwrap();
        Action::DataReceipt(receipt)
    };
    let early = given(&chain, 2, 10, 1, 1);
    assert!(chain.refused(2, early).contains("0 are left"), "only matured receipts count");
    chain.pass(7);
    assert_eq!(chain.read::<DataBudget>((id, address(1))).samples, 80, "40,960 tokens");
    let cases = [
        (given(&chain, 2, 81, 1, 1), "80 are left"),
        (given(&chain, 2, u64::MAX, 1, 1), "80 are left"),
        (given(&chain, 2, 0, 1, 1), "claims 0 samples"),
        (given(&chain, 2, 10, 1, 2), "signature"),
        (given(&chain, 3, 10, 1, 1), "signature"),
        (given(&chain, 2, 10, 4, 4), "0 are left"),
    ];
    for (action, reason) in cases {
        let said = chain.refused(2, action);
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let own = given(&chain, 1, 10, 1, 1);
    assert!(chain.refused(1, own).contains("is no member"), "nobody gives data to himself");
    let good = given(&chain, 2, 30, 1, 1);
    chain.done(2, good);
    chain.pass(6);
    assert_eq!(chain.balance(2), neuro("0.0003"));
    let rest = given(&chain, 3, 50, 1, 1);
    chain.done(3, rest);
    let more = given(&chain, 4, 1, 1, 1);
    assert!(chain.refused(4, more).contains("0 are left"), "each sample once, whoever gave it");
    chain.pass(60);
    assert_eq!(chain.balance(3), neuro("0.0005"));
    assert_eq!(chain.read::<DataBudget>((id, address(1))), DataBudget::default());
}

#[test]
fn data_are_paid_at_most_a_share_of_the_reward() {
    let mut chain = Chain::new(&[1], &[("stake.bond", "0"), ("reward.data", "1")]);
    chain.register(2);
    chain.rounds(1, 1);
    let work = receipt(0, (1, 1), &[(1, WHOLE)]);
    let id = work.id(chain.tip.chain);
    chain.done(1, claim(work));
    chain.pass(7);
    let reward = chain.balance(1);
    let mut given =
        DataReceipt { receipt: id, samples: 80, receiver: key(1).public(), signature: key(1).sign(&id).unwrap() };
    given.signature = key(1).sign(&given.id(chain.tip.chain, address(2))).unwrap();
    chain.done(2, Action::DataReceipt(given));
    chain.pass(6);
    assert_eq!(chain.balance(2), reward.checked_ratio(2, 100).unwrap());
}
