//! Catching up: which final blocks to ask of whom, and when to hand them to the chain.
//!
//! A step machine without I/O or clock. Invariants: one question a peer is open at a time, and few in all; what waits to be
//! handed on is bounded; a block is handed on only after the one before it was committed; a peer that gives what is
//! refused is named.

use super::wire::{BLOCKS_MAX, Final, Tip};
use crate::types::Height;
use neuroshard_net::PeerId;
use std::collections::BTreeMap;

/// Questions for blocks that are open at once.
const QUESTIONS_MAX: usize = 4;
/// Blocks of one question.
const BATCH: u16 = 64;
/// Blocks, and their bytes, that wait to be handed on.
const WAITING_MAX: u64 = 1024;
const WAITING_BYTES_MAX: usize = 64 << 20;
/// Without a new block for this long, peers are asked where they are.
const QUIET_MS: u64 = 2_000;
/// A peer is asked again for its tip not before this.
const TIP_AGAIN_MS: u64 = 1_000;
/// Being one block behind is how blocks come; only after this long it is worth a question.
const PATIENCE_MS: u64 = 700;
/// A peer that failed is left alone for this long, times how often it failed.
const REST_MS: u64 = 2_000;
/// Peers asked for their tips at once.
const ASKED_AT_ONCE: usize = 3;

/// What happened.
#[derive(Debug)]
pub(super) enum Input {
    /// A peer is there.
    Came(PeerId),
    /// A peer says where it is.
    Tip(PeerId, Tip),
    /// A peer works on the block after this one, so it has it.
    Hint(PeerId, Height),
    /// A peer is gone.
    Gone(PeerId),
    /// Blocks that a peer gave, in order, from the one it was asked for; perhaps none.
    Blocks(PeerId, Vec<Final>),
    /// A peer did not answer, or not with blocks.
    Failed(PeerId),
    /// The chain has this block now.
    Committed(Height),
    /// The chain does not take the block that was handed on.
    Refused(Height, String),
    /// Time went by.
    Tick,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Ask a peer where it is.
    AskTip(PeerId),
    /// Ask a peer for blocks.
    AskBlocks(PeerId, Height, u16),
    /// Hand a block to the chain; `more` if others follow at once.
    Follow(Box<Final>, bool),
    /// This peer gave what is no block of the chain.
    Blame(PeerId, String),
}

#[derive(Debug, Default)]
struct Peer {
    tip: Height,
    oldest: Height,
    tip_asked_ms: Option<u64>,
    /// The first block of the open question, and how many.
    asked: Option<(Height, u16)>,
    failures: u64,
    rests_until_ms: u64,
}

/// Where this node is, and what peers have.
#[derive(Debug)]
pub(super) struct CatchUp {
    tip: Height,
    progress_ms: u64,
    peers: BTreeMap<PeerId, Peer>,
    waiting: BTreeMap<Height, (PeerId, Box<Final>)>,
    waiting_bytes: usize,
    /// The block that was handed on and not answered for.
    handed: Option<(Height, PeerId)>,
}

impl CatchUp {
    /// A node whose last block is `tip`.
    pub(super) fn new(tip: Height, now_ms: u64) -> Self {
        let (peers, waiting) = (BTreeMap::new(), BTreeMap::new());
        Self { tip, progress_ms: now_ms, peers, waiting, waiting_bytes: 0, handed: None }
    }

    /// The highest block that a peer says it has; nothing while nobody has more than this node.
    pub(super) fn target(&self) -> Option<Height> {
        self.peers.values().map(|peer| peer.tip).max().filter(|tip| *tip > self.tip)
    }

    /// Where peers are, as they said it last.
    pub(super) fn heights(&self) -> BTreeMap<PeerId, Height> {
        self.peers.iter().map(|(id, peer)| (*id, peer.tip)).collect()
    }

