//! A `tokenizer.json` made elsewhere, through the `tokenizers` library.
//!
//! Invariant: the file is hostile until [`screen`] has let it pass. It never cuts or pads a text and never chooses by
//! chance; every id it gives is below its vocabulary, which is at most [`VOCAB_MAX`].

use std::{collections::HashSet, path::Path};

use serde_json::Value;

use super::{TokenizerError, VOCAB_MAX, file::read_capped, screen::screen};

/// Names that a special token has where no `tokenizer_config.json` says it, most telling first.
const BOS_NAMES: &[&str] = &["<bos>", "<s>", "<|begin_of_text|>", "<|startoftext|>", "<|endoftext|>"];
const EOS_NAMES: &[&str] = &["<eos>", "</s>", "<|end_of_text|>", "<|im_end|>", "<|endoftext|>"];

/// A tokenizer of another model.
#[derive(Debug, Clone)]
pub struct HuggingFace {
    inner: tokenizers::Tokenizer,
    vocab: usize,
    special: HashSet<u32>,
    bos: Option<u32>,
    eos: Option<u32>,
}

impl HuggingFace {
    /// Reads a `tokenizer.json`, and the names of its first and last token from the `tokenizer_config.json` beside
    /// it where there is one.
    pub fn load(path: &Path) -> Result<Self, TokenizerError> {
        let mut tokenizer =
            read_capped(path).and_then(|bytes| Self::parse(&bytes)).map_err(|error| error.in_file(path))?;
        let config = path.with_file_name("tokenizer_config.json");
        let is_there =
            config.try_exists().map_err(|error| TokenizerError::Io { action: "read", path: config.clone(), error })?;
        if is_there {
            let bytes = read_capped(&config).map_err(|error| error.in_file(&config))?;
            let config: Value =
                serde_json::from_slice(&bytes).map_err(|error| TokenizerError::foreign(error).in_file(&config))?;
            tokenizer.bos = tokenizer.configured(&config["bos_token"]).or(tokenizer.bos);
            tokenizer.eos = tokenizer.configured(&config["eos_token"]).or(tokenizer.eos);
        }
        Ok(tokenizer)
    }

