//! Connections: opened, proven by a hello, closed; and doing what the peer manager says.
//!
//! Invariants: a connection without hello is closed in time; a relayed one is closed once there is a direct one; a peer's
//! going has a reason.

use super::Service;
use crate::address::{ip_of, is_relayed, peer_in, sane, without_peer};
use crate::hello;
use crate::peers::{ADDRESSES_MAX, Input, Output};
use crate::roster::Standing;
use crate::{Conduct, Event, Multiaddr, PeerId, Program};
use libp2p::core::ConnectedPoint;
use libp2p::identify;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError};
use std::collections::{BTreeMap, HashMap};

/// A hello has to come in this time.
const HELLO_MS: u64 = 10_000;
/// How long a relayed connection goes on beside a direct one; less than whoever opens a stream waits for its end.
const RELAYED_KEPT_MS: u64 = 1_500;
/// Peers dropped that are remembered for people.
const DROPPED_MAX: usize = 32;
/// Events held back for a peer that has not said hello.
const HELD_MAX: usize = 64;

/// One connection.
#[derive(Debug)]
struct Line {
    peer: PeerId,
    link: u64,
    remote: Multiaddr,
    relayed: bool,
    /// Until when its hello has to come; `None` once it did.
    hello_until_ms: Option<u64>,
    /// When it is closed, as there is a better one.
    close_at_ms: Option<u64>,
}

/// All connections, and what is known of their peers.
#[derive(Debug, Default)]
pub(super) struct Lines {
    open: HashMap<ConnectionId, Line>,
    next_link: u64,
    programs: BTreeMap<PeerId, Program>,
    held: BTreeMap<PeerId, Vec<Event>>,
    reasons: BTreeMap<PeerId, String>,
    rtts_ms: BTreeMap<PeerId, f64>,
}

impl Lines {
    pub(super) fn program(&self, peer: &PeerId) -> Option<Program> {
        self.programs.get(peer).copied()
    }

    pub(super) fn rtt_ms(&self, peer: &PeerId) -> Option<f64> {
        self.rtts_ms.get(peer).copied()
    }

    pub(super) fn heard(&mut self, peer: PeerId, rtt_ms: f64) {
        self.rtts_ms.insert(peer, rtt_ms);
    }

    /// Where a peer is, by a connection of it.
    pub(super) fn remote(&self, connection: ConnectionId) -> Option<&Multiaddr> {
        self.open.get(&connection).map(|line| &line.remote)
    }
}

impl Service {
    /// Tells the peer manager what happened, and does what it says.
    pub(super) fn step(&mut self, input: Input) {
        let now_ms = self.now_ms();
        for output in self.peers.step(now_ms, input) {
            self.act(output);
        }
    }

