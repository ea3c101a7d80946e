//! The consensus log as a file.
//!
//! Invariants: a flush that returned is on disk; one program at a time uses a log; after a write that failed, the log
//! takes nothing more, because nobody knows what of it is on disk.

use crate::consensus::wal::{Log, Wal, WalError, begin, decode, flushed};
use crate::types::Height;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A log in a file.
#[derive(Debug)]
pub struct FileWal {
    path: PathBuf,
    file: File,
    /// How many bytes are whole.
    length: usize,
    unflushed: Vec<Vec<u8>>,
    failed: bool,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileWalError {
    /// The system says no.
    #[error("cannot use the consensus log {}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another program has it open.
    #[error("the consensus log {} is in use by another program", .0.display())]
    InUse(PathBuf),
    /// It is not what was written.
    #[error("the consensus log {} cannot be read", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: WalError,
    },
    /// An earlier write failed.
    #[error("an earlier write to the consensus log {} failed", .0.display())]
    Failed(PathBuf),
}

impl FileWal {
    /// Opens the log, or makes an empty one; cuts off what a loss of power left of a last flush.
    pub fn open(path: &Path) -> Result<Self, FileWalError> {
        let at = |source| FileWalError::File { path: path.to_owned(), source };
        let new = !path.exists();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(at)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FileWalError::InUse(path.to_owned()),
            TryLockError::Error(source) => at(source),
        })?;
        if new && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(at)?;
        }
        let mut wal = Self { path: path.to_owned(), file, length: 0, unflushed: Vec::new(), failed: false };
        wal.entries()?;
        Ok(wal)
    }

    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Makes the file end with these bytes after the first `length` ones, for good.
    fn write(&mut self, length: usize, bytes: &[u8]) -> Result<(), FileWalError> {
        if self.failed {
            return Err(FileWalError::Failed(self.path.clone()));
        }
        let file = &mut self.file;
        let mut write = || {
            file.set_len(length as u64)?;
            file.seek(SeekFrom::Start(length as u64))?;
            file.write_all(bytes)?;
            file.sync_data()
        };
        let written = write();
        self.failed = written.is_err();
        self.length = length + bytes.len();
        written.map_err(|source| FileWalError::File { path: self.path.clone(), source })
    }
}

impl Wal for FileWal {
    type Error = FileWalError;

    fn append(&mut self, entry: Vec<u8>) {
        self.unflushed.push(entry);
    }

    fn flush(&mut self) -> Result<(), FileWalError> {
        if self.unflushed.is_empty() {
            return Ok(());
        }
        let frame = flushed(self.length, &std::mem::take(&mut self.unflushed));
        self.write(self.length, &frame)
    }

    fn reset(&mut self, height: Height) -> Result<(), FileWalError> {
        self.unflushed.clear();
        // In place: if this is cut short, the log is an earlier height's or empty, and either is begun anew.
        self.write(0, &begin(height))
    }

    fn entries(&mut self) -> Result<Option<Log>, FileWalError> {
        let bytes = self.read().map_err(|source| FileWalError::File { path: self.path.clone(), source })?;
        let content = |source| FileWalError::Content { path: self.path.clone(), source };
        let (log, whole) = decode(&bytes).map_err(content)?;
        self.length = whole;
        if whole < bytes.len() {
            self.write(whole, &[])?;
        }
        Ok(log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn log(height: u64, entries: &[&[u8]]) -> Log {
        Log { height: Height(height), entries: entries.iter().map(|entry| entry.to_vec()).collect() }
    }

    #[test]
    fn what_was_flushed_is_there_when_it_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut wal = FileWal::open(&path).unwrap();
        assert_eq!(wal.entries().unwrap(), None);
        wal.reset(Height(4)).unwrap();
        wal.append(vec![1]);
        wal.append(vec![2, 2]);
        wal.flush().unwrap();
        wal.append(vec![3]);
        assert_eq!(wal.entries().unwrap().unwrap(), log(4, &[&[1], &[2, 2]]));
        drop(wal);
        let mut wal = FileWal::open(&path).unwrap();
        assert_eq!(wal.entries().unwrap().unwrap(), log(4, &[&[1], &[2, 2]]), "the third was never flushed");
        wal.append(vec![4]);
        wal.flush().unwrap();
        assert_eq!(wal.entries().unwrap().unwrap(), log(4, &[&[1], &[2, 2], &[4]]));
        wal.reset(Height(5)).unwrap();
        assert_eq!(wal.entries().unwrap().unwrap(), log(5, &[]));
    }

    #[test]
    fn a_torn_end_is_cut_off_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut wal = FileWal::open(&path).unwrap();
        wal.reset(Height(4)).unwrap();
        let whole = fs::metadata(&path).unwrap().len();
        wal.append(vec![7; 100]);
        wal.flush().unwrap();
        drop(wal);
        for length in whole..fs::metadata(&path).unwrap().len() {
            let torn = folder.path().join("torn");
            fs::write(&torn, &fs::read(&path).unwrap()[..length as usize]).unwrap();
            let mut wal = FileWal::open(&torn).unwrap();
            assert_eq!(fs::metadata(&torn).unwrap().len(), whole);
            wal.append(vec![8]);
            wal.flush().unwrap();
            assert_eq!(wal.entries().unwrap().unwrap(), log(4, &[&[8]]));
        }
    }

    #[test]
    fn a_log_is_used_once_at_a_time_and_damage_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut wal = FileWal::open(&path).unwrap();
        assert!(matches!(FileWal::open(&path), Err(FileWalError::InUse(_))));
        wal.reset(Height(4)).unwrap();
        for entry in [1, 2] {
            wal.append(vec![entry; 50]);
            wal.flush().unwrap();
        }
        drop(wal);
        let mut bytes = fs::read(&path).unwrap();
        bytes[60] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let error = FileWal::open(&path).unwrap_err();
        assert!(matches!(error, FileWalError::Content { source: WalError::Damaged { .. }, .. }), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "a damaged log is left as it is");
    }
}
