//! The dashboard in a real terminal: tmux shows it, types and resizes, and says what it left behind.
//!
//! Where there is no tmux, these tests say so and pass.

use std::env;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::node::{Home, Node, PATIENCE};
use crate::program::{BINARY, plain};

/// A terminal of its own, gone when dropped.
struct Terminal {
    folder: TempDir,
}

impl Terminal {
    /// Runs a shell command in a terminal of this size, and says how it ended; nothing without tmux.
    #[expect(clippy::print_stdout, reason = "who reads the tests' output learns what was not tested")]
    fn run(columns: u16, rows: u16, home: &Path, command: &str) -> Option<Self> {
        let found = Command::new("tmux").arg("-V").output();
        if !found.is_ok_and(|output| output.status.success()) {
            println!("skipped: there is no tmux");
            return None;
        }
        let terminal = Self { folder: tempfile::tempdir().unwrap() };
        // The shell stays, so that what the program leaves behind can be looked at.
        let script = format!("{command}; echo \"ended $?\"; stty -a | tr ';' '\\n' | grep -w icanon; exec cat");
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let mut tmux =
            terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", &rows, "sh", "-c"]);
        plain(&mut tmux);
        tmux.arg(script).env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8").env("NEUROSHARD_HOME", home);
        let started = tmux.output().unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        Some(terminal)
    }

    fn tmux(&self, words: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.folder.path().join("socket")).args(words);
        command
    }

    fn say(&self, words: &[&str]) -> String {
        let Output { stdout, .. } = self.tmux(words).output().unwrap();
        String::from_utf8_lossy(&stdout).into_owned()
    }

    fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.say(&["send-keys", key]);
        }
    }

    fn screen(&self) -> String {
        self.say(&["capture-pane", "-p"])
    }

    /// The screen once it is as wanted.
    fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if wanted(&screen) {
                return screen;
            }
            assert!(Instant::now() < until, "never came to {what}:\n{screen}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn shows(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// That the program ended like this and left the terminal as it found it.
    fn ended(&self, code: i32) -> String {
        let screen = self.wait("its end", |screen| screen.contains("icanon"));
        assert!(screen.contains(&format!("ended {code}\n")), "{screen}");
        assert!(screen.contains(" icanon") && !screen.contains("-icanon"), "{screen}");
        let left = self.say(&["display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}"]);
        assert_eq!(left.trim(), "0 1 0", "alternate screen, cursor, mouse");
        screen
    }

    /// The program in it.
    fn pid(&self, name: &str) -> String {
        let shell = self.say(&["display-message", "-p", "#{pane_pid}"]);
        let found = Command::new("pgrep").args(["-P", shell.trim(), "-f", name]).output().unwrap();
        String::from_utf8_lossy(&found.stdout).lines().next().unwrap().to_owned()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.pid("dashboard")]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.say(&["kill-server"]);
    }
}

