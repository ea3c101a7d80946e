//! What is seen of the sample, at the sizes that people have.

use crate::app::press::{app, plain};
use crate::app::{App, Options};
use crate::theme::{Theme, ThemeName};
use insta::{assert_snapshot, with_settings};

fn assert_seen(name: &str, text: &str) {
    with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!(name, text);
    });
}

fn render(width: u16, height: u16, keys: &[&str]) -> String {
    let mut app = app(plain());
    assert_eq!(app.press(keys, width, height), None);
    app.text(width, height)
}

#[test]
fn overview() {
    assert_seen("overview_120x34", &render(120, 34, &[]));
    assert_seen("overview_80x24", &render(80, 24, &[]));
    assert_seen("overview_50x12", &render(50, 12, &[]));
    assert_seen("overview_30x8", &render(30, 8, &[]));
    assert_seen("overview_200x60", &render(200, 60, &[]));
}

#[test]
fn training() {
    assert_seen("training_120x34", &render(120, 34, &["2"]));
    assert_seen("training_80x24", &render(80, 24, &["2", "w", "l"]));
    assert_seen("training_50x12", &render(50, 12, &["2", "Right"]));
}

#[test]
fn quorum() {
    assert_seen("quorum_120x34", &render(120, 34, &["3", "j", "s"]));
    assert_seen("quorum_80x24", &render(80, 24, &["3", "G", "Enter"]));
    assert_seen("quorum_50x12", &render(50, 12, &["3", "/", "o", "n", "l", "Enter"]));
}

#[test]
fn network() {
    assert_seen("network_120x34", &render(120, 34, &["4"]));
    assert_seen("network_80x24", &render(80, 24, &["4"]));
    assert_seen("network_50x12", &render(50, 12, &["4"]));
    assert_seen("network_30x8", &render(30, 8, &["4"]));
    assert_seen("network_why_50x12", &render(50, 12, &["4", "Right"]));
    assert_seen("network_traffic_50x12", &render(50, 12, &["4", "Right", "Right"]));
    assert_seen("network_dropped_50x12", &render(50, 12, &["4", "Left"]));
    assert_seen("network_peer_80x24", &render(80, 24, &["4", "j", "j", "s", "Enter"]));
    let mut app = app(Options { ascii: true, ..plain() });
    app.press(&["4", "/", "v", "a", "l", "Enter"], 80, 24);
    assert_seen("network_ascii_80x24", &app.text(80, 24));
}

#[test]
fn ledger() {
    assert_seen("ledger_120x34", &render(120, 34, &["5", "Right", "j"]));
    assert_seen("ledger_80x24", &render(80, 24, &["5", "S", "1", "2", ".", "5"]));
    assert_seen("ledger_50x12", &render(50, 12, &["5", "Right"]));
}

#[test]
fn governance() {
    assert_seen("governance_120x34", &render(120, 34, &["6"]));
    assert_seen("governance_80x24", &render(80, 24, &["6"]));
    assert_seen("governance_50x12", &render(50, 12, &["6"]));
    assert_seen("proposal_50x12", &render(50, 12, &["6", "Right"]));
    assert_seen("proposal_80x24", &render(80, 24, &["6", "j", "j", "j", "j", "j", "Enter"]));
    assert_seen("ballot_80x24", &render(80, 24, &["6", "V", "j", "j"]));
    assert_seen("vote_50x12", &render(50, 12, &["6", "V", "j", "Enter"]));
    let mut app = app(Options { ascii: true, ..plain() });
    app.press(&["6"], 120, 34);
    assert_seen("governance_ascii_120x34", &app.text(120, 34));
}

#[test]
fn logs() {
    assert_seen("logs_120x34", &render(120, 34, &["7", "/", "b", "l", "o", "c", "k", "Enter", "N"]));
    assert_seen("logs_80x24", &render(80, 24, &["7", "v", "g"]));
    assert_seen("logs_50x12", &render(50, 12, &["7"]));
}

#[test]
fn what_lies_over_a_page() {
    assert_seen("help_120x34", &render(120, 34, &["?"]));
    assert_seen("help_80x24", &render(80, 24, &["?", "j"]));
    assert_seen("question_80x24", &render(80, 24, &["Q", "Right"]));
    assert_seen("expanded_80x24", &render(80, 24, &["Right", "Right", "e"]));
    let lines =
        vec!["Your node has an identity and a wallet.".to_owned(), "It trains as soon as data is there.".to_owned()];
    let mut app = app(Options { welcome: Some(lines), ..plain() });
    assert_seen("welcome_80x24", &app.text(80, 24));
    app.press(&["x"], 80, 24);
    assert!(!app.text(80, 24).contains("Welcome"));
}

#[test]
fn a_node_that_was_not_heard_of_yet() {
    assert_seen("waiting_80x24", &App::new(plain()).text(80, 24));
}

#[test]
fn ascii_is_all_there_is() {
    for size in [(120, 34), (80, 24), (50, 12), (30, 8)] {
        for keys in [
            &["1"][..],
            &["2"],
            &["3", "Enter"],
            &["4", "Enter"],
            &["5"],
            &["6", "V", "j"],
            &["7", "/", "ü"],
            &["?"],
            &["S"],
            &["space", "Q"],
        ] {
            let mut app = app(Options { ascii: true, ..plain() });
            app.press(keys, size.0, size.1);
            let buf = app.buffer(size.0, size.1);
            let odd = buf.content.iter().find(|cell| !cell.symbol().is_ascii());
            assert_eq!(odd, None, "{size:?} {keys:?}");
        }
    }
    let mut app = app(Options { ascii: true, ..plain() });
    assert_seen("overview_ascii_80x24", &app.text(80, 24));
}

#[test]
fn plain_has_no_colour_and_shows_what_is_chosen() {
    use ratatui::style::{Color, Modifier};
    let mut app = app(plain());
    app.press(&["3", "j"], 80, 24);
    let buf = app.buffer(80, 24);
    assert!(buf.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    assert!(buf.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    for name in ThemeName::ALL {
        let mut app = crate::app::press::app(Options { theme: Theme::new(name), ..plain() });
        assert_eq!(app.text(80, 24), crate::app::press::app(plain()).text(80, 24), "{name:?}");
    }
}
