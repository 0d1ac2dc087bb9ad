//! A client leaving with all that is its own, over HTTP.

use crate::{extract::Path, made::Made, problem::Problem, releases::releases::streamed, signed::Signed};
use axum::{Json as Reply, extract::State, http::StatusCode, response::Response};
use vouchsafe_app::{App, custody::departures::DepartureSent, page::Page};
use vouchsafe_domain::ids::{ClientId, DepartureId};

/// Order all that is a client's own, to leave with it. It is built in the background.
#[utoipa::path(post, path = "/api/v1/clients/{client}/departures", tag = "custody", params(("client" = String, Path)), responses((status = 201, body = Made)))]
pub async fn create_departure(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.order_departure(&asker, client)).await?;
    // What breaks off here is taken up by the server's job.
    tokio::spawn(async move {
        if let Err(error) = app.build_departure(id).await {
            tracing::error!(%error, departure = %id, "a build could not be recorded");
        }
    });
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// The departures of a client, newest first.
#[utoipa::path(get, path = "/api/v1/clients/{client}/departures", tag = "custody", params(("client" = String, Path)), responses((status = 200, body = Page<DepartureSent>)))]
pub async fn list_departures(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<Page<DepartureSent>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_departures(&asker, client)).await?)))
}

/// One departure: state, approvals, names and hashes of its files.
#[utoipa::path(get, path = "/api/v1/departures/{departure}", tag = "custody", params(("departure" = String, Path)), responses((status = 200, body = DepartureSent)))]
pub async fn find_departure(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(departure): Path<DepartureId>,
) -> Result<Reply<DepartureSent>, Problem> {
    Ok(Reply(app.retry(|| app.departure(&asker, departure)).await?))
}

/// Take a departure back: its folder is removed.
#[utoipa::path(delete, path = "/api/v1/departures/{departure}", tag = "custody", params(("departure" = String, Path)), responses((status = 204)))]
pub async fn delete_departure(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(departure): Path<DepartureId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.end_departure(&asker, departure)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approve a built departure, as one of two persons.
#[utoipa::path(post, path = "/api/v1/departures/{departure}/approve", tag = "custody", params(("departure" = String, Path)), responses((status = 200, body = DepartureSent)))]
pub async fn approve_departure(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(departure): Path<DepartureId>,
) -> Result<Reply<DepartureSent>, Problem> {
    Ok(Reply(app.retry(|| app.approve_departure(&asker, departure)).await?))
}

/// Fetch a file of an approved departure. The `/` in a name is written `%2F`.
#[utoipa::path(
    get, path = "/api/v1/departures/{departure}/files/{name}", tag = "custody", params(("departure" = String, Path), ("name" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", description = "the file")),
)]
pub async fn find_departure_file(
    State(app): State<App>,
    Signed(asker): Signed,
    Path((departure, name)): Path<(DepartureId, String)>,
) -> Result<Response, Problem> {
    Ok(streamed(app.retry(|| app.departure_file(&asker, departure, &name)).await?))
}
