//! Randomness as a pure function of (label, seed, position).
//!
//! Nothing in this crate draws from a global or operating-system source: initial weights, data windows, the built-in
//! corpus and sampling all come from [`Stream`]s. Invariant: the same label, seed and parts give the same numbers on
//! every machine, so a resumed run, a verifier and a second node see exactly what the first one saw. That is why the
//! bits come from BLAKE3's extendable output and the logarithm and cosine from `libm`, never from the platform's.

/// An endless, reproducible stream of random numbers.
#[derive(Clone)]
pub struct Stream {
    reader: blake3::OutputReader,
    buffer: [u8; 512],
    used: usize,
    spare: Option<f64>,
}

impl Stream {
    /// The stream named by `label`, `seed` and `parts` (a layer index, a step number …). Streams that differ in any of
    /// them are independent.
    #[must_use]
    pub fn new(label: &str, seed: u64, parts: &[u64]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("neuroshard 2026 random stream");
        hasher.update(&(label.len() as u64).to_le_bytes());
        hasher.update(label.as_bytes());
        hasher.update(&seed.to_le_bytes());
        for part in parts {
            hasher.update(&part.to_le_bytes());
        }
        Self { reader: hasher.finalize_xof(), buffer: [0; 512], used: 512, spare: None }
    }

    /// The next 64 uniform bits.
    pub fn next_u64(&mut self) -> u64 {
        if self.used == self.buffer.len() {
            self.reader.fill(&mut self.buffer);
            self.used = 0;
        }
        let mut word = [0; 8];
        word.copy_from_slice(&self.buffer[self.used..self.used + 8]);
        self.used += 8;
        u64::from_le_bytes(word)
    }

    /// A uniform number in `0..bound`. The bias of the multiply-shift reduction is below `bound / 2^64`.
    ///
    /// # Panics
    /// When `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a random number below 0 was asked for");
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A uniform number in `[0, 1)` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One item of a non-empty slice.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// A standard normal number (Box–Muller; both of a pair are used).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        let angle = std::f64::consts::TAU * self.unit();
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_for_ever() {
        let mut stream = Stream::new("test", 7, &[1, 2]);
        assert_eq!(stream.next_u64(), KNOWN, "a changed stream changes every network's initial weights");
        assert_ne!(Stream::new("test", 7, &[1, 3]).next_u64(), KNOWN);
        assert_ne!(Stream::new("tes", 7, &[1, 2]).next_u64(), KNOWN);
    }
    const KNOWN: u64 = 9_143_857_372_105_326_078;

    #[test]
    fn below_stays_below_and_reaches_everything() {
        let mut stream = Stream::new("below", 0, &[]);
        let mut seen = [false; 7];
        for _ in 0..1000 {
            seen[stream.below(7) as usize] = true;
        }
        assert!(seen.iter().all(|&s| s));
    }

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut stream = Stream::new("normal", 0, &[]);
        let samples: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = samples.iter().sum::<f64>() / samples.len() as f64;
        let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / samples.len() as f64;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "mean {mean}, variance {variance}");
    }
}
