//! The machine: processor, memory, GPU, how fast they are, and how many files may be open.

use nvml_wrapper::Nvml;
use sysinfo::System;

use neuroshard_commands::Device;

use super::Check;
use crate::config::Settings;

pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![processor(settings), memory(), gpu(settings.device)];
    checks.extend(tier(settings));
    #[cfg(unix)]
    checks.push(open_files());
    checks
}

/// Bytes as people read them.
pub(super) fn size(bytes: u64) -> String {
    const MIB: f64 = (1_u64 << 20) as f64;
    let mib = bytes as f64 / MIB;
    if mib < 1024.0 { format!("{mib:.0} MiB") } else { format!("{:.1} GiB", mib / 1024.0) }
}

fn processor(settings: &Settings) -> Check {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let level = neuroshard_model::kernels::Level::best().name();
    let detail = format!("{cores} cores, {level}, {} threads for a node", settings.threads);
    match settings.threads {
        threads if threads > cores => {
            Check::warn("processor", detail, format!("more threads than cores slow each other down: threads = {cores}"))
        }
        _ => Check::ok("processor", detail),
    }
}

fn memory() -> Check {
    /// What training the smallest model takes, with room for the chain.
    const LEAST_BYTES: u64 = 512 << 20;
    let mut system = System::new();
    system.refresh_memory();
    let (total, available) = (system.total_memory(), system.available_memory());
    let detail = format!("{} of {} available", size(available), size(total));
    match available {
        0 => Check::ok("memory", "the system does not say how much there is"),
        1..LEAST_BYTES => Check::warn("memory", detail, "stop what needs much of it: `nano` trains in 512 MiB"),
        _ => Check::ok("memory", detail),
    }
}

fn gpu(wanted: Device) -> Check {
    const NAME: &str = "gpu";
    let found = gpus();
    let wants = matches!(wanted, Device::Cuda(_));
    if found.is_empty() {
        let mend = "install NVIDIA's driver, or set device = \"auto\"";
        return if wants {
            Check::warn(NAME, "none answers: the processor computes", mend)
        } else {
            Check::ok(NAME, "none answers: the processor computes")
        };
    }
    let detail = found.join(", ");
    if cfg!(feature = "cuda") || (wanted == Device::Cpu) {
        Check::ok(NAME, detail)
    } else {
        let mend = "build one that does: cargo install --path . --features cuda";
        Check::warn(NAME, format!("{detail}; this program does not use it"), mend)
    }
}

/// The GPUs that NVIDIA's library tells of; none where there is no library.
fn gpus() -> Vec<String> {
    let Ok(nvml) = Nvml::init() else { return Vec::new() };
    let devices = (0..nvml.device_count().unwrap_or(0)).filter_map(|index| {
        let device = nvml.device_by_index(index).ok()?;
        let memory = device.memory_info().map(|memory| format!(", {}", size(memory.total))).unwrap_or_default();
        Some(format!("cuda:{index} {}{memory}", device.name().ok()?))
    });
    devices.collect()
}

#[cfg(feature = "flex")]
fn tier(settings: &Settings) -> Option<Check> {
    use neuroshard_model::config::ModelConfig;
    use neuroshard_model::neurollm::{Tier, layer_milliseconds};
    /// How long the processor is measured for.
    const TIME: std::time::Duration = std::time::Duration::from_millis(150);
    const NAME: &str = "speed tier";

    if let Err(error) = crate::app::compute::set_up(Some(settings.threads)) {
        return Some(Check::error(NAME, &error, "lower the setting threads"));
    }
    let config = ModelConfig::preset("nano")?;
    let device = neuroshard_model::neurollm::Device::cpu();
    Some(match layer_milliseconds(&config, &device, TIME) {
        Ok(time) => Check::ok(NAME, format!("{:?}: {time:.2} ms for a layer of nano on the processor", Tier::of(time))),
        Err(error) => Check::fail(NAME, error.to_string(), "please report this"),
    })
}

#[cfg(not(feature = "flex"))]
fn tier(_: &Settings) -> Option<Check> {
    let mend = "build it with default features: cargo build --release";
    Some(Check::warn("speed tier", "this program was built without tensors and trains nothing", mend))
}

#[cfg(unix)]
fn open_files() -> Check {
    /// Peers, files of the store and of checkpoints, with room to spare.
    const LEAST: u64 = 1024;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        None => Check::ok("open files", "no limit"),
        Some(limit @ ..LEAST) => {
            Check::warn("open files", format!("at most {limit}"), format!("raise the limit: ulimit -n {LEAST}"))
        }
        Some(limit) => Check::ok("open files", format!("at most {limit}")),
    }
}
