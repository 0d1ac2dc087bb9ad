//! Outside logs over HTTP.

use crate::{
    extract::{Json, Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, body::Bytes, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vouchsafe_app::{
    App,
    custody::{
        erase_outside::OutsideErasure,
        outside_declared::Declaration,
        outside_facts::{FactKind, FactsListed},
        outside_logs::LogListed,
    },
};

/// What an erasure reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutsideErased {
    /// How many cases named the person. What was learned of him, and reports of logs, are reached too.
    cases: usize,
}

/// What is declared, or that nothing is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclarationFound {
    /// Null while outside logs are not read.
    declaration: Option<Declaration>,
}

/// Logs that were read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Logs {
    /// Newest first.
    items: Vec<LogListed>,
}

/// What is known besides the logs.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactsFound {
    /// The kinds that are kept.
    items: Vec<FactsListed>,
}

/// What the log is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct LogQuery {
    /// Its name, for those who read the list.
    name: String,
}

/// What of outside logs may be looked at.
#[utoipa::path(get, path = "/api/v1/watch/declaration", tag = "custody", responses((status = 200, body = DeclarationFound)))]
pub async fn find_declaration(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<DeclarationFound>, Problem> {
    Ok(Reply(DeclarationFound { declaration: app.declaration(&asker).await? }))
}

/// Declare scope, notice to the staff and retention; only then are outside logs read.
#[utoipa::path(put, path = "/api/v1/watch/declaration", tag = "custody", request_body = Declaration, responses((status = 204)))]
pub async fn put_declaration(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<Declaration>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.declare_watch(&asker, Some(&new))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switch reading outside logs off.
#[utoipa::path(delete, path = "/api/v1/watch/declaration", tag = "custody", responses((status = 204)))]
pub async fn delete_declaration(State(app): State<App>, Signed(asker): Signed) -> Result<StatusCode, Problem> {
    app.retry(|| app.declare_watch(&asker, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a log: one JSON object a line, at most 64 MiB. The log is not kept, only what rules fit.
#[utoipa::path(post, path = "/api/v1/watch/logs", tag = "custody", params(LogQuery),
    request_body(content = String, content_type = "application/x-ndjson"), responses((status = 201, body = LogListed)))]
pub async fn create_log(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<LogQuery>,
    log: Bytes,
) -> Result<(StatusCode, Reply<LogListed>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.read_log(&asker, &q.name, &log).await?)))
}

/// Logs that were read and are not forgotten.
#[utoipa::path(get, path = "/api/v1/watch/logs", tag = "custody", responses((status = 200, body = Logs)))]
pub async fn list_logs(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Logs>, Problem> {
    Ok(Reply(Logs { items: app.list_logs(&asker).await? }))
}

/// What is known besides outside logs: kinds, sizes and when each was sent.
#[utoipa::path(get, path = "/api/v1/watch/facts", tag = "custody", responses((status = 200, body = FactsFound)))]
pub async fn list_watch_facts(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<FactsFound>, Problem> {
    Ok(Reply(FactsFound { items: app.list_watch_facts(&asker).await? }))
}

/// Send what is known besides outside logs, one kind, in the place of what there was: at most 64 MiB. It counts from the next log on.
#[utoipa::path(put, path = "/api/v1/watch/facts/{kind}", tag = "custody", params(("kind" = FactKind, Path)),
    request_body(content = String, content_type = "application/x-ndjson"), responses((status = 200, body = FactsListed)))]
pub async fn put_watch_facts(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(kind): Path<FactKind>,
    text: Bytes,
) -> Result<Reply<FactsListed>, Problem> {
    Ok(Reply(app.retry(|| app.put_watch_facts(&asker, kind, &text)).await?))
}

/// Delete one kind of what is known besides outside logs.
#[utoipa::path(delete, path = "/api/v1/watch/facts/{kind}", tag = "custody", params(("kind" = FactKind, Path)), responses((status = 204)))]
pub async fn delete_watch_facts(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(kind): Path<FactKind>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.delete_watch_facts(&asker, kind)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erase somebody who has no account here from what outside logs left: cases, reports, what was learned. Cannot be undone.
#[utoipa::path(post, path = "/api/v1/watch/erasures", tag = "custody", request_body = OutsideErasure,
    responses((status = 200, body = OutsideErased)))]
pub async fn create_erasure(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(who): Json<OutsideErasure>,
) -> Result<Reply<OutsideErased>, Problem> {
    Ok(Reply(OutsideErased { cases: app.retry(|| app.erase_outsider(&asker, &who)).await? }))
}
