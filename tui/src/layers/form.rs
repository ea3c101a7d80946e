//! The forms of a stake: an amount that there is, and for how many days.
//!
//! What is typed is checked against what there is at that moment, before it is asked about; the node has the last word.

use super::question::Question;
use super::{Outcome, window};
use crate::app::Action;
use crate::calendar::day_after;
use crate::canvas::{fact, fact_best, put, sides};
use crate::decimal::Decimal;
use crate::editor::{Allowed, Edit, Editor};
use crate::feed::View;
use crate::format::{factor, fit, neuro, plural, safe};
use crate::snapshot::{Snapshot, Wallet};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Days that are offered at first, and the most that there are.
const DAYS: u32 = 30;
const DAYS_MAX: u32 = 365;
/// Longest that can be typed.
const FIELD_MAX: usize = 30;
/// Columns of a form.
const WIDTH: usize = 54;

/// Which way NEURO goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Stake,
    Unstake,
}

impl Way {
    /// What there is to stake or to take back.
    fn there(self, wallet: &Wallet) -> &str {
        if self == Self::Stake { &wallet.available } else { &wallet.staked }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Stake => "available",
            Self::Unstake => "staked",
        }
    }
}

/// Fields, and what is wrong with them.
#[derive(Debug)]
pub(crate) struct Form {
    pub way: Way,
    amount: Editor,
    days: Editor,
    on_days: bool,
    pub wrong: Option<String>,
}

impl Form {
    pub(crate) fn new(way: Way) -> Self {
        Self {
            way,
            amount: Editor::new(Allowed::Decimal, FIELD_MAX),
            days: Editor::new(Allowed::Digits, FIELD_MAX).with(&DAYS.to_string()),
            on_days: false,
            wrong: None,
        }
    }

