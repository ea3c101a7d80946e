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
