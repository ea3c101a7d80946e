//! Chance that is the same each time: splitmix64, and names made of it.
//!
//! Invariant: what is drawn depends on the seed and the draws before, on every machine.

/// A stream of draws.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of a seed, apart from the streams of other purposes.
    pub(super) fn new(seed: u64, purpose: u64) -> Self {
        let mut random = Self(seed ^ purpose.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.next();
        random
    }

    /// 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal, with mean 0 and variance 1: a sum, because functions like the logarithm differ between machines.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// From `low` to below `high`.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low).max(1)
    }

    /// Whether something happens that happens once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.between(0, times) == 0
    }

    /// A hash.
    pub(super) fn hash(&mut self) -> String {
        self.text("0123456789abcdef", 64)
    }

    /// What looks like an account.
    pub(super) fn address(&mut self) -> String {
        format!("neuro1{}", self.text("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 38))
    }

    /// What looks like a node's identity.
    pub(super) fn peer_id(&mut self) -> String {
        format!("16Uiu2HAm{}", self.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 44))
    }

    fn text(&mut self, letters: &str, count: usize) -> String {
        let letters = letters.as_bytes();
        (0..count).map(|_| char::from(letters[self.between(0, letters.len() as u64) as usize])).collect()
    }
}
