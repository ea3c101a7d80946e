//! Whatever anyone sends: NEURO is kept, nothing panics, and the same transactions give the same root however they are
//! cut into blocks' order, replayed, or taken up from a snapshot midway.

use super::super::challenge::Answer;
use super::super::neps::Content;
use super::super::nodes::Work;
use super::super::receipts::WorkReceipt;
use super::super::rounds::{DeltaCommit, Rounds, Stage};
use super::super::transaction::SignedTransaction;
use super::governance::{SHORT, content, submit};
use super::work::{UNITS, claim, delta, model, receipt};
use super::*;
use crate::governance::document::{ContentHash, content_hash};
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::governance::vocabulary::{NewToken, NewTokens};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

const PEOPLE: u8 = 8;

/// Transactions of one run; 10,000 with `NEUROSHARD_LONG=1`.
fn count() -> usize {
    if std::env::var_os("NEUROSHARD_LONG").is_some() { 10_000 } else { 1000 }
}

fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        4 => (0u128..20_000_000_000).prop_map(Amount::from_nano),
        1 => any::<u128>().prop_map(Amount::from_nano),
        1 => Just(Amount::MAX),
    ]
}

fn someone() -> impl Strategy<Value = Address> {
    (1..=PEOPLE + 1).prop_map(address)
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        4 => Just(Stage { first: 0, units: UNITS }),
        1 => (any::<u32>(), any::<u32>()).prop_map(|(first, units)| Stage { first, units }),
        1 => (0..UNITS, 0..UNITS).prop_map(|(first, units)| Stage { first, units }),
    ]
}

/// What people and attackers would send; rounds and receipts near those that there are.
fn action() -> impl Strategy<Value = Action> {
    let round = || 0u64..40;
    prop_oneof![
        6 => (someone(), amount()).prop_map(|(to, amount)| Action::Transfer { to, amount }),
        2 => (0u64..64).prop_map(|work| Action::RegisterNode { announcement: announcement(), work: Work(work) }),
        1 => Just(Action::LeaveNode),
        1 => Just(Action::RegisterValidator),
        1 => Just(Action::LeaveValidator),
        3 => (amount(), 0u64..3, someone()).prop_map(|(amount, days, behind)| Action::Stake { amount, days, behind }),
        3 => (amount(), someone()).prop_map(|(amount, behind)| Action::Unstake { amount, behind }),
        2 => Just(Action::Withdraw),
        3 => (round(), stage()).prop_map(|(round, stage)| delta(round + 1, stage)),
        1 => (round(), stage(), any::<u64>()).prop_map(|(round, stage, tokens)| {
            Action::DeltaCommit(DeltaCommit { round, base: round / 2, stage, tokens, slices: vec![hash(1)] })
        }),
        3 => round().prop_map(|round| model(round, Stage { first: 0, units: UNITS })),
        4 => (0u64..9, round(), 0u64..3, 1..=PEOPLE, any::<u8>()).prop_map(|(nonce, first, more, seed, break_it)| {
            claim(broken(receipt(nonce, (first + 1, first + 1 + more), &[(seed, Stage { first: 0, units: UNITS })]), break_it))
        }),
        2 => (any::<u64>(), 0u64..3).prop_map(|(seed, segment)| Action::Challenge { receipt: hash(seed), segment }),
        1 => any::<u64>().prop_map(|seed| Action::ChallengeResponse { challenge: hash(seed), answer: Answer::Seal(hash(1)) }),
        5 => governance(),
    ]
}

/// Proposals and votes, of which some would be in order.
fn governance() -> impl Strategy<Value = Action> {
    let nep = || (0u64..8).prop_map(NepId);
    let choice = prop_oneof![Just(Choice::Yes), Just(Choice::No), Just(Choice::Abstain)];
    prop_oneof![
        4 => said().prop_map(submit),
        1 => (nep(), said()).prop_map(|(nep, content)| Action::AmendNep { nep, content: Box::new(content) }),
        1 => nep().prop_map(Action::WithdrawNep),
        4 => (nep(), choice, ".{0,40}").prop_map(|(nep, choice, reason)| Action::Vote { nep, choice, reason }),
        1 => nep().prop_map(Action::SupportNep),
    ]
}

