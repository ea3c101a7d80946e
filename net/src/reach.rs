//! Whether others can reach this node, how that is known, and what a person can do.
//!
//! Invariant: it says public or private only after somebody tried from outside, or was told so by the settings.

use crate::address::{ip_of, is_local, is_relayed};
use crate::{Multiaddr, PeerId, Reach, ReachState};
use std::collections::{BTreeMap, BTreeSet};

/// Failed tests from outside before this counts as private, if nothing else speaks against it. An address that failed is
/// never tested again, and whoever is behind a router has but one: a second failure may never come.
const FAILURES_MIN: u32 = 1;
/// Relays that we hold a place with.
pub(crate) const RELAYS_MAX: usize = 2;

/// What was found out.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Somebody set an address by hand.
    given: bool,
    /// We listen at all.
    listens: bool,
    confirmed: BTreeSet<Multiaddr>,
    failures: BTreeMap<Multiaddr, (u32, String)>,
    relays: BTreeSet<PeerId>,
    mapped: bool,
    router: Option<&'static str>,
}

impl Findings {
    pub(crate) fn new(given: bool, listens: bool) -> Self {
        Self { given, listens, ..Self::default() }
    }

    /// Somebody came in from outside, or a test did.
    pub(crate) fn confirmed(&mut self, address: &Multiaddr) {
        if is_relayed(address) || ip_of(address).is_some_and(is_local) {
            return;
        }
        self.failures.remove(address);
        if self.confirmed.len() < 16 {
            self.confirmed.insert(address.clone());
        }
    }

    /// An address is no longer ours.
    pub(crate) fn expired(&mut self, address: &Multiaddr) {
        self.confirmed.remove(address);
    }

    /// A test from outside failed.
    pub(crate) fn failed(&mut self, address: &Multiaddr, reason: String) {
        if self.failures.len() < 16 || self.failures.contains_key(address) {
            let entry = self.failures.entry(address.clone()).or_default();
            *entry = (entry.0.saturating_add(1), reason);
        }
    }

    /// A relay passes others on to us, or no longer does.
    pub(crate) fn relay(&mut self, relay: PeerId, there: bool) {
        if there {
            self.relays.insert(relay)
        } else {
            self.relays.remove(&relay)
        };
    }

    /// What the router said: it mapped a port, or why not.
    pub(crate) fn router(&mut self, mapped: bool, problem: Option<&'static str>) {
        self.mapped = mapped;
        self.router = problem;
    }

    /// Others need a relay to reach us, and we hold too few.
    pub(crate) fn wants_relay(&self) -> bool {
        self.is_private() && self.relays.len() < RELAYS_MAX
    }

    fn is_private(&self) -> bool {
        let tried: u32 = self.failures.values().map(|(times, _)| *times).sum();
        !self.given && self.confirmed.is_empty() && (tried >= FAILURES_MIN || !self.listens)
    }

    /// For people.
    pub(crate) fn reach(&self) -> Reach {
        let relays: Vec<_> = self.relays.iter().copied().collect();
        let (state, why, hint) = self.words();
        Reach { state, why, hint, relays, mapped: self.mapped }
    }

    fn words(&self) -> (ReachState, String, String) {
        let first = self.confirmed.first();
        let hint = || {
            let router = match self.router {
                Some(problem) => format!(" (the router was asked: {problem})"),
                None => String::new(),
            };
            format!(
                "Forward the port that this node listens on in your router, TCP and UDP, or open it in the firewall{router}; \
                 then give the outside address as external address."
            )
        };
        if let Some(address) = first {
            let how = if self.mapped { "the router maps a port, and it" } else { "it" };
            return (ReachState::Public, format!("{how} was reached from outside at {address}"), String::new());
        }
        if self.given {
            return (ReachState::Public, "the settings name an external address".to_owned(), String::new());
        }
        if !self.listens {
            let hint = "Give it an address to listen on if others should reach it.".to_owned();
            let state = if self.relays.is_empty() { ReachState::Private } else { ReachState::Relayed };
            return (state, "it listens nowhere, and only dials".to_owned(), hint);
        }
        if !self.is_private() {
            let why = "nobody has tried from outside yet; trackers do that".to_owned();
            return (ReachState::Unknown, why, String::new());
        }
        let why = self.failures.iter().next_back().map_or_else(String::new, |(address, (_, reason))| {
            format!("trackers tried {address} from outside and failed: {reason}")
        });
        if self.relays.is_empty() {
            (ReachState::Private, why, hint())
        } else {
            (ReachState::Relayed, format!("{why}; others come in through a relay"), hint())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn it_takes_somebody_outside_to_know() {
        let mut findings = Findings::new(false, true);
        assert_eq!(findings.reach().state, ReachState::Unknown);
        findings.confirmed(&place("/ip4/192.168.1.1/tcp/1"));
        assert_eq!(findings.reach().state, ReachState::Unknown, "the house is not outside");
        let outside = place("/ip4/8.8.8.8/tcp/1");
        assert!(!findings.wants_relay());
        findings.failed(&outside, "no connection".to_owned());
        findings.router(false, Some("it has no UPnP"));
        let reach = findings.reach();
        assert_eq!(reach.state, ReachState::Private);
        assert!(reach.why.contains("8.8.8.8") && reach.hint.contains("UPnP") && findings.wants_relay());
        findings.relay(PeerId::random(), true);
        findings.relay(PeerId::random(), true);
        assert!(findings.reach().state == ReachState::Relayed && !findings.wants_relay());
        findings.confirmed(&outside);
        assert_eq!(findings.reach().state, ReachState::Public);
        findings.expired(&outside);
        assert_eq!(findings.reach().state, ReachState::Unknown);
    }
}
