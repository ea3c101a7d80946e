//! What every command that computes needs: threads, device, and where runs are kept.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{Compute, Device, DeviceRequest, Quantize, set_threads, tune_allocator};

pub(super) use super::memory::peak as peak_memory;
use super::{AppError, Context};
use crate::node::{self, TooLarge};
pub(super) use crate::node::{runs_folder, total_memory};

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

/// The run in the home that was saved last.
pub(super) fn newest_run(home: &Path) -> Result<PathBuf, AppError> {
    node::newest_run(home).ok_or_else(|| {
        let says = format!("there is no trained model in {} yet", home.display());
        AppError::refused(anyhow!(says)).hint("train one in a minute: neuroshard train")
    })
}

/// As [`node::check_fits`].
pub(super) fn check_fits(config: &ModelConfig, bytes: u64, rows: usize) -> Result<(), AppError> {
    node::check_fits(config, bytes, rows).map_err(explain_too_large)
}

/// What would help where a model doesn't fit.
pub(super) fn explain_too_large(error: TooLarge) -> AppError {
    AppError::refused(error).hint("choose a smaller shape, batch or context")
}
