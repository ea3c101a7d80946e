//! Keeps a hostile `tokenizer.json` from the library that reads it.
//!
//! That library trusts its files: some make it panic, when they are read or at the first text, and some let a short
//! text fill the memory. Invariant: a file that passes has none of the parts that are known to do so.

use serde_json::{Map, Value};

/// Steps in all of normalizer, splitter, post-processor and decoder. Real files have fewer than ten.
const STEPS_MAX: usize = 32;
/// How many times longer all steps together may make a text.
const GROWTH_MAX: usize = 1 << 14;
/// Parts of a template, and ids in one of them.
const TEMPLATE_MAX: usize = 64;
/// Bytes in one token or prefix where the library takes more than linear time, or a stack frame for each.
const TOKEN_MAX: usize = 1024;

type Object = Map<String, Value>;

/// Takes out of a `tokenizer.json` what inference must not have, and refuses what cannot be taken out.
pub(super) fn screen(json: &mut Value) -> Result<(), String> {
    let top = json.as_object_mut().ok_or("it is not an object")?;
    // A prompt is used whole and as it is.
    top.remove("truncation");
    top.remove("padding");
    let model = top.get_mut("model").and_then(Value::as_object_mut).ok_or("it has no model")?;
    // Dropout makes the same text read differently from one time to the next.
    model.remove("dropout");
    screen_model(model)?;
    let mut seen = Seen { steps: 0, growth: 1, templates: 0 };
    for part in ["normalizer", "pre_tokenizer", "post_processor", "decoder"] {
        match top.get(part) {
            None | Some(Value::Null) => {}
            Some(step @ Value::Object(_)) => seen.walk(step)?,
            Some(_) => return Err(format!("its {part} is not an object")),
        }
    }
    Ok(())
}

fn screen_model(model: &Object) -> Result<(), String> {
    let prefix = model.get("continuing_subword_prefix").and_then(Value::as_str);
    if model.contains_key("merges") && prefix.is_some_and(|prefix| !prefix.is_empty()) {
        return Err("merges with a continuing_subword_prefix are not supported".to_owned());
    }
    // A list of tokens with scores becomes a tree as deep as its longest token, and is dropped by recursion.
    for entry in model.get("vocab").and_then(Value::as_array).into_iter().flatten() {
        check_len("a token", entry[0].as_str().map_or(0, str::len), TOKEN_MAX)?;
    }
    Ok(())
}

/// What has been met on the way through all steps.
struct Seen {
    steps: usize,
    growth: usize,
    templates: usize,
}

impl Seen {
    fn walk(&mut self, value: &Value) -> Result<(), String> {
        match value {
            Value::Object(object) => {
                self.step(object)?;
                object.values().try_for_each(|inner| self.walk(inner))
            }
            Value::Array(items) => items.iter().try_for_each(|inner| self.walk(inner)),
            _ => Ok(()),
        }
    }

    /// Judges by keys rather than by type, because the library also reads steps that name no type or a wrong one.
    fn step(&mut self, object: &Object) -> Result<(), String> {
        let text_len = |key: &str| object.get(key).and_then(Value::as_str).map_or(0, str::len);
        self.steps += usize::from(object.contains_key("type"));
        check_len("the list of steps", self.steps, STEPS_MAX)?;
        if object.contains_key("precompiled_charsmap") {
            return Err("a precompiled normalizer is not supported".to_owned());
        }
        if object.get("stop").is_some_and(|stop| stop.as_u64() != Some(0)) {
            return Err("a decoder that strips the end of tokens is not supported".to_owned());
        }
        if object.get("length").is_some_and(|length| length.as_u64() == Some(0)) {
            return Err("pieces of length 0 are not possible".to_owned());
        }
        check_len("a prefix", text_len("prepend"), TOKEN_MAX)?;
        let growth = match object.get("type").and_then(Value::as_str) {
            Some("ByteLevel" | "Metaspace") => 4, // a character may take twice its bytes, and a space before it
            _ if object.contains_key("pattern") => 1 + text_len("content"),
            _ => 1,
        };
        self.growth = self.growth.saturating_mul(growth);
        check_len("the growth of a text", self.growth, GROWTH_MAX)?;
        // Two of these in a row would hand more texts to the second than it can take.
        self.templates += usize::from(object.contains_key("single") || object.contains_key("cls"));
        check_len("the list of templates", self.templates, 1)?;
        for key in ["single", "pair", "ids"] {
            check_len("a template", object.get(key).and_then(Value::as_array).map_or(0, Vec::len), TEMPLATE_MAX)?;
        }
        check_template(object)
    }
}

/// A template for one text may use that text, and special tokens that it lists.
fn check_template(object: &Object) -> Result<(), String> {
    let known = object.get("special_tokens").and_then(Value::as_object);
    for part in object.get("single").and_then(Value::as_array).into_iter().flatten() {
        let special = part["SpecialToken"]["id"].as_str();
        if let Some(name) = special.filter(|name| !known.is_some_and(|known| known.contains_key(*name))) {
            return Err(format!("its template uses {name:?}, which it does not list"));
        }
        if part["Sequence"]["id"] == "B" {
            return Err("its template for one text uses a second one".to_owned());
        }
    }
    Ok(())
}

