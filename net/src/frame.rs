//! A frame of bulk traffic on the wire: 24 bytes of header and the payload behind it.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | magic, [`MAGIC`] |
//! | 1 | version, [`VERSION`] |
//! | 2 | kind: what the payload is, for the application |
//! | 3 | flags: frames of the channel itself |
//! | 4–11 | tag: which of several things under way it belongs to, little-endian |
//! | 12–15 | length of the payload, little-endian |
//! | 16–23 | check: the first 8 bytes of the payload's BLAKE3, keyed with bytes 0–15 |
//!
//! Invariants: decoding never panics and allocates nothing before the length was held against a limit; a changed bit
//! anywhere in header or payload is noticed, because the check's key is the header.

/// Bytes before the payload.
pub const HEADER_BYTES: usize = 24;

/// No frame is longer, whatever a caller allows.
pub const PAYLOAD_BYTES_MAX: usize = 16 << 20;

/// The first byte of every frame.
pub const MAGIC: u8 = 0xb5;

/// The format that this program speaks.
pub const VERSION: u8 = 1;

/// The channel's own: the tag counts frames that the receiver has taken (low half large ones, high half small ones).
pub const FLAG_CREDIT: u8 = 1;

/// The channel's own: nothing follows.
pub const FLAG_END: u8 = 2;

/// What was received, or goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the payload is; the protocol that opened the channel knows.
    pub kind: u8,
    /// Which of several things under way it belongs to.
    pub tag: u64,
    /// The bytes.
    pub payload: Vec<u8>,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Another protocol, or a place in the middle of a frame.
    #[error("byte {0:#04x} begins no frame, which begin with {MAGIC:#04x}")]
    Magic(u8),
    /// A newer or older program.
    #[error("frame version {0} is not the known version {VERSION}")]
    Version(u8),
    /// Nobody sets these.
    #[error("flags {0:#04x} are unknown")]
    Flags(u8),
    /// More than the caller takes.
    #[error("payload of {length} bytes is longer than the {max} allowed")]
    Long {
        /// As the header says.
        length: u64,
        /// What is allowed here.
        max: usize,
    },
    /// Changed on the way.
    #[error("payload or header does not match its check")]
    Check,
}

/// What stands before the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// See [`Frame::kind`].
    pub kind: u8,
    /// None, or one of [`FLAG_CREDIT`] and [`FLAG_END`].
    pub flags: u8,
    /// See [`Frame::tag`].
    pub tag: u64,
    /// Bytes of payload.
    pub length: u32,
    /// Over header and payload.
    pub check: [u8; 8],
}

impl Header {
    /// The header for this payload.
    pub fn new(kind: u8, flags: u8, tag: u64, payload: &[u8]) -> Result<Self, FrameError> {
        let long = FrameError::Long { length: payload.len() as u64, max: PAYLOAD_BYTES_MAX };
        let length = u32::try_from(payload.len()).map_err(|_| long)?;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(long);
        }
        let mut header = Self { kind, flags, tag, length, check: [0; 8] };
        header.check = header.check_of(payload);
        Ok(header)
    }

    /// The bytes of the header.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..16].copy_from_slice(&self.named());
        bytes[16..].copy_from_slice(&self.check);
        bytes
    }

    /// Reads a header; a payload longer than `payload_max` is refused here, before anybody makes room for it.
    pub fn decode(bytes: &[u8; HEADER_BYTES], payload_max: usize) -> Result<Self, FrameError> {
        let [magic, version, kind, flags, rest @ ..] = *bytes;
        let [t0, t1, t2, t3, t4, t5, t6, t7, l0, l1, l2, l3, check @ ..] = rest;
        if magic != MAGIC {
            return Err(FrameError::Magic(magic));
        }
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        if ![0, FLAG_CREDIT, FLAG_END].contains(&flags) {
            return Err(FrameError::Flags(flags));
        }
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        // What the channel says of itself fits into the tag.
        let max = if flags == 0 { payload_max.min(PAYLOAD_BYTES_MAX) } else { 0 };
        if length as usize > max {
            return Err(FrameError::Long { length: u64::from(length), max });
        }
        Ok(Self { kind, flags, tag: u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]), length, check })
    }

    /// Whether this is the payload that the header was made for.
    pub fn verify(&self, payload: &[u8]) -> Result<(), FrameError> {
        let right = payload.len() == self.length as usize && self.check_of(payload) == self.check;
        if right { Ok(()) } else { Err(FrameError::Check) }
    }

    fn named(&self) -> [u8; 16] {
        let mut bytes = [MAGIC, VERSION, self.kind, self.flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes[4..12].copy_from_slice(&self.tag.to_le_bytes());
        bytes[12..].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }

    fn check_of(&self, payload: &[u8]) -> [u8; 8] {
        let mut key = *b"................neuroshard frame";
        key[..16].copy_from_slice(&self.named());
        let mut check = [0; 8];
        check.copy_from_slice(&blake3::keyed_hash(&key, payload).as_bytes()[..8]);
        check
    }
}

