//! Pauses, silence, questions: what must never look like something else.

use crate::app::press::{app, plain};
use crate::app::{Action, App, Input, Notice, NoticeKind, Options};
use crate::sample;
use crate::snapshot::{Snapshot, TrainingState};
use ratatui::crossterm::event::Event;
use ratatui::style::Modifier;
use std::sync::Arc;
use std::time::Duration;

fn tick(app: &mut App, milliseconds: u64) {
    app.update(Input::Tick(Duration::from_millis(milliseconds)));
}

fn hear(app: &mut App, change: impl FnOnce(&mut Snapshot)) {
    let mut snapshot = Snapshot::sample();
    change(&mut snapshot);
    app.update(Input::Snapshot(Arc::new(snapshot)));
}

#[test]
fn a_pause_freezes_the_view_and_goes_on_collecting() {
    let mut app = app(plain());
    app.press(&["space"], 80, 24);
    tick(&mut app, 12_000);
    hear(&mut app, |snapshot| snapshot.chain.height = 99_999);
    app.update(Input::Logs(sample::logs(1)));
    let text = app.text(80, 24);
    assert!(text.contains("PAUSED · data 12 s old") && text.contains("18,231") && !text.contains("99,999"));
    app.press(&["space"], 80, 24);
    let text = app.text(80, 24);
    assert!(!text.contains("PAUSED") && text.contains("99,999"));
}

#[test]
fn a_lost_node_dims_the_panels_and_counts_down() {
    let mut app = app(plain());
    app.update(Input::Lost { reason: "connection refused".to_owned(), retry_seconds: 3 });
    assert!(app.text(80, 24).contains("disconnected, retrying in 3 s · connection refused"));
    tick(&mut app, 1_500);
    assert!(app.needs_draw() && app.text(80, 24).contains("retrying in 2 s"));
    let buf = app.buffer(80, 24);
    assert!(buf.cell((10, 10)).unwrap().modifier.contains(Modifier::DIM));
    tick(&mut app, 1_600);
    assert!(!app.needs_draw());
    for key in ["Q", "S", "U", "p"] {
        assert_eq!(app.press(&[key, "y"], 80, 24), None, "{key}");
        assert!(app.text(80, 24).contains("the node does not answer"));
    }
    hear(&mut app, |_| ());
    assert!(!app.text(80, 24).contains("disconnected"));
    assert!(!app.buffer(80, 24).cell((10, 10)).unwrap().modifier.contains(Modifier::DIM));
}

#[test]
fn a_question_that_was_open_when_the_node_went_is_refused() {
    let mut app = app(plain());
    app.press(&["Q"], 80, 24);
    app.update(Input::Lost { reason: String::new(), retry_seconds: 1 });
    assert_eq!(app.press(&["y"], 80, 24), None);
    hear(&mut app, |_| ());
    assert_eq!(app.press(&["y"], 80, 24), Some(Action::StopNode));
}

#[test]
fn silence_is_said() {
    let mut app = app(plain());
    app.buffer(80, 24);
    tick(&mut app, 5_000);
    assert!(!app.needs_draw());
    tick(&mut app, 7_000);
    assert!(app.needs_draw() && app.text(80, 24).contains("no news for 7 s"));
}

#[test]
fn only_what_changes_what_is_shown_needs_a_drawing() {
    let mut app = app(plain());
    app.buffer(80, 24);
    tick(&mut app, 100);
    hear(&mut app, |_| ());
    app.update(Input::Logs(Vec::new()));
    assert!(!app.needs_draw());
    app.update(Input::Notice(Notice { kind: NoticeKind::Done, text: "staked 5 NEURO".to_owned() }));
    assert!(app.needs_draw() && app.text(80, 24).contains("✓ staked 5 NEURO"));
    hear(&mut app, |_| ());
    tick(&mut app, 7_000);
    assert!(app.needs_draw() && !app.text(80, 24).contains("staked 5 NEURO"));
}

