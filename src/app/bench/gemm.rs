//! `bench gemm`: matrix products, next to the most that this processor can do.

use std::time::Duration;

use neuroshard_model::kernels::Compute;
use neuroshard_model::kernels::meter::{level, memory_bytes, peak_flops, product_flops};
use serde_json::{Map, json};

use super::Figure;
use super::tensors::Setting;
use crate::app::compute;

/// Square products of this size: large enough that packing hardly counts.
const SIZE: usize = 1024;

/// Peak, products and memory, for the format asked for.
pub(super) fn figures(setting: &Setting<'_>) -> [Figure; 3] {
    let bar = setting.cx.out.bar(None);
    bar.set_message("measuring products");
    let dtype = compute::dtype(setting.args.dtype);
    let time = setting.time / 3;
    let (peak, memory) = (peak_flops(dtype, time), memory_bytes(time));
    let product = product_flops(dtype, [SIZE; 3], time);
    bar.finish_and_clear();
    let figure = |name, value: f64, unit, ratio, extra: &[(&str, serde_json::Value)]| {
        let mut details = Map::new();
        details.insert("dtype".to_owned(), json!(dtype));
        details.insert("instructions".to_owned(), json!(level()));
        details.insert("threads".to_owned(), json!(compute::threads()));
        details.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Figure { name, value: value / 1e9, unit, better: "higher", ratio, details }
    };
    let of_peak = product / peak;
    [
        figure("peak", peak, "GFLOP/s", None, &[]),
        figure("gemm", product, "GFLOP/s", None, &[("size", json!(SIZE)), ("percent_of_peak", json!(100.0 * of_peak))]),
        figure("memory", memory, "GB/s", None, &[]),
    ]
}

/// What a rate of work is of this machine's peak, in percent.
pub(super) fn percent_of_peak(flops: f64, dtype: Compute) -> f64 {
    100.0 * flops / peak_flops(dtype, Duration::from_millis(300))
}
