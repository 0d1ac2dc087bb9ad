//! Releases: ordered, looked at, approved, delivered, fetched.

use crate::{
    extract::{Json, PageQuery, Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{
    Json as Reply,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use vouchsafe_app::{
    App,
    page::Page,
    releases::{
        approve::Approved,
        files::FileSent,
        find::ReleaseSent,
        order::{NewRelease, Ordered},
    },
};
use vouchsafe_domain::ids::{ProjectId, ReleaseId};

/// Where a release stands now.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct StateSent {
    /// `delivered`.
    state: &'static str,
}

/// Order a release of all that is done in a project. It is built in the background.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/releases", tag = "releases", params(("project" = String, Path)),
    request_body = NewRelease, responses((status = 201, body = Ordered)),
)]
pub async fn create_release(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewRelease>,
) -> Result<(StatusCode, Reply<Ordered>), Problem> {
    let ordered = app.retry(|| app.order_release(&asker, project, &new)).await?;
    if let Ok(release) = ordered.id.parse() {
        // What breaks off here is taken up by the server's job.
        tokio::spawn(async move {
            if let Err(error) = app.build_release(release).await {
                tracing::error!(%error, %release, "a build could not be recorded");
            }
        });
    }
    Ok((StatusCode::CREATED, Reply(ordered)))
}

/// The releases of a project, oldest first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/releases", tag = "releases", params(("project" = String, Path), PageQuery),
    responses((status = 200, body = Page<ReleaseSent>)),
)]
pub async fn list_releases(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> Result<Reply<Page<ReleaseSent>>, Problem> {
    let (after, limit) = query.page();
    Ok(Reply(app.retry(|| app.list_releases(&asker, project, after, limit)).await?))
}

/// One release: state, approvals, files, and what its manifest says.
#[utoipa::path(get, path = "/api/v1/releases/{release}", tag = "releases", params(("release" = String, Path)), responses((status = 200, body = ReleaseSent)))]
pub async fn find_release(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(release): Path<ReleaseId>,
) -> Result<Reply<ReleaseSent>, Problem> {
    Ok(Reply(app.retry(|| app.release(&asker, release)).await?))
}

/// Approve a built release, as one of two persons.
#[utoipa::path(post, path = "/api/v1/releases/{release}/approve", tag = "releases", params(("release" = String, Path)), responses((status = 200, body = Approved)))]
pub async fn approve_release(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(release): Path<ReleaseId>,
) -> Result<Reply<Approved>, Problem> {
    Ok(Reply(app.retry(|| app.approve_release(&asker, release)).await?))
}

/// Open an approved release for fetching.
#[utoipa::path(post, path = "/api/v1/releases/{release}/deliver", tag = "releases", params(("release" = String, Path)), responses((status = 200, body = StateSent)))]
pub async fn deliver_release(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(release): Path<ReleaseId>,
) -> Result<Reply<StateSent>, Problem> {
    let state = app.retry(|| app.deliver_release(&asker, release)).await?;
    Ok(Reply(StateSent { state }))
}

/// Fetch a file of a delivered release. The `/` in a name such as `data/full.jsonl` is written `%2F`.
#[utoipa::path(
    get, path = "/api/v1/releases/{release}/files/{name}", tag = "releases", params(("release" = String, Path), ("name" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", description = "the file")),
)]
pub async fn find_release_file(
    State(app): State<App>,
    Signed(asker): Signed,
    Path((release, name)): Path<(ReleaseId, String)>,
) -> Result<Response, Problem> {
    let file = app.retry(|| app.release_file(&asker, release, &name)).await?;
    Ok(streamed(file))
}

/// A file on its way, a piece at a time.
pub(crate) fn streamed(file: FileSent) -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
    ];
    // An error in the middle ends the answer short of its length, so nobody takes it for whole.
    let pieces = stream::unfold(file, |mut file| async move {
        let piece = file.next_piece().await?;
        Some((piece.map_err(|error| std::io::Error::other(error.to_string())), file))
    });
    (head, Body::from_stream(pieces)).into_response()
}
