//! Voting: asked twice, cast once, refused with a reason; and what is decided is seen from everywhere.

use crate::app::press::{app, plain};
use crate::app::{Action, App, Input, Options};
use crate::governance::Choice;
use crate::snapshot::{Nep, Snapshot};
use std::sync::Arc;

fn hear(app: &mut App, change: impl FnOnce(&mut Snapshot)) {
    let mut snapshot = Snapshot::sample();
    change(&mut snapshot);
    app.update(Input::Snapshot(Arc::new(snapshot)));
}

/// A dashboard that has heard of a sample whose first proposal, which is in voting, is a bit different.
fn with(change: impl FnOnce(&mut Nep)) -> App {
    let mut app = app(plain());
    hear(&mut app, |snapshot| change(&mut snapshot.governance.neps[0]));
    app
}

fn vote(choice: Choice) -> Action {
    Action::Vote { id: "NEP-014".to_owned(), choice }
}

fn says(app: &mut App, words: &[&str]) {
    let text = app.text(80, 24);
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
}

#[test]
fn a_vote_is_chosen_asked_about_and_cast_once() {
    for (keys, choice) in [
        (&["j"][..], Choice::Yes),
        (&["Down", "Tab"], Choice::No),
        (&["k"], Choice::Abstain),
        (&["Up", "Up"], Choice::No),
        (&["j", "j", "j", "j"], Choice::Yes),
    ] {
        let mut app = app(plain());
        assert_eq!(app.press(&["6", "V"], 80, 24), None);
        says(&mut app, &["Vote on NEP-014", "Half the pay for being available", "your vote weighs 500 NEURO"]);
        assert_eq!(app.press(keys, 80, 24), None);
        assert_eq!(app.press(&["Enter"], 80, 24), None);
        let asked = format!("Vote {} on NEP-014 with 500 NEURO?", choice.as_str());
        says(&mut app, &[&asked, "Half the pay for being available while idle", "A vote is final"]);
        assert_eq!(app.press(&["y"], 80, 24), Some(vote(choice)));
        assert_eq!(app.press(&["y", "Enter", "y"], 80, 24), None);
    }
}

#[test]
fn nothing_is_voted_by_accident() {
    let mut app = app(plain());
    assert_eq!(app.press(&["6", "V", "Enter", "y", "n"], 80, 24), None);
    says(&mut app, &["Vote on NEP-014"]);
    app.press(&["Enter"], 80, 24);
    says(&mut app, &["✗ choose one of them first"]);
    // Enter alone means no, and what was chosen is still there to be changed.
    assert_eq!(app.press(&["j", "Enter", "Enter"], 80, 24), None);
    says(&mut app, &["▸ yes", "against it"]);
    assert_eq!(app.press(&["j", "Enter", "y"], 80, 24), Some(vote(Choice::No)));
    for out in [&["6", "V", "Esc", "y"][..], &["6", "V", "j", "Enter", "n", "q", "y"]] {
        let mut app = crate::app::press::app(plain());
        assert_eq!(app.press(out, 80, 24), None);
        assert!(!app.text(80, 24).contains("Vote "));
    }
    // With the mouse, a click chooses and a second one goes on to the question.
    let mut app = crate::app::press::app(plain());
    let row =
        |app: &mut App, words: &str| app.text(80, 24).lines().position(|line| line.contains(words)).unwrap() as u16;
    app.press(&["6", "V"], 80, 24);
    let at = row(&mut app, "abstain  counts");
    assert_eq!((app.click_at(30, at), app.click_at(30, at)), (None, None));
    says(&mut app, &["Vote abstain on NEP-014"]);
}

#[test]
fn what_cannot_be_voted_on_says_why() {
    let mut chosen = app(plain());
    for (keys, why) in [
        (&["V"][..], "choose a proposal on page 6 first"),
        (&["6", "j", "V"], "this account has voted on it, and a vote is final"),
        (&["j", "V"], "it is in review: its voting has not begun"),
        (&["j", "V"], "it is not in voting any more"),
    ] {
        assert_eq!(chosen.press(keys, 80, 24), None);
        says(&mut chosen, &[why]);
    }
    let mut dust = with(|nep| nep.own_weight = "1234.000000001".to_owned());
    dust.press(&["6", "V"], 80, 24);
    says(&mut dust, &["your vote weighs 1,234.000000001 NEURO"]);
    let mut poor = with(|nep| nep.own_weight = "0".to_owned());
    poor.press(&["6", "V"], 80, 24);
    says(&mut poor, &["this account had no stake when its voting began"]);
    let mut silent = app(plain());
    silent.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    silent.press(&["6", "V"], 80, 24);
    says(&mut silent, &["the node does not answer"]);
    let mut reader = app(Options { read_only: true, ..plain() });
    reader.press(&["6", "V"], 120, 34);
    let text = reader.text(120, 34);
    assert!(text.contains("read only") && !text.contains("Vote on") && !text.contains("vote on the"), "{text}");
    assert_eq!(reader.press(&["V", "j", "Enter", "y"], 120, 34), None);
}

#[test]
fn what_went_meanwhile_is_not_voted_on() {
    // The view is paused: the proposal that it shows is over by now.
    let mut app = app(plain());
    app.press(&["6", "space"], 80, 24);
    hear(&mut app, |snapshot| snapshot.governance.neps[0].status = "active".to_owned());
    app.press(&["V"], 80, 24);
    says(&mut app, &["it is not in voting any more"]);
    hear(&mut app, |snapshot| snapshot.governance.neps.clear());
    app.press(&["V"], 80, 24);
    says(&mut app, &["this proposal is not listed any more"]);
    // The ballot stays about what it was opened on, whatever comes to stand there.
    let mut app = crate::app::press::app(plain());
    app.press(&["6", "V", "j"], 80, 24);
    hear(&mut app, |snapshot| snapshot.governance.neps.reverse());
    assert_eq!(app.press(&["Enter", "y"], 80, 24), Some(vote(Choice::Yes)));
    // A node that went silent is not asked.
    let mut app = crate::app::press::app(plain());
    app.press(&["6", "V", "j", "Enter"], 80, 24);
    app.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    assert_eq!(app.press(&["y"], 80, 24), None);
}

