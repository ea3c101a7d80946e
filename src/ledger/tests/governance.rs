//! Proposals from submission to activation, as the chain takes them.

use super::super::accounts::Supply;
use super::super::electorate::Electorate;
use super::super::neps::{Content, Governance, Nep, Proposer, Status};
use super::super::stakes::Stakes;
use super::super::voting::Ballot;
use super::*;
use crate::economics::Parameters;
use crate::economics::parameters::NepType;
use crate::governance::document::{ContentHash, canonical, content_hash};
use crate::governance::id::NepId;
use crate::governance::json::Json;
use crate::governance::tally::{Choice, Tally};

const NEP: NepId = NepId(1);
/// Periods of some blocks each.
pub(super) const SHORT: [(&str, &str); 13] = [
    ("gov.review", "3"),
    ("gov.voting", "5"),
    ("gov.grace_least", "2"),
    ("gov.grace_most", "2"),
    ("gov.delay_most", "2"),
    ("gov.emergency_voting", "4"),
    ("gov.emergency_delay", "1"),
    ("gov.resubmit", "20"),
    ("gov.start_stake", "0"),
    ("gov.start_accounts", "0"),
    ("vocab.period", "3"),
    ("vocab.rollback_voting", "4"),
    ("fee.pool", "1"),
];

/// A proposal of a type with changes of parameters: name, old, new.
pub(super) fn content(kind: &str, title: &str, changes: &[(&str, &str, &str)]) -> Content {
    let value = |text: &str| {
        if text.starts_with(|c: char| c.is_ascii_digit()) { format!("\"{text}\"") } else { text.to_owned() }
    };
    let change = |(name, old, new): &(&str, &str, &str)| {
        let (old, new) = (value(old), value(new));
        format!(r#"{{"module": "", "parameter": "{name}", "old_value": {old}, "new_value": {new}, "rationale": ""}}"#)
    };
    let changes: Vec<String> = changes.iter().map(change).collect();
    let text = format!(
        r#"{{"title": "{title}", "nep_type": "{kind}", "abstract": "a", "motivation": "m", "specification": "s",
        "parameter_changes": [{}]}}"#,
        changes.join(", ")
    );
    let document = canonical(&Json::read(text.as_bytes()).unwrap()).unwrap();
    Content { hash: content_hash(&document), document, ..Content::default() }
}

pub(super) fn submit(content: Content) -> Action {
    Action::SubmitNep(Box::new(content))
}

fn pay_more() -> Content {
    content("econ", "Pay more", &[("reward.training", "0.0005", "0.0006")])
}

pub(super) fn vote(nep: NepId, choice: Choice) -> Action {
    Action::Vote { nep, choice, reason: String::new() }
}

fn stake(amount: &str, days: u64) -> Action {
    Action::Stake { amount: neuro(amount), days, behind: address(1) }
}

/// Five people with a thousand NEURO; those with stake are 2 (300), 3 (200) and 4 (100).
fn staked(more: &[(&str, &str)]) -> Chain {
    let parameters: Vec<_> = SHORT.iter().chain(more).copied().collect();
    let mut chain = Chain::new(&[1], &parameters).give(&[2, 3, 4, 5, 6], "1000");
    for (seed, amount) in [(2, "300"), (3, "200"), (4, "100")] {
        chain.done(seed, stake(amount, 10));
    }
    chain
}

impl Chain {
    fn nep(&self, id: NepId) -> Nep {
        self.read(id)
    }

    /// Blocks of a second until a proposal has a status.
    fn until(&mut self, id: NepId, status: Status) {
        for _ in 0..60 {
            if self.nep(id).status == status {
                return;
            }
            self.pass(1);
        }
        panic!("{id} is still {:?}: {}", self.nep(id).status, self.nep(id).reason);
    }

    fn in_voting(&mut self, content: Content) {
        self.done(2, submit(content));
        self.until(NEP, Status::Voting);
    }
}

