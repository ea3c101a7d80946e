//! What can go wrong with a tokenizer, in words that say what to do about it.
//!
//! Invariant: every message stands alone: it holds the values, and no cause has to be printed beside it.

use std::{io, path::PathBuf};

use super::{BYTES_ONLY_VOCAB, TOKEN_BYTES_MAX, VOCAB_MAX};

/// Why a tokenizer could not be learnt, read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// The vocabulary asked for has no room for the special tokens and the bytes.
    #[error("a vocabulary of {asked} is too small: special tokens and bytes take {min}, so ask for {min} or more",
        min = BYTES_ONLY_VOCAB)]
    VocabTooSmall {
        /// Ids asked for.
        asked: usize,
    },
    /// The vocabulary asked for is beyond [`VOCAB_MAX`].
    #[error("a vocabulary of {asked} is too large: ask for {max} or less", max = VOCAB_MAX)]
    VocabTooLarge {
        /// Ids asked for.
        asked: usize,
    },
    /// Growing was asked to take ids away.
    #[error("a vocabulary of {have} cannot become {asked}: it only ever grows, so ask for {have} or more")]
    Shrinks {
        /// Ids asked for.
        asked: usize,
        /// Ids there are.
        have: usize,
    },
    /// The corpus has more distinct text than the learner can address.
    #[error(
        "the corpus has {bytes} bytes of distinct pieces, above the {max} that learning handles: learn from a sample"
    )]
    CorpusTooLarge {
        /// Bytes in distinct pieces.
        bytes: usize,
        /// Bytes that can be handled.
        max: usize,
    },
    /// An id that no token has.
    #[error("token id {id} does not exist: the vocabulary has {vocab} ids")]
    UnknownId {
        /// The id.
        id: u32,
        /// Ids there are.
        vocab: usize,
    },
    /// An id that no merge makes.
    #[error("token id {id} is not made by a merge: those are {min} and up, below {vocab}", min = BYTES_ONLY_VOCAB)]
    NotMerged {
        /// The id.
        id: u32,
        /// Ids there are.
        vocab: usize,
    },
    /// A merge that may not be appended.
    #[error("merge {index} ({left} {right}): {fault}")]
    Merge {
        /// Its place in the list that was given, from 0.
        index: usize,
        /// Left id.
        left: u32,
        /// Right id.
        right: u32,
        /// What is wrong with it.
        fault: MergeFault,
    },
    /// A line of a tokenizer file is not what it must be.
    #[error("line {line}: {problem}")]
    Line {
        /// Line number, from 1.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The file stops before its last line.
    #[error("the file is cut short after line {line}: copy or download it again")]
    Truncated {
        /// Whole lines there are.
        line: usize,
    },
    /// The file was written by a newer program.
    #[error("the file is of version {found} and this program reads up to {known}: update the program")]
    NewerVersion {
        /// Version in the file.
        found: u64,
        /// Newest version known here.
        known: u64,
    },
    /// The file is larger than any tokenizer is.
    #[error("the file is larger than {max} bytes, so it is not a usable tokenizer")]
    TooBig {
        /// Bytes allowed.
        max: usize,
    },
    /// Bytes that must be UTF-8 text are not.
    #[error("byte {offset} is not UTF-8 text")]
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// The operating system refused.
    #[error("cannot {action} {}: {error}", path.display())]
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The answer.
        error: io::Error,
    },
    /// A file was read and is wrong.
    #[error("{}: {error}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: Box<TokenizerError>,
    },
    /// A model folder without a tokenizer.
    #[error("no tokenizer in {}: it needs a tokenizer.bpe or a tokenizer.json", folder.display())]
    NoTokenizer {
        /// The folder.
        folder: PathBuf,
    },
    /// A `tokenizer.json` that cannot be used, or that failed while in use.
    #[error("tokenizer.json: {problem}")]
    Foreign {
        /// What is wrong.
        problem: String,
    },
    /// A tokenizer that a GGUF file can't express.
    #[error("the model's tokenizer can't be written as GGUF: {0}")]
    NotByteLevel(String),
    /// An empty prompt for a tokenizer that has no token to start with.
    #[error("the text is empty and this tokenizer has no token to start with: give some text")]
    EmptyPrompt,
}

/// What is wrong with one merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeFault {
    /// A special token stands for no text, so it cannot be part of any.
    #[error("id {0} is a special token and cannot be merged")]
    Special(u32),
    /// A side that no token has (yet).
    #[error("id {0} does not exist yet: a merge may only use ids before its own")]
    Unknown(u32),
    /// Two tokens with the same bytes would make a text ambiguous.
    #[error("its bytes are already token {0}")]
    Exists(u32),
    /// A side that is never made any more.
    #[error("id {0} is disabled, so nothing can be made of it")]
    Disabled(u32),
    /// Merges never cross pieces, so this one could never apply.
    #[error("its bytes never stand inside one piece of text, so it could never be used")]
    CrossesPieces,
    /// The token would be absurdly long.
    #[error("its {0} bytes are above the {max} a token may have", max = TOKEN_BYTES_MAX)]
    TooLong(usize),
    /// No id is left.
    #[error("the vocabulary is full at {max} ids", max = VOCAB_MAX)]
    Full,
}

impl TokenizerError {
    /// Names the file an error is about.
    pub(super) fn in_file(self, path: &std::path::Path) -> Self {
        match self {
            already @ (Self::Io { .. } | Self::InFile { .. }) => already,
            error => Self::InFile { path: path.to_owned(), error: Box::new(error) },
        }
    }

    /// An error about a `tokenizer.json`, from whatever its library says.
    pub(super) fn foreign(problem: impl std::fmt::Display) -> Self {
        Self::Foreign { problem: problem.to_string() }
    }
}
