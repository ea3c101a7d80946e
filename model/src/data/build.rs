//! Builds a data set: sources in, a folder of shards, their manifest and the tokenizer out.
//!
//! Invariants: the folder appears whole or not at all; the same sources and options give the same bytes; no more is
//! held in memory than the text a tokenizer is learnt from, or one shard of each part and a batch of text.

use std::path::Path;

use super::{
    DataError, MANIFEST_FILE, MANIFEST_FORMAT, Manifest, Part, SHARD_TOKENS, ShardEntry, Source, TEXT_FIELD,
    TOKENIZER_JSON_FILE, TokenizerEntry, Totals, VAL_FRACTION,
    documents::Reading,
    encode::{Encoder, Preparing},
    manifest::{SHARD_TOKENS_MAX, SHARDS_MAX},
    shard::{Draft, Width},
    staging::Staging,
};
use crate::tokenizer::{self, Tokenizer};

/// How a data set is built.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Ids of the tokenizer that is learnt; not looked at where one is given.
    pub vocab: usize,
    /// The tokenizer to use instead of learning one.
    pub tokenizer: Option<Tokenizer>,
    /// Tokens in a shard; each part's last has fewer.
    pub shard_tokens: usize,
    /// Part that is held out, from 0 to 0.5.
    pub val_fraction: f64,
    /// Field of .jsonl lines and column of .parquet files that holds the text.
    pub text_field: String,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self {
            vocab: 4096,
            tokenizer: None,
            shard_tokens: SHARD_TOKENS,
            val_fraction: VAL_FRACTION,
            text_field: TEXT_FIELD.to_owned(),
        }
    }
}

/// How far a build has come. Sizes of sources are in bytes as stored; a survey may end well before their total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildProgress {
    /// Looking at the sources, to place the split and to find text to learn from.
    Surveying {
        /// Bytes looked at.
        bytes: u64,
        /// Bytes there are.
        total: u64,
    },
    /// Learning a tokenizer.
    Learning {
        /// Bytes of text it is learnt from.
        bytes: u64,
    },
    /// Encoding text and writing shards.
    Encoding {
        /// Bytes of the sources read.
        bytes: u64,
        /// Bytes there are.
        total: u64,
        /// Tokens made.
        tokens: u64,
    },
    /// Writing the tokenizer and the manifest.
    Finishing,
}

/// Builds a data set from `sources` in the folder `out`, which must be empty or not there yet. `stop` is asked now and
/// then; once it says so, nothing is left behind.
pub fn build(
    out: &Path,
    sources: &[Source],
    options: &BuildOptions,
    stop: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(BuildProgress),
) -> Result<Manifest, DataError> {
    let go_on = || if stop() { Err(DataError::Stopped) } else { Ok(()) };
    check(sources, options)?;
    let staging = Staging::begin(out)?;
    let total = sources.iter().map(Source::bytes).sum();
    let reading = Reading { text_field: options.text_field.clone(), val_fraction: options.val_fraction };
    let given = options.tokenizer.clone();
    let encoder = Encoder::prepare(sources, &reading, options.vocab, given, &mut |step| {
        progress(match step {
            Preparing::Surveying(bytes) => BuildProgress::Surveying { bytes, total },
            Preparing::Learning(bytes) => BuildProgress::Learning { bytes },
        });
    })?;
    go_on()?;
    let width = Width::of(encoder.tokenizer.vocab());
    let mut shards = Shards::new(&staging, width, options.shard_tokens);
    let mut sink = |part, ids: &[u32]| go_on().and_then(|()| shards.push(part, ids));
    let (entries, done) = encoder.run(sources, &mut sink, &mut |done| {
        progress(BuildProgress::Encoding { bytes: done.bytes, total, tokens: done.tokens });
    })?;
    let shards = shards.finish()?;
    progress(BuildProgress::Finishing);
    let tokens = |part| shards.iter().filter(|shard| shard.split == part).map(|shard| shard.tokens).sum();
    let manifest = Manifest {
        format: MANIFEST_FORMAT,
        tokenizer: TokenizerEntry {
            file: tokenizer::FILE_NAME.to_owned(),
            vocab: encoder.tokenizer.vocab() as u32,
            hash: blake3::Hash::from_bytes(encoder.tokenizer.hash()).to_hex().to_string(),
        },
        token_bytes: width.bytes() as u32,
        val_fraction: options.val_fraction,
        totals: Totals {
            train_tokens: tokens(Part::Train),
            val_tokens: tokens(Part::Validation),
            documents: done.documents,
            text_bytes: done.text_bytes,
        },
        shards,
        sources: entries,
    };
    staging.write(tokenizer::FILE_NAME, encoder.tokenizer.to_file_text().as_bytes())?;
    staging.write(TOKENIZER_JSON_FILE, encoder.tokenizer.to_huggingface_json().as_bytes())?;
    staging.write(MANIFEST_FILE, manifest.to_json().as_bytes())?;
    staging.commit()?;
    Ok(manifest)
}

fn check(sources: &[Source], options: &BuildOptions) -> Result<(), DataError> {
    if sources.is_empty() {
        return Err(DataError::NoSources);
    }
    if !(0.0..=0.5).contains(&options.val_fraction) {
        let value = options.val_fraction.to_string();
        return Err(DataError::Option { name: "the held-out part", value, wanted: "from 0 to 0.5" });
    }
    if !(1..=SHARD_TOKENS_MAX).contains(&options.shard_tokens) {
        let value = options.shard_tokens.to_string();
        return Err(DataError::Option { name: "the tokens in a shard", value, wanted: "from 1 to 268435456" });
    }
    Ok(())
}

/// Shards being written, those of both parts at once.
struct Shards<'a> {
    staging: &'a Staging,
    limit: usize,
    drafts: [Draft; 2],
    entries: [Vec<ShardEntry>; 2],
}

impl<'a> Shards<'a> {
    fn new(staging: &'a Staging, width: Width, limit: usize) -> Self {
        let drafts = [Part::Train, Part::Validation].map(|part| Draft::new(part, width));
        Self { staging, limit, drafts, entries: [Vec::new(), Vec::new()] }
    }

    fn push(&mut self, part: Part, mut ids: &[u32]) -> Result<(), DataError> {
        let part = usize::from(part != Part::Train);
        while !ids.is_empty() {
            let room = self.limit - self.drafts[part].tokens();
            let (now, later) = ids.split_at(room.min(ids.len()));
            self.drafts[part].push(now);
            if now.len() == room {
                self.seal(part)?;
            }
            ids = later;
        }
        Ok(())
    }

    fn seal(&mut self, part: usize) -> Result<(), DataError> {
        if self.entries.iter().map(Vec::len).sum::<usize>() == SHARDS_MAX {
            return Err(DataError::TooManyShards { max: SHARDS_MAX, tokens: self.limit });
        }
        let (bytes, entry) = self.drafts[part].finish();
        self.staging.write(&entry.file, &bytes)?;
        self.entries[part].push(entry);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<ShardEntry>, DataError> {
        for part in 0..self.drafts.len() {
            if self.drafts[part].tokens() > 0 {
                self.seal(part)?;
            }
        }
        Ok(self.entries.concat())
    }
}

#[cfg(test)]
mod tests;
