//! Round trips, and everything that can be wrong with what lies on disk.

use super::*;
use crate::config::{ModelConfig, MoeConfig};
use crate::neurollm::{Device, Input, MicroBatch, Stage};
use crate::parameters::Span;
use crate::tokenizer::{Codec, Tokenizer};
use crate::training::{Adam, Recipe};
use std::fs;
use std::path::{Path, PathBuf};

fn config() -> ModelConfig {
    ModelConfig::dense([2, 16, 4, 2, 24, 266, 8])
}

fn trained(config: &ModelConfig) -> Stage {
    let mut stage = Stage::initialise(config, &Span::whole(config), 1, &Device::cpu()).unwrap();
    let input = Input::Tokens(&[11, 12, 13, 14]);
    stage.forward(&MicroBatch { rows: 1, seq: 4, input, targets: Some(&[12, 13, 14, 15]) }).unwrap();
    stage.backward(None).unwrap();
    stage.step(Adam::default(), 1, 0.01, 1.0);
    stage
}

fn state(config: &ModelConfig, step: u64) -> TrainingState {
    TrainingState { step, ..TrainingState::new("test".to_owned(), Recipe::for_model(config), Vec::new(), [7; 32]) }
}

/// A run folder with checkpoints of the given steps.
fn run(path: &Path, steps: &[u64]) -> RunFolder {
    let run = RunFolder::create(path, 2).unwrap();
    let stage = trained(&config());
    for &step in steps {
        run.save(&stage, &Tokenizer::bytes_only(), &state(&config(), step)).unwrap();
    }
    run
}

fn message(result: Result<Opened, CheckpointError>) -> String {
    result.err().expect("it is refused").to_string()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_saved_run_opens_as_it_was() {
    for moe in [None, Some(MoeConfig { experts: 2, top_k: 1 })] {
        let config = ModelConfig { moe, ..config() };
        let dir = tempfile::tempdir().unwrap();
        let stage = trained(&config);
        let folder = RunFolder::create(dir.path(), 3).unwrap();
        folder.save(&stage, &Tokenizer::bytes_only(), &state(&config, 5)).unwrap();

        let opened = Checkpoint::open(dir.path()).unwrap();
        assert!(opened.damaged.is_empty());
        let checkpoint = opened.checkpoint;
        assert_eq!(checkpoint.config(), &config);
        assert_eq!(checkpoint.training().unwrap(), Some(state(&config, 5)));
        assert!(matches!(checkpoint.codec().unwrap(), Codec::Own(tokenizer) if tokenizer == Tokenizer::bytes_only()));
        let mut loaded = checkpoint.model(&Device::cpu()).unwrap();
        checkpoint.restore_moments(&mut loaded).unwrap();
        for index in 0..stage.specs().len() {
            assert_eq!(loaded.weight(index), stage.weight(index));
            assert_eq!(loaded.moments(index), stage.moments(index));
        }
    }
}

#[test]
fn a_stage_is_loaded_without_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let _run = run(dir.path(), &[1]);
    let checkpoint = Checkpoint::open(dir.path()).unwrap().checkpoint;
    let stage = checkpoint.stage(&Span { embedding: false, layers: 1..2, head: false }, &Device::cpu()).unwrap();
    assert_eq!(stage.specs().len(), 9);
    assert!(stage.specs().iter().all(|spec| spec.name.starts_with("model.layers.1.")));
}

#[test]
fn the_last_ones_are_kept_and_the_folder_is_a_model_itself() {
    let dir = tempfile::tempdir().unwrap();
    let _run = run(dir.path(), &[1, 2, 3]);
    assert_eq!(names(&dir.path().join("checkpoints")), ["step-000000002", "step-000000003"]);
    let expected = [
        ".lock",
        "checkpoints",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.bpe",
        "tokenizer.json",
        "tokenizer_config.json",
    ];
    assert_eq!(names(dir.path()), expected);
    let newest = dir.path().join("checkpoints/step-000000003/model.safetensors");
    assert_eq!(fs::read(dir.path().join("model.safetensors")).unwrap(), fs::read(newest).unwrap());
}

