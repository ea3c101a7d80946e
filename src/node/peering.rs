//! How a node is to meet others, as its settings say it: addresses as text, which whoever dials them reads.
//!
//! Invariant: a node that was told of no address, by its settings or its genesis, meets nobody and listens nowhere.

use crate::ledger::genesis::Genesis;
use crate::types::Hash;

/// Where a node of a network listens that nobody told where to.
const USUAL: [&str; 2] = ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"];

/// How a node is to meet others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peering {
    /// Where it was told to listen.
    pub listen: Vec<String>,
    /// Where it is reached from outside.
    pub external: Vec<String>,
    /// Nodes to find the network through, beside those of the genesis.
    pub bootstrap: Vec<String>,
    /// Trackers, by address or by the URL of their page.
    pub trackers: Vec<String>,
    /// A final header to begin from: height and hash.
    pub trust: Option<(u64, Hash)>,
    /// Whether to vote on blocks as soon as its stake allows it.
    pub validator: bool,
    /// Whether it looks for nodes on the local network.
    pub mdns: bool,
    /// Whether it asks the router to open a port.
    pub upnp: bool,
}

impl Peering {
    /// Whether anyone else can be in the network: somewhere there is an address, ours or another's.
    #[must_use]
    pub fn is_public(&self, genesis: &Genesis) -> bool {
        let said = [&self.listen, &self.external, &self.bootstrap, &self.trackers, &genesis.bootstrap];
        said.into_iter().any(|addresses| !addresses.is_empty())
    }

    /// Where to listen: where it was told to, else at the usual port, and on a private devnet nowhere.
    #[must_use]
    pub fn listens_on(&self, genesis: &Genesis) -> Vec<String> {
        if self.listen.is_empty() && self.is_public(genesis) {
            return USUAL.map(ToOwned::to_owned).to_vec();
        }
        self.listen.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tests::Chain;

    #[test]
    fn who_was_told_of_nobody_listens_nowhere() {
        let mut genesis = Genesis::parse(&Chain::new(&[1], &[]).genesis).unwrap();
        let alone = Peering::default();
        assert!(!alone.is_public(&genesis) && alone.listens_on(&genesis).is_empty());
        let told = Peering { trackers: vec!["http://tracker.example".to_owned()], ..Peering::default() };
        assert!(told.is_public(&genesis));
        assert_eq!(told.listens_on(&genesis), USUAL);
        let listens = Peering { listen: vec!["/ip4/127.0.0.1/tcp/0".to_owned()], ..Peering::default() };
        assert_eq!((listens.is_public(&genesis), listens.listens_on(&genesis)), (true, listens.listen.clone()));
        genesis.bootstrap = vec!["/dns/boot.example/tcp/4001".to_owned()];
        assert!(alone.is_public(&genesis));
        assert_eq!(alone.listens_on(&genesis), USUAL);
    }
}
