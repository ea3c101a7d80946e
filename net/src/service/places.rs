//! Where we are and where others are: addresses, trackers, relays and the way in from outside.
//!
//! Invariants: trackers are told only of addresses that may lead to us; a relay's place is asked for only by who needs one.

use super::Service;
use crate::address::{ip_of, is_local, is_relayed, sane};
use crate::codec::Question;
use crate::peers::Input;
use crate::{Multiaddr, PeerId, Role, wire};
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::{autonat, dcutr, identify, kad, mdns, relay, upnp};

/// Trackers are told of us this often.
const ANNOUNCE_MS: u64 = 15_000;
/// A relay that said no is asked again after this.
const RELAY_WAIT_MS: u64 = 60_000;
/// Relays that are remembered.
const RELAYS_MAX: usize = 16;
/// Addresses that trackers are told.
const TOLD_MAX: usize = 8;
/// What a relay can do, by the protocol's own name.
const HOP: &str = "/libp2p/circuit/relay/0.2.0/hop";

/// A peer that relays, and when it was last asked.
#[derive(Debug)]
pub(super) struct RelayOffer {
    address: Multiaddr,
    asked_ms: Option<u64>,
}

impl Service {
    /// Notes where a peer is: in the table, and as a relay.
    pub(super) fn learn_place(&mut self, peer: PeerId, tracker: bool, addresses: &[Multiaddr], info: &identify::Info) {
        let speaks = |protocol: &str| info.protocols.iter().any(|known| known.as_ref() == protocol);
        let direct: Vec<_> = addresses.iter().filter(|address| !is_relayed(address)).cloned().collect();
        let in_table = self.names.protocol("kad").is_some_and(|name| speaks(name.as_ref()));
        if let Some(table) = self.swarm.behaviour_mut().kad.as_mut()
            && in_table
            && !tracker
        {
            for address in &direct {
                table.add_address(&peer, address.clone());
            }
        }
        let reached =
            self.peers.get(&peer).and_then(|known| known.link()).filter(|link| link.outbound && !link.relayed);
        let place = reached.map(|link| link.address.clone()).or_else(|| direct.first().cloned());
        if let Some(address) = place
            && speaks(HOP)
            && self.relays.len() < RELAYS_MAX
        {
            self.relays.entry(peer).or_insert(RelayOffer { address, asked_ms: None });
        }
    }

    pub(super) fn forget_place(&mut self, peer: &PeerId) {
        if let Some(table) = self.swarm.behaviour_mut().kad.as_mut() {
            table.remove_peer(peer);
        }
        self.relays.remove(peer);
    }

    /// Addresses that lead to us, the most likely first.
    fn places(&self) -> Vec<Multiaddr> {
        let local = *self.swarm.local_peer_id();
        let here = Some(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
        let mut places: Vec<Multiaddr> = Vec::new();
        for address in self.swarm.external_addresses().chain(self.swarm.listeners()) {
            if let Some(address) = sane(address, &local, here)
                && !places.contains(&address)
            {
                places.push(address);
            }
        }
        // Loopback is of use only to trackers on this machine, who know that.
        places.sort_by_key(|address| ip_of(address).is_some_and(|ip| ip.is_loopback()));
        places.truncate(TOLD_MAX);
        places
    }

    /// Tells trackers of us, when it is time.
    pub(super) fn announce(&mut self) {
        let now_ms = self.now_ms();
        let due = self.announced_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= ANNOUNCE_MS);
        let trackers = self.peers.iter().filter(|(_, peer)| peer.admitted && peer.tracker);
        let trackers: Vec<_> = trackers.map(|(peer, _)| *peer).collect();
        if self.role != Role::Node || !due || trackers.is_empty() {
            return;
        }
        self.announced_ms = Some(now_ms);
        let places = self.places();
        let statement = self.statement.borrow().clone();
        let bytes = wire::pack_announce(self.chain, &places, &statement);
        for tracker in trackers {
            let question = Question::Of { kind: wire::ANNOUNCE.name, bytes: bytes.clone() };
            self.swarm.behaviour_mut().tracker.send_request(&tracker, question);
        }
    }

