//! The node as it is now, what happens, and what it says.
//!
//! Invariant: who reads events slowly misses some and is told how many; nobody slows the node down.

use super::Door;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use neuroshard_tui::snapshot::LogLine;
use serde::Deserialize;
use std::convert::Infallible;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError::Lagged;
use tokio_stream::{Stream, StreamExt as _};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Lines of the log, if nothing is said.
const LINES: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(status)).routes(routes!(events)).routes(routes!(logs))
}

/// Whether the node answers
#[utoipa::path(get, path = "/healthz", tag = "node", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// The node as it is now: what the dashboard shows
#[utoipa::path(get, path = "/v1/status", tag = "node",
    responses((status = 200, body = Object, description = "the snapshot that `neuroshard status --json` prints")))]
async fn status(State(door): State<Door>) -> Response {
    let json = door.node.board.snapshot.borrow().json.clone();
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}

/// What happens, from now on, as server-sent events: the node's JSON events
#[utoipa::path(get, path = "/v1/events", tag = "node",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn events(State(door): State<Door>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = BroadcastStream::new(door.node.board.events()).map(|event| {
        Ok(match event {
            Ok(json) => Event::default().data(&*json),
            Err(Lagged(missed)) => Event::default().data(format!(r#"{{"v":1,"event":"missed","events":{missed}}}"#)),
        })
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Lines {
    /// Only lines after the one of this number
    after: Option<u64>,
    /// Lines at most
    limit: Option<usize>,
}

/// The last lines of the log, the oldest first
#[utoipa::path(get, path = "/v1/logs", tag = "node", params(Lines),
    responses((status = 200, body = [Object], description = "`{number, time, level, target, message}`")))]
async fn logs(State(door): State<Door>, Query(Lines { after, limit }): Query<Lines>) -> Json<Vec<LogLine>> {
    Json(door.node.board.journal.after(after.unwrap_or(0), limit.unwrap_or(LINES)))
}
