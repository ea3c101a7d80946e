//! Starting: settings are checked, all parts made, and every address listened on.
//!
//! Invariant: when it is done, each address of the settings is listened on.

use super::Service;
use super::connections::Lines;
use super::messages::Awaiting;
use super::outbox::Outbox;
use super::questions::Questions;
use super::table::Queries;
use crate::address::ip_of;
use crate::behaviour::Behaviour;
use crate::bucket::Buckets;
use crate::gossip::Unheard;
use crate::handle::{Handle, Shared};
use crate::names::Names;
use crate::peers::{Input, Peers};
use crate::reach::Findings;
use crate::registry::Registry;
use crate::{Event, Multiaddr, PeerId, Role, Settings, StartError, View, behaviour, identity, peer_file, transport};
use futures::StreamExt as _;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{Config, Swarm, SwarmEvent};
use libp2p::{TransportError, kad, relay};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Commands that wait.
const COMMANDS_MAX: usize = 4096;
/// Events that wait for their taker, beside the outbox.
const EVENTS_MAX: usize = 256;
/// The peer manager decides which connections stay; idle ones are not closed under it.
const IDLE_MAX: Duration = Duration::from_hours(24);
/// An address has to be listened on in this time.
const LISTEN_MAX: Duration = Duration::from_secs(10);
/// Streams that a peer may be opening at once, on one connection.
const NEGOTIATING_MAX: usize = 128;

fn check(settings: &Settings) -> Result<Keypair, StartError> {
    let names = settings.topics.iter().map(|topic| topic.name);
    let names = names.chain(settings.requests.iter().map(|kind| kind.name));
    let mut names = names.chain(settings.streams.iter().map(|kind| kind.name));
    let fit = |name: &str| {
        let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && !name.is_empty() && name.len() <= 32
    };
    match names.find(|name| !fit(name)) {
        Some(name) => {
            Err(StartError::Settings(format!("{name:?} is no name: small letters, digits and dashes, at most 32")))
        }
        None => identity::keypair(&settings.secret).ok_or(StartError::Key),
    }
}

/// Not secret, but another one each time.
fn seed(local: &PeerId) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&local.to_bytes());
    hasher.update(&now.as_nanos().to_le_bytes());
    hasher.finalize().as_bytes().first_chunk().copied().map_or(0, u64::from_le_bytes)
}

/// Sockets, and what is spoken over them.
fn swarm(settings: &Settings, key: &Keypair, names: &Names) -> Result<Box<Swarm<Behaviour>>, StartError> {
    let (sockets, relays) = transport::build(key)?;
    let behaviour = behaviour::build(key, names, settings, relays)?;
    let config = Config::with_tokio_executor()
        .with_idle_connection_timeout(IDLE_MAX)
        .with_max_negotiating_inbound_streams(NEGOTIATING_MAX);
    Ok(Box::new(Swarm::new(sockets, behaviour, key.public().to_peer_id(), config)))
}

/// The first second's work is done at once.
const FIRST_STEP: u64 = super::STEPS - 1;

pub(super) async fn start(settings: Settings) -> Result<(Handle, Service, mpsc::Receiver<Event>), StartError> {
    let key = check(&settings)?;
    let local = key.public().to_peer_id();
    let names = Names::new(settings.chain);
    let swarm = swarm(&settings, &key, &names)?;
    let (sender, commands) = mpsc::channel(COMMANDS_MAX);
    let (events, receiver) = mpsc::channel(EVENTS_MAX);
    let (view, shown) = watch::channel(Arc::new(View::new(local)));
    let (protect, protected) = watch::channel(BTreeSet::new());
    let (block, blocked) = watch::channel(BTreeSet::new());
    let (state, statement) = watch::channel(Vec::new());
    let shared = Shared {
        local,
        commands: sender,
        control: swarm.behaviour().streams.new_control(),
        roster: Arc::default(),
        ledger: Arc::default(),
        view: shown,
        protect,
        block,
        statement: state,
        names: names.clone(),
        topics: settings.topics.clone(),
        requests: settings.requests.clone(),
        streams: settings.streams.clone(),
        runtime: tokio::runtime::Handle::current(),
        ended: CancellationToken::new(),
    };
    let seed = seed(&local);
    let mut service = Service {
        swarm,
        commands,
        protect: protected,
        block: blocked,
        statement,
        events,
        outbox: Outbox::default(),
        view,
        ended: shared.ended.clone(),
        key,
        chain: settings.chain,
        role: settings.role,
        judge: settings.judge.clone(),
        names,
        topics: settings.topics.clone(),
        requests: settings.requests.clone(),
        peer_file: settings.peer_file.clone(),
        peers_met: false,
        begun: Instant::now(),
        steps: FIRST_STEP,
        peers: Peers::new(local, settings.limits, &settings.bootstrap, &settings.trackers, seed),
        lines: Lines::default(),
        roster: Arc::clone(&shared.roster),
        ledger: Arc::clone(&shared.ledger),
        buckets: Buckets::default(),
        unheard: Unheard::default(),
        awaiting: Awaiting::default(),
        questions: Questions::default(),
        queries: Queries::default(),
        registry: Registry::new(seed),
        findings: Findings::new(!settings.external.is_empty(), !settings.listen.is_empty()),
        relays: BTreeMap::new(),
        reservations: HashMap::new(),
        given_external: settings.external.clone(),
        announced_ms: None,
        dropped: VecDeque::new(),
    };
    service.open(&settings).await?;
    Ok((Handle { shared: Arc::new(shared) }, service, receiver))
}

