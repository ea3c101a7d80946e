//! Cuts bytes into pieces: words, digits, runs of signs and of white space, each with the one space before it.
//!
//! Invariant: the pieces put together are the input, none is empty, and on valid UTF-8 they are exactly the
//! matches of [`PATTERN`], so that other software splits a text as this scanner does. Merges never cross pieces.

/// The same split as a regular expression, for the Hugging Face export.
///
/// Every class is spelt out in code points, because `\s` and `\w` mean different things in different engines.
pub(super) const PATTERN: &str = concat!(
    r" ?[A-Za-z\x{80}-\x{10FFFF}]+",
    r"| ?[0-9]",
    r"| ?[^A-Za-z0-9\x{80}-\x{10FFFF}\x09-\x0D ]+",
    r"|[\x09-\x0D ]+(?![^\x09-\x0D ])",
    r"|[\x09-\x0D ]+",
);

/// Longest piece there is, so that positions in a piece fit 32 bits.
const PIECE_BYTES_MAX: usize = 1 << 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// ASCII letters, and every byte of a character beyond ASCII: a character is never cut.
    Letter,
    /// Digits stand alone, so that numbers are read place by place.
    Digit,
    White,
    Sign,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Sign; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'\t'..=b'\r' | b' ' => Class::White,
            _ => Class::Sign,
        };
        byte += 1;
    }
    classes
};

/// The pieces of `bytes` in order.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(first_len(rest)?);
        rest = after;
        Some(piece)
    })
}

/// Whether `bytes` are one piece. Every part of a piece is one too, so a token that is not can never be used.
pub(super) fn is_piece(bytes: &[u8]) -> bool {
    first_len(bytes) == Some(bytes.len())
}

/// Length of the first piece.
fn first_len(bytes: &[u8]) -> Option<usize> {
    let first = CLASSES[usize::from(*bytes.first()?)];
    if first != Class::White {
        return Some(run_end(bytes, 0, first));
    }
    match bytes.get(1).map(|&byte| CLASSES[usize::from(byte)]) {
        Some(next) if bytes[0] == b' ' && next != Class::White => Some(run_end(bytes, 1, next)),
        _ => {
            let end = run_end(bytes, 0, Class::White);
            // The last white byte before a word is left for the next piece: it may be the word's own space.
            Some(if end == 1 || end == bytes.len() { end } else { end - 1 })
        }
    }
}

/// Where the run of one class that begins at `start` ends.
fn run_end(bytes: &[u8], start: usize, class: Class) -> usize {
    if class == Class::Digit {
        return start + 1;
    }
    let run = bytes[start..].iter().take(PIECE_BYTES_MAX - 1);
    start + run.take_while(|&&byte| CLASSES[usize::from(byte)] == class).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokenizers::utils::SysRegex;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        pieces(text.as_bytes()).map(|piece| std::str::from_utf8(piece).expect("characters are whole")).collect()
    }

    #[test]
    fn words_take_one_space_and_digits_stand_alone() {
        assert_eq!(split("Hi there, 42 is  it!\n"), ["Hi", " there", ",", " 4", "2", " is", " ", " it", "!", "\n"]);
        assert_eq!(split("\n\t\tx"), ["\n\t", "\t", "x"]);
        assert_eq!(split("größe 東京。"), ["größe", " 東京。"]);
        assert_eq!(split("   "), ["   "]);
        assert_eq!(split("a\0\u{1}b"), ["a", "\0\u{1}", "b"]);
        assert_eq!(split(""), Vec::<&str>::new());
    }

    #[test]
    fn one_piece_or_not() {
        assert!(is_piece(b" the") && is_piece(b"\xff\x80") && is_piece(b" \t\n") && is_piece(b" 7"));
        assert!(!is_piece(b"") && !is_piece(b"12") && !is_piece(b"a b") && !is_piece(b"a.") && !is_piece(b"\ta"));
    }

    proptest! {
        #[test]
        fn prop_pieces_cover(bytes in any::<Vec<u8>>()) {
            let all: Vec<&[u8]> = pieces(&bytes).collect();
            prop_assert_eq!(all.concat(), bytes.clone());
            for piece in all {
                for start in 0..piece.len() {
                    for end in start + 1..=piece.len() {
                        prop_assert!(is_piece(&piece[start..end]));
                    }
                }
            }
        }

        #[test]
        fn prop_regex_agrees(text in "(\\PC|[\0-\u{ff}]|[ \t\na0.\u{a0}\u{85}\u{2028}\u{10ffff}]){0,40}") {
            let regex = SysRegex::new(PATTERN).unwrap();
            let theirs: Vec<&str> = regex.find_iter(&text).map(|(start, end)| &text[start..end]).collect();
            prop_assert_eq!(split(&text), theirs);
        }
    }
}
