//! The overview: all that matters on one screen.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::device::Machine;
use crate::panels::earnings::Earned;
use crate::panels::epochs::Epochs;
use crate::panels::facts::Facts;
use crate::panels::listing::Listing;
use crate::panels::log::Log;
use crate::panels::loss::Loss;
use crate::panels::pace::Pace;
use crate::panels::problems::Problems;
use crate::panels::quorum::Summary;
use crate::panels::wallet::Balance;
use ratatui::layout::Constraint::{Fill, Length, Percentage};
use ratatui::layout::{Layout, Rect};

/// Rows of the three lines of panels where they stand in two columns.
const STACKED_ROWS: u16 = 21;

/// Rows of all that is known of a device, and of a terminal's right side from which problems fit below it.
const DEVICE_ROWS: u16 = 11;
const TALL_ROWS: u16 = 24;

pub(super) fn page() -> Page {
    Page::new(
        vec![
            Box::new(Loss::default()),
            Box::new(Pace::default()),
            Box::new(Machine),
            Box::new(Summary),
            Box::new(Earned),
            Box::new(Balance),
            Box::new(Listing::<Epochs>::default()),
            Box::new(Problems),
            Box::new(Log::default()),
            Box::new(Facts),
        ],
        layout,
        &[Command::PauseTraining, Command::Expand, Command::FocusNext],
    )
}

fn layout(area: Rect, view: &View<'_>, _focus: usize) -> Vec<Rect> {
    match view.tier {
        Tier::Full => full(area),
        Tier::Stacked => stacked(area),
        Tier::Small => only(10, 9, area),
    }
}

fn full(area: Rect) -> Vec<Rect> {
    let spare = area.height.saturating_sub(9);
    let [top, middle, bottom] = Layout::vertical([Length(spare.saturating_mul(3) / 5), Length(9), Fill(1)]).areas(area);
    let [loss, side] = Layout::horizontal([Fill(1), Percentage(38)]).areas(top);
    let pace_height = match side.height {
        15.. => 7,
        12.. => 6,
        _ => 5,
    };
    // Tall terminals have room for problems beside the chart, and more of the log below.
    let tall = side.height >= TALL_ROWS;
    let below_device = if tall { Fill(1) } else { Length(0) };
    let device_height = if tall { Length(DEVICE_ROWS) } else { Fill(1) };
    let [pace, device, beside] = Layout::vertical([Length(pace_height), device_height, below_device]).areas(side);
    let [quorum, earned, wallet] = Layout::horizontal([Fill(1), Percentage(34), Percentage(30)]).areas(middle);
    let columns = if tall { [46, 0] } else { [36, 22] }.map(Percentage);
    let [epochs, below, log] = Layout::horizontal([columns[0], columns[1], Fill(1)]).areas(bottom);
    let problems = if tall { beside } else { below };
    vec![loss, pace, device, quorum, earned, wallet, epochs, problems, log, Rect::ZERO]
}

fn stacked(area: Rect) -> Vec<Rect> {
    let spare = area.height.saturating_sub(STACKED_ROWS);
    let more = if spare >= 6 { spare - spare / 3 } else { 0 };
    let rows = [Fill(1), Length(6), Length(7), Length(more)];
    let [top, second, third, fourth] = Layout::vertical(rows).areas(area);
    let [loss, pace] = Layout::horizontal([Fill(1), Percentage(42)]).areas(top);
    let [device, quorum] = Layout::horizontal([Fill(1), Fill(1)]).areas(second);
    let [earned, wallet] = Layout::horizontal([Fill(1), Fill(1)]).areas(third);
    let [epochs, log] = Layout::horizontal([Fill(1), Fill(1)]).areas(fourth);
    vec![loss, pace, device, quorum, earned, wallet, epochs, Rect::ZERO, log, Rect::ZERO]
}
