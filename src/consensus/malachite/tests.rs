//! What the machine makes of single messages, asked directly.
//!
//! Invariant: each refusal has a test that provokes it; whole agreements are the simulation's business.

use super::*;
use crate::consensus::{
    DecodeError, Evidence, Polka, Proposal, ROUNDS_AHEAD_MAX, RoundCertificate, RoundReason, RoundVote, Timeouts,
    proposer,
};
use crate::types::{
    CertificateError, ChainId, POWER_MAX, PublicKey, SignedVote, VALIDATORS_MAX, Validator, Vote, VoteKind,
};

const CHAIN: ChainId = ChainId(Hash([3; 32]));
const NOW: Height = Height(7);

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

fn set(validators: u8) -> ValidatorSet {
    ValidatorSet::new((1..=validators).map(|seed| Validator { key: key(seed).public(), power: 10 }))
}

fn config(own: Option<u8>) -> Config {
    Config { chain: CHAIN, key: own.map(key), timeouts: Timeouts::default(), block_bytes_max: 100 }
}

/// A machine at height 7, and what it did when that began.
fn started(own: Option<u8>, validators: u8) -> (Malachite, Vec<Output>) {
    let mut machine = Malachite::new(config(own));
    let start = Input::Start { height: NOW, validators: set(validators), log: Vec::new() };
    let outputs = machine.step(start).unwrap();
    (machine, outputs)
}

fn refusal(machine: &mut Malachite, message: Message) -> Option<Refusal> {
    let outputs = machine.step(Input::Message(message)).unwrap();
    outputs.into_iter().find_map(|output| if let Output::Refused(refusal) = output { Some(refusal) } else { None })
}

fn vote(height: Height, round: u32, block: Option<Hash>) -> Vote {
    Vote { chain: CHAIN, height, round, kind: VoteKind::Prevote, block }
}

fn turn(validators: u8, height: Height, round: u32) -> SecretKey {
    let drawn = proposer(CHAIN, &set(validators), height, round).unwrap().key;
    (1..=validators).map(key).find(|key| key.public() == drawn).unwrap()
}

fn part(round: u32, block: u8, bytes: usize, key: &SecretKey) -> Message {
    let bytes = vec![block; bytes].into();
    let part = Part { chain: CHAIN, height: NOW, round, block: Hash([block; 32]), bytes };
    Message::Part(part.sign(key).unwrap())
}

fn proposal(round: u32, block: u8, polka: Option<u32>, key: &SecretKey) -> Message {
    let proposal = Proposal { chain: CHAIN, height: NOW, round, block: Hash([block; 32]), polka };
    Message::Proposal(proposal.sign(key).unwrap())
}

fn signed(vote: Vote, seed: u8) -> Message {
    Message::Vote(vote.sign(&key(seed)).unwrap())
}

fn certificate(block: Hash, signers: std::ops::RangeInclusive<u8>) -> Certificate {
    let vote = Vote { kind: VoteKind::Precommit, ..vote(NOW, 0, Some(block)) };
    let mut signatures: Vec<_> = signers
        .map(|seed| vote.sign(&key(seed)).unwrap())
        .map(|SignedVote { validator, signature, .. }| (validator, signature))
        .collect();
    signatures.sort_by_key(|(key, _): &(PublicKey, _)| *key);
    Certificate { height: NOW, round: 0, block, signatures }
}

#[test]
fn votes_are_refused_with_a_reason() {
    let (mut machine, _) = started(Some(1), 4);
    let good = vote(NOW, 0, None);
    let mut forged = good.sign(&key(2)).unwrap();
    forged.vote.block = Some(Hash([1; 32]));
    for (message, expected) in [
        (signed(Vote { chain: ChainId::default(), ..good }, 2), Refusal::Chain),
        (signed(good, 9), Refusal::Stranger(key(9).public())),
        (signed(vote(NOW, ROUNDS_AHEAD_MAX + 1, None), 2), Refusal::Round(ROUNDS_AHEAD_MAX + 1)),
        (signed(vote(NOW, u32::MAX, None), 2), Refusal::Round(u32::MAX)),
        (signed(vote(Height(6), 0, None), 2), Refusal::Past(Height(6))),
        (signed(vote(Height(9), 0, None), 2), Refusal::Ahead(Height(9))),
        (signed(vote(Height(u64::MAX), 0, None), 2), Refusal::Ahead(Height(u64::MAX))),
        (Message::Vote(forged), Refusal::Signature(key(2).public())),
    ] {
        assert_eq!(refusal(&mut machine, message), Some(expected));
    }
    assert_eq!(refusal(&mut machine, signed(good, 2)), None);
}

