//! Other nodes: whether they could connect here, how fast the system sends to those that are far, and whether they do.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};

use neuroshard_tui::snapshot::{Network, ReachState};

use super::Check;
use crate::app::status::reach;
use crate::config::Settings;

/// Where a node listens that nobody told where to.
const USUAL: [&str; 2] = ["/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/udp/4001/quic-v1"];
/// What Linux calls the way it decides how fast to send over TCP.
const CONGESTION: &str = "/proc/sys/net/ipv4/tcp_congestion_control";

/// `running` is what a node of this home says of its network, if one runs.
pub(super) fn checks(settings: &Settings, running: Option<&Network>) -> Vec<Check> {
    let mut checks = vec![ports(settings, running)];
    checks.extend(std::fs::read_to_string(CONGESTION).ok().map(|says| sending(says.trim())));
    checks.extend(running.map(reached));
    checks
}

/// A port and how it is listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Port {
    address: SocketAddr,
    udp: bool,
}

impl Port {
    /// What a multiaddress says; nothing where it begins in another way.
    fn of(address: &str) -> Option<Self> {
        let mut parts = address.strip_prefix('/')?.split('/');
        let (_, ip, kind, port) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let address = SocketAddr::new(ip.parse::<IpAddr>().ok()?, port.parse().ok()?);
        matches!(kind, "tcp" | "udp").then_some(Self { address, udp: kind == "udp" })
    }

    fn bind(self) -> io::Result<()> {
        if self.udp { UdpSocket::bind(self.address).map(drop) } else { TcpListener::bind(self.address).map(drop) }
    }

    /// Whether it is the same door, by whatever address of the machine.
    fn is_held_by(self, network: &Network) -> bool {
        let mut held = network.listen.iter().filter_map(|address| Self::of(address));
        held.any(|port| port.address.port() == self.address.port() && port.udp == self.udp)
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", if self.udp { "UDP" } else { "TCP" }, self.address)
    }
}

/// Whether others can come in by the doors that the settings name.
fn ports(settings: &Settings, running: Option<&Network>) -> Check {
    const NAME: &str = "peer ports";
    const MEND: &str = "stop what uses it, or choose another with --listen /ip4/0.0.0.0/tcp/PORT";
    let told = [settings.bootstrap.len(), settings.external.len(), settings.tracker.len()];
    let (addresses, asked): (Vec<String>, bool) = match settings.listen.as_slice() {
        [] if running.is_some_and(|network| network.listen.is_empty()) => {
            return Check::ok(NAME, "the running node listens nowhere: a private devnet");
        }
        [] => (USUAL.map(str::to_owned).to_vec(), running.is_some() || told.iter().any(|count| *count > 0)),
        some => (some.iter().map(ToString::to_string).collect(), true),
    };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for port in addresses.iter().filter_map(|address| Port::of(address)) {
        match port.bind() {
            Ok(()) => good.push(format!("{port} is free")),
            Err(_) if running.is_some_and(|network| port.is_held_by(network)) => {
                good.push(format!("{port} is held by the running node"));
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bad.push(format!("{port} is used by another program"));
            }
            Err(error) => bad.push(format!("{port} can't be listened on: {error}")),
        }
    }
    let said = bad.iter().chain(&good).cloned().collect::<Vec<_>>().join(", ");
    match (bad.is_empty(), asked) {
        (true, _) if said.is_empty() => Check::ok(NAME, "no address with a port of this machine is listened on"),
        (true, _) => Check::ok(NAME, said),
        // Nobody asked for it, so a devnet runs all the same.
        (false, false) => Check::warn(NAME, said, MEND),
        (false, true) => Check::fail(NAME, said, MEND),
    }
}

/// Whether TCP keeps its pace on long lines that lose a packet now and then.
fn sending(says: &str) -> Check {
    const NAME: &str = "tcp";
    if says == "bbr" {
        return Check::ok(NAME, "sends with BBR, which keeps its pace on long lines");
    }
    let detail = format!("sends with {says}: a lost packet now and then makes it several times slower than BBR");
    Check::warn(NAME, detail, "sudo modprobe tcp_bbr; sudo sysctl -w net.ipv4.tcp_congestion_control=bbr")
}