#[test]
fn damage_is_found_and_the_one_before_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let _run = run(dir.path(), &[1, 2]);
    let newest = dir.path().join("checkpoints/step-000000002");
    for name in names(&newest) {
        let path = newest.join(&name);
        let good = fs::read(&path).unwrap();
        // What is at the root of the run is hard-linked: a new file, not new bytes in the shared one.
        let replace = |bytes: &[u8]| {
            fs::remove_file(&path).unwrap();
            fs::write(&path, bytes).unwrap();
        };
        let mut flipped = good.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for bad in [&flipped[..], &good[..good.len() / 2], &[]] {
            replace(bad);
            let opened = Checkpoint::open(dir.path()).unwrap();
            assert!(opened.checkpoint.folder().ends_with("step-000000001"), "{name}");
            assert_eq!(opened.damaged.len(), 1, "{name}");
        }
        replace(&good);
        assert!(Checkpoint::open(dir.path()).unwrap().damaged.is_empty(), "{name}");
    }
    for step in ["step-000000001", "step-000000002"] {
        let weights = dir.path().join("checkpoints").join(step).join("model.safetensors");
        fs::remove_file(&weights).unwrap();
    }
    assert!(message(Checkpoint::open(dir.path())).contains("all 2 checkpoints"));
}

#[test]
fn a_save_that_fails_leaves_what_there_was() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path(), &[1]);
    // The place of the next state is taken by something that can't be replaced: a file where a folder must go.
    fs::write(dir.path().join("checkpoints/.saving-step-000000002"), b"").unwrap();
    let error = run.save(&trained(&config()), &Tokenizer::bytes_only(), &state(&config(), 2)).unwrap_err();
    assert!(error.to_string().contains("what was saved before is untouched"), "{error}");
    assert!(Checkpoint::open(dir.path()).unwrap().checkpoint.folder().ends_with("step-000000001"));
    drop(run);
    let run = RunFolder::reopen(dir.path(), 2).unwrap();
    run.save(&trained(&config()), &Tokenizer::bytes_only(), &state(&config(), 2)).unwrap();
    assert_eq!(names(&dir.path().join("checkpoints")).len(), 2);
}

#[test]
fn one_run_writes_to_a_folder_and_only_to_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let first = run(dir.path(), &[]);
    assert!(matches!(RunFolder::reopen(dir.path(), 1), Err(CheckpointError::Locked(_))));
    assert!(matches!(RunFolder::create(dir.path(), 1), Err(CheckpointError::Locked(_))));
    drop(first);
    fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    assert!(matches!(RunFolder::create(dir.path(), 1), Err(CheckpointError::Occupied(_))));
    assert!(matches!(RunFolder::reopen(&dir.path().join("absent"), 1), Err(CheckpointError::Absent { .. })));
}

/// A folder with weights only, as other programs write it.
fn foreign(dir: &Path) -> PathBuf {
    let _run = run(dir, &[1]);
    fs::remove_dir_all(dir.join("checkpoints")).unwrap();
    dir.join("model.safetensors")
}

/// The safetensors file with its header replaced by `change` of it.
fn with_header(path: &Path, change: impl Fn(&str) -> String) {
    let bytes = fs::read(path).unwrap();
    let size = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = change(std::str::from_utf8(&bytes[8..8 + size]).unwrap());
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header.as_bytes());
    out.extend(&bytes[8 + size..]);
    fs::remove_file(path).unwrap();
    fs::write(path, out).unwrap();
}

#[test]
fn weights_made_elsewhere_must_fit_their_shape() {
    let cases: [(&str, &str, &str); 4] = [
        ("model.norm.weight", "model.other.weight", "the tensor model.norm.weight is missing"),
        ("\"shape\":[16]", "\"shape\":[4,4]", "has shape [4, 4] where the model needs [16]"),
        ("\"shape\":[16]", "\"shape\":[18446744073709551615]", "not a safetensors file"),
        ("\"F32\"", "\"I32\"", "has type I32"),
    ];
    for (from, to, says) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = foreign(dir.path());
        assert!(Checkpoint::open(dir.path()).is_ok());
        with_header(&path, |header| header.replacen(from, to, if from == "\"F32\"" { 99 } else { 1 }));
        let said = message(Checkpoint::open(dir.path()));
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn absurd_sizes_are_refused_before_anything_is_allocated() {
    let dir = tempfile::tempdir().unwrap();
    let path = foreign(dir.path());
    fs::remove_file(&path).unwrap();
    fs::write(&path, u64::MAX.to_le_bytes()).unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("not a safetensors file"));

    let dir = tempfile::tempdir().unwrap();
    foreign(dir.path());
    let config_path = dir.path().join("config.json");
    let text = fs::read_to_string(&config_path).unwrap();
    fs::write(&config_path, text.replace("\"vocab_size\": 266", "\"vocab_size\": 1000000")).unwrap();
    let said = message(Checkpoint::open(dir.path()));
    assert!(said.contains("has shape [266, 16] where the model needs [1000000, 16]"), "{said}");
    fs::write(&config_path, " ".repeat(2 << 20)).unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("bytes where at most"));
}

