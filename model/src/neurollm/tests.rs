//! Known answers, and the properties every way of running a model must share.

use super::{Cache, Decoder, Device, Input, MicroBatch, Output, Stage, StageError, rms_norm};
use crate::config::{ModelConfig, MoeConfig};
use crate::kernels::threads::with_limit;
use crate::kernels::{Compute, Quantize};
use crate::parameters::{Kind, Span, Spec, specs};
use crate::random::Stream;
use crate::training::Adam;
use burn::tensor::{Tensor, TensorData};
use serde_json::Value;
use std::collections::BTreeMap;

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn tokens(value: &Value) -> Vec<u32> {
    numbers(value).iter().map(|&id| id as u32).collect()
}

fn whole(config: &ModelConfig, seed: u64) -> Stage {
    Stage::initialise(config, &Span::whole(config), seed, &Device::cpu()).unwrap()
}

fn batch<'a>(rows: usize, input: &'a [u32], targets: Option<&'a [u32]>) -> MicroBatch<'a> {
    MicroBatch { rows, seq: input.len() / rows, input: Input::Tokens(input), targets }
}

fn random_ids(label: &str, count: usize, vocab: usize) -> Vec<u32> {
    let mut stream = Stream::new(label, 0, &[]);
    (0..count).map(|_| stream.below(vocab as u64) as u32).collect()
}

fn close(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{what}: {got} instead of {want}");
}

fn argmax(values: &[f32]) -> u32 {
    let best = values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.expect("some logits").0 as u32
}

