//! Typed views on a stage's flat list of parameter tensors.
//!
//! Parameters are kept as one list in the order of `parameters::specs`, because optimizer, checkpoints, hashing and
//! aggregation treat them alike; the forward pass wants names. Linear weights of layers are held `[in, out]`, the
//! transpose of their checkpoint form; the head's is held as it is, like the embedding that may serve in its place. Invariant: every parameter of the
//! span is visited exactly once, which `StageWeights::new` checks.

use crate::config::ModelConfig;
use crate::parameters::Span;
use burn::tensor::Tensor;

/// One stage's parameters by name.
pub(super) struct StageWeights<'a> {
    pub(super) layers: Vec<LayerWeights<'a>>,
    pub(super) head: Option<HeadWeights<'a>>,
}

pub(super) struct LayerWeights<'a> {
    /// Place of the first of them, the attention's norm, in the stage's list.
    pub(super) first: usize,
    pub(super) attention_norm: &'a Tensor<2>,
    pub(super) attention: AttentionWeights<'a>,
    pub(super) feed_forward_norm: &'a Tensor<2>,
    pub(super) feed_forward: FeedForwardWeights<'a>,
}

pub(super) struct AttentionWeights<'a> {
    pub(super) query: &'a Tensor<2>,
    pub(super) key: &'a Tensor<2>,
    pub(super) value: &'a Tensor<2>,
    pub(super) output: &'a Tensor<2>,
}

pub(super) enum FeedForwardWeights<'a> {
    Dense(ExpertWeights<'a>),
    Experts { router: &'a Tensor<2>, experts: Vec<ExpertWeights<'a>> },
}

pub(super) struct ExpertWeights<'a> {
    pub(super) gate: &'a Tensor<2>,
    pub(super) up: &'a Tensor<2>,
    pub(super) down: &'a Tensor<2>,
}

pub(super) struct HeadWeights<'a> {
    /// Places of norm and projection in the stage's list.
    pub(super) places: [usize; 2],
    pub(super) norm: &'a Tensor<2>,
    /// `[vocab, hidden]`, as in checkpoints; the embedding itself where it serves as the head.
    pub(super) projection: &'a Tensor<2>,
}

struct Reader<'a> {
    all: &'a [Tensor<2>],
    next: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> &'a Tensor<2> {
        self.next += 1;
        self.all.get(self.next - 1).expect("a stage holds a tensor for each of its specs")
    }

    fn expert(&mut self) -> ExpertWeights<'a> {
        ExpertWeights { gate: self.next(), up: self.next(), down: self.next() }
    }

    fn layer(&mut self, config: &ModelConfig) -> LayerWeights<'a> {
        LayerWeights {
            first: self.next,
            attention_norm: self.next(),
            attention: AttentionWeights {
                query: self.next(),
                key: self.next(),
                value: self.next(),
                output: self.next(),
            },
            feed_forward_norm: self.next(),
            feed_forward: match config.moe {
                None => FeedForwardWeights::Dense(self.expert()),
                Some(moe) => FeedForwardWeights::Experts {
                    router: self.next(),
                    experts: (0..moe.experts).map(|_| self.expert()).collect(),
                },
            },
        }
    }
}

impl<'a> StageWeights<'a> {
    /// Names the tensors of `span`, given in the order of `parameters::specs`.
    pub(super) fn new(config: &ModelConfig, span: &Span, tensors: &'a [Tensor<2>]) -> Self {
        let mut reader = Reader { all: tensors, next: 0 };
        let embedding = span.embedding.then(|| reader.next());
        let layers = span.layers.clone().map(|_| reader.layer(config)).collect();
        let head = span.head.then(|| {
            let (place, norm) = (reader.next, reader.next());
            // A span with a tied head holds the embedding, as its first parameter.
            let (own, projection) = match embedding.filter(|_| config.tied_embeddings) {
                Some(embedding) => (0, embedding),
                None => (reader.next, reader.next()),
            };
            HeadWeights { places: [place, own], norm, projection }
        });
        assert!(reader.next == tensors.len(), "a stage has no tensor without a spec");
        Self { layers, head }
    }
}
