//! What somebody who sees the dashboard for the first time must not take for something else.

use crate::app::press::{app, plain};
use crate::app::{Action, App, Input, Notice, NoticeKind, Options};
use crate::sample;
use crate::snapshot::{Snapshot, TrainingState};
use std::sync::Arc;
use std::time::Duration;

fn hear(app: &mut App, change: impl FnOnce(&mut Snapshot)) {
    let mut snapshot = Snapshot::sample();
    change(&mut snapshot);
    app.update(Input::Snapshot(Arc::new(snapshot)));
}

fn lose(app: &mut App) {
    app.update(Input::Lost { reason: "connection refused".to_owned(), retry_seconds: 3 });
}

fn says(app: &mut App, keys: &[&str], size: (u16, u16), words: &[&str], never: &[&str]) {
    app.press(keys, size.0, size.1);
    let text = app.text(size.0, size.1);
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
    for word in never {
        assert!(!text.contains(word), "{word:?} in\n{text}");
    }
}

#[test]
fn a_lost_node_never_looks_healthy() {
    let mut app = app(plain());
    lose(&mut app);
    let healthy = ["● running", "● training", "● online", "● it votes", "active"];
    let lost = "✗ the node does not answer: connection refused";
    says(&mut app, &[], (120, 34), &["✗ unreachable", "? unknown", "? of 4 online", "Problems 2"], &healthy);
    says(&mut app, &[], (200, 60), &[lost], &healthy);
    says(&mut app, &[], (50, 12), &["✗ unreachable", "✗ the node does not answer"], &healthy);
    for page in ["1", "2", "3", "5"] {
        says(&mut app, &[page], (80, 24), &[lost], &healthy);
    }
    let mut app = crate::app::press::app(plain());
    app.update(Input::Tick(Duration::from_secs(9)));
    says(&mut app, &[], (50, 12), &["◌ silent", "nothing was heard of the node for 9 s"], &healthy);
    hear(&mut app, |_| ());
    says(&mut app, &[], (50, 12), &["● running", "● training"], &["silent", "unknown"]);
}

#[test]
fn what_is_not_known_yet_is_not_said() {
    let mut app = App::new(plain());
    says(&mut app, &[], (80, 24), &["◌ waiting for the node"], &["up 0 s", "block 0", "starting"]);
    lose(&mut app);
    says(&mut app, &[], (80, 24), &["✗ unreachable", "✗ the node does not answer: conn"], &["up 0 s", "waiting for"]);
}

#[test]
fn small_terminals_say_what_the_numbers_are_worth() {
    let mut app = app(Options { demo: true, ..plain() });
    says(&mut app, &["5"], (50, 12), &["DEMO · private"], &[]);
    says(&mut app, &[], (80, 24), &["DEMO · made up  devnet-local"], &["priv…"]);
    hear(&mut app, |snapshot| snapshot.public = true);
    says(&mut app, &[], (50, 12), &["DEMO"], &["private"]);
    let mut app = crate::app::press::app(Options { attached: true, ..plain() });
    says(&mut app, &[], (80, 24), &["devnet-local · private", "● running · attached · up"], &[]);
}

#[test]
fn an_amount_is_what_was_typed_or_is_refused() {
    let mut app = app(plain());
    let wrong = "✗ digits and one point only";
    says(&mut app, &["5", "S", "1", "e"], (80, 24), &[wrong, " 1▏"], &[]);
    says(&mut app, &["5", "Left", "2", "Ctrl-x"], (80, 24), &[" 12▏5"], &[wrong]);
    says(&mut app, &["Ctrl-u"], (80, 24), &["amount", "unlocks", "2026-12-21", "× 1.22"], &["12▏5"]);
    hear(&mut app, |snapshot| snapshot.wallet.available = "7".to_owned());
    says(&mut app, &["8", "Enter"], (80, 24), &["✗ only 7 available", "7.0000"], &["342.1204  NEURO"]);
    says(&mut app, &["Tab", "Ctrl-u", "0"], (80, 24), &["can be taken back at once, then cools down"], &[]);
    says(&mut app, &["Tab", "Ctrl-u", "5"], (50, 12), &["at once, then cools down"], &[]);
    let stake = Action::Stake { amount: "5".to_owned(), days: 0 };
    assert_eq!(app.press(&["Enter", "y"], 80, 24), Some(stake.clone()));
    // What the node refuses need not be typed again; what it took is not there the next time.
    let notice = |kind| Input::Notice(Notice { kind, text: "the network said no".to_owned() });
    app.update(notice(NoticeKind::Failed));
    says(&mut app, &["S"], (80, 24), &[" 5▏", "✗ the network said no"], &[]);
    assert_eq!(app.press(&["Enter", "y"], 80, 24), Some(stake));
    app.update(notice(NoticeKind::Done));
    says(&mut app, &["S"], (80, 24), &[" 30 "], &[" 5▏"]);
}

