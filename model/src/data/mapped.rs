//! A file mapped into memory: the one place here that the compiler cannot check.
//!
//! Invariant: only whole shards that nothing writes to are mapped. They are content addressed and renamed into place
//! when they are complete; were one cut short while it is mapped, reading it would end the process.

use std::{fs::File, io, ops::Deref, path::Path};

/// The bytes of a file, read by the operating system when they are looked at.
#[derive(Debug)]
pub(super) struct Mapped(memmap2::Mmap);

impl Mapped {
    /// Maps a file, which must have `bytes` bytes; how many it has instead, where it does not.
    pub(super) fn open(path: &Path, bytes: u64) -> io::Result<Result<Self, u64>> {
        // A pipe of that name would keep the opening waiting for ever.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let file = File::open(path)?;
        let found = file.metadata()?.len();
        if found != bytes {
            return Ok(Err(found));
        }
        #[expect(unsafe_code, reason = "mapping a file is only sound while nobody changes it; see the invariant above")]
        let mapped = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Ok(Self(mapped)))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_the_right_length_is_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").unwrap();
        assert_eq!(&Mapped::open(&path, 3).unwrap().unwrap()[..], b"abc");
        assert_eq!(Mapped::open(&path, 4).unwrap().unwrap_err(), 3);
        assert!(Mapped::open(folder.path(), 3).is_err());
        assert!(Mapped::open(&folder.path().join("absent"), 3).is_err());
    }
}
