//! How much of the machine the node uses, and how warm it is.
//!
//! Invariant: what a machine does not tell is absent, never a made-up number.

use neuroshard_tui::snapshot::Device;
use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use sysinfo::{Components, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How often the home's size is added up: that walks all of its files.
const STORAGE_EVERY: Duration = Duration::from_mins(1);
/// How often temperatures are read: some sensors are slow.
const SENSORS_EVERY: Duration = Duration::from_secs(5);
/// Files of a home that are counted.
const FILES_MAX: usize = 100_000;
/// Sensors of processors, by what their names begin with.
const PROCESSOR_SENSORS: [&str; 4] = ["k10temp", "coretemp", "cpu", "soc"];

/// Looks at the machine again and again.
pub(super) struct Machine {
    home: PathBuf,
    pid: Option<Pid>,
    system: System,
    components: Components,
    nvml: Option<Nvml>,
    storage_at: Option<Instant>,
    sensors_at: Option<Instant>,
    device: Device,
}

impl Machine {
    /// `device` has what does not change: names, tier, threads; `gpu` says whether it is one.
    pub(super) fn new(home: &Path, device: Device, gpu: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get() as u32);
        Self {
            home: home.to_owned(),
            pid: sysinfo::get_current_pid().ok(),
            system: System::new(),
            components: Components::new_with_refreshed_list(),
            // Many machines have no library to ask a card by.
            nvml: if gpu { Nvml::init().ok() } else { None },
            storage_at: None,
            sensors_at: None,
            device: Device { cores, ..device },
        }
    }

    /// As it is now.
    pub(super) fn look(&mut self) -> Device {
        self.system.refresh_memory();
        self.device.memory_used = self.system.used_memory();
        self.device.memory_total = self.system.total_memory();
        if let Some(pid) = self.pid {
            let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
            self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
            if let Some(process) = self.system.process(pid) {
                self.device.process_cpu = f64::from(process.cpu_usage()) / 100.0;
                self.device.process_memory = process.memory();
            }
        }
        if is_due(&mut self.sensors_at, SENSORS_EVERY) {
            self.read_sensors();
        }
        if is_due(&mut self.storage_at, STORAGE_EVERY) {
            self.device.storage_used = folder_size(&self.home);
            self.device.storage_free = free_space(&self.home).unwrap_or(0);
        }
        self.device.clone()
    }

    fn read_sensors(&mut self) {
        self.components.refresh(false);
        let processor = self.components.iter().filter(|sensor| {
            let label = sensor.label().to_lowercase();
            PROCESSOR_SENSORS.iter().any(|name| label.starts_with(name))
        });
        let warmest = processor.filter_map(sysinfo::Component::temperature).fold(f32::NAN, f32::max);
        self.device.temperature = warmest.is_finite().then(|| f64::from(warmest));
        let Some(card) = self.nvml.as_ref().and_then(|nvml| nvml.device_by_index(0).ok()) else { return };
        if let Ok(celsius) = card.temperature(TemperatureSensor::Gpu) {
            self.device.temperature = Some(f64::from(celsius));
        }
        let memory = card.memory_info().ok();
        self.device.gpu_memory_used = memory.as_ref().map(|memory| memory.used);
        self.device.gpu_memory_total = memory.as_ref().map(|memory| memory.total);
        self.device.gpu_load = card.utilization_rates().ok().map(|rates| f64::from(rates.gpu) / 100.0);
    }
}

/// Whether it is time again; if so, from now on it is not for a while.
fn is_due(last: &mut Option<Instant>, every: Duration) -> bool {
    let due = last.is_none_or(|last| last.elapsed() >= every);
    if due {
        *last = Some(Instant::now());
    }
    due
}

/// Bytes that are free on the disk of a path that is there, where the system says so.
#[must_use]
pub fn free_space(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let found = rustix::fs::statvfs(path).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Bytes of all plain files under a folder; links are not followed.
#[must_use]
pub fn folder_size(folder: &Path) -> u64 {
    let (mut bytes, mut files) = (0, 0);
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            files += 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => bytes += entry.metadata().map_or(0, |metadata| metadata.len()),
                _ => {}
            }
            if files > FILES_MAX {
                return bytes;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_memory_and_a_home_has_a_size() {
        let home = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(home.path().join("a")).unwrap();
        std::fs::write(home.path().join("a/b"), [0; 1000]).unwrap();
        std::fs::write(home.path().join("c"), [0; 24]).unwrap();
        let mut machine = Machine::new(home.path(), Device { tier: "T2".to_owned(), ..Device::default() }, false);
        let device = machine.look();
        assert_eq!((device.storage_used, device.tier.as_str()), (1024, "T2"));
        assert!(device.storage_free > 0 || cfg!(not(unix)));
        assert!(device.cores > 0 && device.process_memory > 0 && device.memory_used < device.memory_total);
        assert!(device.gpu_load.is_none(), "what does not compute is not shown");
    }
}
