//! How fast bulk is between two nodes: measured over the sockets, the encryption and the channels that nodes use.
//!
//! One side [`listen`]s, in another process to be fair to what it is compared with, the other one [`measure`]s.
//!
//! Invariant: what is measured is bounded in bytes or seconds, and a peer that fails ends the measurement with a reason.

mod answer;
mod load;
mod node;

pub use node::{Answering, listen};

use crate::Multiaddr;
use load::Line;
use std::time::Duration;

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What.
    pub name: &'static str,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
}

/// The sockets that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sockets {
    /// TCP, Noise and Yamux.
    Tcp,
    /// QUIC.
    Quic,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Messages of 1 MiB in one direction, four of them under way.
    pub messages: usize,
    /// Messages of 1 MiB that are waited for one by one.
    pub round_trips: usize,
    /// Streams that carry bulk both ways.
    pub streams: usize,
    /// For so long. Zero: this part is left out.
    pub both_ways: Duration,
    /// How long small requests are sent beside bulk. Zero: this part is left out.
    pub beside: Duration,
}

impl Default for Amount {
    fn default() -> Self {
        let (both_ways, beside) = (Duration::from_secs(10), Duration::from_secs(5));
        Self { messages: 256, round_trips: 300, streams: 8, both_ways, beside }
    }
}

/// Measures bulk with the node that [listens](listen) at this address.
pub async fn measure(address: &Multiaddr, amount: Amount) -> Result<Vec<Figure>, String> {
    let line = Line::dial(address).await?;
    let mut figures = load::bulk(&line, amount).await?;
    if !amount.both_ways.is_zero() {
        figures.extend(load::both_ways(&line, amount).await?);
    }
    if !amount.beside.is_zero() {
        figures.extend(load::beside(&line, amount).await?);
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn both_kinds_of_sockets_carry_bulk() {
        for sockets in [Sockets::Tcp, Sockets::Quic] {
            let (address, answering) = listen(sockets).await.unwrap();
            let answering = tokio::spawn(answering.run());
            let amount = Amount {
                messages: 8,
                round_trips: 4,
                streams: 2,
                both_ways: Duration::from_millis(300),
                beside: Duration::from_millis(300),
            };
            let figures = measure(&address, amount).await.unwrap();
            answering.abort();
            let named = |name| figures.iter().find(|figure| figure.name == name).unwrap().value;
            assert!(
                named("bulk") > 0.0 && named("both_ways_received") > 0.0 && named("beside_p99") > 0.0,
                "{figures:?}"
            );
        }
    }
}
