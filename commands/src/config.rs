//! `config`: what holds, where it is written down, and a file to start from.

use crate::NodeArgs;

const EXAMPLES: &str = "\
Examples:
  neuroshard config show     see every setting and where it comes from
  neuroshard config init     write a file with every setting in it
  neuroshard config path     name that file";

const SHOW_EXAMPLES: &str = "\
Examples:
  neuroshard config show
  neuroshard config show --json | grep flag
  neuroshard config show --threads 2    see what a flag would beat";

const PATH_EXAMPLES: &str = "\
Examples:
  neuroshard config path
  $EDITOR \"$(neuroshard config path)\"";

const INIT_EXAMPLES: &str = "\
Examples:
  neuroshard config init
  neuroshard --config node.toml config init";

/// Show the settings, or write a file for them
///
/// A flag beats the environment, the environment beats the file, and the file beats the default.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do about settings: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "most variants' help text is the doc comment of their arguments")]
pub enum ConfigCommand {
    Show(Box<ConfigShowArgs>),
    /// Name the settings file
    #[command(after_help = PATH_EXAMPLES)]
    Path,
    /// Write a settings file in which every setting is explained and left as it is
    #[command(after_help = INIT_EXAMPLES)]
    Init,
}

/// Show every setting, its value and where that comes from
///
/// Takes the flags of a node, and shows what would hold for it.
#[derive(Debug, clap::Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ConfigShowArgs {
    /// As a node would be given them.
    #[command(flatten)]
    pub flags: NodeArgs,
}
