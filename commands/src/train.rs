//! `train`: train a model on this machine.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint;

use crate::{Device, Preset, values};

const EXAMPLES: &str = "\
Examples:
  neuroshard train                             nano, for 60 seconds
  neuroshard train --data book.txt --time 10m  your own text
  neuroshard train --steps 2000 --out run      2000 steps, kept in run
  neuroshard train --resume --out run          go on where that stopped
  neuroshard train --json --report run.json    events for a program";

/// Train a model on this machine
///
/// Learns to predict the next token of the text it is given, saves a checkpoint as it goes and when it is stopped, and
/// measures itself on text that it never trains on. Without --data it trains on a small text that comes with the
/// program; without --steps, --tokens or --time it trains for 60 seconds.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct TrainArgs {
    /// Shape of the model: nano, tiny, bootstrap, or a .toml file [default: nano; when resuming, the run's]
    #[arg(long, value_name = "NAME|FILE.toml", value_hint = ValueHint::FilePath)]
    pub preset: Option<Preset>,

    /// Train on this text: a file, a directory, or what `data build` wrote (repeatable)
    ///
    /// From raw text a tokenizer is learned first, and the last 10 % of the bytes are kept for validation. When resuming,
    /// the run's data is read again unless this is given.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// How long to train.
    #[command(flatten)]
    pub horizon: HorizonArgs,

    /// Train on N windows of text in each step [default: the preset's]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub batch: Option<usize>,

    /// Make a window N tokens long [default: the preset's]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub seq: Option<usize>,

    /// Add up the gradients of N batches before each update [default: the preset's]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub accumulate: Option<usize>,

    /// Peak learning rate [default: the preset's]
    #[arg(long, value_name = "F", value_parser = values::positive, allow_negative_numbers = true)]
    pub lr: Option<f64>,

    /// Learning rate at the end of the schedule [default: a tenth of the peak]
    #[arg(long, value_name = "F", value_parser = values::not_negative, allow_negative_numbers = true)]
    pub min_lr: Option<f64>,

    /// Raise the learning rate over the first N steps [default: chosen from the length of the run]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64))]
    pub warmup: Option<u64>,

    /// Weight decay [default: the preset's]
    #[arg(long, value_name = "F", value_parser = values::not_negative, allow_negative_numbers = true)]
    pub weight_decay: Option<f64>,

    /// Scale a gradient down to this norm when it is larger; 0 never does [default: the preset's]
    #[arg(long, value_name = "F", value_parser = values::not_negative, allow_negative_numbers = true)]
    pub clip: Option<f64>,

    /// Draw the first weights and the order of the data from this seed [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64))]
    pub seed: Option<u64>,

    /// Compute on auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: Device,

    /// Use N processor threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = values::size)]
    pub threads: Option<usize>,

    /// Numbers to compute matrix products in; weights and sums stay f32 [default: f32]
    #[arg(long, value_enum)]
    pub dtype: Option<Dtype>,

    /// Write checkpoints under DIR [default: one for this run under checkpoints in the home]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    /// Go on from the newest checkpoint under --out, or of the newest run in the home
    #[arg(long)]
    pub resume: bool,

    /// When resuming, accept another length or other settings than the run was planned for
    #[arg(long, requires = "resume")]
    pub reschedule: bool,

    /// Measure the validation loss every N steps [default: chosen from the length of the run]
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub val_every: Option<u64>,

    /// Save a checkpoint every N steps [default: chosen from the length of the run]
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub save_every: Option<u64>,

    /// Keep the newest N checkpoints
    #[arg(long, value_name = "N", default_value = "3", value_parser = values::size)]
    pub keep: usize,

    /// Write a JSON summary of the run to FILE
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
}

/// How long to train: at most one of the three.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(multiple = false)]
pub struct HorizonArgs {
    /// Train for N steps
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub steps: Option<u64>,

    /// Train on N tokens
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub tokens: Option<u64>,

    /// Train for this long, as in 90, 60s, 5m, 2h
    #[arg(long, value_name = "DUR", value_parser = values::duration)]
    pub time: Option<Duration>,
}

impl HorizonArgs {
    /// The length that was asked for, if any was.
    #[must_use]
    pub fn horizon(&self) -> Option<Horizon> {
        let steps = self.steps.map(Horizon::Steps);
        steps.or(self.tokens.map(Horizon::Tokens)).or(self.time.map(Horizon::Time))
    }
}

/// The length of a training run; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// A number of optimizer steps.
    Steps(u64),
    /// A number of training tokens.
    Tokens(u64),
    /// A time span.
    Time(Duration),
}

/// The number format that a model computes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Dtype {
    /// 32-bit floating point
    F32,
    /// 16-bit floating point with the range of f32: faster where the processor has such products
    Bf16,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn train(flags: &str) -> Result<TrainArgs, clap::Error> {
        let words = ["neuroshard", "train"].into_iter().chain(flags.split_whitespace());
        match Cli::try_parse_from(words)?.command {
            Some(Command::Train(args)) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_defaults() {
        let args = train("").unwrap();
        assert_eq!((args.preset, args.seed), (None, None));
        assert_eq!(args.horizon.horizon(), None);
        assert_eq!((args.device, args.dtype, args.accumulate, args.keep), (Device::Auto, None, None, 3));
        assert!(args.data.is_empty() && args.lr.is_none() && !args.resume);
    }

    #[test]
    fn one_length_at_most() {
        assert_eq!(train("--steps 10").unwrap().horizon.horizon(), Some(Horizon::Steps(10)));
        assert_eq!(train("--tokens 2M").unwrap().horizon.horizon(), Some(Horizon::Tokens(2_000_000)));
        assert_eq!(train("--time 2m").unwrap().horizon.horizon(), Some(Horizon::Time(Duration::from_mins(2))));
        for flags in ["--steps 10 --time 5", "--steps 1 --tokens 1", "--tokens 1 --time 1s"] {
            assert_eq!(train(flags).unwrap_err().kind(), clap::error::ErrorKind::ArgumentConflict, "{flags}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for flags in [
            "--steps 0",
            "--tokens 0",
            "--time 0s",
            "--batch 0",
            "--seq 0",
            "--accumulate 0",
            "--threads 0",
            "--keep 0",
            "--val-every 0",
            "--save-every 0",
            "--lr 0",
            "--lr NaN",
            "--lr -0.1",
            "--lr=-inf",
            "--min-lr -1",
            "--weight-decay -1",
            "--clip NaN",
            "--dtype f16",
            "--device tpu",
            "--preset gigantic",
            "--reschedule",
        ] {
            assert!(train(flags).is_err(), "{flags}");
        }
    }

    #[test]
    fn data_may_be_given_more_than_once() {
        assert_eq!(train("--data a --data b").unwrap().data, [PathBuf::from("a"), PathBuf::from("b")]);
    }
}
