//! The last pass over a told story: spaces, paragraphs, articles and capitals.
//!
//! Invariants of the result: single spaces only, none at the ends of lines; `an` exactly before a vowel sound; a
//! capital after every full stop; one newline at the end. Templates can therefore ignore line breaks, write `a`
//! everywhere and start sentences with a lower-case mark.

/// Sets the spaces, articles and capitals of `raw`. A `^` starts a paragraph.
pub(super) fn tidy(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for paragraph in raw.split('^') {
        let before = out.len();
        let mut starts_sentence = true;
        let mut words = paragraph.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            let closes = word.bytes().all(|byte| b".,!?".contains(&byte));
            if out.len() > before && !closes {
                out.push(' ');
            }
            push_word(word, words.peek().copied(), starts_sentence, &mut out);
            starts_sentence = ends_sentence(word);
        }
        if out.len() > before {
            out.push('\n');
        }
    }
    out
}

fn push_word(word: &str, next: Option<&str>, starts_sentence: bool, out: &mut String) {
    let letters = word.trim_start_matches('"');
    out.push_str(&word[..word.len() - letters.len()]);
    let mut characters = letters.chars();
    if let (Some(first), true) = (characters.next(), starts_sentence) {
        out.push(first.to_ascii_uppercase());
        out.push_str(characters.as_str());
    } else {
        out.push_str(letters);
    }
    if letters.eq_ignore_ascii_case("a") && next.is_some_and(vowel_sound) {
        out.push('n');
    }
}

/// Whether a word is spoken with a vowel first, so that `an` goes before it.
fn vowel_sound(word: &str) -> bool {
    let word = word.trim_start_matches('"').to_ascii_lowercase();
    let spoken_otherwise = ["one", "once", "use", "uni"].iter().any(|start| word.starts_with(start));
    let silent_h = ["hour", "honest"].iter().any(|start| word.starts_with(start));
    silent_h || (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !spoken_otherwise)
}

/// Whether the next word starts a sentence. After a question or a shout in quotes the speech tag may follow, so there
/// the template decides.
fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '!', '?']) || word.ends_with(".\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_articles_and_capitals() {
        let raw = " a  owl saw a hour , a uniform and\n a \"odd\" cat . \"look!\" it said. ^ \"a end.\" he left";
        let told = "An owl saw an hour, a uniform and an \"odd\" cat. \"Look!\" it said.\n\"An end.\" He left\n";
        assert_eq!(tidy(raw), told);
    }

    #[test]
    fn empty_paragraphs_vanish() {
        assert_eq!(tidy("^a ^ ^ b.^"), "A\nB.\n");
    }
}
