//! The node among others: its network, what it says there, and what it makes of what it hears.
//!
//! The net crate moves bytes; here they get their meaning. Invariants: nothing a peer says reaches the chain before its form
//! and its signature were checked; nobody waits for a peer; what the chain needs from peers it gets without asking.

mod catch_up;
mod history;
mod join;
mod link;
#[cfg(feature = "flex")]
mod models;
pub(super) mod registration;
pub(super) mod wire;

pub(super) use join::Joining;
pub(super) use link::{Heights, Link, Parts};
#[cfg(feature = "flex")]
pub(super) use models::{Following, Models};

use super::chain::Said;
use super::peering::Peering;
use super::supervisor::NodeError;
use crate::governance::protocol::{Features, Protocol};
use crate::governance::version::Version;
use crate::ledger::genesis::Genesis;
use crate::ledger::state::{State, read};
use crate::ledger::validators::Validators;
use crate::types::SecretKey;
use neuroshard_net::{
    Event, Handle, Multiaddr, PeerId, Program, RequestKind, Role, Service, StreamKind, Topic, transfer,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Consensus messages.
const CONSENSUS: &str = "consensus";
/// Transactions.
const TRANSACTIONS: &str = "transactions";
/// Where a chain ends.
const TIP: &str = "tip";
/// Questions about the past.
const HISTORY: &str = "history";
/// Longest consensus message: a proposed block and what goes with it.
const CONSENSUS_BYTES_MAX: usize = 3 << 20;
/// Things that wait to be said.
const SAID_MAX: usize = 1024;
/// Threads of the network.
const THREADS: usize = 2;

/// A network that is up, before the chain is.
pub(super) struct Net {
    pub(super) runtime: Runtime,
    pub(super) handle: Handle,
    pub(super) events: mpsc::Receiver<Event>,
    /// Ends the service.
    pub(super) stop: CancellationToken,
    pub(super) service: JoinHandle<()>,
    /// Peers that came before anyone listened to the events.
    pub(super) met: Vec<PeerId>,
    /// Where they are.
    pub(super) heights: watch::Sender<Heights>,
}

impl Net {
    /// Listens and begins to look for others.
    pub(super) fn start(
        peering: &Peering,
        genesis: &Genesis,
        key: &SecretKey,
        folder: &Path,
    ) -> Result<Self, NodeError> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(THREADS).thread_name("net").enable_all().build();
        let runtime = runtime.map_err(NodeError::Thread)?;
        let settings = settings(peering, genesis, key, folder)?;
        let (handle, service, events) = runtime.block_on(Service::start(settings))?;
        let stop = CancellationToken::new();
        let service = runtime.spawn(service.run(stop.clone()));
        Ok(Self { runtime, handle, events, stop, service, met: Vec::new(), heights: watch::Sender::default() })
    }
}

/// What the chain says goes in here and comes out at the network.
pub(super) fn outbox() -> (Box<dyn Fn(Said) + Send>, mpsc::Receiver<Said>) {
    let (sender, receiver) = mpsc::channel(SAID_MAX);
    // Consensus repeats itself, and so do transactions that wait: what finds no room is said again.
    (Box::new(move |said| drop(sender.try_send(said))), receiver)
}

/// Addresses of a network.
fn addresses(texts: &[String]) -> Result<Vec<Multiaddr>, NodeError> {
    let parse = |text: &String| {
        text.parse().map_err(|error: <Multiaddr as FromStr>::Err| NodeError::Address(text.clone(), error.to_string()))
    };
    texts.iter().map(parse).collect()
}

fn settings(
    peering: &Peering,
    genesis: &Genesis,
    key: &SecretKey,
    folder: &Path,
) -> Result<neuroshard_net::Settings, NodeError> {
    let own = Protocol { version: super::version(), features: Features::OWN, neps: Vec::new() };
    let judge = move |program: &Program| {
        let [major, minor, patch] = program.version;
        let version = Version { major: major.into(), minor: minor.into(), patch: patch.into() };
        let compat = own.compare(&Protocol { version, features: Features(program.features), neps: Vec::new() });
        if compat.is_compatible() { Ok(()) } else { Err(compat.message) }
    };
    let bootstrap = [peering.bootstrap.as_slice(), &genesis.bootstrap].concat();
    Ok(neuroshard_net::Settings {
        secret: key.to_bytes(),
        chain: genesis.chain.0.0,
        role: Role::Node,
        listen: addresses(&peering.listens_on(genesis))?,
        external: addresses(&peering.external)?,
        bootstrap: addresses(&bootstrap)?,
        trackers: addresses(&peering.trackers)?,
        peer_file: Some(folder.join("peers.json")),
        mdns: peering.mdns,
        upnp: peering.upnp,
        limits: neuroshard_net::Limits::default(),
        topics: vec![
            Topic { name: CONSENSUS, bytes_max: CONSENSUS_BYTES_MAX, flood: true },
            Topic {
                name: TRANSACTIONS,
                bytes_max: crate::ledger::transaction::TRANSACTION_BYTES_MAX + 1,
                flood: false,
            },
        ],
        requests: vec![RequestKind { name: TIP, request_max: 256, response_max: 256, per_minute: 240 }],
        streams: vec![StreamKind { name: HISTORY, per_peer: 4 }, StreamKind { name: transfer::BLOB, per_peer: 2 }],
        program: Program { version: program_version(), features: Features::OWN.0 },
        judge: Arc::new(judge),
    })
}

/// Those who vote, as peers are called.
pub(super) fn voters(state: &dyn State) -> BTreeSet<PeerId> {
    let set = read::<Validators>(state, ()).set;
    let keys = set.validators().iter().map(|validator| *validator.key.as_bytes());
    keys.filter_map(|key| neuroshard_net::peer_of(&key)).collect()
}

/// The version of this program, as peers and the ledger are told.
pub(super) fn program_version() -> [u16; 3] {
    let Version { major, minor, patch } = super::version();
    [major, minor, patch].map(|part| u16::try_from(part).unwrap_or(u16::MAX))
}
