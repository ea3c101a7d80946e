//! What a node keeps in the home: a folder a network, one lock, and the note that says where it answers.
//!
//! Invariants: one node uses a home at a time; a network's folder is named by its chain id, so that several networks share
//! a home and its keys.

use crate::keystore::file::{create_folder, replace};
use crate::ledger::genesis::{GENESIS_BYTES_MAX, Genesis, GenesisError};
use crate::types::hex;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often, and after which time, a lock is tried again that somebody may hold for a moment only.
const LOOKERS_MAX: usize = 10;
const LOOK_TIME: Duration = Duration::from_millis(10);

/// Why the home can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another node runs on it.
    #[error("a node runs on {home} already{}", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked {
        /// The home.
        home: PathBuf,
        /// Its process, if it said so.
        pid: Option<u32>,
    },
    /// The file system says no.
    #[error("cannot use {path}: {source}")]
    Io {
        /// What was used.
        path: PathBuf,
        /// Why it could not.
        source: io::Error,
    },
    /// A genesis that is none.
    #[error("{path}: {source}")]
    Genesis {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<GenesisError>,
    },
    /// No network of that name.
    #[error("there is no network {0:?} in this home, nor a genesis file of that name")]
    Unknown(String),
    /// Two networks of one name.
    #[error("there are several networks called {0:?}: name one by its chain id")]
    Ambiguous(String),
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> HomeError {
    let path = path.to_owned();
    move |source| HomeError::Io { path, source }
}

/// The right to run a node on a home, while it lives.
#[derive(Debug)]
pub struct HomeLock {
    _file: File,
}

impl HomeLock {
    /// Takes it; a second node is told who has it.
    pub fn take(home: &Path) -> Result<Self, HomeError> {
        create_folder(home).map_err(failed(home))?;
        let path = home.join("node.lock");
        let mut options = File::options();
        let mut file =
            options.create(true).truncate(false).read(true).write(true).open(&path).map_err(failed(&path))?;
        let mut locked = file.try_lock();
        for _ in 0..LOOKERS_MAX {
            // Somebody may only be looking whether a node runs here.
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(LOOK_TIME);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let read = file.read_to_string(&mut text);
                let pid = read.ok().and_then(|_| text.trim().parse().ok());
                return Err(HomeError::Locked { home: home.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(HomeError::Io { path, source }),
        }
        let write = |file: &mut File| file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        write(&mut file).map_err(failed(&path))?;
        Ok(Self { _file: file })
    }
}

/// The process of the node that runs on a home, if one does. Nothing is written, and nobody is kept from starting one.
#[must_use]
pub fn running_pid(home: &Path) -> Option<u32> {
    let file = File::open(home.join("node.lock")).ok()?;
    // Several may look at once; a node's own lock excludes them all.
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {}
        _ => return None,
    }
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Where a node answers; `HOME/api.json`, while it runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiFile {
    /// `http://127.0.0.1:8787`.
    pub url: String,
    /// Process of the node.
    pub pid: u32,
}

impl ApiFile {
    fn path(home: &Path) -> PathBuf {
        home.join("api.json")
    }

    /// What the node that runs on this home wrote. A note that a killed one left behind is none: another node, of somebody
    /// else, may answer there by now.
    #[must_use]
    pub fn read(home: &Path) -> Option<Self> {
        let found: Self = serde_json::from_slice(&fs::read(Self::path(home)).ok()?).ok()?;
        (running_pid(home) == Some(found.pid)).then_some(found)
    }

    /// Says where to find this node.
    pub fn write(&self, home: &Path) -> Result<(), HomeError> {
        let path = Self::path(home);
        let text = serde_json::to_string(self).unwrap_or_default();
        replace(&path, text.as_bytes()).map_err(failed(&path))
    }

    /// Says that there is none any more.
    pub fn remove(home: &Path) {
        // Whoever finds a stale file gets no answer there, and says so.
        let _ = fs::remove_file(Self::path(home));
    }
}

/// What lets whoever can read the home control its node; `HOME/api-token`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    const BYTES: usize = 32;

    fn path(home: &Path) -> PathBuf {
        home.join("api-token")
    }

    /// The home's, or a new one.
    pub fn load_or_create(home: &Path) -> Result<Self, HomeError> {
        // One that others could read may be known to them.
        if let Some(token) = Self::read(home).filter(|_| is_private(&Self::path(home))) {
            return Ok(token);
        }
        let mut bytes = [0; Self::BYTES];
        let path = Self::path(home);
        getrandom::fill(&mut bytes).map_err(|error| failed(&path)(io::Error::other(error)))?;
        let token = Self(hex::encode(&bytes));
        // Whatever was there is no token; the file gets mode 0600.
        replace(&path, token.0.as_bytes()).map_err(failed(&path))?;
        Ok(token)
    }

    /// The home's, if it has one.
    #[must_use]
    pub fn read(home: &Path) -> Option<Self> {
        let mut text = String::new();
        File::open(Self::path(home)).ok()?.take(4096).read_to_string(&mut text).ok()?;
        Self::parse(&text)
    }

    /// A token as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim();
        let bytes = hex::decode(digits)?;
        (bytes.len() == Self::BYTES).then(|| Self(digits.to_owned()))
    }