#[test]
fn proposals_and_blocks_come_from_whose_turn_it_is() {
    let (mut machine, _) = started(None, 4);
    let ours = turn(4, NOW, 0);
    let other = (1..=4).map(key).find(|key| key.public() != ours.public()).unwrap();
    let not_proposer = Refusal::NotProposer(other.public());
    assert_eq!(refusal(&mut machine, proposal(0, 1, None, &other)), Some(not_proposer.clone()));
    assert_eq!(refusal(&mut machine, part(0, 1, 10, &other)), Some(not_proposer));
    assert_eq!(refusal(&mut machine, proposal(0, 1, Some(0), &ours)), Some(Refusal::Malformed));
    assert_eq!(refusal(&mut machine, part(0, 1, 101, &ours)), Some(Refusal::Size(101)));
    for (block, expected) in [(1, None), (2, None), (2, None), (3, Some(Refusal::Full))] {
        assert_eq!(refusal(&mut machine, part(0, block, 100, &ours)), expected);
    }
}

#[test]
fn collections_of_votes_have_to_prove_something() {
    let (mut machine, _) = started(None, 4);
    let block = Hash([1; 32]);
    let polka = |signers: &[u8]| {
        let signed = signers.iter().map(|&seed| vote(NOW, 0, Some(block)).sign(&key(seed)).unwrap());
        let signatures = signed.map(|signed| (signed.validator, signed.signature)).collect();
        Message::Polka(Polka { height: NOW, round: 0, block, signatures })
    };
    for (signers, expected) in [
        (&[1, 2][..], Some(Refusal::Votes)),
        (&[1, 2, 2], Some(Refusal::Votes)),
        (&[1, 2, 9], Some(Refusal::Votes)),
        (&[1, 2, 3, 4, 4], Some(Refusal::Malformed)),
        (&[1, 2, 3], None),
    ] {
        assert_eq!(refusal(&mut machine, polka(signers)), expected, "{signers:?}");
    }
    let skip = |signers: &[u8], reason, round| {
        let vote = |&seed: &u8| {
            let signed = vote(NOW, 5, None).sign(&key(seed)).unwrap();
            let SignedVote { validator, signature, .. } = signed;
            RoundVote { kind: VoteKind::Prevote, block: None, validator, signature }
        };
        Message::Round(RoundCertificate { height: NOW, round, reason, votes: signers.iter().map(vote).collect() })
    };
    for (message, expected) in [
        (skip(&[1], RoundReason::Skip, 5), Some(Refusal::Votes)),
        (skip(&[1, 2], RoundReason::Skip, 6), Some(Refusal::Votes)),
        (skip(&[1, 2, 3], RoundReason::Precommits, 5), Some(Refusal::Votes)),
        (skip(&[1, 2], RoundReason::Skip, 5), None),
    ] {
        assert_eq!(refusal(&mut machine, message), expected);
    }
    assert_eq!(machine.at(), Some((NOW, 5)), "more than a third of the power is there");
}

#[test]
fn messages_of_the_next_height_wait_within_bounds() {
    let (mut machine, _) = started(None, 4);
    let next = NOW.after(1);
    assert!(refusal(&mut machine, signed(vote(next, 0, None), 9)).is_some(), "a stranger");
    assert!(refusal(&mut machine, signed(vote(next, 2, None), 1)).is_some(), "a late round");
    let mut forged = vote(next, 0, None).sign(&key(2)).unwrap();
    forged.vote.round = 1;
    assert_eq!(refusal(&mut machine, Message::Vote(forged)), Some(Refusal::Signature(key(2).public())));
    for block in 0..50 {
        assert_eq!(refusal(&mut machine, signed(vote(next, 0, Some(Hash([block; 32]))), 1)), None);
    }
    assert_eq!(machine.later.take(next).count(), 1, "each has one vote of each kind and round");
}

