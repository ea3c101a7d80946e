//! Whether the trainer may go on: it runs, pauses, or is to stop.
//!
//! Invariant: stopping is for good; a pause is left the moment somebody resumes or stops.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Want {
    #[default]
    Run,
    Pause,
    Stop,
}

/// What people want of the trainer.
#[derive(Debug, Default)]
pub(super) struct Gate {
    want: Mutex<Want>,
    changed: Condvar,
}

impl Gate {
    /// Makes it wait before its next step.
    pub(super) fn pause(&self) {
        self.set(Want::Pause);
    }

    /// Lets it go on.
    pub(super) fn resume(&self) {
        self.set(Want::Run);
    }

    /// Ends it.
    pub(super) fn stop(&self) {
        self.set(Want::Stop);
    }

    /// Whether it is to end.
    pub(super) fn is_stopped(&self) -> bool {
        *self.lock() == Want::Stop
    }

    /// Waits while it is paused, of which `paused` hears; returns whether to go on.
    pub(super) fn pass(&self, paused: impl FnOnce()) -> bool {
        let want = self.lock();
        if *want == Want::Run {
            return true;
        }
        drop(want);
        if !self.is_stopped() {
            paused();
        }
        let paused = |want: &mut Want| *want == Want::Pause;
        *self.changed.wait_while(self.lock(), paused).unwrap_or_else(PoisonError::into_inner) == Want::Run
    }

    fn set(&self, want: Want) {
        let mut now = self.lock();
        if *now != Want::Stop {
            *now = want;
        }
        drop(now);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Want> {
        self.want.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_holds_until_somebody_resumes_or_stops() {
        let gate = Gate::default();
        assert!(gate.pass(|| panic!("nobody paused it")));
        for (leave, goes_on) in [(Gate::resume as fn(&Gate), true), (Gate::stop, false)] {
            gate.pause();
            let (said, hears) = std::sync::mpsc::channel();
            let passed = std::thread::scope(|scope| {
                let waiting = scope.spawn(|| gate.pass(move || said.send(()).unwrap()));
                hears.recv().unwrap();
                leave(&gate);
                waiting.join().unwrap()
            });
            assert_eq!(passed, goes_on);
        }
        gate.resume();
        assert!(gate.is_stopped() && !gate.pass(|| panic!("it ended")), "stopping is for good");
    }
}
