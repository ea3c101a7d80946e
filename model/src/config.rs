//! The shape of a NeuroLLM, where it comes from and what makes it valid.
//!
//! Nothing about a model is fixed in code: presets are values, files carry every field, and a Hugging Face
//! `config.json` maps onto the same structure (`checkpoint::huggingface`). Invariant: a [`ModelConfig`] that passed
//! [`ModelConfig::validate`] has dimensions that divide and sizes whose products cannot overflow, so every later module
//! may multiply them freely.

use serde::{Deserialize, Serialize};
use std::path::Path;

use crate::tokenizer::BYTES_ONLY_VOCAB;

/// Everything that decides the shape of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Transformer layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; each serves `heads / kv_heads` query heads (grouped-query attention).
    pub kv_heads: usize,
    /// Width of one head; `hidden / heads` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_dim: Option<usize>,
    /// Inner width of the feed-forward part (of each expert, when there are experts).
    pub ffn: usize,
    /// Token ids, specials and bytes included.
    pub vocab: usize,
    /// Context length in tokens.
    pub seq: usize,
    /// Whether the head shares the embedding's matrix; only a one-stage model may.
    #[serde(default)]
    pub tied_embeddings: bool,
    /// Base of the rotary position frequencies.
    #[serde(default = "default_rope_theta")]
    pub rope_theta: f64,
    /// Stretching of the rotary frequencies in checkpoints trained for a longer context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rope_scaling: Option<RopeScaling>,
    /// Added to the mean square inside `RMSNorm`.
    #[serde(default = "default_norm_eps")]
    pub norm_eps: f64,
    /// Mixture of experts in place of the dense feed-forward part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moe: Option<MoeConfig>,
    /// Extra tokens predicted ahead; only 0 exists so far.
    #[serde(default)]
    pub mtp_depth: usize,
    /// Kind of attention.
    #[serde(default)]
    pub attention: Attention,
}

/// Mixture of experts: `top_k` of `experts` feed-forward parts see each token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoeConfig {
    /// Experts in each layer.
    pub experts: usize,
    /// Experts that see each token.
    pub top_k: usize,
}

/// Weight of the loss that spreads tokens over experts.
pub const LOAD_BALANCE_COEFFICIENT: f64 = 0.01;

/// An expert takes at most this many times its even share of the tokens in training.
pub const CAPACITY_FACTOR: f64 = 1.25;

/// Kinds of attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attention {
    /// Grouped-query attention.
    #[default]
    Gqa,
}

/// How a checkpoint's rotary frequencies were stretched (names as in Hugging Face's `rope_scaling`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "rope_type", rename_all = "lowercase")]
pub enum RopeScaling {
    /// All positions divided by `factor`.
    Linear {
        /// Stretching factor, at least 1.
        factor: f64,
    },
    /// Llama 3: low frequencies divided by `factor`, high ones kept, a ramp between.
    Llama3 {
        /// Stretching factor, at least 1.
        factor: f64,
        /// Wavelengths above `original / low_freq_factor` are stretched in full.
        low_freq_factor: f64,
        /// Wavelengths below `original / high_freq_factor` are kept.
        high_freq_factor: f64,
        /// Context length before stretching.
        original_max_position_embeddings: usize,
    },
}

fn default_rope_theta() -> f64 {
    10_000.0
}

fn default_norm_eps() -> f64 {
    1e-5
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A field is outside its range or doesn't fit another.
    #[error("{field} = {value} in the model's shape: {rule}")]
    Field {
        /// Name as in the file.
        field: &'static str,
        /// Offending value.
        value: String,
        /// What would be accepted.
        rule: String,
    },
    /// Not a preset and not a readable file.
    #[error("no preset or file named {0:?}; presets are {presets}", presets = PRESETS.join(", "))]
    Unknown(String),
    /// The file can't be read.
    #[error("could not read the preset file {path}")]
    Read {
        /// Path as given.
        path: String,
        /// System error.
        source: std::io::Error,
    },
    /// The file isn't a preset.
    #[error("{path} is not a model shape: {message}")]
    Parse {
        /// Path as given.
        path: String,
        /// Parser's message with line and column.
        message: String,
    },
}

/// Names that [`ModelConfig::preset`] knows.
pub const PRESETS: [&str; 3] = ["nano", "tiny", "bootstrap"];

