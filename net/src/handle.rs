//! What everybody but the service holds: cheap to copy, and safe from any task.
//!
//! Invariants: nothing here waits for the service's loop but what is `async`; whatever is refused for lack of room says so.

use crate::bulk::Channel;
use crate::command::Command;
use crate::error::{AcceptError, AskError, Busy, OpenError, RecordError};
use crate::names::Names;
use crate::roster::Roster;
use crate::traffic::Ledger;
use crate::{Conduct, MessageId, Multiaddr, PeerId, RequestKind, StreamKind, Topic, Verdict, View};
use libp2p_stream::{Control, OpenStreamError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

mod incoming;

pub use incoming::Incoming;
pub(crate) use incoming::Slot;

/// How long opening a stream may take, each time it is tried.
const OPEN_WAIT: Duration = Duration::from_secs(10);
/// How long the peer has to take an opened stream, and how often one is opened.
const READY_WAIT: Duration = Duration::from_secs(5);
const OPEN_TRIES: usize = 3;
/// How long a relayed connection is waited out once there is a direct one.
const RELAY_WAIT: Duration = Duration::from_secs(3);
/// Longest statement to trackers.
pub(crate) const STATEMENT_MAX: usize = 1024;

/// The network, for those who use it.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles have in common.
pub(crate) struct Shared {
    pub(crate) local: PeerId,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) control: Control,
    pub(crate) roster: Arc<Roster>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) view: watch::Receiver<Arc<View>>,
    pub(crate) protect: watch::Sender<BTreeSet<PeerId>>,
    pub(crate) block: watch::Sender<BTreeSet<PeerId>>,
    pub(crate) statement: watch::Sender<Vec<u8>>,
    pub(crate) names: Names,
    pub(crate) topics: Vec<Topic>,
    pub(crate) requests: Vec<RequestKind>,
    pub(crate) streams: Vec<StreamKind>,
    pub(crate) runtime: tokio::runtime::Handle,
    /// Cancelled when the service ends.
    pub(crate) ended: CancellationToken,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("local", &self.shared.local).finish_non_exhaustive()
    }
}

impl Handle {
    /// This node.
    #[must_use]
    pub fn local(&self) -> PeerId {
        self.shared.local
    }

    /// Gossips a message. Never waits; while there is nobody to tell, it is kept and tried again for a moment.
    pub fn publish(&self, topic: &'static str, bytes: Vec<u8>) -> Result<(), Busy> {
        let known = self.shared.topics.iter().find(|known| known.name == topic).ok_or(Busy::Unknown(topic))?;
        if bytes.len() > known.bytes_max {
            return Err(Busy::TooLong { length: bytes.len(), max: known.bytes_max });
        }
        self.shared.commands.try_send(Command::Publish { topic: known.name, bytes }).map_err(|error| match error {
            TrySendError::Full(_) => Busy::Full,
            TrySendError::Closed(_) => Busy::Stopped,
        })
    }

    /// Says what a gossiped message is worth.
    pub fn verdict(&self, id: MessageId, from: PeerId, verdict: Verdict) {
        self.tell(Command::Verdict { id, from, verdict });
    }

