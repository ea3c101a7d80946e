//! Transfers, fees, stake: what earlier systems were robbed by.

use super::super::apply::{BlockError, verify_on};
use super::super::nodes::{Standing, Work};
use super::super::stakes::{Backers, Stakes};
use super::*;
use crate::economics::Parameters;
use crate::economics::fees::split;
use crate::types::{CertificateError, ChainId, KeyError};

fn transfer(to: u8, amount: &str) -> Action {
    Action::Transfer { to: address(to), amount: neuro(amount) }
}

#[test]
fn a_transfer_moves_the_amount_and_splits_its_fee() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "10");
    let fee = chain.done(2, transfer(3, "4"));
    let parts = split(&Parameters::default(), fee);
    assert_eq!(chain.balance(3), neuro("4"));
    assert_eq!(chain.balance(2), neuro("6").saturating_sub(fee));
    assert_eq!(chain.balance(1), parts.proposer);
    let supply: Supply = chain.read(());
    assert_eq!((supply.burned, supply.pool), (parts.burned, parts.pool));
    assert!(!parts.burned.is_zero() && !parts.pool.is_zero());
}

#[test]
fn what_can_be_wrong_with_a_transfer_is_refused_with_its_reason() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "10");
    assert!(chain.refused(2, transfer(3, "10")).contains("balance 9.9"));
    assert_eq!(chain.refused(2, transfer(3, "0")), "an amount of 0 does nothing");
    assert!(chain.refused(9, transfer(3, "1")).contains("balance 0 is below"));
    let sample = || chain.transaction(2, 0, transfer(3, "1")).transaction;
    let cases = [
        (Transaction { nonce: 5, ..sample() }, "nonce 5 is not the expected 0"),
        (Transaction { expires: chain.height(), ..sample() }, "expired at height 3"),
        (Transaction { expires: Height(u64::MAX), ..sample() }, "more than 10000 ahead"),
        (Transaction { fee_limit: neuro("0.001"), ..sample() }, "above the transaction's limit of 0.001"),
        (Transaction { action: transfer(3, "340282366920938463463374607431"), ..sample() }, "is below the required"),
    ];
    for (transaction, reason) in cases {
        let signed = transaction.sign(&key(2)).unwrap();
        let mut fresh = chain.clone();
        let (outcomes, _) = fresh.block(vec![signed], 1);
        assert!(matches!(&outcomes[0], Outcome::Rejected(said) if said.contains(reason)), "{reason}: {outcomes:?}");
    }
    assert_eq!(chain.balance(2), neuro("10"));
}

#[test]
fn a_transaction_counts_once_whatever_becomes_of_its_signature() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "10");
    let signed = chain.transaction(2, 0, transfer(3, "1"));
    let (outcomes, _) = chain.block(vec![signed.clone(), signed.clone()], 1);
    assert!(matches!(outcomes[..], [Outcome::Done(_), Outcome::Rejected(_)]));
    let (outcomes, _) = chain.block(vec![signed], 1);
    assert!(matches!(outcomes[..], [Outcome::Rejected(_)]));
    assert_eq!(chain.balance(3), neuro("1"));
}

#[test]
fn a_refused_transaction_does_not_spoil_the_block_around_it() {
    let mut chain = Chain::new(&[1], &[]).give(&[2, 4], "10");
    let transactions = vec![
        chain.transaction(2, 0, transfer(3, "1")),
        chain.transaction(4, 7, transfer(3, "1")),
        chain.transaction(2, 1, transfer(3, "100")),
        chain.transaction(2, 1, transfer(3, "2")),
    ];
    let (outcomes, _) = chain.block(transactions, 1);
    let done: Vec<bool> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Done(_))).collect();
    assert_eq!(done, [true, false, false, true]);
    assert_eq!((chain.balance(3), chain.balance(4)), (neuro("3"), neuro("10")));
}

