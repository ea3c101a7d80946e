//! What a built data set consists of, in `manifest.json`.
//!
//! Invariant: a [`Manifest`] that was opened is of a known format, has no field this program does not know, names only
//! files beside itself, and its numbers agree with each other and stay below what memory can hold.

use std::{fs, io::Read, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    DataError, Kind, MANIFEST_FILE, MANIFEST_FORMAT, Part,
    shard::{ENDING, HEADER_BYTES, Width},
};
use crate::tokenizer::{self, BYTES_ONLY_VOCAB, VOCAB_MAX};

/// Most shards in a data set: all are mapped at once, and Linux maps some 65,000 files for one program.
pub(super) const SHARDS_MAX: usize = 1 << 15;
/// Most tokens in a shard.
pub(super) const SHARD_TOKENS_MAX: usize = 1 << 28;
/// Longest manifest, in bytes: one with [`SHARDS_MAX`] shards has room in it.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// The contents of a built data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this layout.
    pub format: u32,
    /// The tokenizer that made the tokens.
    pub tokenizer: TokenizerEntry,
    /// Bytes in a token: 2 or 4.
    pub token_bytes: u32,
    /// Part that was to be held out.
    pub val_fraction: f64,
    /// Sums over everything below.
    pub totals: Totals,
    /// The shards, each part's in the order of its tokens.
    pub shards: Vec<ShardEntry>,
    /// What the tokens were made from.
    pub sources: Vec<SourceEntry>,
}

/// The tokenizer of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenizerEntry {
    /// Its file, beside the manifest.
    pub file: String,
    /// Its number of ids.
    pub vocab: u32,
    /// Its hash, lower-case hex.
    pub hash: String,
}

/// Sums over a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Tokens to train on.
    pub train_tokens: u64,
    /// Tokens held out.
    pub val_tokens: u64,
    /// Documents in both parts.
    pub documents: u64,
    /// Bytes of text in both parts.
    pub text_bytes: u64,
}

/// One shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardEntry {
    /// The part its tokens belong to.
    pub split: Part,
    /// Its file, beside the manifest.
    pub file: String,
    /// Tokens in it.
    pub tokens: u64,
    /// Bytes in the file.
    pub bytes: u64,
    /// BLAKE3 hash of the file, lower-case hex.
    pub blake3: String,
}

/// One file that tokens were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// Its path as it was given.
    pub path: String,
    /// Its format.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: u64,
    /// Documents in it.
    pub documents: u64,
}

/// What a manifest of every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u64,
}

impl Manifest {
    /// Reads and checks the manifest of the data set in `folder`. Shards are not looked at.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let path = folder.join(MANIFEST_FILE);
        let refuse = |problem: String| DataError::Manifest { path: path.clone(), problem };
        let metadata = fs::metadata(&path).map_err(|_| DataError::NoManifest { path: folder.to_owned() })?;
        if !metadata.is_file() || metadata.len() > MANIFEST_BYTES_MAX {
            return Err(refuse(format!("it is not a file of at most {MANIFEST_BYTES_MAX} bytes")));
        }
        let mut text = String::new();
        let file = fs::File::open(&path).and_then(|file| file.take(MANIFEST_BYTES_MAX).read_to_string(&mut text));
        file.map_err(|error| refuse(format!("it cannot be read ({error})")))?;
        let any: AnyFormat = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
        if any.format > u64::from(MANIFEST_FORMAT) {
            return Err(DataError::NewerFormat { path, found: any.format });
        }
        let manifest: Self = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
        manifest.check().map_err(refuse)?;
        Ok(manifest)
    }

    /// The manifest as it stands in the file.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n" // plain structs always have a JSON form
    }

    /// Whether the fields agree with each other and with what is allowed; what is wrong, if not.
    fn check(&self) -> Result<(), String> {
        if self.format != MANIFEST_FORMAT {
            return Err(format!("format {} does not exist", self.format));
        }
        let vocab = self.tokenizer.vocab as usize;
        if !(BYTES_ONLY_VOCAB..=VOCAB_MAX).contains(&vocab) {
            return Err(format!("the vocabulary has {vocab} ids, outside {BYTES_ONLY_VOCAB} to {VOCAB_MAX}"));
        }
        let width = Width::of(vocab).bytes();
        if self.token_bytes as usize != width {
            return Err(format!("tokens have {} bytes, but {vocab} ids need {width}", self.token_bytes));
        }
        if self.tokenizer.file != tokenizer::FILE_NAME {
            return Err(format!("the tokenizer file is {:?}, not {:?}", self.tokenizer.file, tokenizer::FILE_NAME));
        }
        hash(&self.tokenizer.hash)?;
        if !(0.0..=0.5).contains(&self.val_fraction) {
            return Err(format!("the held-out part is {}, outside 0 to 0.5", self.val_fraction));
        }
        if self.shards.is_empty() || self.shards.len() > SHARDS_MAX {
            return Err(format!("there are {} shards, outside 1 to {SHARDS_MAX}", self.shards.len()));
        }
        let mut tokens = [0, 0];
        for shard in &self.shards {
            shard.check(width)?;
            tokens[usize::from(shard.split != Part::Train)] += shard.tokens; // far below 2^64: both are limited
        }
        if tokens != [self.totals.train_tokens, self.totals.val_tokens] {
            return Err("the shards' tokens do not add up to the totals".to_owned());
        }
        match self.sources.iter().find(|source| source.path.chars().any(char::is_control)) {
            Some(source) => Err(format!("the source {:?} is no path", source.path)),
            None => Ok(()),
        }
    }
}

impl ShardEntry {
    fn check(&self, width: usize) -> Result<(), String> {
        if self.file.contains(['/', '\\', '\0']) || self.file.starts_with('.') {
            return Err(format!("shard {:?} would lie outside the data set", self.file));
        }
        hash(&self.blake3)?;
        if self.file.strip_suffix(ENDING) != Some(&self.blake3) {
            return Err(format!("shard {:?} is not named by its hash", self.file));
        }
        if self.tokens == 0 || self.tokens > SHARD_TOKENS_MAX as u64 {
            return Err(format!("shard {} has {} tokens, outside 1 to {SHARD_TOKENS_MAX}", self.file, self.tokens));
        }
        let want = HEADER_BYTES as u64 + self.tokens * width as u64;
        if self.bytes != want {
            return Err(format!("shard {} has {} bytes, but its tokens take {want}", self.file, self.bytes));
        }
        Ok(())
    }
}

/// Checks that a text is a hash as it is written here.
fn hash(text: &str) -> Result<(), String> {
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.bytes().all(hex) { Ok(()) } else { Err(format!("{text:?} is not a hash")) }
}

#[cfg(test)]
pub(super) mod tests;
