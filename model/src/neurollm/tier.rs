//! How fast a device is, as the network sorts machines: the forward time of one layer of the current model.

use super::{Device, Input, MicroBatch, Stage, StageError};
use crate::config::ModelConfig;
use crate::parameters::Span;
use crate::random::Stream;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Speed tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Tier {
    /// Under 10 ms a layer.
    T1,
    /// 10–50 ms.
    T2,
    /// 50–200 ms.
    T3,
    /// 200–1000 ms.
    T4,
    /// 1 s and more, or not measurable.
    T5,
}

impl Tier {
    /// The tier of a layer time in milliseconds.
    #[must_use]
    pub fn of(milliseconds: f64) -> Self {
        match milliseconds {
            ..10.0 => Self::T1,
            ..50.0 => Self::T2,
            ..200.0 => Self::T3,
            ..1000.0 => Self::T4,
            _ => Self::T5,
        }
    }
}

/// Median forward time of one layer on a full context, in milliseconds, measured for about `time`.
pub fn layer_milliseconds(config: &ModelConfig, device: &Device, time: Duration) -> Result<f64, StageError> {
    // One layer of this shape; a tied head would need the embedding beside it.
    let one = ModelConfig { layers: 1, tied_embeddings: false, ..config.clone() };
    let stage = Stage::initialise(&one, &Span { embedding: false, layers: 0..1, head: false }, 0, device)?;
    let mut stream = Stream::new("tier", 0, &[]);
    let values: Vec<f32> = (0..config.seq * config.hidden).map(|_| stream.normal() as f32).collect();
    let batch = MicroBatch { rows: 1, seq: config.seq, input: Input::Hidden(&values), targets: None };
    let mut milliseconds = Vec::new();
    let started = Instant::now();
    // The first pass only warms up.
    while milliseconds.len() < 4 || started.elapsed() < time {
        let began = Instant::now();
        stage.extend(&batch, &mut super::Cache::default())?;
        milliseconds.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let mut measured = milliseconds.split_off(1);
    measured.sort_by(f64::total_cmp);
    Ok(measured[measured.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_tiers() {
        let golden: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/fixtures/speed_tier.json")).unwrap();
        for case in golden["cases"].as_array().unwrap() {
            let input = &case["in"]["latency_ms"];
            let named = |text: &str| if text == "NaN" { f64::NAN } else { f64::NEG_INFINITY };
            let milliseconds = input.as_f64().or_else(|| input.as_str().map(named)).unwrap();
            let tier = format!("{:?}", Tier::of(milliseconds)).replace('T', "tier");
            assert_eq!(tier, case["out"].as_str().unwrap(), "{input}");
        }
    }

    #[test]
    fn a_layer_takes_some_time() {
        let config = ModelConfig::dense([3, 32, 4, 2, 48, 300, 16]);
        assert!(layer_milliseconds(&config, &Device::cpu(), Duration::ZERO).unwrap() > 0.0);
    }
}
