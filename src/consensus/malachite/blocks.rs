//! The blocks of the current height: those the application found valid, and those it has yet to judge.
//!
//! Invariants: only bytes that the application found valid for a hash are ever given out for it; a proposer gets two
//! blocks into a round and no more, whatever became of them; at most [`BLOCKS_MAX`] are held.

use crate::consensus::{BlockBytes, SignedPart};
use crate::types::Hash;
use std::collections::{BTreeMap, VecDeque};

/// How many blocks are held. More than those of the rounds ahead, two each, so that there is always one to let go of.
pub(super) const BLOCKS_MAX: usize = 32;
/// Two are enough to convict a proposer.
const PARTS_OF_ROUND_MAX: u32 = 2;
/// How many peers may offer bytes for one certificate at a time.
const CERTIFIED_MAX: usize = 2;

/// Bytes that may be a block.
#[derive(Debug, Clone)]
pub(super) enum Candidate {
    /// From the proposer of a round.
    Part(SignedPart),
    /// From whoever sent the certificate.
    Certified(BlockBytes),
}

#[derive(Debug)]
struct Held {
    round: u32,
    bytes: BlockBytes,
    part: Option<SignedPart>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    held: BTreeMap<Hash, Held>,
    /// The application is asked about the first of each queue.
    candidates: BTreeMap<Hash, VecDeque<Candidate>>,
    /// How many parts of a round were taken.
    parts: BTreeMap<u32, u32>,
}

impl Candidate {
    fn round(&self) -> Option<u32> {
        match self {
            Self::Part(signed) => Some(signed.part.round),
            Self::Certified(_) => None,
        }
    }

    pub(super) fn bytes(&self) -> &BlockBytes {
        match self {
            Self::Part(signed) => &signed.part.bytes,
            Self::Certified(bytes) => bytes,
        }
    }
}

impl Blocks {
    /// The bytes of a valid block.
    pub(super) fn bytes(&self, block: &Hash) -> Option<&BlockBytes> {
        self.held.get(block).map(|held| &held.bytes)
    }

    /// The message that brought a valid block.
    pub(super) fn part(&self, block: &Hash) -> Option<&SignedPart> {
        self.held.get(block).and_then(|held| held.part.as_ref())
    }

    /// Whether a part would bring nothing new: its block is there, or its round has already brought bytes for it.
    pub(super) fn knows(&self, block: &Hash, round: u32) -> bool {
        let queued = self.candidates.get(block).into_iter().flatten();
        self.held.contains_key(block) || queued.into_iter().any(|candidate| candidate.round() == Some(round))
    }

    /// Whether a round may bring another part.
    pub(super) fn may_take(&self, round: u32) -> bool {
        self.parts.get(&round).is_none_or(|&parts| parts < PARTS_OF_ROUND_MAX)
    }

    /// Takes a part. Lets go of the block of the earliest round before `current`, other than `keep`, if there are too
    /// many: only a decision in that round would need it, and then a peer has it.
    pub(super) fn take(&mut self, signed: SignedPart, current: u32, keep: Option<Hash>) {
        let (block, round) = (signed.part.block, signed.part.round);
        let queued: usize = self.candidates.values().map(VecDeque::len).sum();
        if self.held.len().saturating_add(queued) >= BLOCKS_MAX {
            self.let_go(current, keep);
        }
        let parts = self.parts.entry(round).or_default();
        *parts = parts.saturating_add(1);
        self.candidates.entry(block).or_default().push_back(Candidate::Part(signed));
    }

    fn let_go(&mut self, current: u32, keep: Option<Hash>) {
        let held = self.held.iter().map(|(block, held)| (held.round, *block));
        let queued = self.candidates.iter().filter_map(|(block, queue)| {
            let rounds: Option<Vec<u32>> = queue.iter().map(Candidate::round).collect();
            rounds.and_then(|rounds| rounds.into_iter().max()).map(|round| (round, *block))
        });
        let old = held.chain(queued).filter(|(round, block)| *round < current && Some(*block) != keep);
        if let Some((_, block)) = old.min() {
            self.held.remove(&block);
            self.candidates.remove(&block);
        }
    }