/// What somebody says: something in order, no document at all, another hash than it has, or far too much beside it.
fn said() -> impl Strategy<Value = Content> {
    let good = || {
        prop_oneof![
            Just(content("econ", "Pay more", &[("reward.training", "0.0005", "0.0006")])),
            Just(content("emergency", "Stop", &[("switch.data", "true", "false")])),
            "[a-z]{1,9}".prop_map(|title| content("arch", &title, &[])),
        ]
    };
    let token = |(left, right, frequency)| NewToken { left, right, frequency };
    let token = (bytes(200), bytes(200), any::<u64>()).prop_map(token);
    let tokens = (proptest::collection::vec(".{0,9}", 0..40), proptest::collection::vec(token, 0..100));
    prop_oneof![
        5 => good(),
        1 => bytes(3000).prop_map(|document| Content { hash: content_hash(&document), document, ..Content::default() }),
        1 => (good(), any::<usize>(), any::<u8>()).prop_map(|(mut content, at, byte)| {
            let at = at % content.document.len();
            content.document[at] = byte;
            Content { hash: content_hash(&content.document), ..content }
        }),
        1 => (good(), any::<[u8; 16]>()).prop_map(|(content, hash)| Content { hash: ContentHash(hash), ..content }),
        1 => (good(), tokens).prop_map(|(content, (sources, merges))| {
            Content { vocabulary: Some(NewTokens { sources, merges }), ..content }
        }),
        1 => (good(), 0usize..2000).prop_map(|(content, count)| {
            let supersedes = (0..count as u64).map(NepId).collect();
            Content { supersedes, code_changes: vec![("a".into(), "b".into()); count], ..content }
        }),
        1 => (good(), any::<u64>()).prop_map(|(content, nep)| Content { rollback: Some(NepId(nep)), ..content }),
    ]
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..most)
}

fn broken(mut receipt: WorkReceipt, how: u8) -> WorkReceipt {
    match how {
        0..16 => receipt.loss_last = -1,
        16..32 => receipt.units[1].end = receipt.units[1].start,
        32..48 => receipt.members[0].tokens = u64::MAX,
        48..64 => receipt.last_round = u64::MAX,
        _ => {}
    }
    receipt
}

#[derive(Debug, Clone)]
enum Step {
    Send(u8, Box<Action>),
    /// The sender's last transaction once more.
    Again(u8),
    /// Ends the block, some seconds after the last.
    Block(u64),
    /// The founder goes on with the work that is open, and claims the last round.
    Work,
    /// Someone doubts the oldest receipt that waits.
    Doubt(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => (1..=PEOPLE, action()).prop_map(|(seed, action)| Step::Send(seed, Box::new(action))),
        2 => (1..=PEOPLE).prop_map(Step::Again),
        25 => prop_oneof![40 => 1u64..4, 1 => Just(90_000)].prop_map(Step::Block),
        3 => Just(Step::Work),
        2 => (1..=PEOPLE).prop_map(Step::Doubt),
    ]
}

/// What became of a run: the blocks and the last root.
struct Played {
    chain: Chain,
    done: usize,
}

fn begin() -> Chain {
    let own = [("challenge.spot", "0.5"), ("chain.registration_bits", "2"), ("stake.min", "0.1")];
    let parameters: Vec<_> = SHORT.into_iter().chain(own).chain([("gov.stake_min", "0.1")]).collect();
    Chain::new(&[1, 9], &parameters).give(&[1, 2, 3, 4, 5, 6, 7], "500")
}

