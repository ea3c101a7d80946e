//! The learning rate of each step: linear warm-up, half a cosine, a floor (Loshchilov & Hutter 2016, arXiv:1608.03983).
//!
//! Invariants: steps count from 1; every rate is above zero, the first too; the peak is reached at the end of the
//! warm-up and the floor at the horizon, after which it stays.

/// A learning-rate schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Highest rate.
    pub peak: f64,
    /// Last rate.
    pub floor: f64,
    /// Steps of the linear rise.
    pub warmup: u64,
    /// Step that reaches the floor.
    pub horizon: u64,
}

impl Schedule {
    /// Rate of `step`, counted from 1.
    #[must_use]
    pub fn rate(&self, step: u64) -> f64 {
        let step = step.max(1);
        if step <= self.warmup {
            return self.peak * step as f64 / self.warmup as f64;
        }
        if step >= self.horizon {
            return self.floor;
        }
        let progress = (step - self.warmup) as f64 / (self.horizon - self.warmup) as f64;
        // libm's cosine, so that every machine computes the same rate.
        self.floor + (self.peak - self.floor) * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * progress))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_named_points_are_hit() {
        let schedule = Schedule { peak: 1.0, floor: 0.1, warmup: 10, horizon: 110 };
        let rates = [1, 5, 10, 60, 110, 10_000].map(|step| schedule.rate(step));
        for (got, want) in rates.iter().zip([0.1, 0.5, 1.0, 0.55, 0.1, 0.1]) {
            assert!((got - want).abs() < 1e-12, "{rates:?}");
        }
        assert!(Schedule { peak: 1.0, floor: 0.0, warmup: 0, horizon: 2 }.rate(1) > 0.0);
        // Rounded up; training's bits depend on it.
        let rounded = Schedule { peak: 3e-3, floor: 3e-4, warmup: 24, horizon: 110 }.rate(24);
        assert_eq!(rounded.to_bits(), 3e-3f64.next_up().to_bits());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn prop_rises_then_falls_and_never_leaves_its_range(warmup in 0u64..50, more in 1u64..500, step in 1u64..700) {
            let schedule = Schedule { peak: 3e-3, floor: 3e-4, warmup, horizon: warmup + more };
            let (now, next) = (schedule.rate(step), schedule.rate(step + 1));
            prop_assert!(now > 0.0 && now <= schedule.peak.next_up());
            let as_it_should = if step < warmup { next > now } else { next <= now };
            prop_assert!(as_it_should);
        }
    }
}