    /// Asks a connected peer, and waits for its answer.
    pub async fn ask(
        &self,
        peer: PeerId,
        kind: &'static str,
        bytes: Vec<u8>,
        wait_max: Duration,
    ) -> Result<Vec<u8>, AskError> {
        let known = self.shared.requests.iter().find(|known| known.name == kind).ok_or(AskError::Unknown(kind))?;
        if bytes.len() > known.request_max {
            return Err(AskError::TooLong { length: bytes.len(), max: known.request_max });
        }
        let (reply, answer) = oneshot::channel();
        let command = Command::Ask { peer, kind: known.name, bytes, reply };
        self.shared.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => AskError::Busy,
            TrySendError::Closed(_) => AskError::Stopped,
        })?;
        match timeout(wait_max, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(AskError::Stopped),
            Err(_) => Err(AskError::Timeout(wait_max)),
        }
    }

    /// Opens a stream to a connected peer; a direct connection is always preferred, and a broken attempt repeated once.
    pub async fn open(&self, peer: PeerId, kind: &'static str) -> Result<Channel, OpenError> {
        let known = self.shared.streams.iter().find(|known| known.name == kind).ok_or(OpenError::Unknown(kind))?;
        let protocol = self.shared.names.protocol(known.name).ok_or(OpenError::Unknown(kind))?;
        let mut failure = OpenError::NotConnected;
        for _ in 0..OPEN_TRIES {
            if self.shared.ended.is_cancelled() {
                return Err(OpenError::Stopped);
            }
            if !self.shared.roster.get(&peer).is_some_and(|standing| standing.admitted) {
                return Err(failure);
            }
            // The stream's connection is picked by chance, so a relay that is being closed is waited out.
            self.shared.roster.until(&peer, RELAY_WAIT, |standing| !(standing.direct && standing.relayed)).await;
            let mut control = self.shared.control.clone();
            failure = match timeout(OPEN_WAIT, control.open_stream(peer, protocol.clone())).await {
                Ok(Ok(stream)) => {
                    let channel = Channel::new(peer, stream, self.shared.ledger.counter(peer, known.name), None);
                    // A stream that comes while its taker is busy is dropped there without a word.
                    match timeout(READY_WAIT, channel.ready()).await {
                        Ok(Ok(())) => return Ok(channel),
                        Ok(Err(error)) => OpenError::Failed(error.to_string()),
                        Err(_) => OpenError::Timeout(READY_WAIT),
                    }
                }
                Ok(Err(OpenStreamError::UnsupportedProtocol(_))) => return Err(OpenError::Unsupported(kind)),
                Ok(Err(error)) => OpenError::Failed(error.to_string()),
                Err(_) => OpenError::Timeout(OPEN_WAIT),
            };
        }
        Err(failure)
    }

    /// Takes the streams of a kind that peers open to us. There can be one taker of each kind.
    pub fn accept(&self, kind: &'static str) -> Result<Incoming, AcceptError> {
        let known = self.shared.streams.iter().find(|known| known.name == kind).ok_or(AcceptError::Unknown(kind))?;
        let protocol = self.shared.names.protocol(known.name).ok_or(AcceptError::Unknown(kind))?;
        let streams = self.shared.control.clone().accept(protocol).map_err(|_| AcceptError::Taken(kind))?;
        Ok(Incoming::start(streams, *known, &self.shared))
    }

    /// Says that a peer behaved badly; at a threshold it is dropped and banned for a while.
    pub fn report(&self, peer: PeerId, conduct: Conduct, reason: String) {
        self.tell(Command::Report { peer, conduct, reason });
    }

    /// Keeps connections with exactly these, and dials them when an address is known.
    pub fn protect(&self, peers: BTreeSet<PeerId>) {
        self.shared.protect.send_if_modified(|now| replace(now, peers));
    }

    /// Blocks exactly these from now on.
    pub fn block(&self, peers: BTreeSet<PeerId>) {
        self.shared.block.send_if_modified(|now| replace(now, peers));
    }

    /// Tries an address.
    pub fn dial(&self, address: Multiaddr) {
        self.tell(Command::Dial(address));
    }

    /// What trackers are told of this node from now on. Longer than 1 KiB is not said.
    pub fn state(&self, statement: Vec<u8>) {
        if statement.len() > STATEMENT_MAX {
            tracing::warn!(length = statement.len(), max = STATEMENT_MAX, "the statement for trackers is too long");
            return;
        }
        self.shared.statement.send_if_modified(|now| replace(now, statement));
    }

    /// The network as people see it.
    #[must_use]
    pub fn view(&self) -> watch::Receiver<Arc<View>> {
        self.shared.view.clone()
    }

    /// Stores a record of ours with our peers, signed, for a while.
    pub async fn put(&self, kind: &str, value: Vec<u8>, ttl: Duration) -> Result<(), RecordError> {
        let (reply, answer) = oneshot::channel();
        self.record(Command::Put { kind: kind.to_owned(), value, ttl, reply })?;
        answer.await.map_err(|_| RecordError::Stopped)?
    }

    /// The newest valid record of a kind by a peer.
    pub async fn get(&self, kind: &str, of: PeerId) -> Result<Option<Vec<u8>>, RecordError> {
        let (reply, answer) = oneshot::channel();
        self.record(Command::Get { kind: kind.to_owned(), of, reply })?;
        answer.await.map_err(|_| RecordError::Stopped)?
    }

    /// Says to the network that we have a content.
    pub async fn provide(&self, content: [u8; 32]) {
        let (reply, answer) = oneshot::channel();
        if self.shared.commands.send(Command::Provide { content, reply }).await.is_ok() {
            // Done or not: it is said again by whoever finds that nobody comes.
            let _ = answer.await;
        }
    }

    /// Peers that say they have a content.
    pub async fn holders(&self, content: [u8; 32]) -> Vec<PeerId> {
        let (reply, answer) = oneshot::channel();
        if self.shared.commands.send(Command::Holders { content, reply }).await.is_err() {
            return Vec::new();
        }
        answer.await.unwrap_or_default()
    }

    fn record(&self, command: Command) -> Result<(), RecordError> {
        self.shared.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => RecordError::Busy,
            TrySendError::Closed(_) => RecordError::Stopped,
        })
    }

    /// For what nobody waits for.
    fn tell(&self, command: Command) {
        // Once the network has stopped, there is nobody to tell.
        if let Err(TrySendError::Full(command)) = self.shared.commands.try_send(command) {
            tracing::warn!(?command, "the network is busy, and this is lost");
        }
    }
}

/// Replaces a value; true if it is another.
fn replace<T: PartialEq>(now: &mut T, new: T) -> bool {
    let changed = *now != new;
    *now = new;
    changed
}