#[test]
fn a_change_of_pay_is_in_force_from_its_height_on() {
    let mut chain = staked(&[]);
    chain.in_voting(pay_more());
    chain.done(2, vote(NEP, Choice::Yes));
    chain.done(3, vote(NEP, Choice::No));
    chain.done(4, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Scheduled);
    let from = chain.nep(NEP).activation.unwrap();
    let old = chain.read::<Parameters>(()).hash();
    while chain.height() < from {
        assert_eq!(chain.tip.parameters, old, "block {}", chain.height());
        chain.pass(1);
    }
    let new: Parameters = chain.read(());
    assert_eq!((new.training_pay, chain.tip.parameters), (neuro("0.0006"), new.hash()));
    assert_eq!(chain.nep(NEP).status, Status::Active);
    let governance: Governance = chain.read(());
    assert_eq!((governance.live, governance.active), (0, vec![NEP]));
    assert_eq!(chain.read::<Proposer>(address(2)).live, None);
}

#[test]
fn the_next_receipt_is_paid_by_the_new_rate() {
    let changed = [("reward.training", "0.0005", "0.0010")];
    let mut plain = staked(&[]);
    let mut chain = plain.clone();
    chain.in_voting(content("econ", "Pay double", &changed));
    chain.done(2, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Active);
    let quotes = [&mut plain, &mut chain].map(|chain| {
        chain.events.clear();
        earn(chain);
        let earned = |event: &Event| match event {
            Event::Earned { quote, .. } => Some(quote.base),
            _ => None,
        };
        chain.events.iter().find_map(earned).unwrap()
    });
    assert_eq!(quotes[0].checked_mul(2), Some(quotes[1]));
}

#[test]
fn each_phase_lasts_as_long_as_block_time_says() {
    let mut chain = staked(&[("gov.review", "100"), ("gov.voting", "200")]);
    chain.done(2, submit(pay_more()));
    let began = chain.nep(NEP).created;
    let now = |chain: &Chain| chain.tip.time_ms / 1000;
    chain.block(Vec::new(), 99);
    assert_eq!((now(&chain) - began, chain.nep(NEP).status), (99, Status::Review));
    // One late block is enough, however many heights should have passed.
    chain.block(Vec::new(), 1);
    assert_eq!(chain.nep(NEP).status, Status::Voting);
    chain.done(2, vote(NEP, Choice::Yes));
    chain.block(Vec::new(), 198);
    assert_eq!(chain.nep(NEP).status, Status::Voting);
    let late = chain.transaction(3, 0, vote(NEP, Choice::No));
    let (outcomes, _) = chain.block(vec![late], 1);
    assert!(matches!(&outcomes[0], Outcome::Rejected(said) if said.contains("voting on NEP-001 ended")));
    assert_eq!(chain.nep(NEP).status, Status::Scheduled);
}

#[test]
fn grace_is_waited_for_however_fast_blocks_come() {
    let mut chain = staked(&[("gov.grace_least", "1000"), ("gov.grace_most", "1000"), ("chain.epoch_seconds", "100")]);
    chain.in_voting(pay_more());
    chain.done(2, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Scheduled);
    let planned = chain.nep(NEP).activation.unwrap();
    assert_eq!(planned.0, chain.height().0 + 11);
    chain.pass(40);
    assert_eq!(chain.nep(NEP).status, Status::Scheduled, "forty seconds are no thousand");
    assert!(chain.nep(NEP).activation.unwrap() > planned);
    for _ in 0..20 {
        chain.block(Vec::new(), 100);
    }
    assert_eq!(chain.nep(NEP).status, Status::Active);
}

