//! How others join a node: which of its addresses to give them, and what they type.

/// Said where a node listens on all of a machine's addresses and nobody told which those are.
const OWN_ADDRESS: &str = "ADDRESS-OF-THIS-MACHINE";

/// The address that is of most use to others, with the node's identity; nothing of a node that listens nowhere.
pub(super) fn address(external: &[String], listen: &[String], peer_id: &str) -> Option<String> {
    // One that others are known to use; else of this network; else whatever there is. TCP carries more than QUIC does.
    let rank = |address: &&String| (place(address), !address.contains("/tcp/"), address.contains("/p2p-circuit"));
    let best = external.iter().min_by_key(rank).or_else(|| listen.iter().min_by_key(rank))?;
    let best =
        best.replace("/0.0.0.0/", &format!("/{OWN_ADDRESS}/")).replace("/ip6/::/", &format!("/ip6/{OWN_ADDRESS}/"));
    Some(if best.contains("/p2p/") || peer_id.is_empty() { best } else { format!("{best}/p2p/{peer_id}") })
}

/// How many others an address is of use to, the most first.
fn place(address: &str) -> u8 {
    match address {
        _ if address.starts_with("/ip4/127.") || address.starts_with("/ip6/::1/") => 3,
        _ if address.starts_with("/ip4/0.0.0.0/") || address.starts_with("/ip6/::/") => 2,
        _ if address.starts_with("/ip6/fe80") || address.starts_with("/ip4/172.17.") => 1,
        _ => 0,
    }
}

/// What others type.
pub(super) fn command(address: &str) -> String {
    format!("neuroshard node --network FILE --bootstrap {address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_useful_address_is_given() {
        let all = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let listen = all(&["/ip4/127.0.0.1/tcp/1", "/ip4/192.168.1.5/udp/2/quic-v1", "/ip4/192.168.1.5/tcp/2"]);
        assert_eq!(address(&[], &listen, "16U").unwrap(), "/ip4/192.168.1.5/tcp/2/p2p/16U");
        let external = all(&["/dns/node.example/tcp/4001"]);
        assert_eq!(address(&external, &listen, "16U").unwrap(), "/dns/node.example/tcp/4001/p2p/16U");
        let unknown = all(&["/ip4/0.0.0.0/tcp/4001"]);
        assert_eq!(address(&[], &unknown, "16U").unwrap(), "/ip4/ADDRESS-OF-THIS-MACHINE/tcp/4001/p2p/16U");
        assert_eq!(address(&[], &all(&["/ip4/127.0.0.1/tcp/1"]), "16U").unwrap(), "/ip4/127.0.0.1/tcp/1/p2p/16U");
        assert_eq!(address(&[], &[], "16U"), None);
        let known = all(&["/ip4/1.2.3.4/tcp/1/p2p/16V/p2p-circuit", "/ip4/1.2.3.4/tcp/9/p2p/16U"]);
        assert_eq!(address(&known, &listen, "16U").unwrap(), "/ip4/1.2.3.4/tcp/9/p2p/16U");
    }
}