    /// Its digits.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether that is this one. How long it takes to say so tells nothing about the token.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        blake3::hash(self.0.as_bytes()) == blake3::hash(other.as_bytes())
    }
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode().trailing_zeros() >= 6) // nothing for group and others
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> bool {
    true
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// Where runs go that nobody gave a folder.
#[must_use]
pub fn runs_folder(home: &Path) -> PathBuf {
    home.join("checkpoints")
}

/// The run in the home that was saved last, if there is one.
#[must_use]
pub fn newest_run(home: &Path) -> Option<PathBuf> {
    let saved = |run: &Path| fs::metadata(run.join("model.safetensors")).ok()?.modified().ok();
    let runs = fs::read_dir(runs_folder(home)).into_iter().flatten().flatten().map(|entry| entry.path());
    runs.filter_map(|run| Some((saved(&run)?, run))).max().map(|(_, run)| run)
}

/// What the folder of a round's weights begins with.
pub(super) const ROUND_PREFIX: &str = "round-";

/// The newest round's folder among weights that came from others, if there is one.
#[must_use]
pub fn newest_round(weights: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(weights).into_iter().flatten().flatten().map(|entry| entry.path());
    let number = |path: &Path| path.file_name()?.to_str()?.strip_prefix(ROUND_PREFIX)?.parse::<u64>().ok();
    entries.filter_map(|path| Some((number(&path)?, path))).max().map(|(_, path)| path)
}

/// The networks that a home knows.
#[derive(Debug, Clone)]
pub struct Networks {
    folder: PathBuf,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct NetworkFolder {
    /// Where it is.
    pub path: PathBuf,
    /// What defines it.
    pub genesis: Genesis,
}

impl Networks {
    /// Of a home.
    #[must_use]
    pub fn at(home: &Path) -> Self {
        Self { folder: home.join("networks") }
    }

    /// Joins the network that a genesis text defines, and makes it the one to go on with.
    pub fn join(&self, text: &str) -> Result<NetworkFolder, HomeError> {
        self.take_up(parse(&self.folder.join("genesis.toml"), text)?)
    }

    fn take_up(&self, genesis: Genesis) -> Result<NetworkFolder, HomeError> {
        let folder = self.folder.join(genesis.chain.to_string());
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        let file = folder.join("genesis.toml");
        if !file.exists() {
            replace(&file, genesis.text.as_bytes()).map_err(failed(&file))?;
        }
        let last = self.folder.join("last");
        replace(&last, genesis.chain.to_string().as_bytes()).map_err(failed(&last))?;
        Ok(NetworkFolder { path: folder, genesis })
    }

    /// The network of a name, a chain id, or a genesis file.
    pub fn find(&self, name: &str) -> Result<NetworkFolder, HomeError> {
        let file = Path::new(name);
        if file.is_file() {
            return self.take_up(read_genesis(file)?);
        }
        let all = self.all()?;
        let mut named = all.into_iter().filter(|one| one.genesis.name == name || one.genesis.chain.to_string() == name);
        match (named.next(), named.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err(HomeError::Ambiguous(name.to_owned())),
            (None, _) => Err(HomeError::Unknown(name.to_owned())),
        }
    }

    /// The network of a name, a chain id or a genesis file, without joining it; the last one if nothing is named.
    pub fn look(&self, name: Option<&str>) -> Result<Option<NetworkFolder>, HomeError> {
        match name.map(Path::new).filter(|file| file.is_file()) {
            Some(file) => {
                let genesis = read_genesis(file)?;
                Ok(Some(NetworkFolder { path: self.folder.join(genesis.chain.to_string()), genesis }))
            }
            None => self.chosen(name),
        }
    }

    /// The network of a name, if one is given, or else the last one.
    pub fn chosen(&self, name: Option<&str>) -> Result<Option<NetworkFolder>, HomeError> {
        name.map_or_else(|| self.last(), |name| self.find(name).map(Some))
    }

    /// The network that was joined last.
    pub fn last(&self) -> Result<Option<NetworkFolder>, HomeError> {
        let Ok(chain) = fs::read_to_string(self.folder.join("last")) else { return Ok(None) };
        let folder = self.folder.join(chain.trim());
        if folder.is_dir() { Self::open(&folder).map(Some) } else { Ok(None) }
    }

    fn all(&self) -> Result<Vec<NetworkFolder>, HomeError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder)(error)),
        };
        let folders = entries.flatten().map(|entry| entry.path()).filter(|path| path.join("genesis.toml").is_file());
        folders.map(|path| Self::open(&path)).collect()
    }

    fn open(folder: &Path) -> Result<NetworkFolder, HomeError> {
        Ok(NetworkFolder { path: folder.to_owned(), genesis: read_genesis(&folder.join("genesis.toml"))? })
    }
}

