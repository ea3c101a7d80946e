//! What is said when a request is not answered: a status and a body of OpenAI's shape.
//!
//! Invariant: every failure has a status of its own that is not 200; the body names the field that is at fault, if one is.

use crate::node::inference::Failure;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Seconds after which a busy node may be asked again.
const RETRY_SECONDS: &str = "1";

/// Body of every answer that is none.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CompletionProblem)] // the node's own problems have another shape
pub(super) struct Problem {
    error: Details,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Details {
    /// For people.
    message: String,
    /// `invalid_request_error` or `server_error`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The field at fault.
    param: Option<String>,
    /// For programs.
    code: &'static str,
}

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    details: Details,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, param: Option<&str>, message: String) -> Self {
        let kind = if status.is_server_error() { "server_error" } else { "invalid_request_error" };
        Self { status, details: Details { message, kind, param: param.map(str::to_owned), code } }
    }

    /// A body that is no request.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", None, message.into())
    }

    /// A body of more bytes than these.
    pub(super) fn too_large(bytes_max: usize) -> Self {
        let message = format!("the body is larger than {bytes_max} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", None, message)
    }

    /// A field with a value that makes no sense.
    pub(super) fn invalid(param: &str, message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_value", Some(param), format!("{param}: {message}"))
    }

    /// A field that asks for what is not done here.
    pub(super) fn unsupported(param: &str, message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unsupported_value", Some(param), format!("{param}: {message}"))
    }

    /// A model that is not here.
    pub(super) fn no_model(message: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, "model_not_found", Some("model"), message)
    }

    /// A job that failed; its prompt came in the field `prompt`.
    pub(super) fn of(failure: &Failure, prompt: &str) -> Self {
        let (status, code) = match failure {
            Failure::Prompt(message) => return Self::invalid(prompt, message),
            Failure::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Failure::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            Failure::NoTensors => (StatusCode::SERVICE_UNAVAILABLE, "no_tensors"),
            Failure::NoModel => (StatusCode::SERVICE_UNAVAILABLE, "no_model"),
            Failure::Unusable(_) => (StatusCode::SERVICE_UNAVAILABLE, "model_unusable"),
            Failure::Model(_) => (StatusCode::INTERNAL_SERVER_ERROR, "model_failed"),
            Failure::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        Self::new(status, code, None, failure.to_string())
    }

    /// The body, for a stream that has begun and can't have a status any more.
    pub(super) fn problem(self) -> Problem {
        Problem { error: self.details }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, busy) = (self.status, self.details.code == "busy");
        let mut response = (status, Json(self.problem())).into_response();
        if busy {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_SECONDS));
        }
        response
    }
}
