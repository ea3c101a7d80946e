//! The snapshots that a node serves, and the one that it is getting.
//!
//! One folder holds them: `<height>/` has a manifest and a file for each chunk, and `<height>.incoming/` the same as far as
//! it came. Invariants: a snapshot is under its name only when it is whole; the newest two are kept; a chunk is compared
//! with the manifest each time before it is given out, so that what the disk spoiled is noticed here and not elsewhere;
//! of one that comes in, only chunks that are right are kept.

use super::StoreError;
use super::cut::{Sizes, chunk_path, cut, manifest_path};
use super::import::import_chunks;
use super::ledger::{LedgerStore, Opened};
use crate::ledger::snapshot::{CHUNK_BYTES_MAX, Checked, MANIFEST_BYTES_MAX, Manifest};
use crate::types::{ChainId, Hash, Height};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Snapshots that are kept.
const KEPT: usize = 2;

/// All snapshots of a node.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
    chain: ChainId,
    sizes: Sizes,
    /// Held while one is made.
    making: Mutex<()>,
    /// The oldest first.
    whole: RwLock<Vec<Arc<Kept>>>,
}

/// A snapshot that can be served.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    checked: Checked,
    content: Hash,
}

/// A snapshot that is being got.
#[derive(Debug)]
pub struct Incoming {
    folder: PathBuf,
    checked: Checked,
}

impl Snapshots {
    /// Those in a folder, which need not be there yet. Removes what was not finished, and what is damaged.
    pub fn open(folder: &Path, chain: ChainId) -> Result<Self, StoreError> {
        let opened = Self {
            folder: folder.to_owned(),
            chain,
            sizes: Sizes::default(),
            making: Mutex::default(),
            whole: RwLock::default(),
        };
        fs::create_dir_all(folder).map_err(|source| opened.io(source))?;
        for entry in fs::read_dir(folder).map_err(|source| opened.io(source))? {
            let path = entry.map_err(|source| opened.io(source))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.parse::<u64>().is_ok() {
                match Kept::open(&path, chain) {
                    Ok(kept) => opened.add(kept),
                    Err(_) => remove(&path)?,
                }
            } else if name.ends_with(".unfinished") {
                remove(&path)?;
            }
        }
        opened.forget_old();
        Ok(opened)
    }

    /// The same with chunks of other lengths.
    #[cfg(test)]
    pub(super) fn with_sizes(self, sizes: Sizes) -> Self {
        Self { sizes, ..self }
    }

    /// Makes one of a ledger's last block, unless there is one. Blocks go on being committed meanwhile.
    pub fn make(&self, store: &LedgerStore) -> Result<Arc<Kept>, StoreError> {
        let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = store.tip()?.header;
        let known = self.all().into_iter().find(|kept| kept.manifest().header == tip);
        if let Some(known) = known {
            return Ok(known);
        }
        let unfinished = self.folder.join("making.unfinished");
        remove(&unfinished)?;
        fs::create_dir_all(&unfinished).map_err(|source| self.io(source))?;
        let (manifest, _) = cut(store, &unfinished, self.sizes)?;
        self.take_over(&unfinished, manifest.header.height)
    }

    /// Puts a whole folder under its name.
    fn take_over(&self, from: &Path, height: Height) -> Result<Arc<Kept>, StoreError> {
        let folder = self.folder.join(height.to_string());
        remove(&folder)?;
        fs::rename(from, &folder).map_err(|source| self.io(source))?;
        self.add(Kept::open(&folder, self.chain)?);
        self.forget_old();
        self.all().into_iter().find(|kept| kept.folder == folder).ok_or(StoreError::Absent(folder))
    }

    /// All of them, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Kept>> {
        self.whole.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest one.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Kept>> {
        self.all().pop()
    }

    /// A chunk of the snapshot whose content has this name. A snapshot that turns out to be damaged is removed.
    #[must_use]
    pub fn chunk(&self, content: Hash, index: u32) -> Option<Vec<u8>> {
        let kept = self.all().into_iter().find(|kept| kept.content == content)?;
        if index >= kept.checked.chunks() {
            return None;
        }
        let chunk = kept.chunk(index);
        if chunk.is_none() {
            self.forget(|other| other.content == content);
        }
        chunk
    }

    /// Begins to get a snapshot, or goes on with the same one.
    pub fn begin(&self, checked: Checked) -> Result<Incoming, StoreError> {
        let manifest = checked.manifest();
        let folder = self.folder.join(format!("{}.incoming", manifest.header.height));
        if Incoming::open(&folder, self.chain).is_ok_and(|there| there.content() == manifest.content()) {
            return Ok(Incoming { folder, checked });
        }
        for other in self.incoming_folders()? {
            remove(&other)?;
        }
        fs::create_dir_all(&folder).map_err(|source| self.io(source))?;
        replace(&manifest_path(&folder), &manifest.encode()).map_err(|source| self.io(source))?;
        Ok(Incoming { folder, checked })
    }

    /// The snapshot that was being got when the program ended. That its header was trusted then is all that is known of it:
    /// whether it still is (it may be too old), the caller decides.
    pub fn resume(&self) -> Result<Option<Incoming>, StoreError> {
        for folder in self.incoming_folders()? {
            match Incoming::open(&folder, self.chain) {
                Ok(incoming) => return Ok(Some(incoming)),
                Err(_) => remove(&folder)?,
            }
        }
        Ok(None)
    }