impl Service {
    /// Listens, and takes in what is known from before.
    async fn open(&mut self, settings: &Settings) -> Result<(), StartError> {
        for address in &settings.external {
            self.swarm.add_external_address(address.clone());
        }
        if self.role == Role::Tracker
            && let Some(relays) = self.swarm.behaviour_mut().relay_server.as_mut()
        {
            relays.set_status(Some(relay::Status::Enable));
        }
        if !settings.listen.is_empty() {
            self.serve_table(kad::Mode::Server);
        }
        self.read_peers();
        let mut waited = BTreeMap::new();
        for address in &settings.listen {
            is_free(address).map_err(|source| StartError::Listen { address: address.clone(), source })?;
            let listener = self.swarm.listen_on(address.clone()).map_err(|error| refused(address, error))?;
            waited.insert(listener.to_string(), address.clone());
        }
        while !waited.is_empty() {
            let Ok(event) = timeout(LISTEN_MAX, self.swarm.select_next_some()).await else {
                let address = waited.pop_first().map_or_else(Multiaddr::empty, |(_, address)| address);
                return Err(StartError::Listen { address, source: io::ErrorKind::TimedOut.into() });
            };
            Self::listened(&mut waited, &event)?;
            self.on_swarm(event);
        }
        self.show_now();
        Ok(())
    }

    fn listened<T>(waited: &mut BTreeMap<String, Multiaddr>, event: &SwarmEvent<T>) -> Result<(), StartError> {
        match event {
            SwarmEvent::NewListenAddr { listener_id, .. } => {
                waited.remove(&listener_id.to_string());
            }
            SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                if let Some(address) = waited.remove(&listener_id.to_string()) {
                    let source = match reason {
                        Ok(()) => io::ErrorKind::NotConnected.into(),
                        Err(error) => io::Error::new(error.kind(), error.to_string()),
                    };
                    return Err(StartError::Listen { address, source });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn read_peers(&mut self) {
        let Some(path) = self.peer_file.clone() else { return };
        let read = peer_file::read(&path);
        if let Some(damage) = read.damage {
            tracing::warn!(path = %path.display(), damage, "the file of peers is damaged, and begun anew");
        }
        for (peer, addresses) in read.peers {
            self.step(Input::Learned { peer, addresses });
        }
    }

    /// Writes the peers that are known; those met last are the ones worth keeping.
    pub(super) fn write_peers(&mut self) {
        let Some(path) = &self.peer_file else { return };
        let mut known: Vec<_> = self.peers.book().iter().collect();
        known.sort_by_key(|(_, known)| (std::cmp::Reverse(known.seen_ms), known.failures));
        let peers = known.into_iter().map(|(peer, known)| (peer, known.addresses.as_slice()));
        if let Err(error) = peer_file::write(path, peers) {
            tracing::warn!(path = %path.display(), %error, "the peers learned can't be written");
        }
    }
}

/// Two programs can listen on one TCP port if both allow it, as ours has to for hole punching. Then each would get half of
/// the connections; so it is tried first without.
fn is_free(address: &Multiaddr) -> io::Result<()> {
    let mut parts = address.iter().skip(1);
    match (ip_of(address), parts.next(), parts.next()) {
        (Some(ip), Some(Protocol::Tcp(port)), None) if port != 0 => TcpListener::bind((ip, port)).map(drop),
        _ => Ok(()),
    }
}

fn refused(address: &Multiaddr, error: TransportError<io::Error>) -> StartError {
    let source = match error {
        TransportError::MultiaddrNotSupported(_) => {
            io::Error::new(io::ErrorKind::Unsupported, "no transport for this address")
        }
        TransportError::Other(error) => error,
    };
    StartError::Listen { address: address.clone(), source }
}
