//! Where others are found: a multiaddress, a tracker, and the header that somebody vouches for.
//!
//! Invariant: what is let through has the form of what it names; whether anybody is there, whoever dials finds out.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// No address that somebody means is longer.
const TEXT_BYTES_MAX: usize = 512;
/// Digits of a hash.
const HASH_DIGITS: usize = 64;

/// An address of libp2p, such as `/ip4/127.0.0.1/tcp/4001`; it begins with a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multiaddr(String);

impl Multiaddr {
    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Multiaddr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = "give an address such as /ip4/1.2.3.4/tcp/4001 or /dns/name/udp/4001/quic-v1";
        let form = || FORM.to_owned();
        if text.len() > TEXT_BYTES_MAX || text.ends_with('/') {
            return Err(form());
        }
        let mut parts = text.strip_prefix('/').ok_or_else(form)?.split('/');
        let host = parts.next().unwrap_or_default();
        if !matches!(host, "ip4" | "ip6" | "dns" | "dns4" | "dns6" | "dnsaddr") {
            return Err(form());
        }
        check_part(host, &mut parts)?;
        while let Some(protocol) = parts.next() {
            check_part(protocol, &mut parts)?;
        }
        Ok(Self(text.to_owned()))
    }
}

/// That a protocol is known, and that what follows it is of its kind.
fn check_part<'a>(protocol: &str, rest: &mut impl Iterator<Item = &'a str>) -> Result<(), String> {
    let is_valid: fn(&str) -> bool = match protocol {
        "ip4" => |value| value.parse::<Ipv4Addr>().is_ok(),
        "ip6" => |value| value.parse::<Ipv6Addr>().is_ok(),
        "tcp" | "udp" => is_port,
        "dns" | "dns4" | "dns6" | "dnsaddr" => is_name,
        "p2p" => is_peer,
        "quic-v1" | "p2p-circuit" | "ws" | "wss" | "tls" | "noise" => return Ok(()),
        _ => return Err(format!("`{protocol}` is no protocol that is known here")),
    };
    let value = rest.next().unwrap_or_default();
    if is_valid(value) { Ok(()) } else { Err(format!("`{value}` can't follow /{protocol}")) }
}

fn is_port(value: &str) -> bool {
    // A sign before it is no digit.
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u16>().is_ok()
}

fn is_name(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn is_peer(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl fmt::Display for Multiaddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a tracker is: its address, or the URL of its page, which names that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackerPlace {
    /// Its address.
    Address(Multiaddr),
    /// Its page.
    Url(String),
}

impl FromStr for TrackerPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(place) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
            return match text.starts_with('/') {
                true => text.parse().map(Self::Address),
                false => {
                    Err("give an address such as /dns/name/tcp/4001, or a URL such as http://name:8080".to_owned())
                }
            };
        };
        let host = place.split('/').next().unwrap_or_default();
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port),
            _ => (host, "80"),
        };
        let is_bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let named = is_bracketed.map_or_else(|| is_name(name), |name| name.parse::<Ipv6Addr>().is_ok());
        let plain = place.bytes().all(|byte| byte.is_ascii_graphic() && !b"@\"'<>#".contains(&byte));
        if !named || !is_port(port) || !plain || text.len() > TEXT_BYTES_MAX {
            return Err("give a URL such as http://name:8080".to_owned());
        }
        Ok(Self::Url(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for TrackerPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Url(url) => f.pad(url),
        }
    }
}

/// A final header that whoever starts the node vouches for: its height and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// How high it is.
    pub height: u64,
    /// Its hash: 64 lower-case hexadecimal digits.
    pub hash: String,
}

impl FromStr for Trust {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "give a height and the hash of its header, as in 1200:5f0c… (64 digits)".to_owned();
        let (height, hash) = text.split_once(':').ok_or_else(form)?;
        let is_hash = hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = !height.is_empty() && height.bytes().all(|byte| byte.is_ascii_digit());
        let height = height.parse().ok().filter(|_| is_hash && digits).ok_or_else(form)?;
        Ok(Self { height, hash: hash.to_ascii_lowercase() })
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.height, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_that_name_a_place_are_taken_as_they_are() {
        for text in [
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/0.0.0.0/udp/4001/quic-v1",
            "/ip6/::1/tcp/4001/p2p/16Uiu2HAm",
            "/dns/node.example/tcp/443/wss",
            "/dnsaddr/boot.example",
            "/ip4/1.2.3.4/tcp/1/p2p/16Uiu2HAm/p2p-circuit/p2p/16Uiu2HAn",
        ] {
            assert_eq!(text.parse::<Multiaddr>().unwrap().to_string(), text);
            assert_eq!(text.parse::<TrackerPlace>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_place_is_refused_with_the_form() {
        for text in
            ["", "/", "//", "ip4/1.2.3.4/tcp/1", "127.0.0.1:4001", "/tcp/4001", "/p2p/16Uiu2HAm", "/ip4/1.2.3.4/"]
        {
            assert!(text.parse::<Multiaddr>().unwrap_err().contains("such as /ip4/"), "{text}");
        }
        for (text, says) in [
            ("/ip4/1.2.3/tcp/1", "`1.2.3` can't follow /ip4"),
            ("/ip4/1.2.3.4/tcp", "`` can't follow /tcp"),
            ("/ip4/1.2.3.4/tcp/70000", "`70000` can't follow /tcp"),
            ("/ip4/1.2.3.4/tcp/+1", "`+1` can't follow /tcp"),
            ("/ip4/1.2.3.4/sctp/1", "`sctp` is no protocol"),
            ("/ip4/1.2.3.4//tcp/1", "`` is no protocol"),
            ("/dns/a b/tcp/1", "`a b` can't follow /dns"),
            ("/ip4/1.2.3.4/tcp/1/p2p/a\u{1b}b", "`a\u{1b}b` can't follow /p2p"),
        ] {
            assert!(text.parse::<Multiaddr>().unwrap_err().starts_with(says), "{text}");
        }
        assert!(format!("/dns/{}", "a".repeat(600)).parse::<Multiaddr>().is_err());
    }

    #[test]
    fn a_tracker_is_an_address_or_a_page() {
        for text in ["http://name:8080", "https://a.example", "http://[::1]:1/x", "http://1.2.3.4"] {
            assert_eq!(text.parse(), Ok(TrackerPlace::Url(text.to_owned())));
        }
        for text in
            ["", "name:8080", "ftp://a", "http://", "http://:80", "http://a:b", "http://u@a", "http://a b", "/tcp/1"]
        {
            assert!(text.parse::<TrackerPlace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_trusted_header_has_a_height_and_a_hash() {
        let hash = "5F".repeat(32);
        let trust: Trust = format!("12:{hash}").parse().unwrap();
        assert_eq!((trust.height, trust.to_string()), (12, format!("12:{}", "5f".repeat(32))));
        for text in ["", ":", "12", &hash, &format!("-1:{hash}"), &format!("+1:{hash}"), &format!("1:{}", &hash[1..])] {
            assert!(text.parse::<Trust>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn prop_nothing_panics_and_what_is_let_through_prints_as_it_was(text in "\\PC{0,24}|(/(ip4|tcp|dns|p2p|x|1|1.2.3.4)){0,6}") {
            if let Ok(address) = text.parse::<Multiaddr>() {
                prop_assert_eq!(address.to_string(), text.clone());
            }
            let _ = (text.parse::<TrackerPlace>(), text.parse::<Trust>());
        }
    }
}
