//! Which chunk is asked of whom: a step machine without I/O, clock or chance.
//!
//! Holders that deliver fast have more chunks under way, slow ones fewer. When nothing is left to ask for, chunks that are
//! long under way are asked of a second holder too.
//!
//! Invariants: at most [`ASKED_MAX`] chunks are under way with one holder and [`UNDER_WAY_MAX`] in all; a chunk counts
//! once it was found good and never before; who gave a bad one is never asked again, and who stalls or vanishes waits
//! longer each time; while an honest holder answers, the plan comes to its end.

use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds on the caller's clock.
pub type Millis = u64;

/// Chunks under way with one holder.
pub const ASKED_MAX: usize = 4;
/// Chunks under way in all, which bounds the memory.
pub const UNDER_WAY_MAX: usize = 16;
/// Holders at once.
pub const HOLDERS_MAX: usize = 8;
/// A holder that is silent for so long, though asked, is left.
pub const STALL_MS: Millis = 10_000;
/// A connection takes no longer.
pub const OPEN_MS: Millis = 15_000;
/// After so long without a good chunk, and nobody to ask, it is given up.
pub const PATIENCE_MS: Millis = 60_000;
/// A holder without a chunk is asked for it again after so long.
const LACKS_MS: Millis = 15_000;
/// In the end game, chunks under way for so long are asked of a second holder.
const LONG_MS: Millis = 1_000;
/// Who vanished waits for at most so long.
const BACKOFF_MS_MAX: Millis = 20_000;
/// Who took part in so many bad chunks more than good ones is taken for a liar.
const DOUBTS_MAX: u32 = 3;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<P> {
    /// These, and only these, may be asked.
    Holders(Vec<P>),
    /// The connection is there.
    Opened(P),
    /// Some bytes came.
    Heard(P),
    /// A chunk came, and was found good and stored.
    Good(P, u32),
    /// A chunk came whole from this holder, and was found bad.
    Bad(P, u32),
    /// A chunk of which a part had been kept was found bad. Who gave the part may be known.
    Spoilt(P, u32, Option<P>),
    /// It does not have this chunk.
    Lacks(P, u32),
    /// The connection failed or ended.
    Lost(P),
    /// It broke the rules of the protocol.
    Broke(P),
    /// Time went by.
    Tick,
}

/// What to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<P> {
    /// Connect.
    Open(P),
    /// Ask for a chunk; go on behind what is there of it if `resume`.
    Ask {
        /// Whom.
        peer: P,
        /// For what.
        index: u32,
        /// Whether a part that was kept may be used.
        resume: bool,
    },
    /// The connection is no longer needed.
    Close(P),
    /// This holder failed us. One that lied is not asked again.
    Fault(P, Fault),
    /// All is there.
    Done,
    /// Nobody has what is missing.
    GiveUp,
}

/// How a holder failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It gave a chunk that is not what it should be, or broke the protocol.
    Lied,
    /// It stopped in the middle.
    Stalled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not before then.
    Off(Millis),
    Opening(Millis),
    Ready,
}

#[derive(Debug)]
struct Holder {
    phase: Phase,
    /// Since when.
    asked: BTreeMap<u32, Millis>,
    lacks: BTreeSet<u32>,
    lacks_since: Millis,
    heard: Millis,
    delivered: Millis,
    failures: u32,
    doubts: u32,
    /// How long a chunk takes.
    chunk_ms: Option<u64>,
}

/// See above.
#[derive(Debug)]
pub struct Plan<P> {
    have: Vec<bool>,
    left: usize,
    /// Asked of nobody.
    open: BTreeSet<u32>,
    /// By how many holders, and since when.
    under_way: BTreeMap<u32, (usize, Millis)>,
    /// Put together from two holders once, and bad: only whole from now on.
    whole: BTreeSet<u32>,
    holders: BTreeMap<P, Holder>,
    liars: BTreeSet<P>,
    good_last: Option<Millis>,
    ended: bool,
}

impl<P: Copy + Ord> Plan<P> {
    /// A plan for so many chunks, of which some are there.
    pub fn new(chunks: u32, has: impl Fn(u32) -> bool) -> Self {
        let have: Vec<bool> = (0..chunks).map(has).collect();
        let open: BTreeSet<u32> = (0..chunks).zip(&have).filter(|(_, have)| !**have).map(|(index, _)| index).collect();
        Self {
            left: open.len(),
            have,
            open,
            under_way: BTreeMap::new(),
            whole: BTreeSet::new(),
            holders: BTreeMap::new(),
            liars: BTreeSet::new(),
            good_last: None,
            ended: false,
        }
    }

