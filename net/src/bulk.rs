//! A channel for bulk traffic with one peer: frames both ways over one long-lived stream.
//!
//! A stream that stays open keeps its window, which one stream a message does not. Two tasks belong to a channel: one
//! reads whatever comes, one gives back credits and keeps the line alive. So the two directions never wait for each
//! other: who is busy sending still takes what the peer sends, up to what the credits allow.
//!
//! Invariants: a payload costs memory as its bytes arrive, not as its header promises; at most [`LARGE_CREDITS`] large
//! and [`SMALL_CREDITS`] small frames lie unread; a frame that was begun goes on at [`Limits::pace_bytes`] in each
//! [`Limits::pace`] or the channel ends; a peer that breaks a rule ends the channel with the reason, and nothing else.

mod pace;
mod pump;
#[cfg(test)]
mod tests;

use crate::{
    frame::{Frame, FrameError, Header},
    handle::Slot,
    traffic::Counter,
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite};
use libp2p::PeerId;
use pump::{Item, Writer};
use std::{
    any::Any,
    fmt, io,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Frames with a longer payload are large.
pub const LARGE_BYTES: usize = 64 << 10;

/// So many large frames may be under way before the receiver took one.
pub const LARGE_CREDITS: u32 = 4;

/// So many small frames may be under way before the receiver took one.
pub const SMALL_CREDITS: u32 = 256;

/// Frames up to this are read before anybody asks for them; a longer one waits for a
/// [`receive`](ChannelReceiver::receive) that allows it.
pub const AHEAD_BYTES: usize = 1 << 20;

/// How long a peer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The channel ends when nothing at all was heard for so long. Both sides say something every third of it.
    pub(crate) idle: Duration,
    /// A frame that was begun has to go on by [`Limits::pace_bytes`] in each such time.
    pub(crate) pace: Duration,
    /// See [`Limits::pace`].
    pub(crate) pace_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { idle: Duration::from_secs(90), pace: Duration::from_secs(10), pace_bytes: 16 << 10 }
    }
}

/// Why a channel ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// Not a frame, or a longer one than allowed.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The connection or the peer's program went away without saying so.
    #[error("the peer vanished")]
    Vanished,
    /// The peer closed the channel, or we did.
    #[error("the channel is closed")]
    Closed,
    /// Nothing was heard.
    #[error("nothing was heard for {} s", .0.as_secs())]
    Idle(Duration),
    /// A frame came or went too slowly.
    #[error("less than {bytes} bytes of a frame in {} s", .pace.as_secs())]
    Slow {
        /// As many as there have to be.
        bytes: usize,
        /// In this time.
        pace: Duration,
    },
    /// The peer sent what it had no credit for, gave more credit than there is, or went on after the end.
    #[error("the peer broke the rules of the channel: {0}")]
    Breach(&'static str),
    /// An earlier `send` was given up in the middle of a frame.
    #[error("an earlier frame was left unfinished")]
    Torn,
    /// The stream failed.
    #[error("{0}")]
    Io(String),
}

impl ChannelError {
    /// Whether an honest program never causes this.
    #[must_use]
    pub fn is_breach(&self) -> bool {
        matches!(self, Self::Frame(_) | Self::Breach(_))
    }
}

impl From<io::Error> for ChannelError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::WriteZero => Self::Vanished,
            _ => Self::Io(error.to_string()),
        }
    }
}

/// Both directions.
pub struct Channel {
    sender: ChannelSender,
    receiver: ChannelReceiver,
}

/// The direction to the peer. When it is dropped, the peer's `receive` returns nothing more.
pub struct ChannelSender {
    shared: Arc<Shared>,
    _end: EndOnDrop,
    _alive: Arc<Alive>,
}

/// The direction from the peer.
pub struct ChannelReceiver {
    shared: Arc<Shared>,
    queue: mpsc::Receiver<Item>,
    _alive: Arc<Alive>,
}

/// What both directions and both tasks know.
struct Shared {
    peer: PeerId,
    limits: Limits,
    meter: Arc<Counter>,
    writer: Mutex<Writer>,
    /// What we may send.
    large: Semaphore,
    small: Semaphore,
    /// What the peer sent.
    held: std::sync::Mutex<Held>,
    failure: OnceLock<ChannelError>,
    /// The peer said that nothing follows.
    ended: std::sync::atomic::AtomicBool,
    /// The housekeeper has something to do.
    housework: Notify,
    /// The peer said something.
    heard: CancellationToken,
    /// Our sender is gone.
    silent: CancellationToken,
    /// Both our directions are gone.
    done: CancellationToken,
    /// It failed.
    dead: CancellationToken,
    /// Lives as long as the stream is open.
    _keep: Box<dyn Any + Send + Sync>,
}

/// Frames of the peer: `unread` ones and those `owed`, which were taken and for which it has no credit back yet.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    unread: [u32; 2],
    owed: [u32; 2],
}

struct EndOnDrop(Arc<Shared>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.silent.cancel();
    }
}

struct Alive(CancellationToken);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Channel {
    /// Takes over a stream of a connection. The slot is given back when the stream is closed.
    pub(crate) fn new(peer: PeerId, stream: libp2p::Stream, counter: Arc<Counter>, slot: Option<Slot>) -> Self {
        Self::over(stream, peer, Limits::default(), counter, Box::new(slot))
    }

