//! Whether a model fits into this machine's memory, where the system tells how much there is.

use neuroshard_model::config::ModelConfig;
use neuroshard_model::parameters;

/// A model that doesn't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model needs {} GiB and this machine has {} GiB", needed >> 30, memory >> 30)]
pub struct TooLarge {
    /// Bytes that it takes.
    pub needed: u64,
    /// Bytes that there are.
    pub memory: u64,
}

/// That a model with `bytes` for each weight, and what `rows` full contexts keep for the way back, fit into this machine's
/// memory, where the system tells how much there is.
pub fn check_fits(config: &ModelConfig, bytes: u64, rows: usize) -> Result<(), TooLarge> {
    let weights = parameters::count(config).saturating_mul(bytes);
    // The residual stream twice, queries, keys, values and what they mixed, gate and up: for each token of each layer.
    let heads = 2 * (config.heads + config.kv_heads) * config.head_dim();
    let wide = 2 * config.ffn * config.moe.map_or(1, |moe| moe.top_k);
    let kept = [4, 2 * config.hidden + heads + wide, config.layers, config.seq];
    let kept = kept.iter().fold(rows as u64, |bytes, &factor| bytes.saturating_mul(factor as u64));
    let needed = weights.saturating_add(kept);
    match total_memory() {
        Some(memory) if needed > memory => Err(TooLarge { needed, memory }),
        _ => Ok(()),
    }
}

/// Memory of the machine in bytes, where the system tells.
#[must_use]
pub fn total_memory() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
