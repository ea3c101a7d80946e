//! A vocabulary as a program with a byte-level BPE of its own takes it: names, roles, merges, and the rule that cuts a
//! text into words.
//!
//! Invariant: every id has one name and no two share one, the names of text tokens are their bytes in the byte-level
//! alphabet, and a tokenizer whose ids or text such a program could not give is refused. The one thing that may differ
//! is where a text is cut before merging: [`Vocabulary::cut_tokens`] counts the tokens that this puts out of reach.

use std::collections::HashSet;

use serde_json::Value;

use super::huggingface::name_bytes;
use super::{BOS, Codec, EOS, HuggingFace, PAD, SPECIALS, Tokenizer, TokenizerError, UNK, split};

/// What an id is for, numbered as in llama.cpp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Text.
    Normal = 1,
    /// Stands for what has no token.
    Unknown = 2,
    /// Begins, ends or structures a text and is none.
    Control = 3,
    /// Text that is found before anything is cut.
    Whole = 4,
    /// An id without a meaning.
    Unused = 5,
}

/// How a text is cut into words before merging, by llama.cpp's names for it. Of those with GPT-2's rule, `trillion` is
/// the one that doesn't tidy up spaces when it turns ids into text.
const GPT2: &str = "trillion";
const GPT2_PATTERN: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
/// Rules of other makers, and whether a word that is a token is left whole whatever its merges say.
const PATTERNS: [(&str, bool, &str); 4] = [
    (GPT2_PATTERN, false, GPT2),
    (LLAMA3_PATTERN, true, "llama-bpe"),
    (LLAMA3_PATTERN, false, "smaug-bpe"),
    (QWEN2_PATTERN, false, "qwen2"),
];
const LLAMA3_PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN2_PATTERN: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Names, roles and merges of a tokenizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vocabulary {
    /// Name and role of each id.
    pub(crate) tokens: Vec<(String, Role)>,
    /// Both halves of each merge, in order, with a space between.
    pub(crate) merges: Vec<String>,
    /// llama.cpp's name for the rule that cuts a text.
    pub(crate) splitter: &'static str,
    /// Tokens of text that the rule cuts apart, so that no text is ever encoded with them.
    pub(crate) cut_tokens: usize,
    pub(crate) bos: Option<u32>,
    pub(crate) eos: Option<u32>,
    pub(crate) pad: Option<u32>,
    pub(crate) unknown: Option<u32>,
    /// Whether every text begins with BOS and whether it ends with EOS.
    pub(crate) adds: (bool, bool),
}

impl Vocabulary {
    /// The vocabulary of a model with `size` ids; those beyond the tokenizer's are unused.
    pub(crate) fn new(codec: &Codec, size: usize) -> Result<Self, TokenizerError> {
        let mut vocabulary = match codec {
            Codec::Own(tokenizer) => Self::own(tokenizer),
            Codec::HuggingFace(tokenizer) => Self::foreign(tokenizer).map_err(TokenizerError::NotByteLevel)?,
        };
        for id in vocabulary.tokens.len()..size {
            vocabulary.tokens.push((unused(id), Role::Unused));
        }
        let mut names = HashSet::new();
        match vocabulary.tokens.iter().find(|(name, _)| !names.insert(name.as_str())) {
            Some((name, _)) => Err(TokenizerError::NotByteLevel(format!("two of its ids are named {name:?}"))),
            None => Ok(vocabulary),
        }
    }

    fn own(tokenizer: &Tokenizer) -> Self {
        let merge = |(left, right)| format!("{} {}", tokenizer.name(left), tokenizer.name(right));
        let texts = (SPECIALS..tokenizer.vocab() as u32).filter_map(|id| tokenizer.token_bytes(id));
        Self {
            tokens: (0..tokenizer.vocab() as u32).map(|id| (tokenizer.name(id), own_role(id))).collect(),
            merges: tokenizer.enabled().map(merge).collect(),
            splitter: GPT2,
            cut_tokens: count_cut(texts),
            bos: Some(BOS),
            eos: Some(EOS),
            pad: Some(PAD),
            unknown: Some(UNK),
            adds: (false, false),
        }
    }