/// A preset file larger than this is not one.
const PRESET_FILE_BYTES_MAX: u64 = 64 * 1024;

impl ModelConfig {
    /// The preset called `name`: `nano` (0.5 M parameters, learns in a minute on one core), `tiny` (9.5 M) or
    /// `bootstrap` (125 M).
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        let [layers, hidden, heads, kv_heads, ffn, vocab, seq] = match name {
            "nano" => [4, 96, 3, 1, 256, 512, 128],
            "tiny" => [10, 256, 8, 4, 704, 4096, 256],
            "bootstrap" => [12, 768, 12, 4, 2048, 32_000, 512],
            _ => return None,
        };
        Some(Self::dense([layers, hidden, heads, kv_heads, ffn, vocab, seq]))
    }

    /// A dense, untied shape: layers, hidden, heads, `kv_heads`, ffn, vocab, seq.
    #[must_use]
    pub fn dense([layers, hidden, heads, kv_heads, ffn, vocab, seq]: [usize; 7]) -> Self {
        Self {
            layers,
            hidden,
            heads,
            kv_heads,
            head_dim: None,
            ffn,
            vocab,
            seq,
            tied_embeddings: false,
            rope_theta: default_rope_theta(),
            rope_scaling: None,
            norm_eps: default_norm_eps(),
            moe: None,
            mtp_depth: 0,
            attention: Attention::Gqa,
        }
    }

    /// The shape named by a preset or held by a TOML file, validated.
    pub fn resolve(name_or_path: &str) -> Result<Self, ConfigError> {
        if let Some(preset) = Self::preset(name_or_path) {
            return Ok(preset);
        }
        let path = Path::new(name_or_path);
        let is_file_name = path.extension().is_some_and(|extension| extension == "toml");
        if !is_file_name && !path.exists() {
            return Err(ConfigError::Unknown(name_or_path.to_owned()));
        }
        let read = |source| ConfigError::Read { path: name_or_path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(read)?;
        if !metadata.is_file() || metadata.len() > PRESET_FILE_BYTES_MAX {
            let message = format!("it is not a file of at most {PRESET_FILE_BYTES_MAX} bytes");
            return Err(ConfigError::Parse { path: name_or_path.to_owned(), message });
        }
        let text = std::fs::read_to_string(path).map_err(read)?;
        let config: Self = toml::from_str(&text).map_err(|error| ConfigError::Parse {
            path: name_or_path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        config.validate()?;
        Ok(config)
    }

    /// Checks ranges and that everything divides.
    pub fn validate(&self) -> Result<(), ConfigError> {
        in_range("layers", self.layers, 1, 1024)?;
        in_range("hidden", self.hidden, 2, 65_536)?;
        in_range("heads", self.heads, 1, 1024)?;
        in_range("kv_heads", self.kv_heads, 1, self.heads)?;
        in_range("ffn", self.ffn, 1, 1 << 20)?;
        in_range("vocab", self.vocab, 1, crate::tokenizer::VOCAB_MAX)?;
        in_range("seq", self.seq, 1, 1 << 20)?;
        in_range("mtp_depth", self.mtp_depth, 0, 0)?;
        in_range("head_dim", self.head_dim(), 2, 1024)?;
        let divides = |field, value: usize, by: usize, rule: String| {
            if value.is_multiple_of(by) { Ok(()) } else { Err(field_error(field, &value, rule)) }
        };
        if self.head_dim.is_none() {
            let rule = format!("must be a multiple of heads ({}), or head_dim must be given", self.heads);
            divides("hidden", self.hidden, self.heads, rule)?;
        }
        divides("heads", self.heads, self.kv_heads, format!("must be a multiple of kv_heads ({})", self.kv_heads))?;
        divides("head_dim", self.head_dim(), 2, "must be even: rotary positions turn pairs".to_owned())?;
        positive("rope_theta", self.rope_theta)?;
        positive("norm_eps", self.norm_eps)?;
        if let Some(moe) = self.moe {
            in_range("moe.experts", moe.experts, 1, 256)?;
            in_range("moe.top_k", moe.top_k, 1, moe.experts)?;
        }
        match self.rope_scaling {
            Some(RopeScaling::Linear { factor }) => positive("rope_scaling.factor", factor),
            Some(RopeScaling::Llama3 { factor, low_freq_factor, high_freq_factor, .. }) => {
                positive("rope_scaling.factor", factor)?;
                positive("rope_scaling.low_freq_factor", low_freq_factor)?;
                positive("rope_scaling.high_freq_factor", high_freq_factor - low_freq_factor)
            }
            None => Ok(()),
        }
    }

    /// Width of one head.
    #[must_use]
    pub fn head_dim(&self) -> usize {
        self.head_dim.unwrap_or(self.hidden / self.heads.max(1))
    }

    /// Width of all query heads together.
    #[must_use]
    pub fn query_width(&self) -> usize {
        self.heads * self.head_dim()
    }

    /// Width of all key (or value) heads together.
    #[must_use]
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim()
    }

    /// Whether a tokenizer of this size can be learned: at least all bytes and specials.
    pub fn validate_vocab(&self) -> Result<(), ConfigError> {
        in_range("vocab", self.vocab, BYTES_ONLY_VOCAB, crate::tokenizer::VOCAB_MAX)
    }

    /// Floating-point operations to train on one token: six per weight that multiplies, plus attention
    /// (Kaplan et al. 2020, arXiv:2001.08361, §2.1).
    #[must_use]
    pub fn train_flops_per_token(&self) -> f64 {
        let active = self.moe.map_or(1, |moe| moe.top_k);
        let attention = 2 * self.hidden * (self.query_width() + self.kv_width());
        let layer = attention + active * 3 * self.hidden * self.ffn;
        let weights = self.layers * layer + self.hidden * self.vocab;
        // Causal attention looks at half the context on average, at two products each way.
        let scores = self.layers * self.seq * self.query_width();
        6.0 * (weights + scores) as f64
    }
}

fn field_error(field: &'static str, value: &dyn std::fmt::Display, rule: String) -> ConfigError {
    ConfigError::Field { field, value: value.to_string(), rule }
}

fn in_range(field: &'static str, value: usize, low: usize, high: usize) -> Result<(), ConfigError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let rule = if low == high { format!("must be {low}") } else { format!("must be between {low} and {high}") };
    Err(field_error(field, &value, rule))
}

fn positive(field: &'static str, value: f64) -> Result<(), ConfigError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(field_error(field, &value, "must be a finite number above 0".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_valid_and_about_as_large_as_named() {
        for (name, low, high) in [("nano", 3e5, 9e5), ("tiny", 8e6, 12e6), ("bootstrap", 115e6, 135e6)] {
            let config = ModelConfig::preset(name).unwrap();
            config.validate().unwrap();
            let count = crate::parameters::count(&config) as f64;
            assert!((low..=high).contains(&count), "{name} has {count} parameters");
        }
    }

    #[test]
    fn a_shape_file_takes_every_field_and_refuses_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shape.toml");
        let shape = "layers=1\nhidden=16\nheads=2\nkv_heads=1\nffn=32\nvocab=266\nseq=8\ntied_embeddings=true\n\
            rope_theta=5e5\nnorm_eps=1e-6\nmtp_depth=0\nattention=\"gqa\"\nmoe={experts=4,top_k=2}\n";
        std::fs::write(&path, shape).unwrap();
        let config = ModelConfig::resolve(path.to_str().unwrap()).unwrap();
        assert_eq!(config.moe, Some(MoeConfig { experts: 4, top_k: 2 }));
        std::fs::write(&path, format!("wings=2\n{shape}")).unwrap();
        let message = ModelConfig::resolve(path.to_str().unwrap()).unwrap_err().to_string();
        assert!(message.contains("wings") && message.contains("line 1"), "{message}");
    }

    #[test]
    fn shapes_that_do_not_divide_are_named() {
        let mut config = ModelConfig::preset("nano").unwrap();
        config.heads = 5;
        let message = config.validate().unwrap_err().to_string();
        assert_eq!(
            message,
            "hidden = 96 in the model's shape: must be a multiple of heads (5), or head_dim must be given"
        );
        config.heads = 3;
        config.kv_heads = 2;
        assert!(config.validate().unwrap_err().to_string().contains("must be a multiple of kv_heads (2)"));
        config.kv_heads = 1;
        config.rope_theta = f64::NAN;
        assert!(config.validate().unwrap_err().to_string().starts_with("rope_theta = NaN"));
    }
}