#[test]
fn what_a_proposal_needs_is_asked_for_and_nothing_is_kept_of_one_without() {
    let mut chain = staked(&[]);
    chain.done(5, stake("50", 10));
    chain.done(6, stake("200", 0));
    let cases: Vec<(u8, Content, &str)> = vec![
        (5, pay_more(), "takes 100 NEURO of stake whose lock has not ended, and this account has 50"),
        (6, pay_more(), "and this account has 0"),
        (2, Content { hash: ContentHash([1; 16]), ..pay_more() }, "was claimed: the document was changed"),
        (2, Content { document: b"{}".to_vec(), hash: content_hash(b"{}"), ..Content::default() }, "is missing"),
        (2, content("econ", "x", &[("reward.training", "0.0004", "0.0006")]), "reward.training is 0.0005 now"),
        (2, content("econ", "x", &[("reward.training", "0.0005", "2")]), "may be 0 to 1 NEURO"),
        (2, content("econ", "x", &[("reward.trainin", "1", "2")]), "no parameter"),
        (2, content("gov", "x", &[("reward.training", "0.0005", "0.0006")]), "econ or emergency"),
        (2, content("arch", "x", &[("model.mtp", "false", "true")]), "this program does not have true"),
        (2, content("train", "x", &[("train.aggregation", "\"trimmed_mean\"", "\"median\"")]), "does not have median"),
        (2, content("econ", "x", &[("stake.min", "1", "1"), ("stake.max", "10000000", "1")]), "already"),
        (2, content("econ", "x", &[("stake.min", "1", "9000"), ("stake.max", "10000000", "8000")]), "contradict"),
        (2, Content { supersedes: vec![NepId(9)], ..pay_more() }, "there is no NEP-009"),
        (2, Content { rollback: Some(NepId(1)), ..pay_more() }, "type emergency"),
        (2, Content { code_changes: vec![("a\u{1b}[2J".into(), "x".into())], ..pay_more() }, "can't be shown"),
    ];
    let before = chain.read::<Governance>(());
    for (seed, content, reason) in cases {
        let said = chain.refused(seed, submit(content));
        assert!(said.contains(reason), "{reason}: {said}");
    }
    assert_eq!((chain.read::<Governance>(()), chain.nep(NEP)), (before, Nep::default()));
}

#[test]
fn the_deposit_and_one_proposal_at_a_time() {
    let mut chain = staked(&[]);
    let before = chain.balance(2);
    let fee = chain.done(2, submit(pay_more()));
    assert_eq!(chain.balance(2), before.saturating_sub(fee).saturating_sub(neuro("10")));
    assert!(chain.refused(2, submit(content("arch", "More", &[]))).contains("NEP-001 is still under way"));
    // Nobody votes: the quorum fails and the pool has it, with all that fees left there.
    chain.until(NEP, Status::Rejected);
    assert_eq!(chain.nep(NEP).reason, "too few voted");
    assert!(chain.read::<Supply>(()).pool >= neuro("10"));
    let said = chain.refused(2, submit(content("econ", "The same", &[("reward.training", "0.0005", "0.0006")])));
    assert!(said.contains("the same was rejected"), "{said}");
    chain.pass(20);
    chain.done(2, submit(pay_more()));
    // A poor account can't put it down, and loses nothing by trying.
    let left = chain.balance(3).saturating_sub(neuro("5"));
    chain.done(3, Action::Transfer { to: address(6), amount: left });
    assert!(chain.refused(3, submit(content("arch", "Poor", &[]))).contains("is below"));
}

#[test]
fn a_rejection_with_quorum_gives_the_deposit_back() {
    let mut chain = staked(&[]);
    let before = chain.balance(2);
    let fee = chain.done(2, submit(pay_more()));
    chain.until(NEP, Status::Voting);
    chain.done(2, vote(NEP, Choice::Yes));
    chain.done(3, vote(NEP, Choice::No));
    chain.until(NEP, Status::Rejected);
    assert_eq!(chain.nep(NEP).reason, "too few of those who voted were for it");
    assert!(chain.balance(2) >= before.saturating_sub(fee));
}

#[test]
fn only_abstentions_reach_the_quorum_and_approve_nothing() {
    let mut chain = staked(&[]);
    chain.in_voting(pay_more());
    for seed in [2, 3, 4] {
        chain.done(seed, vote(NEP, Choice::Abstain));
    }
    chain.until(NEP, Status::Rejected);
    assert_eq!(chain.nep(NEP).reason, "too few of those who voted were for it");
}

#[test]
fn votes_that_do_not_count_are_refused() {
    let mut chain = staked(&[("gov.voting", "15")]);
    assert!(chain.refused(2, vote(NEP, Choice::Yes)).contains("there is no NEP-001"));
    chain.done(2, submit(pay_more()));
    assert!(chain.refused(2, vote(NEP, Choice::Yes)).contains("is in review"));
    chain.until(NEP, Status::Voting);
    chain.done(2, vote(NEP, Choice::Yes));
    assert!(chain.refused(2, vote(NEP, Choice::No)).contains("a vote is final"));
    assert!(chain.refused(5, vote(NEP, Choice::Yes)).contains("no stake under lock"));
    chain.done(5, stake("100", 10));
    assert!(chain.refused(5, vote(NEP, Choice::Yes)).contains("no stake under lock"), "it came too late");
    let hidden = Action::Vote { nep: NEP, choice: Choice::No, reason: "a\u{202e}b".into() };
    assert!(chain.refused(3, hidden).contains("can't be shown"));
    let long = Action::Vote { nep: NEP, choice: Choice::No, reason: "x".repeat(501) };
    assert!(chain.refused(3, long).contains("at most 500 bytes"));
    chain.until(NEP, Status::Scheduled);
    assert!(chain.refused(3, vote(NEP, Choice::No)).contains("is scheduled"));
}

