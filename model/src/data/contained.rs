//! Panics kept to the work that they broke: a parser that is not ours, one request of many.
//!
//! Invariant: whoever installs a panic hook can ask [`is_contained`] and stay silent, because an error is reported in the
//! panic's place.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread, now, would become an error about the work alone.
#[must_use]
pub fn is_contained() -> bool {
    CONTAINED.get()
}

/// Runs work; a panic in it comes back as the error. What it was working on must not be used afterwards.
pub fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    let before = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(before);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_the_work_alone() {
        assert!(!is_contained());
        assert!(contain(is_contained).unwrap());
        assert!(contain(|| panic!("foreign")).is_err());
        assert!(!is_contained());
    }
}
