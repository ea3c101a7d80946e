//! The unit that runs a node: printed, put in its place once, and told when the node is up.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{BINARY, Run, command};

fn service(folder: &Path, words: &str) -> Run {
    let mut command = command(words.split_whitespace());
    command.env("XDG_CONFIG_HOME", folder.join("config")).env("NEUROSHARD_HOME", folder.join("a home"));
    command.output().unwrap().into()
}

#[test]
fn a_unit_is_printed_and_installed_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let unit = folder.join("config/systemd/user/neuroshard.service");
    let shown = service(folder, "node service --threads 2");
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let home = folder.join("a home");
    let line = format!("ExecStart={BINARY} --home \"{}\" node --threads 2\n", home.display());
    assert!(shown.stdout.contains(&line) && shown.stdout.contains("Type=notify\n"), "{}", shown.stdout);
    assert!(shown.stdout.contains(&format!("ReadWritePaths=\"{}\"\n", home.display())), "{}", shown.stdout);
    assert!(!unit.exists() && !home.exists());

    let unasked = service(folder, "node service --install");
    assert!(unasked.code == Some(2) && unasked.stderr.contains("--yes") && !unit.exists(), "{unasked:?}");
    let installed = service(folder, "node service --install --threads 2 --yes");
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    assert!(installed.stderr.contains("systemctl --user enable --now neuroshard"), "{}", installed.stderr);
    assert_eq!(fs::read_to_string(&unit).unwrap(), shown.stdout);
    assert!(home.is_dir());
    // The same again is no question, another is one.
    assert_eq!(service(folder, "node service --install --threads 2").code, Some(0));
    assert_eq!(service(folder, "node service --install --threads 1").code, Some(2));
    assert_eq!(fs::read_to_string(&unit).unwrap(), shown.stdout);
    let json = service(folder, "node service --install --threads 1 --yes --json");
    let said: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&said["installed"], said["path"].as_str()), (&true.into(), unit.to_str()));
    assert_eq!(fs::read_to_string(&unit).unwrap(), said["unit"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_node_says_when_it_is_up_stands_back_and_says_when_it_stops() {
    use std::os::unix::net::UnixDatagram;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_mins(2))).unwrap();
    let mut command = command(["node", "--no-training", "--listen-api", "off"]);
    let mut node = command
        .env("NEUROSHARD_HOME", folder.path().join("home"))
        .env("NOTIFY_SOCKET", &path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let hear = || {
        let mut bytes = [0; 1024];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    let up = hear();
    assert!(up.contains("READY=1") && up.contains("STATUS=devnet"), "{up}");
    let stat = fs::read_to_string(format!("/proc/{}/stat", node.id())).unwrap();
    let nice = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap().parse::<i32>().unwrap();
    assert!(nice >= 10, "{stat}");
    assert!(Command::new("kill").arg(node.id().to_string()).status().unwrap().success());
    assert!(hear().contains("STOPPING=1"));
    assert!(node.wait().unwrap().success());
}
