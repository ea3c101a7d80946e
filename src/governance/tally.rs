//! Counting votes by stake.
//!
//! Invariants: a vote is added in one step and the order never matters; shares are compared as exact fractions, without
//! rounding and without overflow.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::types::{Amount, Factor};

/// What a vote says.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither: it counts for the quorum alone.
    Abstain,
}

/// Why a text is no vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a vote is yes, no or abstain")]
pub struct ChoiceError;

impl FromStr for Choice {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        match text {
            "yes" => Ok(Self::Yes),
            "no" => Ok(Self::No),
            "abstain" => Ok(Self::Abstain),
            _ => Err(ChoiceError),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        })
    }
}

/// The votes so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// Stake for it.
    pub yes: Amount,
    /// Stake against it.
    pub no: Amount,
    /// Stake that is there and says neither.
    pub abstain: Amount,
    /// How many voted.
    pub votes: u64,
}

/// What the votes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether enough of the stake voted.
    pub quorum_reached: bool,
    /// Whether it is approved, for which the quorum is needed too.
    pub approved: bool,
}

/// What approval still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Stake that has to vote, whatever it says.
    pub quorum: Amount,
    /// Stake that has to say yes if nobody says no any more; `None` if no stake would do, as where nobody may say no.
    pub yes: Option<Amount>,
}

impl Tally {
    /// Counts a vote; `None`, and nothing counted, if there is more stake than can be counted.
    #[must_use = "a vote that is not counted must not be kept"]
    pub fn add(&mut self, choice: Choice, weight: Amount) -> Option<()> {
        let mut sum = *self;
        let side = match choice {
            Choice::Yes => &mut sum.yes,
            Choice::No => &mut sum.no,
            Choice::Abstain => &mut sum.abstain,
        };
        *side = side.checked_add(weight)?;
        sum.votes = sum.votes.checked_add(1)?;
        sum.checked_voted()?;
        *self = sum;
        Some(())
    }

    fn checked_voted(&self) -> Option<Amount> {
        self.yes.checked_add(self.no)?.checked_add(self.abstain)
    }

    /// Stake that voted.
    #[must_use]
    pub fn voted(&self) -> Amount {
        self.checked_voted().unwrap_or(Amount::MAX)
    }

    /// Stake that took a side.
    fn decided(&self) -> Amount {
        self.yes.checked_add(self.no).unwrap_or(Amount::MAX)
    }

    /// The part of the electorate that voted, rounded down; nothing where there is no electorate.
    #[must_use]
    pub fn participation(&self, electorate: Amount) -> Factor {
        share(self.voted(), electorate)
    }

    /// The part of yes in yes and no, rounded down; nothing where there is neither.
    #[must_use]
    pub fn approval(&self) -> Factor {
        share(self.yes, self.decided())
    }

    /// What the votes decide, with `quorum` of the electorate needed to vote and `approval` of yes and no to be yes.
    #[must_use]
    pub fn verdict(&self, electorate: Amount, quorum: Factor, approval: Factor) -> Verdict {
        let decided = self.decided();
        let quorum_reached = reaches(self.voted(), electorate, quorum);
        let approved = quorum_reached && !decided.is_zero() && reaches(self.yes, decided, approval);
        Verdict { quorum_reached, approved }
    }

    /// What approval still needs; nothing of either where it has it.
    #[must_use]
    pub fn missing(&self, electorate: Amount, quorum: Factor, approval: Factor) -> Missing {
        let needed = ratio_up(electorate, quorum.parts(), Factor::ONE.parts()).unwrap_or(Amount::MAX);
        // yes ≥ approval · (yes + no) is yes ≥ no · approval / (1 − approval).
        let others = Factor::ONE.parts().checked_sub(approval.parts());
        let wanted = match others {
            Some(0) if self.no.is_zero() => Some(Amount::ZERO),
            Some(others) => ratio_up(self.no, approval.parts(), others),
            None => None,
        };
        let least = if self.decided().is_zero() { Amount::from_nano(1) } else { Amount::ZERO };
        Missing {
            quorum: needed.saturating_sub(self.voted()),
            yes: wanted.map(|wanted| wanted.max(least).saturating_sub(self.yes)),
        }
    }
}

/// Whether `part` is at least `share` of `whole`. Of nothing, everything is nothing: only a share of 0 is reached.
fn reaches(part: Amount, whole: Amount, share: Factor) -> bool {
    if whole.is_zero() {
        return share == Factor::ZERO;
    }
    product(part, Factor::ONE.parts()) >= product(whole, share.parts())
}

/// `amount · count` with 192 bits: the upper 128, and the lower 64.
fn product(amount: Amount, count: u64) -> (u128, u64) {
    let low_bits = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(u64::MAX);
    let count = u128::from(count);
    // Both products are at most (2^64 − 1)^2, which leaves room for what the lower hands up.
    let low = u128::from(low_bits(amount.nano())).saturating_mul(count);
    let high = (amount.nano() >> 64).saturating_mul(count);
    (high.saturating_add(low >> 64), low_bits(low))
}

/// `amount · numerator / denominator`, rounded up.
fn ratio_up(amount: Amount, numerator: u64, denominator: u64) -> Option<Amount> {
    let down = amount.checked_ratio(numerator, denominator)?;
    let exact = product(down, denominator) == product(amount, numerator);
    down.checked_add(Amount::from_nano(u128::from(!exact)))
}

