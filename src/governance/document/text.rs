//! Which characters a proposal may have.
//!
//! Invariant: what passes shows the same in every terminal as it reads: nothing moves the cursor, hides, or turns around.

/// The first character that does not belong into a text of one line.
#[must_use]
pub fn odd_in_line(text: &str) -> Option<char> {
    text.chars().find(|character| deceives(*character))
}

/// The same for a text of many lines.
#[must_use]
pub fn odd_in_lines(text: &str) -> Option<char> {
    text.chars().find(|character| !matches!(character, '\n' | '\t') && deceives(*character))
}

fn deceives(character: char) -> bool {
    // Controls of C0, C1 and DEL.
    character.is_control()
        || matches!(
            character,
            // Blanks of no width, and letters that show as nothing.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                // Directions.
                | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
                // Lines and paragraphs that no line counter sees.
                | '\u{2028}' | '\u{2029}'
                // Notes between lines, tags, private use and what is no character.
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{e000}'..='\u{f8ff}'
                | '\u{f0000}'..='\u{10ffff}' | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_language_pass() {
        for text in ["Mehr Lohn für Übungen", "提案", "اقتراح", "e\u{301}", "→ 30 % ✓ 😀", "नेटवर्क"]
        {
            assert_eq!((odd_in_line(text), odd_in_lines(text)), (None, None), "{text}");
        }
        assert_eq!((odd_in_lines("a\n\tb"), odd_in_line("a\n"), odd_in_line("\t")), (None, Some('\n'), Some('\t')));
    }

    #[test]
    fn what_poses_as_something_else_does_not() {
        for odd in [
            '\0',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{e000}',
            '\u{e0041}',
            '\u{10fffd}',
        ] {
            assert_eq!(odd_in_lines(&format!("a{odd}b")), Some(odd));
        }
    }
}