/// Reads the frame that `bytes` begin with, and how many bytes it took. Without a result more bytes are needed.
pub fn decode(bytes: &[u8], payload_max: usize) -> Result<Option<(Frame, usize)>, FrameError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    let header = Header::decode(head, payload_max)?;
    let length = header.length as usize;
    let Some(payload) = rest.get(..length) else {
        return Ok(None);
    };
    header.verify(payload)?;
    Ok(Some((Frame { kind: header.kind, tag: header.tag, payload: payload.to_vec() }, HEADER_BYTES + length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn bytes_of(kind: u8, tag: u64, payload: &[u8]) -> Vec<u8> {
        [&Header::new(kind, 0, tag, payload).unwrap().encode()[..], payload].concat()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(kind: u8, tag: u64, payload in vec(any::<u8>(), 0..3000), more in vec(any::<u8>(), 0..40)) {
            let mut bytes = bytes_of(kind, tag, &payload);
            let length = bytes.len();
            prop_assert_eq!(decode(&bytes[..length - 1], 3000).unwrap(), None);
            bytes.extend(more);
            prop_assert_eq!(decode(&bytes, 3000).unwrap(), Some((Frame { kind, tag, payload }, length)));
        }

        #[test]
        fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..200), payload_max: usize) {
            let _ = decode(&bytes, payload_max);
            let _ = decode(&[&[MAGIC, VERSION, 0, 0][..], &bytes].concat(), payload_max);
        }

        #[test]
        fn a_changed_bit_is_noticed(tag: u64, payload in vec(any::<u8>(), 0..100), at: prop::sample::Index) {
            let mut bytes = bytes_of(7, tag, &payload);
            let bit = at.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            // A length that grew asks for more bytes first; whatever they are, the check then fails.
            let read = match decode(&bytes, 1 << 12) {
                Ok(None) => { bytes.resize(HEADER_BYTES + (1 << 12), 0); decode(&bytes, 1 << 12) }
                other => other,
            };
            prop_assert!(read.is_err());
        }
    }

    #[test]
    fn a_long_payload_is_refused_from_its_header_alone() {
        let header = Header { kind: 0, flags: 0, tag: 0, length: u32::MAX, check: [0; 8] };
        let max = PAYLOAD_BYTES_MAX;
        let error = FrameError::Long { length: u64::from(u32::MAX), max };
        assert_eq!(decode(&header.encode(), usize::MAX), Err(error));
        let error = FrameError::Long { length: 101, max: 100 };
        assert_eq!(decode(&Header { length: 101, ..header }.encode(), 100), Err(error));
        assert_eq!(error.to_string(), "payload of 101 bytes is longer than the 100 allowed");
        let error = FrameError::Long { length: 1, max: 0 };
        assert_eq!(decode(&Header { length: 1, flags: FLAG_CREDIT, ..header }.encode(), 100), Err(error));
    }

    #[test]
    fn a_stranger_is_told_apart() {
        let mut bytes = bytes_of(1, 2, b"three");
        bytes[1] = 9;
        assert_eq!(decode(&bytes, 100).unwrap_err().to_string(), "frame version 9 is not the known version 1");
        bytes[0] = b'G';
        assert_eq!(decode(&bytes, 100), Err(FrameError::Magic(b'G')));
        assert_eq!(
            Header::new(1, 0, 0, &vec![0; PAYLOAD_BYTES_MAX + 1]).map(|_| ()),
            Err(FrameError::Long { length: PAYLOAD_BYTES_MAX as u64 + 1, max: PAYLOAD_BYTES_MAX })
        );
    }
}