#[test]
fn stake_votes_as_it_was_when_voting_began() {
    let mut chain = staked(&[("gov.voting", "100000"), ("stake.cooldown", "1")]);
    chain.done(5, stake("1000", 0).clone_with("400"));
    chain.done(2, submit(pay_more()));
    chain.until(NEP, Status::Voting);
    let voting = chain.nep(NEP).voting.unwrap();
    assert_eq!((voting.total, voting.electorate), (neuro("600"), neuro("600")), "an ended lock does not count");
    // 4's lock ends, its stake goes to 6, and 6 has no vote; 4 still has one.
    chain.block(Vec::new(), 10 * 86_400 - 50);
    assert_eq!(chain.nep(NEP).status, Status::Rejected, "nobody voted in time");
}

#[test]
fn stake_that_moves_to_another_account_does_not_vote_twice() {
    let mut chain = staked(&[("gov.voting", "2000000"), ("stake.cooldown", "1")]);
    chain.done(2, submit(pay_more()));
    chain.until(NEP, Status::Voting);
    chain.block(Vec::new(), 10 * 86_400 + 10);
    chain.done(4, Action::Unstake { amount: neuro("100"), behind: address(1) });
    chain.pass(2);
    chain.done(4, Action::Withdraw);
    chain.done(4, Action::Transfer { to: address(6), amount: neuro("90") });
    chain.done(6, stake("900", 10));
    assert_eq!(chain.read::<Electorate>(()).total, neuro("900"), "the locks of the others ended too");
    assert!(chain.refused(6, vote(NEP, Choice::Yes)).contains("no stake under lock"));
    chain.done(4, vote(NEP, Choice::Yes));
    chain.done(2, vote(NEP, Choice::No));
    let Tally { yes, no, .. } = chain.nep(NEP).tally;
    assert_eq!((yes, no), (neuro("100"), neuro("300")));
    assert_eq!(chain.read::<Ballot>((NEP, address(4))), Ballot(Some((Choice::Yes, neuro("100")))));
}

#[test]
fn amending_restarts_the_review_and_nothing_changes_after_it() {
    let mut chain = staked(&[("gov.review", "20")]);
    chain.done(2, submit(pay_more()));
    chain.pass(14);
    let better = content("econ", "Pay more, better", &[("reward.training", "0.0005", "0.0007")]);
    let amend = |content: &Content| Action::AmendNep { nep: NEP, content: Box::new(content.clone()) };
    assert!(chain.refused(3, amend(&better)).contains("somebody else's"));
    let other_type = content("arch", "Something else", &[]);
    assert!(chain.refused(2, amend(&other_type)).contains("another type"));
    chain.done(2, amend(&better));
    chain.pass(15);
    assert_eq!(chain.nep(NEP).status, Status::Review, "the review began anew");
    chain.until(NEP, Status::Voting);
    assert_eq!(chain.nep(NEP).title, "Pay more, better");
    assert!(chain.refused(2, amend(&better)).contains("is in voting"));
    assert!(chain.refused(2, Action::WithdrawNep(NEP)).contains("is in voting"));
    chain.done(2, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Active);
    assert_eq!(chain.read::<Parameters>(()).training_pay, neuro("0.0007"));
}

#[test]
fn a_withdrawn_proposal_leaves_its_deposit_to_the_pool_and_makes_room() {
    let mut chain = staked(&[]);
    chain.done(2, submit(pay_more()));
    assert!(chain.refused(3, Action::WithdrawNep(NEP)).contains("somebody else's"));
    chain.done(2, Action::WithdrawNep(NEP));
    assert_eq!(chain.nep(NEP).status, Status::Withdrawn);
    assert!(chain.read::<Supply>(()).pool > neuro("10"));
    chain.done(2, submit(pay_more()));
    assert_eq!(chain.nep(NepId(2)).status, Status::Review);
    chain.pass(4);
    assert_eq!((chain.nep(NEP).status, chain.nep(NepId(2)).status), (Status::Withdrawn, Status::Voting));
}

