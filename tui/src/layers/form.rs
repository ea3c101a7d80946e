//! The form of a stake: an amount that there is, and for how many days.
//!
//! What is typed is checked before it is asked about; the node has the last word.

use super::question::Question;
use super::{Outcome, window};
use crate::app::Action;
use crate::canvas::{put, sides};
use crate::decimal::Decimal;
use crate::feed::View;
use crate::format::neuro;
use crate::keys::{Command, answer};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Days that are offered at first.
const DAYS: u32 = 30;
/// Longest that can be typed.
const FIELD_MAX: usize = 30;

/// Which way NEURO goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Stake,
    Unstake,
}

/// Fields, and what is wrong with them.
#[derive(Debug)]
pub(crate) struct Form {
    way: Way,
    /// What there is to stake or to take back.
    there: String,
    amount: String,
    days: String,
    on_days: bool,
    wrong: Option<String>,
}

impl Form {
    pub(crate) fn new(way: Way, there: &str) -> Self {
        Self {
            way,
            there: there.to_owned(),
            amount: String::new(),
            days: DAYS.to_string(),
            on_days: false,
            wrong: None,
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Outcome {
        let field = if self.on_days { &mut self.days } else { &mut self.amount };
        match key.code {
            KeyCode::Esc => return Outcome::Close,
            KeyCode::Enter => return self.check(),
            KeyCode::Backspace => {
                field.pop();
            }
            KeyCode::Char(character) if character.is_ascii_digit() || (character == '.' && !self.on_days) => {
                if field.len() < FIELD_MAX {
                    field.push(character);
                }
            }
            KeyCode::Up | KeyCode::Down if self.way == Way::Stake => self.on_days = !self.on_days,
            _ if answer(key) == Some(Command::Other) && self.way == Way::Stake => self.on_days = !self.on_days,
            _ => return Outcome::Stay,
        }
        self.wrong = None;
        Outcome::Stay
    }

    fn check(&mut self) -> Outcome {
        match self.question() {
            Ok(question) => Outcome::Ask(question),
            Err(wrong) => {
                self.wrong = Some(wrong);
                Outcome::Stay
            }
        }
    }

    fn question(&self) -> Result<Question, String> {
        let amount = Decimal::parse(&self.amount)?;
        if amount.is_zero() {
            return Err("more than nothing".to_owned());
        }
        // Where what there is cannot be read, the node decides.
        if let Some(there) = Decimal::parse(&self.there).ok().filter(|there| amount > *there) {
            return Err(format!("there are {there}"));
        }
        let amount = amount.to_string();
        if self.way == Way::Unstake {
            let text = vec![
                format!("Take {amount} NEURO back from the stake?"),
                "It cools down before it can be spent, and this node's multiplier falls.".to_owned(),
            ];
            return Ok(Question::new("Unstake", text, Action::Unstake { amount }, true));
        }
        let days: u32 = self.days.parse().map_err(|_| "days are a whole number".to_owned())?;
        if days == 0 {
            return Err("at least one day".to_owned());
        }
        let text = vec![
            format!("Lock {amount} NEURO for {days} days?"),
            "It cannot be spent before, and a validator that breaks the rules loses part of it.".to_owned(),
        ];
        Ok(Question::new("Stake", text, Action::Stake { amount, days }, true))
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let (title, there) = match self.way {
            Way::Stake => ("Stake NEURO", "available"),
            Way::Unstake => ("Unstake NEURO", "staked"),
        };
        let rows = if self.way == Way::Stake { 6 } else { 5 };
        let inner = window(buf, area, title, (44, rows), theme.accent, view);
        let columns = usize::from(inner.width);
        let field = |name: &'static str, value: &str, here: bool, unit: &'static str| {
            let mark = if here { "▸ " } else { "  " };
            let caret = if here { "▏" } else { " " };
            let style = if here { theme.selection } else { theme.base };
            let left = vec![Span::styled(mark, theme.accent), Span::styled(name, theme.muted)];
            let value = Span::styled(format!(" {value}{caret}"), style);
            sides(left, vec![value, Span::styled(format!(" {unit:<5}"), theme.muted)], columns)
        };
        let there_line = sides(
            vec![Span::styled(format!("  {there}"), theme.muted)],
            vec![Span::styled(format!("{} ", neuro(&self.there, 4)), theme.good), Span::styled(" NEURO", theme.muted)],
            columns,
        );
        let mut lines = vec![there_line, field("amount", &self.amount, !self.on_days, "NEURO")];
        if self.way == Way::Stake {
            lines.push(field("days", &self.days, self.on_days, "days"));
        }
        lines.push(Line::default());
        lines.push(match &self.wrong {
            Some(wrong) => Line::styled(format!("✗ {wrong}"), theme.bad),
            None => Line::default(),
        });
        let keys = if self.way == Way::Stake {
            "Enter goes on · Tab next field · Esc back"
        } else {
            "Enter goes on · Esc back"
        };
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
        let form = Form { amount: amount.to_owned(), days: days.to_owned(), ..Form::new(way, "12.5") };
        form.question().map(|question| question.action)
    }

    #[test]
    fn only_what_there_is_can_be_asked_about() {
        let stake = Action::Stake { amount: "12.5".to_owned(), days: 30 };
        assert_eq!(ask(Way::Stake, "012.50", "30"), Ok(stake));
        assert_eq!(ask(Way::Unstake, "1", ""), Ok(Action::Unstake { amount: "1".to_owned() }));
        for (amount, days) in [("12.6", "30"), ("0", "30"), ("", "30"), ("1", ""), ("1", "0"), ("1", "99999999999")] {
            assert!(ask(Way::Stake, amount, days).is_err(), "{amount} {days}");
        }
    }
}