fn play(steps: &[Step]) -> Played {
    let mut chain = begin();
    let mut pending: Vec<SignedTransaction> = Vec::new();
    let mut done = 0;
    let ahead = |pending: &[SignedTransaction], seed: u8| {
        pending.iter().filter(|signed| signed.transaction.from == key(seed).public()).count() as u64
    };
    for step in steps {
        match step {
            Step::Send(seed, action) => {
                pending.push(chain.transaction(*seed, ahead(&pending, *seed), *action.clone()));
            }
            Step::Again(seed) => {
                let own = pending.iter().rev().find(|signed| signed.transaction.from == key(*seed).public());
                pending.extend(own.cloned());
            }
            Step::Block(seconds) => {
                let (outcomes, _) = chain.block(std::mem::take(&mut pending), *seconds);
                done += outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
            }
            Step::Work => {
                let whole = Stage { first: 0, units: UNITS };
                let open = chain.read::<Rounds>(()).open;
                let last = open.saturating_sub(1).max(1);
                let claimed = chain.node(1).claimed.max(1);
                let work = [
                    delta(open.max(1), whole),
                    model(open, whole),
                    claim(receipt(chain.node(1).nonce, (claimed, last), &[(1, whole)])),
                ];
                for action in work {
                    pending.push(chain.transaction(1, ahead(&pending, 1), action));
                }
            }
            Step::Doubt(seed) => {
                let waiting = chain.node(1).open.first().copied();
                let action = waiting.map(|receipt| Action::Challenge { receipt, segment: 0 });
                pending.extend(action.map(|action| chain.transaction(*seed, ahead(&pending, *seed), action)));
            }
        }
    }
    Played { chain, done }
}

/// The same blocks on a state taken from somewhere.
pub(super) fn replay(mut chain: Chain, blocks: &[Block]) -> Chain {
    for block in blocks {
        let verified = verify_all(block).unwrap();
        let applied = apply(&chain.state, &chain.tree, &chain.tip, block.clone(), verified).unwrap();
        chain.commit(applied);
    }
    chain
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if std::env::var_os("NEUROSHARD_LONG").is_some() { 8 } else { 3 },
        max_shrink_iters: 20,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn prop_nothing_that_is_sent_breaks_the_ledger(steps in proptest::collection::vec(step(), count()..=count())) {
        let Played { chain, done } = play(&steps);
        prop_assert!(done * 20 > steps.len(), "a run in which hardly anything happens shows nothing: {done}");
        prop_assert!(!chain.read::<Supply>(()).burned.is_zero());
        // Replayed from genesis.
        let again = replay(begin(), &chain.blocks);
        prop_assert_eq!(again.tip.hash(), chain.tip.hash());
        prop_assert_eq!(&again.state, &chain.state);
        // Taken up midway from the bare records.
        let (first, second) = chain.blocks.split_at(chain.blocks.len() / 2);
        let mut midway = replay(begin(), first);
        midway.tree = midway.state.iter().collect();
        prop_assert_eq!(midway.tree.root(), midway.tip.state);
        let resumed = replay(midway, second);
        prop_assert_eq!(resumed.tip.hash(), chain.tip.hash());
    }
}

/// Cutting the same transactions into blocks of another size leaves everyone with the same, where no rule looks at time.
#[test]
fn the_same_transfers_in_other_blocks_give_the_same_accounts() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut chains = [1, 7, 100].map(|size| (size, begin()));
    let mut sent = vec![Vec::new(); 3];
    for _ in 0..400 {
        let (from, to, nano) =
            (1 + (rng.next_u32() % 4) as u8, address(1 + (rng.next_u32() % 8) as u8), rng.next_u32());
        for ((_, chain), sent) in chains.iter().zip(&mut sent) {
            let ahead =
                sent.iter().filter(|signed: &&SignedTransaction| signed.transaction.from == key(from).public()).count();
            let action = Action::Transfer { to, amount: Amount::from_nano(u128::from(nano % 1_000_000) + 1) };
            let mut signed = chain.transaction(from, ahead as u64, action);
            signed.transaction.expires = Height(9000);
            sent.push(signed.transaction.sign(&key(from)).unwrap());
        }
    }
    for ((size, chain), sent) in chains.iter_mut().zip(sent) {
        for transactions in sent.chunks(*size) {
            let (outcomes, _) = chain.block(transactions.to_vec(), 1);
            assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))), "{outcomes:?}");
        }
    }
    let accounts = |chain: &Chain| (1..=9).map(|seed| chain.read::<Account>(address(seed))).collect::<Vec<_>>();
    assert_eq!(accounts(&chains[0].1), accounts(&chains[1].1));
    assert_eq!(accounts(&chains[0].1), accounts(&chains[2].1));
    assert_eq!(chains[0].1.read::<Supply>(()), chains[2].1.read::<Supply>(()));
}
