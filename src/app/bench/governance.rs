//! Governance's figures: votes counted from scratch, a vote taken by the ledger, a block of votes, and a long list.
//!
//! Invariants: what is measured is what a node does, over the records of a ledger's file; making the ledger and signing
//! the votes is not measured; each figure with a goal says by how much it is missed or met: a ratio of 1 or less meets it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use neuroshard_commands::BenchArgs;
use serde_json::{Map, Value, json};

use super::ledger::folder;
use super::ledger::made::{Made, START, address};
use super::{Figure, median, repeat};
use crate::app::{AppError, Context};
use crate::economics::parameters::NepType;
use crate::governance::id::NepId;
use crate::governance::tally::{Choice, Tally};
use crate::ledger::accounts::Supply;
use crate::ledger::apply::{Executed, Trial, verify_all, verify_on};
use crate::ledger::electorate::{self, Electorate};
use crate::ledger::neps::{Change, Content, Governance, Nep, NepText, Status, Voting};
use crate::ledger::network::Context as Rules;
use crate::ledger::stakes::{Lock, Stakes};
use crate::ledger::state::{Draft, read};
use crate::ledger::transaction::{Action, Verified};
use crate::ledger::voting::Ballot;
use crate::node::queries::governance::{Filter, neps};
use crate::types::{Address, Amount, Factor, SecretKey};

/// Who votes while it is measured; a block's votes.
const VOTERS: u64 = 1_000;
/// Votes that two proposals have before that, at most.
const BEFORE: [u64; 2] = [1_000, 100_000];
/// Proposals in the list, at most.
const LISTED: u64 = 10_000;
/// What each voter has locked.
const STAKE: Amount = Amount::from_neuro(10);
/// Milliseconds that counting and listing may take.
const TALLY_GOAL: f64 = 100.0;
const LIST_GOAL: f64 = 50.0;
const DAY: u64 = 86_400;

/// All of them.
pub(super) fn figures(cx: &Context, args: &BenchArgs) -> Result<Vec<Figure>, AppError> {
    let time = Duration::from_secs(args.seconds);
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let folder = folder(cx)?;
    let mut figures = vec![tally(cx, time, args.accounts)?];
    let bar = cx.out.bar(None);
    bar.set_message("making a ledger with proposals and votes");
    let size = Size { before: BEFORE.map(|most| most.min(args.accounts)), neps: LISTED.min(args.accounts).max(2) };
    let accounts = size.before[1] + VOTERS;
    let made = Made::with(folder.path(), accounts, VOTERS, |draft, voters| size.fill(draft, voters));
    let made = made.map_err(AppError::internal)?;
    bar.finish_and_clear();
    let setting = Setting { cx, time, threads, made, size };
    figures.extend([setting.vote()?, setting.block()?, setting.list()?]);
    Ok(figures)
}

/// Counts votes as the ledger keeps them, from none on.
fn tally(cx: &Context, time: Duration, votes: u64) -> Result<Figure, AppError> {
    let ballot = |at: u64| borsh::to_vec(&Ballot(Some((choice(at), Amount::from_nano(1 + u128::from(at))))));
    let ballots: Vec<Vec<u8>> = (0..votes).map(ballot).collect::<std::io::Result<_>>().map_err(AppError::internal)?;
    let count = |()| {
        let mut tally = Tally::default();
        for ballot in &ballots {
            let Ballot(vote) = borsh::from_slice(ballot).map_err(AppError::internal)?;
            let counted = vote.and_then(|(choice, weight)| tally.add(choice, weight));
            counted.context("a vote can't be counted").map_err(AppError::internal)?;
        }
        black_box(tally);
        Ok(())
    };
    let seconds = repeat(cx, "counting votes", time, || Ok(()), count)?;
    let details = details(&seconds, [("votes", json!(votes)), ("goal_ms", json!(TALLY_GOAL))]);
    Ok(milliseconds("governance_tally", median(&seconds), Some(TALLY_GOAL), details))
}

/// How much there is in a made ledger.
struct Size {
    /// Votes on the first two proposals, which are voted on.
    before: [u64; 2],
    /// Proposals, of which the others are over.
    neps: u64,
}

