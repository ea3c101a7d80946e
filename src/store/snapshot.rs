//! Copies of a whole state: what a new node takes up a chain from, and what an operator keeps as a backup.
//!
//! The file is magic, header and certificate, the records, and a checksum. Invariants: an import believes nothing: the
//! records have to be what the header names, the header has to be the one that is trusted, and it has to be final.

use super::StoreError;
use super::ledger::{Finalised, LedgerStore, Opened, damaged};
use super::tables::{Final, STATE, plain};
use crate::ledger::state::{Changes, read};
use crate::ledger::supply::check_all;
use crate::ledger::tree::Tree;
use crate::ledger::validators::Validators;
use crate::types::{ChainId, Hash, Height};
use redb::ReadableTable as _;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

const MAGIC: &[u8; 16] = b"neuroshard snap1";
/// Longest key and value of a record.
const KEY_MAX: u32 = 64;
const VALUE_MAX: u32 = 64 << 20;
/// Longest header with certificate.
const HEAD_MAX: u32 = 4 << 20;

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
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    if path.exists() {
        return Err(StoreError::Exists(path.to_owned()));
    }
    let transaction = store.db.begin_read()?;
    let tip = store.tip()?;
    let table = transaction.open_table(STATE)?;
    let unfinished = path.with_extension("unfinished");
    let mut out = Summing::new(BufWriter::new(File::create(&unfinished).map_err(io)?));
    let head = borsh::to_vec(&(&tip.header, &tip.certificate)).map_err(io)?;
    out.write_all(MAGIC).map_err(io)?;
    out.part(&head).map_err(io)?;
    let records = redb::ReadableTableMetadata::len(&table)?;
    out.write_all(&records.to_le_bytes()).map_err(io)?;
    for pair in table.iter()? {
        let (key, value) = pair?;
        let value = plain(value.value()).ok_or_else(|| store.damaged("a record has an unknown form"))?;
        out.part(key.value()).and_then(|()| out.part(value)).map_err(io)?;
    }
    let sum = out.sum();
    let mut file = out.inner;
    file.write_all(sum.as_bytes()).map_err(io)?;
    file.into_inner().map_err(|error| io(error.into_error()))?.sync_all().map_err(io)?;
    std::fs::rename(&unfinished, path).map_err(io)?;
    Ok(Snapshot { height: tip.header.height, block: tip.header.hash(), records })
}

/// Begins the file of a chain's ledger from a snapshot of the block that `trusted` names.
pub fn import(snapshot: &Path, path: &Path, chain: ChainId, trusted: Hash) -> Result<Opened, StoreError> {
    let wrong = |what: &str| damaged(snapshot, what);
    let io = |source| StoreError::Io { path: snapshot.to_owned(), source };
    let mut file = Summing::new(BufReader::new(File::open(snapshot).map_err(io)?));
    let cut = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => wrong("it is cut short"),
        std::io::ErrorKind::InvalidData => wrong(&error.to_string()),
        _ => StoreError::Io { path: snapshot.to_owned(), source: error },
    };
    let mut magic = [0; 16];
    file.read_exact(&mut magic).map_err(cut)?;
    if magic != *MAGIC {
        return Err(wrong("it is no snapshot"));
    }
    let head = file.take_part(HEAD_MAX).map_err(cut)?;
    let (header, certificate): Final = borsh::from_slice(&head).map_err(|_| wrong("its header is none"))?;
    let found = header.hash();
    if found != trusted {
        return Err(StoreError::Untrusted { found, trusted });
    }
    if header.chain != chain {
        return Err(StoreError::Chain { path: snapshot.to_owned(), found: header.chain, wanted: chain });
    }
    let mut count = [0; 8];
    file.read_exact(&mut count).map_err(cut)?;
    let mut state = BTreeMap::new();
    for _ in 0..u64::from_le_bytes(count) {
        let key = file.take_part(KEY_MAX).map_err(cut)?;
        let value = file.take_part(VALUE_MAX).map_err(cut)?;
        if state.last_key_value().is_some_and(|(last, _)| *last >= key) {
            return Err(wrong("its records are not in order"));
        }
        state.insert(key, value);
    }
    let (own, mut sum) = (file.sum(), [0; 32]);
    file.inner.read_exact(&mut sum).map_err(cut)?;
    if own.as_bytes() != &sum || file.inner.read(&mut [0]).map_err(cut)? != 0 {
        return Err(wrong("its checksum is wrong"));
    }
    let tree: Tree = state.iter().collect();
    if tree.root() != header.state {
        return Err(wrong("its records are not those that its header names"));
    }
    check_all(&state)?;
    if header.height > Height(0) {
        let validators: Validators = read(&state, ());
        if validators.last.hash() != header.validators || certificate.block != found {
            return Err(wrong("its validators are not those that its header names"));
        }
        certificate.verify(header.chain, &validators.last)?;
    }
    let tip = Finalised { header, certificate };
    let changes: Changes = state.into_iter().map(|(key, value)| (key, Some(value))).collect();
    let store = LedgerStore::create_with(path, &changes, &tip)?;
    Ok(Opened { store, tree, tip })
}

/// A reader or writer that hashes what goes through it.
struct Summing<T> {
    inner: T,
    hasher: blake3::Hasher,
}

impl<T> Summing<T> {
    fn new(inner: T) -> Self {
        Self { inner, hasher: blake3::Hasher::new() }
    }

    fn sum(&self) -> blake3::Hash {
        self.hasher.finalize()
    }
}

impl<T: Write> Summing<T> {
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hasher.update(bytes);
        self.inner.write_all(bytes)
    }

    fn part(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
        self.write_all(&length.to_le_bytes())?;
        self.write_all(bytes)
    }
}

impl<T: Read> Summing<T> {
    fn read_exact(&mut self, bytes: &mut [u8]) -> std::io::Result<()> {
        self.inner.read_exact(bytes)?;
        self.hasher.update(bytes);
        Ok(())
    }

    /// Its length is checked before memory for it is taken.
    fn take_part(&mut self, most: u32) -> std::io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > most {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a part of it is too long"));
        }
        let mut bytes = Vec::new();
        (&mut self.inner).take(length.into()).read_to_end(&mut bytes)?;
        if bytes.len() != length as usize {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.hasher.update(&bytes);
        Ok(bytes)
    }
}
