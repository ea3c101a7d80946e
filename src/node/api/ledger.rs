//! The ledger: accounts, stakes, validators, blocks, transactions, parameters; and handing transactions in.

use super::guard::Authorised;
use super::{Answer, Door, Problem, address, hash};
use crate::ledger::transaction::SignedTransaction;
use crate::node::chain::Command;
use crate::node::queries::{
    self, AccountAnswer, BlockAnswer, EntryAnswer, NetworkAnswer, ParameterAnswer, StakeAnswer, SupplyAnswer,
    ValidatorAnswer,
};
use crate::types::{Hash, encode, hex};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Entries of a history, if nothing is said, and at most.
const ENTRIES: usize = 50;
const ENTRIES_MAX: usize = 1_000;
/// The longest that a request may wait for a block.
const WAIT_MAX: Duration = Duration::from_mins(10);

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(network))
        .routes(routes!(account))
        .routes(routes!(proof))
        .routes(routes!(nonce))
        .routes(routes!(stake))
        .routes(routes!(validators))
        .routes(routes!(history))
        .routes(routes!(block))
        .routes(routes!(supply))
        .routes(routes!(transaction))
        .routes(routes!(submit))
        .routes(routes!(parameters))
}

/// The network and its last block
#[utoipa::path(get, path = "/v1/network", tag = "ledger", responses((status = 200, body = NetworkAnswer)))]
async fn network(State(door): State<Door>) -> Answer<NetworkAnswer> {
    Ok(Json(queries::network(&door.shared().store, &door.shared().latest(), &door.name, door.node.is_public())?))
}

/// An account and the node of the same key
#[utoipa::path(get, path = "/v1/ledger/accounts/{address}", tag = "ledger",
    params(("address" = String, Path, description = "bech32m")),
    responses((status = 200, body = AccountAnswer), (status = 400, body = super::schema::Problem)))]
async fn account(State(door): State<Door>, Path(text): Path<String>) -> Answer<AccountAnswer> {
    Ok(Json(queries::account(&door.shared().store.view()?, address(&text)?)))
}

/// Bytes in their encoding.
#[derive(Serialize, ToSchema)]
struct Proof {
    /// As hexadecimal digits.
    proof: String,
}

/// What shows that an account is what it is
#[utoipa::path(get, path = "/v1/ledger/accounts/{address}/proof", tag = "ledger",
    params(("address" = String, Path, description = "bech32m")), responses((status = 200, body = Proof)))]
async fn proof(State(door): State<Door>, Path(text): Path<String>) -> Answer<Proof> {
    let address = address(&text)?;
    // A block may be committed just now; in a moment it is the latest for readers too.
    loop {
        if let Some(proof) = queries::prove(&door.shared().store, &door.shared().latest(), address)? {
            return Ok(Json(Proof { proof: hex::encode(&encode(&proof)) }));
        }
        tokio::task::yield_now().await;
    }
}

/// A nonce.
#[derive(Serialize, ToSchema)]
struct Nonce {
    nonce: u64,
}

/// The nonce of the account's next transaction, after all that wait for a block
#[utoipa::path(get, path = "/v1/ledger/accounts/{address}/nonce", tag = "ledger",
    params(("address" = String, Path, description = "bech32m")), responses((status = 200, body = Nonce)))]
async fn nonce(State(door): State<Door>, Path(text): Path<String>) -> Answer<Nonce> {
    let address = address(&text)?;
    Ok(Json(Nonce { nonce: door.ask(|reply| Command::Nonce(address, reply)).await? }))
}

/// What an account has staked
#[utoipa::path(get, path = "/v1/ledger/stakes/{address}", tag = "ledger",
    params(("address" = String, Path, description = "bech32m")), responses((status = 200, body = StakeAnswer)))]
async fn stake(State(door): State<Door>, Path(text): Path<String>) -> Answer<StakeAnswer> {
    Ok(Json(queries::stake(&door.shared().store.view()?, address(&text)?)))
}

