//! What a peer's program says of itself, as it travels in identify's agent version.
//!
//! Invariant: `Program::parse(&program.to_string()) == Some(program)`; nothing longer than [`LENGTH_MAX`] is looked at.

use std::fmt;

/// Longest agent version that is read.
const LENGTH_MAX: usize = 128;

/// A program: its version and what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Program {
    /// Major, minor, patch.
    pub version: [u16; 3],
    /// A bit for each thing it can do.
    pub features: u64,
}

impl Program {
    /// Reads `neuroshard/0.1.0 (features=7f)`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let (version, rest) = text.strip_prefix("neuroshard/")?.split_once(' ')?;
        let features = rest.strip_prefix("(features=")?.strip_suffix(')')?;
        let mut parts = version.split('.').map(number);
        let version = [parts.next()??, parts.next()??, parts.next()??];
        if parts.next().is_some() || features.is_empty() || features.starts_with('+') {
            return None;
        }
        Some(Self { version, features: u64::from_str_radix(features, 16).ok()? })
    }
}

/// A number without sign.
fn number(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.version;
        write!(f, "neuroshard/{major}.{minor}.{patch} (features={:x})", self.features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_said_is_understood(version: [u16; 3], features: u64) {
            let program = Program { version, features };
            prop_assert_eq!(Program::parse(&program.to_string()), Some(program));
        }

        #[test]
        fn nothing_panics(text in ".{0,200}") {
            let _ = Program::parse(&text);
        }
    }

    #[test]
    fn others_are_not_understood() {
        for text in [
            "",
            "rust-libp2p/0.57",
            "neuroshard/1.2 (features=0)",
            "neuroshard/1.2.3",
            "neuroshard/+1.2.3 (features=0)",
            "neuroshard/1.2.3 (features=)",
            "neuroshard/1.2.3.4 (features=1)",
            "neuroshard/1.2.3 (features=+1)",
        ] {
            assert_eq!(Program::parse(text), None, "{text}");
        }
    }
}
