//! A file or folder that appears whole or not at all, where nothing was.
//!
//! Invariant: until it is committed everything stands under a hidden name beside its place, which is removed when the
//! work fails; what is committed is on the disk before it has its name, and nothing is overwritten.

use super::CheckpointError;
use crate::files::sync_folder;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A place taken, and the hidden one where the work is done.
pub(super) struct Place {
    out: PathBuf,
    beside: PathBuf,
    committed: bool,
}

impl Place {
    /// For a file, which must not exist yet.
    pub(super) fn file(out: &Path) -> Result<Self, CheckpointError> {
        // A broken link is something too.
        if fs::symlink_metadata(out).is_ok() {
            return Err(CheckpointError::Exists(out.to_owned()));
        }
        Self::beside(out.to_owned())
    }

    /// For a folder, which may exist if it is empty. It is made under the hidden name.
    pub(super) fn folder(out: &Path) -> Result<Self, CheckpointError> {
        if let Some(file) = out.ancestors().find(|part| part.is_file()) {
            return Err(CheckpointError::NotAFolder(file.to_owned()));
        }
        if out.exists() && fs::read_dir(out).map_err(CheckpointError::read(out))?.next().is_some() {
            return Err(CheckpointError::Occupied(out.to_owned()));
        }
        // The working directory may be the place: it has no name to put another beside.
        let place = Self::beside(out.canonicalize().unwrap_or_else(|_| out.to_owned()))?;
        fs::create_dir(&place.beside).map_err(CheckpointError::write(&place.out))?;
        Ok(place)
    }

    fn beside(out: PathBuf) -> Result<Self, CheckpointError> {
        let nameless = || CheckpointError::write(&out)(io::Error::other("the path names no file"));
        let name = out.file_name().ok_or_else(nameless)?.to_string_lossy().into_owned();
        let parent = parent(&out);
        fs::create_dir_all(parent).map_err(CheckpointError::write(&out))?;
        let beside = parent.join(format!(".{name}.exporting-{}", std::process::id()));
        Ok(Self { out, beside, committed: false })
    }

    /// Where to write until all of it is there.
    pub(super) fn path(&self) -> &Path {
        &self.beside
    }

    /// Where it will stand.
    pub(super) fn out(&self) -> &Path {
        &self.out
    }

    /// Gives it its name.
    pub(super) fn commit(mut self) -> Result<(), CheckpointError> {
        let put = || {
            if self.beside.is_dir() {
                for entry in fs::read_dir(&self.beside)? {
                    File::open(entry?.path())?.sync_all()?;
                }
                sync_folder(&self.beside)?;
                if self.out.exists() {
                    fs::remove_dir(&self.out)?; // only ever an empty one
                }
            } else {
                File::open(&self.beside)?.sync_all()?;
            }
            fs::rename(&self.beside, &self.out)?;
            sync_folder(parent(&self.out))
        };
        put().map_err(CheckpointError::write(&self.out))?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.committed {
            // What can't be removed can't be helped here; the error that led here is the one to show.
            let _ = fs::remove_file(&self.beside).or_else(|_| fs::remove_dir_all(&self.beside));
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_stands_alone_and_what_is_dropped_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let names = || fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        let out = home.path().join("a");
        let place = Place::file(&out).unwrap();
        fs::write(place.path(), "x").unwrap();
        drop(place);
        let place = Place::folder(&out).unwrap();
        fs::write(place.path().join("b"), "x").unwrap();
        drop(place);
        assert!(names().is_empty());
        let place = Place::folder(&out).unwrap();
        fs::write(place.path().join("b"), "x").unwrap();
        place.commit().unwrap();
        assert_eq!(names(), ["a"]);
        assert_eq!(fs::read(out.join("b")).unwrap(), b"x");
    }

    #[test]
    fn nothing_is_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(matches!(Place::file(&file), Err(CheckpointError::Exists(_))));
        assert!(matches!(Place::file(home.path()), Err(CheckpointError::Exists(_))));
        assert!(matches!(Place::folder(&file), Err(CheckpointError::NotAFolder(_))));
        assert!(matches!(Place::folder(&file.join("below")), Err(CheckpointError::NotAFolder(_))));
        assert!(matches!(Place::folder(home.path()), Err(CheckpointError::Occupied(_))));
        assert!(matches!(Place::file(&file.join("below")), Err(CheckpointError::Write { .. })));
        assert_eq!(fs::read(&file).unwrap(), b"mine");
    }
}