    /// Begins the ledger from a snapshot that has come in whole, which is served from then on.
    /// After [`StoreError::Chunk`], that chunk is gone and has to be got again.
    pub fn import(&self, incoming: &Incoming, path: &Path) -> Result<Opened, StoreError> {
        let opened = incoming.import(path)?;
        // The ledger is there: a copy that can't be served is no reason to have none.
        let _ = self.take_over(&incoming.folder, opened.tip.header.height);
        Ok(opened)
    }

    fn incoming_folders(&self) -> Result<Vec<PathBuf>, StoreError> {
        let entries = fs::read_dir(&self.folder).map_err(|source| self.io(source))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "incoming")).collect())
    }

    fn add(&self, kept: Kept) {
        let mut whole = self.whole.write().unwrap_or_else(PoisonError::into_inner);
        whole.retain(|other| other.folder != kept.folder);
        whole.push(Arc::new(kept));
        whole.sort_by_key(|kept| kept.manifest().header.height);
    }

    fn forget_old(&self) {
        let all = self.all();
        let newest: Vec<Hash> = all.iter().rev().take(KEPT).map(|kept| kept.content).collect();
        self.forget(|kept| !newest.contains(&kept.content));
    }

    fn forget(&self, which: impl Fn(&Kept) -> bool) {
        let mut whole = self.whole.write().unwrap_or_else(PoisonError::into_inner);
        for kept in whole.iter().filter(|kept| which(kept)) {
            // What can't be removed now is found again at the next start.
            let _ = remove(&kept.folder);
        }
        whole.retain(|kept| !which(kept));
    }

    fn io(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.folder.clone(), source }
    }
}

impl Kept {
    fn open(folder: &Path, chain: ChainId) -> Result<Self, StoreError> {
        let checked = read_manifest(folder, chain)?;
        for index in 0..checked.chunks() {
            let path = chunk_path(folder, index);
            if !path.is_file() {
                return Err(StoreError::Absent(path));
            }
        }
        let content = checked.manifest().content();
        Ok(Self { folder: folder.to_owned(), checked, content })
    }

    /// What it is of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.checked.manifest()
    }

    /// The name of its chunks.
    #[must_use]
    pub fn content(&self) -> Hash {
        self.content
    }

    /// How many chunks it has.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.checked.chunks()
    }

    fn chunk(&self, index: u32) -> Option<Vec<u8>> {
        read_chunk(&self.folder, index).filter(|bytes| self.checked.verify(index, bytes))
    }
}

impl Incoming {
    fn open(folder: &Path, chain: ChainId) -> Result<Self, StoreError> {
        Ok(Self { folder: folder.to_owned(), checked: read_manifest(folder, chain)? })
    }

    /// What is being got.
    #[must_use]
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// The name of its chunks.
    #[must_use]
    pub fn content(&self) -> Hash {
        self.checked.manifest().content()
    }

    /// Whether a chunk is there.
    #[must_use]
    pub fn has(&self, index: u32) -> bool {
        chunk_path(&self.folder, index).is_file()
    }

    /// Chunks that are to come.
    #[must_use]
    pub fn missing(&self) -> Vec<u32> {
        (0..self.checked.chunks()).filter(|index| !self.has(*index)).collect()
    }

    /// Keeps a chunk, if it is the right one.
    pub fn put(&self, index: u32, bytes: &[u8]) -> io::Result<()> {
        if index >= self.checked.chunks() || !self.checked.verify(index, bytes) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, StoreError::Chunk(index)));
        }
        replace(&chunk_path(&self.folder, index), bytes)
    }

    fn import(&self, path: &Path) -> Result<Opened, StoreError> {
        let imported =
            import_chunks(&self.checked, path, |index| read_chunk(&self.folder, index).ok_or(StoreError::Chunk(index)));
        if let Err(StoreError::Chunk(index)) = &imported {
            // Of a long part nobody knows which piece it was, or whether the manifest's word was wrong.
            for index in self.checked.chunks_of(*index) {
                let _ = fs::remove_file(chunk_path(&self.folder, index));
            }
        }
        imported
    }
}

fn read_manifest(folder: &Path, chain: ChainId) -> Result<Checked, StoreError> {
    let path = manifest_path(folder);
    let bytes = read_at_most(&path, MANIFEST_BYTES_MAX).map_err(|source| StoreError::Io { path, source })?;
    let manifest = Manifest::decode(&bytes)?;
    let own = manifest.header.hash();
    Ok(manifest.check(chain, own)?)
}

fn read_chunk(folder: &Path, index: u32) -> Option<Vec<u8>> {
    read_at_most(&chunk_path(folder, index), CHUNK_BYTES_MAX).ok()
}

/// A file's bytes, and one more if there are more than `most`.
fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file with these bytes, whole or not at all. It is compared with its hash when it is read, so nothing is flushed.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("part");
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, path)
}

/// Removes a folder with all that is in it, if there is one.
fn remove(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Io { path: folder.to_owned(), source })
        }
        _ => Ok(()),
    }
}
