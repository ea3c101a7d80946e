//! What goes over a stream of the kind [`BLOB`]: who wants a chunk asks, who has it says how long it is and sends pieces.
//!
//! A [`Message`] is Borsh behind a version byte. Pieces are bare bytes, in order. Both carry the chunk's index as their
//! tag, so that several may be under way.
//!
//! Invariant: decoding allocates nothing and never panics; whatever is not exactly a message is refused with a reason.

use borsh::{BorshDeserialize, BorshSerialize};

/// The kind of stream.
pub const BLOB: &str = "blob";
/// A frame of this kind is a [`Message`].
pub const KIND_MESSAGE: u8 = 1;
/// A frame of this kind is a piece of a chunk.
pub const KIND_PIECE: u8 = 2;
/// No chunk is longer.
pub const CHUNK_BYTES_MAX: usize = 4 << 20;
/// No piece is longer. What is lost of a chunk that is cut off is at most one piece.
pub const PIECE_BYTES_MAX: usize = 512 << 10;
/// No message is longer.
pub const MESSAGE_BYTES_MAX: usize = 64;

const VERSION: u8 = 1;

/// Said by either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// Send this chunk, from this byte on.
    Ask {
        /// Of this content.
        content: [u8; 32],
        /// Which one.
        index: u32,
        /// Earlier bytes are there.
        offset: u32,
    },
    /// The chunk has so many bytes in all; pieces follow, from the byte that was asked for.
    Length(u32),
    /// This chunk is not here.
    Lacks,
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Nothing at all.
    #[error("a message of no bytes")]
    Empty,
    /// More than any message has.
    #[error("a message of {0} bytes, of which there are at most {MESSAGE_BYTES_MAX}")]
    Long(usize),
    /// A newer or older program.
    #[error("transfer version {0} is not the known version {VERSION}")]
    Version(u8),
    /// Damaged.
    #[error("a message that cannot be read")]
    Malformed,
    /// Longer than a chunk can be.
    #[error("a chunk of {0} bytes, of which there are at most {CHUNK_BYTES_MAX}")]
    Chunk(u32),
}

impl Message {
    /// The bytes of a message.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        // Writing to memory does not fail.
        let _ = self.serialize(&mut bytes);
        bytes
    }

    /// Reads a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(WireError::Long(bytes.len()));
        }
        let (version, rest) = bytes.split_first().ok_or(WireError::Empty)?;
        if *version != VERSION {
            return Err(WireError::Version(*version));
        }
        let message = Self::try_from_slice(rest).map_err(|_| WireError::Malformed)?;
        match message {
            Self::Length(length) | Self::Ask { offset: length, .. } if length as usize > CHUNK_BYTES_MAX => {
                Err(WireError::Chunk(length))
            }
            message => Ok(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn any_message() -> impl Strategy<Value = Message> {
        prop_oneof![
            (any::<[u8; 32]>(), any::<u32>(), 0..=CHUNK_BYTES_MAX as u32)
                .prop_map(|(content, index, offset)| Message::Ask { content, index, offset }),
            (0..=CHUNK_BYTES_MAX as u32).prop_map(Message::Length),
            Just(Message::Lacks),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(message in any_message()) {
            prop_assert!(message.encode().len() <= MESSAGE_BYTES_MAX);
            prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
        }

        #[test]
        fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..100), version in 0u8..3) {
            let _ = Message::decode(&bytes);
            let _ = Message::decode(&[&[version][..], &bytes].concat());
        }

        #[test]
        fn bytes_too_many_or_too_few_are_refused(message in any_message(), more in vec(any::<u8>(), 1..5)) {
            let bytes = message.encode();
            prop_assert!(Message::decode(&bytes[..bytes.len() - 1]).is_err());
            prop_assert_eq!(Message::decode(&[bytes, more].concat()), Err(WireError::Malformed));
        }
    }

    #[test]
    fn each_refusal_has_its_reason() {
        assert_eq!(Message::decode(&[]), Err(WireError::Empty));
        assert_eq!(Message::decode(&[0; 65]), Err(WireError::Long(65)));
        assert_eq!(Message::decode(&[2, 2]), Err(WireError::Version(2)));
        let error = Message::decode(&[1, 1, 1, 0, 64, 0]).unwrap_err();
        assert_eq!(error.to_string(), "a chunk of 4194305 bytes, of which there are at most 4194304");
    }
}
