//! Cases over HTTP.

use crate::{
    extract::{Json, Path, Query, word_of},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vouchsafe_app::{
    App,
    custody::{
        cases::{CaseFound, CaseListed, NewVerdict, OwnCase},
        reveals::RevealDecision,
        standing_rule::StandingRule,
    },
    page::{LIMIT, LIMIT_MAX, Page},
};
use vouchsafe_domain::ids::{CaseId, RevealId};

/// Which page, of which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct CasesQuery {
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
    /// `all`; without it, or with `open`, those that wait for somebody.
    state: Option<String>,
}

/// Words of somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Why.
    reason: String,
}

/// The rule in force, or that there is none.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingRuleFound {
    /// Null without one.
    rule: Option<StandingRule>,
}

/// Something that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    id: String,
}

/// Measures that stand or stood against oneself.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnCases {
    /// Newest first.
    items: Vec<OwnCase>,
}

/// Cases, newest first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "custody", params(CasesQuery), responses((status = 200, body = Page<CaseListed>)))]
pub async fn list_cases(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<CasesQuery>,
) -> Result<Reply<Page<CaseListed>>, Problem> {
    let limit = q.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let open = word_of("state", q.state.as_deref(), &["all", "open"])?.is_none_or(|state| state == "open");
    Ok(Reply(app.list_cases(&asker, q.after.as_deref(), open, limit).await?))
}

/// A case with its time-line. That it was looked at is recorded.
#[utoipa::path(get, path = "/api/v1/cases/{case}", tag = "custody", params(("case" = String, Path)), responses((status = 200, body = CaseFound)))]
pub async fn find_case(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(case): Path<CaseId>,
) -> Result<Reply<CaseFound>, Problem> {
    Ok(Reply(app.retry(|| app.find_case(&asker, case)).await?))
}

/// Decide a case: true, or benign, which undoes what it did at once.
#[utoipa::path(post, path = "/api/v1/cases/{case}/decision", tag = "custody", params(("case" = String, Path)), request_body = NewVerdict, responses((status = 204)))]
pub async fn decide_case(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(case): Path<CaseId>,
    Json(new): Json<NewVerdict>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.decide_case(&asker, case, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Contest a case that did something to oneself, or on somebody's behalf.
#[utoipa::path(post, path = "/api/v1/cases/{case}/contest", tag = "custody", params(("case" = String, Path)), request_body = Words, responses((status = 204)))]
pub async fn contest_case(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(case): Path<CaseId>,
    Json(words): Json<Words>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.contest_case(&asker, case, &words.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask to see whom a case is about.
#[utoipa::path(post, path = "/api/v1/cases/{case}/reveals", tag = "custody", params(("case" = String, Path)), request_body = Words, responses((status = 201, body = Made)))]
pub async fn create_reveal(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(case): Path<CaseId>,
    Json(words): Json<Words>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.ask_reveal(&asker, case, &words.reason)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// Decide it, as another than who asked.
#[utoipa::path(post, path = "/api/v1/reveals/{reveal}/decision", tag = "custody", params(("reveal" = String, Path)), request_body = RevealDecision, responses((status = 204)))]
pub async fn decide_reveal(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(reveal): Path<RevealId>,
    Json(decision): Json<RevealDecision>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.decide_reveal(&asker, reveal, decision.approved)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands or stood against oneself.
#[utoipa::path(get, path = "/api/v1/own/cases", tag = "custody", responses((status = 200, body = OwnCases)))]
pub async fn list_own_cases(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<OwnCases>, Problem> {
    Ok(Reply(OwnCases { items: app.own_cases(&asker).await? }))
}

/// What a case does at once.
#[utoipa::path(get, path = "/api/v1/watch/standing-rule", tag = "custody", responses((status = 200, body = StandingRuleFound)))]
pub async fn find_standing_rule(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<StandingRuleFound>, Problem> {
    Ok(Reply(StandingRuleFound { rule: app.standing_rule(&asker).await? }))
}

/// Set what a case does at once.
#[utoipa::path(put, path = "/api/v1/watch/standing-rule", tag = "custody", request_body = StandingRule, responses((status = 204)))]
pub async fn put_standing_rule(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<StandingRule>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.set_standing_rule(&asker, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}
