//! A tracker as a process: it says where it is, shows its page, keeps its key to itself, and stops when told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::program::command;

fn start(home: &std::path::Path) -> (Child, impl Iterator<Item = Value>) {
    let mut command = command("--json tracker --listen /ip4/127.0.0.1/tcp/0 --http 127.0.0.1:0".split(' '));
    let mut tracker = command.env("NEUROSHARD_HOME", home).stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(tracker.stdout.take().unwrap());
    (tracker, said.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()))
}

fn get(http: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(http.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_tracker_shows_its_page_and_is_the_same_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (mut tracker, mut events) = start(home.path());
        let started = events.next().unwrap();
        assert_eq!((&started["v"], &started["event"]), (&1.into(), &"started".into()));
        let (id, http) = (started["peer_id"].as_str().unwrap(), started["http"].as_str().unwrap());
        assert!(id.starts_with("16Uiu2HA"), "{started}");
        let page = get(http, "/");
        assert!(
            page.starts_with("HTTP/1.1 200 ") && page.contains("NeuroShard tracker") && page.contains(id),
            "{page}"
        );
        let stats = get(http, "/stats.json");
        let stats: Value = serde_json::from_str(stats.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(
            (&stats["v"], &stats["nodes"], stats["tracker"]["peer_id"].as_str()),
            (&1.into(), &0.into(), Some(id))
        );
        assert!(get(http, "/metrics").contains("neuroshard_tracker_nodes 0"));
        assert!(get(http, "/stats.json/..").starts_with("HTTP/1.1 404 "));
        ids.push(id.to_owned());
        assert!(Command::new("kill").arg(tracker.id().to_string()).status().unwrap().success());
        assert_eq!(events.last().unwrap()["event"], "stopped");
        assert!(tracker.wait().unwrap().success());
    }
    assert_eq!(ids[0], ids[1]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(home.path().join("tracker.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_page_that_was_asked_for_and_cannot_be_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let words = ["--json", "tracker", "--listen", "/ip4/127.0.0.1/tcp/0", "--http", &address];
    let run: crate::program::Run = command(words).env("NEUROSHARD_HOME", home.path()).output().unwrap().into();
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("--http ADDR"), "{}", run.stderr);
}
