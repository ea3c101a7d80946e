//! SIGINT and SIGTERM for jobs that have something to save.
//!
//! Invariant: the first signal only sets a flag, which the job polls between steps; a second one ends the process at
//! once, so that nobody is held up by a job that no longer polls. Signals that come together are one: `timeout` sends
//! its own twice.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

use super::error::{AppError, Exit};

/// Signals no further apart are one.
const TOGETHER: Duration = Duration::from_millis(100);

/// Whether somebody asked the process to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    /// The exit code of the signal that came last; 0 while none has.
    code: Arc<AtomicUsize>,
    /// Whether any has come, so that the next one ends the process.
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Takes over SIGINT and SIGTERM for the rest of the process. A command that never calls this ends as usual.
    pub fn install() -> Result<Self, AppError> {
        static INSTALLED: OnceLock<Interrupt> = OnceLock::new();
        if let Some(interrupt) = INSTALLED.get() {
            return Ok(interrupt.clone()); // a job within a job: both see the same signals
        }
        let interrupt = INSTALLED.get_or_init(Self::default).clone();
        interrupt.register().map_err(|error| AppError::internal(error).while_doing("cannot watch for signals"))?;
        Ok(interrupt)
    }

    /// Takes over what ends a program that has the terminal: the same signals, and the terminal going away. A second one
    /// does not end the process, since the terminal has to be put back first.
    pub fn install_for_screen() -> Result<Self, AppError> {
        let interrupt = Self::default();
        let signals = [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated), (SIGHUP, Exit::Terminated)];
        for (signal, exit) in signals {
            flag::register_usize(signal, Arc::clone(&interrupt.code), exit.code().into())
                .map_err(|error| AppError::internal(error).while_doing("cannot watch for signals"))?;
        }
        Ok(interrupt)
    }

    fn register(&self) -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let interrupt = self.clone();
        let listen = move || {
            let mut first: Option<Instant> = None;
            for signal in &mut signals {
                let exit = if signal == SIGINT { Exit::Interrupted } else { Exit::Terminated };
                let again = interrupt.asked.swap(true, Ordering::Relaxed);
                if again && first.is_some_and(|first| first.elapsed() > TOGETHER) {
                    low_level::exit(exit.code().into());
                }
                if !again {
                    first = Some(Instant::now());
                    interrupt.raise(exit);
                }
            }
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(listen).map(drop)
    }

    /// As if the signal of that exit had come.
    pub fn raise(&self, exit: Exit) {
        self.code.store(exit.code().into(), Ordering::Relaxed);
    }

    /// Forgets what was asked, for a session that goes on after an interrupted answer.
    pub fn clear(&self) {
        self.code.store(0, Ordering::Relaxed);
        self.asked.store(false, Ordering::Relaxed);
    }

    /// The exit code to end with after saving, once somebody has asked for an end.
    #[must_use]
    pub fn interrupted(&self) -> Option<Exit> {
        match self.code.load(Ordering::Relaxed) {
            0 => None,
            code if code == usize::from(Exit::Terminated.code()) => Some(Exit::Terminated),
            _ => Some(Exit::Interrupted),
        }
    }
}
