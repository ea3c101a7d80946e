//! `export` as its users run it; the files themselves are looked into beside the code that writes them.

use std::fs;
use std::path::Path;

use crate::small::{Small, events, flip};

fn model() -> Small {
    let small = Small::new();
    small.trained("--steps 6 --save-every 3 --out run");
    small
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_gguf_file_has_the_type_that_was_asked_for() {
    let small = model();
    let mut sizes = Vec::new();
    for (flag, name) in [("--type f32", "f32"), ("", "f16"), ("--type bf16", "bf16"), ("--type q8_0", "q8_0")] {
        let run = small.run(&format!("export gguf --model run --out out/{name}.gguf --json {flag}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let said = events(&run.stdout).pop().unwrap();
        assert_eq!(
            (&said["event"], &said["format"], &said["type"]),
            (&"exported".into(), &"gguf".into(), &name.into())
        );
        let bytes = fs::read(small.path(said["path"].as_str().unwrap())).unwrap();
        assert_eq!(&bytes[..8], b"GGUF\x03\0\0\0");
        assert_eq!(u64::from_le_bytes(bytes[8..16].try_into().unwrap()), said["tensors"].as_u64().unwrap());
        assert_eq!(
            (bytes.len() as u64, 2 * 9 + 3),
            (said["bytes"].as_u64().unwrap(), said["tensors"].as_u64().unwrap())
        );
        // Rows of 48 are no whole number of blocks.
        assert_eq!(said["tensors_as_f16"], if name == "q8_0" { 2 } else { 0 });
        assert_eq!(run.stderr.contains("2 of 21 tensors are f16"), name == "q8_0", "{}", run.stderr);
        sizes.push(bytes.len());
    }
    assert!(sizes[0] > sizes[1] && sizes[1] == sizes[2] && sizes[2] > sizes[3], "{sizes:?}");
    assert_eq!(entries(&small.path("out")), ["bf16.gguf", "f16.gguf", "f32.gguf", "q8_0.gguf"]);
    let text = small.run("export gguf --model run --out text.gguf");
    assert_eq!(text.stdout, format!("exported text.gguf: 21 tensors, f16, {} bytes\n", sizes[1]));
}

#[test]
fn a_plain_folder_writes_the_same_text() {
    let small = model();
    let run = small.run("export hf --model run --out plain --json");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let said = events(&run.stdout).pop().unwrap();
    assert_eq!((&said["format"], &said["type"], &said["tensors"]), (&"hf".into(), &"unchanged".into(), &21.into()));
    let names =
        ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
    assert_eq!(entries(&small.path("plain")), names);
    let text = |folder: &str| small.run(&format!("infer 3 --model {folder} --temperature 0 --max-tokens 8")).stdout;
    assert_eq!(text("plain"), text("run"));

    fs::create_dir(small.path("half")).unwrap();
    let run = small.run("export hf --model run --out half --type bf16");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(fs::read_to_string(small.path("half/config.json")).unwrap().contains("\"torch_dtype\": \"bfloat16\""));
    let length = |folder: &str| fs::metadata(small.path(folder).join("model.safetensors")).unwrap().len();
    assert!(length("half") < length("plain") * 6 / 10);
    assert!(text("half").starts_with('3'));
}

#[test]
fn nothing_is_overwritten_and_what_is_wrong_is_said() {
    let small = model();
    fs::write(small.path("mine.gguf"), "mine").unwrap();
    fs::create_dir(small.path("full")).unwrap();
    fs::write(small.path("full/mine"), "mine").unwrap();
    for (words, says) in [
        ("export gguf --model run --out mine.gguf", "mine.gguf is there already"),
        ("export gguf --model run --out full", "full is there already"),
        ("export gguf --model run --out mine.gguf/below", "could not save to mine.gguf/below"),
        ("export hf --model run --out full", "full is not empty"),
        ("export hf --model run --out mine.gguf", "mine.gguf is not a folder"),
        ("export gguf --model absent --out a.gguf", "absent holds no checkpoint"),
        ("export gguf --out a.gguf", "there is no trained model"),
    ] {
        let run = small.run(words);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{words}: {}", run.stderr);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(says), "{words}: {}", run.stderr);
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{words}: {}", run.stderr);
    }
    assert_eq!(fs::read(small.path("mine.gguf")).unwrap(), b"mine");
    assert_eq!(entries(&small.path("full")), ["mine"]);
    assert!(!small.path("a.gguf").exists());
}

#[test]
fn the_newest_whole_state_is_exported() {
    let small = Small::new();
    small.trained("--steps 6 --save-every 3");
    let runs = small.path("home/checkpoints").read_dir().unwrap();
    let run = runs.map(|run| run.unwrap().path()).next().unwrap();
    flip(&run.join("checkpoints/step-000000006/model.safetensors"));
    let saved = small.run("export gguf --out newest.gguf");
    assert_eq!(saved.code, Some(0), "{}", saved.stderr);
    assert!(saved.stderr.contains("is damaged") && saved.stderr.contains("step-000000003"), "{}", saved.stderr);
}

#[test]
fn a_tokenizer_that_a_file_cannot_express_is_refused() {
    let small = model();
    assert_eq!(small.run("export hf --model run --out plain").code, Some(0));
    let words = "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":null,\"decoder\":null,\
                 \"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"a\"}}";
    fs::write(small.path("plain/tokenizer.json"), words).unwrap();
    let run = small.run("export gguf --model plain --out a.gguf");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("only byte-level BPE can be exported"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: `neuroshard export hf`"), "{}", run.stderr);
}
