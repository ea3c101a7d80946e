//! The arithmetic of a story: its numbers, sums of them, and small scenes built on them.
//!
//! Invariants, both tested by reading the stories back: a result is computed and never written down by hand, and digits
//! occur only in sums, each of which names its two numbers and then its result. All numbers are 2 or more, so the
//! counted nouns are always plural.

use super::lexicon::Source;
use crate::random::Stream;

/// The numbers of one story: `p` and `q` are small, `r` is larger than both, `m` and `k` are for products.
pub(super) struct Numbers([(&'static str, u64); 5]);

impl Numbers {
    pub(super) fn draw(stream: &mut Stream) -> Self {
        let mut between = |low: u64, high: u64| low + stream.below(high - low + 1);
        Self([
            ("p", between(2, 9)),
            ("q", between(2, 9)),
            ("r", between(11, 20)),
            ("m", between(2, 5)),
            ("k", between(2, 5)),
        ])
    }

    /// Writes what `p` or `=p+q` stands for; false when the mark is neither.
    pub(super) fn write(&self, mark: &str, out: &mut String) -> bool {
        let value = match mark.strip_prefix('=') {
            Some(sum) => self.sum(sum),
            None => self.value(mark),
        };
        let Some(value) = value else { return false };
        out.push_str(&value.to_string());
        true
    }

    fn sum(&self, text: &str) -> Option<u64> {
        let at = text.find(['+', '-', '*'])?;
        let (left, right) = (self.value(&text[..at])?, self.value(&text[at + 1..])?);
        match &text[at..=at] {
            "+" => Some(left + right),
            "-" => left.checked_sub(right),
            _ => Some(left * right),
        }
    }

    fn value(&self, name: &str) -> Option<u64> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Shared templates that count. A sum to keep says `more` or `together` for a total, `left` for a rest and `each` for a
/// product, which is how the tests know what to check.
pub(super) const RULES: &[Source] = &[
    (
        "sum_fruit",
        "[{A} had {p} {fruit.many}. {B} gave {him} {q} more. Now {A} had {=p+q} {fruit.many}. [|{p} + {q} = {=p+q}.]
         |{A} picked {p} {fruit.many}, and {B} picked {q}. Together they had {=p+q} {fruit.many}. [|{p} + {q} = {=p+q}.]
         |There were {p} {fruit.many} in the {*basket}. {A} put in {q} more. Then there were {=p+q} {fruit.many}.
         |There were {r} {fruit.many} in the {*basket}. {A} and {B} ate {q} of them, so {=r-q} {fruit.many} were left.
         [|{r} - {q} = {=r-q}.]
         |{A} filled {m} {*basket.many} and put {k} {fruit.many} in each one. That made {=m*k} {fruit.many}.]",
    ),
    (
        "sum_find",
        "[{A} found {p} {find.many}. Then {he} found {q} more. Now {he} had {=p+q} {find.many}. [|{p} + {q} = {=p+q}.]
         |{A} found {p} {find.many}, and {B} found {q}. Together they had {=p+q} {find.many}.
         |{A} had {r} {find.many}, but {he} lost {q} of them on the way. {He} had {=r-q} {find.many} left.
         |{A} had {r} {find.many}. {He} gave {q} of them to {B}, so {he} had {=r-q} left. [|{r} - {q} = {=r-q}.]
         |{A} put the {find.many} in {m} rows with {k} in each row. \"That makes {=m*k},\" {said A}.]",
    ),
    (
        "sum_bake",
        "[There were {r} {bake.many} on the plate. {A} and {B} ate {q}, so {=r-q} {bake.many} were left.
         |{A} made {p} {bake.many}, and {C} made {q} more. Now there were {=p+q} {bake.many} on the table.
         [|\"{p} + {q} = {=p+q},\" {said A}.]
         |They put the {bake.many} on {m} plates with {k} on each plate. That made {=m*k} {bake.many}.
         |{A} counted {r} {bake.many}. {He} gave {q} to {N} next door, and {=r-q} were left. [|{r} - {q} = {=r-q}.]]",
    ),
    (
        "sum_ask",
        "[\"If I have {p} {fruit.many} and you give me {q} more, how many do I have?\" {asked B}. \"You have {=p+q},\"
         {replied A}. [|\"{p} + {q} = {=p+q}.\"]
         |\"If you have {r} {find.many} and lose {q}, how many are left?\" {asked B}. {A} counted on {his} fingers.
         \"There
         are {=r-q},\" {replied A}. [|\"{r} - {q} = {=r-q}.\"]
         |\"What do {p} {bake.many} and {q} more make?\" {asked B}. \"They make {=p+q} {bake.many},\" {replied A}.]",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_sums_are_right_and_plural(seed: u64) {
            let numbers = Numbers::draw(&mut Stream::new("test", seed, &[]));
            let read = |mark: &str| {
                let mut text = String::new();
                assert!(numbers.write(mark, &mut text));
                text.parse::<u64>().unwrap()
            };
            prop_assert_eq!(read("=p+q"), read("p") + read("q"));
            prop_assert_eq!(read("=r-q") + read("q"), read("r"));
            prop_assert_eq!(read("=m*k"), read("m") * read("k"));
            prop_assert!(["p", "q", "r", "m", "k", "=r-p", "=r-q"].iter().all(|mark| read(mark) >= 2));
            prop_assert!(!numbers.write("=p+z", &mut String::new()));
        }
    }
}
