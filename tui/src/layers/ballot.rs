//! How to vote on a proposal: nothing is chosen at first, and what is chosen is asked about.

use super::question::Question;
use super::{Outcome, window};
use crate::app::Action;
use crate::canvas::{clip, put};
use crate::feed::View;
use crate::format::{fit, neuro, safe};
use crate::governance::Choice;
use crate::keys::{Command, find};
use crate::snapshot::Nep;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Keys that mean something here.
pub(super) const KEYS: &[(&str, &str)] = &[("Enter", "go on"), ("Esc", "back"), ("j", "down"), ("k", "up")];

/// Columns of a ballot.
const WIDTH: usize = 54;
/// Columns of an id and of a title in a question: the rest of it has to stay in sight.
const ID_WIDTH: usize = 24;
const TITLE_WIDTH: usize = 84;
/// Rows before the first choice.
const ROWS_ABOVE: u16 = 2;

/// A vote that is not cast yet.
#[derive(Debug)]
pub(crate) struct Ballot {
    id: String,
    title: String,
    weight: String,
    chosen: Option<usize>,
    /// Whether Enter came before anything was chosen.
    hasty: bool,
    rows: [Rect; Choice::ALL.len()],
}

const fn meaning(choice: Choice) -> &'static str {
    match choice {
        Choice::Yes => "for it",
        Choice::No => "against it",
        Choice::Abstain => "counts for the quorum alone",
    }
}

impl Ballot {
    pub(crate) fn new(nep: &Nep) -> Self {
        let (id, title) = (nep.id.clone(), safe(&nep.title));
        // To the last digit: this is what is decided about.
        let weight = neuro(&nep.own_weight, 9).trim_end_matches('0').trim_end_matches('.').to_owned();
        Self { id, title, weight, chosen: None, hasty: false, rows: [Rect::ZERO; Choice::ALL.len()] }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Outcome {
        let last = Choice::ALL.len() - 1;
        self.hasty = false;
        match (find(key, false), key.code) {
            (_, KeyCode::Enter) => return self.ask(),
            (Some(Command::Close), _) => return Outcome::Close,
            (Some(Command::Down), _) | (_, KeyCode::Tab) => {
                self.chosen = Some(self.chosen.map_or(0, |chosen| if chosen == last { 0 } else { chosen + 1 }));
            }
            (Some(Command::Up), _) | (_, KeyCode::BackTab) => {
                self.chosen = Some(self.chosen.map_or(last, |chosen| chosen.checked_sub(1).unwrap_or(last)));
            }
            _ => {}
        }
        Outcome::Stay
    }

    /// A click chooses, and goes on where that was chosen already.
    pub(super) fn click(&mut self, at: Position) -> Outcome {
        let row = self.rows.iter().position(|row| row.contains(at));
        if row.is_some() && row == self.chosen {
            return self.ask();
        }
        self.chosen = row.or(self.chosen);
        Outcome::Stay
    }

    fn ask(&mut self) -> Outcome {
        let Some(choice) = self.chosen.and_then(|chosen| Choice::ALL.get(chosen)).copied() else {
            self.hasty = true;
            return Outcome::Stay;
        };
        let (id, word) = (fit(&safe(&self.id), ID_WIDTH), choice.as_str());
        let text = vec![
            format!("Vote {word} on {id} with {} NEURO?", self.weight),
            fit(&self.title, TITLE_WIDTH),
            "A vote is final: it can't be changed or taken back.".to_owned(),
        ];
        Outcome::Ask(Question::new("Vote", text, Action::Vote { id: self.id.clone(), choice }, true))
    }

    pub(super) fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let title = format!("Vote on {}", fit(&safe(&self.id), ID_WIDTH));
        let inner = window(buf, area, &title, (WIDTH, 8), theme.accent, view);
        let columns = usize::from(inner.width);
        put(buf, inner, 0, &Line::styled(fit(&self.title, columns), theme.title));
        for (index, choice) in Choice::ALL.into_iter().enumerate() {
            let y = inner.y.saturating_add(ROWS_ABOVE + index as u16);
            let row = Rect { y, height: 1, ..inner }.intersection(inner);
            let chosen = self.chosen == Some(index);
            let mark = if chosen { "▸ " } else { "  " };
            let name =
                Span::styled(format!("{:<9}", choice.as_str()), if chosen { theme.selection } else { theme.base });
            let spans = vec![Span::styled(mark, theme.accent), name, Span::styled(meaning(choice), theme.muted)];
            put(buf, row, 0, &Line::from(clip(spans, columns)));
            self.rows[index] = row;
        }
        let below = usize::from(ROWS_ABOVE) + Choice::ALL.len() + 1;
        let words = if self.hasty {
            Line::styled("✗ choose one of them first", theme.bad)
        } else {
            let weight = format!("your vote weighs {} NEURO and is final", self.weight);
            Line::styled(fit(&weight, columns), theme.base)
        };
        put(buf, inner, below, &words);
        put(buf, inner, below + 1, &Line::styled("↓ ↑ choose · Enter goes on · Esc back", theme.muted));
    }
}
