//! What every handler needs: where things are kept, and how to speak.

use std::env;
use std::path::PathBuf;

use anyhow::anyhow;
use etcetera::BaseStrategy as _;
use neuroshard_commands::Global;
use neuroshard_tui::snapshot::Level;

use super::error::AppError;
use super::output::{Manner, Out};

/// What every handler gets.
pub struct Context {
    /// The way to standard output and standard error.
    pub out: Out,
    /// The network that `--network` names.
    pub network: Option<String>,
    /// The node that `--api` names.
    pub api: Option<String>,
    /// Whether `--yes` answers what would be asked.
    pub yes: bool,
    home: Option<PathBuf>,
    verbose: u8,
    quiet: bool,
}

impl Context {
    /// The context that the global flags ask for. Touches neither disk nor network.
    #[must_use]
    pub fn new(flags: &Global) -> Self {
        Self {
            out: Out::new(Manner::new(flags)),
            network: flags.network.clone(),
            api: flags.api.clone(),
            yes: flags.yes,
            home: flags.home.clone(),
            verbose: flags.verbose,
            quiet: flags.quiet,
        }
    }

    /// What a node writes into its log.
    #[must_use]
    pub fn log_level(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Warn,
            (_, 0) => Level::Info,
            (_, 1) => Level::Debug,
            _ => Level::Trace,
        }
    }

    /// The same, but without a word on the terminal, which somebody else has.
    #[must_use]
    pub fn silent(&self) -> Self {
        let flags = Global { quiet: true, json: true, ..Global::default() };
        let (network, api, home) = (self.network.clone(), self.api.clone(), self.home.clone());
        Self { out: Out::new(Manner::new(&flags)), network, api, home, ..*self }
    }

    /// The directory that holds everything the program writes, as an absolute path. It may not exist yet: whoever
    /// writes into it creates it.
    pub fn home(&self) -> Result<PathBuf, AppError> {
        const HINT: &str = "say where to keep things with --home DIR or NEUROSHARD_HOME";
        let variable = || env::var_os("NEUROSHARD_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let home = match self.home.clone().or_else(variable) {
            Some(home) => home,
            None => etcetera::base_strategy::choose_native_strategy()
                .map_err(|error| AppError::refused(error).while_doing("cannot find your data directory").hint(HINT))?
                .data_dir()
                .join("neuroshard"),
        };
        std::path::absolute(&home).map_err(|error| {
            AppError::refused(anyhow!("cannot use `{}` as the home: {error}", home.display())).hint(HINT)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_home_is_made_absolute() {
        let flags = Global { home: Some("here".into()), ..Global::default() };
        let home = Context::new(&flags).home().unwrap();
        assert!(home.is_absolute() && home.ends_with("here"));
    }
}
