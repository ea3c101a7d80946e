//! The two tasks of a channel: one reads what comes, one keeps house; and the writer that housekeeper and sender share.
//!
//! Invariants: the reader never waits for the application while the peer keeps to its credits, except before a long
//! frame; nothing is written into the middle of another frame.

use super::{
    AHEAD_BYTES, ChannelError, LARGE_BYTES, LARGE_CREDITS, SMALL_CREDITS, Shared,
    pace::{close, flush, read_exact, read_some, write_all},
};
use crate::frame::{FLAG_CREDIT, FLAG_END, Frame, HEADER_BYTES, Header, PAYLOAD_BYTES_MAX};
use futures::{AsyncRead, AsyncWrite};
use std::sync::{Arc, atomic::Ordering};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

/// A payload's first room; it grows as bytes arrive.
const ROOM_BYTES: usize = 64 << 10;

/// Header and the beginning of a payload go out together, in one frame of the multiplexer beneath.
const FIRST_BYTES: usize = 16 << 10;

/// What the reader hands to the application.
pub(super) enum Item {
    Frame(Frame),
    /// A frame so long that the application is asked first.
    Long {
        length: usize,
        go: oneshot::Sender<()>,
    },
}

/// The direction to the peer.
pub(super) struct Writer {
    stream: Box<dyn AsyncWrite + Send + Unpin>,
    first: Vec<u8>,
    /// A frame was begun and not finished.
    torn: bool,
    /// Nothing follows.
    ended: bool,
}

impl Writer {
    pub(super) fn new(stream: Box<dyn AsyncWrite + Send + Unpin>) -> Self {
        Self { stream, first: Vec::new(), torn: false, ended: false }
    }

    /// Writes one frame.
    pub(super) async fn write(&mut self, header: Header, payload: &[u8], shared: &Shared) -> Result<(), ChannelError> {
        if self.torn {
            return Err(ChannelError::Torn);
        }
        if self.ended && header.flags == 0 {
            return Err(ChannelError::Closed);
        }
        self.torn = true;
        let (begin, rest) = payload.split_at(payload.len().min(FIRST_BYTES - HEADER_BYTES));
        self.first.clear();
        self.first.extend_from_slice(&header.encode());
        self.first.extend_from_slice(begin);
        let (limits, meter) = (&shared.limits, &shared.meter);
        write_all(&mut *self.stream, &self.first, limits, meter).await?;
        write_all(&mut *self.stream, rest, limits, meter).await?;
        flush(&mut *self.stream, limits).await?;
        self.torn = false;
        Ok(())
    }

    /// Says that nothing follows.
    pub(super) async fn end(&mut self, shared: &Shared) -> Result<(), ChannelError> {
        if self.ended {
            return Ok(());
        }
        self.ended = true;
        self.write(Header::new(0, FLAG_END, 0, &[])?, &[], shared).await
    }
}

/// Reads until the stream ends, the channel fails or nobody is left who wants to know.
pub(super) async fn read(shared: Arc<Shared>, stream: Box<dyn AsyncRead + Send + Unpin>, queue: mpsc::Sender<Item>) {
    let reader = Reader { shared: &shared, stream, queue: Some(queue), room: ROOM_BYTES, asked: AHEAD_BYTES };
    tokio::select! {
        biased;
        () = shared.dead.cancelled() => {}
        () = shared.done.cancelled() => {}
        error = reader.run() => shared.fail(error),
    }
}

struct Reader<'a> {
    shared: &'a Shared,
    stream: Box<dyn AsyncRead + Send + Unpin>,
    /// Gone once the peer said that nothing follows.
    queue: Option<mpsc::Sender<Item>>,
    /// What the peer once sent in full, it is trusted to send again: so much room is made at once.
    room: usize,
    /// The longest frame the application agreed to.
    asked: usize,
}

