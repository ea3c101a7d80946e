//! The side that answers.
//!
//! Invariant: it holds one message at a time, and ends with its channel.

use crate::{Channel, ChannelError, ChannelSender};
use tokio_util::task::AbortOnDropHandle;

/// To be acknowledged with 8 bytes.
pub(super) const KIND_BULK: u8 = 1;
/// To be sent back.
pub(super) const KIND_ECHO: u8 = 2;
/// To be taken, and the same to be sent for as long as the channel is there.
pub(super) const KIND_FLOOD: u8 = 3;
/// A message.
pub(super) const MESSAGE_BYTES: usize = 1 << 20;

pub(super) async fn answer(channel: Channel) {
    if let Err(error) = serve(channel).await {
        tracing::debug!(%error, "a measurement ended");
    }
}

async fn serve(channel: Channel) -> Result<(), ChannelError> {
    let (sender, mut receiver) = channel.split();
    let mut sender = Some(sender);
    let mut _flood = None;
    while let Some(frame) = receiver.receive(MESSAGE_BYTES).await? {
        match (frame.kind, &mut sender) {
            (KIND_BULK, Some(sender)) => {
                sender.send(KIND_BULK, frame.tag, &(frame.payload.len() as u64).to_le_bytes()).await?;
            }
            (KIND_ECHO, Some(sender)) => sender.send(KIND_ECHO, frame.tag, &frame.payload).await?,
            (KIND_FLOOD, sender) => {
                if let Some(sender) = sender.take() {
                    _flood = Some(AbortOnDropHandle::new(tokio::spawn(flood(sender, |_| {}))));
                }
            }
            _ => return Err(ChannelError::Breach("no measurement")),
        }
    }
    Ok(())
}

/// Sends messages until the channel ends, and counts them. Why it ended.
pub(super) async fn flood(mut sender: ChannelSender, mut sent: impl FnMut(u64)) -> ChannelError {
    let message = vec![0x5a; MESSAGE_BYTES];
    let mut tag = 0;
    loop {
        if let Err(error) = sender.send(KIND_FLOOD, tag, &message).await {
            return error;
        }
        tag += 1;
        sent(tag);
    }
}
