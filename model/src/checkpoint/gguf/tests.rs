//! What a small reader finds in the files that are written.

use super::layout::interleave;
use super::values::tests::decode;
use super::*;
use crate::checkpoint::{RunFolder, TrainingState};
use crate::config::{ModelConfig, MoeConfig, RopeScaling};
use crate::neurollm::{Device, Stage};
use crate::parameters::Span;
use crate::tokenizer::Tokenizer;
use crate::training::Recipe;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// A file taken apart: facts as text, tensors as sizes, type and bytes.
struct Read {
    facts: BTreeMap<String, String>,
    tensors: BTreeMap<String, (Vec<u64>, u32, Vec<u8>)>,
}

struct Cursor<'a>(&'a [u8], usize);

impl Cursor<'_> {
    fn take(&mut self, len: usize) -> &[u8] {
        self.1 += len;
        &self.0[self.1 - len..self.1]
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().unwrap())
    }

    fn text(&mut self) -> String {
        let len = self.u64() as usize;
        String::from_utf8(self.take(len).to_vec()).unwrap()
    }

    fn value(&mut self, kind: u32) -> String {
        match kind {
            4 => self.u32().to_string(),
            5 => (self.u32() as i32).to_string(),
            6 => f32::from_bits(self.u32()).to_string(),
            7 => (self.take(1)[0] == 1).to_string(),
            8 => self.text(),
            9 => {
                let (kind, len) = (self.u32(), self.u64());
                (0..len).map(|_| self.value(kind)).collect::<Vec<_>>().join("\n")
            }
            other => panic!("type {other}"),
        }
    }
}

fn read(path: &Path) -> Read {
    let bytes = fs::read(path).unwrap();
    let mut at = Cursor(&bytes, 0);
    assert_eq!(at.take(4), b"GGUF");
    assert_eq!(at.u32(), 3);
    let (tensors, facts) = (at.u64(), at.u64());
    let facts = (0..facts).map(|_| {
        let name = at.text();
        let kind = at.u32();
        (name, at.value(kind))
    });
    let facts: BTreeMap<String, String> = facts.collect();
    let list = (0..tensors).map(|_| {
        let name = at.text();
        let sizes: Vec<u64> = (0..at.u32()).map(|_| at.u64()).collect();
        (name, sizes, at.u32(), at.u64())
    });
    let list: Vec<_> = list.collect();
    let data = at.1.next_multiple_of(32);
    assert_eq!(bytes.len() % 32, 0, "the last tensor is padded too");
    let mut end = 0;
    let mut found = BTreeMap::new();
    for (name, sizes, code, offset) in list {
        let kind = [GgufType::F32, GgufType::F16, GgufType::Bf16, GgufType::Q8];
        let kind = kind.into_iter().find(|kind| kind.code() == code).unwrap();
        assert_eq!(offset, u64::next_multiple_of(end, 32), "{name}");
        let start = data + offset as usize;
        end = offset + kind.bytes(sizes.iter().product());
        found.insert(name, (sizes, code, bytes[start..data + end as usize].to_vec()));
    }
    assert_eq!(bytes.len(), data + end.next_multiple_of(32) as usize);
    Read { facts, tensors: found }
}

fn config() -> ModelConfig {
    ModelConfig::dense([2, 32, 4, 2, 48, 270, 16])
}

/// A checkpoint with fresh weights, and them.
fn saved(folder: &Path, config: &ModelConfig) -> (Checkpoint, Stage) {
    let stage = Stage::initialise(config, &Span::whole(config), 1, &Device::cpu()).unwrap();
    let state = TrainingState::new("test".to_owned(), Recipe::for_model(config), Vec::new(), [7; 32]);
    RunFolder::create(folder, 1).unwrap().save(&stage, &Tokenizer::bytes_only(), &state).unwrap();
    (Checkpoint::open(folder).unwrap().checkpoint, stage)
}

