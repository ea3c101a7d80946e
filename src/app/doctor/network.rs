//! The network: whether a node runs, its ledger and model, the port it answers on, and the clock.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use super::Check;
use crate::app::Context;
use crate::config::Settings;
use crate::node::client::NodeClient;
use crate::node::queries::NetworkAnswer;
use crate::node::{ApiFile, NetworkFolder, Networks, running_pid};
use crate::store::{Look, StoreError, look};

/// How long whoever listens may take to say who it is.
const ANSWER: Duration = Duration::from_millis(700);
/// A larger ledger is not read as a whole.
const LEDGER_BYTES_MAX: u64 = 64 << 20;
/// A larger model is not hashed.
#[cfg(feature = "flex")]
const MODEL_BYTES_MAX: u64 = 512 << 20;
/// 2025-01-01, in milliseconds since 1970: no block is older.
const EARLIEST_MS: u64 = 1_735_689_600_000;
/// How far a clock may be behind the last block.
const BEHIND_MS: u64 = 5_000;

/// A node that answers.
struct Running {
    url: String,
    answer: NetworkAnswer,
}

pub(super) fn checks(cx: &Context, home: &Path, settings: &Settings) -> Vec<Check> {
    let (running, check) = node(cx, home);
    let mut checks = vec![check];
    let (folder, check) = joined(home, settings);
    checks.push(check);
    let mut last_ms = running.as_ref().map(|running| running.answer.time_ms);
    if let Some(folder) = &folder {
        match &running {
            Some(running) if running.answer.chain_id == folder.genesis.chain.0 => {
                let detail = format!("the running node has it, at block {}", running.answer.height);
                checks.push(Check::ok("ledger", detail));
            }
            _ => {
                let (time_ms, check) = ledger(folder);
                last_ms = last_ms.max(time_ms);
                checks.push(check);
            }
        }
        #[cfg(feature = "flex")]
        checks.push(model(folder));
    }
    checks.push(port(running.as_ref(), settings.listen_api.0));
    // A node of another home has ports of its own.
    let own =
        running.filter(|running| cx.api.is_some() || ApiFile::read(home).is_some_and(|own| own.url == running.url));
    let said = own.and_then(|running| NodeClient::new(&running.url, None).status().ok());
    checks.extend(super::peers::checks(settings, said.and_then(|said| said.net).as_ref()));
    checks.push(clock(last_ms));
    checks
}

fn node(cx: &Context, home: &Path) -> (Option<Running>, Check) {
    let written = ApiFile::read(home);
    let Some(url) = cx.api.clone().or_else(|| written.as_ref().map(|written| written.url.clone())) else {
        let check = match running_pid(home) {
            None => Check::ok("node", "none runs on this home"),
            Some(pid) => {
                let detail = format!("process {pid} runs one here that answers nobody");
                Check::warn("node", detail, "wait a moment, or start it with --listen-api ADDR")
            }
        };
        return (None, check);
    };
    match NodeClient::new(&url, None).network(ANSWER) {
        Ok(answer) => {
            let process = written.filter(|written| written.url == url).map(|written| written.pid);
            let process = process.map(|pid| format!(" (process {pid})")).unwrap_or_default();
            let detail = format!("{url}{process} is at block {} of {}", answer.height, answer.network);
            (Some(Running { url, answer }), Check::ok("node", detail))
        }
        Err(error) if cx.api.is_some() => {
            (None, Check::fail("node", error.to_string(), "start it, or leave --api out"))
        }
        Err(error) => (None, Check::warn("node", error.to_string(), "`neuroshard node logs` says what it is doing")),
    }
}

fn joined(home: &Path, settings: &Settings) -> (Option<NetworkFolder>, Check) {
    match Networks::at(home).look(settings.named_network().as_deref()) {
        Ok(Some(folder)) => {
            let detail = format!("{}, chain {}", folder.genesis.name, folder.genesis.chain);
            (Some(folder), Check::ok("network", detail))
        }
        Ok(None) => (None, Check::ok("network", "none joined yet: the first node begins a private devnet")),
        Err(error) => {
            let mend = "give the network's genesis file with --network FILE, or put a copy of the file in its place";
            (None, Check::fail("network", error.to_string(), mend))
        }
    }
}