#[test]
fn a_vote_that_is_waited_for_is_seen_from_every_page() {
    let mut app = app(plain());
    hear(&mut app, |snapshot| snapshot.problems.clear());
    says(&mut app, &["◆6 Governance", "◆ NEP-014 is in voting and this node has not voted: page 6"]);
    assert!(app.text(120, 34).contains("✓ all is well") && app.text(50, 12).contains("◆6"));
    hear(&mut app, |snapshot| {
        snapshot.problems.clear();
        snapshot.governance.neps[0].own_vote = Some("no".to_owned());
    });
    let text = app.text(80, 24);
    assert!(text.contains(" 6 Governance") && !text.contains("NEP-014 is in voting"), "{text}");
}

#[test]
fn a_node_that_will_be_left_behind_says_so_loudly() {
    let mut app = app(plain());
    let lacks = |snapshot: &mut Snapshot| {
        snapshot.governance.neps[3].cannot_follow = Some("version 0.2.0 is needed, this is 0.1.0".to_owned());
    };
    hear(&mut app, lacks);
    for page in ["1", "5", "6"] {
        app.press(&[page], 80, 24);
        says(&mut app, &["✗ this node can't follow NEP-012: version 0.2.0 is needed"]);
    }
    app.press(&["j", "j", "j"], 80, 24);
    says(
        &mut app,
        &["✗ THIS NODE CAN'T FOLLOW IT: version 0.2.0 is needed, this is 0.1.0", "in 769 blocks or about 2 h 8 m"],
    );
    app.press(&["1"], 120, 34);
    assert!(app.text(120, 34).contains("Problems 2"));
    assert!(app.text(50, 12).contains("✗ this node can't follow NEP-012"));
}

#[test]
fn what_was_heard_last_of_a_lost_node_is_not_told_as_news() {
    let mut app = app(plain());
    app.update(Input::Lost { reason: String::new(), retry_seconds: 9 });
    app.press(&["6"], 80, 24);
    let text = app.text(80, 24);
    assert!(text.contains("? voting") && !text.contains("◆ voting") && !text.contains("● active"), "{text}");
}

#[test]
fn detail_follows_what_is_chosen_and_is_read_by_scrolling() {
    let mut app = app(plain());
    app.press(&["6", "Right", "j", "j", "j"], 80, 24);
    let scrolled = app.text(80, 24);
    assert!(
        !scrolled.contains("│ Half the pay for being available while idle") && scrolled.contains("… 6 more"),
        "{scrolled}"
    );
    app.press(&["G"], 80, 24);
    says(&mut app, &["will not notice."]);
    app.press(&["Left", "j"], 80, 24);
    says(&mut app, &["│ Blocks every thirty seconds", "chain.epoch_seconds  60 → 30 seconds", "✓ yes with 500 NEURO"]);
    app.press(&["/", "l", "o", "g", "o", "Enter"], 80, 24);
    says(&mut app, &["│ A logo for the network", "1 of 8"]);
    app.press(&["/", "!", "Enter"], 80, 24);
    says(&mut app, &["no match", "no proposal is chosen"]);
    app.press(&["V"], 80, 24);
    says(&mut app, &["choose a proposal on page 6 first"]);
    let mut empty = crate::app::press::app(plain());
    hear(&mut empty, |snapshot| snapshot.governance.neps.clear());
    empty.press(&["6", "j", "Enter", "Right", "j", "Enter", "V"], 80, 24);
    says(&mut empty, &["nothing was ever proposed", "no proposal is chosen"]);
}

#[test]
fn whatever_a_proposal_says_it_stays_in_its_place() {
    let huge = "x".repeat(100_000);
    let odd = [
        "",
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "日本語のとても長い名前の提案です、とても長い",
        "\u{202e}evil\u{2066}",
        &huge,
    ];
    for text in odd {
        let mut app = with(|nep| {
            for part in [&mut nep.id, &mut nep.title, &mut nep.summary, &mut nep.nep_type, &mut nep.author] {
                text.clone_into(part);
            }
            (nep.impact, nep.missing, nep.reason) = (text.to_owned(), text.to_owned(), Some(text.to_owned()));
            nep.cannot_follow = Some(text.to_owned());
            nep.changes[0].name = text.to_owned();
        });
        for (width, height) in [(120, 34), (80, 24), (50, 12)] {
            for keys in [&["6"][..], &["6", "Right", "G"], &["6", "Enter"], &["6", "V", "j", "Enter"]] {
                let mut app = with(|nep| nep.title = text.to_owned());
                assert_eq!(app.press(keys, width, height), None);
                let seen = app.text(width, height);
                assert!(!seen.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{7}']), "{seen}");
                // What has to be known before saying yes is in sight, however long the title is.
                assert!(!keys.contains(&"V") || (seen.contains("A vote is final") && seen.contains("y yes")), "{seen}");
            }
            app.press(&["6"], width, height);
            let seen = app.text(width, height);
            assert!(!seen.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{7}']), "{seen}");
        }
        // The id goes out as it came in, however it is shown.
        assert_eq!(
            app.press(&["6", "V", "j", "Enter", "y"], 80, 24),
            Some(Action::Vote { id: text.to_owned(), choice: Choice::Yes })
        );
    }
}
