//! The node's door: what it answers over HTTP on this machine.
//!
//! Invariants: a request whose `Host` is not this machine's is refused, so that no web page reaches in by a name of its
//! own; bodies are bounded; nothing here spends or controls: a transaction comes signed.

mod openai;

use super::chain::{Command, Shared};
use super::inference::Inference;
use super::queries;
use super::supervisor::NodeError;
use crate::ledger::reject::Reject;
use crate::ledger::transaction::{SignedTransaction, TRANSACTION_BYTES_MAX};
use crate::store::StoreError;
use crate::types::{Address, Hash, encode, hex};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

/// The code of a refusal that another nonce would mend.
pub(super) const NONCE: &str = "nonce";
/// Entries of a history, if nothing is said.
const ENTRIES: usize = 50;
/// The longest that a request may wait for a block.
const WAIT_MAX: Duration = Duration::from_mins(10);

/// What requests are answered from.
#[derive(Clone)]
pub(super) struct Door {
    shared: Arc<Shared>,
    commands: SyncSender<Command>,
    name: String,
}

impl Door {
    pub(super) fn new(shared: Arc<Shared>, commands: SyncSender<Command>, name: String) -> Self {
        Self { shared, commands, name }
    }

    /// Asks the chain's thread.
    async fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(SyncSender<T>) -> Command,
    ) -> Result<T, (StatusCode, Json<Value>)> {
        let gone = || error(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the node is busy or stopping");
        let (reply, answered) = sync_channel(1);
        self.commands.try_send(command(reply)).map_err(|_| gone())?;
        let result = tokio::task::spawn_blocking(move || answered.recv()).await;
        result.map_err(|_| gone())?.map_err(|_| gone())
    }
}

/// Answers until it is told to stop.
pub(super) fn serve(
    listener: TcpListener,
    door: Door,
    inference: Inference,
    mut stop: tokio::sync::watch::Receiver<bool>,
) -> Result<(), NodeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NodeError::Thread)?;
    let served = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let stopped = async move {
            // An end of the channel is one too.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::select! {
            served = async { axum::serve(listener, router(door, inference)).await } => served,
            () = stopped => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    served.map_err(NodeError::Thread)
}

fn router(door: Door, inference: Inference) -> Router {
    let (openai, _) = openai::routes().with_state(inference).split_for_parts();
    let own = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/v1/network", get(network))
        .route("/v1/ledger/accounts/{address}", get(account))
        .route("/v1/ledger/accounts/{address}/proof", get(proof))
        .route("/v1/ledger/accounts/{address}/nonce", get(nonce))
        .route("/v1/ledger/stakes/{address}", get(stake))
        .route("/v1/ledger/validators", get(validators))
        .route("/v1/ledger/history/{subject}", get(history))
        .route("/v1/ledger/txs/{id}", get(transaction))
        .route("/v1/ledger/txs", post(submit))
        .layer(DefaultBodyLimit::max(TRANSACTION_BYTES_MAX))
        .with_state(door);
    own.merge(openai).layer(from_fn(only_this_machine))
}

/// Refuses requests under a name that is not this machine's own, and those that a web page of elsewhere makes.
async fn only_this_machine(request: Request, next: Next) -> Response {
    if !is_from_here(request.headers()) {
        return error(StatusCode::FORBIDDEN, "forbidden", "only this machine is answered").into_response();
    }
    next.run(request).await
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let origin = text(header::ORIGIN).map(|origin| origin.split_once("://").map_or(origin, |(_, rest)| rest));
    matches!(name, "127.0.0.1" | "localhost" | "[::1]") && origin.is_none_or(|origin| origin == host)
}

fn error(status: StatusCode, code: &str, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({"error": {"code": code, "message": message}})))
}

/// An answer, or why there is none.
type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn answer<T: serde::Serialize>(found: Result<T, StoreError>) -> Answer {
    let failed =
        |problem: &dyn std::fmt::Display| error(StatusCode::INTERNAL_SERVER_ERROR, "internal", &problem.to_string());
    let value = found.map_err(|problem| failed(&problem))?;
    serde_json::to_value(value).map(Json).map_err(|problem| failed(&problem))
}

fn address(text: &str) -> Result<Address, (StatusCode, Json<Value>)> {
    text.parse().map_err(|problem: crate::types::AddressError| {
        error(StatusCode::BAD_REQUEST, "bad_request", &problem.to_string())
    })
}

