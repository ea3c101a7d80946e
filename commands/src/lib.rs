//! The command line of `neuroshard`: what can be typed, and what it says when asked for help.
//!
//! Grammar only. Each command has a file here, and the program gives it a handler of the same name; nothing in this
//! crate reads a file, asks the machine anything or prints. Whatever can be judged from the argument alone (ranges,
//! units, flags that exclude each other) is judged here, so that a handler never sees a value that cannot be right.

mod address;
mod bench;
mod completions;
mod config;
mod dashboard;
mod data;
mod device;
mod devnet;
mod doctor;
mod explain;
mod export;
mod generate;
mod genesis;
mod global;
mod infer;
mod man;
mod nep;
mod node;
mod preset;
mod signing;
mod snapshot;
mod stake;
mod status;
mod theme;
mod tracker;
mod train;
mod values;
mod wallet;

pub use address::{Multiaddr, TrackerPlace, Trust};
pub use bench::{Against, BenchArgs, Meter};
pub use completions::{CompletionsArgs, Shell};
pub use config::{ConfigArgs, ConfigCommand, ConfigShowArgs};
pub use dashboard::DashboardArgs;
pub use data::{BuildArgs, DataArgs, DataCommand, InspectArgs, MergesArgs, TokenizerArgs, VerifyArgs};
pub use device::Device;
pub use devnet::{Adversary, CheckArgs, DevnetArgs, DevnetCommand, DevnetUpArgs, FaultArgs, Partition};
pub use doctor::DoctorArgs;
pub use explain::ExplainArgs;
pub use export::{ExportArgs, ExportCommand, FloatType, GgufArgs, GgufType, HfArgs};
pub use generate::{Page, completions, man_pages};
pub use genesis::{GenesisArgs, GenesisCheckArgs, GenesisCommand, GenesisNewArgs, GenesisShowArgs};
pub use global::{Color, Format, Global};
pub use infer::{InferArgs, Quantize};
pub use man::ManArgs;
pub use nep::{
    NepAmendArgs, NepArgs, NepCheckArgs, NepCommand, NepDescribeArgs, NepHashArgs, NepKind, NepListArgs, NepParamsArgs,
    NepResultsArgs, NepShowArgs, NepSimulateArgs, NepStatus, NepSubmitArgs, NepSupportArgs, NepTemplateArgs,
    NepWaitArgs, NepWithdrawArgs, VoteArgs, VoteChoice,
};
pub use node::{
    LogLevel, NodeArgs, NodeCommand, NodeCommandArgs, NodeLogsArgs, NodeServiceArgs, NodeStatusArgs, NodeStopArgs,
};
pub use preset::Preset;
pub use signing::{KeyArgs, PassphraseArgs, SpendArgs, WaitArgs};
pub use snapshot::{SnapshotArgs, SnapshotCommand, SnapshotExportArgs, SnapshotImportArgs};
pub use stake::{StakeAddArgs, StakeArgs, StakeCommand, StakeRemoveArgs, StakeStatusArgs, StakeWithdrawArgs};
pub use status::StatusArgs;
pub use theme::Theme;
pub use tracker::TrackerArgs;
pub use train::{Dtype, Horizon, HorizonArgs, TrainArgs};
pub use values::{Listen, inner_steps, threads};
pub use wallet::{
    BalanceArgs, BroadcastArgs, HistoryArgs, PasswdArgs, SendArgs, SignArgs, VerifyTextArgs, WalletArgs, WalletCommand,
    WalletExportArgs, WalletImportArgs, WalletNewArgs, WalletUseArgs,
};

use clap::builder::styling::{AnsiColor, Styles};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  neuroshard                                   a node and its dashboard
  neuroshard train --data book.txt --time 10m  train on your own text
  neuroshard infer \"Once upon a time\"          continue a text
  neuroshard node                              run a node without a dashboard
  neuroshard status                            what the running node does
  neuroshard help train                        say all about one command";

/// Train one language model together with everyone else, and earn by it
///
/// Without a command, opens the dashboard. Where there is no terminal to show it, trains the `nano` preset for 60 seconds
/// instead, prints a sample of what the model writes and says what to try next.
#[derive(Debug, clap::Parser)]
#[command(name = "neuroshard", version, styles = STYLES, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// The flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum Command {
    Dashboard(Box<DashboardArgs>),
    Node(Box<NodeCommandArgs>),
    Devnet(DevnetArgs),
    Tracker(TrackerArgs),
    Status(StatusArgs),
    Train(Box<TrainArgs>),
    Infer(InferArgs),
    Data(DataArgs),
    Export(ExportArgs),
    Bench(BenchArgs),
    Wallet(Box<WalletArgs>),
    Stake(Box<StakeArgs>),
    Nep(NepArgs),
    Vote(Box<VoteArgs>),
    Explain(ExplainArgs),
    Genesis(GenesisArgs),
    Snapshot(SnapshotArgs),
    Config(ConfigArgs),
    Doctor(DoctorArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_grammar_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does_in_the_house_style_and_shows_an_example() {
        fn check(command: &clap::Command) {
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.ends_with('.'), "{name}: the first line is {about:?}");
            assert!(about.starts_with(char::is_uppercase), "{name}: the first line is {about:?}");
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("\n  neuroshard ") || after.contains("| neuroshard "), "{name}: no example");
            assert!(after.lines().all(|line| line.len() <= 80), "{name}: an example is wider than a terminal");
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