#[test]
fn golden_rmsnorm() {
    let golden: Value = serde_json::from_str(include_str!("../../tests/fixtures/rmsnorm.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let x: Vec<f32> = numbers(&case["in"]["x"]).iter().map(|&v| v as f32).collect();
        let width = x.len();
        let device = Device::cpu();
        let ones = Tensor::<2>::ones([1, width], device.inner());
        let x = Tensor::<2>::from_data(TensorData::new(x, [1, width]), device.inner());
        let normed = rms_norm(x, &ones, number(&case["in"]["eps"])).into_data().try_to_vec::<f32>().unwrap();
        for (got, want) in normed.iter().zip(numbers(&case["out"])) {
            close("rmsnorm", f64::from(*got), want, 1e-6);
        }
    }
}

fn golden_config(input: &Value) -> ModelConfig {
    let size = |name: &str| input[name].as_u64().unwrap() as usize;
    let heads = [size("heads"), size("kv_heads")];
    let mut config = ModelConfig::dense([
        size("layers"),
        size("hidden"),
        heads[0],
        heads[1],
        size("intermediate"),
        size("vocab"),
        64,
    ]);
    config.tied_embeddings = input["tied"].as_bool().unwrap();
    config.norm_eps = 1e-6;
    config
}

#[test]
fn golden_forward_backward_and_generation() {
    let golden: Value = serde_json::from_str(include_str!("../../tests/fixtures/llm_forward.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let (input, want) = (&case["in"], &case["out"]);
        let config = golden_config(input);
        assert_eq!(crate::parameters::count(&config), want["num_params"].as_u64().unwrap());
        let mut names: Vec<String> = specs(&config, &Span::whole(&config)).into_iter().map(|spec| spec.name).collect();
        names.sort();
        assert_eq!(serde_json::json!(names), input["param_names"]);
        let read = |spec: &Spec| -> Result<Vec<f32>, StageError> {
            let i = names.iter().position(|name| *name == spec.name).unwrap() as f64;
            let shift = if spec.name.contains("norm") { 1.0 } else { 0.0 };
            Ok((0..spec.len()).map(|j| (0.1 * (0.37 * j as f64 + i).sin() + shift) as f32).collect())
        };
        let mut stage = Stage::load(&config, &Span::whole(&config), &Device::cpu(), read).unwrap();
        let ids = tokens(&input["input_ids"]);

        let logits = stage.all_logits(&batch(1, &ids, None)).unwrap();
        let (first, last) = (&logits[..config.vocab], &logits[logits.len() - config.vocab..]);
        for (name, got) in [("logits_first", first), ("logits_last", last)] {
            for (got, want) in got.iter().zip(numbers(&want[name])) {
                close(name, f64::from(*got), want, 2e-5);
            }
        }

        let next = batch(1, &ids[..ids.len() - 1], Some(&ids[1..]));
        let Output::Loss(loss) = stage.forward(&next).unwrap() else { panic!("the whole model gives a loss") };
        close("loss", f64::from(loss), number(&want["loss"]), 1e-5);
        close("evaluated loss", stage.evaluate(&next).unwrap() / 5.0, number(&want["loss"]), 1e-5);
        stage.backward(None).unwrap();
        for (index, spec) in stage.specs().to_vec().iter().enumerate() {
            let gradient = stage.gradient(index).unwrap();
            let norm = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            close(&spec.name, norm, number(&want["grad_norms"][&spec.name]), 1e-4);
        }

        let expected = tokens(&want["greedy_without_cache_correct"]);
        assert_eq!(greedy(&stage, &expected[..4], 8, true), expected, "with a cache");
        assert_eq!(greedy(&stage, &expected[..4], 8, false), expected, "without a cache");
    }
}

fn greedy(stage: &Stage, prompt: &[u32], count: usize, cached: bool) -> Vec<u32> {
    let mut ids = prompt.to_vec();
    let mut cache = Cache::default();
    for _ in 0..count {
        if !cached {
            cache = Cache::default();
        }
        let unread = &ids[cache.tokens()..];
        let logits = stage.extend(&batch(1, unread, None), &mut cache).unwrap();
        ids.push(argmax(&logits));
    }
    ids
}

fn moe_config() -> ModelConfig {
    let mut config = ModelConfig::dense([2, 16, 4, 2, 24, 40, 16]);
    config.moe = Some(MoeConfig { experts: 4, top_k: 2 });
    config
}

#[test]
fn cached_generation_equals_uncached_with_experts() {
    let stage = whole(&moe_config(), 3);
    let prompt = random_ids("prompt", 5, 40);
    assert_eq!(greedy(&stage, &prompt, 10, true), greedy(&stage, &prompt, 10, false));
}

/// Losses of a few training steps, with the model cut at the given layers.
fn train(config: &ModelConfig, cuts: &[usize], steps: u64) -> (Vec<f32>, BTreeMap<String, Vec<f32>>) {
    let mut bounds = vec![0];
    bounds.extend(cuts);
    bounds.push(config.layers);
    let last = bounds.len() - 2;
    let mut stages: Vec<Stage> = (0..=last)
        .map(|i| {
            let span = Span { embedding: i == 0, layers: bounds[i]..bounds[i + 1], head: i == last };
            Stage::initialise(config, &span, 5, &Device::cpu()).unwrap()
        })
        .collect();
    let (rows, seq) = (3, 7);
    let mut losses = Vec::new();
    for step in 1..=steps {
        // Two micro-batches in flight at once, as a pipeline has them.
        for micro in 0..2 {
            let ids = random_ids(&format!("{step}/{micro}"), rows * seq, config.vocab);
            let targets: Vec<u32> = ids.iter().map(|id| (id * 7 + 1) % config.vocab as u32).collect();
            let mut hidden = Vec::new();
            for (i, stage) in stages.iter_mut().enumerate() {
                let input = if i == 0 { Input::Tokens(&ids) } else { Input::Hidden(&hidden) };
                let targets = (i == last).then_some(&targets[..]);
                match stage.forward(&MicroBatch { rows, seq, input, targets }).unwrap() {
                    Output::Hidden(values) => hidden = values,
                    Output::Loss(loss) => losses.push(loss),
                }
            }
        }
        for _ in 0..2 {
            let mut gradient: Option<Vec<f32>> = None;
            for stage in stages.iter_mut().rev() {
                gradient = stage.backward(gradient.as_deref()).unwrap();
            }
        }
        let norm = stages.iter().flat_map(Stage::gradient_squares).map(|(_, s)| s).sum::<f64>().sqrt() / 2.0;
        let scale = 0.5 * (1.0 / norm).min(1.0);
        for stage in &mut stages {
            stage.step(Adam::default(), step, 0.01, scale);
        }
    }
    let mut weights = BTreeMap::new();
    for stage in &stages {
        for (index, spec) in stage.specs().iter().enumerate() {
            weights.insert(spec.name.clone(), stage.weight(index));
        }
    }
    (losses, weights)
}

#[test]
fn chained_stages_train_like_the_whole_model() {
    for config in [ModelConfig::dense([4, 16, 4, 2, 24, 40, 16]), moe_config()] {
        let (whole_losses, whole_weights) = train(&config, &[], 6);
        assert!(whole_losses[11] < whole_losses[0], "training learns: {whole_losses:?}");
        for cuts in [&[1][..], &[0, 1], &[1, config.layers]] {
            let (losses, weights) = train(&config, cuts, 6);
            for (got, want) in losses.iter().zip(&whole_losses) {
                close("loss", f64::from(*got), f64::from(*want), 2e-5);
            }
            assert_eq!(weights.len(), whole_weights.len());
            for (name, values) in &weights {
                for (got, want) in values.iter().zip(&whole_weights[name]) {
                    close(name, f64::from(*got), f64::from(*want), 2e-4);
                }
            }
        }
    }
}

#[test]
fn the_same_run_twice_is_bit_identical() {
    let config = ModelConfig::dense([2, 32, 4, 2, 64, 300, 16]);
    assert_eq!(train(&config, &[], 4), train(&config, &[], 4));
}

#[test]
fn gradients_agree_with_finite_differences() {
    let mut scaled = ModelConfig::dense([1, 8, 4, 2, 12, 20, 8]);
    scaled.tied_embeddings = true;
    for config in [scaled, ModelConfig::dense([1, 8, 2, 1, 12, 20, 8])] {
        let ids = random_ids("ids", 12, config.vocab);
        let targets: Vec<u32> = random_ids("targets", 12, config.vocab - 1).iter().map(|id| id + 1).collect();
        let batch = batch(2, &ids, Some(&targets));
        let load = |nudge: Option<(usize, usize, f32)>| {
            let mut index = 0;
            let read = |spec: &Spec| -> Result<Vec<f32>, StageError> {
                // Wider than the usual start, so that no gradient is lost in rounding.
                let mut values: Vec<f32> =
                    spec.initial(1, 1).iter().map(|v| v * if spec.kind == Kind::Norm { 1.0 } else { 20.0 }).collect();
                if let Some((parameter, position, by)) = nudge.filter(|n| n.0 == index) {
                    let _ = parameter;
                    values[position] += by;
                }
                index += 1;
                Ok(values)
            };
            Stage::load(&config, &Span::whole(&config), &Device::cpu(), read).unwrap()
        };
        let mut stage = load(None);
        stage.forward(&batch).unwrap();
        stage.backward(None).unwrap();
        for (parameter, spec) in stage.specs().to_vec().iter().enumerate() {
            let gradient = stage.gradient(parameter).unwrap();
            let position = (parameter * 31) % spec.len();
            let by = 2e-2;
            let loss = |by| load(Some((parameter, position, by))).evaluate(&batch).unwrap() / 12.0;
            let slope = (loss(by) - loss(-by)) / f64::from(2.0 * by);
            let got = f64::from(gradient[position]);
            assert!(
                (got - slope).abs() < 2e-3 + 2e-2 * slope.abs(),
                "{}[{position}]: {got}, measured {slope}",
                spec.name
            );
        }
    }
}

#[test]
fn impossible_inputs_are_refused_before_any_work() {
    let config = ModelConfig::dense([2, 16, 4, 2, 24, 40, 8]);
    let mut stage = whole(&config, 0);
    let ids = [1, 2, 3];
    let refused = |result: Result<Output, StageError>| result.unwrap_err().to_string();
    assert_eq!(refused(stage.forward(&batch(1, &[1, 40, 2], None))), "token id 40 is outside the vocabulary of 40");
    assert_eq!(refused(stage.forward(&batch(1, &[1; 9], None))), "9 tokens exceed the context of 8");
    assert_eq!(refused(stage.forward(&batch(1, &ids, Some(&ids[..2])))), "the targets has 2 values where 3 are needed");
    assert!(stage.backward(None).is_err(), "nothing is in flight");
    let wrong = MicroBatch { rows: 1, seq: 3, input: Input::Hidden(&[0.0; 48]), targets: None };
    assert!(stage.forward(&wrong).is_err(), "the whole model reads tokens");
    let span = Span { embedding: false, layers: 0..3, head: false };
    assert!(Stage::initialise(&config, &span, 0, &Device::cpu()).is_err(), "a span of another model");
}

/// Large enough that a sum over all of it would be shared out over threads, and so depend on which is faster.
#[test]
fn the_gradient_norm_of_a_large_matrix_repeats_to_the_bit() {
    let config = ModelConfig::dense([1, 64, 2, 1, 64, 70_000, 8]);
    let ids = random_ids("ids", 8, config.vocab);
    let norm = || {
        let mut stage = whole(&config, 1);
        stage.forward(&batch(1, &ids, Some(&ids))).unwrap();
        stage.backward(None).unwrap();
        stage.gradient_squares().iter().map(|(_, square)| square.to_bits()).collect::<Vec<_>>()
    };
    let first = norm();
    assert!((0..3).all(|_| norm() == first));
}

/// Largest difference between two gradients, by the size of the second.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    let size = b.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
    let apart = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>().sqrt();
    apart / size.max(1e-3)
}

/// Sizes that fit no vector, no tile and no block; one token; groups of one, of some and of all heads; long rows.
const SHAPES: [([usize; 7], [usize; 2]); 7] = [
    ([2, 24, 3, 1, 40, 277, 64], [3, 21]),
    ([1, 40, 4, 4, 33, 300, 64], [2, 64]),
    ([2, 32, 4, 2, 64, 290, 8], [1, 1]),
    ([1, 20, 2, 1, 50, 266, 700], [1, 611]),
    ([3, 48, 4, 2, 96, 500, 64], [5, 49]),
    ([1, 16, 8, 2, 16, 270, 320], [2, 300]),
    ([2, 6, 1, 1, 3, 267, 16], [4, 16]),
];

#[test]
fn kernels_agree_with_the_composed_model() {
    for (sizes, [rows, seq]) in SHAPES {
        for tied in [false, true] {
            let config = ModelConfig { tied_embeddings: tied, ..ModelConfig::dense(sizes) };
            let mut stages = [whole(&config, 3), whole(&config, 3).composed()];
            for micro in ["one", "two"] {
                let (ids, next) =
                    (random_ids(micro, rows * seq, config.vocab), random_ids("next", rows * seq, config.vocab));
                let mut evaluated = Vec::new();
                let losses = stages.each_mut().map(|stage| {
                    let Output::Loss(loss) = stage.forward(&batch(rows, &ids, Some(&next))).unwrap() else { panic!() };
                    stage.backward(None).unwrap();
                    evaluated.push(stage.evaluate(&batch(rows, &ids, Some(&next))).unwrap());
                    f64::from(loss)
                });
                close("loss", losses[0], losses[1], 2e-6);
                close("evaluated loss", evaluated[0], evaluated[1], 2e-6);
            }
            let [fused, composed] = &mut stages;
            for (index, spec) in fused.specs().to_vec().iter().enumerate() {
                let (a, b) = (fused.gradient(index).unwrap(), composed.gradient(index).unwrap());
                let apart = distance(&a, &b);
                assert!(
                    apart < 2e-5,
                    "{sizes:?} {rows}×{seq} tied {tied}: gradient of {} is off by {apart}",
                    spec.name
                );
            }
            let squares =
                [&*fused, &*composed].map(|stage| stage.gradient_squares().iter().map(|(_, s)| s).sum::<f64>());
            close("norm", squares[0], squares[1], 1e-5);
        }
    }
}

fn decoder(config: &ModelConfig, seed: u64, quantize: Quantize) -> Decoder {
    let read = |spec: &Spec| Ok::<_, StageError>(spec.initial(seed, config.layers));
    Decoder::load(config, &Span::whole(config), quantize, read).unwrap()
}

#[test]
fn a_decoder_gives_the_logits_of_its_stage_however_the_tokens_come() {
    for (sizes, [_, seq]) in SHAPES {
        for tied in [false, true] {
            let config = ModelConfig { tied_embeddings: tied, ..ModelConfig::dense(sizes) };
            let ids = random_ids("decoder", 2 * seq, config.vocab);
            let all = whole(&config, 3).all_logits(&batch(2, &ids, None)).unwrap();
            let decoder = decoder(&config, 3, Quantize::None);
            for parts in [vec![seq], vec![1; seq], vec![seq / 3, seq / 2, seq - seq / 3 - seq / 2]] {
                let (mut cache, mut start) = (Cache::default(), 0);
                for part in parts.into_iter().filter(|part| *part > 0) {
                    let rows: Vec<u32> =
                        [0, seq].iter().flat_map(|row| &ids[row + start..row + start + part]).copied().collect();
                    let logits = decoder.extend(&batch(2, &rows, None), &mut cache).unwrap();
                    start += part;
                    for (row, logits) in logits.chunks_exact(config.vocab).enumerate() {
                        let at = (row * seq + start - 1) * config.vocab;
                        let apart = distance(logits, &all[at..at + config.vocab]);
                        assert!(apart < 1e-4, "{sizes:?} tied {tied}: logits after {start} tokens are off by {apart}");
                    }
                }
                assert_eq!(cache.tokens(), seq);
                let more = decoder.extend(&batch(1, &ids[..1], None), &mut cache);
                assert!(more.is_err(), "another number of rows, or more than the context");
            }
        }
    }
}

#[test]
fn training_gives_the_same_bits_on_one_thread_and_on_all() {
    let config = ModelConfig::dense([2, 48, 4, 2, 100, 700, 64]);
    for compute in [Compute::F32, Compute::Bf16] {
        let train = |threads: usize| {
            with_limit(threads, || {
                let mut stage = whole(&config, 5);
                stage.set_compute(compute);
                let mut bits = Vec::new();
                for step in 1..=3 {
                    let ids = random_ids("threads", 7 * 61, config.vocab);
                    let Output::Loss(loss) = stage.forward(&batch(7, &ids, Some(&ids))).unwrap() else { panic!() };
                    stage.backward(None).unwrap();
                    let norm: f64 = stage.gradient_squares().iter().map(|(_, square)| square).sum();
                    stage.step(Adam::default(), step, 1e-3, 1.0);
                    bits.push((loss.to_bits(), norm.to_bits()));
                }
                let weights: Vec<Vec<f32>> = (0..stage.specs().len()).map(|index| stage.weight(index)).collect();
                (bits, weights)
            })
        };
        let (alone, all) = (train(1), train(usize::MAX));
        assert_eq!(alone.0, all.0, "{compute:?}");
        assert!(alone.1 == all.1, "{compute:?}: weights differ");
    }
}

#[test]
fn a_weight_that_is_no_number_shows_in_the_loss() {
    let config = ModelConfig::dense([1, 16, 2, 1, 20, 266, 16]);
    let ids = random_ids("bad", 16, config.vocab);
    for (index, spec) in specs(&config, &Span::whole(&config)).iter().enumerate() {
        let read = |own: &Spec| {
            let mut values = own.initial(1, 1);
            if own.name == spec.name {
                // In the embedding, a row that is looked up.
                let at = if index == 0 { ids[3] as usize * config.hidden } else { values.len() / 2 };
                values[at] = f32::NAN;
            }
            Ok::<_, StageError>(values)
        };
        let mut stage = Stage::load(&config, &Span::whole(&config), &Device::cpu(), read).unwrap();
        assert!(!stage.is_finite());
        let Output::Loss(loss) = stage.forward(&batch(1, &ids, Some(&ids))).unwrap() else { panic!() };
        assert!(loss.is_nan(), "{}: {loss}", spec.name);
    }
}
