//! `bench train` and `bench infer`: the model's own work.

use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::config::ModelConfig;
use neuroshard_model::kernels::Compute;
use neuroshard_model::kernels::meter::memory_bytes;
use neuroshard_model::neurollm::{Cache, Decoder, Input, LanguageModel, MicroBatch, Stage, StageError};
use neuroshard_model::parameters::{Span, Spec};
use neuroshard_model::random::Stream;
use neuroshard_model::training::Recipe;
use serde_json::json;

use super::gemm::percent_of_peak;
use super::tensors::Setting;
use super::{Figure, median};
use crate::app::{AppError, compute};

/// Generation is measured on at most this long a text.
const CONTEXT_MAX: usize = 1024;

/// Whole steps: forward, loss, backward, clipping and optimizer.
pub(super) fn train(setting: &Setting<'_>) -> Result<Figure, AppError> {
    let mut stage = stage(setting)?;
    let dtype = compute::dtype(setting.args.dtype);
    stage.set_compute(dtype);
    let config = stage.config().clone();
    let mut recipe = Recipe::for_model(&config);
    recipe.batch = setting.args.batch.unwrap_or(recipe.batch);
    let (inputs, targets) = random_batch(&config, recipe.batch * recipe.seq);
    let mut step = 0;
    let seconds = setting.repeat("training", || {
        let input = Input::Tokens(&inputs);
        let batch = MicroBatch { rows: recipe.batch, seq: recipe.seq, input, targets: Some(&targets) };
        stage.forward(&batch).map_err(AppError::internal)?;
        stage.backward(None).map_err(AppError::internal)?;
        let norm = stage.gradient_squares().iter().map(|(_, square)| square).sum::<f64>().sqrt();
        step += 1;
        stage.step(recipe.adam, step, 1e-4, (recipe.clip / norm).min(1.0));
        Ok(())
    })?;
    let tokens = recipe.batch * recipe.seq;
    let rate = tokens as f64 / median(&seconds);
    let flops = rate * config.train_flops_per_token();
    let memory = compute::peak_memory();
    let mut details = setting.details(&config, &seconds);
    details.insert("dtype".to_owned(), json!(dtype));
    details.insert("tokens".to_owned(), json!(tokens));
    details.insert("step_milliseconds".to_owned(), json!(median(&seconds) * 1e3));
    details.insert("model_gflops".to_owned(), json!(flops / 1e9));
    if setting.device.is_cpu() {
        details.insert("percent_of_peak".to_owned(), json!(percent_of_peak(flops, dtype)));
    }
    details.insert("peak_memory".to_owned(), json!(memory));
    Ok(Figure { name: "train", value: rate, unit: "tokens/s", better: "higher", ratio: None, details })
}

/// Reading half a context, then one token at a time.
pub(super) fn infer(setting: &Setting<'_>) -> Result<Figure, AppError> {
    let (model, bytes) = generator(setting)?;
    let config = model.config().clone();
    let context = config.seq.min(CONTEXT_MAX);
    let (ids, _) = random_batch(&config, context);
    let half = (context / 2).max(1);
    let mut prefill = Vec::new();
    let seconds = setting.repeat("generation", || {
        let mut cache = Cache::default();
        let read = |ids, cache: &mut Cache| {
            let batch = MicroBatch { rows: 1, seq: <[u32]>::len(ids), input: Input::Tokens(ids), targets: None };
            model.extend(&batch, cache).map_err(AppError::internal)
        };
        let began = std::time::Instant::now();
        read(&ids[..half], &mut cache)?;
        prefill.push(began.elapsed().as_secs_f64());
        for id in ids[half..].chunks(1) {
            read(id, &mut cache)?;
        }
        Ok(())
    })?;
    prefill.sort_by(f64::total_cmp);
    let decoded = ids.len() - half;
    let rate = decoded as f64 / (median(&seconds) - median(&prefill)).max(1e-9);
    // A token's forward pass is a third of its training.
    let flops = rate * config.train_flops_per_token() / 3.0;
    let memory = compute::peak_memory();
    let mut details = setting.details(&config, &seconds);
    details.insert("quantize".to_owned(), json!(format!("{:?}", setting.args.quantize).to_lowercase()));
    details.insert("prefill_tokens_per_second".to_owned(), json!(half as f64 / median(&prefill)));
    details.insert("prompt_tokens".to_owned(), json!(half));
    details.insert("decoded_tokens".to_owned(), json!(decoded));
    details.insert("model_gflops".to_owned(), json!(flops / 1e9));
    details.insert("peak_memory".to_owned(), json!(memory));
    if let Some(bytes) = bytes {
        let read = rate * bytes as f64;
        details.insert("percent_of_peak".to_owned(), json!(percent_of_peak(flops, Compute::F32)));
        details.insert("weight_bytes".to_owned(), json!(bytes));
        details.insert("gigabytes_per_second".to_owned(), json!(read / 1e9));
        let memory = memory_bytes(std::time::Duration::from_millis(300));
        details.insert("percent_of_memory".to_owned(), json!(100.0 * read / memory));
    }
    Ok(Figure { name: "infer", value: rate, unit: "tokens/s", better: "higher", ratio: None, details })
}

fn stage(setting: &Setting<'_>) -> Result<Stage, AppError> {
    if let Some(folder) = &setting.args.model {
        let opened = Checkpoint::open(folder).map_err(AppError::refused)?;
        return opened.checkpoint.model(&setting.device).map_err(AppError::refused);
    }
    let config = setting.config()?;
    Stage::initialise(&config, &Span::whole(&config), 0, &setting.device).map_err(AppError::refused)
}

/// What generates, and the bytes of its weights where they are ours.
fn generator(setting: &Setting<'_>) -> Result<(Box<dyn LanguageModel>, Option<usize>), AppError> {
    let quantize = compute::quantize(setting.args.quantize);
    let checkpoint = match &setting.args.model {
        Some(folder) => Some(Checkpoint::open(folder).map_err(AppError::refused)?.checkpoint),
        None => None,
    };
    let config = match &checkpoint {
        Some(checkpoint) => checkpoint.config().clone(),
        None => setting.config()?,
    };
    if !(setting.device.is_cpu() && Decoder::fits(&config)) {
        return Ok((Box::new(stage(setting)?), None));
    }
    let decoder = if let Some(checkpoint) = checkpoint {
        checkpoint.decoder(quantize).map_err(AppError::refused)?
    } else {
        let read = |spec: &Spec| Ok::<_, StageError>(spec.initial(0, config.layers));
        Decoder::load(&config, &Span::whole(&config), quantize, read).map_err(AppError::refused)?
    };
    let bytes = decoder.bytes();
    Ok((Box::new(decoder), Some(bytes)))
}

fn random_batch(config: &ModelConfig, tokens: usize) -> (Vec<u32>, Vec<u32>) {
    let mut stream = Stream::new("bench", 0, &[]);
    let ids: Vec<u32> = (0..=tokens).map(|_| stream.below(config.vocab as u64) as u32).collect();
    (ids[..tokens].to_vec(), ids[1..].to_vec())
}
