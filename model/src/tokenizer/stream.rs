//! Ids to text while they come: a character is shown once it is whole.
//!
//! Invariant: for our tokenizer, everything pushed out and the rest from `finish` are together the lossy UTF-8 text
//! of all the bytes; for another one they are the text of its own decoder. Nothing panics and no text is lost.

use super::{Codec, HuggingFace, Tokenizer, TokenizerError};

/// An unfinished character is at most this many tokens: a fourth byte would end it.
const UNFINISHED_MAX: usize = 3;
/// From so many tokens held back, they are for the most part bytes that will never be a character.
const HELD_LONG: usize = 8;
/// Tokens that are held back at most, so that endless wrong bytes cost no more with every token.
const HELD_MAX: usize = 256;

/// Turns ids into text, one at a time.
#[derive(Debug)]
pub struct TextStream<'a>(Inner<'a>);

#[derive(Debug)]
enum Inner<'a> {
    Own {
        tokenizer: &'a Tokenizer,
        /// The beginning of a character.
        held: Vec<u8>,
    },
    Foreign {
        tokenizer: &'a HuggingFace,
        /// The tokens last shown, as context, then those that are held back. What a token reads as may depend on
        /// the one before: many tokenizers drop the space of the first word only.
        ids: Vec<u32>,
        /// How many of them are context.
        shown: usize,
        /// What has been shown of the text of `ids`.
        shown_text: String,
    },
}

impl<'a> TextStream<'a> {
    pub(super) fn new(codec: &'a Codec) -> Self {
        Self(match codec {
            Codec::Own(tokenizer) => Inner::Own { tokenizer, held: Vec::new() },
            Codec::HuggingFace(tokenizer) => {
                Inner::Foreign { tokenizer, ids: Vec::new(), shown: 0, shown_text: String::new() }
            }
        })
    }

    /// Takes the next id and gives the text that is now certain, which may be none.
    ///
    /// An id that does not exist is an error and changes nothing.
    pub fn push(&mut self, id: u32) -> Result<String, TokenizerError> {
        match &mut self.0 {
            Inner::Own { tokenizer, held } => {
                held.extend(tokenizer.decode(&[id])?);
                Ok(take_whole(held))
            }
            Inner::Foreign { tokenizer, ids, shown, shown_text } => {
                if tokenizer.is_special(id)? {
                    return Ok(String::new());
                }
                ids.push(id);
                let text = tokenizer.decode(ids).inspect_err(|_| _ = ids.pop())?;
                let held = ids.len() - *shown;
                let unfinished = text.ends_with(char::REPLACEMENT_CHARACTER);
                let fresh = past_common(shown_text, &text);
                if held >= HELD_MAX || !(unfinished || fresh.is_empty()) {
                    let fresh = fresh.to_owned();
                    ids.drain(..*shown);
                    *shown = ids.len();
                    *shown_text = tokenizer.decode(ids)?;
                    return Ok(fresh);
                }
                if !unfinished || held < HELD_LONG {
                    return Ok(String::new());
                }
                // What reads the same without the last tokens is certain, though it is wrong bytes.
                let before = tokenizer.decode(&ids[..ids.len() - UNFINISHED_MAX])?;
                let certain = text.strip_suffix(past_common(&before, &text)).unwrap_or_default();
                let fresh = past_common(shown_text, certain).to_owned();
                shown_text.push_str(&fresh);
                Ok(fresh)
            }
        }
    }

    /// The rest: an unfinished character is shown as U+FFFD. The stream then begins anew.
    pub fn finish(&mut self) -> String {
        match &mut self.0 {
            Inner::Own { held, .. } => String::from_utf8_lossy(&std::mem::take(held)).into_owned(),
            Inner::Foreign { tokenizer, ids, shown, shown_text } => {
                // These very ids were decoded when the last of them was pushed.
                let text = tokenizer.decode(ids).unwrap_or_default();
                let rest = past_common(shown_text, &text).to_owned();
                ids.clear();
                *shown = 0;
                shown_text.clear();
                rest
            }
        }
    }
}

/// Takes all but an unfinished last character, with U+FFFD for what can no longer become one.
fn take_whole(held: &mut Vec<u8>) -> String {
    let mut text = String::new();
    let mut start = 0;
    for chunk in held.utf8_chunks() {
        text.push_str(chunk.valid());
        start += chunk.valid().len();
        let invalid = chunk.invalid();
        if start + invalid.len() == held.len() && is_unfinished(invalid) {
            break;
        }
        if !invalid.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            start += invalid.len();
        }
    }
    held.drain(..start);
    text
}