fn ledger(folder: &NetworkFolder) -> (Option<u64>, Check) {
    const NAME: &str = "ledger";
    let looked = look(&folder.ledger(), folder.genesis.chain, LEDGER_BYTES_MAX);
    let check = match looked {
        Ok(Look::Whole { tip, records }) => {
            let read = if records { "whole" } else { "readable; too large to add up here" };
            let (height, time_ms) = (tip.header.height.0, tip.header.time_ms);
            return (Some(time_ms), Check::ok(NAME, format!("{read}, at block {height}")));
        }
        Ok(Look::Unclosed) => Check::ok(NAME, "its last node was killed; the next one repairs it"),
        Err(StoreError::Absent(_)) if !folder.consensus_log().exists() => Check::ok(NAME, "begins with the first node"),
        Err(StoreError::Busy(_)) => Check::ok(NAME, "another process of this home uses it"),
        Err(error) => {
            let mend = match &error {
                StoreError::Newer { .. } => "use the neuroshard that wrote it, or a newer one",
                StoreError::Io { .. } => "make it readable for this user",
                StoreError::Absent(_) => "this network had one: put it back, or `neuroshard snapshot import` a copy",
                _ => "put a copy of it in its place, or move it away and `neuroshard snapshot import` a copy",
            };
            Check::fail(NAME, error.to_string(), mend)
        }
    };
    (None, check)
}

#[cfg(feature = "flex")]
fn model(folder: &NetworkFolder) -> Check {
    use neuroshard_model::checkpoint::{Checkpoint, CheckpointError};
    const NAME: &str = "model";
    let path = folder.model();
    if !path.exists() {
        return Check::ok(NAME, "begins with the first node that trains");
    }
    let bytes = crate::node::folder_size(&path);
    if bytes > MODEL_BYTES_MAX {
        let size = super::machine::size(bytes);
        return Check::ok(NAME, format!("{size} in {}; too large to hash here", path.display()));
    }
    match Checkpoint::open(&path) {
        Ok(opened) if opened.damaged.is_empty() => Check::ok(NAME, format!("whole, in {}", path.display())),
        Ok(opened) => {
            let detail =
                format!("{} of its newest checkpoints are damaged; an older one is whole", opened.damaged.len());
            Check::warn(NAME, detail, "nothing to do: the node goes on from the whole one")
        }
        Err(CheckpointError::Absent { .. }) => Check::ok(NAME, "begins with the first round"),
        Err(error) => {
            let mend = format!("put a copy in place of {}, or move it away to train anew", path.display());
            Check::fail(NAME, error.to_string(), mend)
        }
    }
}

fn port(running: Option<&Running>, listen: Option<SocketAddr>) -> Check {
    const NAME: &str = "port";
    const MEND: &str = "stop it, or choose another address with --listen-api ADDR, or off";
    let Some(address) = listen else { return Check::ok(NAME, "off: the node answers nobody") };
    if running.is_some_and(|running| running.url == format!("http://{address}")) {
        return Check::ok(NAME, format!("{address} is held by the running node"));
    }
    match TcpListener::bind(address) {
        Ok(_) => Check::ok(NAME, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            match NodeClient::new(&format!("http://{address}"), None).network(ANSWER) {
                Ok(other) => {
                    let detail = format!("a node of another home answers on {address}, for {}", other.network);
                    Check::fail(NAME, detail, MEND)
                }
                Err(_) => Check::fail(NAME, format!("another program listens on {address}"), MEND),
            }
        }
        Err(error) => {
            let detail = format!("{address} can't be listened on: {error}");
            Check::fail(NAME, detail, "choose another address with --listen-api ADDR, or off")
        }
    }
}

fn clock(last_ms: Option<u64>) -> Check {
    clock_at(crate::node::now_ms(), last_ms)
}

fn clock_at(now_ms: u64, last_ms: Option<u64>) -> Check {
    const NAME: &str = "clock";
    const MEND: &str = "set it by the network: timedatectl set-ntp true";
    let says = crate::node::rfc3339(now_ms);
    match last_ms {
        _ if now_ms < EARLIEST_MS => Check::fail(NAME, format!("it says {says}, which is long past"), MEND),
        Some(last) if now_ms.saturating_add(BEHIND_MS) < last => {
            let behind = (last - now_ms) / 1000;
            Check::fail(NAME, format!("it says {says}, {behind} s before the last block"), MEND)
        }
        _ => Check::ok(NAME, says),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn a_clock_is_neither_in_the_past_nor_behind_the_chain() {
        let now = EARLIEST_MS + 1_000_000;
        assert_eq!(clock_at(now, None).status, Status::Ok);
        assert_eq!(clock_at(now, Some(now + 1_000)).status, Status::Ok);
        assert_eq!(clock_at(0, None).status, Status::Fail);
        let behind = clock_at(now, Some(now + 60_000));
        assert!(behind.status == Status::Fail && behind.detail.ends_with("60 s before the last block"), "{behind:?}");
        assert!(behind.mend.is_some());
    }

    #[test]
    fn a_port_is_free_or_held_by_a_stranger() {
        assert_eq!(port(None, None).status, Status::Ok);
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let check = port(None, Some(address));
        assert!(check.status == Status::Fail && check.detail.contains("another program"), "{check:?}");
    }
}
