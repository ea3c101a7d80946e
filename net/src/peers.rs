//! The peer manager: whom to dial, whom to keep, whom to let go, whom to turn away.
//!
//! It does nothing itself: what happened goes in, what is to be done comes out, time and chance are given to it.
//!
//! Invariants: after each tick no more peers are kept than `peers_max`, but for those in their first seconds, trackers and
//! the protected; at most two of those we chose are neighbours; nobody is dialled who is banned, blocked or refused;
//! everything it remembers is bounded.

mod book;
mod choose;
mod conduct;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use crate::address::peer_in;
use crate::random::Random;
use crate::{Conduct, Limits, Multiaddr, PeerId};
use book::Book;
use conduct::Conducts;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use book::ADDRESSES_MAX;

/// A new peer beyond the maximum is let go after this, even if it was told of nobody.
const GRACE_MS: u64 = 5_000;
/// Whoever stays for this long was worth dialling.
const SETTLED_MS: u64 = 20_000;
/// Peers that others of our protocols dialled are let go after this, if there are enough.
const CHANCE_MS: u64 = 60_000;
/// Whoever is refused is not dialled for an hour.
const REFUSED_MS: u64 = 3_600_000;
/// A peer is asked for others once in this time.
const ASK_MS: u64 = 60_000;
/// As long as we know fewer, we ask for more.
const KNOWN_FEW: usize = 64;
/// Peers we tell of at once.
pub(crate) const TOLD_MAX: usize = 32;

/// What happened.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// Time went by.
    Tick,
    /// A peer may be at these addresses, which were checked.
    Learned { peer: PeerId, addresses: Vec<Multiaddr> },
    /// We are dialling.
    Dialling { peer: PeerId },
    /// A connection is there.
    Opened { peer: PeerId, link: u64, address: Multiaddr, outbound: bool, relayed: bool },
    /// A connection is gone.
    Closed { peer: PeerId, link: u64 },
    /// A dial failed.
    Failed { peer: PeerId },
    /// A peer said hello, and is one of ours or a tracker.
    Admitted { peer: PeerId, tracker: bool },
    /// A peer said hello, and is not for us.
    Refused { peer: PeerId, reason: String },
    /// A peer was told of others.
    Told { peer: PeerId },
    /// A peer behaved badly.
    Report { peer: PeerId, conduct: Conduct, reason: String },
    /// Keep connections with exactly these.
    Protect(BTreeSet<PeerId>),
    /// Block exactly these.
    Block(BTreeSet<PeerId>),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Output {
    /// Dial a peer.
    Dial { peer: PeerId, addresses: Vec<Multiaddr> },
    /// Dial whoever is there.
    DialAddress(Multiaddr),
    /// Close all connections with a peer.
    Close { peer: PeerId, reason: String },
    /// Ask a peer whom it knows.
    Ask { peer: PeerId },
    /// Let no connection of this peer be made, or let it again.
    Bar { peer: PeerId, barred: bool },
    /// Let this peer connect however many there are, or no longer.
    Exempt { peer: PeerId, exempt: bool },
    /// A peer is banned.
    Banned { peer: PeerId, for_ms: u64, reason: String },
}

/// A connection.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) address: Multiaddr,
    pub(crate) outbound: bool,
    pub(crate) relayed: bool,
}

/// A connected peer.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is true or not regardless of the others")]
pub(crate) struct Peer {
    pub(crate) links: BTreeMap<u64, Link>,
    pub(crate) since_ms: u64,
    pub(crate) admitted: bool,
    pub(crate) tracker: bool,
    /// We chose to dial it, rather than it us, or some protocol.
    pub(crate) chosen: bool,
    told: bool,
    closing: bool,
    settled: bool,
    asked_ms: Option<u64>,
}

impl Peer {
    pub(crate) fn outbound(&self) -> bool {
        self.links.values().next().is_some_and(|link| link.outbound)
    }

    pub(crate) fn relayed(&self) -> bool {
        self.links.values().all(|link| link.relayed)
    }

    /// Its connection as people see it: the first that is direct.
    pub(crate) fn link(&self) -> Option<&Link> {
        self.links.values().find(|link| !link.relayed).or_else(|| self.links.values().next())
    }
}

/// An address that was given to us, and when it was last dialled.
#[derive(Debug, Clone)]
struct Given {
    address: Multiaddr,
    peer: Option<PeerId>,
    tracker: bool,
    next_ms: u64,
    tries: u32,
}

