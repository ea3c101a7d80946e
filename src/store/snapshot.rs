//! A snapshot as one file: what an operator carries from one machine to another, or keeps as a backup.
//!
//! The file is magic, the manifest, and the chunks, each behind its length: part by part, with all
//! pieces of a long one. Invariant: an import believes
//! nothing: the header has to be the one that is trusted and final, and each chunk what the manifest names.

use super::StoreError;
use super::cut::{Sizes, chunk_path, cut};
use super::import::import_chunks;
use super::ledger::{LedgerStore, Opened, damaged};
use crate::ledger::snapshot::{CHUNK_BYTES_MAX, Checked, MANIFEST_BYTES_MAX, Manifest};
use crate::types::{ChainId, Hash, Height};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

const MAGIC: &[u8; 16] = b"neuroshard snap2";

/// What a snapshot is of.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Height of its block.
    pub height: Height,
    /// Hash of its block.
    pub block: Hash,
    /// Records in it.
    pub records: u64,
}

/// Writes everything that a ledger's last block names into a file.
pub fn export(store: &LedgerStore, path: &Path) -> Result<Snapshot, StoreError> {
    if path.exists() {
        return Err(StoreError::Exists(path.to_owned()));
    }
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let (unfinished, chunks) = (path.with_extension("unfinished"), path.with_extension("chunks"));
    if chunks.exists() {
        return Err(StoreError::Exists(chunks));
    }
    fs::create_dir_all(&chunks).map_err(io)?;
    let made = cut(store, &chunks, Sizes::default()).and_then(|(manifest, records)| {
        let block = manifest.header.hash();
        let checked = manifest.check(store.tip()?.header.chain, block)?;
        write(&checked, &chunks, &unfinished).map_err(io)?;
        fs::rename(&unfinished, path).map_err(io)?;
        Ok(Snapshot { height: checked.manifest().header.height, block, records })
    });
    fs::remove_dir_all(&chunks).map_err(io)?;
    made
}

fn write(checked: &Checked, chunks: &Path, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(MAGIC)?;
    put(&mut out, &checked.manifest().encode())?;
    for index in (0u32..).take(checked.manifest().parts.len()).flat_map(|part| checked.chunks_of(part)) {
        put(&mut out, &fs::read(chunk_path(chunks, index))?)?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Begins the file of a chain's ledger from a snapshot of the block that `trusted` names.
pub fn import(snapshot: &Path, path: &Path, chain: ChainId, trusted: Hash) -> Result<Opened, StoreError> {
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(snapshot, "it is cut short"),
        io::ErrorKind::InvalidData => damaged(snapshot, &error.to_string()),
        _ => StoreError::Io { path: snapshot.to_owned(), source: error },
    };
    let mut file = BufReader::new(File::open(snapshot).map_err(cut)?);
    let mut magic = [0; 16];
    file.read_exact(&mut magic).map_err(cut)?;
    if magic != *MAGIC {
        return Err(damaged(snapshot, "it is no snapshot"));
    }
    let manifest = Manifest::decode(&take(&mut file, MANIFEST_BYTES_MAX).map_err(cut)?)?;
    let checked = manifest.check(chain, trusted)?;
    let mut left = checked.chunks();
    import_chunks(&checked, path, |_| {
        let chunk = take(&mut file, CHUNK_BYTES_MAX).map_err(cut)?;
        left = left.saturating_sub(1);
        if left == 0 && file.read(&mut [0]).map_err(cut)? != 0 {
            return Err(damaged(snapshot, "something follows its last chunk"));
        }
        Ok(chunk)
    })
}

fn put(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}

/// Its length is checked before memory for it is taken.
fn take(file: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length as usize > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a part of it is too long"));
    }
    let mut bytes = Vec::new();
    file.take(length.into()).read_to_end(&mut bytes)?;
    if bytes.len() == length as usize { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
