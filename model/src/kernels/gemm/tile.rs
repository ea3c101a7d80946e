//! The innermost product: a tile of the result, held in registers while the inner dimension passes by.

#[cfg(target_arch = "x86_64")]
use crate::kernels::simd::{Avx2, Avx512};
use crate::kernels::simd::{LANES, Portable, Simd, from_bf16, to_bf16};
use crate::kernels::{Compute, Engine, Level};

/// How a level multiplies.
///
/// # Safety
/// Methods may only be called where the processor has the level's instructions.
pub(in crate::kernels) trait Tile: Copy {
    type Lanes: Simd;
    /// Rows of a tile.
    const ROWS: usize;
    /// Columns of a tile.
    const COLUMNS: usize;
    /// Inner steps that share a packed value: two for pairs of bf16.
    const STEPS: usize = 1;

    /// Whether rows can be multiplied where they lie: where packing would only copy them.
    const DIRECT: bool = false;

    /// What a packed value keeps of a number.
    unsafe fn round(v: <Self::Lanes as Simd>::Vector) -> <Self::Lanes as Simd>::Vector;
    /// The same for one number.
    fn round_one(value: f32) -> f32;
    /// `c = a · b` or `c += a · b` for `[rows, columns]` of a tile, `steps` packed steps deep.
    unsafe fn multiply(
        steps: usize,
        a: *const f32,
        b: *const f32,
        c: *mut f32,
        stride: usize,
        size: [usize; 2],
        accumulate: bool,
    );
    /// The same for a tile's rows where they lie, `rows[1]` values apart; only for a [`Tile::DIRECT`] one.
    unsafe fn multiply_direct(
        steps: usize,
        rows: (*const f32, usize),
        b: *const f32,
        c: *mut f32,
        stride: usize,
        columns: usize,
        accumulate: bool,
    ) {
        let _ = (steps, rows, b, c, stride, columns, accumulate);
        unreachable!("only direct tiles take rows where they lie");
    }
}

/// `f32` products; with `ROUND`, of numbers rounded to bf16 first, which is what hardware without such products can do.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Plain<S, const ROUND: bool>(std::marker::PhantomData<S>);

/// Products of pairs of bf16, summed in `f32` by the processor.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Paired;

/// Work that multiplies tiles; like `Kernel`, to be inlined.
pub(in crate::kernels) trait TileKernel {
    type Output;

    /// # Safety
    /// The processor has the tile's instructions, and the kernel's own pointers are valid.
    unsafe fn run<T: Tile>(self) -> Self::Output;
}

/// Reads what a tile adds to, or begins with 0.
#[inline(always)]
unsafe fn begin<S: Simd, const R: usize, const V: usize>(
    c: *const f32,
    stride: usize,
    [rows, columns]: [usize; 2],
    accumulate: bool,
) -> [[S::Vector; V]; R] {
    // SAFETY: as in `Tile::multiply`.
    unsafe {
        let mut sums = [[S::splat(0.0); V]; R];
        if accumulate && rows == R && columns == V * LANES {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = S::load(c.wrapping_add(row * stride + vector * LANES));
                }
            }
        } else if accumulate {
            for (row, sums) in sums.iter_mut().enumerate().take(rows) {
                for (vector, sum) in sums.iter_mut().enumerate() {
                    let count = columns.saturating_sub(vector * LANES);
                    *sum = S::load_part(c.wrapping_add(row * stride + vector * LANES), count);
                }
            }
        }
        sums
    }
}

