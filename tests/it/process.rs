//! The edges of the process: closed pipes, full disks, panics and signals.
//!
//! A test that needs a process of its own runs this test binary again, with the name of one test and a variable that
//! tells it to play the part; without the variable these parts do nothing.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use neuroshard::app::{Exit, Interrupt, Manner, guard};
use neuroshard_commands::Global;

use crate::program::{Run, command, plain};

const PART: &str = "NEUROSHARD_TEST_PART";

/// Runs the test of that name in a process of its own, which leaves its part through an exit code.
fn part(name: &str, part: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("process::{name}"), "--nocapture", "--test-threads=1"]).env(PART, part);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    plain(&mut command);
    command
}

fn my_part() -> Option<String> {
    env::var(PART).ok()
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for args in [["completions", "bash"].as_slice(), &["--json", "man"], &["--help"], &["--version"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(args).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), [].as_slice()), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_not_success() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let refused: Run = command(["man"]).stdout(full).output().unwrap().into();
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.starts_with("error: cannot write to standard output\ncaused by: "), "{}", refused.stderr);
}

#[test]
fn part_that_panics() {
    let Some(part) = my_part() else { return };
    let json = part.starts_with("json");
    let manner = Manner::new(&Global { json, ..Global::default() });
    let exit = guard(manner, || {
        if part.ends_with("thread") {
            let _ = std::thread::spawn(|| panic!("gave up on a thread")).join();
        } else if part.ends_with("main") {
            panic!("gave up");
        }
        Exit::Success
    });
    std::process::exit(exit.code().into());
}

#[test]
fn a_panic_is_one_line_that_asks_for_a_report() {
    for (name, message) in [("text main", "gave up"), ("text thread", "gave up on a thread")] {
        let died: Run = part("part_that_panics", name).output().unwrap().into();
        assert_eq!(died.code, Some(4), "{died:?}");
        assert_eq!(died.stderr.lines().count(), 1, "{}", died.stderr);
        assert!(died.stderr.starts_with("error: ") && died.stderr.contains("please report"), "{}", died.stderr);
        assert!(died.stderr.contains(message), "{}", died.stderr);
    }
    let well: Run = part("part_that_panics", "text neither").output().unwrap().into();
    assert_eq!((well.code, well.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_panic_under_json_is_one_json_line() {
    let died: Run = part("part_that_panics", "json main").output().unwrap().into();
    let said: serde_json::Value = serde_json::from_str(&died.stderr).unwrap();
    assert_eq!((died.code, &said["error"]["code"]), (Some(4), &"internal".into()));
}

#[test]
fn a_backtrace_comes_to_those_who_ask() {
    let died: Run = part("part_that_panics", "text main").env("RUST_BACKTRACE", "1").output().unwrap().into();
    assert_eq!(died.code, Some(4));
    assert!(died.stderr.contains("stack backtrace") && died.stderr.contains("please report"), "{}", died.stderr);
}

/// Says that it is ready, then polls as a training loop would; a deaf one never looks.
#[test]
fn part_that_works() {
    let Some(part) = my_part() else { return };
    let interrupt = Interrupt::install().unwrap();
    assert_eq!(interrupt.interrupted(), None);
    println!("\nready");
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(1) {
        if let Some(exit) = interrupt.interrupted() {
            println!("saved");
            if part != "deaf" {
                std::process::exit(exit.code().into());
            }
            while started.elapsed() < Duration::from_mins(1) {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
fn wait_for(stdout: &mut impl std::io::BufRead, word: &str) {
    let said = stdout.lines().map(Result::unwrap).find(|line| line == word);
    assert_eq!(said.as_deref(), Some(word));
}

#[cfg(unix)]
#[test]
fn the_first_signal_lets_a_job_save() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = part("part_that_works", "attentive").spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        wait_for(&mut stdout, "ready");
        signal(&child, name);
        wait_for(&mut stdout, "saved");
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn signals_that_come_together_are_one() {
    let mut child = part("part_that_works", "attentive").spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    wait_for(&mut stdout, "ready");
    let id = child.id().to_string();
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {id}; kill -TERM {id}")]).status().unwrap();
    assert!(sent.success());
    wait_for(&mut stdout, "saved");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[cfg(unix)]
#[test]
fn the_second_signal_ends_a_job_that_does_not_listen() {
    for (first, second, code) in [("INT", "INT", 130), ("INT", "TERM", 143), ("TERM", "INT", 130)] {
        let mut child = part("part_that_works", "deaf").spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        wait_for(&mut stdout, "ready");
        signal(&child, first);
        wait_for(&mut stdout, "saved");
        // One that comes with the first is taken for it, so it is sent until it is heard.
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            let _ = Command::new("kill").args(["-s", second, &child.id().to_string()]).status();
            std::thread::sleep(Duration::from_millis(30));
        };
        assert_eq!(ended.code(), Some(code), "{first} {second}");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}
