//! What is known of a project's quality.

use crate::{extract::Path, problem::Problem, signed::Signed};
use axum::{Json as Reply, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use vouchsafe_app::{
    App,
    quality::{report::Report, show::OwnReviewing},
};
use vouchsafe_domain::ids::ProjectId;

/// A report, or that there is none yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quality {
    /// Null until somebody answered and the first report was reckoned.
    report: Option<Report>,
}

/// How good the answers of a project are, and how sure that is.
#[utoipa::path(get, path = "/api/v1/projects/{project}/quality", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = Quality)))]
pub async fn find_quality(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<Quality>, Problem> {
    Ok(Reply(Quality { report: app.retry(|| app.quality(&asker, project)).await? }))
}

/// How the caller reviews, by the gold among what he was given to judge.
#[utoipa::path(get, path = "/api/v1/projects/{project}/reviewing", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = OwnReviewing)))]
pub async fn find_own_reviewing(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<OwnReviewing>, Problem> {
    Ok(Reply(app.retry(|| app.own_reviewing(&asker, project)).await?))
}