#[test]
fn stake_that_is_not_there_is_not_asked_about() {
    let mut app = app(plain());
    hear(&mut app, |snapshot| snapshot.wallet.staked = "0.000".to_owned());
    says(&mut app, &["5", "U"], (80, 24), &["nothing is staked"], &["Unstake NEURO"]);
    says(&mut app, &["W"], (80, 24), &["nothing has cooled down yet"], &["Withdraw"]);
    hear(&mut app, |snapshot| {
        snapshot.wallet.withdrawable = "1.500".to_owned();
        snapshot.wallet.unlocked = "1.5".to_owned();
    });
    let wide = ["withdrawable       1.5 · W takes it", "1.5 now, the rest 2027-01-20"];
    says(&mut app, &[], (140, 34), &wide[1..], &[]);
    says(&mut app, &[], (120, 34), &["1.5 · W takes it", "W withdraw"], &[]);
    assert_eq!(app.press(&["W", "Enter"], 80, 24), None);
    assert_eq!(app.press(&["W", "y"], 80, 24), Some(Action::Withdraw));
    let mut app = crate::app::press::app(Options { read_only: true, ..plain() });
    hear(&mut app, |snapshot| snapshot.wallet.withdrawable = "1".to_owned());
    assert_eq!(app.press(&["5", "W", "y"], 80, 24), None);
}

#[test]
fn what_is_cut_is_counted() {
    let mut app = app(plain());
    hear(&mut app, |snapshot| {
        snapshot.wallet.multiplier = "1.123456789".to_owned();
        let source = snapshot.earnings.sources[0].clone();
        snapshot.earnings.sources.extend([source.clone(), source]);
    });
    says(&mut app, &[], (80, 24), &["… 3 more", "… 2 more", "× 1.1234"], &["1.12345"]);
    says(&mut app, &["5", "Right"], (120, 34), &["… 3 more"], &[]);
    says(&mut app, &["G"], (120, 34), &["51 m", "45 m"], &["… 3 more"]);
    hear(&mut app, |snapshot| snapshot.earnings.maturing[1].source = "verification".to_owned());
    says(&mut app, &["g"], (80, 24), &["verification"], &[]);
}

#[test]
fn the_foot_says_what_keys_do_now() {
    let mut app = app(plain());
    says(&mut app, &[], (80, 24), &["p pause training"], &[]);
    says(&mut app, &["t"], (120, 34), &["● theme default", "? help · q quit"], &[]);
    hear(&mut app, |snapshot| snapshot.training.as_mut().unwrap().state = TrainingState::Paused);
    app.update(Input::Tick(Duration::from_secs(7)));
    hear(&mut app, |snapshot| snapshot.training.as_mut().unwrap().state = TrainingState::Paused);
    says(&mut app, &[], (80, 24), &["p resume training"], &["p pause"]);
    says(&mut app, &["p"], (80, 24), &["Let training go on?", "y yes · n no"], &[]);
    says(&mut app, &["n", "space"], (80, 24), &["space go on"], &["space pause"]);
    app.press(&["space"], 80, 24);
    hear(&mut app, |snapshot| snapshot.training = None);
    says(&mut app, &["n"], (80, 24), &[], &["p pause", "p resume"]);
    says(&mut app, &["7", "/"], (80, 24), &["Enter done · Esc drop"], &["? help"]);
    lose(&mut app);
    says(&mut app, &["Esc", "5"], (120, 34), &["? help"], &["S stake", "U unstake"]);
}

#[test]
fn a_search_says_what_it_found() {
    let mut app = app(plain());
    says(&mut app, &["7", "/", "f", "i", "n", "a", "l"], (80, 24), &["/final▏", "7 matches"], &[]);
    says(&mut app, &["Enter"], (80, 24), &["7 of 7"], &[]);
    says(&mut app, &["N"], (80, 24), &["6 of 7"], &[]);
    app.update(Input::Logs(sample::logs(2)));
    says(&mut app, &[], (80, 24), &["6 of 8"], &[]);
    says(&mut app, &["/", "!", "Enter"], (80, 24), &["/final!", "no match"], &[]);
    says(&mut app, &["3", "/", "!"], (80, 24), &["no match"], &[]);
}

#[test]
fn the_first_words_can_be_read_in_a_small_terminal() {
    let lines = [
        "This is your node. It trains NeuroLLM on this machine, keeps a ledger,",
        "and earns NEURO for work that others can check.",
        "",
        "Network  a private devnet: its NEURO exists only here, on this machine.",
        "Home     /home/somebody/.local/share/neuroshard",
        "Key      node.key in it, without a passphrase: it holds what is earned.",
        "         Its words: neuroshard wallet export --reveal --node",
        "",
        "? shows the keys.",
    ];
    let welcome = Some(lines.map(str::to_owned).to_vec());
    let mut app = app(Options { welcome, ..plain() });
    says(&mut app, &[], (50, 12), &["keeps a ledger, and earns NEURO", "more ↓"], &["shows the keys"]);
    says(&mut app, &["PageDown", "Down", "PageDown"], (50, 12), &["shows the keys", "any other key goes on"], &[]);
    says(&mut app, &["x"], (50, 12), &["● running"], &["shows the keys"]);
}

#[test]
fn the_whole_address_and_the_arrow_are_told_on_request() {
    let mut app = app(plain());
    let address = Snapshot::sample().address;
    says(&mut app, &["5", "Right", "Right", "Right", "Enter"], (80, 24), &[&address, "paid to", "peer id"], &[]);
    says(
        &mut app,
        &["Esc", "1", "Enter"],
        (80, 24),
        &["2.1594 · mean of the newest 20 points", "of the quarter before"],
        &[],
    );
}
