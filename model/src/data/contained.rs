//! Panics of a parser that is not ours, kept to the file that caused them.
//!
//! Invariant: only while foreign code reads foreign bytes are panics turned into errors; whoever installs a panic hook
//! can ask [`is_contained`] and stay silent, because the error is reported in their place.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread, now, would become an error about the input.
#[must_use]
pub fn is_contained() -> bool {
    CONTAINED.get()
}

/// Runs foreign code; a panic in it comes back as the error. What it was working on must not be used afterwards.
pub(super) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
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