    /// What a `tokenizer.json` says, or why it can't be said in these terms.
    fn foreign(tokenizer: &HuggingFace) -> Result<Self, String> {
        let json = tokenizer.to_json();
        let model = &json["model"];
        check_byte_level(&json)?;
        let splitter = splitter(&json["pre_tokenizer"], model["ignore_merges"] == true)?;
        let mut tokens: Vec<(String, Role)> = (0..tokenizer.vocab()).map(|id| (unused(id), Role::Unused)).collect();
        for (name, id) in model["vocab"].as_object().into_iter().flatten() {
            *slot(&mut tokens, id)? = (name.clone(), Role::Normal);
        }
        for added in json["added_tokens"].as_array().into_iter().flatten() {
            let name = added["content"].as_str().unwrap_or_default().to_owned();
            let role = if added["special"] == true { Role::Control } else { Role::Whole };
            *slot(&mut tokens, &added["id"])? = (name, role);
        }
        let (bos, eos) = (tokenizer.bos(), tokenizer.eos());
        // What begins and ends a text is no text, whether the file lists it as an added token or not.
        for id in [bos, eos].into_iter().flatten() {
            slot(&mut tokens, &id.into())?.1 = Role::Control;
        }
        let own = Tokenizer::bytes_only();
        for (id, (_, role)) in (0..SPECIALS).zip(&mut tokens).filter(|(id, token)| token.0 == own.name(*id)) {
            *role = own_role(id);
        }
        let texts = tokens.iter().filter(|(_, role)| *role == Role::Normal).filter_map(|(name, _)| name_bytes(name));
        let texts: Vec<Vec<u8>> = texts.collect();
        let cuts_alike = splitter != GPT2 || pattern(&json["pre_tokenizer"]) != Some(split::PATTERN);
        let merges = model["merges"].as_array().into_iter().flatten().map(merge).collect::<Option<Vec<String>>>();
        Ok(Self {
            cut_tokens: if cuts_alike { 0 } else { count_cut(texts.iter().map(Vec::as_slice)) },
            tokens,
            merges: merges.ok_or("its merges can't be read")?,
            splitter,
            adds: adds(tokenizer, bos, eos)?,
            bos,
            eos,
            pad: None,
            unknown: None,
        })
    }
}

fn own_role(id: u32) -> Role {
    match id {
        PAD | BOS | EOS => Role::Control,
        UNK => Role::Unknown,
        _ if id < SPECIALS => Role::Unused,
        _ => Role::Normal,
    }
}

/// A name that no text token has: the byte-level alphabet is without a space.
fn unused(id: usize) -> String {
    format!("<unused {id}>")
}

fn slot<'a>(tokens: &'a mut [(String, Role)], id: &Value) -> Result<&'a mut (String, Role), String> {
    let place = id.as_u64().and_then(|id| usize::try_from(id).ok()).and_then(|id| tokens.get_mut(id));
    place.ok_or_else(|| format!("its id {id} is outside its vocabulary"))
}

/// A merge in either of the forms that a `tokenizer.json` may have it in.
fn merge(merge: &Value) -> Option<String> {
    match merge {
        Value::String(both) => Some(both.clone()),
        Value::Array(pair) => Some(format!("{} {}", pair.first()?.as_str()?, pair.get(1)?.as_str()?)),
        _ => None,
    }
}

fn check_byte_level(json: &Value) -> Result<(), String> {
    let model = &json["model"];
    let is_empty = |value: &Value| value.as_str().is_none_or(str::is_empty);
    if model["type"] != "BPE" || json["decoder"]["type"] != "ByteLevel" || model["byte_fallback"] == true {
        return Err("only byte-level BPE can be exported, and it is of another kind".to_owned());
    }
    if !json["normalizer"].is_null() {
        return Err("it changes the text before it is cut (a normalizer)".to_owned());
    }
    if !is_empty(&model["continuing_subword_prefix"]) || !is_empty(&model["end_of_word_suffix"]) {
        return Err("its tokens have a prefix or suffix".to_owned());
    }
    Ok(())
}

