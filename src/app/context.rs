//! What every handler needs: where things are kept, what the settings are, and how to speak.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use etcetera::base_strategy::choose_native_strategy;
use etcetera::{BaseStrategy as _, HomeDirError};
use neuroshard_commands::Global;
use neuroshard_tui::snapshot::Level;

use super::error::AppError;
use super::output::{Manner, Out};
use crate::config::{self, ConfigError, File, Layer, Machine, Origin, Settings, Source};

/// What every handler gets.
pub struct Context {
    /// The way to standard output and standard error.
    pub out: Out,
    /// The node that `--api` names.
    pub api: Option<String>,
    /// Whether `--yes` answers what would be asked.
    pub yes: bool,
    network: Option<String>,
    config: Option<PathBuf>,
    home: Option<PathBuf>,
    verbose: u8,
    quiet: bool,
}

/// Where the settings file is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The file, as an absolute path.
    pub path: PathBuf,
    /// Who says so.
    pub source: Source,
}

impl ConfigPlace {
    /// Reads the file; one that nobody asked for may be absent.
    pub fn read(&self) -> Result<File, ConfigError> {
        File::read(&self.path, self.source.origin != Origin::Default)
    }
}

impl Context {
    /// The context that the global flags ask for. Touches neither disk nor network.
    #[must_use]
    pub fn new(flags: &Global) -> Self {
        Self {
            out: Out::new(Manner::new(flags)),
            api: flags.api.clone(),
            yes: flags.yes,
            network: flags.network.clone(),
            config: flags.config.clone(),
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
        Self {
            out: Out::silent(),
            api: self.api.clone(),
            network: self.network.clone(),
            config: self.config.clone(),
            home: self.home.clone(),
            ..*self
        }
    }

    /// The directory that holds everything the program writes, as an absolute path. It may not exist yet: whoever
    /// writes into it creates it.
    pub fn home(&self) -> Result<PathBuf, AppError> {
        self.home_place().map(|(home, _)| home)
    }

    /// The same, and who says so.
    pub fn home_place(&self) -> Result<(PathBuf, Source), AppError> {
        let place = Place { flag: "--home", variable: "NEUROSHARD_HOME", folder: "data directory" };
        place.find(self.home.as_deref(), || Ok(choose_native_strategy()?.data_dir().join("neuroshard")))
    }

    /// Where the settings file is, or would be.
    pub fn config_place(&self) -> Result<ConfigPlace, AppError> {
        let place = Place { flag: "--config", variable: "NEUROSHARD_CONFIG", folder: "configuration directory" };
        let usual = || Ok(choose_native_strategy()?.config_dir().join("neuroshard/config.toml"));
        let (path, source) = place.find(self.config.as_deref(), usual)?;
        Ok(ConfigPlace { path, source })
    }

    /// What holds: what `flags` say, then the environment, then the settings file, then the defaults.
    pub fn settings(&self, flags: Layer) -> Result<Settings, AppError> {
        let flags = Layer { network: self.network.clone(), ..flags };
        let environment = config::environment(&|name| env::var_os(name)).map_err(refused)?;
        let file = self.config_place()?.read().map_err(refused)?;
        Ok(Settings::resolve(flags, environment, &file, Machine::of(&|name| env::var_os(name))))
    }

    /// The network that `--network` names.
    #[must_use]
    pub fn network_flag(&self) -> Option<&str> {
        self.network.as_deref()
    }

    /// The network that `--network` or another layer of the settings names.
    pub fn network(&self) -> Result<Option<String>, AppError> {
        match &self.network {
            Some(network) => Ok(Some(network.clone())),
            None => Ok(self.settings(Layer::default())?.network),
        }
    }
}

/// Something that a flag or a variable places, and else the platform.
struct Place {
    flag: &'static str,
    variable: &'static str,
    /// The platform's folder for it.
    folder: &'static str,
}

impl Place {
    /// Its absolute path, and who says so; an empty variable says nothing.
    fn find(
        &self,
        said: Option<&Path>,
        usual: impl FnOnce() -> Result<PathBuf, HomeDirError>,
    ) -> Result<(PathBuf, Source), AppError> {
        let Self { flag, variable, folder } = self;
        let hint = format!("say where with {flag} or {variable}");
        let value = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        let (origin, place, path) = match (said, value) {
            (Some(path), _) => (Origin::Flag, (*flag).to_owned(), path.to_owned()),
            (None, Some(path)) => (Origin::Environment, (*variable).to_owned(), path),
            (None, None) => {
                let path = usual().map_err(|error| {
                    AppError::refused(error).while_doing(format!("cannot find your {folder}")).hint(&hint)
                })?;
                (Origin::Default, format!("the platform's {folder}"), path)
            }
        };
        let path = std::path::absolute(&path)
            .map_err(|error| AppError::refused(anyhow!("cannot use `{}`: {error}", path.display())).hint(hint))?;
        Ok((path, Source { origin, place }))
    }
}

/// A wrong setting is wrong usage, as it would be on the command line; a file that can't be read is not.
pub(super) fn refused(error: ConfigError) -> AppError {
    let hint = error.hint();
    let refused = match error {
        ConfigError::Unreadable { .. } => AppError::refused(error),
        _ => AppError::usage(error),
    };
    refused.hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_home_is_made_absolute() {
        let flags = Global { home: Some("here".into()), ..Global::default() };
        let (home, source) = Context::new(&flags).home_place().unwrap();
        assert!(home.is_absolute() && home.ends_with("here"));
        assert_eq!((source.origin, source.place.as_str()), (Origin::Flag, "--home"));
    }
}
