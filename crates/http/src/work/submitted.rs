//! What one submitted, over HTTP: nothing of others, and nothing of where an answer stands.

use crate::{
    extract::{Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use vouchsafe_app::{
    App,
    page::{LIMIT, LIMIT_MAX},
    work::submitted::{SubmittedPage, SubmittedSent},
};
use vouchsafe_domain::ids::{AssignmentId, ProjectId};

/// Which of one's annotations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SubmittedQuery {
    /// Only those of this project.
    #[param(value_type = Option<String>)]
    project: Option<ProjectId>,
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// What one submitted, newest first: when, for which project, how long it took and whether it came back.
#[utoipa::path(get, path = "/api/v1/submitted", tag = "work", params(SubmittedQuery), responses((status = 200, body = SubmittedPage)))]
pub async fn list_submitted(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<SubmittedQuery>,
) -> Result<Reply<SubmittedPage>, Problem> {
    let limit = q.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    Ok(Reply(app.retry(|| app.list_submitted(&asker, q.project, q.after.as_deref(), limit)).await?))
}

/// A task with what one submitted for it, to read. A disclosure, which counts against one's budget.
#[utoipa::path(
    get, path = "/api/v1/assignments/{assignment}/submitted", tag = "work", params(("assignment" = String, Path)),
    responses((status = 200, body = SubmittedSent), (status = 409, description = "nothing was submitted yet")),
)]
pub async fn find_submitted(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(assignment): Path<AssignmentId>,
) -> Result<Reply<SubmittedSent>, Problem> {
    Ok(Reply(app.retry(|| app.submitted(&asker, assignment)).await?))
}
