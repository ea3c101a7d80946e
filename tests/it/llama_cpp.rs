//! Exported GGUF files against the real llama.cpp, where Python has it.
//!
//! `NEUROSHARD_PYTHON` names the interpreter (else `python3`). Without `llama_cpp` these tests say so and pass: the same
//! files are taken apart by a small reader elsewhere.

use std::fs;
use std::process::Command;

use neuroshard_model::checkpoint::Checkpoint;
use neuroshard_model::neurollm::{Device, Input, MicroBatch};
use neuroshard_model::random::Stream;
use neuroshard_model::tokenizer::Tokenizer;
use serde_json::{Value, json};

use crate::small::{Small, events};

const SCRIPT: &str = include_str!("../fixtures/llama_cpp.py");
const PROMPT: &str = "3 plus";

/// What llama.cpp makes of a file, or nothing where it can't run.
fn llama_cpp(small: &Small, file: &str, texts: &[String]) -> Option<Value> {
    let python = std::env::var("NEUROSHARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import numpy, llama_cpp"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        #[expect(clippy::print_stdout, reason = "whoever reads the test's output should know what it did not test")]
        {
            println!("skipped: {python} has no llama_cpp and numpy (pip install llama-cpp-python)");
        }
        return None;
    }
    let file = small.path(file);
    let texts = json!(texts).to_string();
    let output = Command::new(&python).args(["-c", SCRIPT, file.to_str().unwrap(), PROMPT, &texts]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    Some(serde_json::from_str(said.lines().last().unwrap()).unwrap())
}

/// Ids of the prompt, its logits, and the greedy continuation as `infer` writes it.
fn ours(small: &Small) -> (Vec<u32>, Vec<f32>, Vec<Value>) {
    let checkpoint = Checkpoint::open(&small.path("run")).unwrap().checkpoint;
    let ids = checkpoint.codec().unwrap().encode_prompt(PROMPT.as_bytes()).unwrap();
    let model = checkpoint.model(&Device::cpu()).unwrap();
    let input = Input::Tokens(&ids);
    let logits = model.all_logits(&MicroBatch { rows: 1, seq: ids.len(), input, targets: None }).unwrap();
    let mut command = small.command("infer --model run --temperature 0 --max-tokens 8 --json");
    let run = String::from_utf8(command.arg(PROMPT).output().unwrap().stdout).unwrap();
    let greedy = events(&run).into_iter().filter(|event| event["event"] == "token").map(|event| event["id"].clone());
    (ids, logits, greedy.collect())
}

/// How far the logits are apart, relative to the largest.
fn difference(ours: &[f32], theirs: &Value) -> f64 {
    let theirs: Vec<f64> = theirs.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    ours.iter().zip(&theirs).map(|(ours, theirs)| (f64::from(*ours) - theirs).abs()).fold(0.0, f64::max) / largest
}

/// Texts of all kinds of pieces, put together by chance.
fn texts() -> Vec<String> {
    let parts = [
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "\r\n",
        " plus",
        "plus",
        "7",
        " 42",
        "3.14",
        " is",
        "Is",
        ".\n",
        ",",
        " (",
        "\"!?",
        "größe",
        " naïve",
        "東京",
        "日本語。",
        "\u{1f600}",
        "don’t",
        "—",
        "…",
        "\u{a0}",
        "<bos>",
        "<eos>",
        "\0",
        "Ġ",
    ];
    let mut stream = Stream::new("texts", 1, &[]);
    let mut text = || (0..=stream.below(30)).map(|_| *stream.choose(&parts)).collect();
    (0..300).map(|_| text()).collect()
}

#[test]
fn llama_cpp_computes_the_same() {
    let shape = "layers=2\nhidden=64\nheads=4\nffn=96\nvocab=280\nseq=16\n";
    let stretched = "rope_scaling={rope_type=\"llama3\",factor=8.0,low_freq_factor=1.0,high_freq_factor=4.0,\
                     original_max_position_embeddings=16}\nrope_theta=500.0\n";
    for (kind, more) in [
        ("one head of keys for two of queries", "kv_heads=2\n"),
        ("tied", "kv_heads=4\ntied_embeddings=true\n"),
        ("wide heads", "kv_heads=1\nhead_dim=32\n"),
        ("positions divided", "kv_heads=2\nrope_scaling={rope_type=\"linear\",factor=2.0}\n"),
        ("positions stretched", &format!("kv_heads=2\n{stretched}")),
        ("experts", "kv_heads=2\nmoe={experts=4,top_k=2}\n"),
    ] {
        let small = Small::new();
        fs::write(small.path("small.toml"), format!("{shape}{more}")).unwrap();
        small.trained("--steps 60 --lr 1e-2 --out run");
        let (ids, logits, greedy) = ours(&small);
        for (stored, tolerance) in [("f32", 1e-5), ("f16", 2e-3), ("bf16", 5e-3), ("q8_0", 2e-2)] {
            let run = small.run(&format!("export gguf --model run --out {stored}.gguf --type {stored}"));
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            let Some(said) = llama_cpp(&small, &format!("{stored}.gguf"), &[]) else { return };
            assert_eq!(said["prompt"], json!(ids), "{kind}");
            let difference = difference(&logits, &said["logits"]);
            println!("{kind}, {stored}: the logits differ by {difference:.1e}");
            assert!(difference < tolerance, "{kind}, {stored}: the logits differ by {difference}");
            assert!(stored != "f32" || said["greedy"] == json!(greedy), "{kind}: the same greedy continuation");
        }
    }
}

#[test]
fn llama_cpp_reads_and_writes_the_same_tokens() {
    let small = Small::new();
    small.trained("--steps 1 --out run");
    let texts = texts();
    let tokenizer = Tokenizer::load(&small.path("run/tokenizer.bpe")).unwrap();
    let ids: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text.as_bytes())).collect();
    for words in [
        "export gguf --model run --out model.gguf",
        "export hf --model run --out plain",
        "export gguf --model plain --out again.gguf",
    ] {
        let run = small.run(words);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words}");
    }
    for file in ["model.gguf", "again.gguf"] {
        let Some(said) = llama_cpp(&small, file, &texts) else { return };
        assert_eq!(said["texts"], json!(texts), "the same text back");
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(said["ids"][index], json!(ids[index]), "{text:?}");
        }
    }
}