fn hash(text: &str) -> Result<Hash, (StatusCode, Json<Value>)> {
    text.parse()
        .map_err(|problem: crate::types::HashError| error(StatusCode::BAD_REQUEST, "bad_request", &problem.to_string()))
}

async fn network(State(door): State<Door>) -> Answer {
    answer(queries::network(&door.shared.store, &door.shared.latest(), &door.name))
}

async fn account(State(door): State<Door>, Path(text): Path<String>) -> Answer {
    let address = address(&text)?;
    answer(queries::account(&door.shared.store, &door.shared.latest(), address))
}

/// The proof in its encoding, as hexadecimal digits.
async fn proof(State(door): State<Door>, Path(text): Path<String>) -> Answer {
    let address = address(&text)?;
    // A block may be committed between the two looks; then the next pair is of one block.
    loop {
        let latest = door.shared.latest();
        let proof = queries::prove(&door.shared.store, &latest, address);
        if door.shared.latest().tip.header.height == latest.tip.header.height {
            return answer(proof.map(|proof| json!({"proof": hex::encode(&encode(&proof))})));
        }
    }
}

/// The nonce of the account's next transaction, after all that wait for a block.
async fn nonce(State(door): State<Door>, Path(text): Path<String>) -> Answer {
    let address = address(&text)?;
    let nonce = door.ask(|reply| Command::Nonce(address, reply)).await?;
    Ok(Json(json!({"nonce": nonce})))
}

async fn stake(State(door): State<Door>, Path(text): Path<String>) -> Answer {
    let address = address(&text)?;
    answer(queries::stake(&door.shared.store, &door.shared.latest(), address))
}

async fn validators(State(door): State<Door>) -> Answer {
    answer(queries::validators(&door.shared.store))
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

/// Of an address, a transaction, a receipt or a challenge.
async fn history(State(door): State<Door>, Path(subject): Path<String>, Query(query): Query<Limit>) -> Answer {
    let limit = query.limit.unwrap_or(ENTRIES).min(10_000);
    let subject = match subject.parse::<Address>() {
        Ok(address) => address.as_bytes().to_vec(),
        Err(_) => hash(&subject)?.0.to_vec(),
    };
    answer(queries::mentions(&door.shared.store, &subject, limit))
}

#[derive(Deserialize)]
struct Wait {
    wait_ms: Option<u64>,
}

/// A transaction that is in a block; with `wait_ms`, waits until it is.
async fn transaction(State(door): State<Door>, Path(text): Path<String>, Query(query): Query<Wait>) -> Answer {
    let id = hash(&text)?;
    let wait = Duration::from_millis(query.wait_ms.unwrap_or(0)).min(WAIT_MAX);
    let mut height = door.shared.height.subscribe();
    let until = tokio::time::Instant::now() + wait;
    loop {
        let found = queries::transaction(&door.shared.store, id);
        if !matches!(found, Ok(None)) {
            return answer(found);
        }
        if !matches!(tokio::time::timeout_at(until, height.changed()).await, Ok(Ok(()))) {
            return Err(error(StatusCode::NOT_FOUND, "not_found", "no block has this transaction"));
        }
    }
}

/// A signed transaction in its encoding.
async fn submit(State(door): State<Door>, body: Bytes) -> Answer {
    let refused = |reason: &Reject| {
        let code = if matches!(reason, Reject::Nonce { .. }) { NONCE } else { "refused" };
        error(StatusCode::UNPROCESSABLE_ENTITY, code, &reason.to_string())
    };
    let signed = SignedTransaction::decode(&body).map_err(|reason| refused(&reason))?;
    let id = door.ask(|reply| Command::Submit(Box::new(signed), reply)).await?.map_err(|reason| refused(&reason))?;
    Ok(Json(json!({"tx": id})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_of_elsewhere_and_names_of_others_are_not_answered() {
        let from = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_from_here(&headers)
        };
        assert!(from("127.0.0.1:8787", None) && from("localhost:8787", None) && from("[::1]:8787", None));
        assert!(from("127.0.0.1:8787", Some("http://127.0.0.1:8787")));
        assert!(!from("evil.example:8787", None) && !from("127.0.0.1.evil.example", None));
        assert!(!from("127.0.0.1:8787", Some("https://evil.example")));
        assert!(!from("127.0.0.1:8787", Some("null")));
        assert!(!is_from_here(&HeaderMap::new()));
    }
}
