//! What the sockets report, handed to whom it concerns.
//!
//! Invariant: it decides nothing itself.

use super::Service;
use crate::Event;
use crate::behaviour::BehaviourEvent;
use libp2p::swarm::{ListenError, SwarmEvent};
use libp2p::{identify, ping};

impl Service {
    pub(super) fn on_swarm(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.on_opened(peer_id, connection_id, &endpoint);
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, cause, .. } => {
                self.on_closed(peer_id, connection_id, cause.map(|cause| cause.to_string()));
            }
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => self.on_dial_failed(peer_id, &error),
            SwarmEvent::IncomingConnectionError { send_back_addr, error, peer_id, .. } => {
                tracing::debug!(address = %send_back_addr, %error, "a connection did not come about");
                if let ListenError::Transport(error) = error {
                    let reason = format!("it does not speak our language: {error}");
                    self.emit(Event::Refused { peer: peer_id, address: Some(send_back_addr), reason });
                }
            }
            SwarmEvent::NewListenAddr { address, .. } => self.on_listening(address),
            SwarmEvent::ListenerClosed { listener_id, .. } => self.on_listener_closed(listener_id),
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "a listener has trouble"),
            SwarmEvent::ExternalAddrConfirmed { address } => self.on_external(&address, true),
            SwarmEvent::ExternalAddrExpired { address } => self.on_external(&address, false),
            _ => {}
        }
    }

    fn on_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Identify(identify::Event::Received { connection_id, peer_id, info }) => {
                self.on_hello(peer_id, connection_id, &info);
            }
            BehaviourEvent::Ping(ping::Event { peer, connection, result }) => self.on_ping(peer, connection, result),
            BehaviourEvent::Gossip(event) | BehaviourEvent::Flood(event) => self.on_gossip(event),
            BehaviourEvent::Asks(event) => self.on_ask(event),
            BehaviourEvent::Peers(event) => self.on_peers(event),
            BehaviourEvent::Tracker(event) => self.on_tracker(event),
            BehaviourEvent::Kad(event) => self.on_table(event),
            BehaviourEvent::Autonat(event) => self.on_autonat(event),
            BehaviourEvent::Upnp(event) => self.on_router(&event),
            BehaviourEvent::Relay(event) => self.on_relay(&event),
            BehaviourEvent::Dcutr(event) => Self::on_punch(&event),
            BehaviourEvent::Mdns(event) => self.on_neighbours(event),
            _ => {}
        }
    }

    fn on_ping(
        &mut self,
        peer: libp2p::PeerId,
        connection: libp2p::swarm::ConnectionId,
        result: Result<std::time::Duration, ping::Failure>,
    ) {
        match result {
            Ok(rtt) => self.lines.heard(peer, rtt.as_secs_f64() * 1_000.0),
            Err(ping::Failure::Unsupported) => {}
            Err(error) => {
                tracing::debug!(%peer, %error, "a connection is dead");
                self.swarm.close_connection(connection);
            }
        }
    }
}
