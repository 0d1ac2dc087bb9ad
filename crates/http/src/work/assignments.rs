//! The core loop: take, resume, keep, answer, give back.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::{Looking, Signed},
};
use axum::{
    Json as Reply,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use vouchsafe_app::{
    App,
    work::{
        adjudicate::{Decision, DecisionReceipt},
        answered::Judged,
        give_back::Why,
        lease::LeaseLeft,
        review::{ReviewReceipt, Verdict},
        sent::AssignmentSent,
        submit::Receipt,
    },
};
use vouchsafe_domain::{
    ids::{AssignmentId, ProjectId},
    work::assignment::{Purpose, Step},
};

/// What to take.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAssignment {
    /// `label` (default), `review` or `adjudicate`.
    #[schema(example = "label")]
    step: Option<String>,
    /// `work` (default) or `prefetch`.
    #[schema(example = "work")]
    purpose: Option<String>,
}

/// Answers so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// By question.
    answers: Value,
    /// Milliseconds of work so far.
    #[serde(default)]
    active_ms: i64,
}

/// Answers to submit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnnotation {
    /// By question.
    answers: Value,
    /// Milliseconds of work.
    #[serde(default)]
    active_ms: i64,
}

/// Take the next task, the next annotation to review, or the next task to decide, under a lease.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/assignments", tag = "work", params(("project" = String, Path)), request_body = NewAssignment,
    responses((status = 201, body = AssignmentSent), (status = 204, description = "nothing is left for this member")),
)]
pub async fn create_assignment(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
    Json(new): Json<NewAssignment>,
) -> Result<Response, Problem> {
    let word = |path: &str, words: &str| Problem::invalid(path, format!("one of {words}"));
    let step = new
        .step
        .as_deref()
        .map_or(Ok(Step::Label), |s| s.parse().map_err(|_| word("/step", "label, review, adjudicate")))?;
    let purpose = new
        .purpose
        .as_deref()
        .map_or(Ok(Purpose::Work), |p| p.parse().map_err(|_| word("/purpose", "work, prefetch")))?;
    let sent = app.retry(|| app.claim(&asker, project, step, purpose)).await?;
    Ok(match sent {
        Some(sent) => (StatusCode::CREATED, Reply(sent)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Look at one's assignment again; takes the lease up where that is possible, unless by a token that may only read.
#[utoipa::path(get, path = "/api/v1/assignments/{assignment}", tag = "work", params(("assignment" = String, Path)), responses((status = 200, body = AssignmentSent)))]
pub async fn find_assignment(
    State(app): State<App>,
    Looking { asker, may_change }: Looking,
    Path(id): Path<AssignmentId>,
) -> Result<Reply<AssignmentSent>, Problem> {
    Ok(Reply(app.retry(|| app.resume(&asker, id, may_change)).await?))
}

/// A prefetched assignment is shown now.
#[utoipa::path(post, path = "/api/v1/assignments/{assignment}/opened", tag = "work", params(("assignment" = String, Path)), responses((status = 200, body = LeaseLeft)))]
pub async fn open_assignment(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
) -> Result<Reply<LeaseLeft>, Problem> {
    Ok(Reply(app.retry(|| app.open_prefetched(&asker, id)).await?))
}

/// Keep a draft in place of the last one.
#[utoipa::path(put, path = "/api/v1/assignments/{assignment}/draft", tag = "work", params(("assignment" = String, Path)), request_body = Draft, responses((status = 204)))]
pub async fn put_draft(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(draft): Json<Draft>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.save_draft(&asker, id, &draft.answers, draft.active_ms)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep a lease while one works.
#[utoipa::path(post, path = "/api/v1/assignments/{assignment}/heartbeat", tag = "work", params(("assignment" = String, Path)), responses((status = 200, body = LeaseLeft)))]
pub async fn create_heartbeat(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
) -> Result<Reply<LeaseLeft>, Problem> {
    Ok(Reply(app.retry(|| app.heartbeat(&asker, id)).await?))
}

/// Submit the answers of a leased assignment. The same answers again give the same receipt.
#[utoipa::path(
    post, path = "/api/v1/assignments/{assignment}/annotation", tag = "work", params(("assignment" = String, Path)),
    request_body = NewAnnotation, responses((status = 201, body = Receipt)),
)]
pub async fn create_annotation(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(new): Json<NewAnnotation>,
) -> Result<(StatusCode, Reply<Receipt>), Problem> {
    let receipt = app.retry(|| app.submit(&asker, id, &new.answers, new.active_ms)).await?;
    Ok((StatusCode::CREATED, Reply(receipt)))
}

/// Give a task back unanswered, with a reason.
#[utoipa::path(post, path = "/api/v1/assignments/{assignment}/skip", tag = "work", params(("assignment" = String, Path)), request_body = Why, responses((status = 204)))]
pub async fn skip_assignment(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(why): Json<Why>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.skip(&asker, id, &why)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that something is wrong with a task.
#[utoipa::path(post, path = "/api/v1/assignments/{assignment}/flag", tag = "work", params(("assignment" = String, Path)), request_body = Why, responses((status = 204)))]
pub async fn flag_assignment(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(why): Json<Why>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.flag(&asker, id, &why)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a lease back without a reason, as a prefetch is at sign-out.
#[utoipa::path(post, path = "/api/v1/assignments/{assignment}/release", tag = "work", params(("assignment" = String, Path)), responses((status = 204)))]
pub async fn release_assignment(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.release_assignment(&asker, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decide the annotation of a review assignment.
#[utoipa::path(
    post, path = "/api/v1/assignments/{assignment}/review", tag = "work", params(("assignment" = String, Path)),
    request_body = Verdict, responses((status = 201, body = ReviewReceipt)),
)]
pub async fn create_review(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(verdict): Json<Verdict>,
) -> Result<(StatusCode, Reply<ReviewReceipt>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.retry(|| app.review(&asker, id, &verdict)).await?)))
}

/// Decide what the answer of a task is, with all that was answered at hand. The decision becomes its consensus.
#[utoipa::path(
    post, path = "/api/v1/assignments/{assignment}/decision", tag = "work", params(("assignment" = String, Path)),
    request_body = Decision, responses((status = 201, body = DecisionReceipt)),
)]
pub async fn create_decision(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(id): Path<AssignmentId>,
    Json(decision): Json<Decision>,
) -> Result<(StatusCode, Reply<DecisionReceipt>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.retry(|| app.adjudicate(&asker, id, &decision)).await?)))
}

/// What others answered, once one's own judgement is in.
#[utoipa::path(get, path = "/api/v1/assignments/{assignment}/judged", tag = "work", params(("assignment" = String, Path)), responses((status = 200, body = Judged), (status = 409, description = "not judged yet")))]
pub async fn find_judged(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(assignment): Path<AssignmentId>,
) -> Result<Reply<Judged>, Problem> {
    Ok(Reply(app.retry(|| app.judged(&asker, assignment)).await?))
}
