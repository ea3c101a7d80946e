//! `infer` as its users run it.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::Run;
use crate::small::{Small, events, flip};

fn model() -> Small {
    let small = Small::new();
    small.trained("--steps 30 --lr 1e-2 --save-every 20 --out run");
    small
}

fn infer(small: &Small, flags: &str) -> Run {
    let run = small.run(&format!("infer --model run --max-tokens 12 {flags}"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run
}

#[test]
fn the_same_call_writes_the_same_text() {
    let small = model();
    let greedy = infer(&small, "3 --temperature 0").stdout;
    assert!(greedy.starts_with('3') && greedy.ends_with('\n') && greedy.len() > 4, "{greedy:?}");
    assert_eq!(infer(&small, "3 --temperature 0 --seed 8").stdout, greedy);
    let drawn = infer(&small, "3 --temperature 2 --seed 1").stdout;
    assert_eq!(infer(&small, "3 --temperature 2 --seed 1").stdout, drawn);
    assert_ne!(infer(&small, "3 --temperature 2 --seed 2").stdout, drawn);
}

#[test]
fn events_carry_the_text_and_its_figures() {
    let small = model();
    let run = infer(&small, "3 --seed 4 --json");
    let mut events = events(&run.stdout);
    let done = events.pop().unwrap();
    assert!(events.iter().all(|event| event["event"] == "token" && event["id"].is_u64()));
    let text: String = events.iter().map(|event| event["text"].as_str().unwrap()).collect();
    assert!(done["text"].as_str().unwrap().starts_with(&text));
    assert_eq!((done["event"].as_str(), done["prompt_tokens"].as_u64()), (Some("done"), Some(1)));
    assert_eq!(done["tokens"].as_u64(), Some(12));
    assert_eq!((&done["cost"], &done["stop_reason"]), (&"0".into(), &"max_tokens".into()));
    assert!(done["tokens_per_second"].as_f64() > Some(0.0) && done["first_token_seconds"].as_f64() > Some(0.0));
}

#[test]
fn prompts_come_by_pipe_and_may_be_long_or_strange() {
    let small = model();
    let long = [b"7 plus ".repeat(40), b"\xff\xfe".to_vec()].concat();
    let mut command = small.command("infer --model run --max-tokens 40 --temperature 1.5 --seed 3");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&long).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the model sees 16; its last 8 are used"), "{said}");
    assert!(output.stdout.starts_with(&long) && output.stdout.len() > long.len());
    let empty = infer(&small, "--temperature 0"); // standard input is empty: the model begins by itself
    assert!(!empty.stdout.is_empty());
}

#[test]
fn a_stop_string_ends_it_unseen() {
    let small = model();
    let whole = infer(&small, "3 --temperature 0 --json");
    let text = events(&whole.stdout).pop().unwrap()["text"].as_str().unwrap().to_owned();
    let stop = text.chars().find(|c| c.is_alphanumeric()).unwrap();
    let run = infer(&small, &format!("3 --temperature 0 --stop {stop} --json"));
    let done = events(&run.stdout).pop().unwrap();
    assert_eq!(done["stop_reason"], "stop");
    assert_eq!(done["text"].as_str(), text.split(stop).next());
}

#[test]
fn without_a_model_the_command_that_makes_one_is_named() {
    let small = Small::new();
    let run = small.run("infer hello");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("no trained model") && run.stderr.contains("neuroshard train"), "{}", run.stderr);
    let run = small.run("infer hello --model absent");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("absent holds no checkpoint") && run.stderr.contains("hint: "), "{}", run.stderr);
}

#[test]
fn the_newest_model_in_the_home_is_the_default_and_damage_is_said() {
    let small = Small::new();
    small.trained("--steps 6 --save-every 3");
    assert_eq!(small.run("infer 3 --max-tokens 3").code, Some(0));
    let runs = small.path("home/checkpoints").read_dir().unwrap();
    let run = runs.map(|run| run.unwrap().path()).next().unwrap();
    flip(&run.join("checkpoints/step-000000006/model.safetensors"));
    let saved = small.run("infer 3 --max-tokens 3");
    assert_eq!(saved.code, Some(0));
    assert!(saved.stderr.contains("is damaged") && saved.stderr.contains("step-000000003"), "{}", saved.stderr);
    flip(&run.join("checkpoints/step-000000003/config.json"));
    let lost = small.run("infer 3");
    assert_eq!(lost.code, Some(1));
    assert!(lost.stderr.contains("all 2 checkpoints"), "{}", lost.stderr);
}
