//! Files mapped into memory, the one place in this crate that the compiler cannot check, and folders put on the disk.
//!
//! Invariant: only files that nothing writes to are mapped: shards and checkpoints are renamed into place when they are
//! complete and never changed after. Were one cut short while it is mapped, reading it would end the process.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// The bytes of a file, read by the operating system when they are looked at.
#[derive(Debug)]
pub(crate) struct Mapped(Option<memmap2::Mmap>);

impl Mapped {
    /// Maps a regular file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // A pipe of that name would keep the opening waiting for ever.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self(None)); // an empty file can't be mapped
        }
        #[expect(unsafe_code, reason = "mapping a file is only sound while nobody changes it; see the invariant above")]
        // SAFETY: the files mapped are complete and never written to afterwards (see the invariant above).
        let mapped = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Self(Some(mapped)))
    }
}

impl Mapped {
    /// Asks the system to read these bytes soon, without waiting for them. Only ever a hint: what can't be had so is
    /// read when it is looked at.
    pub(crate) fn prefetch(&self, bytes: std::ops::Range<usize>) {
        let end = bytes.end.min(self.len());
        if let Some(mapped) = &self.0
            && bytes.start < end
        {
            #[cfg(unix)]
            drop(mapped.advise_range(memmap2::Advice::WillNeed, bytes.start, end - bytes.start));
            #[cfg(not(unix))]
            let _ = mapped;
        }
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}

/// Makes sure that the names in a folder are on the disk, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_there_is_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").unwrap();
        assert_eq!(&Mapped::open(&path).unwrap()[..], b"abc");
        std::fs::write(&path, b"").unwrap();
        assert_eq!(&Mapped::open(&path).unwrap()[..], b"");
        Mapped::open(&path).unwrap().prefetch(0..100);
        std::fs::write(&path, b"abc").unwrap();
        let mapped = Mapped::open(&path).unwrap();
        for range in [0..3, 1..100, 3..3, 50..60] {
            mapped.prefetch(range);
        }
        assert_eq!(&mapped[..], b"abc");
        assert!(Mapped::open(folder.path()).is_err());
        assert!(Mapped::open(&folder.path().join("absent")).is_err());
    }
}