/// Whether others reach the node that runs, as it says itself.
fn reached(network: &Network) -> Check {
    const NAME: &str = "reachability";
    let says = &network.reachability;
    let why = if says.why.is_empty() { String::new() } else { format!(" ({})", says.why) };
    let peers = match network.peers.len() {
        1 => "1 peer".to_owned(),
        count => format!("{count} peers"),
    };
    let detail = format!("{}{why}; {peers}", reach(says.state));
    if network.listen.is_empty() && network.peers.is_empty() && network.known_peers == 0 {
        return Check::ok(NAME, "this node is alone: a private devnet");
    }
    if network.peers.is_empty() {
        let mend = "name a node with --bootstrap ADDR or a tracker with --tracker ADDR, and see `neuroshard node logs`";
        return Check::warn(NAME, detail, mend);
    }
    let hint = match says.hint.trim() {
        "" => "forward the port that it listens on, TCP and UDP, from your router to this machine",
        hint => hint,
    };
    match says.state {
        ReachState::Public | ReachState::Unknown => Check::ok(NAME, detail),
        ReachState::Relayed | ReachState::Private => Check::warn(NAME, detail, hint),
    }
}

#[cfg(test)]
mod tests {
    use neuroshard_tui::snapshot::{Peer, Reachability};

    use super::super::Status;
    use super::*;

    #[test]
    fn ports_are_read_from_addresses() {
        let port = |text: &str| Port::of(text).map(|port| port.to_string());
        assert_eq!(port("/ip4/0.0.0.0/tcp/4001").unwrap(), "TCP 0.0.0.0:4001");
        assert_eq!(port("/ip6/::1/udp/7/quic-v1").unwrap(), "UDP [::1]:7");
        for other in ["", "/", "/dns/name/tcp/1", "/ip4/1.2.3.4/sctp/1", "/ip4/1.2.3.4/tcp/99999", "tcp"] {
            assert_eq!(port(other), None, "{other}");
        }
    }

    #[test]
    fn a_port_that_another_program_has_is_not_the_nodes_own() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
        let machine = crate::config::Machine::of(&|_| None);
        let (none, file) = (crate::config::Layer::default(), crate::config::File::default());
        let mut settings = Settings::resolve(none.clone(), none, &file, machine);
        settings.listen = vec![address.parse().unwrap()];
        let check = ports(&settings, None);
        assert!(check.status == Status::Fail && check.detail.contains("used by another program"), "{check:?}");
        let running = Network { listen: vec![address], ..Network::default() };
        let check = ports(&settings, Some(&running));
        assert!(check.status == Status::Ok && check.detail.contains("held by the running node"), "{check:?}");
        settings.listen.clear();
        let check = ports(&settings, Some(&Network::default()));
        assert!(check.status == Status::Ok && check.detail.contains("listens nowhere"), "{check:?}");
    }

    #[test]
    fn other_ways_of_sending_are_worth_a_word() {
        assert_eq!(sending("bbr").status, Status::Ok);
        let cubic = sending("cubic");
        assert!(cubic.status == Status::Warn && cubic.mend.unwrap().contains("tcp_congestion_control=bbr"));
    }

    #[test]
    fn what_the_node_says_of_its_reachability_is_said_with_what_to_do() {
        let network = |state, hint: &str| Network {
            listen: vec!["/ip4/0.0.0.0/tcp/4001".to_owned()],
            reachability: Reachability {
                state,
                why: "nobody could connect back".to_owned(),
                hint: hint.to_owned(),
                ..Reachability::default()
            },
            peers: vec![Peer::default()],
            ..Network::default()
        };
        assert_eq!(reached(&network(ReachState::Public, "")).status, Status::Ok);
        let check = reached(&network(ReachState::Private, "forward port 4001"));
        assert_eq!((check.status, check.mend.as_deref()), (Status::Warn, Some("forward port 4001")));
        assert!(check.detail.contains("nobody can connect (nobody could connect back); 1 peer"), "{check:?}");
        assert!(reached(&network(ReachState::Relayed, "")).mend.unwrap().contains("router"));
        let alone = reached(&Network { peers: Vec::new(), ..network(ReachState::Unknown, "") });
        assert!(alone.status == Status::Warn && alone.mend.unwrap().contains("--bootstrap"));
        assert_eq!(reached(&Network::default()).status, Status::Ok);
    }
}
