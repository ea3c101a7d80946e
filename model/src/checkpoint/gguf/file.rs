//! The GGUF container, version 3: facts by name, then a list of tensors, then their bytes.
//!
//! All numbers are little-endian. Invariant: each tensor begins at a multiple of [`ALIGNMENT`] from where the data
//! begins, in the order of the list, and the gaps are zeros.

use super::values::GgufType;
use std::io::{self, Write};

const MAGIC: &[u8; 4] = b"GGUF";
const VERSION: u32 = 3;
/// What every reader assumes where a file doesn't say otherwise.
pub(super) const ALIGNMENT: u64 = 32;

/// A fact about the model.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Size(u32),
    Number(f32),
    Flag(bool),
    Text(String),
    Texts(Vec<String>),
    Integers(Vec<i32>),
}

/// A tensor in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Sizes, the fastest to change (the row's length) first.
    pub(super) sizes: Vec<u64>,
    pub(super) kind: GgufType,
}

impl Entry {
    pub(super) fn bytes(&self) -> u64 {
        self.kind.bytes(self.sizes.iter().product())
    }
}

/// Zeros that follow so many bytes.
pub(super) fn padding(bytes: u64) -> usize {
    (bytes.next_multiple_of(ALIGNMENT) - bytes) as usize
}

/// Writes everything before the first tensor's bytes; returns how many bytes that is.
pub(super) fn write_head(sink: &mut impl Write, facts: &[(String, Value)], entries: &[Entry]) -> io::Result<u64> {
    let mut head = MAGIC.to_vec();
    head.extend(VERSION.to_le_bytes());
    head.extend((entries.len() as u64).to_le_bytes());
    head.extend((facts.len() as u64).to_le_bytes());
    for (name, value) in facts {
        put_text(&mut head, name);
        put_value(&mut head, value);
    }
    let mut offset = 0;
    for entry in entries {
        put_text(&mut head, &entry.name);
        head.extend((entry.sizes.len() as u32).to_le_bytes());
        head.extend(entry.sizes.iter().flat_map(|size| size.to_le_bytes()));
        head.extend(entry.kind.code().to_le_bytes());
        head.extend(u64::to_le_bytes(offset));
        offset += entry.bytes().next_multiple_of(ALIGNMENT);
    }
    head.resize(head.len() + padding(head.len() as u64), 0);
    sink.write_all(&head)?;
    Ok(head.len() as u64)
}

fn put_text(head: &mut Vec<u8>, text: &str) {
    head.extend((text.len() as u64).to_le_bytes());
    head.extend(text.as_bytes());
}

fn put_value(head: &mut Vec<u8>, value: &Value) {
    const UNSIGNED: u32 = 4;
    const SIGNED: u32 = 5;
    const FLOAT: u32 = 6;
    const FLAG: u32 = 7;
    const TEXT: u32 = 8;
    const LIST: u32 = 9;
    let put_list = |head: &mut Vec<u8>, kind: u32, len: usize| {
        head.extend(LIST.to_le_bytes());
        head.extend(kind.to_le_bytes());
        head.extend((len as u64).to_le_bytes());
    };
    match value {
        Value::Size(size) => head.extend([UNSIGNED.to_le_bytes(), size.to_le_bytes()].concat()),
        Value::Number(number) => head.extend([FLOAT.to_le_bytes(), number.to_le_bytes()].concat()),
        Value::Flag(flag) => {
            head.extend(FLAG.to_le_bytes());
            head.push(u8::from(*flag));
        }
        Value::Text(text) => {
            head.extend(TEXT.to_le_bytes());
            put_text(head, text);
        }
        Value::Texts(texts) => {
            put_list(head, TEXT, texts.len());
            for text in texts {
                put_text(head, text);
            }
        }
        Value::Integers(integers) => {
            put_list(head, SIGNED, integers.len());
            head.extend(integers.iter().flat_map(|integer| integer.to_le_bytes()));
        }
    }
}
