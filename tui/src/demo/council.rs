//! What the network of a demonstration proposes and decides, on a clock of minutes where a real one takes weeks.
//!
//! Invariants: nobody votes with more than there is, and nobody twice; what a proposal says it changes has the value that
//! the ones before it left; a result follows from the votes alone.

use super::clock::rfc3339;
use super::journal::Journal;
use super::purse::neuro;
use super::random::Random;
use crate::governance::Choice::{self, Abstain, No, Yes};
use crate::snapshot::{Governance, Level, Nep, NepChange};
use std::collections::VecDeque;

/// Seconds until the first proposal, from one to the next, and of each part of its life.
const FIRST: u64 = 30;
const EVERY: u64 = 180;
const REVIEW: u64 = 120;
const VOTING: u64 = 300;
const NOTICE: u64 = 150;
/// Percent of the stake that has to vote, and of yes and no that has to be yes.
const QUORUM: u64 = 20;
const APPROVAL: u64 = 66;
/// Proposals that are kept; more than are ever on their way.
const KEPT: usize = 12;

/// What can be proposed: every time it comes up, the value changes to the other one.
struct Idea {
    title: &'static str,
    nep_type: &'static str,
    /// Name, value at genesis, other value, unit.
    changes: &'static [(&'static str, &'static str, &'static str, &'static str)],
    summary: &'static str,
    /// How the others vote.
    moods: [Choice; 3],
}

const IDEAS: [Idea; 7] = [
    Idea {
        title: "How soon a stuck round is tried anew",
        nep_type: "train",
        changes: &[("train.round_timeout", "30", "20", "epochs")],
        summary: "A round whose members do not agree holds up their work until it is tried anew.\n\n\
            Waiting less saves time when somebody is gone for good, and wastes some when they are only slow.",
        moods: [Yes, Yes, Abstain],
    },
    Idea {
        title: "How many look at a challenge",
        nep_type: "net",
        changes: &[("challenge.verifiers", "5", "7", "verifiers")],
        summary: "More verifiers are harder to buy, and each of them has to replay the work.",
        moods: [Yes, Yes, Yes],
    },
    Idea {
        title: "How long unstaked NEURO cools down",
        nep_type: "econ",
        changes: &[("stake.cooldown", "604800", "86400", "seconds")],
        summary: "Stake that can leave within a day is easier to part with.\n\n\
            It can also leave before its owner is found out.",
        moods: [No, No, Abstain],
    },
    Idea {
        title: "How many receipts a node may hand in",
        nep_type: "econ",
        changes: &[("limit.receipts_per_hour", "120", "180", "receipts")],
        summary: "Fast nodes reach the limit within the hour. Every receipt is work for the chain too.",
        moods: [Yes, Yes, Yes],
    },
    Idea {
        title: "How long a transaction may wait",
        nep_type: "net",
        changes: &[("chain.expiry_blocks", "10000", "20000", "blocks")],
        summary: "A transaction that may wait longer survives a longer break in the line; nodes remember it for as long.",
        moods: [Yes, Abstain, Yes],
    },
    Idea {
        title: "What holding a rare layer is worth",
        nep_type: "econ",
        changes: &[("bonus.scarcity", "0.5", "0.6", "share"), ("bonus.scarcity_target", "3", "4", "holders")],
        summary: "A layer that too few nodes hold is lost when they leave.\n\n\
            A larger bonus for rare layers draws nodes to them, and one more holder counts as enough. The pay comes out of \
            the same mint: who holds what everybody holds gets a little less of it.",
        moods: [Yes, No, Yes],
    },
    Idea {
        title: "How long a sample of text is",
        nep_type: "train",
        changes: &[("train.sample_tokens", "512", "1024", "tokens")],
        summary: "Longer samples teach the model to look further back, and take more memory on small machines.",
        moods: [Yes, Yes, Yes],
    },
];

/// A vote to come or cast.
#[derive(Debug, Clone)]
struct Ballot {
    weight: u64,
    choice: Choice,
    /// The second of it.
    at: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Review,
    Voting,
    Scheduled,
    Active,
    Rejected,
    Deprecated,
}

impl Stage {
    const fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Voting => "voting",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::Deprecated => "deprecated",
        }
    }
}

#[derive(Debug, Clone)]
struct Motion {
    number: u64,
    idea: usize,
    /// Whether it takes the values of genesis back.
    back: bool,
    author: String,
    begun: u64,
    stage: Stage,
    electorate: u64,
    own_weight: u64,
    /// This node's, if it will vote, and then the others'.
    own: Option<Ballot>,
    others: Vec<Ballot>,
}

/// What counts of the votes cast until a second.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    yes: u64,
    no: u64,
    abstain: u64,
    votes: u64,
}

