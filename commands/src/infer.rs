//! `infer`: continue a text.

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::NonEmptyStringValueParser;

use crate::{Device, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard infer \"The sea\"                  with the newest model
  neuroshard infer --temperature 0 \"The sea\"  the likeliest continuation
  neuroshard infer --model run \"The sea\"      with the model in run
  cat start.txt | neuroshard infer            the prompt from a file
  neuroshard infer                            ask for prompts, on a terminal";

/// Continue a text with a trained model
///
/// The model goes on from the prompt: it is no assistant and answers no questions. The prompt comes from the argument,
/// else from standard input; on a terminal with neither, prompts are asked for one at a time.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct InferArgs {
    /// Text to continue
    pub prompt: Option<String>,

    /// Use the model under DIR [default: the newest checkpoint in the home]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub model: Option<PathBuf>,

    /// Write at most N tokens
    #[arg(long, value_name = "N", default_value = "200", value_parser = values::size)]
    pub max_tokens: usize,

    /// Take more chances the higher this is; 0 always takes the likeliest token
    #[arg(long, value_name = "F", default_value = "0.8", value_parser = values::not_negative)]
    #[arg(allow_negative_numbers = true)]
    pub temperature: f64,

    /// Choose among the N likeliest tokens only
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub top_k: Option<usize>,

    /// Choose among the likeliest tokens that together have this probability
    #[arg(long, value_name = "F", default_value = "1", value_parser = values::probability)]
    #[arg(allow_negative_numbers = true)]
    pub top_p: f64,

    /// Draw from this seed, so that the same call writes the same text [default: a new one each time]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64))]
    pub seed: Option<u64>,

    /// Stop before this text would be written (repeatable)
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub stop: Vec<String>,

    /// Keep the weights in fewer bits: less memory, faster, a little less exact
    #[arg(long, value_enum, default_value_t)]
    pub quantize: Quantize,

    /// Compute on auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: Device,

    /// Use N processor threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub threads: Option<usize>,
}

/// How a model's weights are kept in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Quantize {
    /// 32 bits each
    #[default]
    None,
    /// 16 bits each
    Bf16,
    /// 8 bits each, with a scale for every 32
    Int8,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn infer(words: &[&str]) -> Result<InferArgs, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "infer"].iter().chain(words))?.command {
            Some(Command::Infer(args)) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_prompt_and_its_knobs() {
        let args = infer(&["the sea", "--temperature", "0", "--top-p", "0.9", "--stop", "\n", "--stop", "."]).unwrap();
        assert_eq!(args.prompt.as_deref(), Some("the sea"));
        assert_eq!((args.temperature.to_bits(), args.top_p.to_bits()), (0.0_f64.to_bits(), 0.9_f64.to_bits()));
        assert_eq!(args.stop, ["\n", "."]);
        assert_eq!((args.top_k, args.seed), (None, None));
    }

    #[test]
    fn knobs_out_of_range_are_refused() {
        for words in [
            ["--temperature", "-1"],
            ["--temperature", "NaN"],
            ["--temperature", "inf"],
            ["--top-p", "0"],
            ["--top-p", "1.5"],
            ["--top-k", "0"],
            ["--max-tokens", "0"],
            ["--stop", ""],
        ] {
            assert!(infer(&words).is_err(), "{words:?}");
        }
    }
}
