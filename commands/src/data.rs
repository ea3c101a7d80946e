//! `data`: turn text into tokens that training can read, and look into them.

use std::path::PathBuf;

use clap::ValueHint;

use crate::values;

const DATA_EXAMPLES: &str = "\
Examples:
  neuroshard data build --out shards books/  tokenize text into shards
  neuroshard data verify shards              check that nothing was damaged
  neuroshard train --data shards             train on them";

const BUILD_EXAMPLES: &str = "\
Examples:
  neuroshard data build --out shards books/                    learn a tokenizer
  neuroshard data build --out shards --vocab 4096 a.parquet    a larger one
  neuroshard data build --out more --tokenizer shards a.jsonl  an earlier one";

const INSPECT_EXAMPLES: &str = "\
Examples:
  neuroshard data inspect shards";

const VERIFY_EXAMPLES: &str = "\
Examples:
  neuroshard data verify shards";

const TOKENIZE_EXAMPLES: &str = "\
Examples:
  echo hello | neuroshard data tokenize                bytes only
  neuroshard data tokenize --tokenizer shards < a.txt  with a learned vocabulary";

const DETOKENIZE_EXAMPLES: &str = "\
Examples:
  echo 114 115 | neuroshard data detokenize            bytes only
  neuroshard data detokenize --tokenizer shards < ids  with a learned vocabulary";

const MERGES_EXAMPLES: &str = "\
Examples:
  neuroshard data merges books/ --count 100            for the next proposal
  neuroshard data merges --count 20                    in what it was trained on
  neuroshard data merges a.txt --count 9 --least 50    rarer ones too
  neuroshard data merges a.txt --count 9 >> tokens.toml";

/// Build, inspect and check training data
#[derive(Debug, clap::Args)]
#[command(after_help = DATA_EXAMPLES)]
pub struct DataArgs {
    /// What to do with the data.
    #[command(subcommand)]
    pub command: DataCommand,
}

/// What to do with training data: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "most variants' help text is the doc comment of their arguments")]
pub enum DataCommand {
    Build(BuildArgs),
    Inspect(InspectArgs),
    Verify(VerifyArgs),
    /// Turn text on standard input into token ids
    ///
    /// Any bytes are accepted, and `detokenize` gives the very same bytes back.
    #[command(after_help = TOKENIZE_EXAMPLES)]
    Tokenize(TokenizerArgs),
    /// Turn token ids on standard input back into text
    ///
    /// Ids are separated by spaces, commas or new lines.
    #[command(after_help = DETOKENIZE_EXAMPLES)]
    Detokenize(TokenizerArgs),
    Merges(MergesArgs),
}

/// Tokenize text into shards with a manifest
///
/// Reads plain text, JSON lines and Parquet files, and directories of them. Every shard is named in the manifest with
/// its size and hash, and part of the text is kept apart for validation.
#[derive(Debug, clap::Args)]
#[command(after_help = BUILD_EXAMPLES)]
pub struct BuildArgs {
    /// Write shards and manifest to DIR, which must be new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,

    /// Text to read: files and directories
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Learn a tokenizer of N ids from the text; 266 is bytes only
    #[arg(long, value_name = "N", default_value = "1024", value_parser = values::vocabulary)]
    pub vocab: usize,

    /// Use this tokenizer instead of learning one: its file, or a directory that holds one
    #[arg(long, value_name = "FILE", conflicts_with = "vocab", value_hint = ValueHint::AnyPath)]
    pub tokenizer: Option<PathBuf>,

    /// Put at most N tokens in a shard
    #[arg(long, value_name = "N", default_value = "4M", value_parser = values::size)]
    pub shard_tokens: usize,

    /// Keep this share of the text for validation
    #[arg(long, value_name = "F", default_value = "0.1", value_parser = values::fraction)]
    #[arg(allow_negative_numbers = true)]
    pub val_fraction: f64,

    /// Field or column of JSON lines and Parquet files that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub text_field: String,
}

/// Show what a data directory holds
#[derive(Debug, clap::Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub struct InspectArgs {
    /// A directory that `data build` wrote
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// Check every shard of a data directory against its manifest
#[derive(Debug, clap::Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub struct VerifyArgs {
    /// A directory that `data build` wrote
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// List the tokens that a model's vocabulary would gain most from
///
/// Prints the `vocabulary` table of a proposal's file: the pairs of tokens that the model's tokenizer would merge next in
/// a text, with how often each occurs. Pairs that no proposal may have are left out: rare ones, words for secrets, and
/// parts that are no text.
#[derive(Debug, clap::Args)]
#[command(after_help = MERGES_EXAMPLES)]
pub struct MergesArgs {
    /// Text to count in: files and directories [default: what the model was trained on]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Model whose tokenizer grows [default: the network's, else the newest in the home]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub model: Option<PathBuf>,

    /// List at most N pairs
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub count: usize,

    /// Leave out pairs that occur F times or less [default: the network's vocab.frequency]
    #[arg(long, value_name = "F")]
    pub least: Option<u64>,
}

/// Which tokenizer to use.
#[derive(Debug, clap::Args)]
pub struct TokenizerArgs {
    /// Use this tokenizer: its file, or a directory that holds one [default: bytes only]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub tokenizer: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn data(words: &str) -> Result<DataCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "data"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Data(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_build_names_its_output_and_its_text() {
        let DataCommand::Build(args) = data("build --out o a b --vocab 2k --shard-tokens 1M").unwrap() else {
            panic!()
        };
        assert_eq!((args.vocab, args.shard_tokens, args.paths.len()), (2_000, 1_000_000, 2));
        for words in
            ["build", "build a", "build --out o", "build --out o a --vocab 10", "build --out o a --val-fraction 1"]
        {
            assert!(data(words).is_err(), "{words}");
        }
    }

    #[test]
    fn merges_need_no_text_but_a_number() {
        let DataCommand::Merges(args) = data("merges a b --count 2k --least 0").unwrap() else { panic!() };
        assert_eq!((args.paths.len(), args.count, args.least), (2, 2_000, Some(0)));
        assert!(data("merges --count 1").is_ok() && data("merges a").is_err());
    }

    #[test]
    fn a_given_tokenizer_leaves_nothing_to_learn() {
        assert!(data("build --out o a --tokenizer t").is_ok());
        assert!(data("build --out o a --tokenizer t --vocab 300").is_err());
    }
}
