//! What has to happen when block time reaches a moment: a binary heap over records, the earliest first.
//!
//! Blocks may come late, so heights can't stand for moments. Invariant: a record at place `n` is not earlier than the one
//! at `(n - 1) / 2`; adding and taking touch about `log2 n` records.

use super::state::{Draft, Key, Record};
use crate::governance::id::NepId;
use crate::types::Address;
use borsh::{BorshDeserialize, BorshSerialize};

/// Something that a moment brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Timer {
    /// A lock of an account ends.
    Lapse(Address) = 0,
    /// A proposal's review or voting ends.
    Phase(NepId) = 1,
}

/// A timer and its moment, in seconds since 1970.
type Entry = (u64, Timer);

/// How many timers wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Timers(u64);

/// A place of the heap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Slot(Option<Entry>);

/// Sets a timer to a moment, in seconds since 1970.
pub fn set(draft: &mut Draft<'_>, at: u64, timer: Timer) {
    let Timers(count) = draft.get(());
    let (mut place, entry) = (count, (at, timer));
    while let Some(above) = place.checked_sub(1).map(|before| before / 2) {
        let upper = draft.get::<Slot>(above);
        if upper.0.is_none_or(|upper| upper <= entry) {
            break;
        }
        draft.put(place, &upper);
        place = above;
    }
    draft.put(place, &Slot(Some(entry)));
    draft.put((), &Timers(count.saturating_add(1)));
}

/// Whether a timer's moment has come that nobody took.
#[must_use]
pub fn is_due(draft: &Draft<'_>, now: u64) -> bool {
    draft.get::<Slot>(0).0.is_some_and(|(at, _)| at <= now)
}

/// Takes the earliest timer whose moment has come.
pub fn due(draft: &mut Draft<'_>, now: u64) -> Option<Timer> {
    let Slot(first) = draft.get(0);
    let (at, timer) = first?;
    if at > now {
        return None;
    }
    let Timers(count) = draft.get(());
    let last = count.saturating_sub(1);
    let Slot(moved) = draft.get(last);
    draft.put(last, &Slot(None));
    draft.put((), &Timers(last));
    if let Some(moved) = moved.filter(|_| last > 0) {
        sink(draft, last, moved);
    }
    Some(timer)
}

/// Puts an entry into the heap's empty first place.
fn sink(draft: &mut Draft<'_>, count: u64, entry: Entry) {
    let mut place = 0u64;
    loop {
        let left = place.saturating_mul(2).saturating_add(1);
        let below = [left, left.saturating_add(1)].into_iter().filter(|below| *below < count);
        let earliest = below.filter_map(|below| Some((draft.get::<Slot>(below).0?, below))).min();
        match earliest.filter(|(lower, _)| *lower < entry) {
            Some((lower, below)) => {
                draft.put(place, &Slot(Some(lower)));
                place = below;
            }
            None => break,
        }
    }
    draft.put(place, &Slot(Some(entry)));
}

impl Record for Timers {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Timers
    }
}

impl Record for Slot {
    type Id = u64;

    fn key(id: u64) -> Key {
        Key::Timer(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn prop_timers_come_in_their_order_and_leave_nothing(
            moments in proptest::collection::vec(0u64..50, 0..60), steps in proptest::collection::vec(0u64..70, 1..6),
        ) {
            let nothing = BTreeMap::new();
            let mut draft = Draft::over(&nothing);
            for (number, at) in (0u64..).zip(&moments) {
                set(&mut draft, *at, Timer::Phase(NepId(number)));
            }
            let mut wanted: Vec<Entry> =
                moments.iter().zip(0u64..).map(|(at, number)| (*at, Timer::Phase(NepId(number)))).collect();
            wanted.sort_unstable();
            let mut got = Vec::new();
            let mut steps = steps;
            steps.sort_unstable();
            steps.push(100);
            for now in steps {
                while let Some(timer) = due(&mut draft, now) {
                    let Timer::Phase(NepId(number)) = timer else { unreachable!() };
                    let at = moments[number as usize];
                    prop_assert!(at <= now);
                    got.push((at, timer));
                }
            }
            prop_assert_eq!(got, wanted);
            prop_assert!(draft.changes().values().all(Option::is_none));
        }
    }
}
