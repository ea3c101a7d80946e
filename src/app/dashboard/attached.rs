//! A node that runs elsewhere, asked again and again over its API.
//!
//! Invariant: the thread that asks ends soon after nobody listens any more; a node that is gone is looked for until it is
//! back.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use neuroshard_tui::snapshot::LogLine;
use neuroshard_tui::{Action, Input, Notice, NoticeKind};

use super::Source;
use crate::app::AppError;
use crate::governance::id::NepIdError;
use crate::governance::tally::Choice;
use crate::node::client::{ClientError, Control, NodeClient};

/// How often the node is asked, and how often one that is gone.
const ASK_EVERY: Duration = Duration::from_secs(1);
const RETRY_SECONDS: u64 = 3;
/// Lines of the log that are asked for at once.
const LINES: usize = 500;
/// News and orders that wait.
const WAITING_MAX: usize = 64;

/// The two ends of the thread that asks.
pub(super) struct Attached {
    news: Receiver<Input>,
    orders: SyncSender<Action>,
}

impl Attached {
    pub(super) fn new(node: NodeClient) -> Self {
        let (tell, news) = sync_channel(WAITING_MAX);
        let (orders, inbox) = sync_channel(WAITING_MAX);
        std::thread::spawn(move || ask(&node, &tell, &inbox));
        Self { news, orders }
    }
}

impl Source for Attached {
    fn poll(&mut self) -> Vec<Input> {
        self.news.try_iter().collect()
    }

    fn order(&mut self, action: Action) {
        // So many orders wait only for a node that is gone, and the dashboard shows that it is.
        let _ = self.orders.try_send(action);
    }

    fn ended(&mut self) -> Option<Result<(), AppError>> {
        None
    }
}

fn ask(node: &NodeClient, tell: &SyncSender<Input>, orders: &Receiver<Action>) {
    let (mut last, mut process) = (0, None);
    loop {
        let (inputs, wait) = match node.status() {
            Ok(snapshot) => {
                if process.as_ref() != Some(&(snapshot.pid, snapshot.started_at.clone())) {
                    // Another process counts its lines anew.
                    process = Some((snapshot.pid, snapshot.started_at.clone()));
                    last = 0;
                }
                let lines = new_lines(node, &mut last);
                (vec![Input::Logs(lines), Input::Snapshot(Arc::new(snapshot))], ASK_EVERY)
            }
            Err(error) => {
                let reason = error.to_string();
                (vec![Input::Lost { reason, retry_seconds: RETRY_SECONDS }], Duration::from_secs(RETRY_SECONDS))
            }
        };
        if inputs.into_iter().any(|input| tell.send(input).is_err()) {
            return;
        }
        match orders.recv_timeout(wait) {
            Ok(action) => {
                if tell.send(Input::Notice(carry_out(node, &action))).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// What the node said since, in pages. A log that can't be had hides nothing else.
fn new_lines(node: &NodeClient, last: &mut u64) -> Vec<LogLine> {
    let mut lines = Vec::new();
    while let Ok(page) = node.logs(*last, LINES) {
        let Some(line) = page.last() else { break };
        *last = line.number;
        let full = page.len() == LINES;
        lines.extend(page);
        if !full {
            break;
        }
    }
    lines
}

fn carry_out(node: &NodeClient, action: &Action) -> Notice {
    let amount = |text: &str| text.parse().map_err(|error: crate::types::AmountError| error.to_string());
    let done = match action {
        Action::PauseTraining => said(node.control(Control::Pause)).map(|()| "training pauses".to_owned()),
        Action::ResumeTraining => said(node.control(Control::Resume)).map(|()| "training goes on".to_owned()),
        Action::StopNode => said(node.control(Control::Stop)).map(|()| "the node stops".to_owned()),
        Action::Stake { amount: text, days } => {
            amount(text).and_then(|amount| said(node.stake(amount, u64::from(*days)))).map(|tx| handed_in("stake", &tx))
        }
        Action::Unstake { amount: text } => {
            amount(text).and_then(|amount| said(node.unstake(amount))).map(|tx| handed_in("unstake", &tx))
        }
        Action::Withdraw => said(node.withdraw()).map(|tx| handed_in("withdraw", &tx)),
        Action::Vote { id, choice } => {
            let named = id.parse().map_err(|error: NepIdError| error.to_string());
            named.and_then(|id| said(node.vote(id, choice_of(*choice)))).map(|tx| handed_in("vote", &tx))
        }
        Action::Leave | Action::Mouse(_) | Action::Redraw => Ok(String::new()),
    };
    notice(done)
}

/// A choice of the dashboard, as the ledger has it.
pub(super) fn choice_of(choice: neuroshard_tui::Choice) -> Choice {
    match choice {
        neuroshard_tui::Choice::Yes => Choice::Yes,
        neuroshard_tui::Choice::No => Choice::No,
        neuroshard_tui::Choice::Abstain => Choice::Abstain,
    }
}

fn said<T>(result: Result<T, ClientError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// That a transaction waits for its block.
pub(super) fn handed_in(what: &str, tx: &crate::types::Hash) -> String {
    let tx: String = tx.to_string().chars().take(12).collect();
    format!("{what} is handed in: {tx}…")
}

/// How something went, as the dashboard says it.
pub(super) fn notice(done: Result<String, String>) -> Notice {
    match done {
        Ok(text) => Notice { kind: NoticeKind::Done, text },
        Err(text) => Notice { kind: NoticeKind::Failed, text },
    }
}