impl Size {
    /// Puts proposals down, everybody's stake, and the votes of those who can't sign.
    fn fill(&self, draft: &mut Draft<'_>, voters: &[SecretKey]) -> Result<()> {
        let everyone = self.before[1] + VOTERS;
        let total = STAKE.checked_mul(everyone).context("there are too many votes")?;
        draft.update((), |electorate: &mut Electorate| (electorate.total, electorate.accounts) = (total, everyone));
        for at in 0..everyone {
            let owner = address(voters, at);
            let lock = Lock { amount: STAKE, until: START + 30 * DAY, behind: address(voters, 0) };
            draft.update(owner, |stakes: &mut Stakes| stakes.locks.push(lock));
        }
        let mut held = total;
        for number in 1..=self.neps {
            let mut nep = proposal(number, address(voters, number % VOTERS));
            let before = usize::try_from(number - 1).ok().and_then(|place| self.before.get(place));
            if let Some(before) = before {
                (nep.status, nep.ends, nep.deposit) = (Status::Voting, START + 7 * DAY, Amount::from_neuro(10));
                held = held.checked_add(nep.deposit).context("too much is held")?;
                let (snapshot, total) = electorate::open(draft);
                nep.voting = Some(Voting { snapshot, total, ..nep.voting.unwrap_or_default() });
                nep.tally = Tally::default();
                for at in 0..*before {
                    let (voter, choice) = (address(voters, VOTERS + at), choice(at));
                    draft.put((NepId(number), voter), &Ballot(Some((choice, STAKE))));
                    nep.tally.add(choice, STAKE).context("a vote can't be counted")?;
                }
            }
            draft.put(NepId(number), &nep);
            draft.put(NepId(number), &NepText(Some(Content { hash: nep.hash, ..Content::default() })));
        }
        let voting = vec![NepId(1), NepId(2)];
        draft.put((), &Governance { count: self.neps, live: 2, voting, ..Governance::default() });
        draft.update((), |supply: &mut Supply| supply.minted = supply.minted.checked_add(held).unwrap_or(Amount::MAX));
        Ok(())
    }
}

/// One that was rejected, as most of a long list are, with all that a list shows.
fn proposal(number: u64, author: Address) -> Nep {
    let change =
        |name: &str, old: &str, new: &str| Change { name: name.to_owned(), old: old.to_owned(), new: new.to_owned() };
    let electorate = Amount::from_neuro(1_000_000);
    let voting = Voting { electorate, total: electorate, quorum: Factor::ONE, approval: Factor::ONE, snapshot: 0 };
    Nep {
        status: Status::Rejected,
        kind: NepType::Econ,
        title: format!("Pay {number} parts more for training, and as much less for data"),
        author: Some(author),
        created: START + number,
        updated: START + number,
        ends: START + number + 7 * DAY,
        changes: vec![change("reward.training", "0.0005", "0.0006"), change("reward.data", "0.00001", "0.00002")],
        tally: Tally { yes: STAKE, no: STAKE, abstain: STAKE, votes: 3 },
        voting: Some(voting),
        reason: "too few voted".to_owned(),
        ..Nep::default()
    }
}

fn choice(at: u64) -> Choice {
    match at % 4 {
        0 => Choice::No,
        1 => Choice::Abstain,
        _ => Choice::Yes,
    }
}

struct Setting<'a> {
    cx: &'a Context,
    time: Duration,
    threads: usize,
    made: Made,
    size: Size,
}

