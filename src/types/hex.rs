//! Bytes as hexadecimal digits: written in lower case, read in either.

/// The digits of `bytes`, two each.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The bytes that these digits say, if they say whole ones.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some((digit(high)? << 4) | digit(low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

/// As [`decode`], for a known number of bytes.
#[must_use]
pub fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_bytes_come_back_in_either_case(bytes: Vec<u8>, text in "[0-9a-fA-F]{0,6}|\\PC{0,4}") {
            let digits = encode(&bytes);
            prop_assert_eq!(decode(&digits.to_uppercase()), Some(bytes.clone()));
            prop_assert_eq!(decode(&digits), Some(bytes));
            prop_assert!(decode(&text).is_none_or(|bytes| encode(&bytes) == text.to_ascii_lowercase()));
        }
    }

    #[test]
    fn signs_and_halves_are_no_bytes() {
        assert_eq!([decode("+f"), decode("0"), decode("0 "), decode("ß")], [None, None, None, None]);
        assert_eq!((array::<1>("00ff"), array::<2>("00FF")), (None, Some([0, 255])));
    }
}
