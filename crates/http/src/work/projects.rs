//! Projects and guidelines over HTTP, and what waits for a member.

use crate::{
    extract::{Json, Path, Query},
    made::{Made, Version},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use vouchsafe_app::{
    App,
    page::{LIMIT, LIMIT_MAX, Page},
    work::{
        change_project::ProjectChange,
        guidelines::GuidelineSent,
        home::Home,
        preview::{NewPreview, Preview},
        progress::Progress,
        projects::NewProject,
        show_project::{BatchSent, FlagSent, ProjectListed, ProjectSent},
    },
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
#[utoipa::path(post, path = "/api/v1/clients/{client}/projects", tag = "work", params(("client" = String, Path)), request_body = NewProject, responses((status = 201, body = Made)))]
pub async fn create_project(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewProject>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.create_project(&asker, client, &new)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// Change a project: its state, pipeline, pool.
#[utoipa::path(patch, path = "/api/v1/projects/{project}", tag = "work", params(("project" = String, Path)), request_body = ProjectChange, responses((status = 204)))]
pub async fn change_project(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(change): Json<ProjectChange>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.change_project(&asker, project, &change)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every project one may see.
#[utoipa::path(get, path = "/api/v1/projects", tag = "work", responses((status = 200, body = Page<ProjectListed>)))]
pub async fn list_projects(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<Page<ProjectListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_projects(&asker)).await?)))
}

/// One project with its settings.
#[utoipa::path(get, path = "/api/v1/projects/{project}", tag = "work", params(("project" = String, Path)), responses((status = 200, body = ProjectSent)))]
pub async fn find_project(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<ProjectSent>, Problem> {
    Ok(Reply(app.retry(|| app.project(&asker, project)).await?))
}

/// Where a project stands.
#[utoipa::path(get, path = "/api/v1/projects/{project}/progress", tag = "work", params(("project" = String, Path)), responses((status = 200, body = Progress)))]
pub async fn find_progress(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<Progress>, Problem> {
    Ok(Reply(app.retry(|| app.progress(&asker, project)).await?))
}

/// What each import brought.
#[utoipa::path(get, path = "/api/v1/projects/{project}/batches", tag = "work", params(("project" = String, Path)), responses((status = 200, body = Page<BatchSent>)))]
pub async fn list_batches(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<Page<BatchSent>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.batches(&asker, project)).await?)))
}

/// Which flags.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct FlagQuery {
    /// Only those nobody settled.
    open: bool,
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// Why tasks were skipped or flagged.
#[utoipa::path(get, path = "/api/v1/projects/{project}/flags", tag = "work", params(("project" = String, Path), FlagQuery), responses((status = 200, body = Page<FlagSent>)))]
pub async fn list_flags(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(query): Query<FlagQuery>,
) -> Result<Reply<Page<FlagSent>>, Problem> {
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    Ok(Reply(app.retry(|| app.list_flags(&asker, project, query.open, query.after.as_deref(), limit)).await?))
}

/// Settle a flag.
#[utoipa::path(post, path = "/api/v1/flags/{flag}/resolve", tag = "work", params(("flag" = String, Path)), responses((status = 204)))]
pub async fn resolve_flag(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(flag): Path<String>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.resolve_flag(&asker, &flag)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new version of a schema.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchema {
    /// A project template: fields, questions, distribution, export.
    schema: Value,
}

/// Make a schema the project's newest.
#[utoipa::path(post, path = "/api/v1/projects/{project}/schemas", tag = "work", params(("project" = String, Path)), request_body = NewSchema, responses((status = 201, body = Version)))]
pub async fn create_schema(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewSchema>,
) -> Result<(StatusCode, Reply<Version>), Problem> {
    let version = app.retry(|| app.add_schema(&asker, project, &new.schema)).await?;
    Ok((StatusCode::CREATED, Reply(Version { version })))
}

/// A new version of a guideline.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGuideline {
    /// Markdown.
    text: String,
}

/// Make a guideline the project's newest.
#[utoipa::path(post, path = "/api/v1/projects/{project}/guidelines", tag = "work", params(("project" = String, Path)), request_body = NewGuideline, responses((status = 201, body = Version)))]
pub async fn create_guideline(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewGuideline>,
) -> Result<(StatusCode, Reply<Version>), Problem> {
    let version = app.retry(|| app.add_guideline(&asker, project, &new.text)).await?;
    Ok((StatusCode::CREATED, Reply(Version { version })))
}

/// See what an expert would see of a row, before anything is kept.
#[utoipa::path(post, path = "/api/v1/preview", tag = "work", request_body = NewPreview, responses((status = 200, body = Preview)))]
pub async fn create_preview(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewPreview>,
) -> Result<Reply<Preview>, Problem> {
    Ok(Reply(app.preview(&asker, &new)?))
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