/// The peer manager.
#[derive(Debug)]
pub(crate) struct Peers {
    local: PeerId,
    limits: Limits,
    random: Random,
    book: Book,
    connected: BTreeMap<PeerId, Peer>,
    dialling: BTreeMap<PeerId, u64>,
    conducts: Conducts,
    protected: BTreeSet<PeerId>,
    blocked: BTreeSet<PeerId>,
    barred: BTreeSet<PeerId>,
    refused: BTreeMap<PeerId, u64>,
    given: Vec<Given>,
}

impl Peers {
    pub(crate) fn new(
        local: PeerId,
        limits: Limits,
        bootstrap: &[Multiaddr],
        trackers: &[Multiaddr],
        seed: u64,
    ) -> Self {
        let given = |tracker| {
            move |address: &Multiaddr| Given {
                address: address.clone(),
                peer: peer_in(address),
                tracker,
                next_ms: 0,
                tries: 0,
            }
        };
        let given = bootstrap.iter().map(given(false)).chain(trackers.iter().map(given(true)));
        Self {
            local,
            limits,
            random: Random::new(seed),
            book: Book::new(limits.known_max),
            connected: BTreeMap::new(),
            dialling: BTreeMap::new(),
            conducts: Conducts::default(),
            protected: BTreeSet::new(),
            blocked: BTreeSet::new(),
            barred: BTreeSet::new(),
            refused: BTreeMap::new(),
            given: given.filter(|given| given.peer != Some(local)).collect(),
        }
    }

