//! Whatever people do with their stake while it is voted on: who can vote with how much is settled when a voting begins,
//! what was counted is there once, and all of it is the same again from the same blocks or from the bare records.

use super::super::electorate::{self, Electorate};
use super::super::events::Event;
use super::super::neps::{Content, Governance, Nep, Proposer, Status};
use super::super::stakes::Stakes;
use super::super::state::Draft;
use super::super::timers::{self, Timer};
use super::super::voting::Ballot;
use super::governance::{SHORT, content, submit, vote};
use super::properties::replay;
use super::*;
use crate::economics::Parameters;
use crate::governance::id::NepId;
use crate::governance::tally::{Choice, Tally};
use crate::governance::vocabulary::{NewToken, NewTokens};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PEOPLE: u8 = 9;

fn is_long() -> bool {
    std::env::var_os("NEUROSHARD_LONG").is_some()
}

#[derive(Debug, Clone)]
enum Step {
    Stake(Amount, u64, u8),
    Unstake(Amount, u8),
    Withdraw,
    Transfer(u8, Amount),
    /// One of the kinds, with something in it that tells it from others.
    Submit(u8, u8),
    Amend(u8),
    TakeBack,
    /// On one of those in voting, or on any.
    Vote(u8, Choice),
    Support(u8),
    /// Ends the block, some seconds after the last.
    Block(u64),
}

fn amount(most: u64) -> impl Strategy<Value = Amount> {
    (1..=most).prop_map(|tenths| Amount::from_nano(u128::from(tenths) * 100_000_000))
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![4 => Just(Choice::Yes), 1 => Just(Choice::No), 1 => Just(Choice::Abstain)]
}

fn step() -> impl Strategy<Value = (u8, Step)> {
    let step = prop_oneof![
        6 => (amount(2500), 0u64..4, 1..=3u8).prop_map(|(amount, days, behind)| Step::Stake(amount, days, behind)),
        4 => (amount(1000), 1..=3u8).prop_map(|(amount, behind)| Step::Unstake(amount, behind)),
        3 => Just(Step::Withdraw),
        3 => (1..=PEOPLE, amount(1000)).prop_map(|(to, amount)| Step::Transfer(to, amount)),
        6 => (0..6u8, 0..4u8).prop_map(|(kind, number)| Step::Submit(kind, number)),
        1 => (0..4u8).prop_map(Step::Amend),
        1 => Just(Step::TakeBack),
        12 => (any::<u8>(), choice()).prop_map(|(which, choice)| Step::Vote(which, choice)),
        3 => any::<u8>().prop_map(Step::Support),
        14 => prop_oneof![20 => 1u64..5, 2 => 20_000u64..90_000, 1 => 86_400u64..400_000].prop_map(Step::Block),
    ];
    (2..=PEOPLE, step)
}

/// What somebody would propose as things are: a change that fits, tokens, or taking some back.
fn proposal(chain: &Chain, kind: u8, number: u8) -> Content {
    let parameters: Parameters = chain.read(());
    let now = |name: &str| parameters.get(name).unwrap().to_string();
    let title = format!("Number {number}");
    match kind {
        0 => {
            let (old, new) = (now("reward.training"), format!("0.000{}", 1 + number));
            content("econ", &title, &[("reward.training", &old, &new)])
        }
        1 => {
            let (old, new) = if parameters.data_switch { ("true", "false") } else { ("false", "true") };
            content("emergency", &title, &[("switch.data", old, new)])
        }
        2 => {
            let merges = vec![NewToken { left: vec![b'a' + number], right: b"b".into(), frequency: 2000 }];
            let vocabulary = Some(NewTokens { sources: vec!["a corpus".into()], merges });
            Content { vocabulary, ..content("arch", &title, &[]) }
        }
        3 | 4 => {
            let active = chain.read::<Governance>(()).active;
            let target = active.into_iter().rev().find(|id| chain.read::<Nep>(*id).tokens > 0);
            Content { rollback: target, ..content("emergency", &title, &[]) }
        }
        _ => content(
            "gov",
            &title,
            &[("gov.voting", &now("gov.voting"), ["5", "6", "100000", "200000"][number as usize])],
        ),
    }
}

