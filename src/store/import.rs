//! A ledger's file out of a snapshot's chunks.
//!
//! Invariants: nothing is believed, also not what was checked before it was put on disk: each part is compared with the
//! manifest once more, the whole with the header's root, and what the records hold with what was minted; there is a file
//! only when all of it was right. Memory is taken for one part, and for the tree that any open ledger has.

use super::StoreError;
use super::ledger::{Finalised, LedgerStore, Opened, damaged};
use super::tables::{STATE, plain, versioned_bytes};
use crate::ledger::snapshot::Checked;
use crate::ledger::state::{State, read};
use crate::ledger::supply::Sum;
use crate::ledger::tree::Tree;
use crate::ledger::validators::Validators;
use crate::types::Height;
use redb::{ReadableTable as _, Table, WriteTransaction};
use std::path::Path;

/// Begins the file of a chain's ledger from a snapshot, whose chunks `chunk` gives by their numbers, each once.
/// [`StoreError::Chunk`] names the first chunk that has to be got again.
pub fn import_chunks(
    checked: &Checked,
    path: &Path,
    chunk: impl FnMut(u32) -> Result<Vec<u8>, StoreError>,
) -> Result<Opened, StoreError> {
    let manifest = checked.manifest();
    let tip = Finalised { header: manifest.header.clone(), certificate: manifest.certificate.clone() };
    let (store, tree) = LedgerStore::create_by(path, &tip, |write| fill(write, checked, path, chunk))?;
    Ok(Opened { store, tree, tip })
}

fn fill(
    write: &WriteTransaction,
    checked: &Checked,
    path: &Path,
    mut chunk: impl FnMut(u32) -> Result<Vec<u8>, StoreError>,
) -> Result<Tree, StoreError> {
    let (mut sum, mut all) = (Sum::default(), Vec::new());
    let mut state = write.open_table(STATE)?;
    for part in (0u32..).take(checked.manifest().parts.len()) {
        let bytes = whole(checked, part, &mut chunk)?;
        for ((key, value), leaf) in checked.leaves(part, &bytes).ok_or(StoreError::Chunk(part))? {
            sum.add(key, value)?;
            state.insert(key, versioned_bytes(value).as_slice())?;
            all.push(leaf);
        }
    }
    let header = &checked.manifest().header;
    let tree = Tree::of(all);
    if tree.root() != header.state {
        return Err(damaged(path, "its records are not those that its header names"));
    }
    sum.check()?;
    let validators: Validators = read(&Filled(&state), ());
    let own = if header.height == Height(0) { &validators.set } else { &validators.last };
    if own.hash() != header.validators {
        return Err(damaged(path, "its records have other validators than its header names"));
    }
    Ok(tree)
}

/// A part's bytes, which are not compared with the manifest yet unless they came in pieces.
fn whole(
    checked: &Checked,
    part: u32,
    mut chunk: impl FnMut(u32) -> Result<Vec<u8>, StoreError>,
) -> Result<Vec<u8>, StoreError> {
    let chunks = checked.chunks_of(part);
    if chunks.len() == 1 {
        return chunk(part);
    }
    let mut bytes = Vec::new();
    for index in chunks {
        let piece = chunk(index)?;
        if !checked.verify(index, &piece) {
            return Err(StoreError::Chunk(index));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Records that are being written.
struct Filled<'a, 'b>(&'a Table<'b, &'static [u8], &'static [u8]>);

impl State for Filled<'_, '_> {
    fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.0.get(key).ok()??;
        plain(value.value()).map(<[u8]>::to_vec)
    }
}
