//! A folder that appears whole or not at all.
//!
//! Invariant: until it is committed everything stands in a hidden folder beside its place, which is removed when the
//! work fails; what is committed is on the disk before it has its name.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::DataError;
use crate::files::sync_folder;

/// A folder being written.
pub(super) struct Staging {
    folder: PathBuf,
    out: PathBuf,
    /// The outermost folder that had to be made for it.
    made: Option<PathBuf>,
    committed: bool,
}

impl Staging {
    /// Begins a folder that is to become `out`, which may exist if it is empty.
    pub(super) fn begin(out: &Path) -> Result<Self, DataError> {
        let refused = |error| DataError::Write { path: out.to_owned(), error };
        // The working directory may be the place: it has no name to put another beside.
        let out = if out.exists() { out.canonicalize().map_err(refused)? } else { out.to_owned() };
        let occupied = || DataError::NotEmpty { path: out.clone() };
        match fs::read_dir(&out) {
            Ok(mut entries) => entries.next().is_none().then_some(()).ok_or_else(occupied)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) if out.exists() => return Err(occupied()),
            Err(error) => return Err(refused(error)),
        }
        let name = out.file_name().ok_or_else(occupied)?.to_string_lossy();
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = parent.join(format!(".{name}.building-{}", std::process::id()));
        let made = parent.ancestors().take_while(|folder| !folder.exists()).last().map(Path::to_owned);
        let staging = Self { folder, out: out.clone(), made, committed: false };
        staging.refuse(fs::create_dir_all(parent))?;
        staging.refuse(fs::create_dir(&staging.folder))?;
        Ok(staging)
    }

    /// Writes a file, once: one of that name that is there already is left as it is.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DataError> {
        let path = self.folder.join(name);
        if path.exists() {
            return Ok(());
        }
        self.refuse(File::create_new(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        }))
    }

    /// Puts the folder in its place.
    pub(super) fn commit(mut self) -> Result<(), DataError> {
        self.refuse(sync_folder(&self.folder))?;
        if self.out.exists() {
            self.refuse(fs::remove_dir(&self.out))?; // only ever an empty one
        }
        self.refuse(fs::rename(&self.folder, &self.out))?;
        self.committed = true;
        let parent = self.out.parent().filter(|parent| !parent.as_os_str().is_empty());
        self.refuse(sync_folder(parent.unwrap_or(Path::new("."))))
    }

    fn refuse<T>(&self, result: io::Result<T>) -> Result<T, DataError> {
        result.map_err(|error| DataError::Write { path: self.out.clone(), error })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // What cannot be removed cannot be helped here; the error that led here is the one to show.
        let _ = fs::remove_dir_all(&self.folder);
        if let (Some(made), Some(parent)) = (&self.made, self.folder.parent()) {
            for folder in parent.ancestors().take_while(|folder| folder.starts_with(made)) {
                let _ = fs::remove_dir(folder); // fails, as it should, where others put something
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_committed_folder_stands_alone() {
        let home = tempfile::tempdir().unwrap();
        for out in ["new", "deep/er", "empty"] {
            let out = home.path().join(out);
            if out.ends_with("empty") {
                fs::create_dir(&out).unwrap();
            }
            let staging = Staging::begin(&out).unwrap();
            staging.write("a", b"1").unwrap();
            staging.write("a", b"1").unwrap();
            assert!(!out.join("a").exists());
            staging.commit().unwrap();
            assert_eq!(names(&out), ["a"]);
        }
        assert_eq!(names(home.path()), ["deep", "empty", "new"]);
    }

    #[test]
    fn a_dropped_folder_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        for out in ["new", "deep/er/still"] {
            let staging = Staging::begin(&home.path().join(out)).unwrap();
            staging.write("a", b"1").unwrap();
            drop(staging);
            assert_eq!(names(home.path()), [""; 0]);
        }
    }

    #[test]
    fn what_is_in_use_is_not_touched() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "mine").unwrap();
        for out in [home.path().to_owned(), home.path().join("file")] {
            let error = Staging::begin(&out).err().unwrap();
            assert!(
                error.to_string().ends_with("is there already and is not an empty folder: choose another, or empty it")
            );
        }
        let error = Staging::begin(&home.path().join("file/below")).err().unwrap();
        assert!(matches!(error, DataError::Write { .. }), "{error}");
        assert_eq!(names(home.path()), ["file"]);
    }
}
