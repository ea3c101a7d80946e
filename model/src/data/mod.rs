//! Training data: from text on disk to batches of token ids.
//!
//! The way there: a [`Source`] is a file, a folder's file or standard input; its documents are split into a training
//! and a held-out [`Part`], encoded with a tokenizer and kept as [`Tokens`], in memory or in memory-mapped, content
//! addressed shards that [`fn@build`] writes once; a [`Dataset`] hands out [`Batch`]es of windows of them.
//!
//! What always holds:
//! - No input makes the program panic or allocate by a size that was not checked first (but for gzip and Brotli pages
//!   of .parquet files, which may unpack to more than they state); what is wrong is said with the file, the place in it
//!   and what to do.
//! - A document is written as BOS, its tokens, EOS. Text that is held out never reaches training, and a document that
//!   occurs twice falls on one side both times.
//! - Every id that is handed out is below the vocabulary, whatever is in the files.
//! - The same sources and settings give the same tokens, shards and batches on every machine, whatever the number of
//!   threads.

mod build;
mod columns;
mod contained;
mod dataset;
mod documents;
mod encode;
mod error;
mod fault;
mod lines;
mod manifest;
mod object;
mod regrow;
mod running;
mod shard;
mod source;
mod staging;
mod tokens;
mod verify;
mod windows;

pub use build::{BuildOptions, BuildProgress, build};
pub use contained::{contain, is_contained};
pub use dataset::Dataset;
pub use error::DataError;
pub use fault::{LineFault, ShardFault};
pub use manifest::{Manifest, ShardEntry, SourceEntry, TokenizerEntry, Totals};
pub use source::{Kind, Source};
pub use tokens::Tokens;
pub use verify::{Inspection, Sample, VerifyReport, inspect, verify};
pub use windows::{Batch, evenly, window};

use serde::{Deserialize, Serialize};

/// Name of the manifest in a built data set.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Newest manifest format that is written and read.
pub const MANIFEST_FORMAT: u32 = 1;
/// Name of the tokenizer in the Hugging Face format, for other programs; ours reads `tokenizer.bpe`.
pub const TOKENIZER_JSON_FILE: &str = "tokenizer.json";
/// Field of .jsonl lines and column of .parquet files that holds the text, unless another is chosen.
pub const TEXT_FIELD: &str = "text";
/// Part of raw data that is held out for validation.
pub const VAL_FRACTION: f64 = 0.1;
/// Tokens in one shard, unless chosen otherwise.
pub const SHARD_TOKENS: usize = 1 << 24;
/// Training text that a tokenizer is learnt from, at most, in bytes.
pub const LEARN_BYTES_MAX: usize = 64 << 20;
/// What a document counts for besides its text where memory is shared out, in bytes: many may hold a word each.
const DOCUMENT_BYTES: usize = 64;
/// Most bytes that the tokens of a part take in memory when a data set is encoded again for another tokenizer.
pub const REGROWN_BYTES_MAX: usize = 8 << 30;
/// Longest line of a .jsonl file, in bytes.
pub const LINE_BYTES_MAX: usize = 16 << 20;
/// Largest page of a .parquet file once unpacked, in bytes.
pub const PAGE_BYTES_MAX: u64 = 512 << 20;
/// Longest standard input, which is held in memory, in bytes.
pub const STDIN_BYTES_MAX: u64 = 1 << 30;

/// What tokens are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The model learns from them.
    Train,
    /// Held out, to measure the model on text it has not seen.
    Validation,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Train => "training",
            Self::Validation => "validation",
        })
    }
}