impl NetworkFolder {
    /// The ledger's file.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.path.join("ledger.redb")
    }

    /// Copies of the ledger's state, for those who join.
    #[must_use]
    pub fn snapshots(&self) -> PathBuf {
        self.path.join("snapshots")
    }

    /// The consensus log.
    #[must_use]
    pub fn consensus_log(&self) -> PathBuf {
        self.path.join("consensus.log")
    }

    /// The model in training.
    #[must_use]
    pub fn model(&self) -> PathBuf {
        self.path.join("model")
    }

    /// Weights that came from others, a folder a round.
    #[must_use]
    pub fn weights(&self) -> PathBuf {
        self.path.join("weights")
    }

    /// What was lost, paced and earned so far.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.path.join("history.jsonl")
    }

    /// What was trained and is not paid yet.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.path.join("work.json")
    }
}

/// Reads a genesis file.
pub fn read_genesis(path: &Path) -> Result<Genesis, HomeError> {
    let mut text = String::new();
    let file = File::open(path).map_err(failed(path))?;
    file.take(GENESIS_BYTES_MAX as u64 + 1).read_to_string(&mut text).map_err(failed(path))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Genesis, HomeError> {
    Genesis::parse(text).map_err(|source| HomeError::Genesis { path: path.to_owned(), source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn one_node_uses_a_home_and_the_second_hears_which() {
        let home = TempDir::new().unwrap();
        let first = HomeLock::take(home.path()).unwrap();
        assert_eq!(running_pid(home.path()), Some(std::process::id()));
        let second = HomeLock::take(home.path()).unwrap_err().to_string();
        assert!(second.contains(&format!("process {}", std::process::id())), "{second}");
        drop(first);
        assert_eq!(running_pid(home.path()), None, "whose name stands in the file is gone");
        HomeLock::take(home.path()).unwrap();
    }

    #[test]
    fn a_token_is_made_once_and_only_its_owner_can_read_it() {
        let home = TempDir::new().unwrap();
        assert!(ApiToken::read(home.path()).is_none());
        let token = ApiToken::load_or_create(home.path()).unwrap();
        assert_eq!(ApiToken::load_or_create(home.path()).unwrap(), token);
        assert!(token.is(token.reveal()) && !token.is("") && !token.is(&token.reveal()[1..]));
        assert!(!format!("{token:?}").contains(token.reveal()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(home.path().join("api-token")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(home.path().join("api-token"), fs::Permissions::from_mode(0o640)).unwrap();
            assert_ne!(ApiToken::load_or_create(home.path()).unwrap(), token, "others may know it");
        }
        for text in ["", "abc", "zz", &"0".repeat(63), &"0".repeat(66)] {
            assert!(ApiToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn networks_are_found_by_name_id_and_file() {
        let home = TempDir::new().unwrap();
        let networks = Networks::at(home.path());
        assert!(networks.last().unwrap().is_none());
        let text = crate::ledger::tests::Chain::new(&[1], &[]).genesis;
        let file = home.path().join("some.toml");
        fs::write(&file, &text).unwrap();
        let joined = networks.find(file.to_str().unwrap()).unwrap();
        let id = joined.genesis.chain;
        assert_eq!(networks.last().unwrap().unwrap().genesis.chain, id);
        assert_eq!(networks.find("test").unwrap().genesis.chain, id);
        assert_eq!(networks.find(&id.to_string()).unwrap().genesis.chain, id);
        assert!(matches!(networks.find("nothing"), Err(HomeError::Unknown(_))));
        networks.join(&format!("{text}\n# another")).unwrap();
        assert!(matches!(networks.find("test"), Err(HomeError::Ambiguous(_))));
        assert!(matches!(networks.join("name = 1"), Err(HomeError::Genesis { .. })));
    }
}
