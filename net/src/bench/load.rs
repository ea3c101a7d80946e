//! The side that measures.
//!
//! Invariant: every wait has an end.

use super::{
    Amount, Figure,
    answer::{KIND_BULK, KIND_ECHO, MESSAGE_BYTES, flood},
    node::Dialled,
};
use crate::{Channel, ChannelError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, interval, timeout},
};
use tokio_util::task::AbortOnDropHandle;

/// Messages under way in one direction.
const UNDER_WAY: usize = 4;
/// A stream that moves nothing for so long has stalled.
const STALL: Duration = Duration::from_secs(1);
/// A message takes no longer.
const WAIT: Duration = Duration::from_secs(30);
const ECHO_BYTES: usize = 200;

pub(super) type Line = Dialled;

fn text(error: impl Into<ChannelError>) -> String {
    error.into().to_string()
}

impl Line {
    pub(super) async fn dial(address: &crate::Multiaddr) -> Result<Self, String> {
        Self::new(address).await
    }
}

/// One direction: how much a second, and how long until a message is acknowledged.
pub(super) async fn bulk(line: &Line, amount: Amount) -> Result<Vec<Figure>, String> {
    let mut channel = line.open().await?;
    stream(&mut channel, amount.messages).await?; // warms up
    let begun = Instant::now();
    stream(&mut channel, amount.messages).await?;
    let rate = (amount.messages * MESSAGE_BYTES) as f64 / 1e6 / begun.elapsed().as_secs_f64();
    let message = vec![0x5a; MESSAGE_BYTES];
    let mut delays = Vec::with_capacity(amount.round_trips);
    for tag in 0..amount.round_trips as u64 {
        let begun = Instant::now();
        channel.send(KIND_BULK, tag, &message).await.map_err(text)?;
        acknowledged(&mut channel).await?;
        delays.push(begun.elapsed());
    }
    channel.close().await;
    Ok(vec![
        Figure { name: "bulk", value: rate, unit: "MB/s" },
        Figure { name: "ack_p50", value: at(&mut delays, 0.5), unit: "ms" },
        Figure { name: "ack_p99", value: at(&mut delays, 0.99), unit: "ms" },
    ])
}

async fn stream(channel: &mut Channel, messages: usize) -> Result<(), String> {
    let message = vec![0x5a; MESSAGE_BYTES];
    let mut sent = 0;
    for received in 0..messages {
        while sent < messages && sent - received < UNDER_WAY {
            channel.send(KIND_BULK, sent as u64, &message).await.map_err(text)?;
            sent += 1;
        }
        acknowledged(channel).await?;
    }
    Ok(())
}

async fn acknowledged(channel: &mut Channel) -> Result<(), String> {
    let answer = timeout(WAIT, channel.receive(8)).await.map_err(|_| "no acknowledgement".to_owned())?;
    answer.map_err(text)?.ok_or("closed").map(|_| ()).map_err(str::to_owned)
}

/// Several streams with bulk both ways at once: how much, and how often one of them stood still.
pub(super) async fn both_ways(line: &Line, amount: Amount) -> Result<Vec<Figure>, String> {
    let mut tasks = JoinSet::new();
    let mut counts = Vec::new();
    for _ in 0..amount.streams {
        let (sender, mut receiver) = line.open().await?.split();
        let (sent, received) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        counts.extend([sent.clone(), received.clone()]);
        tasks.spawn(flood(sender, move |count| sent.store(count, Ordering::Relaxed)));
        tasks.spawn(async move {
            loop {
                match receiver.receive(MESSAGE_BYTES).await {
                    Ok(Some(_)) => received.fetch_add(1, Ordering::Relaxed),
                    Ok(None) => return ChannelError::Closed,
                    Err(error) => return error,
                };
            }
        });
    }
    let begun = Instant::now();
    let mut progress: Vec<(u64, Instant, bool)> = vec![(0, begun, false); counts.len()];
    let (mut stalls, mut longest) = (0, Duration::ZERO);
    let mut looks = interval(Duration::from_millis(50));
    while begun.elapsed() < amount.both_ways {
        looks.tick().await;
        for (count, (before, since, stalled)) in counts.iter().zip(&mut progress) {
            let count = count.load(Ordering::Relaxed);
            longest = longest.max(since.elapsed());
            if count != *before {
                (*before, *since, *stalled) = (count, Instant::now(), false);
            } else if since.elapsed() >= STALL && !*stalled {
                *stalled = true;
                stalls += 1;
            }
        }
        if let Some(ended) = tasks.try_join_next() {
            return Err(ended.map_or_else(|error| error.to_string(), |error| format!("a stream ended: {error}")));
        }
    }
    let elapsed_s = begun.elapsed().as_secs_f64();
    let total = |skip: usize| -> u64 { progress.iter().skip(skip).step_by(2).map(|(count, ..)| count).sum() };
    let rate = |count: u64| count as f64 * MESSAGE_BYTES as f64 / 1e6 / elapsed_s;
    Ok(vec![
        Figure { name: "both_ways_sent", value: rate(total(0)), unit: "MB/s" },
        Figure { name: "both_ways_received", value: rate(total(1)), unit: "MB/s" },
        Figure { name: "both_ways_stalls", value: f64::from(stalls), unit: "stalls" },
        Figure { name: "both_ways_longest_pause", value: longest.as_secs_f64() * 1e3, unit: "ms" },
    ])
}

/// How long a small request takes while bulk goes to the same peer.
pub(super) async fn beside(line: &Line, amount: Amount) -> Result<Vec<Figure>, String> {
    let (bulk, mut small) = (line.open().await?, line.open().await?);
    let load = AbortOnDropHandle::new(tokio::spawn(async move {
        let mut bulk = bulk;
        while stream(&mut bulk, 1000).await.is_ok() {}
    }));
    let begun = Instant::now();
    let mut delays = Vec::new();
    let mut beats = interval(Duration::from_millis(20));
    while begun.elapsed() < amount.beside {
        beats.tick().await;
        let asked = Instant::now();
        small.send(KIND_ECHO, 0, &[1; ECHO_BYTES]).await.map_err(text)?;
        let answer = timeout(WAIT, small.receive(ECHO_BYTES)).await.map_err(|_| "no answer".to_owned())?;
        answer.map_err(text)?.ok_or("closed")?;
        delays.push(asked.elapsed());
    }
    if load.is_finished() {
        return Err("the bulk stream ended".to_owned());
    }
    Ok(vec![
        Figure { name: "beside_p50", value: at(&mut delays, 0.5), unit: "ms" },
        Figure { name: "beside_p99", value: at(&mut delays, 0.99), unit: "ms" },
    ])
}

/// A share of the delays is at most this, in milliseconds.
fn at(delays: &mut [Duration], share: f64) -> f64 {
    delays.sort_unstable();
    let index = (share * delays.len().saturating_sub(1) as f64) as usize;
    delays.get(index).map_or(f64::NAN, |delay| delay.as_secs_f64() * 1e3)
}
