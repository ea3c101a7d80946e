//! The bytes of a proposal, TOML or JSON, to one kind of value that knows its lines.
//!
//! Invariants: no more is read than a proposal may have; a number gets the form that Python prints it in, in which it is
//! hashed.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::anyhow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::AppError;
use crate::governance::json::{BYTES_MAX, DEPTH_MAX, Json, JsonError, Kind};

/// A mark that some editors put before the text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What somebody wrote.
pub(super) struct Source {
    /// How its lines are named.
    pub(super) name: String,
    /// All of it.
    pub(super) json: Json,
}

/// Why there is none.
pub(super) enum SourceError {
    /// It can't be read.
    Unreadable { name: String, error: io::Error },
    /// It is neither TOML nor JSON.
    Syntax { name: String, line: u32, says: String },
}

impl From<SourceError> for AppError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Unreadable { name, error } => {
                Self::refused(error).while_doing(format!("cannot read the proposal `{name}`"))
            }
            SourceError::Syntax { name, line, says } => Self::refused(anyhow!("{name}:{line}: {says}"))
                .hint("`neuroshard nep template econ` prints one that is in order"),
        }
    }
}

impl Source {
    /// Reads a file, or standard input for `-`.
    pub(super) fn read(path: &Path) -> Result<Self, SourceError> {
        let stdin = path.as_os_str() == "-";
        let name = if stdin { "standard input".to_owned() } else { path.display().to_string() };
        let bytes = if stdin { limited(io::stdin().lock()) } else { fs::File::open(path).and_then(limited) };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return Err(SourceError::Unreadable { name, error }),
        };
        let named = |name: &str| path.extension().is_some_and(|extension| extension == name);
        let parsed = if named("json") { Self::parse_json(&bytes) } else { Self::parse(&bytes, named("toml")) };
        parsed.map(|json| Self { name: name.clone(), json }).map_err(|(line, says)| SourceError::Syntax {
            name,
            line,
            says,
        })
    }

    /// JSON begins with a brace, and a TOML file never does.
    pub(super) fn parse(bytes: &[u8], toml: bool) -> Result<Json, (u32, String)> {
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
        if !toml && bytes.trim_ascii_start().starts_with(b"{") {
            return Self::parse_json(bytes);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            (Lines::of(&bytes[..error.valid_up_to()]).line(error.valid_up_to()), "the bytes are no UTF-8".to_owned())
        })?;
        // Line ends of Windows are no part of what somebody wrote.
        let text = text.replace("\r\n", "\n");
        Toml { lines: Lines::of(text.as_bytes()) }.read(&text)
    }

    fn parse_json(bytes: &[u8]) -> Result<Json, (u32, String)> {
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let json = Json::read(bytes).map_err(|JsonError { line, fault }| (line, fault.to_string()))?;
        Ok(normal(json))
    }

    /// That it is no proposal.
    pub(super) fn refused(&self, error: impl Into<anyhow::Error>) -> AppError {
        AppError::refused(error).while_doing(format!("`{}` is no proposal", self.name))
    }
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > BYTES_MAX {
        let says = format!("it is larger than {} KiB", BYTES_MAX >> 10);
        return Err(io::Error::new(io::ErrorKind::InvalidData, says));
    }
    Ok(bytes)
}

/// With numbers as Python prints what it reads of them.
fn normal(json: Json) -> Json {
    let kind = match json.kind {
        Kind::Number(token) => Kind::Number(number(&token)),
        Kind::List(items) => Kind::List(items.into_iter().map(normal).collect()),
        Kind::Object(members) => Kind::Object(members.into_iter().map(|(name, value)| (name, normal(value))).collect()),
        kind => kind,
    };
    Json { kind, ..json }
}

fn number(token: &str) -> String {
    match token {
        "NaN" | "Infinity" | "-Infinity" => token.to_owned(),
        "-0" => "0".to_owned(),
        _ if token.contains(['.', 'e', 'E']) => token.parse().map_or_else(|_| token.to_owned(), float),
        _ => token.to_owned(),
    }
}

