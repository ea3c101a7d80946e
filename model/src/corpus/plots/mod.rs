//! What happens: the plots, each a template with a beginning, a problem, an attempt, an outcome and a closing line.
//!
//! Invariant: every plot names at least the hero and expands to between 60 and 210 words, whatever is drawn (tested).

mod animals;
mod friends;
mod home;
mod making;
mod numbers;
mod outdoors;
mod sky;
mod town;

/// Who the heroes of a plot are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One child.
    Child,
    /// Two children, so that grown-ups must be named: `his mother` would leave open whose.
    Pair,
    /// Animals that talk.
    Fable,
}

/// One plot.
pub(super) struct Plot {
    /// Who the heroes are.
    pub kind: Kind,
    /// The template, see [`super::teller`].
    pub text: &'static str,
}

const fn child(text: &'static str) -> Plot {
    Plot { kind: Kind::Child, text }
}

const fn pair(text: &'static str) -> Plot {
    Plot { kind: Kind::Pair, text }
}

const fn fable(text: &'static str) -> Plot {
    Plot { kind: Kind::Fable, text }
}

/// Every plot, each as likely as the others.
pub(super) const ALL: &[Plot] = &[
    child(home::LOST),
    child(home::BROKEN),
    child(home::TRUTH),
    child(home::NOISE),
    child(home::CHORE),
    child(outdoors::RACE),
    child(outdoors::STORM),
    child(outdoors::SWIM),
    child(outdoors::RIDE),
    pair(outdoors::SNOW),
    child(outdoors::FISHING),
    child(making::BAKE),
    child(making::PAINT),
    pair(making::BUILD),
    child(making::GARDEN),
    child(making::MUSIC),
    child(town::MARKET),
    child(town::STRANGER),
    child(town::LIBRARY),
    child(town::TRAIN),
    child(town::LETTER),
    child(friends::MEAL),
    child(friends::BIRTHDAY),
    child(friends::NEWCOMER),
    pair(friends::QUARREL),
    child(friends::COLLECT),
    pair(friends::SHOW),
    child(animals::FOUND),
    child(animals::TRICK),
    fable(animals::WINTER),
    fable(animals::RIVER),
    fable(animals::FEAST),
    child(numbers::LESSON),
    pair(numbers::SHOP),
    child(numbers::SHARE),
    child(sky::STARS),
    pair(sky::BEACH),
    pair(sky::MAP),
];
