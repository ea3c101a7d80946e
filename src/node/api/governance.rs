//! Proposals: listing them, one with all that it says, how the votes stand.

use super::{Answer, Door, Problem};
use crate::economics::parameters::NepType;
use crate::governance::id::NepId;
use crate::ledger::neps::Status;
use crate::node::queries::governance::{self, Filter, NepAnswer, NepFullAnswer, ResultsAnswer};
use crate::node::queries::simulation::{self, SimulationAnswer, SimulationError, SimulationRequest};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Proposals of a list, if nothing is said, and at most.
const LISTED: usize = 10_000;
/// The longest that a request may wait for a block.
const WAIT_MAX: Duration = Duration::from_mins(10);

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(neps)).routes(routes!(nep)).routes(routes!(results)).routes(routes!(simulate))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `review`, `voting`, `scheduled`, `active`, `rejected`, `withdrawn`, `failed` or `deprecated`
    status: Option<String>,
    /// `arch`, `econ`, `train`, `net`, `gov` or `emergency`
    r#type: Option<String>,
    /// Proposals at most
    limit: Option<usize>,
}

/// Proposals, the newest first
#[utoipa::path(get, path = "/v1/neps", tag = "governance", params(Which),
    responses((status = 200, body = [NepAnswer]), (status = 400, body = super::schema::Problem)))]
async fn neps(State(door): State<Door>, Query(which): Query<Which>) -> Answer<Vec<NepAnswer>> {
    let unknown = |what: &str, text: &str| super::bad_request(&format!("{text:?} is no {what} of a proposal"));
    let named = |text: &String| Status::named(text).ok_or_else(|| unknown("status", text));
    let typed = |text: &String| NepType::named(text).ok_or_else(|| unknown("type", text));
    let status = which.status.as_ref().map(named).transpose()?;
    let nep_type = which.r#type.as_ref().map(typed).transpose()?;
    let limit = which.limit.unwrap_or(LISTED).min(LISTED);
    let _turn = door.reads.acquire().await;
    let shared = Arc::clone(&door.node.shared);
    let read = tokio::task::spawn_blocking(move || {
        Ok::<_, crate::store::StoreError>(governance::neps(&shared.store.view()?, Filter { status, nep_type }, limit))
    });
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the ledger's reader failed");
    Ok(Json(read.await.map_err(failed)??))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wait {
    /// Waits for a block that changes its status from this one
    not: Option<String>,
    /// Milliseconds to wait for that
    wait_ms: Option<u64>,
}

/// A proposal with all that it says
#[utoipa::path(get, path = "/v1/neps/{id}", tag = "governance",
    params(("id" = String, Path, description = "as in NEP-001"), Wait),
    responses((status = 200, body = NepFullAnswer), (status = 404, body = super::schema::Problem)))]
async fn nep(State(door): State<Door>, Path(text): Path<String>, Query(query): Query<Wait>) -> Answer<NepFullAnswer> {
    let id = id(&text)?;
    let not = query.not.as_deref().and_then(Status::named);
    let wait = Duration::from_millis(query.wait_ms.unwrap_or(0)).min(WAIT_MAX);
    let mut height = door.shared().height.subscribe();
    let until = tokio::time::Instant::now() + wait;
    loop {
        let found = governance::nep_full(&door.shared().store.view()?, id).ok_or_else(|| absent(id))?;
        let moved = not.is_none_or(|not| found.nep.status != not);
        if moved || !matches!(tokio::time::timeout_at(until, height.changed()).await, Ok(Ok(()))) {
            return Ok(Json(found));
        }
    }
}

/// How the votes on a proposal stand
#[utoipa::path(get, path = "/v1/neps/{id}/results", tag = "governance",
    params(("id" = String, Path, description = "as in NEP-001")),
    responses((status = 200, body = ResultsAnswer), (status = 404, body = super::schema::Problem)))]
async fn results(State(door): State<Door>, Path(text): Path<String>) -> Answer<ResultsAnswer> {
    let id = id(&text)?;
    let found = governance::nep(&door.shared().store.view()?, id);
    found.map(|nep| Json(nep.results)).ok_or_else(|| absent(id))
}

/// What the pays of recent blocks would have been under other parameters; changes nothing
#[utoipa::path(post, path = "/v1/neps/simulate", tag = "governance", request_body = SimulationRequest,
    responses((status = 200, body = SimulationAnswer), (status = 400, body = super::schema::Problem)))]
async fn simulate(State(door): State<Door>, Json(request): Json<SimulationRequest>) -> Answer<SimulationAnswer> {
    let _turn = door.reads.acquire().await;
    let shared = Arc::clone(&door.node.shared);
    let computed = tokio::task::spawn_blocking(move || simulation::simulate(&shared.store, &request));
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the ledger's reader failed");
    match computed.await.map_err(failed)? {
        Ok(answer) => Ok(Json(answer)),
        Err(SimulationError::Store(error)) => Err(error.into()),
        Err(SimulationError::Parameter(error)) => Err(super::bad_request(&error)),
    }
}

fn id(text: &str) -> Result<NepId, Problem> {
    text.parse().map_err(|problem: crate::governance::id::NepIdError| super::bad_request(&problem))
}

fn absent(id: NepId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, super::ABSENT, format!("there is no {id}"))
}
