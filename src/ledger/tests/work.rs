//! Rounds, receipts and pay: the only way in which NEURO comes into being.

use super::super::nodes::Census;
use super::super::receipts::{Member, UnitWork, WorkKind, WorkReceipt};
use super::super::rounds::{DeltaCommit, ModelCommit, Round, Rounds, Stage, UnitHashes};
use super::*;
use crate::types::Factor;

pub(super) const UNITS: u32 = 6;
const WHOLE: Stage = Stage { first: 0, units: UNITS };

/// The hash of a unit after a round.
fn weights(round: u64, unit: u32) -> Hash {
    hash(round * 100 + u64::from(unit))
}

pub(super) fn delta(round: u64, stage: Stage) -> Action {
    Action::DeltaCommit(DeltaCommit { round, base: round - 1, stage, tokens: 40_960, slices: vec![hash(round)] })
}

pub(super) fn model(round: u64, stage: Stage) -> Action {
    let unit = |unit| UnitHashes { weights: weights(round, unit), momentum: hash(round) };
    let units = (stage.first..stage.end()).map(unit).collect();
    Action::ModelCommit(ModelCommit { round, first: stage.first, units })
}

/// For rounds done by nodes that hold these stages.
pub(super) fn receipt(nonce: u64, rounds: (u64, u64), members: &[(u8, Stage)]) -> WorkReceipt {
    let tokens = 40_960 * (rounds.1 - rounds.0 + 1);
    let member = |(seed, stage): &(u8, Stage)| Member { node: address(*seed), stage: *stage, tokens };
    let unit = |unit| UnitWork { start: weights(rounds.0 - 1, unit), end: hash(9_000_000 + u64::from(unit)) };
    let (first, last) = (members[0].1.first, members[members.len() - 1].1.end());
    WorkReceipt {
        kind: WorkKind::Training,
        nonce,
        first_round: rounds.0,
        last_round: rounds.1,
        members: members.iter().map(member).collect(),
        units: (first..last).map(unit).collect(),
        optimizer_start: hash(1),
        segments: rounds.1 - rounds.0 + 1,
        segments_root: hash(2),
        loss_first: 5_000_000,
        loss_last: 4_000_000,
        gradient_norm: 1_000_000,
        signatures: Vec::new(),
    }
}

pub(super) fn claim(receipt: WorkReceipt) -> Action {
    Action::WorkReceipt(Box::new(receipt))
}

impl Chain {
    /// A founder agrees with itself on round 0 and then on whole rounds up to `last`.
    pub(super) fn rounds(&mut self, seed: u8, last: u64) {
        if self.read::<Rounds>(()).open == 0 {
            self.done(seed, model(0, WHOLE));
        }
        for round in self.read::<Rounds>(()).open..=last {
            self.done(seed, delta(round, WHOLE));
            self.done(seed, model(round, WHOLE));
        }
    }
}

#[test]
fn one_node_trains_alone_and_is_paid_by_the_formula_after_the_window() {
    let mut chain = Chain::new(&[1], &[]);
    chain.rounds(1, 1);
    chain.done(1, claim(receipt(0, (1, 1), &[(1, WHOLE)])));
    let included = chain.height();
    chain.pass(5);
    assert_eq!(chain.balance(1), Amount::ZERO);
    let (_, events) = chain.block(Vec::new(), 1);
    assert_eq!(chain.height(), included.after(6));
    // 10 batches through 4 layers at 0.0005; roles 1.6; alone the scarcity bonus is 1 + 0.5 · 2/3; no stake, no history.
    let reward = neuro("0.042666666");
    let Some(Event::Earned { quote, paid, bond, .. }) = events.first() else { panic!("{events:?}") };
    assert_eq!((quote.base, quote.reward, *paid, *bond), (neuro("0.02"), reward, reward, neuro("0.01")));
    assert_eq!(quote.role, "1.6".parse().unwrap());
    assert_eq!((quote.stake, quote.reputation), (Factor::ONE, Factor::ONE));
    assert_eq!(chain.balance(1), neuro("0.032666666"));
    assert_eq!((chain.node(1).bond, chain.node(1).matured), (neuro("0.01"), 1));
    assert_eq!(chain.read::<Supply>(()).minted, reward);
    assert_eq!(chain.read::<Census>(()).active, 1);
    // Trust grows with what others accepted: success counts 0.4, uptime that nobody else saw counts nothing.
    chain.rounds(1, 2);
    let (_, events) = chain.block(vec![chain.transaction(1, 0, claim(receipt(1, (2, 2), &[(1, WHOLE)])))], 1);
    let Some(Event::Accepted { quote, .. }) = events.first() else { panic!("{events:?}") };
    assert_eq!(quote.reputation, "1.04".parse().unwrap());
}

