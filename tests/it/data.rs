//! `data` as its users run it; the readers' own cases are tested beside them.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::program::Run;
use crate::small::{Small, flip};

fn piped(small: &Small, words: &str, input: &[u8]) -> Run {
    let mut child = small.command(words).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn built_once_it_is_inspected_verified_and_trained_on() {
    let small = Small::new();
    let built = small.run("data build --out shards --vocab 280 --shard-tokens 500 sums.txt --json");
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let manifest: serde_json::Value = serde_json::from_str(&built.stdout).unwrap();
    assert_eq!((&manifest["v"], &manifest["tokenizer"]["vocab"]), (&1.into(), &280.into()));
    assert!(manifest["shards"].as_array().unwrap().len() > 2);
    assert!(small.run("data inspect shards").stdout.contains("plus"));
    assert!(small.run("data verify shards").stdout.starts_with("whole: "));
    let run = small.run("train --data shards --seq 16 --batch 2 --steps 2 --out run --json");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("\"vocab\":280"), "a named preset takes the vocabulary of its data");
    let again = small.run("data build --out shards sums.txt");
    assert_eq!(again.code, Some(1), "what is there is not overwritten");

    let shard = manifest["shards"][0]["file"].as_str().unwrap();
    flip(&small.path("shards").join(shard));
    for words in ["data verify shards", "train --data shards --steps 1 --out other"] {
        let run = small.run(words);
        assert_eq!(run.code, Some(1), "{words}");
        assert!(run.stderr.contains(shard), "{words}: {}", run.stderr);
    }
}

#[test]
fn text_comes_by_pipe_and_any_bytes_survive_the_tokenizer() {
    let small = Small::new();
    let text = fs::read(small.path("sums.txt")).unwrap();
    let built = piped(&small, "data build --out piped --vocab 280 -", &text);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let bytes = b"3 plus 4 \xff\x00 is 7";
    for tokenizer in ["", "--tokenizer piped", "--tokenizer piped/tokenizer.bpe"] {
        let ids = piped(&small, &format!("data tokenize {tokenizer}"), bytes).stdout;
        let mut back = small.command(&format!("data detokenize {tokenizer}")).stdin(Stdio::piped()).spawn().unwrap();
        back.stdin.take().unwrap().write_all(ids.as_bytes()).unwrap();
        assert_eq!(back.wait_with_output().unwrap().stdout, bytes, "{tokenizer}");
    }
    let wrong = piped(&small, "data detokenize", b"12\nx7");
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("line 2: \"x7\" is not a token id"), "{}", wrong.stderr);
}

#[test]
fn a_hostile_parquet_file_is_an_error_about_the_file() {
    let small = Small::new();
    fs::write(small.path("bad.parquet"), [b"PAR1".as_slice(), &[0xff; 64], &200u32.to_le_bytes(), b"PAR1"].concat())
        .unwrap();
    let run = small.run("data build --out shards bad.parquet");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains("bad.parquet"), "{}", run.stderr);
    assert!(!small.path("shards").exists());
}
