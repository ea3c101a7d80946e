//! The running network: starts its nodes, hears them, does to them what was planned, and stops them.
//!
//! Invariants: it ends, whatever its nodes do; however it ends, no node is left behind.

use std::fmt;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use neuroshard_commands::{Multiaddr, Partition};
use serde::Serialize;

use super::checks;
use super::homes::Homes;
use super::incident::Incident;
use super::plan::{Plan, trains};
use super::process::{Process, Said};
use super::schedule::{Fault, Schedule};
use super::tally::{Event, Tally};
use super::view::View;
use crate::app::{AppError, Context, Interrupt, Report};
use crate::config::SETTINGS;
use crate::node::ApiToken;
use crate::node::client::NodeClient;

/// Lines that wait to be heard.
const LINES_MAX: usize = 4_096;
/// How often somebody looks whether it is time for something.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Until then all nodes are online, or never will be.
const ONLINE_TIME: Duration = Duration::from_mins(3);
/// A node that takes longer to stop is killed; it gives itself 10 s.
const STOP_TIME: Duration = Duration::from_secs(20);
/// How long the last words of nodes that have ended are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Nodes whose addresses one that starts is told.
const BOOTSTRAP_MAX: usize = 4;

/// The network.
pub(super) struct Network<'a> {
    cx: &'a Context,
    plan: &'a Plan<'a>,
    homes: &'a Homes,
    processes: Vec<Option<Process>>,
    pub(super) tally: Tally,
    schedule: Schedule,
    view: View<'a>,
    said: Receiver<Said>,
    to_said: SyncSender<Said>,
    began: Instant,
    online: Option<Instant>,
    /// Whether the others were started, which need the address of the first.
    complete: bool,
}

/// A node's event, as it is passed on.
#[derive(Serialize)]
struct Forwarded {
    node: usize,
    #[serde(flatten)]
    event: Event,
}

impl Report for Forwarded {
    fn text(&self, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }
}

impl<'a> Network<'a> {
    pub(super) fn new(cx: &'a Context, plan: &'a Plan<'a>, homes: &'a Homes) -> Self {
        let (to_said, said) = sync_channel(LINES_MAX);
        Self {
            cx,
            plan,
            homes,
            processes: (0..plan.nodes()).map(|_| None).collect(),
            tally: Tally::new(plan.nodes(), plan.validators),
            schedule: Schedule::of(&plan.args.faults),
            view: View::new(cx, plan.nodes()),
            said,
            to_said,
            began: Instant::now(),
            online: None,
            complete: plan.nodes() == 1,
        }
    }

    /// Runs until its time is over, somebody interrupts, or there is nothing left to hope for.
    pub(super) fn run(&mut self, interrupt: &Interrupt) -> Result<(), AppError> {
        self.start(0)?;
        while interrupt.interrupted().is_none() && !self.is_over() {
            self.listen(LOOK_EVERY)?;
            self.reap();
            if !self.complete && self.tally.nodes[0].started {
                self.complete = true;
                (1..self.plan.nodes()).try_for_each(|index| self.start(index))?;
            }
            if self.online.is_none() && self.tally.online() == self.plan.nodes() {
                self.online = Some(Instant::now());
                self.note(Incident::Online {});
            }
            while let Some(fault) = self.online.and_then(|online| self.schedule.due(online.elapsed())) {
                self.carry_out(fault)?;
            }
            self.show()?;
        }
        Ok(())
    }

    fn is_over(&mut self) -> bool {
        let over = match self.online {
            Some(online) => online.elapsed() >= self.plan.duration(),
            None => self.began.elapsed() >= ONLINE_TIME,
        };
        let lost = self.online.is_none() && self.processes.iter().any(Option::is_none) && self.complete;
        let lost = lost || (!self.complete && self.processes[0].is_none());
        let reason = match (over, lost) {
            (true, _) if self.online.is_none() => Some("not all nodes came online in time"),
            (true, _) => return true,
            (false, true) => Some("a node ended before all were online"),
            (false, false) => checks::hopeless(&self.tally, self.schedule.restarts(), self.plan.wanted()),
        };
        if let Some(reason) = reason {
            self.note(Incident::Failed { message: reason.to_owned() });
        }
        reason.is_some()
    }

    /// Stops all nodes, and hears what they have to say before they end.
    pub(super) fn stop(&mut self) -> Result<(), AppError> {
        self.tally.begin_end();
        #[cfg_attr(unix, expect(clippy::manual_flatten, reason = "elsewhere it takes a mutable process"))]
        for process in &mut self.processes {
            if let Some(process) = process {
                process.terminate();
            }
        }
        let until = Instant::now() + STOP_TIME;
        while self.processes.iter().any(Option::is_some) && Instant::now() < until {
            self.listen(LOOK_EVERY)?;
            self.reap();
            self.show()?;
        }
        for node in 0..self.processes.len() {
            if let Some(mut process) = self.processes[node].take() {
                process.kill();
                let says = Some("it did not stop in time and was killed".to_owned());
                self.note(Incident::Exited { node, code: None, unexpected: true, says });
            }
        }
        // Each reader holds the way to us until its node's last word is read.
        let (closed, _) = sync_channel(1);
        self.to_said = closed;
        let until = Instant::now() + LAST_WORDS;
        while self.listen(until.saturating_duration_since(Instant::now()))? && Instant::now() < until {}
        self.show()
    }

