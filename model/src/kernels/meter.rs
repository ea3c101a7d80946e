//! What this machine can do at most: products a second from the first-level cache, and bytes a second from memory.
//!
//! Invariant: both are measured with all threads at once, because cores share clock and memory.

use super::gemm::{Source, Tile, TileKernel, dispatch_tile, multiply_rows, pack_panels, panels_len};
use super::{Buffer, Compute, Engine, Level, Matrix, Packed, multiply, threads};
use std::time::{Duration, Instant};

/// Inner steps of the tiles measured: both panels stay in the first-level cache.
const DEPTH: usize = 128;
const ROUNDS: usize = 2000;

/// Runs `work` until `time` has passed, at least three times after one to warm up; the shortest of the times.
fn best(time: Duration, mut work: impl FnMut()) -> f64 {
    work();
    let (started, mut best, mut times) = (Instant::now(), f64::INFINITY, 0);
    while times < 3 || started.elapsed() < time {
        let began = Instant::now();
        work();
        best = best.min(began.elapsed().as_secs_f64());
        times += 1;
    }
    best
}

struct Tiles;

impl TileKernel for Tiles {
    type Output = usize;

    #[inline(always)]
    unsafe fn run<T: Tile>(self) -> usize {
        let rows = Buffer::take(T::ROWS * DEPTH);
        let columns = Buffer::take(T::COLUMNS * DEPTH);
        let mut packed = Buffer::take(panels_len(T::COLUMNS, DEPTH));
        let mut left = Buffer::take(panels_len(T::ROWS.max(T::COLUMNS), DEPTH));
        let mut c = Buffer::take(T::ROWS * T::COLUMNS);
        c.fill(0.0);
        // SAFETY: the buffers hold a tile's rows and columns, and the tile itself.
        unsafe {
            let b = pack_panels::<T>(&Source::rows(&columns, T::COLUMNS, DEPTH), DEPTH, &mut packed);
            multiply_rows::<T>(&Source::rows(&rows, T::ROWS, DEPTH), b, c.as_mut_ptr(), T::COLUMNS, false);
            left.fill(0.0);
            for _ in 0..ROUNDS {
                let size = [T::ROWS, T::COLUMNS];
                let steps = DEPTH / T::STEPS;
                T::multiply(steps, left.as_ptr(), packed.as_ptr(), c.as_mut_ptr(), T::COLUMNS, size, false);
                std::hint::black_box(&mut c[0]);
            }
        }
        2 * ROUNDS * T::ROWS * T::COLUMNS * DEPTH
    }
}

/// Floating-point operations a second of all threads, on tiles that stay in the cache.
#[must_use]
pub fn peak_flops(compute: Compute, time: Duration) -> f64 {
    let engine = Engine::new(compute);
    let count = threads::count();
    let flops = std::sync::atomic::AtomicUsize::new(0);
    let seconds = best(time, || {
        flops.store(0, std::sync::atomic::Ordering::Relaxed);
        threads::each(count, |_| {
            // SAFETY: the engine's level is available.
            let done = unsafe { dispatch_tile(engine, Tiles) };
            flops.fetch_add(done, std::sync::atomic::Ordering::Relaxed);
        });
    });
    flops.into_inner() as f64 / seconds
}

/// Floating-point operations a second of one product of `rows · inner` with `inner · columns`, packing included.
#[must_use]
pub fn product_flops(compute: Compute, [rows, inner, columns]: [usize; 3], time: Duration) -> f64 {
    let (mut a, mut b) = (Buffer::take(rows * inner), Buffer::take(inner * columns));
    let mut c = Buffer::take(rows * columns);
    a.fill(0.5);
    b.fill(0.25);
    let seconds = best(time, || {
        let packed = Packed::new(Engine::new(compute), &[Matrix::new(&b, inner, columns)]);
        multiply(Matrix::new(&a, rows, inner), &packed, &mut c, columns, false);
    });
    (2 * rows * inner * columns) as f64 / seconds
}

/// Bytes a second that all threads together read from memory.
#[must_use]
pub fn memory_bytes(time: Duration) -> f64 {
    // Larger than any cache there is, but not than a small machine.
    const LEN: usize = 64 << 20;
    let values = super::buffers::zeros::<f32>(LEN);
    let seconds = best(time, || {
        let tasks = threads::count();
        threads::each(tasks, |task| {
            let part = &values[LEN / tasks * task..LEN / tasks * (task + 1)];
            std::hint::black_box(super::adamw::sum_here(part));
        });
    });
    (4 * LEN) as f64 / seconds
}

/// The instructions that kernels use here.
#[must_use]
pub fn level() -> &'static str {
    Level::best().name()
}
