//! New tokens that a proposal asks for, and what can be judged of them without a tokenizer.
//!
//! Invariants: a token is named by its bytes, so that the same list means the same on every machine; what looks like part
//! of a password or a key is never made a token (it would make such text cheaper to say).

use crate::economics::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

/// Bytes of a part of a token, and of a source's name, at most.
const PART_BYTES_MAX: usize = 128;
const SOURCE_BYTES_MAX: usize = 200;
const SOURCES_MAX: usize = 16;
/// Words that no token may be, and parts that no token may have, in lower case.
const SECRET_WORDS: [&str; 9] = ["key", "keys", "token", "tokens", "pin", "ssn", "cvv", "pwd", "pass"];
const SECRET_PARTS: [&str; 9] =
    ["password", "passwd", "passphrase", "secret", "credential", "apikey", "privkey", "mnemonic", "seedphrase"];

/// A merge: two tokens that become one.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct NewToken {
    /// Bytes of the first.
    pub left: Vec<u8>,
    /// Bytes of the second.
    pub right: Vec<u8>,
    /// How often the pair occurs in the sources, as its proposer counted.
    pub frequency: u64,
}

/// What a vocabulary proposal appends.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct NewTokens {
    /// What was counted.
    pub sources: Vec<String>,
    /// In the order in which they are appended.
    pub merges: Vec<NewToken>,
}

/// Why tokens can't be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewTokenError {
    /// None, or too many.
    #[error("{got} tokens are proposed, and 1 to {most} can be")]
    Count {
        /// How many.
        got: usize,
        /// How many there may be.
        most: u64,
    },
    /// Nobody can count again.
    #[error("the sources are not named: 1 to {SOURCES_MAX} of them, each of at most {SOURCE_BYTES_MAX} bytes")]
    Sources,
    /// A part that can't be one.
    #[error("token {at}: each part has 1 to {PART_BYTES_MAX} bytes")]
    Part {
        /// Its place, from 0.
        at: usize,
    },
    /// Too rare.
    #[error("token {at} occurs {frequency} times, and has to more often than {least}")]
    Rare {
        /// Its place, from 0.
        at: usize,
        /// As claimed.
        frequency: u64,
        /// What is not enough.
        least: u64,
    },
    /// Such as a password.
    #[error("token {at} looks like part of a password or a key")]
    Secret {
        /// Its place, from 0.
        at: usize,
    },
    /// The same token twice.
    #[error("token {at} is proposed twice")]
    Twice {
        /// The second's place, from 0.
        at: usize,
    },
}

impl NewToken {
    /// The bytes that it stands for.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        [self.left.as_slice(), &self.right].concat()
    }
}

impl NewTokens {
    /// That they may be proposed.
    pub fn check(&self, parameters: &Parameters) -> Result<(), NewTokenError> {
        let (got, most) = (self.merges.len(), parameters.vocabulary_tokens);
        if got == 0 || got as u64 > most {
            return Err(NewTokenError::Count { got, most });
        }
        let named = |source: &String| !source.trim().is_empty() && source.len() <= SOURCE_BYTES_MAX;
        if self.sources.is_empty() || self.sources.len() > SOURCES_MAX || !self.sources.iter().all(named) {
            return Err(NewTokenError::Sources);
        }
        let mut seen = std::collections::BTreeSet::new();
        for (at, token) in self.merges.iter().enumerate() {
            let fits = |part: &[u8]| !part.is_empty() && part.len() <= PART_BYTES_MAX;
            if !fits(&token.left) || !fits(&token.right) {
                return Err(NewTokenError::Part { at });
            }
            let (frequency, least) = (token.frequency, parameters.vocabulary_frequency);
            if frequency <= least {
                return Err(NewTokenError::Rare { at, frequency, least });
            }
            if is_secret(&token.bytes()) {
                return Err(NewTokenError::Secret { at });
            }
            if !seen.insert(token.bytes()) {
                return Err(NewTokenError::Twice { at });
            }
        }
        Ok(())
    }
}

/// Whether a token is a word for something secret, or has one in it. `monkey` is none: short words count whole only.
#[must_use]
pub fn is_secret(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let letters: Vec<u8> = lower.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let letters = String::from_utf8_lossy(&letters);
    let is_word = |word: &[u8]| SECRET_WORDS.iter().any(|secret| secret.as_bytes() == word);
    SECRET_PARTS.iter().any(|part| letters.contains(part))
        || lower.split(|byte| !byte.is_ascii_alphanumeric()).any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(left: &str, right: &str, frequency: u64) -> NewToken {
        NewToken { left: left.into(), right: right.into(), frequency }
    }

    fn check(merges: Vec<NewToken>) -> Result<(), NewTokenError> {
        NewTokens { sources: vec!["a corpus".into()], merges }.check(&Parameters::default())
    }

    #[test]
    fn good_tokens_pass_and_each_rule_is_named() {
        assert_eq!(check(vec![token(" neu", "ron", 1001), token(" mon", "key", 5000)]), Ok(()));
        assert_eq!(check(Vec::new()), Err(NewTokenError::Count { got: 0, most: 1000 }));
        let many = (0..1001).map(|number| token("a", &number.to_string(), 2000)).collect();
        assert!(matches!(check(many), Err(NewTokenError::Count { got: 1001, .. })));
        assert!(matches!(check(vec![token("a", "b", 1000)]), Err(NewTokenError::Rare { at: 0, .. })));
        assert_eq!(check(vec![token("", "b", 2000)]), Err(NewTokenError::Part { at: 0 }));
        assert_eq!(check(vec![token("a", "bc", 2000), token("ab", "c", 2000)]), Err(NewTokenError::Twice { at: 1 }));
        let unnamed = NewTokens { sources: vec![" ".into()], merges: vec![token("a", "b", 2000)] };
        assert_eq!(unnamed.check(&Parameters::default()), Err(NewTokenError::Sources));
    }

    #[test]
    fn words_for_secrets_are_refused_however_they_are_cut_and_written() {
        for (left, right) in [
            (" pass", "word"),
            ("PASS", "WORD"),
            (" se", "cret"),
            ("_", "key"),
            (" to", "ken"),
            ("api_", "key="),
            ("p-a-s-s-", "w-o-r-d"),
        ] {
            assert_eq!(check(vec![token(left, right, 2000)]), Err(NewTokenError::Secret { at: 0 }), "{left}{right}");
        }
    }
}
