//! How a node behaved: its uptime and the success of its work.
//!
//! Invariant: nothing that a node says of itself counts, and without a history reputation is 0, never perfect.

use crate::types::Factor;

/// What others signed of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Epochs that could be covered.
    pub epochs: u64,
    /// Epochs of those covered by receipts that others signed.
    pub covered: u64,
    /// Receipts that matured.
    pub matured: u64,
    /// Receipts that were voided.
    pub voided: u64,
}

/// max(0.1, 0.6 · uptime + 0.4 · success); 0 with no history. Work that was never judged counts as no failure.
#[must_use]
pub fn reputation(history: &History) -> Factor {
    let judged = u128::from(history.matured).saturating_add(u128::from(history.voided));
    if history.epochs == 0 && judged == 0 {
        return Factor::ZERO;
    }
    let share =
        |part: u64, of: u128| if of == 0 { Factor::ONE } else { Factor::ratio(part.into(), of).min(Factor::ONE) };
    let uptime = share(history.covered, history.epochs.into());
    let success = share(history.matured, judged);
    let sum = Factor::ratio(6, 10).times(uptime).plus(Factor::ratio(4, 10).times(success));
    sum.max(Factor::ratio(1, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_begins_perfect() {
        assert_eq!(reputation(&History::default()), Factor::ZERO);
    }

    #[test]
    fn more_than_everything_counts_as_everything() {
        let history = History { epochs: 10, covered: 99, matured: u64::MAX, voided: 0 };
        assert_eq!(reputation(&history), Factor::ONE);
    }
}