fn export(config: &ModelConfig, kind: GgufType) -> (Read, Gguf, Stage) {
    let home = tempfile::tempdir().unwrap();
    let (checkpoint, stage) = saved(&home.path().join("run"), config);
    let out: PathBuf = home.path().join("deep/model.gguf");
    let written = checkpoint.export_gguf(&out, kind, &|| false, &mut |_, _| ()).unwrap();
    assert_eq!(written.bytes, fs::metadata(&out).unwrap().len());
    assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 1, "nothing else is left there");
    (read(&out), written, stage)
}

fn weight(stage: &Stage, name: &str) -> Vec<f32> {
    stage.weight(stage.specs().iter().position(|spec| spec.name == name).unwrap())
}

#[test]
fn a_dense_model_is_all_there() {
    let (read, written, stage) = export(&config(), GgufType::F32);
    let fact = |name: &str| read.facts[name].as_str();
    assert_eq!(fact("general.architecture"), "llama");
    assert_eq!((fact("llama.block_count"), fact("llama.attention.head_count_kv")), ("2", "2"));
    assert_eq!((fact("llama.rope.dimension_count"), fact("llama.rope.freq_base")), ("8", "10000"));
    assert_eq!((fact("general.file_type"), fact("tokenizer.ggml.add_bos_token")), ("0", "false"));
    assert_eq!(fact("tokenizer.ggml.tokens").lines().count(), 270);
    assert_eq!(fact("tokenizer.ggml.token_type").lines().nth(269), Some("5"), "an id beyond the tokenizer's");
    assert_eq!((read.tensors.len(), written.tensors, written.as_f16), (2 * 9 + 3, 2 * 9 + 3, 0));
    for (theirs, ours) in [
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("output.weight", "lm_head.weight"),
        ("output_norm.weight", "model.norm.weight"),
        ("blk.1.attn_v.weight", "model.layers.1.self_attn.v_proj.weight"),
        ("blk.0.attn_output.weight", "model.layers.0.self_attn.o_proj.weight"),
        ("blk.1.ffn_down.weight", "model.layers.1.mlp.down_proj.weight"),
    ] {
        assert_eq!(decode(&read.tensors[theirs].2, GgufType::F32), weight(&stage, ours), "{theirs}");
    }
    assert_eq!(read.tensors["blk.0.ffn_down.weight"].0, [48, 32], "the row's length comes first");
    let turned = interleave(&weight(&stage, "model.layers.1.self_attn.k_proj.weight"), 8, 32);
    assert_eq!(decode(&read.tensors["blk.1.attn_k.weight"].2, GgufType::F32), turned);
}

#[test]
fn a_type_is_for_matrices_whose_rows_divide() {
    for (kind, code) in [(GgufType::F16, 1), (GgufType::Bf16, 30), (GgufType::Q8, 8)] {
        let (read, written, stage) = export(&config(), kind);
        assert_eq!(read.tensors["blk.0.attn_norm.weight"].1, 0, "norms are exact");
        let (_, found, bytes) = &read.tensors["blk.0.ffn_up.weight"];
        assert_eq!(*found, code);
        let exact = weight(&stage, "model.layers.0.mlp.up_proj.weight");
        assert!(decode(bytes, kind).iter().zip(exact).all(|(got, want)| (got - want).abs() < 4e-4));
        // Rows of 48 are no whole number of blocks.
        let down = read.tensors["blk.0.ffn_down.weight"].1;
        assert_eq!((down, written.as_f16), if kind == GgufType::Q8 { (1, 2) } else { (code, 0) });
    }
}

