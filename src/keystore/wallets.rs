//! The folder of wallets in a home: one file each, named after the wallet.
//!
//! Invariant: a file is never overwritten except by the same wallet under a new passphrase.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{Mnemonic, Passphrase, Sealed, SealedError, file};

const NAME_LETTERS_MAX: usize = 64;
const FILE_BYTES_MAX: u64 = 16 << 10;

/// What a wallet is called: letters, digits, `-` and `_`, at most 64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WalletName(String);

/// A text that cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name for a wallet: up to {NAME_LETTERS_MAX} letters, digits, - and _ are, beginning with no -")]
pub struct WalletNameError(String);

/// The wallets of a home.
#[derive(Debug, Clone)]
pub struct Wallets {
    folder: PathBuf,
}

/// The wallets that there are.
#[derive(Debug)]
pub struct Listing {
    /// Those that can be read, the oldest first.
    pub wallets: Vec<(WalletName, Sealed)>,
    /// What is wrong with the others.
    pub broken: Vec<WalletsError>,
}

/// Why a wallet could not be found, read or kept.
#[derive(Debug, thiserror::Error)]
pub enum WalletsError {
    /// Nothing has that name.
    #[error("there is no wallet `{0}`")]
    Unknown(WalletName),
    /// Nothing at all.
    #[error("there is no wallet yet")]
    None,
    /// The name is taken.
    #[error("there is a wallet `{0}` already, and wallets are never overwritten")]
    Taken(WalletName),
    /// The file was renamed.
    #[error("`{}` holds the wallet `{name}`, so it has to be called {name}.json", .path.display())]
    Renamed {
        /// Which file.
        path: PathBuf,
        /// Whose it is.
        name: WalletName,
    },
    /// The file cannot be used.
    #[error("cannot use the wallet file `{}`: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: SealedError,
    },
    /// The file cannot be read or written.
    #[error("cannot {verb} `{}`: {source}", .path.display())]
    Io {
        /// What was to be done.
        verb: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Wallets {
    /// The wallets in `home`; nothing is touched yet.
    #[must_use]
    pub fn at(home: &Path) -> Self {
        Self { folder: home.join("wallets") }
    }

    /// The file of the wallet with that name.
    #[must_use]
    pub fn path(&self, name: &WalletName) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Whether there is a file for that name, be it whole or not.
    #[must_use]
    pub fn has(&self, name: &WalletName) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    /// All wallets, and what is wrong with those that cannot be read.
    pub fn list(&self) -> Result<Listing, WalletsError> {
        let mut listing = Listing { wallets: Vec::new(), broken: Vec::new() };
        let fail = |source| WalletsError::Io { verb: "read", path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(listing),
            entries => entries.map_err(fail)?,
        };
        for entry in entries {
            let file_name = entry.map_err(fail)?.file_name();
            let name = file_name.to_str().and_then(|file_name| file_name.strip_suffix(".json"));
            let Some(name) = name.and_then(|name| name.parse::<WalletName>().ok()) else { continue };
            match self.load(&name) {
                Ok(wallet) => listing.wallets.push((name, wallet)),
                Err(error) => listing.broken.push(error),
            }
        }
        listing.wallets.sort_by_cached_key(|(name, wallet)| (wallet.created().ok(), name.clone()));
        Ok(listing)
    }

    /// The wallet to take when none is named: the chosen one, else the oldest.
    pub fn default_name(&self) -> Result<WalletName, WalletsError> {
        if let Some(name) = self.chosen()? {
            return Ok(name);
        }
        let listing = self.list()?;
        match (listing.wallets.into_iter().next(), listing.broken.into_iter().next()) {
            (Some((name, _)), _) => Ok(name),
            (None, Some(broken)) => Err(broken),
            (None, None) => Err(WalletsError::None),
        }
    }

    /// Makes a wallet the one to take when none is named.
    pub fn choose(&self, name: &WalletName) -> Result<(), WalletsError> {
        self.load(name)?;
        let path = self.choice();
        file::replace(&path, format!("{name}\n").as_bytes()).map_err(|source| WalletsError::Io {
            verb: "write",
            path,
            source,
        })
    }

    /// The wallet with that name, still sealed.
    pub fn load(&self, name: &WalletName) -> Result<Sealed, WalletsError> {
        let path = self.path(name);
        let bytes = match file::read(&path, FILE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(WalletsError::Unknown(name.clone())),
            Err(source) => return Err(WalletsError::Io { verb: "read", path, source }),
        };
        let wallet = Sealed::from_file(&bytes).map_err(|source| WalletsError::File { path: path.clone(), source })?;
        match wallet.name() {
            Ok(inside) if inside == *name => Ok(wallet),
            Ok(name) => Err(WalletsError::Renamed { path, name }),
            Err(source) => Err(WalletsError::File { path, source }),
        }
    }

    /// Opens the wallet with that name.
    pub fn open(&self, name: &WalletName, passphrase: &Passphrase) -> Result<Mnemonic, WalletsError> {
        let opened = self.load(name)?.open(passphrase);
        opened.map_err(|source| WalletsError::File { path: self.path(name), source })
    }

    /// Keeps a new wallet; returns its file.
    pub fn create(&self, wallet: &Sealed) -> Result<PathBuf, WalletsError> {
        let (name, path) = self.place(wallet)?;
        match file::create(&path, wallet.to_file().as_bytes()) {
            Ok(()) => Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(WalletsError::Taken(name)),
            Err(source) => Err(WalletsError::Io { verb: "write", path, source }),
        }
    }

    /// Keeps a wallet in place of the same one under another passphrase.
    pub fn replace(&self, wallet: &Sealed) -> Result<PathBuf, WalletsError> {
        let (name, path) = self.place(wallet)?;
        if self.load(&name)?.address() != wallet.address() {
            return Err(WalletsError::Taken(name));
        }
        match file::replace(&path, wallet.to_file().as_bytes()) {
            Ok(()) => Ok(path),
            Err(source) => Err(WalletsError::Io { verb: "write", path, source }),
        }
    }

    fn place(&self, wallet: &Sealed) -> Result<(WalletName, PathBuf), WalletsError> {
        let name = wallet.name().map_err(|source| WalletsError::File { path: self.folder.clone(), source })?;
        let path = self.path(&name);
        Ok((name, path))
    }

    /// The file that names the wallet to take when none is named.
    fn choice(&self) -> PathBuf {
        self.folder.join("default")
    }

    fn chosen(&self) -> Result<Option<WalletName>, WalletsError> {
        let path = self.choice();
        let fail = |source, path| WalletsError::Io { verb: "use", path, source };
        let bytes = match file::read(&path, FILE_BYTES_MAX) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(fail(source, path)),
            Ok(bytes) => bytes,
        };
        let name = String::from_utf8_lossy(&bytes).trim().parse::<WalletName>();
        name.map(Some).map_err(|error| fail(io::Error::new(ErrorKind::InvalidData, error), path))
    }
}

