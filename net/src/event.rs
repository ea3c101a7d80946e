//! What the network tells its user, and what the user says of it.
//!
//! Invariant: each peer's events come in order: connected, then what it sends, then disconnected.

use crate::{Multiaddr, PeerId, Program};
use std::fmt;
use tokio::sync::oneshot;

/// A gossiped message's name: it covers author, sequence number and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub(crate) [u8; 32]);

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::names::hex(&self.0[..8]))
    }
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A peer said hello: same chain, and a program that goes with ours. Trackers are not told of; they are in the view.
    Connected {
        /// Who.
        peer: PeerId,
        /// Its program.
        program: Program,
    },
    /// A peer that was connected no longer is.
    Disconnected {
        /// Who.
        peer: PeerId,
        /// Why.
        reason: String,
    },
    /// A gossiped message. It goes no further until it gets a verdict, and everyone has to get one.
    Message {
        /// Its name, for the verdict.
        id: MessageId,
        /// Who handed it to us.
        from: PeerId,
        /// Who signed it.
        author: PeerId,
        /// On what topic.
        topic: &'static str,
        /// What it says.
        bytes: Vec<u8>,
    },
    /// A question.
    Request {
        /// Who asks.
        from: PeerId,
        /// What kind of question.
        kind: &'static str,
        /// What it says.
        bytes: Vec<u8>,
        /// Where the answer goes.
        reply: Reply,
    },
    /// Somebody was turned away: wrong chain, other version, hostile.
    Refused {
        /// Who, if they said.
        peer: Option<PeerId>,
        /// From where, if known.
        address: Option<Multiaddr>,
        /// Why.
        reason: String,
    },
}

/// Where an answer goes. Dropped unused, the question counts as refused.
#[derive(Debug)]
pub struct Reply(pub(crate) oneshot::Sender<Vec<u8>>);

impl Reply {
    /// Answers. An answer longer than its kind allows is not sent; the asker is told of a refusal.
    pub fn send(self, bytes: Vec<u8>) {
        // Nobody waits any more if the asker hung up.
        let _ = self.0.send(bytes);
    }
}

/// What a message is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Don't, but nobody is to blame: old, known, or not to be judged from here.
    Ignore,
    /// Don't, and its sender should have known: malformed or forged. Lowers the sender's score.
    Reject(String),
}

/// How badly a peer behaved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conduct {
    /// May happen to the honest now and then.
    Minor,
    /// Does not happen to the honest often.
    Serious,
    /// Proves malice; banned at once.
    Fatal,
}
