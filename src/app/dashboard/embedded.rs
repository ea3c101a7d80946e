//! A node of this process, on a thread of its own.
//!
//! Invariant: the node is prepared, started, run and stopped on that thread, so that nothing of it delays a frame.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use neuroshard_tui::{Action, Input};

use super::Source;
use super::attached::{choice_of, handed_in, notice};
use crate::app::node::start::{explain, prepare};
use crate::app::{AppError, Context};
use crate::config::Settings;
use crate::ledger::transaction::Action as LedgerAction;
use crate::node::{Handle, PRIVATE_NOTE};
use crate::types::Address;

/// Lines of the log that are shown at once.
const LINES: usize = 5_000;

/// The node, from the dashboard's side.
pub(super) struct Embedded {
    thread: Option<JoinHandle<Result<(), AppError>>>,
    stop: Arc<AtomicBool>,
    started: Receiver<Handle>,
    node: Option<Handle>,
    /// Number of the last line that was shown.
    last: u64,
    notices: (Sender<Input>, Receiver<Input>),
}

impl Embedded {
    /// Starts the thread; the node comes up on it.
    pub(super) fn start(cx: Context, chosen: Settings) -> Result<Self, AppError> {
        let (tell, started) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let run = move || {
            let node = prepare(&cx, &chosen)?.start(|_| {})?;
            // A dashboard that is gone has asked it to stop.
            let _ = tell.send(node.handle());
            node.run(&|| asked.load(Ordering::Relaxed)).map_err(explain)
        };
        let thread = std::thread::Builder::new().name("node".to_owned()).spawn(run).map_err(AppError::refused)?;
        Ok(Self { thread: Some(thread), stop, started, node: None, last: 0, notices: channel() })
    }

    /// Has the node's own account do something, on a thread, since that waits for the chain.
    fn act(&self, what: &'static str, action: impl FnOnce(Address) -> anyhow::Result<LedgerAction> + Send + 'static) {
        let (Some(node), tell) = (self.node.clone(), self.notices.0.clone()) else { return };
        std::thread::spawn(move || {
            let action = action(node.own).map_err(|error| error.to_string());
            let acted = action.and_then(|action| node.act(action).map_err(|error| error.to_string()));
            let _ = tell.send(Input::Notice(notice(acted.map(|tx| handed_in(what, &tx)))));
        });
    }

    fn pause(&self, paused: bool) {
        let Some(node) = &self.node else { return };
        node.pause(paused);
        let text = if paused { "training pauses" } else { "training goes on" };
        let _ = self.notices.0.send(Input::Notice(notice(Ok(text.to_owned()))));
    }
}

impl Source for Embedded {
    fn poll(&mut self) -> Vec<Input> {
        if let Ok(node) = self.started.try_recv() {
            self.node = Some(node);
        }
        let mut inputs: Vec<Input> = self.notices.1.try_iter().collect();
        let Some(Handle { board, .. }) = &mut self.node else { return inputs };
        let lines = board.journal.after(self.last, LINES);
        if let Some(line) = lines.last() {
            self.last = line.number;
            inputs.push(Input::Logs(lines));
        }
        if board.snapshot.has_changed().unwrap_or(false) {
            inputs.push(Input::Snapshot(Arc::clone(&board.snapshot.borrow_and_update().snapshot)));
        }
        inputs
    }

    fn order(&mut self, action: Action) {
        match action {
            Action::StopNode => self.stop.store(true, Ordering::Relaxed),
            Action::PauseTraining => self.pause(true),
            Action::ResumeTraining => self.pause(false),
            Action::Stake { amount, days } => self.act("stake", move |behind| {
                Ok(LedgerAction::Stake { amount: amount.parse()?, days: u64::from(days), behind })
            }),
            Action::Unstake { amount } => {
                self.act("unstake", move |behind| Ok(LedgerAction::Unstake { amount: amount.parse()?, behind }));
            }
            Action::Withdraw => self.act("withdraw", |_| Ok(LedgerAction::Withdraw)),
            Action::Vote { id, choice } => self.act("vote", move |_| {
                Ok(LedgerAction::Vote { nep: id.parse()?, choice: choice_of(choice), reason: String::new() })
            }),
            Action::Leave | Action::Mouse(_) | Action::Redraw => {}
        }
    }

    fn ended(&mut self) -> Option<Result<(), AppError>> {
        if !self.thread.as_ref()?.is_finished() {
            return None;
        }
        let thread = self.thread.take()?;
        // What it panicked with has been said.
        let failed = |_| AppError::internal(anyhow::anyhow!("the node failed in a way it should not"));
        Some(thread.join().map_err(failed).and_then(|result| result))
    }
}

/// What somebody sees who starts it for the first time.
pub(super) fn welcome(home: &Path, chosen: &Settings) -> Option<Vec<String>> {
    let key = home.join("node.key");
    if key.exists() {
        return None;
    }
    let does =
        if chosen.no_training { "It keeps a ledger" } else { "It trains NeuroLLM on this machine, keeps a ledger" };
    let earns = match chosen.payout {
        Some(payout) => vec![format!("Pays     {payout}")],
        None => vec![
            "Key      node.key in it, without a passphrase: it holds what is earned.".to_owned(),
            "         Its words: neuroshard wallet export --reveal --node".to_owned(),
            "         To be paid elsewhere, begin a home with --payout ADDRESS.".to_owned(),
        ],
    };
    let mut lines =
        vec![format!("This is your node. {does},"), "and earns NEURO for work that others can check.".to_owned()];
    lines.extend([String::new(), format!("Network  {PRIVATE_NOTE}."), format!("Home     {}", home.display())]);
    lines.extend(earns);
    lines.extend([
        String::new(),
        "Leaving stops this node; `neuroshard node` runs one without a dashboard.".to_owned(),
        "? shows the keys.".to_owned(),
    ]);
    Some(lines)
}
