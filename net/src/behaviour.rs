//! The protocols that run over each connection.
//!
//! Invariant: what may deny a connection comes first, so that nobody else is told of one that is not.

mod candidates;
mod half_open;

use crate::codec::Exchange;
use crate::gossip::{self, Gossip};
use crate::names::{Names, TRACKER};
use crate::{PeerId, Role, Settings, StartError, wire};
use candidates::RealCandidates;
use half_open::HalfOpen;
use libp2p::allow_block_list::{self, BlockedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity::Keypair;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{autonat, dcutr, identify, kad, mdns, memory_connection_limits, ping, relay, upnp};
use std::num::NonZeroUsize;
use std::time::Duration;

/// Longest record.
pub(crate) const RECORD_MAX: usize = 4 << 10;
/// How long a record lives with others unless it says less.
pub(crate) const RECORD_TTL: Duration = Duration::from_hours(1);
/// Copies of a record.
const REPLICATION: NonZeroUsize = NonZeroUsize::new(10).unwrap();
/// A question is given up after this, whatever its asker said.
const ASK_MAX: Duration = Duration::from_mins(2);
/// Questions and answers under way with one peer.
const ASKS_MAX: usize = 32;
/// Bytes and time of a relayed connection: enough to talk and to find a direct way, too little for bulk.
const CIRCUIT_BYTES_MAX: u64 = 4 << 20;
const CIRCUIT_MAX: Duration = Duration::from_mins(5);

/// All protocols of a node or a tracker.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) blocked: allow_block_list::Behaviour<BlockedPeers>,
    pub(crate) half_open: HalfOpen,
    pub(crate) limits: connection_limits::Behaviour,
    pub(crate) memory: memory_connection_limits::Behaviour,
    pub(crate) identify: identify::Behaviour,
    pub(crate) ping: ping::Behaviour,
    pub(crate) gossip: Toggle<Gossip>,
    pub(crate) flood: Toggle<Gossip>,
    pub(crate) kad: Toggle<kad::Behaviour<MemoryStore>>,
    pub(crate) asks: Toggle<request_response::Behaviour<Exchange>>,
    pub(crate) peers: Toggle<request_response::Behaviour<Exchange>>,
    pub(crate) tracker: request_response::Behaviour<Exchange>,
    pub(crate) streams: libp2p_stream::Behaviour,
    pub(crate) mdns: Toggle<mdns::tokio::Behaviour>,
    pub(crate) upnp: Toggle<upnp::tokio::Behaviour>,
    pub(crate) autonat: Toggle<RealCandidates>,
    pub(crate) autonat_server: Toggle<autonat::v2::server::Behaviour>,
    pub(crate) relay: relay::client::Behaviour,
    pub(crate) relay_server: Toggle<relay::Behaviour>,
    pub(crate) dcutr: Toggle<dcutr::Behaviour>,
}