#[test]
fn five_are_voted_on_at_once_and_emergencies_do_not_wait() {
    let mut chain = staked(&[("gov.votings_at_once", "2"), ("gov.stake_min", "0"), ("gov.voting", "8")]);
    for seed in [2, 3, 4] {
        chain.done(seed, submit(content("arch", &format!("Number {seed}"), &[])));
    }
    chain.pass(4);
    let statuses = |chain: &Chain| [1, 2, 3, 4].map(|id| chain.nep(NepId(id)).status);
    assert_eq!(statuses(&chain)[..3], [Status::Voting, Status::Voting, Status::Review]);
    chain.done(5, submit(content("emergency", "Stop", &[("switch.data", "true", "false")])));
    assert_eq!(chain.nep(NepId(4)).status, Status::Voting, "at once");
    chain.done(2, vote(NepId(4), Choice::Yes));
    chain.until(NepId(3), Status::Voting);
    chain.until(NepId(4), Status::Active);
    assert!(!chain.read::<Parameters>(()).data_switch);
}

#[test]
fn an_emergency_needs_more_of_everything() {
    let stop = || content("emergency", "Stop", &[("switch.data", "true", "false")]);
    let mut chain = staked(&[]);
    chain.in_voting(stop());
    assert_eq!(chain.nep(NEP).kind, NepType::Emergency);
    chain.done(3, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Rejected);
    assert_eq!(chain.nep(NEP).reason, "too few voted", "a third is less than 40 %");
    let mut chain = staked(&[]);
    chain.in_voting(stop());
    chain.done(2, vote(NEP, Choice::Yes));
    chain.done(4, vote(NEP, Choice::No));
    chain.until(NEP, Status::Rejected);
    assert!(chain.nep(NEP).reason.contains("were for it"), "75 % are less than 80 %");
}

#[test]
fn nothing_is_voted_on_before_enough_accounts_have_stake() {
    let mut chain = staked(&[("gov.start_stake", "650"), ("gov.start_accounts", "4")]);
    chain.done(2, submit(pay_more()));
    chain.pass(10);
    assert_eq!(chain.nep(NEP).status, Status::Review);
    chain.done(2, stake("100", 10));
    chain.pass(2);
    assert_eq!(chain.nep(NEP).status, Status::Review, "enough stake of three accounts");
    chain.done(5, stake("1", 10));
    chain.pass(1);
    assert_eq!(chain.nep(NEP).status, Status::Voting);
}

#[test]
fn a_small_part_of_the_supply_is_no_quorum() {
    let mut chain = staked(&[("gov.supply_floor", "0.5")]);
    chain.in_voting(pay_more());
    assert_eq!(chain.nep(NEP).voting.unwrap().total, neuro("600"));
    chain.done(2, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Rejected);
    assert_eq!(chain.nep(NEP).reason, "too few voted", "300 of 5000 / 2");
}

#[test]
fn a_change_that_fits_no_more_fails_with_its_reason() {
    let mut chain = staked(&[("gov.stake_min", "0")]);
    chain.done(2, submit(content("econ", "First", &[("reward.training", "0.0005", "0.0006")])));
    chain.done(
        3,
        submit(content(
            "econ",
            "Second",
            &[("reward.training", "0.0005", "0.0004"), ("reward.data", "0.00001", "0.00002")],
        )),
    );
    for id in [NEP, NepId(2)] {
        chain.until(id, Status::Voting);
        chain.done(2, vote(id, Choice::Yes));
        chain.done(3, vote(id, Choice::Yes));
    }
    chain.until(NepId(2), Status::Failed);
    assert_eq!(chain.nep(NepId(2)).reason, "reward.training is 0.0006 by now, and no more 0.0005");
    let parameters: Parameters = chain.read(());
    assert_eq!((parameters.training_pay, parameters.data_pay), (neuro("0.0006"), neuro("0.00001")), "all or nothing");
    assert_eq!(chain.read::<Proposer>(address(3)).live, None);
}

