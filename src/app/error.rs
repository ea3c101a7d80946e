//! What can go wrong and how it ends: error kinds, hints and exit codes.
//!
//! Invariant: every way the program can end is one variant of [`Exit`], and its number never changes.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done. A reader that closed our standard output has what it wanted, so that is success too.
    Success,
    /// 1: refused, or a check failed.
    Refused,
    /// 2: wrong usage.
    Usage,
    /// 3: no running node answered.
    NoNode,
    /// 4: an internal error, which is always worth a report.
    Internal,
    /// 130: interrupted by SIGINT, after saving.
    Interrupted,
    /// 143: asked to end by SIGTERM, after saving.
    Terminated,
}

impl Exit {
    /// The number that the process exits with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NoNode => 3,
            Self::Internal => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The kind of an error: whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request was understood and cannot be met: a missing file, a full disk, a failed check.
    Refused,
    /// The command line was wrong.
    Usage,
    /// No running node answered.
    NoNode,
    /// The program is wrong.
    Internal,
    /// Whoever was asked something pressed Ctrl-C instead.
    Interrupted,
    /// Nobody reads our standard output any more; not worth a word.
    ClosedPipe,
}

impl Kind {
    /// The exit code of an error of this kind.
    #[must_use]
    pub fn exit(self) -> Exit {
        match self {
            Self::Refused => Exit::Refused,
            Self::Usage => Exit::Usage,
            Self::NoNode => Exit::NoNode,
            Self::Internal => Exit::Internal,
            Self::Interrupted => Exit::Interrupted,
            Self::ClosedPipe => Exit::Success,
        }
    }

    /// The name of this kind in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Usage => "usage",
            Self::NoNode => "no_node",
            Self::Internal => "internal",
            Self::Interrupted => "interrupted",
            Self::ClosedPipe => "closed_pipe",
        }
    }
}

/// An error as the user sees it: what happened, why, and what would help.
#[derive(Debug)]
pub struct AppError {
    kind: Kind,
    source: anyhow::Error,
    hints: Vec<String>,
}

impl AppError {
    /// The request cannot be met (exit 1).
    pub fn refused(source: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::Refused, source)
    }

    /// The command line is wrong in a way that the grammar cannot see (exit 2).
    pub fn usage(source: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::Usage, source)
    }

    /// No running node answered (exit 3).
    pub fn no_node(source: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::NoNode, source)
    }

    /// The program is wrong (exit 4).
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::Internal, source)
    }

    /// An error of any kind.
    pub fn new(kind: Kind, source: impl Into<anyhow::Error>) -> Self {
        Self { kind, source: source.into(), hints: Vec::new() }
    }

    /// Says in front of it what was being done, so that what happened becomes the cause.
    #[must_use]
    pub fn while_doing(mut self, what: impl Into<String>) -> Self {
        self.source = self.source.context(what.into());
        self
    }

    /// Adds something that would help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Whose move it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened, in one line.
    #[must_use]
    pub fn message(&self) -> String {
        one_line(&self.source.to_string())
    }

    /// Why it happened, the nearest cause first. A cause that its effect already quotes is left out.
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        let mut said = self.message();
        let mut causes = Vec::new();
        for cause in self.source.chain().skip(1).map(|cause| one_line(&cause.to_string())) {
            if !said.contains(&cause) {
                causes.push(cause.clone());
            }
            said = cause;
        }
        causes
    }

    /// What would help.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl From<anyhow::Error> for AppError {
    /// What nobody classified is refused: an internal error is only what the program itself got wrong.
    fn from(source: anyhow::Error) -> Self {
        Self::refused(source)
    }
}

/// Control characters never reach the terminal, and one error stays one line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(char::is_control).filter(|part| !part.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let all = [Exit::Success, Exit::Refused, Exit::Usage, Exit::NoNode, Exit::Internal, Exit::Interrupted];
        assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 4, 130]);
        assert_eq!(Exit::Terminated.code(), 143);
    }

    #[test]
    fn an_error_keeps_its_causes_in_order() {
        let error = AppError::refused(anyhow!("permission denied").context("cannot open /x")).while_doing("no data");
        assert_eq!(error.message(), "no data");
        assert_eq!(error.causes(), ["cannot open /x", "permission denied"]);
        assert_eq!(error.kind().exit(), Exit::Refused);
    }

    #[test]
    fn a_cause_already_quoted_is_not_repeated() {
        let error = AppError::refused(anyhow!("disk full").context("cannot save: disk full"));
        assert_eq!(error.causes(), [""; 0]);
    }

    #[test]
    fn messages_are_one_line_without_control_characters() {
        assert_eq!(AppError::usage(anyhow!("a\n\u{1b}[31mb\r\n")).message(), "a [31mb");
    }
}
