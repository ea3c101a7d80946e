//! From bytes to values, by descent.
//!
//! Invariant: it goes no deeper than [`DEPTH_MAX`], and each step takes at least one character, so it ends.

use std::collections::BTreeSet;

use super::{BYTES_MAX, DEPTH_MAX, Json, JsonError, JsonFault, Kind};

type Found<T> = Result<T, JsonFault>;

/// Characters of a quoted name in an error.
const SHOWN_MAX: usize = 80;

pub(super) fn read(bytes: &[u8]) -> Result<Json, JsonError> {
    let lines = |bytes: &[u8]| bytes.iter().fold(1_u32, |line, byte| line.saturating_add(u32::from(*byte == b'\n')));
    if bytes.len() > BYTES_MAX {
        return Err(JsonError { line: 1, fault: JsonFault::Large(bytes.len()) });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError {
        line: lines(bytes.get(..error.valid_up_to()).unwrap_or_default()),
        fault: JsonFault::Utf8,
    })?;
    let mut reader = Reader { rest: text, line: 1 };
    reader.document().map_err(|fault| JsonError { line: reader.line, fault })
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
}

impl Reader<'_> {
    fn document(&mut self) -> Found<Json> {
        self.space();
        let json = self.value(0)?;
        self.space();
        if self.rest.is_empty() { Ok(json) } else { Err(JsonFault::Trailing) }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        if next == Some('\n') {
            self.line = self.line.saturating_add(1);
        }
        next
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    /// Takes `word` if it is next.
    fn took(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, word: &str, expected: &'static str) -> Found<()> {
        self.space();
        if self.took(word) { Ok(()) } else { Err(self.other(expected)) }
    }

    fn other(&self, expected: &'static str) -> JsonFault {
        if self.rest.is_empty() { JsonFault::End } else { JsonFault::Expected(expected) }
    }

    fn value(&mut self, depth: usize) -> Found<Json> {
        let line = self.line;
        let kind = match self.peek() {
            Some('[') => self.list(depth.saturating_add(1))?,
            Some('{') => self.object(depth.saturating_add(1))?,
            Some('"') => Kind::Text(self.text()?),
            _ => self.word()?,
        };
        Ok(Json { line, kind })
    }

    fn word(&mut self) -> Found<Kind> {
        for (word, kind) in [("null", Kind::Null), ("true", Kind::Bool(true)), ("false", Kind::Bool(false))] {
            if self.took(word) {
                return Ok(kind);
            }
        }
        for word in ["NaN", "Infinity", "-Infinity"] {
            if self.took(word) {
                return Ok(Kind::Number(word.to_owned()));
            }
        }
        let length = number(self.rest).ok_or_else(|| self.other("a value"))?;
        let (token, rest) = self.rest.split_at_checked(length).ok_or(JsonFault::End)?;
        self.rest = rest;
        Ok(Kind::Number(token.to_owned()))
    }

    fn list(&mut self, depth: usize) -> Found<Kind> {
        if depth > DEPTH_MAX {
            return Err(JsonFault::Deep);
        }
        self.next();
        let mut items = Vec::new();
        self.space();
        if self.took("]") {
            return Ok(Kind::List(items));
        }
        loop {
            self.space();
            items.push(self.value(depth)?);
            self.space();
            if self.took("]") {
                return Ok(Kind::List(items));
            }
            self.expect(",", "`,` or `]`")?;
        }
    }

    fn object(&mut self, depth: usize) -> Found<Kind> {
        if depth > DEPTH_MAX {
            return Err(JsonFault::Deep);
        }
        self.next();
        let mut members = Vec::new();
        let mut names = BTreeSet::new();
        self.space();
        if self.took("}") {
            return Ok(Kind::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some('"') {
                return Err(self.other("a name in quotes"));
            }
            let name = self.text()?;
            if !names.insert(name.clone()) {
                return Err(JsonFault::Twice(name.chars().take(SHOWN_MAX).collect()));
            }
            self.expect(":", "`:`")?;
            self.space();
            members.push((name, self.value(depth)?));
            self.space();
            if self.took("}") {
                return Ok(Kind::Object(members));
            }
            self.expect(",", "`,` or `}`")?;
        }
    }

    fn text(&mut self) -> Found<String> {
        self.next();
        let mut text = String::new();
        loop {
            // The line counts only once it is known that the text may go on there.
            match self.peek().ok_or(JsonFault::End)? {
                control @ '\0'..='\u{1f}' => return Err(JsonFault::Control(control.into())),
                '"' => {
                    self.next();
                    return Ok(text);
                }
                '\\' => {
                    self.next();
                    text.push(self.escape()?);
                }
                plain => {
                    self.next();
                    text.push(plain);
                }
            }
        }
    }

    fn escape(&mut self) -> Found<char> {
        Ok(match self.next().ok_or(JsonFault::End)? {
            same @ ('"' | '\\' | '/') => same,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unit(),
            _ => return Err(JsonFault::Escape),
        })
    }

    /// One character behind `\u`: four digits, or twice that with a second `\u`.
    fn unit(&mut self) -> Found<char> {
        let first = self.digits()?;
        let lone = || JsonFault::Surrogate(first);
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first.into()).ok_or_else(lone);
        }
        let second = if self.took("\\u") { self.digits()? } else { return Err(lone()) };
        let mut pair = char::decode_utf16([first, second]);
        match (pair.next(), pair.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => Err(lone()),
        }
    }

    fn digits(&mut self) -> Found<u16> {
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(JsonFault::Escape)?;
        let right = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| right).ok_or(JsonFault::Escape)?;
        self.rest = rest;
        Ok(unit)
    }
}

/// How many bytes of the text are a number, if it begins with one.
fn number(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    // A zero is not followed by digits.
    let whole = if rest.starts_with('0') { 1 } else { digits(rest) };
    rest = rest.get(whole..).filter(|_| whole > 0)?;
    if rest.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        rest = fraction.get(count..).filter(|_| count > 0)?;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        rest = exponent.get(count..).filter(|_| count > 0)?;
    }
    text.len().checked_sub(rest.len())
}
