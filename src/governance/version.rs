//! Versions of the program, and which of them go on together.
//!
//! Invariant: versions sort by their numbers, and what is printed reads back to the same version.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

/// MAJOR.MINOR.PATCH.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Version {
    /// Differs: they can't work together.
    pub major: u32,
    /// Differs: they work together, and one should be upgraded.
    pub minor: u32,
    /// Differs: nothing that the other would notice.
    pub patch: u32,
}

/// Why a text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Nothing where a number should be.
    #[error("{0:?} is no version: a number is missing, it is written as in 1.2.3")]
    Empty(String),
    /// Something other than digits.
    #[error("{part:?} in the version {text:?} is no number: it is written as in 1.2.3")]
    Number {
        /// The part that is none.
        part: String,
        /// All of it.
        text: String,
    },
    /// More than anyone counts to.
    #[error("{part} in the version {text:?} is too large")]
    Large {
        /// The part.
        part: String,
        /// All of it.
        text: String,
    },
}

impl FromStr for Version {
    type Err = VersionError;

    /// Numbers that are missing are 0, those past the third are ignored, and spaces around a number are allowed.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let shown = |text: &str| text.chars().take(40).collect::<String>();
        let number = |part: &str| {
            let part = part.trim();
            if part.is_empty() {
                return Err(VersionError::Empty(shown(text)));
            }
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(VersionError::Number { part: shown(part), text: shown(text) });
            }
            part.parse().map_err(|_| VersionError::Large { part: shown(part), text: shown(text) })
        };
        let mut parts = text.split('.');
        let mut next = |missing| number(parts.next().unwrap_or(missing));
        Ok(Self { major: next("")?, minor: next("0")?, patch: next("0")? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}.{}", self.major, self.minor, self.patch))
    }
}

crate::types::text!(Version, parsed);

/// How well two versions go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The same.
    Identical,
    /// As good as the same.
    Compatible,
    /// They work together, but should not for long.
    Upgrade,
    /// They can't work together.
    Incompatible,
}

/// How two versions go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compat {
    /// How well.
    pub level: Level,
    /// The same for people.
    pub message: String,
}

impl Compat {
    /// Whether they may stay connected.
    #[must_use]
    pub fn is_compatible(&self) -> bool {
        self.level != Level::Incompatible
    }
}

/// How our version goes with a peer's.
#[must_use]
pub fn compare(local: Version, peer: Version) -> Compat {
    let (level, message) = if local.major != peer.major {
        let message = format!("Incompatible versions: you have {local}, peer has {peer}. Major version mismatch.");
        (Level::Incompatible, message)
    } else if local.minor != peer.minor {
        (Level::Upgrade, format!("Upgrade recommended: you have {local}, peer has {peer}"))
    } else if local.patch != peer.patch {
        (Level::Compatible, "Compatible versions".to_owned())
    } else {
        (Level::Identical, "Identical version".to_owned())
    };
    Compat { level, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_version_says_which_part() {
        let error = |text: &str| text.parse::<Version>().unwrap_err().to_string();
        assert_eq!(error(""), "\"\" is no version: a number is missing, it is written as in 1.2.3");
        assert_eq!(error("1..2"), "\"1..2\" is no version: a number is missing, it is written as in 1.2.3");
        let expected = "\"0-beta\" in the version \"1.0.0-beta\" is no number: it is written as in 1.2.3";
        assert_eq!(error("1.0.0-beta"), expected);
        assert_eq!(error("4294967296"), "4294967296 in the version \"4294967296\" is too large");
        for text in ["v1.0.0", "1.0.x", "-1", "+1", "1_0", "1. .0", "１"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
        assert_eq!("1.2.3.x".parse(), Ok(Version { major: 1, minor: 2, patch: 3 }));
    }

    proptest! {
        #[test]
        fn prop_versions_are_read_as_printed(major: u32, minor: u32, patch: u32, text in "\\PC{0,12}") {
            let version = Version { major, minor, patch };
            prop_assert_eq!(version.to_string().parse(), Ok(version));
            let _ = text.parse::<Version>();
        }
    }
}
