//! Grants over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use vouchsafe_app::App;
use vouchsafe_domain::ids::{ClientId, GrantId, MemberId};

/// For whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The account.
    #[schema(value_type = String)]
    member: MemberId,
}

/// Propose a grant into a client.
#[utoipa::path(post, path = "/api/v1/clients/{client}/grants", tag = "access", params(("client" = String, Path)), request_body = NewGrant, responses((status = 201)))]
pub async fn create_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewGrant>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.propose_grant(&asker, client, new.member)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id, "state": "proposed"}))))
}

/// Confirm a proposed grant, as a second person.
#[utoipa::path(post, path = "/api/v1/grants/{grant}/confirm", tag = "access", params(("grant" = String, Path)), responses((status = 204)))]
pub async fn confirm_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(grant): Path<GrantId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.confirm_grant(&asker, grant)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a grant at once.
#[utoipa::path(delete, path = "/api/v1/grants/{grant}", tag = "access", params(("grant" = String, Path)), responses((status = 204)))]
pub async fn delete_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(grant): Path<GrantId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.revoke_grant(&asker, grant)).await?;
    Ok(StatusCode::NO_CONTENT)
}
