//! Asking a running node, or, where none runs, its file.
//!
//! Invariant: only a node that was found is asked; that none runs, and that one gives no answer, are told apart.

use super::chain::Latest;
use super::home::{ApiFile, ApiToken, HomeError, Networks, running_pid};
use super::queries::governance::{self, Filter, NepAnswer, NepFullAnswer};
use super::queries::simulation::{SimulationAnswer, SimulationError, SimulationRequest, simulate};
use super::queries::{
    self, AccountAnswer, AccountProof, EntryAnswer, NetworkAnswer, ParameterAnswer, StakeAnswer, ValidatorAnswer,
};
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::governance::version::compare;
use crate::ledger::neps::Status;
use crate::ledger::transaction::SignedTransaction;
use crate::store::{LedgerStore, Opened, StoreError};
use crate::types::{Address, Amount, Hash, hex};
use neuroshard_tui::snapshot::{LogLine, Snapshot};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
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
    /// One runs, and cannot be asked.
    #[error("the node on this home (process {0}) answers nobody: it begins or ends, or has --listen-api off")]
    Deaf(u32),
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
    /// It knows of no such thing.
    #[error("{0}")]
    Absent(String),
    /// It wants a token that this home does not have.
    #[error("{0}")]
    Token(String),
    /// It says no because another transaction of the account came first.
    #[error("{0}")]
    Nonce(String),
    /// It is another program.
    #[error("the node at {url} does not go with this program: {message}")]
    Version {
        /// Where.
        url: String,
        /// Why.
        message: String,
    },
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
    Node(NodeClient),
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

/// Asks a running node.
#[derive(Debug, Clone)]
pub struct NodeClient {
    url: String,
    token: Option<ApiToken>,
    agent: ureq::Agent,
}

impl NodeClient {
    /// The node at `url`; without a token only what changes nothing can be asked.
    #[must_use]
    pub fn new(url: &str, token: Option<ApiToken>) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { url: url.trim_end_matches('/').to_owned(), token, agent }
    }

    /// The node that runs on a home, if it answers.
    pub fn on(home: &Path, token: Option<ApiToken>) -> Result<Self, ClientError> {
        let nobody = || running_pid(home).map_or(ClientError::NotRunning, ClientError::Deaf);
        let found = ApiFile::read(home).ok_or_else(nobody)?;
        let node = Self::new(&found.url, token);
        node.network(ANSWER).map(|_| node)
    }

    /// Its network, if it answers within `limit`.
    pub fn network(&self, limit: Duration) -> Result<NetworkAnswer, ClientError> {
        let network: Value = self.get("/v1/network", limit)?;
        // The version comes first: what another program says beside it may not be readable here.
        let version = network["version"].as_str().and_then(|version| version.parse().ok()).unwrap_or_default();
        let compat = compare(super::version(), version);
        if !compat.is_compatible() {
            return Err(ClientError::Version { url: self.url.clone(), message: compat.message });
        }
        serde_json::from_value(network).map_err(|_| ClientError::Strange(self.url.clone()))
    }

    /// The node as it is now.
    pub fn status(&self) -> Result<Snapshot, ClientError> {
        self.get("/v1/status", ANSWER)
    }

    /// Lines of its log after the one of a number.
    pub fn logs(&self, after: u64, limit: usize) -> Result<Vec<LogLine>, ClientError> {
        self.get(&format!("/v1/logs?after={after}&limit={limit}"), ANSWER)
    }

    /// Makes it pause, go on, or stop.
    pub fn control(&self, what: Control) -> Result<(), ClientError> {
        let name = match what {
            Control::Pause => "pause",
            Control::Resume => "resume",
            Control::Stop => "stop",
        };
        self.post::<Value>(&format!("/v1/node/{name}"), &[]).map(drop)
    }

    /// Makes it speak with none of these peers, and with all others.
    pub fn block_peers(&self, peers: &[String]) -> Result<(), ClientError> {
        self.post::<Value>("/v1/control/peers", json!({"block": peers}).to_string().as_bytes()).map(drop)
    }

    /// Locks NEURO of its own account behind it; returns the transaction.
    pub fn stake(&self, amount: Amount, days: u64) -> Result<Hash, ClientError> {
        self.act("stake", &json!({"amount": amount, "days": days}))
    }

    /// Begins to unlock some of it; returns the transaction.
    pub fn unstake(&self, amount: Amount) -> Result<Hash, ClientError> {
        self.act("unstake", &json!({"amount": amount}))
    }

    /// Takes back what it unstaked and what has cooled down; returns the transaction.
    pub fn withdraw(&self) -> Result<Hash, ClientError> {
        self.act("withdraw", &json!({}))
    }

    /// Votes with the stake of its own account; returns the transaction.
    pub fn vote(&self, nep: NepId, choice: Choice) -> Result<Hash, ClientError> {
        self.act("vote", &json!({"nep": nep, "choice": choice}))
    }

    fn act(&self, name: &str, body: &Value) -> Result<Hash, ClientError> {
        let answer = self.post::<Value>(&format!("/v1/node/{name}"), body.to_string().as_bytes())?;
        self.id(&answer)
    }

    fn id(&self, answer: &Value) -> Result<Hash, ClientError> {
        answer["tx"].as_str().and_then(|id| id.parse().ok()).ok_or_else(|| ClientError::Strange(self.url.clone()))
    }

    fn get<T: DeserializeOwned>(&self, path: &str, limit: Duration) -> Result<T, ClientError> {
        let request = self.agent.get(format!("{}{path}", self.url)).config().timeout_global(Some(limit)).build();
        self.read(self.authorised(request).call())
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &[u8]) -> Result<T, ClientError> {
        let request = self.agent.post(format!("{}{path}", self.url)).config().timeout_global(Some(ANSWER)).build();
        self.read(self.authorised(request).content_type("application/json").send(body))
    }

    fn authorised<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {}", token.reveal())),
            None => request,
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, ClientError> {
        let url = &self.url;
        let silent = |reason: ureq::Error| ClientError::Silent { url: url.clone(), reason: reason.to_string() };
        let mut response = answered.map_err(silent)?;
        let strange = || ClientError::Strange(url.clone());
        let status = response.status();
        let value: Value = response.body_mut().read_json().map_err(|_| strange())?;
        if status.is_success() {
            return serde_json::from_value(value).map_err(|_| strange());
        }
        let message = value["error"]["message"].as_str().map(str::to_owned);
        let refused = match value["error"]["code"].as_str() {
            Some(super::api::NONCE) => ClientError::Nonce,
            Some(super::api::TOKEN) => ClientError::Token,
            Some(super::api::ABSENT) => ClientError::Absent,
            _ => ClientError::Refused,
        };
        Err(message.map_or_else(strange, refused))
    }
}

