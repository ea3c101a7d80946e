//! The tokenizer of a model folder, ours or one made elsewhere, as inference uses it.
//!
//! Invariant: every id that comes out is below [`Codec::vocab`].

use std::path::Path;

use super::{BOS, EOS, FILE_NAME, HuggingFace, TextStream, Tokenizer, TokenizerError};

/// A tokenizer for prompts and answers.
#[derive(Debug, Clone)]
pub enum Codec {
    /// Of this network: any bytes in, any bytes out.
    Own(Tokenizer),
    /// A `tokenizer.json` of another model.
    HuggingFace(Box<HuggingFace>),
}

impl Codec {
    /// The tokenizer in a model folder: `tokenizer.bpe` where there is one, else `tokenizer.json`.
    pub fn load(folder: &Path) -> Result<Self, TokenizerError> {
        let is_there = |path: &Path| {
            path.try_exists().map_err(|error| TokenizerError::Io { action: "read", path: path.to_owned(), error })
        };
        let own = folder.join(FILE_NAME);
        if is_there(&own)? {
            // One that is there and damaged is an error: the other file may belong to another vocabulary.
            return Ok(Self::Own(Tokenizer::load(&own)?));
        }
        let other = folder.join("tokenizer.json");
        if is_there(&other)? {
            return Ok(Self::HuggingFace(Box::new(HuggingFace::load(&other)?)));
        }
        Err(TokenizerError::NoTokenizer { folder: folder.to_owned() })
    }

    /// The ids to begin generating from; never none.
    ///
    /// Our own models continue plain text, so only an empty prompt begins with BOS. Other models get the special
    /// tokens that their `tokenizer.json` asks for.
    pub fn encode_prompt(&self, text: &[u8]) -> Result<Vec<u32>, TokenizerError> {
        match self {
            Self::Own(_) if text.is_empty() => Ok(vec![BOS]),
            Self::Own(tokenizer) => Ok(tokenizer.encode(text)),
            Self::HuggingFace(tokenizer) => tokenizer.encode_prompt(text),
        }
    }

    /// Ids of text without any special token.
    pub fn encode_text(&self, text: &[u8]) -> Result<Vec<u32>, TokenizerError> {
        match self {
            Self::Own(tokenizer) => Ok(tokenizer.encode(text)),
            Self::HuggingFace(tokenizer) => tokenizer.encode(text, false),
        }
    }

    /// How many ids there are, unused ones among them counted; each id is below this.
    #[must_use]
    pub fn vocab(&self) -> usize {
        match self {
            Self::Own(tokenizer) => tokenizer.vocab(),
            Self::HuggingFace(tokenizer) => tokenizer.vocab(),
        }
    }

    /// The token that begins a text, if there is one.
    #[must_use]
    pub fn bos(&self) -> Option<u32> {
        match self {
            Self::Own(_) => Some(BOS),
            Self::HuggingFace(tokenizer) => tokenizer.bos(),
        }
    }

    /// The token that ends a text, if there is one: generation stops at it.
    #[must_use]
    pub fn eos(&self) -> Option<u32> {
        match self {
            Self::Own(_) => Some(EOS),
            Self::HuggingFace(tokenizer) => tokenizer.eos(),
        }
    }

    /// A decoder for ids that come one at a time.
    #[must_use]
    pub fn stream(&self) -> TextStream<'_> {
        TextStream::new(self)
    }

    /// The text of `ids`, with U+FFFD for what is not UTF-8 and for ids that do not exist.
    #[must_use]
    pub fn decode_text(&self, ids: &[u32]) -> String {
        let mut stream = self.stream();
        let mut text = String::new();
        for &id in ids {
            if let Ok(part) = stream.push(id) {
                text.push_str(&part);
            } else {
                text.push_str(&stream.finish());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text.push_str(&stream.finish());
        text
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn our_file_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let error = Codec::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("tokenizer.bpe") && error.contains("tokenizer.json"), "{error}");
        let own = Tokenizer::learn(&[b"so so so"], 268).unwrap();
        fs::write(folder.path().join("tokenizer.json"), own.to_huggingface_json()).unwrap();
        let other = Codec::load(folder.path()).unwrap();
        assert!(matches!(other, Codec::HuggingFace(_)));
        own.save(&folder.path().join(FILE_NAME)).unwrap();
        let codec = Codec::load(folder.path()).unwrap();
        assert!(matches!(&codec, Codec::Own(tokenizer) if *tokenizer == own));
        for codec in [&codec, &other] {
            assert_eq!(codec.vocab(), 268);
            assert_eq!(codec.encode_prompt(b"so so").unwrap(), own.encode(b"so so"));
            assert_eq!(codec.encode_prompt(b"").unwrap(), [BOS]);
            assert!(codec.encode_text(b"").unwrap().is_empty());
            assert_eq!(codec.decode_text(&own.encode("sö so".as_bytes())), "sö so");
            assert_eq!(codec.decode_text(&[own.encode(b"s")[0], 268]), "s\u{fffd}");
            assert_eq!((codec.bos(), codec.eos()), (Some(BOS), Some(EOS)));
        }
        fs::write(folder.path().join(FILE_NAME), "damaged").unwrap();
        Codec::load(folder.path()).unwrap_err();
    }

    #[test]
    fn prompts_may_be_any_bytes_for_ours_only() {
        let own = Tokenizer::bytes_only();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tokenizer.json"), own.to_huggingface_json()).unwrap();
        assert_eq!(Codec::Own(own).encode_prompt(b"a\xff").unwrap().len(), 2);
        let error = Codec::load(folder.path()).unwrap().encode_prompt(b"a\xff").unwrap_err();
        assert_eq!(error.to_string(), "byte 1 is not UTF-8 text");
    }
}
