//! The feed-forward part: one `SwiGLU` (Shazeer 2020, arXiv:2002.05202), or a mixture of them.
//!
//! With experts, each token goes to its `top_k` most probable ones, weighted by their renormalised probabilities. In
//! training an expert takes at most its capacity, in token order, and the rest pass by on the residual stream (Fedus et
//! al. 2021, arXiv:2101.03961). Invariant: outside training nothing is dropped, so that a token's result never depends
//! on the tokens it is batched with and cached generation equals uncached.

use super::linear;
use super::weights::{ExpertWeights, FeedForwardWeights};
use crate::config::{CAPACITY_FACTOR, LOAD_BALANCE_COEFFICIENT, MoeConfig};
use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData, activation};

/// The result for `x` `[rows, seq, hidden]` and, in training with experts, the load-balance loss times its coefficient.
pub(super) fn feed_forward(
    moe: Option<MoeConfig>,
    weights: &FeedForwardWeights<'_>,
    x: Tensor<3>,
    training: bool,
) -> (Tensor<3>, Option<Tensor<1>>) {
    match (weights, moe) {
        (FeedForwardWeights::Experts { router, experts }, Some(moe)) => mixture(moe, router, experts, x, training),
        (FeedForwardWeights::Dense(weights), _) => (swiglu(weights, x), None),
        (FeedForwardWeights::Experts { .. }, None) => unreachable!("experts come with their configuration"),
    }
}

fn swiglu(weights: &ExpertWeights<'_>, x: Tensor<3>) -> Tensor<3> {
    let gate = activation::silu(linear(x.clone(), weights.gate));
    linear(gate * linear(x, weights.up), weights.down)
}

fn mixture(
    moe: MoeConfig,
    router: &Tensor<2>,
    experts: &[ExpertWeights<'_>],
    x: Tensor<3>,
    training: bool,
) -> (Tensor<3>, Option<Tensor<1>>) {
    let [rows, seq, hidden] = x.dims();
    let tokens = rows * seq;
    let device = x.device();
    let probabilities = activation::softmax(linear(x.clone(), router), 2).reshape([tokens, moe.experts]);
    let routes = Routes::new(moe, &probabilities, training);
    let chosen = Tensor::<2>::from_data(TensorData::new(routes.chosen.clone(), [tokens, moe.experts]), &device);
    let weighted = probabilities.clone() * chosen.clone();
    let weighted = weighted.clone() / weighted.sum_dim(1);
    let flat = x.reshape([1, tokens, hidden]);
    let mut out = Tensor::<2>::zeros([tokens, hidden], &device);
    for (expert, (weights, takes)) in experts.iter().zip(routes.takes).enumerate() {
        if takes.is_empty() {
            continue;
        }
        let count = takes.len();
        let index = Tensor::<1, Int>::from_data(TensorData::new(takes, [count]), &device);
        let result = swiglu(weights, flat.clone().select(1, index.clone())).reshape([count, hidden]);
        let share = weighted.clone().select(0, index.clone()).narrow(1, expert, 1);
        out = out.select_assign(0, index, result * share, IndexingUpdateOp::Add);
    }
    let balance = training.then(|| {
        // experts · Σ (share of tokens sent there · mean probability): 1 when even, more when lopsided.
        let sent = chosen.mean_dim(0).div_scalar(moe.top_k as f64);
        let scale = LOAD_BALANCE_COEFFICIENT * moe.experts as f64;
        (sent * probabilities.mean_dim(0)).sum().mul_scalar(scale)
    });
    (out.reshape([rows, seq, hidden]), balance)
}

/// Which tokens each expert takes.
struct Routes {
    /// 1 where a token chose an expert, `[tokens, experts]`, dropped ones included.
    chosen: Vec<f32>,
    /// Tokens each expert computes, ascending.
    takes: Vec<Vec<i64>>,
}

impl Routes {
    fn new(moe: MoeConfig, probabilities: &Tensor<2>, training: bool) -> Self {
        let values = probabilities.to_data().convert::<f32>();
        let values = values.as_slice::<f32>().expect("probabilities were converted to f32");
        let tokens = values.len() / moe.experts;
        let even_share = (tokens * moe.top_k) as f64 / moe.experts as f64;
        let capacity = if training { (CAPACITY_FACTOR * even_share).ceil() as usize } else { tokens };
        let mut routes = Self { chosen: vec![0.0; values.len()], takes: vec![Vec::new(); moe.experts] };
        let mut order: Vec<usize> = Vec::with_capacity(moe.experts);
        for (token, row) in values.chunks_exact(moe.experts).enumerate() {
            order.clear();
            order.extend(0..moe.experts);
            // Total order, ties to the lower index: the same choice on every machine that computes the same numbers.
            order.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
            for &expert in &order[..moe.top_k] {
                routes.chosen[token * moe.experts + expert] = 1.0;
                if routes.takes[expert].len() < capacity {
                    routes.takes[expert].push(token as i64);
                }
            }
        }
        routes
    }
}