#[test]
fn a_certified_block_is_decided_when_its_bytes_are_right() {
    let (mut machine, _) = started(None, 4);
    let block = Hash([5; 32]);
    let certified = |signers, bytes: &[u8]| Input::Certified {
        certificate: certificate(block, signers),
        bytes: bytes.to_vec().into(),
    };
    let power = CertificateError::Power { signed: 20, total: 40 };
    let refused = Output::Refused(Refusal::Certificate(power));
    assert_eq!(machine.step(certified(1..=2, &[1])).unwrap(), [refused]);
    assert_eq!(machine.step(certified(1..=3, &[1; 101])).unwrap(), [Output::Refused(Refusal::Size(101))]);
    let judge = |bytes: &[u8]| Output::Judge { height: NOW, block, bytes: bytes.to_vec().into(), certified: true };
    assert_eq!(machine.step(certified(1..=3, &[1])).unwrap(), [judge(&[1])]);
    assert_eq!(machine.step(certified(1..=4, &[2])).unwrap(), []);
    assert_eq!(machine.step(certified(1..=4, &[3])).unwrap(), [Output::Refused(Refusal::Full)]);
    let judged = |valid| Input::Judged { height: NOW, block, valid };
    assert_eq!(machine.step(judged(false)).unwrap(), [judge(&[2])]);
    let outputs = machine.step(judged(true)).unwrap();
    assert!(matches!(&outputs[..], [Output::CancelAll, Output::Decide { bytes, .. }] if bytes[..] == [2]));
    assert_eq!(machine.step(certified(1..=4, &[2])).unwrap(), [Output::Refused(Refusal::Decided(NOW))]);
    assert_eq!(refusal(&mut machine, signed(vote(NOW, 0, None), 1)), Some(Refusal::Decided(NOW)));
}

/// One validator whose block nobody precommitted changes its mind 40 rounds later.
#[test]
fn a_block_that_was_let_go_of_is_fetched() {
    let (mut machine, _) = started(None, 1);
    for round in 0..40 {
        let block = round as u8;
        machine.step(Input::Message(part(round, block, 1, &key(1)))).unwrap();
        machine.step(Input::Judged { height: NOW, block: Hash([block; 32]), valid: true }).unwrap();
        machine.step(Input::Message(proposal(round, block, None, &key(1)))).unwrap();
        machine.step(Input::Message(signed(vote(NOW, round + 1, None), 1))).unwrap();
    }
    let precommit = Vote { kind: VoteKind::Precommit, ..vote(NOW, 0, Some(Hash([0; 32]))) };
    let outputs = machine.step(Input::Message(signed(precommit, 1))).unwrap();
    let Some(Output::Fetch(proof)) = outputs.last() else { panic!("{outputs:?}") };
    let certified = Input::Certified { certificate: proof.clone(), bytes: vec![0].into() };
    machine.step(certified).unwrap();
    let outputs = machine.step(Input::Judged { height: NOW, block: Hash([0; 32]), valid: true }).unwrap();
    assert!(matches!(outputs.last(), Some(Output::Decide { .. })), "{outputs:?}");
}

#[test]
fn who_says_two_things_is_convicted() {
    let (mut machine, _) = started(None, 4);
    let (block, proposer) = (1u8, turn(4, NOW, 0));
    for other in [1, 2] {
        machine.step(Input::Message(signed(vote(NOW, 0, Some(Hash([other; 32]))), 2))).unwrap();
        machine.step(Input::Message(proposal(0, other, None, &proposer))).unwrap();
    }
    machine.step(Input::Message(part(0, block, 1, &proposer))).unwrap();
    machine.step(Input::Judged { height: NOW, block: Hash([block; 32]), valid: true }).unwrap();
    let precommit = Vote { kind: VoteKind::Precommit, ..vote(NOW, 0, Some(Hash([block; 32]))) };
    let mut outputs = Vec::new();
    for seed in 1..=3 {
        outputs.extend(machine.step(Input::Message(signed(precommit, seed))).unwrap());
    }
    let evidence: Vec<&Evidence> = outputs
        .iter()
        .filter_map(|output| if let Output::Evidence(found) = output { Some(found) } else { None })
        .collect();
    assert!(matches!(evidence[..], [Evidence::Votes(_), Evidence::Proposals(_)]), "{evidence:?}");
    assert_eq!([evidence[0].validator(), evidence[1].validator()], [key(2).public(), proposer.public()]);
    assert!(evidence.iter().all(|found| found.proves(CHAIN) && !found.proves(ChainId::default())));
    assert!(matches!(outputs.last(), Some(Output::Decide { .. })));
    let Evidence::Votes(votes) = evidence[0] else { panic!() };
    let [first, _] = **votes;
    assert!(!Evidence::Votes(Box::new([first, first])).proves(CHAIN));
}

