//! Tasks: brought in, listed, opened.

use crate::{
    extract::{Path, Query, word_of},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, body::Body, extract::State, http::StatusCode};
use http_body_util::BodyExt;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;
use vouchsafe_app::{
    App, Asker, Error,
    page::{LIMIT, LIMIT_MAX, Page},
    work::{
        feed::Feed,
        import::{ImportOptions, Report},
        tasks::{TaskListed, TaskSent, Which},
    },
};
use vouchsafe_domain::ids::{ProjectId, TaskId};

/// How an import is to be read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct ImportQuery {
    /// Name of the batch.
    batch: Option<String>,
    /// Priority of rows that name none, 0 to 9.
    priority: i64,
    /// Name or JSON Pointer of the external id in bare rows: `id`, `/meta/id`.
    external_id: Option<String>,
}

/// Which tasks.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct TaskQuery {
    /// `open`, `in_review` or `done`; any without it.
    state: String,
    /// Those of one batch.
    batch: Option<String>,
    /// The one that the client calls so.
    external_id: Option<String>,
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

/// Bring tasks in: JSONL, plain, gzip or zstd, of any size. Good rows stay whatever comes after them; the same
/// file sent again goes on where it stopped.
///
/// A line is either the client's own object, as it is, or `{"data": …}` with that object in it and beside it any of
/// `external_id` (text or number), `priority` (0 to 9), `metadata` (an object, given back in releases), `gold` (the known answers, by question, as
/// an annotation has them) and `judges` (answers of models, by the model's name). A row that is there already, by its
/// external id or else by batch, line and content, is counted and not repeated. Refused lines are named in the report with the field and
/// the rule, the first 1,000 of them, and the others are kept.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/tasks", tag = "work", params(("project" = String, Path), ImportQuery),
    request_body(content = String, content_type = "application/x-ndjson"), responses((status = 200, body = Report)),
)]
pub async fn create_tasks(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(query): Query<ImportQuery>,
    body: Body,
) -> Result<(StatusCode, Reply<Report>), Problem> {
    let options = ImportOptions { batch: query.batch, priority: query.priority, external_id: query.external_id };
    let mut feed = app.retry(|| app.feed(&asker, project, options.clone())).await?;
    let report = pour(&mut feed, &asker, body).await?;
    Ok((StatusCode::OK, Reply(report)))
}

/// How long the rest of a refused upload is taken and forgotten. A client that is still writing does not read, and
/// would find a broken connection in place of the answer that says why.
const REST_TAKES_MAX: Duration = Duration::from_secs(30);

async fn pour(feed: &mut Feed, asker: &Asker, mut body: Body) -> Result<Report, Problem> {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            feed.cut_off(asker).await?;
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "cut_off",
                format!(
                    "the upload ended early; {} rows were kept, send the file again to go on",
                    feed.report().accepted
                ),
            ));
        };
        if let Ok(data) = frame.into_data()
            && let Err(refused) = feed.push(asker, data).await
        {
            let rest = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout(REST_TAKES_MAX, rest).await;
            return Err(broken_off(refused, feed));
        }
    }
    match feed.finish(asker).await {
        Ok(report) => Ok(report),
        Err(refused) => Err(broken_off(refused, feed)),
    }
}

fn broken_off(refused: Error, feed: &Feed) -> Problem {
    Problem::from(refused).kept(|| {
        let Report { accepted, already_there, .. } = feed.report();
        format!("{accepted} rows were kept and {already_there} were there before: send the file again to go on")
    })
}

/// The tasks of a project: metadata only.
#[utoipa::path(get, path = "/api/v1/projects/{project}/tasks", tag = "work", params(("project" = String, Path), TaskQuery), responses((status = 200, body = Page<TaskListed>)))]
pub async fn list_tasks(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Query(query): Query<TaskQuery>,
) -> Result<Reply<Page<TaskListed>>, Problem> {
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let state = word_of("state", Some(&query.state), &["open", "in_review", "done"])?.unwrap_or_default();
    let no_batch = |_| Error::invalid("/batch", "is not the id of a batch");
    let batch = query.batch.as_deref().map(str::parse).transpose().map_err(no_batch)?;
    let which = Which { state, batch, external_id: query.external_id.as_deref() };
    Ok(Reply(app.retry(|| app.list_tasks(&asker, project, which, query.after.as_deref(), limit)).await?))
}

/// One task with its content and every answer.
#[utoipa::path(get, path = "/api/v1/tasks/{task}", tag = "work", params(("task" = String, Path)), responses((status = 200, body = TaskSent)))]
pub async fn find_task(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(task): Path<TaskId>,
) -> Result<Reply<TaskSent>, Problem> {
    Ok(Reply(app.retry(|| app.task(&asker, task)).await?))
}
