//! The task that owns the sockets.
//!
//! Invariant: nothing in its loop waits but for the next thing to do.

use crate::behaviour::Behaviour;
use crate::command::Command;
use crate::handle::{Handle, Shared};
use crate::names::Names;
use crate::roster::Roster;
use crate::traffic::Ledger;
use crate::{Event, Settings, StartError, View, identity, transport};
use futures::StreamExt as _;
use libp2p::swarm::{Config, Swarm};
use libp2p::{identify, ping};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Commands that wait.
const COMMANDS_MAX: usize = 4096;
/// Events that wait for their taker.
const EVENTS_MAX: usize = 1024;
/// The peer manager decides which connections stay; idle ones are not closed under it.
const IDLE_MAX: Duration = Duration::from_hours(24);

/// The network's task; runs until stopped.
pub struct Service {
    swarm: Swarm<Behaviour>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    ended: CancellationToken,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

impl Service {
    /// Sets everything up, and listens before it returns.
    #[expect(clippy::unused_async, reason = "listening is waited for")]
    pub async fn start(settings: Settings) -> Result<(Handle, Self, mpsc::Receiver<Event>), StartError> {
        let key = identity::keypair(&settings.secret).ok_or(StartError::Key)?;
        let local = key.public().to_peer_id();
        let names = Names::new(settings.chain);
        let (sockets, _relays) = transport::build(&key)?;
        let streams = libp2p_stream::Behaviour::new();
        let control = streams.new_control();
        let hello = identify::Config::new(names.version(settings.role), key.public())
            .with_agent_version(settings.program.to_string());
        let behaviour =
            Behaviour { identify: identify::Behaviour::new(hello), ping: ping::Behaviour::default(), streams };
        let config = Config::with_tokio_executor().with_idle_connection_timeout(IDLE_MAX);
        let mut swarm = Swarm::new(sockets, behaviour, local, config);
        for address in &settings.listen {
            swarm
                .listen_on(address.clone())
                .map_err(|error| StartError::Listen { address: address.clone(), source: io::Error::other(error) })?;
        }
        let (sender, commands) = mpsc::channel(COMMANDS_MAX);
        let (events, receiver) = mpsc::channel(EVENTS_MAX);
        let (_, view) = watch::channel(Arc::new(View::new(local)));
        let ended = CancellationToken::new();
        let shared = Shared {
            local,
            commands: sender,
            control,
            roster: Arc::new(Roster::default()),
            ledger: Arc::new(Ledger::default()),
            view,
            protect: watch::channel(BTreeSet::new()).0,
            block: watch::channel(BTreeSet::new()).0,
            statement: watch::channel(Vec::new()).0,
            names,
            topics: settings.topics,
            requests: settings.requests,
            streams: settings.streams,
            runtime: tokio::runtime::Handle::current(),
            ended: ended.clone(),
        };
        Ok((Handle { shared: Arc::new(shared) }, Self { swarm, commands, events, ended }, receiver))
    }

    /// Runs until stopped.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! { biased;
                () = stop.cancelled() => break,
                Some(command) = self.commands.recv() => {
                    if let Command::Dial(address) = command { let _ = self.swarm.dial(address); }
                }
                _ = self.swarm.select_next_some() => {}
                () = self.events.closed() => {}
            }
        }
        self.ended.cancel();
    }
}
