//! The governance page: proposals, all about the one that is chosen, and what this node has to say in them.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::governance::Facts;
use crate::panels::listing::Listing;
use crate::panels::nep::Proposal;
use crate::panels::neps::Proposals;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

/// Rows of the table where panels are stacked, with its frame.
const TABLE_ROWS: u16 = 7;
/// Columns of the facts, and rows from which there is room for them where panels are stacked.
const FACTS_COLUMNS: u16 = 34;
const TALL_ROWS: u16 = 28;

pub(super) fn page() -> Page {
    let panels: Vec<Box<dyn crate::panels::Panel>> =
        vec![Box::new(Listing::<Proposals>::default()), Box::new(Proposal::default()), Box::new(Facts)];
    Page::new(
        panels,
        layout,
        &[Command::Vote, Command::FocusNext, Command::Expand, Command::Down, Command::Sort, Command::Open],
    )
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    let (table, beside) = match view.tier {
        Tier::Small => return only(3, focus, area),
        Tier::Stacked if area.height < TALL_ROWS => (TABLE_ROWS + (area.height.saturating_sub(20)) / 3, 0),
        Tier::Stacked => (area.height / 3, FACTS_COLUMNS),
        Tier::Full => (area.height * 2 / 5, FACTS_COLUMNS),
    };
    let [above, below] = Layout::vertical([Length(table), Fill(1)]).areas(area);
    let [nep, facts] = Layout::horizontal([Fill(1), Length(beside)]).areas(below);
    vec![above, nep, facts]
}
