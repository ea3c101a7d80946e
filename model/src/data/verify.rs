//! Checks a built data set to the last byte, and shows what is in one.
//!
//! Invariant: nothing is changed, and nothing in the folder is trusted before it is checked.

use std::path::Path;

use serde::Serialize;

use super::{DataError, MANIFEST_FILE, Manifest, Part, Tokens, evenly, shard::Check};
use crate::tokenizer::Tokenizer;

/// A data set that is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Shards that were read.
    pub shards: usize,
    /// Bytes in them.
    pub bytes: u64,
    /// Tokens to train on.
    pub train_tokens: u64,
    /// Tokens held out.
    pub val_tokens: u64,
    /// Hash of the tokenizer, lower-case hex.
    pub tokenizer: String,
}

/// What is in a data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The folder.
    pub path: String,
    /// Everything the manifest says.
    pub manifest: Manifest,
    /// Some of the text, from places spread over both parts.
    pub samples: Vec<Sample>,
}

/// A piece of text from a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The part it is from.
    pub split: Part,
    /// Where it begins, in tokens.
    pub start: u64,
    /// Its length in tokens.
    pub tokens: u64,
    /// The text. It may begin or end inside a character; what cannot be shown is replaced.
    pub text: String,
}

/// Reads every shard of the data set in `folder` and compares hashes, sizes and ids with the manifest. An error names
/// the shards that are damaged.
pub fn verify(folder: &Path) -> Result<VerifyReport, DataError> {
    let manifest = Manifest::open(folder)?;
    load_tokenizer(folder, &manifest)?;
    Tokens::open(folder, &manifest, Check::All)?;
    Ok(VerifyReport {
        shards: manifest.shards.len(),
        bytes: manifest.shards.iter().map(|shard| shard.bytes).sum(),
        train_tokens: manifest.totals.train_tokens,
        val_tokens: manifest.totals.val_tokens,
        tokenizer: manifest.tokenizer.hash,
    })
}

/// Looks into the data set in `folder`. The shards' hashes are not checked.
pub fn inspect(folder: &Path) -> Result<Inspection, DataError> {
    let manifest = Manifest::open(folder)?;
    let tokenizer = load_tokenizer(folder, &manifest)?;
    let mut samples = Vec::new();
    for (tokens, count) in Tokens::open(folder, &manifest, Check::Header)?.iter().zip([3, 1]) {
        for start in evenly(tokens.len(), count) {
            samples.push(sample(&tokenizer, tokens, start)?);
        }
    }
    Ok(Inspection { path: folder.display().to_string(), manifest, samples })
}

fn sample(tokenizer: &Tokenizer, tokens: &Tokens, start: u64) -> Result<Sample, DataError> {
    const SAMPLE_TOKENS: u64 = 48;
    let mut ids = vec![0; SAMPLE_TOKENS.min(tokens.len() - start) as usize];
    tokens.read(start, &mut ids)?;
    let bytes = tokenizer.decode(&ids)?;
    // The text goes to a terminal, which must not take any of it for a command.
    let text = String::from_utf8_lossy(&bytes).replace(|c: char| c.is_control() && c != '\n' && c != '\t', "\u{fffd}");
    Ok(Sample { split: tokens.part(), start, tokens: ids.len() as u64, text })
}

/// The tokenizer of a data set, which must be the one that its manifest names.
pub(super) fn load_tokenizer(folder: &Path, manifest: &Manifest) -> Result<Tokenizer, DataError> {
    let tokenizer = Tokenizer::load(&folder.join(&manifest.tokenizer.file))?;
    let hash = blake3::Hash::from_bytes(tokenizer.hash()).to_hex();
    if tokenizer.vocab() == manifest.tokenizer.vocab as usize && hash.as_str() == manifest.tokenizer.hash {
        return Ok(tokenizer);
    }
    let problem = format!("{} beside it is not the tokenizer it names", manifest.tokenizer.file);
    Err(DataError::Manifest { path: folder.join(MANIFEST_FILE), problem })
}