/// The pattern that a `tokenizer.json` cuts texts by, where it does so first.
fn pattern(rule: &Value) -> Option<&str> {
    rule["pretokenizers"][0]["pattern"]["Regex"].as_str()
}

/// The name of the rule that a `tokenizer.json` cuts texts by.
fn splitter(rule: &Value, ignores_merges: bool) -> Result<&'static str, String> {
    let steps = match rule["pretokenizers"].as_array() {
        Some(steps) => steps.as_slice(),
        None => std::slice::from_ref(rule),
    };
    let is_byte_level = |step: &Value, with_pattern: bool| {
        step["type"] == "ByteLevel" && step["add_prefix_space"] != true && (step["use_regex"] != false) == with_pattern
    };
    let found = match steps {
        [bytes] if is_byte_level(bytes, true) && !ignores_merges => Some(GPT2),
        [digits, bytes] if digits["type"] == "Digits" && is_byte_level(bytes, true) && !ignores_merges => {
            (digits["individual_digits"] == true).then_some("smollm")
        }
        [cut, bytes] if cut["type"] == "Split" && is_byte_level(bytes, false) => {
            let own = (split::PATTERN, false, GPT2);
            let is_it = |known: &(&str, bool, _)| (Some(known.0), known.1) == (pattern(rule), ignores_merges);
            let known = PATTERNS.into_iter().chain([own]).find(is_it);
            known.filter(|_| cut["behavior"] == "Isolated" && cut["invert"] != true).map(|rule| rule.2)
        }
        _ => None,
    };
    found.ok_or_else(|| "it cuts texts by a rule that llama.cpp has no name for".to_owned())
}

/// Whether each text begins with BOS and ends with EOS; other additions can't be written down.
fn adds(tokenizer: &HuggingFace, bos: Option<u32>, eos: Option<u32>) -> Result<(bool, bool), String> {
    let ids = |with| tokenizer.encode(b"a", with).map_err(|error| error.to_string());
    let (bare, full) = (ids(false)?, ids(true)?);
    let begins = bos.is_some() && full.first().copied() == bos && bare.first().copied() != bos;
    let ends = eos.is_some() && full.last().copied() == eos && bare.last().copied() != eos;
    let expected = bos.filter(|_| begins).into_iter().chain(bare).chain(eos.filter(|_| ends));
    if expected.eq(full) { Ok((begins, ends)) } else { Err("it adds other tokens than BOS and EOS".to_owned()) }
}

