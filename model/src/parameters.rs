//! Which parameters a stage holds: names, shapes, kinds and how each is initialised.
//!
//! A model is a list of [`Unit`]s (embedding, layers, head with the final norm) and a [`Span`] is a run of them: the
//! whole model on one machine, or one pipeline stage. Names and shapes are those of a Hugging Face Llama (or, with
//! experts, Mixtral) checkpoint. Invariant: the specs of adjacent spans, concatenated, are the specs of the whole
//! model in the same order, so a model cut into stages has the same parameters as an uncut one.

mod growth;

pub use growth::{GrowthError, VocabGrowth};

use crate::config::ModelConfig;
use crate::random::Stream;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The smallest part of a model that is assigned, hashed and aggregated on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Token embedding.
    Embedding,
    /// One transformer layer, counted from 0.
    Layer(usize),
    /// Final norm and language-model head.
    Head,
}

/// A contiguous run of units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Whether the run starts with the embedding.
    pub embedding: bool,
    /// Layers held, counted from 0.
    pub layers: Range<usize>,
    /// Whether the run ends with the head.
    pub head: bool,
}

impl Span {
    /// The whole model.
    #[must_use]
    pub fn whole(config: &ModelConfig) -> Self {
        Self { embedding: true, layers: 0..config.layers, head: true }
    }

    /// Whether this is a run of the given model: contiguous, not empty, and whole when head and embedding are one.
    #[must_use]
    pub fn fits(&self, config: &ModelConfig) -> bool {
        let ordered = self.layers.start <= self.layers.end && self.layers.end <= config.layers;
        let starts_right = !self.embedding || self.layers.start == 0;
        let ends_right = !self.head || self.layers.end == config.layers;
        let holds_something = self.embedding || self.head || !self.layers.is_empty();
        let tied_is_whole = !config.tied_embeddings || (self.embedding && self.head);
        ordered && starts_right && ends_right && holds_something && tied_is_whole
    }

    /// The units of this run in order.
    pub fn units(&self) -> impl Iterator<Item = Unit> {
        let layers = self.layers.clone().map(Unit::Layer);
        self.embedding.then_some(Unit::Embedding).into_iter().chain(layers).chain(self.head.then_some(Unit::Head))
    }
}

/// What a parameter is for: decides its initial value and whether weight decay applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Scale of an `RMSNorm`, starts at 1.
    Norm,
    /// Rows looked up by token id.
    Embedding,
    /// Matrix of a linear map.
    Linear,
    /// Linear map whose result is added to the residual stream: starts smaller, so that depth doesn't inflate it
    /// (Radford et al. 2019, GPT-2 §2.3).
    Residual,
}

impl Kind {
    /// Whether weight decay applies: to matrices only.
    #[must_use]
    pub fn decays(self) -> bool {
        matches!(self, Self::Linear | Self::Residual)
    }
}

/// One named parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Tensor name in a checkpoint.
    pub name: String,
    /// Unit it belongs to.
    pub unit: Unit,
    /// Shape in a checkpoint: `[width]` for norms, `[out, in]` for linear maps, `[vocab, hidden]` for the embedding.
    pub shape: Vec<usize>,
    /// What it is for.
    pub kind: Kind,
}

impl Spec {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are no values (never, in a valid configuration).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Values at the start of training: a pure function of (seed, name), so that a layer is the same whichever other
    /// layers its holder has. `layers` scales residual projections.
    #[must_use]
    pub fn initial(&self, seed: u64, layers: usize) -> Vec<f32> {
        let deviation = match self.kind {
            Kind::Norm => return vec![1.0; self.len()],
            Kind::Embedding | Kind::Linear => INITIAL_DEVIATION,
            Kind::Residual => INITIAL_DEVIATION / (2.0 * layers as f64).sqrt(),
        };
        normals(Stream::new(&self.name, seed, &[]), deviation).take(self.len()).collect()
    }
}

/// Weights that are normal around 0.
fn normals(mut stream: Stream, deviation: f64) -> impl Iterator<Item = f32> {
    std::iter::repeat_with(move || (deviation * stream.normal()) as f32)
}

const INITIAL_DEVIATION: f64 = 0.02;

/// Parameters of the span, in the fixed order embedding, layers, head.
#[must_use]
pub fn specs(config: &ModelConfig, span: &Span) -> Vec<Spec> {
    span.units().flat_map(|unit| unit_specs(config, unit)).collect()
}

/// Parameters of one unit, in their fixed order.
#[must_use]
pub fn unit_specs(config: &ModelConfig, unit: Unit) -> Vec<Spec> {
    let hidden = config.hidden;
    let spec = |name: &str, shape: &[usize], kind| Spec { name: name.to_owned(), unit, shape: shape.to_vec(), kind };
    match unit {
        Unit::Embedding => vec![spec("model.embed_tokens.weight", &[config.vocab, hidden], Kind::Embedding)],
        Unit::Layer(index) => layer_specs(config, index),
        Unit::Head => {
            let mut list = vec![spec("model.norm.weight", &[hidden], Kind::Norm)];
            if !config.tied_embeddings {
                list.push(spec("lm_head.weight", &[config.vocab, hidden], Kind::Linear));
            }
            list
        }
    }
}

