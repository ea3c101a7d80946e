//! How rounds are trained: the recipe's numbers, from which round on.
//!
//! Trainers are some rounds ahead of the chain. Invariant: what a round is trained by is settled before anyone can begin
//! it, and never changes after that.

use super::state::{Draft, Key, Record, State, read};
use crate::economics::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

/// Rounds that a trainer may have begun beyond the open one.
const BEGUN_MAX: u64 = 3;
/// Changes that are remembered.
const PLANS_MAX: usize = 32;

/// What rounds are trained by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Plan {
    /// Inner steps of a round.
    pub inner_steps: u64,
    /// Inner steps of a segment.
    pub segment_steps: u64,
    /// Tokens of an inner step.
    pub step_tokens: u64,
    /// Steps until the learning rate reaches its floor.
    pub horizon: u64,
}

/// Plans, each from a round on, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Plans(Vec<(u64, Plan)>);

/// The first round that what is decided now can change.
#[must_use]
pub fn first_free(open: u64) -> u64 {
    open.saturating_add(BEGUN_MAX).saturating_add(1)
}

impl Plan {
    fn of(parameters: &Parameters) -> Self {
        Self {
            inner_steps: parameters.inner_steps,
            segment_steps: parameters.segment_steps.max(1),
            step_tokens: parameters.step_tokens,
            horizon: parameters.horizon_steps,
        }
    }

    /// What a round is trained by.
    #[must_use]
    pub fn at(state: &dyn State, round: u64) -> Self {
        let Plans(plans) = read(state, ());
        let settled = plans.iter().rev().find(|(from, _)| *from <= round);
        settled.map_or_else(|| Self::of(&read(state, ())), |(_, plan)| *plan)
    }

    /// Rounds that nobody has begun yet are trained by the new values.
    pub(super) fn change(draft: &mut Draft<'_>, open: u64, before: &Parameters, after: &Parameters) {
        let (before, after) = (Self::of(before), Self::of(after));
        if before == after {
            return;
        }
        draft.update((), |Plans(plans)| {
            if plans.is_empty() {
                plans.push((0, before));
            }
            let from = first_free(open);
            plans.retain(|(other, _)| *other < from);
            plans.push((from, after));
            let old = plans.len().saturating_sub(PLANS_MAX);
            plans.drain(..old);
        });
    }

    /// Segments of a round.
    #[must_use]
    pub fn segments(&self) -> u64 {
        self.inner_steps.div_ceil(self.segment_steps.max(1))
    }

    /// Tokens of a round.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.inner_steps.saturating_mul(self.step_tokens)
    }
}

impl Record for Plans {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Plans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_round_that_may_have_begun_keeps_its_plan() {
        let nothing = BTreeMap::new();
        let mut draft = Draft::over(&nothing);
        let old = Parameters::default();
        let new = Parameters { inner_steps: 7, ..old.clone() };
        let newer = Parameters { inner_steps: 9, ..old.clone() };
        draft.put((), &new);
        Plan::change(&mut draft, 10, &old, &new);
        Plan::change(&mut draft, 11, &new, &Parameters { bond: crate::types::Amount::ZERO, ..new.clone() });
        let steps = |draft: &Draft<'_>, round| Plan::at(draft, round).inner_steps;
        assert_eq!([0, 13, 14, 99].map(|round| steps(&draft, round)), [100, 100, 7, 7]);
        Plan::change(&mut draft, 10, &new, &newer);
        assert_eq!([13, 14].map(|round| steps(&draft, round)), [100, 9], "the later of two changes counts");
        Plan::change(&mut draft, 12, &newer, &new);
        assert_eq!([13, 14, 15, 16].map(|round| steps(&draft, round)), [100, 9, 9, 7]);
    }
}
