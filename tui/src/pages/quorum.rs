//! The quorum page: which member computes what, and how each of them is.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::listing::Listing;
use crate::panels::members::Members;
use crate::panels::pace::Pace;
use crate::panels::round::Round;
use crate::panels::stages::Stages;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

pub(super) fn page() -> Page {
    let foot = &[Command::Down, Command::Sort, Command::Filter, Command::Open];
    let panels: Vec<Box<dyn crate::panels::Panel>> =
        vec![Box::new(Listing::<Members>::default()), Box::new(Stages), Box::new(Round), Box::new(Pace::alone())];
    Page::new(panels, layout, foot)
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    if view.tier == Tier::Small {
        return only(4, focus, area);
    }
    let below = if view.tier == Tier::Full { 8 } else { 0 };
    let [stages, members, below] = Layout::vertical([Length(4), Fill(1), Length(below)]).areas(area);
    let [round, pace] = Layout::horizontal([Fill(1), Fill(1)]).areas(below);
    vec![members, stages, round, pace]
}
