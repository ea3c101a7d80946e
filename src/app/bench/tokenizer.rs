//! The tokenizer's three figures: text to ids, ids to text, and learning a vocabulary.
//!
//! Invariant: all of them come from the built-in corpus, so that machines and versions can be compared. Encoding and
//! decoding run on one thread, a document a call.

use std::hint::black_box;

use neuroshard_model::corpus;
use neuroshard_model::tokenizer::{BYTES_ONLY_VOCAB, Tokenizer};
use serde_json::{Map, Value, json};

use super::tensors::Setting;
use super::{Figure, median};
use crate::app::{AppError, compute};

/// The vocabulary that texts are encoded with: that of the presets.
const VOCAB: usize = 1024;
/// What learning is measured on and how far it goes.
const LEARN_BYTES: usize = 1_000_000;
const LEARN_MERGES: usize = 2_000;

impl Setting<'_> {
    pub(super) fn tokenizer(&self) -> Result<[Figure; 3], AppError> {
        let corpus = corpus::builtin();
        let texts: Vec<&[u8]> = corpus.train.iter().map(String::as_bytes).collect();
        let tokenizer = Tokenizer::learn(&texts, VOCAB).map_err(AppError::internal)?;
        Ok([self.encode(&tokenizer, &texts)?, self.decode(&tokenizer, &texts)?, self.learn(&texts)?])
    }

    fn encode(&self, tokenizer: &Tokenizer, texts: &[&[u8]]) -> Result<Figure, AppError> {
        let seconds = self.repeat("encoding", || {
            black_box(texts.iter().map(|text| tokenizer.encode(text).len()).sum::<usize>());
            Ok(())
        })?;
        Ok(throughput("tokenizer", tokenizer, total_len(texts), &seconds))
    }

    fn decode(&self, tokenizer: &Tokenizer, texts: &[&[u8]]) -> Result<Figure, AppError> {
        let documents: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text)).collect();
        let seconds = self.repeat("decoding", || {
            for ids in &documents {
                black_box(tokenizer.decode(ids).map_err(AppError::internal)?);
            }
            Ok(())
        })?;
        Ok(throughput("tokenizer_decode", tokenizer, total_len(texts), &seconds))
    }

    fn learn(&self, texts: &[&[u8]]) -> Result<Figure, AppError> {
        let texts = beginning(texts, LEARN_BYTES);
        let mut merges = 0;
        let seconds = self.repeat("learning merges", || {
            let tokenizer = Tokenizer::learn(&texts, BYTES_ONLY_VOCAB + LEARN_MERGES).map_err(AppError::internal)?;
            merges = tokenizer.merges().len();
            Ok(())
        })?;
        let details = Map::from_iter([
            ("merges".to_owned(), json!(merges)),
            ("mb_per_second".to_owned(), json!(total_len(&texts) as f64 / 1e6 / median(&seconds))),
            ("bytes".to_owned(), json!(total_len(&texts))),
            ("threads".to_owned(), json!(compute::threads())),
            ("repetitions".to_owned(), json!(seconds.len())),
        ]);
        let value = median(&seconds);
        Ok(Figure { name: "tokenizer_learn", value, unit: "s", better: "lower", ratio: None, details })
    }
}

/// Text bytes a second, in the one direction or in the other.
fn throughput(name: &'static str, tokenizer: &Tokenizer, bytes: usize, seconds: &[f64]) -> Figure {
    let details: Map<String, Value> = Map::from_iter([
        ("vocab".to_owned(), json!(tokenizer.vocab())),
        ("bytes".to_owned(), json!(bytes)),
        ("repetitions".to_owned(), json!(seconds.len())),
    ]);
    let value = bytes as f64 / 1e6 / median(seconds);
    Figure { name, value, unit: "MB/s", better: "higher", ratio: None, details }
}

fn total_len(texts: &[&[u8]]) -> usize {
    texts.iter().map(|text| text.len()).sum()
}

/// The first `bytes` of all texts, or all of them where there are fewer.
fn beginning<'a>(texts: &[&'a [u8]], bytes: usize) -> Vec<&'a [u8]> {
    let mut left = bytes;
    let cut = texts.iter().map(|text| {
        let taken = &text[..text.len().min(left)];
        left -= taken.len();
        taken
    });
    cut.take_while(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_has_the_bytes_asked_for() {
        let texts: [&[u8]; 3] = [b"ab", b"cde", b"f"];
        assert_eq!(beginning(&texts, 3), [&b"ab"[..], b"c"]);
        assert_eq!(beginning(&texts, 5), texts[..2]);
        assert_eq!(beginning(&texts, 0), Vec::<&[u8]>::new());
        assert_eq!(beginning(&texts, 99), texts);
    }
}
