//! What happens when the program itself is wrong: one line that asks for a report, and exit code 4.
//!
//! Invariant: a panic on any thread ends in [`Exit::Internal`], even when the rest of the program carried on.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::anyhow;

use super::error::{AppError, Exit};
use super::output::{Manner, Out};

static PANICKED: AtomicBool = AtomicBool::new(false);

/// Runs the program and turns a panic on any of its threads into [`Exit::Internal`], said once and in the right form.
///
/// The usual report with a backtrace comes before it only when `RUST_BACKTRACE` asks for one.
pub fn guard(manner: Manner, program: impl FnOnce() -> Exit) -> Exit {
    let wants_backtrace = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // One piece of work of many gave up, such as a reader of somebody's file: that is reported as its error.
        if neuroshard_model::data::is_contained() {
            return;
        }
        // Nobody reads a report on a screen that is about to go away.
        neuroshard_tui::terminal::restore();
        if wants_backtrace {
            usual(info);
        }
        // Panics come in swarms: what follows the first is mostly its echo on other threads.
        if !PANICKED.swap(true, Ordering::SeqCst) {
            Out::new(manner).fail(&describe(info));
        }
    }));
    match panic::catch_unwind(AssertUnwindSafe(program)) {
        Ok(exit) if !PANICKED.load(Ordering::SeqCst) => exit,
        _ => Exit::Internal,
    }
}

fn describe(info: &PanicHookInfo<'_>) -> AppError {
    let what = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
    let version = env!("CARGO_PKG_VERSION");
    AppError::internal(anyhow!("neuroshard {version} is at fault, please report this with what you ran: {what}{place}"))
}