/// What a node runs, and what a tracker does.
pub(crate) fn build(
    key: &Keypair,
    names: &Names,
    settings: &Settings,
    relay: relay::client::Behaviour,
) -> Result<Behaviour, StartError> {
    let local = key.public().to_peer_id();
    let node = settings.role == Role::Node;
    let limits = &settings.limits;
    let connections = |peers: usize| Some(u32::try_from(peers).unwrap_or(u32::MAX));
    let let_in = limits.peers_max.saturating_add(limits.peers_overflow);
    let connection_limits = ConnectionLimits::default()
        .with_max_pending_incoming(connections(limits.pending_max))
        .with_max_pending_outgoing(connections(limits.pending_max))
        .with_max_established_incoming(connections(let_in))
        .with_max_established_outgoing(connections(let_in))
        .with_max_established_per_peer(connections(limits.per_peer_max));
    let hello = identify::Config::new(names.version(settings.role), key.public())
        .with_agent_version(settings.program.to_string())
        .with_push_listen_addr_updates(true)
        .with_cache_size(0);
    let pings = ping::Config::new().with_interval(Duration::from_secs(5)).with_timeout(Duration::from_secs(10));
    let no_name = || StartError::Settings("a name that can't be one".to_owned());
    let exchange = |name: &str, kinds: &[_]| {
        let protocol = names.protocol(name).ok_or_else(no_name)?;
        Ok::<_, StartError>(ask_over(Exchange::new(kinds), protocol, ProtocolSupport::Full))
    };
    let asks = node.then(|| exchange("ask", &settings.requests)).transpose()?;
    let peers = node.then(|| exchange("peers", &[wire::PEERS])).transpose()?;
    let support = if node { ProtocolSupport::Outbound } else { ProtocolSupport::Inbound };
    let mdns = if settings.mdns { local_network(local) } else { None };
    Ok(Behaviour {
        blocked: allow_block_list::Behaviour::default(),
        half_open: HalfOpen::default(),
        limits: connection_limits::Behaviour::new(connection_limits),
        memory: memory_connection_limits::Behaviour::with_max_percentage(
            f64::from(limits.memory_percent.min(100)) / 100.0,
        ),
        identify: identify::Behaviour::new(hello),
        ping: ping::Behaviour::new(pings),
        gossip: if node { gossip::build(key, names, &settings.topics, false)? } else { None }.into(),
        flood: if node { gossip::build(key, names, &settings.topics, true)? } else { None }.into(),
        kad: if node { Some(table(local, names).ok_or_else(no_name)?) } else { None }.into(),
        asks: asks.into(),
        peers: peers.into(),
        tracker: ask_over(Exchange::new(&[wire::ANNOUNCE]), TRACKER, support),
        streams: libp2p_stream::Behaviour::new(),
        mdns: mdns.into(),
        upnp: settings.upnp.then(upnp::tokio::Behaviour::default).into(),
        autonat: node.then(RealCandidates::default).into(),
        autonat_server: (!node).then(autonat::v2::server::Behaviour::default).into(),
        relay,
        relay_server: (!node).then(|| relay::Behaviour::new(local, relaying())).into(),
        dcutr: node.then(|| dcutr::Behaviour::new(local)).into(),
    })
}

fn ask_over(
    exchange: Exchange,
    protocol: libp2p::StreamProtocol,
    support: ProtocolSupport,
) -> request_response::Behaviour<Exchange> {
    let config =
        request_response::Config::default().with_request_timeout(ASK_MAX).with_max_concurrent_streams(ASKS_MAX);
    request_response::Behaviour::with_codec(exchange, [(protocol, support)], config)
}

fn table(local: PeerId, names: &Names) -> Option<kad::Behaviour<MemoryStore>> {
    let mut config = kad::Config::new(names.protocol("kad")?);
    config
        .set_replication_factor(REPLICATION)
        .set_record_ttl(Some(RECORD_TTL))
        .set_provider_record_ttl(Some(RECORD_TTL))
        .set_publication_interval(Some(RECORD_TTL / 3))
        .set_replication_interval(Some(RECORD_TTL / 3))
        .set_provider_publication_interval(Some(RECORD_TTL / 3))
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_kbucket_inserts(kad::BucketInserts::Manual)
        .set_query_timeout(Duration::from_secs(10))
        // The peer manager looks for peers; this would only make connections for their own sake.
        .set_periodic_bootstrap_interval(None);
    let store = MemoryStoreConfig {
        max_records: 4096,
        max_value_bytes: RECORD_MAX,
        max_provided_keys: 4096,
        ..MemoryStoreConfig::default()
    };
    Some(kad::Behaviour::with_config(local, MemoryStore::with_config(local, store), config))
}

fn local_network(local: PeerId) -> Option<mdns::tokio::Behaviour> {
    mdns::tokio::Behaviour::new(mdns::Config::default(), local)
        .inspect_err(|error| tracing::warn!(%error, "nodes in the local network can't be looked for"))
        .ok()
}

fn relaying() -> relay::Config {
    relay::Config {
        max_reservations: 4096,
        max_reservations_per_peer: 2,
        max_circuits: 512,
        max_circuits_per_peer: 8,
        max_circuit_duration: CIRCUIT_MAX,
        max_circuit_bytes: CIRCUIT_BYTES_MAX,
        ..relay::Config::default()
    }
}
