//! Qualification courses, over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    experts::courses::{CourseChange, CourseFound, OwnCourse},
};
use vouchsafe_domain::ids::ProjectId;

/// A project as a qualification course, with its results.
#[utoipa::path(get, path = "/api/v1/projects/{project}/course", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = CourseFound)))]
pub async fn find_course(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<CourseFound>, Problem> {
    Ok(Reply(app.retry(|| app.course(&asker, project)).await?))
}

/// Make a project a qualification course, change it, or make it an ordinary project again.
#[utoipa::path(put, path = "/api/v1/projects/{project}/course", tag = "quality", params(("project" = String, Path)), request_body = CourseChange, responses((status = 204)))]
pub async fn put_course(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(change): Json<CourseChange>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.set_course(&asker, project, &change)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the caller stands in a course.
#[utoipa::path(get, path = "/api/v1/projects/{project}/course/own", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = OwnCourse)))]
pub async fn find_own_course(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<OwnCourse>, Problem> {
    Ok(Reply(app.retry(|| app.own_course(&asker, project)).await?))
}
