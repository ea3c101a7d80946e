//! How proposals are named: `NEP-001` and on, in the order in which the chain took them.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// A proposal's number, from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct NepId(pub u64);

/// A text that names no proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no proposal: it is written as in NEP-001")]
pub struct NepIdError(String);

impl fmt::Display for NepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("NEP-{:03}", self.0))
    }
}

impl FromStr for NepId {
    type Err = NepIdError;

    fn from_str(text: &str) -> Result<Self, NepIdError> {
        let wrong = || NepIdError(text.chars().take(40).collect());
        let digits = match text.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("NEP-") => text.get(4..).unwrap_or_default(),
            _ => text,
        };
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|number| plain && *number > 0);
        number.map(Self).ok_or_else(wrong)
    }
}

crate::types::text!(NepId, parsed);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        for text in ["NEP-007", "nep-7", "7", "NEP-0007"] {
            assert_eq!(text.parse(), Ok(NepId(7)), "{text}");
        }
        assert_eq!((NepId(7).to_string(), NepId(12_345).to_string()), ("NEP-007".to_owned(), "NEP-12345".to_owned()));
        for text in
            ["", "NEP-", "NEP-000", "0", "+1", "-1", "NEP-1x", "NEP-DRAFT-12345678", "ΝΕΡ-1", "99999999999999999999"]
        {
            assert!(text.parse::<NepId>().is_err(), "{text}");
        }
    }
}