#[test]
fn blocks_that_do_not_follow_or_say_what_is_not_so_are_refused() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "10");
    chain.pass(2);
    let spoiled = |change: fn(&mut Block)| chain.spoiled(change);
    let link = |what| BlockError::Link { what };
    let content = |what| BlockError::Content { what };
    assert_eq!(spoiled(|block| block.header.time_ms -= 1000), link("time"));
    assert_eq!(spoiled(|block| block.header.height = Height(9)), link("height"));
    assert_eq!(spoiled(|block| block.header.parent = hash(1)), link("parent"));
    assert_eq!(spoiled(|block| block.header.version = 9), link("version"));
    assert_eq!(spoiled(|block| block.header.chain = ChainId::default()), link("chain"));
    assert_eq!(spoiled(|block| block.header.proposer = Some(key(2).public())), link("proposer"));
    assert_eq!(spoiled(|block| block.header.state = hash(1)), content("state"));
    assert_eq!(spoiled(|block| block.header.parameters = hash(1)), content("parameters"));
    assert_eq!(spoiled(|block| block.header.validators = hash(1)), content("validators"));
    assert_eq!(spoiled(|block| block.header.model = hash(1)), content("model"));
    assert_eq!(spoiled(|block| block.header.transactions = hash(1)), content("transactions"));
    assert_eq!(spoiled(|block| block.certificate = Certificate::default()), link("certificate"));
    let short = spoiled(|block| block.certificate.signatures.clear());
    assert!(matches!(short, BlockError::Certificate(CertificateError::Power { signed: 0, .. })));
    let mut forged = chain.transaction(2, 0, transfer(3, "1"));
    forged.transaction.nonce = 1;
    let reason = super::super::reject::Reject::Signature(KeyError::Wrong);
    assert_eq!(chain.spoiled(|block| block.transactions.push(forged)), BlockError::Transaction { at: 0, reason });
}

#[test]
fn stake_is_locked_cools_down_and_comes_back() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "100");
    let stake = |amount, days| Action::Stake { amount: neuro(amount), days, behind: address(1) };
    let unstake = |amount: &str| Action::Unstake { amount: neuro(amount), behind: address(1) };
    chain.done(2, stake("30", 0));
    chain.done(2, stake("20", 1));
    assert_eq!(chain.node(1).backing, neuro("50"));
    assert!(chain.refused(2, unstake("31")).starts_with("30 of the stake is unlocked, and 31"));
    assert_eq!(chain.refused(2, Action::Withdraw), "nothing can be withdrawn yet");
    chain.done(2, unstake("25"));
    let node = chain.node(1);
    assert_eq!((node.backing, node.cooling, node.slashable()), (neuro("25"), neuro("25"), neuro("50")));
    assert_eq!(chain.refused(2, Action::Withdraw), "nothing can be withdrawn yet");
    chain.pass(10);
    let before = chain.balance(2);
    let fee = chain.done(2, Action::Withdraw);
    assert_eq!(chain.balance(2), before.checked_add(neuro("25")).unwrap().saturating_sub(fee));
    assert_eq!(chain.node(1).cooling, Amount::ZERO);
    chain.block(Vec::new(), 86_400);
    chain.done(2, unstake("25"));
    chain.pass(10);
    chain.done(2, Action::Withdraw);
    assert_eq!(chain.read::<Backers>(address(1)), Backers::default());
    assert_eq!(chain.read::<Stakes>(address(2)), Stakes::default());
}

#[test]
fn stakes_that_nobody_has_or_may_lock_are_refused() {
    let mut chain = Chain::new(&[1], &[]).give(&[2], "20000000");
    let stake = |amount: &str, days| Action::Stake { amount: neuro(amount), days, behind: address(1) };
    assert!(chain.refused(3, stake("10000000", 30)).contains("balance 0"));
    assert!(chain.refused(2, stake("0", 30)).contains("below the least"));
    assert!(chain.refused(2, stake("10000001", 30)).contains("above the most"));
    assert!(chain.refused(2, stake("5", 366)).contains("a lock of 366 days"));
    chain.done(2, stake("9000000", 30));
    assert!(chain.refused(2, stake("1500000", 30)).contains("10500000 NEURO is above the most"));
}

