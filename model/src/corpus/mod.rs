//! The built-in training corpus: a seeded generator of short, simple English stories.
//!
//! A story is a pure function of a seed and an index, so a node needs no download to start training and every node
//! sees the same text. Plots ([`plots`]) are templates over a lexicon and a cast of characters; [`teller`] expands
//! them and [`tidy`] sets articles, capitals and spaces. Invariants, each with a test: the text is printable ASCII and
//! newlines, quotes are balanced, every sum is right, and no story occurs twice within or across the two splits.

mod dialogue;
mod lexicon;
mod morals;
mod nature;
mod people;
mod plots;
mod scenes;
mod sums;
mod teller;
#[cfg(test)]
mod tests;
mod things;
mod tidy;

use std::collections::HashSet;

use crate::random::Stream;
use teller::Teller;

/// The seed of [`builtin`]. Changing it, or any template or word list, changes every freshly trained model.
const BUILTIN_SEED: u64 = 2026;
/// Training bytes of [`builtin`].
const BUILTIN_BYTES: usize = 4_000_000;
/// Validation stories are numbered from here, so they stay the same whatever the size of the training set.
const VALIDATION_START: u64 = 1 << 32;

/// Stories to train on and stories to measure with, one document each, every one ending with a newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Stories to train on.
    pub train: Vec<String>,
    /// Stories that never occur in `train`.
    pub validation: Vec<String>,
}

/// The built-in corpus: the same stories on every machine.
#[must_use]
pub fn builtin() -> Corpus {
    generate(BUILTIN_SEED, BUILTIN_BYTES)
}

/// At least `train_bytes` of training stories from `seed` (less than one story more), and 5 % as much for validation.
/// No text occurs twice.
#[must_use]
pub fn generate(seed: u64, train_bytes: usize) -> Corpus {
    let mut used = HashSet::new();
    let train = collect(seed, 0, train_bytes, &mut used);
    let validation = collect(seed, VALIDATION_START, train_bytes.div_ceil(20), &mut used);
    Corpus { train, validation }
}

/// The story numbered `index` of `seed`: one document that ends with a newline.
#[must_use]
pub fn story(seed: u64, index: u64) -> String {
    let mut stream = Stream::new("corpus", seed, &[index]);
    let plot = stream.choose(plots::ALL);
    let mut teller = Teller::new(stream, plot.kind);
    tidy::tidy(&teller.tell(plot.text))
}

/// Stories from `first` on that are not in `used` yet, until they fill `bytes`.
fn collect(seed: u64, first: u64, bytes: usize, used: &mut HashSet<blake3::Hash>) -> Vec<String> {
    let mut stories = Vec::new();
    let mut filled = 0;
    let mut index = first;
    while filled < bytes {
        let text = story(seed, index);
        index += 1;
        if used.insert(blake3::hash(text.as_bytes())) {
            filled += text.len();
            stories.push(text);
        }
    }
    stories
}
