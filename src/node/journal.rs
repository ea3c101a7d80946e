//! The node's log: the last lines in memory for whoever watches, all of them in files that are bounded.
//!
//! Invariants: a line is one line, without control characters and at most [`MESSAGE_CHARS`] long, whatever was said; the
//! files together never outgrow [`FILES_KEPT`] times [`FILE_BYTES_MAX`] and one line; a log that can't be written stops
//! nothing.

use super::clock::{now_ms, rfc3339_ms};
use neuroshard_tui::snapshot::{Level, LogLine};
use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Lines kept in memory.
const LINES_KEPT: usize = 5_000;
/// Characters of a message; what is longer is cut.
const MESSAGE_CHARS: usize = 2_000;
/// A file that is larger is put aside.
const FILE_BYTES_MAX: u64 = 8 << 20;
/// Files kept, the one that is written to included.
const FILES_KEPT: usize = 5;

/// The log.
#[derive(Debug)]
pub struct Journal {
    ring: Mutex<Ring>,
    file: Mutex<Option<RollingFile>>,
    level: Level,
}

#[derive(Debug, Default)]
struct Ring {
    lines: VecDeque<LogLine>,
    /// Number of the last line; the first has 1.
    last: u64,
}

#[derive(Debug)]
struct RollingFile {
    folder: PathBuf,
    file: File,
    bytes: u64,
}

impl Journal {
    /// A log that writes into `HOME/logs`, with what is at least as important as `level`.
    pub fn open(home: &Path, level: Level) -> io::Result<Arc<Self>> {
        let file = RollingFile::open(&home.join("logs"))?;
        Ok(Arc::new(Self { ring: Mutex::default(), file: Mutex::new(Some(file)), level }))
    }

    /// A log that is kept in memory only.
    #[must_use]
    pub fn in_memory(level: Level) -> Arc<Self> {
        Arc::new(Self { ring: Mutex::default(), file: Mutex::new(None), level })
    }

    /// Makes it hear what the program says from now on. Only the first log of a process does.
    pub fn listen(self: &Arc<Self>) {
        // A second one in the same process would take nothing from the first: whoever came first hears.
        let _ = tracing_subscriber::registry().with(Listener(Arc::clone(self))).try_init();
    }

    /// The files of a home that are there, the oldest first.
    #[must_use]
    pub fn files(home: &Path) -> Vec<PathBuf> {
        let folder = home.join("logs");
        (0..FILES_KEPT).rev().map(|age| aged(&folder, age)).filter(|path| path.is_file()).collect()
    }

    /// Lines after the one of a number, the oldest first, `limit` at most: from the start of those that are kept if no number
    /// was given or that line is gone.
    #[must_use]
    pub fn after(&self, number: u64, limit: usize) -> Vec<LogLine> {
        let ring = lock(&self.ring);
        let newer = usize::try_from(ring.last.saturating_sub(number)).unwrap_or(usize::MAX).min(ring.lines.len());
        ring.lines.range(ring.lines.len() - newer..).take(limit).cloned().collect()
    }

    /// Adds a line.
    pub fn write(&self, level: Level, target: &str, message: &str) {
        let (time, message) = (rfc3339_ms(now_ms()), clean(message));
        let level_name = format!("{level:?}").to_uppercase();
        let text = format!("{time} {level_name:<5} {target}: {message}\n");
        let mut file = lock(&self.file);
        // A full disk is no reason to stop; the line is still in memory.
        let _ = file.as_mut().map(|file| file.write(text.as_bytes()));
        drop(file);
        let mut ring = lock(&self.ring);
        ring.last += 1;
        let number = ring.last;
        if ring.lines.len() == LINES_KEPT {
            ring.lines.pop_front();
        }
        ring.lines.push_back(LogLine { number, time, level, target: target.to_owned(), message });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What may be shown on a terminal and stays one line.
fn clean(message: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    message.chars().take(MESSAGE_CHARS).map(plain).collect()
}

fn aged(folder: &Path, age: usize) -> PathBuf {
    folder.join(if age == 0 { "node.log".to_owned() } else { format!("node.{age}.log") })
}

impl RollingFile {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = File::options().create(true).append(true).open(aged(folder, 0))?;
        let bytes = file.metadata()?.len();
        Ok(Self { folder: folder.to_owned(), file, bytes })
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes >= FILE_BYTES_MAX {
            for age in (1..FILES_KEPT).rev() {
                let younger = aged(&self.folder, age - 1);
                if younger.exists() {
                    fs::rename(younger, aged(&self.folder, age))?;
                }
            }
            *self = Self::open(&self.folder)?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

/// Gives what the program says to a log.
struct Listener(Arc<Journal>);

impl<S: Subscriber> Layer<S> for Listener {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // Libraries are heard when they warn; what they think meanwhile is their own affair.
        let least = if metadata.target().starts_with("neuroshard") { self.0.level } else { Level::Warn };
        level(metadata) >= least
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        let metadata = event.metadata();
        let target = metadata.target().rsplit("::").next().unwrap_or_default();
        self.0.write(level(metadata), target, &(said.message + &said.fields));
    }
}

fn level(metadata: &Metadata<'_>) -> Level {
    match *metadata.level() {
        tracing::Level::TRACE => Level::Trace,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::INFO => Level::Info,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::ERROR => Level::Error,
    }
}

#[derive(Default)]
struct Said {
    message: String,
    fields: String,
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to memory does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_the_newest_are_kept() {
        let journal = Journal::in_memory(Level::Info);
        journal.write(Level::Warn, "node", "one\r\n\u{1b}[31mtwo");
        let line = journal.after(0, 10).remove(0);
        assert_eq!((line.number, line.message.as_str()), (1, "one   [31mtwo"));
        for number in 0..LINES_KEPT + 10 {
            journal.write(Level::Info, "node", &format!("{number}"));
        }
        let oldest = journal.after(0, 3);
        assert_eq!(oldest.iter().map(|line| line.number).collect::<Vec<_>>(), [12, 13, 14]);
        let next = journal.after(5008, 2);
        assert_eq!(next.iter().map(|line| line.number).collect::<Vec<_>>(), [5009, 5010]);
        assert_eq!(journal.after(5010, 100).len(), 1);
        assert_eq!(journal.after(0, usize::MAX).len(), LINES_KEPT);
        assert!(journal.after(u64::MAX, 10).is_empty());
        journal.write(Level::Info, "node", &"x".repeat(100_000));
        assert_eq!(journal.after(5011, 1)[0].message.len(), MESSAGE_CHARS);
    }

    #[test]
    fn files_are_put_aside_and_bounded() {
        let home = tempfile::TempDir::new().unwrap();
        let mut file = RollingFile::open(&home.path().join("logs")).unwrap();
        let line = vec![b'x'; FILE_BYTES_MAX as usize / 2];
        (0..20).for_each(|_| file.write(&line).unwrap());
        let files = Journal::files(home.path());
        assert_eq!(files.len(), FILES_KEPT);
        assert!(files.last().unwrap().ends_with("logs/node.log"));
        assert!(files.iter().all(|path| path.metadata().unwrap().len() <= FILE_BYTES_MAX + line.len() as u64));
    }
}
