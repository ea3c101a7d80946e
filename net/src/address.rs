//! What is believed of addresses that others tell.
//!
//! Invariant: an address that passes has a few known parts, a port, and a host that can be dialled from outside the
//! machine it was learned from.

use crate::{Multiaddr, PeerId};
use libp2p::multiaddr::Protocol;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest address that is kept.
const BYTES_MAX: usize = 256;
/// Most parts of an address.
const PARTS_MAX: usize = 10;

/// The host's IP, unless it is a name.
pub(crate) fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
        Protocol::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    }
}

/// It goes through somebody's relay.
pub(crate) fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// It goes over TCP.
pub(crate) fn is_tcp(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::Tcp(_)))
}

/// The peer at its end.
pub(crate) fn peer_in(address: &Multiaddr) -> Option<PeerId> {
    match address.iter().last()? {
        Protocol::P2p(peer) => Some(peer),
        _ => None,
    }
}

/// Without the peer at its end.
pub(crate) fn without_peer(mut address: Multiaddr) -> Multiaddr {
    if peer_in(&address).is_some() {
        address.pop();
    }
    address
}

/// Only ever within one machine or one house.
pub(crate) fn is_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || shared
        }
        IpAddr::V6(ip) => {
            let mapped = ip.to_ipv4_mapped().is_some_and(|ip| is_local(IpAddr::V4(ip)));
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || mapped
        }
    }
}

/// Neighbours: the first 24 bits of an IPv4 address, the first 48 of another. `None` where neighbours are no sign of
/// anything: on this machine, in this house, and for names.
pub(crate) fn neighbourhood(address: &Multiaddr) -> Option<[u8; 6]> {
    match ip_of(address)? {
        ip if is_local(ip) => None,
        IpAddr::V4(ip) => {
            let [first, second, third, _] = ip.octets();
            Some([0, 0, 0, first, second, third])
        }
        IpAddr::V6(ip) => ip.octets().first_chunk().copied(),
    }
}

/// Nobody can be there.
fn is_nowhere(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast() || ip == Ipv4Addr::UNSPECIFIED,
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_multicast() || ip == Ipv6Addr::UNSPECIFIED,
    }
}

/// The address as it is kept, without its peer, if it makes sense that `peer` is there; `from` is whence it was learned.
pub(crate) fn sane(address: &Multiaddr, peer: &PeerId, from: Option<IpAddr>) -> Option<Multiaddr> {
    if address.len() > BYTES_MAX || address.iter().count() > PARTS_MAX {
        return None;
    }
    if peer_in(address).is_some_and(|named| named != *peer) {
        return None;
    }
    let address = without_peer(address.clone());
    let parts: Vec<_> = address.iter().collect();
    let (host, rest) = parts.split_first()?;
    match host {
        Protocol::Ip4(ip) => may_be_there(IpAddr::V4(*ip), from)?,
        Protocol::Ip6(ip) => may_be_there(IpAddr::V6(*ip), from)?,
        Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_) => {}
        _ => return None,
    }
    let rest = match rest {
        [Protocol::Tcp(port), rest @ ..] | [Protocol::Udp(port), Protocol::QuicV1, rest @ ..] if *port != 0 => rest,
        _ => return None,
    };
    match rest {
        [] => Some(address),
        [Protocol::P2p(relay), Protocol::P2pCircuit] if relay != peer => Some(address),
        _ => None,
    }
}

fn may_be_there(ip: IpAddr, from: Option<IpAddr>) -> Option<()> {
    // Somebody else's loopback is not ours.
    let strange = ip.is_loopback() && !from.is_some_and(|from| from.is_loopback());
    (!is_nowhere(ip) && !strange).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_makes_no_sense_is_dropped() {
        let (peer, other) = (PeerId::random(), PeerId::random());
        let here = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let there = Some(IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)));
        for (text, from, good) in [
            ("/ip4/8.8.8.8/tcp/4001".to_owned(), None, true),
            (format!("/ip4/8.8.8.8/tcp/4001/p2p/{peer}"), None, true),
            (format!("/ip4/8.8.8.8/tcp/4001/p2p/{other}"), None, false),
            (format!("/ip4/8.8.8.8/tcp/4001/p2p/{other}/p2p-circuit/p2p/{peer}"), None, true),
            (format!("/ip4/8.8.8.8/tcp/4001/p2p/{other}/p2p-circuit"), None, true),
            (format!("/p2p/{peer}"), None, false),
            ("/ip4/0.0.0.0/tcp/4001".to_owned(), here, false),
            ("/ip4/127.0.0.1/tcp/4001".to_owned(), there, false),
            ("/ip4/127.0.0.1/tcp/4001".to_owned(), here, true),
            ("/ip4/10.0.0.1/udp/4001/quic-v1".to_owned(), there, true),
            ("/ip4/8.8.8.8/tcp/0".to_owned(), None, false),
            ("/ip4/224.0.0.1/tcp/4001".to_owned(), None, false),
            ("/dns/node.example/tcp/4001".to_owned(), None, true),
            ("/ip4/8.8.8.8/udp/4001".to_owned(), None, false),
            ("/memory/7".to_owned(), None, false),
            ("/ip4/8.8.8.8/tcp/1/tcp/2".to_owned(), None, false),
        ] {
            assert_eq!(sane(&parse(&text), &peer, from).is_some(), good, "{text}");
        }
    }

    #[test]
    fn neighbours_are_found() {
        let of = |text| neighbourhood(&parse(text));
        assert_eq!(of("/ip4/8.8.8.8/tcp/1"), of("/ip4/8.8.8.99/udp/2/quic-v1"));
        assert_ne!(of("/ip4/8.8.8.8/tcp/1"), of("/ip4/8.8.9.8/tcp/1"));
        for local in ["/ip4/127.0.0.1/tcp/1", "/ip4/192.168.1.1/tcp/1", "/ip6/::1/tcp/1", "/dns/a/tcp/1"] {
            assert_eq!(of(local), None, "{local}");
        }
    }
}