    /// Takes in what happened; says what is to be done.
    pub(crate) fn step(&mut self, now_ms: u64, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Tick => self.tick(now_ms, &mut out),
            Input::Learned { peer, addresses } => self.learn(peer, addresses),
            Input::Dialling { peer } => {
                self.dialling.insert(peer, now_ms);
            }
            Input::Opened { peer, link, address, outbound, relayed } => {
                self.opened(now_ms, peer, link, Link { address, outbound, relayed });
            }
            Input::Closed { peer, link } => self.closed(now_ms, peer, link),
            Input::Failed { peer } => {
                self.dialling.remove(&peer);
                self.book.failed(&peer, now_ms, &mut self.random);
            }
            Input::Admitted { peer, tracker } => self.admit(now_ms, peer, tracker, &mut out),
            Input::Refused { peer, reason } => self.refuse(now_ms, peer, reason, &mut out),
            Input::Told { peer } => {
                if let Some(peer) = self.connected.get_mut(&peer) {
                    peer.told = true;
                }
                self.trim(now_ms, &mut out);
            }
            Input::Report { peer, conduct, reason } => self.report(now_ms, peer, conduct, &reason, &mut out),
            Input::Protect(peers) => self.protect(peers, &mut out),
            Input::Block(peers) => {
                self.blocked = peers;
                self.bar(now_ms, &mut out);
            }
        }
        out
    }

    fn learn(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
        if peer != self.local {
            let (peers, protected) = (&self.connected, &self.protected);
            self.book.learn(peer, addresses, |peer| peers.contains_key(peer) || protected.contains(peer));
        }
    }

    fn opened(&mut self, now_ms: u64, peer: PeerId, link: u64, opened: Link) {
        let dialled = self.dialling.remove(&peer).is_some();
        self.book.connected(&peer, opened.outbound.then_some(&opened.address), now_ms);
        let given = self.given.iter().any(|given| given.peer == Some(peer) || given.address == opened.address);
        let new = || Peer { since_ms: now_ms, ..Peer::default() };
        let entry = self.connected.entry(peer).or_insert_with(new);
        entry.chosen |= opened.outbound && (dialled || given);
        entry.links.insert(link, opened);
    }

    fn closed(&mut self, now_ms: u64, peer: PeerId, link: u64) {
        let Some(entry) = self.connected.get_mut(&peer) else { return };
        entry.links.remove(&link);
        if !entry.links.is_empty() {
            return;
        }
        let settled = entry.settled;
        self.connected.remove(&peer);
        if !settled {
            // Gone at once: full, or not willing. Somewhat later it may be otherwise.
            self.book.failed(&peer, now_ms, &mut self.random);
        }
    }

    fn admit(&mut self, now_ms: u64, peer: PeerId, tracker: bool, out: &mut Vec<Output>) {
        let Some(entry) = self.connected.get_mut(&peer) else { return };
        entry.admitted = true;
        entry.tracker = tracker;
        if !tracker && (self.count() < self.limits.peers_target || self.book.len() < KNOWN_FEW) {
            self.ask(now_ms, peer, out);
        }
    }

    fn refuse(&mut self, now_ms: u64, peer: PeerId, reason: String, out: &mut Vec<Output>) {
        let until_ms = now_ms + REFUSED_MS;
        if self.refused.len() >= self.limits.known_max {
            self.refused.pop_first();
        }
        self.refused.insert(peer, until_ms);
        if let Some(entry) = self.connected.get(&peer) {
            for given in self.given.iter_mut().filter(|given| is_at(given, peer, entry)) {
                given.next_ms = until_ms;
            }
        }
        self.close(peer, reason, out);
    }

    fn ask(&mut self, now_ms: u64, peer: PeerId, out: &mut Vec<Output>) {
        if let Some(entry) = self.connected.get_mut(&peer) {
            entry.asked_ms = Some(now_ms);
            out.push(Output::Ask { peer });
        }
    }

    fn close(&mut self, peer: PeerId, reason: String, out: &mut Vec<Output>) {
        if let Some(entry) = self.connected.get_mut(&peer)
            && !entry.closing
        {
            entry.closing = true;
            out.push(Output::Close { peer, reason });
        }
    }

    fn report(&mut self, now_ms: u64, peer: PeerId, conduct: Conduct, reason: &str, out: &mut Vec<Output>) {
        if peer == self.local {
            return;
        }
        if let Some(for_ms) = self.conducts.report(peer, conduct, now_ms) {
            out.push(Output::Banned { peer, for_ms, reason: reason.to_owned() });
            self.close(peer, format!("banned: {reason}"), out);
            self.bar(now_ms, out);
        }
    }

    fn protect(&mut self, peers: BTreeSet<PeerId>, out: &mut Vec<Output>) {
        let exempt = |exempt| move |peer: &PeerId| Output::Exempt { peer: *peer, exempt };
        out.extend(self.protected.difference(&peers).map(exempt(false)));
        out.extend(peers.difference(&self.protected).map(exempt(true)));
        self.protected = peers;
        self.protected.remove(&self.local);
    }

    /// Brings who is barred in line with who is banned and blocked.
    fn bar(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let wanted: BTreeSet<_> = self.conducts.banned(now_ms).chain(self.blocked.iter().copied()).collect();
        out.extend(self.barred.difference(&wanted).map(|peer| Output::Bar { peer: *peer, barred: false }));
        for peer in wanted.difference(&self.barred) {
            if let Some(entry) = self.connected.get_mut(peer)
                && !entry.closing
            {
                entry.closing = true;
                out.push(Output::Close { peer: *peer, reason: "blocked".to_owned() });
            }
            out.push(Output::Bar { peer: *peer, barred: true });
        }
        self.barred = wanted;
    }

    /// Connected peers that count: not the trackers we were told of, and not the protected.
    pub(crate) fn count(&self) -> usize {
        self.connected.iter().filter(|(id, peer)| !peer.closing && !self.is_excused(id, peer)).count()
    }

    fn is_excused(&self, id: &PeerId, peer: &Peer) -> bool {
        self.protected.contains(id) || self.given.iter().any(|given| given.tracker && is_at(given, *id, peer))
    }

    pub(crate) fn get(&self, peer: &PeerId) -> Option<&Peer> {
        self.connected.get(peer)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PeerId, &Peer)> {
        self.connected.iter()
    }

    pub(crate) fn book(&self) -> &Book {
        &self.book
    }

    pub(crate) fn score(&self, peer: &PeerId, now_ms: u64) -> f64 {
        self.conducts.score(peer, now_ms)
    }

    /// Whom to tell a peer of.
    pub(crate) fn tell(&mut self, asker: &PeerId, now_ms: u64) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let recent = |known: &book::Known| known.seen_ms.is_some_and(|seen| now_ms.saturating_sub(seen) < REFUSED_MS);
        let fits = |(peer, known): &(&PeerId, &book::Known)| {
            let ours = match self.connected.get(*peer) {
                Some(connected) => connected.admitted && !connected.tracker,
                None => recent(known) && known.failures == 0,
            };
            *peer != asker && ours && !self.refused.contains_key(*peer) && !self.barred.contains(*peer)
        };
        let mut told: Vec<_> =
            self.book.iter().filter(fits).map(|(peer, known)| (*peer, known.addresses.clone())).collect();
        self.random.shuffle(&mut told);
        told.truncate(TOLD_MAX);
        told
    }
}

/// That given address is this peer's.
fn is_at(given: &Given, id: PeerId, peer: &Peer) -> bool {
    match given.peer {
        Some(named) => named == id,
        None => peer.links.values().any(|link| link.outbound && link.address == given.address),
    }
}