    /// Takes one input; returns what to do.
    pub(super) fn step(&mut self, now_ms: u64, input: Input) -> Vec<Output> {
        let mut outputs = Vec::new();
        match input {
            Input::Came(peer) => {
                self.peers.entry(peer).or_default().tip_asked_ms = Some(now_ms);
                outputs.push(Output::AskTip(peer));
            }
            Input::Tip(peer, tip) => {
                let peer = self.peers.entry(peer).or_default();
                (peer.tip, peer.oldest) = (tip.height, tip.oldest);
            }
            Input::Hint(peer, height) => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    peer.tip = peer.tip.max(height);
                }
            }
            Input::Gone(peer) => {
                self.peers.remove(&peer);
            }
            Input::Blocks(peer, blocks) => self.take(now_ms, peer, blocks),
            Input::Failed(peer) => self.rest(now_ms, peer),
            Input::Committed(height) => self.committed(now_ms, height),
            Input::Refused(height, why) => outputs.extend(self.refused(now_ms, height, why)),
            Input::Tick => outputs.extend(self.ask_tips(now_ms)),
        }
        outputs.extend(self.hand_on());
        outputs.extend(self.ask_blocks(now_ms));
        outputs
    }

    fn take(&mut self, now_ms: u64, peer: PeerId, blocks: Vec<Final>) {
        let Some(known) = self.peers.get_mut(&peer) else { return };
        let Some((from, count)) = known.asked.take() else { return };
        let all = blocks.len() as u64;
        for (height, block) in (from.0..).map(Height).zip(blocks).take(usize::from(count)) {
            if height <= self.tip || self.waiting.contains_key(&height) {
                continue;
            }
            self.waiting_bytes = self.waiting_bytes.saturating_add(block.bytes.len());
            self.waiting.insert(height, (peer, Box::new(block)));
        }
        if all == 0 {
            // It promised them: perhaps it forgot old bodies.
            self.rest(now_ms, peer);
        } else {
            known.failures = 0;
        }
    }

    fn rest(&mut self, now_ms: u64, peer: PeerId) {
        let Some(peer) = self.peers.get_mut(&peer) else { return };
        peer.asked = None;
        peer.failures = peer.failures.saturating_add(1);
        peer.rests_until_ms = now_ms.saturating_add(REST_MS.saturating_mul(peer.failures));
    }

    fn committed(&mut self, now_ms: u64, height: Height) {
        if height <= self.tip {
            return;
        }
        (self.tip, self.progress_ms) = (height, now_ms);
        let later = self.waiting.split_off(&height.after(1));
        let done = std::mem::replace(&mut self.waiting, later);
        let bytes: usize = done.values().map(|(_, block)| block.bytes.len()).sum();
        self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
        self.handed = self.handed.filter(|(handed, _)| *handed > height);
    }

    fn refused(&mut self, now_ms: u64, height: Height, why: String) -> Option<Output> {
        let (_, peer) = self.handed.take_if(|(handed, _)| *handed == height)?;
        if height <= self.tip {
            return None; // consensus was faster
        }
        // What else it gave is worth no more.
        self.waiting.retain(|_, (giver, _)| *giver != peer);
        self.waiting_bytes = self.waiting.values().map(|(_, block)| block.bytes.len()).sum();
        self.rest(now_ms, peer);
        Some(Output::Blame(peer, why))
    }

    fn hand_on(&mut self) -> Option<Output> {
        let next = self.tip.after(1);
        if self.handed.is_some() {
            return None;
        }
        let (peer, block) = self.waiting.remove(&next)?;
        self.waiting_bytes = self.waiting_bytes.saturating_sub(block.bytes.len());
        self.handed = Some((next, peer));
        let more = self.target().is_some_and(|target| target > next);
        Some(Output::Follow(block, more))
    }

    fn ask_tips(&mut self, now_ms: u64) -> Vec<Output> {
        if now_ms < self.progress_ms.saturating_add(QUIET_MS) {
            return Vec::new();
        }
        let again = |peer: &Peer| peer.tip_asked_ms.is_none_or(|at| at.saturating_add(TIP_AGAIN_MS) <= now_ms);
        let mut due: Vec<(Option<u64>, PeerId)> =
            self.peers.iter().filter(|(_, peer)| again(peer)).map(|(id, peer)| (peer.tip_asked_ms, *id)).collect();
        due.sort_unstable();
        due.truncate(ASKED_AT_ONCE);
        for (_, id) in &due {
            if let Some(peer) = self.peers.get_mut(id) {
                peer.tip_asked_ms = Some(now_ms);
            }
        }
        due.into_iter().map(|(_, id)| Output::AskTip(id)).collect()
    }

    fn ask_blocks(&mut self, now_ms: u64) -> Vec<Output> {
        let mut outputs = Vec::new();
        let Some(target) = self.target() else { return outputs };
        let patient = now_ms < self.progress_ms.saturating_add(PATIENCE_MS);
        if target == self.tip.after(1) && patient {
            return outputs;
        }
        while let Some((from, count)) = self.gap(target) {
            let open = self.peers.values().filter(|peer| peer.asked.is_some()).count();
            if open >= QUESTIONS_MAX {
                break;
            }
            let able = |peer: &&PeerId| {
                self.peers.get(peer).is_some_and(|peer| {
                    let has = peer.tip >= from && peer.oldest <= from;
                    has && peer.asked.is_none() && peer.rests_until_ms <= now_ms
                })
            };
            let failures = |peer: &&PeerId| self.peers.get(peer).map_or(0, |peer| peer.failures);
            let Some(id) = self.peers.keys().filter(able).min_by_key(failures).copied() else { break };
            let Some(peer) = self.peers.get_mut(&id) else { break };
            let count = count.min(peer.tip.0.saturating_sub(from.0).saturating_add(1));
            let count = u16::try_from(count).unwrap_or(BATCH).min(BATCH).min(BLOCKS_MAX);
            peer.asked = Some((from, count));
            outputs.push(Output::AskBlocks(id, from, count));
        }
        outputs
    }

    /// The first blocks that are neither here nor asked for.
    fn gap(&self, target: Height) -> Option<(Height, u64)> {
        if self.waiting_bytes > WAITING_BYTES_MAX {
            return None;
        }
        let last = target.0.min(self.tip.0.saturating_add(WAITING_MAX));
        let asked = |height: u64| {
            self.peers.values().filter_map(|peer| peer.asked).find_map(|(from, count)| {
                let end = from.0.saturating_add(u64::from(count));
                (from.0 <= height && height < end).then_some(end)
            })
        };
        let handed = self.handed.map_or(0, |(height, _)| height.0);
        let mut height = self.tip.0.saturating_add(1).max(handed.saturating_add(1));
        while height <= last {
            if self.waiting.contains_key(&Height(height)) {
                height = height.saturating_add(1);
            } else if let Some(end) = asked(height) {
                height = end;
            } else {
                let free = (height..=last).take(usize::from(BATCH));
                let count = free.take_while(|at| !self.waiting.contains_key(&Height(*at)) && asked(*at).is_none());
                return Some((Height(height), count.count() as u64));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
