//! Runs the real program in an environment that is the same everywhere.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_neuroshard");

/// What one run said and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

/// The program with these arguments: no terminal, no settings of whoever runs the tests.
pub(crate) fn command<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    plain(&mut command);
    command
}

/// Takes away what would change what a program says.
pub(crate) fn plain(command: &mut Command) {
    for name in [
        "CARGO_MANIFEST_DIR",
        "NEUROSHARD_CONFIG",
        "NEUROSHARD_HOME",
        "NEUROSHARD_PASSPHRASE",
        "NEUROSHARD_NEW_PASSPHRASE",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "LINES",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(name);
    }
    for setting in neuroshard::config::SETTINGS {
        command.env_remove(setting.variable());
    }
    // Where no settings file is: not those of whoever runs the tests.
    command.env("XDG_CONFIG_HOME", root().join("tests/no-settings"));
}

/// Runs the program to its end.
pub(crate) fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    command(args).output().unwrap().into()
}

/// Runs the program with a command line whose words hold no spaces.
pub(crate) fn line(words: &str) -> Run {
    run(words.split_whitespace())
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
