//! Data from every place, and when it counts as the same.

use std::fs;

use super::*;
use crate::data::{BuildOptions, build};

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    fs::write(folder.join(name), text).unwrap();
    folder.join(name)
}

/// A hundred kilobytes of made-up words.
fn text() -> String {
    let mut stream = crate::random::Stream::new("words", 0, &[]);
    let mut word = || -> String {
        (0..=stream.below(3)).map(|_| *stream.choose(&["ba", "le", "mi", "kor", "un", "\n"])).collect()
    };
    (0..20_000).map(|_| word() + " ").collect()
}

fn decoded(data: &Dataset, tokens: &Tokens) -> String {
    let mut ids = vec![0; tokens.len() as usize];
    tokens.read(0, &mut ids).unwrap();
    String::from_utf8(data.tokenizer.decode(&ids).unwrap()).unwrap()
}

#[test]
fn raw_text_is_read_with_its_last_tenth_held_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.txt", &text());
    let data = Dataset::from_sources(&[path], 300, None).unwrap();
    assert_eq!(data.tokenizer.vocab(), 300);
    let (train, validation) = (decoded(&data, &data.train), decoded(&data, &data.validation));
    assert_eq!(validation.len(), text().len() / 10, "all of it is ASCII");
    assert_eq!(train + &validation, text());
    let batch = data.batch(0, 0, 0, 4, 32).unwrap();
    assert!(batch.inputs.iter().chain(&batch.targets).all(|&id| id < 300));
}

#[test]
fn held_out_text_does_not_shape_the_tokenizer() {
    let folder = tempfile::tempdir().unwrap();
    let train = "abc ".repeat(900);
    let one = write(folder.path(), "one.txt", &format!("{train}{}", "x".repeat(400)));
    let two = write(folder.path(), "two.txt", &format!("{train}{}", "y".repeat(400)));
    let [one, two] = [one, two].map(|path| Dataset::from_sources(&[path], 300, None).unwrap());
    assert_eq!(one.tokenizer, two.tokenizer);
    assert_ne!(one.fingerprint(), two.fingerprint());
}

#[test]
fn bytes_only_needs_no_learning() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.txt", "abcdefghij");
    let data = Dataset::from_sources(std::slice::from_ref(&path), 266, None).unwrap();
    assert_eq!(data.tokenizer, Tokenizer::bytes_only());
    assert_eq!((data.train.len(), data.validation.len()), (9 + 2, 1 + 2));
    assert!(matches!(Dataset::from_sources(&[path], 5, None), Err(DataError::Tokenizer(_))));
}

#[test]
fn a_built_data_set_is_opened_and_mixes_with_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.txt", &text());
    let out = folder.path().join("out");
    let options = BuildOptions { vocab: 300, shard_tokens: 1_000, ..BuildOptions::default() };
    build(&out, &Source::resolve(std::slice::from_ref(&path)).unwrap(), &options, &|| false, &mut |_| ()).unwrap();
    let raw = Dataset::from_sources(std::slice::from_ref(&path), 300, None).unwrap();
    let built = Dataset::from_sources(std::slice::from_ref(&out), 9_999, None).unwrap();
    assert_eq!(built.tokenizer, raw.tokenizer);
    assert_eq!(built.batch(3, 1, 0, 8, 64).unwrap(), raw.batch(3, 1, 0, 8, 64).unwrap());
    assert_eq!(decoded(&built, &built.validation), decoded(&raw, &raw.validation));
    assert_eq!(built.fingerprint(), Dataset::open(&out).unwrap().fingerprint());

    let error = Dataset::from_sources(&[path, out.clone()], 300, None).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{} is a built data set and cannot be mixed", out.display())), "{error}");
    Dataset::from_sources(std::slice::from_ref(&out), 300, Some(raw.tokenizer)).unwrap();
    let error = Dataset::from_sources(&[out], 300, Some(Tokenizer::bytes_only())).unwrap_err().to_string();
    assert!(error.contains(" was built with tokenizer "), "{error}");
}

#[test]
fn the_fingerprint_tells_data_apart() {
    let folder = tempfile::tempdir().unwrap();
    let print = |name: &str, text: &str, vocab| {
        let path = write(folder.path(), name, text);
        Dataset::from_sources(&[path], vocab, None).unwrap().fingerprint()
    };
    let one = print("a.txt", &text(), 300);
    assert_eq!(print("b.txt", &text(), 300), one, "the name does not matter");
    assert_ne!(print("a.txt", &text(), 301), one);
    assert_ne!(print("a.txt", &text().replacen("ba", "le", 1), 300), one);
}

#[test]
fn the_built_in_corpus_is_ready() {
    let data = Dataset::builtin(266).unwrap();
    let again = Dataset::builtin_with(Tokenizer::bytes_only());
    assert_eq!(data.fingerprint(), again.fingerprint());
    assert!(data.train.len() > 100_000 && data.validation_windows(128).unwrap() > 10);
    let corpus = corpus::builtin();
    assert_eq!(decoded(&data, &data.validation), corpus.validation.concat());
}

#[test]
fn nothing_given_is_refused() {
    assert!(matches!(Dataset::from_sources(&[], 300, None), Err(DataError::NoSources)));
    let missing = Dataset::from_sources(&[PathBuf::from("no/such/file.txt")], 300, None).unwrap_err();
    assert_eq!(missing.to_string(), "no/such/file.txt does not exist: check how it is written");
}
