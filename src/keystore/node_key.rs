//! The key of a node that runs unattended: its own twelve words in a file without a passphrase.
//!
//! Invariants: the file is made once and never replaced; one that others can read, or that is not whole, stops whoever
//! wants to use it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Mnemonic, MnemonicError, file};
use crate::types::{Address, SecretKey};

const FILE_NAME: &str = "node.key";
const TRACKER_FILE_NAME: &str = "tracker.key";
const FILE_BYTES_MAX: u64 = 4096;
const COMMENT: &str = "\
# The key of this NeuroShard node, without a passphrase: whoever reads these words can spend what it earns.
# Keep a copy of them on paper, and show them to nobody.
";
const TRACKER_COMMENT: &str = "\
# The key of this NeuroShard tracker, without a passphrase: it is who nodes know the tracker as.
# Nothing is earned with it.
";
/// Begins the line that tells words that were cut short from whole ones more surely than their own checksum does.
const ACCOUNT: &str = "# account ";

/// The key of a node.
#[derive(Debug)]
pub struct NodeKey {
    mnemonic: Mnemonic,
    secret: SecretKey,
    path: PathBuf,
}

/// Why there is no key to use.
#[derive(Debug, thiserror::Error)]
pub enum NodeKeyError {
    /// There is no file.
    #[error("there is no node key at `{}` yet", .0.display())]
    None(PathBuf),
    /// The file is not its owner's alone.
    #[error("the node key `{}` can be read by other users of this machine (mode {mode:o})", .path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file holds no words, or other ones.
    // What is left of the words is nothing for a log.
    #[error("the node key `{}` is damaged: it does not hold the words that were written", .0.display())]
    Damaged(PathBuf),
    /// The file cannot be read or written.
    #[error("cannot {verb} the node key `{}`: {source}", .path.display())]
    Io {
        /// What was to be done.
        verb: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no randomness for new words.
    #[error(transparent)]
    Mnemonic(#[from] MnemonicError),
}

impl NodeKey {
    /// The file of the key in `home`.
    #[must_use]
    pub fn path_in(home: &Path) -> PathBuf {
        home.join(FILE_NAME)
    }

    /// The key in `home`; where there is none, a new one is made and `true` comes with it.
    pub fn load_or_create(home: &Path) -> Result<(Self, bool), NodeKeyError> {
        Self::load_or_create_at(Self::path_in(home), COMMENT)
    }

    /// The same for a tracker, which is nobody's node and has a key of its own.
    pub fn load_or_create_of_tracker(home: &Path) -> Result<(Self, bool), NodeKeyError> {
        Self::load_or_create_at(home.join(TRACKER_FILE_NAME), TRACKER_COMMENT)
    }

    fn load_or_create_at(path: PathBuf, comment: &str) -> Result<(Self, bool), NodeKeyError> {
        match Self::load_at(path.clone()) {
            Err(NodeKeyError::None(_)) => {}
            loaded => return loaded.map(|key| (key, false)),
        }
        let key = Self::new(Mnemonic::generate()?, path)?;
        match file::create(&key.path, key.to_file(comment).as_bytes()) {
            Ok(()) => Ok((key, true)),
            // Another process was first, so the key is the one that it made.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::load_at(key.path).map(|key| (key, false)),
            Err(source) => Err(NodeKeyError::Io { verb: "write", path: key.path, source }),
        }
    }

    /// The key in `home`, which has to be there.
    pub fn load(home: &Path) -> Result<Self, NodeKeyError> {
        Self::load_at(Self::path_in(home))
    }

    fn load_at(path: PathBuf) -> Result<Self, NodeKeyError> {
        let bytes = match file::read(&path, FILE_BYTES_MAX) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(NodeKeyError::None(path)),
            Err(source) => return Err(NodeKeyError::Io { verb: "read", path, source }),
            Ok(bytes) => bytes,
        };
        check_mode(&path)?;
        let Some(key) = Self::from_file(&bytes, &path) else { return Err(NodeKeyError::Damaged(path)) };
        Ok(key)
    }

    fn to_file(&self, comment: &str) -> Zeroizing<String> {
        Zeroizing::new(format!("{comment}{ACCOUNT}{}\n{}\n", self.address(), *self.mnemonic.words()))
    }

    /// Words and comments; where the account is named, the words have to be its words.
    fn from_file(bytes: &[u8], path: &Path) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut words = Zeroizing::new(String::with_capacity(text.len() + 1));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            words.push_str(line);
            words.push('\n');
        }
        let key = Self::new(Mnemonic::parse(&words).ok()?, path.to_owned()).ok()?;
        let mut accounts = text.lines().filter_map(|line| line.strip_prefix(ACCOUNT));
        accounts.all(|account| account.trim() == key.address().to_string()).then_some(key)
    }

    fn new(mnemonic: Mnemonic, path: PathBuf) -> Result<Self, NodeKeyError> {
        let secret = mnemonic.secret_key()?;
        Ok(Self { mnemonic, secret, path })
    }

    /// Its words.
    #[must_use]
    pub fn mnemonic(&self) -> &Mnemonic {
        &self.mnemonic
    }

    /// Its words alone.
    #[must_use]
    pub fn into_mnemonic(self) -> Mnemonic {
        self.mnemonic
    }

    /// What signs.
    #[must_use]
    pub fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// Its account.
    #[must_use]
    pub fn address(&self) -> Address {
        Address::of(&self.secret.public())
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// That nobody but the owner can read the file.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), NodeKeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let read = std::fs::metadata(path);
    let metadata = read.map_err(|source| NodeKeyError::Io { verb: "read", path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(NodeKeyError::Open { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), NodeKeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn it_is_made_once_and_is_the_same_ever_after() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().join("home");
        assert!(matches!(NodeKey::load(&home), Err(NodeKeyError::None(_))));
        let (made, created) = NodeKey::load_or_create(&home).unwrap();
        assert!(created);
        let (again, created) = NodeKey::load_or_create(&home).unwrap();
        assert_eq!(
            (again.address(), again.mnemonic().words(), created),
            (made.address(), made.mnemonic().words(), false)
        );
        let text = fs::read_to_string(made.path()).unwrap();
        assert!(text.starts_with("# ") && text.ends_with(&format!("\n{}\n", *made.mnemonic().words())), "{text}");
        assert!(!format!("{made:?}").contains(made.mnemonic().words().as_str()));
    }

    #[test]
    fn of_many_that_start_at_once_all_have_the_same_key() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let keys: Vec<(Address, bool)> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| NodeKey::load_or_create(home).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).map(|(key, made)| (key.address(), made)).collect()
        });
        assert!(keys.iter().all(|(address, _)| *address == keys[0].0));
        assert_eq!(keys.iter().filter(|(_, made)| *made).count(), 1);
    }

    #[test]
    fn a_file_that_is_not_whole_is_an_error_and_stays() {
        let home = tempfile::tempdir().unwrap();
        let (key, _) = NodeKey::load_or_create(home.path()).unwrap();
        let whole = fs::read(key.path()).unwrap();
        let mut cut: Vec<&[u8]> = (0..whole.len() - 1).map(|length| &whole[..length]).collect();
        cut.push(&[0xff; 40]);
        for bytes in cut {
            fs::write(key.path(), bytes).unwrap();
            let refused = NodeKey::load_or_create(home.path());
            assert!(matches!(refused, Err(NodeKeyError::Damaged(_))), "{refused:?}");
            assert_eq!(fs::read(key.path()).unwrap(), bytes);
        }
    }

    #[test]
    fn words_that_were_written_down_become_a_key_again() {
        let home = tempfile::tempdir().unwrap();
        let (key, _) = NodeKey::load_or_create(home.path()).unwrap();
        let typed = key.mnemonic().words().to_uppercase().replace(' ', "\n");
        fs::write(key.path(), typed).unwrap();
        assert_eq!(NodeKey::load(home.path()).unwrap().address(), key.address());
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let (key, _) = NodeKey::load_or_create(home.path()).unwrap();
        let mode = fs::metadata(key.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for mode in [0o644, 0o640, 0o604] {
            fs::set_permissions(key.path(), fs::Permissions::from_mode(mode)).unwrap();
            let refused = NodeKey::load(home.path()).unwrap_err();
            assert!(matches!(refused, NodeKeyError::Open { mode: found, .. } if found == mode), "{refused}");
        }
    }
}
