//! A data set ready for training: a tokenizer and the tokens of both parts.
//!
//! Invariant: the ids in it go with its tokenizer, and its fingerprint is the same only for the same data, so that a
//! run is never resumed on other data unnoticed.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{
    DataError, LEARN_BYTES_MAX, MANIFEST_FILE, Manifest, Part, REGROWN_BYTES_MAX, Source, TEXT_FIELD, Tokens,
    VAL_FRACTION,
    documents::{Reading, survey},
    encode::{Encoder, encode},
    regrow::{regrow, sample},
    shard::{Check, Width},
    verify::load_tokenizer,
};
use crate::{
    corpus,
    tokenizer::{BYTES_ONLY_VOCAB, Candidate, Tokenizer},
};

/// A tokenizer and the tokens it made.
#[derive(Debug)]
pub struct Dataset {
    /// The tokenizer that the ids go with.
    pub tokenizer: Tokenizer,
    /// Tokens to train on.
    pub train: Tokens,
    /// Tokens held out.
    pub validation: Tokens,
    fingerprint: [u8; 32],
}

impl Dataset {
    /// The built-in corpus, with a tokenizer of `vocab` ids learnt from it.
    pub fn builtin(vocab: usize) -> Result<Self, DataError> {
        let corpus = corpus::builtin();
        let texts: Vec<&[u8]> = corpus.train.iter().map(String::as_bytes).collect();
        let bytes_only = vocab == BYTES_ONLY_VOCAB;
        let tokenizer = if bytes_only { Tokenizer::bytes_only() } else { Tokenizer::learn(&texts, vocab)? };
        Ok(Self::from_corpus(&corpus, tokenizer))
    }

    /// The built-in corpus, with a tokenizer there is already: that of a run to be resumed.
    #[must_use]
    pub fn builtin_with(tokenizer: Tokenizer) -> Self {
        Self::from_corpus(&corpus::builtin(), tokenizer)
    }

    fn from_corpus(corpus: &corpus::Corpus, tokenizer: Tokenizer) -> Self {
        let width = Width::of(tokenizer.vocab());
        let [train, validation] =
            [(Part::Train, &corpus.train), (Part::Validation, &corpus.validation)].map(|(part, texts)| {
                let ids: Vec<Vec<u32>> = texts.par_iter().map(|text| encode(&tokenizer, text, true, true)).collect();
                let mut bytes = Vec::with_capacity(ids.iter().map(Vec::len).sum::<usize>() * width.bytes());
                for ids in &ids {
                    width.write(ids, &mut bytes);
                }
                Tokens::memory(part, tokenizer.vocab(), bytes)
            });
        Self::from_parts(tokenizer, train, validation)
    }