/// Nothing, where the node says that there is nothing.
fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ClientError::Absent(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a node can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Wait before the next step.
    Pause,
    /// Go on.
    Resume,
    /// Save and end.
    Stop,
}

impl Source {
    /// The node that runs on this home, or else the ledger's file of a network.
    pub fn find(home: &Path, network: Option<&str>, token: Option<ApiToken>) -> Result<Self, ClientError> {
        match NodeClient::on(home, token) {
            Err(ClientError::NotRunning) => {}
            found => return found.map(Self::Node),
        }
        let folder = Networks::at(home).chosen(network)?.ok_or(ClientError::NoNode)?;
        match LedgerStore::open_read_only(&folder.ledger(), folder.genesis.chain) {
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
            Self::Node(node) => node.network(ANSWER),
            Self::File { name, store, latest } => Ok(queries::network(store, latest, name, false)?),
        }
    }

    /// An account.
    pub fn account(&self, address: Address) -> Result<AccountAnswer, ClientError> {
        match self {
            Self::Node(node) => node.get(&format!("/v1/ledger/accounts/{address}"), ANSWER),
            Self::File { store, .. } => Ok(queries::account(&store.view()?, address)),
        }
    }

    /// What shows that an account is what it is.
    pub fn proof(&self, address: Address) -> Result<AccountProof, ClientError> {
        match self {
            Self::Node(node) => {
                let value: Value = node.get(&format!("/v1/ledger/accounts/{address}/proof"), ANSWER)?;
                let bytes = value["proof"].as_str().and_then(hex::decode);
                let proof = bytes.and_then(|bytes| borsh::from_slice(&bytes).ok());
                proof.ok_or_else(|| ClientError::Strange(node.url.clone()))
            }
            Self::File { store, latest, .. } => {
                let strange = || ClientError::Strange("the ledger's file".to_owned());
                queries::prove(store, latest, address)?.ok_or_else(strange)
            }
        }
    }

    /// What an account has staked.
    pub fn stake(&self, address: Address) -> Result<StakeAnswer, ClientError> {
        match self {
            Self::Node(node) => node.get(&format!("/v1/ledger/stakes/{address}"), ANSWER),
            Self::File { store, .. } => Ok(queries::stake(&store.view()?, address)),
        }
    }