impl Setting<'_> {
    /// Each voter's vote on a proposal, its signature checked.
    fn votes(&self, nep: NepId) -> Result<Vec<Verified>> {
        let vote = |at: usize| Action::Vote { nep, choice: choice(at as u64), reason: String::new() };
        let signed = self.made.signed(vote)?;
        Ok(verify_on(self.threads, self.made.tip.header.chain, &signed)?)
    }

    /// A vote beside many is to cost what one beside few does: both in turns, and the seconds of each.
    fn vote(&self) -> Result<Figure, AppError> {
        let votes = [NepId(1), NepId(2)].map(|nep| self.votes(nep).map_err(AppError::internal));
        let [few, many] = votes;
        let votes = [few?, many?];
        let mut spent: [Vec<f64>; 2] = Default::default();
        let turn = |()| {
            for (votes, spent) in votes.iter().zip(&mut spent) {
                spent.push(self.take(votes).map_err(AppError::internal)?);
            }
            Ok(())
        };
        let seconds = repeat(self.cx, "votes", self.time, || Ok(()), turn)?;
        let [few, many] = spent.map(|mut spent| {
            spent.sort_by(f64::total_cmp);
            median(&spent) * 1e6
        });
        let named = [
            ("votes_before", json!(self.size.before[1])),
            ("votes_before_few", json!(self.size.before[0])),
            ("few_us", json!(few)),
            ("many_to_few", json!(many / few)),
        ];
        let details = details(&seconds, named);
        Ok(Figure { name: "governance_vote", value: many, unit: "µs", better: "lower", ratio: None, details })
    }

    /// Seconds of one vote of these, taken one after the other.
    fn take(&self, votes: &[Verified]) -> Result<f64> {
        let view = self.made.store.view()?;
        let (parameters, network) = (read(&view, ()), read(&view, ()));
        let header = &self.made.tip.header;
        let rules = Rules {
            parameters: &parameters,
            network: &network,
            height: header.height.after(1),
            time_ms: header.time_ms + 1000,
        };
        let mut trial = Trial::new(&view, rules);
        let began = Instant::now();
        for vote in votes {
            trial.take(vote)?;
        }
        let seconds = began.elapsed().as_secs_f64();
        ensure!(!view.failed(), "the ledger cannot be read");
        Ok(seconds / votes.len() as f64)
    }

    /// A block of votes on the proposal that has many, applied with its root.
    fn block(&self) -> Result<Figure, AppError> {
        let votes = self.votes(NepId(2)).and_then(|votes| self.made.next(votes)).map_err(AppError::internal)?;
        let Executed { block, outcomes, .. } = votes;
        let verified = verify_all(&block).map_err(AppError::internal)?;
        let apply = |(block, verified)| {
            let executed = self.made.apply(block, verified).map_err(AppError::internal)?;
            black_box(executed.hash);
            Ok(())
        };
        let seconds = repeat(self.cx, "a block of votes", self.time, || Ok((block.clone(), verified.clone())), apply)?;
        let named = [("votes", json!(outcomes.len())), ("votes_before", json!(self.size.before[1]))];
        Ok(milliseconds("governance_block", median(&seconds), None, details(&seconds, named)))
    }

    /// All proposals, and what the API answers of them.
    fn list(&self) -> Result<Figure, AppError> {
        let view = || self.made.store.view().map_err(AppError::refused);
        let (mut count, mut bytes, mut written) = (0, 0, Vec::new());
        let list = |view| {
            count = black_box(neps(&view, Filter::default(), usize::MAX)).len();
            Ok(())
        };
        let seconds = repeat(self.cx, "the list of proposals", self.time, view, list)?;
        let all = neps(&view()?, Filter::default(), usize::MAX);
        for _ in 0..3 {
            let began = Instant::now();
            bytes = black_box(serde_json::to_vec(&all)).map_err(AppError::internal)?.len();
            written.push(began.elapsed().as_secs_f64());
        }
        written.sort_by(f64::total_cmp);
        let named = [
            ("neps", json!(count)),
            ("goal_ms", json!(LIST_GOAL)),
            ("json_ms", json!(median(&written) * 1e3)),
            ("json_bytes", json!(bytes)),
        ];
        Ok(milliseconds("governance_list", median(&seconds), Some(LIST_GOAL), details(&seconds, named)))
    }
}

fn details<const N: usize>(seconds: &[f64], named: [(&str, Value); N]) -> Map<String, Value> {
    let repetitions = ("repetitions", json!(seconds.len()));
    named.into_iter().chain([repetitions]).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn milliseconds(name: &'static str, seconds: f64, goal: Option<f64>, details: Map<String, Value>) -> Figure {
    let value = seconds * 1e3;
    Figure { name, value, unit: "ms", better: "lower", ratio: goal.map(|goal| value / goal), details }
}
