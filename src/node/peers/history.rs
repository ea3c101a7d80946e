//! Questions about the past, asked and answered: final blocks, headers, what a snapshot has to be.
//!
//! A stream carries one question and its answer. Invariants: a question is measured before it is read; an answer goes as
//! its reader takes it, one block in memory at a time; a question that is none costs its asker the stream and some trust.

use super::HISTORY;
#[cfg(feature = "flex")]
use super::models::{self, Models};
use super::wire::{BLOCKS_MAX, FINAL_BYTES_MAX, Final, HEADER_BYTES_MAX, QUESTION_BYTES_MAX, Question, Tip, Wire as _};
use crate::consensus::BlockBytes;
use crate::ledger::snapshot::{MANIFEST_BYTES_MAX, Manifest};
use crate::store::{LedgerStore, Signed, Snapshots, StoreError};
use crate::types::Height;
use neuroshard_net::{Channel, ChannelError, Conduct, Handle, OpenError, PeerId};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Kinds of frames.
const QUESTION: u8 = 1;
const ANSWER: u8 = 2;
const END: u8 = 3;
/// An answer takes no longer, however much it has: who is slow asks again for the rest.
const ANSWER_TIME: Duration = Duration::from_mins(1);
/// Bytes of blocks after which an answer ends.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// What answers are made of.
#[derive(Clone)]
pub(super) struct Library {
    pub(super) store: Arc<dyn AsRef<LedgerStore> + Send + Sync>,
    pub(super) snapshots: Arc<Snapshots>,
    #[cfg(feature = "flex")]
    pub(super) models: Arc<Models>,
}

/// Why a peer gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error("the answer is none: {0}")]
    Answer(String),
    #[error("it has none")]
    Nothing,
    #[error("no answer in time")]
    Time,
}

/// Answers until the node stops.
pub(super) async fn serve(handle: Handle, library: Library, stop: CancellationToken) {
    let Ok(mut incoming) = handle.accept(HISTORY) else { return };
    loop {
        let (peer, channel) = tokio::select! {
            () = stop.cancelled() => return,
            next = incoming.next() => match next {
                Some(next) => next,
                None => return,
            },
        };
        let (handle, library, stop) = (handle.clone(), library.clone(), stop.clone());
        // The net crate lets only so many of these be open.
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                answered = tokio::time::timeout(ANSWER_TIME, answer(channel, library)) => {
                    let why = match answered {
                        Ok(Err(AskError::Answer(why))) => why,
                        Ok(Err(AskError::Channel(error))) if error.is_breach() => error.to_string(),
                        _ => return,
                    };
                    handle.report(peer, Conduct::Serious, format!("its question is none: {why}"));
                }
            }
        });
    }
}

async fn answer(mut channel: Channel, library: Library) -> Result<(), AskError> {
    let Some(frame) = channel.receive(QUESTION_BYTES_MAX + 1).await? else { return Ok(()) };
    let question = Question::from_wire(&frame.payload).map_err(|error| AskError::Answer(error.to_string()))?;
    match question {
        Question::Blocks { from, count } => {
            let mut bytes = 0;
            for ahead in 0..u64::from(count.min(BLOCKS_MAX)) {
                let height = from.after(ahead);
                let Some(block) = library.look(move |store| final_block(store, height)).await else { break };
                bytes += block.len();
                channel.send(ANSWER, height.0, &block).await?;
                if bytes > ANSWER_BYTES_MAX {
                    break;
                }
            }
        }
        Question::Header(height) => {
            if let Some(header) = library.look(move |store| final_header(store, height)).await {
                channel.send(ANSWER, height.0, &header).await?;
            }
        }
        #[cfg(feature = "flex")]
        Question::Model(from) => {
            if let Some(given) = library.models.newest().filter(|given| given.round() >= from) {
                channel.send(ANSWER, given.round(), &given.manifest().encode()).await?;
            }
        }
        #[cfg(not(feature = "flex"))]
        Question::Model(_) => {}
        Question::Manifest => {
            if let Some(kept) = library.snapshots.newest() {
                channel.send(ANSWER, kept.manifest().header.height.0, &kept.manifest().encode()).await?;
            }
        }
    }
    channel.send(END, 0, &[]).await?;
    channel.close().await;
    Ok(())
}

impl Library {
    /// Reads from the disk without keeping others from being answered. What can't be read is not there.
    async fn look(
        &self,
        read: impl FnOnce(&LedgerStore) -> Result<Option<Vec<u8>>, StoreError> + Send + 'static,
    ) -> Option<Vec<u8>> {
        let store = Arc::clone(&self.store);
        let read = tokio::task::spawn_blocking(move || read((*store).as_ref())).await;
        match read.ok()? {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!("a peer's question is not answered: {error}");
                None
            }
        }
    }
}