#[test]
fn what_is_no_checkpoint_says_what_was_looked_for() {
    let dir = tempfile::tempdir().unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("there is no config.json"));
    assert!(message(Checkpoint::open(&dir.path().join("absent"))).contains("there is no config.json"));
    fs::write(dir.path().join("config.json"), config_to_json(&config())).unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("neither model.safetensors nor"));
}

#[test]
fn half_precision_and_several_files_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = foreign(dir.path());
    let bytes = fs::read(&path).unwrap();
    let wide = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut halves: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, view) in wide.tensors() {
        let narrow = |bytes: &[u8; 4]| half::bf16::from_f32(f32::from_le_bytes(*bytes)).to_le_bytes();
        let data = view.data().as_chunks::<4>().0.iter().flat_map(narrow).collect();
        halves.push((name, view.shape().to_vec(), data));
    }
    let original = Checkpoint::open(dir.path()).unwrap().checkpoint.model(&Device::cpu()).unwrap();
    fs::remove_file(&path).unwrap();
    let (first, second) = halves.split_at(halves.len() / 2);
    let mut map = serde_json::Map::new();
    for (file, part) in [("model-1.safetensors", first), ("model-2.safetensors", second)] {
        let views = part.iter().map(|(name, shape, data)| {
            map.insert(name.clone(), file.into());
            (name.clone(), safetensors::tensor::TensorView::new(safetensors::Dtype::BF16, shape.clone(), data).unwrap())
        });
        safetensors::serialize_to_file(views.collect::<Vec<_>>(), None, &dir.path().join(file)).unwrap();
    }
    let index = serde_json::json!({"weight_map": map});
    let index_path = dir.path().join("model.safetensors.index.json");
    fs::write(&index_path, index.to_string()).unwrap();
    let loaded = Checkpoint::open(dir.path()).unwrap().checkpoint.model(&Device::cpu()).unwrap();
    for index in 0..original.specs().len() {
        for (got, want) in loaded.weight(index).iter().zip(original.weight(index)) {
            assert!((got - want).abs() <= want.abs() / 128.0);
        }
    }
    fs::write(&index_path, index.to_string().replace("model-1", "../model-1")).unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("not a plain file name"));
}

#[test]
fn a_run_resumed_before_damaged_states_keeps_what_it_saves() {
    let dir = tempfile::tempdir().unwrap();
    drop(run(dir.path(), &[1, 2, 9]));
    let newest = dir.path().join("checkpoints/step-000000009/model.safetensors");
    fs::remove_file(&newest).unwrap();
    let run = RunFolder::reopen(dir.path(), 1).unwrap();
    let saved = run.save(&trained(&config()), &Tokenizer::bytes_only(), &state(&config(), 3)).unwrap();
    assert_eq!(names(&dir.path().join("checkpoints")), ["step-000000003"]);
    assert!(Checkpoint::open(dir.path()).unwrap().damaged.is_empty());
    assert!(matches!(RunFolder::reopen(&saved, 1), Err(CheckpointError::Unsupported { .. })), "a state is no run");
}

#[test]
fn a_newer_state_is_not_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let _run = run(dir.path(), &[1, 2]);
    let manifest = dir.path().join("checkpoints/step-000000002/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    assert!(message(Checkpoint::open(dir.path())).contains("a newer neuroshard wrote it"));
    // A step that the state doesn't confirm is damage.
    fs::write(&manifest, text.replace("\"step\": 2", "\"step\": 18446744073709551615")).unwrap();
    assert_eq!(Checkpoint::open(dir.path()).unwrap().damaged.len(), 1);
}

#[cfg(unix)]
#[test]
fn weights_are_as_readable_as_the_files_beside_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let _run = run(dir.path(), &[1]);
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("model.safetensors"), mode("config.json"));
}