fn layer_specs(config: &ModelConfig, index: usize) -> Vec<Spec> {
    let (hidden, ffn) = (config.hidden, config.ffn);
    let (query, kv) = (config.query_width(), config.kv_width());
    let spec = |name: &str, shape: &[usize], kind| Spec {
        name: format!("model.layers.{index}.{name}.weight"),
        unit: Unit::Layer(index),
        shape: shape.to_vec(),
        kind,
    };
    let mut list = vec![
        spec("input_layernorm", &[hidden], Kind::Norm),
        spec("self_attn.q_proj", &[query, hidden], Kind::Linear),
        spec("self_attn.k_proj", &[kv, hidden], Kind::Linear),
        spec("self_attn.v_proj", &[kv, hidden], Kind::Linear),
        spec("self_attn.o_proj", &[hidden, query], Kind::Residual),
        spec("post_attention_layernorm", &[hidden], Kind::Norm),
    ];
    match config.moe {
        None => list.extend([
            spec("mlp.gate_proj", &[ffn, hidden], Kind::Linear),
            spec("mlp.up_proj", &[ffn, hidden], Kind::Linear),
            spec("mlp.down_proj", &[hidden, ffn], Kind::Residual),
        ]),
        Some(moe) => {
            list.push(spec("block_sparse_moe.gate", &[moe.experts, hidden], Kind::Linear));
            for expert in 0..moe.experts {
                let named = |part| format!("block_sparse_moe.experts.{expert}.{part}");
                list.extend([
                    spec(&named("w1"), &[ffn, hidden], Kind::Linear),
                    spec(&named("w3"), &[ffn, hidden], Kind::Linear),
                    spec(&named("w2"), &[hidden, ffn], Kind::Residual),
                ]);
            }
        }
    }
    list
}

/// Parameters of the whole model.
#[must_use]
pub fn count(config: &ModelConfig) -> u64 {
    let units = |unit| unit_specs(config, unit).iter().map(|spec| spec.len() as u64).sum::<u64>();
    units(Unit::Embedding) + config.layers as u64 * units(Unit::Layer(0)) + units(Unit::Head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_stages_concatenate_to_the_whole(layers in 1usize..7, cut in 0usize..7, experts in 0usize..3) {
            let mut config = ModelConfig::dense([layers, 16, 4, 2, 24, 300, 8]);
            config.moe = (experts > 0).then_some(crate::config::MoeConfig { experts, top_k: 1 });
            let cut = cut.min(layers);
            let first = Span { embedding: true, layers: 0..cut, head: false };
            let second = Span { embedding: false, layers: cut..layers, head: true };
            prop_assert!(first.fits(&config) && second.fits(&config));
            let whole = specs(&config, &Span::whole(&config));
            let joined: Vec<Spec> = specs(&config, &first).into_iter().chain(specs(&config, &second)).collect();
            prop_assert_eq!(&whole, &joined);
            prop_assert_eq!(whole.iter().map(|spec| spec.len() as u64).sum::<u64>(), count(&config));
        }
    }

    #[test]
    fn runs_that_are_no_runs_do_not_fit() {
        let mut config = ModelConfig::dense([4, 16, 4, 2, 24, 300, 8]);
        let span = |embedding, layers, head| Span { embedding, layers, head };
        assert!(!span(true, 1..4, true).fits(&config), "embedding without layer 0");
        assert!(!span(false, 0..3, true).fits(&config), "head without the last layer");
        assert!(!span(false, 0..5, false).fits(&config), "more layers than there are");
        assert!(!span(false, 2..2, false).fits(&config), "nothing");
        config.tied_embeddings = true;
        assert!(!span(true, 0..2, false).fits(&config), "a cut through a tied matrix");
        assert!(Span::whole(&config).fits(&config));
    }

    #[test]
    fn initial_values_depend_on_seed_and_name_only() {
        let small = ModelConfig::dense([2, 16, 4, 2, 24, 300, 8]);
        let specs = specs(&small, &Span::whole(&small));
        let matrix = specs.iter().find(|spec| spec.name.contains("layers.1.self_attn.q_proj")).unwrap();
        assert_eq!(matrix.initial(1, 2), matrix.initial(1, 2));
        assert_ne!(matrix.initial(1, 2), matrix.initial(2, 2));
        let values = matrix.initial(1, 2);
        let deviation = (values.iter().map(|v| f64::from(v * v)).sum::<f64>() / values.len() as f64).sqrt();
        assert!((deviation - INITIAL_DEVIATION).abs() < 0.004, "{deviation}");
    }
}
