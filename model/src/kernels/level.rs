//! Which instructions this processor has, and running a kernel with them.
//!
//! One binary holds every kernel several times over, once for each [`Level`], and the best that the processor has is
//! chosen when the program runs. Invariant: all levels with fused multiply-add give the same bits in `f32`, because
//! they work in the same sixteen lanes in the same order; only bf16 products differ, where the processor has its own.

#[cfg(target_arch = "x86_64")]
use super::simd::{Avx2, Avx512};
use super::simd::{Portable, Simd};
use std::sync::OnceLock;

/// A set of vector instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Whatever the compiler makes of plain arithmetic; on 64-bit ARM that is NEON.
    Portable,
    /// AVX2 and FMA: x86-64 processors from 2013 on.
    Avx2,
    /// AVX-512 F, BW, DQ and VL.
    Avx512,
    /// AVX-512 with bf16 products in hardware.
    Avx512Bf16,
}

impl Level {
    /// The best level of this processor, or what `NEUROSHARD_SIMD` names if the processor has that.
    #[must_use]
    pub fn best() -> Self {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(|| {
            let available = Self::available();
            let named = std::env::var("NEUROSHARD_SIMD").ok();
            let chosen = named.and_then(|name| available.iter().copied().find(|level| level.name() == name));
            chosen.unwrap_or(*available.last().unwrap_or(&Self::Portable))
        })
    }

    /// Every level that this processor has, ascending.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            let all = [(avx2, Self::Avx2), (avx512, Self::Avx512)];
            levels.extend(all.iter().filter(|(has, _)| *has).map(|(_, level)| *level));
            if avx512 && is_x86_feature_detected!("avx512bf16") {
                levels.push(Self::Avx512Bf16);
            }
        }
        levels
    }

    /// As in `NEUROSHARD_SIMD` and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Avx512Bf16 => "avx512bf16",
        }
    }
}

/// Work on slices that is compiled once for each level.
///
/// `run` must be `#[inline(always)]`, so that it becomes part of a function that has the level's instructions; a closure
/// or function that isn't inlined into it would be compiled without them.
pub(super) trait Kernel {
    type Output;

    /// # Safety
    /// The processor has the instructions of `S`, and the kernel's own pointers are valid.
    unsafe fn run<S: Simd>(self) -> Self::Output;
}

/// Runs `kernel` with the instructions of `level`.
///
/// # Safety
/// `level` is one of [`Level::available`], and the kernel's own conditions hold.
pub(super) unsafe fn dispatch<K: Kernel>(level: Level, kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe {
        match level {
            Level::Portable => kernel.run::<Portable>(),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => with_avx2(kernel),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 | Level::Avx512Bf16 => with_avx512(kernel),
            #[cfg(not(target_arch = "x86_64"))]
            _ => kernel.run::<Portable>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn with_avx2<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe { kernel.run::<Avx2>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn with_avx512<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe { kernel.run::<Avx512>() }
}
