//! What a GGUF file says of a model besides its tensors: sizes, rotary settings, and the tokenizer.
//!
//! Invariant: every field of the shape that decides the logits is said, so that nothing is left to a reader's defaults.

use super::file::Value;
use super::values::GgufType;
use crate::config::{ModelConfig, RopeScaling};
use crate::tokenizer::Vocabulary;

type Facts = Vec<(String, Value)>;

/// The shape, under the names of architecture `llama`.
pub(super) fn facts(config: &ModelConfig, name: &str, kind: GgufType) -> Facts {
    let general = |name: &str, value| (format!("general.{name}"), value);
    let size = |name: &str, size: usize| (format!("llama.{name}"), Value::Size(size as u32));
    let number = |name: &str, number: f64| (format!("llama.{name}"), Value::Number(number as f32));
    let mut facts = vec![
        general("architecture", Value::Text("llama".to_owned())),
        general("name", Value::Text(name.to_owned())),
        general("file_type", Value::Size(kind.file_code())),
        general("quantization_version", Value::Size(2)),
        size("vocab_size", config.vocab),
        size("context_length", config.seq),
        size("embedding_length", config.hidden),
        size("block_count", config.layers),
        size("feed_forward_length", config.ffn),
        size("attention.head_count", config.heads),
        size("attention.head_count_kv", config.kv_heads),
        size("attention.key_length", config.head_dim()),
        size("attention.value_length", config.head_dim()),
        number("attention.layer_norm_rms_epsilon", config.norm_eps),
        size("rope.dimension_count", config.head_dim()),
        number("rope.freq_base", config.rope_theta),
    ];
    // Llama 3's stretching is a tensor of its own.
    if let Some(RopeScaling::Linear { factor }) = config.rope_scaling {
        facts.push(("llama.rope.scaling.type".to_owned(), Value::Text("linear".to_owned())));
        facts.push(number("rope.scaling.factor", factor));
    }
    if let Some(moe) = config.moe {
        facts.push(size("expert_count", moe.experts));
        facts.push(size("expert_used_count", moe.top_k));
    }
    facts
}

/// The tokenizer, as a byte-level BPE.
pub(super) fn tokenizer_facts(vocabulary: &Vocabulary) -> Facts {
    let fact = |name: &str, value| (format!("tokenizer.ggml.{name}"), value);
    let id = |name: &str, id: Option<u32>| id.map(|id| fact(name, Value::Size(id)));
    let (names, roles): (Vec<String>, Vec<i32>) =
        vocabulary.tokens.iter().map(|(name, role)| (name.clone(), *role as i32)).unzip();
    let mut facts = vec![
        fact("model", Value::Text("gpt2".to_owned())),
        fact("pre", Value::Text(vocabulary.splitter.to_owned())),
        fact("tokens", Value::Texts(names)),
        fact("token_type", Value::Integers(roles)),
        fact("merges", Value::Texts(vocabulary.merges.clone())),
        fact("add_bos_token", Value::Flag(vocabulary.adds.0)),
        fact("add_eos_token", Value::Flag(vocabulary.adds.1)),
    ];
    let ids = [
        id("bos_token_id", vocabulary.bos),
        id("eos_token_id", vocabulary.eos),
        id("unknown_token_id", vocabulary.unknown),
        id("padding_token_id", vocabulary.pad),
    ];
    facts.extend(ids.into_iter().flatten());
    facts
}
