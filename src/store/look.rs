//! Looking at a ledger's file without changing it: for whoever wants to know whether it is well.
//!
//! Invariant: the file is opened for reading only, neither repaired nor brought to a newer form.

use super::StoreError;
use super::ledger::{Finalised, builder, damaged, file_length, opening, tree_of};
use super::tables::{Final, HEADERS, META, STATE, decode, known, schema};
use crate::types::ChainId;
use neuroshard_model::data::contain;
use redb::{DatabaseError, ReadOnlyDatabase, ReadableDatabase as _, ReadableTable as _};
use std::path::Path;

/// What was seen of a ledger's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It can be read.
    Whole {
        /// Its last block.
        tip: Box<Finalised>,
        /// Whether all records were read, and are those that the last block names.
        records: bool,
    },
    /// It was not closed, as after a loss of power; the next start repairs it.
    Unclosed,
}

/// Looks at the file of a chain; reads all records if it has at most so many bytes.
pub fn look(path: &Path, chain: ChainId, bytes_max: u64) -> Result<Look, StoreError> {
    // As in `LedgerStore::open`: the database panics where a file contradicts itself.
    let looked = contain(|| look_inside(path, chain, bytes_max));
    looked.unwrap_or_else(|_| Err(damaged(path, "its pages contradict each other")))
}

fn look_inside(path: &Path, chain: ChainId, bytes_max: u64) -> Result<Look, StoreError> {
    let length = file_length(path)?;
    let db: ReadOnlyDatabase = match builder().open_read_only(path) {
        Err(DatabaseError::RepairAborted) => return Ok(Look::Unclosed),
        opened => opened.map_err(|error| opening(path, error))?,
    };
    let read = db.begin_read()?;
    known(path, schema(&read.open_table(META).map_err(|_| damaged(path, "it has no form"))?)?)?;
    let headers = read.open_table(HEADERS)?;
    let last = headers.last()?.and_then(|(_, value)| decode::<Final>(value.value()));
    let (header, certificate) = last.ok_or_else(|| damaged(path, "it has no last block"))?;
    if header.chain != chain {
        return Err(StoreError::Chain { path: path.to_owned(), found: header.chain, wanted: chain });
    }
    let records = length <= bytes_max;
    if records {
        tree_of(path, &read.open_table(STATE)?, &header)?;
    }
    Ok(Look::Whole { tip: Box::new(Finalised { header, certificate }), records })
}
