//! JSON of strangers: a strict reader that knows the line of everything, and a writer with one form for each value.
//!
//! Invariants: no bytes make the reader panic or recurse past [`DEPTH_MAX`]; numbers stay the text they were, so nothing
//! is rounded; what [`Json::write`] writes reads back to the same value and is written the same again.

mod reader;
mod writer;

/// Bytes of a document at most.
pub const BYTES_MAX: usize = 128 << 10;

/// Lists and objects inside each other at most.
pub const DEPTH_MAX: usize = 32;

/// A value, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json {
    /// The line that it begins on; the first is 1.
    pub line: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written. `NaN`, `Infinity` and `-Infinity` count as numbers, as they do for Python.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Json>),
    /// Values by name, in the order they were given; no name twice.
    Object(Vec<(String, Json)>),
}

/// Why bytes are no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct JsonError {
    /// The line; the first is 1.
    pub line: u32,
    /// What is wrong there.
    pub fault: JsonFault,
}

/// What is wrong with bytes that are no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// More than anyone reads.
    #[error("there are {0} bytes, and {BYTES_MAX} are the most")]
    Large(usize),
    /// Bytes that are no text.
    #[error("the bytes are no UTF-8")]
    Utf8,
    /// Nested beyond reason.
    #[error("lists and objects are more than {DEPTH_MAX} deep")]
    Deep,
    /// One name, two values.
    #[error("the name {0:?} is there twice")]
    Twice(String),
    /// Something else should be there.
    #[error("{0} is expected here")]
    Expected(&'static str),
    /// The bytes end too early.
    #[error("it ends in the middle of a value")]
    End,
    /// More behind the value.
    #[error("something follows after the end")]
    Trailing,
    /// A control character inside a text.
    #[error("the control character U+{0:04X} must be written as an escape in a text")]
    Control(u32),
    /// A backslash before something that no escape begins with.
    #[error("the text has an escape that JSON does not know")]
    Escape,
    /// Half of a surrogate pair, which is no character.
    #[error("the escape \\u{0:04x} is half of a pair, and no character by itself")]
    Surrogate(u16),
}