    /// Hears what nodes say, for as long as that; returns whether there may be more.
    fn listen(&mut self, time: Duration) -> Result<bool, AppError> {
        let mut next = match self.said.recv_timeout(time) {
            Ok(said) => Some(said),
            Err(RecvTimeoutError::Timeout) => return Ok(true),
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        };
        // No more than was waiting: whoever talks without end does not keep us from the rest.
        for _ in 0..LINES_MAX {
            let Some(said) = next else { break };
            self.hear(&said)?;
            next = self.said.try_recv().ok();
        }
        Ok(true)
    }

    fn hear(&mut self, Said { node, line }: &Said) -> Result<(), AppError> {
        let node = *node;
        let Some(mut event) = self.tally.line(self.began.elapsed(), node, line) else { return Ok(()) };
        if event.get("event").is_some_and(|kind| kind == "started") && self.tally.cut.is_some() {
            self.cut(&[node]);
        }
        if !self.cx.out.is_json() {
            return Ok(());
        }
        // We say these ourselves.
        event.retain(|name, _| name != "v" && name != "node");
        self.cx.out.emit(&Forwarded { node, event })
    }

    /// Notes whose process has ended.
    fn reap(&mut self) {
        for node in 0..self.processes.len() {
            let Some(status) = self.processes[node].as_mut().and_then(Process::ended) else { continue };
            self.processes[node] = None;
            let unexpected = !(self.tally.is_ending() && status.success());
            let says = unexpected.then(|| self.homes.last_complaint(node)).flatten();
            self.note(Incident::Exited { node, code: status.code(), unexpected, says });
        }
    }

    fn start(&mut self, node: usize) -> Result<(), AppError> {
        let failed = |error| AppError::refused(error).while_doing(format!("cannot start node {node}"));
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        for setting in SETTINGS {
            command.env_remove(setting.variable());
        }
        for name in ["NEUROSHARD_HOME", "NEUROSHARD_CONFIG", "NEUROSHARD_API_TOKEN", "NOTIFY_SOCKET"] {
            command.env_remove(name);
        }
        command.arg("--home").arg(self.homes.home(node)).arg("--config").arg(self.homes.settings());
        command.args(["--json", "node", "--listen", "/ip4/127.0.0.1/tcp/0", "--listen-api", "127.0.0.1:0"]);
        command.args(["--no-mdns", "--no-upnp", "--threads", &self.plan.threads.to_string()]);
        command.arg("--genesis").arg(self.homes.genesis());
        if node < self.plan.validators {
            command.arg("--validator");
        }
        if trains(node) {
            command.args(self.plan.args.data.iter().flat_map(|path| ["--data".as_ref(), path.as_os_str()]));
        } else {
            command.arg("--no-training");
        }
        command.args(self.addresses(node).iter().flat_map(|address| ["--bootstrap", address]));
        let process = Process::start(command, node, &self.homes.complaints(node), self.to_said.clone());
        self.processes[node] = Some(process.map_err(failed)?);
        self.tally.begun(node);
        Ok(())
    }

    /// Where the first few others are that run.
    fn addresses(&self, node: usize) -> Vec<String> {
        let others = self.tally.nodes.iter().enumerate().filter(|(index, other)| *index != node && other.started);
        let addresses = others.take(BOOTSTRAP_MAX).flat_map(|(_, other)| other.listen.clone());
        // What a node says becomes an argument only if it is an address.
        addresses.filter(|address| address.parse::<Multiaddr>().is_ok()).collect()
    }

    fn carry_out(&mut self, fault: Fault) -> Result<(), AppError> {
        match fault {
            Fault::Kill(node) => {
                // What it said before counts as said before.
                self.listen(Duration::ZERO)?;
                if let Some(mut process) = self.processes[node].take() {
                    process.kill();
                    self.note(Incident::Killed { node });
                }
            }
            Fault::Restart(node) if self.processes[node].is_none() => {
                self.note(Incident::Restarted { node });
                self.start(node)?;
            }
            Fault::Restart(_) => {}
            Fault::Cut(Partition(left, right)) => {
                self.note(Incident::Partitioned { left: left.clone(), right: right.clone() });
                self.cut(&[left, right].concat());
            }
            Fault::Heal => {
                self.note(Incident::Healed {});
                let all: Vec<usize> = (0..self.plan.nodes()).collect();
                self.cut(&all);
            }
        }
        Ok(())
    }

    /// Tells these nodes whom to speak with no more, as the partition that holds says it.
    fn cut(&mut self, nodes: &[usize]) {
        for node in nodes {
            let blocked = match &self.tally.cut {
                Some(Partition(left, right)) if left.contains(node) => right.as_slice(),
                Some(Partition(left, right)) if right.contains(node) => left.as_slice(),
                _ => &[],
            };
            let known = blocked.iter().filter_map(|other| self.tally.nodes[*other].peer_id.clone());
            let (known, told): (Vec<String>, &_) = (known.collect(), &self.tally.nodes[*node]);
            // Who does not run now is told when it has started.
            let Some(api) = told.api.as_deref().filter(|_| told.started) else { continue };
            let client = NodeClient::new(api, ApiToken::read(&self.homes.home(*node)));
            if let Err(error) = client.block_peers(&known) {
                self.note(Incident::Failed { message: format!("node {node} can't be cut off or joined: {error}") });
            }
        }
    }

    fn note(&mut self, incident: Incident) {
        self.tally.incident(self.began.elapsed(), incident);
    }

    /// Shows how the nodes are, and what happened.
    fn show(&mut self) -> Result<(), AppError> {
        self.view.show(&self.tally);
        for incident in self.tally.take_incidents() {
            if self.cx.out.is_json() {
                self.cx.out.emit(&incident)?;
            } else {
                let mut text = String::new();
                incident.text(&mut text).map_err(AppError::internal)?;
                self.cx.out.note(text.trim_end());
            }
        }
        Ok(())
    }
}
