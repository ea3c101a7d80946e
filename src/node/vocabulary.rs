//! What the chain's vocabulary steps make of a tokenizer.
//!
//! Invariant: a function of the network's first tokenizer, the steps and the round, so that every node has the same tokens,
//! whether it was there when they were decided or came later.

use crate::governance::id::NepId;
use crate::ledger::vocabulary::VocabularyStep;
use neuroshard_model::tokenizer::Tokenizer;

/// The tokenizer of the rounds after `round`. What is no merge for the tokenizer is passed over, by every node alike.
pub(super) fn tokenizer_after(first: &Tokenizer, steps: &[VocabularyStep], round: u64) -> Tokenizer {
    let mut tokenizer = first.clone();
    let mut appended: Vec<(NepId, u32)> = Vec::new();
    for step in steps.iter().filter(|step| step.after() <= round) {
        match step {
            VocabularyStep::None => {}
            VocabularyStep::Append { nep, merges, .. } => {
                for merge in merges {
                    let id = tokenizer.vocab() as u32;
                    let parts = tokenizer.id(&merge.left).zip(tokenizer.id(&merge.right));
                    if parts.is_some_and(|parts| tokenizer.append(&[parts]).is_ok()) {
                        appended.push((*nep, id));
                    }
                }
            }
            VocabularyStep::Disable { nep, .. } => {
                for (_, id) in appended.iter().filter(|(of, _)| of == nep) {
                    // One that was made of a token disabled before is disabled already.
                    let _ = tokenizer.disable(*id..*id + 1);
                }
            }
        }
    }
    tokenizer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::vocabulary::NewToken;

    fn append(nep: u64, after: u64, merges: &[(&str, &str)]) -> VocabularyStep {
        let token = |(left, right): &(&str, &str)| NewToken {
            left: left.as_bytes().into(),
            right: right.as_bytes().into(),
            frequency: 1,
        };
        VocabularyStep::Append { nep: NepId(nep), after, merges: merges.iter().map(token).collect() }
    }

    #[test]
    fn steps_take_effect_after_their_rounds_and_odd_merges_are_passed_over() {
        let first = Tokenizer::bytes_only();
        let steps = [
            append(1, 5, &[("t", "h"), ("xyz", "h"), ("1", "2"), ("th", "e")]),
            append(2, 7, &[("t", "h"), ("a", "n")]),
            VocabularyStep::Disable { nep: NepId(2), after: 9 },
        ];
        let at = |round| tokenizer_after(&first, &steps, round);
        assert_eq!(at(4), first);
        assert_eq!((at(5).vocab(), at(5).encode(b"the").len()), (268, 1));
        assert_eq!((at(7).vocab(), at(7).encode(b"an").len()), (269, 1));
        // What the second proposal named and the first had made stays; only its own token goes, and its id with it.
        assert_eq!((at(9).vocab(), at(9).encode(b"an").len(), at(9).encode(b"the").len()), (269, 2, 1));
        assert_eq!(at(9).decode(&[268]).unwrap(), b"an");
        assert!(at(9).follows(&at(7)));
    }
}
