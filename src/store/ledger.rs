//! The ledger's file: opening it, reading records, committing blocks.
//!
//! Invariants: a block's records, header, body and index go in with one transaction, on disk before `commit` returns; what
//! is opened adds up, has the root that its last header names, and is of the chain that was asked for.

use super::StoreError;
use super::tables::{
    BLOCKS, Final, HEADERS, MENTIONS, META, RESULTS, SCHEMA, STATE, decode, known, migrate, plain, remember_validators,
    schema, versioned, versioned_bytes,
};
use crate::ledger::apply::Executed;
use crate::ledger::block::Header;
use crate::ledger::genesis::Genesis;
use crate::ledger::state::{Changes, State};
use crate::ledger::supply::Sum;
use crate::ledger::tree::Tree;
use crate::types::{Certificate, ChainId};
use neuroshard_model::data::contain;
use redb::{
    Database, ReadOnlyDatabase, ReadOnlyTable, ReadTransaction, ReadableDatabase as _, ReadableTable as _,
    TransactionError, WriteTransaction,
};
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// Memory for pages of the file.
const CACHE_BYTES: usize = 64 << 20;

/// The file itself: a node's own, or looked at by somebody who changes nothing.
pub(super) enum File {
    Own(Database),
    ReadOnly(ReadOnlyDatabase),
}

impl File {
    pub(super) fn begin_read(&self) -> Result<ReadTransaction, TransactionError> {
        match self {
            Self::Own(db) => db.begin_read(),
            Self::ReadOnly(db) => db.begin_read(),
        }
    }

    pub(super) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        match self {
            Self::Own(db) => Ok(db.begin_write()?),
            Self::ReadOnly(_) => Err(StoreError::ReadOnly),
        }
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Own(_)) { "Own" } else { "ReadOnly" })
    }
}

/// The ledger's file.
#[derive(Debug)]
pub struct LedgerStore {
    pub(super) db: File,
    pub(super) path: PathBuf,
}

/// The last block that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finalised {
    /// Its header.
    pub header: Header,
    /// That it is final; empty for genesis.
    pub certificate: Certificate,
}

/// A ledger that can go on.
#[derive(Debug)]
pub struct Opened {
    /// Its file.
    pub store: LedgerStore,
    /// The state's tree.
    pub tree: Tree,
    /// Its last block.
    pub tip: Finalised,
}

/// The records as the last commit left them.
pub struct View {
    table: ReadOnlyTable<&'static [u8], &'static [u8]>,
    failed: Cell<bool>,
}

impl LedgerStore {
    /// Begins a chain in a new file.
    pub fn create(path: &Path, genesis: &Genesis) -> Result<Opened, StoreError> {
        let (changes, tree, header) = genesis.begin();
        let tip = Finalised { header, certificate: Certificate::default() };
        let store = Self::create_with(path, &changes, &tip)?;
        Ok(Opened { store, tree, tip })
    }

    /// A new file with these records, at its place only when it is whole. Whether they are those that the tip names is
    /// not looked at here; [`LedgerStore::open`] does.
    pub fn create_with(path: &Path, changes: &Changes, tip: &Finalised) -> Result<Self, StoreError> {
        Self::create_by(path, tip, |write| records(write, changes)).map(|(store, ())| store)
    }

    /// The same, with the records that `fill` puts into [`STATE`]. If it fails, there is no file.
    pub(super) fn create_by<T>(
        path: &Path,
        tip: &Finalised,
        fill: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
    ) -> Result<(Self, T), StoreError> {
        if path.exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let io = |source| StoreError::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let unfinished = path.with_extension("unfinished");
        if unfinished.exists() {
            std::fs::remove_file(&unfinished).map_err(io)?;
        }
        let db = builder().create(&unfinished).map_err(|error| opening(&unfinished, error))?;
        let filled = begin(&db, tip, fill);
        drop(db);
        match filled {
            Ok(filled) => {
                std::fs::rename(&unfinished, path).map_err(io)?;
                Ok((Self::file(path)?, filled))
            }
            Err(error) => {
                // What is left of it is written over by the next attempt in any case.
                let _ = std::fs::remove_file(&unfinished);
                Err(error)
            }
        }
    }

