//! What this node's account may vote on, how, and why not.
//!
//! Only what can be seen from here is refused; the node has the last word.

use crate::decimal;
use crate::snapshot::{Nep, Snapshot};

/// How an account votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither, which counts for the quorum alone.
    Abstain,
}

impl Choice {
    /// Every choice, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Abstain];

    /// As votes are written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        }
    }
}

/// Why this node's account can't vote on a proposal; nothing where it can.
pub(crate) fn refusal(nep: &Nep) -> Option<&'static str> {
    if nep.status == "review" {
        Some("it is in review: its voting has not begun")
    } else if nep.status != "voting" {
        Some("it is not in voting any more")
    } else if nep.own_vote.is_some() {
        Some("this account has voted on it, and a vote is final")
    } else if !decimal::some(&nep.own_weight) {
        Some("this account had no stake when its voting began")
    } else {
        None
    }
}

/// Proposals that this node's account can still vote on.
pub(crate) fn open(snapshot: &Snapshot) -> impl Iterator<Item = &Nep> {
    snapshot.governance.neps.iter().filter(|nep| refusal(nep).is_none())
}

/// Proposals that will be in force and that this node can't follow, and what it lacks; without those that a problem is
/// about already.
pub(crate) fn unfollowed(snapshot: &Snapshot) -> impl Iterator<Item = (&Nep, &str)> {
    let scheduled = snapshot.governance.neps.iter().filter(|nep| nep.status == "scheduled");
    let told = |nep: &&Nep| snapshot.problems.iter().any(|problem| problem.contains(&nep.id));
    scheduled.filter(move |nep| !told(nep)).filter_map(|nep| Some((nep, nep.cannot_follow.as_deref()?)))
}

/// NEURO of a vote, to draw with; what is no amount is none.
pub(crate) fn weight(text: &str) -> f64 {
    decimal::Decimal::parse(text).ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_vote_is_told_from_who_may_not() {
        let nep = Nep { status: "voting".to_owned(), own_weight: "0.5".to_owned(), ..Nep::default() };
        assert_eq!(refusal(&nep), None);
        let no = |change: fn(&mut Nep)| {
            let mut nep = nep.clone();
            change(&mut nep);
            refusal(&nep).unwrap()
        };
        assert!(no(|nep| nep.status = "review".to_owned()).contains("has not begun"));
        assert!(no(|nep| nep.status = "active".to_owned()).contains("any more"));
        assert!(no(|nep| nep.own_vote = Some("no".to_owned())).contains("final"));
        assert!(no(|nep| nep.own_weight = "0.000".to_owned()).contains("no stake"));
    }

    #[test]
    fn what_is_no_amount_weighs_nothing() {
        for odd in ["", ".", "NaN", "inf", "-1", "9e9", "\u{1b}"] {
            assert!(weight(odd) <= 0.0, "{odd:?}");
        }
        assert!((weight("1.5") - 1.5).abs() < 1e-9);
    }
}
