//! That the help, the table of keys and what keys do are one.

use crate::app::press::{app, key, plain};
use crate::app::{Action, App, Input, Options};
use crate::keys::{BINDINGS, Command, Group, Key, labels};
use crate::pages::PAGES;
use ratatui::crossterm::event::{Event, KeyEvent, KeyModifiers};

fn event(key: &Key) -> KeyEvent {
    KeyEvent::new(key.code, if key.control { KeyModifiers::CONTROL } else { KeyModifiers::NONE })
}

/// Presses one key, and says whether anything came of it.
fn handled(app: &mut App, key: KeyEvent) -> bool {
    app.buffer(120, 34);
    let action = app.update(Input::Terminal(Event::Key(key)));
    action.is_some() || app.needs_draw()
}

#[test]
fn every_key_is_in_the_help_and_does_something() {
    let help = app(plain()).help();
    for binding in BINDINGS {
        let line = help.lines().find(|line| line.contains(binding.words));
        assert!(line.is_some_and(|line| line.contains(&labels(binding, false))), "{binding:?}");
        for key in binding.keys {
            let somewhere = PAGES.iter().enumerate().any(|(index, _)| {
                let mut app = app(plain());
                app.open(index, binding.group == Group::Question);
                handled(&mut app, event(key))
            });
            assert!(somewhere, "{key:?}");
        }
    }
    for (index, page) in PAGES.iter().enumerate() {
        let mut app = app(plain());
        app.press(&[&page.digit.to_string()], 120, 34);
        assert!(help.contains(page.name) && app.text(120, 34).contains(&format!("▸{} {}", page.digit, page.name)));
        assert_eq!(app.page(), index);
    }
}

#[test]
fn a_key_that_means_nothing_needs_no_drawing() {
    for word in ["x", "8", "Backspace"] {
        let mut app = app(plain());
        assert!(!handled(&mut app, key(word)), "{word}");
    }
}

#[test]
fn read_only_takes_away_what_acts() {
    let options = Options { read_only: true, ..plain() };
    let mut app = app(options.clone());
    let help = app.help();
    for binding in BINDINGS.iter().filter(|binding| binding.group == Group::Node) {
        assert!(!help.contains(binding.words));
        for key in binding.keys {
            assert!(!handled(&mut app, event(key)), "{key:?}");
        }
    }
    assert!(app.text(80, 24).contains("read only"));
    assert_eq!(app.press(&["q"], 80, 24), Some(Action::Leave));
}

#[test]
fn closing_goes_from_the_inside_out() {
    let mut app = app(plain());
    app.press(&["3", "/", "o", "Enter", "e", "Enter"], 80, 24);
    for _ in 0..3 {
        assert_eq!(app.press(&["Esc"], 80, 24), None);
    }
    assert_eq!(app.press(&["Esc"], 80, 24), Some(Action::Leave));
}

#[test]
fn pages_and_panels_are_reached_by_tab_arrows_and_mouse() {
    let mut app = app(plain());
    app.press(&["BackTab"], 120, 34);
    assert_eq!(app.page(), PAGES.len() - 1);
    app.press(&["Tab", "Tab"], 120, 34);
    assert_eq!(app.page(), 1);
    app.buffer(120, 34);
    assert_eq!(app.click_at(30, 1), None);
    assert_eq!(app.page(), 2);
    // The header's latency sorts, the third row is chosen, a second click opens it.
    app.buffer(120, 34);
    let text = app.text(120, 34);
    let row = text.lines().position(|line| line.contains("layers ▲")).unwrap() as u16;
    let column = text.lines().nth(row.into()).unwrap().find("latency").unwrap() as u16;
    app.click_at(column, row);
    assert!(app.text(120, 34).contains("latency ▲"));
    app.click_at(20, row + 3);
    assert!(!app.text(120, 34).contains("latencies"));
    app.click_at(20, row + 3);
    assert!(app.text(120, 34).contains("latencies"));
}

#[test]
fn the_mouse_is_given_back_and_taken() {
    let mut app = app(plain());
    assert_eq!(app.press(&["m"], 80, 24), Some(Action::Mouse(false)));
    assert_eq!(app.press(&["m"], 80, 24), Some(Action::Mouse(true)));
    assert_eq!(app.press(&["t"], 80, 24), None);
    let redraw = BINDINGS.iter().find(|binding| binding.command == Command::Redraw).unwrap();
    assert_eq!(app.update(Input::Terminal(Event::Key(event(&redraw.keys[0])))), Some(Action::Redraw));
}