    /// Opens the file of a chain, and reads all of its records to see that they are what the last header names.
    pub fn open(path: &Path, chain: ChainId) -> Result<Opened, StoreError> {
        // The database panics where a file contradicts itself, in builds with its assertions.
        let opened = contain(|| {
            let store = Self::file(path)?;
            store.upgrade()?;
            store.read_all(chain)
        });
        opened.unwrap_or_else(|_| Err(damaged(path, "its pages contradict each other")))
    }

    /// The same, to read only: as many as want to may, and nothing is changed. A file that its node did not close, or one of
    /// an older form, is opened as that node's next start would.
    pub fn open_read_only(path: &Path, chain: ChainId) -> Result<Opened, StoreError> {
        let opened = contain(|| {
            file_length(path)?;
            let db = match builder().open_read_only(path) {
                Err(redb::DatabaseError::RepairAborted) => return Ok(None),
                opened => File::ReadOnly(opened.map_err(|error| opening(path, error))?),
            };
            let store = Self { db, path: path.to_owned() };
            if store.form()? == SCHEMA { store.read_all(chain).map(Some) } else { Ok(None) }
        });
        match opened.unwrap_or_else(|_| Err(damaged(path, "its pages contradict each other")))? {
            Some(opened) => Ok(opened),
            None => Self::open(path, chain),
        }
    }

    fn read_all(self, chain: ChainId) -> Result<Opened, StoreError> {
        let (store, path) = (&self, &self.path);
        let tip = store.tip()?;
        let found = tip.header.chain;
        if found != chain {
            return Err(StoreError::Chain { path: path.to_owned(), found, wanted: chain });
        }
        let tree = tree_of(path, &store.db.begin_read()?.open_table(STATE)?, &tip.header)?;
        Ok(Opened { store: self, tree, tip })
    }

    fn file(path: &Path) -> Result<Self, StoreError> {
        file_length(path)?;
        let db = builder().open(path).map_err(|error| opening(path, error))?;
        Ok(Self { db: File::Own(db), path: path.to_owned() })
    }

    /// Refuses a newer form and brings an older one to the newest.
    fn upgrade(&self) -> Result<(), StoreError> {
        let found = self.form()?;
        if found == SCHEMA {
            return Ok(());
        }
        let write = self.db.begin_write()?;
        migrate(&write, found)?;
        Ok(write.commit()?)
    }

    /// The form of the file: one that is known.
    fn form(&self) -> Result<u64, StoreError> {
        let found = schema(&self.db.begin_read()?.open_table(META).map_err(|_| self.damaged("it has no form"))?)?;
        known(&self.path, found)
    }

    /// The last block.
    pub fn tip(&self) -> Result<Finalised, StoreError> {
        self.tip_of(&self.db.begin_read()?)
    }

    /// The last block that a transaction sees.
    pub(super) fn tip_of(&self, read: &ReadTransaction) -> Result<Finalised, StoreError> {
        let last = read.open_table(HEADERS)?.last()?.and_then(|(_, value)| decode::<Final>(value.value()));
        let (header, certificate) = last.ok_or_else(|| self.damaged("it has no last block"))?;
        Ok(Finalised { header, certificate })
    }

    /// The records as they are now.
    pub fn view(&self) -> Result<View, StoreError> {
        Ok(View { table: self.db.begin_read()?.open_table(STATE)?, failed: Cell::new(false) })
    }

    /// Makes a decided block the last one. It is on disk when this returns.
    pub fn commit(&self, executed: &Executed, certificate: &Certificate) -> Result<(), StoreError> {
        let header = &executed.block.header;
        let tip = self.tip()?;
        if header.height != tip.header.height.after(1) || header.parent != tip.header.hash() {
            return Err(StoreError::Height { got: header.height, tip: tip.header.height });
        }
        let at = header.height.0;
        let write = self.db.begin_write()?;
        records(&write, &executed.changes)?;
        remember_validators(&write)?;
        write.open_table(HEADERS)?.insert(at, versioned(&(header, certificate)).as_slice())?;
        write.open_table(BLOCKS)?.insert(at, versioned(&executed.block).as_slice())?;
        // As `Results` reads it.
        let results = versioned(&(&executed.outcomes, &executed.events));
        write.open_table(RESULTS)?.insert(at, results.as_slice())?;
        {
            let mut mentions = write.open_table(MENTIONS)?;
            for subject in super::queries::subjects(executed) {
                mentions.insert((subject.as_slice(), at), ())?;
            }
        }
        Ok(write.commit()?)
    }

