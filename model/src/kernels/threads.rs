//! Threads that share out a kernel's tasks.
//!
//! A region of tasks takes a few microseconds to start, because idle helpers look for work for a while before they
//! sleep. Invariants: which tasks there are depends on shapes alone and each writes its own part of the result, so
//! nothing computed here depends on how many threads there are or on which thread takes what; a region inside a task, or
//! beside another region, runs on its own thread alone; a panic in a task reaches the caller after all tasks ended.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// How long an idle helper looks for work before it sleeps.
const LOOK_FOR: Duration = Duration::from_micros(200);

static WANTED: AtomicUsize = AtomicUsize::new(0);
static POOL: OnceLock<Pool> = OnceLock::new();

thread_local! {
    /// Set within a task, and by [`with_limit`].
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Sets how many threads compute, before the first kernel runs; false if one has run already with another number.
pub(crate) fn set_count(threads: usize) -> bool {
    WANTED.store(threads.max(1), Ordering::Relaxed);
    POOL.get().is_none_or(|pool| pool.helpers + 1 == threads.max(1))
}

/// How many threads compute: what [`set_count`] set, else one a core.
pub(crate) fn count() -> usize {
    POOL.get().map_or_else(wanted, |pool| pool.helpers + 1)
}

fn wanted() -> usize {
    match WANTED.load(Ordering::Relaxed) {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// Runs `work` with at most `threads` threads in the regions that it starts.
#[cfg_attr(not(feature = "burn"), allow(dead_code))]
pub(crate) fn with_limit<R>(threads: usize, work: impl FnOnce() -> R) -> R {
    let before = LIMIT.replace(threads);
    let result = catch_unwind(AssertUnwindSafe(work));
    LIMIT.set(before);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Runs `work(0)` to `work(tasks - 1)`, each once, on all threads; returns when all are done.
pub(super) fn each(tasks: usize, work: impl Fn(usize) + Sync) {
    let pool = POOL.get_or_init(Pool::start);
    let alone = tasks <= 1 || pool.helpers == 0 || LIMIT.get() <= 1;
    let turn = match pool.turn.try_lock() {
        _ if alone => None,
        Ok(turn) => Some(turn),
        Err(TryLockError::Poisoned(turn)) => Some(turn.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    if turn.is_none() {
        (0..tasks).for_each(work);
        return;
    }
    let job = Job {
        work: &work,
        tasks,
        next: AtomicUsize::new(0),
        seats: AtomicUsize::new(LIMIT.get() - 1),
        panicked: AtomicBool::new(false),
    };
    // A panic of the caller's own tasks must wait for the helpers, who still use `job`.
    let result = pool.run(&job);
    drop(turn);
    if let Err(panic) = result {
        resume_unwind(panic);
    }
    assert!(!job.panicked.load(Ordering::Relaxed), "a task of a kernel failed on another thread");
}

/// Runs `work` on ranges that cover `0..items`, each a multiple of `block` long but for the last.
pub(super) fn blocks(items: usize, block: usize, work: impl Fn(std::ops::Range<usize>) + Sync) {
    each(items.div_ceil(block), |task| work(task * block..((task + 1) * block).min(items)));
}

struct Job<'a> {
    work: &'a (dyn Fn(usize) + Sync),
    tasks: usize,
    next: AtomicUsize,
    /// Helpers that may still join.
    seats: AtomicUsize,
    panicked: AtomicBool,
}

impl Job<'_> {
    fn work_through(&self) {
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= self.tasks {
                return;
            }
            (self.work)(task);
        }
    }
}

/// In `state`: a job may be joined.
const OPEN: u64 = 1 << 32;
/// In `state`: the number of jobs so far counts from here up.
const GENERATION: u64 = 1 << 33;

struct Pool {
    helpers: usize,
    turn: Mutex<()>,
    /// Helpers inside the job (low 32 bits), whether it is open, and its number.
    state: AtomicU64,
    job: AtomicPtr<Job<'static>>,
    asleep: AtomicUsize,
    bed: Mutex<()>,
    morning: Condvar,
}

impl Pool {
    fn start() -> Self {
        let helpers = wanted() - 1;
        for helper in 0..helpers {
            let thread = std::thread::Builder::new().name(format!("compute-{}", helper + 1));
            // Without threads to be had, the caller does the work alone.
            drop(thread.spawn(|| POOL.wait().help()));
        }
        Self {
            helpers,
            turn: Mutex::new(()),
            state: AtomicU64::new(0),
            job: AtomicPtr::new(std::ptr::null_mut()),
            asleep: AtomicUsize::new(0),
            bed: Mutex::new(()),
            morning: Condvar::new(),
        }
    }

    /// Publishes `job`, takes part in it, and returns when no helper is in it any more.
    fn run(&self, job: &Job<'_>) -> std::thread::Result<()> {
        self.job.store(std::ptr::from_ref(job).cast_mut().cast(), Ordering::Relaxed);
        let generation = (self.state.load(Ordering::Relaxed) & !(GENERATION - 1)).wrapping_add(GENERATION);
        self.state.store(generation | OPEN, Ordering::SeqCst);
        if self.asleep.load(Ordering::SeqCst) > 0 {
            drop(self.bed.lock().unwrap_or_else(PoisonError::into_inner));
            self.morning.notify_all();
        }
        let before = LIMIT.replace(1);
        let result = catch_unwind(AssertUnwindSafe(|| job.work_through()));
        LIMIT.set(before);
        if result.is_err() {
            job.next.store(job.tasks, Ordering::Relaxed);
        }
        self.state.fetch_and(!OPEN, Ordering::AcqRel);
        let mut turns = 0u32;
        while self.state.load(Ordering::Acquire) & (OPEN - 1) != 0 {
            turns += 1;
            if turns.is_multiple_of(1024) { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
        result
    }

    /// A helper's life.
    fn help(&self) {
        LIMIT.set(1);
        let mut done = 0;
        loop {
            let state = self.wait_for_job(done);
            if self.state.compare_exchange_weak(state, state + 1, Ordering::AcqRel, Ordering::Relaxed).is_err() {
                continue;
            }
            done = state & !(GENERATION - 1);
            // SAFETY: the job was published before its state was, and its owner waits until no helper is inside.
            #[expect(unsafe_code, reason = "threads borrow the caller's closure for the length of the region")]
            let job = unsafe { &*self.job.load(Ordering::Relaxed) };
            let seat = job.seats.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seats| seats.checked_sub(1));
            if seat.is_ok() && catch_unwind(AssertUnwindSafe(|| job.work_through())).is_err() {
                job.panicked.store(true, Ordering::Relaxed);
            }
            self.state.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// The state of an open job other than `done`.
    fn wait_for_job(&self, done: u64) -> u64 {
        let fresh = |state: u64| state & OPEN != 0 && state & !(GENERATION - 1) != done;
        let started = Instant::now();
        let mut turns = 0u32;
        loop {
            let state = self.state.load(Ordering::Acquire);
            if fresh(state) {
                return state;
            }
            std::hint::spin_loop();
            turns += 1;
            if !turns.is_multiple_of(256) || started.elapsed() < LOOK_FOR {
                continue;
            }
            let mut bed = self.bed.lock().unwrap_or_else(PoisonError::into_inner);
            self.asleep.fetch_add(1, Ordering::SeqCst);
            while !fresh(self.state.load(Ordering::SeqCst)) {
                bed = self.morning.wait(bed).unwrap_or_else(PoisonError::into_inner);
            }
            self.asleep.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once_whatever_the_limit() {
        for limit in [1, 2, usize::MAX] {
            for tasks in [0, 1, 2, 7, 1000] {
                let runs: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
                with_limit(limit, || each(tasks, |task| _ = runs[task].fetch_add(1, Ordering::Relaxed)));
                assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 1));
            }
        }
    }

    #[test]
    fn regions_within_and_beside_regions_finish() {
        let sum = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        each(3, |_| each(4, |inner| _ = sum.fetch_add(inner, Ordering::Relaxed)));
                    }
                });
            }
        });
        assert_eq!(sum.into_inner(), 4 * 200 * 3 * 6);
    }

    #[test]
    fn a_panic_in_a_task_reaches_the_caller_and_leaves_the_pool_working() {
        for failing in 0..8 {
            let attempt = catch_unwind(|| each(8, |task| assert_ne!(task, failing)));
            assert!(attempt.is_err());
        }
        every_task_runs_once_whatever_the_limit();
    }

    #[test]
    fn blocks_cover_all_items() {
        let seen: Vec<AtomicUsize> = (0..103).map(|_| AtomicUsize::new(0)).collect();
        blocks(103, 10, |range| range.for_each(|item| _ = seen[item].fetch_add(1, Ordering::Relaxed)));
        assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1));
    }
}
