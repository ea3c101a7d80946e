//! Who votes: entering, growing, being absent, signing twice.

use super::super::validators::Seat;
use super::*;
use crate::types::ChainId;

fn enter(chain: &mut Chain, seed: u8, stake: &str) {
    chain.register(seed);
    chain.done(seed, Action::Stake { amount: neuro(stake), days: 1, behind: address(seed) });
    chain.done(seed, Action::RegisterValidator);
    chain.signers.push(seed);
}

fn power(chain: &Chain, seed: u8) -> u64 {
    chain.read::<Validators>(()).set.power(&key(seed).public())
}

#[test]
fn a_newcomer_needs_stake_and_grows_by_a_tenth_of_the_set_a_day() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "1000000");
    chain.register(2);
    assert!(chain.refused(2, Action::RegisterValidator).contains("balance 0 is below the required 0.000000001"));
    chain.done(2, Action::Stake { amount: neuro("500000"), days: 1, behind: address(2) });
    chain.done(2, Action::RegisterValidator);
    assert!(chain.refused(2, Action::RegisterValidator).contains("is registered already"));
    chain.signers.push(2);
    let first = power(&chain, 2);
    assert!((2_490_000..=2_500_000).contains(&first), "a tenth of 25,000 NEURO, not 500,000: {first}");
    chain.block(Vec::new(), 86_400);
    let second = power(&chain, 2);
    assert!((5_200_000..=5_300_000).contains(&second), "and a tenth of what is then there: {second}");
}

#[test]
fn the_founders_power_falls_to_their_own_stake() {
    let mut chain = Chain::new(&[1], &[]);
    assert_eq!(power(&chain, 1), 25_000_000);
    chain.block(Vec::new(), 365 * 86_400 / 2);
    assert!((12_490_000..=12_510_000).contains(&power(&chain, 1)), "{}", power(&chain, 1));
    chain.block(Vec::new(), 365 * 86_400);
    // Nobody is left who has stake: the chain goes on with those it had.
    assert!(power(&chain, 1) > 0);
    chain.pass(1);
}

#[test]
fn seats_cost_more_the_more_candidates_there_are() {
    let mut chain = Chain::new(&[1, 2], &[]).give(&[3, 9], "1000");
    chain.register(3);
    chain.done(3, Action::Stake { amount: neuro("99"), days: 1, behind: address(3) });
    assert!(chain.refused(3, Action::RegisterValidator).contains("balance 99 is below the required 100"));
    chain.done(3, Action::Stake { amount: neuro("1"), days: 1, behind: address(3) });
    chain.done(3, Action::RegisterValidator);
    assert_eq!(power(&chain, 3), 100_000);
    chain.signers.push(3);
    chain.block(Vec::new(), 86_400);
    chain.done(3, Action::Unstake { amount: neuro("1"), behind: address(3) });
    assert_eq!(power(&chain, 3), 0, "a seat is kept at its entry stake");
    assert!(chain.refused(9, Action::LeaveValidator).contains("is no validator"));
    chain.done(3, Action::LeaveValidator);
    assert_eq!(chain.read::<Validators>(()).candidates.len(), 2);
}

#[test]
fn whoever_misses_a_hundred_blocks_of_120_is_suspended_and_may_come_back() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "1000");
    enter(&mut chain, 2, "500");
    chain.pass(3);
    assert!(power(&chain, 2) > 0);
    chain.signers.retain(|seed| *seed != 2);
    chain.pass(100);
    assert!(power(&chain, 2) > 0);
    chain.pass(3);
    assert_eq!(power(&chain, 2), 0);
    assert!(chain.events.iter().any(|event| matches!(event, Event::Suspended { node } if *node == address(2))));
    chain.done(2, Action::RegisterValidator);
    assert!(power(&chain, 2) > 0);
}

#[test]
fn signing_two_blocks_at_one_height_costs_the_seat_for_ever() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "1000");
    enter(&mut chain, 2, "500");
    chain.pass(2);
    let vote = |kind, round, block| Vote { chain: chain.tip.chain, height: Height(3), round, kind, block };
    let sign = |vote: Vote, seed| vote.sign(&key(seed)).unwrap();
    let [first, second] = [hash(1), hash(2)].map(|block| vote(VoteKind::Precommit, 0, Some(block)));
    let harmless = [
        (sign(first, 2), sign(first, 2)),
        (sign(first, 2), sign(second, 1)),
        (sign(first, 2), sign(vote(VoteKind::Precommit, 1, Some(hash(2))), 2)),
        (sign(first, 2), sign(vote(VoteKind::Prevote, 0, Some(hash(2))), 2)),
        (sign(first, 2), crate::types::SignedVote { signature: sign(first, 2).signature, ..sign(second, 2) }),
        (sign(Vote { chain: ChainId::default(), ..first }, 2), sign(Vote { chain: ChainId::default(), ..second }, 2)),
    ];
    let guilty = vec![(sign(first, 2), sign(second, 2)), (sign(first, 2), sign(second, 2))];
    let made = propose(&chain.state, &chain.tree, &chain.tip, chain.proposal(Vec::new(), 1, harmless.into())).unwrap();
    chain.commit(made);
    assert_eq!(chain.node(2).backing, neuro("500"));
    let made = propose(&chain.state, &chain.tree, &chain.tip, chain.proposal(Vec::new(), 1, guilty)).unwrap();
    chain.commit(made);
    assert_eq!(chain.node(2).backing, neuro("475"), "5 %, once");
    assert!(chain.read::<Seat>(address(2)).barred);
    assert_eq!(power(&chain, 2), 0);
    assert!(chain.refused(2, Action::RegisterValidator).contains("barred"));
}

#[test]
fn with_four_validators_none_counts_for_more_than_a_quarter() {
    let mut chain = Chain::new(&[1, 2, 3], &[("chain.outsider_growth", "1")]).give(&[4], "9000001");
    enter(&mut chain, 4, "9000000");
    let powers: Vec<u64> = (1..=4).map(|seed| power(&chain, seed)).collect();
    let all: u64 = powers.iter().sum();
    assert!(powers.iter().all(|power| power * 4 <= all + 4), "{powers:?}");
}
