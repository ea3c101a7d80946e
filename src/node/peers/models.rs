//! The weights that this node gives to others: those that it trained, or those that it got and found to be the chain's.
//!
//! What came from others is in one folder: `round-<N>/` has a round's files and their manifest, and `incoming/` what came so
//! far of the next. Invariants: a folder has a round's name only when it is whole and its weights are the chain's; the
//! newest two are kept, so that whoever reads or fetches one can end; a chunk is compared with the manifest each time
//! before it is given out, so that what the disk spoiled is noticed here and not elsewhere.

mod check;
mod follow;
mod manifest;

pub(in crate::node) use follow::Following;
pub(super) use manifest::{MANIFEST_BYTES_MAX, Manifest};

use crate::node::home::ROUND_PREFIX;
use crate::types::{ChainId, Hash};
use manifest::{CHUNK_BYTES, Checked, File, Listed, Place, chunk_hash};
use neuroshard_net::transfer::FolderStore;
use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Rounds of others that are kept.
const KEPT: usize = 2;
/// Rounds that a trainer gives: its own checkpoints are there for longer, so that a slow peer can end what it began.
const KEPT_OWN: usize = 5;
/// What a round's files have to be, beside them.
const MANIFEST_FILE: &str = "manifest";
/// What has come of the next round.
const INCOMING: &str = "incoming";
/// A round that is being put together.
const UNFINISHED: &str = "unfinished";

/// All weights that this node gives.
#[derive(Debug)]
pub(in crate::node) struct Models {
    folder: PathBuf,
    chain: ChainId,
    /// The oldest first.
    given: RwLock<Vec<Arc<Given>>>,
}

/// Weights that can be given.
#[derive(Debug)]
pub(in crate::node) struct Given {
    folder: PathBuf,
    checked: Checked,
    content: Hash,
}

impl Models {
    /// None as yet; those of others are to go into this folder.
    pub(in crate::node) fn new(folder: PathBuf, chain: ChainId) -> Self {
        Self { folder, chain, given: RwLock::default() }
    }

    /// Takes in what a node that follows has on disk. What was not finished or is damaged goes.
    fn open(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(ROUND_PREFIX) {
                match Given::open(&path, self.chain) {
                    Ok(given) => self.add(given),
                    Err(error) => {
                        tracing::warn!("weights in {} are left, to be got again: {error}", path.display());
                        remove(&path)?;
                    }
                }
            } else if name == UNFINISHED {
                remove(&path)?;
            }
        }
        self.forget_old(true);
        Ok(())
    }

    /// The newest ones.
    pub(super) fn newest(&self) -> Option<Arc<Given>> {
        self.all().pop()
    }

    fn all(&self) -> Vec<Arc<Given>> {
        self.given.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A chunk of the weights whose content has this name. Weights that turn out to be damaged are given no more.
    pub(super) fn chunk(&self, content: Hash, index: u32) -> Option<Vec<u8>> {
        let given = self.all().into_iter().find(|given| given.content == content)?;
        let place = given.checked.place(index)?;
        let chunk = given.read(place).ok().filter(|bytes| given.checked.verify(index, bytes));
        if chunk.is_none() {
            tracing::warn!("the weights of round {} in {} are damaged", given.round(), given.folder.display());
            let mut all = self.given.write().unwrap_or_else(PoisonError::into_inner);
            all.retain(|other| other.content != content);
        }
        chunk
    }

    fn add(&self, given: Given) {
        let mut all = self.given.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.folder != given.folder);
        all.push(Arc::new(given));
        all.sort_by_key(|given| given.round());
    }

    /// Gives only the newest ones. The files of others go, if they are `ours` to remove; those of a trainer are its own.
    fn forget_old(&self, ours: bool) {
        let mut all = self.given.write().unwrap_or_else(PoisonError::into_inner);
        let old = all.len().saturating_sub(if ours { KEPT } else { KEPT_OWN });
        for given in all.drain(..old) {
            if ours {
                // What can't be removed now is found again at the next start.
                let _ = remove(&given.folder);
            }
        }
    }

    /// Where the chunks of a content come in. Of others nothing is kept: only the newest matters.
    fn incoming(&self, content: Hash) -> io::Result<PathBuf> {
        let (all, name) = (self.folder.join(INCOMING), content.to_string());
        for entry in fs::read_dir(&all).into_iter().flatten() {
            let path = entry?.path();
            if path.file_name().is_none_or(|other| other != name.as_str()) {
                remove(&path)?;
            }
        }
        Ok(all.join(name))
    }

    /// Puts the chunks that came in together, under a name that nobody reads yet. A chunk that the disk spoiled goes, and
    /// has to come again.
    fn assemble(&self, checked: &Checked, store: &FolderStore) -> io::Result<PathBuf> {
        let folder = self.folder.join(UNFINISHED);
        remove(&folder)?;
        fs::create_dir_all(&folder)?;
        let mut current: Option<(File, fs::File)> = None;
        for index in 0..checked.chunks() {
            let Some(place) = checked.place(index) else { continue };
            let bytes = store.read(index)?;
            if !checked.verify(index, &bytes) {
                fs::remove_file(store.path(index))?;
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a chunk was spoiled on the disk"));
            }
            if current.as_ref().is_none_or(|(file, _)| *file != place.file) {
                let next = fs::File::create(folder.join(place.file.name()))?;
                if let Some((_, done)) = current.replace((place.file, next)) {
                    done.sync_all()?;
                }
            }
            if let Some((_, file)) = &mut current {
                file.write_all(&bytes)?;
            }
        }
        if let Some((_, done)) = current {
            done.sync_all()?;
        }
        let mut manifest = fs::File::create(folder.join(MANIFEST_FILE))?;
        manifest.write_all(&checked.encode())?;
        manifest.sync_all()?;
        Ok(folder)
    }

    /// Gives what was put together its name: from here on it is what this node writes with and gives to others.
    fn take_over(&self, from: &Path, checked: Checked) -> io::Result<()> {
        let folder = self.folder.join(format!("{ROUND_PREFIX}{:09}", checked.round()));
        remove(&folder)?;
        fs::rename(from, &folder)?;
        if cfg!(unix) {
            fs::File::open(&self.folder)?.sync_all()?;
        }
        let content = checked.content();
        self.add(Given { folder, checked, content });
        self.forget_old(true);
        // The next round is another content.
        let _ = remove(&self.folder.join(INCOMING));
        Ok(())
    }
}

