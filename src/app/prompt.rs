//! Questions to whoever sits at the terminal: yes or no, a passphrase, the words of a wallet.
//!
//! Invariants: nothing is asked where nobody can answer, which is wrong usage and says what would do instead; what is
//! typed as a secret is not shown; Ctrl-C ends the program as it does everywhere.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use anyhow::anyhow;
use inquire::ui::RenderConfig;
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode};
use zeroize::Zeroizing;

use super::error::{AppError, Kind};
use super::{Context, Exit};
use crate::keystore::{Passphrase, PassphraseError};

/// How often a wrong passphrase may be typed.
pub(super) const TRIES: usize = 3;

/// The two places, beside a prompt, that a passphrase comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    file: Option<&'a Path>,
    flag: &'static str,
    variable: &'static str,
}

impl<'a> Source<'a> {
    /// Of the passphrase that opens a wallet, or will.
    pub(super) fn current(file: Option<&'a Path>) -> Self {
        Self { file, flag: "--passphrase-file", variable: "NEUROSHARD_PASSPHRASE" }
    }

    /// Of the passphrase that is to take its place.
    pub(super) fn new(file: Option<&'a Path>) -> Self {
        Self { file, flag: "--new-passphrase-file", variable: "NEUROSHARD_NEW_PASSPHRASE" }
    }

    /// What the file or the variable says, if there is either.
    fn read(self) -> Result<Option<Zeroizing<String>>, AppError> {
        if let Some(path) = self.file {
            let read = Passphrase::read(path);
            let read = read.map_err(|error| {
                AppError::refused(error).while_doing(format!("no passphrase in `{}`", path.display()))
            });
            return read.map(Some);
        }
        match std::env::var(self.variable) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(error @ std::env::VarError::NotUnicode(_)) => {
                // The error itself would show what the variable holds.
                drop(error);
                Err(AppError::refused(anyhow!("{} holds no text", self.variable)))
            }
        }
    }

    fn missing(self) -> AppError {
        let Self { flag, variable, .. } = self;
        AppError::usage(anyhow!("a passphrase is needed, and there is no terminal to ask for it on"))
            .hint(format!("give it with {flag} FILE or in {variable}, or run this on a terminal"))
    }
}

/// A passphrase that opens something, and whether it was typed, so that it can be typed again.
pub(super) fn passphrase(source: Source<'_>, what: &str) -> Result<(Passphrase, bool), AppError> {
    if let Some(text) = source.read()? {
        return Ok((Passphrase::given(&text).map_err(AppError::refused)?, false));
    }
    if !is_answerable() {
        return Err(source.missing());
    }
    let message = format!("Passphrase of {what}:");
    loop {
        let typed = hidden(Password::new(&message).without_confirmation())?;
        if let Ok(passphrase) = Passphrase::given(&typed) {
            return Ok((passphrase, true));
        }
    }
}

/// A passphrase that is to seal something; typed twice.
pub(super) fn new_passphrase(cx: &Context, source: Source<'_>, what: &str) -> Result<Passphrase, AppError> {
    if let Some(text) = source.read()? {
        return Passphrase::chosen(&text).map_err(AppError::refused);
    }
    if !is_answerable() {
        return Err(source.missing());
    }
    let message = format!("New passphrase for {what}:");
    loop {
        let prompt = Password::new(&message)
            .with_custom_confirmation_message("The same again:")
            .with_custom_confirmation_error_message("These differ; once more.");
        match Passphrase::chosen(&hidden(prompt)?) {
            Err(error @ (PassphraseError::Empty | PassphraseError::Short(_))) => cx.out.warn(error),
            chosen => return chosen.map_err(AppError::refused),
        }
    }
}

/// The words of a wallet, as somebody types them.
pub(super) fn words() -> Result<Zeroizing<String>, AppError> {
    hidden(
        Password::new("The 12 or 24 words, in their order:")
            .without_confirmation()
            .with_help_message("Ctrl-R shows what you type"),
    )
}

/// Whether somebody sits at the terminal.
pub(super) fn is_answerable() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn hidden(prompt: Password<'_>) -> Result<Zeroizing<String>, AppError> {
    let prompt = prompt.with_display_mode(PasswordDisplayMode::Masked).with_display_toggle_enabled();
    prompt.with_render_config(RenderConfig::empty()).prompt().map(Zeroizing::new).map_err(unanswered)
}

fn unanswered(error: InquireError) -> AppError {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            AppError::new(Kind::Interrupted, anyhow!("interrupted, and nothing was changed"))
        }
        error => AppError::refused(error).while_doing("cannot ask on this terminal"),
    }
}

impl Context {
    /// Asks whether to go on; `--yes` answers. An error where nobody can answer (exit 2).
    ///
    /// On a no the command has been refused by its user, and ends with the [`Exit`] that comes back.
    pub fn confirm(&self, question: &str) -> Result<Option<Exit>, AppError> {
        if self.yes {
            return Ok(None);
        }
        if !is_answerable() {
            return Err(AppError::usage(anyhow!("this asks before it is done, and there is no terminal to ask on"))
                .hint("--yes answers"));
        }
        let prompt = Confirm::new(question).with_default(false).with_render_config(RenderConfig::empty());
        let answer = prompt.prompt().map_err(unanswered)?;
        Ok((!answer).then_some(Exit::Refused))
    }
}