    /// Takes bytes for a certificate; no more than a few at a time.
    pub(super) fn take_certified(&mut self, block: Hash, bytes: BlockBytes) -> bool {
        let queue = self.candidates.entry(block).or_default();
        let certified = queue.iter().filter(|candidate| candidate.round().is_none()).count();
        let room = certified < CERTIFIED_MAX;
        if room {
            queue.push_back(Candidate::Certified(bytes));
        }
        room
    }

    /// What the application has to judge next for a hash.
    pub(super) fn next(&self, block: &Hash) -> Option<&Candidate> {
        self.candidates.get(block).and_then(VecDeque::front)
    }

    /// How many wait for a hash.
    pub(super) fn waiting(&self, block: &Hash) -> usize {
        self.candidates.get(block).map_or(0, VecDeque::len)
    }

    /// All hashes with something to judge.
    pub(super) fn unjudged(&self) -> Vec<Hash> {
        self.candidates.keys().copied().collect()
    }

    /// The application judged what was next for a hash; returns that.
    pub(super) fn judge(&mut self, block: Hash, valid: bool) -> Option<Candidate> {
        let candidate = self.candidates.get_mut(&block)?.pop_front()?;
        self.judged(block, &candidate, valid);
        Some(candidate)
    }

    /// The log says what the application once said of the bytes that a round brought for a hash.
    pub(super) fn judge_again(&mut self, block: Hash, round: u32, valid: bool) {
        let Some(queue) = self.candidates.get_mut(&block) else { return };
        let Some(place) = queue.iter().position(|candidate| candidate.round() == Some(round)) else { return };
        if let Some(candidate) = queue.remove(place) {
            self.judged(block, &candidate, valid);
        }
    }

    fn judged(&mut self, block: Hash, candidate: &Candidate, valid: bool) {
        if valid {
            let part = match candidate {
                Candidate::Part(signed) => Some(signed.clone()),
                Candidate::Certified(_) => None,
            };
            let round = candidate.round().unwrap_or(u32::MAX);
            self.held.insert(block, Held { round, bytes: candidate.bytes().clone(), part });
        }
        if valid || self.candidates.get(&block).is_some_and(VecDeque::is_empty) {
            self.candidates.remove(&block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::Part;
    use crate::types::{ChainId, Height, SecretKey};

    fn part(round: u32, block: u8) -> SignedPart {
        let (chain, bytes) = (ChainId::default(), vec![block].into());
        let part = Part { chain, height: Height(1), round, block: Hash([block; 32]), bytes };
        part.sign(&SecretKey::from_bytes(&[1; 32]).unwrap()).unwrap()
    }

    #[test]
    fn bytes_are_judged_one_after_the_other_until_some_are_valid() {
        let (mut blocks, hash) = (Blocks::default(), Hash([7; 32]));
        blocks.take(part(0, 7), 0, None);
        blocks.take(part(1, 7), 1, None);
        assert!(blocks.knows(&hash, 0) && !blocks.knows(&hash, 2));
        assert_eq!(blocks.judge(hash, false).unwrap().round(), Some(0));
        assert_eq!(blocks.bytes(&hash), None);
        assert_eq!(blocks.judge(hash, true).unwrap().round(), Some(1));
        assert_eq!(blocks.bytes(&hash).unwrap()[..], [7]);
        assert!(blocks.knows(&hash, 2) && blocks.judge(hash, true).is_none());
    }

    #[test]
    fn a_round_brings_two_blocks_and_no_more() {
        let mut blocks = Blocks::default();
        for block in [1, 2] {
            assert!(blocks.may_take(3));
            blocks.take(part(3, block), 0, None);
            blocks.judge(Hash([block; 32]), false);
        }
        assert!(!blocks.may_take(3) && blocks.may_take(4));
    }

    #[test]
    fn the_oldest_block_is_let_go_of_and_never_the_kept_one() {
        let mut blocks = Blocks::default();
        for block in 0..100 {
            blocks.take(part(u32::from(block), block), u32::from(block), Some(Hash([3; 32])));
            if block % 2 == 0 || block == 3 {
                blocks.judge(Hash([block; 32]), true);
            }
            assert!(blocks.held.len() + blocks.candidates.len() <= BLOCKS_MAX);
        }
        assert!(blocks.bytes(&Hash([3; 32])).is_some() && blocks.bytes(&Hash([98; 32])).is_some());
        assert!(blocks.bytes(&Hash([4; 32])).is_none());
    }
}
