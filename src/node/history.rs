//! What a node remembers of its past: losses, paces and pays, on disk, so that a restarted one shows them.
//!
//! One JSON object a line, appended; a line that can't be read (the last of a killed node) is passed over. Invariants: steps
//! only grow, so a round that is trained again replaces what was noted of it; sums of pay cover each block once; past
//! [`POINTS_MAX`] points the older part is thinned, so that neither memory nor file grow without end.

use crate::keystore::file::replace;
use crate::types::{Amount, Hash};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Points of a curve that are remembered.
pub(super) const POINTS_MAX: usize = 100_000;
/// Bytes of a file that are read: what a full one has, several times over.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// The last pays that are kept one by one.
const PAYS_KEPT: usize = 200;
const DAY_MS: u64 = 86_400_000;

/// Something to remember.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Entry {
    /// Training steps.
    Step(Point),
    /// Loss on held-out data.
    Val {
        /// Optimizer steps made by then.
        step: u64,
        /// Nats per token.
        loss: f64,
    },
    /// All pay of a block.
    Paid(PaidBlock),
    /// All pays of a source up to a block, in place of them one by one.
    Sum {
        /// What it was for.
        source: String,
        /// All of it.
        total: Amount,
        /// The day since 1970 of the last, and what that day's are.
        today: (u64, Amount),
        /// The last block that is in it.
        height: u64,
    },
}

/// Training at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    /// Optimizer steps made.
    pub(super) step: u64,
    /// Nats per token.
    pub(super) loss: f64,
    /// Tokens per second.
    pub(super) pace: f64,
}

/// What a block paid. It is one line, so that a block's pay is noted as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PaidBlock {
    /// Milliseconds since 1970.
    pub(super) time_ms: u64,
    /// The block.
    pub(super) height: u64,
    /// One by one.
    pub(super) pays: Vec<Pay>,
}

/// A pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pay {
    /// What it was for.
    pub(super) source: String,
    /// The receipt.
    pub(super) receipt: Hash,
    /// How much.
    pub(super) amount: Amount,
}

/// What one kind of work was paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Earned {
    total: Amount,
    /// The day of the last pay, and all of that day.
    day: (u64, Amount),
}

/// The past.
#[derive(Debug, Default)]
pub(super) struct History {
    path: Option<PathBuf>,
    file: Option<BufWriter<File>>,
    /// Lines since the file was written as a whole.
    added: usize,
    /// Loss and pace, by step.
    pub(super) points: Vec<Point>,
    /// Loss on held-out data, by step.
    pub(super) val: Vec<(u64, f64)>,
    /// The last pays, the newest last.
    pub(super) pays: VecDeque<PaidBlock>,
    earned: BTreeMap<String, Earned>,
    /// The last block whose pays are in the sums.
    pub(super) height: u64,
}

