//! Gives final blocks to peers that ask for them.
//!
//! Invariants: a question is measured before it is read; an answer is as long as its reader takes it, one block in memory
//! at a time; a question that is none costs its asker the stream.

use super::BLOCKS;
use super::wire::{AskBlocks, BLOCKS_MAX, FINAL_BYTES_MAX, Final, QUESTION_BYTES_MAX, Tip, Wire as _};
use crate::consensus::BlockBytes;
use crate::node::chain::Shared;
use crate::store::StoreError;
use crate::types::Height;
use neuroshard_net::{Channel, ChannelError, Conduct, Handle, OpenError, PeerId};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Kinds of frames on a stream of blocks.
const ASK: u8 = 1;
const BLOCK: u8 = 2;
const END: u8 = 3;
/// An answer takes no longer, however many blocks it has: a slow peer asks again for the rest.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// Bytes of blocks after which an answer ends.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// Why a peer gave no blocks.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error("the answer is none: {0}")]
    Answer(String),
    #[error("no answer in time")]
    Time,
}

/// Answers until the node stops.
pub(super) async fn serve(handle: Handle, shared: Arc<Shared>, stop: CancellationToken) {
    let Ok(mut incoming) = handle.accept(BLOCKS) else { return };
    loop {
        let (peer, channel) = tokio::select! {
            () = stop.cancelled() => return,
            next = incoming.next() => match next {
                Some(next) => next,
                None => return,
            },
        };
        let (handle, shared, stop) = (handle.clone(), Arc::clone(&shared), stop.clone());
        // The net crate lets only so many of these be open.
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                answered = tokio::time::timeout(ANSWER_TIME, answer(channel, shared)) => {
                    if let Ok(Err(AskError::Answer(why))) = answered {
                        handle.report(peer, Conduct::Serious, why);
                    }
                }
            }
        });
    }
}

async fn answer(mut channel: Channel, shared: Arc<Shared>) -> Result<(), AskError> {
    let Some(frame) = channel.receive(QUESTION_BYTES_MAX + 1).await? else { return Ok(()) };
    let AskBlocks { from, count } =
        AskBlocks::from_wire(&frame.payload).map_err(|error| AskError::Answer(error.to_string()))?;
    let mut bytes = 0;
    for ahead in 0..u64::from(count.min(BLOCKS_MAX)) {
        let (shared, height) = (Arc::clone(&shared), from.after(ahead));
        let read = tokio::task::spawn_blocking(move || final_block(&shared, height)).await;
        let Ok(Ok(Some(block))) = read else { break };
        let block = block.to_wire();
        bytes += block.len();
        channel.send(BLOCK, height.0, &block).await?;
        if bytes > ANSWER_BYTES_MAX {
            break;
        }
    }
    channel.send(END, 0, &[]).await?;
    channel.close().await;
    Ok(())
}

/// A block that is final here, if its body is still there.
fn final_block(shared: &Shared, height: Height) -> Result<Option<Final>, StoreError> {
    let (Some(header), Some(block)) = (shared.store.header(height)?, shared.store.block(height)?) else {
        return Ok(None);
    };
    Ok(Some(Final { certificate: header.certificate, bytes: BlockBytes::from(block.encode()) }))
}

/// Where the chain ends, as peers are told.
pub(super) fn tip(shared: &Shared) -> Tip {
    let latest = shared.latest();
    let (height, hash) = (latest.tip.header.height, latest.tip.header.hash());
    let oldest = shared.store.oldest_body().ok().flatten().unwrap_or(height.after(1));
    Tip { height, hash, oldest }
}

/// Asks a peer for blocks.
pub(super) async fn ask(handle: &Handle, peer: PeerId, from: Height, count: u16) -> Result<Vec<Final>, AskError> {
    let asked = async {
        let mut channel = handle.open(peer, BLOCKS).await?;
        channel.send(ASK, 0, &AskBlocks { from, count }.to_wire()).await?;
        let mut blocks = Vec::new();
        let mut bytes = 0;
        while let Some(frame) = channel.receive(FINAL_BYTES_MAX + 1).await? {
            if frame.kind == END {
                break;
            }
            let height = from.after(blocks.len() as u64);
            bytes += frame.payload.len();
            let last = Final::from_wire(&frame.payload).map_err(|error| AskError::Answer(error.to_string()))?;
            let wanted = frame.kind == BLOCK && last.certificate.height == height && blocks.len() < usize::from(count);
            if !wanted || bytes > ANSWER_BYTES_MAX + FINAL_BYTES_MAX {
                return Err(AskError::Answer(format!(
                    "block {} where {height} was asked for",
                    last.certificate.height
                )));
            }
            blocks.push(last);
        }
        Ok(blocks)
    };
    tokio::time::timeout(ANSWER_TIME, asked).await.unwrap_or(Err(AskError::Time))
}
