//! Destroying a client's key, over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use vouchsafe_app::App;
use vouchsafe_domain::ids::ClientId;

/// What is destroyed, typed by whoever orders it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderDestruction {
    /// The client's code name.
    code_name: String,
}

/// Order a client's key destroyed. Nothing is destroyed until a second person confirms.
#[utoipa::path(post, path = "/api/v1/clients/{client}/key_destruction", tag = "custody", params(("client" = String, Path)), request_body = OrderDestruction, responses((status = 204)))]
pub async fn order_key_destruction(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(order): Json<OrderDestruction>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.order_key_destruction(&asker, client, &order.code_name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the order back.
#[utoipa::path(delete, path = "/api/v1/clients/{client}/key_destruction", tag = "custody", params(("client" = String, Path)), responses((status = 204)))]
pub async fn cancel_key_destruction(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.cancel_key_destruction(&asker, client)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirm the order as a second person. What the key sealed opens nowhere any more.
#[utoipa::path(post, path = "/api/v1/clients/{client}/key_destruction/confirm", tag = "custody", params(("client" = String, Path)), responses((status = 204)))]
pub async fn confirm_key_destruction(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.confirm_key_destruction(&asker, client)).await?;
    Ok(StatusCode::NO_CONTENT)
}
