//! `nep`: write a proposal, look at it, hand it in.

use std::path::PathBuf;

const NEP_EXAMPLES: &str = "\
Examples:
  neuroshard nep template econ > raise.toml   begin with an example
  neuroshard nep check raise.toml             see every problem at once
  neuroshard nep hash raise.toml              the name that the text has";

const TEMPLATE_EXAMPLES: &str = "\
Examples:
  neuroshard nep template econ > raise.toml
  neuroshard nep template emergency";

const HASH_EXAMPLES: &str = "\
Examples:
  neuroshard nep hash raise.toml
  curl -s https://example.org/nep.json | neuroshard nep hash - --json";

const CHECK_EXAMPLES: &str = "\
Examples:
  neuroshard nep check raise.toml
  neuroshard nep check raise.toml --api http://127.0.0.1:8787 --json";

const DESCRIBE_EXAMPLES: &str = "\
Examples:
  neuroshard nep describe raise.toml
  neuroshard nep describe raise.toml --json";

/// Propose a change of the rules
///
/// A proposal (a NEP) is a file, TOML or JSON. Whoever has stake votes on it, and what is approved takes effect on every
/// node in the same block.
#[derive(Debug, clap::Args)]
#[command(after_help = NEP_EXAMPLES)]
pub struct NepArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: NepCommand,
}

/// What to do about proposals: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum NepCommand {
    Template(NepTemplateArgs),
    Hash(NepHashArgs),
    Check(NepCheckArgs),
    Describe(NepDescribeArgs),
}

/// What a proposal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NepKind {
    /// The model's shape and its parts
    Arch,
    /// Rewards, fees and stake
    Econ,
    /// How the model is trained
    Train,
    /// How nodes work together
    Net,
    /// How decisions are made
    Gov,
    /// What can't wait
    Emergency,
}

/// Print an example of a proposal to begin with
///
/// Its comments say what belongs into each field, and what reviewers look for.
#[derive(Debug, clap::Args)]
#[command(after_help = TEMPLATE_EXAMPLES)]
pub struct NepTemplateArgs {
    /// What the proposal is about
    #[arg(value_name = "TYPE")]
    pub kind: NepKind,
}

/// Print the content hash of a proposal
///
/// It is the first half of the SHA-256 of eight fields: title, type, abstract, motivation, specification, parameter
/// changes, economic impact and upgrade path. Any table of fields has one; nothing is judged.
#[derive(Debug, clap::Args)]
#[command(after_help = HASH_EXAMPLES)]
pub struct NepHashArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Say everything that is wrong with a proposal, each with its line
///
/// Against the parameters of the node or ledger of this home, or the public defaults where there is none. Ends with exit
/// code 1 if anything is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct NepCheckArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Say in one line what a proposal costs and earns
///
/// By its author's estimate, which its field `economic_impact` has.
#[derive(Debug, clap::Args)]
#[command(after_help = DESCRIBE_EXAMPLES)]
pub struct NepDescribeArgs {
    /// The proposal, TOML or JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn nep(words: &str) -> Result<NepCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "nep"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Nep(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_template_names_a_type_and_the_others_a_file() {
        let NepCommand::Template(args) = nep("template emergency").unwrap() else { panic!() };
        assert_eq!(args.kind, NepKind::Emergency);
        let NepCommand::Hash(args) = nep("hash -").unwrap() else { panic!() };
        assert_eq!(args.file.to_str(), Some("-"));
        for words in ["", "template", "template eco", "hash", "check", "check a b", "describe"] {
            assert!(nep(words).is_err(), "{words}");
        }
    }
}
