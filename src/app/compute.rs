//! What every command that computes needs: threads, device, and where runs are kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::anyhow;
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{Compute, Device, DeviceRequest, Quantize, set_threads, tune_allocator};
use neuroshard_model::parameters;

pub(super) use super::memory::peak as peak_memory;
use super::{AppError, Context};

/// More threads than this only get in each other's way.
const THREADS_A_CORE_MAX: usize = 8;

/// Before the first tensor: the allocator's thresholds and, when asked for, the number of threads.
pub(super) fn set_up(threads: Option<usize>) -> Result<(), AppError> {
    tune_allocator();
    let Some(threads) = threads else { return Ok(()) };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if threads > THREADS_A_CORE_MAX * cores {
        let says = format!("{threads} threads are more than {cores} cores can use");
        return Err(AppError::usage(anyhow!(says)).hint(format!("use --threads {cores} or fewer")));
    }
    set_threads(threads).map_err(AppError::internal)
}

/// How many threads compute.
pub(super) fn threads() -> usize {
    neuroshard_model::neurollm::threads()
}

/// The device asked for, or the processor with a warning.
pub(super) fn open_device(cx: &Context, asked: neuroshard_commands::Device) -> Device {
    let device = Device::open(match asked {
        neuroshard_commands::Device::Auto => DeviceRequest::Auto,
        neuroshard_commands::Device::Cpu => DeviceRequest::Cpu,
        neuroshard_commands::Device::Cuda(index) => DeviceRequest::Cuda(index),
    });
    if let Some(note) = device.note() {
        cx.out.warn(note);
    }
    device
}

/// How weights are to be kept, as the model crate names it.
pub(super) fn quantize(asked: neuroshard_commands::Quantize) -> Quantize {
    match asked {
        neuroshard_commands::Quantize::None => Quantize::None,
        neuroshard_commands::Quantize::Bf16 => Quantize::Bf16,
        neuroshard_commands::Quantize::Int8 => Quantize::Int8,
    }
}

/// Numbers to compute in, as the model crate names them.
pub(super) fn dtype(asked: neuroshard_commands::Dtype) -> Compute {
    match asked {
        neuroshard_commands::Dtype::F32 => Compute::F32,
        neuroshard_commands::Dtype::Bf16 => Compute::Bf16,
    }
}

/// Where runs go that nobody gave a folder.
pub(super) fn runs_folder(home: &Path) -> PathBuf {
    home.join("checkpoints")
}

/// The run in the home that was saved last.
pub(super) fn newest_run(home: &Path) -> Result<PathBuf, AppError> {
    let saved =
        |run: &Path| -> Option<SystemTime> { fs::metadata(run.join("model.safetensors")).ok()?.modified().ok() };
    let runs = fs::read_dir(runs_folder(home)).into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = runs.filter_map(|run| Some((saved(&run)?, run))).max();
    newest.map(|(_, run)| run).ok_or_else(|| {
        let says = format!("there is no trained model in {} yet", home.display());
        AppError::refused(anyhow!(says)).hint("train one in a minute: neuroshard train")
    })
}

/// That a model with `bytes` for each weight, and what `rows` full contexts keep for the way back, fit into this machine's
/// memory, where the system tells how much there is.
pub(super) fn check_fits(config: &ModelConfig, bytes: u64, rows: usize) -> Result<(), AppError> {
    let weights = parameters::count(config).saturating_mul(bytes);
    // The residual stream twice, queries, keys, values and what they mixed, gate and up: for each token of each layer.
    let heads = 2 * (config.heads + config.kv_heads) * config.head_dim();
    let wide = 2 * config.ffn * config.moe.map_or(1, |moe| moe.top_k);
    let kept = [4, 2 * config.hidden + heads + wide, config.layers, config.seq];
    let kept = kept.iter().fold(rows as u64, |bytes, &factor| bytes.saturating_mul(factor as u64));
    let needed = weights.saturating_add(kept);
    match total_memory() {
        Some(memory) if needed > memory => {
            let says = format!("the model needs {} GiB and this machine has {} GiB", needed >> 30, memory >> 30);
            Err(AppError::refused(anyhow!(says)).hint("choose a smaller shape, batch or context"))
        }
        _ => Ok(()),
    }
}

/// Memory of the machine in bytes, where the system tells.
pub(super) fn total_memory() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
