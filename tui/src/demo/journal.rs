//! The log of a demonstration.
//!
//! Invariant: lines are numbered without a gap; of those not taken yet the newest are kept.

use super::clock::rfc3339;
use crate::snapshot::{Level, LogLine};
use std::collections::VecDeque;

/// Lines kept until they are taken.
const LINES_MAX: usize = 5000;

/// Lines that were not taken yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    /// Seconds since the start.
    pub(super) now: u64,
    number: u64,
    lines: VecDeque<LogLine>,
}

impl Journal {
    /// Adds a line.
    pub(super) fn say(&mut self, level: Level, target: &str, message: String) {
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
        }
        let (number, time, target) = (self.number, rfc3339(self.now), target.to_owned());
        self.lines.push_back(LogLine { number, time, level, target, message });
        self.number += 1;
    }

    /// Takes all lines.
    pub(super) fn take(&mut self) -> Vec<LogLine> {
        self.lines.drain(..).collect()
    }
}
