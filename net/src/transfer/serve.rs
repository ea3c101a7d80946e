//! Gives chunks to whoever asks.
//!
//! Invariants: one stream costs one chunk, which all streams share, and one task; a peer that asks and does not take
//! loses its stream, and one that says nothing for long too.

use super::{BLOB, CHUNK_BYTES_MAX, KIND_MESSAGE, KIND_PIECE, MESSAGE_BYTES_MAX, Message, PIECE_BYTES_MAX, Shelf};
use crate::{Channel, ChannelError, Conduct, Handle};
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// Streams served at once.
const STREAMS_MAX: usize = 64;
/// A stream on which nothing is asked for so long is closed.
const IDLE: Duration = Duration::from_mins(1);

/// Serves until stopped. There can be one of it for a handle.
pub async fn serve(handle: Handle, shelf: Arc<dyn Shelf>, stop: CancellationToken) {
    let mut incoming = match handle.accept(BLOB) {
        Ok(incoming) => incoming,
        Err(error) => return tracing::error!(%error, "chunks are not served"),
    };
    let mut streams = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            Some(_) = streams.join_next() => {}
            next = incoming.next(), if streams.len() < STREAMS_MAX => {
                let Some((peer, channel)) = next else { return };
                let (handle, shelf) = (handle.clone(), Arc::clone(&shelf));
                streams.spawn(async move {
                    match serve_channel(channel, shelf).await {
                        Err(error) if error.is_breach() => {
                            handle.report(peer, Conduct::Serious, format!("asked for chunks: {error}"));
                        }
                        Err(error) => tracing::debug!(%peer, %error, "a stream for chunks ended"),
                        Ok(()) => {}
                    }
                });
            }
        }
    }
}

/// Serves one stream until it ends.
pub(super) async fn serve_channel(channel: Channel, shelf: Arc<dyn Shelf>) -> Result<(), ChannelError> {
    let (mut sender, mut receiver) = channel.split();
    loop {
        let Ok(next) = timeout(IDLE, receiver.receive(MESSAGE_BYTES_MAX)).await else { break };
        let Some(frame) = next? else { break };
        let Ok(Message::Ask { content, index, offset }) = Message::decode(&frame.payload) else {
            return Err(ChannelError::Breach("no request for a chunk"));
        };
        // Reading a disk would hold up the others.
        let shelf = Arc::clone(&shelf);
        let chunk = tokio::task::spawn_blocking(move || shelf.chunk(&content, index)).await.ok().flatten();
        let chunk = chunk.filter(|chunk| chunk.len() <= CHUNK_BYTES_MAX);
        let rest = chunk.as_ref().and_then(|chunk| Some((chunk.len(), chunk.get(offset as usize..)?)));
        let Some((length, rest)) = rest else {
            sender.send(KIND_MESSAGE, frame.tag, &Message::Lacks.encode()).await?;
            continue;
        };
        sender.send(KIND_MESSAGE, frame.tag, &Message::Length(length as u32).encode()).await?;
        for piece in rest.chunks(PIECE_BYTES_MAX) {
            sender.send(KIND_PIECE, frame.tag, piece).await?;
        }
    }
    sender.end().await;
    Ok(())
}
