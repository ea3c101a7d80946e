//! Chance out of a seed (`SplitMix64`).
//!
//! Invariant: the same seed gives the same draws.

/// A source of draws.
pub(in crate::consensus) struct Chance(u64);

impl Chance {
    pub(in crate::consensus) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    pub(in crate::consensus) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(in crate::consensus) fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    pub(in crate::consensus) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last - first + 1)
    }

    pub(in crate::consensus) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(in crate::consensus) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
