//! A node that can do nothing but open and take streams.
//!
//! Invariant: its sockets are those of real nodes.

use super::{Sockets, answer::answer};
use crate::{Channel, Multiaddr, PeerId, transport};
use futures::StreamExt;
use libp2p::StreamProtocol;
use libp2p::{
    Swarm,
    identity::Keypair,
    multiaddr::Protocol,
    swarm::{Config, SwarmEvent},
};
use libp2p_stream::{Behaviour, Control, IncomingStreams};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

const PROTOCOL: StreamProtocol = StreamProtocol::new("/neuroshard/bench/1");
const WAIT: Duration = Duration::from_secs(10);

fn swarm() -> Result<Swarm<Behaviour>, String> {
    let key = Keypair::generate_secp256k1();
    let (sockets, _) = transport::build(&key).map_err(|error| error.to_string())?;
    let config = Config::with_tokio_executor().with_idle_connection_timeout(Duration::from_mins(1));
    Ok(Swarm::new(sockets, Behaviour::new(), key.public().to_peer_id(), config))
}

/// The side that answers.
pub struct Answering {
    swarm: Swarm<Behaviour>,
    streams: IncomingStreams,
}

/// Listens on loopback; where, and the task that answers.
pub async fn listen(sockets: Sockets) -> Result<(Multiaddr, Answering), String> {
    let mut swarm = swarm()?;
    let streams = swarm.behaviour().new_control().accept(PROTOCOL).map_err(|error| error.to_string())?;
    let address = match sockets {
        Sockets::Tcp => "/ip4/127.0.0.1/tcp/0",
        Sockets::Quic => "/ip4/127.0.0.1/udp/0/quic-v1",
    };
    let address = address.parse().map_err(|error| format!("{address}: {error}"))?;
    swarm.listen_on(address).map_err(|error| error.to_string())?;
    let listening = async {
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                return address;
            }
        }
    };
    let address = timeout(WAIT, listening).await.map_err(|_| "no address to listen on".to_owned())?;
    let address = address.with(Protocol::P2p(*swarm.local_peer_id()));
    Ok((address, Answering { swarm, streams }))
}

impl Answering {
    /// Answers until it is dropped.
    pub async fn run(self) {
        let Self { mut swarm, mut streams } = self;
        let _drive = AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                swarm.select_next_some().await;
            }
        }));
        let mut answers = tokio::task::JoinSet::new();
        while let Some((peer, stream)) = streams.next().await {
            let channel = Channel::new(peer, stream, std::sync::Arc::default(), None);
            answers.spawn(answer(channel));
            while answers.try_join_next().is_some() {}
        }
    }
}

/// A connection to the side that answers.
pub(super) struct Dialled {
    peer: PeerId,
    control: Control,
    _drive: AbortOnDropHandle<()>,
}

impl Dialled {
    pub(super) async fn new(address: &Multiaddr) -> Result<Self, String> {
        let Some(Protocol::P2p(peer)) = address.iter().last() else {
            return Err(format!("{address} names no peer"));
        };
        let mut swarm = swarm()?;
        swarm.dial(address.clone()).map_err(|error| error.to_string())?;
        let connecting = async {
            loop {
                match swarm.select_next_some().await {
                    SwarmEvent::ConnectionEstablished { .. } => return Ok(()),
                    SwarmEvent::OutgoingConnectionError { error, .. } => return Err(error.to_string()),
                    _ => {}
                }
            }
        };
        timeout(WAIT, connecting).await.map_err(|_| format!("no answer from {address}"))??;
        let control = swarm.behaviour().new_control();
        let drive = tokio::spawn(async move {
            loop {
                swarm.select_next_some().await;
            }
        });
        Ok(Self { peer, control, _drive: AbortOnDropHandle::new(drive) })
    }

    pub(super) async fn open(&self) -> Result<Channel, String> {
        let mut failure = String::new();
        for _ in 0..5 {
            let opened = self.control.clone().open_stream(self.peer, PROTOCOL).await;
            let stream = opened.map_err(|error| error.to_string())?;
            let channel = Channel::new(self.peer, stream, std::sync::Arc::default(), None);
            match channel.ready().await {
                Ok(()) => return Ok(channel),
                Err(error) => failure = error.to_string(),
            }
        }
        Err(failure)
    }
}