    fn act(&mut self, output: Output) {
        match output {
            Output::Dial { peer, addresses } => {
                let dial =
                    DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).addresses(addresses);
                if let Err(error) = self.swarm.dial(dial.build())
                    && !matches!(error, DialError::DialPeerConditionFalse(_))
                {
                    self.step(Input::Failed { peer });
                }
            }
            Output::DialAddress(address) => {
                if let Err(error) = self.swarm.dial(address.clone()) {
                    tracing::debug!(%address, %error, "can't dial");
                }
            }
            Output::Close { peer, reason } => self.close(peer, reason),
            Output::Ask { peer } => self.ask_peers(peer),
            Output::Bar { peer, barred: true } => {
                self.swarm.behaviour_mut().blocked.block_peer(peer);
            }
            Output::Bar { peer, barred: false } => {
                self.swarm.behaviour_mut().blocked.unblock_peer(peer);
            }
            Output::Exempt { peer, exempt: true } => self.swarm.behaviour_mut().limits.bypass_peer_id(&peer),
            Output::Exempt { peer, exempt: false } => self.swarm.behaviour_mut().limits.remove_peer_id(&peer),
            Output::Banned { peer, for_ms, reason } => {
                tracing::warn!(%peer, for_s = for_ms / 1_000, reason, "a peer is banned");
                self.forget_place(&peer);
                self.remember(peer, format!("banned: {reason}"));
            }
        }
    }

    /// Closes all connections of a peer; the reason is told once they are.
    fn close(&mut self, peer: PeerId, reason: String) {
        self.lines.reasons.entry(peer).or_insert(reason);
        // It may have gone by itself.
        let _ = self.swarm.disconnect_peer_id(peer);
    }

    fn remember(&mut self, peer: PeerId, reason: String) {
        if self.dropped.front().is_some_and(|(last, why, _)| *last == peer && *why == reason) {
            return;
        }
        self.dropped.push_front((peer, reason, self.now_ms()));
        self.dropped.truncate(DROPPED_MAX);
    }

    pub(super) fn dial_address(&mut self, address: &Multiaddr) {
        if let Some(peer) = peer_in(address) {
            if let Some(address) = sane(address, &peer, Some(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST))) {
                self.step(Input::Learned { peer, addresses: vec![address] });
            }
            self.step(Input::Dialling { peer });
        }
        if let Err(error) = self.swarm.dial(address.clone()) {
            tracing::debug!(%address, %error, "can't dial");
        }
    }

    pub(super) fn on_opened(&mut self, peer: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        if self.lines.reasons.contains_key(&peer) {
            // It is being dropped; the next connection may be a new beginning, this one came too early.
            self.swarm.close_connection(connection);
            return;
        }
        let remote = without_peer(endpoint.get_remote_address().clone());
        let relayed = endpoint.is_relayed() || is_relayed(&remote);
        self.lines.next_link += 1;
        let link = self.lines.next_link;
        let hello_until_ms = Some(self.now_ms() + HELLO_MS);
        self.lines.open.insert(
            connection,
            Line { peer, link, remote: remote.clone(), relayed, hello_until_ms, close_at_ms: None },
        );
        self.step(Input::Opened { peer, link, address: remote, outbound: endpoint.is_dialer(), relayed });
        if self.lines.open.values().any(|line| line.peer == peer && !line.relayed) {
            self.close_relayed(peer);
        }
        self.stand(peer);
    }

    /// Once there is a direct connection, streams must not be opened over the relay by chance. Gossip tells its topics once,
    /// over whichever connection came first: closed at once, the relayed one would take them with it.
    fn close_relayed(&mut self, peer: PeerId) {
        let close_at_ms = Some(self.now_ms() + RELAYED_KEPT_MS);
        let relayed = self.lines.open.values_mut().filter(|line| line.peer == peer && line.relayed);
        relayed.for_each(|line| line.close_at_ms = line.close_at_ms.or(close_at_ms));
    }

    /// Closes connections that have had their time.
    pub(super) fn close_due(&mut self) {
        let now_ms = self.now_ms();
        let due = |line: &Line| line.close_at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        let due =
            self.lines.open.iter().filter(|(_, line)| due(line)).map(|(connection, line)| (*connection, line.peer));
        for (connection, peer) in due.collect::<Vec<_>>() {
            let direct = self.lines.open.values().any(|line| line.peer == peer && !line.relayed);
            // The direct one may be gone again.
            if direct {
                self.swarm.close_connection(connection);
            } else if let Some(line) = self.lines.open.get_mut(&connection) {
                line.close_at_ms = None;
            }
        }
    }

    /// Brings the roster in line.
    fn stand(&mut self, peer: PeerId) {
        let standing = self.peers.get(&peer).map(|known| Standing {
            admitted: known.admitted,
            direct: known.links.values().any(|link| !link.relayed),
            relayed: known.links.values().any(|link| link.relayed),
        });
        self.roster.set(peer, standing);
    }

    pub(super) fn on_closed(&mut self, peer: PeerId, connection: ConnectionId, cause: Option<String>) {
        let Some(line) = self.lines.open.remove(&connection) else { return };
        let told = self.peers.get(&peer).is_some_and(|known| known.admitted && !known.tracker);
        self.step(Input::Closed { peer, link: line.link });
        self.stand(peer);
        if self.peers.get(&peer).is_some() {
            return;
        }
        let ours = self.lines.reasons.remove(&peer);
        let reason = ours.clone().or(cause).unwrap_or_else(|| "it closed the connection".to_owned());
        self.lines.programs.remove(&peer);
        self.lines.held.remove(&peer);
        self.lines.rtts_ms.remove(&peer);
        self.ledger.forget(&peer);
        self.relays.remove(&peer);
        if ours.is_some() {
            tracing::debug!(%peer, reason, "dropped a peer");
            self.remember(peer, reason.clone());
        }
        if told {
            self.emit(Event::Disconnected { peer, reason });
        }
    }

    pub(super) fn on_dial_failed(&mut self, peer: Option<PeerId>, error: &DialError) {
        if matches!(error, DialError::DialPeerConditionFalse(_)) {
            return;
        }
        tracing::debug!(?peer, %error, "could not dial");
        if let DialError::WrongPeerId { obtained, address } = error {
            let reason = format!("another peer is there: {obtained}");
            self.emit(Event::Refused { peer, address: Some(address.clone()), reason });
        }
        if let Some(peer) = peer {
            self.step(Input::Failed { peer });
        }
    }

    pub(super) fn on_hello(&mut self, peer: PeerId, connection: ConnectionId, info: &identify::Info) {
        let Some(line) = self.lines.open.get_mut(&connection) else { return };
        line.hello_until_ms = None;
        let remote = line.remote.clone();
        match hello::judge(&info.protocol_version, &info.agent_version, &self.chain, self.role, &self.judge) {
            Ok(hello) => self.admit(peer, hello, &remote, info),
            Err(reason) => {
                tracing::info!(%peer, address = %remote, reason, "a peer is refused");
                let known = self.lines.reasons.contains_key(&peer);
                self.step(Input::Refused { peer, reason: reason.clone() });
                self.step(Input::Report { peer, conduct: Conduct::Minor, reason: reason.clone() });
                if !known {
                    self.emit(Event::Refused { peer: Some(peer), address: Some(remote), reason });
                }
            }
        }
    }

    fn admit(&mut self, peer: PeerId, hello: hello::Hello, remote: &Multiaddr, info: &identify::Info) {
        if self.peers.get(&peer).is_none() || self.lines.reasons.contains_key(&peer) {
            return;
        }
        let from = if is_relayed(remote) { None } else { ip_of(remote) };
        let addresses =
            info.listen_addrs.iter().take(4 * ADDRESSES_MAX).filter_map(|address| sane(address, &peer, from));
        let mut addresses: Vec<_> = addresses.collect();
        addresses.truncate(ADDRESSES_MAX);
        self.learn_place(peer, hello.tracker, &addresses, info);
        if !hello.tracker && !addresses.is_empty() {
            self.step(Input::Learned { peer, addresses });
        }
        if self.lines.programs.insert(peer, hello.program).is_none() {
            self.step(Input::Admitted { peer, tracker: hello.tracker });
            self.stand(peer);
            if hello.tracker {
                // It is of no chain, and nobody's partner.
                self.announced_ms = None;
                return self.announce();
            }
            self.peers_met = true;
            self.emit(Event::Connected { peer, program: hello.program });
            for held in self.lines.held.remove(&peer).unwrap_or_default() {
                self.emit(held);
            }
        }
    }

    /// Closes connections that said no hello in time.
    pub(super) fn close_silent(&mut self) {
        let now_ms = self.now_ms();
        let silent = |line: &&Line| line.hello_until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        let silent: Vec<_> =
            self.lines.open.values().filter(silent).map(|line| (line.peer, line.remote.clone())).collect();
        for (peer, address) in silent {
            let reason = "it said no hello in time".to_owned();
            if !self.lines.reasons.contains_key(&peer) {
                self.emit(Event::Refused { peer: Some(peer), address: Some(address), reason: reason.clone() });
            }
            self.close(peer, reason);
        }
    }

    /// Hands on an event of a peer, once it said hello.
    pub(super) fn emit_from(&mut self, peer: PeerId, event: Event) {
        if self.lines.programs.contains_key(&peer) {
            return self.emit(event);
        }
        let held = self.lines.held.entry(peer).or_default();
        if held.len() < HELD_MAX && self.peers.get(&peer).is_some() {
            held.push(event);
        } else {
            self.give_up(&event);
        }
    }

    pub(super) fn emit(&mut self, event: Event) {
        if let Some(event) = self.outbox.push(event) {
            self.give_up(&event);
        }
    }
}
