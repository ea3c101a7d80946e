//! Network namespaces, and what joins them: a switch that delays, loses and cuts, or routers that translate addresses.
//!
//! Invariant: namespaces go with what holds them, also after a panic; of a test that was killed, the next one removes them.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::program::{BINARY, plain, root};

/// Begins the name of each namespace; the id of this process and a number follow.
const PREFIX: &str = "neuro";
/// Topologies of this process.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Why there can be no namespaces here, if so.
pub(super) fn unable() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("namespaces need root".to_owned());
    }
    if let Err(error) = fs::File::options().read(true).write(true).open("/dev/net/tun") {
        return Some(format!("/dev/net/tun: {error}"));
    }
    let probe = format!("{PREFIX}{}probe", std::process::id());
    let made = Command::new("ip").args(["netns", "add", &probe]).output();
    let _ = Command::new("ip").args(["netns", "del", &probe]).output();
    match made {
        Err(error) => Some(format!("there is no ip: {error}")),
        Ok(Output { status, stderr, .. }) if !status.success() => {
            Some(format!("ip netns add: {}", String::from_utf8_lossy(&stderr).trim()))
        }
        Ok(_) => None,
    }
}

/// Why no router can be played here, if so.
pub(super) fn unable_to_route() -> Option<String> {
    let found = Command::new("nft").arg("--version").output().is_ok_and(|output| output.status.success());
    (!found).then(|| "there is no nft".to_owned())
}

/// A name that no other topology has, short enough to begin the name of a device.
fn new_name() -> String {
    remove_abandoned();
    format!("{}x{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Removes namespaces whose test was killed.
fn remove_abandoned() {
    let Ok(entries) = fs::read_dir("/run/netns") else { return };
    for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
        let Some((pid, _)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once(['x', 'p'])) else { continue };
        if pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists() {
            let _ = Command::new("ip").args(["netns", "del", &name]).output();
        }
    }
}

fn ip(words: &str) {
    let output = Command::new("ip").args(words.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A namespace, gone when dropped.
pub(super) struct Namespace(String);

impl Namespace {
    fn new(name: &str) -> Self {
        let name = format!("{PREFIX}{name}");
        ip(&format!("netns add {name}"));
        let namespace = Self(name);
        ip(&format!("-n {} link set lo up", namespace.0));
        namespace
    }

    /// The program, run in it.
    pub(super) fn command(&self) -> Command {
        let mut inside = Command::new("ip");
        inside.args(["netns", "exec", &self.0, BINARY]);
        inside.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        plain(&mut inside);
        inside
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "del", &self.0]).output();
    }
}

/// Builds the switch, where that was not done before.
fn build_switch() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tapsw");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked", "--quiet", "--manifest-path"]);
    build.arg(root().join("tests/tapsw/Cargo.toml")).arg("--target-dir").arg(&target);
    let built = build.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("release/tapsw")
}

/// Namespaces on one switch.
pub(super) struct Switched {
    // First, so that nothing is left in the namespaces when they go.
    switch: Switch,
    name: String,
    pub(super) namespaces: Vec<Namespace>,
}

struct Switch {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Drop for Switch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Switch {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Switched {
    /// So many namespaces, each with these impairments of what it sends.
    pub(super) fn new(count: usize, settings: &str, seed: u64) -> Self {
        let program = build_switch();
        let name = new_name();
        let mut command = Command::new(program);
        command.arg(format!("seed={seed}"));
        command.args((0..count).map(|node| format!("{name}n{node},{settings}")));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut switch = Switch { child, stdin, stdout };
        assert_eq!(switch.line(), "ready");
        let mut namespaces = Vec::new();
        for node in 0..count {
            let namespace = Namespace::new(&format!("{name}n{node}"));
            let (inside, device) = (&namespace.0, format!("{name}n{node}"));
            ip(&format!("link set {device} netns {inside}"));
            ip(&format!("-n {inside} addr add {}/24 dev {device}", Self::address(node)));
            ip(&format!("-n {inside} link set {device} up"));
            namespaces.push(namespace);
        }
        Self { switch, name, namespaces }
    }

    /// Where a node is.
    pub(super) fn address(node: usize) -> String {
        format!("10.78.0.{}", node + 1)
    }

    /// Changes what happens to what a node sends, or whether it hears anything.
    pub(super) fn set(&mut self, node: usize, settings: &str) {
        writeln!(self.switch.stdin, "set {}n{node} {settings}", self.name).unwrap();
        assert_eq!(self.switch.line(), "ok");
    }

    /// Cuts these off from all others.
    pub(super) fn cut(&mut self, nodes: &[usize]) {
        for node in nodes {
            self.set(*node, "group=1");
        }
    }

    /// Joins all and hears all.
    pub(super) fn heal(&mut self) {
        (0..self.namespaces.len()).for_each(|node| self.set(node, "group=0,deaf=0,mute=0"));
    }
}

/// Two homes behind routers of their own, and a place outside.
pub(super) struct Routed {
    pub(super) outside: Namespace,
    pub(super) inside: [Namespace; 2],
    _between: [Namespace; 3],
}

impl Routed {
    /// Where what is outside is.
    pub(super) const OUTSIDE: &str = "11.0.0.1";

    pub(super) fn new() -> Self {
        let name = new_name();
        let new = |part: &str| Namespace::new(&format!("{name}{part}"));
        let (between, outside) = ([new("hub"), new("ra"), new("rb")], new("out"));
        let routed = Self { outside, inside: [new("na"), new("nb")], _between: between };
        let mut shell = Command::new("sh");
        shell.args(["-es", &format!("{PREFIX}{name}")]).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut shell = shell.spawn().unwrap();
        shell.stdin.take().unwrap().write_all(include_bytes!("nat.sh")).unwrap();
        let done = shell.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        routed
    }
}