#[test]
fn who_owns_the_node_is_asked_before_leaving() {
    let owner = || app(Options { owns_node: true, ..plain() });
    let mut app = owner();
    assert_eq!(app.press(&["q"], 80, 24), None);
    assert!(app.text(80, 24).contains("Leave and stop the node?"));
    assert_eq!(app.press(&["Enter"], 80, 24), None);
    assert!(!app.text(80, 24).contains("Leave and stop the node?"));
    assert_eq!(owner().press(&["q", "y"], 80, 24), Some(Action::StopNode));
    assert_eq!(owner().press(&["q", "Right", "Enter"], 80, 24), Some(Action::StopNode));
    assert_eq!(owner().press(&["Ctrl-c", "n"], 80, 24), None);
    assert_eq!(owner().press(&["?", "Ctrl-c", "Ctrl-c"], 80, 24), Some(Action::StopNode));
    assert_eq!(crate::app::press::app(plain()).press(&["S", "Ctrl-c"], 80, 24), Some(Action::Leave));
    // A node that does not answer holds nobody back.
    let mut app = owner();
    app.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    assert_eq!(app.press(&["q", "y"], 80, 24), Some(Action::StopNode));
}

#[test]
fn what_acts_asks_first() {
    let press = |keys: &[&str]| app(plain()).press(keys, 80, 24);
    assert_eq!(press(&["p"]), None);
    assert_eq!(press(&["p", "y"]), Some(Action::PauseTraining));
    assert_eq!(press(&["Q", "y"]), Some(Action::StopNode));
    assert_eq!(press(&["Q", "Enter"]), None);
    assert_eq!(press(&["S", "1", "2", ".", "5", "Tab", "0", "Enter"]), None);
    let stake = Action::Stake { amount: "12.5".to_owned(), days: 300 };
    assert_eq!(press(&["S", "1", "2", ".", "5", "Tab", "0", "Enter", "y"]), Some(stake));
    assert_eq!(press(&["S", "9", "9", "9", "Enter", "y"]), None);
    assert_eq!(press(&["U", "1", "Enter", "y"]), Some(Action::Unstake { amount: "1".to_owned() }));
    let mut app = app(plain());
    hear(&mut app, |snapshot| {
        snapshot.wallet.own = false;
        snapshot.training.as_mut().unwrap().state = TrainingState::Paused;
    });
    assert_eq!(app.press(&["p", "y"], 80, 24), Some(Action::ResumeTraining));
    app.press(&["S"], 80, 24);
    assert!(app.text(80, 24).contains("does not sign for the wallet"));
}

#[test]
fn the_log_follows_until_somebody_reads() {
    let mut app = app(plain());
    app.press(&["7"], 80, 24);
    assert!(app.text(80, 24).contains("following"));
    app.press(&["k"], 80, 24);
    let before = app.text(80, 24);
    app.update(Input::Logs(sample::logs(3)));
    let line = |text: &str| text.lines().nth(10).unwrap().to_owned();
    assert_eq!(line(&before), line(&app.text(80, 24)));
    app.press(&["f"], 80, 24);
    assert!(app.text(80, 24).contains("following"));
}

#[test]
fn five_thousand_lines_are_drawn_as_fast_as_fifty() {
    let mut app = app(plain());
    app.update(Input::Logs(sample::logs(6_000)));
    app.press(&["7", "v", "v", "v", "g", "/", "f", "i", "n", "a", "l", "Enter", "n"], 120, 34);
    let text = app.text(120, 34);
    assert!(text.contains("all levels · at ") && text.contains(" of 5,000") && text.contains("/final"), "{text}");
}