#[test]
fn a_receipt_may_cover_several_rounds_and_each_is_paid_once() {
    let mut chain = Chain::new(&[1], &[]);
    chain.rounds(1, 3);
    chain.done(1, claim(receipt(0, (1, 2), &[(1, WHOLE)])));
    assert_eq!(chain.refused(1, claim(receipt(0, (3, 3), &[(1, WHOLE)]))), "nonce 0 is not the expected 1");
    for rounds in [(1, 1), (2, 2), (2, 3), (1, 3)] {
        let again = receipt(1, rounds, &[(1, WHOLE)]);
        assert!(chain.refused(1, claim(again)).contains("was claimed before"));
    }
    chain.done(1, claim(receipt(1, (3, 3), &[(1, WHOLE)])));
    chain.pass(8);
    let earned = chain.events.iter().filter(|event| matches!(event, Event::Earned { .. })).count();
    assert_eq!(earned, 2);
}

#[test]
fn receipts_that_show_by_themselves_that_the_work_was_not_done_are_refused() {
    let mut chain = Chain::new(&[1], &[]).give(&[1, 2], "1");
    chain.register(2);
    chain.rounds(1, 1);
    let good = || receipt(0, (1, 1), &[(1, WHOLE)]);
    let with = |change: fn(&mut WorkReceipt)| {
        let mut changed = good();
        change(&mut changed);
        changed
    };
    let cases = [
        (with(|it| it.units[2].end = it.units[2].start), "unit 2 ends with the weights that it started with"),
        (with(|it| it.units[3].start = hash(1)), "unit 3 does not start from the weights"),
        (with(|it| it.loss_last = 0), "a loss of 0 millionths"),
        (with(|it| it.loss_first = -1), "a loss of -1 millionths"),
        (with(|it| it.loss_first = i64::MIN), "a loss of -9223372036854775808"),
        (with(|it| it.members[0].tokens += 1), "claims 40961 tokens and committed to 40960"),
        (with(|it| it.members[0].tokens = u64::MAX), "and committed to 40960"),
        (with(|it| it.members[0].tokens = 0), "claims 0 tokens"),
        (with(|it| it.members[0].stage.units = 5), "stages are not the whole model"),
        (with(|it| it.members[0].stage.units = u32::MAX), "stages are not the whole model"),
        (with(|it| it.members[0].stage.first = 1), "stages are not the whole model"),
        (with(|it| it.members.clear()), "stages are not the whole model"),
        (with(|it| it.members.push(it.members[0].clone())), "stages are not the whole model"),
        (with(|it| it.units.truncate(3)), "stages are not the whole model"),
        (with(|it| it.segments = 9), "has 9 segments and its work 1"),
        (with(|it| it.segments = u64::MAX), "segments and its work 1"),
        (with(|it| (it.first_round, it.last_round) = (0, 1)), "covers rounds 0 to 1"),
        (with(|it| it.last_round = 0), "covers rounds 1 to 0"),
        (with(|it| it.last_round = u64::MAX), "covers rounds 1 to"),
        (with(|it| (it.first_round, it.last_round) = (2, 2)), "not committed yet"),
        (with(|it| it.nonce = 7), "nonce 7 is not the expected 0"),
        (with(|it| it.members[0].node = address(2)), "is no member of it"),
    ];
    for (receipt, reason) in cases {
        let said = chain.refused(1, claim(receipt));
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let foreign = chain.refused(2, claim(good()));
    assert!(foreign.contains("is no member of it"), "{foreign}");
    let unknown = chain.refused(3, claim(receipt(0, (1, 1), &[(3, WHOLE)])));
    assert!(unknown.contains("is no registered node"), "{unknown}");
    chain.done(1, claim(good()));
}

#[test]
fn what_is_claimed_too_late_or_for_too_short_is_refused() {
    let mut chain = Chain::new(&[1], &[("limit.receipt_seconds", "5"), ("limit.receipt_fresh", "20")]);
    chain.rounds(1, 1);
    assert!(chain.refused(1, claim(receipt(0, (1, 1), &[(1, WHOLE)]))).contains("covers 2 s, and 5 s are the least"));
    chain.rounds(1, 3);
    chain.done(1, claim(receipt(0, (1, 3), &[(1, WHOLE)])));
    chain.pass(5);
    chain.rounds(1, 4);
    chain.pass(30);
    assert!(chain.refused(1, claim(receipt(1, (4, 4), &[(1, WHOLE)]))).contains("20 s are the most"));
}

#[test]
fn limits_hold_whatever_receipts_say() {
    let limits = [("limit.day_free", "0.05"), ("limit.receipts_per_hour", "3"), ("stake.bond", "0")];
    let mut chain = Chain::new(&[1], &limits);
    chain.rounds(1, 4);
    for round in 1..=3 {
        chain.done(1, claim(receipt(round - 1, (round, round), &[(1, WHOLE)])));
    }
    assert!(chain.refused(1, claim(receipt(3, (4, 4), &[(1, WHOLE)]))).contains("limit of 3 receipts an hour"));
    chain.pass(9);
    assert_eq!(chain.read::<Supply>(()).minted, neuro("0.05"), "the day's limit, not three rewards");
    assert_eq!(chain.balance(1), neuro("0.05"));
    let mut epoch = Chain::new(&[1], &[("limit.receipt", "1"), ("limit.tokens_per_minute", "1000")]);
    epoch.rounds(1, 1);
    let (_, events) = epoch.block(vec![epoch.transaction(1, 0, claim(receipt(0, (1, 1), &[(1, WHOLE)])))], 1);
    let Some(Event::Accepted { quote, .. }) = events.first() else { panic!("{events:?}") };
    assert!(quote.base < neuro("0.0001"), "2 s at 1000 tokens a minute are 33 tokens: {quote:?}");
}

#[test]
fn a_quorum_of_two_shares_the_model_and_both_are_paid_by_their_layers() {
    let (front, back) = (Stage { first: 0, units: 2 }, Stage { first: 2, units: 4 });
    let mut chain = Chain::new(&[1, 2], &[("stake.bond", "0")]);
    // More than two thirds of each cohort have to agree, and both founders hold all of round 0.
    chain.done(1, model(0, WHOLE));
    assert_eq!(chain.read::<Rounds>(()).open, 0);
    chain.done(2, model(0, WHOLE));
    let transactions = vec![chain.transaction(1, 0, delta(1, front)), chain.transaction(2, 0, delta(1, back))];
    let (outcomes, _) = chain.block(transactions, 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))), "{outcomes:?}");
    assert!(chain.refused(1, model(1, back)).contains("holds no such unit"));
    chain.done(1, model(1, front));
    chain.done(2, model(1, back));
    let mut shared = receipt(0, (1, 1), &[(1, front), (2, back)]);
    assert!(chain.refused(1, claim(shared.clone())).contains("1 of 2 members signed"));
    let id = shared.id(chain.tip.chain);
    shared.signatures = vec![(key(3).public(), key(3).sign(&id).unwrap())];
    assert!(chain.refused(1, claim(shared.clone())).contains("no member"));
    shared.signatures = vec![(key(2).public(), key(2).sign(&hash(1)).unwrap())];
    assert!(chain.refused(1, claim(shared.clone())).contains("signature"));
    shared.signatures = vec![(key(2).public(), key(2).sign(&id).unwrap())];
    chain.done(1, claim(shared.clone()));
    let mut again = shared;
    again.signatures = vec![(key(1).public(), key(1).sign(&id).unwrap())];
    assert!(chain.refused(2, claim(again)).contains("was claimed before"), "whoever sends it");
    chain.pass(7);
    // 1 layer and the embedding (1.3), 3 layers and the head (1.4); one holder of three wanted: 4/3.
    assert_eq!(chain.balance(1), neuro("0.008666666"));
    assert_eq!(chain.balance(2), neuro("0.027999999"));
}

