//! `completions`: let the shell complete commands and flags.

pub use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  neuroshard completions bash > ~/.bash_completion
  neuroshard completions zsh > ~/.zfunc/_neuroshard
  neuroshard completions fish > ~/.config/fish/completions/neuroshard.fish";

/// Print a script that completes commands and flags in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}
