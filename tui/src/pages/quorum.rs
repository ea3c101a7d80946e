//! The quorum page: which member computes what, and how each of them is.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::listing::Listing;
use crate::panels::members::Members;
use crate::panels::stages::Stages;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

pub(super) fn page() -> Page {
    let foot = &[Command::Down, Command::Sort, Command::Filter, Command::Open];
    Page::new(vec![Box::new(Listing::<Members>::default()), Box::new(Stages)], layout, foot)
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    if view.tier == Tier::Small {
        return only(2, focus, area);
    }
    let [stages, members] = Layout::vertical([Length(4), Fill(1)]).areas(area);
    vec![members, stages]
}