/// A block that is final here, if its body is still there.
fn final_block(store: &LedgerStore, height: Height) -> Result<Option<Vec<u8>>, StoreError> {
    let found = store.certified(height)?;
    let found = found.and_then(|found| Some((found.certificate, found.block?)));
    Ok(found.map(|(certificate, block)| Final { certificate, bytes: BlockBytes::from(block) }.to_wire()))
}

fn final_header(store: &LedgerStore, height: Height) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(store.header_with_set(height)?.map(|found| found.to_wire()))
}

/// Where the chain ends, as peers are told.
pub(super) fn tip(store: &LedgerStore) -> Tip {
    let Ok(last) = store.tip() else { return Tip::default() };
    let (height, hash) = (last.header.height, last.header.hash());
    let oldest = store.first_body().ok().flatten().unwrap_or(height.after(1));
    Tip { height, hash, oldest }
}

/// Asks a peer for final blocks: as many as it has of those.
pub(super) async fn blocks(handle: &Handle, peer: PeerId, from: Height, count: u16) -> Result<Vec<Final>, AskError> {
    let mut bytes = 0;
    let mut blocks: Vec<Final> = Vec::new();
    let mut take = |payload: &[u8]| {
        let (height, last) = (from.after(blocks.len() as u64), read::<Final>(payload)?);
        bytes += payload.len();
        if last.certificate.height != height || blocks.len() >= usize::from(count) {
            return Err(AskError::Answer(format!("block {} where {height} was asked for", last.certificate.height)));
        }
        if bytes > ANSWER_BYTES_MAX + FINAL_BYTES_MAX {
            return Err(AskError::Answer("more bytes than an answer may have".to_owned()));
        }
        blocks.push(last);
        Ok(())
    };
    ask(handle, peer, Question::Blocks { from, count }, FINAL_BYTES_MAX + 1, &mut take).await?;
    Ok(blocks)
}

/// Asks a peer for a header.
pub(super) async fn header(handle: &Handle, peer: PeerId, height: Height) -> Result<Signed, AskError> {
    let mut found = None;
    let mut take = |payload: &[u8]| {
        found = Some(read::<Signed>(payload)?);
        Ok(())
    };
    ask(handle, peer, Question::Header(height), HEADER_BYTES_MAX + 1, &mut take).await?;
    found.ok_or(AskError::Nothing)
}

/// Asks a peer what its newest snapshot has to be.
pub(super) async fn manifest(handle: &Handle, peer: PeerId) -> Result<Manifest, AskError> {
    let mut found = None;
    let mut take = |payload: &[u8]| {
        found = Some(Manifest::decode(payload).map_err(|error| AskError::Answer(error.to_string()))?);
        Ok(())
    };
    ask(handle, peer, Question::Manifest, MANIFEST_BYTES_MAX, &mut take).await?;
    found.ok_or(AskError::Nothing)
}

/// Asks a peer what its newest weights have to be, if they are of this round or a later one.
#[cfg(feature = "flex")]
pub(super) async fn model(handle: &Handle, peer: PeerId, from: u64) -> Result<models::Manifest, AskError> {
    let mut found = None;
    let mut take = |payload: &[u8]| {
        found = Some(models::Manifest::decode(payload).map_err(|error| AskError::Answer(error.to_string()))?);
        Ok(())
    };
    ask(handle, peer, Question::Model(from), models::MANIFEST_BYTES_MAX, &mut take).await?;
    found.ok_or(AskError::Nothing)
}

fn read<T: super::wire::Wire>(payload: &[u8]) -> Result<T, AskError> {
    T::from_wire(payload).map_err(|error| AskError::Answer(error.to_string()))
}

async fn ask(
    handle: &Handle,
    peer: PeerId,
    question: Question,
    payload_max: usize,
    take: &mut (dyn FnMut(&[u8]) -> Result<(), AskError> + Send),
) -> Result<(), AskError> {
    let asked = async {
        let mut channel = handle.open(peer, HISTORY).await?;
        channel.send(QUESTION, 0, &question.to_wire()).await?;
        while let Some(frame) = channel.receive(payload_max).await? {
            match frame.kind {
                ANSWER => take(&frame.payload)?,
                END => return Ok(()),
                other => return Err(AskError::Answer(format!("a frame of kind {other}"))),
            }
        }
        Err(AskError::Answer("it ends in the middle".to_owned()))
    };
    tokio::time::timeout(ANSWER_TIME, asked).await.unwrap_or(Err(AskError::Time))
}
