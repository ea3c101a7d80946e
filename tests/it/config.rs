//! Settings as their user meets them: shown with where they are from, written to a file, refused.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{Run, command};

/// The program with a configuration folder of its own.
fn settings(folder: &Path, words: &str) -> Command {
    let mut command = command(words.split_whitespace());
    command.env("XDG_CONFIG_HOME", folder).env("NEUROSHARD_HOME", folder.join("home")).env_remove("DISPLAY");
    command
}

fn run(folder: &Path, words: &str) -> Run {
    settings(folder, words).output().unwrap().into()
}

fn rows(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn row(rows: &[Value], name: &str) -> [String; 3] {
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    ["value", "origin", "source"].map(|field| text(&row[field]))
}

#[test]
fn what_holds_says_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("neuroshard/config.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "threads = 3\n\ndevice = \"cuda:1\"\ninner-steps = 9\ndata = [\"book.txt\"]\n").unwrap();
    let mut command = settings(folder.path(), "--json config show --threads 2 --network mine");
    command.env("NEUROSHARD_DEVICE", "cpu").env("NEUROSHARD_THREADS", "7").env("NEUROSHARD_PRESET", "");
    let rows = rows(&command.output().unwrap().into());
    assert!(rows.iter().all(|row| row["v"] == 1));
    assert_eq!(rows.len(), neuroshard::config::SETTINGS.len() + 1);
    let place = |line| format!("{} line {line}", file.display());
    assert_eq!(row(&rows, "threads"), ["2", "flag", "--threads"]);
    assert_eq!(row(&rows, "network"), ["mine", "flag", "--network"]);
    assert_eq!(row(&rows, "device"), ["cpu", "environment", "NEUROSHARD_DEVICE"]);
    assert_eq!(row(&rows, "inner-steps"), ["9", "file", &place(4)]);
    let book = file.with_file_name("book.txt");
    assert_eq!(row(&rows, "data"), [&format!("[\"{}\"]", book.display()), "file", &place(5)]);
    assert_eq!(row(&rows, "preset"), ["nano", "default", "nano"]);
    assert_eq!(row(&rows, "payout"), ["null", "default", "the node's own"]);
    let home = folder.path().join("home");
    assert_eq!(row(&rows, "home"), [home.to_str().unwrap(), "environment", "NEUROSHARD_HOME"]);
    let text = run(folder.path(), "config show");
    assert!(text.stdout.contains("device       cuda:1") && text.stdout.contains(&place(3)), "{}", text.stdout);
    assert!(!home.exists(), "looking changes nothing");
}

#[test]
fn a_file_is_written_once_and_changes_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let before = run(folder.path(), "config show --json").stdout;
    let path = run(folder.path(), "config path");
    assert!(path.stdout.ends_with("neuroshard/config.toml\n") && path.stderr.contains("config init"), "{path:?}");
    assert_eq!(run(folder.path(), "config init").code, Some(0));
    assert_eq!(run(folder.path(), "config show --json").stdout, before);
    let said: Value = serde_json::from_str(&run(folder.path(), "config path --json").stdout).unwrap();
    assert_eq!((&said["exists"], &said["origin"]), (&true.into(), &"default".into()));
    let again = run(folder.path(), "config init");
    assert!(again.code == Some(1) && again.stderr.contains("hint: edit that one"), "{again:?}");
    let other = folder.path().join("other.toml");
    assert_eq!(run(folder.path(), &format!("config init --config {}", other.display())).code, Some(0));
    assert!(fs::read_to_string(&other).unwrap().contains("#threads = "));
}

#[test]
fn what_can_not_be_used_is_one_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    let refused = |words: &str| {
        let run = run(folder.path(), &format!("{words} --config {}", file.display()));
        assert_eq!(run.stdout, "", "{words}");
        assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains("\nhint: "), "{}", run.stderr);
        (run.code, run.stderr)
    };
    let (code, error) = refused("config show");
    assert!(code == Some(1) && error.contains("cannot read the settings file"), "{error}");
    fs::create_dir(&file).unwrap();
    assert_eq!(refused("config show").0, Some(1));
    fs::remove_dir(&file).unwrap();
    for bytes in [vec![0xff; 9], vec![b'\n'; 1 << 20]] {
        fs::write(&file, bytes).unwrap();
        assert_eq!(refused("node").0, Some(1));
    }
    fs::write(&file, "mouse = true\nthread = 4\n").unwrap();
    for words in ["config show", "node", "genesis show"] {
        let (code, error) = refused(words);
        assert!(code == Some(2) && error.contains("c.toml line 2: there is no setting `thread`"), "{error}");
        assert!(error.contains("did you mean `threads`?"), "{error}");
    }
    fs::write(&file, "threads = 0\n").unwrap();
    assert!(refused("node").1.contains("line 1: threads: must be at least 1"));
    let flag = run(folder.path(), "node --threads 0");
    assert!(flag.stderr.contains("must be at least 1"), "{}", flag.stderr);
    let variable: Run = settings(folder.path(), "node").env("NEUROSHARD_THREADS", "0").output().unwrap().into();
    assert!(variable.stderr.starts_with("error: NEUROSHARD_THREADS: must be at least 1"), "{}", variable.stderr);
    assert_eq!(variable.code, Some(2));
    assert!(!folder.path().join("home").exists(), "nothing was begun");
}
