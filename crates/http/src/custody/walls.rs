//! Organisations, conflicts and walls over HTTP.

use crate::{
    extract::{Json, PageQuery, Path, Query},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vouchsafe_app::{
    App,
    custody::{
        conflicts::{ConflictListed, Declared, NewConflict},
        exposures::ClientExposure,
        gaps::{GapClosing, GapListed},
        ordered_walls::{NewWall, WallOrdered, WallTerms},
        organisations::{Looked, NewOrganisation, OrganisationListed},
        wall_matrix::{LIMIT_MAX, WallMatrix},
    },
    page::Page,
};
use vouchsafe_domain::ids::{ClientId, OrganisationId};

/// Which page of the matrix.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct MatrixQuery {
    /// Where the last page ended.
    after: Option<String>,
    /// Accounts of a page, 1 to 100.
    limit: Option<u32>,
}

/// Enter an organisation: an owner of this installation, an employer, a rival vendor.
#[utoipa::path(post, path = "/api/v1/organisations", tag = "custody", request_body = NewOrganisation, responses((status = 201)))]
pub async fn create_organisation(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewOrganisation>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.create_organisation(&asker, &new)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id}))))
}

/// The organisations one may name: all for custodians of the installation, no client for anybody else.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "custody", responses((status = 200, body = Page<OrganisationListed>)))]
pub async fn list_organisations(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<Page<OrganisationListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_organisations(&asker)).await?)))
}

/// Say which of the known organisations one is that somebody named when he declared a tie, or that it is none of them.
#[utoipa::path(post, path = "/api/v1/organisations/{organisation}/look", tag = "custody", params(("organisation" = String, Path)), request_body = Looked, responses((status = 204)))]
pub async fn look_at_organisation(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(organisation): Path<OrganisationId>,
    Json(looked): Json<Looked>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.look_at_organisation(&asker, organisation, &looked)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Declare a conflict. Leases that it shuts end at once; the answer names whoever stands on both sides.
#[utoipa::path(post, path = "/api/v1/conflicts", tag = "custody", request_body = NewConflict, responses((status = 201, body = Declared)))]
pub async fn create_conflict(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewConflict>,
) -> Result<(StatusCode, Reply<Declared>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.retry(|| app.declare_conflict(&asker, &new)).await?)))
}

/// Every conflict ever declared. One ends by a request that a second person approves.
#[utoipa::path(get, path = "/api/v1/conflicts", tag = "custody", responses((status = 200, body = Page<ConflictListed>)))]
pub async fn list_conflicts(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<Page<ConflictListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_conflicts(&asker)).await?)))
}

/// Who is kept from what, and why: clients by accounts.
#[utoipa::path(get, path = "/api/v1/walls", tag = "custody", params(MatrixQuery), responses((status = 200, body = WallMatrix)))]
pub async fn find_wall_matrix(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<MatrixQuery>,
) -> Result<Reply<WallMatrix>, Problem> {
    let limit = q.limit.unwrap_or(LIMIT_MAX);
    Ok(Reply(app.retry(|| app.wall_matrix(&asker, q.after.as_deref(), limit)).await?))
}

/// Shut a person out of a client, at once.
#[utoipa::path(post, path = "/api/v1/clients/{client}/walls", tag = "custody", params(("client" = String, Path)), request_body = NewWall, responses((status = 201, body = WallOrdered)))]
pub async fn create_wall(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewWall>,
) -> Result<(StatusCode, Reply<WallOrdered>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.retry(|| app.order_wall(&asker, client, &new)).await?)))
}

/// Set how long a client's rivals stay shut, and whether people confirm their interests before its projects.
#[utoipa::path(patch, path = "/api/v1/clients/{client}/walls", tag = "custody", params(("client" = String, Path)), request_body = WallTerms, responses((status = 204)))]
pub async fn change_wall_terms(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(terms): Json<WallTerms>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.set_wall_terms(&asker, client, &terms)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who was sent something of a client, by pseudonym and in pages, and who is kept out of it.
#[utoipa::path(get, path = "/api/v1/clients/{client}/exposures", tag = "custody", params(("client" = String, Path), PageQuery), responses((status = 200, body = ClientExposure)))]
pub async fn find_client_exposures(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Query(query): Query<PageQuery>,
) -> Result<Reply<ClientExposure>, Problem> {
    let (after, limit) = query.page();
    Ok(Reply(app.retry(|| app.client_exposures(&asker, client, after, limit)).await?))
}

/// What a restore lost and nobody has entered again: as long as a gap is open, nobody is sent anything of its client.
#[utoipa::path(get, path = "/api/v1/gaps", tag = "custody", responses((status = 200, body = Page<GapListed>)))]
pub async fn list_gaps(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Page<GapListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_gaps(&asker)).await?)))
}

/// Enter who was sent something before entries were lost, and ask a second person to confirm that everything was looked at.
#[utoipa::path(post, path = "/api/v1/gaps/{ledger}", tag = "custody", params(("ledger" = String, Path, description = "a client's id, or `installation`")), request_body = GapClosing, responses((status = 201, body = Made)))]
pub async fn enter_gap(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(ledger): Path<String>,
    Json(closing): Json<GapClosing>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.enter_gap(&asker, &ledger, &closing)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}
