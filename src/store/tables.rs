//! The tables of the ledger's file, how their values are written, and how older forms become the newest.
//!
//! Invariant: each value of ours begins with the version of its form; the file's own form is in `meta` under `schema`.

use super::StoreError;
use super::ledger::damaged;
use crate::ledger::block::Header;
use crate::ledger::events::Event;
use crate::ledger::reject::Outcome;
use crate::ledger::state::Record as _;
use crate::ledger::validators::Validators;
use crate::types::{Certificate, encode};
use borsh::{BorshDeserialize, BorshSerialize};
use redb::{ReadableTable as _, TableDefinition, WriteTransaction};
use std::path::Path;

/// The form of the file that this program writes.
pub(super) const SCHEMA: u64 = 3;
/// The oldest form that a chain can go on from. Before 2 there was no governance: parameters and stakes had other records,
/// and whoever read them anew would not come to the roots that were signed.
const OLDEST: u64 = 2;
/// The form of its values.
const VALUE: u8 = 1;

/// Numbers about the file itself.
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// Records by their keys' encoding.
pub(super) const STATE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
/// Header and certificate by height; kept for ever.
pub(super) const HEADERS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("headers");
/// Blocks by height, as far back as they are kept.
pub(super) const BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("blocks");
/// What blocks came to by height, as far back as they are kept.
pub(super) const RESULTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("results");
/// Blocks that concern something: an address, a transaction, a receipt, a challenge.
pub(super) const MENTIONS: TableDefinition<'_, (&[u8], u64), ()> = TableDefinition::new("mentions");

/// Validator sets by their hash, which headers name them by; kept for ever.
pub(super) const VALIDATORS: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("validators");

/// What [`RESULTS`] keeps of a block.
#[derive(Debug, Clone, Default, BorshSerialize, BorshDeserialize)]
pub(super) struct Results {
    pub(super) outcomes: Vec<Outcome>,
    /// By transaction, and at last of the block itself.
    pub(super) events: Vec<Vec<Event>>,
}

/// What [`HEADERS`] keeps of a block.
pub(super) type Final = (Header, Certificate);

/// One migration for each form from [`OLDEST`] to before [`SCHEMA`].
const STEPS: &[Step] = &[remember_validators];
type Step = fn(&WriteTransaction) -> Result<(), StoreError>;

/// A value as it is kept.
pub(super) fn versioned<T: BorshSerialize>(value: &T) -> Vec<u8> {
    encode(&(VALUE, value))
}

/// Bytes of ours, such as a record, as they are kept.
pub(super) fn versioned_bytes(value: &[u8]) -> Vec<u8> {
    [&[VALUE], value].concat()
}

/// What was kept as `bytes`, if it has a form that is known.
pub(super) fn plain(bytes: &[u8]) -> Option<&[u8]> {
    bytes.split_first().filter(|(version, _)| **version == VALUE).map(|(_, rest)| rest)
}

/// What was kept as `bytes`.
pub(super) fn decode<T: BorshDeserialize>(bytes: &[u8]) -> Option<T> {
    borsh::from_slice(plain(bytes)?).ok()
}

/// Brings a file to the newest form, in the one transaction that it is given.
pub(super) fn migrate(write: &WriteTransaction, found: u64) -> Result<(), StoreError> {
    for step in STEPS.iter().skip(usize::try_from(found.saturating_sub(OLDEST)).unwrap_or(usize::MAX)) {
        step(write)?;
    }
    write.open_table(META)?.insert("schema", SCHEMA)?;
    Ok(())
}

/// Keeps the sets that the records name: of the last block, and of the next one. It is what form 3 has and form 2 had
/// not, where older sets are gone for good.
pub(super) fn remember_validators(write: &WriteTransaction) -> Result<(), StoreError> {
    let state = write.open_table(STATE)?;
    let mut sets = write.open_table(VALIDATORS)?;
    let Some(value) = state.get(Validators::key(()).bytes().as_slice())? else { return Ok(()) };
    // Records that can't be read are found when they are compared with the header.
    let Some(Validators { last, set, .. }) = decode(value.value()) else { return Ok(()) };
    for set in [last, set] {
        let hash = set.hash();
        if !set.validators().is_empty() && sets.get(&hash.0)?.is_none() {
            sets.insert(&hash.0, versioned(&set).as_slice())?;
        }
    }
    Ok(())
}

/// The form of the file at a path, if a chain can go on from it.
pub(super) fn known(path: &Path, found: Option<u64>) -> Result<u64, StoreError> {
    match found {
        Some(found) if found > SCHEMA => Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA }),
        Some(found @ OLDEST..) => Ok(found),
        Some(found @ 1..) => Err(StoreError::Older { path: path.to_owned(), found }),
        _ => Err(damaged(path, "it has no form")),
    }
}

/// The form of a file.
pub(super) fn schema(meta: &impl redb::ReadableTable<&'static str, u64>) -> Result<Option<u64>, StoreError> {
    Ok(meta.get("schema")?.map(|value| value.value()))
}
