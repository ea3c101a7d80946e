//! From values to the one text that stands for each.

use std::fmt::Write as _;

use super::{Json, Kind};

pub(super) fn write(json: &Json, to: &mut String) {
    match &json.kind {
        Kind::Null => to.push_str("null"),
        Kind::Bool(true) => to.push_str("true"),
        Kind::Bool(false) => to.push_str("false"),
        Kind::Number(token) => to.push_str(token),
        Kind::Text(value) => text(value, to),
        Kind::List(items) => {
            to.push('[');
            for (at, item) in items.iter().enumerate() {
                to.push_str(if at == 0 { "" } else { ", " });
                write(item, to);
            }
            to.push(']');
        }
        Kind::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // UTF-8 sorts as its characters do, which is how Python sorts.
            members.sort_by_key(|(name, _)| name);
            to.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                to.push_str(if at == 0 { "" } else { ", " });
                text(name, to);
                to.push_str(": ");
                write(value, to);
            }
            to.push('}');
        }
    }
}

fn text(value: &str, to: &mut String) {
    to.push('"');
    for character in value.chars() {
        match character {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\u{8}' => to.push_str("\\b"),
            '\u{c}' => to.push_str("\\f"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            ' '..='~' => to.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // A string takes everything.
                    let _ = write!(to, "\\u{unit:04x}");
                }
            }
        }
    }
    to.push('"');
}
