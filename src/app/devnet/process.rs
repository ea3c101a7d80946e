//! A node as a process of its own, and the thread that reads what it says.
//!
//! Invariants: a process that is no longer held is dead; a line that never ends is cut, so that nothing a node says takes
//! more memory than a bound; a node that says more than is read waits.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::SyncSender;

/// No event is longer.
const LINE_BYTES_MAX: u64 = 256 << 10;

/// A line that a node said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) node: usize,
    pub(super) line: String,
}

/// A node that runs.
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts it; what it says goes to `said`, what it complains about into a file.
    pub(super) fn start(
        mut command: Command,
        node: usize,
        complaints: &Path,
        said: SyncSender<Said>,
    ) -> io::Result<Self> {
        let complaints = File::options().create(true).append(true).open(complaints)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints);
        // Ctrl-C is for whoever started the network, and the nodes hear of it from there.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = Self { child: command.spawn()? };
        let stdout = process.child.stdout.take();
        let read = move || stdout.into_iter().for_each(|stdout| read(stdout, node, &said));
        std::thread::Builder::new().name(format!("node {node}")).spawn(read)?;
        Ok(process)
    }

    /// Asks it to save and stop.
    #[cfg(unix)]
    pub(super) fn terminate(&self) {
        use rustix::process::{Pid, Signal, kill_process};

        // Whoever has ended already needs not to be told.
        let _ = Pid::from_raw(self.child.id().cast_signed()).map(|pid| kill_process(pid, Signal::TERM));
    }

    #[cfg(not(unix))]
    pub(super) fn terminate(&mut self) {
        self.kill();
    }

    /// Ends it at once.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn read(stdout: ChildStdout, node: usize, said: &SyncSender<Said>) {
    let mut reader = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        if said.send(Said { node, line }).is_err() {
            return;
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    /// A shell that plays a node.
    fn start(script: &str) -> (Process, Receiver<Said>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let (to_said, said) = sync_channel(4);
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let process = Process::start(command, 3, &folder.path().join("log"), to_said).unwrap();
        (process, said, folder)
    }

    #[test]
    fn lines_come_whole_and_endless_ones_in_pieces() {
        let (_process, said, folder) = start("echo one; echo wrong >&2; head -c 1000000 /dev/zero");
        let first = said.recv_timeout(PATIENCE).unwrap();
        assert_eq!((first.node, first.line.as_str()), (3, "one\n"));
        let pieces: Vec<usize> = said.iter().map(|said| said.line.len()).collect();
        assert_eq!(pieces.iter().sum::<usize>(), 1_000_000);
        assert!(pieces.iter().all(|piece| *piece as u64 <= LINE_BYTES_MAX) && pieces.len() == 4);
        assert_eq!(std::fs::read_to_string(folder.path().join("log")).unwrap(), "wrong\n");
    }

    #[test]
    fn who_is_no_longer_held_is_dead() {
        let (process, said, _folder) = start("trap '' TERM; echo up; while :; do sleep 1; done");
        said.recv_timeout(PATIENCE).unwrap();
        process.terminate();
        let id = process.child.id();
        drop(process);
        assert!(!Path::new("/proc").join(id.to_string()).exists(), "it hears no signal but the last");
    }

    #[test]
    fn who_is_told_to_end_ends() {
        let (mut process, said, _folder) = start("echo up; exec sleep 600");
        said.recv_timeout(PATIENCE).unwrap();
        assert!(process.ended().is_none());
        process.terminate();
        assert!(said.recv_timeout(PATIENCE).is_err(), "its output closes");
        assert!(!process.child.wait().unwrap().success());
    }
}