impl Reader<'_> {
    async fn run(mut self) -> ChannelError {
        loop {
            if let Err(error) = self.next().await {
                return error;
            }
        }
    }

    async fn next(&mut self) -> Result<(), ChannelError> {
        let shared = self.shared;
        let mut head = [0; HEADER_BYTES];
        let begun = read_some(&mut *self.stream, &mut head, &shared.meter);
        let begun = timeout(shared.limits.idle, begun).await.map_err(|_| ChannelError::Idle(shared.limits.idle))??;
        if begun == 0 {
            return Err(if self.queue.is_none() { ChannelError::Closed } else { ChannelError::Vanished });
        }
        read_exact(&mut *self.stream, &mut head[begun..], &shared.limits, &shared.meter).await?;
        let header = Header::decode(&head, PAYLOAD_BYTES_MAX)?;
        shared.heard.cancel();
        match header.flags {
            0 => self.payload(header).await,
            FLAG_END => {
                header.verify(&[])?;
                shared.ended.store(true, Ordering::Release);
                self.queue = None;
                Ok(())
            }
            _ => {
                header.verify(&[])?;
                let (large, small) = ((header.tag >> 32) as u32, header.tag as u32);
                give(&shared.large, large, LARGE_CREDITS)?;
                give(&shared.small, small, SMALL_CREDITS)
            }
        }
    }

    async fn payload(&mut self, header: Header) -> Result<(), ChannelError> {
        let shared = self.shared;
        let length = header.length as usize;
        let class = usize::from(length > LARGE_BYTES);
        {
            let mut held = shared.held();
            let allowed = [SMALL_CREDITS, LARGE_CREDITS][class];
            if held.unread[class] + held.owed[class] >= allowed {
                return Err(ChannelError::Breach("more frames than it has credits for"));
            }
            held.unread[class] += 1;
        }
        let Some(queue) = &self.queue else {
            return Err(ChannelError::Breach("frames after its end"));
        };
        if length > self.asked {
            let (go, answer) = oneshot::channel();
            let _ = queue.send(Item::Long { length, go }).await;
            answer.await.map_err(|_| ChannelError::Closed)?;
            self.asked = length;
        }
        let mut payload = vec![0; length.min(self.room)];
        read_exact(&mut *self.stream, &mut payload, &shared.limits, &shared.meter).await?;
        while payload.len() < length {
            let filled = payload.len();
            let room = room_after(filled, length);
            payload.reserve_exact(room - filled);
            payload.resize(room, 0);
            read_exact(&mut *self.stream, &mut payload[filled..], &shared.limits, &shared.meter).await?;
        }
        self.room = self.room.max(length);
        header.verify(&payload)?;
        // Credits bound the queue, so this does not wait. Nobody there: the frame is dropped and earns no credit.
        let _ = queue.send(Item::Frame(Frame { kind: header.kind, tag: header.tag, payload })).await;
        Ok(())
    }
}

/// The room for a payload of which this much has arrived.
fn room_after(filled: usize, length: usize) -> usize {
    filled.saturating_mul(2).min(length)
}

/// Takes credits back.
fn give(credits: &Semaphore, count: u32, most: u32) -> Result<(), ChannelError> {
    if count as usize + credits.available_permits() > most as usize {
        return Err(ChannelError::Breach("more credits than were used"));
    }
    credits.add_permits(count as usize);
    Ok(())
}

/// Gives credits back, keeps the line alive and closes what is to be closed.
pub(super) async fn keep_house(shared: Arc<Shared>) {
    let kept = tokio::select! {
        () = shared.dead.cancelled() => Ok(()),
        kept = work(&shared) => kept,
    };
    if let Err(error) = kept {
        shared.fail(error);
    }
    // The stream is gone for the peer too, though somebody may still hold half of the channel.
    shared.writer.lock().await.stream = Box::new(futures::io::sink());
}

async fn work(shared: &Shared) -> Result<(), ChannelError> {
    let mut told = false;
    // The peer learns at once that somebody has taken the stream.
    shared.housework.notify_one();
    loop {
        let mut say = false;
        tokio::select! {
            biased;
            () = shared.done.cancelled() => break,
            () = shared.silent.cancelled(), if !told => told = true,
            () = shared.housework.notified() => say = true,
            () = tokio::time::sleep(shared.limits.idle / 3) => say = true,
        }
        let mut writer = shared.writer.lock().await;
        if told {
            writer.end(shared).await?;
        }
        if say {
            let [small, large] = std::mem::take(&mut shared.held().owed);
            let tag = u64::from(large) << 32 | u64::from(small);
            writer.write(Header::new(0, FLAG_CREDIT, tag, &[])?, &[], shared).await?;
        }
    }
    let mut writer = shared.writer.lock().await;
    writer.end(shared).await?;
    close(&mut *writer.stream, &shared.limits).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_made_for_twice_what_arrived() {
        for length in [ROOM_BYTES + 1, 1_000_000, 16 << 20] {
            let mut filled = ROOM_BYTES;
            while filled < length {
                let room = room_after(filled, length);
                assert!(filled < room && room <= length && room <= filled * 2);
                filled = room;
            }
        }
    }
}
