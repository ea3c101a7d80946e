//! A model's shape as Hugging Face's `config.json`.
//!
//! Dense models are written as `llama`, models with experts as `mixtral`. Invariant: whatever would make another
//! program compute other logits than ours (biases, another activation, unknown rotary scaling, sliding windows) is
//! either carried over or refused, never ignored.

use super::CheckpointError;
use crate::config::{Attention, LOAD_BALANCE_COEFFICIENT, ModelConfig, MoeConfig, RopeScaling};
use crate::tokenizer::{BOS, EOS, PAD};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The shape as `config.json`, pretty-printed.
#[must_use]
pub fn config_to_json(config: &ModelConfig) -> String {
    let mut value = json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": config.vocab,
        "hidden_size": config.hidden,
        "intermediate_size": config.ffn,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_dim(),
        "max_position_embeddings": config.seq,
        "rms_norm_eps": config.norm_eps,
        "rope_theta": config.rope_theta,
        "rope_scaling": config.rope_scaling,
        "tie_word_embeddings": config.tied_embeddings,
        "hidden_act": "silu",
        "attention_bias": false,
        "mlp_bias": false,
        "attention_dropout": 0.0,
        "bos_token_id": BOS,
        "eos_token_id": EOS,
        "pad_token_id": PAD,
        "torch_dtype": "float32",
    });
    if let (Some(moe), Some(map)) = (config.moe, value.as_object_mut()) {
        map.insert("architectures".to_owned(), json!(["MixtralForCausalLM"]));
        map.insert("model_type".to_owned(), json!("mixtral"));
        map.insert("num_local_experts".to_owned(), json!(moe.experts));
        map.insert("num_experts_per_tok".to_owned(), json!(moe.top_k));
        map.insert("router_aux_loss_coef".to_owned(), json!(LOAD_BALANCE_COEFFICIENT));
        map.insert("sliding_window".to_owned(), Value::Null);
    }
    format!("{value:#}\n")
}

/// The shape in a `config.json`; `path` is for messages.
pub fn config_from_json(path: &Path, text: &str) -> Result<ModelConfig, CheckpointError> {
    let map: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| CheckpointError::damaged(path, format!("not a JSON object: {error}")))?;
    let fields = Fields { path, map: &map };
    let kind = fields.text("model_type").unwrap_or("llama");
    if !matches!(kind, "llama" | "mixtral") {
        return Err(fields.refuse(format!("it is a {kind} model; only llama and mixtral models can be loaded")));
    }
    for flag in ["attention_bias", "mlp_bias"] {
        if map.get(flag).and_then(Value::as_bool) == Some(true) {
            return Err(fields.refuse(format!("{flag} is set, and biases are not supported")));
        }
    }
    if let Some(other) = fields.text("hidden_act").filter(|act| *act != "silu") {
        return Err(fields.refuse(format!("its activation is {other}; only silu is supported")));
    }
    if map.get("sliding_window").is_some_and(|window| !window.is_null()) {
        return Err(fields.refuse("sliding-window attention is not supported"));
    }
    let heads = fields.size("num_attention_heads")?;
    // Newer files put the rotary settings under one key, older ones beside the sizes.
    let rotary = ["rope_parameters", "rope_scaling"].into_iter().find_map(|name| present(&map, name));
    let rotary = match rotary {
        None => None,
        Some(Value::Object(rotary)) => Some(rotary),
        Some(other) => return Err(CheckpointError::damaged(path, format!("its rotary settings are {other}"))),
    };
    let theta = match rotary.map(|rotary| fields.number(rotary, "rope_theta")).transpose()?.flatten() {
        Some(theta) => Some(theta),
        None => fields.number(&map, "rope_theta")?,
    };
    // What Hugging Face assumes where a file says nothing.
    let (usual_theta, usual_eps) = if kind == "mixtral" { (1e6, 1e-5) } else { (1e4, 1e-6) };
    let moe = match kind {
        "mixtral" => {
            Some(MoeConfig { experts: fields.size("num_local_experts")?, top_k: fields.size("num_experts_per_tok")? })
        }
        _ => None,
    };
    let config = ModelConfig {
        layers: fields.size("num_hidden_layers")?,
        hidden: fields.size("hidden_size")?,
        heads,
        kv_heads: fields.optional_size("num_key_value_heads")?.unwrap_or(heads),
        head_dim: fields.optional_size("head_dim")?,
        ffn: fields.size("intermediate_size")?,
        vocab: fields.size("vocab_size")?,
        seq: fields.optional_size("max_position_embeddings")?.unwrap_or(2048),
        tied_embeddings: map.get("tie_word_embeddings").and_then(Value::as_bool).unwrap_or(false),
        rope_theta: theta.unwrap_or(usual_theta),
        rope_scaling: rotary.map_or(Ok(None), |rotary| fields.scaling(rotary))?,
        norm_eps: fields.number(&map, "rms_norm_eps")?.unwrap_or(usual_eps),
        moe,
        mtp_depth: 0,
        attention: Attention::Gqa,
    };
    config.validate().map_err(|error| CheckpointError::Config { path: path.to_owned(), error })?;
    // Written out in full, a width that follows from the others would make equal shapes unequal.
    let implied = config.hidden.is_multiple_of(config.heads) && config.head_dim == Some(config.hidden / config.heads);
    Ok(ModelConfig { head_dim: config.head_dim.filter(|_| !implied), ..config })
}