impl Json {
    /// Reads a whole document.
    pub fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        reader::read(bytes)
    }

    /// The canonical form: names sorted, `", "` and `": "` between, everything but ASCII escaped, as Python's
    /// `json.dumps(value, sort_keys=True)` writes it.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::new();
        writer::write(self, &mut text);
        text
    }

    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members, if this is an object; none otherwise.
    #[must_use]
    pub fn members(&self) -> &[(String, Self)] {
        if let Kind::Object(members) = &self.kind { members } else { &[] }
    }

    /// The values, if this is a list; none otherwise.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    /// The text, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The number as it was written, if this is one.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        if let Kind::Number(token) = &self.kind { Some(token) } else { None }
    }

    /// The line of a field such as `parameter_changes[1].new_value`, or of the nearest thing around it that is there.
    #[must_use]
    pub fn line_of(&self, field: &str) -> u32 {
        let mut at = self;
        for part in field.split(['.', '[']) {
            let next = match part.strip_suffix(']') {
                Some(number) => number.parse::<usize>().ok().and_then(|number| at.items().get(number)),
                None => at.get(part),
            };
            let Some(next) = next else { break };
            at = next;
        }
        at.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> String {
        Json::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_python_writes_is_written_the_same() {
        for text in [
            "null",
            "[]",
            "{}",
            r#"{"a": [1, -2.5, 1e-07, NaN, Infinity, -Infinity], "b": {"": true}}"#,
            r#""\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\u2028\ud83d\ude00""#,
            "12345678901234567890123456789012345678901234567890",
        ] {
            assert_eq!(Json::read(text.as_bytes()).unwrap().write(), text);
        }
        let loose = "\r\n{\"b\":\t1 ,\n\"é\": 2, \"a\":\"\\/\\u00E9\u{7f}\u{10ffff}\"} ";
        let tight = r#"{"a": "/\u00e9\u007f\udbff\udfff", "b": 1, "\u00e9": 2}"#;
        assert_eq!(Json::read(loose.as_bytes()).unwrap().write(), tight);
    }

    #[test]
    fn names_are_sorted_by_character_and_not_by_its_escape() {
        let json = Json::read("{\"\u{ffff}\": 1, \"\u{10000}\": 2, \"Z\": 3, \"a\": 4}".as_bytes()).unwrap();
        assert_eq!(json.write(), r#"{"Z": 3, "a": 4, "\uffff": 1, "\ud800\udc00": 2}"#);
    }

    #[test]
    fn everything_knows_its_line() {
        let json = Json::read(b"{\n\"a\": [1,\n2],\n\n\"b\": {\"c\":\n\"x\\n\"}}").unwrap();
        let lines = ["a", "a[0]", "a[1]", "a[2]", "b", "b.c", "b.d", "z.z[1].z"].map(|field| json.line_of(field));
        assert_eq!(lines, [2, 2, 3, 2, 5, 6, 5, 1]);
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_line() {
        assert_eq!(error(""), "line 1: it ends in the middle of a value");
        assert_eq!(error("[1,\n\n]"), "line 3: a value is expected here");
        assert_eq!(error("{\"a\": 1,\n\"a\": 2}"), "line 2: the name \"a\" is there twice");
        assert_eq!(error("[1 2]"), "line 1: `,` or `]` is expected here");
        assert_eq!(error("{1: 2}"), "line 1: a name in quotes is expected here");
        assert_eq!(error("{\"a\" 2}"), "line 1: `:` is expected here");
        assert_eq!(error("{\"a\": 2"), "line 1: it ends in the middle of a value");
        assert_eq!(error("1\n2"), "line 2: something follows after the end");
        assert_eq!(error("\"a\nb\""), "line 1: the control character U+000A must be written as an escape in a text");
        assert_eq!(error(r#""\ud800x""#), "line 1: the escape \\ud800 is half of a pair, and no character by itself");
        assert_eq!(error(r#""\ude00""#), "line 1: the escape \\ude00 is half of a pair, and no character by itself");
        assert_eq!(error(r#""\ud83dA""#), "line 1: the escape \\ud83d is half of a pair, and no character by itself");
        for text in [r#""\x""#, r#""\u12g4""#, r#""\u+123""#] {
            assert_eq!(error(text), "line 1: the text has an escape that JSON does not know", "{text}");
        }
        for text in ["01", "1.", ".5", "1e", "+1", "-", "0x1", "tru", "nan", "-Inf", "1_0", "'a'", "\u{feff}1", "--1"] {
            assert!(Json::read(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(Json::read(b"\n\"\xff\"").unwrap_err(), JsonError { line: 2, fault: JsonFault::Utf8 });
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::read(deep(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(error(&deep(DEPTH_MAX + 1)), "line 1: lists and objects are more than 32 deep");
        assert_eq!(error(&" ".repeat(BYTES_MAX + 1)), "line 1: there are 131073 bytes, and 131072 are the most");
        assert_eq!(error(&"[".repeat(BYTES_MAX)), "line 1: lists and objects are more than 32 deep");
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let number =
            prop_oneof!["-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?", Just("NaN".to_owned())];
        let leaf = prop_oneof![
            Just(Kind::Null),
            any::<bool>().prop_map(Kind::Bool),
            number.prop_map(Kind::Number),
            any::<String>().prop_map(Kind::Text),
        ];
        let json = |kind| Json { line: 1, kind };
        leaf.prop_map(json).prop_recursive(5, 40, 6, move |inner| {
            let members = prop::collection::btree_map(any::<String>(), inner.clone(), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Kind::List),
                members.prop_map(|members| Kind::Object(members.into_iter().collect())),
            ]
            .prop_map(json)
        })
    }

    proptest! {
        #[test]
        fn prop_no_bytes_panic(bytes: Vec<u8>, text in "[\\[\\]{}:,\"\\\\ue0-9.tnNI -]{0,40}") {
            let _ = Json::read(&bytes);
            if let Ok(json) = Json::read(text.as_bytes()) {
                prop_assert_eq!(Json::read(json.write().as_bytes()).map(|json| json.write()), Ok(json.write()));
            }
        }

        #[test]
        fn prop_what_is_written_is_read_again(json in any_json()) {
            let text = json.write();
            prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(Json::read(text.as_bytes()), Ok(json));
        }
    }
}
