//! Reading and writing that has to make headway.
//!
//! Invariant: a peer that takes or gives less than the least in one span ends the transfer; one that takes its time but
//! keeps to the least does not.

use super::{ChannelError, Limits};
use crate::traffic::Counter;
use futures::{AsyncRead, AsyncWrite};
use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
};
use tokio::time::{Instant, Sleep, sleep};

/// Watches over one frame.
struct Pace<'a> {
    limits: &'a Limits,
    span: Pin<&'a mut Sleep>,
    bytes: usize,
}

impl Pace<'_> {
    /// To be asked whenever the peer makes us wait.
    fn poll(&mut self, cx: &mut Context<'_>) -> Result<(), ChannelError> {
        while self.span.as_mut().poll(cx).is_ready() {
            if self.bytes < self.limits.pace_bytes {
                return Err(ChannelError::Slow { bytes: self.limits.pace_bytes, pace: self.limits.pace });
            }
            self.bytes = 0;
            self.span.as_mut().reset(Instant::now() + self.limits.pace);
        }
        Ok(())
    }
}

/// Fills `buffer`.
pub(super) async fn read_exact(
    stream: &mut (dyn AsyncRead + Send + Unpin),
    buffer: &mut [u8],
    limits: &Limits,
    meter: &Counter,
) -> Result<(), ChannelError> {
    let mut pace = Pace { limits, span: pin!(sleep(limits.pace)), bytes: 0 };
    let mut filled = 0;
    poll_fn(|cx| {
        while filled < buffer.len() {
            match Pin::new(&mut *stream).poll_read(cx, &mut buffer[filled..])? {
                Poll::Pending => {
                    pace.poll(cx)?;
                    return Poll::Pending;
                }
                Poll::Ready(0) => return Poll::Ready(Err(ChannelError::Vanished)),
                Poll::Ready(read) => {
                    meter.received(read);
                    filled += read;
                    pace.bytes += read;
                }
            }
        }
        Poll::Ready(Ok(()))
    })
    .await
}

/// Reads the first bytes of a frame, for which there is no hurry. Zero: the stream has ended.
pub(super) async fn read_some(
    stream: &mut (dyn AsyncRead + Send + Unpin),
    buffer: &mut [u8],
    meter: &Counter,
) -> Result<usize, ChannelError> {
    let read = poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, buffer)).await?;
    meter.received(read);
    Ok(read)
}

/// Writes all of `bytes`.
pub(super) async fn write_all(
    stream: &mut (dyn AsyncWrite + Send + Unpin),
    bytes: &[u8],
    limits: &Limits,
    meter: &Counter,
) -> Result<(), ChannelError> {
    let mut pace = Pace { limits, span: pin!(sleep(limits.pace)), bytes: 0 };
    let mut written = 0;
    poll_fn(|cx| {
        while written < bytes.len() {
            match Pin::new(&mut *stream).poll_write(cx, &bytes[written..])? {
                Poll::Pending => {
                    pace.poll(cx)?;
                    return Poll::Pending;
                }
                Poll::Ready(0) => return Poll::Ready(Err(io::Error::from(io::ErrorKind::WriteZero).into())),
                Poll::Ready(count) => {
                    meter.sent(count);
                    written += count;
                    pace.bytes += count;
                }
            }
        }
        Poll::Ready(Ok(()))
    })
    .await
}

/// Hands on what still lies in buffers.
pub(super) async fn flush(stream: &mut (dyn AsyncWrite + Send + Unpin), limits: &Limits) -> Result<(), ChannelError> {
    let mut pace = Pace { limits, span: pin!(sleep(limits.pace)), bytes: 0 };
    poll_fn(|cx| match Pin::new(&mut *stream).poll_flush(cx)? {
        Poll::Pending => {
            pace.poll(cx)?;
            Poll::Pending
        }
        Poll::Ready(()) => Poll::Ready(Ok(())),
    })
    .await
}

/// Closes our direction of the stream.
pub(super) async fn close(stream: &mut (dyn AsyncWrite + Send + Unpin), limits: &Limits) -> Result<(), ChannelError> {
    let close = poll_fn(|cx| Pin::new(&mut *stream).poll_close(cx));
    match tokio::time::timeout(limits.pace, close).await {
        Ok(closed) => Ok(closed?),
        Err(_) => Err(ChannelError::Slow { bytes: limits.pace_bytes, pace: limits.pace }),
    }
}
