//! What people tell the node to do: pause, go on, stop, stake. All of it needs the token.

use super::guard::Authorised;
use super::ledger::Submitted;
use super::{Answer, Door, Problem};
use crate::governance::id::NepId;
use crate::governance::tally::Choice;
use crate::ledger::transaction::Action;
use crate::node::supervisor::ActError;
use crate::types::Amount;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Peers that can be blocked at once; no network of one machine has more.
const BLOCKED_MAX: usize = 1024;
/// No id of a peer is longer.
const PEER_ID_BYTES_MAX: usize = 128;

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(stop))
        .routes(routes!(block))
        .routes(routes!(stake))
        .routes(routes!(unstake))
        .routes(routes!(withdraw))
        .routes(routes!(vote))
}

/// What the node does now.
#[derive(Serialize, ToSchema)]
struct Doing {
    /// `pausing`, `training` or `stopping`.
    state: &'static str,
}

/// Makes training wait after the step under way
#[utoipa::path(post, path = "/v1/node/pause", tag = "control", security(("token" = [])),
    responses((status = 200, body = Doing), (status = 401, body = super::schema::Problem)))]
async fn pause(State(door): State<Door>, _: Authorised) -> Json<Doing> {
    door.node.pause(true);
    Json(Doing { state: "pausing" })
}

/// Lets training go on
#[utoipa::path(post, path = "/v1/node/resume", tag = "control", security(("token" = [])),
    responses((status = 200, body = Doing), (status = 401, body = super::schema::Problem)))]
async fn resume(State(door): State<Door>, _: Authorised) -> Json<Doing> {
    door.node.pause(false);
    Json(Doing { state: "training" })
}

/// Saves everything and ends the node
#[utoipa::path(post, path = "/v1/node/stop", tag = "control", security(("token" = [])),
    responses((status = 200, body = Doing), (status = 401, body = super::schema::Problem)))]
async fn stop(State(door): State<Door>, _: Authorised) -> Json<Doing> {
    door.node.stop();
    Json(Doing { state: "stopping" })
}

/// Peers to speak with no more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlockRequest {
    /// Their ids; exactly these are blocked from now on.
    block: Vec<String>,
}

/// How many are blocked now.
#[derive(Serialize, ToSchema)]
struct Blocked {
    /// That many.
    blocked: usize,
}

/// Speaks with none of these peers from now on, and with all others
#[utoipa::path(post, path = "/v1/control/peers", tag = "control", security(("token" = [])), request_body = BlockRequest,
    responses((status = 200, body = Blocked), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn block(
    State(door): State<Door>,
    _: Authorised,
    Json(BlockRequest { block }): Json<BlockRequest>,
) -> Answer<Blocked> {
    let is_peer =
        |id: &String| (1..=PEER_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if block.len() > BLOCKED_MAX || !block.iter().all(is_peer) {
        let says = format!("give at most {BLOCKED_MAX} ids of peers");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "peers", says));
    }
    let blocked = block.len();
    door.node.block_peers(block);
    Ok(Json(Blocked { blocked }))
}

/// What the node's own account is to lock behind it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StakeRequest {
    /// How much.
    #[schema(value_type = String)]
    amount: Amount,
    /// For how many days.
    #[serde(default)]
    days: u64,
}

/// Locks NEURO of the node's own account behind the node
#[utoipa::path(post, path = "/v1/node/stake", tag = "control", security(("token" = [])), request_body = StakeRequest,
    responses((status = 200, body = Submitted), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn stake(
    State(door): State<Door>,
    _: Authorised,
    Json(StakeRequest { amount, days }): Json<StakeRequest>,
) -> Answer<Submitted> {
    act(door, move |behind| Action::Stake { amount, days, behind }).await
}

/// What of it is to be unlocked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnstakeRequest {
    /// How much.
    #[schema(value_type = String)]
    amount: Amount,
}

/// Begins to unlock NEURO that the node's own account staked
#[utoipa::path(post, path = "/v1/node/unstake", tag = "control", security(("token" = [])), request_body = UnstakeRequest,
    responses((status = 200, body = Submitted), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn unstake(
    State(door): State<Door>,
    _: Authorised,
    Json(UnstakeRequest { amount }): Json<UnstakeRequest>,
) -> Answer<Submitted> {
    act(door, move |behind| Action::Unstake { amount, behind }).await
}

/// Takes back what the node's own account unstaked and what has cooled down
#[utoipa::path(post, path = "/v1/node/withdraw", tag = "control", security(("token" = [])),
    responses((status = 200, body = Submitted), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn withdraw(State(door): State<Door>, _: Authorised) -> Answer<Submitted> {
    act(door, |_| Action::Withdraw).await
}

/// How the node's own account votes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoteRequest {
    /// The proposal.
    #[schema(value_type = String)]
    nep: NepId,
    /// `yes`, `no` or `abstain`.
    #[schema(value_type = String)]
    choice: Choice,
    /// Why, for everyone to read.
    #[serde(default)]
    reason: String,
}

/// Votes on a proposal with the stake of the node's own account
#[utoipa::path(post, path = "/v1/node/vote", tag = "control", security(("token" = [])), request_body = VoteRequest,
    responses((status = 200, body = Submitted), (status = 401, body = super::schema::Problem),
        (status = 422, body = super::schema::Problem)))]
async fn vote(
    State(door): State<Door>,
    _: Authorised,
    Json(VoteRequest { nep, choice, reason }): Json<VoteRequest>,
) -> Answer<Submitted> {
    act(door, move |_| Action::Vote { nep, choice, reason }).await
}

async fn act(door: Door, action: impl FnOnce(crate::types::Address) -> Action + Send + 'static) -> Answer<Submitted> {
    let acted = tokio::task::spawn_blocking(move || door.node.act(action(door.node.own))).await;
    let busy = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", ActError::Busy.to_string());
    match acted.map_err(|_| busy())? {
        Ok(tx) => Ok(Json(Submitted { tx })),
        Err(ActError::Refused(reason)) => Err(Problem::refused(&reason)),
        Err(ActError::Busy) => Err(busy()),
    }
}
