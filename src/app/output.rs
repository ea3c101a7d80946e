//! Everything the program says. Data goes to standard output, the rest to standard error.
//!
//! Invariants: with `--format json` each line on standard output is one JSON object that starts with `"v": 1`, and
//! standard error carries one JSON line an error; a reader that went away ends the program quietly. Nothing outside this
//! file writes to either stream.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use neuroshard_commands::{Color, Format, Global};
use serde::Serialize;

use super::error::{AppError, Exit, Kind};

/// The version of the JSON that the program prints.
const JSON_VERSION: u32 = 1;
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The level of who says nothing at all.
const SILENT: i16 = i16::MIN;

/// Something to say on standard output: one struct, rendered for people or for programs.
///
/// The JSON form is the struct itself, so it has to serialize as a map. An event of a long job gets its `"event"` field
/// from serde: `#[serde(tag = "event", rename = "step")]`.
pub trait Report: Serialize {
    /// Writes the form for people, new lines included; an event that only programs want writes nothing.
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result;
}

/// How to speak: format, colour, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    format: Format,
    color: Color,
    /// 0 is the usual; -1 leaves out progress and hints; above 0 says more.
    level: i16,
}

impl Manner {
    /// The manner that the flags ask for.
    #[must_use]
    pub fn new(flags: &Global) -> Self {
        let level = if flags.quiet { -1 } else { i16::from(flags.verbose) };
        Self { format: flags.format(), color: flags.color, level }
    }

    /// What arguments that may not even parse seem to ask for, so that the refusal comes in the right form.
    #[must_use]
    pub fn guess(args: &[OsString]) -> Self {
        let mut flags = Global::default();
        let mut words = args.iter().skip(1).map(|word| word.to_string_lossy()).take_while(|word| word != "--");
        while let Some(word) = words.next() {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, value.to_owned()),
                None if word == "--format" || word == "--color" => {
                    (word.as_ref(), words.next().unwrap_or_default().into_owned())
                }
                None => (word.as_ref(), String::new()),
            };
            match (flag, value.as_str()) {
                ("--json", _) | ("--format", "json") => flags.json = true,
                ("--color", "always") => flags.color = Color::Always,
                ("--color", "never") => flags.color = Color::Never,
                ("-q" | "--quiet", _) => flags.quiet = true,
                _ => {}
            }
        }
        Self::new(&flags)
    }

    fn colored(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }
}

/// The two streams, and the one way to them.
pub struct Out {
    manner: Manner,
    stdout_color: bool,
    stderr_color: bool,
    stdout: Mutex<Box<dyn Write + Send>>,
    bars: MultiProgress,
    /// Whether a line on standard output would run through a progress bar.
    shared_terminal: bool,
}