/// How many of these tokens GPT-2's rule cuts apart. Bytes that are no whole characters are nobody's to cut.
fn count_cut<'a>(tokens: impl Iterator<Item = &'a [u8]>) -> usize {
    let Ok(rule) = tokenizers::utils::SysRegex::new(GPT2_PATTERN) else { return 0 };
    let is_cut = |text: &str| rule.find_iter(text).next().is_some_and(|(_, end)| end < text.len());
    tokens.filter_map(|bytes| std::str::from_utf8(bytes).ok()).filter(|text| is_cut(text)).count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::foreign::tests::metaspace, *};

    fn foreign(json: &Value) -> Result<Vocabulary, String> {
        let tokenizer = HuggingFace::parse(json.to_string().as_bytes()).unwrap();
        Vocabulary::new(&Codec::HuggingFace(Box::new(tokenizer)), 0).map_err(|error| error.to_string())
    }

    fn learned(text: &[u8]) -> Tokenizer {
        Tokenizer::learn(&[text], 330).unwrap()
    }

    #[test]
    fn our_ids_have_their_names_roles_and_merges() {
        let tokenizer = learned(b"the cat sat on the mat, the rat sat on the hat");
        let codec = Codec::Own(tokenizer.clone());
        let vocabulary = Vocabulary::new(&codec, tokenizer.vocab() + 2).unwrap();
        assert_eq!(vocabulary.tokens.len(), tokenizer.vocab() + 2);
        let named = |id: usize, name: &str, role| assert_eq!(vocabulary.tokens[id], (name.to_owned(), role));
        named(1, "<bos>", Role::Control);
        named(3, "<unk>", Role::Unknown);
        named(9, "<reserved9>", Role::Unused);
        named(42, "Ġ", Role::Normal);
        named(tokenizer.vocab(), &unused(tokenizer.vocab()), Role::Unused);
        assert_eq!(vocabulary.merges.len(), tokenizer.merges().len());
        assert_eq!(vocabulary.merges[0].split(' ').collect::<String>(), vocabulary.tokens[266].0);
        assert_eq!((vocabulary.cut_tokens, vocabulary.adds), (0, (false, false)));
    }

    #[test]
    fn disabled_merges_keep_their_tokens() {
        let mut tokenizer = learned(b"the cat sat on the mat, the rat sat on the hat");
        let before = Vocabulary::own(&tokenizer);
        tokenizer.disable(tokenizer.vocab() as u32 - 1..tokenizer.vocab() as u32).unwrap();
        let after = Vocabulary::own(&tokenizer);
        assert_eq!(after.tokens, before.tokens);
        assert_eq!(after.merges, before.merges[..before.merges.len() - 1]);
    }

    #[test]
    fn tokens_that_another_rule_cuts_are_counted() {
        let typographic = learned("don’t can’t won’t don’t can’t won’t".as_bytes());
        assert!(Vocabulary::own(&typographic).cut_tokens > 0);
        assert_eq!(Vocabulary::own(&learned("größe straße größe 東京".as_bytes())).cut_tokens, 0);
    }

    #[test]
    fn our_own_export_is_understood() {
        let tokenizer = learned("don’t can’t won’t, the cat sat on the mat".as_bytes());
        let own = Vocabulary::own(&tokenizer);
        let json: Value = serde_json::from_str(&tokenizer.to_huggingface_json()).unwrap();
        let read = foreign(&json).unwrap();
        assert_eq!((&read.merges, read.splitter, read.adds), (&own.merges, own.splitter, own.adds));
        assert_eq!(read.tokens, own.tokens);
        assert_eq!((read.bos, read.eos, read.cut_tokens), (own.bos, own.eos, own.cut_tokens));
    }

    #[test]
    fn rules_are_known_by_name_and_others_are_refused() {
        let mut json: Value = serde_json::from_str(&learned(b"the the the").to_huggingface_json()).unwrap();
        json["pre_tokenizer"] = json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true });
        assert_eq!(foreign(&json).unwrap().splitter, GPT2);
        let bytes = json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false });
        let cut =
            json!({ "type": "Split", "pattern": { "Regex": LLAMA3_PATTERN }, "behavior": "Isolated", "invert": false });
        json["pre_tokenizer"] = json!({ "type": "Sequence", "pretokenizers": [cut, bytes] });
        assert_eq!(foreign(&json).unwrap().splitter, "smaug-bpe");
        json["model"]["ignore_merges"] = true.into();
        assert_eq!(foreign(&json).unwrap().splitter, "llama-bpe");
        json["pre_tokenizer"] = Value::Null;
        assert!(foreign(&json).unwrap_err().contains("by a rule"));
        json["normalizer"] = json!({ "type": "Lowercase" });
        assert!(foreign(&json).unwrap_err().contains("normalizer"));
        assert!(foreign(&metaspace()).unwrap_err().contains("only byte-level BPE can be exported"));
    }

    #[test]
    fn what_a_template_adds_is_noted() {
        let mut json: Value = serde_json::from_str(&learned(b"the the the").to_huggingface_json()).unwrap();
        let template = |names: &[&str]| {
            let special = names.iter().map(|name| json!({ "SpecialToken": { "id": name, "type_id": 0 } }));
            let single: Vec<Value> = special.chain([json!({ "Sequence": { "id": "A", "type_id": 0 } })]).collect();
            let known = |id: u32, name: &str| json!({ "id": name, "ids": [id], "tokens": [name] });
            json!({ "type": "TemplateProcessing", "single": single, "pair": [],
                "special_tokens": { "<bos>": known(1, "<bos>"), "<eos>": known(2, "<eos>") } })
        };
        json["post_processor"] = template(&["<bos>"]);
        assert_eq!(foreign(&json).unwrap().adds, (true, false));
        json["post_processor"] = template(&["<eos>", "<bos>"]);
        assert!(foreign(&json).unwrap_err().contains("it adds other tokens"));
    }
}