fn present<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).filter(|value| !value.is_null())
}

struct Fields<'a> {
    path: &'a Path,
    map: &'a Map<String, Value>,
}

impl Fields<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.map.get(name).and_then(Value::as_str)
    }

    fn number(&self, map: &Map<String, Value>, name: &str) -> Result<Option<f64>, CheckpointError> {
        let wrong = |value: &Value| CheckpointError::damaged(self.path, format!("{name} is {value}, not a number"));
        present(map, name).map(|value| value.as_f64().ok_or_else(|| wrong(value))).transpose()
    }

    fn size(&self, name: &str) -> Result<usize, CheckpointError> {
        self.optional_size(name)?.ok_or_else(|| CheckpointError::damaged(self.path, format!("{name} is missing")))
    }

    fn optional_size(&self, name: &str) -> Result<Option<usize>, CheckpointError> {
        match self.map.get(name).filter(|value| !value.is_null()) {
            None => Ok(None),
            Some(value) => match value.as_u64().and_then(|size| usize::try_from(size).ok()) {
                Some(size) => Ok(Some(size)),
                None => Err(CheckpointError::damaged(self.path, format!("{name} is {value}, not a size"))),
            },
        }
    }

    fn scaling(&self, rotary: &Map<String, Value>) -> Result<Option<RopeScaling>, CheckpointError> {
        let number = |name: &str| {
            let value = rotary.get(name).and_then(Value::as_f64);
            value.ok_or_else(|| CheckpointError::damaged(self.path, format!("the rotary scaling has no number {name}")))
        };
        let kind = rotary.get("rope_type").or_else(|| rotary.get("type")).and_then(Value::as_str);
        match kind.unwrap_or("default") {
            "default" => Ok(None),
            "linear" => Ok(Some(RopeScaling::Linear { factor: number("factor")? })),
            "llama3" => Ok(Some(RopeScaling::Llama3 {
                factor: number("factor")?,
                low_freq_factor: number("low_freq_factor")?,
                high_freq_factor: number("high_freq_factor")?,
                original_max_position_embeddings: number("original_max_position_embeddings")? as usize,
            })),
            other => Err(self.refuse(format!("its rotary scaling {other} is not supported"))),
        }
    }

    fn refuse(&self, what: impl Into<String>) -> CheckpointError {
        CheckpointError::unsupported(self.path, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ModelConfig, String> {
        config_from_json(Path::new("config.json"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn shapes_survive_the_round_trip() {
        let mut config = ModelConfig::preset("tiny").unwrap();
        for moe in [None, Some(MoeConfig { experts: 4, top_k: 2 })] {
            config.moe = moe;
            assert_eq!(parse(&config_to_json(&config)).unwrap(), config);
        }
        config.moe = None;
        config.head_dim = Some(48);
        config.rope_scaling = Some(RopeScaling::Linear { factor: 2.0 });
        assert_eq!(parse(&config_to_json(&config)).unwrap(), config);
    }

    #[test]
    fn what_would_change_the_logits_is_refused() {
        let good = config_to_json(&ModelConfig::preset("nano").unwrap());
        for (from, to, says) in [
            ("\"mlp_bias\": false", "\"mlp_bias\": true", "mlp_bias is set"),
            ("\"silu\"", "\"gelu\"", "its activation is gelu"),
            ("\"llama\"", "\"gpt2\"", "it is a gpt2 model"),
            ("\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\":\"yarn\"}", "rotary scaling yarn"),
            ("\"hidden_size\": 96", "\"hidden_size\": 1e30", "hidden_size is 1e+30, not a size"),
            ("\"hidden_size\": 96", "\"hidden_size\": 99999999", "hidden = 99999999"),
            ("\"hidden_size\": 96,", "", "hidden_size is missing"),
        ] {
            let changed = good.replace(from, to);
            assert_ne!(changed, good, "{from}");
            let message = parse(&changed).unwrap_err();
            assert!(message.contains(says), "{message}");
        }
        assert!(parse("[]").unwrap_err().contains("not a JSON object"));
    }
}