impl Out {
    /// Speaks on the streams of the process.
    #[must_use]
    pub fn new(manner: Manner) -> Self {
        let shown = manner.level >= 0 && manner.format == Format::Text && io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            manner,
            stdout_color: manner.colored(&io::stdout()),
            stderr_color: manner.colored(&io::stderr()),
            stdout: Mutex::new(Box::new(io::stdout())),
            bars: MultiProgress::with_draw_target(target),
            shared_terminal: shown && io::stdout().is_terminal(),
        }
    }

    /// Says nothing on any stream: what is worth a warning goes into the log instead.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(Manner { level: SILENT, ..Manner::new(&Global::default()) })
    }

    /// Says a report on standard output: as text, or as one JSON object on a line.
    pub fn emit(&self, report: &impl Report) -> Result<(), AppError> {
        let text = match self.manner.format {
            Format::Text => {
                let mut text = String::new();
                report.text(&mut text).map_err(AppError::internal)?;
                if self.stdout_color { text } else { anstream::adapter::strip_str(&text).to_string() }
            }
            Format::Json => json_line(report).map_err(AppError::internal)?,
        };
        self.raw(text.as_bytes())
    }

    /// Writes bytes to standard output as they are: text that is somebody's, such as what a model generates.
    pub fn raw(&self, bytes: &[u8]) -> Result<(), AppError> {
        let write = || {
            let mut stdout = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
            stdout.write_all(bytes).and_then(|()| stdout.flush())
        };
        let written = if self.shared_terminal { self.bars.suspend(write) } else { write() };
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => AppError::new(Kind::ClosedPipe, error),
            _ => AppError::refused(error).while_doing("cannot write to standard output"),
        })
    }

    /// Whether standard output takes colour.
    #[must_use]
    pub fn has_color(&self) -> bool {
        self.stdout_color
    }

    /// Whether programs read standard output, so that nothing but reports may go there.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.manner.format == Format::Json
    }

    /// Whether [`Out::bar`] draws anything; when it does not, a long job says now and then how far it is.
    #[must_use]
    pub fn draws_bars(&self) -> bool {
        !self.bars.is_hidden()
    }

    /// A progress bar on standard error; hidden off a terminal, under `--format json` and under `-q`.
    #[must_use]
    pub fn bar(&self, length: Option<u64>) -> ProgressBar {
        self.bars.add(length.map_or_else(ProgressBar::new_spinner, ProgressBar::new))
    }

    /// Says how things are going. Under `--format json`, where events say it, only with `-v`.
    pub fn note(&self, text: impl fmt::Display) {
        let needed = i16::from(self.is_json());
        if self.manner.level >= needed {
            self.complain(&format!("{text}\n"));
        }
    }

    /// Says what only somebody who asked with `-v` wants to know.
    pub fn detail(&self, text: impl fmt::Display) {
        if self.manner.level >= 1 {
            self.complain(&format!("{text}\n"));
        }
    }

    /// Says what would help next; not under `-q` or `--format json`.
    pub fn hint(&self, text: impl fmt::Display) {
        if self.manner.level >= 0 && !self.is_json() {
            self.complain(&line(HINT, "hint", text));
        }
    }

    /// Says that something is not as it should be, although the work goes on.
    pub fn warn(&self, text: impl fmt::Display) {
        if self.manner.level == SILENT {
            tracing::warn!("{text}");
            return;
        }
        match self.manner.format {
            Format::Text => self.complain(&line(WARNING, "warning", text)),
            Format::Json => {
                let warning = WarningLine { warning: Message { message: text.to_string() } };
                self.complain(&json_line(&warning).unwrap_or_default());
            }
        }
    }

    /// Shows a secret, once, to whoever sits at the terminal: not to a file, a pipe or a log. Returns whether anybody saw it.
    #[must_use]
    pub fn show_on_terminal(&self, secret: &str) -> bool {
        let shown = io::stderr().is_terminal();
        if shown {
            self.complain(secret);
        }
        shown
    }

    /// Says an error with its causes and hints, and gives the exit code that it calls for.
    pub fn fail(&self, error: &AppError) -> Exit {
        if error.kind() != Kind::ClosedPipe {
            self.complain(&match self.manner.format {
                Format::Text => self.error_text(error),
                Format::Json => json_line(&ErrorLine::new(error)).unwrap_or_default(),
            });
        }
        error.kind().exit()
    }

    fn error_text(&self, error: &AppError) -> String {
        let causes = error.causes().into_iter().map(|cause| line(ERROR, "caused by", cause));
        let hints = error.hints().iter().filter(|_| self.manner.level >= 0).map(|hint| line(HINT, "hint", hint));
        std::iter::once(line(ERROR, "error", error.message())).chain(causes).chain(hints).collect()
    }

    /// Writes to standard error. That it cannot be written to is the one thing that nobody can be told.
    fn complain(&self, text: &str) {
        let plain;
        let text = if self.stderr_color {
            text
        } else {
            plain = anstream::adapter::strip_str(text).to_string();
            &plain
        };
        let write = || io::stderr().write_all(text.as_bytes());
        let _ = if self.draws_bars() { self.bars.suspend(write) } else { write() };
    }

    #[cfg(test)]
    fn to(sink: impl Write + Send + 'static, flags: &Global) -> Self {
        Self { stdout: Mutex::new(Box::new(sink)), stdout_color: false, ..Self::new(Manner::new(flags)) }
    }
}

