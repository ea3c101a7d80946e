//! Buffers that are used again: a step asks for the same sizes as the step before.
//!
//! Invariants: a buffer belongs to one owner at a time and goes back to the shelf when that one drops it; its contents
//! are whatever was there before, always initialised; what [`release`] is called on goes back to the system.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Spare values so that every buffer can begin on a cache line.
const SPARE: usize = 16;
const CACHE_LINE: usize = 64;

static SHELF: LazyLock<Mutex<HashMap<usize, Vec<Vec<f32>>>>> = LazyLock::new(Mutex::default);

/// Values of unspecified content on a cache-line boundary.
#[derive(Debug)]
pub(crate) struct Buffer {
    values: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// A buffer of `len` values left by an earlier owner.
    pub(crate) fn take(len: usize) -> Self {
        let values = take_vec(len + SPARE);
        let start = values.as_ptr().align_offset(CACHE_LINE).min(SPARE);
        Self { values, start, len }
    }
}

impl std::ops::Deref for Buffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.values[self.start..self.start + self.len]
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..self.start + self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        give_vec(std::mem::take(&mut self.values));
    }
}

/// A vector of exactly `len` values left by an earlier owner.
fn take_vec(len: usize) -> Vec<f32> {
    let found = SHELF.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&len).and_then(Vec::pop);
    found.unwrap_or_else(|| vec![0.0; len])
}

/// Puts a vector on the shelf for the next who asks for its length.
fn give_vec(values: Vec<f32>) {
    if !values.is_empty() {
        SHELF.lock().unwrap_or_else(PoisonError::into_inner).entry(values.len()).or_default().push(values);
    }
}

/// Zeros for something large that stays. On Linux it asks for large pages, whose places the processor's table of pages
/// holds for far more bytes (measured: a tenth faster reading of 400 MB).
pub(super) fn zeros<T: Copy + Default>(len: usize) -> Vec<T> {
    let mut values = Vec::with_capacity(len);
    let bytes = values.as_ptr() as usize..values.as_ptr() as usize + len * size_of::<T>();
    #[cfg(target_os = "linux")]
    advise(&bytes, libc::MADV_HUGEPAGE);
    values.resize(len, T::default());
    // Memory that was in use before is there already, in small pages.
    #[cfg(target_os = "linux")]
    advise(&bytes, libc::MADV_COLLAPSE);
    values
}

/// Advice on the large pages that hold `bytes`, neighbours on the first and the last of them included: else these would
/// stay small. The system may refuse, and older ones do.
#[cfg(target_os = "linux")]
fn advise(bytes: &std::ops::Range<usize>, advice: libc::c_int) {
    const LARGE: usize = 2 << 20;
    if bytes.len() >= LARGE / 2 {
        let (start, end) = (bytes.start & !(LARGE - 1), bytes.end.next_multiple_of(LARGE));
        // SAFETY: these two advices change how memory is paged, never what is in it.
        unsafe { libc::madvise(start as *mut libc::c_void, end - start, advice) };
    }
}

/// Gives everything on the shelf back to the system.
pub fn release() {
    let shelf = std::mem::take(&mut *SHELF.lock().unwrap_or_else(PoisonError::into_inner));
    drop(shelf);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_have_the_length_asked_for() {
        for len in [1, 15, 16, 17, 1000] {
            let buffer = Buffer::take(len);
            assert_eq!((buffer.len(), buffer.as_ptr() as usize % CACHE_LINE), (len, 0));
        }
    }

    #[test]
    fn what_was_given_is_taken_again() {
        // A length that nothing else asks for, so that tests side by side don't take each other's.
        let mut values = take_vec(77_771);
        values[5] = 42.0;
        give_vec(values);
        assert!((take_vec(77_771)[5] - 42.0).abs() < f32::EPSILON);
    }
}
