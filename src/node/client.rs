//! Asking a running node, or, where none runs, its file.
//!
//! Invariant: only a node that was found is asked; that none runs, and that one gives no answer, are told apart.

use super::chain::Latest;
use super::home::{ApiFile, HomeError, Networks};
use super::queries::{self, AccountAnswer, AccountProof, EntryAnswer, NetworkAnswer, StakeAnswer, ValidatorAnswer};
use crate::ledger::transaction::SignedTransaction;
use crate::store::{LedgerStore, Opened, StoreError};
use crate::types::{Address, Hash, hex};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// How long a node may take for an answer that needs no block.
const ANSWER: Duration = Duration::from_secs(10);

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing to ask.
    #[error("no node runs on this home, and it has no ledger yet")]
    NoNode,
    /// Only a running node can do it.
    #[error("no node runs on this home")]
    NotRunning,
    /// It does not answer.
    #[error("the node at {url} does not answer: {reason}")]
    Silent {
        /// Where.
        url: String,
        /// Why.
        reason: String,
    },
    /// It says no.
    #[error("{0}")]
    Refused(String),
    /// It says no because another transaction of the account came first.
    #[error("{0}")]
    Nonce(String),
    /// It says what is no answer.
    #[error("the node at {0} answers what can't be read: is it of this version?")]
    Strange(String),
    /// Its file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
}

/// Whoever knows the ledger.
pub enum Source {
    /// A running node.
    Node {
        /// Where it answers.
        url: String,
    },
    /// The file that the last one left.
    File {
        /// Its network.
        name: String,
        /// The file.
        store: Box<LedgerStore>,
        /// Its last block.
        latest: Box<Latest>,
    },
}

impl Source {
    /// The node at `url`, or the one that runs on this home, or else the ledger's file of a network.
    pub fn find(home: &Path, url: Option<&str>, network: Option<&str>) -> Result<Self, ClientError> {
        if let Some(url) = url {
            return Ok(Self::Node { url: url.trim_end_matches('/').to_owned() });
        }
        if let Some(node) = ApiFile::read(home) {
            let found = Self::Node { url: node.url };
            match found.network() {
                // A node that was killed leaves its note.
                Err(ClientError::Silent { .. }) => {}
                answered => return answered.map(|_| found),
            }
        }
        let folder = Networks::at(home).chosen(network)?.ok_or(ClientError::NoNode)?;
        match LedgerStore::open(&folder.ledger(), folder.genesis.chain) {
            Ok(Opened { store, tree, tip }) => {
                let (store, latest) = (Box::new(store), Box::new(Latest { tip, tree }));
                Ok(Self::File { name: folder.genesis.name, store, latest })
            }
            Err(StoreError::Absent(_)) => Err(ClientError::NoNode),
            Err(error) => Err(error.into()),
        }
    }

    /// The network.
    pub fn network(&self) -> Result<NetworkAnswer, ClientError> {
        match self {
            Self::Node { url } => get(url, "/v1/network", ANSWER),
            Self::File { name, store, latest } => Ok(queries::network(store, latest, name)?),
        }
    }

    /// An account.
    pub fn account(&self, address: Address) -> Result<AccountAnswer, ClientError> {
        match self {
            Self::Node { url } => get(url, &format!("/v1/ledger/accounts/{address}"), ANSWER),
            Self::File { store, latest, .. } => Ok(queries::account(store, latest, address)?),
        }
    }

    /// What shows that an account is what it is.
    pub fn proof(&self, address: Address) -> Result<AccountProof, ClientError> {
        match self {
            Self::Node { url } => {
                let value: Value = get(url, &format!("/v1/ledger/accounts/{address}/proof"), ANSWER)?;
                let bytes = value["proof"].as_str().and_then(hex::decode);
                let proof = bytes.and_then(|bytes| borsh::from_slice(&bytes).ok());
                proof.ok_or_else(|| ClientError::Strange(url.clone()))
            }
            Self::File { store, latest, .. } => Ok(queries::prove(store, latest, address)?),
        }
    }