#[test]
fn the_last_words_are_plain() {
    let mut app = app(plain());
    hear(&mut app, |snapshot| snapshot.training.as_mut().unwrap().step += 88);
    assert_eq!(app.summary(), "up 3 h 12 m, step 12,400 (+88), loss 2.159, earned 1,284.9031 NEURO");
    hear(&mut app, |snapshot| snapshot.earnings.total = "9.5".to_owned());
    assert!(app.summary().ends_with("earned 9.5 NEURO, 8.2145 today"), "{}", app.summary());
    assert_eq!(App::new(plain()).summary(), "nothing was heard of the node");
}

#[test]
fn where_nothing_can_be_read_nothing_can_be_asked() {
    let mut app = app(plain());
    assert_eq!(app.press(&["Q", "y"], 30, 8), None);
    assert_eq!(app.press(&["q"], 30, 8), Some(Action::Leave));
    let mut app = crate::app::press::app(Options { owns_node: true, ..plain() });
    app.press(&["q"], 30, 8);
    assert!(app.text(30, 8).contains("stop the node?"));
}

#[test]
fn pasted_text_is_text_and_never_a_command() {
    let mut app = app(plain());
    let paste = |app: &mut App, text: &str| app.update(Input::Terminal(Event::Paste(text.to_owned())));
    assert_eq!(paste(&mut app, "12.5\u{1b}Qy"), None);
    assert!(!app.text(80, 24).contains("Stop the node"));
    app.press(&["S"], 80, 24);
    assert_eq!(paste(&mut app, "12.5\u{1b}Qy"), None);
    assert!(app.text(80, 24).contains("✗ digits and one point only"));
    assert_eq!((app.press(&["Enter", "y"], 80, 24), paste(&mut app, " 12.5\n")), (None, None));
    let stake = Action::Stake { amount: "12.5".to_owned(), days: 30 };
    assert_eq!(app.press(&["Enter", "y"], 80, 24), Some(stake));
}

#[test]
fn lines_of_the_log_need_no_drawing_where_none_are_seen() {
    let mut app = app(plain());
    for (page, drawn) in [("2", false), ("5", false), ("7", true), ("1", true)] {
        app.press(&[page], 80, 24);
        app.buffer(80, 24);
        app.update(Input::Logs(sample::logs(2)));
        assert_eq!(app.needs_draw(), drawn, "{page}");
    }
}

#[test]
fn a_network_says_what_is_wrong_with_it_and_what_to_do() {
    use crate::snapshot::{ReachState, Syncing};
    let seen = |change: &dyn Fn(&mut crate::snapshot::Network)| {
        let mut app = app(plain());
        hear(&mut app, |snapshot| change(snapshot.net.as_mut().unwrap()));
        app.press(&["4"], 120, 34);
        app.text(120, 34)
    };
    let text = seen(&|network| {
        network.reachability = crate::snapshot::Reachability { state: ReachState::Public, ..Default::default() };
        network.syncing = Some(Syncing { height: 9_000, target: 18_000, from: "16Uiu2HAabc".to_owned() });
    });
    assert!(text.contains("● reachable from outside") && text.contains("Others can connect with this node."), "{text}");
    assert!(text.contains("catching up") && text.contains("9,000 blocks left, from 16Uiu2HAabc"), "{text}");
    let text = seen(&|network| {
        (network.reachability.state, network.reachability.hint) = (ReachState::Private, String::new());
    });
    assert!(text.contains("✗ not reachable from outside") && text.contains("→ forward the port"), "{text}");
    let text = seen(&|network| {
        network.peers.clear();
        network.known_peers = 0;
    });
    assert!(text.contains("0 peers") && text.contains("no peer is connected"), "{text}");
    assert!(text.contains("--bootstrap ADDR") && text.contains("--tracker ADDR"), "{text}");
    let mut alone = app(plain());
    hear(&mut alone, |snapshot| snapshot.net = None);
    alone.press(&["4"], 120, 34);
    assert!(alone.text(120, 34).contains("this node has no network"));
    alone.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    hear(&mut alone, |_| ());
    alone.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    let text = alone.text(120, 34);
    assert!(text.contains("? unknown") && !text.contains("reachable over relays"), "{text}");
}
