//! What the handle asks of the service.
//!
//! Invariant: whoever waits for an answer gets one, if only by the answer's way being dropped.

use crate::{AskError, Conduct, MessageId, Multiaddr, PeerId, RecordError, Verdict};
use std::time::Duration;
use tokio::sync::oneshot;

/// One thing asked.
#[derive(Debug)]
pub(crate) enum Command {
    /// Gossip a message of ours.
    Publish { topic: &'static str, bytes: Vec<u8> },
    /// What a gossiped message is worth.
    Verdict { id: MessageId, from: PeerId, verdict: Verdict },
    /// Ask a peer.
    Ask { peer: PeerId, kind: &'static str, bytes: Vec<u8>, reply: oneshot::Sender<Result<Vec<u8>, AskError>> },
    /// A peer behaved badly.
    Report { peer: PeerId, conduct: Conduct, reason: String },
    /// Try this address.
    Dial(Multiaddr),
    /// Store a record of ours.
    Put { kind: String, value: Vec<u8>, ttl: Duration, reply: oneshot::Sender<Result<(), RecordError>> },
    /// Find a record.
    Get { kind: String, of: PeerId, reply: oneshot::Sender<Result<Option<Vec<u8>>, RecordError>> },
    /// Say that we have a content.
    Provide { content: [u8; 32], reply: oneshot::Sender<()> },
    /// Who has a content.
    Holders { content: [u8; 32], reply: oneshot::Sender<Vec<PeerId>> },
}