/// Who votes on blocks, the strongest first
#[utoipa::path(get, path = "/v1/ledger/validators", tag = "ledger", responses((status = 200, body = [ValidatorAnswer])))]
async fn validators(State(door): State<Door>) -> Answer<Vec<ValidatorAnswer>> {
    Ok(Json(queries::validators(&door.shared().store)?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Limit {
    /// Entries at most
    limit: Option<usize>,
}

/// What happened to an address, or because of a transaction, receipt or challenge; the newest first
#[utoipa::path(get, path = "/v1/ledger/history/{subject}", tag = "ledger",
    params(("subject" = String, Path, description = "an address, a hash, or a proposal as in NEP-001"), Limit),
    responses((status = 200, body = [EntryAnswer])))]
async fn history(
    State(door): State<Door>,
    Path(subject): Path<String>,
    Query(query): Query<Limit>,
) -> Answer<Vec<EntryAnswer>> {
    let limit = query.limit.unwrap_or(ENTRIES).min(ENTRIES_MAX);
    let subject = queries::subject(&subject).map_or_else(|| hash(&subject).map(|hash| hash.0.to_vec()), Ok)?;
    // Blocks are read one by one, which takes too long for those who wait for something small.
    let _turn = door.reads.acquire().await;
    let shared = Arc::clone(&door.node.shared);
    let read = tokio::task::spawn_blocking(move || queries::mentions(&shared.store, &subject, limit)).await;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the ledger's reader failed");
    Ok(Json(read.map_err(failed)??))
}

/// A block by its height
#[utoipa::path(get, path = "/v1/ledger/blocks/{height}", tag = "ledger",
    params(("height" = u64, Path, description = "0 is genesis")),
    responses((status = 200, body = BlockAnswer), (status = 404, body = super::schema::Problem)))]
async fn block(State(door): State<Door>, Path(text): Path<String>) -> Answer<BlockAnswer> {
    let height = text.parse().map_err(|_| super::bad_request(&format!("{text:?} is no height")))?;
    let absent = || Problem::new(StatusCode::NOT_FOUND, super::ABSENT, format!("there is no block {height} here"));
    queries::block(&door.shared().store, height)?.map(Json).ok_or_else(absent)
}

/// All NEURO that there is
#[utoipa::path(get, path = "/v1/ledger/supply", tag = "ledger", responses((status = 200, body = SupplyAnswer)))]
async fn supply(State(door): State<Door>) -> Answer<SupplyAnswer> {
    Ok(Json(queries::supply(&door.shared().store)?))
}

/// Everything that governance can change, and what it is now
#[utoipa::path(get, path = "/v1/params", tag = "ledger", responses((status = 200, body = [ParameterAnswer])))]
async fn parameters(State(door): State<Door>) -> Answer<Vec<ParameterAnswer>> {
    Ok(Json(queries::governance::parameters(&door.shared().store.view()?)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wait {
    /// Milliseconds to wait for a block that has it
    wait_ms: Option<u64>,
}

/// A transaction that is in a block
#[utoipa::path(get, path = "/v1/ledger/txs/{id}", tag = "ledger",
    params(("id" = String, Path, description = "its hash"), Wait),
    responses((status = 200, body = EntryAnswer), (status = 404, body = super::schema::Problem)))]
async fn transaction(
    State(door): State<Door>,
    Path(text): Path<String>,
    Query(query): Query<Wait>,
) -> Answer<EntryAnswer> {
    let id = hash(&text)?;
    let wait = Duration::from_millis(query.wait_ms.unwrap_or(0)).min(WAIT_MAX);
    let mut height = door.shared().height.subscribe();
    let until = tokio::time::Instant::now() + wait;
    loop {
        if let Some(found) = queries::transaction(&door.shared().store, id)? {
            return Ok(Json(found));
        }
        if !matches!(tokio::time::timeout_at(until, height.changed()).await, Ok(Ok(()))) {
            return Err(Problem::new(StatusCode::NOT_FOUND, super::ABSENT, "no block has this transaction"));
        }
    }
}

/// A transaction's name.
#[derive(Serialize, ToSchema)]
pub(super) struct Submitted {
    /// Its hash.
    pub(super) tx: Hash,
}

/// Hands in a signed transaction
#[utoipa::path(post, path = "/v1/ledger/txs", tag = "ledger", security(("token" = [])),
    request_body(content = [u8], content_type = "application/octet-stream", description = "in its encoding"),
    responses((status = 200, body = Submitted), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn submit(State(door): State<Door>, _: Authorised, body: Bytes) -> Answer<Submitted> {
    let signed = SignedTransaction::decode(&body).map_err(|reason| Problem::refused(&reason))?;
    let submitted = door.ask(|reply| Command::Submit(Box::new(signed), reply)).await?;
    Ok(Json(Submitted { tx: submitted.map_err(|reason| Problem::refused(&reason))? }))
}
