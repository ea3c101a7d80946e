//! Numbers as a GGUF file stores them.
//!
//! Invariant: what is written is the nearest that the type has, or an error; never an infinity.

use half::{bf16, f16};

/// Values that share a scale.
pub(super) const BLOCK: usize = 32;

/// How matrices are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GgufType {
    /// 32 bits.
    F32,
    /// Half precision.
    F16,
    /// The upper half of f32.
    Bf16,
    /// `q8_0`: blocks of 32 values of 8 bits under an f16 scale.
    Q8,
}

impl GgufType {
    /// Its name where such files are made.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Q8 => "q8_0",
        }
    }

    /// Number of a tensor's type.
    pub(super) fn code(self) -> u32 {
        match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Bf16 => 30,
            Self::Q8 => 8,
        }
    }

    /// Number of the type that most of a file has.
    pub(super) fn file_code(self) -> u32 {
        match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Bf16 => 32,
            Self::Q8 => 7,
        }
    }

    /// Bytes that so many values take; whole blocks of them.
    pub(super) fn bytes(self, values: u64) -> u64 {
        match self {
            Self::F32 => 4 * values,
            Self::F16 | Self::Bf16 => 2 * values,
            Self::Q8 => values / BLOCK as u64 * (2 + BLOCK as u64),
        }
    }
}

/// The bytes of some values, or the one that the type can't hold. For `q8_0` whole blocks of them.
pub(in super::super) fn encode(values: &[f32], kind: GgufType) -> Result<Vec<u8>, f32> {
    if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
        return Err(value);
    }
    let mut bytes = Vec::with_capacity(kind.bytes(values.len() as u64) as usize);
    match kind {
        GgufType::F32 => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        GgufType::F16 => {
            for &value in values {
                bytes.extend(half(value, value)?);
            }
        }
        GgufType::Bf16 => {
            for &value in values {
                let near = bf16::from_f32(value);
                bytes.extend(if near.is_finite() { near.to_le_bytes() } else { return Err(value) });
            }
        }
        GgufType::Q8 => {
            for block in values.chunks_exact(BLOCK) {
                encode_block(block, &mut bytes)?;
            }
        }
    }
    Ok(bytes)
}

/// The scale takes the largest value to 127; each value goes to the nearest step, halves away from zero.
fn encode_block(block: &[f32], bytes: &mut Vec<u8>) -> Result<(), f32> {
    let largest = block.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = largest / 127.0;
    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    bytes.extend(half(scale, largest)?);
    // A scale below the smallest f32 whose inverse is finite leaves nothing but zeros to tell apart.
    let steps = block.iter().map(|value| (value * inverse).round().clamp(-127.0, 127.0) as i8);
    bytes.extend(steps.map(|step| step.to_le_bytes()[0]));
    Ok(())
}

fn half(value: f32, culprit: f32) -> Result<[u8; 2], f32> {
    let near = f16::from_f32(value);
    if near.is_finite() { Ok(near.to_le_bytes()) } else { Err(culprit) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The values in bytes of a type.
    pub(in super::super) fn decode(bytes: &[u8], kind: GgufType) -> Vec<f32> {
        let pairs = |of: fn([u8; 2]) -> f32| bytes.as_chunks::<2>().0.iter().map(|pair| of(*pair)).collect();
        match kind {
            GgufType::F32 => bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            GgufType::F16 => pairs(|pair| f16::from_le_bytes(pair).to_f32()),
            GgufType::Bf16 => pairs(|pair| bf16::from_le_bytes(pair).to_f32()),
            GgufType::Q8 => {
                let block = |block: &[u8]| {
                    let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
                    block[2..].iter().map(|&step| scale * f32::from(step as i8)).collect::<Vec<f32>>()
                };
                bytes.chunks_exact(2 + BLOCK).flat_map(block).collect()
            }
        }
    }

    #[test]
    fn a_known_block_has_known_bytes() {
        let mut values = [0.0_f32; BLOCK];
        (values[0], values[1], values[2], values[31]) = (127.0, -127.0, 2.5, -2.5);
        let bytes = encode(&values, GgufType::Q8).unwrap();
        assert_eq!(bytes.len(), 34);
        assert_eq!((&bytes[..2], bytes[2], bytes[3]), (&f16::ONE.to_le_bytes()[..], 127, 129));
        assert_eq!((bytes[4], bytes[33]), (3, 253), "halves go away from zero");
        assert_eq!(encode(&[0.0; BLOCK], GgufType::Q8).unwrap(), [0; 34]);
    }

    #[test]
    fn what_a_type_cannot_hold_is_named() {
        assert_eq!(encode(&[1.0, 7e4], GgufType::F16), Err(7e4));
        assert_eq!(encode(&[f32::MAX], GgufType::Bf16), Err(f32::MAX));
        assert_eq!(encode(&[1e7; BLOCK], GgufType::Q8), Err(1e7));
        assert!(encode(&[7e4], GgufType::F32).is_ok() && encode(&[7e4], GgufType::Bf16).is_ok());
        for kind in [GgufType::F32, GgufType::F16, GgufType::Bf16, GgufType::Q8] {
            assert_eq!(encode(&[f32::INFINITY], kind), Err(f32::INFINITY));
            assert!(encode(&[f32::NAN], kind).is_err());
        }
    }

    proptest! {
        #[test]
        fn prop_values_come_back_within_half_a_step(
            values in proptest::collection::vec(-1000.0_f32..1000.0, BLOCK * 2),
            tiny in -45..0_i32,
        ) {
            let values: Vec<f32> = values.into_iter().map(|value| value * 10.0_f32.powi(tiny)).collect();
            for kind in [GgufType::F32, GgufType::F16, GgufType::Bf16, GgufType::Q8] {
                let bytes = encode(&values, kind).unwrap();
                prop_assert_eq!(bytes.len() as u64, kind.bytes(values.len() as u64));
                let back = decode(&bytes, kind);
                for (block, got) in values.chunks(BLOCK).zip(back.chunks(BLOCK)) {
                    let largest = block.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
                    for (value, got) in block.iter().zip(got) {
                        let error = match kind {
                            GgufType::F32 => 0.0,
                            GgufType::F16 => value.abs() / 2048.0 + 6e-8,
                            GgufType::Bf16 => value.abs() / 256.0 + 1e-38,
                            // Half a step, the scale's own rounding, and what is below the least scale there is.
                            GgufType::Q8 => largest * (0.5 / 127.0 + 1.0 / 2048.0) + 127.0 * 6e-8,
                        };
                        prop_assert!((value - got).abs() <= error, "{} became {} as {}", value, got, kind.name());
                    }
                }
            }
        }
    }
}
