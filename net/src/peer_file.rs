//! Peers learned, kept over a restart: a line for each of its addresses, with the peer at its end.
//!
//! Invariants: the file is replaced whole or not at all; a damaged or overlong one costs what is damaged, never the start.

use crate::address::{peer_in, sane, without_peer};
use crate::{Multiaddr, PeerId};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

const HEAD: &str = "neuroshard peers 1";
/// Longest file that is read.
const BYTES_MAX: u64 = 1 << 20;
/// Most peers written.
const PEERS_MAX: usize = 1_000;

/// What a file held, and what was wrong with it.
pub(crate) struct Read {
    pub(crate) peers: BTreeMap<PeerId, Vec<Multiaddr>>,
    pub(crate) damage: Option<String>,
}

/// Reads a file; one that is not there is empty.
pub(crate) fn read(path: &Path) -> Read {
    let nothing = |damage| Read { peers: BTreeMap::new(), damage };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return nothing(None),
        Err(error) => return nothing(Some(error.to_string())),
    };
    let mut bytes = Vec::new();
    if let Err(error) = file.take(BYTES_MAX).read_to_end(&mut bytes) {
        return nothing(Some(error.to_string()));
    }
    parse(&String::from_utf8_lossy(&bytes))
}

fn parse(text: &str) -> Read {
    let mut lines = text.lines();
    let mut peers: BTreeMap<PeerId, Vec<Multiaddr>> = BTreeMap::new();
    if lines.next() != Some(HEAD) {
        return Read { peers, damage: Some("it is not a file of peers".to_owned()) };
    }
    let mut bad = 0_usize;
    for line in lines.filter(|line| !line.is_empty()) {
        match entry(line) {
            Some((peer, address)) => peers.entry(peer).or_default().push(address),
            None => bad += 1,
        }
    }
    Read { peers, damage: (bad > 0).then(|| format!("{bad} of its lines can't be read")) }
}

fn entry(line: &str) -> Option<(PeerId, Multiaddr)> {
    let address: Multiaddr = line.parse().ok()?;
    let peer = peer_in(&address)?;
    // What is written there was learned here.
    sane(&address, &peer, Some(IpAddr::V4(Ipv4Addr::LOCALHOST)))?;
    Some((peer, without_peer(address)))
}

/// Replaces the file.
pub(crate) fn write<'a>(path: &Path, peers: impl Iterator<Item = (&'a PeerId, &'a [Multiaddr])>) -> io::Result<()> {
    let mut text = format!("{HEAD}\n");
    for (peer, addresses) in peers.take(PEERS_MAX) {
        for address in addresses {
            if let Ok(address) = address.clone().with_p2p(*peer) {
                text.push_str(&address.to_string());
                text.push('\n');
            }
        }
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/peers");
        assert!(read(&path).peers.is_empty() && read(&path).damage.is_none());
        let (peer, place) = (PeerId::random(), "/ip4/127.0.0.1/tcp/7".parse::<Multiaddr>().unwrap());
        write(&path, [(&peer, [place.clone()].as_slice())].into_iter()).unwrap();
        let back = read(&path);
        assert!(back.damage.is_none());
        assert_eq!(back.peers, [(peer, vec![place])].into());
    }

    #[test]
    fn damage_costs_what_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peers");
        let good = format!("/ip4/8.8.8.8/tcp/7/p2p/{}", PeerId::random());
        fs::write(&path, format!("{HEAD}\n{good}\n/ip4/8.8.8.8/tcp/\n\u{0}garbage\n")).unwrap();
        let back = read(&path);
        assert_eq!((back.peers.len(), back.damage.as_deref()), (1, Some("2 of its lines can't be read")));
        fs::write(&path, [0xff; 5_000]).unwrap();
        assert!(read(&path).peers.is_empty() && read(&path).damage.is_some());
        fs::write(&path, vec![b'a'; 3 << 20]).unwrap();
        assert!(read(&path).damage.is_some());
        assert!(read(folder.path()).damage.is_some(), "a folder");
    }
}