/// Whether more bytes could make this a character.
fn is_unfinished(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// What `text` says beyond its longest common beginning with `shown`.
fn past_common<'a>(shown: &str, text: &'a str) -> &'a str {
    if let Some(rest) = text.strip_prefix(shown) {
        return rest;
    }
    let common = shown.chars().zip(text.chars()).take_while(|(one, other)| one == other);
    &text[common.map(|(one, _)| one.len_utf8()).sum()..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::encode::byte_id, *};

    fn own() -> Codec {
        Codec::Own(Tokenizer::learn(&["größe größe 日本 日本 the the".as_bytes()], 280).unwrap())
    }

    fn foreign() -> Codec {
        let Codec::Own(tokenizer) = own() else { unreachable!() };
        Codec::HuggingFace(Box::new(HuggingFace::parse(tokenizer.to_huggingface_json().as_bytes()).unwrap()))
    }

    fn parts(codec: &Codec, ids: &[u32]) -> Vec<String> {
        let mut stream = codec.stream();
        let mut parts: Vec<String> = ids.iter().map(|&id| stream.push(id).unwrap()).collect();
        parts.push(stream.finish());
        parts
    }

    fn bytes(text: &[u8]) -> Vec<u32> {
        text.iter().map(|&byte| byte_id(byte)).collect()
    }

    #[test]
    fn a_character_comes_whole() {
        for codec in [own(), foreign()] {
            assert_eq!(parts(&codec, &bytes("a€b".as_bytes())), ["a", "", "", "€", "b", ""]);
            assert_eq!(parts(&codec, &bytes(b"\xe2\x82")), ["", "", "\u{fffd}"]);
            assert_eq!(parts(&codec, &bytes(b"\xe2\x82a")), ["", "", "\u{fffd}a", ""]);
            assert_eq!(parts(&codec, &[]), [""]);
        }
        assert_eq!(parts(&own(), &bytes(b"\xffa\x80\xf0\x9f")), ["\u{fffd}", "a", "\u{fffd}", "", "", "\u{fffd}"]);
        assert_eq!(parts(&own(), &[super::super::EOS, byte_id(b'a')]), ["", "a", ""]);
    }

    #[test]
    fn an_unknown_id_changes_nothing() {
        for codec in [own(), foreign()] {
            let mut stream = codec.stream();
            assert_eq!(stream.push(byte_id(0xc3)).unwrap(), "");
            assert!(matches!(stream.push(1_000_000), Err(TokenizerError::UnknownId { id: 1_000_000, .. })));
            assert_eq!(stream.push(byte_id(0xb6)).unwrap(), "ö");
        }
    }

    proptest! {
        #[test]
        fn prop_own_is_lossy_text(text in any::<Vec<u8>>(), whole in "(größe|日本| the|🙂|.){0,20}") {
            let codec = own();
            let Codec::Own(tokenizer) = &codec else { unreachable!() };
            for text in [text.as_slice(), whole.as_bytes(), &[text.as_slice(), whole.as_bytes()].concat()] {
                for ids in [tokenizer.encode(text), bytes(text)] {
                    prop_assert_eq!(parts(&codec, &ids).concat(), String::from_utf8_lossy(text));
                    prop_assert_eq!(codec.decode_text(&ids), String::from_utf8_lossy(text));
                }
            }
        }

        #[test]
        fn prop_foreign_text_is_whole(text in "(größe|日本| the|🙂|\u{fffd}|.){0,20}", noise in any::<Vec<u8>>()) {
            let codec = foreign();
            let parts_of_text = parts(&codec, &bytes(text.as_bytes()));
            prop_assert_eq!(parts_of_text.concat(), text.clone());
            prop_assert_eq!(parts(&codec, &codec.encode_prompt(format!("x{text}").as_bytes()).unwrap()).concat(), format!("x{text}"));
            // Valid parts of a damaged text are all there, whatever stands in between.
            let damaged = [&noise[..], b"\n", text.as_bytes()].concat();
            prop_assert!(parts(&codec, &bytes(&damaged)).concat().ends_with(&text));
        }
    }
}
