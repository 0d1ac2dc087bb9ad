//! Holds over HTTP.

use crate::{
    extract::{Json, Path},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    custody::holds::{HoldListed, NewHold},
    page::Page,
};
use vouchsafe_domain::ids::{ClientId, HoldId};

/// Place a hold: it beats every deletion from now on.
#[utoipa::path(post, path = "/api/v1/clients/{client}/holds", tag = "custody", params(("client" = String, Path)), request_body = NewHold, responses((status = 201, body = Made)))]
pub async fn create_hold(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewHold>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.place_hold(&asker, client, &new)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// The holds of a client, newest first.
#[utoipa::path(get, path = "/api/v1/clients/{client}/holds", tag = "custody", params(("client" = String, Path)), responses((status = 200, body = Page<HoldListed>)))]
pub async fn list_holds(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<Page<HoldListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_holds(&asker, client)).await?)))
}

/// Release a hold.
#[utoipa::path(post, path = "/api/v1/holds/{hold}/release", tag = "custody", params(("hold" = String, Path)), responses((status = 204)))]
pub async fn release_hold(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(hold): Path<HoldId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.release_hold(&asker, hold)).await?;
    Ok(StatusCode::NO_CONTENT)
}
