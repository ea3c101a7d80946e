//! A model small enough to train within a test, its text, and how to run the program on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, command};

/// A folder with a shape, a text and a home of its own.
pub(crate) struct Small {
    dir: TempDir,
}

impl Small {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let shape = "layers=2\nhidden=32\nheads=4\nkv_heads=2\nffn=48\nvocab=280\nseq=16\n";
        fs::write(dir.path().join("small.toml"), shape).unwrap();
        let lines: Vec<String> =
            (0..300).map(|i| format!("{} plus {} is {}.\n", i % 7, i % 5, i % 7 + i % 5)).collect();
        fs::write(dir.path().join("sums.txt"), lines.concat()).unwrap();
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program in this folder, with this folder's home.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = command(words.split_whitespace());
        command.current_dir(self.dir.path()).env("NEUROSHARD_HOME", self.path("home"));
        command
    }

    pub(crate) fn run(&self, words: &str) -> Run {
        self.command(words).output().unwrap().into()
    }

    /// A training run on the text, with more flags.
    pub(crate) fn train(&self, flags: &str) -> Command {
        self.command(&format!("train --preset small.toml --data sums.txt --batch 4 --threads 2 {flags}"))
    }

    /// A run that has to succeed.
    pub(crate) fn trained(&self, flags: &str) -> Run {
        let run: Run = self.train(flags).output().unwrap().into();
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run
    }
}

/// The events on standard output, each checked to be one object of version 1.
pub(crate) fn events(stdout: &str) -> Vec<Value> {
    let events = stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.inspect(|event| assert_eq!(event["v"], 1, "{event}")).collect()
}

/// Step, loss, rate and norm of each step, to the bit.
pub(crate) fn steps(stdout: &str) -> Vec<[u64; 4]> {
    let bits = |value: &Value| value.as_f64().unwrap().to_bits();
    let steps = events(stdout).into_iter().filter(|event| event["event"] == "step");
    steps.map(|e| [e["step"].as_u64().unwrap(), bits(&e["loss"]), bits(&e["lr"]), bits(&e["grad_norm"])]).collect()
}

/// Changes one bit in the middle of a file, in a new file of that name.
pub(crate) fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}
