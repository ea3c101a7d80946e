//! The names of protocols and topics; all but the tracker's carry the chain.
//!
//! Invariant: two chains share no name but the tracker's, so their nodes can't talk past each other by mistake.

use crate::Role;
use libp2p::StreamProtocol;
use std::fmt::Write as _;

/// What trackers speak, whatever the chain.
pub(crate) const TRACKER: StreamProtocol = StreamProtocol::new("/neuroshard/tracker/1");
/// What trackers say in place of a chain.
const TRACKER_VERSION: &str = "neuroshard/1/tracker";
const VERSION_PREFIX: &str = "neuroshard/1/";

/// Names for one chain.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    chain: [u8; 32],
    short: String,
}

/// What a peer says it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// To this chain.
    Chain([u8; 32]),
    /// To none: it is a tracker.
    Tracker,
}

impl Names {
    pub(crate) fn new(chain: [u8; 32]) -> Self {
        Self { chain, short: hex(&chain[..8]) }
    }

    /// Identify's protocol version.
    pub(crate) fn version(&self, role: Role) -> String {
        match role {
            Role::Node => format!("{VERSION_PREFIX}{}", hex(&self.chain)),
            Role::Tracker => TRACKER_VERSION.to_owned(),
        }
    }

    /// The topic that travels for a name of ours.
    pub(crate) fn topic(&self, name: &str) -> String {
        format!("neuroshard/{}/{name}/1", self.short)
    }

    /// Streams of a kind; `None` if the name is no name.
    pub(crate) fn protocol(&self, kind: &str) -> Option<StreamProtocol> {
        StreamProtocol::try_from_owned(format!("/neuroshard/{}/{kind}/1", self.short)).ok()
    }
}

/// Reads identify's protocol version.
pub(crate) fn belongs(version: &str) -> Option<Belongs> {
    if version == TRACKER_VERSION {
        return Some(Belongs::Tracker);
    }
    let digits = version.strip_prefix(VERSION_PREFIX)?.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut chain = [0; 32];
    for (byte, pair) in chain.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(*pair.first()?)? << 4 | digit(*pair.last()?)?;
    }
    Some(Belongs::Chain(chain))
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_back() {
        let names = Names::new([0xa7; 32]);
        assert_eq!(belongs(&names.version(Role::Node)), Some(Belongs::Chain([0xa7; 32])));
        assert_eq!(belongs(&names.version(Role::Tracker)), Some(Belongs::Tracker));
        for text in
            ["", "neuroshard/1/", "neuroshard/2/tracker", "ipfs/0.1.0", &format!("neuroshard/1/{}", "é".repeat(32))]
        {
            assert_eq!(belongs(text), None, "{text}");
        }
    }

    #[test]
    fn chains_share_no_names() {
        let (one, two) = (Names::new([1; 32]), Names::new([2; 32]));
        assert_ne!(one.topic("votes"), two.topic("votes"));
        assert_ne!(one.protocol("blob"), two.protocol("blob"));
        assert_eq!(one.topic("votes"), "neuroshard/0101010101010101/votes/1");
    }
}
