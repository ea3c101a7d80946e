//! Framed streams for bulk.
//!
//! Invariants: a frame's length is checked before anything is allocated for it; a damaged frame is never handed on.

use crate::PeerId;
use crate::handle::Slot;
use crate::traffic::Counter;
use libp2p::Stream;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt as _};

const HEADER_BYTES: usize = 24;
const MAGIC: u8 = 0x4e;
const VERSION: u8 = 1;

/// One message of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What kind of message.
    pub kind: u8,
    /// Which one, in the users' own counting.
    pub tag: u64,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// Why a channel broke.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The stream.
    #[error("the stream broke: {0}")]
    Io(#[from] io::Error),
    /// Not our format, or not whole.
    #[error("bad frame: {0}")]
    Frame(&'static str),
    /// Longer than the receiver takes.
    #[error("a frame of {length} bytes is over the {max} allowed")]
    TooLong {
        /// Its bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
}

/// A stream of frames to and from one peer.
#[derive(Debug)]
pub struct Channel {
    sender: ChannelSender,
    receiver: ChannelReceiver,
}

/// The half that sends.
#[derive(Debug)]
pub struct ChannelSender {
    stream: WriteHalf<Compat<Stream>>,
    counter: Arc<Counter>,
}

/// The half that receives.
#[derive(Debug)]
pub struct ChannelReceiver {
    peer: PeerId,
    stream: ReadHalf<Compat<Stream>>,
    counter: Arc<Counter>,
    /// Given back when the channel goes.
    _slot: Option<Slot>,
}

impl Channel {
    pub(crate) fn new(peer: PeerId, stream: Stream, counter: Arc<Counter>, slot: Option<Slot>) -> Self {
        let (read, write) = tokio::io::split(stream.compat());
        let sender = ChannelSender { stream: write, counter: Arc::clone(&counter) };
        Self { sender, receiver: ChannelReceiver { peer, stream: read, counter, _slot: slot } }
    }

    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.receiver.peer
    }

    /// Sends one frame.
    pub async fn send(&mut self, kind: u8, tag: u64, payload: &[u8]) -> Result<(), ChannelError> {
        self.sender.send(kind, tag, payload).await
    }

    /// The next frame; `None` once the other end has closed.
    pub async fn receive(&mut self, payload_max: usize) -> Result<Option<Frame>, ChannelError> {
        self.receiver.receive(payload_max).await
    }

    /// Both halves, for two tasks.
    #[must_use]
    pub fn split(self) -> (ChannelSender, ChannelReceiver) {
        (self.sender, self.receiver)
    }

    /// Closes it.
    pub async fn close(mut self) {
        // The other end may be gone already.
        let _ = self.sender.stream.shutdown().await;
    }
}

impl ChannelSender {
    /// Sends one frame.
    pub async fn send(&mut self, kind: u8, tag: u64, payload: &[u8]) -> Result<(), ChannelError> {
        let length = u32::try_from(payload.len())
            .map_err(|_| ChannelError::TooLong { length: payload.len(), max: u32::MAX as usize })?;
        let mut header = [0; HEADER_BYTES];
        header[..4].copy_from_slice(&[MAGIC, VERSION, kind, 0]);
        header[4..12].copy_from_slice(&tag.to_le_bytes());
        header[12..16].copy_from_slice(&length.to_le_bytes());
        header[16..].copy_from_slice(&blake3::hash(payload).as_bytes()[..8]);
        self.stream.write_all(&header).await?;
        self.stream.write_all(payload).await?;
        self.stream.flush().await?;
        self.counter.sent(HEADER_BYTES + payload.len());
        Ok(())
    }
}

impl ChannelReceiver {
    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.peer
    }

    /// The next frame; `None` once the other end has closed.
    pub async fn receive(&mut self, payload_max: usize) -> Result<Option<Frame>, ChannelError> {
        let mut header = [0; HEADER_BYTES];
        if self.stream.read(&mut header[..1]).await? == 0 {
            return Ok(None);
        }
        self.stream.read_exact(&mut header[1..]).await?;
        let [magic, version, kind, _, rest @ ..] = header;
        if magic != MAGIC || version != VERSION {
            return Err(ChannelError::Frame("other format or version"));
        }
        let [t0, t1, t2, t3, t4, t5, t6, t7, l0, l1, l2, l3, hash @ ..] = rest;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if length > payload_max {
            return Err(ChannelError::TooLong { length, max: payload_max });
        }
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await?;
        if blake3::hash(&payload).as_bytes()[..8] != hash {
            return Err(ChannelError::Frame("damaged"));
        }
        self.counter.received(HEADER_BYTES + length);
        Ok(Some(Frame { kind, tag: u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]), payload }))
    }
}
