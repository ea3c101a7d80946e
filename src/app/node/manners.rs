//! How a node behaves towards others on the machine: it runs when they leave it time, and tells the service manager how
//! it is.
//!
//! Invariant: nothing here can fail in a way that keeps a node from running.

use sd_notify::NotifyState;

use crate::app::Context;

/// How far a node stands back for other programs.
#[cfg(unix)]
const NICE: i32 = 10;

/// Files and connections that a node may have open; the usual limit is too low for many who watch.
#[cfg(unix)]
const FILES: u64 = 16_384;

/// Raises the limit of open files as far as this user may, and no further than is of use.
#[cfg(unix)]
pub(in crate::app) fn open_many_files(cx: &Context) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(FILES, |maximum| maximum.min(FILES));
    if current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
    {
        cx.out.detail(format_args!("cannot open {wanted} files at once: {error}"));
    }
}

#[cfg(not(unix))]
pub(in crate::app) fn open_many_files(_: &Context) {}

/// Lowers the priority of this thread and of all that it starts, unless it is low already.
#[cfg(unix)]
pub(super) fn make_room(cx: &Context) {
    use rustix::process::{getpriority_process, setpriority_process};

    let lowered = getpriority_process(None).and_then(|now| match now {
        NICE.. => Ok(()),
        _ => setpriority_process(None, NICE),
    });
    if let Err(error) = lowered {
        cx.out.detail(format_args!("cannot run at nice {NICE}: {error}"));
    }
}

#[cfg(not(unix))]
pub(super) fn make_room(_: &Context) {}

/// Says that the node is up. Without a service manager that asked for it, nobody hears.
pub(super) fn up(status: &str) {
    notify(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Says that the node begins to stop.
pub(super) fn stopping() {
    notify(&[NotifyState::Stopping, NotifyState::Status("saving")]);
}

fn notify(states: &[NotifyState<'_>]) {
    // A service manager that can't be told waits until its own time is over.
    let _ = sd_notify::notify(states);
}
