//! `bench`: measure this machine.

use std::path::PathBuf;

use clap::ValueHint;

use crate::{Device, Dtype, Preset, Quantize, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard bench                                   every figure
  neuroshard bench train --preset tiny --device cpu  training speed of one shape
  neuroshard bench infer --model run --json          speed of your own model
  neuroshard bench train --against pytorch           in turns with PyTorch
  neuroshard bench ledger --accounts 100k            a ledger of that size";

/// Measure how fast this machine trains, generates, keeps a ledger and answers
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct BenchArgs {
    /// What to measure
    #[arg(value_enum, value_name = "WHAT", default_value_t)]
    pub what: Meter,

    /// Shape of the model: nano, tiny, bootstrap, or a .toml file
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "nano", value_hint = ValueHint::FilePath)]
    pub preset: Preset,

    /// Compute on auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: Device,

    /// Use N processor threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub threads: Option<usize>,

    /// Sequences in a training step [default: the preset's]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub batch: Option<usize>,

    /// Numbers to train and multiply in
    #[arg(long, value_enum, default_value = "f32")]
    pub dtype: Dtype,

    /// How to keep the weights that generate
    #[arg(long, value_enum, default_value_t)]
    pub quantize: Quantize,

    /// Measure another program side by side, in turns, and print the ratio
    #[arg(long, value_enum, value_name = "PROGRAM")]
    pub against: Option<Against>,

    /// Measure each figure for N seconds
    #[arg(long, value_name = "N", default_value = "10", value_parser = values::count)]
    pub seconds: u64,

    /// Accounts in the ledger that is measured, or votes that are counted
    #[arg(long, value_name = "N", default_value = "1M", value_parser = values::count)]
    pub accounts: u64,

    /// Open this ledger of an earlier measurement, once; how a measurement runs itself
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, hide = true)]
    pub ledger: Option<PathBuf>,

    /// Measure this model instead of one with fresh weights
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub model: Option<PathBuf>,
}

/// What a figure can be compared with; found through `NEUROSHARD_PYTHON`, else `python3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Against {
    /// `PyTorch` (pip install torch)
    Pytorch,
    /// `PyTorch`, compiled
    PytorchCompiled,
    /// llama.cpp, on the exported model (pip install llama-cpp-python)
    Llama,
    /// gRPC streams without TLS (`net/baselines/grpc`)
    Grpc,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Meter {
    /// Training speed
    Train,
    /// Generation speed
    Infer,
    /// Matrix products, and the most that this processor can do
    Gemm,
    /// Time of one layer, and the speed tier that it gives
    Tier,
    /// Tokenizer speed
    Tokenizer,
    /// Signatures, transfers and blocks a second, and what a large ledger takes
    Ledger,
    /// Counting and taking votes, and listing many proposals
    Governance,
    /// Requests that a node answers, and what they cost its training
    Api,
    /// What a frame of the dashboard costs, and how soon its node trains
    Dashboard,
    /// Bytes and messages between nodes
    Net,
    /// How evenly several validators make blocks
    Consensus,
    /// How soon a fresh node has the whole ledger
    Join,
    /// Time until the program answers
    Startup,
    /// All of them
    #[default]
    All,
}
