//! Where gradients by weights are gathered: one buffer a parameter, kept from step to step.
//!
//! Invariant: a slot that is not filled is never read, so nothing has to be cleared between steps.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The slots of a stage, shared with the operations that fill them.
#[derive(Clone, Default)]
pub(in crate::neurollm) struct Slots(Arc<Mutex<Vec<Slot>>>);

#[derive(Clone, Default)]
struct Slot {
    values: Vec<f32>,
    filled: bool,
}

impl std::fmt::Debug for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slots")
    }
}

impl Slots {
    /// As many empty slots.
    pub(in crate::neurollm) fn new(count: usize) -> Self {
        Self(Arc::new(Mutex::new(vec![Slot::default(); count])))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands out the buffers of slots that are always filled together; `work` writes them or, if told so, adds to them.
    pub(in crate::neurollm) fn fill<const N: usize>(
        &self,
        places: [usize; N],
        lengths: [usize; N],
        work: impl FnOnce([&mut [f32]; N], bool),
    ) {
        let mut slots = self.lock();
        let mut slots = slots.get_disjoint_mut(places).expect("an operation fills slots of its own stage");
        let add = slots.iter().all(|slot| slot.filled);
        for (slot, len) in slots.iter_mut().zip(lengths) {
            slot.values.resize(len, 0.0);
            slot.filled = true;
        }
        work(slots.map(|slot| slot.values.as_mut_slice()), add);
    }

    /// Shows the gradient in slot `index`, if there is one.
    pub(in crate::neurollm) fn read<R>(&self, index: usize, work: impl FnOnce(Option<&[f32]>) -> R) -> R {
        let slots = self.lock();
        let slot = slots.get(index).filter(|slot| slot.filled);
        work(slot.map(|slot| slot.values.as_slice()))
    }

    /// Forgets all gradients and keeps the buffers.
    pub(in crate::neurollm) fn clear(&self) {
        self.lock().iter_mut().for_each(|slot| slot.filled = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fill_overwrites_and_the_next_adds() {
        let slots = Slots::new(3);
        let fill = |by: f32| {
            slots.fill([1, 2], [2, 1], |[a, b], add| {
                for value in a.iter_mut().chain(b) {
                    *value = if add { *value + by } else { by };
                }
            });
        };
        fill(1.0);
        fill(2.0);
        assert_eq!(slots.read(1, |values| values.map(<[f32]>::to_vec)), Some(vec![3.0, 3.0]));
        assert!(slots.read(0, |values| values.is_none()));
        slots.clear();
        assert!(slots.read(2, |values| values.is_none()));
        fill(5.0);
        assert_eq!(slots.read(2, |values| values.map(<[f32]>::to_vec)), Some(vec![5.0]));
    }
}
