//! Expands story templates.
//!
//! A template is plain text with `[one|or|another]` choices, which nest and may be empty, `^` for a new paragraph, and
//! marks in braces:
//!
//! | mark | becomes |
//! |---|---|
//! | `{A}` `{he}` `{His2}` | a character or a pronoun, see [`super::people`] |
//! | `{toy}` `{toy.part}` `{toy2}` | a lexicon entry, the same each time in a story; a number asks for a further one |
//! | `{*toy}` | a lexicon entry drawn afresh |
//! | `{said A}` `{asked cook.the}` | a speech tag, see [`super::dialogue`] |
//! | `{p}` `{=p+q}` | a number or a sum, see [`super::sums`] |
//! | `{!open}` | the shared template of that name, see [`super::scenes`] |
//! | `{!moral:truth}` | the same, where `{*@}` then draws from the list `truth` |
//!
//! Invariant: expansion never fails. A mark that means nothing is written as it stands, and the tests look for those.

use super::dialogue;
use super::lexicon::{self, Entries};
use super::people::Cast;
use super::plots::Kind;
use super::scenes;
use super::sums::Numbers;
use crate::random::Stream;

/// One story in the telling: its randomness and everything that must stay the same from sentence to sentence.
pub(super) struct Teller {
    stream: Stream,
    cast: Cast,
    numbers: Numbers,
    /// What each lexicon mark of this story stands for.
    picks: Vec<Pick>,
    /// The list that `{*@}` draws from in a shared template.
    argument: &'static str,
}

struct Pick {
    mark: &'static str,
    list: &'static str,
    row: usize,
}

impl Teller {
    /// A story with the cast for a plot of this kind.
    pub(super) fn new(mut stream: Stream, kind: Kind) -> Self {
        let cast = Cast::draw(&mut stream, kind);
        let numbers = Numbers::draw(&mut stream);
        Self { stream, cast, numbers, picks: Vec::new(), argument: "" }
    }

    /// The expanded text, before [`super::tidy::tidy`].
    pub(super) fn tell(&mut self, template: &'static str) -> String {
        let mut out = String::with_capacity(2048);
        self.expand(template, &mut out);
        out
    }

    fn expand(&mut self, template: &'static str, out: &mut String) {
        let mut rest = template;
        while let Some(at) = rest.find(['[', '{']) {
            out.push_str(&rest[..at]);
            let (inside, after) = enclosed(&rest[at..]);
            if rest.as_bytes()[at] == b'[' {
                let choices = alternatives(inside);
                let choice = *self.stream.choose(&choices);
                self.expand(choice, out);
            } else {
                self.mark(inside, out);
            }
            rest = after;
        }
        out.push_str(rest);
    }

    fn mark(&mut self, mark: &'static str, out: &mut String) {
        if let Some(name) = mark.strip_prefix('!') {
            let (name, argument) = name.split_once(':').unwrap_or((name, ""));
            self.argument = argument;
            match scenes::rule(name) {
                Some(template) => self.expand(template, out),
                None => unknown(mark, out),
            }
        } else if let Some((mood, speaker)) = mark.split_once(' ') {
            let mut name = String::new();
            self.mark(speaker, &mut name);
            // A stranger is no part of the cast, so a pronoun beside one might mean either.
            let stranger = self.picks.iter().any(|pick| pick.list == "stranger");
            let pronoun = if stranger { None } else { self.cast.subject_pronoun(speaker, out) };
            match dialogue::tag(&mut self.stream, mood, &name, pronoun) {
                Some(tag) => out.push_str(&tag),
                None => unknown(mark, out),
            }
        } else if let Some(text) = self.entry(mark) {
            out.push_str(text);
        } else if !self.cast.write(mark, out) && !self.numbers.write(mark, out) {
            unknown(mark, out);
        }
    }

    /// The lexicon entry that `mark` stands for.
    fn entry(&mut self, mark: &'static str) -> Option<&'static str> {
        let (key, field) = mark.split_once('.').unwrap_or((mark, ""));
        let fresh = key.strip_prefix('*');
        let key = fresh.unwrap_or(key);
        let key = if key == "@" { self.argument } else { key };
        let list = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let entries = lexicon::entries(list)?;
        let row = match self.picks.iter().find(|pick| pick.mark == key) {
            Some(pick) if fresh.is_none() => pick.row,
            _ => self.pick(list, entries, fresh.is_none().then_some(key)),
        };
        entries.field(row, field)
    }

    /// Draws a row that no mark of this story stands for yet and binds it to `mark`, if there is one.
    fn pick(&mut self, list: &'static str, entries: &Entries, mark: Option<&'static str>) -> usize {
        let taken = |row: usize| self.picks.iter().any(|pick| pick.list == list && pick.row == row);
        let rows = entries.len();
        let mut row = self.stream.below(rows as u64) as usize;
        for _ in 0..rows {
            if !taken(row) {
                break;
            }
            row = (row + 1) % rows;
        }
        if let Some(mark) = mark {
            self.picks.push(Pick { mark, list, row });
        }
        row
    }
}

fn unknown(mark: &str, out: &mut String) {
    out.push('{');
    out.push_str(mark);
    out.push('}');
}

/// Splits `text`, which starts with a bracket, into what that bracket encloses and what follows.
fn enclosed(text: &'static str) -> (&'static str, &'static str) {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[1..at], &text[at + 1..]);
        }
    }
    (&text[1..], "")
}

/// Splits the inside of a choice at the bars that belong to it.
fn alternatives(inside: &'static str) -> Vec<&'static str> {
    let mut choices = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => {
                choices.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.push(&inside[start..]);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(template: &'static str, index: u64) -> String {
        Teller::new(Stream::new("test", 1, &[index]), Kind::Child).tell(template)
    }

    #[test]
    fn choices_nest_and_may_be_empty() {
        let told: std::collections::BTreeSet<String> = (0..200).map(|i| tell("x[a[b|c]|]y", i)).collect();
        assert_eq!(told.into_iter().collect::<Vec<_>>(), ["xaby", "xacy", "xy"]);
    }

    #[test]
    fn a_mark_keeps_its_meaning_and_a_number_asks_for_another() {
        for index in 0..200 {
            let told = tell("{colour},{colour},{colour2},{*colour}", index);
            let colours: Vec<&str> = told.split(',').collect();
            assert_eq!(colours[0], colours[1]);
            assert_ne!(colours[0], colours[2]);
            assert!(!colours[..3].contains(&colours[3]), "{told}");
        }
    }

    #[test]
    fn unknown_marks_stay_visible() {
        assert_eq!(tell("{nonsense} {!nonsense} {colour.nonsense}", 0), "{nonsense} {!nonsense} {colour.nonsense}");
    }
}
