//! The ledger page: blocks, what matures, what was paid, and what the account has.

use super::{Page, only};
use crate::feed::{Tier, View};
use crate::keys::Command;
use crate::panels::chain;
use crate::panels::earnings::Earned;
use crate::panels::epochs::Epochs;
use crate::panels::listing::Listing;
use crate::panels::maturing::Waiting;
use crate::panels::pays::Pays;
use crate::panels::wallet::Balance;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

/// Rows from which the chain's facts fit below earnings.
const TALL_ROWS: u16 = 29;

pub(super) fn page() -> Page {
    let panels: Vec<Box<dyn crate::panels::Panel>> = vec![
        Box::new(Listing::<Epochs>::default()),
        Box::new(Listing::<Waiting>::default()),
        Box::new(Listing::<Pays>::default()),
        Box::new(Balance),
        Box::new(Earned),
        Box::new(chain::Facts),
    ];
    Page::new(
        panels,
        layout,
        &[Command::Stake, Command::Unstake, Command::Withdraw, Command::FocusNext, Command::Expand],
    )
}

fn layout(area: Rect, view: &View<'_>, focus: usize) -> Vec<Rect> {
    let (side, heights) = match view.tier {
        Tier::Small => return only(6, focus, area),
        Tier::Stacked => (30, [Length(10), Fill(1), Length(if area.height >= TALL_ROWS { 10 } else { 0 })]),
        Tier::Full => (area.width / 3, [Length(10), Length(8), Fill(1)]),
    };
    let [left, right] = Layout::horizontal([Length(side), Fill(1)]).areas(area);
    let [wallet, earned, chain] = Layout::vertical(heights).areas(left);
    let [epochs, maturing, pays] = Layout::vertical([Fill(1), Fill(1), Fill(1)]).areas(right);
    vec![epochs, maturing, pays, wallet, earned, chain]
}
