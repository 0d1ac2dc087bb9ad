//! Projects and guidelines over HTTP, and what waits for a member.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use vouchsafe_app::{
    App,
    store::work::projects::UnknownState,
    work::{guidelines::GuidelineSent, home::Home, projects::NewProject},
};
use vouchsafe_domain::ids::{ClientId, ProjectId};

/// Which version was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// From 1.
    version: u32,
}

/// Make a project of a client one operates for.
#[utoipa::path(post, path = "/api/v1/clients/{client}/projects", tag = "work", params(("client" = String, Path)), request_body = NewProject, responses((status = 201)))]
pub async fn create_project(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewProject>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.create_project(&asker, client, &new)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id}))))
}

/// What changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectChange {
    /// `open`, `paused` or `closed`.
    state: String,
}

/// Open, pause or close a project.
#[utoipa::path(patch, path = "/api/v1/projects/{project}", tag = "work", params(("project" = String, Path)), request_body = ProjectChange, responses((status = 204)))]
pub async fn change_project(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(change): Json<ProjectChange>,
) -> Result<StatusCode, Problem> {
    let state = change.state.parse().map_err(|e: UnknownState| Problem::invalid("/state", e.to_string()))?;
    app.retry(|| app.set_project_state(&asker, project, state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest guideline.
#[utoipa::path(get, path = "/api/v1/projects/{project}/guideline", tag = "work", params(("project" = String, Path)), responses((status = 200, body = GuidelineSent)))]
pub async fn find_guideline(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<GuidelineSent>, Problem> {
    Ok(Reply(app.retry(|| app.guideline(&asker, project)).await?))
}

/// Say that one has read the guideline.
#[utoipa::path(post, path = "/api/v1/projects/{project}/guideline/acknowledge", tag = "work", params(("project" = String, Path)), request_body = Acknowledged, responses((status = 204)))]
pub async fn acknowledge_guideline(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(read): Json<Acknowledged>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.acknowledge_guideline(&asker, project, read.version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What waits for the caller.
#[utoipa::path(get, path = "/api/v1/work", tag = "work", responses((status = 200, body = Home)))]
pub async fn find_home(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Home>, Problem> {
    Ok(Reply(app.retry(|| app.home(&asker)).await?))
}
