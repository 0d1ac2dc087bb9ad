//! Clients over HTTP.

use crate::{extract::Json, problem::Problem, signed::Signed};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde_json::{Value, json};
use vouchsafe_app::{
    App,
    custody::clients::{ClientListed, NewClient},
};

/// Make a client.
#[utoipa::path(post, path = "/api/v1/clients", tag = "custody", request_body = NewClient, responses((status = 201)))]
pub async fn create_client(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewClient>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    Ok((StatusCode::CREATED, Reply(json!({"id": app.create_client(&asker, &new).await?}))))
}

/// The clients one may know of.
#[utoipa::path(get, path = "/api/v1/clients", tag = "custody", responses((status = 200, body = Vec<ClientListed>)))]
pub async fn list_clients(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Value>, Problem> {
    Ok(Reply(json!({"items": app.list_clients(&asker).await?, "next": null})))
}