    /// Who votes on blocks.
    pub fn validators(&self) -> Result<Vec<ValidatorAnswer>, ClientError> {
        match self {
            Self::Node(node) => node.get("/v1/ledger/validators", ANSWER),
            Self::File { store, .. } => Ok(queries::validators(store)?),
        }
    }

    /// Proposals, the newest first.
    pub fn neps(&self, filter: Filter) -> Result<Vec<NepAnswer>, ClientError> {
        match self {
            Self::Node(node) => {
                let status = filter.status.map(|status| format!("status={}&", status.name())).unwrap_or_default();
                let kind = filter.nep_type.map(|kind| format!("type={}", kind.name())).unwrap_or_default();
                node.get(&format!("/v1/neps?{status}{kind}"), ANSWER)
            }
            Self::File { store, .. } => Ok(governance::neps(&store.view()?, filter, usize::MAX)),
        }
    }

    /// A proposal with all that it says, if there is one of that name.
    pub fn nep(&self, id: NepId) -> Result<Option<NepFullAnswer>, ClientError> {
        match self {
            Self::Node(node) => found(node.get(&format!("/v1/neps/{id}"), ANSWER)),
            Self::File { store, .. } => Ok(governance::nep_full(&store.view()?, id)),
        }
    }

    /// The same, once its status is another one, or after a while.
    pub fn nep_after(&self, id: NepId, not: Status, wait: Duration) -> Result<Option<NepFullAnswer>, ClientError> {
        let Self::Node(node) = self else { return Err(ClientError::NotRunning) };
        let path = format!("/v1/neps/{id}?not={}&wait_ms={}", not.name(), wait.as_millis());
        found(node.get(&path, wait + ANSWER))
    }

    /// What recent work would have earned under other parameters.
    pub fn simulate(&self, request: &SimulationRequest) -> Result<SimulationAnswer, ClientError> {
        match self {
            Self::Node(node) => node.post("/v1/neps/simulate", json!(request).to_string().as_bytes()),
            Self::File { store, .. } => simulate(store, request).map_err(|error| match error {
                SimulationError::Store(error) => error.into(),
                SimulationError::Parameter(error) => ClientError::Refused(error.to_string()),
            }),
        }
    }

    /// Everything that governance can change.
    pub fn parameters(&self) -> Result<Vec<ParameterAnswer>, ClientError> {
        match self {
            Self::Node(node) => node.get("/v1/params", ANSWER),
            Self::File { store, .. } => Ok(governance::parameters(&store.view()?)),
        }
    }

    /// What happened to an address.
    pub fn history(&self, address: Address, limit: usize) -> Result<Vec<EntryAnswer>, ClientError> {
        match self {
            Self::Node(node) => node.get(&format!("/v1/ledger/history/{address}?limit={limit}"), ANSWER),
            Self::File { store, .. } => Ok(queries::mentions(store, address.as_bytes(), limit)?),
        }
    }

    /// What happened because of a transaction, receipt, challenge or proposal, by its hash or name.
    pub fn about(&self, id: &str, limit: usize) -> Result<Vec<EntryAnswer>, ClientError> {
        match self {
            Self::Node(node) => node.get(&format!("/v1/ledger/history/{id}?limit={limit}"), ANSWER),
            Self::File { store, .. } => {
                let subject = queries::subject(id).ok_or_else(|| ClientError::Refused(format!("{id} is no hash")))?;
                Ok(queries::mentions(store, &subject, limit)?)
            }
        }
    }

    /// The nonce of an account's next transaction.
    pub fn nonce(&self, address: Address) -> Result<u64, ClientError> {
        let Self::Node(node) = self else { return Ok(self.account(address)?.nonce) };
        let value: Value = node.get(&format!("/v1/ledger/accounts/{address}/nonce"), ANSWER)?;
        value["nonce"].as_u64().ok_or_else(|| ClientError::Strange(node.url.clone()))
    }

    /// Hands a transaction in; returns its id.
    pub fn submit(&self, signed: &SignedTransaction) -> Result<Hash, ClientError> {
        let Self::Node(node) = self else { return Err(ClientError::NotRunning) };
        let answer: Value = node.post("/v1/ledger/txs", &signed.encode())?;
        node.id(&answer)
    }

    /// Waits until a transaction is in a block; nothing if that takes too long.
    pub fn wait(&self, id: Hash, limit: Duration) -> Result<Option<EntryAnswer>, ClientError> {
        let Self::Node(node) = self else { return Err(ClientError::NotRunning) };
        let path = format!("/v1/ledger/txs/{id}?wait_ms={}", limit.as_millis());
        match node.get(&path, limit + ANSWER) {
            Ok(entry) => Ok(Some(entry)),
            Err(ClientError::Absent(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
