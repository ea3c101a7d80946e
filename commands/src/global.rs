//! The flags that every command takes: where things are kept and how output looks.

use std::path::PathBuf;

/// The flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Where to keep what the program writes; the program itself looks up the variable, for which an empty value is none.
    #[arg(long, value_name = "DIR", global = true, value_hint = clap::ValueHint::DirPath)]
    #[arg(
        help = "Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform's data directory]"
    )]
    pub home: Option<PathBuf>,

    /// Where the settings file is.
    #[arg(long, value_name = "FILE", global = true, value_hint = clap::ValueHint::FilePath)]
    #[arg(help = "Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]")]
    pub config: Option<PathBuf>,

    /// Use the network of this name or genesis file [default: the last one]
    #[arg(long, value_name = "NAME|FILE", global = true, value_hint = clap::ValueHint::AnyPath)]
    pub network: Option<String>,

    /// Ask the node at URL instead of the one that runs on this home
    #[arg(long, value_name = "URL", global = true, value_hint = clap::ValueHint::Url, value_parser = crate::values::url)]
    pub api: Option<String>,

    /// Answer yes to whatever would be asked
    #[arg(long, global = true)]
    pub yes: bool,

    /// Print text for people, or json: one object a line, for programs
    #[arg(long, value_enum, default_value_t, value_name = "text|json", global = true, hide_possible_values = true)]
    pub format: Format,

    /// Short for `--format json`
    #[arg(long, global = true)]
    pub json: bool,

    /// Use colour: auto, always or never; `NO_COLOR` turns auto off
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true, hide_possible_values = true)]
    pub color: Color,

    /// Say more about what happens; twice for still more
    #[arg(short, long, action = clap::ArgAction::Count, global = true, conflicts_with = "quiet")]
    pub verbose: u8,

    /// Print no progress and no hints
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

impl Global {
    /// The format that was asked for, in whichever of its two spellings.
    #[must_use]
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// Who reads standard output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text made for people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal that shows it, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Even into a file or a pipe
    Always,
    /// Not at all
    Never,
}
