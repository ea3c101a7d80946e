//! What is wrong with one line or one shard; [`super::DataError`] says in which.
//!
//! Invariant: every text goes on from a place that was just named.

use super::LINE_BYTES_MAX;

/// What is wrong with one line of a .jsonl file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Longer than a line may be.
    #[error("it is longer than {max} bytes: split the document", max = LINE_BYTES_MAX)]
    TooLong,
    /// Not JSON.
    #[error("it is not JSON at column {column} ({problem}): mend or remove it")]
    NotJson {
        /// Column, from 1, in bytes.
        column: usize,
        /// What the parser says.
        problem: String,
    },
    /// JSON, but no object.
    #[error("it is {found}, not an object with a field {field:?}: mend or remove it")]
    NotAnObject {
        /// What it is.
        found: &'static str,
        /// The field asked for.
        field: String,
    },
    /// An object without the field.
    #[error("it has no field {field:?} but {found}: add it, or choose another field")]
    NoField {
        /// The field asked for.
        field: String,
        /// The fields there are.
        found: String,
    },
    /// The field holds something else.
    #[error("its field {field:?} is {found}, not a string: mend or remove it, or choose another field")]
    NotAString {
        /// The field asked for.
        field: String,
        /// What it is.
        found: &'static str,
    },
}

/// What is wrong with one shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardFault {
    /// It cannot be opened.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// It is not as long as the manifest says.
    #[error("it has {have} bytes instead of {want}")]
    Length {
        /// Bytes in the file.
        have: u64,
        /// Bytes in the manifest.
        want: u64,
    },
    /// Its contents changed.
    #[error("its BLAKE3 hash is {have}")]
    Hash {
        /// The hash of what is in the file.
        have: String,
    },
    /// Its header says something else than the manifest.
    #[error("its header has a wrong {0}")]
    Header(&'static str),
    /// It holds a token that does not exist.
    #[error("its token {at} is {id}, but the vocabulary has {vocab} ids")]
    Id {
        /// Position in the shard.
        at: u64,
        /// The id.
        id: u32,
        /// Ids there are.
        vocab: u32,
    },
}
