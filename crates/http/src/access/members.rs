//! Accounts over HTTP.

use crate::{
    extract::{PageQuery, Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{App, access::members::MemberListed, page::Page};
use vouchsafe_domain::ids::MemberId;

/// The accounts of the installation.
#[utoipa::path(get, path = "/api/v1/members", tag = "access", params(PageQuery), responses((status = 200, body = Page<MemberListed>)))]
pub async fn list_members(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<PageQuery>,
) -> Result<Reply<Page<MemberListed>>, Problem> {
    let (after, limit) = q.page();
    Ok(Reply(app.list_members(&asker, after, limit).await?))
}

/// Suspend an account and end its sessions and tokens at once.
#[utoipa::path(post, path = "/api/v1/members/{member}/suspend", tag = "access", params(("member" = String, Path)), responses((status = 204)))]
pub async fn suspend_member(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.suspend_member(&asker, member, true)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an account in again.
#[utoipa::path(post, path = "/api/v1/members/{member}/resume", tag = "access", params(("member" = String, Path)), responses((status = 204)))]
pub async fn resume_member(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.suspend_member(&asker, member, false)).await?;
    Ok(StatusCode::NO_CONTENT)
}
