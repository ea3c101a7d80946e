//! The queue, with an engine that writes nothing: bounds, readers that leave, faults, stopping.

use super::*;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Whatever is waited for has come by then, or never will.
const PATIENCE: Duration = Duration::from_secs(30);

/// Says that it began, and goes on until it is let go or nobody wants it; panics where there is nothing to stop.
struct Gate {
    began: SyncSender<()>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Engine for Gate {
    fn newest(&self) -> Option<Newest> {
        None
    }

    fn answer(&self, job: &Job, outlet: &Outlet<'_>) -> Result<Usage, Failure> {
        assert!(!job.prompts.is_empty(), "a job that fails as none should");
        let _ = self.began.try_send(());
        let (open, wake) = &*self.open;
        let mut open = open.lock().unwrap();
        while !*open {
            if !outlet.is_wanted() {
                return Err(Failure::Stopping);
            }
            open = wake.wait_timeout(open, Duration::from_millis(2)).unwrap().0;
        }
        outlet.say(Event::Piece { choice: 0, text: "x".to_owned() });
        outlet.count(3);
        Ok(Usage { tokens: 3, ..Usage::default() })
    }
}

fn job() -> Job {
    let prompts = vec![Prompt::Ids(vec![1])];
    Job { prompts, choices: 1, max_tokens: 4, sampling: Sampling::default(), stop: Vec::new(), echo: false }
}

struct Setting {
    inference: Inference,
    began: Receiver<()>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Setting {
    fn new() -> Self {
        let (sender, began) = sync_channel(WAITING_MAX + THREADS);
        let open: Arc<(Mutex<bool>, Condvar)> = Arc::default();
        let engine = Gate { began: sender, open: Arc::clone(&open) };
        Self { inference: Inference::start(Box::new(engine), THREADS).unwrap(), began, open }
    }

    /// Jobs that all threads are busy with.
    fn busy(&self) -> Vec<Reply> {
        let running: Vec<Reply> = (0..THREADS).map(|_| self.inference.submit(job()).unwrap()).collect();
        (0..THREADS).for_each(|_| self.began.recv_timeout(PATIENCE).unwrap());
        running
    }

    fn open(&self) {
        *self.open.0.lock().unwrap() = true;
        self.open.1.notify_all();
    }
}

fn last(reply: &mut Reply) -> Result<Usage, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        loop {
            match tokio::time::timeout(PATIENCE, reply.next()).await.unwrap() {
                Ok(Event::Done(usage)) => return Ok(usage),
                Ok(_) => {}
                Err(failure) => return Err(failure),
            }
        }
    })
}

#[test]
fn so_many_run_so_many_wait_and_the_next_is_told() {
    let setting = Setting::new();
    let mut replies = setting.busy();
    replies.extend((0..WAITING_MAX).map(|_| setting.inference.submit(job()).unwrap()));
    let status = setting.inference.status();
    assert_eq!((status.running, status.waiting, status.served), (THREADS, WAITING_MAX, 0));
    assert_eq!(setting.inference.submit(job()).unwrap_err(), Failure::Busy);
    // Whoever leaves makes room.
    drop(replies.pop());
    replies.push(setting.inference.submit(job()).unwrap());
    assert_eq!(setting.inference.submit(job()).unwrap_err(), Failure::Busy);
    setting.open();
    for reply in &mut replies {
        assert_eq!(last(reply).unwrap().tokens, 3);
    }
    let (jobs, status) = ((THREADS + WAITING_MAX) as u64, setting.inference.status());
    assert_eq!(status, Status { served: jobs, tokens: 3 * jobs, running: 0, waiting: 0 });
}

#[test]
fn a_reader_who_leaves_frees_the_thread() {
    let setting = Setting::new();
    for _ in 0..3 {
        drop(setting.busy());
    }
    assert_eq!(setting.inference.status().served, 0);
}

#[test]
fn a_fault_is_its_own_jobs_alone() {
    let setting = Setting::new();
    for _ in 0..2 * THREADS {
        let mut reply = setting.inference.submit(Job { prompts: Vec::new(), ..job() }).unwrap();
        assert_eq!(last(&mut reply).unwrap_err(), Failure::Fault);
    }
    setting.open();
    assert!(last(&mut setting.inference.submit(job()).unwrap()).is_ok());
    assert_eq!(setting.inference.status().served, 1);
}

#[test]
fn stopping_ends_what_runs_and_what_waits() {
    let setting = Setting::new();
    let mut replies = setting.busy();
    replies.push(setting.inference.submit(job()).unwrap());
    setting.inference.stop();
    for reply in &mut replies {
        assert_eq!(last(reply).unwrap_err(), Failure::Stopping);
    }
    assert_eq!(setting.inference.submit(job()).unwrap_err(), Failure::Stopping);
    setting.inference.stop();

    let setting = Setting::new();
    let mut reply = setting.inference.submit(job()).unwrap();
    drop(setting.inference);
    assert_eq!(last(&mut reply).unwrap_err(), Failure::Stopping);
}
