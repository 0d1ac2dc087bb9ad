//! The people in a project's reach, over HTTP.

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
    experts::people::PersonListed,
    page::{LIMIT, LIMIT_MAX, Page},
};
use vouchsafe_domain::ids::ProjectId;

/// Whom.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct PeopleQuery {
    /// Only those who may work there now; a page may then hold fewer than asked for.
    eligible: bool,
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// Experts and reviewers, and what keeps each of them out of a project.
#[utoipa::path(get, path = "/api/v1/projects/{project}/people", tag = "work", params(("project" = String, Path), PeopleQuery), responses((status = 200, body = Page<PersonListed>)))]
pub async fn list_people(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(q): Query<PeopleQuery>,
) -> Result<Reply<Page<PersonListed>>, Problem> {
    let limit = q.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    Ok(Reply(app.retry(|| app.list_people(&asker, project, q.eligible, q.after.as_deref(), limit)).await?))
}
