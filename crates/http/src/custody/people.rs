//! What walls know of people, over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde_json::{Value, json};
use vouchsafe_app::{
    App,
    custody::{
        budgets::{Budgets, NewBudget},
        interests::NewInterest,
        leavers::NewNotice,
        merge::{Merged, NewMerge},
        people::{OwnCustody, PersonCustody},
        requests::{Decision, NewRequest, RequestListed},
        statement::Statement,
    },
    page::Page,
};
use vouchsafe_domain::ids::{InterestId, MemberId, ProjectId, RequestId};

/// What is recorded about oneself. What is closed is not named.
#[utoipa::path(get, path = "/api/v1/me/custody", tag = "custody", responses((status = 200, body = OwnCustody)))]
pub async fn find_own_custody(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<OwnCustody>, Problem> {
    Ok(Reply(app.retry(|| app.own_custody(&asker)).await?))
}

/// Everything walls know of the person behind an account.
#[utoipa::path(get, path = "/api/v1/members/{member}/custody", tag = "custody", params(("member" = String, Path)), responses((status = 200, body = PersonCustody)))]
pub async fn find_person_custody(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<Reply<PersonCustody>, Problem> {
    Ok(Reply(app.retry(|| app.person_custody(&asker, member)).await?))
}

/// What somebody who leaves is asked to return or destroy, with where the inventory of each client lies.
#[utoipa::path(get, path = "/api/v1/members/{member}/statement", tag = "custody", params(("member" = String, Path)), responses((status = 200, body = Statement)))]
pub async fn find_statement(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<Reply<Statement>, Problem> {
    Ok(Reply(app.retry(|| app.return_statement(&asker, member)).await?))
}

/// Declare an own tie to an organisation.
#[utoipa::path(post, path = "/api/v1/me/interests", tag = "custody", request_body = NewInterest, responses((status = 201)))]
pub async fn create_own_interest(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewInterest>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.declare_interest(&asker, &new)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id}))))
}

/// Say that an own tie ended.
#[utoipa::path(delete, path = "/api/v1/me/interests/{interest}", tag = "custody", params(("interest" = String, Path)), responses((status = 204)))]
pub async fn delete_own_interest(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(interest): Path<InterestId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.end_interest(&asker, interest)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Declare somebody else's tie, as a custodian who learned of it.
#[utoipa::path(post, path = "/api/v1/members/{member}/interests", tag = "custody", params(("member" = String, Path)), request_body = NewInterest, responses((status = 201)))]
pub async fn create_interest(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
    Json(new): Json<NewInterest>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.declare_interest_of(&asker, member, &new)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id}))))
}

/// Say that somebody else's tie ended, as a custodian.
#[utoipa::path(
    delete, path = "/api/v1/members/{member}/interests/{interest}", tag = "custody",
    params(("member" = String, Path), ("interest" = String, Path)), responses((status = 204)),
)]
pub async fn delete_interest(
    State(app): State<App>,
    Signed(asker): Signed,
    Path((member, interest)): Path<(MemberId, InterestId)>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.end_interest_of(&asker, member, interest)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirm before a project that one's declarations are complete.
#[utoipa::path(post, path = "/api/v1/projects/{project}/declaration", tag = "custody", params(("project" = String, Path)), responses((status = 204)))]
pub async fn confirm_declaration(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(project): Path<ProjectId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.confirm_declarations(&asker, project)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for what takes two persons.
#[utoipa::path(post, path = "/api/v1/requests", tag = "custody", request_body = NewRequest, responses((status = 201)))]
pub async fn create_request(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewRequest>,
) -> Result<(StatusCode, Reply<Value>), Problem> {
    let id = app.retry(|| app.create_request(&asker, &new)).await?;
    Ok((StatusCode::CREATED, Reply(json!({"id": id, "state": "open"}))))
}

/// Requests one asked or may decide.
#[utoipa::path(get, path = "/api/v1/requests", tag = "custody", responses((status = 200, body = Page<RequestListed>)))]
pub async fn list_requests(
    State(app): State<App>,
    Signed(asker): Signed,
) -> Result<Reply<Page<RequestListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_requests(&asker)).await?)))
}

/// Decide a request, as a second person.
#[utoipa::path(post, path = "/api/v1/requests/{request}/decision", tag = "custody", params(("request" = String, Path)), request_body = Decision, responses((status = 204)))]
pub async fn decide_request(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(request): Path<RequestId>,
    Json(decision): Json<Decision>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.decide_request(&asker, request, &decision)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Record a person's last day, or take his notice back.
#[utoipa::path(put, path = "/api/v1/members/{member}/notice", tag = "custody", params(("member" = String, Path)), request_body = NewNotice, responses((status = 204)))]
pub async fn put_notice(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
    Json(new): Json<NewNotice>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.give_notice(&asker, member, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Count two persons as one human from now on.
#[utoipa::path(post, path = "/api/v1/merges", tag = "custody", request_body = NewMerge, responses((status = 201, body = Merged)))]
pub async fn create_merge(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewMerge>,
) -> Result<(StatusCode, Reply<Merged>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.retry(|| app.merge_persons(&asker, &new)).await?)))
}

/// Set the take budget of a role or of one account.
#[utoipa::path(put, path = "/api/v1/budgets", tag = "custody", request_body = NewBudget, responses((status = 204)))]
pub async fn put_budget(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<NewBudget>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.set_budget(&asker, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The take budgets of all roles, and of accounts that have one of their own.
#[utoipa::path(get, path = "/api/v1/budgets", tag = "custody", responses((status = 200, body = Budgets)))]
pub async fn list_budgets(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Budgets>, Problem> {
    Ok(Reply(app.retry(|| app.list_budgets(&asker)).await?))
}
