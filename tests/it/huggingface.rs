//! Checkpoints in both directions against the real `transformers`, where Python has it.
//!
//! `NEUROSHARD_PYTHON` names the interpreter (else `python3`). Without `torch` and `transformers` these tests say so
//! and pass: nothing is downloaded, and the same files are checked against known answers elsewhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::neurollm::{Device, Input, MicroBatch};
use neuroshard_model::tokenizer::Tokenizer;
use serde_json::{Value, json};

use crate::small::Small;

const SCRIPT: &str = include_str!("../fixtures/huggingface.py");

/// What the script prints for these arguments, or why it can't run here.
fn python(args: &[&str]) -> Option<Value> {
    let python = std::env::var("NEUROSHARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import torch, transformers"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        #[expect(clippy::print_stdout, reason = "whoever reads the test's output should know what it did not test")]
        {
            println!("skipped: {python} has no torch and transformers (pip install torch transformers)");
        }
        return None;
    }
    let output = Command::new(&python).args(["-c", SCRIPT]).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let last = String::from_utf8(output.stdout).unwrap();
    Some(serde_json::from_str(last.lines().last().unwrap()).unwrap())
}

fn logits(folder: &Path, ids: &[u32]) -> Vec<f32> {
    let model = Checkpoint::open(folder).unwrap().checkpoint.model(&Device::cpu()).unwrap();
    let input = Input::Tokens(ids);
    model.all_logits(&MicroBatch { rows: 1, seq: ids.len(), input, targets: None }).unwrap()
}

fn assert_close(got: &[f32], want: &Value) {
    let want: Vec<f64> = want.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    assert_eq!(got.len(), want.len());
    let difference = got.iter().zip(&want).map(|(got, want)| (f64::from(*got) - want).abs()).fold(0.0, f64::max);
    let largest = want.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    assert!(difference < 1e-4, "the logits, up to {largest}, differ by {difference}");
}

#[test]
fn transformers_loads_what_train_writes() {
    let small = Small::new();
    small.trained("--steps 20 --lr 1e-2 --out run");
    let text = "3 plus 4 is 7.\n naïve 漢字 \u{1f600}";
    let folder = small.path("run");
    let ids = Tokenizer::load(&folder.join("tokenizer.bpe")).unwrap().encode(text.as_bytes());
    let Some(said) = python(&["read", folder.to_str().unwrap(), text]) else { return };
    assert_eq!(said["ids"], json!(ids), "the same ids for the same text");
    assert_eq!(said["text"], text, "and the text back");
    assert_eq!(said["special"], json!([1, 2, 0]), "bos, eos and pad");
    let shown: Vec<u32> = ids[..12].to_vec();
    assert_close(&logits(&folder, &shown), &said["logits"]);
}

#[test]
fn infer_loads_what_transformers_writes() {
    for (kind, dtype) in [
        ("gqa", "float32"),
        ("tied", "float16"),
        ("llama3", "bfloat16"),
        ("sharded", "float32"),
        ("mixtral", "float32"),
    ] {
        let small = Small::new();
        let folder = small.path("made");
        let Some(said) = python(&["write", folder.to_str().unwrap(), kind, dtype]) else { return };
        fs::write(folder.join("tokenizer.json"), Tokenizer::bytes_only().to_huggingface_json()).unwrap();
        let ids: Vec<u32> = said["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect();
        assert_close(&logits(&folder, &ids), &said["logits"]);
        let run = small.run("infer hello --model made --temperature 0 --max-tokens 8 --json");
        assert_eq!(run.code, Some(0), "{kind}: {}", run.stderr);
        let written = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let written: Vec<Value> = written.filter(|event| event["event"] == "token").map(|e| e["id"].clone()).collect();
        assert_eq!(json!(written), said["greedy"], "{kind}: the same greedy continuation of `hello`");
    }
}
