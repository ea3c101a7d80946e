//! Rotary positions: the tables and the rotation.
//!
//! Half-split form (Su et al. 2021, arXiv:2104.09864, in the layout of Llama checkpoints): dimension `i` turns with
//! dimension `i + d/2`. Invariant: position `p` means the same angle with and without a cache.

use crate::config::{ModelConfig, RopeScaling};
use burn::tensor::{Device, Tensor, TensorData};
use std::f64::consts::TAU;

/// How fast each pair of dimensions turns; tables are made for the positions at hand, so that a context length read
/// from a file costs no memory.
#[derive(Debug, Clone)]
pub(super) struct Rotary {
    frequencies: Vec<f64>,
}

/// Cosines and sines of some consecutive positions, `[1, seq, 1, head_dim / 2]`.
#[derive(Clone)]
pub(super) struct Turns {
    cos: Tensor<4>,
    sin: Tensor<4>,
}

impl Rotary {
    pub(super) fn new(config: &ModelConfig) -> Self {
        Self { frequencies: frequencies(config) }
    }

    /// Cosines and sines of `seq` positions from `start`, `[seq, head_dim / 2]` each.
    pub(super) fn angles(&self, start: usize, seq: usize) -> [Vec<f32>; 2] {
        [libm::cos, libm::sin].map(|of: fn(f64) -> f64| {
            let row = |position: usize| self.frequencies.iter().map(move |f| of(position as f64 * f) as f32);
            (start..start + seq).flat_map(row).collect()
        })
    }

    /// The tables for `seq` positions from `start`.
    pub(super) fn at(&self, start: usize, seq: usize, device: &Device) -> Turns {
        let shape = [1, seq, 1, self.frequencies.len()];
        let [cos, sin] =
            self.angles(start, seq).map(|values| Tensor::from_data(TensorData::new(values, shape), device));
        Turns { cos, sin }
    }
}

impl Turns {
    pub(super) fn autodiff(self) -> Self {
        Self { cos: self.cos.autodiff(), sin: self.sin.autodiff() }
    }

    /// Turns `x` `[rows, seq, heads, head_dim]` by this table's positions.
    pub(super) fn turn(&self, x: Tensor<4>) -> Tensor<4> {
        let half = x.dims()[3] / 2;
        let low = x.clone().narrow(3, 0, half);
        let high = x.narrow(3, half, half);
        let (cos, sin) = (&self.cos, &self.sin);
        let turned_low = low.clone() * cos.clone() - high.clone() * sin.clone();
        let turned_high = high * cos.clone() + low * sin.clone();
        Tensor::cat(vec![turned_low, turned_high], 3)
    }
}

/// What each pair's plain frequency is divided by.
pub(crate) fn divisors(config: &ModelConfig) -> Vec<f64> {
    plain(config).zip(frequencies(config)).map(|(plain, stretched)| plain / stretched).collect()
}

/// Angle per position of each pair of dimensions, `head_dim / 2` of them.
fn frequencies(config: &ModelConfig) -> Vec<f64> {
    plain(config).map(|frequency| stretch(frequency, config.rope_scaling)).collect()
}

fn plain(config: &ModelConfig) -> impl Iterator<Item = f64> {
    let (dim, theta) = (config.head_dim(), config.rope_theta);
    (0..dim / 2).map(move |i| libm::pow(theta, -((2 * i) as f64) / dim as f64))
}

fn stretch(frequency: f64, scaling: Option<RopeScaling>) -> f64 {
    match scaling {
        None => frequency,
        Some(RopeScaling::Linear { factor }) => frequency / factor,
        Some(RopeScaling::Llama3 { factor, low_freq_factor, high_freq_factor, original_max_position_embeddings }) => {
            let turns = original_max_position_embeddings as f64 * frequency / TAU;
            let kept = ((turns - low_freq_factor) / (high_freq_factor - low_freq_factor)).clamp(0.0, 1.0);
            frequency * kept + frequency / factor * (1.0 - kept)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_rope() {
        let cases: serde_json::Value = serde_json::from_str(include_str!("../../tests/fixtures/rope.json")).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let size = |name: &str| case["in"][name].as_u64().unwrap() as usize;
            let (dim, seq) = (size("dim"), size("seq"));
            let config = ModelConfig::dense([1, dim, 1, 1, 1, 300, seq]);
            let device = Device::flex();
            let values: Vec<f32> = (1..=seq * dim).map(|i| i as f32 / 10.0).collect();
            let x = Tensor::from_data(TensorData::new(values, [1, seq, 1, dim]), &device);
            let turned = Rotary::new(&config).at(0, seq, &device).turn(x).into_data().try_to_vec::<f32>().unwrap();
            let expected: Vec<f64> = case["out"]["q_rot"][0][0]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|row| row.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()))
                .collect();
            assert_eq!(turned.len(), expected.len());
            for (got, want) in turned.iter().zip(expected) {
                assert!((f64::from(*got) - want).abs() < 2e-6 * want.abs().max(1.0), "{got} instead of {want}");
            }
        }
    }
}
