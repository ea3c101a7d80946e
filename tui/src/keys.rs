//! The one table of keys: what handles them and what the help says are the same lines.
//!
//! A key means the same on every page; digits are the pages' own and stand in their table.

use crate::pages::PAGES;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// The page with this place in the table of pages.
    Page(usize),
    NextPage,
    PreviousPage,
    Help,
    Close,
    Leave,
    Pause,
    Expand,
    FocusNext,
    FocusPrevious,
    Theme,
    Mouse,
    Redraw,
    Down,
    Up,
    Top,
    Bottom,
    PageDown,
    PageUp,
    Sort,
    Filter,
    Open,
    Window,
    LogScale,
    Level,
    Follow,
    NextMatch,
    PreviousMatch,
    PauseTraining,
    Stake,
    Unstake,
    Withdraw,
    Vote,
    Stop,
    Yes,
    No,
    Other,
}

/// Keys that belong together in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Everywhere,
    Tables,
    Chart,
    Log,
    /// What changes something; none of it with `--read-only`.
    Node,
    /// Only while a question is asked.
    Question,
}

impl Group {
    /// Those that the help shows, in its order.
    pub(crate) const ALL: [Self; 6] =
        [Self::Everywhere, Self::Tables, Self::Chart, Self::Log, Self::Node, Self::Question];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Tables => "Tables and log",
            Self::Chart => "Loss chart",
            Self::Log => "Log",
            Self::Node => "This node",
            Self::Question => "Questions",
        }
    }
}

/// A key as a terminal reports it; capitals are characters of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub code: KeyCode,
    pub control: bool,
}

const fn key(character: char) -> Key {
    Key { code: KeyCode::Char(character), control: false }
}

const fn control(character: char) -> Key {
    Key { code: KeyCode::Char(character), control: true }
}

const fn named(code: KeyCode) -> Key {
    Key { code, control: false }
}

impl Key {
    pub(crate) fn of(event: KeyEvent) -> Option<Self> {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        if event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
            return None;
        }
        let back = event.code == KeyCode::Tab && event.modifiers.contains(KeyModifiers::SHIFT);
        Some(Self { code: if back { KeyCode::BackTab } else { event.code }, control })
    }

    /// As the help writes it.
    pub(crate) fn label(self, ascii: bool) -> String {
        let arrow = |glyph: &str, word: &str| if ascii { word.to_owned() } else { glyph.to_owned() };
        match self.code {
            KeyCode::Char(character) if self.control => format!("Ctrl-{}", character.to_ascii_uppercase()),
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(character) => character.to_string(),
            KeyCode::Up => arrow("↑", "Up"),
            KeyCode::Down => arrow("↓", "Down"),
            KeyCode::Left => arrow("←", "<-"),
            KeyCode::Right => arrow("→", "->"),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            other => format!("{other:?}"),
        }
    }
}

/// Keys and what they ask for.
#[derive(Debug)]
pub(crate) struct Binding {
    pub keys: &'static [Key],
    pub command: Command,
    pub group: Group,
    /// In the help.
    pub words: &'static str,
    /// In titles and at the foot.
    pub short: &'static str,
}

const fn binding(
    group: Group,
    keys: &'static [Key],
    command: Command,
    short: &'static str,
    words: &'static str,
) -> Binding {
    Binding { keys, command, group, words, short }
}