    /// Asks a relay for a place, if nobody can come in otherwise.
    pub(super) fn look_for_relays(&mut self) {
        if self.role != Role::Node || !self.findings.wants_relay() {
            return;
        }
        self.serve_table(kad::Mode::Client);
        let now_ms = self.now_ms();
        let taken: Vec<_> = self.reservations.values().copied().collect();
        let fit = self.relays.iter_mut().find(|(peer, offer)| {
            let rested = offer.asked_ms.is_none_or(|asked| now_ms.saturating_sub(asked) >= RELAY_WAIT_MS);
            !taken.contains(peer) && rested
        });
        let Some((peer, offer)) = fit else { return };
        offer.asked_ms = Some(now_ms);
        let peer = *peer;
        let address = offer.address.clone().with(Protocol::P2p(peer)).with(Protocol::P2pCircuit);
        match self.swarm.listen_on(address) {
            Ok(listener) => {
                self.reservations.insert(listener, peer);
            }
            Err(error) => tracing::debug!(relay = %peer, %error, "can't ask this relay"),
        }
    }

    pub(super) fn on_listener_closed(&mut self, listener: ListenerId) {
        if let Some(relay) = self.reservations.remove(&listener) {
            self.findings.relay(relay, false);
        }
    }

    pub(super) fn on_listening(&mut self, address: Multiaddr) {
        tracing::info!(%address, "listening");
        let public = ip_of(&address).is_some_and(|ip| !is_local(ip)) && !is_relayed(&address);
        // A tracker has to be reachable, or is none: what it listens on is where it is.
        if self.role == Role::Tracker && public {
            self.swarm.add_external_address(address);
        }
    }

    pub(super) fn on_external(&mut self, address: &Multiaddr, confirmed: bool) {
        if !confirmed {
            return self.findings.expired(address);
        }
        if !self.given_external.contains(address) {
            self.findings.confirmed(address);
        }
        if !is_relayed(address) {
            self.serve_table(kad::Mode::Server);
        }
        self.announced_ms = None;
    }

    pub(super) fn on_autonat(&mut self, event: autonat::v2::client::Event) {
        match event.result {
            Ok(()) => self.findings.confirmed(&event.tested_addr),
            Err(error) => self.findings.failed(&event.tested_addr, error.to_string()),
        }
    }

    pub(super) fn on_router(&mut self, event: &upnp::Event) {
        match event {
            upnp::Event::NewExternalAddr { external_addr, .. } => {
                tracing::info!(address = %external_addr, "the router maps a port to us");
                self.findings.router(true, None);
            }
            upnp::Event::ExpiredExternalAddr { .. } => self.findings.router(false, Some("it no longer maps our port")),
            upnp::Event::GatewayNotFound => self.findings.router(false, Some("it does not speak UPnP")),
            upnp::Event::NonRoutableGateway => {
                self.findings.router(false, Some("it has no public address itself"));
            }
        }
    }

    pub(super) fn on_relay(&mut self, event: &relay::client::Event) {
        if let relay::client::Event::ReservationReqAccepted { relay_peer_id, renewal: false, .. } = event {
            tracing::info!(relay = %relay_peer_id, "others reach us through a relay");
            self.findings.relay(*relay_peer_id, true);
        }
    }

    pub(super) fn on_punch(event: &dcutr::Event) {
        match &event.result {
            Ok(_) => tracing::debug!(peer = %event.remote_peer_id, "found a direct way"),
            Err(error) => tracing::debug!(peer = %event.remote_peer_id, %error, "found no direct way"),
        }
    }

    pub(super) fn on_neighbours(&mut self, event: mdns::Event) {
        let mdns::Event::Discovered(found) = event else { return };
        for (peer, address) in found {
            if let Some(address) = sane(&address, &peer, None) {
                self.step(Input::Learned { peer, addresses: vec![address] });
            }
        }
    }
}
