//! The text field of one JSON object, and nothing else of it.
//!
//! Invariant: nothing but the text field is built, so that memory is a small multiple of the line's length, and no
//! nesting overflows the stack.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::LineFault;

/// The string in `field` of the object that `json` is.
pub(super) fn text(json: &str, field: &str) -> Result<String, LineFault> {
    if json.trim_ascii_start().starts_with('{') {
        return parse(Object { field }, json)?;
    }
    let found = match parse(Text, json)? {
        Ok(_) => "a string",
        Err(other) => other,
    };
    Err(LineFault::NotAnObject { found, field: field.to_owned() })
}

fn parse<'a, T: DeserializeSeed<'a>>(seed: T, json: &'a str) -> Result<T::Value, LineFault> {
    let mut parser = serde_json::Deserializer::from_str(json);
    seed.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value)).map_err(|error| {
        // Without the line number, which counts within this line.
        let said = error.to_string();
        let problem = said.split(" at line ").next().unwrap_or(&said).to_owned();
        LineFault::NotJson { column: error.column(), problem }
    })
}

/// Reads an object for the sake of one field.
struct Object<'a> {
    field: &'a str,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Result<String, LineFault>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Result<String, LineFault>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut text, mut others) = (None, Names::default());
        while let Some(name) = map.next_key::<String>()? {
            if name != self.field {
                others.add(&name);
                map.next_value::<IgnoredAny>()?;
            } else if text.is_some() {
                return Err(A::Error::custom(format_args!("there are two fields {name:?}")));
            } else {
                text = Some(map.next_value_seed(Text)?);
            }
        }
        let field = || self.field.to_owned();
        Ok(match text {
            Some(Ok(text)) => Ok(text),
            Some(Err(found)) => Err(LineFault::NotAString { field: field(), found }),
            None => Err(LineFault::NoField { field: field(), found: others.to_string() }),
        })
    }
}

/// Reads a value that should be a string; else says what it is.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Result<String, &'static str>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Result<String, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Ok(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err("an object"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Err("a boolean"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Err("a number"))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err("null"))
    }
}

/// The names of an object's fields, as many as a message has room for.
#[derive(Default)]
struct Names {
    shown: Vec<String>,
    more: bool,
}

impl Names {
    fn add(&mut self, name: &str) {
        const SHOWN: usize = 8;
        const NAME_CHARS: usize = 40;
        if self.shown.len() == SHOWN {
            self.more = true;
        } else {
            self.shown.push(format!("{:?}", name.chars().take(NAME_CHARS).collect::<String>()));
        }
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.shown.as_slice(), self.more) {
            ([], _) => f.write_str("none at all"),
            (shown, false) => f.write_str(&shown.join(", ")),
            (shown, true) => write!(f, "{} and more", shown.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_field_is_chosen_by_name() {
        assert_eq!(text(r#" {"text": 1, "body": "b"} "#, "body").unwrap(), "b");
        assert_eq!(text(r#"{"\u0074ext": "\ud83e\udd80"}"#, "text").unwrap(), "🦀");
    }

    #[test]
    fn what_a_line_is_instead_is_said() {
        for (json, found) in [
            ("[1, [2]]", "a list"),
            ("\"s\"", "a string"),
            ("1", "a number"),
            ("-1.5", "a number"),
            ("null", "null"),
            ("true", "a boolean"),
        ] {
            let fault = text(json, "text").unwrap_err();
            assert_eq!(fault, LineFault::NotAnObject { found, field: "text".to_owned() });
            if found != "a string" {
                let fault = text(&format!("{{\"text\": {json}}}"), "text").unwrap_err();
                assert_eq!(fault, LineFault::NotAString { found, field: "text".to_owned() });
            }
        }
    }

    #[test]
    fn broken_json_is_refused() {
        for json in [
            "{",
            "{\"text\"}",
            "{\"text\": \"a\"} x",
            "{\"text\": \"\\ud800\"}",
            "{'text': 1}",
            "nul",
            "{\"text\":\"a\",\"text\":\"b\"}",
        ] {
            assert!(matches!(text(json, "text"), Err(LineFault::NotJson { .. })), "{json}");
        }
    }

    #[test]
    fn nesting_does_not_overflow_the_stack() {
        let deep = format!("{{\"other\": {}1{}, \"text\": \"a\"}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(text(&deep, "text").unwrap(), "a");
        let deep = format!("{{\"text\": {}1", "[{\"a\":".repeat(1_000_000));
        assert!(matches!(text(&deep, "text"), Err(LineFault::NotJson { .. })));
        assert!(matches!(text(&"[".repeat(1_000_000), "text"), Err(LineFault::NotJson { .. })));
    }

    #[test]
    fn many_long_names_are_cut_short() {
        let fields: Vec<String> = (0..100).map(|i| format!("\"{i}{}\": 0", "x".repeat(100))).collect();
        let fault = text(&format!("{{{}}}", fields.join(",")), "text").unwrap_err().to_string();
        assert!(fault.len() < 500 && fault.contains(" and more"), "{fault}");
        assert!(text("{}", "text").unwrap_err().to_string().contains("but none at all"));
    }

    proptest! {
        #[test]
        fn prop_any_text_comes_back(body in any::<String>(), name in any::<String>()) {
            let json = serde_json::json!({ "id": [1, { "a": null }], (name.clone()): body }).to_string();
            prop_assert_eq!(text(&json, &name).unwrap(), body);
        }

        #[test]
        fn prop_any_line_is_answered(json in "[\\[\\]{}\":,a-z0-9\\\\ ]{0,60}") {
            let _ = text(&json, "text");
        }
    }
}