    pub(super) const fn keys(&self) -> &'static [(&'static str, &'static str)] {
        match self.way {
            Way::Stake => &[("Enter", "go on"), ("Esc", "back"), ("Tab", "next field"), ("Ctrl-U", "clear")],
            Way::Unstake => &[("Enter", "go on"), ("Esc", "back"), ("Ctrl-U", "clear")],
        }
    }

    const fn field(&mut self) -> &mut Editor {
        if self.on_days { &mut self.days } else { &mut self.amount }
    }

    pub(super) fn key(&mut self, key: KeyEvent, snapshot: &Snapshot) -> Outcome {
        match key.code {
            KeyCode::Esc => return Outcome::Close,
            KeyCode::Enter => return self.check(snapshot),
            KeyCode::Up | KeyCode::Down | KeyCode::Tab | KeyCode::BackTab if self.way == Way::Stake => {
                self.on_days = !self.on_days;
                self.wrong = None;
            }
            _ => {
                let edit = self.field().key(key);
                self.edited(edit);
            }
        }
        Outcome::Stay
    }

    /// Text that came at once.
    pub(crate) fn paste(&mut self, text: &str) {
        let edit = self.field().paste(text);
        self.edited(edit);
    }

    fn edited(&mut self, edit: Edit) {
        match edit {
            Edit::Ignored => {}
            Edit::Done => self.wrong = None,
            Edit::Refused(why) => self.wrong = Some(why.to_owned()),
        }
    }

    fn check(&mut self, snapshot: &Snapshot) -> Outcome {
        match self.question(snapshot) {
            Ok(question) => Outcome::Ask(question),
            Err(wrong) => {
                self.wrong = Some(wrong);
                Outcome::Stay
            }
        }
    }

    /// The days that are typed, if there can be as many.
    fn days(&self) -> Option<u32> {
        self.days.text().parse().ok().filter(|days| *days <= DAYS_MAX)
    }

    fn question(&self, snapshot: &Snapshot) -> Result<Question, String> {
        let amount = Decimal::parse(&self.amount.text())?;
        if amount.is_zero() {
            return Err("more than nothing".to_owned());
        }
        // Where what there is cannot be read, the node decides.
        let there = Decimal::parse(self.way.there(&snapshot.wallet)).ok();
        if let Some(there) = there.filter(|there| amount > *there) {
            return Err(format!("only {there} {}", self.way.word()));
        }
        let amount = amount.to_string();
        if self.way == Way::Unstake {
            let text = vec![
                format!("Take {amount} NEURO back from the stake?"),
                "It cools down before it can be spent, and this node's multiplier falls.".to_owned(),
            ];
            return Ok(Question::new("Unstake", text, Action::Unstake { amount }, true));
        }
        let days = self.days().ok_or_else(|| format!("0 to {DAYS_MAX} days"))?;
        let until = day_after(&snapshot.time, days.into()).map(|day| format!(", until {day}")).unwrap_or_default();
        let text = if days == 0 {
            vec![
                format!("Stake {amount} NEURO without a lock?"),
                "It can be taken back at once, then cools down; a validator that breaks the rules loses part of it."
                    .to_owned(),
            ]
        } else {
            vec![
                format!("Lock {amount} NEURO for {}{until}?", plural(days.into(), "day")),
                "It cannot be spent before, and a validator that breaks the rules loses part of it.".to_owned(),
            ]
        };
        Ok(Question::new("Stake", text, Action::Stake { amount, days }, true))
    }

    /// When what is staked can be taken back.
    fn unlocks(&self, time: &str) -> Vec<String> {
        match self.days() {
            Some(0) => {
                vec!["can be taken back at once, then cools down".to_owned(), "at once, then cools down".to_owned()]
            }
            Some(days) => {
                vec![day_after(time, days.into()).unwrap_or_else(|| format!("in {}", plural(days.into(), "day")))]
            }
            None => vec![format!("0 to {DAYS_MAX} days")],
        }
    }

    fn line(&self, name: &str, field: &Editor, unit: &str, columns: usize, view: &View<'_>) -> Line<'static> {
        let theme = view.theme;
        let here = std::ptr::eq(field, if self.on_days { &raw const self.days } else { &raw const self.amount });
        let (mark, style) = if here { ("▸ ", theme.selection) } else { ("  ", theme.base) };
        let left = vec![Span::styled(mark, theme.accent), Span::styled(name.to_owned(), theme.muted)];
        let gap = if here { "" } else { " " };
        let value = Span::styled(format!(" {}{gap}", field.shown(here)), style);
        sides(left, vec![value, Span::styled(format!(" {unit:<5}"), theme.muted)], columns)
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let (theme, snapshot) = (view.theme, view.snapshot);
        let stake = self.way == Way::Stake;
        let title = if stake { "Stake NEURO" } else { "Unstake NEURO" };
        let inner = window(buf, area, title, (WIDTH, if stake { 8 } else { 5 }), theme.accent, view);
        let columns = usize::from(inner.width);
        let there = neuro(self.way.there(&snapshot.wallet), 4);
        let mut lines = vec![
            sides(
                vec![Span::styled(format!("  {}", self.way.word()), theme.muted)],
                vec![Span::styled(format!("{there} "), theme.good), Span::styled(" NEURO", theme.muted)],
                columns,
            ),
            self.line("amount", &self.amount, "NEURO", columns, view),
        ];
        if stake {
            lines.push(self.line(&format!("locked for, 0 to {DAYS_MAX} days"), &self.days, "days", columns, view));
            lines.push(fact_best(view, "  unlocks", &self.unlocks(&snapshot.time), theme.base, columns));
            let multiplier = factor(&snapshot.wallet.multiplier);
            lines.push(fact(view, "  pay is multiplied now by", multiplier, columns));
        }
        lines.push(Line::default());
        lines.push(match &self.wrong {
            Some(wrong) => Line::styled(fit(&format!("✗ {}", safe(wrong)), columns), theme.bad),
            None => Line::default(),
        });
        let keys = if stake { "Enter goes on · Tab next field · Esc back" } else { "Enter goes on · Esc back" };
        lines.push(Line::styled(keys, theme.muted));
        for (row, line) in lines.iter().enumerate() {
            put(buf, inner, row, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(way: Way, amount: &str, days: &str) -> Result<Action, String> {
        let wallet = Wallet { available: "12.5".to_owned(), staked: "12.5".to_owned(), ..Wallet::default() };
        let mut form = Form::new(way);
        form.amount = form.amount.with(amount);
        form.days.clear();
        form.days = form.days.with(days);
        form.question(&Snapshot { wallet, ..Snapshot::default() }).map(|question| question.action)
    }

    #[test]
    fn only_what_there_is_can_be_asked_about() {
        let stake = |days| Action::Stake { amount: "12.5".to_owned(), days };
        for (typed, days) in [("30", 30), ("0", 0), ("365", 365)] {
            assert_eq!(ask(Way::Stake, "012.50", typed), Ok(stake(days)));
        }
        assert_eq!(ask(Way::Unstake, "1", ""), Ok(Action::Unstake { amount: "1".to_owned() }));
        for (amount, days) in [("12.6", "30"), ("0", "30"), ("", "30"), ("1", ""), ("1", "366"), ("1", "99999999999")] {
            assert!(ask(Way::Stake, amount, days).is_err(), "{amount} {days}");
        }
    }
}
