//! Manifests that are sound, and every way in which one is not.

use serde_json::{Value, json};

use super::*;
use crate::data::shard::Draft;

/// A data set with these tokens, without a tokenizer.
pub(in crate::data) fn built(
    folder: &Path,
    train: &[u32],
    validation: &[u32],
    vocab: u32,
    shard_tokens: usize,
) -> Manifest {
    let width = Width::of(vocab as usize);
    let mut shards = Vec::new();
    for (part, ids) in [(Part::Train, train), (Part::Validation, validation)] {
        for ids in ids.chunks(shard_tokens) {
            let mut draft = Draft::new(part, width);
            draft.push(ids);
            let (bytes, entry) = draft.finish();
            fs::write(folder.join(&entry.file), bytes).unwrap();
            shards.push(entry);
        }
    }
    let totals = Totals { train_tokens: train.len() as u64, val_tokens: validation.len() as u64, ..Totals::default() };
    let tokenizer = TokenizerEntry { file: tokenizer::FILE_NAME.to_owned(), vocab, hash: "0".repeat(64) };
    let manifest = Manifest {
        format: MANIFEST_FORMAT,
        tokenizer,
        token_bytes: width.bytes() as u32,
        val_fraction: 0.1,
        totals,
        shards,
        sources: vec![SourceEntry { path: "a.txt".to_owned(), kind: Kind::Text, bytes: 9, documents: 1 }],
    };
    fs::write(folder.join(MANIFEST_FILE), manifest.to_json()).unwrap();
    manifest
}

/// What is said about a manifest with one value replaced.
fn refusal(pointer: &str, value: Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let manifest = built(folder.path(), &[1, 20, 2], &[1, 2], 300, 3);
    let mut json = serde_json::to_value(&manifest).unwrap();
    match json.pointer_mut(pointer) {
        Some(old) => *old = value,
        None => json[pointer.trim_start_matches('/')] = value,
    }
    fs::write(folder.path().join(MANIFEST_FILE), json.to_string()).unwrap();
    let error = Manifest::open(folder.path()).unwrap_err().to_string();
    let path = folder.path().join(MANIFEST_FILE).display().to_string();
    error.strip_prefix(&path).unwrap_or(&error).to_owned()
}

#[test]
fn what_was_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = built(folder.path(), &[1, 20, 2], &[1, 2], 300, 2);
    assert_eq!(Manifest::open(folder.path()).unwrap(), manifest);
    assert_eq!(manifest.shards.len(), 3);
}

#[test]
fn a_newer_format_asks_for_a_newer_program() {
    let said = refusal("/format", json!(7));
    assert_eq!(said, " is of format 7 and this program reads up to 1: update the program");
    assert!(refusal("/format", json!(0)).contains("format 0 does not exist"));
}

#[test]
fn nothing_outside_the_folder_is_named() {
    for file in ["../a.tokens", "/etc/passwd", "a/b.tokens", "..", "a\\b", ""] {
        let said = refusal("/shards/0/file", json!(file));
        assert!(said.contains("outside the data set") || said.contains("not named by its hash"), "{said}");
    }
    assert!(refusal("/tokenizer/file", json!("../tokenizer.bpe")).contains("the tokenizer file is"));
    assert!(refusal("/sources/0/path", json!("a\u{1b}[2J.txt")).contains("is no path"));
}

#[test]
fn fields_that_contradict_each_other_are_refused() {
    for (pointer, value, part) in [
        ("/extra", json!(1), "unknown field `extra`"),
        ("/token_bytes", json!(4), "tokens have 4 bytes, but 300 ids need 2"),
        ("/tokenizer/vocab", json!(2), "the vocabulary has 2 ids"),
        ("/tokenizer/vocab", json!(4_000_000), "the vocabulary has 4000000 ids"),
        ("/tokenizer/hash", json!("AB"), "\"AB\" is not a hash"),
        ("/val_fraction", json!(0.9), "the held-out part is 0.9"),
        ("/shards", json!([]), "there are 0 shards"),
        ("/shards/0/tokens", json!(1u64 << 60), "tokens, outside 1 to"),
        ("/shards/0/tokens", json!(-1), "invalid value"),
        ("/shards/0/bytes", json!(7), "has 7 bytes, but its tokens take 30"),
        ("/shards/0/blake3", json!("f".repeat(64)), "is not named by its hash"),
        ("/shards/0/split", json!("test"), "unknown variant `test`"),
        ("/totals/train_tokens", json!(4), "do not add up"),
    ] {
        let said = refusal(pointer, value);
        assert!(said.contains(part) && said.ends_with("; build or fetch the data set again"), "{said}");
    }
}

#[test]
fn a_folder_without_a_usable_manifest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(MANIFEST_FILE);
    assert!(matches!(Manifest::open(folder.path()), Err(DataError::NoManifest { .. })));
    for text in ["", "{", "[]", "{\"format\": \"1\"}", "{\"format\": 1}", "\u{0}"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(Manifest::open(folder.path()), Err(DataError::Manifest { .. })), "{text}");
    }
    fs::write(&path, b"\xff\xfe").unwrap();
    assert!(Manifest::open(folder.path()).unwrap_err().to_string().contains("it cannot be read"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(Manifest::open(folder.path()).unwrap_err().to_string().contains("it is not a file"));
}