fn share(part: Amount, whole: Amount) -> Factor {
    if whole.is_zero() { Factor::ZERO } else { Factor::ratio(part.nano(), whole.nano()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(count: u64) -> Factor {
        Factor::from_parts(Factor::ONE.parts() / 100 * count)
    }

    fn tally(yes: u64, no: u64, abstain: u64) -> Tally {
        let [yes, no, abstain] = [yes, no, abstain].map(Amount::from_neuro);
        Tally { yes, no, abstain, votes: 3 }
    }

    #[test]
    fn shares_are_exact_at_their_edges() {
        let nano = Amount::from_nano;
        let verdict = |yes, no| {
            let tally = Tally { yes: nano(yes), no: nano(no), abstain: nano(0), votes: 2 };
            tally.verdict(nano(yes + no), percent(20), percent(66)).approved
        };
        assert!(verdict(66, 34) && !verdict(65, 34) && !verdict(659_999_999_999, 340_000_000_001));
        assert!(verdict(66 << 100, 34 << 100) && !verdict((66 << 100) - 1, (34 << 100) + 1));
        let third = Tally { yes: nano(u128::MAX / 3), ..Tally::default() };
        assert!(!third.verdict(Amount::MAX, percent(34), percent(66)).quorum_reached);
        assert!(third.verdict(Amount::MAX, percent(33), percent(66)).approved);
    }

    #[test]
    fn what_is_missing_is_said_in_stake() {
        let (quorum, approval) = (percent(20), percent(66));
        let missing = |tally: Tally| tally.missing(Amount::from_neuro(1000), quorum, approval);
        let neuro = Amount::from_neuro;
        assert_eq!(missing(tally(66, 34, 0)), Missing { quorum: neuro(100), yes: Some(neuro(0)) });
        assert_eq!(missing(tally(0, 34, 200)), Missing { quorum: neuro(0), yes: Some(neuro(66)) });
        assert_eq!(missing(tally(0, 0, 200)).yes, Some(Amount::from_nano(1)));
        assert_eq!(tally(9, 1, 0).missing(neuro(10), quorum, Factor::ONE).yes, None);
        assert_eq!(tally(9, 0, 0).missing(neuro(10), quorum, Factor::ONE).yes, Some(neuro(0)));
    }

    #[test]
    fn what_does_not_fit_is_not_counted() {
        let mut tally = Tally::default();
        assert_eq!(tally.add(Choice::Yes, Amount::MAX), Some(()));
        let before = tally;
        assert_eq!(tally.add(Choice::No, Amount::from_nano(1)), None);
        assert_eq!(tally, before);
    }

    #[test]
    fn choices_are_one_byte_and_one_word() {
        for (choice, text, byte) in [(Choice::Yes, "yes", 0), (Choice::No, "no", 1), (Choice::Abstain, "abstain", 2)] {
            assert_eq!((text.parse(), choice.to_string().as_str()), (Ok(choice), text));
            assert_eq!(
                (borsh::to_vec(&choice).unwrap(), serde_json::to_string(&choice).unwrap()),
                (vec![byte], format!("\"{text}\""))
            );
        }
        assert_eq!("Yes".parse::<Choice>(), Err(ChoiceError));
    }

    fn choice() -> impl Strategy<Value = Choice> {
        prop_oneof![Just(Choice::Yes), Just(Choice::No), Just(Choice::Abstain)]
    }

    proptest! {
        #[test]
        fn prop_the_order_of_votes_never_matters(
            votes in prop::collection::vec((choice(), 0u64..), 0..20).prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle()))
        ) {
            let count = |votes: &[(Choice, u64)]| {
                let mut tally = Tally::default();
                for (choice, weight) in votes {
                    tally.add(*choice, Amount::from_nano(u128::from(*weight))).unwrap();
                }
                tally
            };
            prop_assert_eq!(count(&votes.0), count(&votes.1));
        }

        #[test]
        fn prop_what_is_missing_is_exactly_what_is_missing(yes in 0u128..1 << 60, no in 0u128..1 << 60, share in 1u64..100) {
            let approval = percent(share);
            let with = |more: u128| {
                let [yes, no] = [yes + more, no].map(Amount::from_nano);
                let tally = Tally { yes, no, abstain: Amount::ZERO, votes: 2 };
                tally.verdict(Amount::from_nano(1), Factor::ZERO, approval).approved
            };
            let [yes_now, no_now] = [yes, no].map(Amount::from_nano);
            let tally = Tally { yes: yes_now, no: no_now, abstain: Amount::ZERO, votes: 2 };
            let more = tally.missing(Amount::ZERO, Factor::ZERO, approval).yes.unwrap().nano();
            prop_assert!(with(more) && (more == 0 || !with(more - 1)));
        }

        #[test]
        fn prop_nothing_panics_or_wraps(yes: u128, no: u128, abstain: u128, whole: u128, quorum: u64, approval: u64) {
            let [yes, no, abstain, whole] = [yes, no, abstain, whole].map(Amount::from_nano);
            let tally = Tally { yes, no, abstain, votes: 3 };
            let (quorum, approval) = (Factor::from_parts(quorum), Factor::from_parts(approval));
            let _ = (tally.missing(whole, quorum, approval), tally.participation(whole), tally.approval());
            let verdict = tally.verdict(whole, quorum, approval);
            prop_assert!(verdict.quorum_reached || !verdict.approved);
        }
    }
}