impl History {
    /// What a file holds, to go on with; nothing if there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut history = Self::default();
        match File::open(path) {
            Ok(file) => history.read(BufReader::new(file.take(FILE_BYTES_MAX)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        history.path = Some(path.to_owned());
        // Whatever was torn, replaced or thinned is gone from the file as well.
        history.rewrite()?;
        Ok(history)
    }

    fn read(&mut self, mut lines: impl io::BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            if let Ok(entry) = serde_json::from_slice(&line) {
                self.take(entry);
            }
            line.clear();
        }
        Ok(())
    }

    /// Remembers something. What can't be written is remembered while the node runs.
    pub(super) fn add(&mut self, entry: Entry) -> io::Result<()> {
        let text = serde_json::to_string(&entry)?;
        self.take(entry);
        self.added += 1;
        if self.points.len() >= POINTS_MAX || self.val.len() >= POINTS_MAX || self.added >= POINTS_MAX {
            self.thin();
            return self.rewrite();
        }
        self.file.as_mut().map_or(Ok(()), |file| writeln!(file, "{text}"))
    }

    /// Hands what was added to the system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), io::Write::flush)
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            // What is no number is shown nowhere, and JSON has no word for it.
            Entry::Step(point) if !point.loss.is_finite() || !point.pace.is_finite() => {}
            Entry::Val { loss, .. } if !loss.is_finite() => {}
            Entry::Step(point) => {
                let kept = self.points.partition_point(|other| other.step < point.step);
                self.points.truncate(kept);
                self.points.push(point);
            }
            Entry::Val { step, loss } => {
                let kept = self.val.partition_point(|(other, _)| *other < step);
                self.val.truncate(kept);
                self.val.push((step, loss));
            }
            Entry::Paid(block) => {
                let day = block.time_ms / DAY_MS;
                for pay in &block.pays {
                    let earned = self.earned.entry(pay.source.clone()).or_default();
                    let before = if earned.day.0 == day { earned.day.1 } else { Amount::ZERO };
                    earned.day = (day, sum(before, pay.amount));
                    earned.total = sum(earned.total, pay.amount);
                }
                self.height = self.height.max(block.height);
                if self.pays.len() == PAYS_KEPT {
                    self.pays.pop_front();
                }
                self.pays.push_back(block);
            }
            Entry::Sum { source, total, today, height } => {
                self.earned.insert(source, Earned { total, day: today });
                self.height = self.height.max(height);
            }
        }
    }

    /// The older half of a full curve with half of its points.
    fn thin(&mut self) {
        if self.points.len() >= POINTS_MAX {
            let old = self.points.len() / 2;
            let halved: Vec<Point> = self.points[..old].chunks(2).map(mean).collect();
            self.points.splice(..old, halved);
        }
        if self.val.len() >= POINTS_MAX {
            let old = self.val.len() / 2;
            let halved: Vec<_> = self.val[..old].iter().step_by(2).copied().collect();
            self.val.splice(..old, halved);
        }
    }

    /// Forgets all pay, for a ledger that knows of none of it.
    pub(super) fn forget_pays(&mut self) {
        self.pays.clear();
        self.earned.clear();
        self.height = 0;
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        (self.file, self.added) = (None, 0);
        let mut text = Vec::new();
        let mut write = |entry: &Entry| serde_json::to_writer(&mut text, entry).map(|()| text.push(b'\n'));
        self.points.iter().try_for_each(|point| write(&Entry::Step(*point)))?;
        self.val.iter().try_for_each(|&(step, loss)| write(&Entry::Val { step, loss }))?;
        // Pays first and sums after them: a sum is what it says, whatever came before.
        self.pays.iter().try_for_each(|block| write(&Entry::Paid(block.clone())))?;
        for (source, Earned { total, day }) in &self.earned {
            let (source, total, today, height) = (source.clone(), *total, *day, self.height);
            write(&Entry::Sum { source, total, today, height })?;
        }
        replace(path, &text)?;
        self.file = Some(BufWriter::new(File::options().append(true).open(path)?));
        Ok(())
    }

    /// What was earned by source, as of a time: all of it, and of its day.
    pub(super) fn earned(&self, now_ms: u64) -> impl Iterator<Item = (&str, Amount, Amount)> {
        let day = now_ms / DAY_MS;
        self.earned.iter().map(move |(source, earned)| {
            let today = if earned.day.0 == day { earned.day.1 } else { Amount::ZERO };
            (source.as_str(), earned.total, today)
        })
    }
}

fn mean(points: &[Point]) -> Point {
    let count = points.len() as f64;
    let of = |value: fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count;
    Point {
        step: points.last().map_or(0, |last| last.step),
        loss: of(|point| point.loss),
        pace: of(|point| point.pace),
    }
}

fn sum(a: Amount, b: Amount) -> Amount {
    a.checked_add(b).unwrap_or(Amount::MAX)
}

