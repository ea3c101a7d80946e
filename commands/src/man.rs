//! `man`: the manual pages.

use std::path::PathBuf;

use clap::ValueHint;

const EXAMPLES: &str = "\
Examples:
  neuroshard man | man -l -               read the main page
  neuroshard man ~/.local/share/man/man1  install a page for every command";

/// Print the manual page, or write a page for every command
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ManArgs {
    /// Write all pages into DIR instead of printing the main one
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
