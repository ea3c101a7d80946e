//! Which hardware computes, and how much of it.
//!
//! A GPU is used only when one answers; asking for one that isn't there falls back with a message, because opening CUDA
//! without a driver would end the process.

use crate::kernels;
use std::fmt;

/// What the operator asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceRequest {
    /// The best there is.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA GPU by number.
    Cuda(usize),
}

/// Why threads can't be had.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The thread pool was already set up.
    #[error("could not use {threads} threads: {message}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// Why not.
        message: String,
    },
}

/// An opened device.
#[derive(Clone)]
pub struct Device {
    name: String,
    note: Option<String>,
    inner: burn::tensor::Device,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Device {
    /// The processor.
    #[must_use]
    pub fn cpu() -> Self {
        Self { name: "cpu".to_owned(), note: None, inner: burn::tensor::Device::flex() }
    }

    /// Opens what was asked for, or the processor with a [`Device::note`] when that isn't there.
    #[must_use]
    pub fn open(request: DeviceRequest) -> Self {
        match request {
            DeviceRequest::Cpu => Self::cpu(),
            DeviceRequest::Auto => Self::cuda(0).unwrap_or_else(|_| Self::cpu()),
            DeviceRequest::Cuda(index) => {
                Self::cuda(index).unwrap_or_else(|note| Self { note: Some(note), ..Self::cpu() })
            }
        }
    }

    #[cfg(feature = "cuda")]
    fn cuda(index: usize) -> Result<Self, String> {
        let found = burn::tensor::Device::enumerate(burn::tensor::DeviceType::Cuda).into_vec();
        match found.into_iter().nth(index) {
            Some(inner) => Ok(Self { name: format!("cuda:{index}"), note: None, inner }),
            None => Err(format!("no GPU answers as cuda:{index}; using the processor instead")),
        }
    }

    #[cfg(not(feature = "cuda"))]
    fn cuda(index: usize) -> Result<Self, String> {
        Err(format!("this build has no CUDA (cuda:{index} asked for); using the processor instead"))
    }

    /// `cpu` or `cuda:N`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the processor, which has our own kernels.
    #[must_use]
    pub fn is_cpu(&self) -> bool {
        self.name == "cpu"
    }

    /// What the operator should know about the choice.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    pub(super) fn inner(&self) -> &burn::tensor::Device {
        &self.inner
    }
}

/// Sets how many threads compute, for the whole process; call once, before the first tensor.
pub fn set_threads(threads: usize) -> Result<(), DeviceError> {
    if !kernels::threads::set_count(threads) {
        let message = format!("{} compute already", self::threads());
        return Err(DeviceError::Threads { threads, message });
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("compute-{i}"));
    pool.build_global().map_err(|error| DeviceError::Threads { threads, message: error.to_string() })
}

/// How many threads compute: what [`set_threads`] set, else one a core.
#[must_use]
pub fn threads() -> usize {
    kernels::threads::count()
}

/// Runs `work` on at most `threads` of them, the calling one included. With one, it never keeps the others from whoever
/// computes beside it.
pub fn with_threads<R>(threads: usize, work: impl FnOnce() -> R) -> R {
    kernels::threads::with_limit(threads.max(1), work)
}

/// Tells the C allocator to keep freed tensor buffers instead of returning them to the system: each step asks for the
/// same sizes again, and fresh pages are zeroed by the kernel first (measured: 11–17 % of a step).
pub fn tune_allocator() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const KEEP_BYTES: libc::c_int = 1 << 30;
        // The most that mallopt(3) promises to accept for the first threshold.
        const MAP_BYTES: libc::c_int = 32 << 20;
        #[expect(unsafe_code, reason = "mallopt has no safe wrapper; it only sets two thresholds")]
        // SAFETY: the options and their argument are those documented for mallopt(3); no memory is touched.
        unsafe {
            if libc::mallopt(libc::M_MMAP_THRESHOLD, KEEP_BYTES) == 0 {
                libc::mallopt(libc::M_MMAP_THRESHOLD, MAP_BYTES);
            }
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEEP_BYTES);
            // The heap grows by whole large pages, so that the last of what a model asks for lies on them too.
            libc::mallopt(libc::M_TOP_PAD, MAP_BYTES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_falls_back_and_says_so() {
        assert_eq!((Device::cpu().name(), Device::cpu().note()), ("cpu", None));
        assert_eq!(Device::open(DeviceRequest::Cpu).note(), None);
        let device = Device::open(DeviceRequest::Cuda(99));
        assert_eq!(device.name(), "cpu");
        assert!(device.note().is_some_and(|note| note.contains("cuda:99") && note.contains("processor instead")));
    }
}
