//! Completions by the newest weights, in the shapes that clients of OpenAI's API know.
//!
//! Invariants: a request is refused with a status before it is answered with one: a stream begins only when its first
//! text is there; whoever goes away ends what was being written for them.

mod answer;
mod chat;
mod refusal;
mod request;
mod stream;
#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

use crate::node::inference::{Event, Failure, Inference};
use answer::{Answer, ChatChoice, Kind, Telling, TextChoice};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use refusal::{Problem, Refusal};
use request::{Asked, ChatRequest, CompletionRequest, MODEL};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of a request: a prompt that no model here could read is not one.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Bytes of a larger one that are let go by, because many a client hears no answer before all it says was taken.
const BODY_BYTES_PASSED: usize = 16 << 20;

/// The endpoints, over what answers them.
pub(super) fn routes() -> OpenApiRouter<Inference> {
    OpenApiRouter::default()
        .routes(routes!(models))
        .routes(routes!(model))
        .routes(routes!(complete))
        .routes(routes!(chat_complete))
}

/// A model that can be asked.
#[derive(Debug, Serialize, ToSchema)]
struct Model {
    id: &'static str,
    object: &'static str,
    /// When the weights were saved, in seconds since 1970.
    created: u64,
    owned_by: &'static str,
    /// Steps that the weights were trained for. Not OpenAI's.
    step: Option<u64>,
}

/// The models that can be asked.
#[derive(Debug, Serialize, ToSchema)]
struct Models {
    object: &'static str,
    data: Vec<Model>,
}

fn local(inference: &Inference) -> Option<Model> {
    let newest = inference.newest()?;
    let created = seconds(newest.saved);
    Some(Model { id: MODEL, object: "model", created, owned_by: "neuroshard", step: newest.step })
}

/// The models: `local`, which is the newest weights, or none.
#[utoipa::path(get, path = "/v1/models", tag = "inference", responses((status = 200, body = Models)))]
async fn models(State(inference): State<Inference>) -> Json<Models> {
    Json(Models { object: "list", data: local(&inference).into_iter().collect() })
}

/// One model.
#[utoipa::path(
    get,
    path = "/v1/models/{id}",
    tag = "inference",
    params(("id" = String, Path, description = "local")),
    responses((status = 200, body = Model), (status = 404, body = Problem))
)]
async fn model(State(inference): State<Inference>, Path(id): Path<String>) -> Result<Json<Model>, Refusal> {
    if id != MODEL {
        return Err(request::unknown(&id));
    }
    local(&inference).map(Json).ok_or_else(|| Refusal::no_model(Failure::NoModel.to_string()))
}

/// Goes on with a text.
#[utoipa::path(
    post,
    path = "/v1/completions",
    tag = "inference",
    request_body = CompletionRequest,
    responses(
        (status = 200, description = "with `stream`, as server-sent events", body = Answer<TextChoice>),
        (status = 400, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 500, body = Problem),
        (status = 503, description = "busy, stopping, or without a model", body = Problem),
    )
)]
async fn complete(State(inference): State<Inference>, body: Body) -> Result<Response, Refusal> {
    let asked = request::completion(&read(body).await?)?;
    answer(&inference, Kind::Completion, asked).await
}

/// Goes on with a dialogue. The model is no assistant: it continues `User: …`, `Assistant:` as it would any text.
#[utoipa::path(
    post,
    path = "/v1/chat/completions",
    tag = "inference",
    request_body = ChatRequest,
    responses(
        (status = 200, description = "with `stream`, as server-sent events", body = Answer<ChatChoice>),
        (status = 400, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 500, body = Problem),
        (status = 503, description = "busy, stopping, or without a model", body = Problem),
    )
)]
async fn chat_complete(State(inference): State<Inference>, body: Body) -> Result<Response, Refusal> {
    let asked = request::chat(&read(body).await?)?;
    answer(&inference, Kind::Chat, asked).await
}

async fn read(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let (mut bytes, mut passed) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Refusal::malformed(format!("the body broke off: {error}")))?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len() + passed + data.len() > BODY_BYTES_MAX {
            passed += std::mem::take(&mut bytes).len() + data.len();
        } else {
            bytes.extend_from_slice(data);
        }
        if passed > BODY_BYTES_PASSED {
            break;
        }
    }
    if passed > 0 { Err(Refusal::too_large(BODY_BYTES_MAX)) } else { Ok(bytes) }
}

async fn answer(inference: &Inference, kind: Kind, asked: Asked) -> Result<Response, Refusal> {
    let refusal = |failure: Failure| Refusal::of(&failure, kind.prompt());
    let choices = asked.job.prompts.len() * asked.job.choices;
    let mut reply = inference.submit(asked.job).map_err(refusal)?;
    let Event::Started { fingerprint } = reply.next().await.map_err(refusal)? else {
        return Err(refusal(Failure::Fault));
    };
    let mut telling = Telling::new(kind, fingerprint, choices);
    if asked.stream {
        let first = reply.next().await.map_err(refusal)?;
        let chunks = stream::Chunks::new(reply, kind, telling, asked.include_usage, first);
        return Ok(Sse::new(chunks).keep_alive(KeepAlive::default()).into_response());
    }
    loop {
        if let Some(whole) = telling.whole(reply.next().await.map_err(refusal)?) {
            return Ok(Json(whole).into_response());
        }
    }
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A number that nobody can foresee, for names and for seeds that nobody chose.
fn drawn() -> u64 {
    let mut bytes = [0; 8];
    // Without a source of chance a name is no secret, and a seed only one of many.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}
