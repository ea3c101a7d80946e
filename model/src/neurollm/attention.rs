//! Causal grouped-query attention with rotary positions (Ainslie et al. 2023, arXiv:2305.13245).
//!
//! Query heads that share a key head are stacked along the sequence, so keys and values are never repeated. Invariant:
//! a token attends to itself and to earlier tokens only, counted with those in the cache.

use super::linear;
use super::rotary::{Rotary, Turns};
use super::weights::AttentionWeights;
use crate::config::ModelConfig;
use burn::tensor::{Bool, Device, Int, Tensor, activation};

/// Keys and values of the tokens seen so far in one layer, each `[rows, kv_heads, tokens, head_dim]`.
pub(super) type KeysValues = Option<(Tensor<4>, Tensor<4>)>;

/// What attention needs to know about where its tokens stand.
pub(super) struct Positions {
    /// Rotary tables of exactly the tokens given.
    pub(super) turns: Turns,
    /// True where a query must not look, `[1, 1, group · seq, earlier + seq]`; absent when nothing is hidden.
    pub(super) hidden: Option<Tensor<4, Bool>>,
}

impl Positions {
    /// `seq` tokens after `earlier` ones already in the cache.
    pub(super) fn new(config: &ModelConfig, rotary: &Rotary, earlier: usize, seq: usize, device: &Device) -> Self {
        let hidden = (seq > 1).then(|| {
            let group = config.heads / config.kv_heads;
            let query = Tensor::<1, Int>::arange(earlier as i64..(earlier + seq) as i64, device).unsqueeze_dim::<2>(1);
            let key = Tensor::<1, Int>::arange(0..(earlier + seq) as i64, device).unsqueeze_dim::<2>(0);
            let later = key.expand([seq, earlier + seq]).greater(query.expand([seq, earlier + seq]));
            later.repeat_dim(0, group).unsqueeze()
        });
        Self { turns: rotary.at(earlier, seq, device), hidden }
    }

    pub(super) fn autodiff(self) -> Self {
        Self { turns: self.turns.autodiff(), hidden: self.hidden.map(Tensor::autodiff) }
    }
}

/// Attention over `x` `[rows, seq, hidden]`; with a cache, its keys and values come first and the new ones are added.
pub(super) fn attention(
    config: &ModelConfig,
    weights: &AttentionWeights<'_>,
    x: Tensor<3>,
    positions: &Positions,
    cache: Option<&mut KeysValues>,
) -> Tensor<3> {
    let [rows, seq, _] = x.dims();
    let (kv_heads, dim) = (config.kv_heads, config.head_dim());
    let group = config.heads / kv_heads;
    let query = linear(x.clone(), weights.query).reshape([rows, seq, config.heads, dim]);
    let key = linear(x.clone(), weights.key).reshape([rows, seq, kv_heads, dim]);
    let value = linear(x, weights.value).reshape([rows, seq, kv_heads, dim]).swap_dims(1, 2);
    // [rows, kv_heads, group · seq, dim]: the group's heads one after the other.
    let query = positions.turns.turn(query).swap_dims(1, 2).reshape([rows, kv_heads, group * seq, dim]);
    let key = positions.turns.turn(key).swap_dims(1, 2);
    let (key, value) = match cache {
        None => (key, value),
        Some(cache) => {
            let (keys, values) = match cache.take() {
                None => (key, value),
                Some((keys, values)) => (Tensor::cat(vec![keys, key], 2), Tensor::cat(vec![values, value], 2)),
            };
            *cache = Some((keys.clone(), values.clone()));
            (keys, values)
        }
    };
    let mut scores = query.mul_scalar(1.0 / (dim as f64).sqrt()).matmul(key.swap_dims(2, 3));
    if let Some(hidden) = &positions.hidden {
        let shape = scores.dims();
        scores = scores.mask_fill(hidden.clone().expand(shape), f32::NEG_INFINITY);
    }
    let mixed = activation::softmax(scores, 3).matmul(value);
    let joined = mixed.reshape([rows, config.heads, seq, dim]).swap_dims(1, 2).reshape([rows, seq, config.heads * dim]);
    linear(joined, weights.output)
}