/// Every key but the digits of pages.
pub(crate) const BINDINGS: &[Binding] = {
    use Command as C;
    use Group::{Chart, Everywhere, Log, Node, Question, Tables};
    use KeyCode as K;
    &[
        binding(Everywhere, &[named(K::Tab)], C::NextPage, "next", "next page"),
        binding(Everywhere, &[named(K::BackTab)], C::PreviousPage, "previous", "previous page"),
        binding(Everywhere, &[named(K::Right)], C::FocusNext, "panel", "focus the next panel"),
        binding(Everywhere, &[named(K::Left)], C::FocusPrevious, "panel", "focus the previous panel"),
        binding(Everywhere, &[key('e')], C::Expand, "expand", "expand the focused panel"),
        binding(Everywhere, &[key(' ')], C::Pause, "pause", "freeze the view"),
        binding(Everywhere, &[key('t')], C::Theme, "theme", "next theme"),
        binding(Everywhere, &[key('m')], C::Mouse, "mouse", "give or take the mouse"),
        binding(Everywhere, &[control('l')], C::Redraw, "redraw", "draw everything again"),
        binding(Everywhere, &[key('?')], C::Help, "help", "this help"),
        binding(Everywhere, &[key('q'), named(K::Esc)], C::Close, "quit", "close, and at last leave"),
        binding(Everywhere, &[control('c')], C::Leave, "leave", "leave; twice: at once"),
        binding(Tables, &[key('j'), named(K::Down)], C::Down, "down", "next row"),
        binding(Tables, &[key('k'), named(K::Up)], C::Up, "up", "previous row"),
        binding(Tables, &[key('g'), named(K::Home)], C::Top, "first", "first row"),
        binding(Tables, &[key('G'), named(K::End)], C::Bottom, "last", "last row"),
        binding(Tables, &[named(K::PageDown)], C::PageDown, "down", "a page down"),
        binding(Tables, &[named(K::PageUp)], C::PageUp, "up", "a page up"),
        binding(Tables, &[named(K::Enter)], C::Open, "detail", "all about the row"),
        binding(Tables, &[key('s')], C::Sort, "sort", "sort by the next column"),
        binding(Tables, &[key('/')], C::Filter, "find", "filter, or search the log"),
        binding(Chart, &[key('w')], C::Window, "window", "recent steps or whole run"),
        binding(Chart, &[key('l')], C::LogScale, "log", "logarithmic scale"),
        binding(Log, &[key('v')], C::Level, "level", "least level that is shown"),
        binding(Log, &[key('f')], C::Follow, "follow", "follow the newest line"),
        binding(Log, &[key('n')], C::NextMatch, "next match", "next match, further down"),
        binding(Log, &[key('N')], C::PreviousMatch, "match", "previous match, further up"),
        binding(Node, &[key('p')], C::PauseTraining, "pause training", "pause or resume training"),
        binding(Node, &[key('S')], C::Stake, "stake", "lock NEURO behind this node"),
        binding(Node, &[key('U')], C::Unstake, "unstake", "take staked NEURO back"),
        binding(Node, &[key('W')], C::Withdraw, "withdraw", "take what has cooled down"),
        binding(Node, &[key('V')], C::Vote, "vote", "vote on the chosen proposal"),
        binding(Node, &[key('Q')], C::Stop, "stop", "stop the node (asks first)"),
        binding(Question, &[key('y')], C::Yes, "yes", "yes"),
        binding(Question, &[key('n')], C::No, "no", "no"),
        binding(
            Question,
            &[named(K::Tab), named(K::Right), named(K::Left)],
            C::Other,
            "other",
            "other answer or field",
        ),
    ]
};

/// What a key asks for on a page.
pub(crate) fn find(event: KeyEvent, read_only: bool) -> Option<Command> {
    let key = Key::of(event)?;
    if let Some(place) = PAGES.iter().position(|entry| key == self::key(entry.digit)) {
        return Some(Command::Page(place));
    }
    let known = |binding: &&Binding| {
        binding.group != Group::Question && !(read_only && binding.group == Group::Node) && binding.keys.contains(&key)
    };
    BINDINGS.iter().find(known).map(|binding| binding.command)
}

/// What a key asks for while a question is asked.
pub(crate) fn answer(event: KeyEvent) -> Option<Command> {
    let key = Key::of(event)?;
    let found = BINDINGS.iter().find(|binding| binding.group == Group::Question && binding.keys.contains(&key));
    found.map(|binding| binding.command)
}

/// The table's line of a command.
pub(crate) fn of(command: Command) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.command == command)
}

/// All keys of a line, as the help writes them.
pub(crate) fn labels(binding: &Binding, ascii: bool) -> String {
    let labels: Vec<String> = binding.keys.iter().map(|key| key.label(ascii)).collect();
    labels.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_at_once() {
        for question in [false, true] {
            let here = || BINDINGS.iter().filter(|binding| (binding.group == Group::Question) == question);
            let all: Vec<Key> = here().flat_map(|binding| binding.keys.iter().copied()).collect();
            let digits = PAGES.iter().map(|entry| key(entry.digit));
            let all: Vec<Key> = all.into_iter().chain(digits).collect();
            for (index, key) in all.iter().enumerate() {
                assert!(!all[..index].contains(key), "{key:?}");
            }
        }
    }

    #[test]
    fn shift_tab_is_known_however_it_is_reported() {
        for (code, modifiers) in [(KeyCode::BackTab, KeyModifiers::SHIFT), (KeyCode::Tab, KeyModifiers::SHIFT)] {
            assert_eq!(find(KeyEvent::new(code, modifiers), true), Some(Command::PreviousPage));
        }
        let capital = KeyEvent::new(KeyCode::Char('Q'), KeyModifiers::SHIFT);
        assert_eq!((find(capital, false), find(capital, true)), (Some(Command::Stop), None));
    }
}
