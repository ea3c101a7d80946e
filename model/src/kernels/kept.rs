//! Values kept for the way back through an operation that computes only products with them.
//!
//! They are kept in bf16 where factors of products are rounded to that anyway.

use super::level::{Kernel, Level, dispatch};
use super::simd::{Simd, narrow, widen};
use super::{Buffer, Engine, Shared, threads};
use std::ops::{Deref, Range};

/// Places that a task converts at once.
const BLOCK: usize = 1 << 14;

/// Kept values.
#[derive(Debug)]
pub(super) enum Values {
    /// As they were.
    Whole(Buffer),
    /// In bf16, two to a place.
    Narrow(Buffer),
}

/// Kept values in `f32` again.
pub(super) enum Wide<'a> {
    Kept(&'a Buffer),
    Widened(Buffer),
}

impl Values {
    /// Keeps `values`, as narrow as the engine's products allow.
    pub(super) fn keep(engine: Engine, values: Buffer) -> Self {
        if !engine.is_bf16() || values.len() % 2 == 1 {
            return Self::Whole(values);
        }
        let mut kept = Buffer::take(values.len() / 2);
        let places = Shared::new(&mut kept);
        threads::blocks(values.len() / 2, BLOCK, |range| {
            // SAFETY: blocks are disjoint, and the level is available.
            unsafe {
                let from = &values[2 * range.start..2 * range.end];
                dispatch(Level::best(), Convert { narrow: true, from, to: places.slice(range) });
            }
        });
        Self::Narrow(kept)
    }

    /// The values.
    pub(super) fn widen(&self) -> Wide<'_> {
        let kept = match self {
            Self::Whole(values) => return Wide::Kept(values),
            Self::Narrow(kept) => kept,
        };
        let mut values = Buffer::take(2 * kept.len());
        let wide = Shared::new(&mut values);
        threads::blocks(kept.len(), BLOCK, |Range { start, end }| {
            // SAFETY: blocks are disjoint, and the level is available.
            unsafe {
                let to = wide.slice(2 * start..2 * end);
                dispatch(Level::best(), Convert { narrow: false, from: &kept[start..end], to });
            }
        });
        Wide::Widened(values)
    }
}

impl Deref for Wide<'_> {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        match self {
            Self::Kept(values) => values,
            Self::Widened(values) => values,
        }
    }
}

struct Convert<'a> {
    narrow: bool,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Convert<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<S: Simd>(self) {
        // SAFETY: the level's instructions are there by contract.
        unsafe {
            if self.narrow {
                narrow::<S>(self.from, self.to);
            } else {
                widen::<S>(self.from, self.to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Compute;

    #[test]
    fn values_come_back_whole_or_rounded_to_bf16() {
        for len in [2, 30, 2 * BLOCK + 34, 33] {
            let mut values = Buffer::take(len);
            values.iter_mut().enumerate().for_each(|(index, value)| *value = 1.0 + index as f32 / 1000.0);
            let expected = values.to_vec();
            let rounded = Values::keep(Engine::new(Compute::Bf16), values);
            assert_eq!(matches!(rounded, Values::Narrow(_)), len % 2 == 0);
            assert_eq!(rounded.widen().len(), len);
            assert!(
                rounded.widen().iter().zip(&expected).all(|(kept, value)| (kept / value - 1.0).abs() <= 1.0 / 256.0)
            );
            let mut values = Buffer::take(len);
            values.copy_from_slice(&expected);
            assert_eq!(*Values::keep(Engine::new(Compute::F32), values).widen(), expected);
        }
    }
}
