//! The network page: whether others reach this node, who is there, what is moved, and who had to go.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::dropped::Gone;
use crate::panels::listing::Listing;
use crate::panels::peers::Peers;
use crate::panels::reachability::Reachability;
use crate::panels::traffic::Traffic;
use ratatui::layout::Constraint::{Fill, Length, Percentage};
use ratatui::layout::{Layout, Rect};

/// Rows of what stands above and below the peers, with its frame: at full size, and where panels are stacked.
const FULL_ROWS: [u16; 2] = [10, 7];
const STACKED_ROWS: [u16; 2] = [6, 6];

pub(super) fn page() -> Page {
    let panels: Vec<Box<dyn crate::panels::Panel>> = vec![
        Box::new(Listing::<Peers>::default()),
        Box::new(Reachability),
        Box::new(Traffic),
        Box::new(Listing::<Gone>::default()),
    ];
    let foot = &[Command::FocusNext, Command::Down, Command::Sort, Command::Filter, Command::Open, Command::Expand];
    Page::new(panels, layout, foot)
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    match view.tier {
        Tier::Small => only(4, focus, area),
        Tier::Full => {
            let [above, peers, dropped] =
                Layout::vertical([Length(FULL_ROWS[0]), Fill(1), Length(FULL_ROWS[1])]).areas(area);
            let [reach, traffic] = Layout::horizontal([Fill(1), Percentage(48)]).areas(above);
            vec![peers, reach, traffic, dropped]
        }
        Tier::Stacked => {
            let more = area.height.saturating_sub(20) / 4;
            let heights = [Length(STACKED_ROWS[0] + more), Fill(1), Length(STACKED_ROWS[1] + more)];
            let [reach, peers, below] = Layout::vertical(heights).areas(area);
            let [traffic, dropped] = Layout::horizontal([Fill(1), Fill(1)]).areas(below);
            vec![peers, reach, traffic, dropped]
        }
    }
}
