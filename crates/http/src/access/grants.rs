//! Grants over HTTP.

use crate::{
    extract::{Json, Path},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use vouchsafe_app::{App, custody::client::GrantListed, page::Page};
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
#[utoipa::path(post, path = "/api/v1/clients/{client}/grants", tag = "custody", params(("client" = String, Path)), request_body = NewGrant, responses((status = 201, body = Made)))]
pub async fn create_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewGrant>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.propose_grant(&asker, client, new.member)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// The grants and proposals into a client that did not end.
#[utoipa::path(get, path = "/api/v1/clients/{client}/grants", tag = "custody", params(("client" = String, Path)), responses((status = 200, body = Page<GrantListed>)))]
pub async fn list_grants(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<Page<GrantListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_grants(&asker, client)).await?)))
}

/// Confirm a proposed grant, as a second person.
#[utoipa::path(post, path = "/api/v1/grants/{grant}/confirm", tag = "custody", params(("grant" = String, Path)), responses((status = 204)))]
pub async fn confirm_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(grant): Path<GrantId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.confirm_grant(&asker, grant)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a grant at once.
#[utoipa::path(delete, path = "/api/v1/grants/{grant}", tag = "custody", params(("grant" = String, Path)), responses((status = 204)))]
pub async fn delete_grant(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(grant): Path<GrantId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.revoke_grant(&asker, grant)).await?;
    Ok(StatusCode::NO_CONTENT)
}
