//! The account that earns: what can be spent, what is locked, what stands behind the node.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, put_all};
use crate::feed::View;
use crate::format::{moment, neuro, safe, short};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

#[derive(Debug, Default)]
pub(crate) struct Balance;

impl Panel for Balance {
    fn title(&self, view: &View<'_>) -> Title {
        let words = short(&view.snapshot.wallet.address, 16);
        Title::with("Wallet", words, view.theme.muted)
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let wallet = &view.snapshot.wallet;
        let amount = |text: &str| neuro(text, 4);
        let multiplier = if wallet.multiplier.is_empty() { "1".to_owned() } else { safe(&wallet.multiplier) };
        let mut lines = vec![
            fact_in(view, "available", amount(&wallet.available), theme.good, columns),
            fact(view, "staked", amount(&wallet.staked), columns),
            fact(view, "bond", amount(&wallet.bond), columns),
            fact_in(view, "multiplier", format!("× {multiplier}"), theme.accent, columns),
            fact(view, "unbonding", amount(&wallet.unbonding), columns),
            fact(view, "escrowed", amount(&wallet.escrowed), columns),
            fact(view, "behind the node", amount(&wallet.backing), columns),
        ];
        if let Some(time) = &wallet.unlocks_at {
            lines.push(fact(view, "unlocks", moment(time), columns));
        }
        if !wallet.own {
            lines.push(fact_in(view, "key", "kept elsewhere", theme.muted, columns));
        }
        put_all(buf, area, &lines);
    }
}
