//! The training page: the loss, and how far and how fast training is.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::loss::Loss;
use crate::panels::model::Model;
use crate::panels::pace::Pace;
use crate::panels::round::Round;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

pub(super) fn page() -> Page {
    let panels: Vec<Box<dyn crate::panels::Panel>> =
        vec![Box::new(Loss::default()), Box::new(Round), Box::new(Pace::alone()), Box::new(Model)];
    Page::new(panels, layout, &[Command::PauseTraining, Command::Window, Command::LogScale, Command::Expand])
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    if view.tier == Tier::Small {
        return only(4, focus, area);
    }
    let [loss, below] = Layout::vertical([Fill(1), Length(10)]).areas(area);
    let [round, pace, model] = Layout::horizontal([Fill(6), Fill(5), Fill(5)]).areas(below);
    vec![loss, round, pace, model]
}