    /// A data set that was built before. Every shard is read and its hash compared.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let manifest = Manifest::open(folder)?;
        let tokenizer = load_tokenizer(folder, &manifest)?;
        let [train, validation] = Tokens::open(folder, &manifest, Check::All)?;
        let mut hasher = fingerprint_of(&tokenizer);
        for shard in &manifest.shards {
            hasher.update(&[u8::from(shard.split != Part::Train)]);
            hasher.update(shard.blake3.as_bytes());
        }
        Ok(Self { tokenizer, train, validation, fingerprint: *hasher.finalize().as_bytes() })
    }

    /// The data that `paths` name: one data set that was built before, or files, folders and `-`, which are read into
    /// memory as tokens, the last tenth of running text and a tenth of the documents held out.
    ///
    /// Where no tokenizer is given, one with `vocab` ids is learnt from the training part of files; a built data set
    /// has its own, which one that is given must equal, or follow: then the text is encoded again ([`Self::regrown`]).
    pub fn from_sources(paths: &[PathBuf], vocab: usize, tokenizer: Option<Tokenizer>) -> Result<Self, DataError> {
        if let Some(path) = paths.iter().find(|path| path.join(MANIFEST_FILE).exists()) {
            if paths.len() > 1 {
                return Err(DataError::Mixed { path: path.display().to_string() });
            }
            let data = Self::open(path)?;
            let hex = |tokenizer: &Tokenizer| blake3::Hash::from_bytes(tokenizer.hash()).to_hex().to_string();
            return match tokenizer.filter(|wanted| wanted.hash() != data.tokenizer.hash()) {
                None => Ok(data),
                Some(wanted) if wanted.follows(&data.tokenizer) => data.regrown(wanted),
                Some(wanted) => {
                    let (found, wanted) = (hex(&data.tokenizer), hex(&wanted));
                    Err(DataError::OtherTokenizer { path: path.clone(), found, wanted })
                }
            };
        }
        Self::encode(&Source::resolve(paths)?, vocab, tokenizer)
    }

    fn encode(sources: &[Source], vocab: usize, tokenizer: Option<Tokenizer>) -> Result<Self, DataError> {
        let reading = Reading { text_field: TEXT_FIELD.to_owned(), val_fraction: VAL_FRACTION };
        let encoder = Encoder::prepare(sources, &reading, vocab, tokenizer, &mut |_| ())?;
        let width = Width::of(encoder.tokenizer.vocab());
        let [mut train, mut validation] = [Vec::new(), Vec::new()];
        let sink = &mut |part, ids: &[u32]| {
            width.write(ids, if part == Part::Train { &mut train } else { &mut validation });
            Ok(())
        };
        encoder.run(sources, sink, &mut |_| ())?;
        let vocab = encoder.tokenizer.vocab();
        let train = Tokens::memory(Part::Train, vocab, train);
        let validation = Tokens::memory(Part::Validation, vocab, validation);
        Ok(Self::from_parts(encoder.tokenizer, train, validation))
    }

    /// The same text under another tokenizer: one that has grown, or was rolled back. The result is in memory, up to
    /// [`REGROWN_BYTES_MAX`] for each part: a larger built data set is built again instead.
    pub fn regrown(&self, tokenizer: Tokenizer) -> Result<Self, DataError> {
        let again = |tokens| regrow(tokens, &self.tokenizer, &tokenizer, REGROWN_BYTES_MAX);
        let (train, validation) = (again(&self.train)?, again(&self.validation)?);
        Ok(Self::from_parts(tokenizer, train, validation))
    }

    /// The merges that would be learnt next from the first [`LEARN_BYTES_MAX`] of the training text, as
    /// [`Tokenizer::candidates`] gives them.
    pub fn candidates(
        &self,
        count: usize,
        allowed: &dyn Fn(&[u8], &[u8]) -> bool,
    ) -> Result<Vec<Candidate>, DataError> {
        let texts = sample(&self.train, &self.tokenizer, LEARN_BYTES_MAX)?;
        let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        Ok(self.tokenizer.candidates(&texts, count, allowed)?)
    }

    /// The same of text that is no data set yet: the first [`LEARN_BYTES_MAX`] of it, nothing held out.
    pub fn candidates_in(
        sources: &[Source],
        tokenizer: &Tokenizer,
        count: usize,
        allowed: &dyn Fn(&[u8], &[u8]) -> bool,
    ) -> Result<Vec<Candidate>, DataError> {
        let reading = Reading { text_field: TEXT_FIELD.to_owned(), val_fraction: 0.0 };
        let texts = survey(sources, &reading, LEARN_BYTES_MAX, true, &mut |_| ())?.sample;
        let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        Ok(tokenizer.candidates(&texts, count, allowed)?)
    }

    /// A data set in memory.
    pub(super) fn from_parts(tokenizer: Tokenizer, train: Tokens, validation: Tokens) -> Self {
        let mut hasher = fingerprint_of(&tokenizer);
        train.hash(&mut hasher);
        validation.hash(&mut hasher);
        Self { tokenizer, train, validation, fingerprint: *hasher.finalize().as_bytes() }
    }

    /// What a run notes of its data, to be resumed on the same only: a hash of the tokenizer and of all tokens, or of
    /// the hashes of all shards. The same text in memory and in shards has two fingerprints.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

fn fingerprint_of(tokenizer: &Tokenizer) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_derive_key("neuroshard 2026 data fingerprint");
    hasher.update(&tokenizer.hash());
    hasher
}

#[cfg(test)]
mod tests;
