//! Walks Thrift's compact encoding, in which Parquet keeps its sizes, without building anything from it.
//!
//! Invariant: every step checks that its bytes are there; nothing is allocated.

/// The kind of a list, as it is written.
pub(super) const LIST: u8 = 9;
/// The kind of a struct.
pub(super) const STRUCT: u8 = 12;

/// Why a walk ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The bytes end in the middle of a value.
    Short,
    /// The bytes are no such encoding.
    Malformed,
}

/// A position in some bytes.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next field of a struct, as number and kind; none where the struct ends. `last` is the number before it.
    pub(super) fn field(&mut self, last: &mut i64) -> Result<Option<(i64, u8)>, Broken> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *last = match head >> 4 {
            0 => self.integer()?,
            step => last.saturating_add(i64::from(step)),
        };
        Ok(Some((*last, head & 0xf)))
    }

    /// A signed whole number.
    pub(super) fn integer(&mut self) -> Result<i64, Broken> {
        let raw = self.varint()?;
        Ok((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// The head of a list: how many values of which kind follow. Each takes at least a byte.
    pub(super) fn list(&mut self) -> Result<(u64, u8), Broken> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(Broken::Short);
        }
        Ok((count, head & 0xf))
    }

    /// Steps over a value of this kind, however it is built.
    pub(super) fn skip(&mut self, kind: u8) -> Result<(), Broken> {
        self.skip_within(kind, 32)
    }

    fn skip_within(&mut self, kind: u8, depth: u8) -> Result<(), Broken> {
        let Some(depth) = depth.checked_sub(1) else { return Err(Broken::Malformed) };
        match kind {
            1 | 2 => Ok(()), // true and false are their kind
            3 => self.forward(1),
            4..=6 => self.varint().map(drop),
            7 => self.forward(8),
            8 => {
                let length = self.varint()?;
                self.forward(length)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.element(kind, depth))
            }
            11 => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    self.element(kinds >> 4, depth)?;
                    self.element(kinds & 0xf, depth)
                })
            }
            12 => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip_within(kind, depth)?;
                }
                Ok(())
            }
            _ => Err(Broken::Malformed),
        }
    }

    /// A value in a list or map, where a truth value takes a byte of its own.
    fn element(&mut self, kind: u8, depth: u8) -> Result<(), Broken> {
        if matches!(kind, 1 | 2) { self.forward(1) } else { self.skip_within(kind, depth) }
    }

    /// An unsigned whole number, seven bits a byte.
    pub(super) fn varint(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken::Malformed)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Broken> {
        let byte = *self.bytes.get(self.at).ok_or(Broken::Short)?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn forward(&mut self, bytes: u64) -> Result<(), Broken> {
        if bytes > (self.bytes.len() - self.at) as u64 {
            return Err(Broken::Short);
        }
        self.at += bytes as usize;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_are_walked() {
        // 1: i32 = -3, 2: binary "ab", 4: list of two i32, 20: struct { 1: true }, end
        let bytes = [0x15, 0x05, 0x18, 2, b'a', b'b', 0x29, 0x25, 2, 4, 0x0c, 40, 0x11, 0, 0];
        let mut walk = Walk::new(&bytes);
        let mut last = 0;
        assert_eq!(walk.field(&mut last), Ok(Some((1, 5))));
        assert_eq!(walk.integer(), Ok(-3));
        for (number, kind) in [(2, 8), (4, LIST), (20, STRUCT)] {
            assert_eq!(walk.field(&mut last), Ok(Some((number, kind))));
            walk.skip(kind).unwrap();
        }
        assert_eq!(walk.field(&mut last), Ok(None));
        assert_eq!(walk.at, bytes.len());
    }

    #[test]
    fn sizes_beyond_the_bytes_are_refused() {
        assert_eq!(Walk::new(&[0xff, 0xff, 0xff, 0x7f]).skip(8), Err(Broken::Short));
        assert_eq!(Walk::new(&[0xf5, 0xff, 0xff, 0x7f]).skip(LIST), Err(Broken::Short));
        assert_eq!(Walk::new(&[0xff; 20]).skip(5), Err(Broken::Malformed));
        assert_eq!(Walk::new(&[0x1c; 1000]).skip(STRUCT), Err(Broken::Malformed), "too deep");
    }

    proptest! {
        #[test]
        fn prop_any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0u8..16) {
            let mut walk = Walk::new(&bytes);
            let _ = walk.skip(kind);
            prop_assert!(walk.at <= bytes.len());
        }
    }
}
