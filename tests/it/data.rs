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
fn the_next_merges_are_a_table_for_a_proposal() {
    let small = Small::new();
    assert_eq!(small.run("data merges sums.txt --count 5").code, Some(1), "there is no model yet");
    small.trained("--steps 1 --out run");
    fs::write(small.path("words.txt"), "a brave new world of quiet machines ".repeat(60)).unwrap();
    let merges = |words: &str| small.run(&format!("data merges {words} --model run --least 20"));
    let run = merges("words.txt --count 5");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let table: toml::Table = run.stdout.parse().unwrap();
    let listed = table["vocabulary"]["merges"].as_array().unwrap();
    assert_eq!(table["vocabulary"]["sources"].as_array().unwrap(), &["words.txt".into()]);
    assert_eq!(listed.len(), 5, "{}", run.stdout);
    assert!(listed.iter().all(|merge| merge["frequency"].as_integer().unwrap() > 20));
    let lines = crate::small::events(&merges("words.txt --count 5 --json").stdout);
    for (line, merge) in lines.iter().zip(listed) {
        assert_eq!((line["left"].as_str(), line["right"].as_str()), (merge["left"].as_str(), merge["right"].as_str()));
    }
    assert_eq!(lines.len(), 5);
    // Without a text it is the one that the run was trained on, which it remembers.
    let own: toml::Table = merges("--count 1").stdout.parse().unwrap();
    assert_eq!(own["vocabulary"]["sources"].as_array().unwrap(), &["sums.txt".into()]);
    // As the table of a proposal it is in order, but for how rare pairs are in a small text.
    let template = small.run("nep template arch").stdout + &run.stdout;
    std::fs::write(small.path("tokens.toml"), template).unwrap();
    let checked = small.run("nep check tokens.toml");
    assert!((checked.stdout + &checked.stderr).contains("has to more often than 1000"));
    let rare = small.run("data merges sums.txt --count 5 --model run");
    assert_eq!(rare.code, Some(1));
    assert!(rare.stderr.contains("no pair of tokens occurs more than 1000 times"), "{}", rare.stderr);
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
