//! Choosing the next token from logits.
//!
//! Invariants: the choice is a pure function of (logits, settings, seed, position); temperature 0 is the highest logit,
//! ties to the lowest id; logits that are not numbers are an error, never a token.

use crate::random::Stream;

/// How to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// Divides the logits; 0 takes the highest.
    pub temperature: f64,
    /// Only this many of the most probable tokens; 0 means all.
    pub top_k: usize,
    /// Only the most probable tokens that together reach this probability (Holtzman et al. 2019, arXiv:1904.09751).
    pub top_p: f64,
    /// Same seed, same text.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.8, top_k: 50, top_p: 0.95, seed: 0 }
    }
}

/// Why nothing can be chosen.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SampleError {
    /// A logit is NaN, or none is finite.
    #[error("the model's output at position {position} is not a number; its weights are damaged or have diverged")]
    NotANumber {
        /// Tokens generated before.
        position: u64,
    },
}

/// A sampler with its place in the random stream.
#[derive(Debug, Clone)]
pub struct Sampler {
    sampling: Sampling,
    position: u64,
}

impl Sampler {
    /// A sampler at the start of its stream.
    #[must_use]
    pub fn new(sampling: Sampling) -> Self {
        Self { sampling, position: 0 }
    }

    /// The next token.
    pub fn pick(&mut self, logits: &[f32]) -> Result<u32, SampleError> {
        let position = self.position;
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if !highest.is_finite() || logits.iter().any(|logit| logit.is_nan()) {
            return Err(SampleError::NotANumber { position });
        }
        self.position += 1;
        if self.sampling.temperature == 0.0 {
            return Ok(logits.iter().position(|&logit| logit >= highest).unwrap_or(0) as u32);
        }
        let kept = self.kept(logits, f64::from(highest));
        let total: f64 = kept.iter().map(|(_, weight)| weight).sum();
        let mut left = Stream::new("sample", self.sampling.seed, &[position]).unit() * total;
        for (id, weight) in &kept {
            left -= weight;
            if left < 0.0 {
                return Ok(*id);
            }
        }
        // Rounding may leave a sliver; the most probable token takes it.
        Ok(kept[0].0)
    }

    /// Candidates by falling weight (1 for the highest logit), never empty.
    fn kept(&self, logits: &[f32], highest: f64) -> Vec<(u32, f64)> {
        let weight = |logit: f32| ((f64::from(logit) - highest) / self.sampling.temperature).exp();
        let mut kept: Vec<(u32, f64)> =
            logits.iter().enumerate().map(|(id, &logit)| (id as u32, weight(logit))).collect();
        kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if self.sampling.top_k > 0 {
            kept.truncate(self.sampling.top_k);
        }
        let enough = self.sampling.top_p * kept.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut sum = 0.0;
        let reached = kept.iter().position(|(_, weight)| {
            sum += weight;
            sum >= enough
        });
        kept.truncate(reached.map_or(kept.len(), |index| index + 1));
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sampler(temperature: f64, top_k: usize, top_p: f64, seed: u64) -> Sampler {
        Sampler::new(Sampling { temperature, top_k, top_p, seed })
    }

    #[test]
    fn greedy_takes_the_highest_and_the_lowest_id_of_equals() {
        assert_eq!(sampler(0.0, 0, 1.0, 0).pick(&[0.5, 2.0, 2.0, -1.0]), Ok(1));
        assert_eq!(sampler(0.0, 0, 1.0, 0).pick(&[f32::NEG_INFINITY, -3.0]), Ok(1));
    }

    #[test]
    fn what_is_no_number_is_an_error_at_every_temperature() {
        for temperature in [0.0, 1e-9, 1.0] {
            for logits in [[1.0, f32::NAN], [f32::NEG_INFINITY; 2], [f32::INFINITY, 0.0]] {
                let error = sampler(temperature, 0, 1.0, 0).pick(&logits).unwrap_err();
                assert_eq!(error, SampleError::NotANumber { position: 0 });
            }
        }
    }

    #[test]
    fn frequencies_follow_the_softmax() {
        let mut sampler = sampler(0.5, 0, 1.0, 9);
        let logits = [0.0, 0.5, 1.0];
        let mut counts = [0.0; 3];
        for _ in 0..20_000 {
            counts[sampler.pick(&logits).unwrap() as usize] += 1.0 / 20_000.0;
        }
        let weights = logits.map(|l| (f64::from(l) / 0.5).exp());
        let total: f64 = weights.iter().sum();
        for (count, weight) in counts.iter().zip(weights) {
            assert!((count - weight / total).abs() < 0.02, "{counts:?}");
        }
    }

    proptest! {
        #[test]
        fn prop_limits_hold_and_a_seed_repeats(
            logits in prop::collection::vec(-20f32..20.0, 1..40), temperature in 1e-6f64..5.0, top_k in 0usize..5,
            top_p in 0.01f64..1.0, seed: u64,
        ) {
            let picks: Vec<u32> = {
                let mut sampler = sampler(temperature, top_k, top_p, seed);
                (0..8).map(|_| sampler.pick(&logits).unwrap()).collect()
            };
            let mut again = sampler(temperature, top_k, top_p, seed);
            for &pick in &picks {
                prop_assert_eq!(again.pick(&logits).unwrap(), pick);
                let better = logits.iter().filter(|&&l| l > logits[pick as usize]).count();
                prop_assert!(top_k == 0 || better < top_k);
            }
        }
    }
}