impl Tally {
    const fn voted(self) -> u64 {
        self.yes + self.no + self.abstain
    }

    const fn approved(self) -> bool {
        self.yes > 0 && 100 * self.yes >= APPROVAL * (self.yes + self.no)
    }
}

impl Motion {
    fn tally(&self, second: u64) -> Tally {
        let mut tally = Tally::default();
        for ballot in self.own.iter().chain(&self.others).filter(|ballot| ballot.at <= second) {
            match ballot.choice {
                Yes => tally.yes += ballot.weight,
                No => tally.no += ballot.weight,
                Abstain => tally.abstain += ballot.weight,
            }
            tally.votes += 1;
        }
        tally
    }

    const fn quorum_reached(&self, tally: Tally) -> bool {
        self.electorate > 0 && 100 * tally.voted() >= QUORUM * self.electorate
    }

    const fn voting_from(&self) -> u64 {
        self.begun + REVIEW
    }

    const fn voting_until(&self) -> u64 {
        self.voting_from() + VOTING
    }

    const fn active_from(&self) -> u64 {
        self.voting_until() + NOTICE
    }

    fn changes(&self) -> Vec<NepChange> {
        let change = |(name, genesis, other, unit): &(&str, &str, &str, &str)| {
            let (old, new) = if self.back { (other, genesis) } else { (genesis, other) };
            let [name, old, new, unit] = [*name, *old, *new, *unit].map(str::to_owned);
            NepChange { name, old, new, unit }
        };
        IDEAS[self.idea].changes.iter().map(change).collect()
    }

    /// What it still takes to pass.
    fn missing(&self, tally: Tally) -> String {
        let needed = (QUORUM * self.electorate).div_ceil(100);
        match needed.checked_sub(tally.voted()).filter(|missing| *missing > 0) {
            Some(missing) => format!("{} NEURO more have to vote", neuro(missing)),
            None if !tally.approved() => format!("{APPROVAL} % of yes and no have to be yes"),
            None => String::new(),
        }
    }

    fn reason(&self, tally: Tally) -> Option<String> {
        let why = if self.quorum_reached(tally) { "too few of the votes were yes" } else { "too few voted" };
        (self.stage == Stage::Rejected).then(|| why.to_owned())
    }

    fn nep(&self, second: u64) -> Nep {
        let (idea, tally) = (&IDEAS[self.idea], self.tally(second));
        let part = |part: u64, all: u64| if all == 0 { 0.0 } else { part as f64 / all as f64 };
        let own_vote = self.own.as_ref().filter(|own| own.at <= second);
        let ends = match self.stage {
            Stage::Review => Some(self.voting_from()),
            Stage::Voting => Some(self.voting_until()),
            _ => None,
        };
        let decided = matches!(self.stage, Stage::Scheduled | Stage::Active | Stage::Deprecated);
        Nep {
            id: format!("NEP-{:03}", self.number),
            title: idea.title.to_owned(),
            nep_type: idea.nep_type.to_owned(),
            status: self.stage.word().to_owned(),
            author: self.author.clone(),
            summary: idea.summary.to_owned(),
            created_at: rfc3339(self.begun),
            ends_at: ends.map(rfc3339),
            activation_height: decided.then(|| self.active_from()),
            changes: self.changes(),
            impact: "neutral".to_owned(),
            yes: neuro(tally.yes),
            no: neuro(tally.no),
            abstain: neuro(tally.abstain),
            votes: tally.votes,
            electorate: neuro(self.electorate),
            participation: part(tally.voted(), self.electorate),
            quorum: QUORUM as f64 / 100.0,
            approval: part(tally.yes, tally.yes + tally.no),
            threshold: APPROVAL as f64 / 100.0,
            quorum_reached: self.quorum_reached(tally),
            approved: self.quorum_reached(tally) && tally.approved(),
            missing: if self.stage == Stage::Voting { self.missing(tally) } else { String::new() },
            own_weight: neuro(self.own_weight),
            own_vote: own_vote.map(|own| own.choice.as_str().to_owned()),
            reason: self.reason(tally),
            cannot_follow: None,
        }
    }
}

/// What there is to vote with when a voting begins, in nano-NEURO.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stakes {
    /// What this node has locked.
    pub own: u64,
    /// What all others ever earned, which they can have locked a part of.
    pub others_earned: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Council {
    random: Random,
    motions: VecDeque<Motion>,
    total: u64,
    /// Which ideas are in force at present.
    changed: [bool; IDEAS.len()],
    second: u64,
    own: u64,
}

