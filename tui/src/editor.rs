//! A line of text that people type: the same keys in forms, filters and searches.
//!
//! Invariant: what stands in the line is allowed in it. What is not allowed is refused aloud, never dropped in silence:
//! an amount that lost a character on its way is another amount.

use crate::format::safe;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What may stand in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Whatever can be shown.
    Text,
    /// Digits and one point.
    Decimal,
    /// Digits.
    Digits,
}

impl Allowed {
    /// What is wrong with a text, if anything is.
    fn wrong(self, text: &str) -> Option<&'static str> {
        let digit = |character: char| character.is_ascii_digit();
        match self {
            Self::Text => text.chars().any(char::is_control).then_some("only what can be shown"),
            Self::Digits => (!text.chars().all(digit)).then_some("digits only"),
            Self::Decimal => {
                let points = text.chars().filter(|character| *character == '.').count();
                let other = text.chars().any(|character| !digit(character) && character != '.');
                (other || points > 1).then_some("digits and one point only")
            }
        }
    }
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// It is not for a line.
    Ignored,
    /// It is done.
    Done,
    /// It was refused, and why.
    Refused(&'static str),
}

/// A line, and where the next character goes.
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    characters: Vec<char>,
    cursor: usize,
    allowed: Allowed,
    length_max: usize,
}

impl Editor {
    pub(crate) const fn new(allowed: Allowed, length_max: usize) -> Self {
        Self { characters: Vec::new(), cursor: 0, allowed, length_max }
    }

    /// A line with something in it already.
    pub(crate) fn with(mut self, text: &str) -> Self {
        self.insert(text);
        self
    }

    pub(crate) fn text(&self) -> String {
        self.characters.iter().collect()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.characters.clear();
        self.cursor = 0;
    }

    /// What is seen of the line; the bar is where the next character goes.
    pub(crate) fn shown(&self, typing: bool) -> String {
        let (before, after) = self.characters.split_at(self.cursor);
        let side = |part: &[char]| safe(&part.iter().collect::<String>());
        format!("{}{}{}", side(before), if typing { "▏" } else { "" }, side(after))
    }

    pub(crate) fn key(&mut self, key: KeyEvent) -> Edit {
        let chord = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META;
        match key.code {
            KeyCode::Char(character) if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return self.control(character);
            }
            _ if key.modifiers.intersects(chord) => return Edit::Ignored,
            KeyCode::Char(character) => return self.insert(character.encode_utf8(&mut [0; 4])),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.characters.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.characters.len(),
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.characters.remove(self.cursor);
            }
            KeyCode::Delete if self.cursor < self.characters.len() => drop(self.characters.remove(self.cursor)),
            KeyCode::Backspace | KeyCode::Delete => {}
            _ => return Edit::Ignored,
        }
        Edit::Done
    }

    /// The keys that shells have for the same.
    fn control(&mut self, character: char) -> Edit {
        match character {
            'a' => self.cursor = 0,
            'e' => self.cursor = self.characters.len(),
            'u' => self.clear(),
            'w' => {
                let before = &self.characters[..self.cursor];
                let word = before.iter().rposition(|character| *character != ' ').unwrap_or(0);
                let start = before[..word].iter().rposition(|character| *character == ' ').map_or(0, |gap| gap + 1);
                self.characters.drain(start..self.cursor);
                self.cursor = start;
            }
            _ => return Edit::Ignored,
        }
        Edit::Done
    }

    /// Text that came at once: all of it or, where it is not allowed, none.
    pub(crate) fn paste(&mut self, text: &str) -> Edit {
        self.insert(text.trim())
    }

    fn insert(&mut self, text: &str) -> Edit {
        let mut characters = self.characters.clone();
        characters.splice(self.cursor..self.cursor, text.chars());
        if characters.len() > self.length_max {
            return Edit::Refused("no more fits");
        }
        if let Some(wrong) = self.allowed.wrong(&characters.iter().collect::<String>()) {
            return Edit::Refused(wrong);
        }
        self.cursor += text.chars().count();
        self.characters = characters;
        Edit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(editor: &mut Editor, codes: &[KeyCode]) {
        for code in codes {
            assert_eq!(editor.key(KeyEvent::from(*code)), Edit::Done, "{code:?}");
        }
    }

    #[test]
    fn a_line_is_edited_where_the_cursor_is() {
        use KeyCode::{Backspace, Char, Delete, End, Home, Left, Right};
        let mut line = Editor::new(Allowed::Text, 20).with("one two");
        press(&mut line, &[Left, Left, Left, Backspace, Char('-'), Home, Delete, Right, Char('ü')]);
        assert_eq!((line.text().as_str(), line.shown(true).as_str()), ("nüe-two", "nü▏e-two"));
        press(&mut line, &[End, Char('!'), Right, Delete]);
        assert_eq!(line.shown(true), "nüe-two!▏");
        let control =
            |line: &mut Editor, character| line.key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::CONTROL));
        assert_eq!([control(&mut line, 'a'), control(&mut line, 'k')], [Edit::Done, Edit::Ignored]);
        assert_eq!(line.shown(true), "▏nüe-two!");
        line = Editor::new(Allowed::Text, 20).with("one two  ");
        control(&mut line, 'w');
        assert_eq!(line.text(), "one ");
        control(&mut line, 'u');
        assert!(line.is_empty());
        assert_eq!(line.key(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT)), Edit::Ignored);
    }

    #[test]
    fn what_is_no_amount_is_refused_as_a_whole() {
        let mut line = Editor::new(Allowed::Decimal, 8).with("1");
        for wrong in ["e", "-", " ", ","] {
            assert!(matches!(line.insert(wrong), Edit::Refused(_)), "{wrong}");
        }
        assert_eq!(
            [line.paste("2.5\u{1b}Q"), line.paste(" 2.5\n")],
            [Edit::Refused("digits and one point only"), Edit::Done]
        );
        assert!(matches!((line.insert("."), line.insert("123456")), (Edit::Refused(_), Edit::Refused(_))));
        assert_eq!(line.text(), "12.5");
        assert_eq!(Editor::new(Allowed::Digits, 4).paste("1.5"), Edit::Refused("digits only"));
    }
}
