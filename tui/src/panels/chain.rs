//! The chain: how far it is, who votes, and how much NEURO there is.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, put_all};
use crate::feed::View;
use crate::format::{count, neuro, short};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of a hash.
const HASH_WIDTH: usize = 15;

#[derive(Debug, Default)]
pub(crate) struct Facts;

impl Panel for Facts {
    fn title(&self, view: &View<'_>) -> Title {
        Title::with("Chain", format!("block {}", count(view.snapshot.chain.height)), view.theme.accent)
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let chain = &view.snapshot.chain;
        let (votes, style) = match chain.validator {
            _ if view.stale() => ("? unknown", theme.muted),
            true => ("● it votes", theme.good),
            false => ("○ it does not vote", theme.muted),
        };
        let lines = [
            fact_in(view, "this node", votes, style, columns),
            fact(view, "validators", count(chain.validators), columns),
            fact(view, "waiting", count(chain.waiting), columns),
            fact(view, "minted", neuro(&chain.minted, 4), columns),
            fact(view, "burned", neuro(&chain.burned, 4), columns),
            fact(view, "block's hash", short(&chain.hash, HASH_WIDTH), columns),
            fact(view, "state root", short(&chain.state_root, HASH_WIDTH), columns),
            fact(view, "chain id", short(&view.snapshot.chain_id, HASH_WIDTH), columns),
        ];
        put_all(buf, area, &lines);
    }
}