    /// Reads the bytes of a `tokenizer.json`.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, TokenizerError> {
        let mut json: Value = serde_json::from_slice(bytes).map_err(TokenizerError::foreign)?;
        screen(&mut json).map_err(TokenizerError::foreign)?;
        let inner: tokenizers::Tokenizer = serde_json::from_value(json).map_err(TokenizerError::foreign)?;
        let vocab = inner.get_vocab(true).into_values().max().map_or(0, |id| id as usize + 1);
        if vocab == 0 || vocab > VOCAB_MAX {
            let problem = format!("a vocabulary of {vocab} ids is not usable: 1 to {VOCAB_MAX} are");
            return Err(TokenizerError::foreign(problem));
        }
        let added = inner.get_added_tokens_decoder();
        let special = added.into_iter().filter_map(|(id, token)| token.special.then_some(id)).collect();
        let first = |names: &[&str]| names.iter().find_map(|name| inner.token_to_id(name));
        let (bos, eos) = (first(BOS_NAMES), first(EOS_NAMES));
        Ok(Self { inner, vocab, special, bos, eos })
    }

    /// The file that it was read from, in the library's own words.
    #[cfg(feature = "burn")]
    pub(super) fn to_json(&self) -> Value {
        serde_json::to_value(&self.inner).unwrap_or_default()
    }

    /// The id of a token that a config names, plainly or as `{"content": …}`.
    fn configured(&self, token: &Value) -> Option<u32> {
        self.inner.token_to_id(token.as_str().or_else(|| token["content"].as_str())?)
    }

    pub(super) fn vocab(&self) -> usize {
        self.vocab
    }

    pub(super) fn bos(&self) -> Option<u32> {
        self.bos
    }

    pub(super) fn eos(&self) -> Option<u32> {
        self.eos
    }

    /// Whether an id stands for no text. An id that does not exist is an error.
    pub(super) fn is_special(&self, id: u32) -> Result<bool, TokenizerError> {
        if self.inner.id_to_token(id).is_none() {
            return Err(TokenizerError::UnknownId { id, vocab: self.vocab });
        }
        Ok(self.special.contains(&id))
    }

    pub(super) fn encode_prompt(&self, text: &[u8]) -> Result<Vec<u32>, TokenizerError> {
        let ids = self.encode(text, true)?;
        if !ids.is_empty() {
            return Ok(ids);
        }
        // Where a model has no first token, its last one stood between the documents it learnt from.
        self.bos.or(self.eos).map(|id| vec![id]).ok_or(TokenizerError::EmptyPrompt)
    }

    pub(super) fn encode(&self, text: &[u8], add_special_tokens: bool) -> Result<Vec<u32>, TokenizerError> {
        let text =
            std::str::from_utf8(text).map_err(|error| TokenizerError::NotUtf8 { offset: error.valid_up_to() })?;
        let encoding = self.inner.encode_fast(text, add_special_tokens).map_err(TokenizerError::foreign)?;
        let ids = encoding.get_ids().to_vec();
        match ids.iter().find(|&&id| id as usize >= self.vocab) {
            // A post-processor may name any number as the id of its special tokens.
            Some(&id) => Err(TokenizerError::UnknownId { id, vocab: self.vocab }),
            None => Ok(ids),
        }
    }

    /// The text of ids of which none is special.
    pub(super) fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        if ids.is_empty() {
            return Ok(String::new()); // some decoders count on a first token
        }
        self.inner.decode(ids, false).map_err(TokenizerError::foreign)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;

    use serde_json::json;

    use super::{super::Codec, *};

    /// In the manner of Llama: words begin with ▁, the first space is dropped, unknown characters are bytes.
    pub(in super::super) fn metaspace() -> Value {
        let mut vocab = json!({ "<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3, "a": 4, "b": 5, "▁a": 6, "▁b": 7 });
        for byte in 0..=255 {
            vocab[format!("<0x{byte:02X}>")] = (8 + byte).into();
        }
        let special = |id: u32, content| {
            json!({ "id": id, "content": content, "special": true, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false })
        };
        json!({
            "version": "1.0",
            "truncation": { "direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0 },
            "padding": { "strategy": { "Fixed": 4_000_000_000_u32 }, "direction": "Right", "pad_to_multiple_of": null,
                "pad_id": 0, "pad_type_id": 0, "pad_token": "<unk>" },
            "added_tokens": [special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")],
            "normalizer": { "type": "Sequence", "normalizers": [{ "type": "Prepend", "prepend": "▁" },
                { "type": "Replace", "pattern": { "String": " " }, "content": "▁" }] },
            "pre_tokenizer": null,
            "post_processor": { "type": "TemplateProcessing",
                "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
                "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
                "special_tokens": { "<s>": { "id": "<s>", "ids": [1], "tokens": ["<s>"] } } },
            "decoder": { "type": "Sequence", "decoders": [
                { "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" },
                { "type": "Fuse" }, { "type": "Strip", "content": " ", "start": 1, "stop": 0 }] },
            "model": { "type": "BPE", "dropout": 0.5, "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
                "vocab": vocab, "merges": [["▁", "a"], ["▁", "b"]] },
        })
    }

    fn codec(json: &Value) -> Result<Codec, TokenizerError> {
        HuggingFace::parse(json.to_string().as_bytes()).map(|tokenizer| Codec::HuggingFace(Box::new(tokenizer)))
    }

    #[test]
    fn leading_spaces_are_as_the_tokenizer_has_them() {
        let codec = codec(&metaspace()).unwrap();
        let text = "a b ab é a";
        let ids = codec.encode_prompt(text.as_bytes()).unwrap();
        assert_eq!(ids, [1, 6, 7, 6, 5, 3, 8 + 0xc3, 8 + 0xa9, 6]);
        assert_eq!(codec.decode_text(&ids), text);
        let mut stream = codec.stream();
        let parts: Vec<String> = ids.iter().map(|&id| stream.push(id).unwrap()).collect();
        assert_eq!(parts, ["", "a", " b", " a", "b", " ", "", "é", " a"]);
    }

    #[test]
    fn endless_wrong_bytes_are_shown_in_time() {
        let codec = codec(&metaspace()).unwrap();
        let mut stream = codec.stream();
        let mut text = String::new();
        for _ in 0..100 {
            text += &stream.push(8 + 0x80).unwrap();
        }
        assert!(text.chars().count() >= 90, "{}", text.chars().count());
        text += &stream.push(6).unwrap();
        text += &stream.finish();
        assert_eq!(text, "\u{fffd}".repeat(100) + " a");
    }

    #[test]
    fn a_token_without_text_is_not_lost() {
        let codec = codec(&metaspace()).unwrap();
        assert_eq!(codec.decode_text(&[3, 4]), "a");
        assert_eq!(codec.decode_text(&[3; 40]), " ".repeat(39));
        assert_eq!(codec.decode_text(&[1, 2, 2]), "");
    }

    #[test]
    fn first_and_last_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        fs::write(&path, metaspace().to_string()).unwrap();
        let tokenizer = HuggingFace::load(&path).unwrap();
        assert_eq!((tokenizer.bos(), tokenizer.eos(), tokenizer.vocab()), (Some(1), Some(2), 264));
        let config = json!({ "bos_token": null, "eos_token": { "content": "<unk>" } });
        fs::write(folder.path().join("tokenizer_config.json"), config.to_string()).unwrap();
        let tokenizer = HuggingFace::load(&path).unwrap();
        assert_eq!((tokenizer.bos(), tokenizer.eos()), (Some(1), Some(0)));
        fs::write(folder.path().join("tokenizer_config.json"), "{").unwrap();
        assert!(HuggingFace::load(&path).unwrap_err().to_string().contains("tokenizer_config.json"));
        fs::write(&path, "{}").unwrap();
        assert!(HuggingFace::load(&path).unwrap_err().to_string().contains("tokenizer.json: tokenizer.json:"));
    }

    #[test]
    fn ids_out_of_bounds_are_errors() {
        let mut json = metaspace();
        json["post_processor"]["special_tokens"]["<s>"]["ids"] = json!([264]);
        let error = codec(&json).unwrap().encode_prompt(b"a").unwrap_err();
        assert_eq!(error.to_string(), "token id 264 does not exist: the vocabulary has 264 ids");
        json["model"]["vocab"]["b"] = json!(VOCAB_MAX);
        assert!(codec(&json).unwrap_err().to_string().contains("1048577 ids"));
        assert!(codec(&metaspace()).unwrap().stream().push(264).is_err());
    }

    #[test]
    fn empty_prompts() {
        let mut json = metaspace();
        assert_eq!(codec(&json).unwrap().encode_prompt(b"").unwrap(), [1]);
        json["post_processor"] = Value::Null;
        assert_eq!(codec(&json).unwrap().encode_prompt(b"").unwrap(), [1]);
        json["added_tokens"] = json!([]);
        for name in ["<s>", "</s>"] {
            json["model"]["vocab"].as_object_mut().unwrap().remove(name);
        }
        assert!(matches!(codec(&json).unwrap().encode_prompt(b""), Err(TokenizerError::EmptyPrompt)));
    }
}