    /// What an account has staked.
    pub fn stake(&self, address: Address) -> Result<StakeAnswer, ClientError> {
        match self {
            Self::Node { url } => get(url, &format!("/v1/ledger/stakes/{address}"), ANSWER),
            Self::File { store, latest, .. } => Ok(queries::stake(store, latest, address)?),
        }
    }

    /// Who votes on blocks.
    pub fn validators(&self) -> Result<Vec<ValidatorAnswer>, ClientError> {
        match self {
            Self::Node { url } => get(url, "/v1/ledger/validators", ANSWER),
            Self::File { store, .. } => Ok(queries::validators(store)?),
        }
    }

    /// What happened to an address.
    pub fn history(&self, address: Address, limit: usize) -> Result<Vec<EntryAnswer>, ClientError> {
        match self {
            Self::Node { url } => get(url, &format!("/v1/ledger/history/{address}?limit={limit}"), ANSWER),
            Self::File { store, .. } => Ok(queries::mentions(store, address.as_bytes(), limit)?),
        }
    }

    /// What happened because of a transaction, receipt or challenge.
    pub fn about(&self, id: Hash, limit: usize) -> Result<Vec<EntryAnswer>, ClientError> {
        match self {
            Self::Node { url } => get(url, &format!("/v1/ledger/history/{id}?limit={limit}"), ANSWER),
            Self::File { store, .. } => Ok(queries::mentions(store, &id.0, limit)?),
        }
    }

    /// The nonce of an account's next transaction.
    pub fn nonce(&self, address: Address) -> Result<u64, ClientError> {
        let Self::Node { url } = self else { return Ok(self.account(address)?.nonce) };
        let value: Value = get(url, &format!("/v1/ledger/accounts/{address}/nonce"), ANSWER)?;
        value["nonce"].as_u64().ok_or_else(|| ClientError::Strange(url.clone()))
    }

    /// Hands a transaction in; returns its id.
    pub fn submit(&self, signed: &SignedTransaction) -> Result<Hash, ClientError> {
        let Self::Node { url } = self else { return Err(ClientError::NotRunning) };
        let sent = agent(ANSWER).post(format!("{url}/v1/ledger/txs")).send(&signed.encode()[..]);
        let value: Value = read(url, sent)?;
        value["tx"].as_str().and_then(|id| id.parse().ok()).ok_or_else(|| ClientError::Strange(url.clone()))
    }

    /// Waits until a transaction is in a block; nothing if that takes too long.
    pub fn wait(&self, id: Hash, limit: Duration) -> Result<Option<EntryAnswer>, ClientError> {
        let Self::Node { url } = self else { return Err(ClientError::NotRunning) };
        let path = format!("/v1/ledger/txs/{id}?wait_ms={}", limit.as_millis());
        match get(url, &path, limit + ANSWER) {
            Ok(entry) => Ok(Some(entry)),
            Err(ClientError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The network of the node at `url`, if it answers within `limit`.
pub fn network_at(url: &str, limit: Duration) -> Result<NetworkAnswer, ClientError> {
    get(url, "/v1/network", limit)
}

fn agent(limit: Duration) -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(limit)).http_status_as_error(false).build().into()
}

fn get<T: DeserializeOwned>(url: &str, path: &str, limit: Duration) -> Result<T, ClientError> {
    read(url, agent(limit).get(format!("{url}{path}")).call())
}

fn read<T: DeserializeOwned>(
    url: &str,
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<T, ClientError> {
    let silent = |reason: ureq::Error| ClientError::Silent { url: url.to_owned(), reason: reason.to_string() };
    let mut response = answered.map_err(silent)?;
    let strange = || ClientError::Strange(url.to_owned());
    let good = response.status().is_success();
    let value: Value = response.body_mut().read_json().map_err(|_| strange())?;
    if good {
        return serde_json::from_value(value).map_err(|_| strange());
    }
    let message = value["error"]["message"].as_str().map(str::to_owned);
    let refused = if value["error"]["code"] == super::api::NONCE { ClientError::Nonce } else { ClientError::Refused };
    Err(message.map_or_else(strange, refused))
}