impl Given {
    /// Weights of this node's own, in a folder that nobody writes to any more.
    fn of(folder: &Path, chain: ChainId, round: u64) -> io::Result<Self> {
        let mut files = Vec::new();
        for file in File::ALL {
            let mut from = fs::File::open(folder.join(file.name()))?;
            let bytes = from.metadata()?.len();
            let mut chunks = Vec::new();
            for at in 0..bytes.div_ceil(CHUNK_BYTES) {
                let length = bytes.saturating_sub(at.saturating_mul(CHUNK_BYTES)).min(CHUNK_BYTES);
                let mut chunk = vec![0; length as usize];
                from.read_exact(&mut chunk)?;
                chunks.push(chunk_hash(&chunk));
            }
            files.push(Listed { file, bytes, chunks });
        }
        let checked = Manifest { chain, round, files }.check(chain).map_err(io::Error::other)?;
        let content = checked.content();
        Ok(Self { folder: folder.to_owned(), checked, content })
    }

    /// Weights that came from others, if they are still what their manifest says.
    fn open(folder: &Path, chain: ChainId) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let file = fs::File::open(folder.join(MANIFEST_FILE))?;
        file.take(MANIFEST_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        let checked = Manifest::decode(&bytes).and_then(|manifest| manifest.check(chain)).map_err(io::Error::other)?;
        let content = checked.content();
        let given = Self { folder: folder.to_owned(), checked, content };
        for index in 0..given.checked.chunks() {
            let bytes = given.checked.place(index).map(|place| given.read(place)).transpose()?.unwrap_or_default();
            if !given.checked.verify(index, &bytes) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its files are not those of its manifest"));
            }
        }
        Ok(given)
    }

    fn read(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(self.folder.join(place.file.name()))?;
        file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = Vec::new();
        file.take(place.bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The round that ended with them.
    pub(super) fn round(&self) -> u64 {
        self.checked.round()
    }

    /// As others are told.
    pub(super) fn manifest(&self) -> &Checked {
        &self.checked
    }
}

/// Removes a folder or file with all that is in it, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
