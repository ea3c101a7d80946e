//! How bytes travel: TCP with Noise and Yamux, QUIC beside it, names resolved, and relays underneath both.
//!
//! Invariant: every connection is encrypted and its peer proven before anything else is said.

use crate::{StartError, muxer};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, OrTransport};
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{PeerId, Transport as _, dns, noise, quic, relay, tcp};
use std::time::Duration;

/// Time in which a connection has to be made, encrypted and proven. Less than the 10 s for which a node waits to hear how a
/// tracker's test of its address went: most routers say nothing to strangers, and the test has to fail before that.
const HANDSHAKE_MAX: Duration = Duration::from_secs(6);
/// One stream's data on its way, over QUIC.
const STREAM_WINDOW_BYTES: u32 = 2_000_000;
/// All streams' data: well over what a few streams fill, or readers that wait to write stop one another for good.
const CONNECTION_WINDOW_BYTES: u32 = 64_000_000;
/// Streams of one connection.
const STREAMS_MAX: usize = 512;

/// Connections of all kinds.
pub(crate) type Sockets = Boxed<(PeerId, StreamMuxerBox)>;

/// The transport, and the half of relaying that is a behaviour.
pub(crate) fn build(key: &Keypair) -> Result<(Sockets, relay::client::Behaviour), StartError> {
    let direct = match dns::tokio::Transport::system(direct(key)?) {
        Ok(transport) => transport.boxed(),
        Err(error) => {
            tracing::warn!(%error, "the system's resolver can't be read; names of hosts are not resolved");
            direct(key)?
        }
    };
    let (relays, behaviour) = relay::client::new(key.public().to_peer_id());
    let relays = relays
        .upgrade(Version::V1Lazy)
        .authenticate(noise_of(key)?)
        .multiplex(yamux_of())
        .timeout(HANDSHAKE_MAX)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let transport = OrTransport::new(relays, direct).map(|either, _| either.into_inner()).boxed();
    Ok((transport, behaviour))
}

fn direct(key: &Keypair) -> Result<Sockets, StartError> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise_of(key)?)
        .multiplex(yamux_of())
        .timeout(HANDSHAKE_MAX)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let mut config = quic::Config::new(key);
    config.handshake_timeout = HANDSHAKE_MAX;
    config.max_stream_data = STREAM_WINDOW_BYTES;
    config.max_connection_data = CONNECTION_WINDOW_BYTES;
    config.max_concurrent_stream_limit = STREAMS_MAX as u32;
    let quic = quic::tokio::Transport::new(config).map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    Ok(OrTransport::new(quic, tcp).map(|either, _| either.into_inner()).boxed())
}

fn noise_of(key: &Keypair) -> Result<noise::Config, StartError> {
    noise::Config::new(key).map_err(|error| StartError::Part { part: "encryption", reason: error.to_string() })
}

fn yamux_of() -> muxer::Config {
    muxer::Config::new(STREAMS_MAX)
}
