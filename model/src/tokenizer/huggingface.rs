//! Export to the `tokenizer.json` that Hugging Face software reads.
//!
//! Invariant: what reads the export gives the same ids for every text, and the same text for ids of text. Special
//! tokens have their ids and names in the vocabulary, but are no added tokens: a text that spells `<bos>` stays text.
//! Tokens of disabled merges stay in the vocabulary and their merges are left out, so that they read but never arise.

use serde_json::{Map, Value, json};

use super::{BOS, EOS, PAD, SPECIALS, Tokenizer, UNK, split};

impl Tokenizer {
    /// The text of a `tokenizer.json` with the same vocabulary, split and merges.
    #[must_use]
    pub fn to_huggingface_json(&self) -> String {
        let mut vocab = Map::new();
        for id in 0..self.vocab() as u32 {
            vocab.insert(self.name(id), id.into());
        }
        let merges: Vec<[String; 2]> =
            self.enabled().map(|(left, right)| [self.name(left), self.name(right)]).collect();
        let byte_level = json!({
            "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
        });
        let split = json!({
            "type": "Split", "pattern": { "Regex": split::PATTERN }, "behavior": "Isolated", "invert": false,
        });
        let model = json!({
            "type": "BPE", "dropout": Value::Null, "unk_token": Value::Null,
            "continuing_subword_prefix": Value::Null, "end_of_word_suffix": Value::Null,
            "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": vocab, "merges": merges,
        });
        let export = json!({
            "version": "1.0", "truncation": Value::Null, "padding": Value::Null, "added_tokens": [],
            "normalizer": Value::Null,
            "pre_tokenizer": { "type": "Sequence", "pretokenizers": [split, byte_level] },
            "post_processor": Value::Null,
            "decoder": byte_level,
            "model": model,
        });
        format!("{export:#}\n")
    }

    /// A token's name in the export. No two ids share one: a token lies within one piece of text, and the names of
    /// special tokens do not.
    pub(super) fn name(&self, id: u32) -> String {
        match id {
            PAD => "<pad>".to_owned(),
            BOS => "<bos>".to_owned(),
            EOS => "<eos>".to_owned(),
            UNK => "<unk>".to_owned(),
            _ if id < SPECIALS => format!("<reserved{id}>"),
            _ => self.token_bytes(id).unwrap_or_default().iter().map(|&byte| byte_char(byte)).collect(),
        }
    }
}

/// The visible character that stands for a byte in byte-level vocabularies: itself where it is visible in Latin-1,
/// else the next unused one from U+0100.
fn byte_char(byte: u8) -> char {
    let offset = match byte {
        b'!'..=b'~' | 0xA1..=0xAC | 0xAE.. => return char::from(byte),
        0..=b' ' => u32::from(byte),
        0x7F..=0xA0 => u32::from(byte) - 0x7F + 0x21,
        0xAD => 0x43,
    };
    char::from_u32(0x100 + offset).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The bytes that a name in the byte-level alphabet stands for; none for a name that is in another.
#[cfg(feature = "burn")]
pub(super) fn name_bytes(name: &str) -> Option<Vec<u8>> {
    name.chars().map(|c| (0..=u8::MAX).find(|&byte| byte_char(byte) == c)).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, str::FromStr as _, sync::LazyLock};

    use proptest::prelude::*;

    use super::*;

    const CORPUS: &[&[u8]] = &[
        b"the cat sat on the mat; the rat sat on the hat. <bos> <eos> <pad>\n\n    def the(cat):\n        return 42\n",
        "größe und straße und größer, 東京 東京 日本語 日本語 日本 \u{a0}\u{a0}\u{a0}\u{85}\u{85} 🙂🙂🙂🙂".as_bytes(),
        b"\t\t\t\x00\x00\x00 \x01\x01 \x01\x01 --- --- --- ... ...",
    ];

    static OURS: LazyLock<Tokenizer> = LazyLock::new(|| Tokenizer::learn(CORPUS, 330).unwrap());
    static THEIRS: LazyLock<tokenizers::Tokenizer> =
        LazyLock::new(|| tokenizers::Tokenizer::from_str(&OURS.to_huggingface_json()).unwrap());

    fn agree(text: &str) {
        let ids = OURS.encode(text.as_bytes());
        for add_special_tokens in [false, true] {
            let encoding = THEIRS.encode(text, add_special_tokens).unwrap();
            assert_eq!(encoding.get_ids(), ids, "{text:?}");
        }
        assert_eq!(THEIRS.decode(&ids, true).unwrap(), text);
    }

    #[test]
    fn every_byte_has_its_own_character() {
        let theirs: HashSet<char> = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet().into_iter().collect();
        let ours: HashSet<char> = (0..=u8::MAX).map(byte_char).collect();
        assert_eq!((ours.len(), &ours), (256, &theirs));
        assert_eq!((byte_char(b' '), byte_char(b'\n'), byte_char(0xAD)), ('Ġ', 'Ċ', '\u{143}'));
    }

    #[test]
    fn the_export_holds_every_id() {
        assert!(OURS.vocab() > 300, "{}", OURS.vocab());
        assert_eq!(THEIRS.get_vocab_size(true), OURS.vocab());
        for (id, name) in [(PAD, "<pad>"), (BOS, "<bos>"), (EOS, "<eos>"), (UNK, "<unk>"), (9, "<reserved9>")] {
            assert_eq!(THEIRS.token_to_id(name), Some(id));
        }
        assert!(THEIRS.get_added_tokens_decoder().is_empty());
    }

    #[test]
    fn names_of_special_tokens_in_a_text_are_text() {
        for text in ["<bos>", "a<eos>b <pad><unk>", "<reserved4>", "<bos", " <bos> "] {
            agree(text);
            assert!(OURS.encode(text.as_bytes()).iter().all(|&id| id >= SPECIALS));
        }
    }

    #[test]
    fn disabled_merges_read_and_never_arise() {
        let mut ours = OURS.clone();
        let made = ours.encode(CORPUS[0]);
        ours.disable(280..300).unwrap();
        let theirs = tokenizers::Tokenizer::from_str(&ours.to_huggingface_json()).unwrap();
        assert_eq!(theirs.get_vocab_size(true), ours.vocab());
        for text in CORPUS.iter().map(|text| std::str::from_utf8(text).unwrap()) {
            assert_eq!(theirs.encode(text, false).unwrap().get_ids(), ours.encode(text.as_bytes()), "{text:?}");
        }
        assert!(made.iter().any(|&id| ours.is_disabled(id)));
        assert_eq!(theirs.decode(&made, true).unwrap().as_bytes(), CORPUS[0]);
    }

    #[test]
    fn known_texts_agree() {
        for document in CORPUS {
            agree(std::str::from_utf8(document).unwrap());
        }
        for text in ["", " ", "  ", "\n\n  the", "1234 5", "\u{2028}\u{85}x", "a\u{a0} b", "\r\n\r\n", "\u{10ffff}"] {
            agree(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn prop_any_text_agrees(text in any::<String>()) {
            agree(&text);
        }

        #[test]
        fn prop_likely_text_agrees(
            text in "(the| cat|größe|東京|日本|[ \t\r\n\u{b}\u{c}]{1,4}|\\PC|[\0-\u{ff}]|---|<bos>|[0-9]){0,40}",
        ) {
            agree(&text);
        }
    }
}