#[test]
fn the_largest_powers_fit() {
    let validators = (1..=VALIDATORS_MAX as u64).map(|number| {
        let mut bytes = [1; 32];
        bytes[24..].copy_from_slice(&number.to_be_bytes());
        Validator { key: SecretKey::from_bytes(&bytes).unwrap().public(), power: POWER_MAX }
    });
    let mut machine = Malachite::new(Config { key: Some(key(1)), ..config(None) });
    let mut all = ValidatorSet::new(validators);
    assert!(all.total() < u64::MAX / 3);
    all = ValidatorSet::new(
        all.validators().iter().copied().skip(1).chain([Validator { key: key(1).public(), power: POWER_MAX }]),
    );
    machine.step(Input::Start { height: NOW, validators: all, log: Vec::new() }).unwrap();
    assert_eq!(refusal(&mut machine, signed(vote(NOW, 0, None), 1)), None);
}

#[test]
fn what_cannot_go_on_stops_for_good() {
    let start = |height, validators, log| Input::Start { height: Height(height), validators, log };
    let (mut machine, _) = started(None, 1);
    let order = Halt::Order { last: NOW, next: NOW };
    for _ in 0..2 {
        assert_eq!(machine.step(start(7, set(1), vec![])), Err(order.clone()));
    }
    let mut machine = Malachite::new(config(None));
    assert_eq!(machine.step(Input::Message(signed(vote(NOW, 0, None), 1))), Ok(vec![Output::Refused(Refusal::Idle)]));
    assert_eq!(machine.step(start(7, ValidatorSet::default(), vec![])), Err(Halt::NoValidators(NOW)));
    let entry = Entry::Elapsed(TimerKind::Propose, 0);
    for (entry, reason) in [
        (entry.encode(Height(6)), "it is of height 6, not 7"),
        (vec![9], "it is of another version of this program"),
        (vec![1, 2], "Unexpected length of input"),
    ] {
        let mut machine = Malachite::new(config(None));
        let halt = Halt::Log { index: 0, reason: reason.to_owned() };
        assert_eq!(machine.step(start(7, set(1), vec![entry])), Err(halt));
    }
}

#[test]
fn a_restart_asks_again_and_says_the_same() {
    let (mut machine, outputs) = started(Some(1), 1);
    assert!(outputs.contains(&Output::Build { height: NOW, round: 0 }));
    let built = |block: u8| Input::Built { height: NOW, round: 0, block: Hash([block; 32]), bytes: vec![block].into() };
    assert_eq!(
        machine.step(Input::Built { height: NOW, round: 1, block: Hash::default(), bytes: vec![].into() }).unwrap(),
        [Output::Refused(Refusal::Unasked)]
    );
    let outputs = machine.step(built(1)).unwrap();
    assert!(matches!(outputs.last(), Some(Output::Decide { .. })));
    let entries =
        outputs.iter().filter_map(|output| if let Output::Append(entry) = output { Some(entry.clone()) } else { None });
    let log: Vec<_> = entries.collect();
    for kept in 0..=log.len() {
        let mut machine = Malachite::new(config(Some(1)));
        let log = log[..kept].to_vec();
        let mut again = machine.step(Input::Start { height: NOW, validators: set(1), log }).unwrap();
        if again.contains(&Output::Build { height: NOW, round: 0 }) {
            again = machine.step(built(2)).unwrap();
        }
        let Some(Output::Decide { bytes, .. }) = again.last() else { panic!("{again:?}") };
        assert_eq!(bytes[0], if kept < 3 { 2 } else { 1 }, "once the proposal is remembered there is no other");
    }
}

fn published(outputs: Vec<Output>) -> Vec<Message> {
    let published = |output| if let Output::Publish(message) = output { Some(message) } else { None };
    outputs.into_iter().filter_map(published).collect()
}