#[test]
fn work_outside_quorums_is_paid_less_the_older_its_base_is() {
    let part = Stage { first: 1, units: 2 };
    let mut chain =
        Chain::new(&[1], &[("stake.bond", "0"), ("train.round_grace", "2"), ("limit.receipt_fresh", "9000")]);
    chain.register(2);
    chain.done(1, model(0, WHOLE));
    chain.block(Vec::new(), 4000);
    let own = DeltaCommit { round: 1, base: 0, stage: part, tokens: 40_960, slices: vec![hash(1)] };
    let transactions =
        vec![chain.transaction(1, 0, delta(1, WHOLE)), chain.transaction(2, 0, Action::DeltaCommit(own))];
    chain.block(transactions, 1);
    chain.pass(2);
    chain.done(1, model(1, WHOLE));
    let mut alone = receipt(0, (1, 1), &[(2, part)]);
    alone.kind = WorkKind::Async;
    let (_, events) = chain.block(vec![chain.transaction(2, 0, claim(alone))], 1);
    let Some(Event::Accepted { quote, .. }) = events.first() else { panic!("{events:?}") };
    assert_eq!(quote.base, neuro("0.0042"), "10 batches, 2 layers, 0.0003, more than an hour old: 0.7");
}

#[test]
fn a_round_takes_each_node_once_and_only_while_it_is_open() {
    let mut chain = Chain::new(&[1], &[("train.round_grace", "3")]);
    chain.register(2);
    assert!(chain.refused(2, model(0, WHOLE)).contains("holds no such unit"), "only founders settle the first weights");
    assert!(chain.refused(1, delta(1, WHOLE)).contains("not the open round"));
    chain.done(1, model(0, WHOLE));
    chain.done(1, delta(1, WHOLE));
    assert!(chain.refused(1, delta(1, WHOLE)).contains("contributed already"));
    assert!(chain.refused(1, model(1, WHOLE)).contains("not closed yet"));
    assert!(chain.refused(2, delta(2, WHOLE)).contains("not the open round"));
    chain.pass(1);
    assert!(chain.refused(2, delta(1, WHOLE)).contains("it is closed"));
    let far = DeltaCommit { round: 1, base: 9, stage: WHOLE, tokens: 1, slices: vec![hash(1)] };
    assert!(chain.refused(2, Action::DeltaCommit(far)).contains("no round that is kept"));
    let many = DeltaCommit { round: 1, base: 0, stage: WHOLE, tokens: u64::MAX, slices: vec![hash(1)] };
    assert!(chain.refused(2, Action::DeltaCommit(many)).contains("no tokens, or more"));
    chain.done(1, model(1, WHOLE));
    assert!(chain.refused(1, model(1, WHOLE)).contains("not the open round"));
    assert_eq!(chain.tip.model, chain.read::<Rounds>(()).root);
    assert!(chain.events.iter().any(|event| matches!(event, Event::RoundCommitted { round: 1, .. })));
}