#[test]
fn a_later_proposal_takes_the_place_of_an_earlier_one() {
    let mut chain = staked(&[]);
    chain.in_voting(pay_more());
    chain.done(2, vote(NEP, Choice::Yes));
    chain.until(NEP, Status::Active);
    let other = content("econ", "Something else", &[("reward.data", "0.00001", "0.00002")]);
    let said = chain.refused(2, submit(Content { supersedes: vec![NEP], ..other }));
    assert!(said.contains("can't be superseded"), "{said}");
    let back = content("econ", "As before", &[("reward.training", "0.0006", "0.0005")]);
    chain.done(2, submit(Content { supersedes: vec![NEP], ..back }));
    chain.until(NepId(2), Status::Voting);
    chain.done(2, vote(NepId(2), Choice::Yes));
    chain.until(NepId(2), Status::Active);
    assert_eq!((chain.nep(NEP).status, chain.nep(NEP).reason.as_str()), (Status::Deprecated, "NEP-002 took its place"));
    assert_eq!(chain.read::<Governance>(()).active, vec![NepId(2)]);
}

#[test]
fn proposer_and_voters_share_a_pool_that_is_short() {
    let mut chain = staked(&[("gov.voter_reward", "0.1"), ("gov.proposer_least", "100")]);
    chain.in_voting(pay_more());
    // Due are 100 to the proposer and 0.1 of 500 to the voters; the pool has little more than fees.
    chain.done(2, vote(NEP, Choice::Yes));
    chain.done(3, vote(NEP, Choice::Yes));
    let (pool, before) = (chain.read::<Supply>(()).pool, [2, 3].map(|seed| chain.balance(seed)));
    assert!(!pool.is_zero() && pool < neuro("1"));
    chain.until(NEP, Status::Scheduled);
    chain.pass(1);
    let gained = |seed: u8, at: usize| chain.balance(seed).saturating_sub(before[at]).nano();
    let part = |of: u128| pool.nano() * of / 150;
    let proposer = gained(2, 0) - neuro("10").nano();
    assert!(proposer.abs_diff(part(130)) <= 2 && gained(3, 1).abs_diff(part(20)) <= 2, "{proposer} {pool}");
    assert_eq!(chain.nep(NEP).rewards, Amount::ZERO);
}

#[test]
fn a_state_from_a_snapshot_activates_the_same() {
    let mut chain = staked(&[]);
    chain.in_voting(pay_more());
    chain.done(2, vote(NEP, Choice::Yes));
    // All that a snapshot holds is the records: a chain that goes on from them has the same roots.
    let mut restarted = chain.clone();
    restarted.tree = Tree::default().with(restarted.state.iter().map(|(key, value)| (key, Some(value))));
    for _ in 0..12 {
        chain.pass(1);
        restarted.pass(1);
        assert_eq!(chain.tip, restarted.tip);
    }
    assert_eq!(restarted.nep(NEP).status, Status::Active);
}

#[test]
fn votes_of_a_block_add_up_in_any_order() {
    let orders = [[2, 3, 4], [4, 2, 3], [3, 4, 2]];
    let tallies = orders.map(|order| {
        let mut chain = staked(&[]);
        chain.in_voting(pay_more());
        let votes =
            order.map(|seed| chain.transaction(seed, 0, vote(NEP, if seed == 3 { Choice::No } else { Choice::Yes })));
        chain.block(votes.into(), 1);
        chain.nep(NEP).tally
    });
    assert_eq!(tallies[0].votes, 3);
    assert!(tallies.iter().all(|tally| *tally == tallies[0]));
}

impl Action {
    /// The same stake of another amount.
    fn clone_with(&self, text: &str) -> Self {
        match self {
            Self::Stake { days, behind, .. } => Self::Stake { amount: neuro(text), days: *days, behind: *behind },
            other => other.clone(),
        }
    }
}

#[test]
fn what_everyone_can_vote_with_adds_up_to_the_total() {
    let mut chain = staked(&[]);
    chain.done(2, stake("50", 0));
    chain.done(5, stake("70", 1));
    let sum = |chain: &Chain| {
        let now = chain.tip.time_ms / 1000;
        let all = (1..=6).map(|seed| chain.read::<Stakes>(address(seed)).unexpired(now));
        all.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap())
    };
    for seconds in [1, 86_000, 500, 3 * 86_400, 8 * 86_400] {
        chain.block(Vec::new(), seconds);
        assert_eq!(chain.read::<Electorate>(()).total, sum(&chain));
    }
    assert_eq!(chain.read::<Electorate>(()), Electorate::default());
}
