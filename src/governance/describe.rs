//! The line that says what a proposal costs and earns.
//!
//! Invariant: percents are exact decimals, rounded once to one digit behind the point, a tie to the even one.

use super::decimal::{plain, rounded};
use super::document::Impact;

/// What is said of a proposal that changes nothing worth a word.
pub const NOTHING: &str = "No economic impact";

/// One line, such as `Training efficiency: +100.0%; Memory requirement: +200 MB`.
#[must_use]
pub fn describe(impact: &Impact) -> String {
    let parts = [
        multiplier("Training rewards", &impact.training_reward_multiplier),
        multiplier("Training efficiency", &impact.training_efficiency_multiplier),
        multiplier("Inference rewards", &impact.inference_reward_multiplier),
        multiplier("Inference cost", &impact.inference_cost_multiplier),
        memory(&impact.min_memory_change_mb),
        earnings(&impact.net_earnings_change_percent),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { NOTHING.to_owned() } else { parts.join("; ") }
}

/// Whether work and use are paid as before, whatever it asks of machines.
#[must_use]
pub fn is_neutral(impact: &Impact) -> bool {
    let is = |token: &str, neutral: &str| plain(token).is_ok_and(|value| value == neutral);
    is(&impact.training_reward_multiplier, "1")
        && is(&impact.inference_reward_multiplier, "1")
        && is(&impact.inference_cost_multiplier, "1")
        && is(&impact.net_earnings_change_percent, "0")
}

fn multiplier(label: &str, token: &str) -> Option<String> {
    let percent = match plain(token) {
        Ok(value) if value == "1" => return None,
        Ok(value) => more_than_one(&value).unwrap_or_else(|| format!("×{token}")),
        Err(_) => odd(token).map_or_else(|| format!("×{token}"), |name| format!("{name}%")),
    };
    Some(format!("{label}: {percent}"))
}

/// A multiplier less 1, in percent: a thousandth is a tenth of a percent.
fn more_than_one(value: &str) -> Option<String> {
    let thousandths = rounded(value, 3)?;
    let negative = value.starts_with('-');
    let sign = if negative || value.starts_with('0') { '-' } else { '+' };
    let off = if negative { thousandths.checked_add(1000)? } else { thousandths.abs_diff(1000) };
    Some(tenths(sign, off))
}

fn tenths(sign: char, count: u128) -> String {
    let whole = count.checked_div(10).unwrap_or(0);
    let rest = count.checked_rem(10).unwrap_or(0);
    format!("{sign}{whole}.{rest}%")
}

fn memory(token: &str) -> Option<String> {
    let change = match plain(token) {
        Ok(value) if value == "0" => return None,
        Ok(value) if value.starts_with('-') => value,
        Ok(value) => format!("+{value}"),
        Err(_) => odd(token).unwrap_or(token).to_owned(),
    };
    Some(format!("Memory requirement: {change} MB"))
}

fn earnings(token: &str) -> Option<String> {
    let change = match plain(token) {
        Ok(value) if value == "0" => return None,
        Ok(value) => {
            let sign = if value.starts_with('-') { '-' } else { '+' };
            rounded(&value, 1).map_or_else(|| format!("{token}%"), |count| tenths(sign, count))
        }
        Err(_) => format!("{}%", odd(token).unwrap_or(token)),
    };
    Some(format!("Net earnings: {change}"))
}

/// What is no finite number, as people read it.
fn odd(token: &str) -> Option<&'static str> {
    match token {
        "NaN" => Some("+nan"),
        "Infinity" => Some("+inf"),
        "-Infinity" => Some("-inf"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::json::Json;

    fn impact(fields: &str) -> Impact {
        Impact::of(&Json::read(format!("{{\"economic_impact\": {{{fields}}}}}").as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn what_differs_is_listed_with_its_sign() {
        assert_eq!((describe(&impact("")).as_str(), is_neutral(&impact(""))), (NOTHING, true));
        let all = impact(
            "\"training_reward_multiplier\": 0.9, \"training_efficiency_multiplier\": 2, \
             \"inference_reward_multiplier\": 1.0004, \"inference_cost_multiplier\": -1e0, \
             \"min_memory_change_mb\": -512, \"net_earnings_change_percent\": -3.25",
        );
        assert_eq!(
            describe(&all),
            "Training rewards: -10.0%; Training efficiency: +100.0%; Inference rewards: +0.0%; \
             Inference cost: -200.0%; Memory requirement: -512 MB; Net earnings: -3.2%"
        );
        assert!(!is_neutral(&all));
    }

    #[test]
    fn what_machines_need_leaves_pay_as_it_is() {
        assert!(is_neutral(&impact("\"training_efficiency_multiplier\": 2.0, \"min_memory_change_mb\": 200")));
        assert!(!is_neutral(&impact("\"training_reward_multiplier\": 1.01")));
        assert!(!is_neutral(&impact("\"net_earnings_change_percent\": NaN")));
    }

    #[test]
    fn odd_numbers_are_shown_as_they_are() {
        let shown = |token: &str| describe(&impact(&format!("\"training_reward_multiplier\": {token}")));
        assert_eq!(shown("NaN"), "Training rewards: +nan%");
        assert_eq!(shown("-Infinity"), "Training rewards: -inf%");
        assert_eq!(shown("1e+300"), "Training rewards: ×1e+300");
        assert_eq!(shown("0.99999"), "Training rewards: -0.0%");
        assert_eq!(shown("1.00"), NOTHING);
    }
}