#[test]
fn nobody_without_a_word_in_it_can_close_a_round_and_a_silent_member_can_not_hold_it_up_for_ever() {
    let mut chain = Chain::new(&[1, 2], &[("train.round_timeout", "5")]);
    chain.register(3);
    for founder in [1, 2] {
        chain.done(founder, model(0, WHOLE));
    }
    chain.done(3, delta(1, WHOLE));
    chain.pass(20);
    let part = Stage { first: 0, units: 2 };
    chain.done(1, delta(1, part));
    assert_eq!(chain.read::<Round>(1).closes, None, "nobody with a word holds the other units yet");
    chain.pass(3);
    let rest = Stage { first: 2, units: UNITS - 2 };
    chain.done(2, delta(1, rest));
    assert!(chain.read::<Round>(1).closes.is_some());
    chain.done(1, model(1, part));
    chain.pass(6);
    // 2 never commits: the round begins anew, and 1 does it alone.
    chain.done(1, delta(1, WHOLE));
    chain.done(1, model(1, WHOLE));
    assert_eq!(chain.read::<Rounds>(()).open, 2);
    assert!(chain.refused(2, claim(receipt(0, (1, 1), &[(2, WHOLE)]))).contains("committed no delta"));
}

#[test]
fn old_rounds_are_forgotten_once_no_receipt_can_name_them() {
    let mut chain = Chain::new(&[1], &[("limit.receipt_fresh", "10")]);
    chain.rounds(1, 40);
    let Rounds { open, oldest, .. } = chain.read(());
    assert!(open == 41 && oldest > 20, "{oldest}");
    assert_eq!(chain.read::<Round>(oldest - 1), Round::default());
}