/// As Python's `repr`: the shortest digits that read back, with an exponent only for the very large and small.
fn float(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let text = value.to_string();
        return if text.contains('.') { text } else { text + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(bytes: &[u8]) -> Self {
        Self(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect())
    }

    fn line(&self, at: usize) -> u32 {
        self.0.partition_point(|start| *start <= at) as u32 + 1
    }
}

type Found<T> = Result<T, (u32, String)>;

struct Toml {
    lines: Lines,
}

impl Toml {
    fn read(&self, text: &str) -> Found<Json> {
        let table = DeTable::parse(text).map_err(|error| {
            let line = self.lines.line(error.span().map_or(0, |span| span.start));
            (line, error.message().lines().collect::<Vec<_>>().join(", "))
        })?;
        Ok(Json { line: 1, kind: self.table(table.get_ref(), 1)? })
    }

    fn table(&self, table: &DeTable, depth: usize) -> Found<Kind> {
        let member = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
            let name: &str = std::convert::AsRef::<str>::as_ref(key.get_ref());
            Ok((name.to_owned(), self.value(value, depth)?))
        };
        Ok(Kind::Object(table.iter().map(member).collect::<Found<_>>()?))
    }

    fn value(&self, value: &Spanned<DeValue>, depth: usize) -> Found<Json> {
        let line = self.lines.line(value.span().start);
        if depth > DEPTH_MAX {
            return Err((line, format!("lists and tables are more than {DEPTH_MAX} deep")));
        }
        let kind = match value.get_ref() {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Boolean(flag) => Kind::Bool(*flag),
            DeValue::Float(token) => Kind::Number(
                token.as_str().parse().map(float).map_err(|_| (line, format!("{} is no number", token.as_str())))?,
            ),
            DeValue::Integer(token) => Kind::Number(integer(token.as_str(), token.radix()).ok_or_else(|| {
                (line, format!("{} is too large to be written in another base than ten", token.as_str()))
            })?),
            DeValue::Datetime(_) => return Err((line, "a proposal has no dates but in quotes".to_owned())),
            DeValue::Array(items) => {
                Kind::List(items.iter().map(|item| self.value(item, depth + 1)).collect::<Found<_>>()?)
            }
            DeValue::Table(table) => self.table(table, depth + 1)?,
        };
        Ok(Json { line, kind })
    }
}

/// The decimal digits of a whole number.
fn integer(digits: &str, radix: u32) -> Option<String> {
    if radix == 10 {
        let digits = digits.strip_prefix('+').unwrap_or(digits);
        return Some(number(digits));
    }
    u128::from_str_radix(digits, radix).ok().map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        Source::parse(text.as_bytes(), false).unwrap().write()
    }

    fn wrong(text: &str) -> (u32, String) {
        Source::parse(text.as_bytes(), false).unwrap_err()
    }

    #[test]
    fn floats_are_printed_as_python_prints_them() {
        for (given, expected) in [
            ("1.50", "1.5"),
            ("1E5", "100000.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("123456789012345680000.0", "1.2345678901234568e+20"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e-7", "1e-07"),
            ("0.00012345", "0.00012345"),
            ("-0.0", "-0.0"),
            ("-0", "0"),
            ("5e-324", "5e-324"),
            ("1e999", "Infinity"),
            ("-1e999", "-Infinity"),
            ("1e-999", "0.0"),
            ("1e22", "1e+22"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("0.1e1", "1.0"),
            ("98765432109876543210", "98765432109876543210"),
            ("NaN", "NaN"),
        ] {
            assert_eq!(written(&format!("{{\"a\": {given}}}")), format!("{{\"a\": {expected}}}"), "{given}");
        }
    }

    #[test]
    fn toml_and_json_of_one_proposal_are_one_value() {
        let toml = "a = 1.50\nb = [1_000, -0, 0xff, +5, inf, -inf, nan]\n[c]\nd = \"x\"\n[[e]]\nf = true\n[[e]]\n";
        let json =
            r#"{"e": [{"f": true}, {}], "c": {"d": "x"}, "b": [1000, 0, 255, 5, Infinity, -Infinity, NaN], "a": 1.5}"#;
        assert_eq!(written(toml), written(json));
        assert_eq!(written(&format!("\u{feff}{json}")), written(json));
        let parsed = Source::parse(toml.as_bytes(), false).unwrap();
        let lines = ["a", "b[2]", "c", "c.d", "e[0].f", "e[1]"].map(|field| parsed.line_of(field));
        assert_eq!(lines, [1, 2, 3, 4, 6, 7]);
    }

    #[test]
    fn what_is_neither_is_refused_with_its_line() {
        assert_eq!(wrong("a = 1\nb = 2020-01-01\n"), (2, "a proposal has no dates but in quotes".to_owned()));
        assert_eq!(wrong("a = 1\nb = \n").0, 2);
        assert_eq!(wrong("{\"a\": 1,\n}"), (2, "a name in quotes is expected here".to_owned()));
        assert_eq!(wrong("a = 1\na = 2\n").0, 2);
        let deep = format!("a = 1\nb = {}{}", "[".repeat(40), "]".repeat(40));
        assert_eq!(wrong(&deep), (2, "lists and tables are more than 32 deep".to_owned()));
        assert_eq!(wrong(&format!("b = {}", "[".repeat(100_000))).0, 1);
        assert_eq!(Source::parse(b"a = 1\nb = \"\xff\"", false).unwrap_err(), (2, "the bytes are no UTF-8".to_owned()));
    }

    proptest! {
        #[test]
        fn prop_no_bytes_panic(bytes: Vec<u8>, text in "[a-c =\\[\\]{}\"'\n0-9._:+-]{0,40}") {
            let _ = (Source::parse(&bytes, true), Source::parse(text.as_bytes(), false));
        }

        #[test]
        fn prop_a_float_reads_back(value in any::<f64>()) {
            let text = float(value);
            let back: f64 = if text == "NaN" { f64::NAN } else { text.replace("Infinity", "inf").parse().unwrap() };
            prop_assert!(back.to_bits() == value.to_bits() || back.is_nan() && value.is_nan());
            prop_assert_eq!(number(&text), text);
        }
    }
}