impl Council {
    pub(super) fn new(seed: u64) -> Self {
        let random = Random::new(seed, 5);
        Self { random, motions: VecDeque::new(), total: 0, changed: [false; IDEAS.len()], second: 0, own: 0 }
    }

    /// A second goes by; the members are the accounts of the network, this node's first.
    pub(super) fn second(&mut self, second: u64, members: &[String], stakes: Stakes, journal: &mut Journal) {
        (self.second, self.own) = (second, stakes.own);
        if second >= FIRST && (second - FIRST).is_multiple_of(EVERY) {
            self.propose(members, journal);
        }
        for place in 0..self.motions.len() {
            let motion = &mut self.motions[place];
            let begins = motion.stage == Stage::Review && second >= motion.voting_from();
            let ends = motion.stage == Stage::Voting && second >= motion.voting_until();
            let counts = motion.stage == Stage::Scheduled && second >= motion.active_from();
            let (number, block) = (motion.number, motion.active_from());
            let words = if begins {
                motion.stage = Stage::Voting;
                deal(motion, members.len().saturating_sub(1), stakes, &mut self.random);
                "is in voting".to_owned()
            } else if ends {
                let tally = motion.tally(second);
                let passed = motion.quorum_reached(tally) && tally.approved();
                motion.stage = if passed { Stage::Scheduled } else { Stage::Rejected };
                if passed { format!("is approved, in force from block {block}") } else { "is rejected".to_owned() }
            } else if counts {
                self.enact(place);
                "is in force".to_owned()
            } else {
                continue;
            };
            journal.say(Level::Info, "governance", format!("NEP-{number:03} {words}"));
        }
    }

    fn propose(&mut self, members: &[String], journal: &mut Journal) {
        let idea = (self.total % IDEAS.len() as u64) as usize;
        self.total += 1;
        let author = members[self.random.between(0, members.len() as u64) as usize].clone();
        journal.say(Level::Info, "governance", format!("NEP-{:03} is proposed: {}", self.total, IDEAS[idea].title));
        if self.motions.len() == KEPT {
            self.motions.pop_front();
        }
        self.motions.push_back(Motion {
            number: self.total,
            idea,
            back: self.changed[idea],
            author,
            begun: self.second,
            stage: Stage::Review,
            electorate: 0,
            own_weight: 0,
            own: None,
            others: Vec::new(),
        });
    }

    /// A proposal comes into force, in place of the one before it about the same.
    fn enact(&mut self, place: usize) {
        let idea = self.motions[place].idea;
        for motion in self.motions.iter_mut().filter(|motion| motion.idea == idea && motion.stage == Stage::Active) {
            motion.stage = Stage::Deprecated;
        }
        self.motions[place].stage = Stage::Active;
        self.changed[idea] = !self.motions[place].back;
    }

    /// Proposals, those in voting first, then those on their way, then the newest of the rest. A fifth of what fees leave
    /// beside the twentieth that is burned is what governance pays from.
    pub(super) fn governance(&self, burned: u64) -> Governance {
        let mut motions: Vec<&Motion> = self.motions.iter().rev().collect();
        motions.sort_by_key(|motion| match motion.stage {
            Stage::Voting => 0,
            Stage::Review | Stage::Scheduled => 1,
            _ => 2,
        });
        let neps: Vec<Nep> = motions.into_iter().map(|motion| motion.nep(self.second)).collect();
        let active = neps.iter().rev().filter(|nep| nep.status == "active").map(|nep| nep.id.clone()).collect();
        Governance { neps, active, total: self.total, votable: neuro(self.own), pool: neuro(burned * 19 / 5) }
    }
}

/// Who has how much to say when a voting begins, and when they will say it.
fn deal(motion: &mut Motion, others: usize, stakes: Stakes, random: &mut Random) {
    let (begin, number) = (motion.voting_from(), motion.number);
    let mut at = |from: u64, to: u64| begin + VOTING * random.between(from, to) / 100;
    // This node leaves every other vote to whoever looks at it.
    let voted = at(60, 85);
    motion.own = (stakes.own > 0 && !number.is_multiple_of(2)).then_some(Ballot {
        weight: stakes.own,
        choice: if IDEAS[motion.idea].moods[0] == No { No } else { Yes },
        at: voted,
    });
    motion.own_weight = stakes.own;
    let times = [at(5, 25), at(30, 60), at(55, 95)];
    let share = stakes.others_earned / others.max(1) as u64;
    let moods = IDEAS[motion.idea].moods;
    let ballots = moods.into_iter().zip(times).take(others);
    motion.others =
        ballots.map(|(choice, at)| Ballot { weight: share * random.between(15, 40) / 100, choice, at }).collect();
    motion.electorate = stakes.own + motion.others.iter().map(|ballot| ballot.weight).sum::<u64>();
}
