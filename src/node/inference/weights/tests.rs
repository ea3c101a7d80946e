//! Weights that are loaded, replaced and pruned, and texts written at once.

use super::*;
use crate::node::inference::{Event, Inference, Prompt, THREADS};
use neuroshard_model::checkpoint::{RunFolder, TrainingState};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::generation::Sampling;
use neuroshard_model::neurollm::{Input, MicroBatch, Stage};
use neuroshard_model::parameters::Span;
use neuroshard_model::tokenizer::Tokenizer;
use neuroshard_model::training::Recipe;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

fn config() -> ModelConfig {
    ModelConfig::dense([2, 32, 4, 2, 48, 266, 32])
}

fn stage(seed: u64) -> Stage {
    Stage::initialise(&config(), &Span::whole(&config()), seed, &Device::cpu()).unwrap()
}

/// A run that keeps its last `keep` states.
pub(in crate::node) fn run(folder: &Path, keep: usize) -> RunFolder {
    RunFolder::create(folder, keep).unwrap()
}

/// Saves other weights for each step.
pub(in crate::node) fn save(run: &RunFolder, step: u64) {
    let state = TrainingState::new("test".to_owned(), Recipe::for_model(&config()), Vec::new(), [0; 32]);
    run.save(&stage(step), &Tokenizer::bytes_only(), &TrainingState { step, ..state }).unwrap();
}

fn weights(home: &TempDir) -> Weights {
    Weights::new(home.path().to_owned(), home.path().join("model"), 1)
}

#[test]
fn the_networks_own_model_comes_before_the_homes() {
    let home = TempDir::new().unwrap();
    let weights = weights(&home);
    assert!(weights.newest().is_none());
    assert_eq!(weights.loaded().err(), Some(Failure::NoModel));
    save(&run(&home.path().join("checkpoints/some"), 1), 7);
    assert_eq!(weights.newest().unwrap().step, Some(7));
    let other = weights.loaded().unwrap();
    save(&run(&home.path().join("model"), 1), 0);
    assert_eq!(weights.newest().unwrap().step, Some(0));
    let own = weights.loaded().unwrap();
    assert_ne!((own.hash.unwrap(), 1), (other.hash.unwrap(), 1));
    assert!(Arc::ptr_eq(&own, &weights.loaded().unwrap()), "what is loaded is kept");
}

#[test]
fn newer_weights_replace_older_ones_and_never_are_there_three() {
    let home = TempDir::new().unwrap();
    let (weights, run) = (weights(&home), run(&home.path().join("model"), 2));
    save(&run, 1);
    let first = weights.loaded().unwrap();
    save(&run, 2);
    let second = weights.loaded().unwrap();
    assert_ne!(first.hash, second.hash);
    save(&run, 3);
    assert_eq!(weights.loaded().unwrap().hash, second.hash, "the first are still in use");
    drop(first);
    assert_ne!(weights.loaded().unwrap().hash, second.hash);
    // One that is damaged is passed over for the one before it; a run that can't be read at all, for what is loaded.
    drop(second);
    let third = weights.loaded().unwrap().hash;
    save(&run, 4);
    let state = home.path().join("model/checkpoints/step-000000004");
    fs::remove_file(state.join("config.json")).unwrap();
    assert_eq!(weights.loaded().unwrap().hash, third);
    fs::remove_file(home.path().join("model/checkpoints/step-000000003/manifest.json")).unwrap();
    save(&run, 5);
    fs::remove_file(home.path().join("model/checkpoints/step-000000005/config.json")).unwrap();
    assert_eq!(weights.loaded().unwrap().hash, third);
}

#[test]
fn checkpoints_that_are_pruned_while_they_are_read_fail_nobody() {
    let home = TempDir::new().unwrap();
    let run = run(&home.path().join("model"), 1);
    save(&run, 0);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (1..60).for_each(|step| save(&run, step));
            over.store(true, Ordering::Relaxed);
        });
        let mut reads = 0;
        while !over.load(Ordering::Relaxed) || reads == 0 {
            // Fresh ones have nothing to fall back on.
            assert_eq!(weights(&home).loaded().err(), None);
            reads += 1;
        }
    });
}

fn text(inference: &Inference, prompt: &str) -> String {
    let job = Job {
        prompts: vec![Prompt::Text(prompt.to_owned())],
        choices: 1,
        max_tokens: 60,
        sampling: Sampling { temperature: 0.0, ..Sampling::default() },
        stop: Vec::new(),
        echo: false,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut reply = inference.submit(job).unwrap();
    let mut text = String::new();
    loop {
        match runtime.block_on(reply.next()).unwrap() {
            Event::Piece { text: piece, .. } => text.push_str(&piece),
            Event::Done(_) => return text,
            Event::Started { .. } | Event::Finished { .. } => {}
        }
    }
}

#[test]
fn texts_written_at_once_are_those_written_one_after_the_other() {
    let home = TempDir::new().unwrap();
    save(&run(&home.path().join("model"), 1), 1);
    let prompts: Vec<String> = (0..2 * THREADS).map(|n| format!("{n} and a prompt that is read at once")).collect();
    for threads in [1, usize::MAX] {
        let engine = Weights::new(home.path().to_owned(), home.path().join("model"), threads);
        let inference = Inference::start(Box::new(engine), THREADS).unwrap();
        let expected: Vec<String> = prompts.iter().map(|prompt| text(&inference, prompt)).collect();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Somebody who computes on all threads, as a trainer does.
            scope.spawn(|| {
                let (stage, tokens) = (stage(9), vec![65; 16 * 32]);
                let batch = MicroBatch { rows: 16, seq: 32, input: Input::Tokens(&tokens), targets: None };
                let logits = stage.all_logits(&batch).unwrap();
                while !over.load(Ordering::Relaxed) {
                    assert!(stage.all_logits(&batch).unwrap() == logits, "nor do they change what it computes");
                }
            });
            let inference = &inference;
            let writing: Vec<_> = prompts.iter().map(|prompt| scope.spawn(move || text(inference, prompt))).collect();
            let written: Vec<String> = writing.into_iter().map(|thread| thread.join().unwrap()).collect();
            over.store(true, Ordering::Relaxed);
            assert_eq!(written, expected);
        });
        assert_eq!(inference.status().served, 4 * THREADS as u64);
    }
}