    /// Takes over any stream. `keep` is dropped when it is closed.
    ///
    /// Has to be called within a Tokio runtime, which carries the channel's two tasks.
    pub(crate) fn over<S>(
        stream: S,
        peer: PeerId,
        limits: Limits,
        meter: Arc<Counter>,
        keep: Box<dyn Any + Send + Sync>,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (read, write) = stream.split();
        let shared = Arc::new(Shared {
            peer,
            limits,
            meter,
            writer: Mutex::new(Writer::new(Box::new(write))),
            large: Semaphore::new(LARGE_CREDITS as usize),
            small: Semaphore::new(SMALL_CREDITS as usize),
            held: std::sync::Mutex::default(),
            failure: OnceLock::new(),
            ended: false.into(),
            housework: Notify::new(),
            heard: CancellationToken::new(),
            silent: CancellationToken::new(),
            done: CancellationToken::new(),
            dead: CancellationToken::new(),
            _keep: keep,
        });
        // Room for all that credits allow and one announcement of a long frame.
        let (queue_in, queue) = mpsc::channel((LARGE_CREDITS + SMALL_CREDITS + 1) as usize);
        tokio::spawn(pump::read(shared.clone(), Box::new(read), queue_in));
        tokio::spawn(pump::keep_house(shared.clone()));
        let alive = Arc::new(Alive(shared.done.clone()));
        Self {
            sender: ChannelSender { shared: shared.clone(), _end: EndOnDrop(shared.clone()), _alive: alive.clone() },
            receiver: ChannelReceiver { shared, queue, _alive: alive },
        }
    }

    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.sender.peer()
    }

    /// Waits until the peer has taken the stream.
    ///
    /// Opening a stream says nothing of it: libp2p drops streams that come while the taker is busy, and only then is the
    /// opener told. Whoever opens should try again when this fails.
    pub async fn ready(&self) -> Result<(), ChannelError> {
        let shared = &self.sender.shared;
        tokio::select! {
            biased;
            () = shared.heard.cancelled() => Ok(()),
            () = shared.dead.cancelled() => Err(shared.failure()),
        }
    }

    /// See [`ChannelSender::send`].
    pub async fn send(&mut self, kind: u8, tag: u64, payload: &[u8]) -> Result<(), ChannelError> {
        self.sender.send(kind, tag, payload).await
    }

    /// See [`ChannelReceiver::receive`].
    pub async fn receive(&mut self, payload_max: usize) -> Result<Option<Frame>, ChannelError> {
        self.receiver.receive(payload_max).await
    }

    /// The two directions, for a task each.
    #[must_use]
    pub fn split(self) -> (ChannelSender, ChannelReceiver) {
        (self.sender, self.receiver)
    }

    /// Says that nothing follows and closes the stream, once all that was sent is on its way.
    pub async fn close(self) {
        self.sender.end().await;
    }
}

impl ChannelSender {
    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.shared.peer
    }

    /// Sends one frame; waits while the peer has taken too few of the earlier ones.
    ///
    /// When this is given up half-way, the channel is of no more use: the next `send` says [`ChannelError::Torn`].
    pub async fn send(&mut self, kind: u8, tag: u64, payload: &[u8]) -> Result<(), ChannelError> {
        let header = Header::new(kind, 0, tag, payload)?;
        let credits = if payload.len() > LARGE_BYTES { &self.shared.large } else { &self.shared.small };
        match credits.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_) => return Err(self.shared.failure()),
        }
        let written = async { self.shared.writer.lock().await.write(header, payload, &self.shared).await };
        tokio::select! {
            biased;
            () = self.shared.dead.cancelled() => Err(self.shared.failure()),
            written = written => written.inspect_err(|error| self.shared.fail(error.clone())),
        }
    }

    /// Says that nothing follows. The other direction goes on.
    pub async fn end(self) {
        let shared = self.shared.clone();
        // What the housekeeper would do, but now, so that the caller knows when it is done.
        let mut writer = shared.writer.lock().await;
        if let Err(error) = writer.end(&shared).await {
            shared.fail(error);
        }
    }
}

impl ChannelReceiver {
    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.shared.peer
    }

    /// The next frame; none when the peer said that nothing follows. A frame with a longer payload ends the channel.
    ///
    /// Nothing is lost when this is given up half-way.
    pub async fn receive(&mut self, payload_max: usize) -> Result<Option<Frame>, ChannelError> {
        loop {
            let length = match self.queue.recv().await {
                None if self.shared.ended.load(std::sync::atomic::Ordering::Acquire) => return Ok(None),
                None => return Err(self.shared.failure()),
                Some(Item::Frame(frame)) if frame.payload.len() <= payload_max => {
                    self.shared.took(frame.payload.len());
                    return Ok(Some(frame));
                }
                Some(Item::Frame(frame)) => frame.payload.len(),
                Some(Item::Long { length, go }) if length <= payload_max => {
                    let _ = go.send(());
                    continue;
                }
                Some(Item::Long { length, .. }) => length,
            };
            let error = ChannelError::Frame(FrameError::Long { length: length as u64, max: payload_max });
            self.shared.fail(error.clone());
            return Err(error);
        }
    }
}

impl Shared {
    /// Ends the channel for this reason, unless there was an earlier one.
    fn fail(&self, error: ChannelError) {
        if self.failure.set(error).is_ok() {
            self.large.close();
            self.small.close();
            self.dead.cancel();
        }
    }

    fn failure(&self) -> ChannelError {
        self.failure.get().cloned().unwrap_or(ChannelError::Closed)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The application took a frame: its sender gets the credit back, small ones many at a time.
    fn took(&self, length: usize) {
        let class = usize::from(length > LARGE_BYTES);
        let mut held = self.held();
        held.unread[class] = held.unread[class].saturating_sub(1);
        held.owed[class] += 1;
        if class == 1 || held.owed[0] >= SMALL_CREDITS / 4 {
            self.housework.notify_one();
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("peer", &self.peer()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ChannelSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelSender").field("peer", &self.peer()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ChannelReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelReceiver").field("peer", &self.peer()).finish_non_exhaustive()
    }
}