/// A curve with at most `most` points: the means of as many equal parts, each at the place of its last.
pub(super) fn thinned(curve: &[(u64, f64)], most: usize) -> Vec<(u64, f64)> {
    let part = curve.len().div_ceil(most.max(1)).max(1);
    let mean = |points: &[(u64, f64)]| {
        let sum: f64 = points.iter().map(|(_, value)| value).sum();
        (points[points.len() - 1].0, rounded(sum / points.len() as f64))
    };
    curve.chunks(part).map(mean).collect()
}

/// To six digits after the point: what a chart shows, in few characters.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tests::hash;
    use tempfile::TempDir;

    fn step(step: u64, loss: f64) -> Entry {
        Entry::Step(Point { step, loss, pace: 100.0 })
    }

    fn pay(day: u64, height: u64, source: &str) -> Entry {
        let pay = Pay { source: source.to_owned(), receipt: hash(height), amount: Amount::from_neuro(1) };
        Entry::Paid(PaidBlock { time_ms: day * DAY_MS + 5, height, pays: vec![pay] })
    }

    fn sums(history: &History, day: u64) -> Vec<(String, String, String)> {
        let sums = history.earned(day * DAY_MS);
        sums.map(|(source, total, today)| (source.to_owned(), total.to_string(), today.to_string())).collect()
    }

    #[test]
    fn a_restarted_node_remembers_and_a_torn_line_is_passed_over() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("history.jsonl");
        let mut history = History::open(&path).unwrap();
        let entries = [
            step(1, 6.0),
            step(2, 5.0),
            Entry::Val { step: 2, loss: 5.5 },
            pay(9, 3, "training"),
            pay(10, 4, "training"),
            pay(10, 4, "service"),
            step(3, 4.0),
        ];
        for entry in entries {
            history.add(entry).unwrap();
        }
        // Killed and resumed: step 2 is made again.
        history.add(step(2, 4.5)).unwrap();
        history.flush().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for torn in ["", "{\"kind\":\"step\",\"st", "\u{0}\n\n[1]\n"] {
            std::fs::write(&path, format!("{text}{torn}")).unwrap();
            let mut again = History::open(&path).unwrap();
            assert_eq!(again.points.iter().map(|point| point.loss).collect::<Vec<_>>(), [6.0, 4.5]);
            assert_eq!((again.val.clone(), again.pays.len(), again.height), (vec![(2, 5.5)], 3, 4));
            let expected = [("service", "1", "1"), ("training", "2", "1")];
            assert_eq!(sums(&again, 10), expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
            assert_eq!(sums(&again, 11)[1].2, "0", "a new day has no pay yet");
            again.add(pay(11, 5, "training")).unwrap();
            again.flush().unwrap();
            assert_eq!(sums(&History::open(&path).unwrap(), 11)[1].1, "3");
        }
    }

    #[test]
    fn neither_curves_nor_pays_grow_without_end() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("history.jsonl");
        let mut history = History::open(&path).unwrap();
        for at in 0..2 * POINTS_MAX as u64 {
            history.take(step(at, 1.0));
            if history.points.len() >= POINTS_MAX {
                history.thin();
            }
        }
        (0..1000).for_each(|height| history.add(pay(1, height, "training")).unwrap());
        assert!(history.points.len() < POINTS_MAX && history.points.is_sorted_by_key(|point| point.step));
        assert_eq!(history.points.last().unwrap().step, 2 * POINTS_MAX as u64 - 1);
        history.rewrite().unwrap();
        let again = History::open(&path).unwrap();
        assert_eq!((again.pays.len(), sums(&again, 1)[0].1.as_str(), again.height), (PAYS_KEPT, "1000", 999));
    }

    #[test]
    fn a_thinned_curve_keeps_its_end_and_its_mean() {
        let curve: Vec<(u64, f64)> = (1..=1000).map(|step| (step, step as f64)).collect();
        let thin = thinned(&curve, 240);
        assert!(thin.len() <= 240 && thin.last().unwrap().0 == 1000);
        assert_eq!(thin[0], (5, 3.0));
        assert_eq!(thinned(&curve[..3], 240), &curve[..3]);
        assert!(thinned(&[], 240).is_empty());
    }
}