fn action(chain: &Chain, seed: u8, step: &Step) -> Option<Action> {
    let governance: Governance = chain.read(());
    let any = |which: u8| NepId(1 + u64::from(which) % governance.count.max(1));
    let own = || chain.read::<Proposer>(address(seed)).live.unwrap_or(any(seed));
    Some(match step {
        Step::Stake(amount, days, behind) => Action::Stake { amount: *amount, days: *days, behind: address(*behind) },
        Step::Unstake(amount, behind) => Action::Unstake { amount: *amount, behind: address(*behind) },
        Step::Withdraw => Action::Withdraw,
        Step::Transfer(to, amount) => Action::Transfer { to: address(*to), amount: *amount },
        Step::Submit(kind, number) => submit(proposal(chain, *kind, *number)),
        Step::Amend(number) => {
            let kind = (0..6).find(|kind| {
                let (content, nep): (Content, Nep) = (proposal(chain, *kind, 0), chain.read(own()));
                nep.title.starts_with("Number")
                    && content.rollback == nep.rollback
                    && content.vocabulary.is_some() == (nep.tokens > 0)
            });
            Action::AmendNep { nep: own(), content: Box::new(proposal(chain, kind.unwrap_or(0), *number)) }
        }
        Step::TakeBack => Action::WithdrawNep(own()),
        Step::Vote(which, choice) => {
            let open = &governance.voting;
            let nep = open.get(usize::from(*which) % (open.len() + 1)).copied().unwrap_or(any(*which));
            vote(nep, *choice)
        }
        Step::Support(which) => Action::SupportNep(any(*which)),
        Step::Block(_) => return None,
    })
}

/// What has to hold after every block.
#[derive(Default)]
struct Watch {
    /// Votes that were taken.
    votes: BTreeMap<(NepId, Address), u64>,
    /// Votings that began.
    votings: BTreeMap<NepId, Amount>,
}

impl Watch {
    fn look(&mut self, chain: &Chain, events: &[Event]) {
        let everyone: Vec<Address> = (1..=PEOPLE).map(address).collect();
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            amounts.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap())
        };
        let now = chain.tip.time_ms / 1000;
        let stake = |owner: &Address| chain.read::<Stakes>(*owner).unexpired(now);
        let Electorate { total, accounts, .. } = chain.read(());
        assert_eq!(total, sum(&mut everyone.iter().map(stake)), "block {}", chain.height());
        assert_eq!(accounts, everyone.iter().filter(|owner| !stake(owner).is_zero()).count() as u64);
        for event in events {
            if let Event::Voted { nep, voter, .. } = event {
                *self.votes.entry((*nep, *voter)).or_default() += 1;
            }
        }
        assert!(self.votes.values().all(|votes| *votes == 1), "{:?}", self.votes);
        for id in (1..=chain.read::<Governance>(()).count).map(NepId) {
            let nep: Nep = chain.read(id);
            let Some(voting) = &nep.voting else { continue };
            let weight = |owner: &Address| electorate::weight(&chain.state, *owner, voting.snapshot);
            let petition = nep.status == Status::Review && nep.rollback.is_some();
            if petition || nep.status == Status::Voting {
                assert_eq!(sum(&mut everyone.iter().map(weight)), voting.total, "{id} in block {}", chain.height());
                assert!(nep.support <= voting.total || !petition);
            }
            if nep.status == Status::Voting {
                assert_eq!(*self.votings.entry(id).or_insert(voting.total), voting.total);
            }
            let votes = everyone.iter().filter_map(|owner| Some((*owner, chain.read::<Ballot>((id, *owner)).0?)));
            let votes: Vec<(Address, (Choice, Amount))> = votes.collect();
            assert_eq!(nep.tally.voted(), sum(&mut votes.iter().map(|(_, (_, weight))| *weight)));
            assert_eq!(nep.tally.votes, votes.len() as u64);
            if let Some(total) = self.votings.get(&id) {
                assert!(nep.tally.voted() <= *total);
            }
        }
    }
}

