//! What can go wrong with training data, in words that say where it is wrong and what to do about it.
//!
//! Invariant: every message stands alone: it names the file, the place in it and the values, and no cause has to be
//! printed beside it.

use std::{io, path::PathBuf};

use super::{LineFault, MANIFEST_FILE, MANIFEST_FORMAT, PAGE_BYTES_MAX, STDIN_BYTES_MAX, ShardFault};
use crate::tokenizer::TokenizerError;

/// Why data could not be read, built, checked or used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Somebody asked for an end.
    #[error("stopped before the data were complete; nothing was left behind")]
    Stopped,
    /// Neither a path nor text was given.
    #[error("no data was given: name .txt, .jsonl or .parquet files, folders of them, or - for standard input")]
    NoSources,
    /// A path that does not exist.
    #[error("{path} does not exist: check how it is written")]
    Missing {
        /// The path as it was given.
        path: String,
    },
    /// A device, a pipe or a socket.
    #[error("{path} is neither a file nor a folder: to read a stream, pipe it in and name - as the data")]
    NotAFile {
        /// The path as it was given.
        path: String,
    },
    /// A file whose ending says nothing about its format.
    #[error("{path} is not .txt, .jsonl or .parquet: rename it if it is one of these, else convert it")]
    UnknownEnding {
        /// The path as it was given.
        path: String,
    },
    /// A folder with nothing to read.
    #[error("{path} holds no .txt, .jsonl or .parquet file (hidden files are skipped): name a folder that does")]
    NothingInFolder {
        /// The folder.
        path: String,
    },
    /// A file without bytes, or without any text in it.
    #[error("{path} is empty: give a file with text in it, or leave it out")]
    Empty {
        /// The file.
        path: String,
    },
    /// More standard input than is held in memory.
    #[error("standard input goes on past {max} bytes: write it to a .txt file and name that", max = STDIN_BYTES_MAX)]
    StdinTooLong,
    /// A NUL byte.
    #[error("{path} is not text: byte {offset} is NUL; convert it to UTF-8 text, or leave it out")]
    Binary {
        /// The file.
        path: String,
        /// Offset of the NUL byte, from 0.
        offset: u64,
    },
    /// Bytes that are no UTF-8.
    #[error("{path} is not UTF-8 text from byte {offset} on: convert it to UTF-8, or leave it out")]
    NotUtf8 {
        /// The file.
        path: String,
        /// Offset of the first wrong byte, from 0.
        offset: u64,
    },
    /// A file that shrank under the reader.
    #[error("{path} became shorter while it was read: try again when nothing writes to it")]
    Shrank {
        /// The file.
        path: String,
    },
    /// A line of a .jsonl file that is not a document.
    #[error("{path}, line {line}: {fault}")]
    Line {
        /// The file.
        path: String,
        /// Line number, from 1.
        line: u64,
        /// What is wrong with it and what to do.
        fault: LineFault,
    },
    /// A .parquet file that is damaged or not one at all.
    #[error("{path} is not a whole Parquet file: {fault}; fetch or write it again")]
    Parquet {
        /// The file.
        path: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A page of a .parquet file beyond what is unpacked.
    #[error(
        "{path} has a page of {bytes} bytes, above the {max} that are unpacked: write it with smaller pages",
        max = PAGE_BYTES_MAX
    )]
    PageTooLarge {
        /// The file.
        path: String,
        /// Bytes of the page once unpacked.
        bytes: u64,
    },
    /// A .parquet file without the text column.
    #[error("{path} has no column {column:?}: choose one of {columns}")]
    NoColumn {
        /// The file.
        path: String,
        /// The column asked for.
        column: String,
        /// The columns there are.
        columns: String,
    },
    /// A column that holds no text.
    #[error("{path}: column {column:?} holds {kind}, not text: choose another of {columns}")]
    ColumnNotText {
        /// The file.
        path: String,
        /// The column asked for.
        column: String,
        /// What it holds.
        kind: String,
        /// The columns there are.
        columns: String,
    },
    /// A row of a .parquet file that is not a document.
    #[error("{path}, row {row}: {fault}")]
    Row {
        /// The file.
        path: String,
        /// Row number, from 1.
        row: u64,
        /// What is wrong with it and what to do.
        fault: &'static str,
    },
    /// A data set that was built before, given together with something else.
    #[error("{path} is a built data set and cannot be mixed with other data: name it alone, or build one from all")]
    Mixed {
        /// The built data set.
        path: String,
    },
    /// A setting outside its range.
    #[error("{name} is {value}, but must be {wanted}")]
    Option {
        /// The setting.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        wanted: &'static str,
    },
    /// The folder to build into is in use.
    #[error("{} is there already and is not an empty folder: choose another, or empty it", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// More shards than a manifest lists.
    #[error("the data fills more than {max} shards of {tokens} tokens: allow more tokens in a shard")]
    TooManyShards {
        /// Shards allowed.
        max: usize,
        /// Tokens a shard may hold.
        tokens: usize,
    },
    /// The operating system refused to read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// What was read.
        path: String,
        /// The answer.
        error: io::Error,
    },
    /// The operating system refused to write: no space, no permission, a read-only disk.
    #[error("cannot write {}: {error}; nothing was left behind", path.display())]
    Write {
        /// What was written.
        path: PathBuf,
        /// The answer.
        error: io::Error,
    },
    /// A folder that is no built data set.
    #[error("{} is not a built data set: it has no {file}", path.display(), file = MANIFEST_FILE)]
    NoManifest {
        /// The folder.
        path: PathBuf,
    },
    /// A manifest that cannot be trusted.
    #[error("{}: {problem}; build or fetch the data set again", path.display())]
    Manifest {
        /// The manifest file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A manifest of a newer program.
    #[error("{} is of format {found} and this program reads up to {known}: update the program", path.display(),
        known = MANIFEST_FORMAT)]
    NewerFormat {
        /// The manifest file.
        path: PathBuf,
        /// Format in the file.
        found: u64,
    },
    /// Shards that are not what the manifest says.
    #[error("{} of {shards} shards in {} are damaged: {}; build or fetch them again", damaged.len(), path.display(),
        list(damaged))]
    Damaged {
        /// The data set.
        path: PathBuf,
        /// Shards it has.
        shards: usize,
        /// The damaged ones, in the manifest's order: file name and what is wrong.
        damaged: Vec<(String, ShardFault)>,
    },
    /// A token id beyond the vocabulary turned up while reading.
    #[error("token {at} of the {part} tokens is {id}, but the vocabulary has {vocab} ids: verify the data set")]
    Id {
        /// Which part of the data.
        part: super::Part,
        /// Its position in that part.
        at: u64,
        /// The id.
        id: u32,
        /// Ids there are.
        vocab: u32,
    },
    /// Tokens were asked for that are not there.
    #[error("tokens {start}..{end} were asked for, but the {part} part ends at {len}")]
    PastEnd {
        /// Which part of the data.
        part: super::Part,
        /// First token asked for.
        start: u64,
        /// End of what was asked for.
        end: u64,
        /// Tokens there are.
        len: u64,
    },
    /// Too little data for one window.
    #[error(
        "the {part} part has {have} tokens, but one window of {seq} tokens and the next needs {need}: \
         give more text or a shorter sequence"
    )]
    TooShort {
        /// Which part of the data.
        part: super::Part,
        /// Tokens there are.
        have: u64,
        /// Window length asked for.
        seq: usize,
        /// Tokens needed.
        need: u64,
    },
    /// Nothing was held out.
    #[error(
        "nothing is held out for validation ({have} tokens): give more documents, or build with a larger held-out part"
    )]
    NoValidation {
        /// Tokens in the validation part: too few for a single target.
        have: u64,
    },
    /// A built data set goes with the tokenizer in it.
    #[error("{} was built with tokenizer {found}, not with {wanted}: use the data it was trained on, or build it again",
        path.display())]
    OtherTokenizer {
        /// The data set.
        path: PathBuf,
        /// Hash of the data set's tokenizer, lower-case hex.
        found: String,
        /// Hash of the one that was asked for.
        wanted: String,
    },
    /// Tokens that are encoded again are held in memory.
    #[error(
        "the {part} part takes more than {max} bytes with the new tokenizer, the most that is held in memory: \
        build the data set again with it"
    )]
    TooLargeToRegrow {
        /// Which part of the data.
        part: super::Part,
        /// Bytes allowed.
        max: usize,
    },
    /// The tokenizer could not be learnt, read or written.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl DataError {
    /// The error for a path that the operating system would not open or read.
    pub(super) fn read(path: &str, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            _ => Self::Read { path: path.to_owned(), error },
        }
    }
}

/// The first few damaged shards, so that a wholly broken data set does not fill the screen.
fn list(damaged: &[(String, ShardFault)]) -> String {
    const SHOWN: usize = 3;
    let mut text: Vec<String> = damaged.iter().take(SHOWN).map(|(file, fault)| format!("{file}: {fault}")).collect();
    if damaged.len() > SHOWN {
        text.push(format!("and {} more", damaged.len() - SHOWN));
    }
    text.join("; ")
}
