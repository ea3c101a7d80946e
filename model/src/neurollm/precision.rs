//! Tests of what fewer bits cost: bf16 products in training, and quantised weights in generation.
//!
//! Short by default; `NEUROSHARD_LONG=1` trains the whole 500 steps.

use super::{Cache, Compute, Decoder, Device, Input, MicroBatch, Output, Quantize, Stage};
use crate::config::ModelConfig;
use crate::data::Dataset;
use crate::parameters::{Span, Spec};
use crate::training::Recipe;

/// Steps whose mean is compared.
const WINDOW: usize = 20;
/// Runs whose losses are averaged in the long form: the smallest change of an `f32` run (clipping at 1.003 instead of 1)
/// already moves its windows by up to 0.9 %.
const SEEDS: u64 = 4;

fn data() -> (ModelConfig, Dataset) {
    let config = ModelConfig::preset("nano").unwrap();
    let data = Dataset::builtin(config.vocab).unwrap();
    (config, data)
}

/// Trains `nano` as `train` does, and returns the loss of each step.
fn train(config: &ModelConfig, data: &Dataset, compute: Compute, seed: u64, steps: u64) -> (Stage, Vec<f64>) {
    let recipe = Recipe::for_model(config);
    let schedule = recipe.schedule(steps);
    let mut stage = Stage::initialise(config, &Span::whole(config), seed, &Device::cpu()).unwrap();
    stage.set_compute(compute);
    let mut losses = Vec::new();
    for step in 1..=steps {
        let batch = data.batch(0, step, 0, recipe.batch, recipe.seq).unwrap();
        let (input, targets) = (Input::Tokens(&batch.inputs), Some(&batch.targets[..]));
        let batch = MicroBatch { rows: batch.rows, seq: batch.seq, input, targets };
        let Output::Loss(loss) = stage.forward(&batch).unwrap() else { panic!("the whole model gives a loss") };
        stage.backward(None).unwrap();
        let norm = stage.gradient_squares().iter().map(|(_, square)| square).sum::<f64>().sqrt();
        stage.step(recipe.adam, step, schedule.rate(step), (recipe.clip / norm).min(1.0));
        losses.push(f64::from(loss));
    }
    (stage, losses)
}

#[test]
fn bf16_products_follow_f32_within_a_percent() {
    let (config, data) = data();
    let (steps, seeds) = if std::env::var_os("NEUROSHARD_LONG").is_some() { (500, SEEDS) } else { (60, 1) };
    let [exact, rounded] = [Compute::F32, Compute::Bf16].map(|compute| {
        let runs: Vec<_> = (0..seeds).map(|seed| train(&config, &data, compute, seed, steps).1).collect();
        let mean = |step: usize| runs.iter().map(|losses| losses[step]).sum::<f64>() / seeds as f64;
        (0..steps as usize).map(mean).collect::<Vec<f64>>()
    });
    assert_ne!(exact, rounded, "bf16 was computed with");
    assert!(exact[exact.len() - 1] < 0.8 * exact[0], "the model learns");
    for (index, (exact, rounded)) in exact.chunks(WINDOW).zip(rounded.chunks(WINDOW)).enumerate() {
        let [exact, rounded] = [exact, rounded].map(|losses| losses.iter().sum::<f64>() / losses.len() as f64);
        let apart = (rounded / exact - 1.0).abs();
        assert!(apart < 0.01, "steps from {}: {rounded} instead of {exact}", index * WINDOW);
    }
}

/// Mean cross-entropy over held-out text, a token at a time, as generation computes it.
fn evaluate(decoder: &Decoder, data: &Dataset, rows: &[u64], seq: usize) -> f64 {
    let batch = data.validation_batch(rows, seq).unwrap();
    let (mut sum, mut cache) = (0.0, Cache::default());
    for position in 0..seq {
        let at = |values: &[u32]| -> Vec<u32> { values.iter().skip(position).step_by(seq).copied().collect() };
        let (ids, targets) = (at(&batch.inputs), at(&batch.targets));
        let input = MicroBatch { rows: rows.len(), seq: 1, input: Input::Tokens(&ids), targets: None };
        let logits = decoder.extend(&input, &mut cache).unwrap();
        for (logits, target) in logits.chunks_exact(decoder.config().vocab).zip(targets) {
            let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let total: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
            sum += total.ln() - f64::from(logits[target as usize] - largest);
        }
    }
    sum / (rows.len() * seq) as f64
}

#[test]
fn quantised_weights_change_perplexity_by_less_than_a_percent() {
    let (config, data) = data();
    let steps = if std::env::var_os("NEUROSHARD_LONG").is_some() { 500 } else { 80 };
    let (stage, _) = train(&config, &data, Compute::F32, 0, steps);
    let rows: Vec<u64> = (0..8).collect();
    let loss_with = |quantize| {
        let read = |spec: &Spec| {
            let index = stage.specs().iter().position(|own| own.name == spec.name).unwrap();
            Ok::<_, super::StageError>(stage.weight(index))
        };
        let decoder = Decoder::load(&config, &Span::whole(&config), quantize, read).unwrap();
        (evaluate(&decoder, &data, &rows, config.seq), decoder.bytes())
    };
    let (exact, all) = loss_with(Quantize::None);
    assert!(exact < 5.0, "the model has learnt something: {exact}");
    for (quantize, share) in [(Quantize::Bf16, 0.51), (Quantize::Int8, 0.27)] {
        let (loss, bytes) = loss_with(quantize);
        let change = (loss - exact).exp() - 1.0;
        assert!(change.abs() < 0.01, "{quantize:?} changes perplexity by {:.3} %", 100.0 * change);
        assert!(loss.to_bits() != exact.to_bits() && (bytes as f64) < share * all as f64);
    }
}
