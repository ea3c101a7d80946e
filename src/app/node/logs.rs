//! `node logs`: what the node said, from its files.
//!
//! Invariant: a log of any size is read in one pass, with as many lines in memory as are shown.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use neuroshard_commands::{LogLevel, NodeLogsArgs};
use serde::Serialize;

use crate::app::output::Report;
use crate::app::{AppError, Context, Exit, Interrupt};
use crate::node::Journal;

/// Bytes of a line; the log's own are shorter.
const LINE_BYTES_MAX: u64 = 64 << 10;
/// How often a log that is followed is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(super) fn logs(cx: &Context, args: &NodeLogsArgs) -> Result<Exit, AppError> {
    let home = cx.home()?;
    let files = Journal::files(&home);
    let Some(newest) = files.last() else {
        let says = anyhow!("no node has written a log in {}", home.display());
        return Err(AppError::refused(says).hint("`neuroshard node` runs one"));
    };
    let interrupt = Interrupt::install()?;
    let mut shown: VecDeque<Line> = VecDeque::new();
    let mut end = 0;
    for path in &files {
        end = read(path, 0, |line| {
            if line.matters(args.level) {
                shown.push_back(line);
            }
            if shown.len() > args.lines {
                shown.pop_front();
            }
        })?;
    }
    shown.iter().try_for_each(|line| cx.out.emit(line))?;
    while args.follow && interrupt.interrupted().is_none() {
        std::thread::sleep(LOOK_EVERY);
        if fs::metadata(newest).is_ok_and(|metadata| metadata.len() < end) {
            // It was put aside, and a new one has begun.
            end = 0;
        }
        let mut new = Vec::new();
        if !newest.exists() {
            continue; // it is being put aside
        }
        end = read(newest, end, |line| new.push(line))?;
        new.iter().filter(|line| line.matters(args.level)).try_for_each(|line| cx.out.emit(line))?;
    }
    Ok(interrupt.interrupted().unwrap_or(Exit::Success))
}

/// Reads whole lines from a place on; returns where they end.
fn read(path: &Path, from: u64, mut take: impl FnMut(Line)) -> Result<u64, AppError> {
    let failed = |error| AppError::refused(error).while_doing(format!("cannot read {}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    file.seek(std::io::SeekFrom::Start(from)).map_err(failed)?;
    let (mut reader, mut end, mut bytes) = (BufReader::new(file), from, Vec::new());
    loop {
        bytes.clear();
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).map_err(failed)? as u64;
        if !bytes.ends_with(b"\n") && read < LINE_BYTES_MAX {
            return Ok(end); // the rest is being written
        }
        end += read;
        take(Line::parse(&String::from_utf8_lossy(&bytes)));
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line {
    time: String,
    level: String,
    target: String,
    message: String,
}

impl Line {
    /// One that says something else, because somebody edited the file, is all message.
    fn parse(text: &str) -> Self {
        let plain: String = text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let parse = || {
            let (time, rest) = plain.split_once(' ')?;
            let (level, rest) = rest.split_once(' ')?;
            let (target, message) = rest.trim_start().split_once(": ")?;
            let [time, target, message] = [time, target, message].map(ToOwned::to_owned);
            Some(Self { time, level: level.to_lowercase(), target, message })
        };
        parse().unwrap_or_else(|| {
            let (time, level, target) = (String::new(), String::new(), String::new());
            Self { time, level, target, message: plain.clone() }
        })
    }

    fn matters(&self, least: LogLevel) -> bool {
        let level = match self.level.as_str() {
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "info" => LogLevel::Info,
            "debug" => LogLevel::Debug,
            _ => LogLevel::Trace,
        };
        level >= least
    }
}

impl Report for Line {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { time, level, target, message } = self;
        writeln!(w, "{time} {:<5} {target}: {message}", level.to_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_back_and_what_is_none_is_shown_whole_and_safe() {
        let line = Line::parse("2026-01-01T00:00:00.000Z WARN  chain: a: b\n");
        assert_eq!((line.level.as_str(), line.target.as_str(), line.message.as_str()), ("warn", "chain", "a: b"));
        assert!(line.matters(LogLevel::Info) && !line.matters(LogLevel::Error));
        assert_eq!(Line::parse("\u{1b}[31mred\n").message, " [31mred");
    }

    #[test]
    fn a_line_that_is_being_written_is_left_for_later() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("node.log");
        fs::write(&path, "one\ntwo\nthr").unwrap();
        let mut seen = Vec::new();
        let end = read(&path, 0, |line| seen.push(line.message)).unwrap();
        assert_eq!((end, seen.clone()), (8, vec!["one".to_owned(), "two".to_owned()]));
        fs::write(&path, "one\ntwo\nthree\n").unwrap();
        assert_eq!(read(&path, end, |line| seen.push(line.message)).unwrap(), 14);
        assert_eq!(seen.last().unwrap(), "three");
    }
}
