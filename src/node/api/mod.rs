//! The node's door: what it answers over HTTP.
//!
//! Invariants: a request whose `Host` is not this machine's is refused, so that no web page reaches in by a name of its
//! own; bodies, connections and waits are bounded; whoever spends or controls shows the home's token.

mod control;
mod governance;
mod guard;
mod ledger;
mod metrics;
mod openai;
mod schema;
mod server;
mod status;

pub(super) use server::serve;

use super::chain::{Command, Shared};
use super::home::ApiToken;
use super::inference::Inference;
use super::supervisor::Handle;
use crate::ledger::reject::Reject;
use crate::ledger::transaction::TRANSACTION_BYTES_MAX;
use crate::store::StoreError;
use crate::types::{Address, Hash};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use schema::Bearer;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// The code of a refusal that another nonce would mend.
pub(super) const NONCE: &str = "nonce";
/// The code of what is not there.
pub(super) const ABSENT: &str = "not_found";
/// The code of a refusal that the token would mend.
pub(super) const TOKEN: &str = "token";

/// Requests that read much of the ledger at once.
const READS_AT_ONCE: usize = 2;
/// Bytes of a refusal that is written anew.
const REFUSAL_BYTES_MAX: usize = 16 << 10;

/// What requests are answered from.
#[derive(Clone)]
pub(super) struct Door {
    node: Handle,
    name: Arc<str>,
    token: Arc<ApiToken>,
    inference: Inference,
    /// Turns of those who read much of the ledger.
    reads: Arc<Semaphore>,
    openapi: Arc<str>,
}

/// The document that tells programs what can be asked.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "neuroshard",
        description = "A node's own API. Reading and completing need nothing on this machine; what spends or controls \
needs `Authorization: Bearer` with the token in HOME/api-token."
    ),
    components(schemas(schema::Problem)),
    modifiers(&Bearer)
)]
struct Document;

impl Door {
    pub(super) fn new(node: Handle, name: String, token: ApiToken, inference: Inference) -> Self {
        let (_, document) = routes(inference.clone()).split_for_parts();
        let openapi = document.to_pretty_json().unwrap_or_default().into();
        let reads = Arc::new(Semaphore::new(READS_AT_ONCE));
        Self { node, name: name.into(), token: Arc::new(token), inference, reads, openapi }
    }

    fn shared(&self) -> &Shared {
        &self.node.shared
    }

    /// Asks the chain's thread.
    async fn ask<T: Send + 'static>(&self, command: impl FnOnce(SyncSender<T>) -> Command) -> Result<T, Problem> {
        let gone = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the node is busy or stopping");
        let (reply, answered) = sync_channel(1);
        self.node.commands.try_send(command(reply)).map_err(|_| gone())?;
        let result = tokio::task::spawn_blocking(move || answered.recv()).await;
        result.map_err(|_| gone())?.map_err(|_| gone())
    }
}

fn routes(inference: Inference) -> OpenApiRouter<Door> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(status::routes())
        .merge(ledger::routes())
        .merge(governance::routes())
        .merge(control::routes())
        .merge(metrics::routes())
        // What completes has bounds of its own, for longer bodies than those of the ledger.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(TRANSACTION_BYTES_MAX))
        .merge(openai::routes().with_state(inference))
}

fn router(door: Door) -> Router {
    let (router, _) = routes(door.inference.clone()).split_for_parts();
    router
        .route("/openapi.json", get(openapi))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, ABSENT, "there is nothing here; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                "this path is asked in another way; see /openapi.json",
            )
        })
        .layer(map_response(problem_of))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| {
            let said = panic.downcast_ref::<&str>().map(ToString::to_string);
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            tracing::error!(target: "neuroshard::api", "a request failed in a way it should not: {said}");
            let says = "the node is at fault, please report this with its log";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", says).into_response()
        }))
        .layer(from_fn_with_state(door.clone(), guard::guard))
        .with_state(door)
}

/// What the libraries refuse in words of their own, as all problems are written.
async fn problem_of(response: Response) -> Response {
    let status = response.status();
    let text = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || !text {
        return response;
    }
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ if status.is_client_error() => "bad_request",
        _ => "internal",
    };
    let says = axum::body::to_bytes(response.into_body(), REFUSAL_BYTES_MAX).await.unwrap_or_default();
    Problem::new(status, code, String::from_utf8_lossy(&says)).into_response()
}

async fn openapi(State(door): State<Door>) -> Response {
    ([(CONTENT_TYPE, "application/json")], door.openapi.to_string()).into_response()
}

/// Why there is no answer, as all of them are written: `{"error": {"code", "message"}}`.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// What the ledger says no to.
    fn refused(reason: &Reject) -> Self {
        let code = if matches!(reason, Reject::Nonce { .. }) { NONCE } else { "refused" };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, reason.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": {"code": self.code, "message": self.message}}))).into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string())
    }
}

/// An answer, or why there is none.
type Answer<T = Value> = Result<Json<T>, Problem>;

fn bad_request(problem: &dyn std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", problem.to_string())
}

fn address(text: &str) -> Result<Address, Problem> {
    text.parse().map_err(|problem: crate::types::AddressError| bad_request(&problem))
}

fn hash(text: &str) -> Result<Hash, Problem> {
    text.parse().map_err(|problem: crate::types::HashError| bad_request(&problem))
}