    /// Chunks that are missing.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left
    }

    /// Whether this chunk is there.
    #[must_use]
    pub fn has(&self, index: u32) -> bool {
        self.have.get(index as usize).is_some_and(|have| *have)
    }

    /// Holders that are connected.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.holders.values().filter(|holder| holder.phase == Phase::Ready).count()
    }

    /// Takes one input.
    pub fn step(&mut self, now: Millis, input: Input<P>) -> Vec<Output<P>> {
        let mut out = Vec::new();
        if self.ended {
            return out;
        }
        let begun = *self.good_last.get_or_insert(now);
        match input {
            Input::Holders(peers) => self.on_holders(now, peers, &mut out),
            Input::Opened(peer) => {
                if let Some(holder) =
                    self.holders.get_mut(&peer).filter(|holder| matches!(holder.phase, Phase::Opening(_)))
                {
                    (holder.phase, holder.heard) = (Phase::Ready, now);
                }
            }
            Input::Heard(peer) => {
                if let Some(holder) = self.holders.get_mut(&peer) {
                    holder.heard = now;
                }
            }
            Input::Good(peer, index) => self.on_good(now, peer, index),
            Input::Bad(peer, index) => {
                self.release(peer, index);
                self.lied(peer, &mut out);
            }
            Input::Spoilt(peer, index, giver) => {
                self.release(peer, index);
                self.whole.insert(index);
                self.doubt(peer, &mut out);
                if let Some(giver) = giver {
                    self.doubt(giver, &mut out);
                }
            }
            Input::Lacks(peer, index) => {
                self.release(peer, index);
                if let Some(holder) = self.holders.get_mut(&peer) {
                    holder.heard = now;
                    holder.lacks_since = now;
                    holder.lacks.insert(index);
                }
            }
            Input::Lost(peer) => self.lost(now, peer),
            Input::Broke(peer) => self.lied(peer, &mut out),
            Input::Tick => self.on_tick(now, &mut out),
        }
        if self.left == 0 {
            self.ended = true;
            out.push(Output::Done);
            return out;
        }
        self.open_some(now, &mut out);
        self.ask_some(now, &mut out);
        if self.under_way.is_empty() && now.saturating_sub(begun) >= PATIENCE_MS {
            self.ended = true;
            out.push(Output::GiveUp);
        }
        out
    }

    fn on_holders(&mut self, now: Millis, peers: Vec<P>, out: &mut Vec<Output<P>>) {
        let peers: BTreeSet<P> = peers.into_iter().filter(|peer| !self.liars.contains(peer)).collect();
        let gone: Vec<P> = self.holders.keys().filter(|peer| !peers.contains(peer)).copied().collect();
        for peer in gone {
            self.leave(peer, out);
        }
        for peer in peers {
            self.holders.entry(peer).or_insert_with(|| Holder {
                phase: Phase::Off(now),
                asked: BTreeMap::new(),
                lacks: BTreeSet::new(),
                lacks_since: now,
                heard: now,
                delivered: now,
                failures: 0,
                doubts: 0,
                chunk_ms: None,
            });
        }
    }

    fn on_good(&mut self, now: Millis, peer: P, index: u32) {
        if let Some(holder) = self.holders.get_mut(&peer)
            && let Some(since) = holder.asked.get(&index)
        {
            // Chunks of one holder come one after the other, so its time is that since the one before.
            let took = now.saturating_sub((*since).max(holder.delivered)).max(1);
            holder.chunk_ms = Some(holder.chunk_ms.map_or(took, |before| (before * 3 + took) / 4));
            (holder.heard, holder.delivered, holder.failures) = (now, now, 0);
            holder.doubts = holder.doubts.saturating_sub(1);
        }
        self.release(peer, index);
        if let Some(have) = self.have.get_mut(index as usize).filter(|have| !**have) {
            *have = true;
            self.left -= 1;
            self.open.remove(&index);
            self.good_last = Some(now);
        }
    }

    fn on_tick(&mut self, now: Millis, out: &mut Vec<Output<P>>) {
        let mut stalled = Vec::new();
        for (peer, holder) in &mut self.holders {
            if !holder.lacks.is_empty() && now.saturating_sub(holder.lacks_since) >= LACKS_MS {
                holder.lacks.clear();
            }
            let since = holder.asked.values().max().map(|asked| holder.heard.max(*asked));
            let silent = since.is_some_and(|since| now.saturating_sub(since) >= STALL_MS);
            let slow = matches!(holder.phase, Phase::Opening(since) if now.saturating_sub(since) >= OPEN_MS);
            if silent || slow {
                stalled.push((*peer, silent));
            }
        }
        for (peer, silent) in stalled {
            out.push(Output::Close(peer));
            self.lost(now, peer);
            if silent {
                out.push(Output::Fault(peer, Fault::Stalled));
            }
        }
    }

    /// A holder no longer works at a chunk.
    fn release(&mut self, peer: P, index: u32) {
        let asked = self.holders.get_mut(&peer).and_then(|holder| holder.asked.remove(&index));
        let Some((count, _)) = self.under_way.get_mut(&index).filter(|_| asked.is_some()) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            self.under_way.remove(&index);
            if !self.has(index) {
                self.open.insert(index);
            }
        }
    }

    fn release_all(&mut self, peer: P) {
        let asked: Vec<u32> =
            self.holders.get(&peer).into_iter().flat_map(|holder| holder.asked.keys().copied()).collect();
        for index in asked {
            self.release(peer, index);
        }
    }

    fn lost(&mut self, now: Millis, peer: P) {
        self.release_all(peer);
        if let Some(holder) = self.holders.get_mut(&peer) {
            let wait = (500 << holder.failures.min(16)).min(BACKOFF_MS_MAX);
            holder.failures += 1;
            holder.phase = Phase::Off(now + wait);
        }
    }

    fn leave(&mut self, peer: P, out: &mut Vec<Output<P>>) {
        self.release_all(peer);
        if self.holders.remove(&peer).is_some_and(|holder| !matches!(holder.phase, Phase::Off(_))) {
            out.push(Output::Close(peer));
        }
    }

    fn lied(&mut self, peer: P, out: &mut Vec<Output<P>>) {
        self.leave(peer, out);
        if self.liars.insert(peer) {
            out.push(Output::Fault(peer, Fault::Lied));
        }
    }

    fn doubt(&mut self, peer: P, out: &mut Vec<Output<P>>) {
        if let Some(holder) = self.holders.get_mut(&peer) {
            holder.doubts += 1;
            if holder.doubts >= DOUBTS_MAX {
                self.lied(peer, out);
            }
        }
    }

    fn open_some(&mut self, now: Millis, out: &mut Vec<Output<P>>) {
        let mut connected = self.holders.values().filter(|holder| !matches!(holder.phase, Phase::Off(_))).count();
        // Those that failed least first: the one who answers may be the last of many.
        let waits = |holder: &Holder| matches!(holder.phase, Phase::Off(until) if until <= now);
        let waiting = self.holders.iter().filter(|(_, holder)| waits(holder));
        let mut waiting: Vec<(u32, P)> = waiting.map(|(peer, holder)| (holder.failures, *peer)).collect();
        waiting.sort_unstable();
        for (_, peer) in waiting {
            if connected >= HOLDERS_MAX {
                // Who has nothing of what is missing makes room.
                let idle = |holder: &Holder| holder.phase == Phase::Ready && !holder.lacks.is_empty();
                let mut ready = self.holders.iter().filter(|(_, holder)| idle(holder) && holder.asked.is_empty());
                let idle = ready.find(|(_, holder)| self.open.iter().all(|index| holder.lacks.contains(index)));
                let Some(idle) = idle.map(|(peer, _)| *peer) else { return };
                out.push(Output::Close(idle));
                self.lost(now, idle);
                connected -= 1;
            }
            if let Some(holder) = self.holders.get_mut(&peer) {
                holder.phase = Phase::Opening(now);
                connected += 1;
                out.push(Output::Open(peer));
            }
        }
    }

    fn ask_some(&mut self, now: Millis, out: &mut Vec<Output<P>>) {
        let best = self.holders.values().filter_map(|holder| holder.chunk_ms).min().unwrap_or(1);
        let mut order: Vec<(u64, P)> = self
            .holders
            .iter()
            .filter(|(_, holder)| holder.phase == Phase::Ready)
            .map(|(peer, holder)| (holder.chunk_ms.unwrap_or(best * 2), *peer))
            .collect();
        order.sort_unstable();
        let mut under_way: usize = self.under_way.values().map(|(count, _)| count).sum();
        for depth in 1..=ASKED_MAX {
            for (chunk_ms, peer) in &order {
                let share = if *chunk_ms <= best * 2 { ASKED_MAX } else { (best * 8 / chunk_ms).clamp(1, 3) as usize };
                let Some(holder) = self.holders.get_mut(peer).filter(|holder| holder.asked.len() < depth.min(share))
                else {
                    continue;
                };
                if under_way >= UNDER_WAY_MAX {
                    return;
                }
                let free = self.open.iter().find(|index| !holder.lacks.contains(index)).copied();
                let long = |(index, (count, since)): (&u32, &(usize, Millis))| {
                    let second = *count == 1 && now.saturating_sub(*since) >= LONG_MS;
                    let wanted = second && !self.have.get(*index as usize).is_some_and(|have| *have);
                    let asks = wanted && !holder.asked.contains_key(index) && !holder.lacks.contains(index);
                    asks.then_some(*index)
                };
                let end_game = self.open.is_empty();
                let Some(index) = free.or_else(|| self.under_way.iter().filter(|_| end_game).find_map(long)) else {
                    continue;
                };
                holder.asked.insert(index, now);
                self.open.remove(&index);
                self.under_way.entry(index).or_insert((0, now)).0 += 1;
                under_way += 1;
                // Two at once do not go on behind the same part.
                let resume = free.is_some() && !self.whole.contains(&index);
                out.push(Output::Ask { peer: *peer, index, resume });
            }
        }
    }
}
