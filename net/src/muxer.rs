//! Many streams over one TCP connection: Yamux, as libp2p speaks it, with larger pieces.
//!
//! libp2p's own wrapper cuts what is sent into pieces of 16 KiB and lets nobody change that. Larger ones cost less
//! processor time; how long a small message waits behind a large one is still bounded by one piece a stream.
//!
//! Invariant: streams that nobody takes are bounded; those beyond are reset.

use futures::{AsyncRead, AsyncWrite, future, ready};
use libp2p::core::{
    muxing::{StreamMuxer, StreamMuxerEvent},
    upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo},
};
use std::{
    collections::VecDeque,
    convert::Infallible,
    iter,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use yamux::{Connection, ConnectionError, Mode, Stream};

/// What is sent is cut into pieces of at most so many bytes.
const PIECE_BYTES: usize = 64 << 10;
/// Streams that wait to be taken. Peers hold back on their own once so many were not acknowledged.
const WAITING_MAX: usize = 256;

/// How a connection is shared.
#[derive(Debug, Clone)]
pub(crate) struct Config(yamux::Config);

impl Config {
    /// At most so many streams at once.
    pub(crate) fn new(streams_max: usize) -> Self {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(streams_max);
        config.set_split_send_size(PIECE_BYTES);
        Self(config)
    }
}

impl UpgradeInfo for Config {
    type Info = &'static str;
    type InfoIter = iter::Once<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        iter::once("/yamux/1.0.0")
    }
}

impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> InboundConnectionUpgrade<C> for Config {
    type Output = Muxer<C>;
    type Error = Infallible;
    type Future = future::Ready<Result<Muxer<C>, Infallible>>;

    fn upgrade_inbound(self, socket: C, _: &'static str) -> Self::Future {
        future::ready(Ok(Muxer::new(Connection::new(socket, self.0, Mode::Server))))
    }
}

impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> OutboundConnectionUpgrade<C> for Config {
    type Output = Muxer<C>;
    type Error = Infallible;
    type Future = future::Ready<Result<Muxer<C>, Infallible>>;

    fn upgrade_outbound(self, socket: C, _: &'static str) -> Self::Future {
        future::ready(Ok(Muxer::new(Connection::new(socket, self.0, Mode::Client))))
    }
}

/// A connection shared by streams.
#[derive(Debug)]
pub(crate) struct Muxer<C> {
    connection: Connection<C>,
    /// Only asking for streams moves a connection on, so some come before they are asked for.
    waiting: VecDeque<Stream>,
    taker: Option<Waker>,
}

impl<C: AsyncRead + AsyncWrite + Unpin + 'static> Muxer<C> {
    fn new(connection: Connection<C>) -> Self {
        Self { connection, waiting: VecDeque::new(), taker: None }
    }

    fn poll_stream(&mut self, cx: &mut Context<'_>) -> Poll<Result<Stream, ConnectionError>> {
        self.connection.poll_next_inbound(cx).map(|next| next.unwrap_or(Err(ConnectionError::Closed)))
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + 'static> StreamMuxer for Muxer<C> {
    type Substream = Stream;
    type Error = ConnectionError;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Stream, ConnectionError>> {
        if let Some(stream) = self.waiting.pop_front() {
            return Poll::Ready(Ok(stream));
        }
        let polled = self.poll_stream(cx);
        if polled.is_pending() {
            self.taker = Some(cx.waker().clone());
        }
        polled
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Stream, ConnectionError>> {
        self.connection.poll_new_outbound(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), ConnectionError>> {
        self.connection.poll_close(cx)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, ConnectionError>> {
        let stream = ready!(self.poll_stream(cx))?;
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back(stream);
        } else {
            // Dropping it tells the peer.
            tracing::debug!(%stream, "too many streams wait to be taken");
        }
        if let Some(taker) = self.taker.take() {
            taker.wake();
        }
        // There may be more; others have their turn first.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
