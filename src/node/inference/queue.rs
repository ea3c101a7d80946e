//! The queue of jobs, the threads that take from it, and the two ends of what a job says.
//!
//! Invariants: a job's channel has room for all it can say, so that a slow reader keeps no thread; a place in the queue is
//! free again when whoever waited there is gone.

use super::{Engine, Event, Failure, Job, Newest, Status, Usage, WAITING_MAX};
use neuroshard_model::data::contain;
use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long stopping waits for the threads: they look after each token.
const STOP_MAX: Duration = Duration::from_secs(1);

/// What a job says, on its way.
type Said = Result<Event, Failure>;

/// Takes jobs. The threads end when the last handle is gone.
#[derive(Clone)]
pub(in crate::node) struct Inference(Arc<Owner>);

struct Owner {
    shared: Arc<Shared>,
    /// Closed when the last thread ended; nothing is ever sent.
    ended: Mutex<Receiver<()>>,
}

struct Shared {
    engine: Box<dyn Engine>,
    waiting: Mutex<VecDeque<Ticket>>,
    wake: Condvar,
    stop: AtomicBool,
    served: AtomicU64,
    tokens: AtomicU64,
    running: AtomicUsize,
}

/// A job and who waits for it.
struct Ticket {
    job: Job,
    said: mpsc::Sender<Said>,
}

impl Inference {
    /// Starts the threads that do jobs with `engine`.
    pub(in crate::node) fn start(engine: Box<dyn Engine>, threads: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            engine,
            waiting: Mutex::default(),
            wake: Condvar::new(),
            stop: AtomicBool::new(false),
            served: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
            running: AtomicUsize::new(0),
        });
        let (alive, ended) = sync_channel(0);
        let owner = Owner { shared: Arc::clone(&shared), ended: Mutex::new(ended) };
        for number in 1..=threads {
            let (shared, alive): (_, SyncSender<()>) = (Arc::clone(&shared), alive.clone());
            let body = move || {
                let _alive = alive;
                shared.work();
            };
            std::thread::Builder::new().name(format!("inference-{number}")).spawn(body)?;
        }
        Ok(Self(Arc::new(owner)))
    }

    /// Hands a job in; what it says comes through the reply. A reply that is dropped ends its job.
    pub(in crate::node) fn submit(&self, job: Job) -> Result<Reply, Failure> {
        let (said, reply) = mpsc::channel(job.events_max());
        let mut waiting = self.0.shared.waiting();
        if self.0.shared.stop.load(Ordering::Relaxed) {
            return Err(Failure::Stopping);
        }
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|ticket| !ticket.said.is_closed());
        }
        if waiting.len() >= WAITING_MAX {
            return Err(Failure::Busy);
        }
        waiting.push_back(Ticket { job, said });
        drop(waiting);
        self.0.shared.wake.notify_one();
        Ok(Reply(reply))
    }

    /// The newest weights, if there are any.
    pub(in crate::node) fn newest(&self) -> Option<Newest> {
        self.0.shared.engine.newest()
    }

    /// How much was and is being done.
    pub(in crate::node) fn status(&self) -> Status {
        let shared = &self.0.shared;
        let waiting = shared.waiting().iter().filter(|ticket| !ticket.said.is_closed()).count();
        Status {
            served: shared.served.load(Ordering::Relaxed),
            tokens: shared.tokens.load(Ordering::Relaxed),
            running: shared.running.load(Ordering::Relaxed),
            waiting,
        }
    }

    /// Ends all jobs, those that wait too, and waits a second for the threads to end.
    pub(in crate::node) fn stop(&self) {
        self.0.shared.stop();
        let ended = self.0.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Longer than that takes only a model that is being loaded; the process ends without that thread.
        let _ = ended.recv_timeout(STOP_MAX);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Ticket>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        let mut waiting = self.waiting();
        self.stop.store(true, Ordering::Relaxed);
        for ticket in waiting.drain(..) {
            // Whoever is gone need not hear it.
            let _ = ticket.said.try_send(Err(Failure::Stopping));
        }
        drop(waiting);
        self.wake.notify_all();
    }

    /// The next job, with its place among the running taken; nothing when told to stop.
    fn next(&self) -> Option<Ticket> {
        let mut waiting = self.waiting();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            match waiting.pop_front() {
                Some(ticket) if ticket.said.is_closed() => {}
                Some(ticket) => {
                    self.running.fetch_add(1, Ordering::Relaxed);
                    return Some(ticket);
                }
                None => waiting = self.wake.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// A thread's life.
    fn work(&self) {
        while let Some(Ticket { job, said }) = self.next() {
            let outlet = Outlet { said: &said, stop: &self.stop, tokens: &self.tokens };
            // What a panic left half done belongs to its job alone, or is behind a lock.
            let result = contain(|| self.engine.answer(&job, &outlet));
            let result: Result<Usage, Failure> = result.unwrap_or(Err(Failure::Fault));
            self.served.fetch_add(u64::from(result.is_ok()), Ordering::Relaxed);
            self.running.fetch_sub(1, Ordering::Relaxed);
            let _ = said.try_send(result.map(Event::Done));
        }
    }
}

/// Where a job says what it has to say.
pub(in crate::node) struct Outlet<'a> {
    said: &'a mpsc::Sender<Said>,
    stop: &'a AtomicBool,
    tokens: &'a AtomicU64,
}

impl Outlet<'_> {
    /// Whether anybody still waits for more.
    pub(in crate::node) fn is_wanted(&self) -> bool {
        !self.stop.load(Ordering::Relaxed) && !self.said.is_closed()
    }

    /// Says something.
    pub(in crate::node) fn say(&self, event: Event) {
        // Without a reader there is nobody to tell, and [`Self::is_wanted`] says so.
        let _ = self.said.try_send(Ok(event));
    }

    /// Counts tokens as written.
    pub(in crate::node) fn count(&self, tokens: usize) {
        self.tokens.fetch_add(tokens as u64, Ordering::Relaxed);
    }
}

/// What a job says, as it comes. Dropping it ends the job.
#[derive(Debug)]
pub(in crate::node) struct Reply(mpsc::Receiver<Said>);

impl Reply {
    /// What is said next. Nothing comes after [`Event::Done`] or a failure.
    pub(in crate::node) async fn next(&mut self) -> Said {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// As [`Self::next`].
    pub(in crate::node) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Said> {
        // A thread that is gone without a last word was not asked to be.
        Poll::Ready(ready!(self.0.poll_recv(context)).unwrap_or(Err(Failure::Fault)))
    }
}