#[inline(always)]
unsafe fn finish<S: Simd, const R: usize, const V: usize>(
    sums: &[[S::Vector; V]; R],
    c: *mut f32,
    stride: usize,
    [rows, columns]: [usize; 2],
) {
    // SAFETY: as in `Tile::multiply`.
    unsafe {
        if rows == R && columns == V * LANES {
            for (row, sums) in sums.iter().enumerate() {
                for (vector, sum) in sums.iter().enumerate() {
                    S::store(c.wrapping_add(row * stride + vector * LANES), *sum);
                }
            }
        } else {
            for (row, sums) in sums.iter().enumerate().take(rows) {
                for (vector, sum) in sums.iter().enumerate() {
                    let count = columns.saturating_sub(vector * LANES);
                    S::store_part(c.wrapping_add(row * stride + vector * LANES), *sum, count);
                }
            }
        }
    }
}

macro_rules! plain_tile {
    ($lanes:ident, $rows:literal, $vectors:literal) => {
        impl<const ROUND: bool> Tile for Plain<$lanes, ROUND> {
            type Lanes = $lanes;
            const ROWS: usize = $rows;
            const COLUMNS: usize = $vectors * LANES;
            const DIRECT: bool = !ROUND;

            #[inline(always)]
            unsafe fn round(v: <$lanes as Simd>::Vector) -> <$lanes as Simd>::Vector {
                // SAFETY: the level's instructions are there by contract.
                if ROUND { unsafe { $lanes::round_bf16(v) } } else { v }
            }

            #[inline(always)]
            fn round_one(value: f32) -> f32 {
                if ROUND { from_bf16(to_bf16(value)) } else { value }
            }

            #[inline(always)]
            unsafe fn multiply(
                steps: usize,
                a: *const f32,
                b: *const f32,
                c: *mut f32,
                stride: usize,
                size: [usize; 2],
                accumulate: bool,
            ) {
                // SAFETY: the panels hold `steps` steps and `c` the tile, by contract.
                unsafe {
                    let mut sums = begin::<$lanes, $rows, $vectors>(c, stride, size, accumulate);
                    let (mut a, mut b) = (a, b);
                    for _ in 0..steps {
                        let mut right = [$lanes::splat(0.0); $vectors];
                        for (vector, right) in right.iter_mut().enumerate() {
                            *right = $lanes::load(b.add(vector * LANES));
                        }
                        for (row, sums) in sums.iter_mut().enumerate() {
                            let left = $lanes::splat(*a.add(row));
                            for (sum, right) in sums.iter_mut().zip(right) {
                                *sum = $lanes::fma(left, right, *sum);
                            }
                        }
                        a = a.add($rows);
                        b = b.add($vectors * LANES);
                    }
                    finish::<$lanes, $rows, $vectors>(&sums, c, stride, size);
                }
            }

            #[inline(always)]
            unsafe fn multiply_direct(
                steps: usize,
                (a, apart): (*const f32, usize),
                b: *const f32,
                c: *mut f32,
                stride: usize,
                columns: usize,
                accumulate: bool,
            ) {
                /// Rows that share a pointer: an address reaches two strides beyond it.
                const SHARE: usize = if $rows % 3 == 0 { 3 } else { 2 };
                // SAFETY: the rows and the panel hold `steps` steps and `c` the tile, by contract.
                unsafe {
                    let size = [$rows, columns];
                    let mut sums = begin::<$lanes, $rows, $vectors>(c, stride, size, accumulate);
                    let mut firsts = [a; $rows / SHARE];
                    for (index, first) in firsts.iter_mut().enumerate() {
                        *first = a.add(index * SHARE * apart);
                    }
                    let mut b = b;
                    for _ in 0..steps {
                        let mut right = [$lanes::splat(0.0); $vectors];
                        for (vector, right) in right.iter_mut().enumerate() {
                            *right = $lanes::load(b.add(vector * LANES));
                        }
                        for (sums, first) in sums.chunks_exact_mut(SHARE).zip(&mut firsts) {
                            for (row, sums) in sums.iter_mut().enumerate() {
                                let left = $lanes::splat(*first.add(row * apart));
                                for (sum, right) in sums.iter_mut().zip(right) {
                                    *sum = $lanes::fma(left, right, *sum);
                                }
                            }
                            *first = first.add(1);
                        }
                        b = b.add($vectors * LANES);
                    }
                    finish::<$lanes, $rows, $vectors>(&sums, c, stride, size);
                }
            }
        }
    };
}