impl FromStr for WalletName {
    type Err = WalletNameError;

    fn from_str(text: &str) -> Result<Self, WalletNameError> {
        let fits = (1..=NAME_LETTERS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !text.starts_with('-');
        if fits { Ok(Self(text.to_owned())) } else { Err(WalletNameError(text.chars().take(80).collect())) }
    }
}

impl fmt::Display for WalletName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::Kdf;

    const CHEAP: Kdf = Kdf { memory_kib: 8, passes: 1, lanes: 1 };

    fn sealed(name: &str, seed: u8) -> Sealed {
        let mnemonic = Mnemonic::from_entropy(&[seed; 16]).unwrap();
        let created = format!("2026-01-{seed:02}T00:00:00Z").parse().unwrap();
        Sealed::seal(&mnemonic, &name.parse().unwrap(), &Passphrase::given("p").unwrap(), CHEAP, created).unwrap()
    }

    fn names(wallets: &Wallets) -> Vec<String> {
        wallets.list().unwrap().wallets.iter().map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn names_are_plain() {
        for name in ["a", "main", "my-wallet_2", "_", &"a".repeat(64)] {
            assert_eq!(name.parse::<WalletName>().unwrap().to_string(), name);
        }
        for name in ["", "-a", "a b", "a/b", "..", "a.json", "é", "a\n", &"a".repeat(65)] {
            assert!(name.parse::<WalletName>().is_err(), "{name}");
        }
    }

    #[test]
    fn the_oldest_is_the_default_until_another_is_chosen() {
        let home = tempfile::tempdir().unwrap();
        let wallets = Wallets::at(home.path());
        assert!(matches!(wallets.default_name(), Err(WalletsError::None)));
        assert!(names(&wallets).is_empty() && fs::read_dir(home.path()).unwrap().count() == 0);
        for (name, seed) in [("b", 2), ("a", 3), ("z", 1)] {
            wallets.create(&sealed(name, seed)).unwrap();
        }
        assert_eq!(names(&wallets), ["z", "b", "a"]);
        assert_eq!(wallets.default_name().unwrap().to_string(), "z");
        wallets.choose(&"a".parse().unwrap()).unwrap();
        assert_eq!(wallets.default_name().unwrap().to_string(), "a");
        assert!(matches!(wallets.choose(&"none".parse().unwrap()), Err(WalletsError::Unknown(_))));
        fs::write(wallets.choice(), "../../a").unwrap();
        assert!(matches!(wallets.default_name(), Err(WalletsError::Io { .. })));
    }

    #[test]
    fn nothing_is_overwritten_but_by_the_same_wallet() {
        let home = tempfile::tempdir().unwrap();
        let wallets = Wallets::at(home.path());
        let path = wallets.create(&sealed("a", 1)).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(wallets.create(&sealed("a", 2)), Err(WalletsError::Taken(_))));
        assert!(matches!(wallets.replace(&sealed("a", 2)), Err(WalletsError::Taken(_))));
        assert!(matches!(wallets.replace(&sealed("b", 2)), Err(WalletsError::Unknown(_))));
        assert_eq!(fs::read(&path).unwrap(), before);
        wallets.replace(&sealed("a", 1)).unwrap();
        assert_ne!(fs::read(&path).unwrap(), before, "another salt");
        fs::write(&path, "").unwrap();
        assert!(wallets.create(&sealed("a", 1)).is_err() && wallets.replace(&sealed("a", 1)).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"", "a damaged file stays for whoever can mend it");
    }

