//! Clients over HTTP.

use crate::{
    extract::{Json, Path},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    custody::{
        client::{ClientChange, ClientSent},
        clients::{ClientListed, NewClient},
    },
    page::Page,
};
use vouchsafe_domain::ids::ClientId;

/// Make a client.
#[utoipa::path(post, path = "/api/v1/clients", tag = "custody", request_body = NewClient, responses((status = 201, body = Made)))]
pub async fn create_client(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewClient>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.create_client(&asker, &new).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// The clients one may know of.
#[utoipa::path(get, path = "/api/v1/clients", tag = "custody", responses((status = 200, body = Page<ClientListed>)))]
pub async fn list_clients(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Page<ClientListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_clients(&asker)).await?)))
}

/// One client: its settings, and whether its key answers.
#[utoipa::path(get, path = "/api/v1/clients/{client}", tag = "custody", params(("client" = String, Path)), responses((status = 200, body = ClientSent)))]
pub async fn find_client(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<ClientSent>, Problem> {
    Ok(Reply(app.retry(|| app.client(&asker, client)).await?))
}

/// Change a client: its names, or whether releases need a second person.
#[utoipa::path(patch, path = "/api/v1/clients/{client}", tag = "custody", params(("client" = String, Path)), request_body = ClientChange, responses((status = 204)))]
pub async fn change_client(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(change): Json<ClientChange>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.change_client(&asker, client, &change)).await?;
    Ok(StatusCode::NO_CONTENT)
}
