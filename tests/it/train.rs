//! `train` as its users run it: events, signals, kills, resumption, and everything that can be wrong.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use crate::program::Run;
use crate::small::{Small, events, flip, steps};

#[test]
fn events_tell_the_whole_run() {
    let small = Small::new();
    let run = small.trained("--steps 8 --val-every 4 --save-every 3 --out run --json --report report.json");
    let events = events(&run.stdout);
    let named = |name: &str| events.iter().filter(|event| event["event"] == name).collect::<Vec<_>>();
    assert_eq!(events[0]["event"], "start");
    assert_eq!((&events[0]["vocab"], &events[0]["device"]), (&280.into(), &"cpu".into()));
    assert!(events[0]["train_tokens"].as_u64() > events[0]["val_tokens"].as_u64());
    assert_eq!(named("step").len(), 8);
    assert!(named("step").iter().all(|step| step["lr"].as_f64() > Some(0.0)), "no step is wasted on a rate of zero");
    assert_eq!(named("val").iter().map(|val| val["step"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 4, 8]);
    assert_eq!(named("saved").iter().map(|saved| saved["step"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 6, 8]);
    let done = events.last().unwrap();
    assert_eq!((&done["event"], &done["steps"], &done["tokens"]), (&"done".into(), &8.into(), &(8 * 4 * 16).into()));
    let first = named("val")[0]["loss"].as_f64().unwrap();
    assert!((first - 280f64.ln()).abs() < 0.2, "an untrained model guesses evenly, not {first}");
    assert!(done["val_loss"].as_f64().unwrap() < first);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(small.path("report.json")).unwrap()).unwrap();
    assert_eq!((report["losses"].as_array().unwrap().len(), &report["done"]["val_loss"]), (8, &done["val_loss"]));
}

#[test]
fn people_get_a_summary_and_what_to_try_next() {
    let small = Small::new();
    let run = small.trained("--steps 4 --out run");
    assert!(run.stdout.contains("trained 4 steps, 256 tokens") && run.stdout.contains("saved   run"), "{}", run.stdout);
    assert!(run.stderr.contains("neuroshard infer") && run.stderr.contains("--model run"), "{}", run.stderr);
    assert!(!run.stdout.contains('{') && !run.stderr.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn stopped_and_resumed_is_bit_identical() {
    let small = Small::new();
    let whole = small.trained("--steps 40 --out whole --json");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let out = format!("--out stopped-{signal} --json");
        let mut child = small.train(&format!("--steps 40 {out}")).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut seen = String::new();
        while !seen.contains("\"step\":9,") {
            assert!(stdout.read_line(&mut seen).unwrap() > 0, "{seen}");
        }
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        stdout.read_to_string(&mut seen).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let rest: Run = small.command(&format!("train --resume --threads 2 {out}")).output().unwrap().into();
        assert_eq!(rest.code, Some(0), "{}", rest.stderr);
        assert!(steps(&seen).len() < 40, "it was stopped on the way");
        assert_eq!([steps(&seen), steps(&rest.stdout)].concat(), steps(&whole.stdout));
        let last = |run: &str| events(run).pop().unwrap()["val_loss"].clone();
        assert_eq!(last(&rest.stdout), last(&whole.stdout));
    }
}

#[test]
fn killed_without_warning_it_goes_on_from_the_last_checkpoint() {
    let small = Small::new();
    let whole = small.trained("--steps 30 --out whole --json");
    let mut child = small.train("--steps 30 --save-every 4 --out killed --json").spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("\"event\":\"saved\"") {
        assert!(stdout.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let rest = small.run("train --resume --threads 2 --out killed --json");
    assert_eq!(rest.code, Some(0), "{}", rest.stderr);
    let rest = steps(&rest.stdout);
    assert!(!rest.is_empty() && rest[0][0] > 4);
    assert!(steps(&whole.stdout).ends_with(&rest), "the same numbers from there on");
}

#[test]
fn a_damaged_checkpoint_is_passed_over_and_said() {
    let small = Small::new();
    small.trained("--steps 8 --save-every 4 --out run --json");
    flip(&small.path("run/checkpoints/step-000000008/optimizer.safetensors"));
    let rest = small.run("train --resume --threads 2 --out run --json");
    assert_eq!(rest.code, Some(0));
    assert!(rest.stderr.contains("optimizer.safetensors is damaged") && rest.stderr.contains("step-000000004"));
    assert_eq!(steps(&rest.stdout).iter().map(|step| step[0]).collect::<Vec<_>>(), [5, 6, 7, 8]);
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_loses_nothing() {
    let small = Small::new();
    small.trained("--steps 8 --out run");
    // Files may not grow to the size of the weights, as on a disk that has no more room.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let inner = small.command("train --resume --reschedule --steps 12 --out run");
    let mut limited = Command::new("sh");
    limited.args(["-c", script, "sh"]).arg(inner.get_program()).args(inner.get_args());
    limited.current_dir(small.path("")).env("NEUROSHARD_HOME", small.path("home")).stdin(Stdio::null());
    let full: Run = limited.output().unwrap().into();
    assert_eq!(full.code, Some(1), "{}", full.stderr);
    assert!(full.stderr.contains("could not save to") && full.stderr.contains("--resume"), "{}", full.stderr);
    let rest = small.run("train --resume --reschedule --steps 9 --out run --json");
    assert_eq!(steps(&rest.stdout).iter().map(|step| step[0]).collect::<Vec<_>>(), [9], "{}", rest.stderr);
    assert!(!rest.stderr.contains("damaged"));
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let small = Small::new();
    let mut first = small.train("--time 1m --out run --json").spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(first.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let second: Run = small.train("--steps 2 --out run").output().unwrap().into();
    let third = small.run("train --resume --out run");
    first.kill().unwrap();
    first.wait().unwrap();
    for run in [second, third] {
        assert_eq!(run.code, Some(1));
        assert!(run.stderr.contains("another run is writing to run"), "{}", run.stderr);
    }
}

#[test]
fn settings_that_change_the_numbers_are_not_taken_over_in_silence() {
    let small = Small::new();
    small.trained("--steps 4 --out run");
    fs::write(small.path("other.txt"), "quite another text, and long enough. ".repeat(20)).unwrap();
    for (flags, says) in [
        ("train --resume --out run --steps 9", "error: this run's schedule ends at step 4 and 9 was asked for"),
        ("train --resume --out run --lr 0.1", "error: this run was started with other settings (lr "),
        ("train --resume --out run --data other.txt", "error: this run was started with other data"),
        ("train --resume --out run --preset nano", "has another shape (small.toml) than nano"),
        ("train --resume --out absent", "error: absent holds no checkpoint"),
        ("train --out run --preset small.toml --data sums.txt", "error: run is not empty"),
    ] {
        let run = small.run(flags);
        assert_eq!(run.code, Some(1), "{flags}: {}", run.stdout);
        assert!(run.stderr.contains(says) && run.stderr.contains("\nhint: "), "{flags}: {}", run.stderr);
    }
}

#[test]
fn what_cannot_be_trained_is_one_clear_error() {
    let small = Small::new();
    let write = |name: &str, bytes: &[u8]| fs::write(small.path(name), bytes).unwrap();
    write("empty.txt", b"");
    write("binary.txt", b"some\0thing");
    write("latin.txt", b"caf\xe9 au lait");
    write("short.txt", b"too short");
    write("broken.parquet", b"PAR1 and then nothing of use PAR1");
    write("long.jsonl", format!("{{\"text\": \"{}\"}}", "a".repeat(17 << 20)).as_bytes());
    write("keys.toml", b"layers=1\nwheels=4\n");
    write("odd.toml", b"layers=1\nhidden=30\nheads=4\nkv_heads=2\nffn=8\nvocab=266\nseq=8\n");
    write("few.toml", b"layers=1\nhidden=32\nheads=4\nkv_heads=2\nffn=8\nvocab=100\nseq=8\n");
    write("vast.toml", b"layers=1024\nhidden=65536\nheads=64\nkv_heads=8\nffn=1048576\nvocab=266\nseq=1048576\n");
    for (flags, code, says) in [
        ("--preset vast.toml", 1, "the model needs "),
        ("--data absent.txt", 1, "absent.txt"),
        ("--data empty.txt", 1, "empty.txt"),
        ("--data binary.txt", 1, "binary.txt"),
        ("--data latin.txt", 1, "latin.txt"),
        ("--data short.txt", 1, "token"),
        ("--data broken.parquet", 1, "broken.parquet"),
        ("--data long.jsonl", 1, "long.jsonl"),
        ("--preset keys.toml", 1, "wheels"),
        ("--preset odd.toml", 1, "hidden = 30"),
        ("--preset few.toml", 1, "vocab = 100"),
        ("--preset missing.toml", 1, "missing.toml"),
        ("--preset huge", 2, "huge"),
        ("--steps 1 --threads 100000", 2, "100000 threads are more than"),
        ("--steps 0", 2, "--steps"),
        ("--lr NaN", 2, "--lr"),
        ("--lr 0.001 --min-lr 0.1", 2, "min-lr = 0.1"),
        ("--steps 5 --lr 1e30 --data sums.txt --preset small.toml --out diverged", 1, "training diverged at step "),
        ("--steps 5 --out small.toml", 1, "small.toml is not a folder"),
        ("--steps 5 --out small.toml/below", 1, "small.toml is not a folder"),
    ] {
        let run = small.run(&format!("train {flags}"));
        let errors: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(run.code, Some(code), "{flags}: {} {}", run.stdout, run.stderr);
        assert!(errors.len() == 1 && run.stderr.contains(says), "{flags}: {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn without_a_command_it_trains_and_ctrl_c_saves() {
    let small = Small::new();
    let mut child = small.command("--json").spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("\"step\":2,") {
        assert!(stdout.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    stdout.read_to_string(&mut seen).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let events = events(&seen);
    assert_eq!((&events[0]["preset"], &events[0]["vocab"]), (&"nano".into(), &512.into()));
    assert_eq!(events.last().unwrap()["event"], "saved");
}

/// The newcomer's first minute; the whole of it with `NEUROSHARD_LONG=1`, else the first steps of the same.
#[test]
fn the_first_minute_learns() {
    let small = Small::new();
    let whole = std::env::var_os("NEUROSHARD_LONG").is_some_and(|value| value == "1");
    let run = small.run(if whole { "--json" } else { "train --steps 30 --warmup 5 --json" });
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let events = events(&run.stdout);
    let vals: Vec<f64> =
        events.iter().filter(|event| event["event"] == "val").map(|val| val["loss"].as_f64().unwrap()).collect();
    let (first, last) = (vals[0], *vals.last().unwrap());
    assert!((first - 512f64.ln()).abs() < 0.2, "{first}");
    assert!(last < if whole { 0.4 } else { 0.9 } * first, "from {first} to {last}");
    if whole {
        let sample = events.last().unwrap();
        assert_eq!((&sample["event"], &sample["prompt"]), (&"sample".into(), &"Once upon a time".into()));
        assert!(sample["text"].as_str().unwrap().split_whitespace().count() > 20, "{sample}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_does_not_keep_anybody_waiting() {
    let small = Small::new();
    small.trained("--steps 2 --out run");
    for name in ["run/checkpoints/step-000000002/manifest.json", "run/config.json", "shape.toml"] {
        let _ = fs::remove_file(small.path(name));
        assert!(Command::new("mkfifo").arg(small.path(name)).status().unwrap().success());
    }
    for words in ["infer 3 --model run", "train --resume --out run", "train --preset shape.toml --steps 1"] {
        let run = small.run(words);
        assert_eq!(run.code, Some(1), "{words}");
        assert!(run.stderr.contains("not a file"), "{words}: {}", run.stderr);
    }
}

#[test]
fn another_number_of_threads_is_said() {
    let small = Small::new();
    let shape = fs::read_to_string(small.path("small.toml")).unwrap();
    fs::write(small.path("experts.toml"), shape + "moe = { experts = 3, top_k = 1 }\n").unwrap();
    for (preset, said) in [("experts.toml", true), ("small.toml", false)] {
        let begin =
            format!("train --preset {preset} --data sums.txt --batch 4 --threads 2 --steps 4 --out {preset}.run");
        assert_eq!(small.run(&begin).code, Some(0));
        let run = small.run(&format!("train --resume --reschedule --steps 5 --threads 1 --out {preset}.run"));
        assert_eq!(run.code, Some(0));
        // Without experts, the number of threads changes nothing.
        assert_eq!(run.stderr.contains("the run used 2 threads and now has 1"), said, "{preset}: {}", run.stderr);
    }
}