/// A home that nobody writes into.
fn nowhere() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn keys_lead_through_pages_and_what_is_drawn_bit_by_bit_is_what_is_drawn_at_once() {
    let home = nowhere();
    let Some(terminal) = Terminal::run(120, 34, home.path(), &format!("{BINARY} dashboard --demo")) else { return };
    terminal.shows("1 Overview");
    for (key, shown) in
        [("2", "gradient norm"), ("3", "Stages"), ("5", "Maturing"), ("7", "following"), ("1", "Device")]
    {
        terminal.keys(&[key]);
        terminal.shows(shown);
    }
    terminal.keys(&["?"]);
    terminal.shows("Keys");
    terminal.keys(&["Escape"]);
    terminal.wait("no help", |screen| !screen.contains("╭ Keys"));
    terminal.keys(&["Space"]);
    let paused = without_age(&terminal.shows("PAUSED"));
    // Pages were drawn over each other, and only what differs was written.
    terminal.keys(&["2", "3", "5", "7", "Tab", "BTab", "1", "C-l"]);
    terminal.wait("the same screen", |screen| without_age(screen) == paused);
    for (columns, rows, shown) in [(80, 24, "Overview"), (50, 12, "loss"), (30, 8, "need"), (200, 60, "Overview")] {
        terminal.say(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
        terminal.wait(shown, |screen| screen.contains(shown) && !screen.contains(&paused));
    }
    terminal.say(&["resize-window", "-x", "120", "-y", "34"]);
    terminal.wait("the same screen again", |screen| without_age(screen) == paused);
    terminal.keys(&["q"]);
    assert!(terminal.ended(0).contains("up "), "one line says what was seen");
}

/// The screen without the line that counts seconds.
fn without_age(screen: &str) -> String {
    screen.lines().filter(|line| !line.contains("PAUSED")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_node_of_its_own_is_stopped_and_saved_however_the_dashboard_ends() {
    let home = Home::new();
    let node = format!("--threads 1 --listen-api 127.0.0.1:0 --inner-steps 10 --preset {}", home.shape().display());
    let again = "--threads 1 --listen-api 127.0.0.1:0".to_owned();
    for (round, flags) in [node, again.clone(), again.clone(), again].into_iter().enumerate() {
        let command = format!("{BINARY} dashboard {flags}");
        let Some(terminal) = Terminal::run(100, 30, &home.path(), &command) else { return };
        if round == 0 {
            terminal.shows("Welcome");
            terminal.keys(&["Enter"]);
        }
        terminal.shows("● running");
        assert!(home.one("status")["pid"].as_u64().is_some(), "others can ask it");
        match round {
            0 => {
                terminal.keys(&["q"]);
                terminal.shows("Leave and stop the node?");
                terminal.keys(&["n"]);
                terminal.keys(&["q", "y"]);
            }
            1 => terminal.signal("TERM"),
            2 => terminal.signal("HUP"),
            _ => terminal.keys(&["C-c", "C-c"]),
        }
        let screen = terminal.ended(0);
        assert!(screen.contains("stopped\n"), "{screen}");
        assert!(!home.path().join("api.json").exists());
    }
    let balance = home.one("wallet balance");
    assert!(balance["height"].as_u64().unwrap() > 0, "the ledger was closed whole");
}

#[test]
fn a_vote_is_cast_from_the_keyboard_and_counts_on_the_chain() {
    let home = Home::new();
    let flags = format!("--threads 1 --listen-api 127.0.0.1:0 --inner-steps 10 --preset {}", home.shape().display());
    let Some(terminal) = Terminal::run(120, 34, &home.path(), &format!("{BINARY} dashboard {flags}")) else { return };
    terminal.shows("Welcome");
    terminal.keys(&["Enter"]);
    terminal.shows("● running");
    home.propose("A dashboard votes");
    terminal.keys(&["6"]);
    terminal.shows("A dashboard votes");
    home.one("nep wait NEP-001 --status voting");
    terminal.shows("◆ to vote");
    terminal.keys(&["V"]);
    terminal.shows("Vote on NEP-001");
    terminal.keys(&["Down", "Down", "Enter"]);
    terminal.shows("A vote is final");
    terminal.keys(&["y"]);
    terminal.wait("the vote", |screen| screen.contains("own vote") && !screen.contains("to vote"));
    let results = home.one("nep results NEP-001");
    assert_eq!((results["votes"].as_u64(), results["no_stake"].as_str()), (Some(1), Some("0.2")));
    terminal.keys(&["V"]);
    terminal.shows("a vote is final");
    terminal.keys(&["q", "y"]);
    terminal.ended(0);
}

#[test]
fn a_dashboard_outlives_the_node_that_it_watches_and_finds_it_again() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    let api = node.wait("started", |_| {})["api"].as_str().unwrap().to_owned();
    // A node runs on this home, so nothing more has to be said.
    let Some(terminal) = Terminal::run(100, 30, &home.path(), &format!("{BINARY} dashboard")) else { return };
    terminal.shows("● running");
    node.kill();
    terminal.shows("disconnected");
    let port = api.rsplit_once(':').unwrap().1;
    let command = format!("node --json --no-training --listen-api 127.0.0.1:{port}");
    let mut node = Node::spawn(&mut home.command(&command));
    node.wait("epoch", |_| {});
    terminal.wait("the node again", |screen| screen.contains("● running") && !screen.contains("disconnected"));
    terminal.keys(&["q"]);
    let screen = terminal.ended(0);
    assert!(!screen.contains("stopped\n"), "a node that is only watched goes on: {screen}");
    assert_eq!(node.stop(), Some(0));
}

#[test]
fn the_program_alone_opens_the_dashboard_of_a_new_node() {
    let home = Home::new();
    let command = format!("NEUROSHARD_LISTEN_API=off NEUROSHARD_NO_TRAINING=true {BINARY}");
    let Some(terminal) = Terminal::run(100, 30, &home.path(), &command) else { return };
    terminal.shows("Welcome to NeuroShard");
    terminal.keys(&["Enter"]);
    terminal.shows("● running");
    terminal.keys(&["q", "y"]);
    assert!(terminal.ended(0).contains("stopped\n"));
}

#[test]
fn a_node_that_is_watched_stops_when_it_is_told_to() {
    let home = Home::new();
    let mut node = home.node("--no-training");
    node.wait("started", |_| {});
    let Some(terminal) = Terminal::run(100, 30, &home.path(), &format!("{BINARY} dashboard")) else { return };
    terminal.shows("● running");
    terminal.keys(&["Q"]);
    terminal.shows("Stop");
    terminal.keys(&["y"]);
    node.wait("stopped", |_| {});
    terminal.shows("disconnected");
    terminal.keys(&["q"]);
    terminal.ended(0);
}

#[test]
fn without_a_terminal_it_says_what_to_use_instead() {
    let refused = crate::program::line("dashboard");
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.contains("neuroshard node") && refused.stderr.contains("neuroshard status"),
        "{}",
        refused.stderr
    );
}

const PART: &str = "NEUROSHARD_TEST_PART";

#[test]
fn part_that_panics_on_a_screen() {
    if env::var_os(PART).is_none_or(|part| part != "screen") {
        return;
    }
    let exit = neuroshard::app::guard(neuroshard::app::Manner::new(&neuroshard_commands::Global::default()), || {
        let mut screen = neuroshard_tui::terminal::Screen::open(true).unwrap();
        screen.draw(|_| {}).unwrap();
        let _ = std::thread::spawn(|| panic!("gave up")).join();
        neuroshard::app::Exit::Success
    });
    std::process::exit(exit.code().into());
}

#[test]
fn a_panic_is_said_on_the_normal_screen() {
    let home = nowhere();
    let test = env::current_exe().unwrap();
    let name = "dashboard::part_that_panics_on_a_screen";
    let command = format!("{PART}=screen {} --exact {name} --nocapture --test-threads=1", test.display());
    let Some(terminal) = Terminal::run(120, 30, home.path(), &command) else { return };
    let screen = terminal.ended(4);
    assert!(screen.contains("error: ") && screen.contains("gave up"), "{screen}");
}
