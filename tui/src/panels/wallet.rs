//! The account that earns: what can be spent, what is locked, what stands behind the node.

use super::{Detail, FACTS_WIDTH, Panel, Reply};
use crate::canvas::{Title, fact, fact_best, fact_in, put_all};
use crate::decimal;
use crate::feed::View;
use crate::format::{brief, day, factor, moment, neuro, safe, short};
use crate::keys::Command;
use crate::snapshot::Wallet;
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
        let mut lines = vec![
            fact_in(view, "available", amount(&wallet.available), theme.good, columns),
            fact(view, "staked", amount(&wallet.staked), columns),
            fact(view, "bond", amount(&wallet.bond), columns),
            fact_in(view, "multiplier", factor(&wallet.multiplier), theme.accent, columns),
            fact_best(view, "cooling down", &cooling(wallet), theme.base, columns),
        ];
        if decimal::some(&wallet.withdrawable) {
            let there = brief(&wallet.withdrawable);
            let values = [format!("{there} · W takes it"), there];
            lines.insert(1, fact_best(view, "withdrawable", &values, theme.good, columns));
        }
        if let Some(values) = unlocks(wallet) {
            lines.push(fact_best(view, "unlocks", &values, theme.base, columns));
        }
        lines.push(fact(view, "escrowed", amount(&wallet.escrowed), columns));
        lines.push(fact(view, "behind the node", amount(&wallet.backing), columns));
        if !wallet.own {
            lines.push(fact_in(view, "key", "kept elsewhere", theme.muted, columns));
        }
        put_all(buf, area, &lines);
    }

    fn command(&mut self, command: Command, _view: &View<'_>) -> Reply {
        if command == Command::Open { Reply::Detail } else { Reply::Ignored }
    }

    fn detail(&self, view: &View<'_>) -> Option<Detail> {
        let (snapshot, wallet) = (view.snapshot, &view.snapshot.wallet);
        let amount = |text: &str| if text.is_empty() { "0".to_owned() } else { safe(text) };
        let last = |values: Option<Vec<String>>| values.and_then(|values| values.into_iter().next());
        let facts = vec![
            ("paid to", safe(&wallet.address)),
            ("its key", if wallet.own { "this node's own" } else { "kept elsewhere" }.to_owned()),
            ("node's address", safe(&snapshot.address)),
            ("node's peer id", safe(&snapshot.peer_id)),
            ("available", amount(&wallet.available)),
            ("staked", amount(&wallet.staked)),
            ("unlocks", last(unlocks(wallet)).unwrap_or_else(|| "nothing is locked".to_owned())),
            ("cooling down", last(Some(cooling(wallet))).unwrap_or_default()),
            ("withdrawable", amount(&wallet.withdrawable)),
            ("bond", amount(&wallet.bond)),
            ("escrowed", amount(&wallet.escrowed)),
            ("behind the node", amount(&wallet.backing)),
            ("multiplier", factor(&wallet.multiplier)),
        ];
        Some(Detail { title: "Wallet".to_owned(), facts })
    }
}

/// What cools down and until when, the longest way to say it first.
fn cooling(wallet: &Wallet) -> Vec<String> {
    let amount = brief(&wallet.unbonding);
    match wallet.cools_until.as_ref().filter(|_| decimal::some(&wallet.unbonding)) {
        Some(until) => {
            let (moment, day) = (moment(until), day(until));
            vec![
                format!("{amount} · until {moment} UTC"),
                format!("{amount} · until {day}"),
                format!("{amount} · {day}"),
                amount,
            ]
        }
        None => vec![neuro(&wallet.unbonding, 4)],
    }
}

/// What is past its lock and when the next lock ends, the longest way to say it first.
fn unlocks(wallet: &Wallet) -> Option<Vec<String>> {
    let now = decimal::some(&wallet.unlocked).then(|| brief(&wallet.unlocked));
    match (now, &wallet.unlocks_at) {
        (None, None) => None,
        (None, Some(time)) => Some(vec![format!("{} UTC", moment(time)), moment(time), day(time)]),
        (Some(now), None) => Some(vec![format!("{now} now")]),
        (Some(now), Some(time)) => {
            let day = day(time);
            Some(vec![format!("{now} now, the rest {day}"), format!("{now} now, {day}"), format!("{now} now")])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_told_from_what_is_locked() {
        let mut wallet = Wallet { unlocks_at: Some("2026-12-06T08:00:00Z".to_owned()), ..Wallet::default() };
        assert_eq!(unlocks(&wallet).unwrap()[0], "2026-12-06 08:00 UTC");
        wallet.unlocked = "1.500000000".to_owned();
        assert_eq!(unlocks(&wallet).unwrap()[0], "1.5 now, the rest 2026-12-06");
        wallet.unlocks_at = None;
        assert_eq!((unlocks(&wallet).unwrap()[0].as_str(), unlocks(&Wallet::default())), ("1.5 now", None));
        wallet.cools_until = Some("2026-12-06T08:00:00Z".to_owned());
        assert_eq!(cooling(&wallet), ["0"]);
        wallet.unbonding = "1.5".to_owned();
        assert_eq!(cooling(&wallet)[1..], ["1.5 · until 2026-12-06", "1.5 · 2026-12-06", "1.5"]);
    }
}