    /// Forgets the bodies of blocks before a height; their headers stay. Returns how many were forgotten.
    pub fn prune(&self, before: u64) -> Result<u64, StoreError> {
        let write = self.db.begin_write()?;
        let mut pruned: u64 = 0;
        {
            let mut blocks = write.open_table(BLOCKS)?;
            let mut results = write.open_table(RESULTS)?;
            let mut mentions = write.open_table(MENTIONS)?;
            blocks.retain_in(..before, |_, _| {
                pruned = pruned.saturating_add(1);
                false
            })?;
            results.retain_in(..before, |_, _| false)?;
            mentions.retain(|(_, height), ()| height >= before)?;
        }
        write.commit()?;
        Ok(pruned)
    }

    pub(super) fn damaged(&self, what: &str) -> StoreError {
        damaged(&self.path, what)
    }
}

impl View {
    /// Whether something could not be read, so that what was computed from it is worth nothing.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.failed.get()
    }
}

impl State for View {
    fn read(&self, key: &[u8]) -> Option<Vec<u8>> {
        let found = self.table.get(key).map(|value| value.map(|value| plain(value.value()).map(<[u8]>::to_vec)));
        match found {
            Ok(None) => None,
            Ok(Some(Some(value))) => Some(value),
            Ok(Some(None)) | Err(_) => {
                self.failed.set(true);
                None
            }
        }
    }
}

/// The tree of all records, which have to be those that the last header names, and to add up.
pub(super) fn tree_of(
    path: &Path,
    table: &ReadOnlyTable<&'static [u8], &'static [u8]>,
    last: &Header,
) -> Result<Tree, StoreError> {
    let (mut sum, mut wrong, mut leaves) = (Sum::default(), false, Vec::new());
    for pair in table.iter()? {
        let (key, value) = pair?;
        match plain(value.value()) {
            Some(value) => {
                sum.add(key.value(), value)?;
                leaves.push(Tree::leaf(key.value(), value));
            }
            None => wrong = true,
        }
    }
    let tree = Tree::of(leaves);
    if wrong || tree.root() != last.state {
        return Err(damaged(path, "its records are not those that its last block names"));
    }
    sum.check()?;
    Ok(tree)
}

/// Writes all that a new file has.
fn begin<T>(
    db: &Database,
    tip: &Finalised,
    fill: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let write = db.begin_write()?;
    write.open_table(META)?.insert("schema", SCHEMA)?;
    let filled = fill(&write)?;
    remember_validators(&write)?;
    let value = versioned(&(&tip.header, &tip.certificate));
    write.open_table(HEADERS)?.insert(tip.header.height.0, value.as_slice())?;
    write.open_table(BLOCKS)?;
    write.open_table(RESULTS)?;
    write.open_table(MENTIONS)?;
    write.commit()?;
    Ok(filled)
}

fn records(write: &WriteTransaction, changes: &Changes) -> Result<(), StoreError> {
    let mut state = write.open_table(STATE)?;
    for (key, value) in changes {
        match value {
            Some(value) => state.insert(key.as_slice(), versioned_bytes(value).as_slice())?,
            None => state.remove(key.as_slice())?,
        };
    }
    Ok(())
}

/// Bytes of a file that has some: the database would take an empty one for a new one.
pub(super) fn file_length(path: &Path) -> Result<u64, StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() == 0 => Err(damaged(path, "it is empty")),
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StoreError::Absent(path.to_owned())),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

pub(super) fn builder() -> redb::Builder {
    let mut builder = redb::Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

pub(super) fn opening(path: &Path, error: redb::DatabaseError) -> StoreError {
    match error {
        redb::DatabaseError::DatabaseAlreadyOpen => StoreError::Busy(path.to_owned()),
        redb::DatabaseError::Storage(redb::StorageError::Io(source))
            if source.kind() != std::io::ErrorKind::InvalidData
                && source.kind() != std::io::ErrorKind::UnexpectedEof =>
        {
            StoreError::Io { path: path.to_owned(), source }
        }
        other => damaged(path, &other.to_string()),
    }
}

pub(super) fn damaged(path: &Path, what: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), what: what.to_owned() }
}
