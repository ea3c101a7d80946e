//! Numbers that look as if drawn, the same for the same seed.

/// Where they come from.
pub struct Random(u64);

impl Random {
    /// Two seeds that differ give other numbers.
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero for ever.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next one, at least 0 and less than 1.
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from((self.0 >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_spread_over_the_whole() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            std::iter::from_fn(move || Some(random.next())).take(10_000).collect::<Vec<f64>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let drawn = draw(0);
        assert!(drawn.iter().all(|number| (0.0..1.0).contains(number)));
        assert!((drawn.iter().sum::<f64>() / 10_000.0 - 0.5).abs() < 0.02);
    }
}