plain_tile!(Portable, 4, 1);
#[cfg(target_arch = "x86_64")]
plain_tile!(Avx2, 6, 1);
#[cfg(target_arch = "x86_64")]
plain_tile!(Avx512, 12, 2);

#[cfg(target_arch = "x86_64")]
impl Tile for Paired {
    type Lanes = Avx512;
    const ROWS: usize = 12;
    const COLUMNS: usize = 2 * LANES;
    const STEPS: usize = 2;

    #[inline(always)]
    unsafe fn round(v: <Avx512 as Simd>::Vector) -> <Avx512 as Simd>::Vector {
        v
    }

    #[inline(always)]
    fn round_one(value: f32) -> f32 {
        value
    }

    #[inline(always)]
    unsafe fn multiply(
        steps: usize,
        a: *const f32,
        b: *const f32,
        c: *mut f32,
        stride: usize,
        size: [usize; 2],
        accumulate: bool,
    ) {
        use std::arch::x86_64::{__m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32};
        // SAFETY: the panels hold `steps` steps and `c` the tile, by contract; a vector of pairs is 512 bits of either type.
        unsafe {
            let mut sums = begin::<Avx512, 12, 2>(c, stride, size, accumulate);
            let (mut a, mut b) = (a, b);
            for _ in 0..steps {
                let load = |at: *const f32| std::mem::transmute::<__m512i, __m512bh>(_mm512_loadu_si512(at.cast()));
                let right = [load(b), load(b.add(LANES))];
                for (row, sums) in sums.iter_mut().enumerate() {
                    let pair = _mm512_set1_epi32(a.add(row).cast::<i32>().read_unaligned());
                    let left = std::mem::transmute::<__m512i, __m512bh>(pair);
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = _mm512_dpbf16_ps(*sum, left, right);
                    }
                }
                a = a.add(12);
                b = b.add(2 * LANES);
            }
            finish::<Avx512, 12, 2>(&sums, c, stride, size);
        }
    }
}

/// Runs `kernel` with the tiles of `engine`.
///
/// # Safety
/// The engine's level is available, and the kernel's own conditions hold.
pub(in crate::kernels) unsafe fn dispatch_tile<K: TileKernel>(engine: Engine, kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe {
        match (engine.level, engine.compute) {
            #[cfg(target_arch = "x86_64")]
            (Level::Avx2, Compute::F32) => with_avx2::<false, K>(kernel),
            #[cfg(target_arch = "x86_64")]
            (Level::Avx2, Compute::Bf16) => with_avx2::<true, K>(kernel),
            #[cfg(target_arch = "x86_64")]
            (Level::Avx512 | Level::Avx512Bf16, Compute::F32) => with_avx512::<false, K>(kernel),
            #[cfg(target_arch = "x86_64")]
            (Level::Avx512, Compute::Bf16) => with_avx512::<true, K>(kernel),
            #[cfg(target_arch = "x86_64")]
            (Level::Avx512Bf16, Compute::Bf16) => with_avx512_bf16(kernel),
            (_, Compute::F32) => kernel.run::<Plain<Portable, false>>(),
            (_, Compute::Bf16) => kernel.run::<Plain<Portable, true>>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn with_avx2<const ROUND: bool, K: TileKernel>(kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe { kernel.run::<Plain<Avx2, ROUND>>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn with_avx512<const ROUND: bool, K: TileKernel>(kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe { kernel.run::<Plain<Avx512, ROUND>>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
unsafe fn with_avx512_bf16<K: TileKernel>(kernel: K) -> K::Output {
    // SAFETY: passed on to the caller.
    unsafe { kernel.run::<Paired>() }
}