fn check_len(what: &str, len: usize, max: usize) -> Result<(), String> {
    if len > max { Err(format!("{what} is too long: {len}, and {max} is the most")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{
        super::{HuggingFace, Tokenizer, foreign::tests::metaspace},
        *,
    };

    fn export() -> Value {
        let tokenizer = Tokenizer::learn(&[b"the the the"], 268).unwrap();
        serde_json::from_str(&tokenizer.to_huggingface_json()).unwrap()
    }

    /// What loading says to our own export with one part replaced.
    fn load(part: &str, value: Value) -> Result<HuggingFace, String> {
        let mut json = export();
        *json.pointer_mut(part).expect("the export has this part") = value;
        HuggingFace::parse(json.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_would_panic_is_refused() {
        let template =
            |single: Value| json!({ "type": "TemplateProcessing", "single": single, "pair": [], "special_tokens": {} });
        let cases = [
            ("/normalizer", json!({ "type": "Precompiled", "precompiled_charsmap": "AAAA" })),
            ("/normalizer", json!({ "precompiled_charsmap": "" })),
            ("/normalizer", json!(7)),
            ("/decoder", json!("x")),
            ("/decoder", json!({ "type": "Strip", "content": "a", "start": 0, "stop": 9 })),
            ("/pre_tokenizer", json!({ "type": "FixedLength", "length": 0 })),
            ("/post_processor", template(json!([{ "SpecialToken": { "id": "x", "type_id": 0 } }]))),
            ("/post_processor", template(json!([{ "Sequence": { "id": "B", "type_id": 0 } }]))),
            (
                "/post_processor",
                json!({ "type": "Sequence", "processors": [template(json!([])), template(json!([]))] }),
            ),
            ("/model/continuing_subword_prefix", json!("a prefix longer than the token")),
            ("/model", json!({ "type": "Unigram", "unk_id": 0, "vocab": [["a".repeat(100_000), 0.0]] })),
            ("/model", json!(null)),
            ("", json!([])),
        ];
        for (part, value) in cases {
            load(part, value.clone()).expect_err(&value.to_string());
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let doubling = json!({ "type": "Replace", "pattern": { "String": "a" }, "content": "aa" });
        let error = load("/normalizer", json!({ "type": "Sequence", "normalizers": vec![doubling; 16] })).unwrap_err();
        assert!(error.contains("the growth of a text is too long"), "{error}");
        let steps = vec![json!({ "type": "Lowercase" }); 40];
        load("/normalizer", json!({ "type": "Sequence", "normalizers": steps })).unwrap_err();
        let twice = json!({ "Sequence": { "id": "A", "type_id": 0 } });
        let template =
            json!({ "type": "TemplateProcessing", "single": vec![twice; 65], "pair": [], "special_tokens": {} });
        load("/post_processor", template).unwrap_err();
    }

    #[test]
    fn an_ordinary_file_passes() {
        load("/normalizer", json!({ "type": "Sequence", "normalizers": [{ "type": "NFC" }, { "type": "Lowercase" }] }))
            .unwrap();
        load("/model/dropout", json!(0.9)).unwrap();
        load("/padding", json!({ "strategy": { "Fixed": 1_000_000_000 } })).unwrap();
    }

    /// Every place in a JSON value, as a pointer.
    fn places(value: &Value, at: &str, all: &mut Vec<String>) {
        all.push(at.to_owned());
        match value {
            Value::Object(object) => {
                for (key, inner) in object {
                    places(inner, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
                }
            }
            Value::Array(items) => {
                for (index, inner) in items.iter().enumerate() {
                    places(inner, &format!("{at}/{index}"), all);
                }
            }
            _ => {}
        }
    }

    proptest! {
        /// Whatever one part is replaced by, the file is refused or works: nothing panics.
        #[test]
        fn prop_a_wrong_part_never_panics(
            place in any::<prop::sample::Index>(),
            value in prop::sample::select(vec![
                json!(null), json!(true), json!(0), json!(-1), json!(u64::MAX), json!(0.5), json!(""), json!("Ġ"),
                json!("ByteLevel"), json!([]), json!([[]]), json!({}), json!({ "type": "Fuse" }), json!({ "Regex": "(" }),
            ]),
            other in any::<bool>(),
        ) {
            let mut json = if other { metaspace() } else { export() };
            // The vocabulary is most of the file: look at the rest more often.
            json["model"]["vocab"].as_object_mut().unwrap().retain(|name, id| {
                "theĠa".contains(name) || !(12..260).contains(&id.as_u64().unwrap())
            });
            let mut all = Vec::new();
            places(&json, "", &mut all);
            let place = place.get(&all);
            *json.pointer_mut(place).unwrap() = value;
            if let Ok(tokenizer) = HuggingFace::parse(json.to_string().as_bytes()) {
                for text in ["", "the the", "a\u{fffd} é <bos>"] {
                    if let Ok(ids) = tokenizer.encode_prompt(text.as_bytes()) {
                        tokenizer.decode(&ids).ok();
                    }
                }
            }
        }
    }
}