fn begin(slow: bool) -> Chain {
    let mut parameters: BTreeMap<&str, &str> = SHORT.iter().copied().collect();
    parameters.extend([("gov.stake_min", "20"), ("gov.fee", "1"), ("stake.cooldown", "20000"), ("stake.min", "0.1")]);
    if slow {
        parameters.extend([("gov.voting", "150000"), ("vocab.period", "30000"), ("vocab.rollback_voting", "100000")]);
    }
    let parameters: Vec<(&str, &str)> = parameters.into_iter().collect();
    let people: Vec<u8> = (2..=PEOPLE).collect();
    Chain::new(&[1], &parameters).give(&people, "2000")
}

/// A voting with two votes, so that there is something in every run.
fn opening() -> Vec<(u8, Step)> {
    let stake = |seed, days| (seed, Step::Stake(neuro("100"), days, 1));
    let vote = |seed| (seed, Step::Vote(0, Choice::Yes));
    let block = |seconds| (2, Step::Block(seconds));
    let stakes = [stake(2, 3), stake(3, 2), stake(4, 1), block(1)];
    stakes.into_iter().chain([(2, Step::Submit(0, 0)), block(1), block(4), vote(2), vote(3), block(1)]).collect()
}

fn play(slow: bool, steps: &[(u8, Step)]) -> (Chain, Watch) {
    let (mut chain, mut watch) = (begin(slow), Watch::default());
    let mut pending: Vec<SignedTransaction> = Vec::new();
    for (seed, step) in opening().iter().chain(steps) {
        if let Some(action) = action(&chain, *seed, step) {
            let own = |signed: &&SignedTransaction| signed.transaction.from == key(*seed).public();
            let ahead = pending.iter().filter(own).count() as u64;
            pending.push(chain.transaction(*seed, ahead, action));
        } else if let Step::Block(seconds) = step {
            let (_, events) = chain.block(std::mem::take(&mut pending), *seconds);
            watch.look(&chain, &events);
        }
    }
    (chain, watch)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_long() { 40 } else { 8 },
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn prop_who_can_vote_is_settled_when_a_voting_begins(
        slow: bool,
        steps in proptest::collection::vec(step(), if is_long() { 1500 } else { 500 }),
    ) {
        let (chain, watch) = play(slow, &steps);
        prop_assert!(!watch.votings.is_empty() && watch.votes.len() > 1);
        let again = replay(begin(slow), &chain.blocks);
        prop_assert_eq!((again.tip.hash(), &again.state), (chain.tip.hash(), &chain.state));
        // From a copy of the records alone, as a snapshot has them, whatever is voted on just then.
        let (first, second) = chain.blocks.split_at(chain.blocks.len() / 2);
        let mut midway = replay(begin(slow), first);
        let records = midway.state.clone();
        midway.tree = records.iter().collect();
        midway.events.clear();
        let resumed = replay(midway, second);
        prop_assert_eq!(resumed.tip.hash(), chain.tip.hash());
        prop_assert_eq!(moves(&resumed.events), moves(&again.events[again.events.len() - resumed.events.len()..]));
    }

    #[test]
    fn prop_the_order_of_votes_in_a_block_never_matters(
        stakes in proptest::collection::vec((amount(5000), 0u64..3), PEOPLE as usize - 1),
        order in Just((2..=PEOPLE).collect::<Vec<u8>>()).prop_shuffle(),
        choices in proptest::collection::vec((any::<bool>(), choice()), 2 * PEOPLE as usize),
    ) {
        let mut chain = begin(false);
        for (seed, (amount, days)) in (2..).zip(stakes) {
            chain.send(seed, Action::Stake { amount, days, behind: address(1) });
        }
        for seed in [2, 3, 4] {
            chain.done(seed, Action::Stake { amount: neuro("20"), days: 3, behind: address(1) });
        }
        // Both are voted on from the same block on.
        let offers = [(2, content("econ", "One", &[])), (3, content("arch", "Two", &[]))];
        let offers = offers.map(|(seed, content)| chain.transaction(seed, 0, submit(content)));
        chain.block(offers.into(), 1);
        chain.block(Vec::new(), 3);
        let tallies = |order: &[u8]| {
            let mut chain = chain.clone();
            let votes = order.iter().flat_map(|seed| {
                let own = choices.chunks(2).nth(usize::from(*seed) - 1).unwrap();
                let own = own.iter().zip([NepId(1), NepId(2)]).filter(|((votes, _), _)| *votes);
                own.zip(0..).map(|(((_, choice), id), ahead)| chain.transaction(*seed, ahead, vote(id, *choice)))
            });
            let votes: Vec<SignedTransaction> = votes.collect();
            let (outcomes, _) = chain.block(votes, 1);
            let done = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count() as u64;
            let tallies = [NepId(1), NepId(2)].map(|id| chain.read::<Nep>(id).tally);
            assert_eq!(tallies.iter().map(|tally| tally.votes).sum::<u64>(), done);
            tallies
        };
        let sorted: Vec<u8> = (2..=PEOPLE).collect();
        let (one, other): ([Tally; 2], [Tally; 2]) = (tallies(&sorted), tallies(&order));
        prop_assert_eq!(one, other);
    }
}

