//! How experts stand in a project, over HTTP.

use crate::{
    extract::{Json, Path},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    experts::{
        looks::{LookDecision, NewLook},
        standing::{BarsSaid, OwnStanding, Standings},
    },
};
use vouchsafe_domain::ids::{LookId, ProjectId};

/// How the caller stands in a project, why, and what would change it.
#[utoipa::path(get, path = "/api/v1/projects/{project}/standing", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = OwnStanding)))]
pub async fn find_own_standing(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<OwnStanding>, Problem> {
    Ok(Reply(app.retry(|| app.own_standing(&asker, project)).await?))
}

/// Ask that another person looks again at how the caller stands.
#[utoipa::path(post, path = "/api/v1/projects/{project}/second-looks", tag = "quality", params(("project" = String, Path)), request_body = NewLook, responses((status = 201, body = Made)))]
pub async fn create_second_look(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewLook>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.ask_second_look(&asker, project, &new)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// What a project asks of its experts, who is not active and why, and second looks.
#[utoipa::path(get, path = "/api/v1/projects/{project}/standings", tag = "quality", params(("project" = String, Path)), responses((status = 200, body = Standings)))]
pub async fn list_standings(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<Reply<Standings>, Problem> {
    Ok(Reply(app.retry(|| app.list_standings(&asker, project)).await?))
}

/// Set what a project asks of its experts.
#[utoipa::path(put, path = "/api/v1/projects/{project}/bars", tag = "quality", params(("project" = String, Path)), request_body = BarsSaid, responses((status = 204)))]
pub async fn put_bars(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<BarsSaid>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.set_bars(&asker, project, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decide a second look, as another person than whoever set the rule.
#[utoipa::path(post, path = "/api/v1/second-looks/{look}/decision", tag = "quality", params(("look" = String, Path)), request_body = LookDecision, responses((status = 204)))]
pub async fn decide_second_look(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(look): Path<LookId>,
    Json(decision): Json<LookDecision>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.decide_second_look(&asker, look, &decision)).await?;
    Ok(StatusCode::NO_CONTENT)
}
