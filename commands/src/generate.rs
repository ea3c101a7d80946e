//! Completions and manual pages, made from the grammar so that they cannot disagree with it.

use std::io;

use clap::CommandFactory as _;
use clap::builder::Resettable;
use clap_complete::Shell;

use crate::Cli;

/// One manual page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The file that it belongs in, such as `neuroshard-train.1`.
    pub file_name: String,
    /// The page in roff.
    pub roff: String,
}

/// The script that completes `neuroshard` in a shell.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "neuroshard", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual pages: the program's own first, then one for each command.
///
/// # Errors
/// Only what writing to memory can give, which is nothing in practice.
pub fn man_pages() -> io::Result<Vec<Page>> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, pages: &mut Vec<Page>) -> io::Result<()> {
    // The text after the help is a table of examples: as it stands it would be filled like prose.
    let page = clap_mangen::Man::new(command.clone().after_help(Resettable::Reset));
    let mut roff = Vec::new();
    page.render(&mut roff)?;
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let roff = String::from_utf8_lossy(&roff).into_owned() + &example_section(&examples);
    pages.push(Page { file_name: page.get_filename(), roff });
    command.get_subcommands().try_for_each(|command| collect(command, pages))
}

fn example_section(examples: &str) -> String {
    let lines: Vec<&str> = examples.lines().skip(1).collect();
    // `\&` keeps a line that starts with a dot or a quote from being taken for a request.
    let escaped = lines.iter().map(|line| format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-")));
    format!(".SH EXAMPLES\n.nf\n{}.fi\n", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_for_every_command() {
        let names: Vec<_> = man_pages().unwrap().into_iter().map(|page| page.file_name).collect();
        assert_eq!(names[0], "neuroshard.1");
        for name in ["neuroshard-train.1", "neuroshard-data.1", "neuroshard-data-build.1", "neuroshard-man.1"] {
            assert!(names.iter().any(|found| found == name), "{names:?}");
        }
    }

    #[test]
    fn examples_keep_their_lines_and_their_dashes() {
        let section = example_section("Examples:\n  a --b \\x\n.c\n");
        assert_eq!(section, ".SH EXAMPLES\n.nf\n\\&  a \\-\\-b \\ex\n\\&.c\n.fi\n");
        assert!(man_pages().unwrap().iter().all(|page| page.roff.contains("\n\\&  ")));
    }

    #[test]
    fn every_shell_gets_a_script_that_names_the_commands() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = completions(shell);
            assert!(script.contains("train") && script.contains("weight-decay"), "{shell}");
        }
    }
}
