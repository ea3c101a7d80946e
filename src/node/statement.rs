//! What a node tells trackers of itself: a few numbers for their statistics, and nothing that anything depends on.
//!
//! On the wire: a version byte, then the fields as borsh writes them.
//!
//! Invariants: what [`Statement::decode`] gives was within all bounds; nothing is allocated for what is too long, and no
//! bytes lead to a panic. Nobody checks that a statement is true, so whoever adds them up has to expect lies.

use borsh::{BorshDeserialize, BorshSerialize};

/// Longest statement, as the network takes it.
pub const STATEMENT_BYTES_MAX: usize = 1024;
/// Longest name of a network.
const NAME_BYTES_MAX: usize = 32;
/// The version that is written and read.
const VERSION: u8 = 1;
/// The slowest tier.
const TIER_MAX: u8 = 5;
/// Nodes with more memory than this don't exist.
const MEMORY_BYTES_MAX: u64 = 1 << 50;
/// A model has fewer units than this (layers, with what stands before and after them).
const UNITS_MAX: u32 = 4096;
/// Nats per token, in millionths, that no model that was ever started reaches.
const LOSS_MICRO_MAX: i64 = 1_000_000_000;
/// What nodes can be there for; a statement has the place in this list.
pub const MODES: [&str; 7] = ["auto", "pipeline", "async", "data", "verify", "inference", "idle"];

/// What a node says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Statement {
    /// Its program: major, minor, patch.
    pub version: [u16; 3],
    /// The name of its network.
    pub network: String,
    /// Its speed, 1 (fastest) to 5; 0 where it does not train.
    pub tier: u8,
    /// Memory that it puts in.
    pub memory_bytes: u64,
    /// Its last block.
    pub height: u64,
    /// That block's time, milliseconds since 1970.
    pub epoch_time_ms: u64,
    /// The outer round that it is in.
    pub round: u64,
    /// Its loss on held-out data in millionths of a nat per token, where it has one.
    pub loss_micro: Option<i64>,
    /// The first unit of the model that it computes.
    pub first_unit: u32,
    /// How many units; 0 for none.
    pub units: u32,
    /// What it is there for: a place in [`MODES`].
    pub mode: u8,
}

/// Why bytes are no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// There are too many.
    #[error("a statement of {0} bytes is too long")]
    TooLong(usize),
    /// It is of another program.
    #[error("statements of version {0} are not known")]
    Version(u8),
    /// The bytes are no fields, or something follows them.
    #[error("the statement can't be read")]
    Unreadable,
    /// A field says what can't be.
    #[error("the statement's {0} can't be so")]
    Field(&'static str),
}

impl Statement {
    /// As it goes to trackers.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        // Writing into memory never fails.
        let _ = self.serialize(&mut bytes);
        bytes
    }

    /// What bytes from anyone say.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatementError> {
        if bytes.len() > STATEMENT_BYTES_MAX {
            return Err(StatementError::TooLong(bytes.len()));
        }
        let (version, fields) = bytes.split_first().ok_or(StatementError::Unreadable)?;
        if *version != VERSION {
            return Err(StatementError::Version(*version));
        }
        let statement: Self = borsh::from_slice(fields).map_err(|_| StatementError::Unreadable)?;
        statement.check()?;
        Ok(statement)
    }

    fn check(&self) -> Result<(), StatementError> {
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let named = (1..=NAME_BYTES_MAX).contains(&self.network.len()) && self.network.bytes().all(letters);
        let loss = self.loss_micro.is_none_or(|loss| (0..=LOSS_MICRO_MAX).contains(&loss));
        let units = u64::from(self.first_unit) + u64::from(self.units) <= u64::from(UNITS_MAX);
        let checks = [
            (named, "network"),
            (self.tier <= TIER_MAX, "tier"),
            (self.memory_bytes <= MEMORY_BYTES_MAX, "memory"),
            (loss, "loss"),
            (units, "units"),
            (usize::from(self.mode) < MODES.len(), "mode"),
        ];
        checks.into_iter().find(|(good, _)| !good).map_or(Ok(()), |(_, field)| Err(StatementError::Field(field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn good() -> Statement {
        Statement {
            network: "neuro-1".to_owned(),
            tier: 3,
            units: 8,
            loss_micro: Some(2_100_000),
            ..Default::default()
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name() {
        assert_eq!(Statement::decode(&good().encode()), Ok(good()));
        let name = |text: &str| Statement { network: text.to_owned(), ..good() };
        let bad = [
            (name("<script>alert(1)</script>"), "network"),
            (name(""), "network"),
            (name(&"a".repeat(33)), "network"),
            (name("Ünetwork"), "network"),
            (Statement { tier: 6, ..good() }, "tier"),
            (Statement { memory_bytes: u64::MAX, ..good() }, "memory"),
            (Statement { loss_micro: Some(-1), ..good() }, "loss"),
            (Statement { loss_micro: Some(i64::MAX), ..good() }, "loss"),
            (Statement { first_unit: u32::MAX, units: u32::MAX, ..good() }, "units"),
            (Statement { mode: 7, ..good() }, "mode"),
        ];
        for (statement, field) in bad {
            assert_eq!(Statement::decode(&statement.encode()), Err(StatementError::Field(field)));
        }
    }

    #[test]
    fn other_versions_lengths_and_rests_are_refused() {
        let bytes = good().encode();
        assert_eq!(Statement::decode(&[]), Err(StatementError::Unreadable));
        assert_eq!(Statement::decode(&[2, 0, 0]), Err(StatementError::Version(2)));
        assert_eq!(Statement::decode(&[&bytes[..], &[0]].concat()), Err(StatementError::Unreadable));
        assert_eq!(Statement::decode(&vec![1; 1025]), Err(StatementError::TooLong(1025)));
        for length in 1..bytes.len() {
            assert_eq!(Statement::decode(&bytes[..length]), Err(StatementError::Unreadable));
        }
        // A name that claims to be four gigabytes long is not allocated for.
        let huge = [&[1_u8; 7][..], &u32::MAX.to_le_bytes(), b"abc"].concat();
        assert_eq!(Statement::decode(&huge), Err(StatementError::Unreadable));
        let longest = Statement { network: "a".repeat(NAME_BYTES_MAX), ..good() };
        assert!(longest.encode().len() <= STATEMENT_BYTES_MAX);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn prop_any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), known: bool) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut().filter(|_| known) {
                *first = VERSION;
            }
            if let Ok(statement) = Statement::decode(&bytes) {
                prop_assert_eq!(statement.encode(), bytes);
            }
        }
    }
}
