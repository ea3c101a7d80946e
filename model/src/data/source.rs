//! Where text comes from: files, the files of a folder, or standard input.
//!
//! Invariant: a [`Source`] that exists was there, was not empty and had a readable format when it was made, so that
//! what is wrong with a path is said before an hour of work, not after it. The order of sources is the order in which
//! they were named, and by name within a folder: it never depends on the file system.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{DataError, STDIN_BYTES_MAX};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One running text: `.txt` and standard input.
    Text,
    /// One JSON object a line, each a document: `.jsonl`.
    Jsonl,
    /// One document a row: `.parquet`.
    Parquet,
}

impl Kind {
    /// The format that a file's ending stands for.
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "txt" => Some(Self::Text),
            "jsonl" => Some(Self::Jsonl),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// One file, or text in memory.
#[derive(Debug, Clone)]
pub struct Source {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) bytes: u64,
    pub(super) place: Place,
}

/// Where a source's bytes are.
#[derive(Debug, Clone)]
pub(super) enum Place {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl Source {
    /// The sources that `paths` name: files, folders (all they hold, however deep, hidden files and links to folders
    /// left out) and `-` for text on standard input, which is read to its end here and now.
    pub fn resolve(paths: &[PathBuf]) -> Result<Vec<Self>, DataError> {
        let mut sources = Vec::new();
        for path in paths {
            if path == Path::new("-") {
                sources.push(Self::text("standard input", gather(&mut io::stdin().lock())?)?);
                continue;
            }
            let name = path.display().to_string();
            let metadata = fs::metadata(path).map_err(|error| DataError::read(&name, error))?;
            if metadata.is_dir() {
                let mut found = Vec::new();
                walk(path, &mut found)?;
                if found.is_empty() {
                    return Err(DataError::NothingInFolder { path: name });
                }
                for file in found {
                    sources.push(Self::file(&file)?);
                }
            } else {
                sources.push(Self::file(path)?);
            }
        }
        if sources.is_empty() { Err(DataError::NoSources) } else { Ok(sources) }
    }

    /// One file, its format taken from its ending.
    pub fn file(path: &Path) -> Result<Self, DataError> {
        let name = path.display().to_string();
        let metadata = fs::metadata(path).map_err(|error| DataError::read(&name, error))?;
        if !metadata.is_file() {
            return Err(DataError::NotAFile { path: name });
        }
        let Some(kind) = Kind::of(path) else { return Err(DataError::UnknownEnding { path: name }) };
        if metadata.len() == 0 {
            return Err(DataError::Empty { path: name });
        }
        Ok(Self { name, kind, bytes: metadata.len(), place: Place::File(path.to_owned()) })
    }

    /// One running text that is in memory already; `name` stands for it in messages and in the manifest.
    pub fn text(name: &str, bytes: Vec<u8>) -> Result<Self, DataError> {
        if bytes.is_empty() {
            return Err(DataError::Empty { path: name.to_owned() });
        }
        Ok(Self { name: name.to_owned(), kind: Kind::Text, bytes: bytes.len() as u64, place: Place::Memory(bytes) })
    }

    /// What the source is called in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its format.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its size in bytes, as stored.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Opens a source that is a file.
    pub(super) fn open(&self, path: &Path) -> Result<File, DataError> {
        File::open(path).map_err(|error| DataError::read(&self.name, error))
    }
}

/// Collects the readable files below a folder, sorted by name at each level.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), DataError> {
    let refused = |error| DataError::read(&folder.display().to_string(), error);
    let mut entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(refused)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed: two that point at each other would never end.
        if entry.file_type().map_err(refused)?.is_dir() {
            walk(&path, found)?;
        } else if Kind::of(&path).is_some() && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads standard input to its end, and stops early where it is plainly no text.
fn gather(input: &mut dyn Read) -> Result<Vec<u8>, DataError> {
    const NAME: &str = "standard input";
    let mut bytes = Vec::new();
    loop {
        let start = bytes.len();
        let read = Read::take(&mut *input, 1 << 20).read_to_end(&mut bytes);
        read.map_err(|error| DataError::Read { path: NAME.to_owned(), error })?;
        if let Some(nul) = bytes[start..].iter().position(|&byte| byte == 0) {
            return Err(DataError::Binary { path: NAME.to_owned(), offset: (start + nul) as u64 });
        }
        if bytes.len() as u64 > STDIN_BYTES_MAX {
            return Err(DataError::StdinTooLong);
        }
        if bytes.len() == start {
            return Ok(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sources: &[Source]) -> Vec<&str> {
        sources.iter().map(|source| Path::new(&source.name).file_name().unwrap().to_str().unwrap()).collect()
    }

    #[test]
    fn a_folder_gives_its_readable_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b/deep")).unwrap();
        fs::create_dir(folder.path().join(".hidden")).unwrap();
        for file in ["c.txt", "a.JSONL", "b/deep/z.parquet", "b/y.txt", "b/readme.md", ".x.txt", ".hidden/w.txt"] {
            fs::write(folder.path().join(file), "text").unwrap();
        }
        let sources = Source::resolve(&[folder.path().to_owned()]).unwrap();
        assert_eq!(names(&sources), ["a.JSONL", "z.parquet", "y.txt", "c.txt"]);
        assert_eq!(sources.iter().map(Source::kind).collect::<Vec<_>>()[..2], [Kind::Jsonl, Kind::Parquet]);
        assert_eq!(sources[0].bytes(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_go_round_in_circles_end() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "text").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again.txt")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.txt"), folder.path().join("b.txt")).unwrap();
        assert_eq!(names(&Source::resolve(&[folder.path().to_owned()]).unwrap()), ["a.txt", "b.txt"]);
    }

    #[test]
    fn a_wrong_path_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("empty.txt"), "").unwrap();
        fs::write(path("notes.md"), "text").unwrap();
        fs::write(path("bare"), "text").unwrap();
        fs::create_dir(path("folder")).unwrap();
        let refusal = |name: &str| {
            let error = Source::resolve(&[path(name)]).unwrap_err().to_string();
            error.strip_prefix(&path(name).display().to_string()).unwrap().to_owned()
        };
        assert_eq!(refusal("absent.txt"), " does not exist: check how it is written");
        assert_eq!(refusal("empty.txt"), " is empty: give a file with text in it, or leave it out");
        assert!(refusal("notes.md").starts_with(" is not .txt, .jsonl or .parquet: "));
        assert!(refusal("bare").starts_with(" is not .txt, .jsonl or .parquet: "));
        assert!(refusal("folder").starts_with(" holds no .txt, .jsonl or .parquet file"));
        assert!(Source::resolve(&[]).unwrap_err().to_string().starts_with("no data was given"));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_a_file() {
        let error = Source::resolve(&[PathBuf::from("/dev/null")]).unwrap_err();
        assert!(error.to_string().starts_with("/dev/null is neither a file nor a folder"), "{error}");
    }

    #[test]
    fn standard_input_is_read_whole_and_refused_early() {
        assert_eq!(gather(&mut &b"one\ntwo"[..]).unwrap(), b"one\ntwo");
        let long = vec![b'a'; 3 << 20];
        assert_eq!(gather(&mut long.as_slice()).unwrap().len(), long.len());
        let mut endless = io::repeat(0);
        assert!(matches!(gather(&mut endless), Err(DataError::Binary { offset: 0, .. })));
        let error = Source::text("standard input", Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("standard input is empty"));
    }
}
