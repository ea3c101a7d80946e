//! A folder with a file for each chunk.
//!
//! Invariants: a file named as a chunk is a whole one, because it got its name after its bytes were on the disk; names
//! are made from numbers alone, so that no peer has a say in them.

use super::{CHUNK_BYTES_MAX, Store};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// See above.
#[derive(Debug)]
pub struct FolderStore {
    folder: PathBuf,
    have: BTreeSet<u32>,
}

impl FolderStore {
    /// Opens a folder, or makes it, and sees what is there.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let mut have = BTreeSet::new();
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name();
            let index = name.to_str().and_then(|name| name.strip_suffix(".chunk")?.parse().ok());
            have.extend(index.filter(|index| name.to_str() == Some(&name_of(*index, "chunk"))));
        }
        Ok(Self { folder, have })
    }

    /// Where a chunk lies, or would.
    #[must_use]
    pub fn path(&self, index: u32) -> PathBuf {
        self.folder.join(name_of(index, "chunk"))
    }

    /// The bytes of a chunk.
    pub fn read(&self, index: u32) -> io::Result<Vec<u8>> {
        read_capped(&self.path(index))
    }

    fn replace(&self, index: u32, suffix: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.folder.join(name_of(index, "new"));
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(new, self.folder.join(name_of(index, suffix)))
    }
}

impl Store for FolderStore {
    fn has(&self, index: u32) -> bool {
        self.have.contains(&index)
    }

    fn put(&mut self, index: u32, bytes: &[u8]) -> io::Result<()> {
        self.replace(index, "chunk", bytes)?;
        self.have.insert(index);
        self.keep_part(index, &[])
    }

    fn part(&self, index: u32) -> Vec<u8> {
        // Whatever is wrong with a part, the chunk is fetched from its beginning instead.
        read_capped(&self.folder.join(name_of(index, "part"))).unwrap_or_default()
    }

    fn keep_part(&mut self, index: u32, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            return self.replace(index, "part", bytes);
        }
        match fs::remove_file(self.folder.join(name_of(index, "part"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn name_of(index: u32, suffix: &str) -> String {
    format!("{index:08}.{suffix}")
}

fn read_capped(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(CHUNK_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > CHUNK_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} is no chunk", path.display())));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_when_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = FolderStore::open(folder.path().join("new")).unwrap();
        store.keep_part(7, b"sev").unwrap();
        store.put(3, b"three").unwrap();
        for name in ["00000009.new", "4.chunk", "x.chunk", "00000005.part.chunk"] {
            fs::write(folder.path().join("new").join(name), b"x").unwrap();
        }
        let mut store = FolderStore::open(folder.path().join("new")).unwrap();
        assert_eq!(store.have, BTreeSet::from([3]), "what was never finished, or is not ours, does not count");
        assert_eq!(store.read(3).unwrap(), b"three");
        assert_eq!(store.part(7), b"sev");
        assert_eq!(store.part(8), b"");
        store.put(7, b"seven").unwrap();
        assert_eq!(store.part(7), b"", "the part is gone with the chunk");
        assert!(store.has(7) && !store.has(8));
    }

    #[test]
    fn a_file_too_long_is_no_chunk() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        File::create(store.path(1)).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(store.read(1).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
