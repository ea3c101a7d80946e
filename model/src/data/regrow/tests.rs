//! That encoding again gives what reading the text anew gives, whatever was read and however the vocabulary changed.

use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;
use crate::data::{BuildOptions, Dataset, Part, Source, build};
use crate::tokenizer::{BOS, EOS, PAD};

/// Text with blank lines, indents and letters of every length.
fn text(bytes: usize) -> String {
    let mut stream = crate::random::Stream::new("regrown text", 0, &[]);
    let words = ["ba", "le ", "größe", " ", "\n", "\n\n", "    ", "kor ", "un", "日本", "7", "---"];
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str(stream.choose::<&str>(&words));
    }
    text
}

fn ids(tokens: &Tokens) -> Vec<u32> {
    let mut ids = vec![0; tokens.len() as usize];
    tokens.read(0, &mut ids).unwrap();
    ids
}

/// The data set with the merges that it would be learnt next, and then without the last of them.
fn grown_and_rolled_back(data: &Dataset) -> [Tokenizer; 2] {
    let merges: Vec<(u32, u32)> =
        data.candidates(40, &|_, _| true).unwrap().iter().map(|found| (found.left, found.right)).collect();
    assert_eq!(merges.len(), 40);
    let mut grown = data.tokenizer.clone();
    grown.append(&merges).unwrap();
    let mut back = grown.clone();
    back.disable(data.tokenizer.vocab() as u32 + 20..grown.vocab() as u32).unwrap();
    [grown, back]
}

fn assert_as_read_anew(data: &Dataset, read: impl Fn(Tokenizer) -> Dataset) {
    for tokenizer in grown_and_rolled_back(data) {
        let regrown = data.regrown(tokenizer.clone()).unwrap();
        let anew = read(tokenizer);
        for (one, other) in [(&regrown.train, &anew.train), (&regrown.validation, &anew.validation)] {
            assert!(ids(one) == ids(other), "{} ids", one.part());
        }
        assert_eq!((regrown.fingerprint(), &regrown.tokenizer), (anew.fingerprint(), &anew.tokenizer));
        assert!(regrown.train.len() < data.train.len() && regrown.fingerprint() != data.fingerprint());
        let home = regrown.regrown(data.tokenizer.clone()).unwrap();
        assert!(ids(&home.train) == ids(&data.train), "the way back");
    }
}

#[test]
fn the_built_in_corpus_is_as_encoded_anew() {
    let data = Dataset::builtin(300).unwrap();
    assert_as_read_anew(&data, Dataset::builtin_with);
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    fs::write(folder.join(name), text).unwrap();
    folder.join(name)
}

#[test]
fn running_text_and_long_documents_are_as_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let documents = [text(3 * PIECE_BYTES), String::new(), text(100), text(PIECE_BYTES)];
    let lines: String = documents.iter().map(|text| serde_json::json!({ "text": text }).to_string() + "\n").collect();
    let paths = [write(folder.path(), "a.txt", &text(5 * PIECE_BYTES)), write(folder.path(), "b.jsonl", &lines)];
    // A tokenizer that sees where white space is cut, and one that sees nothing.
    for vocab in [300, 266] {
        let running = Dataset::from_sources(&paths[..1], vocab, None).unwrap();
        assert_as_read_anew(&running, |tokenizer| Dataset::from_sources(&paths[..1], 0, Some(tokenizer)).unwrap());
    }
    let all = Dataset::from_sources(&paths, 300, None).unwrap();
    assert_as_read_anew(&all, |tokenizer| Dataset::from_sources(&paths, 0, Some(tokenizer)).unwrap());
    let out = folder.path().join("out");
    let options = BuildOptions { vocab: 300, shard_tokens: 10_000, ..BuildOptions::default() };
    build(&out, &Source::resolve(&paths).unwrap(), &options, &|| false, &mut |_| ()).unwrap();
    let built = Dataset::open(&out).unwrap();
    assert_as_read_anew(&built, |tokenizer| Dataset::from_sources(&paths, 0, Some(tokenizer)).unwrap());
    // A run that is resumed names the data as they were built and the tokenizer as it has become.
    let [grown, back] = grown_and_rolled_back(&built);
    for tokenizer in [grown.clone(), back.clone()] {
        let again = Dataset::from_sources(std::slice::from_ref(&out), 0, Some(tokenizer.clone())).unwrap();
        assert_eq!(again.fingerprint(), built.regrown(tokenizer).unwrap().fingerprint());
    }
}

fn memory(ids: &[u32], vocab: usize) -> Tokens {
    let mut bytes = Vec::new();
    Width::of(vocab).write(ids, &mut bytes);
    Tokens::memory(Part::Train, vocab, bytes)
}

#[test]
fn too_much_is_refused() {
    let (old, data) = (Tokenizer::bytes_only(), memory(&[BOS, 107, 108, 109, EOS], 266));
    assert_eq!(regrow(&data, &old, &old, 10).unwrap().len(), 5);
    let error = regrow(&data, &old, &old, 9).unwrap_err().to_string();
    assert!(error.starts_with("the training part takes more than 9 bytes with the new tokenizer"), "{error}");
}

#[test]
fn a_sample_ends_where_it_is_told() {
    let tokens = memory(&[BOS, 107, 108, EOS, BOS, EOS, BOS, 109, 110, 111, EOS, BOS, 112, EOS], 266);
    let sample = |bytes| sample(&tokens, &Tokenizer::bytes_only(), bytes).unwrap();
    assert_eq!(sample(99), [b"ab".to_vec(), b"cde".to_vec(), b"f".to_vec()]);
    assert_eq!(sample(3), [b"ab".to_vec(), b"c".to_vec()]);
    assert!(sample(0).is_empty());
}

proptest! {
    /// Whatever ids there are, special ones stay and the text between them is encoded anew.
    #[test]
    fn prop_any_tokens(runs in prop::collection::vec(
        (0..SPECIALS, prop::collection::vec(prop_oneof![SPECIALS..300u32, 105..110u32], 0..30)), 0..12,
    )) {
        let old = Tokenizer::learn(&[b"abc abc abab bcbc ca ca"], 272).unwrap();
        let mut new = old.clone();
        new.append(&[(107, 107), (107, 109)]).unwrap();
        new.disable(267..268).unwrap();
        let clip = |ids: &[u32]| ids.iter().map(|&id| id % old.vocab() as u32).map(|id| id.max(SPECIALS)).collect::<Vec<_>>();
        let (mut before, mut after) = (vec![PAD], vec![PAD]);
        for (special, ids) in &runs {
            let ids = clip(ids);
            before.extend(&ids);
            after.extend(new.encode(&old.decode(&ids).unwrap()));
            before.push(*special);
            after.push(*special);
        }
        let regrown = regrow(&memory(&before, old.vocab()), &old, &new, 1 << 20).unwrap();
        prop_assert_eq!(super::tests::ids(&regrown), after);
    }
}
