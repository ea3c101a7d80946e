//! Files that appear whole or not at all, and that hold secrets.
//!
//! Invariants: such a file has mode 0600 from its first byte on, is on the disk before anyone can see its name, and
//! [`create`] never replaces what is there.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// Writes a new file; one that is there already is an error of the kind `AlreadyExists`.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (folder, file) = written(path, bytes)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    settle(folder)
}

/// Writes a file in place of the one that is there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (folder, file) = written(path, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    settle(folder)
}

/// Reads a plain file of at most so many bytes; a larger one, or what is no file, is an error of the kind `InvalidData`.
pub(super) fn read(path: &Path, bytes_max: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // Opening a pipe would wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no plain file"));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is larger than {bytes_max} bytes")));
    }
    Ok(bytes)
}

/// A file without a name yet, its bytes on the disk, in the folder where it will get one.
fn written<'a>(path: &'a Path, bytes: &[u8]) -> io::Result<(&'a Path, NamedTempFile)> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    create_folder(folder)?;
    // Temporary files are made with mode 0600; the dot keeps what a crash leaves behind out of listings.
    let mut file = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok((folder, file))
}

/// Creates a folder, and those above it, that nobody else can look into.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the name that was just given last through a loss of power.
fn settle(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_replaces_nothing_and_a_replacement_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        create(&path, b"one").unwrap();
        assert_eq!(create(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&path, 3).unwrap().as_slice(), b"one");
        replace(&path, b"three").unwrap();
        assert_eq!(read(&path, 5).unwrap().as_slice(), b"three");
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn what_is_too_large_or_no_file_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        create(&path, b"four").unwrap();
        for (path, bytes_max) in [(path.as_path(), 3), (home.path(), 100)] {
            assert_eq!(read(path, bytes_max).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys/key");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        create(&path, b"secret").unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        replace(&path, b"other").unwrap();
        assert_eq!(mode(&path), 0o600);
    }
}