#[test]
fn a_proposer_repeats_its_proposal_and_block() {
    let own = turn(4, NOW, 0).to_bytes()[0];
    let (mut machine, _) = started(Some(own), 4);
    let block = Hash([1; 32]);
    let built = Input::Built { height: NOW, round: 0, block, bytes: vec![1].into() };
    let mut first = published(machine.step(built).unwrap());
    let timer = Timer { height: NOW, round: 0, kind: TimerKind::Rebroadcast };
    let mut again = published(machine.step(Input::Elapsed(timer)).unwrap());
    for messages in [&mut first, &mut again] {
        messages.sort_by_key(Message::encode);
        assert!(matches!(&messages[..], [Message::Vote(_), Message::Proposal(_), Message::Part(_)]), "{messages:?}");
    }
    assert_eq!(first, again);
    assert_eq!(machine.step(Input::Elapsed(Timer { height: Height(6), ..timer })).unwrap(), [], "another height's");
}

#[test]
fn a_block_is_proposed_again_with_its_bytes_and_the_reason() {
    let own = turn(4, NOW, 0).to_bytes()[0];
    let (round, next) =
        (1..=10).map(|round| (round, turn(4, NOW, round).to_bytes()[0])).find(|at| at.1 != own).unwrap();
    let (mut machine, _) = started(Some(next), 4);
    machine.step(Input::Message(part(0, 1, 1, &key(own)))).unwrap();
    let block = Hash([1; 32]);
    machine.step(Input::Judged { height: NOW, block, valid: true }).unwrap();
    machine.step(Input::Message(proposal(0, 1, None, &key(own)))).unwrap();
    let others: Vec<u8> = (1..=4).filter(|seed| *seed != next).collect();
    for seed in &others[..2] {
        machine.step(Input::Message(signed(vote(NOW, 0, Some(block)), *seed))).unwrap();
    }
    let mut outputs = Vec::new();
    for seed in &others[..2] {
        outputs = machine.step(Input::Message(signed(vote(NOW, round, None), *seed))).unwrap();
    }
    let messages = published(outputs);
    let place = |wanted: fn(&Message) -> bool| messages.iter().position(wanted).unwrap();
    let polka = place(|message| matches!(message, Message::Polka(polka) if polka.round == 0));
    let bytes = place(|message| matches!(message, Message::Part(signed) if signed.verify().is_ok()));
    let again = place(|message| matches!(message, Message::Proposal(signed) if signed.proposal.polka == Some(0)));
    assert!(polka < again && bytes < again, "{messages:?}");
    let Message::Part(signed) = &messages[bytes] else { panic!() };
    assert_eq!((signed.part.round, signed.validator), (round, key(next).public()));
}

#[test]
fn what_came_early_is_used_when_its_height_begins() {
    let (mut machine, _) = started(None, 1);
    let (height, block) = (NOW.after(1), Hash([2; 32]));
    let early = Part { chain: CHAIN, height, round: 0, block, bytes: vec![2].into() };
    assert_eq!(refusal(&mut machine, Message::Part(early.sign(&key(1)).unwrap())), None);
    let decided = Hash([1; 32]);
    machine.step(Input::Certified { certificate: certificate(decided, 1..=1), bytes: vec![1].into() }).unwrap();
    machine.step(Input::Judged { height: NOW, block: decided, valid: true }).unwrap();
    let outputs = machine.step(Input::Start { height, validators: set(1), log: Vec::new() }).unwrap();
    assert!(outputs.contains(&Output::Judge { height, block, bytes: vec![2].into(), certified: false }));
}

#[test]
fn messages_are_measured_before_they_are_read() {
    let message = part(0, 1, 100, &key(1));
    let bytes = message.encode();
    assert_eq!(Message::decode(&bytes, 100), Ok(message));
    assert_eq!(Message::decode(&bytes, bytes.len()).unwrap().encode(), bytes);
    let mut large = bytes.clone();
    large.resize(1000, 0);
    assert_eq!(Message::decode(&large, 100), Err(DecodeError::Size { bytes: 999, max: 612 }));
    large = signed(vote(NOW, 0, None), 1).encode();
    large.resize(1000, 0);
    assert!(matches!(Message::decode(&large, 5000), Err(DecodeError::Size { .. })), "a vote is no block");
    large.truncate(300);
    assert!(matches!(Message::decode(&large, 100), Err(DecodeError::Bytes(_))), "something follows");
    assert_eq!(Message::decode(&[], 100), Err(DecodeError::Version));
    assert_eq!(Message::decode(&[2, 0], 100), Err(DecodeError::Version));
    for length in 1..bytes.len() {
        assert!(Message::decode(&bytes[..length], 100).is_err());
    }
}
