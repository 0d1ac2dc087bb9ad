//! Annotations, priorities and consensus, for those who run a project.

use crate::{
    extract::{Json, Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use vouchsafe_app::{
    App,
    page::{LIMIT, LIMIT_MAX, Page},
    work::{
        agreed::ConsensusSent,
        annotations::{Admitted, AnnotationListed},
        priorities::{Moved, NewPriority},
        reopen_decision::NewReopening,
    },
};
use vouchsafe_domain::ids::{AnnotationId, ProjectId, TaskId};

/// Which annotations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct AnnotationQuery {
    /// Only those that came after their slot was taken and wait to be admitted.
    late: bool,
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// The annotations of a project: nothing of their answers.
#[utoipa::path(get, path = "/api/v1/projects/{project}/annotations", tag = "work", params(("project" = String, Path), AnnotationQuery), responses((status = 200, body = Page<AnnotationListed>)))]
pub async fn list_annotations(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(q): Query<AnnotationQuery>,
) -> Result<Reply<Page<AnnotationListed>>, Problem> {
    let limit = q.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    Ok(Reply(app.retry(|| app.list_annotations(&asker, project, q.late, q.after.as_deref(), limit)).await?))
}

/// Let a late annotation count.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/annotations/{annotation}/admit", tag = "work", params(("task" = String, Path), ("annotation" = String, Path)), responses((status = 200, body = Admitted)))]
pub async fn admit_annotation(
    State(app): State<App>,
    Signed(asker): Signed,
    Path((task, annotation)): Path<(TaskId, AnnotationId)>,
) -> Result<Reply<Admitted>, Problem> {
    Ok(Reply(app.retry(|| app.admit_annotation(&asker, task, annotation)).await?))
}

/// What a task's answers came to.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/consensus", tag = "work", params(("task" = String, Path)), responses((status = 200, body = ConsensusSent)))]
pub async fn find_consensus(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(task): Path<TaskId>,
) -> Result<Reply<ConsensusSent>, Problem> {
    Ok(Reply(app.retry(|| app.consensus(&asker, task)).await?))
}

/// Have a decided task decided anew, by somebody who neither decided nor reopened it. The old decision stands until then and is kept.
#[utoipa::path(
    post, path = "/api/v1/tasks/{task}/decision/reopen", tag = "work", params(("task" = String, Path)), request_body = NewReopening,
    responses((status = 204), (status = 409, description = "not decided, one's own decision, or reopened already")),
)]
pub async fn reopen_decision(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(task): Path<TaskId>,
    Json(new): Json<NewReopening>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.reopen_decision(&asker, task, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give tasks, or a whole batch, another priority.
#[utoipa::path(post, path = "/api/v1/projects/{project}/priorities", tag = "work", params(("project" = String, Path)), request_body = NewPriority, responses((status = 200, body = Moved)))]
pub async fn set_priority(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewPriority>,
) -> Result<Reply<Moved>, Problem> {
    Ok(Reply(app.set_priority(&asker, project, &new).await?))
}