/// Where proposals went, and why.
fn moves(events: &[Event]) -> Vec<&Event> {
    events.iter().filter(|event| matches!(event, Event::NepMoved { .. })).collect()
}

#[test]
fn no_voting_begins_before_all_locks_that_ended_are_off_the_total() {
    // More ends in one second than a block carries out, and before a lock that ends then too.
    const ENDS: u64 = START + 1 + 86_400;
    let mut chain = begin(false);
    let mut draft = Draft::over(&chain.state);
    for at in 0..9000u16 {
        let mut nobody = [0; 20];
        nobody[..2].copy_from_slice(&at.to_le_bytes());
        timers::set(&mut draft, ENDS - 1, Timer::Lapse(Address::from_bytes(nobody)));
    }
    let (changes, _) = draft.finish().unwrap();
    chain.tree = chain.tree.with(changes.iter().map(|(key, value)| (key, value.as_ref())));
    chain.change(changes);
    chain.tip.state = chain.tree.root();
    chain.done(2, Action::Stake { amount: neuro("100"), days: 1, behind: address(1) });
    chain.done(3, Action::Stake { amount: neuro("50"), days: 3, behind: address(1) });
    chain.done(3, submit(content("econ", "One", &[])));
    chain.block(Vec::new(), ENDS - chain.tip.time_ms / 1000);
    assert_eq!(chain.read::<Nep>(NepId(1)).status, Status::Review, "9000 are more than twice 4096");
    chain.pass(1);
    let nep: Nep = chain.read(NepId(1));
    assert_eq!((nep.status, nep.voting.unwrap().total), (Status::Voting, neuro("50")));
}

#[test]
fn a_petition_does_not_count_locks_that_ended_before_it() {
    let mut chain = begin(false);
    for (seed, days) in [(2, 3), (3, 1), (4, 2)] {
        chain.done(seed, Action::Stake { amount: neuro("300"), days, behind: address(1) });
    }
    let tokens = proposal(&chain, 2, 0);
    chain.done(2, submit(tokens));
    chain.pass(3);
    for seed in [2, 3] {
        chain.done(seed, vote(NepId(1), Choice::Yes));
    }
    chain.pass(15);
    assert_eq!(chain.read::<Governance>(()).active, vec![NepId(1)]);
    // The block in which it comes is the one that finds the lock ended.
    let ends = chain.read::<Stakes>(address(3)).locks[0].until;
    let petition = chain.transaction(4, 0, submit(proposal(&chain, 3, 0)));
    chain.block(vec![petition], ends - chain.tip.time_ms / 1000);
    let Nep { voting, rollback, .. } = chain.read(NepId(2));
    assert_eq!((rollback, voting.unwrap().total), (Some(NepId(1)), neuro("600")));
}
