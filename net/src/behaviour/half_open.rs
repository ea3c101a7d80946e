//! Connections that were begun from outside, and are not proven yet.
//!
//! Invariant: no one address holds more than a few of them, so that nobody keeps others out by knocking and saying nothing.
//! This machine's own addresses are excused.

use crate::Multiaddr;
use crate::address::ip_of;
use libp2p::PeerId;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
    dummy,
};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

/// Of one address.
const HALF_OPEN_MAX: usize = 8;

/// Counts them by address.
#[derive(Debug, Default)]
pub(crate) struct HalfOpen {
    pending: HashMap<ConnectionId, IpAddr>,
}

/// Why a connection is not taken.
#[derive(Debug, thiserror::Error)]
#[error("{HALF_OPEN_MAX} connections from {0} are not proven yet")]
struct TooMany(IpAddr);

impl NetworkBehaviour for HalfOpen {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let Some(ip) = ip_of(remote).filter(|ip| !ip.is_loopback()) else { return Ok(()) };
        if self.pending.values().filter(|other| **other == ip).count() >= HALF_OPEN_MAX {
            return Err(ConnectionDenied::new(TooMany(ip)));
        }
        self.pending.insert(connection, ip);
        Ok(())
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.pending.remove(&connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ListenFailure(failure) = event {
            self.pending.remove(&failure.connection_id);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_knocks_does_not_keep_others_out() {
        let mut half_open = HalfOpen::default();
        let here: Multiaddr = "/ip4/10.0.0.1/tcp/1".parse().unwrap();
        let mut knock = |number: usize, from: &str| {
            let from = from.parse().unwrap();
            half_open.handle_pending_inbound_connection(ConnectionId::new_unchecked(number), &here, &from).is_ok()
        };
        assert_eq!((0..20).filter(|number| knock(*number, "/ip4/10.0.0.7/tcp/5")).count(), HALF_OPEN_MAX);
        assert!(knock(20, "/ip4/10.0.0.8/tcp/5"));
        assert!((21..50).all(|number| knock(number, "/ip4/127.0.0.1/tcp/5")));
        let (one, from) = (ConnectionId::new_unchecked(3), "/ip4/10.0.0.7/tcp/5".parse().unwrap());
        half_open.handle_established_inbound_connection(one, PeerId::random(), &here, &from).unwrap();
        assert!(half_open.handle_pending_inbound_connection(ConnectionId::new_unchecked(60), &here, &from).is_ok());
    }
}