#[test]
fn a_slash_takes_the_bond_first_and_then_from_all_backers_alike() {
    let mut chain = Chain::new(&[1], &[("slash.equivocation", "0.5")]).give(&[2, 3], "100");
    for (seed, amount) in [(2, "30"), (3, "10")] {
        chain.done(seed, Action::Stake { amount: neuro(amount), days: 0, behind: address(1) });
    }
    chain.done(2, Action::Unstake { amount: neuro("20"), behind: address(1) });
    let vote = |seed| Vote {
        chain: chain.tip.chain,
        height: Height(1),
        round: 0,
        kind: VoteKind::Precommit,
        block: Some(hash(seed)),
    };
    let evidence = (vote(1).sign(&key(1)).unwrap(), vote(2).sign(&key(1)).unwrap());
    let proposal = chain.proposal(Vec::new(), 1, vec![evidence]);
    let executed = propose(&chain.state, &chain.tree, &chain.tip, proposal).unwrap();
    chain.commit(executed);
    let all = |seed| {
        let stakes: Stakes = chain.read(address(seed));
        (stakes.locked(), stakes.unbonding())
    };
    assert_eq!(all(2), (neuro("10"), neuro("5")), "half of 30, what cools down first");
    assert_eq!(all(3), (neuro("5"), Amount::ZERO));
    let node = chain.node(1);
    assert_eq!((node.backing, node.cooling), (neuro("15"), neuro("5")));
    assert!(chain.read::<Supply>(()).burned >= neuro("20"));
}

#[test]
fn registering_costs_work_and_is_limited() {
    let mut chain = Chain::new(&[1], &[("chain.registration_bits", "8"), ("chain.registrations_max", "2")]);
    let network: Network = chain.read(());
    let bits = |seed, work| work_bits(network.chain, address(seed), work);
    let with = |seed: u8, enough: fn(u32) -> bool| {
        let work = (0..1 << 20).map(Work).find(|work| enough(bits(seed, *work))).unwrap();
        Action::RegisterNode { announcement: announcement(), work }
    };
    assert!(chain.refused(2, with(2, |bits| bits < 8)).contains("8 are needed"));
    let transactions: Vec<_> = (2..6).map(|seed| chain.transaction(seed, 0, with(seed, |bits| bits >= 8))).collect();
    let (outcomes, _) = chain.block(transactions, 1);
    let refused: Vec<bool> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Rejected(_))).collect();
    assert_eq!(refused, [false, false, true, true]);
    assert_eq!(chain.node(2).standing, Standing::Registered);
    assert!(chain.refused(2, with(2, |bits| bits >= 8)).contains("is registered already"));
}

#[test]
fn a_block_of_another_network_or_a_wrong_announcement_is_refused() {
    let mut chain = Chain::new(&[1], &[]).give(&[1], "10");
    let signed = chain.transaction(1, 0, Action::Withdraw);
    let other = Chain::new(&[2], &[]);
    assert!(signed.verify(other.tip.chain).is_err());
    let wrong = [
        Announcement { tier: 9, ..announcement() },
        Announcement { device: "\u{1b}[2J".into(), ..announcement() },
        Announcement { device: "x".repeat(65), ..announcement() },
    ];
    for announcement in wrong {
        chain.refused(1, Action::UpdateNode(announcement));
    }
    chain.done(1, Action::UpdateNode(Announcement { payout: Some(address(9)), ..announcement() }));
    assert_eq!(chain.node(1).payout(address(1)), address(9));
}

#[test]
fn signatures_are_checked_alike_on_any_number_of_threads() {
    let chain = Chain::new(&[1], &[]).give(&[2], "10");
    let mut signed: Vec<_> = (0..7).map(|ahead| chain.transaction(2, ahead, transfer(3, "1"))).collect();
    let ids: Vec<Hash> = signed.iter().map(|signed| signed.transaction.id()).collect();
    for threads in [0, 1, 2, 3, 7, 20] {
        let verified = verify_on(threads, chain.tip.chain, &signed).unwrap();
        assert_eq!(verified.iter().map(Verified::id).collect::<Vec<_>>(), ids);
        assert_eq!(verify_on(threads, chain.tip.chain, &[]), Ok(Vec::new()));
    }
    for forged in [6, 4] {
        signed[forged].transaction.nonce += 1;
        for threads in [1, 2, 7] {
            let error = verify_on(threads, chain.tip.chain, &signed).unwrap_err();
            assert!(matches!(error, BlockError::Transaction { at, .. } if at == forged), "the first that is wrong");
        }
    }
}
