//! A state written out as a snapshot's chunks: a folder with a file for each, and the manifest.
//!
//! Invariants: all of it is one moment's, whatever is committed meanwhile; the same state gives the same chunks on every
//! machine; memory is taken for a few chunks, however large the state is.

use super::StoreError;
use super::ledger::LedgerStore;
use super::tables::{STATE, plain};
use crate::ledger::snapshot::{CHUNK_BYTES, CHUNK_BYTES_MAX, Manifest, PIECES_MAX, piece_hash, put_record, records};
use crate::ledger::state::{Record as _, read};
use crate::ledger::tree::{BITS_MAX, Leaf, Part, Tree};
use crate::ledger::validators::Validators;
use crate::types::{Hash, Height};
use redb::{ReadOnlyTable, ReadableTable as _};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Bytes that wait in memory to be written.
const WAITING_BYTES_MAX: usize = 32 << 20;
/// Bytes of a record beside its key and value.
const LENGTHS_BYTES: usize = 8;

/// How long chunks are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// What they should have at most on average.
    pub(super) usual: usize,
    /// What each may have at most.
    pub(super) most: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { usual: CHUNK_BYTES, most: CHUNK_BYTES_MAX }
    }
}

type Records = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// Where a chunk is kept in its snapshot's folder.
pub(super) fn chunk_path(folder: &Path, index: u32) -> PathBuf {
    folder.join(format!("{index:05}"))
}

/// Where the manifest is.
pub(super) fn manifest_path(folder: &Path) -> PathBuf {
    folder.join("manifest")
}

/// Writes the state of the last block into an empty folder; also returns how many records it has.
pub(super) fn cut(store: &LedgerStore, folder: &Path, sizes: Sizes) -> Result<(Manifest, u64), StoreError> {
    let transaction = store.db.begin_read()?;
    let tip = store.tip_of(&transaction)?;
    let table = transaction.open_table(STATE)?;
    let bits = choose_bits(store, &table, sizes)?;
    spread(store, &table, folder, bits)?;
    let (parts, long) = finish(store, folder, bits, sizes)?;
    let value = table.get(Validators::key(()).bytes().as_slice())?;
    let own = value.and_then(|value| Some((Validators::key(()).bytes(), plain(value.value())?.to_vec())));
    let validators: Validators = read(&own.into_iter().collect::<std::collections::BTreeMap<_, _>>(), ());
    let validators = if tip.header.height == Height(0) { validators.set } else { validators.last };
    let manifest = Manifest { header: tip.header, certificate: tip.certificate, validators, parts, long };
    let path = manifest_path(folder);
    fs::write(&path, manifest.encode()).map_err(|source| StoreError::Io { path, source })?;
    Ok((manifest, redb::ReadableTableMetadata::len(&table)?))
}

/// Into how many parts: as few as chunks are not too long, of all and of each, where that can be.
fn choose_bits(store: &LedgerStore, table: &Records, sizes: Sizes) -> Result<u8, StoreError> {
    let (mut finest, mut all) = (vec![0usize; 1 << BITS_MAX], 0usize);
    for pair in table.iter()? {
        let (key, value) = pair?;
        let value = plain(value.value()).ok_or_else(|| unknown(store))?;
        let bytes = key.value().len() + value.len() + LENGTHS_BYTES;
        // A record that is too long by itself is too long however the state is cut.
        if bytes <= sizes.most {
            all += bytes;
            finest[Tree::leaf(key.value(), &[]).part(BITS_MAX) as usize] += bytes;
        }
    }
    let fits = |bits: &u8| {
        let longest = finest.chunks(1 << (BITS_MAX - bits)).map(|parts| parts.iter().sum()).max();
        all >> bits <= sizes.usual && longest.unwrap_or(0) <= sizes.most
    };
    Ok((0..=BITS_MAX).find(fits).unwrap_or(BITS_MAX))
}

/// Puts each record into the file of its part.
fn spread(store: &LedgerStore, table: &Records, folder: &Path, bits: u8) -> Result<(), StoreError> {
    let (mut waiting, mut bytes) = (vec![Vec::new(); 1 << bits], 0);
    for pair in table.iter()? {
        let (key, value) = pair?;
        let value = plain(value.value()).ok_or_else(|| unknown(store))?;
        let part = &mut waiting[Tree::leaf(key.value(), &[]).part(bits) as usize];
        put_record(part, key.value(), value)?;
        bytes += key.value().len() + value.len() + LENGTHS_BYTES;
        if bytes > WAITING_BYTES_MAX {
            write_out(folder, &mut waiting, false)?;
            bytes = 0;
        }
    }
    write_out(folder, &mut waiting, true)
}

fn write_out(folder: &Path, waiting: &mut [Vec<u8>], empty_too: bool) -> Result<(), StoreError> {
    for (index, part) in (0u32..).zip(waiting) {
        if !part.is_empty() || empty_too {
            let path = chunk_path(folder, index);
            let file = OpenOptions::new().create(true).append(true).open(&path);
            file.and_then(|mut file| file.write_all(part)).map_err(|source| StoreError::Io { path, source })?;
            *part = Vec::new();
        }
    }
    Ok(())
}

type Long = Vec<(u32, Vec<Hash>)>;

/// What the parts' files come to; those that are too long are cut into pieces.
fn finish(store: &LedgerStore, folder: &Path, bits: u8, sizes: Sizes) -> Result<(Vec<Part>, Long), StoreError> {
    let (mut parts, mut long) = (Vec::new(), Long::new());
    let mut next = 1u32 << bits;
    for index in 0..1u32 << bits {
        let path = chunk_path(folder, index);
        let io = |source| StoreError::Io { path: path.clone(), source };
        let bytes = fs::read(&path).map_err(io)?;
        let leaves: Option<Vec<Leaf>> =
            records(&bytes).map(|records| records.into_iter().map(|(key, value)| Tree::leaf(key, value)).collect());
        let part = leaves.and_then(|leaves| Part::of(leaves, index, bits)).ok_or_else(|| unknown(store))?;
        parts.push(part);
        if bytes.len() > sizes.most {
            let pieces: Vec<&[u8]> = bytes.chunks(sizes.most).collect();
            if pieces.len() > PIECES_MAX {
                return Err(store.damaged("a part of it is too long for a snapshot"));
            }
            for (place, piece) in pieces.iter().enumerate() {
                let path = if place == 0 { path.clone() } else { chunk_path(folder, next + place as u32 - 1) };
                fs::write(&path, piece).map_err(|source| StoreError::Io { path, source })?;
            }
            next += pieces.len() as u32 - 1;
            long.push((index, pieces.into_iter().map(piece_hash).collect()));
        }
    }
    Ok((parts, long))
}

fn unknown(store: &LedgerStore) -> StoreError {
    store.damaged("a record has an unknown form")
}
