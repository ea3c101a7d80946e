//! `node stop`: tells the running node to save and end, and waits until it has.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use serde::Serialize;

use crate::app::client::{explain, running};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::node::client::Control;
use crate::node::running_pid;

/// A node ends within ten seconds; a machine under load may take longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked whether it is still there.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long such a question may take.
const ANSWER: Duration = Duration::from_secs(2);

pub(super) fn stop(cx: &Context) -> Result<Exit, AppError> {
    let node = running(cx)?;
    let (pid, address) = node.status().map(|status| (status.pid, status.address)).map_err(explain)?;
    if let Some(exit) = cx.confirm(&format!("Stop the node {address} (process {pid})?"))? {
        return Ok(exit);
    }
    node.control(Control::Stop).map_err(explain)?;
    let until = Instant::now() + PATIENCE;
    // It lets go of its home when all is saved.
    while (cx.api.is_none() && running_pid(&cx.home()?) == Some(pid)) || node.network(ANSWER).is_ok() {
        if Instant::now() > until {
            let says =
                format!("the node (process {pid}) was told to stop and still runs after {} s", PATIENCE.as_secs());
            return Err(AppError::refused(anyhow!(says)).hint("`neuroshard node logs` says what it is doing"));
        }
        std::thread::sleep(LOOK_EVERY);
    }
    cx.out.emit(&Stopped { pid })?;
    Ok(Exit::Success)
}

/// That a node has ended.
#[derive(Serialize)]
#[serde(tag = "event", rename = "stopped")]
struct Stopped {
    pid: u32,
}

impl Report for Stopped {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "stopped process {}", self.pid)
    }
}