#[test]
fn tied_stretched_and_mixed_models_have_their_own_tensors() {
    let (read, ..) = export(&ModelConfig { tied_embeddings: true, head_dim: Some(10), ..config() }, GgufType::F16);
    assert!(!read.tensors.contains_key("output.weight"));
    assert_eq!(read.tensors["blk.0.attn_q.weight"].0, [32, 40]);
    assert_eq!(read.facts["llama.attention.key_length"], "10");

    let (read, ..) =
        export(&ModelConfig { rope_scaling: Some(RopeScaling::Linear { factor: 2.0 }), ..config() }, GgufType::F16);
    assert_eq!((read.facts["llama.rope.scaling.type"].as_str(), read.tensors.len()), ("linear", 21));
    let scaling = RopeScaling::Llama3 {
        factor: 8.0,
        low_freq_factor: 1.0,
        high_freq_factor: 4.0,
        original_max_position_embeddings: 64,
    };
    let (read, ..) = export(&ModelConfig { rope_scaling: Some(scaling), ..config() }, GgufType::F16);
    let divisors = decode(&read.tensors["rope_freqs.weight"].2, GgufType::F32);
    assert_eq!((divisors.len(), divisors[0], divisors[3]), (4, 1.0, 8.0));

    let moe = Some(MoeConfig { experts: 3, top_k: 2 });
    let (read, _, stage) = export(&ModelConfig { moe, ..config() }, GgufType::F32);
    assert_eq!((read.facts["llama.expert_count"].as_str(), read.tensors.len()), ("3", 2 * 10 + 3));
    let (sizes, _, bytes) = &read.tensors["blk.1.ffn_down_exps.weight"];
    assert_eq!(sizes, &[48, 32, 3]);
    let third = weight(&stage, "model.layers.1.block_sparse_moe.experts.2.w2.weight");
    assert_eq!(decode(bytes, GgufType::F32)[2 * 48 * 32..], third);
}

#[test]
fn what_stands_there_is_kept_and_a_stop_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (checkpoint, _) = saved(&home.path().join("run"), &config());
    let out = home.path().join("out/a.gguf");
    let export = |stop: &dyn Fn() -> bool| checkpoint.export_gguf(&out, GgufType::F16, stop, &mut |_, _| ());
    assert!(matches!(export(&|| true), Err(CheckpointError::Stopped(_))));
    assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 0);
    fs::write(&out, "mine").unwrap();
    assert!(matches!(export(&|| false), Err(CheckpointError::Exists(_))));
    assert_eq!(fs::read(&out).unwrap(), b"mine");
}

/// Turns dimension pairs of a head by their angles: `i` with `i + d/2`, or neighbours.
fn turned(head: &[f32], position: f32, neighbours: bool) -> Vec<f32> {
    let half = head.len() / 2;
    let mut out = vec![0.0; head.len()];
    for pair in 0..half {
        let (low, high) = if neighbours { (2 * pair, 2 * pair + 1) } else { (pair, pair + half) };
        let (sin, cos) = (position / 10.0_f32.powi(pair as i32)).sin_cos();
        (out[low], out[high]) = (head[low] * cos - head[high] * sin, head[high] * cos + head[low] * sin);
    }
    out
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

proptest! {
    /// What attention sees of queries and keys is the same in both orders.
    #[test]
    fn prop_scores_survive_the_new_order(
        queries in prop::collection::vec(-1.0_f32..1.0, 2 * 8),
        keys in prop::collection::vec(-1.0_f32..1.0, 2 * 8),
        positions in (0..50_u8, 0..50_u8),
    ) {
        // Two heads of eight rows, each row of length 1: the matrices are what they make of the input 1.
        let (theirs_q, theirs_k) = (interleave(&queries, 8, 1), interleave(&keys, 8, 1));
        let (at, of) = (f32::from(positions.0), f32::from(positions.1));
        for head in [0..8, 8..16] {
            let ours = product(&turned(&queries[head.clone()], at, false), &turned(&keys[head.clone()], of, false));
            let theirs = product(&turned(&theirs_q[head.clone()], at, true), &turned(&theirs_k[head], of, true));
            prop_assert!((ours - theirs).abs() < 1e-4, "{ours} became {theirs}");
        }
    }
}
