//! `export`: write a model in the form that other programs read.

use std::path::PathBuf;

use clap::ValueHint;

const EXPORT_EXAMPLES: &str = "\
Examples:
  neuroshard export gguf --model run --out run.gguf  for llama.cpp
  neuroshard export hf --model run --out clean       for transformers";

const GGUF_EXAMPLES: &str = "\
Examples:
  neuroshard export gguf --model run --out run.gguf
  neuroshard export gguf --model run --out small.gguf --type q8_0
  neuroshard export gguf --out newest.gguf";

const HF_EXAMPLES: &str = "\
Examples:
  neuroshard export hf --model run --out clean
  neuroshard export hf --model run --out half --type bf16";

/// Write a model in the form that other programs read
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct ExportArgs {
    /// What to write.
    #[command(subcommand)]
    pub command: ExportCommand,
}

/// What to write: one variant a form.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum ExportCommand {
    Gguf(GgufArgs),
    Hf(HfArgs),
}

/// Write one GGUF file for llama.cpp and what builds on it
///
/// Weights, shape and tokenizer go into the file. A text is cut into words by llama.cpp's own rules, the nearest to this
/// project's that it has; the output says when some tokens of the vocabulary can't come up that way.
#[derive(Debug, clap::Args)]
#[command(after_help = GGUF_EXAMPLES)]
pub struct GgufArgs {
    /// Export the model under DIR [default: the newest checkpoint in the home]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub model: Option<PathBuf>,

    /// Write to FILE, which must be new
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,

    /// Store matrices as f32, f16, bf16 or `q8_0` (8 bits, a scale for each 32 values)
    #[arg(long = "type", value_enum, value_name = "TYPE", default_value_t, hide_possible_values = true)]
    pub kind: GgufType,
}

/// How a GGUF file stores matrices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum GgufType {
    /// 32 bits, exact
    F32,
    /// 16 bits, half precision
    #[default]
    F16,
    /// 16 bits with the range of f32
    Bf16,
    /// 8 bits, a scale for each 32 values
    #[value(name = "q8_0")]
    Q8,
}

/// Write a plain Hugging Face folder
///
/// Shape, weights and tokenizer, and nothing that is only for going on with training.
#[derive(Debug, clap::Args)]
#[command(after_help = HF_EXAMPLES)]
pub struct HfArgs {
    /// Export the model under DIR [default: the newest checkpoint in the home]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub model: Option<PathBuf>,

    /// Write to DIR, which must be new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,

    /// Store weights as f32, f16 or bf16 [default: as they are]
    #[arg(long = "type", value_enum, value_name = "TYPE", hide_possible_values = true)]
    pub kind: Option<FloatType>,
}

/// How a Hugging Face folder stores weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FloatType {
    /// 32 bits, exact
    F32,
    /// 16 bits, half precision
    F16,
    /// 16 bits with the range of f32
    Bf16,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn export(words: &str) -> Result<ExportCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "export"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Export(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_has_a_type_and_a_folder_keeps_its_own() {
        let ExportCommand::Gguf(args) = export("gguf --model run --out a.gguf").unwrap() else { panic!() };
        assert_eq!((args.kind, args.model), (GgufType::F16, Some("run".into())));
        let ExportCommand::Gguf(args) = export("gguf --out a.gguf --type q8_0").unwrap() else { panic!() };
        assert_eq!((args.kind, args.model), (GgufType::Q8, None));
        let ExportCommand::Hf(args) = export("hf --model run --out a").unwrap() else { panic!() };
        assert_eq!(args.kind, None);
    }

    #[test]
    fn a_place_is_needed_and_the_type_must_exist() {
        for words in ["", "gguf", "gguf --model run", "gguf --out a --type q4_0", "hf --out a --type q8_0", "onnx"] {
            assert!(export(words).is_err(), "{words}");
        }
    }
}
