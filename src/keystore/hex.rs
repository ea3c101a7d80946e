//! Hexadecimal digits in lower case only, so that what a wallet's file holds has one spelling.

pub(super) use crate::types::hex::encode;

/// The bytes that [`encode`] gives this text for, if there are any.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    crate::types::hex::decode(text).filter(|bytes| encode(bytes) == text)
}

/// As [`decode`], for a known number of bytes.
pub(super) fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_bytes_have_one_spelling(bytes: Vec<u8>, text in "[0-9a-fA-F]{0,6}|\\PC{0,4}") {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
            prop_assert!(decode(&text).is_none_or(|bytes| encode(&bytes) == text));
        }
    }

    #[test]
    fn a_length_is_kept_to() {
        assert_eq!((array::<2>("00ff"), array::<2>("00"), array::<2>("0g00")), (Some([0, 255]), None, None));
    }
}
