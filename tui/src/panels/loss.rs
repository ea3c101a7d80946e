//! The loss over the steps, of training and of held-out data.

use super::{Detail, Panel, Reply};
use crate::canvas::{Title, message};
use crate::chart::{ChartStyles, LossChart, newest, newest_points, trend};
use crate::feed::View;
use crate::format::{decimals, plural};
use crate::keys::Command;
use crate::snapshot::Snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

#[derive(Debug, Default)]
pub(crate) struct Loss {
    /// The last steps rather than the whole run.
    recent: bool,
    log_scale: bool,
}

impl Loss {
    fn train<'a>(&self, view: &View<'a>) -> &'a [(u64, f64)] {
        let history = &view.snapshot.history;
        if self.recent { &history.recent_loss } else { &history.loss }
    }

    /// The part of the held-out curve that stands over the training curve.
    fn val<'a>(&self, view: &View<'a>) -> &'a [(u64, f64)] {
        let val = &view.snapshot.history.val_loss[..];
        match self.train(view).first() {
            Some((first, _)) if self.recent => {
                let from = val.iter().position(|(step, _)| step >= first).unwrap_or(val.len());
                &val[from..]
            }
            _ => val,
        }
    }
}

/// The loss that people are told: where the curve is, or the last step's while there is no curve.
fn now(train: &[(u64, f64)], snapshot: &Snapshot) -> Option<f64> {
    newest(train).or_else(|| snapshot.training.as_ref().and_then(|training| training.loss))
}

/// The same over the whole run.
pub(crate) fn overall(snapshot: &Snapshot) -> Option<f64> {
    now(&snapshot.history.loss, snapshot)
}

impl Panel for Loss {
    fn title(&self, view: &View<'_>) -> Title {
        let theme = view.theme;
        let train = self.train(view);
        let mut value = vec![Span::styled(decimals(now(train, view.snapshot), 3), theme.accent)];
        if let Some(change) = trend(train).filter(|change| change.is_finite()) {
            // A loss that falls is what everybody hopes for.
            let (glyph, style) = if change <= 0.0 { ("▼", theme.good) } else { ("▲", theme.warn) };
            value.push(Span::styled(format!(" {glyph} {:.3}", change.abs().min(999.0)), style));
        }
        let scale = if self.log_scale { ", log" } else { "" };
        let window = if self.recent { "recent" } else { "whole run" };
        value.push(Span::styled(format!(" · {window}{scale}"), theme.muted));
        Title { name: "Loss", value }
    }

    fn hints(&self) -> &'static [Command] {
        &[Command::Window, Command::LogScale]
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let (train, val) = (self.train(view), self.val(view));
        if train.is_empty() && val.is_empty() {
            let words = match view.snapshot.training {
                None => "this node does not train",
                Some(_) => "no steps yet",
            };
            return message(buf, area, &[Line::styled(words, theme.muted)]);
        }
        let styles = ChartStyles { train: theme.accent, val: theme.contrast, axis: theme.muted, label: theme.muted };
        LossChart { train, val, log_scale: self.log_scale, ascii: view.ascii, styles }.render(area, buf);
    }

    fn command(&mut self, command: Command, _view: &View<'_>) -> Reply {
        match command {
            Command::Window => self.recent = !self.recent,
            Command::LogScale => self.log_scale = !self.log_scale,
            Command::Open => return Reply::Detail,
            _ => return Reply::Ignored,
        }
        Reply::Done
    }

    fn detail(&self, view: &View<'_>) -> Option<Detail> {
        let training = view.snapshot.training.as_ref()?;
        let (train, val) = (self.train(view), self.val(view));
        let part = if self.recent { "the recent steps" } else { "the whole run" };
        let mean = format!("mean of the newest {}", plural(newest_points(train) as u64, "point"));
        let change = trend(train).map_or_else(|| "too few points yet".to_owned(), |change| format!("{change:+.3}"));
        let facts = vec![
            ("train loss", format!("{} · {mean} of {part}", decimals(now(train, view.snapshot), 4))),
            ("last step", decimals(training.loss, 4)),
            ("validation", decimals(newest(val).or(training.val_loss), 4)),
            ("arrow", format!("{change} · mean of the newest quarter of {part} less that of the quarter before")),
        ];
        Some(Detail { title: "Loss".to_owned(), facts })
    }
}
