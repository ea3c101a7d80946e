//! How a run is shown while it goes on: a bar on a terminal, a line now and then elsewhere, events for programs.
//!
//! Invariant: showing never stops the run by itself: when the reader of our events is gone, the run is asked to save
//! and end.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use neuroshard_model::training::{Event, Limit, Run, RunOptions};
use serde_json::{Value, json};

use super::reports::{Done, Saved, Start, Step, Val, sparkline};
use crate::app::units::{count, span};
use crate::app::{AppError, Context, Report};

/// Off a terminal, a line so often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows a run.
pub(super) struct Progress<'a> {
    cx: &'a Context,
    bar: ProgressBar,
    time: Option<Duration>,
    started: Instant,
    last_line: Cell<Instant>,
    losses: RefCell<Vec<f64>>,
    vals: RefCell<Vec<(u64, f64)>>,
    pace: Cell<f64>,
    broken: RefCell<Option<AppError>>,
    report: Option<&'a Path>,
}

impl<'a> Progress<'a> {
    /// For a run about to go on; a `report` that can't be written is refused now, not after an hour of training.
    pub(super) fn new(
        cx: &'a Context,
        run: &Run,
        options: &RunOptions,
        report: Option<&'a Path>,
    ) -> Result<Self, AppError> {
        if let Some(path) = report {
            let opened = fs::File::options().create(true).append(true).open(path);
            opened.map_err(|error| cannot_report(path, error))?;
        }
        let time = match options.limit {
            Some(Limit::Time(time)) => Some(time),
            _ => None,
        };
        let bar = cx.out.bar(Some(time.map_or(1, |time| time.as_millis() as u64)));
        let place = if time.is_some() { "{elapsed}" } else { "step {pos}/{len}" };
        let template = format!("{{bar:24.cyan/dim}} {place}  {{wide_msg}}");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_position(if time.is_some() { 0 } else { run.state().step });
        let now = Instant::now();
        Ok(Self {
            cx,
            bar,
            time,
            started: now,
            last_line: Cell::new(now),
            losses: RefCell::default(),
            vals: RefCell::default(),
            pace: Cell::new(0.0),
            broken: RefCell::default(),
            report,
        })
    }

    /// Whether nobody reads our events any more.
    pub(super) fn is_closed(&self) -> bool {
        self.broken.borrow().is_some()
    }

    /// The error that showing ran into.
    pub(super) fn check(&self) -> Result<(), AppError> {
        self.broken.take().map_or(Ok(()), Err)
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// The losses of this session as a line of bars.
    pub(super) fn curve(&self) -> String {
        let losses = self.losses.borrow();
        match (losses.first(), losses.last()) {
            (Some(first), Some(last)) => format!("{}  {first:.2} → {last:.2}", sparkline(&losses)),
            _ => String::new(),
        }
    }

    pub(super) fn show(&self, event: &Event) {
        match event {
            Event::Step { step, horizon, loss, lr, grad_norm, tokens_per_second, tokens } => {
                self.losses.borrow_mut().push(*loss);
                let old = self.pace.get();
                self.pace.set(if old == 0.0 { *tokens_per_second } else { 0.95 * old + 0.05 * tokens_per_second });
                self.emit(&Step {
                    step: *step,
                    loss: *loss,
                    lr: *lr,
                    grad_norm: *grad_norm,
                    tokens_per_second: *tokens_per_second,
                    tokens: *tokens,
                });
                self.draw(*step, *horizon, *loss);
            }
            Event::Val { step, loss } => {
                self.vals.borrow_mut().push((*step, *loss));
                self.emit(&Val { step: *step, loss: *loss, perplexity: loss.exp() });
            }
            Event::Saved { path, step } => self.emit(&Saved { path: path.clone(), step: *step }),
        }
    }

    fn draw(&self, step: u64, horizon: Option<u64>, loss: f64) {
        let elapsed = self.started.elapsed();
        let left = match self.time {
            Some(time) => Some(time.saturating_sub(elapsed)),
            None => horizon.map(|horizon| {
                let made = self.losses.borrow().len() as f64;
                elapsed.mul_f64(horizon.saturating_sub(step) as f64 / made.max(1.0))
            }),
        };
        let left = left.map(|left| format!("  {} left", span(left.as_secs()))).unwrap_or_default();
        let message = format!("loss {loss:.3}{left}  {} tokens/s", count(self.pace.get() as u64));
        if self.cx.out.draws_bars() {
            if self.time.is_some() {
                self.bar.set_position(elapsed.as_millis() as u64);
            } else {
                self.bar.set_length(horizon.unwrap_or(step));
                self.bar.set_position(step);
            }
            self.bar.set_message(message);
        } else if self.last_line.get().elapsed() >= LINE_EVERY {
            self.last_line.set(Instant::now());
            self.cx.out.note(format_args!("step {step:>6}  {message}"));
        }
    }

    fn emit(&self, report: &impl Report) {
        if let Err(error) = self.cx.out.emit(report) {
            self.broken.borrow_mut().get_or_insert(error);
        }
    }

    /// Writes the run as one JSON object: start, losses, validations and end.
    pub(super) fn write_report(&self, run: &Run, start: &Start, done: &Done) -> Result<(), AppError> {
        let Some(path) = self.report else { return Ok(()) };
        let vals = self.vals.borrow();
        let vals: Vec<Value> = vals.iter().map(|(step, loss)| json!({"step": step, "loss": loss})).collect();
        let report = json!({
            "v": 1, "start": start, "config": run.stage().config(), "recipe": run.state().recipe,
            "losses": *self.losses.borrow(), "vals": vals, "done": done,
        });
        fs::write(path, format!("{report:#}\n")).map_err(|error| cannot_report(path, error))
    }
}

fn cannot_report(path: &Path, error: std::io::Error) -> AppError {
    AppError::refused(error).while_doing(format!("cannot write the report {}", path.display()))
}