fn line(style: Style, label: &str, text: impl fmt::Display) -> String {
    format!("{style}{label}:{style:#} {text}\n")
}

#[derive(Serialize)]
struct Versioned<'a, T> {
    v: u32,
    #[serde(flatten)]
    report: &'a T,
}

#[derive(Serialize)]
struct WarningLine {
    warning: Message,
}

#[derive(Serialize)]
struct Message {
    message: String,
}

#[derive(Serialize)]
struct ErrorLine {
    error: ErrorBody,
}

#[derive(Serialize)]
struct ErrorBody {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl ErrorLine {
    fn new(error: &AppError) -> Self {
        let mut message = error.message();
        for cause in error.causes() {
            message += ": ";
            message += &cause;
        }
        let hint = (!error.hints().is_empty()).then(|| error.hints().join("; "));
        Self { error: ErrorBody { code: error.kind().name(), message, hint } }
    }
}

fn json_line(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(&Versioned { v: JSON_VERSION, report }).map(|line| line + "\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use anyhow::anyhow;

    use super::*;

    #[derive(Serialize)]
    #[serde(tag = "event", rename = "step")]
    struct Step {
        step: u64,
        loss: f32,
    }

    impl Report for Step {
        fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
            writeln!(w, "step {ERROR}{}{ERROR:#}: {}", self.step, self.loss)
        }
    }

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn said(flags: &Global) -> String {
        let sink = Sink::default();
        Out::to(sink.clone(), flags).emit(&Step { step: 3, loss: 0.5 }).unwrap();
        String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn one_report_has_two_forms() {
        assert_eq!(said(&Global::default()), "step 3: 0.5\n");
        let json = Global { json: true, ..Global::default() };
        assert_eq!(said(&json), "{\"v\":1,\"event\":\"step\",\"step\":3,\"loss\":0.5}\n");
    }

    #[test]
    fn a_closed_pipe_is_quiet_success_and_a_full_disk_is_not() {
        let out = Out::to(Closed(io::ErrorKind::BrokenPipe), &Global::default());
        let error = out.raw(b"x").unwrap_err();
        assert_eq!((error.kind(), out.fail(&error)), (Kind::ClosedPipe, Exit::Success));
        let out = Out::to(Closed(io::ErrorKind::StorageFull), &Global::default());
        assert_eq!(out.raw(b"x").unwrap_err().kind(), Kind::Refused);
    }

    #[test]
    fn an_error_is_one_json_line() {
        let error = AppError::refused(anyhow!("why").context("what")).hint("a").hint("b");
        let line = json_line(&ErrorLine::new(&error)).unwrap();
        assert_eq!(line, "{\"v\":1,\"error\":{\"code\":\"refused\",\"message\":\"what: why\",\"hint\":\"a; b\"}}\n");
        let line = json_line(&ErrorLine::new(&AppError::usage(anyhow!("what")))).unwrap();
        assert!(line.ends_with("\"hint\":null}}\n"), "{line}");
    }

    #[test]
    fn quiet_leaves_out_the_hints() {
        let error = AppError::refused(anyhow!("what")).hint("do that");
        let text = |quiet| {
            let flags = Global { quiet, ..Global::default() };
            anstream::adapter::strip_str(&Out::to(io::sink(), &flags).error_text(&error)).to_string()
        };
        assert_eq!(text(false), "error: what\nhint: do that\n");
        assert_eq!(text(true), "error: what\n");
    }

    #[test]
    fn the_manner_is_guessed_from_arguments_that_do_not_parse() {
        let guess = |line: &str| Manner::guess(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(guess("n trian --json").format, Format::Json);
        assert_eq!(guess("n --format json trian").format, Format::Json);
        assert_eq!(guess("n --format=json --quiet").level, -1);
        assert_eq!(guess("n --color never --json").color, Color::Never);
        for line in ["n", "n --json-lines", "n infer -- --json", "n --format text", "n --format"] {
            assert_eq!(guess(line).format, Format::Text, "{line}");
        }
    }
}
