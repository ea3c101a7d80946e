//! What can go wrong, for callers to match.
//!
//! Invariant: none of these is caused by a peer alone without saying which side refused.

use crate::Multiaddr;
use std::io;
use std::time::Duration;

/// Why the network could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The secret is no secp256k1 scalar.
    #[error("the node's secret key is not a valid key")]
    Key,
    /// An address that could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: Multiaddr,
        /// Why.
        source: io::Error,
    },
    /// Names or limits that can't be.
    #[error("settings of the network: {0}")]
    Settings(String),
    /// A part that could not be set up.
    #[error("cannot set up {part}: {reason}")]
    Part {
        /// Which.
        part: &'static str,
        /// Why.
        reason: String,
    },
}

/// Why a message was not taken for publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// The service has too much to do; try again.
    #[error("the network is busy")]
    Full,
    /// The service is no longer running.
    #[error("the network has stopped")]
    Stopped,
    /// The settings do not name this topic.
    #[error("there is no topic {0}")]
    Unknown(&'static str),
    /// Longer than the topic allows.
    #[error("the message has {length} bytes, and the topic takes {max}")]
    TooLong {
        /// Its bytes.
        length: usize,
        /// The topic's limit.
        max: usize,
    },
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The peer is not connected.
    #[error("the peer is not connected")]
    NotConnected,
    /// No answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The settings do not name this kind.
    #[error("there is no request kind {0}")]
    Unknown(&'static str),
    /// Longer than the kind allows.
    #[error("the request has {length} bytes, and its kind takes {max}")]
    TooLong {
        /// Its bytes.
        length: usize,
        /// The kind's limit.
        max: usize,
    },
    /// The peer said no.
    #[error("refused: {0}")]
    Refused(String),
    /// The connection broke, or the answer made no sense.
    #[error("the exchange failed: {0}")]
    Failed(String),
    /// Too many questions wait already.
    #[error("the network is busy")]
    Busy,
    /// The service is no longer running.
    #[error("the network has stopped")]
    Stopped,
}

/// Why no stream was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The peer is not connected.
    #[error("the peer is not connected")]
    NotConnected,
    /// The settings do not name this kind.
    #[error("there is no stream kind {0}")]
    Unknown(&'static str),
    /// The peer takes no streams of this kind.
    #[error("the peer takes no streams of kind {0}")]
    Unsupported(&'static str),
    /// No stream in time.
    #[error("no stream within {0:?}")]
    Timeout(Duration),
    /// The connection broke.
    #[error("the stream could not be opened: {0}")]
    Failed(String),
    /// The service is no longer running.
    #[error("the network has stopped")]
    Stopped,
}

/// Why streams of a kind are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The settings do not name this kind.
    #[error("there is no stream kind {0}")]
    Unknown(&'static str),
    /// Somebody takes them already.
    #[error("streams of kind {0} are taken already")]
    Taken(&'static str),
}

/// Why a record was not stored or found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Longer than a record may be.
    #[error("a record of {length} bytes is over the {max} allowed")]
    TooLong {
        /// Its bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// Nobody keeps records with us yet.
    #[error("no peer keeps records yet")]
    Alone,
    /// The peers did not do it.
    #[error("the peers did not do it: {0}")]
    Failed(String),
    /// Bytes that are no record, or a forged or old one.
    #[error("invalid record: {0}")]
    Invalid(String),
    /// Too many questions wait already.
    #[error("the network is busy")]
    Busy,
    /// The service is no longer running, or keeps no records.
    #[error("the network has stopped")]
    Stopped,
}
