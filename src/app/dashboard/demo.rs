//! A made-up run, to look around without a node.

use std::sync::Arc;
use std::time::{Duration, Instant};

use neuroshard_tui::demo::{BEGIN, Demo, SEED};
use neuroshard_tui::{Action, Input, Notice, NoticeKind};

use super::Source;
use crate::app::AppError;

/// How often something happens.
const EVERY: Duration = Duration::from_millis(500);

/// A made-up run as it goes on.
pub(super) struct Played {
    demo: Demo,
    shown: Option<Instant>,
    notices: Vec<Notice>,
}

impl Played {
    pub(super) fn new() -> Self {
        Self { demo: Demo::new(SEED), shown: None, notices: Vec::new() }
    }
}

impl Source for Played {
    fn poll(&mut self) -> Vec<Input> {
        let mut inputs: Vec<Input> = self.notices.drain(..).map(Input::Notice).collect();
        let since = self.shown.map_or(BEGIN, |shown| shown.elapsed());
        if since >= EVERY {
            self.shown = Some(Instant::now());
            let (snapshot, lines) = self.demo.advance(since);
            inputs.extend([Input::Logs(lines), Input::Snapshot(Arc::new(snapshot))]);
        }
        inputs
    }

    fn order(&mut self, _: Action) {
        let text = "nothing happens in a made-up run".to_owned();
        self.notices.push(Notice { kind: NoticeKind::Info, text });
    }

    fn ended(&mut self) -> Option<Result<(), AppError>> {
        None
    }
}