    #[test]
    fn a_broken_file_is_reported_and_hides_no_other() {
        let home = tempfile::tempdir().unwrap();
        let wallets = Wallets::at(home.path());
        let path = wallets.create(&sealed("a", 1)).unwrap();
        fs::copy(&path, wallets.folder.join("b.json")).unwrap();
        fs::write(wallets.folder.join("c.json"), "{").unwrap();
        fs::write(wallets.folder.join("notes.txt"), "no wallet").unwrap();
        fs::write(wallets.folder.join(".unfinished-1"), "half").unwrap();
        fs::create_dir(wallets.folder.join("d.json")).unwrap();
        let listing = wallets.list().unwrap();
        assert_eq!((names(&wallets), listing.broken.len()), (vec!["a".to_owned()], 3));
        let error = wallets.load(&"b".parse().unwrap()).unwrap_err();
        assert!(matches!(error, WalletsError::Renamed { ref name, .. } if name.to_string() == "a"), "{error}");
        assert!(matches!(wallets.load(&"c".parse().unwrap()), Err(WalletsError::File { .. })));
    }

    #[test]
    fn a_wallet_opens_by_name() {
        let home = tempfile::tempdir().unwrap();
        let wallets = Wallets::at(home.path());
        wallets.create(&sealed("a", 1)).unwrap();
        let open = |text: &str| wallets.open(&"a".parse().unwrap(), &Passphrase::given(text).unwrap());
        assert_eq!(open("p").unwrap().entropy().as_slice(), [1; 16]);
        assert!(matches!(open("q"), Err(WalletsError::File { source: SealedError::Passphrase, .. })));
    }
}
