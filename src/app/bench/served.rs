//! A node of a measurement: a process of its own on a home that is thrown away, and whoever asks it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use serde_json::Value;
use tempfile::TempDir;

use crate::app::AppError;

/// The longest that a node may say nothing of use.
const PATIENCE: Duration = Duration::from_mins(1);

/// A node that runs; ended when dropped.
pub(super) struct Served {
    child: Child,
    events: BufReader<ChildStdout>,
    pub(super) address: String,
    pub(super) began: Instant,
    _home: TempDir,
}

impl Served {
    /// Starts one with these flags, and waits until it answers.
    pub(super) fn start(flags: &[String]) -> Result<Self, AppError> {
        let home = tempfile::tempdir().map_err(AppError::refused)?;
        let mut command = Command::new(std::env::current_exe().map_err(AppError::internal)?);
        command.args(["node", "--json", "--listen-api", "127.0.0.1:0"]).args(flags);
        command.env("NEUROSHARD_HOME", home.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let began = Instant::now();
        let mut child = command.spawn().map_err(AppError::internal)?;
        let stdout = child.stdout.take().ok_or_else(|| AppError::internal(anyhow!("a child without output")))?;
        let mut served = Self { child, events: BufReader::new(stdout), address: String::new(), began, _home: home };
        let started = served.wait("started")?;
        let address = started["api"].as_str().and_then(|url| url.strip_prefix("http://"));
        address.unwrap_or_default().clone_into(&mut served.address);
        Ok(served)
    }

    /// The next event of a kind.
    pub(super) fn wait(&mut self, kind: &str) -> Result<Value, AppError> {
        let (until, mut line) = (Instant::now() + PATIENCE, String::new());
        while Instant::now() < until {
            line.clear();
            if self.events.read_line(&mut line).map_err(AppError::internal)? == 0 {
                break;
            }
            let event: Value = serde_json::from_str(&line).map_err(AppError::internal)?;
            if event["event"] == kind {
                return Ok(event);
            }
        }
        Err(AppError::refused(anyhow!("the node that is measured said nothing of {kind:?}")))
    }

    /// Steps that are made in a while, by the node's own count.
    pub(super) fn steps(&mut self, time: Duration) -> Result<f64, AppError> {
        let step = |event: &Value| event["step"].as_f64().unwrap_or(0.0);
        // What was said while nobody listened is over.
        let mut asker = Asker::connect(&self.address)?;
        let count = |asker: &mut Asker| -> Result<f64, AppError> { Ok(step(&asker.status()?["training"])) };
        let (first, began) = (count(&mut asker)?, Instant::now());
        std::thread::sleep(time);
        let (last, seconds) = (count(&mut asker)?, began.elapsed().as_secs_f64());
        Ok((last - first) / seconds)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection on which one request follows the other.
pub(super) struct Asker {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Asker {
    pub(super) fn connect(address: &str) -> Result<Self, AppError> {
        let stream = TcpStream::connect(address).map_err(AppError::refused)?;
        stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE))).map_err(AppError::refused)?;
        Ok(Self { stream: BufReader::new(stream), host: address.to_owned() })
    }

    /// Asks for a path; what comes back is read line by line.
    pub(super) fn ask(&mut self, path: &str) -> Result<(), AppError> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).map_err(AppError::refused)
    }

    /// The next line of an answer.
    pub(super) fn line(&mut self) -> Result<String, AppError> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).map_err(AppError::refused)?;
        if read == 0 { Err(AppError::refused(anyhow!("the node closed a connection"))) } else { Ok(line) }
    }

    /// The body of the answer to a path.
    pub(super) fn get(&mut self, path: &str) -> Result<Vec<u8>, AppError> {
        self.ask(path)?;
        let mut length = 0;
        loop {
            let line = self.line()?;
            if line == "\r\n" {
                break;
            }
            if let Some((_, value)) =
                line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            {
                length = value.trim().parse().map_err(AppError::internal)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(AppError::refused)?;
        Ok(body)
    }

    pub(super) fn status(&mut self) -> Result<Value, AppError> {
        serde_json::from_slice(&self.get("/v1/status")?).map_err(AppError::internal)
    }
}
